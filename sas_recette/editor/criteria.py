"""The search parameters of INT_R01 (and the extra ones of INT_R04), read into criteria.

Source: aggregation.md §2.2 to §2.5, §3 and §4; reference-data.md §7.5 for the wording of errors.
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
from sas_recette.norm.canonicals import IDNPS_SYSTEM

LOCAL_ZONE: Final = ZoneInfo("Europe/Paris")
PRACTITIONER_PARAMETER: Final = "schedule.actor:Practitioner.identifier"
INCLUDE_SCHEDULE: Final = "Slot:schedule"
INCLUDE_ACTORS: Final = "Schedule:actor"

_BOUND: Final = re.compile(
    r"(?P<prefix>[a-z]{2})?"
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:T(?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?P<zone>Z|[+\- ]\d{2}:\d{2})?)?",
    re.ASCII,
)
_LAST_INSTANT: Final = timedelta(days=1) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SlotCriteria:
    """What is searched: prefixed numbers in the order asked, inclusive bounds on the start, states and audience.

    `lower` and `upper` are aware and keep the offset of the request; `includes` holds the honoured `_include` values.
    """

    identifiers: tuple[str, ...]
    lower: datetime
    upper: datetime
    states: tuple[SlotState, ...]
    audience: tuple[Visibility, ...]
    includes: frozenset[str]


def read_criteria(parameters: Iterable[tuple[str, str]]) -> SlotCriteria:
    """Criteria of a `GET [base]/Slot`. Raises FhirError (400) when a parameter is missing or cannot be understood."""
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    lower, upper = _window(given.get("start", []))
    return SlotCriteria(
        identifiers=_identifiers(given.get(PRACTITIONER_PARAMETER, [])),
        lower=lower,
        upper=upper,
        states=_states(given.get("status", [])),
        audience=(Visibility.PUBLIC, Visibility.PRO, Visibility.SNP),
        includes=_includes(given),
    )


def _window(values: list[str]) -> tuple[datetime, datetime]:
    bounds = [_bound(value) for value in values]
    lower = [instant for prefix, instant in bounds if prefix == "ge"]
    upper = [instant for prefix, instant in bounds if prefix == "le"]
    if not lower or not upper:
        missing = "ge" if not lower else "le"
        raise FhirError(400, "required", f"Paramètre start : la borne de préfixe « {missing} » est obligatoire.")
    return max(lower), min(upper)


def _bound(value: str) -> tuple[str, datetime]:
    match = _BOUND.fullmatch(value)
    if match is None:
        raise FhirError(400, "invalid", f"Paramètre start : « {value} » n’est pas une date FHIR.")
    prefix = match["prefix"] or ""
    if prefix not in {"ge", "le"}:
        message = f"Paramètre start : le préfixe « {prefix} » n’est pas pris en charge, seuls « ge » et « le » le sont."
        raise FhirError(400, "not-supported", message)
    try:
        return prefix, _instant(prefix, match["day"], match["time"], match["zone"])
    except (ValueError, OverflowError) as error:
        message = f"Paramètre start : « {value} » n’est pas une date FHIR."
        raise FhirError(400, "invalid", message) from error


def _instant(prefix: str, day: str, clock: str | None, zone: str | None) -> datetime:
    """A bare day means its first or last instant; a lost `+` of the offset arrives as a blank."""
    if clock is None:
        midnight = datetime.fromisoformat(day).replace(tzinfo=LOCAL_ZONE)
        return midnight if prefix == "ge" else midnight + _LAST_INSTANT
    text = f"{day}T{clock}{(zone or '').replace(' ', '+')}"
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=LOCAL_ZONE)


def _identifiers(values: list[str]) -> tuple[str, ...]:
    lists = [[item.strip() for item in value.split(",") if item.strip()] for value in values]
    if not lists or not all(lists):
        message = f"Paramètre {PRACTITIONER_PARAMETER} : au moins un identifiant national de PS est obligatoire."
        raise FhirError(400, "required", message)
    numbers = [dict.fromkeys(_number(token) for token in tokens) for tokens in lists]
    return tuple(number for number in numbers[0] if number and all(number in others for others in numbers[1:]))


def _number(token: str) -> str:
    """The value of a `system|value` token; empty when the system is not that of the national identifier."""
    system, bar, value = token.rpartition("|")
    return value if not bar or system == IDNPS_SYSTEM else ""


def _states(values: list[str]) -> tuple[SlotState, ...]:
    if not values or not all(values):
        raise FhirError(400, "required", "Paramètre status : la valeur « free » est obligatoire.")
    codes = [value.rpartition("|")[2] for value in values]
    if any(code != SlotState.FREE for code in codes):
        raise FhirError(400, "not-supported", "Paramètre status : seule la valeur « free » est prise en charge.")
    return (SlotState.FREE,)


def _includes(given: dict[str, list[str]]) -> frozenset[str]:
    """Schedules on `_include`, their actors on `_include:iterate`, and never the actors of schedules left out."""
    includes = {INCLUDE_SCHEDULE} & set(given.get("_include", []))
    if includes:
        includes |= {INCLUDE_ACTORS} & set(given.get("_include:iterate", []))
    return frozenset(includes)
