"""What is the platform’s business, and what of it shows in the agenda (appointments.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sas_recette.fhir.access import as_object, text
from sas_recette.fhir.instant import read_instant
from sas_recette.rules.answer import SearchAnswer, SlotView
from sas_recette.rules.appointments.awaited import INBOX, summary
from sas_recette.rules.appointments.reading import messages
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("RDV-008")
def ordinary_appointments_stay_home(subject: Subject) -> Iterator[Observation]:
    """An appointment that did not come from the SAS is not sent.

    The last `expect["controls"]` messages (1 by default) are the control: an appointment of the SAS, which was sent. Without
    it, silence proves nothing.
    """
    known, asked = messages(subject), subject.expect.get("controls", 1)
    count = asked if isinstance(asked, int) and asked > 0 else 1
    ordinary, controls = known[:-count], known[-count:]
    if len(controls) < count or not any(message.creates or message.updates for message in controls):
        return
    for message in ordinary:
        why = (
            "Un rendez-vous pris hors du parcours SAS est transmis à la plateforme : le flux ne porte que ceux que prend un "
            "régulateur, et la vie privée des autres patients est en cause."
        )
        yield message.deviation(INBOX, why, "aucun message", summary(message))
    if not ordinary:
        yield HELD


@rule("RDV-050")
def booked_slot_is_taken(subject: Subject) -> Iterator[Observation]:
    """The slot that was offered (first answer) no longer is once it is booked (second).

    `expect["slot"]` gives its start, and its end where it is known; `expect["practitioner"]` and `expect["url"]` tell it from
    others of the same time.
    """
    slot = as_object(subject.expect.get("slot"))
    start = read_instant(text(slot, "start"))
    if start is None or len(subject.answers) < 2:
        return
    before, after = subject.answers[:2]
    if before.graph is None or after.graph is None or not _offered(subject, before, start):
        return
    again = _offered(subject, after, start)
    if again:
        place = again[0].entry.location
        why = "Le créneau que le régulateur a réservé est encore proposé : l’agenda n’en tient pas compte."
        yield Deviation(place, why, "créneau absent", text(again[0].resource, "start") or "", answer=1)
    else:
        yield HELD


def _offered(subject: Subject, answer: SearchAnswer, start: datetime) -> list[SlotView]:
    owner, url = str(subject.expect.get("practitioner") or ""), str(subject.expect.get("url") or "")
    end = read_instant(text(as_object(subject.expect.get("slot")), "end"))
    return [
        one
        for one in answer.slots
        if one.start == start
        and (end is None or one.end == end)
        and (not owner or one.owner == owner)
        and (not url or text(one.resource, "comment") == url)
    ]


@rule("RDV-050")
def freed_slot_is_offered_again(subject: Subject) -> Iterator[Observation]:
    """The slot that was offered (first answer) is again once the appointment is cancelled (last of three)."""
    start = read_instant(text(as_object(subject.expect.get("slot")), "start"))
    if start is None or len(subject.answers) < 3:
        return
    before, after = subject.answers[0], subject.answers[-1]
    if before.graph is None or after.graph is None or not _offered(subject, before, start):
        return
    if _offered(subject, after, start):
        yield HELD
        return
    why = "Le rendez-vous est annulé, et son créneau n’est pas proposé de nouveau : l’agenda n’en tient pas compte."
    yield Deviation(
        "Bundle.entry", why, "le créneau, de nouveau libre", "créneau absent", answer=len(subject.answers) - 1
    )


@rule("RDV-050")
def one_appointment_a_slot(subject: Subject) -> Iterator[Observation]:
    """Two regulators took the same slot: one of them only has an appointment.

    `expect["slot"]` gives its start. An appointment that is told and then cancelled, or pending, is no double.
    """
    start = read_instant(text(as_object(subject.expect.get("slot")), "start"))
    last = {one.key: one for one in messages(subject) if one.key and one.start == start and one.applied}
    held = [one for one in last.values() if one.status == "booked"]
    for other in held[1:]:
        why = "Deux régulateurs ont réservé le même créneau, et les deux rendez-vous sont transmis comme pris."
        yield other.deviation(INBOX, why, f"un seul rendez-vous ({held[0].key})", other.key)
    if len(held) == 1:
        yield HELD
