"""Defects in whom a log-in lets in, and with what rights."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select

from sas_recette.editor.accounts.model import Identifier, Regulator, RegulatorAccount, Uniqueness, email_key
from sas_recette.editor.accounts.store import Register, RegulatorStore
from sas_recette.editor.accounts.tables import RegulatorRow
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_sso
from sas_recette.editor.defects.sso_hooks import policy
from sas_recette.editor.passwords import generated_hash
from sas_recette.editor.sso.policy import Identity, by_claims, never
from sas_recette.norm.canonicals import IDNPS_SYSTEM

Accounts = Sequence[RegulatorAccount]


def _newest(register: Register, wanted: ColumnElement[bool]) -> Accounts:
    """The newest account that answers a question, if any."""
    number = register.session.scalar(select(RegulatorRow.number).where(wanted).order_by(RegulatorRow.number.desc()))
    account = None if number is None else register.get(f"compte-{number}")
    return () if account is None else (account,)


def _exact_case(register: Register, identity: Identity) -> Accounts:
    return [one for one in by_claims(register, identity) if one.regulator.email == identity.email]


def _national_only(register: Register, identity: Identity) -> Accounts:
    def national(account: RegulatorAccount) -> bool:
        return any(one.system == IDNPS_SYSTEM for one in account.regulator.identifiers)

    return [one for one in by_claims(register, identity) if national(one)]


def _by_name_without_email(register: Register, identity: Identity) -> Accounts:
    if identity.email:
        return by_claims(register, identity)
    family, given = (str(identity.claims.get(name, "")) for name in ("family_name", "given_name"))
    return _newest(register, and_(RegulatorRow.family == family, RegulatorRow.given == given, RegulatorRow.active))


def _inactive_too(register: Register, identity: Identity) -> Accounts:
    found = by_claims(register, identity)
    if found or not identity.email:
        return found
    inactive = _newest(register, RegulatorRow.email_key == email_key(identity.email))
    return [_passing(one.regulator, one.updated_at) for one in inactive]


def _passing(regulator: Regulator, now: datetime) -> RegulatorAccount:
    """An account that is nowhere: its owner comes and goes."""
    return RegulatorAccount("", regulator, now, now, terms_accepted_at=now)


def _regulator(identity: Identity, identifiers: tuple[Identifier, ...] = ()) -> Regulator:
    family, given = (str(identity.claims.get(name) or "Inconnu") for name in ("family_name", "given_name"))
    return Regulator(identifiers, active=True, family=family, given=given, email=identity.email)


def _let_in(accounts: RegulatorStore, identity: Identity, now: datetime) -> RegulatorAccount | None:
    del accounts
    return _passing(_regulator(identity), now) if identity.email else None


def _create(accounts: RegulatorStore, identity: Identity, now: datetime) -> RegulatorAccount | None:
    with accounts.transaction() as register:
        if not identity.email or register.with_email(identity.email):
            return None
        return register.add(_regulator(identity), generated_hash(), now, Uniqueness())


def _create_only(accounts: RegulatorStore, identity: Identity, now: datetime) -> None:
    _create(accounts, identity, now)


def _identified(register: Register, identity: Identity) -> Accounts:
    return [one for one in by_claims(register, identity) if one.regulator.identifiers]


@dataclass(slots=True)
class _Addresses:
    """Addresses that were replaced, and those that replaced them, as the writes of INT_R02 go by."""

    _replaced: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, before: RegulatorAccount | None, after: Regulator) -> Regulator:
        if before is not None and email_key(before.regulator.email) != email_key(after.email):
            with self._lock:
                self._replaced[email_key(before.regulator.email)] = email_key(after.email)
        return after

    def never_changed(self, register: Register, identity: Identity) -> Accounts:
        new = set(self._replaced.values())
        return [one for one in by_claims(register, identity) if email_key(one.regulator.email) not in new]

    def former_too(self, register: Register, identity: Identity) -> Accounts:
        found = by_claims(register, identity)
        current = self._replaced.get(email_key(identity.email), "")
        return found or (register.with_email(current) if current else ())


def _new_address_unknown() -> Behaviour:
    addresses = _Addresses()
    return Behaviour(recording=(addresses.note,)) + policy(match=addresses.never_changed)


def _former_address_known() -> Behaviour:
    addresses = _Addresses()
    return Behaviour(recording=(addresses.note,)) + policy(match=addresses.former_too)


MATCHING: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-technical-accounts-not-found",
        "Un compte connu par le seul identifiant technique du SAS n’est pas retrouvé par son adresse",
        policy(match=_national_only),
        "SSO-007",
    ),
    int_sso(
        "sso-address-case-sensitive",
        "L’adresse électronique est comparée en tenant compte de la casse",
        policy(match=_exact_case),
        reserves=("SSO-027",),
    ),
    int_sso(
        "sso-name-in-place-of-address",
        "Sans adresse dans le jeton, le compte est cherché par le nom et le prénom",
        policy(match=_by_name_without_email),
        reserves=("SSO-028",),
    ),
    int_sso(
        "sso-unknown-account-let-in",
        "Une adresse inconnue ouvre une session de régulateur",
        policy(stranger=_let_in),
        "ACC-024",
        "SSO-029",
        "SSO-030",
        "SSO-056",
    ),
    int_sso(
        "sso-unknown-account-created",
        "Une adresse inconnue crée un compte, et ouvre une session",
        policy(stranger=_create),
        "ACC-024",
        "SSO-029",
        "SSO-030",
        "SSO-056",
        reserves=("SSO-055",),
    ),
    int_sso(
        "sso-account-created-to-be-validated",
        "Une adresse inconnue crée un compte, que quelqu’un devra valider",
        policy(stranger=_create_only, match=_identified),
        reserves=("SSO-055",),
    ),
    int_sso(
        "sso-inactive-account-let-in",
        "Un compte désactivé ouvre encore une session",
        policy(match=_inactive_too),
        "ACC-024",
        "SSO-030",
    ),
    int_sso(
        "sso-new-address-unknown",
        "Une adresse modifiée par la plateforme n’est pas reconnue à la connexion",
        _new_address_unknown(),
        "ACC-008",
        "SSO-031",
    ),
    int_sso(
        "sso-former-address-known",
        "L’ancienne adresse d’un compte permet encore de se connecter",
        _former_address_known(),
        "SSO-056",
    ),
)

RIGHTS: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-regulator-administers",
        "La session du régulateur donne accès à la gestion des rendez-vous et aux noms des patients",
        policy(administers=True),
        attested=("SSO-033",),
    ),
    int_sso(
        "sso-password-gives-regulator-rights",
        "Un régulateur connecté par un mot de passe de l’éditeur a les fonctions du régulateur",
        policy(regulates_anyway=True),
        attested=("SSO-034",),
    ),
    int_sso(
        "sso-terms-never-asked",
        "Les conditions d’utilisation ne sont jamais demandées",
        policy(asks_terms=never),
        "ACC-049",
    ),
)
