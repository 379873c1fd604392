"""Accounts that the product has before the platform says anything: two of one identifier, from a former database.

They are the « deux comptes de même identifiant préparés et déclarés par l’éditeur » of ACC-043.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import Identifier, Regulator, Uniqueness
from sas_recette.editor.accounts.store import RegulatorStore
from sas_recette.norm.canonicals import IDNPS_SYSTEM

AMBIGUOUS: Final = Identifier(IDNPS_SYSTEM, "3990000003/DOUBLON")
"""The identifier of two active accounts."""

_INHERITED: Final = (
    Regulator((AMBIGUOUS,), active=True, family="Quéré", given="Maël", email="mael.quere@editeur.example"),
    Regulator((AMBIGUOUS,), active=True, family="Quéré-Le Goff", given="Maëlle", email="maelle.quere@editeur.example"),
)


def inherit_accounts(store: RegulatorStore, now: datetime, password: str) -> None:
    """Record the inherited accounts, unless they are already there; `password` is a hash."""
    with store.transaction() as register:
        if not register.find([Token(AMBIGUOUS.system, AMBIGUOUS.value)]):
            for regulator in _INHERITED:
                register.add(regulator, password, now, Uniqueness(identifier=False))
