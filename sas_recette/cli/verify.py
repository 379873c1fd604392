"""`verify`: is a dossier whole and unaltered."""

from __future__ import annotations

from pathlib import Path

import typer


def command(folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne.")) -> None:
    """Compare every file with the manifest; exit 1 when something differs."""
    from sas_recette.evidence.manifest import verify

    differences = verify(folder)
    for difference in differences:
        typer.echo(difference.sentence)
    if differences:
        raise typer.Exit(1)
    typer.echo("Le dossier est entier et inaltéré.")
