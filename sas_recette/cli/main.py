"""`sas-recette`: the commands, and what a mistake looks like. Only typer is imported before a command is known."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Final

import typer

from sas_recette import __version__
from sas_recette.cli import (
    attest,
    baseline,
    certs,
    compare,
    demo,
    doctor,
    editor,
    init,
    listing,
    load,
    matrix,
    rejudge,
    rem,
    report,
    revocation,
    run,
    validate,
    verify,
)
from sas_recette.cli.french import FrenchCommand, FrenchGroup, sentence
from sas_recette.errors import UserError

_USAGE: Final = 2
_BENCH_ERROR: Final = 5
_DISK: Final[Mapping[int, str]] = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EEXIST: "un fichier de ce nom existe déjà",
    errno.ENOTDIR: "un élément de ce chemin n’est pas un dossier",
    errno.EISDIR: "c’est un dossier, un fichier est attendu",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "le nom est trop long",
}
"""Faults of the disk that a user can mend; any other is a fault of the harness."""

app = typer.Typer(
    name="sas-recette",
    help="Banc de recette du Service d’Accès aux Soins : joue la plateforme SAS contre une solution d’agenda.",
    cls=FrenchGroup,
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


for _name, _help, _command in (
    ("demo", "Joue tous les scénarios contre l’éditeur de référence et écrit le dossier.", demo.command),
    ("init", "Écrit un recette.toml commenté.", init.command),
    ("doctor", "Vérifie recette.toml, certificats, horloge, accès et navigateur.", doctor.command),
    ("list", "Liste les scénarios et les exigences.", listing.list_command),
    ("show", "Montre un scénario ou une exigence.", listing.show_command),
    ("run", "Joue une campagne.", run.command),
    ("attest", "Demande au terminal les réponses qui manquent, et les ajoute à recette.toml.", attest.command),
    ("load", "Envoie le volume de la plateforme à une solution qui y a consenti.", load.command),
    ("validate", "Juge des fichiers JSON, sans réseau.", validate.command),
    ("report", "Refait le dossier d’une campagne à partir de son journal.", report.command),
    ("rejudge", "Juge à nouveau une campagne enregistrée, et dit ce qui change.", rejudge.command),
    ("compare", "Compare deux campagnes\u00a0: régressions, progrès, nouveautés.", compare.command),
    ("baseline", "Propose une base de référence à partir d’une campagne.", baseline.command),
    ("rem", "Exporte une campagne dans les présentations de l’ANS (REM, Convergence).", rem.command),
    ("verify", "Vérifie qu’un dossier est entier et inaltéré.", verify.command),
    ("matrix", "Exigences × scénarios × défauts.", matrix.command),
    ("editor", "Lance l’éditeur de référence seul.", editor.command),
    ("certs", "Crée une IGC de test jetable.", certs.command),
    ("revocation", "Publie la liste de révocation de l’IGC de test et répond en OCSP.", revocation.command),
):
    app.command(_name, help=_help, cls=FrenchCommand)(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. A mistake of the user is one French sentence and exit code 2; a fault of the harness is exit code 5."""
    try:
        code = app(args=arguments, prog_name="sas-recette", standalone_mode=False)
    except UserError as error:
        _refuse(str(error))
    except typer.TyperException as error:
        _refuse(sentence(error.format_message()), getattr(error, "ctx", None))
    except Exception as error:
        if isinstance(error, OSError) and error.filename and (error.errno or 0) in _DISK:
            _refuse(f"{error.filename}\u00a0: {_DISK[error.errno or 0]}.")
        _say(traceback.format_exc().rstrip("\n"))
        _say(f"Erreur du banc\u00a0: {type(error).__name__}\u00a0: {error}")
        sys.exit(_BENCH_ERROR)
    sys.exit(code or 0)


def _refuse(message: str, context: typer.Context | None = None) -> None:
    _say(message)
    if context is not None and not message.startswith("Usage"):
        typer.echo(f"Aide\u00a0: {context.command_path} --help", err=True)
    sys.exit(_USAGE)


def _say(message: str) -> None:
    from sas_recette.evidence.reading.legible import on_terminal

    typer.echo(on_terminal(message), err=True)
