"""`matrix`: which scenario names a requirement, which defect proves that its rule can fail."""

from __future__ import annotations

import json

import typer

from sas_recette.cli.listing import FORMAT, chosen, known_flow


def command(
    flow: str = typer.Option("", "--flow", help="Un seul flux, par exemple INT_R01."), output: str = FORMAT
) -> None:
    """Print, requirement by requirement, the scenarios and the defects."""
    from sas_recette.editor.defects import DEFECTS
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.norm.requirements import load_catalogue

    wanted = known_flow(flow)
    rows = [
        {
            "exigence": one.id,
            "niveau": one.level.value,
            "vérification": one.how.value,
            "scénarios": [each.id for each in load_scenarios().values() if one.id in each.requirements],
            "défauts": [each.id for each in DEFECTS.values() if one.id in each.reddens],
        }
        for one in load_catalogue().values()
        if not wanted or wanted in one.flows
    ]
    if chosen(output) == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        scenarios = ", ".join(row["scénarios"]) or "aucun scénario"
        defects = f"{len(row['défauts'])} défaut(s)" if row["défauts"] else "aucun défaut"
        typer.echo(f"{row['exigence']:<13} {row['niveau']:<10} {row['vérification']:<12} {scenarios} ; {defects}")
