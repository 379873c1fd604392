from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest

from sas_recette.editor.defects import DEFECTS
from sas_recette.editor.server import EditorSettings, RunningEditor, running_editor
from sas_recette.editor.store import Store
from tests.editor.bench import NOW, Bench, shared_store
from tests.editor.pki import Authority, Pair

EXPECTED_CN = "plateforme-sas.test"
EXPECTED_OU = "318751275100020"
VARIANTS = {defect_id: frozenset({defect_id}) for defect_id in DEFECTS} | {"vierge": frozenset[str]()}


@dataclass(frozen=True, slots=True)
class Pki:
    """The certificates of the tests."""

    authority: Authority
    server: Pair
    platform: Pair
    wrong_cn: Pair
    wrong_ou: Pair
    several_ou: Pair
    foreign: Pair


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder: Path = tmp_path_factory.mktemp("pki")
    authority, rogue = Authority(folder, "autorite"), Authority(folder, "inconnue")
    return Pki(
        authority=authority,
        server=authority.issue("server", "editeur.test"),
        platform=authority.issue("platform", EXPECTED_CN, EXPECTED_OU),
        wrong_cn=authority.issue("wrong-cn", f"{EXPECTED_CN}.autre", EXPECTED_OU),
        wrong_ou=authority.issue("wrong-ou", EXPECTED_CN, f"{EXPECTED_OU}0"),
        several_ou=authority.issue("several-ou", EXPECTED_CN, "0002", EXPECTED_OU),
        foreign=rogue.issue("foreign", EXPECTED_CN, EXPECTED_OU),
    )


@pytest.fixture(scope="session")
def settings(pki: Pki) -> EditorSettings:
    return EditorSettings(
        certificate=pki.server.certificate,
        key=pki.server.key,
        client_ca=pki.authority.path,
        expected_cn=EXPECTED_CN,
        expected_ou=EXPECTED_OU,
        clock=lambda: NOW.astimezone(UTC),
        password="mot de passe d’essai",
    )


@pytest.fixture(scope="session")
def editor(settings: EditorSettings) -> Iterator[RunningEditor]:
    with running_editor(settings, VARIANTS) as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def _closed_at_the_end() -> Iterator[None]:
    yield
    shared_store().close()
    shared_store.cache_clear()


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def own_store() -> Iterator[Store]:
    """A store to write into."""
    with closing(shared_store().copy()) as store:
        yield store
