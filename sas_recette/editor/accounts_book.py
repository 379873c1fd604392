"""The life of an account, from one state to the next (accounts.md §2.3, §5 and §14).

- An identifier belongs to one active account at most, and so does an e-mail address, which is the key of the SSO.
- A deactivated account keeps its identifier until an active one asks for it, and its address is free (OP-7).
- A second creation for an active account is refused (OP-2); so is an update that takes what another active account has.
- An update for nobody is a creation; deactivating nobody leaves an account that is not active (OP-6).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sas_recette.editor.accounts_criteria import Token
from sas_recette.editor.accounts_model import Regulator, RegulatorAccount, Uniqueness
from sas_recette.editor.accounts_problems import AMBIGUOUS, Problem, RefusedAccountError
from sas_recette.editor.accounts_store import Register, RegulatorStore, taken
from sas_recette.editor.behaviour import Behaviour, through
from sas_recette.editor.errors import FhirError
from sas_recette.editor.passwords import hash_password


@dataclass(frozen=True, slots=True)
class AccountBook:
    """Opens and changes accounts. Every method raises RefusedAccountError and then changes nothing."""

    store: RegulatorStore
    clock: Callable[[], datetime]
    behaviour: Behaviour

    def create(self, regulator: Regulator) -> RegulatorAccount:
        """Open an account. The password is nobody's: « mot de passe oublié » gives another one."""
        regulator = self._settled(None, regulator)
        unique = self._uniqueness()
        if not unique.atomic:
            with self.store.transaction() as register:
                _refuse(_conflicts(register, regulator, None, unique))
        password = hash_password(secrets.token_urlsafe(24))
        with self.store.transaction() as register:
            if unique.atomic:
                _refuse(_conflicts(register, regulator, None, unique))
            _make_room(register, regulator, None)
            return register.add(regulator, password, self.clock(), unique.enforced)

    def put(self, tokens: Sequence[Token], regulator: Regulator) -> tuple[RegulatorAccount, bool]:
        """The account that the tokens designate, brought to a new state, or a new one; and whether it is new.

        Raises FhirError (412) when they designate several accounts.
        """
        account = self._update(tokens, regulator)
        if account is not None:
            return account, False
        try:
            return self.create(regulator), True
        except RefusedAccountError:
            # The same request may have just been served for another client: idempotence wants an update then.
            account = self._update(tokens, regulator)
            if account is None:
                raise
            return account, False

    def replace(self, account_id: str, regulator: Regulator) -> RegulatorAccount | None:
        """The account of a logical id, brought to a new state; None when there is none."""
        with self.store.transaction() as register:
            account = register.get(account_id)
            return None if account is None else self._replace(register, account, regulator)

    def _update(self, tokens: Sequence[Token], regulator: Regulator) -> RegulatorAccount | None:
        with self.store.transaction() as register:
            found = register.find(tokens)
            for narrow in self.behaviour.matching:
                found = narrow(found, tokens, regulator)
            if len(found) > 1:
                message = f"Paramètre identifier : le critère désigne {len(found)} comptes."
                raise FhirError(AMBIGUOUS, "multiple-matches", message)
            return self._replace(register, found[0], regulator) if found else None

    def _replace(self, register: Register, account: RegulatorAccount, regulator: Regulator) -> RegulatorAccount:
        regulator = self._settled(account, regulator)
        unique = self._uniqueness()
        _refuse(_conflicts(register, regulator, account, unique))
        _make_room(register, regulator, account)
        return register.replace(account.id, regulator, self.clock(), unique.enforced)

    def _settled(self, before: RegulatorAccount | None, regulator: Regulator) -> Regulator:
        for settle in self.behaviour.recording:
            regulator = settle(before, regulator)
        return regulator

    def _uniqueness(self) -> Uniqueness:
        return through(self.behaviour.uniqueness, Uniqueness())


def _conflicts(
    register: Register, regulator: Regulator, before: RegulatorAccount | None, unique: Uniqueness
) -> list[Problem]:
    """What the new state would take from others; the identifiers that the account already has are its own."""
    own = before.regulator.identifiers if before is not None else ()
    held = [
        taken(f"identifier[{position}].value")
        for position, identifier in enumerate(regulator.identifiers if unique.identifier else ())
        if identifier not in own
        and any(one.regulator.active or unique.lifelong for one in _others(register.holders(identifier), before))
    ]
    if unique.email and regulator.active and _others(register.with_email(regulator.email), before):
        held.append(taken("telecom[0].value"))
    return held


def _make_room(register: Register, regulator: Regulator, before: RegulatorAccount | None) -> None:
    """Take the identifiers away from accounts that are no longer active."""
    for identifier in regulator.identifiers:
        for holder in _others(register.holders(identifier), before):
            if not holder.regulator.active:
                register.release(holder.id, identifier)


def _others(accounts: Sequence[RegulatorAccount], before: RegulatorAccount | None) -> list[RegulatorAccount]:
    return [one for one in accounts if before is None or one.id != before.id]


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise RefusedAccountError(problems)
