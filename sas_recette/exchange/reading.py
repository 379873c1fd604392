"""Reading a journal back: the files of all the processes merged in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sas_recette.errors import UserError
from sas_recette.exchange import lines
from sas_recette.exchange.lines import Footer, JournalHeader, LineError, ScenarioTiming
from sas_recette.exchange.model import Arrival, Exchange, Judgement, Page, Remark

FILE_PATTERN: Final = "journal-*.jsonl"

T = TypeVar("T")


class JournalError(UserError):
    """A journal that cannot be read or written; the message is a French sentence that says the file and the line."""


@dataclass(frozen=True, slots=True)
class Journal:
    """A recorded campaign. Exchanges, pages, arrivals, judgements and remarks are in the order of time, all processes merged.

    `interrupted` is true when a process never closed its file.
    """

    header: JournalHeader
    exchanges: Mapping[str, Exchange]
    judgements: tuple[Judgement, ...]
    remarks: tuple[Remark, ...]
    scenarios: Mapping[str, ScenarioTiming]
    ended: datetime | None
    interrupted: bool
    pages: Mapping[str, Page] = field(default_factory=dict)
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    at: datetime
    file: Path
    line: int
    fields: dict[str, Any]

    def error(self, reason: str) -> JournalError:
        return _error(self.file, self.line, reason)


@dataclass(frozen=True, slots=True)
class _JournalFile:
    header: JournalHeader
    records: tuple[_Record, ...]
    footer: Footer | None


def read_journal(folder: Path) -> Journal:
    """The journal kept in `folder`.

    A last line cut in the middle is what a killed process leaves: it is dropped, and the journal is `interrupted`. Anything
    else that is wrong raises JournalError: a folder without a journal, a corrupt line, an unknown format version, files of
    several campaigns, an exchange or a page recorded twice, a footer whose counts do not match.
    """
    paths = sorted(folder.glob(FILE_PATTERN))
    if not paths:
        raise JournalError(f"Aucun journal dans le dossier «\u00a0{folder}\u00a0».")
    read = [_read_file(path) for path in paths]
    files = [file for file in read if file is not None]
    if not files:
        raise _error(paths[0], 1, "l’en-tête est absent ou coupé, le journal ne contient rien")
    records = sorted((record for file in files for record in file.records), key=lambda record: record.at)
    footers = [file.footer for file in files if file.footer is not None]
    complete = len(footers) == len(paths)
    return Journal(
        header=_merged_header(files, paths),
        exchanges=_exchanges(records),
        judgements=tuple(judgement for _, judgement in _loaded(records, "judgement", lines.load_judgement)),
        remarks=tuple(remark for _, remark in _loaded(records, "remark", lines.load_remark)),
        scenarios=_timings(records),
        ended=max(footer.ended for footer in footers) if complete else None,
        interrupted=not complete,
        pages=_pages(records),
        arrivals=tuple(arrival for _, arrival in _loaded(records, "arrival", lines.load_arrival)),
    )


def exchanges_so_far(path: Path) -> tuple[Exchange, ...]:
    """The exchanges of one file of a journal that is perhaps still being written. Raises JournalError; OSError."""
    file = _read_file(path)
    return () if file is None else tuple(_exchanges(file.records).values())


def _error(path: Path, line: int, reason: str) -> JournalError:
    return JournalError(f"Journal {path.name}, ligne {line}\u00a0: {reason}.")


def _read_file(path: Path) -> _JournalFile | None:
    """None for a file whose very header was cut."""
    entries: list[dict[str, Any]] = []
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.endswith(b"\n"):
                entries.append(_entry(path, number, line))
            elif (tail := _whole(line)) is not None:
                entries.append(tail)
    if not entries:
        return None
    try:
        header = lines.load_header(entries[0])
    except LineError as error:
        raise _error(path, 1, str(error)) from error
    records = [_record(path, number, entry) for number, entry in enumerate(entries[1:], start=2)]
    footer = _footer(records)
    return _JournalFile(header, tuple(records if footer is None else records[:-1]), footer)


def _entry(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        return lines.from_bytes(line)
    except LineError as error:
        raise _error(path, number, str(error)) from error


def _whole(tail: bytes) -> dict[str, Any] | None:
    try:
        return lines.from_bytes(tail)
    except LineError:
        return None


def _record(path: Path, number: int, entry: dict[str, Any]) -> _Record:
    if entry.get("type") not in {"scenario", "exchange", "page", "arrival", "judgement", "remark", "footer"}:
        raise _error(path, number, f"type de ligne {entry.get('type')!r} inattendu")
    try:
        return _Record(lines.load_instant(entry.get("at")), path, number, entry)
    except LineError as error:
        raise _error(path, number, str(error)) from error


def _footer(records: Sequence[_Record]) -> Footer | None:
    misplaced = next((record for record in records[:-1] if record.fields["type"] == "footer"), None)
    if misplaced is not None:
        raise misplaced.error("des lignes suivent le pied du journal")
    if not records or records[-1].fields["type"] != "footer":
        return None
    last = records[-1]
    try:
        footer = lines.load_footer(last.fields)
    except LineError as error:
        raise last.error(str(error)) from error
    if Counter(footer.counts) != Counter(str(record.fields["type"]) for record in records[:-1]):
        raise last.error("le pied n’annonce pas le nombre de lignes présentes")
    return footer


def _merged_header(files: Sequence[_JournalFile], paths: Sequence[Path]) -> JournalHeader:
    headers = sorted((file.header for file in files), key=lambda header: (header.worker != "main", header.started))
    if len({header.campaign for header in headers}) > 1:
        raise _error(paths[0], 1, "le dossier mêle les journaux de plusieurs campagnes")
    plan = tuple(dict.fromkeys(scenario for header in headers for scenario in header.plan))
    return replace(headers[0], plan=plan, started=min(header.started for header in headers))


def _loaded(
    records: Sequence[_Record], kind: str, load: Callable[[Mapping[str, Any]], T]
) -> Iterator[tuple[_Record, T]]:
    for record in records:
        if record.fields["type"] == kind:
            try:
                yield record, load(record.fields)
            except LineError as error:
                raise record.error(str(error)) from error


def _exchanges(records: Sequence[_Record]) -> dict[str, Exchange]:
    found: dict[str, Exchange] = {}
    for record, exchange in _loaded(records, "exchange", lines.load_exchange):
        if exchange.id in found:
            raise record.error(f"l’échange {exchange.id} est déjà enregistré")
        found[exchange.id] = exchange
    return found


def _pages(records: Sequence[_Record]) -> dict[str, Page]:
    found: dict[str, Page] = {}
    for record, page in _loaded(records, "page", lines.load_page):
        if page.id in found:
            raise record.error(f"la page {page.id} est déjà enregistrée")
        found[page.id] = page
    return found


def _timings(records: Sequence[_Record]) -> dict[str, ScenarioTiming]:
    timings: dict[str, ScenarioTiming] = {}
    for record, event in _loaded(records, "scenario", lines.load_scenario_event):
        begun = timings.get(event.id)
        if event.event == "start":
            timings[event.id] = ScenarioTiming(event.id, record.at)
        elif begun is None:
            raise record.error(f"le scénario {event.id} finit sans avoir commencé")
        else:
            timings[event.id] = replace(begun, ended=record.at, duration=event.duration)
    return timings
