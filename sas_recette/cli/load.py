"""`load`: the platform's volume, against a candidate that agreed to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sas_recette.cli.run import CONFIG, INCOMPLETE, REPORTS
from sas_recette.cli.sealing import SIGN

if TYPE_CHECKING:
    from sas_recette.platform.load.profile import Order, Profile

SCENARIO_OF = {"nominal": "PERF-C01", "pointe": "PERF-C02", "rafale": "PERF-C03"}
"""The scenario of the cahier that plays a profile."""

PROFILE = typer.Option(
    "nominal", "--profile", help="nominal (3000/h, 10 min), pointe (6000/h, 5 min) ou rafale (25 à la fois)."
)
RATE = typer.Option(None, "--rate", help="Un autre débit, en recherches par heure.")
DURATION = typer.Option(None, "--duration", help="Une autre durée, en secondes.")
SEED = typer.Option(
    None, "--seed", help="La graine des instants et des identifiants\u00a0; par défaut, l’identifiant de la campagne."
)

REMOTE = typer.Option(
    0,
    "--remote-workers",
    min=0,
    help="Attend en outre autant de processus de Locust d’autres machines (port 5557, réseau de confiance)\u00a0: "
    "locust -f - --worker --master-host CETTE-MACHINE.",
)
WORKERS = typer.Option(
    0, "--workers", min=0, help="Envoie par autant de processus de Locust (extra «\u00a0charge\u00a0»)."
)


def command(
    config: Path = CONFIG,
    profile: str = PROFILE,
    rate: float | None = RATE,
    duration: float | None = DURATION,
    seed: str | None = SEED,
    workers: int = WORKERS,
    remote_workers: int = REMOTE,
    reports: Path = REPORTS,
    allow_incomplete: bool = INCOMPLETE,
    sign: Path | None = SIGN,
) -> None:
    """Send a volume of searches, write the dossier of this campaign, and exit with the verdict's code."""
    from sas_recette.cli.run import conclude, make_plan, play
    from sas_recette.cli.sealing import chosen_signer
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.candidate_file import read_candidate
    from sas_recette.engine.load_data import load_refusal
    from sas_recette.engine.plan import Selection
    from sas_recette.engine.tls_identity import check_identity
    from sas_recette.errors import UserError
    from sas_recette.platform.load.profile import Order
    from sas_recette.platform.load.swarm import locust_command

    order = Order(rate, duration, seed, workers, remote_workers)
    chosen = _chosen(profile, order)
    candidate = read_candidate(config)
    refusal = load_refusal(candidate)
    if refusal:
        raise UserError(f"Charge refusée\u00a0: {refusal}.")
    check_identity(candidate.tls, utc_now())
    if order.shared:
        locust_command()
    signer = chosen_signer(sign)
    plan, _ = make_plan(candidate, Selection(scenarios=(SCENARIO_OF[profile],)), reports)
    typer.echo(
        f"{_announced(chosen)}, vers {candidate.candidate.base_url}. Ctrl-C arrête la charge et garde ce qui est enregistré."
    )
    result, gate = play(replace(plan, load=order), signer=signer)
    _tell(plan.journal)
    conclude(result, plan.folder, gate, allow_incomplete=allow_incomplete)


def _chosen(name: str, order: Order) -> Profile:
    from sas_recette.errors import UserError
    from sas_recette.platform.load.profile import PROFILES, OrderError

    if name not in PROFILES:
        raise typer.BadParameter(f"{', '.join(list(PROFILES)[:-1])} ou {list(PROFILES)[-1]}", param_hint="--profile")
    try:
        return PROFILES[name].ordered(order)
    except OrderError as error:
        raise UserError(str(error)) from None


def _announced(profile: Profile) -> str:
    from sas_recette.evidence.reading.french import count, number, seconds

    searches = count(profile.count, "recherche")
    if not profile.seconds:
        return f"{searches} à la fois"
    return f"{searches} en {seconds(profile.seconds)} (soit {number(round(profile.per_hour))} par heure)"


def _tell(journal: Path) -> None:
    """Print the accounts of the run, from what the journal holds."""
    from sas_recette.evidence.reading.load import latency_facts, load_facts, origins
    from sas_recette.exchange.journal import read_journal
    from sas_recette.exchange.load_account import account

    kept = account(read_journal(journal).arrivals)
    if not kept.planned:
        return
    for name, value in load_facts(kept):
        typer.echo(f"  {name:<20} {value}")
    for origin, seen in origins(kept):
        values = ", ".join(f"{name} {value}" for name, value in latency_facts(seen))
        typer.echo(f"  Latence {origin} (n = {seen.count})\u00a0: {values}")
