"""Périmètre: what the solution covers of the interfaces (referencing.md §1, §3)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from scenarios.referencement.eligibilite import ANSWERED


@scenario(
    "REF-S03",
    title="Périmètre complet",
    flow=Flow.REFERENCEMENT,
    category="Périmètre",
    requirements=("REF-005", "REF-009", "REF-010"),
    preconditions=("Tous les flux du périmètre sont joués dans la même campagne.",),
    steps=(ANSWERED, "Le banc confronte ces réponses aux verdicts des flux de la campagne."),
    expected=(
        "La solution couvre l’agrégation, les comptes, l’authentification, les rendez-vous et les exigences du SONS.",
        "Tous les créneaux des types définis, et leurs types de consultation connus, sont transmis.",
        "Aucun verdict de la campagne ne contredit ces réponses.",
    ),
)
def scope(bench: Bench) -> None:
    """Nothing is sent: the verdicts of the flows are weighed once the campaign is over."""


@scenario(
    "REF-S04",
    title="Délégation d’authentification pour le SONS",
    flow=Flow.REFERENCEMENT,
    category="Périmètre",
    requirements=("REF-022",),
    preconditions=("Le référencement SONS est visé ([referencing], sons = true).",),
    steps=(ANSWERED,),
    expected=("La délégation d’authentification est mise en place.",),
)
def delegation(bench: Bench) -> None:
    """Nothing is sent."""
    bench.leave_out_of_question("REF-022")
