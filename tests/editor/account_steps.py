"""What a campaign would look at, step by step: each step has identities of its own, so that none depends on another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sas_recette.editor.accounts.seed import AMBIGUOUS
from sas_recette.editor.http import Reply
from tests.editor.account_requests import (
    IDNPS,
    JSON,
    SAS,
    Platform,
    criterion,
    identifier,
    practitioner,
    without,
)

_LONG: Final = "Éléonore-Françoise " * 5


@dataclass(frozen=True, slots=True)
class Person:
    """The identities of one step."""

    number: int

    @property
    def national(self) -> tuple[str, str]:
        return IDNPS, f"39{self.number:08}/11{self.number}"

    @property
    def colleague(self) -> tuple[str, str]:
        """Another national number of the same structure."""
        return IDNPS, f"39{self.number:08}/22{self.number}"

    @property
    def technical(self) -> tuple[str, str]:
        return SAS, f"b6e39355-8a61-4556-b340-{self.number:012}"

    @property
    def email(self) -> str:
        return f"regulateur.{self.number}@test.com"

    @property
    def other_email(self) -> str:
        return f"autre.{self.number}@test.com"

    def body(self, token: tuple[str, str] | None = None, **changes: Any) -> JSON:  # noqa: ANN401 # options of practitioner
        """A payload of this person, national unless another identifier is given."""
        return practitioner(token or self.national, **{"email": self.email, **changes})


Step = Callable[[Platform, Person], list[Reply]]


def _create(platform: Platform, person: Person) -> list[Reply]:
    return [platform.post(person.body())]


def _create_technical(platform: Platform, person: Person) -> list[Reply]:
    return [platform.post(person.body(person.technical))]


def _posts(change: Callable[[JSON], JSON]) -> Step:
    return lambda platform, person: [platform.post(change(person.body()))]


def _posts_technical(change: Callable[[JSON], JSON]) -> Step:
    return lambda platform, person: [platform.post(change(person.body(person.technical)))]


def _puts_known(change: Callable[[JSON], JSON]) -> Step:
    def step(platform: Platform, person: Person) -> list[Reply]:
        platform.post(person.body())
        refused = platform.put(person.national, change(person.body(family="Change")))
        return [refused, platform.send("GET", query=criterion(person.national))]

    return step


def _puts_unknown(change: Callable[[JSON], JSON]) -> Step:
    return lambda platform, person: [platform.put(person.national, change(person.body()))]


def _updates(**changes: Any) -> Step:  # noqa: ANN401 # options of practitioner
    def step(platform: Platform, person: Person) -> list[Reply]:
        platform.post(person.body())
        updated = platform.put(person.national, person.body(**changes))
        return [updated, platform.send("GET", query=criterion(person.national))]

    return step


def _update_email(platform: Platform, person: Person) -> list[Reply]:
    return _updates(email=person.other_email)(platform, person)


def _change_number(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body())
    changed = platform.put(person.national, person.body(person.colleague))
    return [changed, *(platform.send("GET", query=criterion(one)) for one in (person.colleague, person.national))]


def _switch(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body(person.technical))
    switched = platform.put(person.technical, person.body())
    return [switched, *(platform.send("GET", query=criterion(one)) for one in (person.technical, person.national))]


def _twice(platform: Platform, person: Person) -> list[Reply]:
    return [platform.put(person.technical, person.body(person.technical)) for _ in range(2)]


def _repeated(platform: Platform, person: Person) -> list[Reply]:
    return [platform.post(person.body()) for _ in range(2)]


def _same_email(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body())
    return [platform.post(person.body(person.technical))]


def _colleagues(platform: Platform, person: Person) -> list[Reply]:
    replies = [platform.post(person.body()), platform.post(person.body(person.colleague, email=person.other_email))]
    return [*replies, platform.send("GET", query=criterion(person.national))]


def _taken(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body())
    platform.post(person.body(person.technical, email=person.other_email))
    return [platform.put(person.technical, person.body(email=person.other_email))]


def _reattributed(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body())
    platform.put(person.national, person.body(active=False))
    platform.post(person.body(person.technical, email=person.other_email))
    changed = platform.put(person.technical, person.body(email=person.other_email))
    return [changed, platform.send("GET", query=criterion(person.national))]


def _deactivated(platform: Platform, person: Person) -> list[Reply]:
    return _updates(active=False)(platform, person)


def _reactivated(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body())
    platform.put(person.national, person.body(active=False))
    return [platform.put(person.national, person.body())]


def _spelling(safe: str, bar: str = "%7C") -> Step:
    def step(platform: Platform, person: Person) -> list[Reply]:
        platform.post(person.body())
        return [platform.send("PUT", person.body(), criterion(person.national, safe).replace("%7C", bar))]

    return step


def _typed(accept: str, content_type: str) -> Step:
    return lambda platform, person: [platform.post(person.body(), accept=accept, content_type=content_type)]


def _format(platform: Platform, person: Person) -> list[Reply]:
    return [platform.post(person.body(), query="_format=json")]


def _raw(change: Callable[[bytes], bytes]) -> Step:
    return lambda platform, person: [platform.post(change(json.dumps(person.body()).encode()))]


def _no_criterion(platform: Platform, person: Person) -> list[Reply]:
    platform.post(person.body())
    return [platform.send("PUT", person.body(family="Change"))]


def _ambiguous(platform: Platform, person: Person) -> list[Reply]:
    token = (AMBIGUOUS.system, AMBIGUOUS.value)
    return [platform.put(token, person.body(token, active=False))]


def _metadata(platform: Platform, _: Person) -> list[Reply]:
    return [platform.send("GET", path="/metadata")]


def _identifiers(change: Callable[[JSON], JSON]) -> Callable[[JSON], JSON]:
    return lambda payload: payload | {"identifier": [change(one) for one in payload["identifier"]]}


def _renamed(**name: object) -> Callable[[JSON], JSON]:
    return lambda payload: payload | {"name": [name]}


def _drop(name: str) -> Callable[[JSON], JSON]:
    return lambda payload: without(payload, name)


_TYPES: Final = {system: identifier(system, "")["type"] for system in (IDNPS, SAS)}

STEPS: Final[Mapping[str, Step]] = {
    "create national": _create,
    "create technical": _create_technical,
    "put unknown": _puts_unknown(lambda payload: payload),
    "put twice": _twice,
    "repeated post": _repeated,
    "same email": _same_email,
    "colleagues of one structure": _colleagues,
    "identifier of another": _taken,
    "update email": _update_email,
    "update family": _updates(family="D’Almeïda"),
    "update given": _updates(given="Noël"),
    "long names": _updates(family=_LONG, given=_LONG),
    "change number": _change_number,
    "switch": _switch,
    "deactivate": _deactivated,
    "reactivate": _reactivated,
    "reattribute": _reattributed,
    "raw slash": _spelling("/"),
    "encoded slash": _spelling(""),
    "raw bar": _spelling("", "|"),
    "accept fhir+json": _typed("application/fhir+json", "application/fhir+json"),
    "accept json": _typed("application/json", "application/fhir+json"),
    "send json": _typed("application/json+fhir", "application/json"),
    "format": _format,
    "unreadable": _raw(lambda raw: raw[:-1]),
    "patient": _raw(lambda raw: raw.replace(b'"Practitioner"', b'"Patient"')),
    "no criterion": _no_criterion,
    "ambiguous": _ambiguous,
    "metadata": _metadata,
    **{f"post without {name}": _posts(_drop(name)) for name in ("identifier", "name", "telecom", "active")},
    **{f"put known without {name}": _puts_known(_drop(name)) for name in ("identifier", "name", "telecom", "active")},
    **{f"put new without {name}": _puts_unknown(_drop(name)) for name in ("identifier", "name", "telecom", "active")},
    "empty family": _posts(_renamed(family="", given=["Noël"])),
    "no family": _posts(_renamed(given=["Noël"])),
    "no given": _posts(_renamed(family="Dupont")),
    "empty email": _posts(lambda payload: payload | {"telecom": [{"system": "email", "value": ""}]}),
    "phone": _posts(lambda payload: payload | {"telecom": [payload["telecom"][0] | {"system": "phone"}]}),
    "national INTRN": _posts(_identifiers(lambda one: one | {"type": _TYPES[SAS]})),
    "technical IDNPS": _posts_technical(_identifiers(lambda one: one | {"type": _TYPES[IDNPS]})),
    "other system": _posts(_identifiers(lambda one: one | {"system": "urn:oid:1.2.250.1.71.4.2.2"})),
    **{f"identifier without {name}": _posts(_identifiers(_drop(name))) for name in ("system", "value", "type")},
    "active as text": _posts(lambda payload: payload | {"active": "true"}),
}


@dataclass(frozen=True, slots=True)
class Observation:
    """What is compared of a reply, whatever the number of the account."""

    status: int
    content_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def observations(platform: Platform, names: Iterable[str] = tuple(STEPS)) -> dict[str, list[Observation]]:
    """What some steps give, all of them unless told otherwise."""
    persons = {name: Person(number) for number, name in enumerate(STEPS, 1)}
    return {name: [_observed(reply) for reply in STEPS[name](platform, persons[name])] for name in names}


def _observed(reply: Reply) -> Observation:
    headers = tuple((name, re.sub(r"compte-\d+", "compte", value)) for name, value in reply.headers)
    anonymous = re.sub(rb"compte-\d+|bundle-\d+", b"...", reply.body)
    return Observation(reply.status, reply.content_type, headers, anonymous)
