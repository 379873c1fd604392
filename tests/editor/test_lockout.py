"""A name that fails too often is locked for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sas_recette.editor import lockout
from sas_recette.editor.lockout import BORNE, LOCKED_FOR, Lockout
from tests.editor.bench import AGENDA_BASE
from tests.editor.sso_bench import PAUL, STAFF_PASSWORD, SsoBench, kind


@dataclass(slots=True)
class Clock:
    now: datetime = datetime(2026, 6, 17, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def failed(guard: Lockout, times: int, name: str = "zoe") -> None:
    for _ in range(times):
        guard.failed(name)


def test_five_failures_lock_for_a_quarter_of_an_hour() -> None:
    clock = Clock()
    guard = Lockout(clock)
    failed(guard, BORNE - 1)
    assert not guard.locked("zoe")
    guard.failed(" ZOE ")
    assert guard.locked("zoe")
    assert not guard.locked("lea")
    clock.now += LOCKED_FOR - timedelta(seconds=1)
    assert guard.locked("zoe")
    clock.now += timedelta(seconds=1)
    assert not guard.locked("zoe")
    guard.failed("zoe")
    assert not guard.locked("zoe")


def test_a_success_forgets_the_failures() -> None:
    guard = Lockout(Clock())
    failed(guard, BORNE - 1)
    guard.succeeded("zoe")
    failed(guard, BORNE - 1)
    assert not guard.locked("zoe")


def test_without_a_limit_nothing_locks() -> None:
    guard = Lockout(Clock(), 0)
    failed(guard, 100)
    assert not guard.locked("zoe")


def test_names_are_not_remembered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "_REMEMBERED", 10)
    guard = Lockout(Clock(), 1)
    for rank in range(20):
        guard.failed(f"nom-{rank}")
    assert [rank for rank in range(20) if guard.locked(f"nom-{rank}")] == list(range(10, 20))


def test_the_page_locks_and_says_so() -> None:
    right = {"identifiant": PAUL.email, "mot_de_passe": STAFF_PASSWORD}
    with SsoBench() as bench:
        bench.account(PAUL)
        surfer = bench.surfer()
        for _ in range(BORNE):
            wrong = surfer.send(f"{AGENDA_BASE}/connexion", right | {"mot_de_passe": "faux"})
            assert "Identifiant ou mot de passe incorrect." in wrong.text
        refused = surfer.send(f"{AGENDA_BASE}/connexion", right)
        assert refused.status_code == 401
        assert "cet identifiant est bloqué pendant quinze minutes" in refused.text
        bench.now += LOCKED_FOR
        assert kind(surfer.send(f"{AGENDA_BASE}/connexion", right)) == "local"
