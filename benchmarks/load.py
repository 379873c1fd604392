"""`python -m benchmarks.load [SECONDS]`: what the harness adds to what it measures, alone and at 50 searches a second.

Alone, against a server that has nothing to do; at 50 a second against the reference editor. Either is a process of its own
that keeps its own record of its service times: the measured latencies must agree with it. Nothing else should run meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sas_recette.engine.campaign import utc_now
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.tls_identity import context
from sas_recette.exchange.distribution import Distribution
from sas_recette.exchange.load_account import LoadAccount, account
from sas_recette.exchange.model import Arrival, Request
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import SlotQuery, search_window
from sas_recette.platform.load.firing import Bounds, Shot, fire
from sas_recette.platform.load.kept import KeptConnections
from sas_recette.platform.load.profile import NOMINAL, Order, arrival_times, drawn_identifiers
from sas_recette.platform.pki import create_pki
from sas_recette.platform.tls import client_context
from sas_recette.platform.transport import Transport

PER_SECOND: Final = 50
SECONDS: Final = 60.0
ALONE: Final = 300
OWN_SHARE_MS: Final = 2.0
"""What was promised: the harness's share of a measured response time, at the median."""
TIMES_THE_SERVICE: Final = 3.0
"""Under load the latency holds TLS and the two event loops: it must stay within so many times the service time, and 10 ms."""


@dataclass(frozen=True, slots=True)
class Serving:
    """An editor in another process. `durations` are its service times in milliseconds, once it has ended."""

    candidate: Candidate
    durations: list[float]


@contextlib.contextmanager
def recording_editor(folder: Path) -> Iterator[Serving]:
    """The reference editor, as long as the context lasts."""
    command = [sys.executable, "-m", "benchmarks.recording_editor", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("no pipe")
        document = json.loads(process.stdout.readline())
        serving = Serving(validate_candidate(document, "banc d’essai"), [])
        yield serving
        process.stdin.close()
        process.wait()
    serving.durations.extend(json.loads((folder / "durations.json").read_text(encoding="utf-8")))


def request(candidate: Candidate, identifiers: Sequence[str]) -> Request:
    """A search of INT_R01."""
    base = candidate.candidate.base_url
    return SlotQuery(base, Flow.INT_R01, tuple(identifiers), search_window(utc_now())).request()


def search_of(candidate: Candidate, identifiers: Sequence[str]) -> Callable[[float], Request]:
    """The same, made when it leaves, however long after its planned instant."""
    return lambda _: request(candidate, identifiers)


def alone(folder: Path) -> tuple[Distribution, Distribution]:
    """The response times of the evidence transport, and those of the trivial server’s own record, one at a time."""
    pki = create_pki(folder / "pki", clock=utc_now, expected_cn="banc", expected_ou="1")
    record = folder / "durations.json"
    files = [str(pki.server.certificate), str(pki.server.key), str(record)]
    command = [sys.executable, "-m", "benchmarks.trivial_server", *files]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("no pipe")
        smallest = Request("GET", f"https://127.0.0.1:{int(process.stdout.readline())}/")
        transport = Transport(client_context(ca=pki.chain), clock=utc_now)
        exchanges = [transport.send(smallest, scenario="banc", step="mesure") for _ in range(ALONE)]
        process.stdin.close()
        process.wait()
    measured = [one.timings.total for one in exchanges if one.timings.total is not None]
    return known(measured), known(json.loads(record.read_text(encoding="utf-8")))


def steady(folder: Path, seconds: float) -> tuple[LoadAccount, Distribution]:
    """So many searches a second for so long, and the editor’s own record of them."""
    arrivals: list[Arrival] = []
    profile = NOMINAL.ordered(Order(per_hour=PER_SECOND * 3600, seconds=seconds))
    with recording_editor(folder) as serving:
        candidate = serving.candidate
        drawn = drawn_identifiers(candidate.aggregation.list_of_25, profile.count, 1, "banc")
        shots = [
            Shot(rank, at, 1, search_of(candidate, who))
            for rank, (at, who) in enumerate(zip(arrival_times(profile, "banc"), drawn, strict=True), 1)
        ]

        async def run() -> None:
            async with KeptConnections(context(candidate.tls)) as sender:
                await fire(
                    shots,
                    sender,
                    lambda _, arrival, __: arrivals.append(arrival),
                    scenario="banc",
                    bounds=Bounds(seconds=seconds + 30),
                    whole=lambda _: False,
                )

        asyncio.run(run())
    return account(arrivals), known(serving.durations)


def known(durations: Sequence[float]) -> Distribution:
    """A distribution that is there. Raises RuntimeError when nothing was measured."""
    found = Distribution.of(durations)
    if found is None:
        raise RuntimeError("nothing was measured")
    return found


def main() -> int:
    """Print the figures; 1 when a promise is not kept."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        measured, served = alone(Path(one))
        kept, under_load = steady(Path(other), seconds)
    share = measured.median - served.median
    latency = kept.from_planned
    lines = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"alone, n = {measured.count}: measured {shown(measured)}; server {shown(served)}; own share {share:.2f} ms",
        f"{PER_SECOND}/s for {seconds:g} s: planned {kept.planned}, sent {kept.sent}, late {kept.late}, lost {kept.lost}, "
        f"failed {kept.failed}, connections {kept.opened}",
        f"  server {shown(under_load)}",
    ]
    if latency is not None:
        lines.append(f"  from the planned instant {shown(latency, 1000)}")
    print("\n".join(lines))
    agrees = latency is not None and latency.median * 1000 <= TIMES_THE_SERVICE * under_load.median + 10
    whole = kept.planned == kept.sent == kept.answered
    kept_promises = share <= OWN_SHARE_MS and whole and agrees
    print("kept" if kept_promises else "BROKEN")
    return int(not kept_promises)


def shown(seen: Distribution, times: float = 1.0) -> str:
    """Percentiles in milliseconds."""
    figures = {"p50": seen.median, "p95": seen.p95, "p99": seen.p99, "max": seen.greatest}
    return ", ".join(f"{name} {value * times:.1f}" for name, value in figures.items()) + " ms"


if __name__ == "__main__":
    sys.exit(main())
