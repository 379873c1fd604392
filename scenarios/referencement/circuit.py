"""Circuit: the steps of the référencement that the editor answers for (referencing.md §4, §7)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from scenarios.referencement.eligibilite import ANSWERED


@scenario(
    "REF-S05",
    title="Candidature, convention et recette connectée",
    flow=Flow.REFERENCEMENT,
    category="Circuit de référencement",
    requirements=("REF-011", "REF-012", "REF-013", "REF-021", "REF-025", "REF-026", "REF-027"),
    steps=(ANSWERED, "Les documents qui ne prouvent aucune exigence sont joints au dossier ([[pieces]])."),
    expected=(
        "La candidature administrative est déposée, la convention d’interfaçage signée et jointe.",
        "Le planning et les contraintes techniques sont partagés avec l’ANS.",
        "La recette connectée est réalisée, le cahier de recette rempli, les anomalies prises en charge.",
    ),
)
def circuit(bench: Bench) -> None:
    """Nothing is sent."""
    bench.record_pieces()
