"""`baseline`: a first file of known failures, proposed from a campaign."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer


def command(
    folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne."),
    output: Path = typer.Option(
        Path("baseline.toml"), "--output", help="Le fichier à écrire, qui ne doit pas exister."
    ),
    expires: str = typer.Option(
        "", "--expires", help="L’échéance, AAAA-MM-JJ\u00a0; par défaut, 90 jours après la campagne."
    ),
) -> None:
    """Write an entry for each requirement that the campaign found non conforme; tickets are left to fill in."""
    from sas_recette.errors import UserError
    from sas_recette.evidence.baseline_file import propose
    from sas_recette.evidence.campaign_json import parse_campaign, read_dossier

    chosen = None
    if expires:
        try:
            chosen = datetime.strptime(expires, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            raise typer.BadParameter("une date AAAA-MM-JJ est attendue", param_hint="--expires") from None
    text, entries = propose(parse_campaign(read_dossier(folder)), chosen)
    if not entries:
        typer.echo("Aucune exigence n’est non conforme\u00a0: il n’y a pas de base de référence à écrire.")
        return
    try:
        with output.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UserError(f"{output}\u00a0: ce fichier existe déjà, il n’est pas remplacé.") from None
    typer.echo(f"{output}\u00a0: {entries} entrée(s). Donnez à chacune un motif et un ticket avant de l’utiliser.")
