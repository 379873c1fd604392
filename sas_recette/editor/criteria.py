"""The search parameters of the three flows, read into criteria.

Source: aggregation.md §2.2 to §2.5 and §3 to §5; reference-data.md §7.5 for the wording of errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sas_recette.editor.agenda import SlotState, Visibility
from sas_recette.editor.errors import FhirError
from sas_recette.editor.flows import INT_R01, INT_R04, INT_SOS1, Flow
from sas_recette.norm.canonicals import IDNPS_SYSTEM, IDNST_SYSTEM

LOCAL_ZONE: Final = ZoneInfo("Europe/Paris")

PRACTITIONER_PARAMETER: Final = "schedule.actor:Practitioner.identifier"
INCLUDE_SCHEDULE: Final = "Slot:schedule"
INCLUDE_ACTORS: Final = "Schedule:actor"
INCLUDE_SERVICES: Final = "Slot:service-type-reference"
INCLUDE_COMMUNITIES: Final = "HealthcareService:organization"

ASSOCIATION_PARAMETER: Final = "actor:Location.organization.identifier"
REVERSE_START: Final = "_has:Slot:schedule:start"
REVERSE_STATUS: Final = "_has:Slot:schedule:status"
REVINCLUDE_SLOTS: Final = "Slot:schedule"
INCLUDE_LOCATION: Final = "Schedule:actor:Location"
INCLUDE_ASSOCIATION: Final = "Location:organization"

_ASSOCIATION_SPELLINGS: Final = frozenset({INCLUDE_ASSOCIATION, "Location:Organization"})
"""The guide once writes the parameter with a capital (A-33)."""

Parameters = Iterable[tuple[str, str]]

_BOUND: Final = re.compile(
    r"(?P<prefix>[a-z]{2})?"
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:T(?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?P<zone>Z|[+\- ]\d{2}:\d{2})?)?",
    re.ASCII,
)
_LAST_INSTANT: Final = timedelta(days=1) - timedelta(microseconds=1)

_Given = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class SlotCriteria:
    """What is searched: prefixed numbers in the order asked, inclusive bounds on the start, states and audience.

    `lower` and `upper` are aware and keep the offset of the request; `audience` is that of the flow unless a version of
    the product thinks otherwise; `includes` holds the honoured `_include` and `_revinclude` values.
    """

    flow: Flow
    identifiers: tuple[str, ...]
    lower: datetime
    upper: datetime
    states: tuple[SlotState, ...]
    audience: tuple[Visibility, ...]
    includes: frozenset[str]


def read_slot_criteria(parameters: Parameters) -> SlotCriteria:
    """Criteria of a `GET [base]/Slot`. Raises FhirError (400) when a parameter is missing or cannot be understood."""
    given = _given(parameters)
    lower, upper = _window(given, "start")
    flow = _slot_flow(given)
    return SlotCriteria(
        flow=flow,
        identifiers=_identifiers(given, PRACTITIONER_PARAMETER, IDNPS_SYSTEM, "identifiant national de PS"),
        lower=lower,
        upper=upper,
        states=_states(given, "status"),
        audience=flow.audience,
        includes=_slot_includes(given),
    )


def read_schedule_criteria(parameters: Parameters) -> SlotCriteria:
    """Criteria of a `GET [base]/Schedule`: the same of the slots of associations. Raises FhirError (400) likewise."""
    given = _given(parameters)
    lower, upper = _window(given, REVERSE_START)
    return SlotCriteria(
        flow=INT_SOS1,
        identifiers=_identifiers(given, ASSOCIATION_PARAMETER, IDNST_SYSTEM, "SIRET d’association"),
        lower=lower,
        upper=upper,
        states=_states(given, REVERSE_STATUS),
        audience=INT_SOS1.audience,
        includes=_schedule_includes(given),
    )


def _given(parameters: Parameters) -> _Given:
    given: _Given = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    return given


def _window(given: _Given, name: str) -> tuple[datetime, datetime]:
    bounds = [_bound(name, value) for value in given.get(name, [])]
    lower = [instant for prefix, instant in bounds if prefix == "ge"]
    upper = [instant for prefix, instant in bounds if prefix == "le"]
    if not lower or not upper:
        missing = "ge" if not lower else "le"
        raise FhirError(400, "required", f"Paramètre {name} : la borne de préfixe « {missing} » est obligatoire.")
    return max(lower), min(upper)


def _bound(name: str, value: str) -> tuple[str, datetime]:
    match = _BOUND.fullmatch(value)
    if match is None:
        raise FhirError(400, "invalid", f"Paramètre {name} : « {value} » n’est pas une date FHIR.")
    prefix = match["prefix"] or ""
    if prefix not in {"ge", "le"}:
        known = "seuls « ge » et « le » le sont"
        message = f"Paramètre {name} : le préfixe « {prefix} » n’est pas pris en charge, {known}."
        raise FhirError(400, "not-supported", message)
    try:
        return prefix, _instant(prefix, match["day"], match["time"], match["zone"])
    except (ValueError, OverflowError) as error:
        message = f"Paramètre {name} : « {value} » n’est pas une date FHIR."
        raise FhirError(400, "invalid", message) from error


def _instant(prefix: str, day: str, clock: str | None, zone: str | None) -> datetime:
    """A bare day means its first or last instant; a lost `+` of the offset arrives as a blank."""
    if clock is None:
        midnight = datetime.fromisoformat(day).replace(tzinfo=LOCAL_ZONE)
        return midnight if prefix == "ge" else midnight + _LAST_INSTANT
    text = f"{day}T{clock}{(zone or '').replace(' ', '+')}"
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=LOCAL_ZONE)


def _identifiers(given: _Given, name: str, system: str, what: str) -> tuple[str, ...]:
    lists = [[item.strip() for item in value.split(",") if item.strip()] for value in given.get(name, [])]
    if not lists or not all(lists):
        raise FhirError(400, "required", f"Paramètre {name} : au moins un {what} est obligatoire.")
    numbers = [dict.fromkeys(_number(token, system) for token in tokens) for tokens in lists]
    return tuple(number for number in numbers[0] if number and all(number in others for others in numbers[1:]))


def _number(token: str, system: str) -> str:
    """The value of a `system|value` token; empty when the system is not that of the national identifier."""
    given, bar, value = token.rpartition("|")
    return value if not bar or given == system else ""


def _states(given: _Given, name: str) -> tuple[SlotState, ...]:
    values = given.get(name, [])
    if not values or not all(values):
        raise FhirError(400, "required", f"Paramètre {name} : la valeur « free » est obligatoire.")
    codes = [value.rpartition("|")[2] for value in values]
    if any(code != SlotState.FREE for code in codes):
        raise FhirError(400, "not-supported", f"Paramètre {name} : seule la valeur « free » est prise en charge.")
    return (SlotState.FREE,)


def _slot_flow(given: _Given) -> Flow:
    """A search that asks for what only CPTS have is INT_R04; the two flows have all the rest in common."""
    asked = {INCLUDE_SERVICES} & set(given.get("_include", []))
    asked |= {INCLUDE_COMMUNITIES} & set(given.get("_include:iterate", []))
    return INT_R04 if asked else INT_R01


def _slot_includes(given: _Given) -> frozenset[str]:
    """What `_include` asks for, and `_include:iterate` from there: nothing is joined to a resource that is left out."""
    direct, iterated = set(given.get("_include", [])), set(given.get("_include:iterate", []))
    includes = {INCLUDE_SCHEDULE, INCLUDE_SERVICES} & direct
    for joined, onward in ((INCLUDE_SCHEDULE, INCLUDE_ACTORS), (INCLUDE_SERVICES, INCLUDE_COMMUNITIES)):
        if joined in includes:
            includes |= {onward} & iterated
    return frozenset(includes)


def _schedule_includes(given: _Given) -> frozenset[str]:
    """Slots on `_revinclude`, places on `_include`, and from there associations."""
    includes = {REVINCLUDE_SLOTS} & set(given.get("_revinclude", []))
    if INCLUDE_LOCATION in given.get("_include", []):
        asked = _ASSOCIATION_SPELLINGS & set(given.get("_include:iterate", []))
        includes |= {INCLUDE_LOCATION, INCLUDE_ASSOCIATION} if asked else {INCLUDE_LOCATION}
    return frozenset(includes)
