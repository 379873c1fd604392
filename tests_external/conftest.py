from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sas_recette.engine.campaign import utc_now
from sas_recette.platform.browser import Browser
from sas_recette.platform.pki import TestPki, create_pki
from tests.browsers import started
from tests_external.apache import NoApacheError, installed
from tests_external.platform import PLATFORM_HOST


def pytest_configure(config: pytest.Config) -> None:
    """authlib would rather have another HTTP client than the project’s."""
    config.addinivalue_line("filterwarnings", "ignore:The httpx module is deprecated")


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    folder = tmp_path_factory.mktemp("pki")
    hosts = (PLATFORM_HOST, "127.0.0.1")
    return create_pki(folder, clock=utc_now, expected_cn="banc", expected_ou="318751275100020", hosts=hosts)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("navigateur")) as running:
        yield running


@pytest.fixture(scope="session")
def apache_installed() -> None:
    try:
        installed()
    except NoApacheError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cahier")
