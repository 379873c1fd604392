"""`verify`: is a dossier whole and unaltered, and who signed it."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    folder: Path = typer.Argument(metavar="DOSSIER", help="Le dossier d’une campagne."),
    key: Path | None = typer.Option(
        None,
        "--key",
        help="La clé publique (PEM) de qui doit avoir signé, obtenue autrement que par le dossier.",
    ),
) -> None:
    """Compare every file with the manifest, and its signature with the key; exit 1 when something differs."""
    from sas_recette.evidence.manifest import read_seal, verify
    from sas_recette.evidence.signature import read_public_key

    trusted = None if key is None else read_public_key(key)
    differences = verify(folder, trusted)
    for difference in differences:
        typer.echo(difference.sentence)
    if differences:
        raise typer.Exit(1)
    typer.echo("Le dossier est entier et inaltéré.")
    fingerprint = read_seal(folder).fingerprint
    if trusted is not None:
        typer.echo(f"Il est signé par la clé donnée (empreinte {trusted.fingerprint}).")
    elif fingerprint:
        typer.echo(
            f"Signé par la clé d’empreinte {fingerprint}\u00a0: rien n’a changé depuis. Qui a signé, seule une clé que vous tenez "
            "d’ailleurs le prouve (--key)."
        )
    else:
        typer.echo("Il n’est pas signé\u00a0: rien ne dit que le manifeste est celui d’origine.")
