"""What ends `run` and `report`: the gate, the dossier, its signature, and what is said of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sas_recette.engine.baseline import Baseline
    from sas_recette.engine.gate import Gate
    from sas_recette.engine.result import CampaignResult
    from sas_recette.evidence.signature import Signer
    from sas_recette.exchange.journal import Journal

SIGN = typer.Option(
    None,
    "--sign",
    help="La clé privée Ed25519 (PEM) qui signe le dossier\u00a0; son mot de passe vient de SAS_RECETTE_SIGN_PASSWORD. "
    "Sans elle, une clé est créée pour ce dossier seul.",
)
BASELINE = typer.Option(
    None,
    "--baseline",
    help="Les non-conformités connues (TOML), qui ne bloquent pas jusqu’à leur échéance.",
)
MASK = typer.Option(
    False,
    "--mask-identities",
    help="Remplace noms, adresses, téléphones et identifiants des personnes et des structures, chacun toujours par le même, "
    "sous un secret qui n’est pas gardé\u00a0; ni copie d’écran, ni trace.",
)
JOB_PAGE = "GITHUB_STEP_SUMMARY"


def chosen_signer(path: Path | None) -> Signer:
    """The signer of a key file, or a fresh one without it. Raises SignatureError."""
    from sas_recette.evidence.signature import PASSWORD_VARIABLE, Signer, read_signer

    return Signer.fresh() if path is None else read_signer(path, os.environ.get(PASSWORD_VARIABLE, ""))


def chosen_baseline(path: Path | None) -> Baseline | None:
    """The baseline of a file, None without it. Raises BaselineError."""
    from sas_recette.engine.baseline import read_baseline
    from sas_recette.norm.requirements import load_catalogue

    return None if path is None else read_baseline(path, load_catalogue())


def write(
    folder: Path, result: CampaignResult, journal: Journal, *, signer: Signer, baseline: Baseline | None
) -> Gate | None:
    """Hold the result against the baseline, write the dossier and seal it."""
    from sas_recette.engine.assessment import assess
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.gate import pass_gate
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.evidence.dossier import write_dossier
    from sas_recette.exchange.search import PARIS
    from sas_recette.norm.requirements import load_catalogue

    now, gate = utc_now(), None
    if baseline is not None:
        today = now.astimezone(PARIS).date()
        admitted = assess(journal, load_catalogue(), load_scenarios(), admits=baseline.admits(today))
        gate = pass_gate(result, admitted, baseline, today)
    write_dossier(folder, result, journal, created=now, signer=signer, gate=gate)
    return gate


def say_sealed(folder: Path) -> None:
    """Say who signed the dossier, and what a key that nobody knows does not prove."""
    from sas_recette.evidence.manifest import read_seal

    seal = read_seal(folder)
    if seal.named:
        typer.echo(f"Dossier signé par votre clé (empreinte {seal.fingerprint}).")
        return
    typer.echo(
        f"Dossier signé par une clé créée pour lui seul (empreinte {seal.fingerprint})\u00a0: elle prouve que rien n’a changé "
        "depuis, pas qui a signé (--sign)."
    )


def keep_signature(folder: Path, sign: Path | None) -> None:
    """Refuse to replace the signature of a person by that of nobody. Raises SignatureError."""
    from sas_recette.evidence.manifest import ManifestError, read_seal
    from sas_recette.evidence.signature import SignatureError

    try:
        seal = read_seal(folder)
    except (ManifestError, OSError):
        return  # nothing was signed, or nothing of it can be kept
    if seal.named and sign is None:
        raise SignatureError(
            f"{folder}\u00a0: ce dossier est signé (empreinte {seal.fingerprint}), et le refaire efface cette signature. "
            "Donnez une clé (--sign), ou travaillez sur une copie sans manifest.json."
        )


def new_folder(path: Path) -> Path:
    """A folder that does not exist yet. Raises BadParameter: nothing is written over."""
    if path.exists() or path.is_symlink():
        raise typer.BadParameter(f"{path} existe déjà", param_hint="--output")
    return path


def show_on_job_page(folder: Path) -> None:
    """Append the summary to the page of the job where there is one (GitHub Actions)."""
    page = os.environ.get(JOB_PAGE, "")
    if not page:
        return
    summary = (folder / "resume.md").read_text(encoding="utf-8")
    try:
        with Path(page).open("a", encoding="utf-8") as stream:
            stream.write(f"\n{summary}")
    except OSError as error:
        typer.echo(f"La page du job n’a pas reçu le résumé\u00a0: {page} ({error.strerror}).", err=True)
