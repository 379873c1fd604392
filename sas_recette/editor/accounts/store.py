"""Regulator accounts in the product's database: each change is one transaction, checked by the database itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import (
    Identifier,
    Regulator,
    RegulatorAccount,
    Role,
    Uniqueness,
    email_key,
    identifier_key,
)
from sas_recette.editor.accounts.problems import Problem, RefusedAccountError
from sas_recette.editor.accounts.tables import RegulatorIdentifierRow, RegulatorRow
from sas_recette.norm.canonicals import SAS_TECHNICAL_SYSTEM

_ID: Final = re.compile("compte-([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Register:
    """The accounts within one transaction."""

    session: Session

    def get(self, account_id: str) -> RegulatorAccount | None:
        """The account of a logical id."""
        row = self._row(account_id)
        return None if row is None else _account(row)

    def find(self, tokens: Sequence[Token]) -> tuple[RegulatorAccount, ...]:
        """The accounts that one of the tokens designates, the oldest first."""
        return self._accounts(_known_by(tokens))

    def with_email(self, email: str) -> tuple[RegulatorAccount, ...]:
        """The active accounts of an address, whatever the case of its letters."""
        return self._accounts(_reached_at(email))

    def sharing(self, regulator: Regulator) -> tuple[RegulatorAccount, ...]:
        """The accounts, active or not, that have one of these identifiers, and the active ones of this address."""
        tokens = [Token(one.system, one.value) for one in regulator.identifiers]
        return self._accounts(or_(_known_by(tokens), _reached_at(regulator.email)))

    def add(self, regulator: Regulator, password: str, now: datetime, unique: Uniqueness) -> RegulatorAccount:
        """Open an account; `password` is a hash."""
        row = RegulatorRow(password=password, created_at=now, role=Role.REGULATOR)
        return self._record(row, regulator, now, unique)

    def replace(self, account_id: str, regulator: Regulator, now: datetime, unique: Uniqueness) -> RegulatorAccount:
        """Give an account a new state; logical id, password and accepted terms stay. Raises LookupError when unknown."""
        return self._record(self._known(account_id), regulator, now, unique)

    def release(self, account_id: str, identifier: Identifier) -> None:
        """Take an identifier away from an account. Raises LookupError when the account is unknown."""
        row = self._known(account_id)
        row.identifiers = [
            one for one in row.identifiers if (one.system, one.key) != (identifier.system, identifier.key)
        ]
        self.session.flush()

    def accept_terms(self, account_id: str, now: datetime) -> None:
        """Note that the regulator accepted the terms of use. Raises LookupError when the account is unknown."""
        self._known(account_id).terms_accepted_at = now

    def set_password(self, account_id: str, password: str) -> None:
        """Give an account another password, as a hash. Raises LookupError when the account is unknown."""
        self._known(account_id).password = password

    def _record(self, row: RegulatorRow, regulator: Regulator, now: datetime, unique: Uniqueness) -> RegulatorAccount:
        with self.session.no_autoflush:
            identifiers = self._identifiers(row, regulator, unique)
            row.email_rank = self._email_rank(row, regulator, unique)
        row.active, row.family, row.given = regulator.active, regulator.family, regulator.given
        row.email, row.email_key = regulator.email, email_key(regulator.email)
        row.updated_at = now
        if [(one.system, one.value) for one in row.identifiers] != [(one.system, one.value) for one in identifiers]:
            row.identifiers.clear()
            self.session.flush()  # those of before leave first: the new ones may have their systems
            row.identifiers.extend(identifiers)
        self.session.add(row)
        self.session.flush()
        return _account(row)

    def _identifiers(self, row: RegulatorRow, regulator: Regulator, unique: Uniqueness) -> list[RegulatorIdentifierRow]:
        ranks = {(one.system, one.key): one.rank for one in row.identifiers}
        return [
            RegulatorIdentifierRow(
                system=one.system,
                value=one.value,
                key=one.key,
                rank=self._identifier_rank(one, row, ranks.get((one.system, one.key), 0), unique),
                position=position,
            )
            for position, one in enumerate(regulator.identifiers)
        ]

    def _identifier_rank(self, identifier: Identifier, row: RegulatorRow, own: int, unique: Uniqueness) -> int:
        if unique.identifier:
            return own
        table = RegulatorIdentifierRow
        same = and_(table.system == identifier.system, table.key == identifier.key, table.number != _number(row))
        return _rank(own, set(self.session.scalars(select(table.rank).where(same))))

    def _email_rank(self, row: RegulatorRow, regulator: Regulator, unique: Uniqueness) -> int:
        table, key = RegulatorRow, email_key(regulator.email)
        own = row.email_rank if row.email_key == key else 0
        if unique.email:
            return own
        others = select(table.email_rank).where(table.email_key == key, table.active, table.number != _number(row))
        return _rank(own, set(self.session.scalars(others)))

    def _accounts(self, wanted: ColumnElement[bool]) -> tuple[RegulatorAccount, ...]:
        rows = self.session.scalars(select(RegulatorRow).where(wanted).order_by(RegulatorRow.number))
        return tuple(_account(row) for row in rows.unique())

    def _known(self, account_id: str) -> RegulatorRow:
        row = self._row(account_id)
        if row is None:
            raise LookupError(account_id)
        return row

    def _row(self, account_id: str) -> RegulatorRow | None:
        form = _ID.fullmatch(account_id)
        return None if form is None else self.session.get(RegulatorRow, int(form[1]))


@dataclass(frozen=True, slots=True)
class RegulatorStore:
    """The accounts of a database; `session` opens one of its transactions."""

    session: Callable[[], AbstractContextManager[Session]]

    @contextmanager
    def transaction(self) -> Iterator[Register]:
        """Everything or nothing. Raises RefusedAccountError when the database refuses an identifier or an address."""
        try:
            with self.session() as session:
                yield Register(session)
        except IntegrityError as error:
            path = "telecom[0].value" if "email" in str(error.orig) else "identifier[0].value"
            raise RefusedAccountError([taken(path)]) from error


def taken(path: str) -> Problem:
    """Something belongs to another active account."""
    return Problem(path, "duplicate", "déjà rattaché à un autre compte actif.")


def _rank(own: int, others: set[int]) -> int:
    """A rank that tells the account from the others: its own, unless one of them has it."""
    return own if own not in others else max(others) + 1


def _number(row: RegulatorRow) -> int:
    """The number of an account; 0, which nobody has, for one that has none yet."""
    return row.number or 0


def _reached_at(email: str) -> ColumnElement[bool]:
    return and_(RegulatorRow.email_key == email_key(email), RegulatorRow.active)


def _known_by(tokens: Sequence[Token]) -> ColumnElement[bool]:
    return RegulatorRow.identifiers.any(or_(false(), *map(_designated, tokens)))


def _designated(token: Token) -> ColumnElement[bool]:
    table = RegulatorIdentifierRow
    if token.system is not None:
        return and_(table.system == token.system, table.key == identifier_key(token.system, token.value))
    technical = and_(
        table.system == SAS_TECHNICAL_SYSTEM, table.key == identifier_key(SAS_TECHNICAL_SYSTEM, token.value)
    )
    return or_(technical, table.key == token.value)


def _account(row: RegulatorRow) -> RegulatorAccount:
    return RegulatorAccount(
        id=f"compte-{row.number}",
        regulator=Regulator(
            identifiers=tuple(Identifier(one.system, one.value) for one in row.identifiers),
            active=row.active,
            family=row.family,
            given=row.given,
            email=row.email,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        terms_accepted_at=row.terms_accepted_at,
        password=row.password,
        role=row.role,
    )
