"""The regulator accounts of a scenario: identities of its own, requests that are recorded, and no account left active.

Accounts cannot be deleted (accounts.md §3): whatever happens, those that a scenario may have opened are deactivated when it
ends. The names and addresses that a campaign invents are drawn from its seed and the scenario's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from sas_recette.engine.bench import Bench
from sas_recette.exchange.model import Exchange, Request
from sas_recette.fhir.access import JsonObject, as_object, children, text
from sas_recette.fhir.parsing import parse_json
from sas_recette.norm.typography import french
from sas_recette.platform.accounts import (
    LEGACY_JSON,
    PLATFORM,
    WRITE_LIMITS,
    AccountIdentifier,
    IdentifierKind,
    Identities,
    Regulator,
    Wording,
    create,
    read,
    update,
)
from sas_recette.rules.accounts.reading import AccountAnswer
from sas_recette.rules.answer import SearchAnswer, read_answer

AT_ONCE: Final = 10
"""Requests sent at the same time: the ten of PERF-006."""

CLEANING: Final = "Nettoyage\u00a0: désactivation de"
"""How the step of a deactivation that ends a scenario begins."""

_OTHER_WRITINGS: Final = (Wording(encoded_slash=True), Wording(raw_pipe=True))
"""Those of the criterion that the platform might use as well (accounts.md §2.3)."""

NO_READ: Final = (
    "la solution ne déclare pas de lecture des comptes (Practitioner, search-type, identifier) et ses réponses ne permettent "
    "pas d’en juger autrement"
)
"""Why the effect of a write stays unseen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on accounts, with the name of its step.

    `regulator` is the account that it is about; `body` is what is sent in its stead. Without a `regulator`, it is a read.
    """

    step: str
    request: Request
    regulator: Regulator | None = None
    criterion: AccountIdentifier | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """An account that may be active: what designates it now, what did before, and the state to deactivate.

    `certain` tells that the candidate said that it is there.
    """

    criterion: AccountIdentifier
    state: Regulator
    former: AccountIdentifier | None = None
    by_value: bool = False
    certain: bool = False


@contextmanager
def regulator_accounts(bench: Bench) -> Iterator[Accounts]:
    """The accounts of a scenario; leaving, by an exception or an interruption too, deactivates those it opened."""
    accounts = Accounts(bench)
    try:
        yield accounts
    finally:
        accounts.close()


class Accounts:
    """What a scenario does with accounts. Use it through `regulator_accounts`."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.new = Identities(Random(f"{bench.seed}/{bench.scenario}"))  # noqa: S311 # nothing secret is drawn
        self._base = bench.candidate.candidate.base_url
        self._known: dict[AccountIdentifier, _Known] = {}
        self._readable: bool | None = None
        self._controls: dict[bool, SearchAnswer] = {}

    def technical(self) -> Regulator:
        """A new regulator whose names an encoding cannot spoil, and whose identifier has no slash."""
        return replace(self.new.regulator(IdentifierKind.TECHNICAL), family="Kerbrat", given="Jules")

    def creation(
        self, step: str, regulator: Regulator, body: bytes | None = None, wording: Wording = PLATFORM
    ) -> Asked:
        """A POST, to be sent."""
        sent = regulator if body is None else body
        return Asked(step, create(self._base, sent, wording), regulator, None, body)

    def change(
        self,
        step: str,
        criterion: AccountIdentifier | None,
        regulator: Regulator,
        body: bytes | None = None,
        wording: Wording = PLATFORM,
    ) -> Asked:
        """A conditional PUT, to be sent."""
        sent = regulator if body is None else body
        return Asked(step, update(self._base, criterion, sent, wording), regulator, criterion, body)

    def reading(self, step: str, identifier: AccountIdentifier) -> Asked:
        """An optional read, to be sent where `readable`."""
        return Asked(step, read(self._base, identifier))

    def foreign(self, step: str, criterion: AccountIdentifier, body: bytes) -> Asked:
        """A conditional PUT on accounts that are not the scenario's, which it does not deactivate."""
        return Asked(step, update(self._base, criterion, body))

    def send(self, asked: Asked) -> SearchAnswer:
        """Send one request."""
        return self.together(asked)[0]

    def in_turn(self, *asked: Asked) -> tuple[SearchAnswer, ...]:
        """Send requests one after the other."""
        return tuple(self.send(one) for one in asked)

    def together(self, *asked: Asked) -> tuple[SearchAnswer, ...]:
        """Send requests at the same time, ten at most; answers in the order of the requests."""
        answers: list[SearchAnswer] = []
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            futures: list[Future[Exchange]] = [pool.submit(self._exchange, one) for one in asked]
            try:
                wait(futures)
            finally:  # an interruption too: what was sent may have opened an account
                for one, future in zip(asked, futures, strict=True):
                    if not future.cancel():
                        answers.append(self._record(one, future.result()))
        return tuple(answers)

    @property
    def readable(self) -> bool:
        """Whether the candidate declares that accounts can be searched by identifier; asked once a scenario."""
        if self._readable is None:
            request = Request("GET", f"{self._base}/metadata", (("Accept", LEGACY_JSON),))
            answer = self.bench.send(request, step="Lecture de /metadata\u00a0: les comptes se lisent-ils\u00a0?")
            self._readable = _offers_read(answer.resource)
        return self._readable

    def control(self, *, active: bool = True) -> SearchAnswer:
        """The answer to a valid update of an account that nobody knows; the same all along the scenario."""
        if active not in self._controls:
            unknown = replace(self.technical(), active=active)
            state = "actif" if active else "inactif"
            asked = self.change(f"Témoin\u00a0: mise à jour d’un compte inconnu, {state}", unknown.identifier, unknown)
            self._controls[active] = self.send(asked)
        return self._controls[active]

    def noticed(self, regulator: Regulator) -> None:
        """Take note of an account that is there although its creation was refused."""
        self._known.setdefault(regulator.identifier, _Known(regulator.identifier, regulator, certain=True))

    def close(self) -> None:
        """Deactivate what may be active, under its former identifier too where the present one was not known.

        A candidate that does not recognise the platform's writing of the criterion is asked in the other ones.
        """
        left, self._known = list(self._known.values()), {}
        for known, answer in zip(left, self.together(*map(self._deactivation, left)), strict=True):
            if known.former is not None and status_of(answer) == 201:
                self.send(self._deactivation(replace(known, criterion=known.former)))
            elif known.certain and not known.by_value:
                self._insist(known, answer)

    def _insist(self, known: _Known, answer: SearchAnswer) -> None:
        """Ask again for a deactivation that was refused, or that met nobody, in other writings of the criterion."""
        slash = "/" in known.criterion.value
        for wording in (one for one in _OTHER_WRITINGS if slash or not one.encoded_slash):
            if refused(answer) or status_of(answer) == 201:
                answer = self.send(self._deactivation(known, wording))

    def _deactivation(self, known: _Known, wording: Wording = PLATFORM) -> Asked:
        state = replace(known.state.deactivated(), identifier=known.criterion)
        wording = replace(wording, with_system=not known.by_value)
        return self.change(f"{CLEANING} {known.criterion.value}", known.criterion, state, wording=wording)

    def _exchange(self, asked: Asked) -> Exchange:
        scenario = self.bench.scenario
        return self.bench.transport.send(asked.request, scenario=scenario, step=french(asked.step), limits=WRITE_LIMITS)

    def _record(self, asked: Asked, exchange: Exchange) -> SearchAnswer:
        self.bench.recorder.exchange(exchange)
        if asked.regulator is not None and _may_be_done(exchange):
            self._follow(asked, asked.regulator, certain=exchange.response is not None)
        return read_answer(exchange)

    def _follow(self, asked: Asked, regulator: Regulator, *, certain: bool) -> None:
        """Keep track of what may be active after a write that may have been done."""
        before = self._known.pop(asked.criterion, None) if asked.criterion is not None else None
        known = _designated(asked, regulator)
        if known is not None and regulator.active:
            switched = before is not None and before.criterion != known.criterion
            former = before.criterion if before and switched else None
            self._known[known.criterion] = replace(known, former=former, certain=certain)


