"""`python -m benchmarks.scale [EXCHANGES]`: a campaign of 10,000 exchanges rendered, in which time and memory, and read in a browser.

    python -m benchmarks.scale rendering FORMAT FOLDER

renders one format alone in this process, which says then what it took: that is how the first form measures them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks.clicking import Waits, waits
from benchmarks.long_campaign import record
from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.allure_results import render_allure_results
from sas_recette.evidence.campaign_json import load_campaign
from sas_recette.evidence.dossier import GATE_RENDERERS, PIECE_RENDERERS, RENDERERS, GateRenderer, Renderer
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.journal import read_journal

EXCHANGES: Final = 10_000
SECONDS: Final = 60.0
MEMORY: Final = 1_000_000_000
PAGE: Final = 20_000_000
AT_ONCE: Final = 1.0
"""Seconds that a reader may wait for a click, an anchor or the filter."""

Rendering = Callable[[CampaignResult, Recorded], Iterable[str | bytes | None]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds by the clock and of CPU, bytes of memory at its most, bytes rendered."""

    name: str
    wall: float
    cpu: float
    memory: int
    size: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """The whole `report`, each format alone (with the reading of the journal), and what a reader of the page waits for."""

    whole: Cost
    formats: tuple[Cost, ...]
    page: int
    waits: Waits

    def kept(self) -> bool:
        """Whether every promise is."""
        in_time = self.whole.wall <= SECONDS and self.whole.memory <= MEMORY
        seen = max(self.waits.click, self.waits.anchor, self.waits.verdict, self.waits.word)
        return in_time and self.page <= PAGE and seen <= AT_ONCE


def measure(exchanges: int = EXCHANGES) -> Scale:
    """Record a long campaign, render it, and read it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "longue"
        folder.mkdir()
        record(folder, exchanges)
        whole = _measured("report", [str(Path(sys.executable).with_name("sas-recette")), "report", str(folder)])
        formats = tuple(_alone(name, folder) for name in _renderings())
        report = folder / "report.html"
        return Scale(whole, formats, report.stat().st_size, waits(report))


def told(found: Scale) -> Iterator[str]:
    """A line for each thing measured."""
    for one in (found.whole, *found.formats):
        size = f"  {one.size / 1e6:6.1f} MB" if one.size else ""
        yield f"{one.name:<38} {one.wall:6.2f} s  CPU {one.cpu:6.2f} s  memory {one.memory / 1e6:5.0f} MB{size}"
    yield f"report.html {found.page / 1e6:.1f} MB; in a browser: " + ", ".join(
        f"{name} {seconds:.2f} s" for name, seconds in asdict(found.waits).items()
    )
    yield f"{EXCHANGES} exchanges: 60 s, 1 GB, 20 MB, a click at once: {'kept' if found.kept() else 'BROKEN'}"


def _renderings() -> dict[str, Rendering]:
    def whole(of: Renderer) -> Rendering:
        return lambda result, seen: [of(result, seen)]

    def gated(of: GateRenderer) -> Rendering:
        return lambda result, seen: [of(result, seen, None)]

    return {
        **{name: whole(of) for name, of in RENDERERS.items()},
        **{name: gated(of) for name, of in GATE_RENDERERS.items()},
        **PIECE_RENDERERS,
        "allure-results": lambda result, seen: (content for _, content in render_allure_results(result, seen)),
    }


def _alone(name: str, folder: Path) -> Cost:
    return _measured(name, [sys.executable, "-m", "benchmarks.scale", "rendering", name, str(folder)])


def _measured(name: str, command: list[str]) -> Cost:
    """What a process and its own children took; it may exit with any verdict, and say in JSON what it knows better."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - our own commands
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        output.seek(0)
        said = output.read().decode()
    if process.returncode not in {0, 1, 4} or "Traceback" in said:
        raise RuntimeError(f"{name}: {said}")
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if said.startswith("{"):
        return Cost(name, **json.loads(said), memory=memory)
    return Cost(name, wall, used.ru_utime + used.ru_stime, memory)


def _render(name: str, folder: Path) -> None:
    result = load_campaign(folder / "campaign.json")
    seen = Recorded.of(read_journal(folder / "journal"), folder)
    begun, busy = time.perf_counter(), time.process_time()
    size = sum(
        len(piece.encode() if isinstance(piece, str) else piece or b"") for piece in _renderings()[name](result, seen)
    )
    took = {"wall": time.perf_counter() - begun, "cpu": time.process_time() - busy, "size": size}
    print(json.dumps(took))


def main() -> int:
    """Print what was measured; 1 when a promise is not kept."""
    if sys.argv[1:2] == ["rendering"]:
        _render(sys.argv[2], Path(sys.argv[3]))
        return 0
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else EXCHANGES)
    print("\n".join(told(found)))
    return int(not found.kept())


if __name__ == "__main__":
    sys.exit(main())
