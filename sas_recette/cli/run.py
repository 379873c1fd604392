"""`run`: a campaign against the candidate of `recette.toml`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sas_recette.engine.candidate import Candidate
    from sas_recette.engine.plan import Plan, Selection
    from sas_recette.engine.result import CampaignResult
    from sas_recette.engine.scenario import Scenario
    from sas_recette.exchange.model import Page

CONFIG = typer.Option(Path("recette.toml"), "-c", "--config", help="Le fichier de la solution candidate.")
REPORTS = typer.Option(Path("reports"), "--reports", help="Où écrire le dossier.")
FLOWS = typer.Option([], "--flow", help="Un flux, par exemple INT_R01 (répétable).")
SCENARIOS = typer.Option([], "--scenario", help="Un scénario, par exemple R01-10 (répétable).")
TAGS = typer.Option([], "--tag", help="Une catégorie du cahier (répétable).")
JOBS = typer.Option(0, "-n", min=0, help="Nombre de processus.")
DRY_RUN = typer.Option(False, "--dry-run", help="Montre ce qui serait joué, sans rien envoyer.")
INCOMPLETE = typer.Option(False, "--allow-incomplete", help="Un résultat incomplet ne bloque pas (code 0).")


def command(
    config: Path = CONFIG,
    flow: list[str] = FLOWS,
    scenario: list[str] = SCENARIOS,
    tag: list[str] = TAGS,
    jobs: int = JOBS,
    reports: Path = REPORTS,
    dry_run: bool = DRY_RUN,
    allow_incomplete: bool = INCOMPLETE,
) -> None:
    """Read the candidate file, play the selection, write the dossier, and exit with the verdict's code."""
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.candidate_file import read_candidate
    from sas_recette.engine.plan import Selection
    from sas_recette.engine.tls_identity import check_identity

    candidate = read_candidate(config)
    check_identity(candidate.tls, utc_now())
    plan, scenarios = make_plan(candidate, Selection(tuple(flow), tuple(scenario), tuple(tag)), reports)
    if dry_run:
        for one in scenarios:
            typer.echo(f"{one.id}  {one.title}{_caveat(candidate, one)}")
        return
    conclude(play(plan, jobs=jobs), plan.folder, allow_incomplete=allow_incomplete)


def _caveat(candidate: Candidate, one: Scenario) -> str:
    """Why a scenario would not be played, empty when it would."""
    from sas_recette.engine.bench import missing_keys

    if not one.in_scope(candidate.scope):
        return f" – sans objet\u00a0: {one.out_of_scope}"
    missing = list(missing_keys(candidate, one.needs))
    return f" – à renseigner\u00a0: {', '.join(missing)}" if missing else ""


def make_plan(candidate: Candidate, selection: Selection, reports: Path) -> tuple[Plan, tuple[Scenario, ...]]:
    """The plan of a selection, and its scenarios. Raises ScenarioError."""
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.plan import Plan, campaign_folder, select
    from sas_recette.engine.scenario import load_scenarios

    scenarios = select(selection, load_scenarios(), candidate)
    started = utc_now()
    name, folder = campaign_folder(reports.absolute(), candidate, started, lambda: secrets.token_hex(2))
    return Plan(name, folder, started, candidate, tuple(one.id for one in scenarios)), scenarios


def play(plan: Plan, *, jobs: int = 0) -> CampaignResult:
    """Play a plan with a progress display, and write its dossier."""
    from sas_recette.cli.progress import Progress
    from sas_recette.engine.campaign import run, utc_now
    from sas_recette.evidence.dossier import write_dossier
    from sas_recette.exchange.journal import read_journal

    with Progress(plan.scenarios, plan.candidate.scope) as progress:
        result = run(plan, jobs=jobs, plugins=[progress])
    write_dossier(plan.folder, result, read_journal(plan.journal), created=utc_now())
    return result


def conclude(result: CampaignResult, folder: Path, *, allow_incomplete: bool = False) -> None:
    """Print the summary and exit with the code of the verdict."""
    from rich.console import Console

    from sas_recette.engine.verdict import ExitCode
    from sas_recette.evidence.console import render_console

    Console().print(render_console(result, str(folder / "report.html"), _pages(result, folder)))
    code = result.exit_code
    if allow_incomplete and code is ExitCode.INCOMPLETE and not result.interrupted:
        typer.echo("Résultat incomplet, admis par --allow-incomplete.")
        code = ExitCode.OK
    raise typer.Exit(code.value)


def _pages(result: CampaignResult, folder: Path) -> Mapping[str, Page]:
    """The pages of a campaign; the journal is read once more only when a finding may name one."""
    from sas_recette.exchange.journal import read_journal

    seen = any(scenario.pages and scenario.findings for scenario in result.scenarios)
    return read_journal(folder / "journal").pages if seen else {}
