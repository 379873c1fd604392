"""`make bench`: whole processes, alternated with their yardstick, medians compared."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from benchmarks import scale
from benchmarks.bundle import searchset
from sas_recette.cli.reference import candidate_document, editor_settings, platform_identity
from sas_recette.editor.server import running_editor
from sas_recette.engine.campaign import utc_now

COMMAND = str(Path(sys.executable).with_name("sas-recette"))
BARE_PARSE = (
    "import sys; from fhir.resources.R4B.bundle import Bundle; "
    "Bundle.model_validate_json(open(sys.argv[1], 'rb').read())"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured against what, and the bound that was promised."""

    name: str
    seconds: float
    yardstick: float
    bound: float

    @property
    def ratio(self) -> float:
        """How many times the yardstick."""
        return self.seconds / self.yardstick


def alternated(command: Sequence[str], yardstick: Sequence[str], rounds: int) -> tuple[float, float]:
    """Median seconds of two commands run in turn, after one round that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for found, one in zip(times, (command, yardstick), strict=True):
            found.append(timed(one))
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def timed(command: Sequence[str]) -> float:
    """Seconds that a command takes; any exit code but 0 is an error."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own commands
    return time.perf_counter() - started


def written(folder: Path, slots: int) -> Path:
    """A file with an answer of 25 practitioners of two places, each with so many slots."""
    path = folder / f"bundle-{slots}.json"
    path.write_text(json.dumps(searchset(25, 2, slots), ensure_ascii=False), encoding="utf-8")
    return path


def judged(path: Path) -> list[str]:
    """The command that judges a file."""
    return [COMMAND, "validate", str(path)]


def measures(folder: Path) -> list[Measure]:
    """Every promise, measured."""
    bundle, small = written(folder, 40), written(folder, 10)
    typer = [sys.executable, "-c", "import typer"]
    parse = [sys.executable, "-c", BARE_PARSE, str(bundle)]
    return [
        Measure("sas-recette --help / import typer", *alternated([COMMAND, "--help"], typer, 15), 2.5),
        Measure("validate 2 000 Slot / bare parse", *alternated(judged(bundle), parse, 7), 2.0),
        Measure("validate 2 000 Slot / 500 Slot", *alternated(judged(bundle), judged(small), 5), 4.0),
        *campaigns(folder),
    ]


def campaigns(folder: Path) -> list[Measure]:
    """A campaign of one flow, and the whole demonstration."""
    settings, pki = editor_settings(folder / "pki", frozenset())
    started = utc_now()
    with running_editor(settings) as editor:
        document = candidate_document(editor.base_url, platform_identity(pki), started)
        file = folder / "recette.toml"
        file.write_text(tomli_w.dumps(document), encoding="utf-8")
        run = [COMMAND, "run", "-c", str(file), "--reports", str(folder / "reports"), "--flow"]
        slots, accounts = timed([*run, "INT_R01"]), timed([*run, "INT_R02"])
    return [
        Measure("INT_R01 campaign / 10 s", slots, 10.0, 1.0),
        Measure("INT_R02 campaign / 15 s", accounts, 15.0, 1.0),
        Measure("demo / 90 s", timed([COMMAND, "demo", "--reports", str(folder / "reports")]), 90.0, 1.0),
    ]


def main() -> int:
    """Print every measure; 1 when a promise is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        found = measures(Path(folder))
    for one in found:
        kept = "kept" if one.ratio <= one.bound else "BROKEN"
        line = (
            f"{one.name:<36} {one.seconds:6.2f} s  {one.yardstick:6.2f} s  ratio {one.ratio:4.2f} ≤ {one.bound}  {kept}"
        )
        print(line)
    long_campaign = scale.measure()
    print("\n".join(scale.told(long_campaign)))
    return int(any(one.ratio > one.bound for one in found) or not long_campaign.kept())


if __name__ == "__main__":
    sys.exit(main())
