"""What a scenario holds of accounts: identities of its own, and none left active, whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import behaviour_of
from sas_recette.engine.accounts import CLEANING, Accounts, accepted, regulator_accounts
from sas_recette.engine.bench import Bench, Recorder, Sender
from sas_recette.engine.playing import play
from sas_recette.engine.result import TraceState
from sas_recette.engine.scenario import scenario
from sas_recette.engine.traces import account_traces
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Exchange, Fault, FaultKind, Request
from sas_recette.exchange.reading import read_journal
from sas_recette.norm.requirements import Flow
from sas_recette.platform.account_payloads import INVALID_CONTENTS
from sas_recette.platform.accounts import AccountIdentifier, Regulator
from sas_recette.platform.transport import Limits
from tests.matrix.cahier import candidate
from tests.matrix.stand_in import NOW, StandIn

Make = Callable[..., Bench]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    header = JournalHeader(
        campaign="essai", tool_version="0", edition="1.2.0", started=NOW, declared={}, plan=(), worker="main"
    )
    with JournalWriter(tmp_path / "journal", header, clock=lambda: NOW) as writer:

        def bench(sender: Sender, seed: str = "essai", name: str = "R02-99") -> Bench:
            return Bench(name, Flow.INT_R02, candidate(), sender, Recorder(writer), lambda: NOW, seed)

        yield bench


@dataclass
class _Fallible:
    """A sender that loses the answers to the requests of some method."""

    inner: Sender
    lost: str
    kind: FaultKind
    sent: list[str] = field(default_factory=list)

    def send(
        self,
        request: Request,
        *,
        scenario: str,
        step: str,
        exchange_id: str | None = None,
        limits: Limits | None = None,
    ) -> Exchange:
        exchange = self.inner.send(request, scenario=scenario, step=step, exchange_id=exchange_id, limits=limits)
        self.sent.append(step)
        if request.method != self.lost:
            return exchange
        return replace(exchange, response=None, fault=Fault(self.kind, "receive", "perdue"))


def active(bench: Bench, *identifiers: AccountIdentifier) -> list[list[bool]]:
    """The states of the accounts of some identifiers, read beside the scenario."""
    accounts = Accounts(bench)
    found = [accounts.send(accounts.reading("Lecture", one)) for one in identifiers]
    return [[entry["resource"]["active"] for entry in json.loads(one.body).get("entry", [])] for one in found]


def cleaned(bench: Bench) -> list[str]:
    return [one.request.method for one in bench.recorder.exchanges if one.step.startswith(CLEANING)]


def opened(accounts: Accounts) -> Regulator:
    who = accounts.technical()
    assert accepted(accounts.send(accounts.creation("Création", who)))
    return who


def test_identities_are_those_of_the_campaign_and_the_scenario(make: Make) -> None:
    def drawn(seed: str, name: str) -> Regulator:
        return Accounts(make(StandIn(REFERENCE), seed, name)).new.regulator()

    assert drawn("a", "R02-10") == drawn("a", "R02-10")
    people = [drawn("a", "R02-10"), drawn("a", "R02-11"), drawn("b", "R02-10")]
    assert len({one.email for one in people}) == len({one.identifier for one in people}) == 3


@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_active(error: type[BaseException] | None, make: Make) -> None:
    bench = make(StandIn(REFERENCE))

    def played() -> list[AccountIdentifier]:
        known: list[AccountIdentifier] = []
        try:
            with regulator_accounts(bench) as accounts:
                known += [opened(accounts).identifier, opened(accounts).identifier]
                if error is not None:
                    raise error
        except (RuntimeError, KeyboardInterrupt) as raised:
            assert type(raised) is error  # noqa: PT017 # it must be the one that was raised, and pass through
        return known

    known = played()
    assert active(bench, *known) == [[False], [False]]
    assert cleaned(bench) == ["PUT", "PUT"]
    assert bench.recorder.judgements == []


def test_an_interrupted_scenario_has_no_end_but_its_cleaning_is_recorded(make: Make, tmp_path: Path) -> None:
    def interrupted(bench: Bench) -> None:
        with regulator_accounts(bench) as accounts:
            opened(accounts)
            raise KeyboardInterrupt

    declared = scenario(
        "R02-99", title="T", flow=Flow.INT_R02, category="C", requirements=("ACC-002",), steps=(), expected=()
    )(interrupted)
    bench = make(StandIn(REFERENCE))
    with pytest.raises(KeyboardInterrupt):
        play(declared, bench)
    journal = read_journal(tmp_path / "journal")
    assert journal.scenarios["R02-99"].ended is None
    assert any(one.step.startswith(CLEANING) for one in journal.exchanges.values())


def test_an_account_is_followed_from_one_identifier_to_the_next(make: Make) -> None:
    bench = make(StandIn(REFERENCE))
    with regulator_accounts(bench) as accounts:
        who = opened(accounts)
        after = replace(who, identifier=accounts.new.rpps())
        accounts.send(accounts.change("Bascule", who.identifier, after))
    assert active(bench, who.identifier, after.identifier) == [[], [False]]
    assert len(cleaned(bench)) == 1


def test_a_switch_that_was_not_done_is_cleaned_under_the_former_identifier(make: Make) -> None:
    bench = make(StandIn(behaviour_of({"acc-identifier-not-updated"})))
    with regulator_accounts(bench) as accounts:
        who = opened(accounts)
        after = replace(who, identifier=accounts.new.rpps())
        accounts.send(accounts.change("Bascule", who.identifier, after))
    assert active(bench, who.identifier) == [[False]]
    assert len(cleaned(bench)) == 2


@pytest.mark.parametrize(
    ("defect", "written"),
    [
        ("acc-encoded-pipe-not-decoded", ["%7C{}/{}", "%7C{}%2F{}", "|{}/{}"]),
        ("acc-raw-slash-refused", ["%7C{}/{}", "%7C{}%2F{}"]),
    ],
)
def test_a_criterion_that_is_not_recognised_is_written_otherwise(defect: str, written: list[str], make: Make) -> None:
    bench = make(StandIn(behaviour_of([defect])))
    with regulator_accounts(bench) as accounts:
        who = accounts.new.regulator()
        assert accepted(accounts.send(accounts.creation("Création", who)))
    tried = [one.request.query for one in bench.recorder.exchanges if one.step.startswith(CLEANING)]
    assert [one.partition(who.identifier.kind.system)[2] for one in tried] == [
        one.format(*who.identifier.value.split("/")) for one in written
    ]
    states = {trace.state for trace in account_traces(bench.recorder.exchanges)}
    assert states == {TraceState.DEACTIVATED}


def test_an_account_that_may_not_be_there_is_asked_for_once(make: Make) -> None:
    sender = _Fallible(StandIn(behaviour_of(["acc-deactivation-refused"])), "POST", FaultKind.TIMEOUT)
    bench = make(sender)
    with regulator_accounts(bench) as accounts:
        accounts.send(accounts.creation("Création", accounts.technical()))
    assert cleaned(bench) == ["PUT"]


def test_what_the_scenario_deactivated_is_left_alone(make: Make) -> None:
    bench = make(StandIn(REFERENCE))
    with regulator_accounts(bench) as accounts:
        who = opened(accounts)
        accounts.send(accounts.change("Désactivation", who.identifier, who.deactivated()))
    assert cleaned(bench) == []


@pytest.mark.parametrize(
    ("content", "defect"),
    [("I02", "acc-create-without-name-accepted"), ("I12b", "acc-any-system-accepted")],
)
def test_an_invalid_account_that_was_accepted_is_deactivated(content: str, defect: str, make: Make) -> None:
    invalid = next(one for one in INVALID_CONTENTS if one.id == content)
    bench = make(StandIn(behaviour_of({defect})))
    with regulator_accounts(bench) as accounts:
        who = accounts.new.regulator()
        assert accepted(accounts.send(accounts.creation("Création", who, invalid.body(who))))
    assert active(bench, who.identifier) == [[False]]
    assert cleaned(bench) == ["PUT"]


@pytest.mark.parametrize(("kind", "cleanings"), [(FaultKind.TIMEOUT, 1), (FaultKind.REFUSED, 0)])
def test_an_answer_that_was_lost_may_have_opened_an_account(kind: FaultKind, cleanings: int, make: Make) -> None:
    bench = make(_Fallible(StandIn(REFERENCE), "POST", kind))
    with regulator_accounts(bench) as accounts:
        accounts.send(accounts.creation("Création", accounts.technical()))
    assert len(cleaned(bench)) == cleanings


def test_reads_are_offered_by_the_capability_statement_only(make: Make) -> None:
    sender = _Fallible(StandIn(REFERENCE), "", FaultKind.RESET)
    accounts = Accounts(make(sender))
    assert accounts.readable
    assert accounts.readable
    assert len(sender.sent) == 1
    assert not Accounts(make(StandIn(behaviour_of({"acc-metadata-missing"})))).readable


def test_requests_sent_together_are_recorded_in_their_order(make: Make) -> None:
    bench = make(StandIn(REFERENCE))
    with regulator_accounts(bench) as accounts:
        people = [accounts.technical() for _ in range(25)]
        answers = accounts.together(*(accounts.creation(f"Création {one.email}", one) for one in people))
    steps = [f"Création {one.email}" for one in people]
    assert [one.exchange.step for one in answers if one.exchange] == steps
    assert [one.step for one in bench.recorder.exchanges][:25] == steps
    assert len(cleaned(bench)) == 25
