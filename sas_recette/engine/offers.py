"""The slots that the bench may book: of the agendas that `[appointments]` names, found as the platform finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sas_recette.engine.appointments_data import Appointments
from sas_recette.engine.bench import Bench, MissingDataError, NotPlayableError
from sas_recette.fhir.access import JsonObject, child, children, text
from sas_recette.norm.requirements import Flow
from sas_recette.norm.terminology import WALKIN
from sas_recette.platform.entry import without_origin
from sas_recette.rules.answer import SearchAnswer, SlotView

UseCase = Literal["ps", "cpts", "sos"]

_FLOWS: Final = {"ps": Flow.INT_R01, "cpts": Flow.INT_R04, "sos": Flow.INT_SOS1}
_HOLDERS: Final = {"ps": "practitioner", "cpts": "cpts_practitioner", "sos": "association"}
_NOTICE: Final = timedelta(minutes=30)
"""How long before a slot it is still booked: a campaign must have time to move and to cancel."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot: the address that the regulator follows, its bounds, and whose it is.

    `practitioner` is the prefixed national identifier, empty at SOS Médecins, where `place` names the fixed place.
    """

    use_case: UseCase
    url: str
    start: datetime
    end: datetime
    practitioner: str
    place: str


def holder(declared: Appointments, use_case: UseCase) -> str:
    """Whose agenda is booked in for a use case. Raises MissingDataError when the candidate file does not give it."""
    found: str = getattr(declared, _HOLDERS[use_case])
    if not found:
        raise MissingDataError(f"appointments.{_HOLDERS[use_case]}")
    return found


def search(bench: Bench, declared: Appointments, use_case: UseCase, step: str) -> SearchAnswer:
    """Search the slots of the holder of a use case, as the platform does."""
    query = bench.query(holder(declared, use_case), flow=_FLOWS[use_case])
    return bench.send(query.request(), step=step)


def offers(answer: SearchAnswer, use_case: UseCase, now: datetime) -> Iterator[Offer]:
    """The slots of an answer that can be booked, in the order of time."""
    yield from sorted(_offers(answer, use_case, now + _NOTICE), key=lambda one: (one.start, one.url))


def need(answer: SearchAnswer, use_case: UseCase, now: datetime, count: int) -> tuple[Offer, ...]:
    """The first slots that can be booked. Raises NotPlayableError when there are not that many."""
    found = tuple(offers(answer, use_case, now))[:count]
    if len(found) < count:
        raise NotPlayableError(
            f"la recherche donne {len(found)} créneau(x) libre(s) à réserver, il en faut {count}\u00a0: "
            f"ouvrez-en dans l’agenda de appointments.{_HOLDERS[use_case]}"
        )
    return found


def _offers(answer: SearchAnswer, use_case: UseCase, after: datetime) -> Iterator[Offer]:
    for slot in answer.slots:
        url = text(slot.resource, "comment") or ""
        if slot.start is None or slot.end is None or slot.start < after or not url.startswith("https://"):
            continue
        if _walk_in(slot.resource):
            continue
        practitioner = (slot.owner or "") if use_case != "sos" else ""
        yield Offer(use_case, without_origin(url), slot.start, slot.end, practitioner, _place(slot))


def _place(slot: SlotView) -> str:
    return (text(slot.location, "name") or "") if slot.location is not None else ""


def _walk_in(slot: JsonObject) -> bool:
    return any(text(one, "code") == WALKIN for _, one in children(child(slot, "appointmentType"), "coding"))
