"""Identities of practitioners, regulators, patients and structures replaced in what a journal records.

What each exchange and page reveals is learnt before it is masked; a campaign that is recorded already is learnt whole first. Neither
dates, nor codes, nor the ids of slots and of exchanges change, so that the masked journal is judged as the first one was.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sas_recette.exchange.disguise.collecting import Collector, Identity, Kind
from sas_recette.exchange.disguise.forms import Forms
from sas_recette.exchange.disguise.lexicon import Lexicon, Words
from sas_recette.exchange.disguise.tokens import folded, words
from sas_recette.exchange.disguise.vocabulary import FORMATS, GENERIC, PARTICLES, PUBLIC_MAILBOXES, RESERVED_DOMAINS
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Exchange, Fault, Headers, Judgement, Page, Remark
from sas_recette.norm.identifiers import practitioner_kind, structure_kind

_SHORT: Final = 2
"""Letters of a word that is too short to be looked for alone."""
_NAME_MEMBERS: Final = ("family", "given", "name", "text", "display", "family_name", "given_name", "patient")
_RAW_LENGTHS: Final = frozenset({9, 11, 14})
_LINE: Final = 9
_LOCAL_LENGTH: Final = 5


@dataclass(slots=True)
class IdentityMask:
    """Replaces identities under a secret. Thread-safe. Two masks of one secret replace the same value by the same other one."""

    secret: bytes
    _lexicon: Lexicon = field(default_factory=Lexicon)
    _collector: Collector = field(default_factory=Collector)
    _learnt: int = 0
    _complete: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def known(self) -> tuple[Identity, ...]:
        """The identities that were learnt, in the order in which they were met."""
        return tuple(self._collector.found)

    def header(self, header: JournalHeader) -> JournalHeader:
        """A header with its candidate file masked, which says so; what it declares is learnt."""
        with self._lock:
            self._collector.declared(header.declared)
            self._settle()
            return replace(header, declared=self._values(header.declared), identities_masked=True)

    def text(self, text: str) -> str:
        """A text with the identities that are known by now replaced."""
        with self._lock:
            return self._text(text)

    def learn(self, recorded: Exchange | Page | Judgement | Remark) -> None:
        """Learn the identities that something recorded reveals."""
        with self._lock:
            if self._complete:
                return
            for text in _texts(recorded):
                self._collector.text(text)
            if isinstance(recorded, Judgement):
                self._collector.document(recorded.expect)
            self._settle()

    def complete(self) -> None:
        """Say that all there is to learn was learnt."""
        self._complete = True

    def exchange(self, exchange: Exchange) -> Exchange:
        """An exchange with the identities of its address, headers, bodies and facts replaced. Certificates stay."""
        with self._lock:
            self.learn(exchange)
            request, response = exchange.request, exchange.response
            if response is not None:
                response = replace(response, headers=self._headers(response.headers), body=self._body(response.body))
            url, headers, body = self._text(request.url), self._headers(request.headers), self._body(request.body)
            return replace(
                exchange,
                step=self._text(exchange.step),
                request=replace(request, url=url, headers=headers, body=body),
                response=response,
                fault=self._fault(exchange.fault),
                facts={name: self._text(value) for name, value in exchange.facts.items()},
            )

    def page(self, page: Page) -> Page:
        """A page with the identities of all that it shows replaced, and without its picture nor its trace."""
        with self._lock:
            self.learn(page)
            return replace(
                page,
                step=self._text(page.step),
                url=self._text(page.url),
                title=self._text(page.title),
                text=self._text(page.text),
                marks=tuple(map(self._text, page.marks)),
                referrers=tuple(map(self._text, page.referrers)),
                fault=self._fault(page.fault),
                screenshot="",
                trace="",
            )

    def judgement(self, judgement: Judgement) -> Judgement:
        """A judgement with the identities of what it expects replaced."""
        with self._lock:
            self.learn(judgement)
            return replace(judgement, expect=self._values(judgement.expect))

    def remark(self, remark: Remark) -> Remark:
        """A remark with the identities of its texts replaced; whoever attests is named."""
        with self._lock:
            self.learn(remark)
            return replace(remark, text=self._text(remark.text), comment=self._text(remark.comment))

    def _text(self, text: str) -> str:
        return self._lexicon.text(text)

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._text(value)) for name, value in headers)

    def _fault(self, fault: Fault | None) -> Fault | None:
        return None if fault is None else replace(fault, detail=self._text(fault.detail))

    def _body(self, body: bytes) -> bytes:
        encoding = _encoding(body)
        return body if not encoding else self._text(body.decode(encoding)).encode(encoding, "replace")

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in values.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, str):
            return self._lexicon.value(value)
        if isinstance(value, Mapping):
            return self._values(value)
        if isinstance(value, list | tuple):
            return [self._value(one) for one in value]
        return value

    def _settle(self) -> None:
        """Give a replacement to what was met since the last time."""
        found = list(self._collector.found)
        writer = _Entries(self._lexicon, Forms(self.secret))
        for kind, value in found[self._learnt :]:
            writer.add(kind, value)
        self._learnt = len(found)


@dataclass(frozen=True, slots=True)
class _Entries:
    """Writes the entries of a lexicon: all the forms that an identity is met in."""

    lexicon: Lexicon
    forms: Forms

    def add(self, kind: Kind, value: str) -> None:
        parts = words(value)
        match kind:
            case Kind.PERSON:
                self._person(parts)
            case Kind.STRUCTURE | Kind.ADDRESS:
                self._phrase(parts)
            case Kind.EMAIL:
                self._mail(value)
            case Kind.PHONE:
                self._phone(parts)
            case Kind.IDENTIFIER:
                self._identifier(value, parts)
            case Kind.LOGIN:
                self._login(value, parts)

    def _person(self, parts: Words) -> None:
        masked = tuple(self._name_word(part) for part in parts)
        self.lexicon.add_whole(parts, masked)
        if len(parts) > 1:
            self.lexicon.add(parts, masked)
        for member in map(str, _NAME_MEMBERS):
            self.lexicon.add((*words(member), *parts), (*words(member), *masked))
        for part, other in zip(parts, masked, strict=True):
            if len(part) > _SHORT and part not in FORMATS:
                self.lexicon.add((part,), (other,))

    def _name_word(self, part: str) -> str:
        return part if part in PARTICLES else self.forms.word(part)

    def _phrase(self, parts: Words) -> None:
        plain = PARTICLES | GENERIC
        masked = tuple(part if part in plain else self.forms.word(part) for part in parts)
        if masked == parts:
            masked = tuple(map(self.forms.word, parts))
        self.lexicon.add_whole(parts, masked)
        if len(parts) > 1 or (len("".join(parts)) > _SHORT and parts[0] not in FORMATS | GENERIC):
            self.lexicon.add(parts, masked)

    def _mail(self, value: str) -> None:
        local, _, domain = value.rpartition("@")
        before, after = words(local), words(domain)
        masked = tuple(map(self._mail_word, before))
        shown = (
            after if after[-1:] and after[-1] in RESERVED_DOMAINS else (*map(self.forms.word, after[:-1]), *after[-1:])
        )
        self.lexicon.add((*before, *after), (*masked, *shown))
        self._login(local, before)

    def _mail_word(self, part: str) -> str:
        if part in PUBLIC_MAILBOXES:
            return part
        return self._number(part, part) if part.isdigit() else self.forms.word(part)

    def _login(self, value: str, parts: Words) -> None:
        if "@" in value:
            self._mail(value)
            return
        masked = tuple(map(self._mail_word, parts))
        self.lexicon.add_whole(parts, masked)
        if len(parts) > 1 or (len(value) >= _LOCAL_LENGTH and parts[0] not in PUBLIC_MAILBOXES):
            self.lexicon.add(parts, masked)

    def _phone(self, parts: Words) -> None:
        digits = "".join(parts)
        if len(digits) < _LINE or not (digits.isascii() and digits.isdigit()):
            return
        masked = self.forms.phone(digits)
        self.lexicon.add(parts, _cut(masked, parts))
        line, other = digits[-_LINE:], masked[-_LINE:]
        pairs = ("0" + line[0], *(line[at : at + 2] for at in range(1, _LINE, 2)))
        for spelling in (pairs, ("".join(pairs),), ("33", line[0], *pairs[1:]), (f"33{line}",), (f"0033{line}",)):
            whole = "".join(spelling)
            self.lexicon.add(spelling, _cut(whole[: len(whole) - _LINE] + other, spelling))

    def _identifier(self, value: str, parts: Words) -> None:
        if len(parts) == 1 and len(value) == len(parts[0]) > _LOCAL_LENGTH:
            self.lexicon.add(parts, (self._number(value, parts[0]),))
            if (raw := _raw(value)) != parts[0]:
                self.lexicon.add((raw,), (self.forms.number(raw),))
        elif parts and len("".join(parts)) > _LOCAL_LENGTH:
            head, *rest = self.forms.code(parts)
            self.lexicon.add(parts, (parts[0][0] + head[1:] if parts[0].isdigit() else head, *rest))

    def _number(self, value: str, part: str) -> str:
        raw = _raw(value)
        if raw.isascii() and raw.isdigit() and len(raw) in _RAW_LENGTHS:
            return part[: len(part) - len(raw)] + self.forms.number(raw)
        return self.forms.code((part,))[0]


def _raw(value: str) -> str:
    """A national number without its prefix, or any other identifier as it is, folded."""
    kind = practitioner_kind(value) or structure_kind(value)
    number = value[1:] if kind is not None and value[1:].isdigit() and len(value) - 1 in _RAW_LENGTHS else value
    return folded(number)


def _cut(text: str, like: Words) -> Words:
    parts, at = [], 0
    for part in like:
        parts.append(text[at : at + len(part)])
        at += len(part)
    return tuple(parts)


def _encoding(body: bytes) -> str:
    """How a body is read as text; empty when it is none."""
    if b"\0" in body:
        return ""
    try:
        body.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _texts(recorded: Exchange | Page | Judgement | Remark) -> list[str]:
    """Everything that something recorded tells."""
    match recorded:
        case Exchange():
            sent, came = recorded.request, recorded.response
            bodies = [sent.body, *([came.body] if came is not None else [])]
            headers = (*sent.headers, *(came.headers if came is not None else ()))
            decoded = [body.decode(encoding) for body in bodies if (encoding := _encoding(body))]
            return [sent.url, *(value for _, value in headers), *decoded, *recorded.facts.values(), recorded.step]
        case Page():
            return [recorded.url, recorded.title, recorded.text, *recorded.referrers, recorded.step]
        case Remark():
            return [recorded.text, recorded.comment]
    return []
