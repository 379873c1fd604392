"""Associations SOS Médecins: their national identifier, lists of them, and those that the product equips."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

from ..commun.listes import beside_singles

CATEGORY = "Associations SOS Médecins"


@scenario(
    "SOS1-72",
    title="Identité de l’association",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=("AGR-SOS-016", "AGR-SOS-027", "AGR-SOS-028", "AGR-SOS-029", "AGR-SOS-037", "AGR-SOS-038"),
    preconditions=("Une association a des créneaux libres.",),
    steps=("La plateforme cherche les créneaux de cette association.",),
    expected=("L’Organization porte son nom et un seul identifiant, 3 suivi du SIRET demandé, typé IDNST.",),
    needs=("associations.two_centres",),
)
def identite(bench: Bench) -> None:
    """The association's resource."""
    bench.search(bench.association("two_centres").id, step="Recherche de l’association")


@scenario(
    "SOS1-73",
    title="Liste de 10 associations",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=("AGR-SOS-007",),
    preconditions=("Une liste de 10 SIRET est déclarée, dont des associations qui ont des créneaux.",),
    steps=("La plateforme cherche les créneaux des 10 associations, puis, seules, de celles qui sont déclarées.",),
    expected=("La liste est acceptée, et y a des créneaux quiconque en a seul.",),
    needs=("associations.list_of_10",),
)
def liste_de_10(bench: Bench) -> None:
    """The longest list of the functional specification."""
    answers = beside_singles(bench, bench.candidate.associations.list_of_10)
    if answers:
        bench.judge("list-of-10", *answers)


@scenario(
    "SOS1-74",
    title="Associations équipées par la solution",
    flow=Flow.INT_SOS1,
    category=CATEGORY,
    requirements=("REF-018",),
    preconditions=("La liste des associations équipées (INT_SOS-transco) est déclarée.",),
    steps=("La plateforme cherche, une à une, les créneaux de chaque association de la liste.",),
    expected=("Chaque SIRET est bien formé, et sa recherche aboutit.",),
)
def associations_equipees(bench: Bench) -> None:
    """A MAY: out of scope unless the candidate file gives the list."""
    listed, window = dict.fromkeys(bench.candidate.associations.equipped), bench.window()
    if not listed:
        bench.not_applicable("aucune liste d’associations équipées n’est déclarée (associations.equipped)")
        return
    searches = [(f"Recherche de l’association {one}", bench.query(one, window=window)) for one in listed]
    for answer in bench.search_all(searches):
        bench.judge("equipped", answer)
