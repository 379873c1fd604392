"""How a message is sent: verb, criterion, headers, encoding (appointments.md §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_plus

from sas_recette.fhir.access import text
from sas_recette.fhir.problem import ProblemKind
from sas_recette.rules.appointments.reading import UPDATE, Message, Place, messages
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_FORM: Final = "PUT [base]/Appointment?identifier=<system>|<value>"
_URL: Final = "HTTP.url"
_CRITERION: Final = "HTTP.query.identifier"
_CONTENT_TYPE: Final = "application/fhir+json"
_ACCEPTED: Final = frozenset({"application/json+fhir", _CONTENT_TYPE})
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([^\s;\",]+)", re.IGNORECASE)
_LOCATION: Final = re.compile(r"(?:^|/)Appointment/([^/?#]+)")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a conditional update: its name as written, and its value as decoded, both ways of reading `+`."""

    name: str
    readings: tuple[str, str]

    @property
    def value(self) -> str:
        """The value, `+` standing for itself."""
        return self.readings[0]


def criteria(message: Message) -> tuple[Criterion, ...]:
    """The criteria of a conditional update; `_format` and the like are none."""
    pairs = (part.partition("=") for part in message.exchange.request.query.split("&") if part)
    read = (Criterion(unquote(name), (unquote(value), unquote_plus(value))) for name, _, value in pairs)
    return tuple(one for one in read if not one.name.startswith("_"))


def _identifying(message: Message) -> tuple[Criterion, ...]:
    return tuple(one for one in criteria(message) if one.name.lower() == "identifier")


def _conditional_updates(subject: Subject) -> Iterator[tuple[Message, Criterion]]:
    for message in messages(subject):
        if message.method == UPDATE and message.place is Place.APPOINTMENTS:
            yield from ((message, one) for one in _identifying(message)[:1])


@rule("RDV-009")
def conditional_update(subject: Subject) -> Iterator[Observation]:
    """An update is a conditional PUT whose one criterion is the identifier that the body bears."""
    for message in messages(subject):
        if message.method not in {UPDATE, "PATCH"}:
            continue
        fault = _update_fault(message) or _criterion_fault(message) or _id_sent(message)
        yield fault or HELD


def _update_fault(message: Message) -> Deviation | None:
    url = message.exchange.request.url
    if message.method != UPDATE:
        why = "La mise à jour n’est pas un PUT, qui porte la ressource complète."
        return message.deviation("HTTP.method", why, _FORM, f"{message.method} {url}")
    if message.place is Place.ONE_APPOINTMENT:
        why = (
            "La mise à jour désigne le rendez-vous par l’identifiant technique de la plateforme : l’IG SAS demande une "
            "mise à jour conditionnelle, par l’identifiant du rendez-vous."
        )
        return message.deviation(_URL, why, _FORM, f"PUT {url}")
    if message.place is Place.ELSEWHERE:
        return message.deviation(_URL, "La mise à jour n’est pas adressée à [base]/Appointment.", _FORM, f"PUT {url}")
    if not _identifying(message):
        why = "La mise à jour ne dit pas de quel rendez-vous il s’agit : le critère identifier est absent."
        return message.deviation(_URL, why, _FORM, f"PUT {url}")
    return None


def _criterion_fault(message: Message) -> Deviation | None:
    found = _identifying(message)
    if message.identifier and not all(_designates(one, *message.identifier) for one in found):
        why = "Le critère de la mise à jour n’est pas l’identifiant du rendez-vous que porte le corps."
        return message.deviation(_CRITERION, why, message.key, " & ".join(one.value for one in found))
    others = [one.name for one in criteria(message) if one not in found]
    if others:
        why = f"La mise à jour porte un autre critère que l’identifiant du rendez-vous : {', '.join(others)}."
        return message.deviation("HTTP.query", why, _FORM, message.exchange.request.query, reserve=True)
    return None


def _designates(criterion: Criterion, system: str, value: str) -> bool:
    return any(reading in {f"{system}|{value}", value} for reading in criterion.readings)


