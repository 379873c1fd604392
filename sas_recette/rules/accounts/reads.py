"""What an optional read shows of an account (accounts.md §9, 4). A candidate that has none is at no fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.fhir.access import JsonObject
from sas_recette.rules.accounts.reading import (
    AccountAnswer,
    accounts,
    emails,
    families,
    givens,
    identifiers,
    named,
    practitioners,
)
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A part of an account that a read shows: its FHIRPath in the resource, and its values."""

    path: str
    values: Callable[[JsonObject], Values]


def _active(resource: JsonObject) -> Values:
    return (str(resource.get("active")).lower(),)


def _accented(values: Values) -> Values:
    """The values that an encoding can spoil."""
    return tuple(value for value in values if not value.isascii())


_EMAIL: Final = Member("telecom", emails)
_FAMILY: Final = Member("name.family", families)
_GIVEN: Final = Member("name.given", givens)
_IDENTIFIER: Final = Member("identifier", identifiers)
_ACTIVE: Final = Member("active", _active)
_ACCENTED_FAMILY: Final = Member("name.family", lambda resource: _accented(families(resource)))
_ACCENTED_GIVEN: Final = Member("name.given", lambda resource: _accented(givens(resource)))
_WHOLE: Final = (_IDENTIFIER, _ACTIVE, _FAMILY, _GIVEN, _EMAIL)
_BY_IDENTIFIER: Final = frozenset({"ACC-011", "ACC-012", "ACC-017"})
"""What an account that is not found by its identifier breaks."""

SHOWN: Final[Mapping[str, tuple[Member, ...]]] = {
    "ACC-007": (_ACCENTED_FAMILY, _ACCENTED_GIVEN),
    "ACC-008": (_EMAIL,),
    "ACC-009": (_FAMILY,),
    "ACC-010": (_GIVEN,),
    "ACC-011": (_IDENTIFIER,),
    "ACC-012": (_IDENTIFIER,),
    "ACC-017": (_IDENTIFIER,),
    "ACC-023": (_ACTIVE,),
    "ACC-025": (_ACTIVE,),
    **dict.fromkeys(("ACC-022", "ACC-033", "ACC-041", "ACC-042", "ACC-043", "ACC-054"), _WHOLE),
}
"""What the account must show, by requirement: what the last accepted write sent, or its whole state after a refusal."""

SINGLE: Final = ("ACC-019", "ACC-020")
"""The requirements that want a single account of an identifier."""


def _shows(requirement: str, members: tuple[Member, ...]) -> Rule:
    """A read by identifier (first answer) gives what an accepted write, or an earlier read (second answer), shows.

    The third answer, if there is one, is a request that was to have no effect: accepted, it is judged elsewhere.
    """

    def check(subject: Subject) -> Iterator[Observation]:
        if requirement not in named(subject):
            return
        seen, known, *others = accounts(subject)
        found, states = practitioners(seen), _states(known)
        if found is None or not states or any(not one.refused for one in others):
            return
        if not found and requirement in _BY_IDENTIFIER:
            message = "Le compte n’est pas retrouvé par son identifiant."
            yield seen.deviation(message, "un compte", "aucun", place="Bundle.entry")
        for member in members if found else ():
            yield from _compared(seen, found, states, member)

    return Rule(requirement, check)


def _states(known: AccountAnswer) -> tuple[JsonObject, ...]:
    """The state of an account as it was sent, or those of all that a read gave; empty when neither tells."""
    if known.exchange.request.method != "GET":
        return (known.sent,) if known.accepted else ()
    return practitioners(known) or ()


def _compared(
    seen: AccountAnswer, found: tuple[JsonObject, ...], states: tuple[JsonObject, ...], member: Member
) -> Iterator[Observation]:
    """Accounts of one criterion have no order; where one was written, each that is found shows what it was sent."""
    wanted = [member.values(one) for one in states]
    if not any(wanted):
        return
    if len(wanted) == 1:
        wanted *= len(found)
    shown = [member.values(one) for one in found]
    if sorted(shown) == sorted(wanted):
        yield HELD
        return
    place, message = f"Practitioner.{member.path}", "Le compte ne présente pas ce qui a été transmis."
    same_letters = member is _EMAIL and sorted(map(_folded, shown)) == sorted(map(_folded, wanted))
    if same_letters:
        message = "L’adresse électronique n’est pas conservée telle quelle : sa casse a changé (point ouvert ACC OP-9)."
    expected, observed = _written(dict.fromkeys(wanted)), _written(shown)
    yield Deviation(place, message, expected, observed, reserve=same_letters, answer=seen.index)


def _folded(values: Values) -> Values:
    return tuple(value.casefold() for value in values)


def _written(listed: Iterable[Values]) -> str:
    return " ; ".join(", ".join(values) or "absent" for values in listed)


@rule("ACC-027")
def reassigned_account_shown(subject: Subject) -> Iterator[Observation]:
    """A read by the reassigned identifier (first answer) gives the other account, as the switch (second) sent it."""
    if "ACC-027" not in named(subject):
        return
    seen, switch = accounts(subject)[:2]
    found = practitioners(seen)
    if found is None or not switch.accepted:
        return
    if any(emails(one) == emails(switch.sent) for one in found):
        yield HELD
    else:
        message = "L’identifiant d’un compte désactivé n’est pas rattaché à l’autre compte."
        shown = " ; ".join(", ".join(emails(one)) or "sans adresse" for one in found) or "aucun compte"
        yield seen.deviation(message, ", ".join(emails(switch.sent)), shown, place="Bundle.entry")


def _single(requirement: str) -> Rule:
    """A read by identifier (first answer) gives one account only."""

    def check(subject: Subject) -> Iterator[Observation]:
        if requirement not in named(subject):
            return
        seen = accounts(subject)[0]
        found = practitioners(seen)
        if found and len(found) == 1:
            yield HELD
        elif found:
            message = "Plusieurs comptes portent le même identifiant."
            yield seen.deviation(message, "un seul compte", f"{len(found)} comptes", place="Bundle.entry")

    return Rule(requirement, check)


READ: Final = (
    *(_shows(*pair) for pair in SHOWN.items()),
    reassigned_account_shown,
    *(_single(one) for one in SINGLE),
)
