"""Candidates that answer in every bad manner, through whole campaigns: findings, a dossier, never a traceback."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import socket
import ssl
import struct
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sas_recette.cli.run import play
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.plan import Plan
from sas_recette.evidence.manifest import verify
from sas_recette.platform.transport import Limits
from tests.cli.driving import plain_document
from tests.evidence.keys import SIGNER
from tests.platform.loopback import Handler, answering, http, serving

PLAYED = ("R01-01", "R01-02", "R01-04", "R01-10")
QUICK = Limits(total_timeout=0.6, connect_timeout=0.6, max_body=1024 * 1024, excerpt=16 * 1024)
HURRIED = replace(QUICK, total_timeout=0.2, connect_timeout=0.2)
"""For who never answers in time, however long one waits."""

FHIR = "Content-Type: application/fhir+json"
ATTACK = "<script>alert('xss')</script>"


@dataclass(frozen=True, slots=True)
class Played:
    campaign: dict[str, Any]
    failed: set[str]
    page: str
    folder: Path


def played(tmp_path: Path, base_url: str, limits: Limits = QUICK) -> Played:
    """A campaign of a few scenarios, whole: contact, pytest, judging, dossier."""
    candidate = validate_candidate(plain_document(base_url), "essai")
    plan = Plan("essai", tmp_path / "essai", datetime.now(UTC), candidate, PLAYED, limits)
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        result, _ = play(plan, signer=SIGNER)
    assert result.interrupted is False
    assert verify(plan.folder) == []
    campaign = json.loads((plan.folder / "campaign.json").read_bytes())
    assert [one["id"] for one in campaign["scenarios"]] == list(PLAYED)
    assert "erreur du banc" not in {one["verdict"] for one in campaign["scenarios"]}
    assert "Traceback" not in err.getvalue()
    page = (plan.folder / "report.html").read_text(encoding="utf-8")
    failed = {finding.requirement for scenario in result.scenarios for finding in scenario.findings}
    return Played(campaign, failed, page, plan.folder)


def reset(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(connection: socket.socket, _: bytes) -> None:
    time.sleep(0.3)
    connection.close()


def drip(connection: socket.socket, _: bytes) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{FHIR}\r\nContent-Length: 1000\r\n\r\n".encode())
    for _each in range(12):
        connection.sendall(b"{")
        time.sleep(0.03)


def bomb() -> bytes:
    packed = gzip.compress(b" " * (64 * 1024 * 1024))
    return http(packed, FHIR, "Content-Encoding: gzip")


def redirecting(connection: socket.socket, request: bytes) -> None:
    target = request.split(b" ")[1].decode("latin-1")
    connection.sendall(http(b"", f"Location: {target}", status="302 Found"))


def truncated() -> bytes:
    return http(b'{"resourceType": "Bundle", "entry": [', FHIR).replace(b"Content-Length: 37", b"Content-Length: 4000")


def bundle(**changes: object) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "total": 1, **changes}).encode()


SLOT_WITH_NUMBERS = {"resourceType": "Slot", "id": 12, "status": 3, "start": 17, "schedule": {"reference": 9}}
CASES: dict[str, tuple[Handler, set[str]]] = {
    "html": (
        answering(http(f"<html>{ATTACK}</html>".encode(), "Content-Type: text/html")),
        {"AGR-PS-001", "AGR-COM-064"},
    ),
    "html in JSON's clothes": (answering(http(ATTACK.encode(), FHIR)), {"AGR-COM-064"}),
    "truncated JSON": (answering(http(b'{"resourceType": "Bundle", "entry": [', FHIR)), {"AGR-COM-064"}),
    "body cut short": (answering(truncated()), {"AGR-COM-064"}),
    "redirect loop": (redirecting, {"AGR-COM-006"}),
    "invalid UTF-8": (answering(http(b'{"resourceType": "\xff\xfe"}', FHIR)), {"AGR-COM-064"}),
    "nested 100,000 deep": (answering(http(b"[" * 100_000 + b"]" * 100_000, FHIR)), {"AGR-COM-061"}),
    "numbers for strings": (
        answering(http(bundle(entry=[{"fullUrl": 4, "resource": SLOT_WITH_NUMBERS}]), FHIR)),
        {"AGR-COM-029"},
    ),
    "silence": (silence, {"PERF-001"}),
    "one byte at a time": (drip, {"PERF-001"}),
    "reset": (reset, {"AGR-COM-006"}),
    "giant headers": (answering(http(b"{}", FHIR, "X-Gros: " + "a" * 200_000)), {"AGR-COM-006"}),
    "gzip bomb": (answering(bomb()), {"AGR-COM-064"}),
    "not HTTP": (answering(b"\x16\x03\x01 bonjour\r\n\r\n"), {"AGR-COM-006"}),
    "nothing": (lambda connection, _: connection.close(), {"AGR-COM-006"}),
    "server error": (answering(http(ATTACK.encode(), status="500 Oups")), {"AGR-COM-006"}),
    "attack in every text": (
        answering(http(bundle(id=ATTACK, entry=[{"resource": {"resourceType": ATTACK, "id": ATTACK}}]), FHIR)),
        {"AGR-COM-009"},
    ),
    "lone surrogate": (answering(http(rb'{"resourceType": "\ud800", "id": "\u202e\u0000"}', FHIR)), set()),
}
LATE = {"silence", "one byte at a time"}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_answer_is_a_finding(tmp_path: Path, name: str) -> None:
    handler, expected = CASES[name]
    with serving(handler) as server:
        done = played(tmp_path, server.url("/fhir"), HURRIED if name in LATE else QUICK)
    assert done.campaign["verdict"] == "non conforme"
    assert done.campaign["exit_code"] == 1
    assert expected <= done.failed
    assert ATTACK not in done.page


def test_an_endless_answer_is_cut_and_little_of_it_is_kept(tmp_path: Path) -> None:
    sent = [0]

    def endless(connection: socket.socket, _: bytes) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\n{FHIR}\r\nContent-Length: 300000000\r\n\r\n".encode())
        chunk = b'{"resourceType": "Bundle", ' * 2048
        with contextlib.suppress(OSError):
            for _each in range(300_000_000 // len(chunk)):
                connection.sendall(chunk)
                sent[0] += len(chunk)
                time.sleep(0.001)  # else the kernel takes in megabytes while the harness waits for its turn

    with serving(endless) as server:
        done = played(tmp_path, server.url("/fhir"))
    assert "AGR-COM-064" in done.failed
    assert sent[0] < 20 * QUICK.max_body
    assert sum(path.stat().st_size for path in done.folder.rglob("*") if path.is_file()) < QUICK.max_body


def test_a_refused_handshake_is_the_candidates(tmp_path: Path) -> None:
    """A TLS listener that the platform does not trust: contact was made, so that it is no « unreachable »."""
    from sas_recette.platform.pki import create_pki

    pki = create_pki(
        tmp_path / "pki", clock=lambda: datetime.now(UTC), expected_cn="banc", expected_ou="318751275100020"
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    with serving(answering(http(b"{}")), context) as server:
        done = played(tmp_path, server.url("/fhir", scheme="https"))
    assert done.campaign["exit_code"] == 1
    assert "AGR-COM-006" in done.failed
    assert "négociation TLS" in done.page
