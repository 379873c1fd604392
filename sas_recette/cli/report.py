"""`report`: a dossier rendered again from its journal."""

from __future__ import annotations

from pathlib import Path

import typer

from sas_recette.cli.sealing import BASELINE, SIGN


def command(
    folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne."),
    baseline: Path | None = BASELINE,
    sign: Path | None = SIGN,
) -> None:
    """Judge the recorded journal with the rules of this version, and write every rendering anew."""
    from sas_recette.cli.run import conclude
    from sas_recette.cli.sealing import chosen_baseline, chosen_signer, keep_signature, write
    from sas_recette.engine.assessment import assess
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.exchange.journal import read_journal
    from sas_recette.norm.requirements import load_catalogue

    keep_signature(folder, sign)
    known, signer = chosen_baseline(baseline), chosen_signer(sign)
    journal = read_journal(folder / "journal")
    result = assess(journal, load_catalogue(), load_scenarios())
    conclude(result, folder, write(folder, result, journal, signer=signer, baseline=known))
