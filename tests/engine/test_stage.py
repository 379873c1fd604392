"""The stage: what the inbox received last is not lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sas_recette.engine.browser_traces import BrowserTraces, Keeping
from sas_recette.engine.person import NobodyError
from sas_recette.engine.sso_data import Sso
from sas_recette.engine.stage import StageHand
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import Received

NOW = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)


def hand(folder: Path) -> StageHand:
    return StageHand(Sso(), None, folder, "main", lambda: NOW, BrowserTraces(folder, Keeping.NEVER))


def test_a_message_that_comes_last_is_taken(tmp_path: Path) -> None:
    inbox = Inbox("https://sas.example/fhir", clock=lambda: NOW, ids=lambda: "rdv-1", client=None)
    stage = hand(tmp_path)
    assert stage.left() == ()
    stage._inbox = inbox
    inbox.receive(Received("POST", "/fhir/Appointment", (), b"{}"))
    assert [one.id for one in stage.left()] == ["rdv-1"]
    assert stage.left() == ()


def test_nobody_acts_in_several_processes(tmp_path: Path) -> None:
    with pytest.raises(NobodyError, match="sans -n"):
        _ = hand(tmp_path).person
