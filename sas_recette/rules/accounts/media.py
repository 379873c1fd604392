"""The media types of a write, and its `_format` (accounts.md §2.1).

406 is about `Accept` and 415 about `Content-Type`; a candidate that mixes them up is recognised by comparing writes that
differ in one header only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.rules.accounts.reading import AccountAnswer, accounts
from sas_recette.rules.aggregation.envelope import FHIR_JSON, PLATFORM_ACCEPT
from sas_recette.rules.rule import HELD, Observation, Subject, rule

_OWN_STATUS: Final = {"Accept": 406, "Content-Type": 415}
_OTHER: Final = {"Accept": "Content-Type", "Content-Type": "Accept"}
_PLAIN_JSON: Final = "application/json"


@rule("ACC-005")
def platform_accept_understood(subject: Subject) -> Iterator[Observation]:
    """The Accept header of the platform, in the legacy spelling of the pages, is not refused (open point ACC OP-4)."""
    yield from _taken(subject, "Accept", PLATFORM_ACCEPT)


@rule("ACC-052")
def fhir_json_taken(subject: Subject) -> Iterator[Observation]:
    """FHIR's own media type is taken in both headers."""
    for header in _OWN_STATUS:
        yield from _taken(subject, header, FHIR_JSON)


@rule("ACC-053")
def plain_json_taken(subject: Subject) -> Iterator[Observation]:
    """`application/json`, which the ANS kit sends, is taken in both headers (open point ACC OP-4)."""
    for header in _OWN_STATUS:
        yield from _taken(subject, header, _PLAIN_JSON)


@rule("ACC-006")
def format_tolerated(subject: Subject) -> Iterator[Observation]:
    """A write with `_format` (first answer) is done like the same one without (second)."""
    probe, *plain = accounts(subject)
    if plain and not plain[0].accepted:
        return
    if probe.accepted:
        yield HELD
    elif probe.status is not None:
        message = "La présence du paramètre _format provoque un rejet, alors que la même écriture sans lui aboutit."
        yield probe.deviation(message, "un succès")


def _taken(subject: Subject, header: str, media: str) -> Iterator[Observation]:
    answers = accounts(subject)
    for one in answers:
        if one.request_header(header) != media:
            continue
        if one.accepted:
            yield HELD
        elif one.media_refused and _is_the_cause(one, header, answers):
            yield one.deviation(f"La solution refuse « {header} : {media} ».", "une écriture traitée")


def _is_the_cause(refused: AccountAnswer, header: str, answers: tuple[AccountAnswer, ...]) -> bool:
    """Whether this header is what a 406 or 415 is about, rather than the other one."""
    other = _OTHER[header]
    if _accepted_with(other, refused.request_header(other), answers):
        return True  # the other header is taken elsewhere: it cannot be the cause
    return refused.status == _OWN_STATUS[header] and not _accepted_with(header, refused.request_header(header), answers)


def _accepted_with(header: str, media: str, answers: tuple[AccountAnswer, ...]) -> bool:
    return any(one.accepted and one.request_header(header) == media for one in answers)
