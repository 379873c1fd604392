"""`init`: a commented candidate file to fill in."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    use_case: str = typer.Option(
        "ps", "--use-case", help="Cas d’usage déclarés, séparés par des virgules : ps, cpts, sos."
    ),
    output: Path = typer.Option(Path("recette.toml"), "--output", help="Le fichier à écrire."),
) -> None:
    """Write the file; an existing one is never overwritten."""
    from importlib.resources import files

    from sas_recette.errors import UserError

    chosen = [one.strip() for one in use_case.split(",") if one.strip()]
    unknown = [one for one in chosen if one not in {"ps", "cpts", "sos"}]
    if unknown or not chosen:
        raise UserError(
            f"Cas d’usage inconnu\u00a0: «\u00a0{', '.join(unknown)}\u00a0». Cas possibles\u00a0: ps, cpts, sos."
        )
    template = files("sas_recette.cli").joinpath("recette.toml").read_text("utf-8")
    declared = ", ".join(f'"{one}"' for one in dict.fromkeys(chosen))
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(template.replace('use_cases = ["ps"]', f"use_cases = [{declared}]"))
    except FileExistsError:
        raise UserError(
            f"{output} existe déjà\u00a0: rien n’a été écrit. Choisissez un autre nom avec --output."
        ) from None
    except OSError as error:
        raise UserError(f"{output}\u00a0: écriture impossible ({error.strerror}).") from None
    typer.echo(f"{output} est écrit. Remplissez-le, puis lancez «\u00a0sas-recette doctor\u00a0».")
