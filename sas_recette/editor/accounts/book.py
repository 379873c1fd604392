"""The life of an account, from one state to the next (accounts.md §2.3, §5 and §14).

- An identifier belongs to one active account at most, and so does an e-mail address, which is the key of the SSO.
- A deactivated account keeps its identifier until an active one asks for it, and its address is free (OP-7).
- A second creation for an active account is refused (OP-2); so is an update that takes what another active account has.
- An update for nobody is a creation; deactivating nobody leaves an account that is not active (OP-6).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import Regulator, RegulatorAccount, Uniqueness, email_key
from sas_recette.editor.accounts.problems import AMBIGUOUS, Problem, RefusedAccountError
from sas_recette.editor.accounts.store import Register, RegulatorStore, taken
from sas_recette.editor.behaviour import Behaviour, through
from sas_recette.editor.errors import FhirError
from sas_recette.editor.passwords import generated_hash


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
        if unique.window:
            with self.store.transaction() as register:
                _refuse(_conflicts(_rivals(register, regulator, None), regulator, None, unique))
            time.sleep(unique.window)
        with self.store.transaction() as register:
            rivals = _rivals(register, regulator, None)
            if not unique.window:
                _refuse(_conflicts(rivals, regulator, None, unique))
            _make_room(register, rivals, regulator)
            return register.add(regulator, generated_hash(), self.clock(), unique.enforced)

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
        rivals = _rivals(register, regulator, account)
        _refuse(_conflicts(rivals, regulator, account, unique))
        _make_room(register, rivals, regulator)
        return register.replace(account.id, regulator, self.clock(), unique.enforced)

    def _settled(self, before: RegulatorAccount | None, regulator: Regulator) -> Regulator:
        for settle in self.behaviour.recording:
            regulator = settle(before, regulator)
        return regulator

    def _uniqueness(self) -> Uniqueness:
        return through(self.behaviour.uniqueness, Uniqueness())


def _rivals(register: Register, regulator: Regulator, before: RegulatorAccount | None) -> tuple[RegulatorAccount, ...]:
    """The other accounts that have something of what the new state asks for."""
    return tuple(one for one in register.sharing(regulator) if before is None or one.id != before.id)


def _conflicts(
    rivals: Sequence[RegulatorAccount], regulator: Regulator, before: RegulatorAccount | None, unique: Uniqueness
) -> list[Problem]:
    """What the new state would take from others; the identifiers that the account already has are its own."""
    own = before.regulator.identifiers if before is not None else ()
    holders = [one for one in rivals if one.regulator.active or unique.lifelong]
    held = [
        taken(f"identifier[{position}].value")
        for position, identifier in enumerate(regulator.identifiers if unique.identifier else ())
        if identifier not in own and any(one.regulator.has(identifier) for one in holders)
    ]
    key = email_key(regulator.email)
    if unique.email and regulator.active:
        held += [
            taken("telecom[0].value")
            for one in rivals
            if one.regulator.active and email_key(one.regulator.email) == key
        ][:1]
    return held


def _make_room(register: Register, rivals: Sequence[RegulatorAccount], regulator: Regulator) -> None:
    """Take the identifiers away from accounts that are no longer active."""
    for rival in rivals:
        for identifier in regulator.identifiers:
            if rival.regulator.has(identifier) and not rival.regulator.active:
                register.release(rival.id, identifier)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise RefusedAccountError(problems)
