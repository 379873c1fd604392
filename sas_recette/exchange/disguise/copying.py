"""A recorded journal copied, its identities masked: learnt from the whole of it first, so that none stands before it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sas_recette.exchange import lines
from sas_recette.exchange.disguise.masking import IdentityMask
from sas_recette.exchange.model import Remark
from sas_recette.exchange.reading import FILE_PATTERN, read_journal

Line = Mapping[str, Any]


def copy_masked(source: Path, target: Path, mask: IdentityMask) -> None:
    """Copy the journal of a folder into another, line for line. Raises JournalError for a journal that cannot be read; OSError.

    A line cut by the end of a process is left out, as it is when the journal is read.
    """
    journal = read_journal(source)
    mask.header(journal.header)
    for known in (journal.exchanges.values(), journal.pages.values(), journal.judgements, journal.remarks):
        for recorded in known:
            mask.learn(recorded)
    mask.complete()
    target.mkdir(parents=True)
    for path in sorted(source.glob(FILE_PATTERN)):
        with path.open("rb") as read, (target / path.name).open("xb") as written:
            written.writelines(lines.to_bytes(one) for one in _masked(read, mask))


def _masked(read: Iterable[bytes], mask: IdentityMask) -> Iterator[Line]:
    for line in read:
        try:
            record = lines.from_bytes(line)
        except lines.LineError:
            return
        change = _CHANGES.get(str(record.get("type")))
        yield record if change is None else {**change(record, mask), **_instant(record)}


def _remark(remark: Remark, mask: IdentityMask) -> Remark:
    """A remark whose documents are told under masked names: they stay behind."""
    joined = (replace(one, name=mask.text(one.name), path=mask.text(one.path)) for one in remark.attachments)
    return replace(remark, attachments=tuple(joined))


def _instant(record: Line) -> Line:
    return {"at": lines.load_instant(record["at"])}


_CHANGES: Final[Mapping[str, Callable[[Line, IdentityMask], Line]]] = {
    "header": lambda record, mask: lines.dump_header(mask.header(lines.load_header(record))),
    "exchange": lambda record, mask: lines.dump_exchange(mask.exchange(lines.load_exchange(record))),
    "page": lambda record, mask: lines.dump_page(mask.page(lines.load_page(record))),
    "judgement": lambda record, mask: lines.dump_judgement(mask.judgement(lines.load_judgement(record))),
    "remark": lambda record, mask: lines.dump_remark(_remark(mask.remark(lines.load_remark(record)), mask)),
}
"""What is made of a line by its type; any other tells no identity, and stays as it is."""
