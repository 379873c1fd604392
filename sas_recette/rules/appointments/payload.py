"""What one message says, whatever brought it: a readable Appointment, valid by the profile of its use case (appointments.md §4).

The constraints of the profiles are rules like the others, each named by its requirement. A place without content is
RDV-035’s alone, and what a constraint has said of a place is not said again as a breach of R4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from sas_recette.fhir.access import children, text
from sas_recette.fhir.instant import INSTANT
from sas_recette.fhir.parsing import empty_elements
from sas_recette.fhir.problem import ProblemKind
from sas_recette.fhir.validity import resource_problems
from sas_recette.norm.canonicals import TRE_R38_SPECIALTY
from sas_recette.norm.terminology import R38_TRAILING_SLASH, specialties
from sas_recette.rules.appointments.reading import Message, messages, submitted
from sas_recette.rules.profile import Target, judge_profiles
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule

ROOT: Final = "Appointment"
PARIS: Final = ZoneInfo("Europe/Paris")
_PROFILES: Final = {"sos": "sas-sos-appointment"}
_UNREADABLE: Final = frozenset({ProblemKind.SYNTAX, ProblemKind.DEPTH})

CONSTRAINED: Final = (
    *("RDV-012", "RDV-013", "RDV-016", "RDV-017", "RDV-019", "RDV-020", "RDV-021", "RDV-022", "RDV-025"),
    *("RDV-026", "RDV-027", "RDV-028", "RDV-029", "RDV-030", "RDV-032", "RDV-033"),
)
"""The requirements that constraints of the two profiles name, apart from RDV-011."""


def profile_of(subject: Subject) -> str:
    """The id of the profile that messages are judged by: that of the use case, `ps` by default."""
    return _PROFILES.get(str(subject.expect.get("use_case")), "FrAppointmentSAS")


def use_case_of(profile: str) -> str:
    """The use case whose messages a profile judges; PS and CPTS have the same."""
    return next((use_case for use_case, name in _PROFILES.items() if name == profile), "ps")


def of_sos(subject: Subject) -> bool:
    """Whether the use case is SOS Médecins."""
    return subject.expect.get("use_case") == "sos"


def _constraints(message: Message, subject: Subject) -> list[tuple[str, Observation]]:
    """What the profile says of a message, without the places that have no content."""
    said = _said(message.exchange.request.body, profile_of(subject), subject.edition)
    return [
        (requirement, replace(seen, answer=message.index) if isinstance(seen, Deviation) else seen)
        for requirement, seen in said
    ]


@lru_cache(maxsize=16)
def _said(body: bytes, profile: str, edition: str) -> tuple[tuple[str, Observation], ...]:
    """The same of a body: every requirement is a rule of its own, and they are examined one after the other."""
    resource = Message(submitted(body)).resource
    if not resource:
        return ()
    empty = {problem.location for problem in empty_elements(resource, ROOT)}
    return tuple(
        (requirement, seen)
        for requirement, seen in judge_profiles([Target(profile, resource, ROOT)], edition)
        if not (isinstance(seen, Deviation) and seen.location in empty)
    )


def _constrained(requirement: str) -> Rule:
    def check(subject: Subject) -> Iterator[Observation]:
        for message in messages(subject):
            yield from (seen for named, seen in _constraints(message, subject) if named == requirement)

    return Rule(requirement, check)


CONSTRAINTS: Final = tuple(map(_constrained, CONSTRAINED))


@rule("RDV-011")
def valid_appointment(subject: Subject) -> Iterator[Observation]:
    """The body is an Appointment in JSON, valid R4, and valid by what its profile says and no other requirement names."""
    for message in messages(subject):
        if message.method in {"PATCH", "DELETE"} or _encoding_is_wrong(message):
            continue
        faults = list(_form(message) if not message.resource else _validity(message, subject))
        yield from faults
        if not faults:
            yield HELD


def _encoding_is_wrong(message: Message) -> bool:
    return any(problem.kind is ProblemKind.ENCODING for problem in message.parsed.problems)


def _form(message: Message) -> Iterator[Deviation]:
    """Why the body is not an Appointment."""
    for problem in message.parsed.problems:
        if problem.kind in _UNREADABLE:
            yield message.deviation(problem.location, problem.message, problem.expected, problem.observed)
            return
    sent = message.parsed.value
    if isinstance(sent, dict):
        kind = text(sent, "resourceType") or "absent"
        yield message.deviation(f"{ROOT}.resourceType", "Le corps n’est pas une ressource Appointment.", ROOT, kind)
    else:
        yield message.deviation(
            "HTTP.body", "Le corps n’est pas un objet JSON.", "une ressource Appointment", _shown(sent)
        )


def _shown(sent: object) -> str:
    return "un tableau" if isinstance(sent, list) else str(sent)[:200] if sent is not None else "null"


def _validity(message: Message, subject: Subject) -> Iterator[Deviation]:
    resource = message.resource
    for problem in message.parsed.problems:
        yield message.deviation(problem.location, problem.message, problem.expected, problem.observed)
    constraints = _constraints(message, subject)
    deviations = [(named, seen) for named, seen in constraints if isinstance(seen, Deviation)]
    yield from (seen for named, seen in deviations if named == "RDV-011")
    told = {seen.location for _, seen in deviations} | {one.location for one in impossible_instants(message)}
    told |= {problem.location for problem in empty_elements(resource, ROOT)}
    for problem in resource_problems(resource, ROOT):
        if problem.location not in told:
            yield message.deviation(problem.location, problem.message, problem.expected, problem.observed)
    yield from _unknown_specialties(message)


def _unknown_specialties(message: Message) -> Iterator[Deviation]:
    """A code that the known list of TRE_R38 has not: a réserve, the list has a date (terminology.md §9)."""
    known = specialties()
    for index, specialty in children(message.resource, "specialty"):
        for rank, coding in children(specialty, "coding"):
            code = text(coding, "code")
            listed = text(coding, "system") in {TRE_R38_SPECIALTY, R38_TRAILING_SLASH}
            if listed and code and code.upper() not in known.labels:
                why = f"Ce code est absent de la liste TRE_R38 du {known.up_to} : vérifiez la date de votre liste."
                place = f"{ROOT}.specialty[{index}].coding[{rank}].code"
                yield message.deviation(place, why, "un code de TRE_R38-SpecialiteOrdinale", code, reserve=True)


@rule("RDV-022")
def instants_of_the_calendar(subject: Subject) -> Iterator[Observation]:
    """An instant of the right form is one of the calendar, which February 30 is not."""
    for message in messages(subject):
        yield from impossible_instants(message)


def impossible_instants(message: Message) -> Iterator[Deviation]:
    """The instants of the right form whose date does not exist."""
    for key, read in (("start", message.start), ("end", message.end)):
        written = text(message.resource, key) or ""
        if read is None and INSTANT.fullmatch(written):
            why = "Cet instant a la forme attendue, mais sa date n’existe pas."
            yield message.deviation(f"{ROOT}.{key}", why, "une date du calendrier", written)


@rule("RDV-024")
def offset_of_legal_time(subject: Subject) -> Iterator[Observation]:
    """The offset that is written is that of Europe/Paris at that instant (open point RDV OP-12)."""
    for message in messages(subject):
        for key, read in (("start", message.start), ("end", message.end)):
            if read is None:
                continue
            written = text(message.resource, key) or ""
            legal = read.astimezone(PARIS).isoformat()[-6:]
            offset = "Z" if written.endswith("Z") else written[-6:]
            if offset == legal:
                yield HELD
            else:
                why = (
                    "Le décalage écrit n’est pas celui de l’heure légale française à cette date ; l’instant reste juste. "
                    "Les exemples de l’IG SAS écrivent eux-mêmes +01:00 en septembre."
                )
                yield message.deviation(f"{ROOT}.{key}", why, f"un décalage {legal}", written)


@rule("RDV-041")
def ends_after_it_starts(subject: Subject) -> Iterator[Observation]:
    """End is after start, compared as instants; no invariant of R4 asks for it."""
    for message in messages(subject):
        start, end = message.start, message.end
        if start is None or end is None:
            continue
        if start < end:
            yield HELD
        else:
            observed = f"{text(message.resource, 'start')} → {text(message.resource, 'end')}"
            why = "Le rendez-vous ne finit pas après avoir commencé."
            yield message.deviation(f"{ROOT}.end", why, "end postérieur à start", observed)


@rule("RDV-035")
def nothing_empty(subject: Subject) -> Iterator[Observation]:
    """Nothing is sent without content: no empty string, array or object, no null."""
    for message in messages(subject):
        if not message.resource:
            continue
        problems = empty_elements(message.resource, ROOT)
        for problem in problems:
            yield message.deviation(problem.location, problem.message, problem.expected, problem.observed)
        if not problems:
            yield HELD
