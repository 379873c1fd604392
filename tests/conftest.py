from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import settings

from sas_recette.platform.browser import Browser
from tests.browsers import started

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

_TOGETHER: Final = (
    ("tests/cli/test_campaigns", "tests/cli/test_exit_codes", "tests/cli/test_sso_campaigns"),
    ("tests/cli/",),
    ("tests/evidence/hostile/",),
    ("tests/platform/test_chromium",),
)
"""Tests that share what takes long to set up (a whole campaign, an editor, a browser): each kind keeps to one process."""

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("exploration", deadline=None, max_examples=1000)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--whole-matrix` plays every scenario against every defect, and not only those that the defect concerns."""
    parser.addoption("--whole-matrix", action="store_true", help="tous les scénarios contre tous les défauts")


@pytest.fixture(scope="session")
def whole_matrix(request: pytest.FixtureRequest) -> bool:
    """Whether every scenario is played against every defect."""
    return bool(request.config.getoption("--whole-matrix"))


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Several processes: what belongs together goes to one, and comes first; the rest goes wherever there is room."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((kind[0] for kind in _TOGETHER if nodeid.startswith(kind)), nodeid)

    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded stays: eight thousand items and the models of FHIR are not to be gone through at each collection."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def campaign_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's browser puts its pictures."""
    return tmp_path_factory.mktemp("navigateur")


@pytest.fixture(scope="session")
def browser(campaign_folder: Path) -> Iterator[Browser]:
    """One browser for all the tests of a process."""
    with started(campaign_folder) as running:
        yield running
