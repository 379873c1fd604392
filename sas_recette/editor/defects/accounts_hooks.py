"""What the defects of INT_R02 are made of: replies changed, checks forgotten or added, states altered."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sas_recette.editor.accounts.model import Identifier, Regulator, RegulatorAccount, Uniqueness
from sas_recette.editor.accounts.problems import Problem, RefusedAccountError
from sas_recette.editor.accounts.service import is_account_route
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Incoming, Reply, Resource

WRITES = frozenset({"POST", "PUT"})

SLOW_WRITE: Final = 0.05
"""Seconds of a write that takes its time: long enough for another one to come meanwhile."""


def request_refused(when: Callable[[Incoming], bool], status: int, code: str, message: str) -> Behaviour:
    """Some requests on accounts are refused."""

    def hook(incoming: Incoming) -> Incoming:
        if is_account_route(incoming.route) and when(incoming):
            raise FhirError(status, code, message)
        return incoming

    return Behaviour(request=(hook,))


def request_read_as(change: Callable[[Incoming], Incoming]) -> Behaviour:
    """Writes of accounts are read as other requests."""

    def hook(incoming: Incoming) -> Incoming:
        return change(incoming) if incoming.method in WRITES and is_account_route(incoming.route) else incoming

    return Behaviour(request=(hook,))


def written(change: Callable[[Reply], Reply], *statuses: int, method: str = "") -> Behaviour:
    """The replies to writes that succeeded, or those of some statuses, are changed.

    What another defect made unreadable stays as it is.
    """

    def hook(reply: Reply, incoming: Incoming) -> Reply:
        concerned = incoming.method == method if method else incoming.method in WRITES
        if concerned and is_account_route(incoming.route) and reply.status in (statuses or (200, 201)):
            with suppress(ValueError):
                return change(reply)
        return reply

    return Behaviour(reply=(hook,))


def status(code: int) -> Callable[[Reply], Reply]:
    """The same reply under another status; 204 has no body."""
    return lambda reply: replace(reply, status=code, body=b"" if code == 204 else reply.body)


def location(change: Callable[[str], str]) -> Callable[[Reply], Reply]:
    """The same reply with another Location, or none when it is empty."""

    def changed(reply: Reply) -> Reply:
        values = {name: change(value) if name == "Location" else value for name, value in reply.headers}
        return replace(reply, headers=tuple((name, value) for name, value in values.items() if value))

    return changed


def forgotten(path: str, code: str = "", methods: frozenset[str] = WRITES) -> Behaviour:
    """The problems of a path (a regular expression), or those of one code, are not seen."""
    shape = re.compile(path)

    def hook(problems: tuple[Problem, ...], payload: Resource, incoming: Incoming) -> tuple[Problem, ...]:
        del payload
        if incoming.method not in methods:
            return problems
        return tuple(one for one in problems if not shape.fullmatch(one.path) or code not in {"", one.code})

    return Behaviour(problems=(hook,))


def demanded(satisfied: Callable[[Resource], bool], path: str, message: str) -> Behaviour:
    """One more thing is asked of a payload; what cannot be read is not asked."""

    def hook(problems: tuple[Problem, ...], payload: Resource, incoming: Incoming) -> tuple[Problem, ...]:
        del incoming
        with suppress(LookupError, TypeError, AttributeError):
            if not satisfied(payload):
                return (*problems, Problem(path, "required", message))
        return problems

    return Behaviour(problems=(hook,))


def recorded(settle: Callable[[RegulatorAccount | None, Regulator], Regulator]) -> Behaviour:
    """What is kept of an account is not what was sent."""
    return Behaviour(recording=(settle,))


def kept(*fields: str) -> Behaviour:
    """An update leaves some fields as they were."""
    return recorded(lambda before, after: after if before is None else _with(before.regulator, after, fields))


def kept_when_missing(before: RegulatorAccount | None, after: Regulator) -> Regulator:
    """What an update does not say stays as it was."""
    if before is None:
        return after
    texts = ("identifiers", "family", "given", "email")
    return _with(before.regulator, after, [name for name in texts if not getattr(after, name)])


def missing_refused(fields: tuple[str, ...], *, new: bool) -> Behaviour:
    """What is not said is refused after all: of new accounts only, or of known ones only."""

    def settle(before: RegulatorAccount | None, after: Regulator) -> Regulator:
        empty = [name for name in fields if not getattr(after, name)]
        if empty and (before is None) is new:
            path = {"identifiers": "identifier", "email": "telecom"}.get(empty[0], "name")
            raise RefusedAccountError([Problem(path, "required", "élément obligatoire.")])
        return after

    return recorded(settle)


def placeholder_address(_: RegulatorAccount | None, after: Regulator) -> Regulator:
    """An account without an address gets one made of its identifier."""
    number = re.sub(r"\W", "-", after.identifiers[0].value if after.identifiers else "inconnu")
    return after if after.email else replace(after, email=f"{number}@sans-adresse.example")


def identifiers_written(change: Callable[[str], str]) -> Callable[[RegulatorAccount | None, Regulator], Regulator]:
    """The values of identifiers are altered when they are recorded."""

    def settle(before: RegulatorAccount | None, after: Regulator) -> Regulator:
        del before
        return replace(after, identifiers=tuple(Identifier(one.system, change(one.value)) for one in after.identifiers))

    return settle


class _Turnstile:
    """Lets one write in; those that come before it is out are turned away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: int | None = None

    def enter(self, incoming: Incoming) -> Incoming:
        if incoming.method in WRITES and is_account_route(incoming.route):
            if not self._lock.acquire(blocking=False):
                raise FhirError(503, "lock-error", "Une autre écriture est en cours.")
            self._inside = threading.get_ident()
            time.sleep(SLOW_WRITE)
        return incoming

    def leave(self, reply: Reply, incoming: Incoming) -> Reply:
        del incoming
        if self._inside == threading.get_ident():
            self._inside = None
            self._lock.release()
        return reply


def one_at_a_time() -> Behaviour:
    """A write is refused while another is under way."""
    turnstile = _Turnstile()
    return Behaviour(request=(turnstile.enter,), reply=(turnstile.leave,))


def uniqueness(unique: Uniqueness) -> Behaviour:
    """Other things are unique than in the reference."""

    def hook(reference: Uniqueness) -> Uniqueness:
        del reference
        return unique

    return Behaviour(uniqueness=(hook,))


def _with(source: Regulator, target: Regulator, fields: tuple[str, ...] | list[str]) -> Regulator:
    return replace(target, **{name: getattr(source, name) for name in fields})
