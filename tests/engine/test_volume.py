"""A load run in the hands of a scenario: agreement, sample, interruption, and what the journal alone tells again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import DEFECTS
from sas_recette.engine.assessment import assess
from sas_recette.engine.bench import Bench, NotPlayableError, Recorder
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import CandidateFileError, validate_candidate
from sas_recette.engine.load_data import load_refusal
from sas_recette.engine.means import Means
from sas_recette.engine.plan import Selection, select
from sas_recette.engine.playing import play
from sas_recette.engine.scenario import ScenarioError, load_scenarios
from sas_recette.engine.verdict import Verdict
from sas_recette.engine.volume import FAILURES_KEPT, SAMPLED, searchable
from sas_recette.exchange.journal import Journal, JournalWriter, read_journal
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.load_account import account
from sas_recette.norm.requirements import Flow, load_catalogue
from sas_recette.platform.load.firing import Bounds, Stop
from tests.exchange.builders import Clock
from tests.matrix.load_stand_in import LoadStandIn, means
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn
from tests.virtual_time import VirtualLoop

PRODUCTION = {"environment": "production", "tls": {"pki": "igc-test"}}


def candidate(**changes: object) -> Candidate:
    document = candidate_document(FHIR_BASE, {}, NOW)
    kept = {"one_site": document["practitioners"]["one_site"]}
    small = {"use_cases": ["ps"], "practitioners": kept, "attestations": [], "aggregation": {}}
    return validate_candidate({**document, **small, **changes}, "essai")


def recorded(scenario: str, folder: Path, how: Means, known: Candidate | None = None) -> Journal:
    """The journal of one scenario of load, played on the reference editor."""
    chosen = known or candidate()
    header = JournalHeader("c1", "0", "1.2.0", NOW, chosen.declared(), (scenario,))
    one = load_scenarios()[scenario]
    with JournalWriter(folder, header, clock=Clock()) as writer:
        bench = Bench(one.id, one.flow, chosen, StandIn(REFERENCE), Recorder(writer), lambda: NOW, "c1", means=how)
        with contextlib.suppress(KeyboardInterrupt):  # as pytest does; the scenario has no end in the journal
            play(one, bench)
    return read_journal(folder)


def agreement(**changes: object) -> dict[str, Any]:
    return {"agreed": True, "hosts": ["editeur.example"], "person": "Ada Martin", **changes}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"load": agreement(hosts=["EDITEUR.example"])}, ""),
        ({"load": agreement(hosts=["autre.example"])}, "ne porte pas sur l’hôte «\u00a0editeur.example\u00a0»"),
        ({"load": agreement(agreed=False)}, "n’a pas donné son accord"),
        ({"load": None}, "n’a pas donné son accord"),
        (PRODUCTION, "production"),
    ],
)
def test_who_may_be_loaded(changes: dict[str, Any], why: str) -> None:
    refusal = load_refusal(candidate(**changes))
    assert why in refusal
    assert bool(refusal) is bool(why)


def test_a_port_can_be_agreed_alone() -> None:
    document = candidate_document("https://editeur.example:8443/fhir", {}, NOW)
    assert document["load"]["hosts"] == ["editeur.example:8443"]
    assert load_refusal(validate_candidate(document, "essai")) == ""


def test_a_host_is_not_an_address() -> None:
    with pytest.raises(CandidateFileError, match="sans https:// ni chemin"):
        candidate(load=agreement(hosts=["https://editeur.example/fhir"]))


def test_what_is_played_unasked() -> None:
    known = load_scenarios()
    names = {one.id for one in select(Selection(), known, candidate())}
    assert {"PERF-C01", "PERF-C02", "PERF-C03"} & names == {"PERF-C03"}
    refused = {one.id for one in select(Selection(flows=("PERFORMANCE",)), known, candidate(load=None))}
    assert not {"PERF-C01", "PERF-C02", "PERF-C03"} & refused
    assert [one.id for one in select(Selection(scenarios=("PERF-C01",)), known, candidate())] == ["PERF-C01"]
    with pytest.raises(ScenarioError):
        select(Selection(tags=("Charge",)), known, candidate(load=None))


def test_a_refused_load_sends_nothing(tmp_path: Path) -> None:
    journal = recorded("PERF-C03", tmp_path, means(LoadStandIn(REFERENCE)), candidate(**PRODUCTION))
    assert journal.arrivals == ()
    assert [remark.text for remark in journal.remarks if "production" in remark.text]


def test_the_journal_alone_tells_the_run_again(tmp_path: Path) -> None:
    journal = recorded("PERF-C03", tmp_path, means(LoadStandIn(REFERENCE)))
    result = assess(journal, load_catalogue(), load_scenarios())
    assert len(journal.arrivals) == 25
    assert len(journal.exchanges) == SAMPLED
    assert [one.verdict for one in result.scenarios] == [Verdict.CONFORME]
    assert {one.exchange for one in journal.arrivals if one.exchange} == set(journal.exchanges)
    assert [one.check for one in journal.judgements] == ["load-peak", *["search"] * SAMPLED]


def test_some_failures_are_kept_whole_and_not_judged_as_searches(tmp_path: Path) -> None:
    sender = LoadStandIn(DEFECTS["perf-503-when-busy"].behaviour)
    journal = recorded("PERF-C03", tmp_path, means(sender))
    result = assess(journal, load_catalogue(), load_scenarios())
    statuses = [one.response.status for one in journal.exchanges.values() if one.response]
    assert statuses.count(503) >= FAILURES_KEPT
    assert sum(one.check == "search" for one in journal.judgements) == statuses.count(200)
    [finding] = result.scenarios[0].findings
    assert (finding.requirement, finding.observed) == ("PERF-004", "16 sur 25 envoyées")
    assert finding.exchange in journal.exchanges


def test_an_interrupted_run_keeps_what_was_recorded(tmp_path: Path) -> None:
    def interrupted(main: Coroutine[Any, Any, Stop]) -> Stop:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            try:
                return runner.run(asyncio.wait_for(main, 60.0))
            except TimeoutError:
                raise KeyboardInterrupt from None

    how = replace(means(LoadStandIn(REFERENCE)), run=interrupted)
    journal = recorded("PERF-C01", tmp_path, how)
    kept = account(journal.arrivals)
    assert (kept.planned, kept.sent + kept.lost) == (500, 500)
    assert 20 < kept.answered < 80
    assert journal.exchanges
    result = assess(journal, load_catalogue(), load_scenarios())
    assert (result.interrupted, result.scenarios[0].verdict) == (True, Verdict.NON_VERIFIE)


def test_a_run_that_stops_itself_says_why(tmp_path: Path) -> None:
    sender = LoadStandIn(DEFECTS["perf-connections-exhausted"].behaviour)
    journal = recorded("PERF-C01", tmp_path, replace(means(sender), bounds=Bounds(errors=10)))
    assert account(journal.arrivals).failures == {"HTTP 503": 11}
    assert [one.text for one in journal.remarks] == [
        "la charge a été arrêtée\u00a0: trop d’erreurs ; 311 recherches envoyées sur 500"
    ]
    result = assess(journal, load_catalogue(), load_scenarios())
    assert result.scenarios[0].verdict is Verdict.RESERVE


def test_each_use_case_is_searched_in_its_flow() -> None:
    document = candidate_document(FHIR_BASE, {}, NOW)
    pools = searchable(validate_candidate(document, "essai"))
    assert list(pools) == [Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1]
    assert len(pools[Flow.INT_R01]) > 25
    nobody = validate_candidate({**document, "use_cases": ["sos"], "associations": {}}, "essai")
    with pytest.raises(NotPlayableError):
        searchable(nobody)
