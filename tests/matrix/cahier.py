"""The whole cahier of INT_R01, played and judged against one version of the reference editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.behaviour import Behaviour
from sas_recette.engine.bench import Bench, Recorder, Sender
from sas_recette.engine.candidate import PARIS, Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.judging import Evidence, JudgedScenario, Norm, judge_scenario, requirement_results
from sas_recette.engine.playing import play
from sas_recette.engine.result import RequirementResult
from sas_recette.engine.scenario import Scenario, load_scenarios
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.lines import JournalHeader
from sas_recette.norm.requirements import Flow, load_catalogue
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

FLOW: Final = Flow.INT_R01


def scenarios() -> tuple[Scenario, ...]:
    """The scenarios of the flow, in the order of the cahier."""
    return tuple(one for one in load_scenarios().values() if one.flow is FLOW)


@cache
def candidate() -> Candidate:
    """The reference editor as a candidate, at the frozen instant."""
    return validate_candidate(candidate_document(FHIR_BASE, {}, NOW), "matrix")


@cache
def _norm() -> Norm:
    return Norm(load_catalogue(), candidate().edition, candidate().facts(NOW.astimezone(PARIS).date()))


def played(sender, journal: Path):
    found = []
    with JournalWriter(journal, JournalHeader("c", "0", "1.2.0", NOW, {}, ()), clock=lambda: NOW) as writer:
        for scenario in scenarios():
            bench = Bench(scenario.id, candidate(), sender, Recorder(writer), lambda: NOW)
            play(scenario, bench)
            r = bench.recorder
            found.append((scenario, Evidence(r.exchanges, r.judgements, r.remarks)))
    return found

def results(ev):
    return {one.requirement.id: one for one in requirement_results([judge_scenario(s, e, _norm()) for s, e in ev], load_catalogue())}
