"""An account write, read back from its exchange: what was sent, what was answered, and what that proves (accounts.md §2, §9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from sas_recette.exchange.model import Exchange
from sas_recette.fhir.access import JsonObject, as_object, child, children, text, texts
from sas_recette.fhir.parsing import parse_json
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.rules.aggregation.envelope import described
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.rule import Deviation, Observation, Rule, Subject

LOCATION: Final = re.compile(
    r"(?:(?:https?://[^/?#]+)?/(?:[^?#]*/)?)?Practitioner/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/[A-Za-z0-9\-.]{1,64})?"
)
"""Absolute URL, absolute path or relative path of an account (accounts.md §2.2)."""

_MEDIA_REFUSED: Final = frozenset({406, 415})
_KINDS: Final = frozenset({IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM})


@dataclass(frozen=True)
class AccountAnswer:
    """One answer of the accounts service; `index` is its rank among those that are judged together."""

    index: int
    answer: SearchAnswer
    exchange: Exchange

    @property
    def status(self) -> int | None:
        """The HTTP status, None when no answer came."""
        return self.exchange.response.status if self.exchange.response else None

    @property
    def accepted(self) -> bool:
        """Whether the write was said to be done (2xx)."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def media_refused(self) -> bool:
        """Whether a media type was refused (406, 415): nothing is then known of the write itself."""
        return self.status in _MEDIA_REFUSED

    @property
    def refused(self) -> bool:
        """Whether the content was refused, by an error of the client or of the server."""
        return self.status is not None and self.status >= 400 and not self.media_refused

    @property
    def redirected(self) -> bool:
        """Whether the client is sent elsewhere (3xx): nothing was done here."""
        return self.status is not None and 300 <= self.status < 400

    @property
    def location(self) -> str | None:
        """The `Location` header."""
        return self.exchange.response.header("Location") if self.exchange.response else None

    @property
    def account(self) -> str | None:
        """The id of the account that a success designates in its Location, None when it designates none."""
        match = LOCATION.fullmatch(self.location or "") if self.accepted else None
        return match["id"] if match else None

    @property
    def is_outcome(self) -> bool:
        """Whether the body is an OperationOutcome."""
        return text(self.answer.resource, "resourceType") == "OperationOutcome"

    @cached_property
    def sent(self) -> JsonObject:
        """The resource that was sent, empty when the body was none."""
        return as_object(parse_json(self.exchange.request.body).value)

    @property
    def kind(self) -> str | None:
        """The system of the identifier that was sent: national or technical; None for anything else."""
        systems = (text(identifier, "system") for _, identifier in children(self.sent, "identifier"))
        return next((system for system in systems if system in _KINDS), None)

    def request_header(self, name: str) -> str:
        """A media type of the request, in lower case and without parameters."""
        found = (value for key, value in self.exchange.request.headers if key.lower() == name.lower())
        return next(found, "").partition(";")[0].strip().lower()

    def deviation(
        self, message: str, expected: str, observed: str = "", *, place: str = "HTTP.status", reserve: bool = False
    ) -> Deviation:
        """What is wrong with this answer; `observed` is its status by default."""
        if self.status is None:
            fault = self.exchange.fault
            why = described(fault) if fault else "aucune réponse"
            return Deviation("HTTP", f"{message} Aucune réponse HTTP : {why}.", expected, why, answer=self.index)
        shown = observed or f"HTTP {self.status}"
        if not observed and self.redirected:
            shown += f" vers {self.location or '(sans Location)'}"
        return Deviation(place, message, expected, shown, reserve=reserve, answer=self.index)


def accounts(subject: Subject) -> tuple[AccountAnswer, ...]:
    """The answers of a subject as answers of the accounts service, in their order."""
    return tuple(
        AccountAnswer(index, answer, answer.exchange)
        for index, answer in enumerate(subject.answers)
        if answer.exchange is not None
    )


