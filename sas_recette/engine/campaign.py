"""Running a campaign: make contact, have pytest play the scenarios, judge what the journal holds."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import ssl
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sas_recette import __version__
from sas_recette.engine.assessment import assess, unreachable
from sas_recette.engine.attachments import keep_attachments
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.plan import Plan
from sas_recette.engine.result import CampaignResult
from sas_recette.engine.revocation import WORKER, check_revocation, publishing
from sas_recette.engine.scenario import Scenario, load_scenarios, scenario_folder
from sas_recette.engine.stage import check_stage
from sas_recette.engine.tls_identity import context
from sas_recette.errors import UserError
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Exchange, Remark, RemarkKind, Request
from sas_recette.exchange.reading import read_journal
from sas_recette.norm.requirements import load_catalogue
from sas_recette.platform.aggregator import ACCEPT
from sas_recette.platform.transport import Limits, Transport
from sas_recette.rules.aggregation.envelope import described

CONTACT: Final = "contact"
"""The name under which the first contact is recorded; it is no scenario."""


_PYTEST_ENVIRONMENT: Final[Mapping[str, str | None]] = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": None,
    "PYTEST_PLUGINS": None,
}
"""What the user's own tests may have set, and a campaign must not feel; None is unset."""


class CampaignError(UserError):
    """A campaign cannot begin. The message is French."""


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def header(plan: Plan, worker: str) -> JournalHeader:
    """The header of one process's journal."""
    return JournalHeader(
        campaign=plan.campaign,
        tool_version=__version__,
        edition=plan.candidate.edition,
        started=plan.started,
        declared=plan.candidate.declared(),
        plan=plan.scenarios,
        worker=worker,
    )


def transport_for(
    candidate: Candidate,
    worker: str,
    clock: Callable[[], datetime],
    limits: Limits | None = None,
    identity: ssl.SSLContext | None = None,
) -> Transport:
    """The platform's transport, with the campaign's TLS identity, read anew unless it is given. Raises TlsMaterialError."""
    numbers = itertools.count(1)
    known = identity or context(candidate.tls)
    return Transport(known, clock=clock, ids=lambda: f"{worker}-{next(numbers):04d}", limits=limits)


def run(plan: Plan, *, jobs: int = 0, plugins: Sequence[object] = ()) -> CampaignResult:
    """Play a plan and judge it; `plugins` are pytest plugins that follow it, a progress display for one.

    Raises TlsMaterialError, AttachmentError, or UserError for the stage of single sign-on or the address for revocation, before
    any traffic; CampaignError when pytest itself fails.

    Ctrl-C ends the campaign early, not the judging: what was recorded is judged, the rest is not verified.
    """
    transport_for(plan.candidate, "controle", utc_now)
    _check_stage(plan)
    check_revocation(plan.candidate.tls, utc_now())
    with (
        tempfile.TemporaryDirectory(prefix="sas-recette-") as folder,
        contextlib.suppress(KeyboardInterrupt),  # the journal tells: scenarios without an end
    ):
        path = Path(folder) / "plan.json"
        replace(plan, kept=keep_attachments(plan.candidate, _requirements(plan), plan.folder)).save(path)
        with publishing(plan, lambda: _journal(plan, WORKER), utc_now):
            if _contact(plan):
                _play(path, plan, jobs, plugins)
    return assess(read_journal(plan.journal), load_catalogue(), load_scenarios())


def _requirements(plan: Plan) -> frozenset[str]:
    """What the planned scenarios name."""
    return frozenset(requirement for name in plan.scenarios for requirement in load_scenarios()[name].requirements)


def _check_stage(plan: Plan) -> None:
    """Raises UserError when scenarios of single sign-on are planned and their stage could not open."""
    sso = plan.candidate.sso
    if sso is not None and sso.issuer and any(load_scenarios()[name].on_stage for name in plan.scenarios):
        check_stage(sso, plan.candidate.appointments)


def _journal(plan: Plan, worker: str) -> JournalWriter:
    return JournalWriter(plan.journal, header(plan, worker), clock=utc_now, identities=plan.identities())


def _contact(plan: Plan) -> bool:
    """Try the candidate's address once; without any contact, say so for every scenario and play none."""
    transport = transport_for(plan.candidate, CONTACT, utc_now, plan.limits)
    request = Request("GET", f"{plan.candidate.candidate.base_url}/metadata", (("Accept", ACCEPT),))
    with _journal(plan, CONTACT) as writer:
        exchange = transport.send(request, scenario=CONTACT, step="Premier contact")
        writer.exchange(exchange)
        if not unreachable([exchange]):
            return True
        for name in plan.scenarios:
            writer.remark(_not_played(load_scenarios()[name], plan.candidate, exchange))
    return False


def _not_played(scenario: Scenario, candidate: Candidate, exchange: Exchange) -> Remark:
    if not scenario.in_scope(candidate.scope):
        return Remark(scenario.id, RemarkKind.NOT_APPLICABLE, scenario.out_of_scope)
    return Remark(scenario.id, RemarkKind.NOT_VERIFIED, _no_contact(exchange))


def _no_contact(exchange: Exchange) -> str:
    why = described(exchange.fault) if exchange.fault else "sans réponse"
    return f"la solution candidate n’est pas joignable\u00a0: {why}"


def _play(path: Path, plan: Plan, jobs: int, plugins: Sequence[object]) -> None:
    import pytest  # heavy, and only a campaign needs it

    arguments = [
        str(scenario_folder()),
        f"--rootdir={plan.folder}",
        f"--confcutdir={scenario_folder()}",
        "-c",
        os.devnull,
        f"--sas-plan={path}",
        "-p",
        "sas_recette.engine.plugin",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
        "-p",
        "no:unraisableexception",
        "-o",
        "python_files=*.py",
        "--assert=plain",
    ]
    if jobs > 1:
        arguments += ["-p", "xdist.plugin", "-n", str(jobs)]
    if not plan.masking:  # what a campaign that is killed leaves to Allure; the dossier replaces it, from the journal
        arguments += ["-p", "allure_pytest.plugin", f"--alluredir={plan.folder / 'allure-results'}"]
    with _quiet():
        code = pytest.main(arguments, plugins=list(plugins))
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
        raise CampaignError(f"Le moteur de test s’est arrêté ({code!r})\u00a0: le journal garde ce qui a été joué.")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep pytest to itself: nothing of the environment, nothing on standard output, no warning of re-import."""
    before = {name: os.environ.get(name) for name in _PYTEST_ENVIRONMENT}
    _set_environment(_PYTEST_ENVIRONMENT)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        _set_environment(before)


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
