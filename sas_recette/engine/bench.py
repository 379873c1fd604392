"""What a scenario holds in its hands: the platform's role, the candidate's test data, and the journal that remembers.

A scenario only says what is exchanged and which checks apply; nothing is judged here. Every exchange, every demand to
judge and every remark goes into the journal at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, Unpack

from sas_recette.engine.attachments import Kept
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.declaration_scope import out_of_question
from sas_recette.engine.means import Means
from sas_recette.engine.roles import ROLES, key_of
from sas_recette.engine.stage import Stage
from sas_recette.engine.test_data import Association, Practitioner
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.model import Arrival, Exchange, Judgement, Page, Remark, RemarkKind, Request
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import SearchOptions, SearchWindow, SlotQuery, search_window
from sas_recette.platform.transport import Limits
from sas_recette.rules.answer import SearchAnswer, read_answer

_CONCURRENT: Final = 8
"""Exchanges sent at once; far below the 25 simultaneous requests that a candidate must bear."""


class Sender(Protocol):
    """What carries a request to the candidate: the transport, or a stand-in without a network."""

    def send(
        self,
        request: Request,
        *,
        scenario: str,
        step: str,
        exchange_id: str | None = None,
        limits: Limits | None = None,
    ) -> Exchange:
        """The exchange that became of a request; never raises for the candidate's faults."""
        ...


class NotPlayableError(Exception):
    """A precondition of the scenario does not hold. The message says in French which; nothing is held against the candidate."""


