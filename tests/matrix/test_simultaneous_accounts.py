"""What only real simultaneity shows: over the network, a product that checks before it records lets two accounts through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import EXPECTED_CN, EXPECTED_OU
from sas_recette.editor.server import EditorSettings, running_editor
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from sas_recette.platform.pki import create_pki
from sas_recette.platform.tls import client_context
from sas_recette.platform.transport import Transport
from tests.matrix.cahier import campaign
from tests.matrix.stand_in import NOW

RACE: Final = "acc-race-creates-two"
BUSY: Final = "acc-one-write-at-a-time"
Live = tuple[Transport, Mapping[str, tuple[str, str]]]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("pki")
    pki = create_pki(folder, clock=lambda: datetime.now(UTC), expected_cn=EXPECTED_CN, expected_ou=EXPECTED_OU)
    settings = EditorSettings(
        pki.server.certificate,
        pki.server.key,
        pki.chain,
        expected_cn=EXPECTED_CN,
        expected_ou=EXPECTED_OU,
        clock=lambda: NOW,
    )
    context = client_context(certificate=pki.client.certificate, key=pki.client.key, ca=pki.chain)
    with running_editor(
        settings, {**{name: frozenset({name}) for name in (RACE, BUSY)}, "sans-defaut": frozenset()}
    ) as editor:
        yield Transport(context, clock=lambda: NOW), editor.variants


@pytest.mark.parametrize(
    ("version", "scenario", "requirement", "verdict"),
    [
        (RACE, "14", "ACC-020", Verdict.NON_CONFORME),
        ("sans-defaut", "14", "ACC-020", Verdict.CONFORME),
        (BUSY, "60", "PERF-006", Verdict.RESERVE),
        ("sans-defaut", "60", "PERF-006", Verdict.CONFORME),
    ],
)
def test_simultaneous_writes(
    version: str, scenario: str, requirement: str, verdict: Verdict, live: Live, tmp_path: Path
) -> None:
    transport, bases = live
    seen = campaign(transport, tmp_path, Flow.INT_R02, bases[version][0], played={scenario})
    assert {name: one.verdict for name, one in seen.requirements.items()}[requirement] is verdict
