"""The pytest plugin: scenarios become test items, their findings become verdicts."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from sas_recette.engine.bench import Bench, Recorder
from sas_recette.engine.browser_traces import BrowserTraces
from sas_recette.engine.campaign import header, transport_for, utc_now
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.faulty_servers import faulty_identities
from sas_recette.engine.judging import Evidence, Norm, judge_scenario
from sas_recette.engine.lanes import LANE, Lane, Played, beside
from sas_recette.engine.means import Means
from sas_recette.engine.person import Person
from sas_recette.engine.plan import Plan, load_plan
from sas_recette.engine.playing import play
from sas_recette.engine.revocation import asked_so_far
from sas_recette.engine.scenario import Scenario, declared_in, load_scenarios
from sas_recette.engine.stage import Stage, StageHand
from sas_recette.engine.tls_identity import context
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.search import PARIS
from sas_recette.norm.requirements import load_catalogue

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from sas_recette.engine.result import ScenarioResult

PLAN_KEY: Final = pytest.StashKey[Plan]()
WRITER_KEY: Final = pytest.StashKey[JournalWriter]()
SCENARIO_KEY: Final = pytest.StashKey[Scenario]()
BENCH_KEY: Final = pytest.StashKey[Bench]()
IDENTITY_KEY: Final = pytest.StashKey[ssl.SSLContext]()
HAND_KEY: Final = pytest.StashKey[StageHand]()
LANE_KEY: Final = pytest.StashKey[Lane | None]()
"""What plays beside the rest in this process, if anything does."""

PERSON_KEY: Final = pytest.StashKey[Person]()
"""Who is at the terminal; put there by a plugin of the command line."""

_NOT_PLAYED: Final = {Verdict.NON_VERIFIE, Verdict.A_ATTESTER, Verdict.SANS_OBJET}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the plan of the campaign."""
    parser.addoption("--sas-plan", type=Path, help="plan de la campagne (écrit par sas-recette run)")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the plan, and open this process's journal unless others play in its stead."""
    path: Path | None = config.getoption("--sas-plan")
    if path is None:
        return
    plan = config.stash[PLAN_KEY] = load_plan(path)
    if not getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        worker = getattr(config, "workerinput", {}).get("workerid", "main")
        config.stash[WRITER_KEY] = JournalWriter(
            plan.journal, header(plan, worker), clock=utc_now, identities=plan.identities()
        )
        config.stash[IDENTITY_KEY] = context(plan.candidate.tls)
        if plan.candidate.sso is not None:
            person = config.stash.get(PERSON_KEY, None)
            config.stash[HAND_KEY] = StageHand(
                plan.candidate.sso,
                plan.candidate.appointments,
                plan.folder,
                worker,
                utc_now,
                BrowserTraces(plan.folder, plan.traces),
                person,
                pictures=not plan.masking,
                faulty=faulty_identities(plan.candidate.tls),
            )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Record what came last; leave the journal without its footer when the campaign was interrupted."""
    stash = session.config.stash
    hand, writer, lane = stash.get(HAND_KEY, None), stash.get(WRITER_KEY, None), stash.get(LANE_KEY, None)
    if lane is not None and exitstatus != pytest.ExitCode.INTERRUPTED:
        lane.stop()
    if hand is not None and writer is not None:
        for exchange in hand.left():
            writer.exchange(exchange)
    if writer is not None and exitstatus == pytest.ExitCode.INTERRUPTED:
        writer.abandon()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the stage, then the journal; what still plays beside them, after an interruption, ends with the browser."""
    hand, writer = config.stash.get(HAND_KEY, None), config.stash.get(WRITER_KEY, None)
    if hand is not None:
        hand.close()
    lane = config.stash.get(LANE_KEY, None)
    if lane is not None:
        lane.stop()
    if writer is not None:
        writer.close()


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Item] | None:
    """Make an item of each scenario of a module."""
    scenarios = declared_in(obj)
    if not scenarios or not isinstance(collector, pytest.Module):
        return None
    return [_item(collector, one) for one in scenarios]


