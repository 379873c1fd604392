"""`compare`: what changed between two campaigns."""

from __future__ import annotations

from pathlib import Path

import typer

FORMATS = ("text", "json", "markdown")
FORMAT = typer.Option("text", "--format", help="text, json ou markdown.")


def command(
    before: Path = typer.Argument(metavar="AVANT", help="Le dossier de la campagne de référence."),
    after: Path = typer.Argument(metavar="APRÈS", help="Le dossier de la campagne à comparer."),
    output: str = FORMAT,
) -> None:
    """Compare the results of two dossiers; exit 1 when something got worse."""
    check_format(output)
    from sas_recette.evidence.campaign_json import parse_campaign, read_dossier
    from sas_recette.evidence.comparison import compare
    from sas_recette.evidence.comparison_view import RENDERINGS

    comparison = compare(*(parse_campaign(read_dossier(folder)) for folder in (before, after)))
    typer.echo(RENDERINGS[output](comparison), nl=False)
    raise typer.Exit(1 if comparison.regressed else 0)


def check_format(output: str) -> None:
    """Refuse a format that is not one. Raises BadParameter."""
    if output not in FORMATS:
        raise typer.BadParameter("text, json ou markdown", param_hint="--format")
