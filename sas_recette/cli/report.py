"""`report`: a dossier rendered again from its journal."""

from __future__ import annotations

from pathlib import Path

import typer


def command(folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne.")) -> None:
    """Judge the recorded journal with the rules of this version, and write every rendering anew."""
    from sas_recette.cli.run import conclude
    from sas_recette.engine.assessment import assess
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.evidence.dossier import write_dossier
    from sas_recette.exchange.journal import read_journal
    from sas_recette.norm.requirements import load_catalogue

    journal = read_journal(folder / "journal")
    result = assess(journal, load_catalogue(), load_scenarios())
    write_dossier(folder, result, journal, created=utc_now())
    conclude(result, folder)
