"""`validate`: JSON files judged with no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sas_recette.engine.validation import Validation

_GROUPED = 3


def command(
    files: list[Path] = typer.Argument(metavar="FICHIER", help="Les fichiers JSON à juger."),
    profile: str = typer.Option(
        "", "--profile", help="Le profil (BundleAgregateur, sas-sos-appointment…) ; par défaut, selon le contenu."
    ),
    edition: str = typer.Option("1.2.0", "--edition", help="L’édition de la spécification : 1.1.0 ou 1.2.0."),
    request: str = typer.Option(
        "", "--request", help="L’URL de la requête dont le fichier est la réponse (le corps, pour un Appointment)."
    ),
    output: str = typer.Option("text", "--format", help="text ou json (un objet par ligne pour plusieurs fichiers)."),
) -> None:
    """Judge each file, and exit with the code of the gravest verdict."""
    if output not in {"text", "json"}:
        raise typer.BadParameter("text ou json", param_hint="--format")
    if request and not request.lower().startswith(("http://", "https://")):
        raise typer.BadParameter("une URL en http:// ou https:// est attendue", param_hint="--request")
    from sas_recette.engine.validation import validate_body
    from sas_recette.engine.verdict import ExitCode, Verdict, worst
    from sas_recette.evidence.reading.legible import legible_document
    from sas_recette.norm.requirements import load_catalogue

    bodies = [(path, _read(path)) for path in files]
    judged = []
    for path, body in bodies:
        validation = validate_body(body, str(path), load_catalogue(), edition=edition, profile=profile, request=request)
        judged.append(validation)
        if output == "json":
            indent = None if len(files) > 1 else 2
            typer.echo(legible_document(json.dumps(validation.document(), ensure_ascii=False, indent=indent)))
        else:
            _print(validation, body)
    codes = {Verdict.NON_CONFORME: ExitCode.NON_CONFORME, Verdict.NON_VERIFIE: ExitCode.INCOMPLETE}
    raise typer.Exit(codes.get(worst(one.verdict for one in judged), ExitCode.OK).value)


def _read(path: Path) -> bytes:
    from sas_recette.errors import UserError

    try:
        return path.read_bytes()
    except OSError as error:
        reason = (
            "ce fichier n’existe pas"
            if isinstance(error, FileNotFoundError)
            else f"fichier illisible ({error.strerror})"
        )
        raise UserError(f"{path}\u00a0: {reason}.") from None


def _print(validation: Validation, body: bytes) -> None:
    from sas_recette.evidence.reading.grouping import group_findings
    from sas_recette.evidence.reading.legible import on_terminal
    from sas_recette.fhir.position import line_of
    from sas_recette.norm.requirements import load_catalogue

    source, file = body.decode("utf-8", errors="replace"), on_terminal(str(validation.file))
    typer.echo(f"{file}\u00a0: {validation.verdict.value} (profil {validation.profile}, édition {validation.edition})")
    for group in group_findings(validation.findings):
        first = group.findings[0]
        requirement = load_catalogue()[first.requirement]
        sign = "✘" if first.outcome.value == "fail" else "▲"
        typer.echo(f"\n{sign} {first.requirement} ({first.level.value}) {requirement.title}")
        typer.echo(f"  {on_terminal(first.message)}")
        for finding in group.findings[:_GROUPED]:
            line = line_of(source, finding.location)
            where = f"{file}:{line}\u00a0: " if line else ""
            typer.echo(f"  {where}{on_terminal(finding.location)}")
        if len(group.findings) > _GROUPED:
            typer.echo(f"  … et {len(group.findings) - _GROUPED} autres emplacements")
        typer.echo(f"  attendu\u00a0: {on_terminal(first.expected)}")
        typer.echo(f"  observé\u00a0: {on_terminal(first.observed)}")
        typer.echo(f"  source\u00a0: {requirement.source}")
    typer.echo(f"\n{len(validation.examined)} exigences examinées, {len(validation.findings)} constat(s).\n")
