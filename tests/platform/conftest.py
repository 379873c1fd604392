from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sas_recette.platform.pki import TestPki, create_pki


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return create_pki(
        tmp_path_factory.mktemp("pki"), clock=now, expected_cn="sas-agregateur-banc", expected_ou="318751275100020"
    )
