"""The whole cahier of INT_R01, played and judged against one version of the reference editor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.defects import DEFECTS, Defect
from sas_recette.engine.bench import Bench, Recorder, Sender
from sas_recette.engine.candidate import PARIS, Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.judging import Evidence, JudgedScenario, Norm, judge_scenario, requirement_results
from sas_recette.engine.playing import play
from sas_recette.engine.result import RequirementResult
from sas_recette.engine.scenario import Scenario, load_scenarios
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Exchange
from sas_recette.norm.requirements import Catalogue, Flow, load_catalogue
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.model import Tally
from sas_recette.rules.rule import Subject
from tests.matrix.stand_in import FHIR_BASE, NOW

FLOW: Final = Flow.INT_R01


@cache
def scenarios() -> tuple[Scenario, ...]:
    """The scenarios of the flow, in the order of the cahier."""
    return tuple(one for one in load_scenarios().values() if one.flow is FLOW)


def defects() -> tuple[Defect, ...]:
    """The defects of the flow."""
    return tuple(one for one in DEFECTS.values() if one.flow == FLOW.value)


@cache
def candidate(base_url: str = FHIR_BASE) -> Candidate:
    """The reference editor as a candidate, on the day of the frozen clock."""
    return validate_candidate(candidate_document(base_url, {}, NOW), "matrix")


@dataclass(frozen=True, slots=True)
class Campaign:
    """The verdict of every requirement, and of every scenario."""

    requirements: Mapping[str, RequirementResult]
    scenarios: tuple[JudgedScenario, ...]

    def having(self, verdict: Verdict) -> set[str]:
        """The requirements of one verdict."""
        return {name for name, one in self.requirements.items() if one.verdict is verdict}


def campaign(sender: Sender, folder: Path, base_url: str = FHIR_BASE) -> Campaign:
    """Play and judge the whole cahier; the journal goes to `folder`."""
    norm = Norm(load_catalogue(), candidate().edition, candidate().facts(NOW.astimezone(PARIS).date()))
    with _remembering(), JournalWriter(folder / "journal.jsonl", _HEADER, clock=lambda: NOW) as writer:
        judged = tuple(
            judge_scenario(one, _played(one, sender, writer, candidate(base_url)), norm) for one in scenarios()
        )
    return Campaign({one.requirement.id: one for one in requirement_results(judged, norm.catalogue)}, judged)


_HEADER: Final = JournalHeader(
    campaign="matrice", tool_version="0", edition="1.2.0", started=NOW, declared={}, plan=(), worker="main"
)


def _played(scenario: Scenario, sender: Sender, writer: JournalWriter, candidate: Candidate) -> Evidence:
    bench = Bench(scenario.id, candidate, sender, Recorder(writer), lambda: NOW)
    play(scenario, bench)
    return Evidence(bench.recorder.exchanges, bench.recorder.judgements, bench.recorder.remarks)


@dataclass(slots=True)
class _Memory:
    """What was read and judged: exchanges of one id are the same, whatever the scenario that asked for them."""

    answers: dict[str, SearchAnswer] = field(default_factory=dict)
    tallies: dict[tuple[str, ...], tuple[Tally, ...]] = field(default_factory=dict)

    def read(self, exchange: Exchange) -> SearchAnswer:
        if exchange.id not in self.answers:
            self.answers[exchange.id] = read_answer(exchange)
        return self.answers[exchange.id]

    def judge(self, check: str, subject: Subject, catalogue: Catalogue) -> tuple[Tally, ...]:
        key = (check, repr(subject.expect), *(one.exchange.id for one in subject.answers if one.exchange))
        if key not in self.tallies:
            self.tallies[key] = judge(check, subject, catalogue)
        return self.tallies[key]


@contextmanager
def _remembering() -> Iterator[None]:
    memory = _Memory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sas_recette.engine.bench.read_answer", memory.read)
        patch.setattr("sas_recette.engine.judging.read_answer", memory.read)
        patch.setattr("sas_recette.engine.judging.judge", memory.judge)
        yield