def _item(collector: pytest.Module, scenario: Scenario) -> pytest.Item:
    item: pytest.Item = pytest.Function.from_parent(collector, name=scenario.id, callobj=scenario.play)
    item.stash[SCENARIO_KEY] = scenario
    return item


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Several processes: what plays on the stage keeps to one of them, the rest goes wherever there is room.

    There is one platform, at one address. (The groups of pytest-xdist are not taken into account by this version of pytest.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scenario = load_scenarios().get(nodeid.rpartition("::")[2])
            return "stage" if scenario is not None and scenario.on_stage else nodeid

    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the scenarios of the plan, in the order of the cahier; what plays beside the rest is asked for last.

    The stage takes longest: where there are several processes it comes first. In one it comes last, so that response times are
    measured while nothing else is under way.
    """
    plan = config.stash.get(PLAN_KEY, None)
    if plan is None:
        return
    planned = {name: rank for rank, name in enumerate(plan.scenarios)}
    items[:] = [item for item in items if item.name in planned]
    apart = beside(plan.candidate, _planned(items))
    several = hasattr(config, "workerinput")

    def place(item: pytest.Item) -> tuple[bool, bool, int]:
        scenario = item.stash[SCENARIO_KEY]
        return scenario.on_stage is not several, scenario in apart, planned[item.name]

    items.sort(key=place)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin what plays beside the rest, with the first scenario that plays on the stage: response times are measured before."""
    config, scenario, hand = item.config, item.stash.get(SCENARIO_KEY, None), item.config.stash.get(HAND_KEY, None)
    if scenario is None or hand is None or LANE_KEY in config.stash:
        return
    candidate = config.stash[PLAN_KEY].candidate
    if not scenario.on_stage or not scenario.in_scope(candidate.scope):
        return
    apart = beside(candidate, _planned(item.session.items))
    config.stash[LANE_KEY] = None
    if apart:
        stage = hand.beside(LANE)
        config.stash[LANE_KEY] = Lane(apart, lambda one: _played(_new_bench(config, one, stage), one), hand.turns)


def _played(bench: Bench, scenario: Scenario) -> Played:
    return Played(bench, play(scenario, bench))


def _planned(items: Sequence[pytest.Item]) -> list[Scenario]:
    return [item.stash[SCENARIO_KEY] for item in items]


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """The harness, in the hands of one scenario."""
    item: pytest.Item = request.node
    item.stash[BENCH_KEY] = _new_bench(item.config, item.stash[SCENARIO_KEY], item.config.stash.get(HAND_KEY, None))
    return item.stash[BENCH_KEY]


def _new_bench(config: pytest.Config, scenario: Scenario, stage: Stage | None) -> Bench:
    plan, writer, identity = config.stash[PLAN_KEY], config.stash[WRITER_KEY], config.stash[IDENTITY_KEY]
    transport = transport_for(plan.candidate, scenario.id, utc_now, plan.limits, identity)
    return Bench(
        scenario.id,
        scenario.flow,
        plan.candidate,
        transport,
        Recorder(writer),
        utc_now,
        plan.seed,
        (lambda: stage) if stage is not None else None,
        plan.kept,
        Means.over_the_network(identity, plan.candidate.tls, plan.limits, plan.load),
        lambda: asked_so_far(plan),
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Play a scenario, and give the item its scenario's verdict."""
    scenario = pyfuncitem.stash.get(SCENARIO_KEY, None)
    if scenario is None:
        return None
    lane = pyfuncitem.config.stash.get(LANE_KEY, None)
    if lane is not None and scenario.id in lane:
        played = lane.result(scenario.id)
    else:
        played = _played(pyfuncitem.stash[BENCH_KEY], scenario)
    pyfuncitem.stash[BENCH_KEY] = played.bench
    result = _result(pyfuncitem, scenario, played.duration)
    pyfuncitem.user_properties.append(("verdict", result.verdict.value))
    hand = pyfuncitem.config.stash.get(HAND_KEY, None)
    if hand is not None:
        hand.traces.conclude(scenario.id, result.verdict)
    _conclude(result)
    return True


def _result(item: pytest.Function, scenario: Scenario, duration: float) -> ScenarioResult:
    bench, plan = item.stash[BENCH_KEY], item.config.stash[PLAN_KEY]
    recorder = bench.recorder
    candidate = validate_candidate(recorder.writer.header.declared, "journal") if plan.masking else plan.candidate
    facts = candidate.facts(plan.started.astimezone(PARIS).date())
    evidence = Evidence(
        recorder.exchanges,
        recorder.judgements,
        recorder.remarks,
        duration=duration,
        pages=recorder.pages,
        arrivals=recorder.arrivals,
    )
    return judge_scenario(scenario, evidence, Norm(load_catalogue(), plan.candidate.edition, facts)).result


def _conclude(result: ScenarioResult) -> None:
    if result.verdict in {Verdict.NON_CONFORME, Verdict.ERREUR_DU_BANC}:
        pytest.fail(f"{result.verdict.value}\u00a0: {result.reason}", pytrace=False)
    if result.verdict in _NOT_PLAYED:
        pytest.skip(f"{result.verdict.value}\u00a0: {result.reason}")
