"""Lieux fixes de consultation (PFG): one agenda each, with its address, phone and opening hours."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

CATEGORY = "Lieux fixes de consultation"


@scenario(
    "SOS1-70",
    title="Association à deux lieux fixes de consultation",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=(
        "AGR-SOS-014",
        "AGR-SOS-015",
        "AGR-SOS-017",
        "AGR-SOS-018",
        "AGR-SOS-019",
        "AGR-SOS-020",
        "AGR-SOS-021",
        "AGR-SOS-022",
        "AGR-SOS-023",
        "AGR-SOS-035",
        "AGR-SOS-036",
    ),
    preconditions=("Une association a des créneaux libres dans deux PFG, déclarés dans recette.toml.",),
    steps=("La plateforme cherche les créneaux de cette association.",),
    expected=(
        "Chaque PFG a son Location et son Schedule, et chaque créneau est rattaché au sien.",
        "Chaque Location porte un nom, une ligne d’adresse, une ville, un code postal et un identifiant.",
    ),
    needs=("associations.two_centres.centres",),
)
def deux_lieux(bench: Bench) -> None:
    """One association, two places."""
    answer = bench.search(bench.association("two_centres").id, step="Recherche de l’association à deux PFG")
    bench.judge("several-centres", answer)


@scenario(
    "SOS1-71",
    title="Téléphone et horaires du lieu fixe de consultation",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=("AGR-COM-027", "AGR-SOS-024", "AGR-SOS-025", "AGR-SOS-026"),
    preconditions=("Le téléphone et les horaires de chaque PFG sont déclarés dans recette.toml.",),
    steps=("La plateforme cherche les créneaux de cette association.",),
    expected=("Chaque Location porte le téléphone, au format international, et les horaires d’ouverture du PFG.",),
    needs=("associations.two_centres.centres",),
)
def telephone_et_horaires(bench: Bench) -> None:
    """What is known of each place."""
    bench.search(bench.association("two_centres").id, step="Recherche de l’association")
