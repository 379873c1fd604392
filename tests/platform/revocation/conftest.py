from __future__ import annotations

import pytest

from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.revocation.authority import Authority, load_authorities
from tests.platform.revocation.asking import NOW

URL = "http://127.0.0.1:8447"


@pytest.fixture(scope="package")
def published(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    """A PKI of this instant, whose certificates carry an address: cryptography dates what it signs by its own clock."""
    folder = tmp_path_factory.mktemp("revocation")
    return create_pki(folder, clock=lambda: NOW, expected_cn="cn", expected_ou="318", revocation_url=URL)


@pytest.fixture(scope="package")
def authorities(published: TestPki) -> tuple[Authority, ...]:
    return load_authorities(published.folder, NOW)
