"""SOS Médecins: what the workshop of 2022 asks the editor to declare (referencing.md §8, §11)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from scenarios.referencement.eligibilite import ANSWERED


@scenario(
    "REF-S07",
    title="Déclarations sur SOS Médecins",
    flow=Flow.REFERENCEMENT,
    category="SOS Médecins",
    requirements=("REF-018", "REF-023", "REF-024"),
    preconditions=("Le cas d’usage SOS est déclaré.",),
    steps=(ANSWERED,),
    expected=(
        "Chaque type de créneau de la solution est dit transmis ou non.",
        "Chaque donnée de créneau du tableau de l’atelier est dite transmissible ou non.",
        "La liste des associations équipées peut être communiquée (INT_SOS-transco, à l’étude).",
    ),
)
def declarations(bench: Bench) -> None:
    """Nothing is sent."""
    bench.leave_out_of_question("REF-018", "REF-023", "REF-024")
