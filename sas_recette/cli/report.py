"""`report`: a dossier rendered again from its journal."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from sas_recette.cli.sealing import BASELINE, MASK, SIGN


def command(
    folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne."),
    baseline: Path | None = BASELINE,
    sign: Path | None = SIGN,
    mask_identities: bool = MASK,
    output: Path | None = typer.Option(
        None,
        "--output",
        help="Avec --mask-identities\u00a0: où écrire la copie masquée, un dossier qui n’existe pas encore.",
    ),
) -> None:
    """Judge the recorded journal with the rules of this version, and write every rendering anew, or a masked copy of it all."""
    from sas_recette.cli.run import conclude
    from sas_recette.cli.sealing import chosen_baseline, chosen_signer, keep_signature, new_folder, write
    from sas_recette.engine.assessment import assess
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.exchange.disguise.copying import copy_masked
    from sas_recette.exchange.disguise.masking import IdentityMask
    from sas_recette.exchange.journal import read_journal
    from sas_recette.norm.requirements import load_catalogue

    if mask_identities != (output is not None):
        raise typer.BadParameter("--mask-identities et --output vont ensemble", param_hint="--output")
    if output is None:
        keep_signature(folder, sign)
    known, signer = chosen_baseline(baseline), chosen_signer(sign)
    if output is not None:
        copy_masked(folder / "journal", new_folder(output) / "journal", IdentityMask(secrets.token_bytes(32)))
        folder = output
    journal = read_journal(folder / "journal")
    result = assess(journal, load_catalogue(), load_scenarios())
    conclude(result, folder, write(folder, result, journal, signer=signer, baseline=known))
