"""Identification: how professionals and structures are known in the solution (referencing.md §3, security.md §7)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from scenarios.referencement.eligibilite import ANSWERED


@scenario(
    "REF-S02",
    title="Identification des professionnels et des structures",
    flow=Flow.REFERENCEMENT,
    category="Identification",
    requirements=("REF-006", "REF-007", "REF-008"),
    steps=(ANSWERED,),
    expected=(
        "Les professionnels sont identifiés par leur IDNPS.",
        "La saisie de l’identifiant national du professionnel est obligatoire.",
        "L’identifiant national de la structure est transmis quand il est applicable ou disponible.",
    ),
)
def identification(bench: Bench) -> None:
    """Nothing is sent."""
