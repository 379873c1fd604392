"""Any agenda, any search: the reference editor’s answer is conformant, and holds the slots that a naive model says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sas_recette.editor.agenda import (
    Agenda,
    AgendaSlot,
    Appointment,
    Consultation,
    SlotState,
    Specialty,
    Visibility,
)
from sas_recette.editor.facts import line_status, place_fact
from sas_recette.editor.normalise import prefixed_structure
from sas_recette.editor.seed_centres import CENTRE_AGENDAS, UNKNOWN_SIRET_LIST
from sas_recette.editor.seed_directory import AGENDAS, COMMUNITIES, UNKNOWN_RPPS_LIST
from sas_recette.editor.store import Store
from sas_recette.exchange.model import Exchange, Response, Timings
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.platform.aggregator import OffsetStyle, SearchWindow, SlotQuery
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import AgendaLine, AgendaStatus, Facts
from sas_recette.rules.model import Outcome
from sas_recette.rules.rule import Subject
from tests.editor.bench import FHIR_BASE, NOW, Bench

PUBLIC, PRO, SNP, CPTS = Visibility
ZONES: Final = ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "America/Cayenne", "Pacific/Noumea")


def placed(agendas: Sequence[Agenda]) -> tuple[Agenda, ...]:
    """The agendas of the seed, their places spread over the zones of France."""
    places = {agenda.place.id: agenda.place for agenda in agendas}
    moved = {
        name: replace(place, timezone=ZONES[rank % len(ZONES)]) for rank, (name, place) in enumerate(places.items())
    }
    return tuple(replace(agenda, place=moved[agenda.place.id]) for agenda in agendas)


OF_PERSONS: Final = placed([*AGENDAS.values()])
OF_CENTRES: Final = placed([*CENTRE_AGENDAS.values()])
TRANSMITTED: Final = {
    Flow.INT_R01: {PUBLIC, PRO, SNP},
    Flow.INT_R04: {PUBLIC, PRO, SNP, CPTS},
    Flow.INT_SOS1: {PUBLIC, SNP},
}
"""aggregation.md §1, « Which slots are to be transmitted »."""


def owner(agenda: Agenda) -> str:
    """The number that the platform sends: the type digit and the eleven or fourteen digits (§2.5)."""
    if agenda.professional is not None:
        return "8" + agenda.professional.rpps[-11:]
    return "3" + (agenda.place.structure.identifier[-14:] if agenda.place.structure else "")


def naive(slots: Sequence[AgendaSlot], query: SlotQuery) -> set[str]:
    """aggregation.md §1 and §2.3, word for word."""
    return {
        slot.id
        for slot in slots
        if slot.state is SlotState.FREE
        and not slot.reserved
        and TRANSMITTED[query.flow].intersection(slot.visibilities)
        and owner(slot.agenda) in query.identifiers
        and query.window.start <= slot.start.astimezone(UTC) <= query.window.end
    }


OFFSETS: Final[tuple[OffsetStyle | tzinfo, ...]] = (
    OffsetStyle.AS_PARIS,
    OffsetStyle.UTC,
    timezone(timedelta(hours=-4)),
    timezone(timedelta(hours=11)),
)
MILLISECOND: Final = timedelta(milliseconds=1)
EPOCHS: Final = st.sampled_from(
    [
        NOW,
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2028, 2, 29, tzinfo=UTC),
    ]
)
SHARERS: Final = st.lists(st.sampled_from([*COMMUNITIES.values()]), max_size=2, unique_by=lambda one: one.id)
VISIBILITIES: Final = st.lists(st.sampled_from([PUBLIC, PRO, SNP]), unique=True)
CONSULTATIONS: Final = st.lists(st.sampled_from(Consultation), unique=True, min_size=1)
REASONS: Final = st.lists(st.sampled_from(["Suivi", "Vaccination"]), unique=True)
SPECIALTIES: Final = st.lists(st.sampled_from([Specialty("SM54"), Specialty(label="Sport")]), unique=True)


@st.composite
def windows(draw: st.DrawFn, epoch: datetime) -> SearchWindow:
    start = epoch.astimezone(UTC) + draw(st.integers(-3, 3)) * timedelta(minutes=30)
    return SearchWindow(start, start + draw(st.sampled_from([0, 1, 3600_000, 72 * 3600_000])) * MILLISECOND)


@st.composite
def slots_around(draw: st.DrawFn, agendas: tuple[Agenda, ...], window: SearchWindow, rank: int) -> AgendaSlot:
    agenda = draw(st.sampled_from(agendas))
    edge = draw(st.sampled_from([window.start, window.end, window.start + (window.end - window.start) / 2]))
    start = edge + draw(st.integers(-2, 2)) * draw(
        st.sampled_from([MILLISECOND, timedelta(hours=1), timedelta(days=1)])
    )
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    communities = draw(SHARERS)
    seen_by = (CPTS,) if communities and agenda.professional else ()
    return AgendaSlot(
        id=f"slot-{rank}",
        agenda=agenda,
        start=start,
        end=start + draw(st.sampled_from([MILLISECOND, timedelta(minutes=20), timedelta(days=1)])),
        state=draw(st.sampled_from([SlotState.FREE, SlotState.FREE, SlotState.BUSY, SlotState.UNAVAILABLE])),
        reserved=draw(st.sampled_from([False, False, False, True])),
        appointment=draw(st.sampled_from(Appointment)),
        visibilities=(*draw(VISIBILITIES), *seen_by),
        consultations=tuple(draw(CONSULTATIONS)),
        reasons=tuple(draw(REASONS)),
        specialties=tuple(draw(SPECIALTIES)),
        communities=tuple(communities) if seen_by else (),
    )


@st.composite
def cases(draw: st.DrawFn, flow: Flow) -> tuple[tuple[AgendaSlot, ...], SlotQuery]:
    """An agenda, with no two slots at once in one place, and a search of it."""
    agendas = OF_CENTRES if flow is Flow.INT_SOS1 else OF_PERSONS
    window = draw(windows(draw(EPOCHS)))
    drawn = [draw(slots_around(agendas, window, rank)) for rank in range(draw(st.integers(0, 12)))]
    slots = tuple({(slot.agenda.id, slot.start): slot for slot in drawn}.values())
    known = sorted({owner(agenda) for agenda in agendas})
    unknown = (
        [f"3{one}" for one in UNKNOWN_SIRET_LIST] if agendas is OF_CENTRES else [f"8{one}" for one in UNKNOWN_RPPS_LIST]
    )
    asked = draw(st.lists(st.sampled_from(known + unknown), min_size=1, max_size=25, unique=True))
    offset = draw(st.sampled_from(OFFSETS))
    return slots, SlotQuery(FHIR_BASE, flow, tuple(asked), window, offset=offset)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """The seed’s directory, without slots."""
    with closing(Store()) as held:
        held.load_directory((*OF_PERSONS, *OF_CENTRES), tuple(COMMUNITIES.values()))
        yield held


def asked_of(store: Store, slots: Sequence[AgendaSlot], query: SlotQuery, edition: str) -> SearchAnswer:
    """The editor’s answer, as the platform records it."""
    store.replace_slots(slots)
    request = query.request()
    reply = Bench(store=store, edition=edition).get(request.query, request.path.removeprefix(FHIR_BASE))
    response = Response(reply.status, (("content-type", reply.content_type),), reply.body)
    return read_answer(Exchange("x1", "s1", "recherche", NOW, request, response, timings=Timings(whole=20.0)))


def failing(answer: SearchAnswer, edition: str, facts: Facts) -> list[str]:
    tallies = judge("search", Subject((answer,), facts, edition, {}), load_catalogue())
    found = [finding for one in tallies for finding in one.findings]
    return [f"{one.requirement} {one.location} {one.message}" for one in found if one.outcome is Outcome.FAIL]


def declared(slot: AgendaSlot) -> AgendaLine:
    """What an editor would write of a slot in its candidate file; one that nobody sees is private."""
    place, centre = place_fact(slot.agenda.place), slot.agenda.place.centre
    return AgendaLine(
        owner(slot.agenda),
        slot.start.astimezone(UTC),
        slot.end.astimezone(UTC),
        AgendaStatus(line_status(slot).value if slot.visibilities else "private"),
        types=slot.visibilities,
        consultations=slot.consultations,
        motifs=slot.reasons,
        specialties=tuple(one.code or one.label or "" for one in slot.specialties),
        appointment=slot.appointment,
        street=place.line,
        postal_code=place.postal_code,
        city=place.city,
        cpts=tuple(prefixed_structure(one.identifier_kind, one.identifier) for one in slot.communities),
        place=centre.name if centre else "",
    )


@pytest.mark.parametrize("edition", ["1.1.0", "1.2.0"])
@pytest.mark.parametrize("flow", [Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1])
def test_conformant_and_complete(flow: Flow, edition: str, store: Store) -> None:
    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(cases(flow))
    def check(case: tuple[tuple[AgendaSlot, ...], SlotQuery]) -> None:
        slots, query = case
        answer = asked_of(store, slots, query, edition)
        assert {str(slot.resource["id"]) for slot in answer.slots} == naive(slots, query)
        assert failing(answer, edition, Facts()) == []
        assert failing(answer, edition, Facts(agenda=tuple(map(declared, slots)))) == []

    check()


@pytest.mark.parametrize("flow", [Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1])
def test_one_slot_held_back_is_missed(flow: Flow, store: Store) -> None:
    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(cases(flow))
    def check(case: tuple[tuple[AgendaSlot, ...], SlotQuery]) -> None:
        slots, query = case
        held_back = min(naive(slots, query), default="")
        answer = asked_of(store, [slot for slot in slots if slot.id != held_back], query, "1.2.0")
        facts = Facts(agenda=tuple(map(declared, slots)))
        assert {one.split()[0] for one in failing(answer, "1.2.0", facts)} == ({"AGR-COM-043"} if held_back else set())

    check()
