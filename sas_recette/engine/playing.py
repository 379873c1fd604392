"""Playing one scenario: its data are there or it says which are not, and whatever happens is recorded."""

from __future__ import annotations

import time

from sas_recette.engine.bench import Bench, NotPlayableError
from sas_recette.engine.breakdown import described_error
from sas_recette.engine.scenario import Scenario
from sas_recette.errors import UserError
from sas_recette.exchange.model import Remark, RemarkKind


def play(scenario: Scenario, bench: Bench) -> float:
    """Play a scenario and return how long it took, in seconds.

    A scenario outside the declared scope is not played; a precondition that does not hold becomes a remark, and so does what
    the user has to mend (a browser that is not there, a driver that fails). Any other exception is a fault of the harness: recorded as such, then raised.
    An interruption leaves the scenario without an end in the journal.
    """
    recorder = bench.recorder
    started = time.monotonic()
    recorder.writer.scenario_started(scenario.id)
    try:
        if not scenario.in_scope(bench.candidate.scope):
            bench.not_applicable(scenario.out_of_scope)
            return _ended(scenario, bench, started)
        bench.record_attestations(scenario.requirements)
        bench.require(scenario.needs)
        scenario.play(bench)
    except (NotPlayableError, UserError) as missing:
        recorder.remark(Remark(scenario.id, RemarkKind.NOT_VERIFIED, str(missing)))
    except Exception as error:
        recorder.remark(Remark(scenario.id, RemarkKind.BENCH_ERROR, described_error(error)))
        _ended(scenario, bench, started)
        raise
    return _ended(scenario, bench, started)


def _ended(scenario: Scenario, bench: Bench, started: float) -> float:
    duration = time.monotonic() - started
    bench.recorder.writer.scenario_ended(scenario.id, duration)
    return duration
