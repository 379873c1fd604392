"""`sas-recette`: the commands, and what a mistake looks like. Only typer is imported before a command is known."""

from __future__ import annotations

import sys
import traceback
from typing import Final

import typer

from sas_recette import __version__
from sas_recette.cli import certs, demo, doctor, editor, init, listing, matrix, report, run, validate, verify
from sas_recette.errors import UserError

_USAGE: Final = 2
_BENCH_ERROR: Final = 5

app = typer.Typer(
    name="sas-recette",
    help="Banc de recette du Service d’Accès aux Soins : joue la plateforme SAS contre une solution d’agenda.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Affiche la version.", is_eager=True)) -> None:
    if version:
        typer.echo(f"sas-recette {__version__}")
        raise typer.Exit


app.command("demo", help="Joue tous les scénarios contre l’éditeur de référence et écrit le dossier.")(demo.command)
app.command("init", help="Écrit un recette.toml commenté.")(init.command)
app.command("doctor", help="Vérifie recette.toml, certificats, horloge, accès et navigateur.")(doctor.command)
app.command("list", help="Liste les scénarios et les exigences.")(listing.list_command)
app.command("show", help="Montre un scénario ou une exigence.")(listing.show_command)
app.command("run", help="Joue une campagne.")(run.command)
app.command("validate", help="Juge des fichiers JSON, sans réseau.")(validate.command)
app.command("report", help="Refait le dossier d’une campagne à partir de son journal.")(report.command)
app.command("verify", help="Vérifie qu’un dossier est entier et inaltéré.")(verify.command)
app.command("matrix", help="Exigences × scénarios × défauts.")(matrix.command)
app.command("editor", help="Lance l’éditeur de référence seul.")(editor.command)
app.command("certs", help="Crée une IGC de test jetable.")(certs.command)


def main() -> None:
    """Entry point. A mistake of the user is one French sentence and exit code 2; a fault of the harness is exit code 5."""
    try:
        app()
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(_USAGE)
    except Exception as error:
        traceback.print_exc()
        typer.echo(f"Erreur du banc\u00a0: {type(error).__name__}\u00a0: {error}", err=True)
        sys.exit(_BENCH_ERROR)
