"""Prestation Ségur: what the editor delivers beside the interfaces (referencing.md §5)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from scenarios.referencement.eligibilite import ANSWERED


@scenario(
    "REF-S06",
    title="Prestation Ségur",
    flow=Flow.REFERENCEMENT,
    category="Prestation Ségur",
    requirements=("REF-014", "REF-015", "REF-016", "REF-017", "REF-019"),
    steps=(ANSWERED,),
    expected=(
        "Un kit de formation est fourni aux régulateurs.",
        "Une communication est adressée aux effecteurs clients.",
        "Un support de niveau 1 est assuré pendant 3 ans, sans surcoût pour les effecteurs.",
        "La maintenance est assurée pendant 3 ans, et la mise en service suit la convention.",
    ),
)
def services(bench: Bench) -> None:
    """Nothing is sent."""
