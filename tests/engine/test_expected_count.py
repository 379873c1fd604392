"""A candidate file without agenda, but with counts: completeness is judged all the same (AGR-COM-043)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.agenda import AgendaSlot
from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.criteria import SlotCriteria
from sas_recette.editor.defects import behaviour_of
from sas_recette.editor.defects.edits import on
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import OffsetStyle, SearchWindow, SlotQuery, search_window
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.facts import AssociationFacts, Facts, PractitionerFacts
from tests.matrix.cahier import Campaign, campaign
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn
from tests.rules.building import Verdicts, judged

COUNTED: Final = "AGR-COM-043"
TABLES: Final = {Flow.INT_R01: "practitioners", Flow.INT_R04: "practitioners", Flow.INT_SOS1: "associations"}
KEYS: Final = {Flow.INT_R01: "free_slots", Flow.INT_R04: "free_slots_cpts", Flow.INT_SOS1: "free_slots"}
HOLDERS: Final = {Flow.INT_R01: "899900000011", Flow.INT_R04: "899900000086", Flow.INT_SOS1: "399900022700010"}
"""PS-A, PS-H and the association CORN of the reference data."""

COUNTS: Final = {Flow.INT_R01: 5, Flow.INT_R04: 2, Flow.INT_SOS1: 3}
"""What each of them has free until the end of J+2, by reference-data.md §4 and §5."""

Selected = tuple[AgendaSlot, ...]


@cache
def document() -> dict[str, Any]:
    return candidate_document(FHIR_BASE, {}, NOW)


def counting(flow: Flow, count: int) -> Candidate:
    """The reference editor, which declares no agenda but how many slots one holder has."""
    table = {
        role: {**holder, KEYS[flow]: count} if holder["id"] == HOLDERS[flow] else holder
        for role, holder in document()[TABLES[flow]].items()
        if isinstance(holder, dict)
    }
    lists = {name: value for name, value in document()[TABLES[flow]].items() if not isinstance(value, dict)}
    return validate_candidate({**document(), TABLES[flow]: {**table, **lists}, "agenda": []}, "compte")


def played(behaviour: Behaviour, flow: Flow, count: int, folder: Path) -> Campaign:
    return campaign(StandIn(behaviour), folder, flow, declared=counting(flow, count))


def without_the_last(slots: Selected, _: SlotCriteria) -> Selected:
    """Of each agenda, in any flow."""
    last = {slot.agenda: slot.id for slot in slots}
    return tuple(slot for slot in slots if last[slot.agenda] != slot.id)


HOLDING_BACK: Final = Behaviour(selection=(without_the_last,))
TWICE: Final = Behaviour(entries=(lambda entries: [*entries, *entries],))


@pytest.mark.parametrize("flow", COUNTS)
def test_the_right_count(flow: Flow, tmp_path: Path) -> None:
    seen = played(REFERENCE, flow, COUNTS[flow], tmp_path).requirements[COUNTED]
    assert (seen.verdict, seen.examined) == (Verdict.CONFORME, 1)


@pytest.mark.parametrize("flow", COUNTS)
def test_a_slot_held_back(flow: Flow, tmp_path: Path) -> None:
    seen = played(HOLDING_BACK, flow, COUNTS[flow], tmp_path)
    assert seen.requirements[COUNTED].verdict is Verdict.NON_CONFORME
    finding = seen.requirements[COUNTED].findings[0]
    assert finding.message == f"La réponse contient moins de créneaux que recette.toml n’en compte ({KEYS[flow]})."
    assert (finding.location, finding.expected) == ("Bundle.entry", f"{COUNTS[flow]} créneau(x)")
    assert int(finding.observed) < COUNTS[flow]


@pytest.mark.parametrize("flow", COUNTS)
def test_more_than_the_count_is_a_reserve(flow: Flow, tmp_path: Path) -> None:
    """The file and the answer disagree, and neither is known to be right: the sources are named, nothing fails."""
    seen = played(REFERENCE, flow, COUNTS[flow] - 1, tmp_path).requirements[COUNTED]
    assert seen.verdict is Verdict.RESERVE
    assert "AGR-COM-054, AGR-COM-055" in seen.findings[0].message
    assert (seen.findings[0].expected, seen.findings[0].observed) == (
        f"{COUNTS[flow] - 1} créneau(x)",
        f"{COUNTS[flow]}",
    )


def test_a_taken_slot_sent_as_free_exceeds_the_count(tmp_path: Path) -> None:
    seen = played(behaviour_of(["busy-slots-sent-as-free"]), Flow.INT_R01, COUNTS[Flow.INT_R01], tmp_path)
    assert seen.requirements[COUNTED].verdict is Verdict.RESERVE


@pytest.mark.parametrize(
    "defect", ["status-ignored", "lower-bound-ignored", "upper-bound-ignored", "colleague-returned"]
)
def test_a_slot_that_is_wrong_by_itself_does_not_count(defect: str, tmp_path: Path) -> None:
    """It neither exceeds the count nor stands for one that is held back."""
    flow, count = Flow.INT_R01, COUNTS[Flow.INT_R01]
    assert played(behaviour_of([defect]), flow, count, tmp_path).requirements[COUNTED].verdict is Verdict.CONFORME
    more = played(behaviour_of([defect]), flow, count + 1, tmp_path / "un-de-plus").requirements[COUNTED]
    assert more.verdict is Verdict.NON_CONFORME


@pytest.mark.parametrize("flow", COUNTS)
def test_without_any_count_a_person_answers(flow: Flow, tmp_path: Path) -> None:
    silent = validate_candidate({**document(), "agenda": []}, "sans compte")
    seen = campaign(StandIn(REFERENCE), tmp_path, flow, declared=silent).requirements[COUNTED]
    assert seen.verdict is Verdict.A_ATTESTER


def test_a_count_of_none_holds(tmp_path: Path) -> None:
    """PS-F is known and has nothing free before J+5."""
    table = document()["practitioners"]
    counted = {**table, "no_slots": {**table["no_slots"], "free_slots": 0}}
    declared = validate_candidate({**document(), "practitioners": counted, "agenda": []}, "aucun")
    seen = campaign(StandIn(REFERENCE), tmp_path, Flow.INT_R01, declared=declared).requirements[COUNTED]
    assert (seen.verdict, seen.examined) == (Verdict.CONFORME, 1)


WHOLE: Final = search_window(NOW)
HOUR: Final = timedelta(hours=1)
FACTS: Final = Facts(
    practitioners={HOLDERS[Flow.INT_R01]: PractitionerFacts(HOLDERS[Flow.INT_R01], free_slots=99)},
    associations={HOLDERS[Flow.INT_SOS1]: AssociationFacts(HOLDERS[Flow.INT_SOS1], free_slots=99)},
)


def asked(query: SlotQuery, behaviour: Behaviour = REFERENCE, now: datetime = NOW) -> SearchAnswer:
    return read_answer(StandIn(behaviour, now).send(query.request(), scenario="s1", step="recherche"))


def counted(answer: SearchAnswer) -> Verdicts:
    return judged(answer, check="expected-count", facts=FACTS)


@pytest.mark.parametrize(
    "window",
    [
        SearchWindow(WHOLE.start, WHOLE.end - HOUR),
        SearchWindow(WHOLE.start, WHOLE.end - timedelta(milliseconds=1)),
        SearchWindow(WHOLE.start + timedelta(milliseconds=1), WHOLE.end),
        SearchWindow(WHOLE.start + HOUR, WHOLE.end),
        SearchWindow(WHOLE.start + 24 * HOUR, WHOLE.end + 24 * HOUR),
        SearchWindow(WHOLE.start, WHOLE.start),
    ],
)
@pytest.mark.parametrize("flow", [Flow.INT_R01, Flow.INT_SOS1])
def test_less_than_the_whole_window_is_not_counted(flow: Flow, window: SearchWindow) -> None:
    assert counted(asked(SlotQuery(FHIR_BASE, flow, (HOLDERS[flow],), window))).unverified == {COUNTED}


@pytest.mark.parametrize("offset", [OffsetStyle.AS_PARIS, OffsetStyle.UTC])
@pytest.mark.parametrize(
    "written",
    [
        "2026-06-16T23:59:59.999+02:00",
        "2026-06-17T00:00:00+02:00",
        "2026-10-25T02:30:00+01:00",
        "2026-10-24T00:00:00+02:00",
        "2026-06-16T10:12:00.000999+02:00",
    ],
)
@pytest.mark.parametrize("flow", [Flow.INT_R01, Flow.INT_SOS1])
def test_the_whole_window_is_counted_at_any_instant(flow: Flow, written: str, offset: OffsetStyle) -> None:
    now = datetime.fromisoformat(written)
    query = SlotQuery(FHIR_BASE, flow, (HOLDERS[flow],), search_window(now), offset=offset)
    assert counted(asked(query, now=now)).fails == {COUNTED}


@pytest.mark.parametrize("flow", [Flow.INT_R01, Flow.INT_SOS1])
def test_a_list_of_holders_is_not_counted(flow: Flow) -> None:
    others = {Flow.INT_R01: "899900000029", Flow.INT_SOS1: "399900021900017"}
    query = SlotQuery(FHIR_BASE, flow, (HOLDERS[flow], others[flow]), WHOLE)
    assert counted(asked(query)).unverified == {COUNTED}


def test_a_slot_sent_twice_counts_once() -> None:
    flow = Flow.INT_R01
    facts = Facts(practitioners={HOLDERS[flow]: PractitionerFacts(HOLDERS[flow], free_slots=COUNTS[flow])})
    answer = asked(SlotQuery(FHIR_BASE, flow, (HOLDERS[flow],), WHOLE), TWICE + HOLDING_BACK)
    verdicts = judged(answer, check="expected-count", facts=facts)
    assert verdicts.seen(COUNTED) == ("Bundle.entry", f"{COUNTS[flow]} créneau(x)", f"{COUNTS[flow] - 1}")


def test_a_slot_without_owner_is_not_called_missing() -> None:
    """Whose it is, other rules say."""
    flow = Flow.INT_R01
    facts = Facts(practitioners={HOLDERS[flow]: PractitionerFacts(HOLDERS[flow], free_slots=COUNTS[flow])})
    orphaned = on("Slot", lambda slot: slot.pop("schedule"))
    verdicts = judged(
        asked(SlotQuery(FHIR_BASE, flow, (HOLDERS[flow],), WHOLE), orphaned), check="expected-count", facts=facts
    )
    assert (verdicts.fails, verdicts.warns, verdicts.unverified) == (set(), set(), set())
