"""The cahier of SECURITE against mod_ssl, in configurations that are met in real life: who is let in, and what is said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import EXPECTED_CN, EXPECTED_OU, candidate_document, editor_settings, platform_identity
from sas_recette.editor.server import EditorSettings
from sas_recette.engine.campaign import transport_for
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from sas_recette.platform.pki import TestPki
from tests.matrix.cahier import Campaign, campaign, scenarios
from tests_external.terminator import Terminator, terminated

NOW: Final = datetime.now(UTC)
BUT, NO = Verdict.RESERVE, Verdict.NON_CONFORME
CN: Final = f"%{{SSL_CLIENT_S_DN_CN}} == '{EXPECTED_CN}'"
OU: Final = f"%{{SSL_CLIENT_S_DN_OU}} == '{EXPECTED_OU}'"
SOUND: Final = Terminator((CN, OU))
OF_TLS: Final = tuple(one.id.rpartition("-")[2] for one in scenarios(Flow.SECURITE) if one.id < "SEC-S70")


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration, the scenarios that are played against it, the requirements that it does not meet, and words of why."""

    how: Terminator
    played: Collection[str]
    others: Mapping[str, Verdict] = field(default_factory=dict)
    why: str = ""


CASES: Final = {
    "sound": Case(SOUND, OF_TLS),
    "certificate not required": Case(
        replace(SOUND, verification="optional", conditions=(f"%{{SSL_CLIENT_VERIFY}} == 'NONE' || ({CN} && {OU})",)),
        ("S02", "S09", "S10"),
        {"SEC-001": NO, "SEC-007": NO, "SEC-013": NO, "SEC-028": NO},
        "Le serveur sert la recherche de créneaux à qui ne présente aucun certificat, en TLS 1.2.",
    ),
    "any authority": Case(
        replace(SOUND, verification="optional_no_ca", revocation=False),
        ("S05", "S07"),
        {"SEC-006": NO, "SEC-010": NO, "SEC-011": NO},
    ),
    "no revocation list": Case(replace(SOUND, revocation=False), ("S05",), {"SEC-006": NO}),
    "a part of the CN is enough": Case(
        replace(SOUND, conditions=(f"%{{SSL_CLIENT_S_DN_CN}} =~ /{EXPECTED_CN}/",)),
        ("S03", "S04"),
        {"SEC-004": NO, "SEC-005": NO},
    ),
    "TLS 1.2 only": Case(replace(SOUND, protocols="-all +TLSv1.2"), ("S02", "S20"), {"SEC-016": BUT}),
    # what OpenSSL 3 forbids at its security level, it refuses in words of its own
    "every version of TLS": Case(replace(SOUND, protocols="all"), ("S20", "S21")),
    "certificate asked for after the handshake": Case(
        replace(SOUND, late=True),
        ("S01", "S02"),
        {"SEC-002": NO},
        "n’obtient pas de réponse 200. Il en obtient une en TLS 1.2 et en TLS 1.3, le certificat étant demandé après",
    ),
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[EditorSettings, TestPki]:
    return editor_settings(tmp_path_factory.mktemp("pki"), frozenset())


def worth(reference: tuple[EditorSettings, TestPki], case: Case, folder: Path) -> Campaign:
    settings, pki = reference
    with terminated(case.how, settings, pki) as url:
        candidate = validate_candidate(candidate_document(url, platform_identity(pki), NOW), "apache")
        sender = transport_for(candidate, "essai", lambda: datetime.now(UTC))
        return campaign(
            sender, folder, Flow.SECURITE, declared=candidate, played=case.played, clock=lambda: datetime.now(UTC)
        )


@pytest.mark.usefixtures("apache_installed")
@pytest.mark.parametrize("name", CASES)
def test_what_a_configuration_is_worth(reference: tuple[EditorSettings, TestPki], name: str, tmp_path: Path) -> None:
    case = CASES[name]
    seen = worth(reference, case, tmp_path)
    found = {one: result.verdict for one, result in seen.requirements.items() if result.verdict is not Verdict.CONFORME}
    assert found == dict(case.others), {one: result.reason for one, result in seen.requirements.items()}
    assert case.why in " ".join(seen.requirements[one].reason for one in case.others)
