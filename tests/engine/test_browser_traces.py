from __future__ import annotations

from pathlib import Path

import pytest

from sas_recette.engine.browser_traces import BrowserTraces, Keeping
from sas_recette.engine.verdict import Verdict


def written(traces: BrowserTraces, scenario: str) -> Path:
    path = traces.next(scenario)
    assert path is not None
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    return path


def test_nothing_is_recorded_by_default(tmp_path: Path) -> None:
    traces = BrowserTraces(tmp_path, Keeping.NEVER)
    assert traces.next("SSO-S01") is None
    traces.conclude("SSO-S01", Verdict.NON_CONFORME)
    assert list(tmp_path.iterdir()) == []


def test_each_browser_of_a_scenario_has_a_file(tmp_path: Path) -> None:
    traces = BrowserTraces(tmp_path, Keeping.ALWAYS)
    names = [written(traces, one).name for one in ("SSO-S01", "SSO-S18", "SSO-S01")]
    assert names == ["SSO-S01-01.zip", "SSO-S18-01.zip", "SSO-S01-02.zip"]
    traces.conclude("SSO-S01", Verdict.CONFORME)
    assert len(list((tmp_path / "traces").iterdir())) == 3


@pytest.mark.parametrize("verdict", Verdict)
def test_on_failure_those_of_what_is_conforme_are_deleted(verdict: Verdict, tmp_path: Path) -> None:
    traces = BrowserTraces(tmp_path, Keeping.FAILURE)
    other, path = written(traces, "SSO-S01"), written(traces, "SSO-S18")
    traces.conclude("SSO-S18", verdict)
    assert path.exists() is (verdict is not Verdict.CONFORME)
    traces.conclude("SSO-S01", Verdict.CONFORME)
    assert not other.exists()
    assert (tmp_path / "traces").exists() is path.exists()
