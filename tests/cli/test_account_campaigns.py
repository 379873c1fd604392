"""Campaigns on accounts: two at once on the same solution do not meet, and each leaves nothing active."""

from __future__ import annotations

import json
from pathlib import Path

from sas_recette.exchange.reading import read_journal
from tests.cli.driving import Reference, process

SCENARIOS = ("R02-10", "R02-13", "R02-14", "R02-15", "R02-25", "R02-31", "R02-60")
"""Those where an identity of somebody else would be in the way."""


def test_two_campaigns_at_once(reference: Reference, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("une", "autre")]
    for folder in folders:
        folder.mkdir()
    chosen = [argument for name in SCENARIOS for argument in ("--scenario", name)]
    running = [
        process("run", "-c", reference.file(folder), "--reports", folder / "reports", *chosen, folder=folder)
        for folder in folders
    ]
    ended = [(one.communicate(timeout=120), one.returncode) for one in running]
    assert [code for _, code in ended] == [0, 0], ended
    addresses = [_addresses(folder) for folder in folders]
    assert all(addresses)
    assert not addresses[0] & addresses[1]


def _addresses(folder: Path) -> set[str]:
    """The mail addresses of the accounts that the campaign of a folder wrote, none of which is left active."""
    journal = read_journal(next((folder / "reports").glob("*/journal")))
    states: dict[str, bool] = {}
    for one in journal.exchanges.values():
        if one.request.method in {"POST", "PUT"} and one.response is not None and one.response.status in {200, 201}:
            sent = json.loads(one.request.body)
            states[sent["telecom"][0]["value"]] = sent["active"]
    assert not any(states.values())
    return set(states)