def about_the_first(rule: Rule) -> Rule:
    """The same rule, on the first answer only: the others are witnesses, judged where they were asked for."""

    def check(subject: Subject) -> Iterator[Observation]:
        yield from rule.check(replace(subject, answers=subject.answers[:1]))

    return Rule(rule.requirement, check)


def named(subject: Subject) -> frozenset[str]:
    """The requirements that the scenario says its step serves: `expect["requirement"]`, an id or a list of them."""
    asked = subject.expect.get("requirement")
    return frozenset({asked}) if isinstance(asked, str) else frozenset(texts(subject.expect, "requirement"))


def is_known(
    probe: AccountAnswer, original: AccountAnswer | None = None, control: AccountAnswer | None = None
) -> bool | None:
    """Whether a write by identifier met an account that was there, None when its answer does not tell (accounts.md §9).

    The Location decides, where both it and that of `original`, an earlier success on this account, are given: another id is
    another account; but not where `control`, the write of an unknown one, has the same. Else 201 says that the identifier was
    unknown; another success says that it was known, for a candidate which answers 201 to the control.
    """
    if not probe.accepted:
        return None
    if original is not None and probe.account and original.account:
        alike = control is not None and control.account == original.account
        if not alike:
            return probe.account == original.account
    if probe.status == 201:
        return False
    return True if control is not None and control.status == 201 else None


def is_regulator(resource: JsonObject) -> bool:
    """Whether a resource is, by its content, the account of a regulator rather than a practitioner of an answer.

    It says so by its origin, by a technical identifier, by a national one with a slash, or by a habilitation that comes with
    a mail address.
    """
    if text(resource, "resourceType") != "Practitioner":
        return False
    known = [(text(one, "system"), text(one, "value") or "") for _, one in children(resource, "identifier")]
    return (
        text(child(resource, "meta"), "source") == SAS_TECHNICAL_SYSTEM
        or any(system == SAS_TECHNICAL_SYSTEM or (system == IDNPS_SYSTEM and "/" in value) for system, value in known)
        or ("active" in resource and bool(emails(resource)))
    )


def practitioners(answer: AccountAnswer) -> tuple[JsonObject, ...] | None:
    """The accounts that an optional read gives, None when it gives no searchset that can be used.

    Those of the identifier that was asked for, where the answer has any; several others are a search that ignores it.
    """
    if answer.answer.graph is None or answer.answer.query is None:
        return None
    found = tuple(entry.resource for entry in answer.answer.graph.of_type("Practitioner"))
    asked = {one.lower() for one in answer.answer.query.identifiers}
    own = tuple(one for one in found if asked.intersection(_written_identifiers(one)))
    return own or (found if len(found) < 2 else None)


def _written_identifiers(resource: JsonObject) -> set[str]:
    listed = (one for _, one in children(resource, "identifier"))
    return {f"{text(one, 'system') or ''}|{text(one, 'value') or ''}".lower() for one in listed}


def emails(resource: JsonObject) -> tuple[str, ...]:
    """The mail addresses of an account."""
    contacts = (contact for _, contact in children(resource, "telecom") if text(contact, "system") == "email")
    return tuple(value for contact in contacts if (value := text(contact, "value")))


def families(resource: JsonObject) -> tuple[str, ...]:
    """The family names of an account."""
    return tuple(value for _, name in children(resource, "name") if (value := text(name, "family")))


def givens(resource: JsonObject) -> tuple[str, ...]:
    """The first names of an account."""
    return tuple(value for _, name in children(resource, "name") for value in texts(name, "given"))


def identifiers(resource: JsonObject) -> tuple[str, ...]:
    """The national and technical identifiers of an account, `system|value (code)`; those of the editor's own are left out."""
    return tuple(_identifier(one) for _, one in children(resource, "identifier") if text(one, "system") in _KINDS)


def _identifier(identifier: JsonObject) -> str:
    codings: Iterator[tuple[int, JsonObject]] = children(child(identifier, "type"), "coding")
    code = next((value for _, coding in codings if (value := text(coding, "code"))), "sans type")
    return f"{text(identifier, 'system') or ''}|{text(identifier, 'value') or ''} ({code})"
