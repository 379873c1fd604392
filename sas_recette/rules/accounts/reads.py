"""What an optional read shows of an account (accounts.md §9, 4). A candidate that has none is at no fault."""

from __future__ import annotations

import unicodedata
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
    """A part of an account that a read shows: its FHIRPath in the resource, and its values.

    `otherwise` is said, as a réserve, of values that differ by their case or by how accents are composed only; where it is
    empty, nothing may differ. With `among`, an account may show others beside those that were written; with `accented`, only
    those that an encoding can spoil are looked for.
    """

    path: str
    values: Callable[[JsonObject], Values]
    otherwise: str = ""
    among: bool = False
    accented: bool = False

    def wanted(self, resource: JsonObject) -> Values:
        """What an account must show of a resource that was sent."""
        values = self.values(resource)
        return tuple(value for value in values if not value.isascii()) if self.accented else values


def _active(resource: JsonObject) -> Values:
    return (str(resource["active"]).lower(),) if "active" in resource else ()


_OP_9: Final = "L’adresse électronique n’est pas conservée telle quelle : sa casse a changé (point ouvert ACC OP-9)."
_REWRITTEN: Final = (
    "Le nom est reconnaissable, mais n’est pas conservé tel quel : sa casse ou la composition de ses accents a changé."
)
_EMAIL: Final = Member("telecom", emails, _OP_9)
_FAMILY: Final = Member("name.family", families, _REWRITTEN, among=True)
_GIVEN: Final = Member("name.given", givens, _REWRITTEN, among=True)
_IDENTIFIER: Final = Member("identifier", identifiers)
_ACTIVE: Final = Member("active", _active)
_ACCENTED_FAMILY: Final = Member("name.family", families, _REWRITTEN, among=True, accented=True)
_ACCENTED_GIVEN: Final = Member("name.given", givens, _REWRITTEN, among=True, accented=True)
_WHOLE: Final = (_IDENTIFIER, _ACTIVE, _FAMILY, _GIVEN, _EMAIL)
_BY_IDENTIFIER: Final = frozenset({"ACC-011", "ACC-012", "ACC-017"})
"""What an account that a read does not find is about. A write by the identifier tells for sure: the read may be at fault."""

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
            message = "La lecture, facultative, ne retrouve pas le compte par son identifiant."
            yield seen.deviation(message, "un compte", "aucun", place="Bundle.entry", reserve=True)
        for member in members if found else ():
            yield from _compared(seen, found, states, member, written=known.exchange.request.method != "GET")

    return Rule(requirement, check)


def _states(known: AccountAnswer) -> tuple[JsonObject, ...]:
    """The state of an account as it was sent, or those of all that a read gave; empty when neither tells."""
    if known.exchange.request.method != "GET":
        return (known.sent,) if known.accepted else ()
    return practitioners(known) or ()


def _compared(
    seen: AccountAnswer, found: tuple[JsonObject, ...], states: tuple[JsonObject, ...], member: Member, *, written: bool
) -> Iterator[Observation]:
    """Accounts of one criterion have no order; where one was `written`, each that is found shows what it was sent.

    A read that shows nothing of what was written does not tell what became of it.
    """
    wanted = [member.wanted(one) for one in states]
    shown = [member.values(one) for one in found]
    if not any(wanted) or (written and not any(shown)):
        return
    if len(wanted) == 1:
        wanted *= len(found)
    among = member.among and written
    if _alike(shown, wanted, among=among):
        yield HELD
        return
    folded = [_folded(values) for values in shown], [_folded(values) for values in wanted]
    same_letters = bool(member.otherwise) and _alike(*folded, among=among)
    message = member.otherwise if same_letters else "Le compte ne présente pas ce qui a été transmis."
    expected, observed = _written(dict.fromkeys(wanted)), _written(shown)
    place = f"Practitioner.{member.path}"
    yield Deviation(place, message, expected, observed, reserve=same_letters, answer=seen.index)


def _alike(shown: list[Values], wanted: list[Values], *, among: bool) -> bool:
    if among:
        return all(set(values) <= set(one) for values, one in zip(wanted, shown, strict=True))
    return sorted(shown) == sorted(wanted)


def _folded(values: Values) -> Values:
    return tuple(unicodedata.normalize("NFC", value).casefold() for value in values)


def _written(listed: Iterable[Values]) -> str:
    return " ; ".join(", ".join(map(_visible, values)) or "absent" for values in listed)


def _visible(value: str) -> str:
    """A value between guillemets where its blanks would not be seen."""
    return value if value == value.strip() else f"«\u00a0{value}\u00a0»"


@rule("ACC-027")
def reassigned_account_shown(subject: Subject) -> Iterator[Observation]:
    """A read by the reassigned identifier (first answer) gives the other account, as the switch (second) sent it."""
    if "ACC-027" not in named(subject):
        return
    seen, switch = accounts(subject)[:2]
    found = practitioners(seen)
    if not found or not switch.accepted:
        return
    if any(_folded(emails(one)) == _folded(emails(switch.sent)) for one in found):
        yield HELD
    else:
        message = "L’identifiant d’un compte désactivé n’est pas rattaché à l’autre compte."
        shown = " ; ".join(", ".join(emails(one)) or "sans adresse" for one in found)
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
