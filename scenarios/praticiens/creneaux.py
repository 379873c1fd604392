"""Gestion des champs optionnels: the slots that practitioners keep for their own patients."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import AGENDAS_OF_PRACTITIONERS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows


@scenario_of_flows(
    "29",
    flows=FLOWS,
    title="Créneaux réservés à la patientèle",
    category="Gestion des champs optionnels",
    requirements=("AGR-COM-055",),
    preconditions=("L’agenda déclaré ([[agenda]]) comporte des créneaux réservés à la patientèle d’un praticien.",),
    steps=("La plateforme cherche les créneaux de tous les praticiens déclarés.",),
    expected=("Aucun créneau réservé à la patientèle ne remonte.",),
    needs=("ordinary",),
)
def creneaux_de_patientele(bench: Bench) -> None:
    """Nothing given away that is kept for a practitioner’s own patients."""
    bench.search_everybody()
