"""The matrix of security, over real TLS: each defect reddens exactly what it declares, each requirement has both."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import candidate_document, editor_settings, platform_identity
from sas_recette.editor.defects import DEFECTS, Defect
from sas_recette.editor.passwords import hash_password
from sas_recette.editor.product import fill
from sas_recette.editor.server import EditorSettings, running_editor
from sas_recette.editor.store import Store
from sas_recette.engine.campaign import transport_for
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.tls_data import Negative, Negatives
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.model import Exchange
from sas_recette.norm.requirements import Flow, How, load_catalogue
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki
from sas_recette.platform.revocation.authority import load_authorities
from sas_recette.platform.revocation.publisher import Publisher
from tests.matrix.cahier import Campaign, campaign, concerned, scenarios

EVERY: Final = tuple(one for one in DEFECTS.values() if one.id.startswith("tls-"))
ALWAYS: Final = ("S01",)
"""What every defect is played on, whatever it declares: the platform itself."""
OF_TLS: Final = tuple(one.id.rpartition("-")[2] for one in scenarios(Flow.SECURITE) if one.id < "SEC-S70")
NOW: Final = datetime.now(UTC)
PASSWORD: Final = hash_password("mot-de-passe-de-la-matrice", cost=16)
ELSEWHERE: Final = {"SEC-024": "Des échecs de connexion, sur les pages de la solution : SEC-S71."}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[EditorSettings, TestPki]:
    return editor_settings(tmp_path_factory.mktemp("pki"), frozenset())


@pytest.fixture(autouse=True)
def filled_once(reference: tuple[EditorSettings, TestPki], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every editor has the same data: they are made once, and copied."""
    monkeypatch.setattr("sas_recette.editor.server.Store", lambda _: filled().copy())
    monkeypatch.setattr("sas_recette.editor.server.fill", lambda *_: None)
    monkeypatch.setattr("sas_recette.editor.server.hash_password", lambda _: PASSWORD)


@cache
def filled() -> Store:
    store = Store()
    fill(store, NOW, PASSWORD)
    return store


@pytest.fixture
def one_version(monkeypatch: pytest.MonkeyPatch, whole_matrix: bool) -> None:
    """A defect shows in one version of TLS as in the other; the reference is played in both."""
    if not whole_matrix:
        monkeypatch.setattr("sas_recette.engine.connections.VERSIONS", {"TLS 1.3": ssl.TLSVersion.TLSv1_3})


@contextmanager
def against(reference: tuple[EditorSettings, TestPki], defects: frozenset[str] = frozenset()) -> Iterator[Candidate]:
    settings, pki = reference
    with running_editor(replace(settings, defects=defects)) as editor:
        yield validate_candidate(candidate_document(editor.base_url, platform_identity(pki), NOW), "matrix")


def played(
    candidate: Candidate,
    folder: Path,
    numbers: Collection[str] = OF_TLS,
    published: Callable[[], Sequence[Exchange]] = tuple,
) -> Campaign:
    transport = transport_for(candidate, "matrice", lambda: datetime.now(UTC))
    return campaign(
        transport,
        folder,
        Flow.SECURITE,
        declared=candidate,
        played=numbers,
        clock=lambda: NOW,
        published=published,
    )


def list_fetched(pki: TestPki) -> Exchange:
    """What the bench would have recorded of a candidate that fetched its list as soon as it was there."""
    then = datetime.fromtimestamp(pki.crl.stat().st_mtime, UTC)
    publisher = Publisher(
        "http://127.0.0.1:8447", load_authorities(pki.folder, then), lambda: then, lambda: "r", "SEC-S05"
    )
    return publisher.receive("GET", "/crl-emettrice.crl")


@pytest.mark.usefixtures("one_version")
@pytest.mark.parametrize("declared", EVERY, ids=lambda item: item.id)
def test_a_defect_reddens_what_it_declares(
    declared: Defect, reference: tuple[EditorSettings, TestPki], tmp_path: Path, whole_matrix: bool
) -> None:
    chosen = OF_TLS if whole_matrix else concerned(declared, ALWAYS, at_most=1)
    with against(reference, frozenset({declared.id})) as candidate:
        seen = played(candidate, tmp_path, chosen)
    unverified = f"non vérifiées : {', '.join(sorted(seen.having(Verdict.NON_VERIFIE))) or 'aucune'}"
    assert seen.having(Verdict.NON_CONFORME) == set(declared.failures), unverified
    assert seen.having(Verdict.RESERVE) == set(declared.reserves), unverified
    assert seen.having(Verdict.ERREUR_DU_BANC) == set()


