"""Live progress of a campaign: one line a scenario as its verdict falls, a bar on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from sas_recette.engine.scenario import load_scenarios
from sas_recette.engine.verdict import Verdict

if TYPE_CHECKING:
    import pytest

_SIGNS: Final = {
    Verdict.CONFORME: ("✔", "green"),
    Verdict.RESERVE: ("▲", "yellow"),
    Verdict.NON_CONFORME: ("✘", "red"),
    Verdict.NON_VERIFIE: ("?", "yellow"),
    Verdict.A_ATTESTER: ("✎", "cyan"),
    Verdict.SANS_OBJET: ("–", "dim"),
    Verdict.ERREUR_DU_BANC: ("!", "magenta"),
}


class Progress:
    """A pytest plugin that tells, on standard error, what has been played; what is out of scope goes without saying."""

    def __init__(self, scenarios: Sequence[str], scope: Collection[str]) -> None:
        self._console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Bar(*columns, console=self._console, transient=True, disable=not self._console.is_terminal)
        self._task = self._bar.add_task("Scénarios", total=len(scenarios))
        known = load_scenarios()
        self._titles = {name: known[name].title for name in scenarios if known[name].in_scope(scope)}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing moves on the terminal meanwhile."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a scenario’s verdict once it has been called, or the fault that kept it from being."""
        if report.when != "call" and not (report.when == "setup" and report.failed):
            return
        name = report.nodeid.rpartition("::")[2]
        self._bar.advance(self._task)
        if name not in self._titles:
            return
        written = dict(report.user_properties).get("verdict", Verdict.ERREUR_DU_BANC.value)
        verdict = Verdict(str(written))
        sign, style = _SIGNS[verdict]
        line = f"[{style}]{sign} {verdict.value:<14}[/] {name}  {self._titles[name]}"
        self._bar.console.print(line, highlight=False)