def status_of(answer: SearchAnswer) -> int | None:
    """The HTTP status, None when no answer came."""
    return answer.exchange.response.status if answer.exchange and answer.exchange.response else None


def accepted(answer: SearchAnswer) -> bool:
    """Whether a write was said to be done."""
    return answer.exchange is not None and AccountAnswer(0, answer, answer.exchange).accepted


def refused(answer: SearchAnswer) -> bool:
    """Whether a write was refused for its content."""
    return answer.exchange is not None and AccountAnswer(0, answer, answer.exchange).refused


def _may_be_done(exchange: Exchange) -> bool:
    """Whether a write was done, or no answer tells that it was not."""
    if exchange.response is not None:
        return 200 <= exchange.response.status < 300
    return exchange.fault is None or not exchange.fault.kind.prevents_contact


def _designated(asked: Asked, regulator: Regulator) -> _Known | None:
    """What designates the account of a write; None when nothing does. An invalid content is looked into."""
    resource = as_object(parse_json(asked.body).value) if asked.body is not None else {}
    if not resource:
        return _Known(regulator.identifier, regulator)
    carried = next((identifier for _, identifier in children(resource, "identifier")), {})
    if not text(carried, "value"):
        return _Known(asked.criterion, regulator) if asked.criterion is not None else None
    usual = text(carried, "system") == regulator.identifier.kind.system
    return _Known(regulator.identifier, regulator, by_value=not usual)


def _offers_read(statement: JsonObject) -> bool:
    resources = (one for _, rest in children(statement, "rest") for _, one in children(rest, "resource"))
    return any(
        text(one, "type") == "Practitioner"
        and any(text(interaction, "code") == "search-type" for _, interaction in children(one, "interaction"))
        and any(text(parameter, "name") == "identifier" for _, parameter in children(one, "searchParam"))
        for one in resources
    )
