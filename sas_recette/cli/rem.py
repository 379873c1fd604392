"""`rem`: a campaign in the layouts of the ANS (REM and Convergence), beside its dossier."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne."),
    table: Path | None = typer.Option(
        None,
        "--table",
        help="Un CSV\u00a0: l’exigence du banc, puis son numéro dans le REM\u00a0; sans lui, nos identifiants.",
    ),
    output: Path = typer.Option(Path("rem.xlsx"), "--output", help="Le classeur à écrire, qui ne doit pas exister."),
) -> None:
    """Write both layouts in one workbook; the sealed dossier is not touched."""
    from sas_recette.errors import UserError
    from sas_recette.evidence.campaign_json import parse_campaign, read_dossier
    from sas_recette.evidence.rem_table import read_rem_table
    from sas_recette.evidence.workbook.layouts import render_layouts
    from sas_recette.norm.requirements import load_catalogue

    numbers = {} if table is None else read_rem_table(table, load_catalogue())
    content = render_layouts(parse_campaign(read_dossier(folder)), numbers)
    try:
        with output.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        raise UserError(f"{output}\u00a0: ce fichier existe déjà, il n’est pas remplacé.") from None
    typer.echo(f"{output}\u00a0: feuilles «\u00a0Exigences\u00a0» (REM) et «\u00a0Convergence\u00a0».")
