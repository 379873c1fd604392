"""`rejudge`: a recorded campaign judged again, and what changes. Nothing is written."""

from __future__ import annotations

from pathlib import Path

import typer

from sas_recette.cli.compare import FORMAT, check_format


def command(
    folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne."),
    edition: str = typer.Option("", "--edition", help="Une autre édition de la spécification\u00a0: 1.1.0 ou 1.2.0."),
    output: str = FORMAT,
) -> None:
    """Judge the journal with the rules of this version, compare with campaign.json, exit with the new verdict's code."""
    check_format(output)
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.evidence.campaign_json import read_dossier
    from sas_recette.evidence.rejudging import RENDERINGS, rejudge
    from sas_recette.exchange.journal import read_journal
    from sas_recette.norm.profiles import profile_ids
    from sas_recette.norm.requirements import load_catalogue

    if edition:
        profile_ids(edition)
    recorded, journal = read_dossier(folder), read_journal(folder / "journal")
    _warn_of_alterations(folder)
    judged = rejudge(recorded, journal, load_catalogue(), load_scenarios(), edition=edition)
    typer.echo(RENDERINGS[output](judged), nl=False)
    raise typer.Exit(judged.comparison.after.exit_code.value)


def _warn_of_alterations(folder: Path) -> None:
    """A journal that is not the one that was sealed proves nothing: say so, apart from the result."""
    from sas_recette.evidence.manifest import ManifestError, verify

    try:
        told = [difference.sentence for difference in verify(folder)]
    except ManifestError as error:
        told = [str(error)]
    if told:
        typer.echo(
            f"Attention\u00a0: ce dossier n’est pas tel qu’il a été scellé (sas-recette verify). {told[0]}", err=True
        )
