"""The stand-in records what the platform's transport really records, over mutual TLS."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import EXPECTED_CN, EXPECTED_OU
from sas_recette.editor.defects import behaviour_of
from sas_recette.editor.server import EditorSettings, running_editor
from sas_recette.engine.bench import Sender
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.model import Request, Response
from sas_recette.norm.requirements import Flow
from sas_recette.platform.pki import create_pki
from sas_recette.platform.tls import client_context
from sas_recette.platform.transport import Limits, Transport
from tests.matrix.cahier import Campaign, campaign
from tests.matrix.stand_in import AGENDA_BASE, BUNDLE_ID, FHIR_BASE, NOW, StandIn

ON_THE_WIRE: Final = {
    name: frozenset({name})
    for name in ("body-utf-16", "empty-answer-204", "error-without-body", "html-page", "raw-pipe-refused")
} | {"sans-defaut": frozenset[str](), "lente": frozenset({"answer-after-seven-seconds"})}
"""Versions of the product whose answers the web server, the TLS layer or h11 could change on the way."""
SEARCH: Final = (
    "/Slot?_include=Slot:schedule&_include:iterate=Schedule:actor&start=ge2026-06-16&start=le2026-06-18"
    "&schedule.actor:Practitioner.identifier=urn:oid:1.2.250.1.71.4.2.1%7C899900000011&status=free"
)
ACCEPT: Final = (("Accept", "application/json+fhir"),)


@dataclass(frozen=True, slots=True)
class Live:
    """The same versions behind real listeners, and the platform's transport."""

    transport: Transport
    bases: Mapping[str, tuple[str, str]]


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
        new_id=lambda: BUNDLE_ID,
        stalled_seconds=0.5,
    )
    context = client_context(certificate=pki.client.certificate, key=pki.client.key, ca=pki.chain)
    with running_editor(settings, ON_THE_WIRE) as editor:
        yield Live(Transport(context, clock=lambda: NOW), editor.variants)


def verdicts(campaign: Campaign) -> Mapping[str, Verdict]:
    return {name: one.verdict for name, one in campaign.requirements.items()}


@pytest.mark.parametrize("name", ["empty-answer-204", "raw-pipe-refused", "sans-defaut"])
def test_the_verdicts_are_those_of_the_network(name: str, live: Live, tmp_path: Path) -> None:
    (tmp_path / "reseau").mkdir()
    stood_in = campaign(StandIn(behaviour_of(ON_THE_WIRE[name])), tmp_path, Flow.INT_R01)
    assert verdicts(campaign(live.transport, tmp_path / "reseau", Flow.INT_R01, live.bases[name][0])) == verdicts(
        stood_in
    )


@pytest.mark.parametrize("name", sorted(set(ON_THE_WIRE) - {"lente"}))
@pytest.mark.parametrize(
    "path", ["/metadata", "/Patient", "/Slot?start=geABCD", SEARCH, SEARCH.replace("0011", "0060")]
)
def test_the_answers_are_those_of_the_network(name: str, path: str, live: Live) -> None:
    fhir_base, agenda_base = live.bases[name]
    here = _sent(StandIn(behaviour_of(ON_THE_WIRE[name])), FHIR_BASE + path)
    there = _sent(live.transport, fhir_base + path)
    body = _utf8(there.body).replace(fhir_base.encode(), FHIR_BASE.encode())
    assert here.status == there.status
    assert _utf8(here.body) == body.replace(agenda_base.encode(), AGENDA_BASE.encode())
    assert here.header("Content-Type") == there.header("Content-Type")


def _sent(sender: Sender, url: str) -> Response:
    response = sender.send(Request("GET", url, ACCEPT), scenario="s", step="e").response
    assert response is not None
    return response


def _utf8(body: bytes) -> bytes:
    return body.decode("utf-16").encode() if body.startswith(codecs.BOM_UTF16) else body


def test_a_late_answer_is_the_same_fault(live: Live) -> None:
    limits = Limits(total_timeout=0.2)
    faults = [
        sender.send(Request("GET", base + SEARCH, ACCEPT), scenario="s", step="e", limits=limits).fault
        for sender, base in (
            (StandIn(behaviour_of(ON_THE_WIRE["lente"])), FHIR_BASE),
            (live.transport, live.bases["lente"][0]),
        )
    ]
    assert faults[0] is not None
    assert faults[0] == faults[1]
