"""Playing one scenario: its data are there or it says which are not, and whatever happens is recorded."""

from __future__ import annotations

import time
import traceback
from pathlib import Path

from sas_recette.engine.bench import Bench, MissingDataError
from sas_recette.engine.scenario import Scenario
from sas_recette.exchange.model import Remark, RemarkKind


def play(scenario: Scenario, bench: Bench) -> float:
    """Play a scenario and return how long it took, in seconds.

    Test data that are missing become a remark. Any other exception is a fault of the harness: recorded as such, then raised.
    """
    recorder = bench.recorder
    started = time.monotonic()
    recorder.writer.scenario_started(scenario.id)
    try:
        bench.record_attestations(scenario.requirements)
        bench.require(scenario.needs)
        scenario.play(bench)
    except MissingDataError as missing:
        recorder.remark(Remark(scenario.id, RemarkKind.NOT_VERIFIED, str(missing)))
    except Exception as error:
        recorder.remark(Remark(scenario.id, RemarkKind.BENCH_ERROR, _described(error)))
        raise
    finally:
        duration = time.monotonic() - started
        recorder.writer.scenario_ended(scenario.id, duration)
    return duration


def _described(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}\u00a0: {error} ({Path(last.filename).name}, ligne {last.lineno})"