def test_the_reference_editor_is_conformant(reference: tuple[EditorSettings, TestPki], tmp_path: Path) -> None:
    with against(reference) as candidate:
        seen = played(candidate, tmp_path)
    assert seen.having(Verdict.CONFORME) == set(seen.requirements)
    assert [finding for one in seen.requirements.values() for finding in one.findings] == []
    assert all(one.result.verdict is Verdict.CONFORME for one in seen.scenarios)


def reasons(seen: Campaign, verdict: Verdict = Verdict.NON_VERIFIE) -> dict[str, str]:
    return {name: one.reason for name, one in seen.requirements.items() if one.verdict is verdict}


@pytest.mark.usefixtures("one_version")
def test_with_certificates_of_the_igc_the_user_supplies_the_cases(
    reference: tuple[EditorSettings, TestPki], tmp_path: Path
) -> None:
    wrong = reference[1].negatives[NegativeCase.WRONG_CN]
    supplied = Negatives(wrong_cn=Negative(certificate=wrong.certificate, key=wrong.key))
    with against(reference) as candidate:
        tls = candidate.tls.model_copy(update={"pki": "igc-test", "folder": None, "negatives": supplied})
        seen = played(candidate.model_copy(update={"tls": tls}), tmp_path, ("S02", "S03", "S04", "S07"))
    assert {"SEC-003", "SEC-010", "SEC-011"} <= seen.having(Verdict.CONFORME)
    said = reasons(seen)
    assert set(said) == {"SEC-004", "SEC-005"}
    assert said["SEC-004"].endswith("donnez-le en tls.negatives.wrong_ou")


@pytest.mark.usefixtures("one_version")
def test_a_revoked_certificate_is_judged_where_the_list_is_loaded_or_was_fetched(
    reference: tuple[EditorSettings, TestPki], tmp_path: Path
) -> None:
    with against(reference, frozenset({"tls-crl-ignored"})) as candidate:
        unaware = candidate.model_copy(update={"tls": candidate.tls.model_copy(update={"crl_loaded": False})})
        seen = played(unaware, tmp_path / "loaded", ("S05",))
        told = played(unaware, tmp_path / "asked", ("S05",), published=lambda: [list_fetched(reference[1])])
    assert "tls.crl_loaded = true" in reasons(seen)["SEC-006"]
    assert "SEC-006" in told.having(Verdict.NON_CONFORME)
    assert "avait téléchargé la liste de révocation du banc" in told.requirements["SEC-006"].reason


@pytest.mark.parametrize(
    ("environment", "pki", "said"),
    [
        ("production", "igc-test", "le banc ne présente aucun certificat à refuser à une solution en service"),
        ("recette", "none", "le TLS mutuel n’est pas vérifié, et cette campagne ne vaut pas recette"),
    ],
)
def test_where_no_wrong_certificate_is_shown(
    reference: tuple[EditorSettings, TestPki], tmp_path: Path, environment: str, pki: str, said: str
) -> None:
    with against(reference) as candidate:
        tls = candidate.tls.model_copy(update={"pki": pki})
        guarded = candidate.model_copy(update={"environment": environment, "tls": tls})
        seen = played(guarded, tmp_path)
    unverified = reasons(seen)
    mutual = {f"SEC-{number:03d}" for number in (*range(1, 14), 28)}
    assert mutual <= set(unverified)
    assert all(said in unverified[name] for name in mutual)
    assert {"SEC-014", "SEC-015", "SEC-016", "SEC-017", "SEC-025", "SEC-026"} <= seen.having(Verdict.CONFORME)


def test_every_requirement_has_a_scenario_and_a_defect() -> None:
    automatic = {
        one.id for one in load_catalogue().values() if Flow.SECURITE in one.flows and one.how is How.AUTO
    } - set(ELSEWHERE)
    named = {name for one in scenarios(Flow.SECURITE) for name in one.requirements}
    assert automatic <= named
    assert automatic <= {name for item in EVERY for name in (*item.failures, *item.reserves)}
    assert len(EVERY) >= 30
