"""`run`: a campaign against the candidate of `recette.toml`."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sas_recette.cli.sealing import BASELINE, MASK, SIGN
from sas_recette.engine.browser_traces import Keeping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sas_recette.engine.baseline import Baseline
    from sas_recette.engine.candidate import Candidate
    from sas_recette.engine.gate import Gate
    from sas_recette.engine.plan import Plan, Selection
    from sas_recette.engine.result import CampaignResult
    from sas_recette.engine.scenario import Scenario
    from sas_recette.evidence.signature import Signer
    from sas_recette.exchange.model import Page

CONFIG = typer.Option(Path("recette.toml"), "-c", "--config", help="Le fichier de la solution candidate.")
REPORTS = typer.Option(Path("reports"), "--reports", help="Où écrire le dossier.")
FLOWS = typer.Option([], "--flow", help="Un flux, par exemple INT_R01 (répétable).")
SCENARIOS = typer.Option([], "--scenario", help="Un scénario, par exemple R01-10 (répétable).")
TAGS = typer.Option([], "--tag", help="Une catégorie du cahier (répétable).")
JOBS = typer.Option(0, "-n", min=0, help="Nombre de processus.")
DRY_RUN = typer.Option(False, "--dry-run", help="Montre ce qui serait joué, sans rien envoyer.")
TRACES = typer.Option(
    Keeping.NEVER,
    "--traces",
    help="Garde les traces Playwright du navigateur\u00a0: jamais, echec (scénarios non conformes) ou toujours. "
    "Les enregistrer ralentit la campagne.",
)
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
    traces: Keeping = TRACES,
    baseline: Path | None = BASELINE,
    sign: Path | None = SIGN,
    mask_identities: bool = MASK,
) -> None:
    """Read the candidate file, play the selection, write the dossier, and exit with the verdict's code."""
    from sas_recette.cli.sealing import chosen_baseline, chosen_signer, show_on_job_page
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.candidate_file import read_candidate
    from sas_recette.engine.plan import Selection
    from sas_recette.engine.tls_identity import check_identity

    if mask_identities and traces is not Keeping.NEVER:
        raise typer.BadParameter(
            "une trace du navigateur montre les identités que --mask-identities remplace", param_hint="--traces"
        )
    candidate = read_candidate(config)
    check_identity(candidate.tls, utc_now())
    known, signer = chosen_baseline(baseline), chosen_signer(sign)
    plan, scenarios = make_plan(candidate, Selection(tuple(flow), tuple(scenario), tuple(tag)), reports)
    if dry_run:
        for one in scenarios:
            typer.echo(f"{one.id}  {one.title}{_caveat(candidate, one)}")
        return
    plan = replace(plan, traces=traces, masking=secrets.token_hex(32) if mask_identities else "")
    result, gate = play(plan, jobs=jobs, signer=signer, baseline=known)
    show_on_job_page(plan.folder)
    conclude(result, plan.folder, gate, allow_incomplete=allow_incomplete, config=config)


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


def play(
    plan: Plan, *, signer: Signer, jobs: int = 0, baseline: Baseline | None = None
) -> tuple[CampaignResult, Gate | None]:
    """Play a plan with a progress display, and write its dossier; the gate is what the baseline makes of the result."""
    from sas_recette.cli.progress import Progress
    from sas_recette.cli.sealing import write
    from sas_recette.cli.terminal import Terminal
    from sas_recette.engine.campaign import run
    from sas_recette.exchange.journal import read_journal

    with Progress(plan.scenarios, plan.candidate.scope) as progress, Terminal(progress.paused) as terminal:
        result = run(plan, jobs=jobs, plugins=[progress, terminal])
    return result, write(plan.folder, result, read_journal(plan.journal), signer=signer, baseline=baseline)


def conclude(
    result: CampaignResult,
    folder: Path,
    gate: Gate | None = None,
    *,
    allow_incomplete: bool = False,
    config: Path | None = None,
) -> None:
    """Print the summary and exit with the code of the verdict, or of the gate where there is one.

    `config` is the candidate file, where it is known: what is unanswered in it is said.
    """
    from rich.console import Console

    from sas_recette.cli.sealing import say_sealed
    from sas_recette.engine.verdict import ExitCode
    from sas_recette.evidence.console import render_console
    from sas_recette.evidence.pdf.render import PDF, WITHOUT

    Console().print(render_console(result, str(folder / "report.html"), _pages(result, folder), gate))
    say_sealed(folder)
    if not (folder / PDF).is_file():
        typer.echo(WITHOUT)
    if config is not None:
        _say_unanswered(result, config)
    code = result.exit_code if gate is None else gate.exit_code
    if allow_incomplete and code is ExitCode.INCOMPLETE and not result.interrupted:
        typer.echo("Résultat incomplet, admis par --allow-incomplete.")
        code = ExitCode.OK
    raise typer.Exit(code.value)


def _say_unanswered(result: CampaignResult, config: Path) -> None:
    """Say how many declarations wait for an answer, and the command that asks them."""
    from sas_recette.engine.verdict import Verdict
    from sas_recette.norm.requirements import How

    waiting = [
        one
        for one in result.requirements
        if one.verdict is Verdict.A_ATTESTER and one.requirement.how is How.DECLARATIVE
    ]
    if waiting:
        words = "déclarations attendent" if len(waiting) > 1 else "déclaration attend"
        typer.echo(
            f"{len(waiting)}\u00a0{words} une réponse, ou sa preuve\u00a0: «\u00a0sas-recette attest -c {config}\u00a0», puis rejouez."
        )


def _pages(result: CampaignResult, folder: Path) -> Mapping[str, Page]:
    """The pages of a campaign; the journal is read once more only when a finding may name one."""
    from sas_recette.exchange.journal import read_journal

    seen = any(scenario.pages and scenario.findings for scenario in result.scenarios)
    return read_journal(folder / "journal").pages if seen else {}
