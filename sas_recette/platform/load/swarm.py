"""A load sent by Locust's workers instead of this process: the same plan, shared out, and the same accounts.

Locust is an extra (« charge ») and always a process of its own. What it measures by itself is not used: its users wait for an
answer before asking again.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import resources, util
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sas_recette.errors import UserError
from sas_recette.exchange.model import Arrival, Fault, FaultKind, Response
from sas_recette.platform.load.firing import Bounds, Landed, Landing, Shot, Stop
from sas_recette.platform.transport import Limits, readable, with_ours

_PLACE: Final = 'json.loads(r"""{}""")'
_LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - only when workers of other machines are waited for
_START_SECONDS: Final = 30.0
_JOIN_SECONDS: Final = 600.0
_POLL_SECONDS: Final = 0.1
_END_SECONDS: Final = 5.0


class SwarmError(UserError):
    """Locust cannot be run. The message is French."""


def locust_command() -> tuple[str, ...]:
    """How Locust is run here. Raises SwarmError when it is not installed."""
    if util.find_spec("locust") is None:
        raise SwarmError(
            "Locust n’est pas installé\u00a0: installez l’extra «\u00a0charge\u00a0» (pip install 'sas-recette[charge]'), "
            "ou n’employez pas --workers."
        )
    return (sys.executable, "-m", "locust")


@dataclass(frozen=True, slots=True)
class Swarm:
    """So many workers started here, and `remote` ones that somebody starts elsewhere.

    `secrets` are the environment variables of the platform's TLS identity. `port` is where the master listens for them: on the loopback, unless some are remote. Locust knows neither the workers that
    join nor the wire they join by: a network of trust is needed then.
    """

    workers: int
    port: int
    remote: int = 0
    limits: Limits = field(default_factory=Limits)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    command: Callable[[], tuple[str, ...]] = locust_command

    def fire(
        self,
        shots: Sequence[Shot],
        landing: Landing,
        *,
        scenario: str,
        bounds: Bounds,
        whole: Callable[[Shot], bool],
    ) -> Stop:
        """As `firing.fire`, but for the bound on requests without an answer: only their ends are heard of.

        Raises SwarmError when Locust is not there or does not start.
        """
        command = self.command()
        with tempfile.TemporaryDirectory(prefix="sas-recette-charge-") as folder:
            results = Path(folder) / "arrivees.jsonl"
            results.touch()
            file = Path(folder) / "locustfile.py"
            file.write_text(self._locustfile(shots, results, whole, bounds), encoding="utf-8")
            ledger = _Ledger(shots, landing, scenario, whole, self.limits)
            try:
                with self._running(command, file) as processes:
                    start = _JOIN_SECONDS if self.remote else _START_SECONDS
                    return _followed(processes, results, ledger, bounds, start)
            finally:
                ledger.read(results)
                ledger.lose()

    def _locustfile(self, shots: Sequence[Shot], results: Path, whole: Callable[[Shot], bool], bounds: Bounds) -> str:
        requests = [shot.request(shot.planned) for shot in shots]
        address = urlsplit(requests[0].url)
        plan = {
            "host": f"{address.scheme}://{address.netloc}",
            "seconds": self.limits.total_timeout,
            "patience": bounds.seconds,
            "excerpt": self.limits.excerpt,
            "workers": self.workers + self.remote,
            "headers": dict(with_ours(requests[0].headers)),
            "results": str(results),
            "shots": [
                {"rank": shot.rank, "planned": shot.planned, "whole": whole(shot), "target": _target(request.url)}
                for shot, request in zip(shots, requests, strict=True)
            ],
        }
        source = resources.files("sas_recette.platform.load").joinpath("locust_plan.py").read_text(encoding="utf-8")
        return source.replace(_PLACE, f'json.loads(r"""{json.dumps(plan)}""")')

    @contextmanager
    def _running(self, command: tuple[str, ...], file: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
        """The master, then its workers, ended with the context."""
        count = str(self.workers + self.remote)
        host = _EVERYWHERE if self.remote else _LOOPBACK
        master = ("-f", str(file), "--master", "--master-bind-host", host, "--master-bind-port", str(self.port))
        headless = ("--headless", "--only-summary", "--expect-workers", count, "-u", count, "-r", count)
        worker = ("-f", str(file), "--worker", "--master-host", _LOOPBACK, "--master-port", str(self.port))
        with ExitStack() as stack:
            commands = [(*command, *master, *headless), *[(*command, *worker)] * self.workers]
            yield [stack.enter_context(self._process(one)) for one in commands]

    @contextmanager
    def _process(self, command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            env={**os.environ, **self.secrets},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _followed(
    processes: Sequence[subprocess.Popen[bytes]], results: Path, ledger: _Ledger, bounds: Bounds, start: float
) -> Stop:
    """Read what the master writes until it ends, or until a bound is passed. Raises SwarmError when nothing begins."""
    master, *workers = processes
    deadline = time.monotonic() + start + bounds.seconds
    while master.poll() is None:
        ledger.read(results)
        if ledger.errors > bounds.errors:
            return Stop.ERRORS
        if time.monotonic() > deadline:
            return Stop.TIME
        if not ledger.heard and any(worker.poll() is not None for worker in workers):
            raise SwarmError(_NOT_STARTED)
        time.sleep(_POLL_SECONDS)
    ledger.read(results)
    if not ledger.heard:
        raise SwarmError(_NOT_STARTED)
    return Stop.NONE


_NOT_STARTED: Final = (
    "Locust s’est arrêté sans rien envoyer\u00a0: «\u00a0python -m locust --version\u00a0» dit s’il fonctionne."
)


class _Ledger:
    """What the workers told, turned into arrivals as it comes."""

    def __init__(
        self, shots: Sequence[Shot], landing: Landing, scenario: str, whole: Callable[[Shot], bool], limits: Limits
    ) -> None:
        self._waited = {shot.rank: shot for shot in shots}
        self._landing = landing
        self._scenario = scenario
        self._whole = whole
        self._limits = limits
        self._place = 0
        self.errors = 0
        self.heard = 0

    def read(self, results: Path) -> None:
        """The whole lines written since the last time."""
        with results.open("rb") as stream:
            stream.seek(self._place)
            for line in stream:
                if not line.endswith(b"\n"):
                    return
                self._place += len(line)
                self._take(json.loads(line))

    def lose(self) -> None:
        """Those that nobody told of are lost."""
        for shot in list(self._waited.values()):
            self._landing(shot, Arrival(self._scenario, shot.rank, shot.planned, shot.identifiers), None)
        self._waited.clear()

    def _take(self, told: Mapping[str, Any]) -> None:
        shot = self._waited.pop(told["rank"], None)
        if shot is None:
            return
        self.heard += 1
        landed = _landed(told, self._limits, whole=self._whole(shot))
        self.errors += not landed.succeeded
        self._landing(
            shot,
            Arrival(
                scenario=self._scenario,
                rank=shot.rank,
                planned=shot.planned,
                identifiers=shot.identifiers,
                sent=told["sent"],
                ended=told["ended"],
                status=told["status"],
                fault=landed.fault.kind if landed.fault else None,
                size=landed.size,
            ),
            landed,
        )


def _landed(told: Mapping[str, Any], limits: Limits, *, whole: bool) -> Landed:
    if told.get("fault"):
        return Landed(fault=Fault(FaultKind(told["fault"]), "receive", told.get("detail", "")))
    headers = tuple((str(name), str(value)) for name, value in told.get("headers", ()))
    response, fault = Response(told["status"], headers, base64.b64decode(told.get("body", ""))), None
    if whole:
        response, fault = readable(response, None, limits)
    return Landed(response, fault, size=told["size"])


def _target(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]
