"""The lines of a journal: each record as a plain JSON object, and back, without loss.

A body is kept exactly: as `text` when its bytes are valid UTF-8, else as `base64`; always with its `size` in bytes and its
`sha256`. Instants are written in UTC. The shapes are those of `exchange.model`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from sas_recette.exchange.model import Arrival, Exchange, Judgement, Page, Remark

FORMAT_VERSION: Final = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JournalHeader:
    """What opens a journal: which campaign, by which tool, of which candidate, with which scenarios planned.

    `declared` is the candidate file as a JSON object, already without secrets; `plan` holds the ids of the scenarios.
    `identities_masked` tells that the people and structures of the journal have other names and numbers than in life.
    """

    campaign: str
    tool_version: str
    edition: str
    started: datetime
    declared: Mapping[str, object]
    plan: tuple[str, ...]
    worker: str = "main"
    identities_masked: bool = False


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """One `scenario` line: a scenario begins or ends; `duration` in seconds is known at its end."""

    id: str
    event: Literal["start", "end"]
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class ScenarioTiming:
    """When a scenario ran. `ended` and `duration` (seconds) are None when its end was never recorded."""

    id: str
    started: datetime
    ended: datetime | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class Footer:
    """What closes a journal properly: the instant, and how many lines of each type come before."""

    ended: datetime
    counts: Mapping[str, int]


class LineError(ValueError):
    """A line that is not what it should be; the message is a French sentence without its place."""


_HEADER: Final = TypeAdapter(JournalHeader)
_EXCHANGE: Final = TypeAdapter(Exchange)
_PAGE: Final = TypeAdapter(Page)
_ARRIVAL: Final = TypeAdapter(Arrival)
_JUDGEMENT: Final = TypeAdapter(Judgement)
_REMARK: Final = TypeAdapter(Remark)
_SCENARIO: Final = TypeAdapter(ScenarioEvent)
_FOOTER: Final = TypeAdapter(Footer)
_INSTANT: Final = TypeAdapter(datetime)


def to_bytes(record: Mapping[str, object]) -> bytes:
    """One JSON line with its line feed. Raises ValueError for a naive datetime or a value that JSON cannot hold."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate: only its JSON escape can be written
        return json.dumps(record, separators=(",", ":"), allow_nan=False, default=_plain).encode() + b"\n"


def from_bytes(line: bytes) -> dict[str, Any]:
    """The JSON object of one line. Raises LineError when it is anything else."""
    try:
        record = json.loads(line)
    except ValueError as error:
        raise LineError("ce n’est pas du JSON valide") from error
    if not isinstance(record, dict):
        raise LineError("ce n’est pas un objet JSON")
    return record


def dump_header(header: JournalHeader) -> dict[str, object]:
    """The `header` line."""
    return {"type": "header", "format": FORMAT_VERSION, **_HEADER.dump_python(header)}


def load_header(record: Mapping[str, Any]) -> JournalHeader:
    """A header back. Raises LineError, also for a format version that this tool does not know."""
    if record.get("type") != "header":
        raise LineError("un en-tête de journal est attendu")
    if record.get("format") != FORMAT_VERSION:
        raise LineError(
            f"version de format {record.get('format')!r} inconnue (cette version du banc lit la version {FORMAT_VERSION})"
        )
    return _validated(_HEADER, record)


def dump_exchange(exchange: Exchange) -> dict[str, object]:
    """The `exchange` line."""
    record = _EXCHANGE.dump_python(exchange)
    record["request"]["body"] = _dump_body(exchange.request.body)
    if exchange.response is not None:
        record["response"]["body"] = _dump_body(exchange.response.body)
    return {"type": "exchange", **record}


def load_exchange(record: Mapping[str, Any]) -> Exchange:
    """An exchange back, its bodies checked against their digests. Raises LineError."""
    parts = {name: _with_body(record[name]) for name in ("request", "response") if record.get(name) is not None}
    return _validated(_EXCHANGE, {**record, **parts})


def dump_page(page: Page) -> dict[str, object]:
    """The `page` line."""
    return {"type": "page", **_PAGE.dump_python(page)}


def load_page(record: Mapping[str, Any]) -> Page:
    """A page back. Raises LineError."""
    return _validated(_PAGE, record)


def dump_arrival(arrival: Arrival) -> dict[str, object]:
    """The `arrival` line: what has no value is left out, since there are many of them."""
    return {"type": "arrival", **_ARRIVAL.dump_python(arrival, exclude_defaults=True)}


def load_arrival(record: Mapping[str, Any]) -> Arrival:
    """An arrival back. Raises LineError."""
    return _validated(_ARRIVAL, record)


def dump_judgement(judgement: Judgement) -> dict[str, object]:
    """The `judgement` line."""
    return {"type": "judgement", **_JUDGEMENT.dump_python(judgement)}


def load_judgement(record: Mapping[str, Any]) -> Judgement:
    """A judgement back. Raises LineError."""
    return _validated(_JUDGEMENT, record)


def dump_remark(remark: Remark) -> dict[str, object]:
    """The `remark` line."""
    return {"type": "remark", **_REMARK.dump_python(remark)}


def load_remark(record: Mapping[str, Any]) -> Remark:
    """A remark back. Raises LineError."""
    return _validated(_REMARK, record)


def dump_scenario_event(event: ScenarioEvent) -> dict[str, object]:
    """The `scenario` line."""
    return {"type": "scenario", **_SCENARIO.dump_python(event)}


def load_scenario_event(record: Mapping[str, Any]) -> ScenarioEvent:
    """A scenario's beginning or end back. Raises LineError."""
    return _validated(_SCENARIO, record)


def dump_footer(footer: Footer) -> dict[str, object]:
    """The `footer` line."""
    return {"type": "footer", **_FOOTER.dump_python(footer)}


def load_footer(record: Mapping[str, Any]) -> Footer:
    """A footer back. Raises LineError."""
    return _validated(_FOOTER, record)


def load_instant(value: object) -> datetime:
    """An aware instant from its ISO form. Raises LineError."""
    instant = _validated(_INSTANT, value)
    if instant.tzinfo is None:
        raise LineError("un instant sans fuseau horaire")
    return instant


def _plain(value: object) -> object:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no place in a journal")
    return value.astimezone(UTC).isoformat()


def _validated(adapter: TypeAdapter[T], record: object) -> T:
    try:
        return adapter.validate_python(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "valeur"
        raise LineError(f"champ «\u00a0{place}\u00a0» absent ou invalide") from error


def _dump_body(body: bytes) -> dict[str, object]:
    facts: dict[str, object] = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    try:
        return {**facts, "text": body.decode()}
    except UnicodeDecodeError:
        return {**facts, "base64": base64.b64encode(body).decode("ascii")}


def _with_body(part: object) -> dict[str, object]:
    if not isinstance(part, dict):
        raise LineError("une requête ou une réponse qui n’est pas un objet")
    return {**part, "body": _load_body(part.get("body"))}


def _load_body(kept: object) -> bytes:
    if not isinstance(kept, dict):
        raise LineError("un corps de message absent ou invalide")
    text, encoded = kept.get("text"), kept.get("base64")
    try:
        body = text.encode() if isinstance(text, str) else base64.b64decode(str(encoded), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise LineError("un corps de message illisible") from error
    if hashlib.sha256(body).hexdigest() != kept.get("sha256"):
        raise LineError("un corps de message qui ne correspond pas à son empreinte SHA-256")
    return body