class MissingDataError(NotPlayableError):
    """Test data that the candidate file does not give. `key` is what to fill in."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"recette.toml ne donne pas «\u00a0{key}\u00a0»\u00a0: renseignez cette clé pour jouer ce scénario"
        )
        self.key = key


@dataclass(frozen=True, slots=True)
class Recorder:
    """Where a scenario's facts go: the journal, and the lists its verdict will be made of.

    The lists hold what the journal holds, secrets masked, so that judging now and judging again later see the same.
    """

    writer: JournalWriter
    exchanges: list[Exchange] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)

    def exchange(self, exchange: Exchange) -> None:
        """Record an exchange."""
        self.exchanges.append(self.writer.exchange(exchange))

    def page(self, page: Page) -> None:
        """Record what a browser showed."""
        self.pages.append(self.writer.page(page))

    def arrival(self, arrival: Arrival) -> Arrival:
        """Record what became of one request of a load run."""
        self.arrivals.append(self.writer.arrival(arrival))
        return arrival

    def recorded(self, exchanges: Iterable[Exchange]) -> None:
        """Hold what another process has recorded in the name of this scenario."""
        known = {one.id for one in self.exchanges}
        self.exchanges.extend(one for one in exchanges if one.id not in known)

    def judgement(self, judgement: Judgement) -> None:
        """Record a demand to judge."""
        self.judgements.append(self.writer.judgement(judgement))

    def remark(self, remark: Remark) -> None:
        """Record a remark."""
        self.remarks.append(self.writer.remark(remark))


@dataclass(frozen=True, slots=True)
class Bench:
    """The harness, for one scenario of one flow.

    `seed` is what the invented identities of the campaign are drawn from; `opened` gives the stage of single sign-on; `kept`
    are the documents that were joined; `means` are those of a load, None where none can be sent; `published` tells what was
    asked of the bench about revocation.
    """

    scenario: str
    flow: Flow
    candidate: Candidate
    transport: Sender
    recorder: Recorder
    clock: Callable[[], datetime]
    seed: str = ""
    opened: Callable[[], Stage] | None = None
    kept: Kept = field(default_factory=dict)
    means: Means | None = None
    published: Callable[[], Sequence[Exchange]] = tuple

    def stage(self) -> Stage:
        """The platform as OpenID Provider, and a browser; both start when they are first asked for.

        Raises NotPlayableError when there is nothing to start, UserError when they cannot start.
        """
        if self.opened is None:
            raise NotPlayableError("le banc n’a pas de navigateur ici")
        return self.opened()

    def asked_about_revocation(self) -> tuple[SearchAnswer, ...]:
        """What the candidate has asked of the bench about a revoked certificate since the campaign began."""
        concerned = [one for one in self.published() if one.scenario == self.scenario]
        self.recorder.recorded(concerned)
        return tuple(map(read_answer, concerned))

    def practitioner(self, role: str) -> Practitioner:
        """The practitioner of a role. Raises MissingDataError when the candidate file does not give it."""
        found = getattr(self.candidate.practitioners, role)
        if not isinstance(found, Practitioner):
            raise MissingDataError(f"practitioners.{role}")
        return found

    def association(self, role: str) -> Association:
        """The association of a role. Raises MissingDataError when the candidate file does not give it."""
        found = getattr(self.candidate.associations, role)
        if not isinstance(found, Association):
            raise MissingDataError(f"associations.{role}")
        return found

    def holder(self, role: str) -> str:
        """The identifier of whose agenda is searched in this flow, by a role of `engine.roles`. Raises MissingDataError."""
        key = key_of(self.flow, role)
        found = value_at(self.candidate, key)
        if not isinstance(found, Practitioner | Association):
            raise MissingDataError(key)
        return found.id

    def plays(self, role: str) -> bool:
        """Whether somebody plays a role in this flow."""
        return value_at(self.candidate, key_of(self.flow, role)) is not None

    def listed(self, role: str) -> tuple[str, ...]:
        """A declared list of identifiers, by a role of `engine.roles`. Raises MissingDataError when it is empty."""
        key = key_of(self.flow, role)
        found = value_at(self.candidate, key)
        if not isinstance(found, tuple) or not found:
            raise MissingDataError(key)
        return tuple(map(str, found))

    def holders(self) -> tuple[str, ...]:
        """Everybody declared whose agenda this flow searches. Raises MissingDataError when nobody is."""
        table = ROLES[self.flow]["ordinary"].partition(".")[0]
        found = tuple(dict.fromkeys(one.id for _, one in getattr(self.candidate, table).declared()))
        if not found:
            raise MissingDataError(table)
        return found

    def window(self) -> SearchWindow:
        """The window that the platform searches now: from this instant to the end of the day after tomorrow."""
        return search_window(self.clock())

    def query(
        self,
        *identifiers: str,
        window: SearchWindow | None = None,
        flow: Flow | None = None,
        **options: Unpack[SearchOptions],
    ) -> SlotQuery:
        """A search of the scenario’s flow, or of another; `options` are those of SlotQuery."""
        base = self.candidate.candidate.base_url
        return SlotQuery(base, flow or self.flow, identifiers, window or self.window(), **options)

    def search(self, *identifiers: str, step: str, window: SearchWindow | None = None) -> SearchAnswer:
        """Search slots as the platform does, and have the answer judged by every rule of a search."""
        return self.search_all([(step, self.query(*identifiers, window=window))])[0]

    def search_all(self, queries: Sequence[tuple[str, SlotQuery]]) -> tuple[SearchAnswer, ...]:
        """Several searches, each with the name of its step, sent at the same time; answers in the order of the queries."""

        def send(one: tuple[str, SlotQuery]) -> Exchange:
            return self.transport.send(one[1].request(), scenario=self.scenario, step=one[0])

        with ThreadPoolExecutor(max_workers=_CONCURRENT) as pool:
            exchanges = list(pool.map(send, queries))
        answers = []
        for exchange in exchanges:
            self.recorder.exchange(exchange)
            answers.append(read_answer(exchange))
            self.judge("search", answers[-1])
        return tuple(answers)

    def search_everybody(self) -> tuple[SearchAnswer, ...]:
        """Search each declared holder in turn. Raises MissingDataError when none is declared."""
        window = self.window()
        return self.search_all([(f"Recherche de {one}", self.query(one, window=window)) for one in self.holders()])

    def send(self, request: Request, *, step: str, limits: Limits | None = None) -> SearchAnswer:
        """Send any other request."""
        exchange = self.transport.send(request, scenario=self.scenario, step=step, limits=limits)
        self.recorder.exchange(exchange)
        return read_answer(exchange)

    def judge(self, check: str, *answers: SearchAnswer, expect: Mapping[str, object] | None = None) -> None:
        """Have answers judged by a check of `rules.checks`, the judged one first."""
        exchanges = tuple(answer.exchange.id for answer in answers if answer.exchange)
        self.recorder.judgement(Judgement(self.scenario, check, exchanges, expect or {}))

    def not_verified(self, why: str, *requirements: str) -> None:
        """Say that something could not be verified; without requirements, all those of the scenario."""
        self.recorder.remark(Remark(self.scenario, RemarkKind.NOT_VERIFIED, why, requirements))

    def not_applicable(self, why: str, *requirements: str) -> None:
        """Say that something is out of the declared scope."""
        self.recorder.remark(Remark(self.scenario, RemarkKind.NOT_APPLICABLE, why, requirements))

    def record_attestations(self, requirements: Iterable[str]) -> None:
        """Take from the candidate file the answers that a person gave to these requirements."""
        answers = {answer.requirement: answer for answer in self.candidate.attestations}
        for one in (answers[requirement] for requirement in requirements if requirement in answers):
            self.recorder.remark(
                Remark(
                    self.scenario,
                    RemarkKind.ATTESTED,
                    one.statement,
                    (one.requirement,),
                    one.answer,
                    one.person,
                    date=one.date.isoformat() if one.date else "",
                    comment=one.comment,
                    attachments=tuple(self.kept.get(one.requirement, ())),
                )
            )

    def leave_out_of_question(self, *requirements: str) -> None:
        """Say of these declarations which are not asked of this candidate."""
        for requirement in requirements:
            why = out_of_question(self.candidate, requirement)
            if why:
                self.not_applicable(why, requirement)

    def record_pieces(self) -> None:
        """Take from the candidate file the documents that prove no requirement."""
        for one in self.candidate.pieces:
            self.recorder.remark(
                Remark(
                    self.scenario,
                    RemarkKind.JOINED,
                    one.comment,
                    answer=one.piece,
                    attachments=tuple(self.kept.get(one.piece, ())),
                )
            )

    def require(self, keys: Iterable[str]) -> None:
        """Raise MissingDataError for the first of these keys that the candidate file does not give."""
        for key in missing_keys(self.candidate, keys):
            raise MissingDataError(key)


def missing_keys(candidate: Candidate, keys: Iterable[str]) -> Iterator[str]:
    """Those of these dotted keys that a candidate file leaves out or empty."""
    for key in keys:
        value = value_at(candidate, key)
        if value is None or value in ("", (), 0):
            yield key


def value_at(candidate: Candidate, key: str) -> object:
    """What a candidate file holds at a dotted key; None when a table of the way is left out."""
    value: object = candidate
    for step in key.split("."):
        value = getattr(value, step, None)
    return value
