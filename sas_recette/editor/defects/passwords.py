"""Defects in the log-in with a password."""

from __future__ import annotations

from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, security

PASSWORDS: Final[tuple[Defect, ...]] = (
    security(
        "login-never-locks",
        "Aucun nombre d’échecs de connexion ne bloque un compte",
        Behaviour(failures=(lambda _: 0,)),
        reserves=("SEC-024",),
    ),
)
