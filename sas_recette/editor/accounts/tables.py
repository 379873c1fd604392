"""The tables of regulator accounts, with the constraints that keep an identifier and an address to one account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sas_recette.editor.accounts.model import Role
from sas_recette.editor.tables import Base, Instant


class RegulatorRow(Base):
    """An account; numbers are never given twice. `password` is a salted hash (`passwords`).

    Two active accounts have not the same address, unless their `email_rank` tells them apart: it is 0 but in a version of
    the product that lets several accounts have it.
    """

    __tablename__ = "regulator"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    active: Mapped[bool]
    family: Mapped[str]
    given: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    email_rank: Mapped[int] = mapped_column(default=0)
    role: Mapped[Role] = mapped_column(Enum(Role, create_constraint=True))
    password: Mapped[str]
    terms_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    identifiers: Mapped[list[RegulatorIdentifierRow]] = relationship(
        lazy="joined", cascade="all, delete-orphan", order_by="RegulatorIdentifierRow.position"
    )


Index(
    "regulator_email",
    RegulatorRow.email_key,
    RegulatorRow.email_rank,
    unique=True,
    sqlite_where=RegulatorRow.active.is_(True),
)


class RegulatorIdentifierRow(Base):
    """An identifier of an account: one a system, and one account an identifier.

    `rank` is 0 but for the accounts of a former database that had the same identifier already, and in a version of the
    product that lets several accounts have it.
    """

    __tablename__ = "regulator_identifier"
    __table_args__ = (UniqueConstraint("system", "key", "rank"),)

    number: Mapped[int] = mapped_column(ForeignKey("regulator.number", ondelete="CASCADE"), primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    rank: Mapped[int]
    position: Mapped[int]
