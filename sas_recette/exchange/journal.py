"""The journal of a campaign: everything that happened, on disk as it happens.

A journal is a folder of JSON Lines files, one per writing process (`journal-<worker>.jsonl`). A file opens with a `header`
line, goes on with `scenario`, `exchange`, `page`, `arrival`, `judgement` and `remark` lines, and closes with a `footer`; every
line carries the instant it was written at (`at`). The journal alone is enough to compute every verdict again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sas_recette.exchange import lines
from sas_recette.exchange.disguise.masking import IdentityMask
from sas_recette.exchange.lines import Footer, JournalHeader, ScenarioEvent, ScenarioTiming
from sas_recette.exchange.model import Arrival, Exchange, Judgement, Page, Remark
from sas_recette.exchange.reading import Journal, JournalError, read_journal
from sas_recette.exchange.redaction import redact_exchange, redact_judgement, redact_page, redact_remark

__all__ = ["Journal", "JournalError", "JournalHeader", "JournalWriter", "ScenarioTiming", "read_journal"]


class JournalWriter:
    """Writes one process's file of a journal, a line at a time, each flushed at once. Thread-safe.

    Secrets are masked here, and identities by `identities` when it is given, before anything reaches the disk. `header` is the one
    that was written. Leaving the context by an exception writes no footer: the
    campaign was interrupted.

    Raises JournalError when the file exists already: a journal is never overwritten.
    """

    def __init__(
        self,
        folder: Path,
        header: JournalHeader,
        *,
        clock: Callable[[], datetime],
        identities: IdentityMask | None = None,
    ) -> None:
        self._clock = clock
        self._identities = identities
        self.header = header if identities is None else identities.header(header)
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"journal-{header.worker}.jsonl"
        try:
            self._file = self.path.open("xb")
        except FileExistsError as error:
            raise JournalError(f"Le journal {self.path.name} existe déjà\u00a0: il n’est jamais réécrit.") from error
        self._write(lines.dump_header(self.header))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def exchange(self, exchange: Exchange) -> Exchange:
        """Records an exchange, its secrets masked; returns it as recorded."""
        recorded = redact_exchange(exchange)
        if self._identities is not None:
            recorded = self._identities.exchange(recorded)
        self._write(lines.dump_exchange(recorded))
        return recorded

    def page(self, page: Page) -> Page:
        """Records what a browser showed, its secrets masked; returns it as recorded."""
        recorded = redact_page(page)
        if self._identities is not None:
            recorded = self._identities.page(recorded)
        self._write(lines.dump_page(recorded))
        return recorded

    def arrival(self, arrival: Arrival) -> Arrival:
        """Records what became of one request of a load run; nothing in it is secret."""
        self._write(lines.dump_arrival(arrival))
        return arrival

    def judgement(self, judgement: Judgement) -> Judgement:
        """Records a demand to judge, the secrets of what it expects masked; returns it as recorded."""
        recorded = redact_judgement(judgement)
        if self._identities is not None:
            recorded = self._identities.judgement(recorded)
        self._write(lines.dump_judgement(recorded))
        return recorded

    def remark(self, remark: Remark) -> Remark:
        """Records a fact about a scenario that is not an exchange, its secrets masked; returns it as recorded."""
        recorded = redact_remark(remark)
        if self._identities is not None:
            recorded = self._identities.remark(recorded)
        self._write(lines.dump_remark(recorded))
        return recorded

    def scenario_started(self, scenario: str) -> None:
        """Records that a scenario begins."""
        self._write(lines.dump_scenario_event(ScenarioEvent(scenario, "start")))

    def scenario_ended(self, scenario: str, duration: float) -> None:
        """Records that a scenario is over, after `duration` seconds."""
        self._write(lines.dump_scenario_event(ScenarioEvent(scenario, "end", duration)))

    def close(self) -> None:
        """Writes the footer and closes the file; does nothing when it is closed already."""
        if not self._file.closed:
            self._write(lines.dump_footer(Footer(self._clock(), dict(self._counts))))
            self._file.close()

    def abandon(self) -> None:
        """Closes the file without a footer: whoever reads it will know that the campaign was interrupted."""
        self._file.close()

    def _write(self, record: dict[str, object]) -> None:
        with self._lock:
            self._file.write(lines.to_bytes({**record, "at": self._clock()}))
            self._file.flush()
            if record["type"] not in {"header", "footer"}:
                self._counts[str(record["type"])] += 1
