"""What becomes of what Locust's workers tell; Locust itself is stood in for by a script that follows the plan at once."""

from __future__ import annotations

import ast
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path
from typing import Final

import pytest

from sas_recette.exchange.load_account import account
from sas_recette.exchange.model import Arrival, FaultKind, Request
from sas_recette.platform.load.firing import Bounds, Landed, Shot, Stop
from sas_recette.platform.load.swarm import Swarm, SwarmError, locust_command

PRETENDER: Final = """
import base64, json, re, sys, time
arguments = sys.argv[1:]
if "--worker" in arguments:
    time.sleep(60)
source = open(arguments[arguments.index("-f") + 1], encoding="utf-8").read()
plan = json.loads(re.search(r'json.loads\\(r\"\"\"(.*)\"\"\"\\)', source)[1])
open(sys.argv[0] + ".plan", "w").write(json.dumps(plan))
{behaviour}
with open(plan["results"], "a") as results:
    for shot in plan["shots"]:
        told = {{"rank": shot["rank"], "sent": shot["planned"], "ended": shot["planned"] + 0.5, "status": 200, "size": 2}}
        if shot["whole"]:
            told |= {{"headers": [["Content-Type", "application/json"]], "body": base64.b64encode(b"{{}}").decode()}}
        told |= change(shot)
        if told["rank"]:
            results.write(json.dumps(told) + "\\n")
"""


@dataclass(slots=True)
class Told:
    arrivals: list[Arrival] = field(default_factory=list)
    landed: dict[int, Landed | None] = field(default_factory=dict)

    def __call__(self, shot: Shot, arrival: Arrival, landed: Landed | None) -> None:
        self.arrivals.append(arrival)
        self.landed[shot.rank] = landed


def shots(count: int) -> list[Shot]:
    def request(later: float) -> Request:
        return Request("GET", f"https://e.example/fhir/Slot?start=ge{later:g}%7C", (("Accept", "application/json"),))

    return [Shot(rank, rank / 10, 1, request) for rank in range(1, count + 1)]


@pytest.fixture
def fired(tmp_path: Path) -> Callable[..., tuple[Stop, Told]]:
    def fire(behaviour: str, planned: Sequence[Shot], bounds: Bounds | None = None) -> tuple[Stop, Told]:
        script = tmp_path / "locust.py"
        script.write_text(PRETENDER.format(behaviour=behaviour), encoding="utf-8")
        swarm = Swarm(2, 5557, command=lambda: (sys.executable, "-S", str(script)))
        told = Told()
        begun = time.monotonic()
        stop = swarm.fire(
            planned, told, scenario="PERF-C01", bounds=bounds or Bounds(), whole=lambda shot: shot.rank == 1
        )
        assert time.monotonic() - begun < 30  # the workers, who sleep for a minute, were ended
        return stop, told

    return fire


def test_what_workers_tell_becomes_arrivals(fired: Callable[..., tuple[Stop, Told]], tmp_path: Path) -> None:
    stop, told = fired("change = lambda shot: {}", shots(3))
    assert stop is Stop.NONE
    assert [(one.rank, one.planned, one.sent, one.ended, one.status) for one in told.arrivals] == [
        (1, 0.1, 0.1, 0.6, 200),
        (2, 0.2, 0.2, 0.7, 200),
        (3, 0.3, 0.3, 0.8, 200),
    ]
    first = told.landed[1]
    assert first is not None
    assert first.response is not None
    assert (first.succeeded, first.response.body) == (True, b"{}")
    plan = json.loads((tmp_path / "locust.py.plan").read_text(encoding="utf-8"))
    assert (plan["host"], plan["workers"], plan["seconds"]) == ("https://e.example", 2, 7.0)
    assert plan["shots"][1] == {"rank": 2, "planned": 0.2, "whole": False, "target": "/fhir/Slot?start=ge0.2%7C"}
    assert plan["headers"]["Accept"] == "application/json"


def test_what_nobody_told_of_is_lost(fired: Callable[..., tuple[Stop, Told]]) -> None:
    _, told = fired('change = lambda shot: {"rank": shot["rank"] if shot["rank"] < 3 else 0}', shots(5))
    kept = account(told.arrivals)
    assert (kept.planned, kept.sent, kept.lost) == (5, 2, 3)


def test_faults_and_refusals_are_failures(fired: Callable[..., tuple[Stop, Told]]) -> None:
    changes = '[{}, {"status": 503}, {"status": None, "fault": "timeout", "detail": "7 s"}]'
    _, told = fired(f'change = lambda shot: {changes}[shot["rank"] % 3]', shots(3))
    kept = account(told.arrivals)
    assert kept.failures == {"HTTP 503": 1, "pas de réponse à temps": 1}
    assert {one.fault for one in told.arrivals} == {None, FaultKind.TIMEOUT}


def test_too_many_errors_end_the_run(fired: Callable[..., tuple[Stop, Told]]) -> None:
    slow = 'def change(shot):\n    results.flush()\n    time.sleep(0.5)\n    return {"status": 500}'
    stop, told = fired(slow, shots(60), Bounds(errors=2))
    kept = account(told.arrivals)
    assert stop is Stop.ERRORS
    assert 2 < kept.failed < 60
    assert kept.planned == kept.sent + kept.lost == 60


def test_a_locust_that_does_not_start_is_said(fired: Callable[..., tuple[Stop, Told]]) -> None:
    with pytest.raises(SwarmError, match="sans rien envoyer"):
        fired("sys.exit(3)", shots(1))


def test_locust_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(SwarmError, match="charge"):
        locust_command()


def test_the_file_of_the_workers_stands_alone() -> None:
    source = Path(str(util.find_spec("sas_recette.platform.load.swarm").origin)).with_name("locust_plan.py")  # type: ignore[union-attr]
    tree = ast.parse(source.read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [name for name in imported if name.startswith(("sas_recette", "httpx"))]
    assert source.read_text(encoding="utf-8").count('json.loads(r"""{}""")') == 1