def _id_sent(message: Message) -> Deviation | None:
    """A technical id in the body of a conditional update, which R4 refuses where it is not the platform’s own."""
    sent = text(message.resource, "id")
    response = message.exchange.response
    given = _LOCATION.search(response.header("Location") or "") if response else None
    if not sent or (given and given[1] == sent):
        return None
    why = (
        "Le corps d’une mise à jour conditionnelle porte un id, que FHIR R4 fait refuser s’il n’est pas celui de la "
        "plateforme ; les exemples de l’IG SAS en portent un, à ignorer."
    )
    return message.deviation("Appointment.id", why, "aucun id", sent, reserve=True)


@rule("RDV-010")
def parameter_in_lower_case(subject: Subject) -> Iterator[Observation]:
    """The parameter is `identifier`; names of FHIR parameters are case-sensitive (open point RDV OP-4)."""
    for message, criterion in _conditional_updates(subject):
        if criterion.name == "identifier":
            yield HELD
        else:
            why = (
                f"Le paramètre est écrit « {criterion.name} » : la page de l’IG SAS l’écrit avec une majuscule, son "
                "diagramme et le CapabilityStatement en minuscules, et FHIR distingue les deux."
            )
            yield message.deviation(_CRITERION, why, "identifier", criterion.name)


@rule("RDV-039")
def criterion_is_a_token(subject: Subject) -> Iterator[Observation]:
    """The criterion is `system|value`, its pipe raw or encoded; a value alone is a token too, and a réserve."""
    for message, criterion in _conditional_updates(subject):
        if "|" in criterion.value:
            yield HELD
        else:
            why = "Le critère ne porte que la valeur de l’identifiant, sans son système."
            yield message.deviation(_CRITERION, why, message.key or "<system>|<value>", criterion.value or "vide")


@rule("RDV-043")
def encoded_in_utf8(subject: Subject) -> Iterator[Observation]:
    """The bytes are UTF-8; another charset announced over them is a réserve."""
    for message in messages(subject):
        if not message.exchange.request.body:
            continue
        wrong = [one for one in message.parsed.problems if one.kind is ProblemKind.ENCODING]
        charset = _CHARSET.search(message.header("Content-Type") or "")
        if wrong:
            yield message.deviation("HTTP.body", wrong[0].message, "un corps encodé en UTF-8", wrong[0].observed)
        elif charset and charset[1].lower().replace("_", "-") not in {"utf-8", "utf8"}:
            why = "Le corps est lisible en UTF-8, mais l’en-tête Content-Type annonce un autre encodage."
            place = "HTTP.header(Content-Type)"
            yield message.deviation(place, why, "charset=utf-8", message.header("Content-Type") or "", reserve=True)
        else:
            yield HELD


@rule("RDV-044")
def accept_header(subject: Subject) -> Iterator[Observation]:
    """The request accepts FHIR in JSON, in the spelling of the IG or in that of R4."""
    for message in messages(subject):
        if message.exchange.request.headers:
            why = "La requête n’annonce pas qu’elle accepte une réponse FHIR en JSON."
            expected = "application/json+fhir ou application/fhir+json"
            yield _announced(message, "Accept", _ACCEPTED, why, expected)


@rule("RDV-045")
def content_type_header(subject: Subject) -> Iterator[Observation]:
    """The request announces FHIR’s own media type."""
    for message in messages(subject):
        if message.exchange.request.headers and message.exchange.request.body:
            why = "La requête n’annonce pas le type de contenu de FHIR."
            yield _announced(message, "Content-Type", frozenset({_CONTENT_TYPE}), why, _CONTENT_TYPE)


def _announced(message: Message, name: str, wanted: frozenset[str], why: str, expected: str) -> Observation:
    written = message.header(name)
    types = {one.partition(";")[0].strip().lower() for one in (written or "").split(",")}
    if types & wanted:
        return HELD
    return message.deviation(f"HTTP.header({name})", why, expected, written or "absent")
