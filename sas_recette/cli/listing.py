"""`list` and `show`: the scenarios and the requirements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sas_recette.engine.scenario import Scenario
    from sas_recette.errors import UserError
    from sas_recette.norm.requirements import Requirement

_CAHIER = "cahier-de-recette.xlsx"
FORMAT = typer.Option("table", "--format", help="table ou json.")


def list_command(
    flow: str = typer.Option("", "--flow", help="Un seul flux, par exemple INT_R01."),
    output: str = typer.Option("table", "--format", help="table, json, ou xlsx pour le cahier de recette vierge."),
    file: Path | None = typer.Option(None, "-o", "--output", help=f"Le fichier xlsx à écrire ({_CAHIER})."),
) -> None:
    """Print every scenario, then every requirement; or write the cahier de recette that they make."""
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.errors import UserError
    from sas_recette.norm.requirements import load_catalogue

    wanted = known_flow(flow)
    scenarios = [one for one in load_scenarios().values() if not wanted or one.flow.value == wanted]
    requirements = [one for one in load_catalogue().values() if not wanted or wanted in one.flows]
    if chosen(output, ("table", "json", "xlsx")) == "xlsx":
        _write_cahier(file or Path(_CAHIER), scenarios, requirements)
        return
    if file is not None:
        raise UserError("-o ne vaut que pour --format xlsx.")
    if output == "json":
        document = {
            "scenarios": [scenario_document(one) for one in scenarios],
            "requirements": [requirement_document(one) for one in requirements],
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    _print_table(scenarios, requirements)


def show_command(
    name: str = typer.Argument(metavar="ID", help="L’identifiant d’un scénario ou d’une exigence."),
    output: str = FORMAT,
) -> None:
    """Print one scenario or one requirement, whole."""
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.norm.requirements import load_catalogue

    catalogue = load_catalogue()
    if name.upper() in catalogue:
        document = requirement_document(catalogue[name.upper()])
        document["scénarios"] = [one.id for one in load_scenarios().values() if name.upper() in one.requirements]
    elif name.upper() in load_scenarios():
        document = scenario_document(load_scenarios()[name.upper()])
    else:
        raise _unknown(name, [*load_scenarios(), *catalogue])
    if chosen(output) == "json":
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for key, value in document.items():
        lines = value if isinstance(value, list) else [value]
        typer.echo(f"{key}\u00a0: " + "\n  ".join(str(line) for line in lines))


def chosen(output: str, possible: tuple[str, ...] = ("table", "json")) -> str:
    """The output format asked for. Raises BadParameter for another than the possible ones."""
    if output not in possible:
        raise typer.BadParameter(f"{', '.join(possible[:-1])} ou {possible[-1]}", param_hint="--format")
    return output


def _write_cahier(file: Path, scenarios: list[Scenario], requirements: list[Requirement]) -> None:
    from sas_recette import __version__
    from sas_recette.engine.campaign import utc_now
    from sas_recette.errors import UserError
    from sas_recette.evidence.workbook.render import blank_workbook

    content = blank_workbook(scenarios, requirements, tool_version=__version__, created=utc_now())
    try:
        with file.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        raise UserError(f"{file} existe déjà\u00a0: rien n’a été écrit. Choisissez un autre nom avec -o.") from None
    except OSError as error:
        raise UserError(f"{file}\u00a0: écriture impossible ({error.strerror}).") from None
    typer.echo(f"{file} est écrit\u00a0: {len(scenarios)} scénarios, {len(requirements)} exigences.")


def known_flow(flow: str) -> str:
    """The value of a flow, whatever the case it is written in; "" for none. Raises UserError, naming the nearest."""
    from difflib import get_close_matches

    from sas_recette.errors import UserError
    from sas_recette.norm.requirements import Flow

    known = {one.value.casefold(): one.value for one in Flow}
    if not flow or flow.casefold() in known:
        return known.get(flow.casefold(), "")
    nearest = get_close_matches(flow.casefold(), list(known), n=1)
    hint = f" (vouliez-vous dire «\u00a0{known[nearest[0]]}\u00a0»\u00a0?)" if nearest else ""
    raise UserError(f"Flux inconnu\u00a0: «\u00a0{flow}\u00a0»{hint}. Possibles\u00a0: {', '.join(known.values())}.")


def _unknown(name: str, known: list[str]) -> UserError:
    from difflib import get_close_matches

    from sas_recette.errors import UserError

    nearest = get_close_matches(name.upper(), known, n=1)
    hint = f" (vouliez-vous dire «\u00a0{nearest[0]}\u00a0»\u00a0?)" if nearest else ""
    return UserError(
        f"Ni scénario ni exigence de ce nom\u00a0: «\u00a0{name}\u00a0»{hint}. «\u00a0sas-recette list\u00a0» les donne tous."
    )


def scenario_document(one: Scenario) -> dict[str, Any]:
    """A scenario as plain values, with French keys."""
    return {
        "id": one.id,
        "titre": one.title,
        "flux": one.flow.value,
        "catégorie": one.category,
        **({"joué": one.occasion.value} if one.occasion.value else {}),
        "exigences": list(one.requirements),
        "préconditions": list(one.preconditions),
        "étapes": list(one.steps),
        "résultat attendu": list(one.expected),
        "données de recette.toml": list(one.needs),
    }


def requirement_document(one: Requirement) -> dict[str, Any]:
    """A requirement as plain values, with French keys."""
    return {
        "id": one.id,
        "titre": one.title,
        "flux": [flow.value for flow in one.flows],
        "acteur": one.actor,
        "niveau": one.level.value,
        "énoncé": one.statement,
        "source": one.source,
        "vérification": one.how.value,
        "précondition": one.precondition,
        "exigences ANS": list(one.ans_ids),
    }


def _print_table(scenarios: list[Scenario], requirements: list[Requirement]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title="Scénarios", title_justify="left", box=None, header_style="bold")
    for heading in ("id", "titre", "catégorie", "exigences"):
        table.add_column(heading, no_wrap=heading == "id")
    for one in scenarios:
        category = f"{one.category} ({one.occasion.value})" if one.occasion.value else one.category
        table.add_row(one.id, one.title, category, str(len(one.requirements)))
    console.print(table)
    catalogue = Table(title="\nExigences", title_justify="left", box=None, header_style="bold")
    for heading in ("id", "niveau", "vérification", "titre"):
        catalogue.add_column(heading, no_wrap=heading != "titre")
    for requirement in requirements:
        catalogue.add_row(requirement.id, requirement.level.value, requirement.how.value, requirement.title)
    console.print(catalogue)
