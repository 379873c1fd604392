"""The whole cahier of a flow, played and judged against one version of the reference editor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import pytest

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.defects import DEFECTS, Defect
from sas_recette.engine.bench import Bench, Recorder, Sender
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.judging import Evidence, JudgedScenario, Norm, judge_scenario, requirement_results
from sas_recette.engine.means import Means
from sas_recette.engine.playing import play
from sas_recette.engine.result import RequirementResult
from sas_recette.engine.scenario import Scenario, load_scenarios
from sas_recette.engine.stage import Stage
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Exchange
from sas_recette.exchange.search import PARIS
from sas_recette.norm.requirements import Catalogue, Flow, load_catalogue
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.model import Tally
from sas_recette.rules.rule import Subject
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

FLOWS: Final = (Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1, Flow.INT_R02)


@cache
def scenarios(flow: Flow) -> tuple[Scenario, ...]:
    """The scenarios of a flow, in the order of the cahier."""
    return tuple(one for one in load_scenarios().values() if one.flow is flow)


def defects(flow: Flow) -> tuple[Defect, ...]:
    """The defects of a flow."""
    return tuple(one for one in DEFECTS.values() if one.flow == flow.value)


def concerned(defect: Defect, always: Collection[str], at_most: int) -> tuple[str, ...]:
    """The numbers of the scenarios that a defect is played on: those of every defect, then those that name what it reddens."""
    every = scenarios(Flow(defect.flow))
    named = (
        [one.id.rpartition("-")[2] for one in every if requirement in one.requirements][:at_most]
        for requirement in (*defect.failures, *defect.reserves)
    )
    return tuple(dict.fromkeys((*always, *(number for some in named for number in some))))


@cache
def candidate(base_url: str = FHIR_BASE, now: datetime = NOW) -> Candidate:
    """The reference editor as a candidate, its agenda declared at the instant of its own clock."""
    return validate_candidate(candidate_document(base_url, {}, now), "matrix")


@dataclass(frozen=True, slots=True)
class Campaign:
    """The verdict of every requirement, and of every scenario."""

    requirements: Mapping[str, RequirementResult]
    scenarios: tuple[JudgedScenario, ...]

    def having(self, verdict: Verdict) -> set[str]:
        """The requirements of one verdict."""
        return {name for name, one in self.requirements.items() if one.verdict is verdict}


def campaign(
    sender: Sender,
    folder: Path,
    flow: Flow,
    base_url: str = FHIR_BASE,
    now: datetime = NOW,
    *,
    declared: Candidate | None = None,
    played: Collection[str] = (),
    stage: Callable[[], Stage] | None = None,
    clock: Callable[[], datetime] | None = None,
    means: Means | None = None,
    published: Callable[[], Sequence[Exchange]] = tuple,
) -> Campaign:
    """Play and judge the whole cahier of a flow at an instant of the platform's clock; the journal goes to `folder`.

    `declared` is the candidate's file when it is not that of the reference editor at that instant; `played` are the numbers of
    the scenarios to play when not all are; `stage` is that of single sign-on and of appointments, and `clock` is then theirs;
    `means` are those of a load; `published` is what was asked of the bench about revocation.
    """
    known = declared or candidate(base_url, now)
    norm = Norm(load_catalogue(), known.edition, known.facts(now.astimezone(PARIS).date()))
    chosen = [one for one in scenarios(flow) if not played or one.id.rpartition("-")[2] in played]
    with _remembering(sender), JournalWriter(folder / "journal.jsonl", _header(now), clock=lambda: now) as writer:
        judged = tuple(
            judge_scenario(
                one, _played(one, sender, writer, known, clock or (lambda: now), stage, means, published), norm
            )
            for one in chosen
        )
    return Campaign({one.requirement.id: one for one in requirement_results(judged, norm.catalogue)}, judged)


def _header(now: datetime) -> JournalHeader:
    return JournalHeader(
        campaign="matrice", tool_version="0", edition="1.2.0", started=now, declared={}, plan=(), worker="main"
    )


def _played(
    scenario: Scenario,
    sender: Sender,
    writer: JournalWriter,
    known: Candidate,
    clock: Callable[[], datetime],
    stage: Callable[[], Stage] | None,
    means: Means | None,
    published: Callable[[], Sequence[Exchange]],
) -> Evidence:
    recorder = Recorder(writer)
    bench = Bench(
        scenario.id, scenario.flow, known, sender, recorder, clock, "matrice", stage, means=means, published=published
    )
    play(scenario, bench)
    return Evidence(
        recorder.exchanges, recorder.judgements, recorder.remarks, pages=recorder.pages, arrivals=recorder.arrivals
    )


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
        exchanges = (one.exchange.id for one in subject.answers if one.exchange)
        key = (check, repr(subject.expect), *exchanges, *(page.id for page in subject.pages))
        if key not in self.tallies:
            self.tallies[key] = judge(check, subject, catalogue)
        return self.tallies[key]


class _OneByOne:
    """A pool without threads: the stand-in answers at once, whoever else asks."""

    def __init__(self, max_workers: int) -> None:
        self.max_workers = max_workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def map(self, call: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return map(call, items)

    def submit(self, call: Callable[[Any], Any], item: object) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(call(item))
        return done


@contextmanager
def _remembering(sender: Sender) -> Iterator[None]:
    memory = _Memory()
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(sender, StandIn):  # nobody logs in to it, and nobody else has its accounts
            patch.setattr("sas_recette.engine.accounts.Accounts.close", lambda _: None)
            patch.setattr("sas_recette.engine.accounts.ThreadPoolExecutor", _OneByOne)
        patch.setattr("sas_recette.engine.bench.ThreadPoolExecutor", _OneByOne)
        patch.setattr("sas_recette.engine.bench.read_answer", memory.read)
        patch.setattr("sas_recette.engine.accounts.read_answer", memory.read)
        patch.setattr("sas_recette.engine.judging.read_answer", memory.read)
        patch.setattr("sas_recette.engine.judging.judge", memory.judge)
        yield
