"""The pytest plugin: scenarios become test items, their findings become verdicts, their exchanges Allure steps."""

from __future__ import annotations

import ssl
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from sas_recette.engine import allure_steps
from sas_recette.engine.bench import Bench, Recorder
from sas_recette.engine.browser_traces import BrowserTraces
from sas_recette.engine.campaign import header, transport_for, utc_now
from sas_recette.engine.judging import Evidence, Norm, judge_scenario
from sas_recette.engine.person import Person
from sas_recette.engine.plan import Plan, load_plan
from sas_recette.engine.playing import play
from sas_recette.engine.scenario import Scenario, declared_in, load_scenarios
from sas_recette.engine.stage import StageHand
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
        config.stash[WRITER_KEY] = JournalWriter(plan.journal, header(plan, worker), clock=utc_now)
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
            )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Record what came last; leave the journal without its footer when the campaign was interrupted."""
    stash = session.config.stash
    hand, writer = stash.get(HAND_KEY, None), stash.get(WRITER_KEY, None)
    if hand is not None and writer is not None:
        for exchange in hand.left():
            writer.exchange(exchange)
    if writer is not None and exitstatus == pytest.ExitCode.INTERRUPTED:
        writer.abandon()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the stage, then the journal."""
    hand, writer = config.stash.get(HAND_KEY, None), config.stash.get(WRITER_KEY, None)
    if hand is not None:
        hand.close()
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
    """Keep the scenarios of the plan, in the order of the cahier."""
    plan = config.stash.get(PLAN_KEY, None)
    if plan is None:
        return
    planned = {name: rank for rank, name in enumerate(plan.scenarios)}
    items[:] = sorted((item for item in items if item.name in planned), key=lambda item: planned[item.name])


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """The harness, in the hands of one scenario."""
    item: pytest.Item = request.node
    plan, writer = item.config.stash[PLAN_KEY], item.config.stash[WRITER_KEY]
    scenario = item.stash[SCENARIO_KEY]
    identity = item.config.stash[IDENTITY_KEY]
    transport = transport_for(plan.candidate, scenario.id, utc_now, plan.limits, identity)
    hand = item.config.stash.get(HAND_KEY, None)
    item.stash[BENCH_KEY] = Bench(
        scenario.id,
        scenario.flow,
        plan.candidate,
        transport,
        Recorder(writer),
        utc_now,
        plan.seed,
        (lambda: hand) if hand is not None else None,
    )
    return item.stash[BENCH_KEY]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Play a scenario, and give the item its scenario's verdict."""
    scenario = pyfuncitem.stash.get(SCENARIO_KEY, None)
    if scenario is None:
        return None
    duration = play(scenario, pyfuncitem.stash[BENCH_KEY])
    result = _result(pyfuncitem, scenario, duration)
    pyfuncitem.user_properties.append(("verdict", result.verdict.value))
    hand = pyfuncitem.config.stash.get(HAND_KEY, None)
    if hand is not None:
        hand.traces.conclude(scenario.id, result.verdict)
    _conclude(result)
    return True


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What was not played says so under its scenario’s id: pytest would tell a path of this machine, which Allure keeps."""
    report = yield
    if item.stash.get(SCENARIO_KEY, None) is not None and report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (item.name, 0, report.longrepr[2])
    return report


def _result(item: pytest.Function, scenario: Scenario, duration: float) -> ScenarioResult:
    bench, plan = item.stash[BENCH_KEY], item.config.stash[PLAN_KEY]
    recorder = bench.recorder
    facts = plan.candidate.facts(plan.started.astimezone(PARIS).date())
    evidence = Evidence(recorder.exchanges, recorder.judgements, recorder.remarks, None, duration, pages=recorder.pages)
    result = judge_scenario(scenario, evidence, Norm(load_catalogue(), plan.candidate.edition, facts)).result
    allure_steps.describe(scenario, result, recorder.exchanges, recorder.pages, plan.folder)
    return result


def _conclude(result: ScenarioResult) -> None:
    if result.verdict in {Verdict.NON_CONFORME, Verdict.ERREUR_DU_BANC}:
        pytest.fail(f"{result.verdict.value}\u00a0: {result.reason}", pytrace=False)
    if result.verdict in _NOT_PLAYED:
        pytest.skip(f"{result.verdict.value}\u00a0: {result.reason}")
