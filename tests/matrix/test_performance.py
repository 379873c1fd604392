"""Performance: each defect of slowness or of load turns red exactly what it declares, in virtual time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import DEFECTS, Defect
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.scenario import Occasion, load_scenarios
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.platform.load.profile import Order
from tests.matrix.cahier import Campaign, campaign, defects
from tests.matrix.load_stand_in import LoadStandIn, means
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

LOADS: Final = ("C01", "C02", "C03")
PROVED: Final = {"PERF-001", "PERF-002", "PERF-003", "PERF-004", "PERF-006", "PERF-010"}


@cache
def small() -> Candidate:
    """A candidate with two practitioners: a thousand searches of them are few different ones."""
    document = candidate_document(FHIR_BASE, {}, NOW)
    kept = {role: document["practitioners"][role] for role in ("one_site", "two_sites")}
    declared = {**document, "use_cases": ["ps"], "practitioners": kept, "attestations": []}
    declared["aggregation"] = {**document["aggregation"], "list_of_25": []}
    return validate_candidate(declared, "charge")


def loaded(item: Defect | None, folder: Path, *numbers: str, order: Order | None = None) -> Campaign:
    behaviour = REFERENCE if item is None else item.behaviour
    sender = LoadStandIn(behaviour)
    return campaign(
        StandIn(behaviour),
        folder,
        Flow.PERFORMANCE,
        declared=small(),
        played=numbers or LOADS,
        means=means(sender, order),
    )


@pytest.mark.parametrize("item", defects(Flow.PERFORMANCE), ids=lambda item: item.id)
def test_a_defect_under_load_reddens_what_it_declares(item: Defect, tmp_path: Path) -> None:
    numbers = LOADS if item.id == "perf-connections-exhausted" else ("C03",)
    seen = loaded(item, tmp_path, *numbers)
    assert seen.having(Verdict.NON_CONFORME) == set(item.failures)
    assert seen.having(Verdict.RESERVE) == set(item.reserves)
    assert seen.having(Verdict.ERREUR_DU_BANC) == set()


def test_the_reference_editor_bears_every_volume(tmp_path: Path) -> None:
    seen = loaded(None, tmp_path)
    assert {one.result.id: one.result.verdict for one in seen.scenarios} == {
        f"PERF-{number}": Verdict.CONFORME for number in LOADS
    }
    assert [name for name, one in seen.requirements.items() if one.findings] == []


def test_a_shortened_run_proves_nothing_and_says_so(tmp_path: Path) -> None:
    seen = loaded(None, tmp_path, "C01", order=Order(seconds=60.0))
    [one] = seen.scenarios
    assert one.result.verdict is Verdict.NON_VERIFIE
    assert one.result.reason.startswith(
        "essai écourté\u00a0: 50 recherches en 60\u00a0s, au lieu de 500 recherches en 600\u00a0s"
    )


def test_a_shortened_run_can_show_a_breach(tmp_path: Path) -> None:
    seen = loaded(DEFECTS["perf-503-when-busy"], tmp_path, "C01", order=Order(per_hour=720_000.0, seconds=1.0))
    [one] = seen.scenarios
    assert one.result.verdict is Verdict.RESERVE
    assert "essai écourté" in one.result.findings[0].observed


def test_a_slow_first_search_is_not_a_slow_candidate(tmp_path: Path) -> None:
    item = DEFECTS["slow-first-search"]
    seen = campaign(StandIn(item.behaviour, moves=True), tmp_path, Flow.INT_R01, played={"43"})
    assert seen.having(Verdict.NON_CONFORME) == set(item.failures) == {"PERF-001"}
    assert seen.having(Verdict.RESERVE) == set()
    [one] = seen.scenarios
    assert len(one.result.exchanges) == 10 + 5 + 5 + 3 + 1  # the last tells a slow candidate from a dead one


def test_a_stalled_candidate_is_not_waited_for_twenty_times(tmp_path: Path) -> None:
    stalled = DEFECTS["answer-after-seven-seconds"]
    seen = campaign(StandIn(stalled.behaviour, moves=True), tmp_path, Flow.INT_R01, played={"43"})
    assert len(seen.scenarios[0].result.exchanges) == 4 * 2 + 1


def test_what_is_measured_has_a_scenario_and_a_defect() -> None:
    named = {name for one in load_scenarios().values() for name in one.requirements}
    broken = {name for item in DEFECTS.values() for name in item.reddens}
    catalogue = load_catalogue()
    assert named >= PROVED
    assert broken >= PROVED
    assert all(catalogue[name].level.binding is (name == "PERF-001") for name in PROVED)


def test_volumes_are_not_played_unasked() -> None:
    occasions = {one.id: one.occasion for one in load_scenarios().values() if one.occasion is not Occasion.ALWAYS}
    assert occasions == {
        "PERF-C01": Occasion.ON_DEMAND,
        "PERF-C02": Occasion.ON_DEMAND,
        "PERF-C03": Occasion.AGREED,
    }
