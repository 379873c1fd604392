"""The bench’s address for revocation during a campaign, and what the journal remembers of it."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sas_recette.engine.campaign import header
from sas_recette.engine.candidate_file import CandidateFileError, validate_candidate
from sas_recette.engine.plan import Plan
from sas_recette.engine.revocation import WORKER, asked_so_far, check_revocation, publishing
from sas_recette.exchange.journal import JournalWriter, read_journal
from sas_recette.platform.inbox.watching import OUTSIDE
from sas_recette.platform.listening import ListeningError, listening
from sas_recette.platform.pki import create_pki
from sas_recette.platform.tls import TlsMaterialError
from tests.platform.loopback import free_port


def now() -> datetime:
    return datetime.now(UTC)


def plan_of(folder: Path, address: str, *scenarios: str, certificates: Path | None = None) -> Plan:
    document = {
        "use_cases": ["ps"],
        "candidate": {"editor": "E", "product": "P", "version": "1", "base_url": "https://agenda.example/fhir"},
        "tls": {"folder": str(certificates or folder), "revocation_address": address},
    }
    return Plan("essai", folder / "essai", now(), validate_candidate(document, "essai"), scenarios)


def writer_of(plan: Plan) -> Callable[[], JournalWriter]:
    return lambda: JournalWriter(plan.journal, header(plan, WORKER), clock=now)


def asked(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answered:  # noqa: S310 # the loopback
        return bytes(answered.read())


def test_what_is_asked_is_read_while_it_is_written(tmp_path: Path) -> None:
    create_pki(tmp_path / "pki", clock=now, expected_cn="cn", expected_ou="318")
    address = f"127.0.0.1:{free_port()}"
    plan = plan_of(tmp_path, address, "SEC-S01", "SEC-S05", certificates=tmp_path / "pki")
    assert asked_so_far(plan) == ()
    with publishing(plan, writer_of(plan), now):
        body = asked(f"http://{address}/crl-emettrice.crl")
        asked(f"http://{address}/crl-racine.crl")
        issuing, root = asked_so_far(plan)
        with pytest.raises(ListeningError):
            check_revocation(plan.candidate.tls, now())
    assert (issuing.scenario, root.scenario) == ("SEC-S05", OUTSIDE)
    assert issuing.response is not None
    assert issuing.response.body == body
    journal = read_journal(plan.journal)
    assert not journal.interrupted
    assert tuple(journal.exchanges.values()) == (issuing, root) == asked_so_far(plan)


def test_without_an_address_nothing_listens(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "")
    with publishing(plan, writer_of(plan), now):
        assert not plan.journal.exists()
    check_revocation(plan.candidate.tls, now())


def test_what_is_lacking_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, f"127.0.0.1:{free_port()}")
    with pytest.raises(TlsMaterialError, match=r"ocsp-racine\.pem"):
        check_revocation(plan.candidate.tls, now())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:8447", ("127.0.0.1", 8447)),
        (":8447", ("127.0.0.1", 8447)),
        ("[::1]:8447", ("::1", 8447)),
        ("banc.example:80", ("banc.example", 80)),
    ],
)
def test_an_address(tmp_path: Path, address: str, expected: tuple[str, int]) -> None:
    assert plan_of(tmp_path, address).candidate.tls.publishing == expected


@pytest.mark.parametrize("address", ["127.0.0.1", "http://127.0.0.1:8447", "hôte:port", "a:80/x", "a:99999"])
def test_what_is_no_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(CandidateFileError, match="hôte:port"):
        plan_of(tmp_path, address)


def test_the_bench_answers_for_its_own_certificates_only() -> None:
    for tls in ({"pki": "igc-test", "folder": "x"}, {"pki": "banc"}):
        document = {
            "use_cases": ["ps"],
            "candidate": {"editor": "E", "product": "P", "version": "1", "base_url": "https://agenda.example/fhir"},
            "tls": {**tls, "revocation_address": "127.0.0.1:8447"},
        }
        with pytest.raises(CandidateFileError, match="le banc ne répond que des certificats"):
            validate_candidate(document, "essai")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    create_pki(tmp_path, clock=now, expected_cn="cn", expected_ou="318")
    port = free_port()
    with listening(("127.0.0.1", port)), pytest.raises(ListeningError, match=str(port)):
        check_revocation(plan_of(tmp_path, f"127.0.0.1:{port}").candidate.tls, now())
