"""What comes after a regulator has booked: the creation, at once, of what was booked, by whom (appointments.md §2, §6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sas_recette.fhir.access import child, children, text
from sas_recette.fhir.instant import read_instant
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.rules.appointments.awaited import AT_ONCE, Awaited, duration, period
from sas_recette.rules.appointments.payload import ROOT
from sas_recette.rules.appointments.reading import OPERATOR_URL, Identifier, Message
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_CREATION: Final = "POST [base]/Appointment"
_CLOCKS: Final = timedelta(minutes=5)
"""How much two clocks may differ."""

_CHANGES_PRACTITIONER: Final = frozenset({"identified", "replaced"})
_TYPES: Final = {IDNPS_SYSTEM: "IDNPS", SAS_TECHNICAL_SYSTEM: "INTRN"}


@rule("RDV-001")
def booking_is_told(subject: Subject) -> Iterator[Observation]:
    """A booking triggers a POST [base]/Appointment; a conditional update instead of it is a réserve (§3.1)."""
    awaited = Awaited(subject)
    if awaited.never_heard:
        return
    if any(message.creates for message in awaited.messages):
        yield HELD
        return
    updates = [message for message in awaited.messages if message.updates]
    if updates:
        why = "La prise du rendez-vous est transmise par une mise à jour, que la plateforme traite comme une création."
        yield updates[0].deviation(
            "HTTP.method", why, _CREATION, f"PUT {updates[0].exchange.request.url}", reserve=True
        )
        return
    elsewhere = [f"{one.method} {one.exchange.request.url}" for one in awaited.messages]
    if elsewhere:
        why = "Après la prise du rendez-vous, aucun POST n’est adressé à [base]/Appointment."
        yield awaited.messages[0].deviation("HTTP.url", why, _CREATION, ", ".join(elsewhere))
        return
    why = (
        f"Un régulateur a pris un rendez-vous, et rien n’est arrivé à la plateforme dans les {duration(awaited.window)} : "
        "vérifiez que la solution est configurée avec l’adresse de la boîte de réception du banc (appointments.base_url), "
        "et que la prise de rendez-vous par un régulateur venu du SAS déclenche un envoi."
    )
    yield awaited.missing(why, _CREATION)


@rule("RDV-002")
def told_at_once(subject: Subject) -> Iterator[Observation]:
    """The first message comes within the minute; later is a réserve, after the window a failure (open point RDV OP-3)."""
    awaited = Awaited(subject)
    first = next((message for message in awaited.messages if message.creates or message.updates), None)
    delay = awaited.delay(first) if first else None
    if first is None or delay is None:
        return
    yield late(first, delay, awaited, "Le rendez-vous n’est pas transmis dès qu’il est pris") or HELD


def late(message: Message, delay: timedelta, awaited: Awaited, why: str) -> Deviation | None:
    """What is to be said of a message that came too long after what it tells of."""
    if delay <= AT_ONCE:
        return None
    observed, whole = duration(delay), f"{why} : il arrive {duration(delay)} après."
    if delay > awaited.window:
        expected = f"dans les {duration(awaited.window)} (fenêtre d’observation)"
        return message.deviation("HTTP", whole, expected, observed)
    whole += " L’IG SAS écrit «\u00a0dès que\u00a0», sans chiffre ; le banc émet une réserve au-delà de 60\u00a0s."
    return message.deviation("HTTP", whole, duration(AT_ONCE), observed, reserve=True)


@rule("RDV-018")
def regulator_of_the_appointment(subject: Subject) -> Iterator[Observation]:
    """The operator is the one who booked, by the identifier that INT_R02 gave; a former one of his is a réserve."""
    awaited = Awaited(subject)
    wanted = awaited.operator
    for message in awaited.messages:
        named = message.operator
        if named is None or wanted is None or _badly_typed(message, named, wanted):
            continue
        if named == wanted:
            yield HELD
            continue
        former = named == awaited.former_operator
        why = (
            "Le régulateur est désigné par l’identifiant qu’il avait avant que son compte n’en change : aucun texte publié "
            "ne dit lequel porte la mise à jour d’un rendez-vous plus ancien."
            if former
            else "L’opérateur n’est pas le régulateur qui a pris le rendez-vous, tel que le compte (INT_R02) l’identifie."
        )
        place = f"{ROOT}.extension[{_rank_of_operator(message)}].valueReference.identifier.value"
        yield message.deviation(place, why, "|".join(wanted), "|".join(named), reserve=former)


def _badly_typed(message: Message, named: Identifier, wanted: Identifier) -> bool:
    """Whether the right value comes with a system that is not of its type: RDV-017 says so."""
    extension = list(children(message.resource, "extension"))
    held = next(one for _, one in extension if text(one, "url") == OPERATOR_URL)
    codings = children(child(child(child(held, "valueReference"), "identifier"), "type"), "coding")
    kinds = {text(coding, "code") for _, coding in codings}
    return named[1] == wanted[1] and named != wanted and _TYPES.get(named[0]) not in kinds


def _rank_of_operator(message: Message) -> int:
    return next(index for index, one in children(message.resource, "extension") if text(one, "url") == OPERATOR_URL)


@rule("RDV-023")
def times_of_the_slot(subject: Subject) -> Iterator[Observation]:
    """Start and end are the instants of the slot that was booked, however they are written."""
    awaited = Awaited(subject)
    for message in awaited.messages:
        yield from slot_times(message, awaited)


def slot_times(message: Message, awaited: Awaited) -> Iterator[Observation]:
    """What is to be said of the times of one message."""
    pairs = (("start", message.start, awaited.start), ("end", message.end, awaited.end))
    wrong = [(key, wanted) for key, read, wanted in pairs if read and wanted and read != wanted]
    for key, wanted in wrong:
        why = f"L’instant transmis ({key}) n’est pas celui du créneau réservé."
        observed = text(message.resource, key) or ""
        expected = period(awaited.start, awaited.end) if wanted else ""
        yield message.deviation(f"{ROOT}.{key}", why, expected, observed)
    if not wrong and any(read and wanted for _, read, wanted in pairs):
        yield HELD


@rule("RDV-027")
def practitioner_of_the_slot(subject: Subject) -> Iterator[Observation]:
    """Outside SOS Médecins, the professional is the one whose slot was booked. That there is one is the profile’s."""
    awaited = Awaited(subject)
    for message in awaited.messages if awaited.practitioner and not awaited.sos else ():
        yield from _right_practitioner(message, awaited)


def _right_practitioner(message: Message, awaited: Awaited) -> Iterator[Observation]:
    """Whether a professional who is named is the right one; after his replacement, another is RDV-004’s."""
    named = message.practitioners
    if awaited.practitioner in named:
        yield HELD
    elif named and awaited.event not in _CHANGES_PRACTITIONER:
        why = "Le professionnel du rendez-vous n’est pas celui dont le créneau a été réservé."
        yield message.deviation(f"{ROOT}.participant", why, awaited.practitioner, ", ".join(named))


@rule("RDV-031")
def practitioner_sent_when_known(subject: Subject) -> Iterator[Observation]:
    """At SOS Médecins, a professional who is known is named; a fulfilled appointment is RDV-032’s."""
    awaited = Awaited(subject)
    for message in awaited.messages if awaited.practitioner and awaited.sos else ():
        yield from _right_practitioner(message, awaited)
        told_elsewhere = message.status == "fulfilled" or awaited.event in _CHANGES_PRACTITIONER
        if message.resource and not message.practitioners and not told_elsewhere:
            why = "Le médecin est connu, mais aucun participant ne porte son identifiant national."
            yield message.deviation(f"{ROOT}.participant", why, awaited.practitioner, "absent")


@rule("RDV-046")
def request_awaits_confirmation(subject: Subject) -> Iterator[Observation]:
    """A request that somebody has still to confirm is sent as pending (open point RDV OP-1)."""
    awaited = Awaited(subject)
    created = [message for message in awaited.messages if (message.creates or message.updates) and message.status]
    if not awaited.pending or not created:
        return
    if created[0].status == "pending":
        yield HELD
    else:
        why = "La demande attend une confirmation, mais elle n’est pas transmise comme telle."
        yield created[0].deviation(f"{ROOT}.status", why, "pending", created[0].status or "")


@rule("RDV-025")
def date_of_the_booking(subject: Subject) -> Iterator[Observation]:
    """`created` is when the booking was made: between the request and the message, clocks allowed for."""
    awaited = Awaited(subject)
    asked_at = awaited.asked_at
    for message in awaited.messages:
        written = text(message.resource, "created")
        created = read_instant(written)
        if asked_at is None or created is None or not message.creates:
            continue
        if asked_at - _CLOCKS <= created <= message.exchange.started + _CLOCKS:
            yield HELD
        else:
            why = "La date de prise de rendez-vous (created) n’est pas celle où il a été pris."
            yield message.deviation(f"{ROOT}.created", why, period(asked_at, message.exchange.started), written or "")
