"""Critère d’interfaçage: lists of 2 and of 25 identifiers, known and unknown."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import ALL_AGENDAS as FLOWS
from sas_recette.engine.scenario import scenario_of_flows
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Critère d’interfaçage"


@scenario_of_flows(
    "40",
    flows=FLOWS,
    title="Liste de {deux}",
    category=CATEGORY,
    requirements=("AGR-PS-007", "AGR-PS-051", "AGR-PS-052", "AGR-SOS-007", "AGR-SOS-033"),
    preconditions=("{Deux} ont des créneaux libres.",),
    steps=("La plateforme cherche les créneaux de ces {deux} ensemble, puis de chacun séparément.",),
    expected=("La recherche sur la liste donne, pour chacun, exactement les créneaux de la recherche sur lui seul.",),
    needs=("first", "second"),
)
def liste_de_deux(bench: Bench) -> None:
    """A list of two against each alone."""
    first, second, window = bench.holder("first"), bench.holder("second"), bench.window()
    answers = bench.search_all(
        [
            ("Recherche des deux ensemble", bench.query(first, second, window=window)),
            ("Recherche du premier seul", bench.query(first, window=window)),
            ("Recherche du second seul", bench.query(second, window=window)),
        ]
    )
    bench.judge("list", *answers)


@scenario_of_flows(
    "41",
    flows=FLOWS,
    title="Liste de 25 {des}",
    category=CATEGORY,
    requirements=("AGR-PS-008", "AGR-SOS-008"),
    preconditions=("Une liste de 25 identifiants est déclarée, dont des {des} qui ont des créneaux.",),
    steps=("La plateforme cherche les créneaux des 25 {des}, puis, seuls, de {tous}.",),
    expected=("La liste est acceptée, et y a des créneaux quiconque en a seul.",),
    needs=("list_of_25",),
)
def liste_de_25(bench: Bench) -> None:
    """The longest list that the platform sends."""
    answers = beside_singles(bench, bench.listed("list_of_25"))
    if answers:
        bench.judge("list-of-25", *answers)


def beside_singles(bench: Bench, listed: tuple[str, ...]) -> tuple[SearchAnswer, ...]:
    """The search of a list, then of each of the declared holders that it names; nothing when it names none."""
    window, declared = bench.window(), [one for one in bench.holders() if one in listed]
    if not declared:
        bench.not_verified(f"aucun des identifiants déclarés par ailleurs ne figure dans la liste des {len(listed)}")
        return ()
    whole = (f"Recherche des {len(listed)}", bench.query(*listed, window=window))
    return bench.search_all([whole, *((f"Recherche de {one}", bench.query(one, window=window)) for one in declared)])


@scenario_of_flows(
    "42",
    flows=FLOWS,
    title="Identifiants connus et inconnus mêlés",
    category=CATEGORY,
    requirements=("AGR-PS-009", "AGR-SOS-009"),
    preconditions=("{Un} a des créneaux libres ; un autre identifiant est inconnu de la solution.",),
    steps=("La plateforme cherche les créneaux des deux identifiants, puis {du} seul.",),
    expected=("Les créneaux {du} remontent, sans erreur.",),
    needs=("ordinary", "unknown"),
)
def connus_et_inconnus(bench: Bench) -> None:
    """Unknown identifiers are ignored."""
    known, unknown, window = bench.holder("ordinary"), bench.holder("unknown"), bench.window()
    answers = bench.search_all(
        [
            ("Recherche du connu et de l’inconnu", bench.query(known, unknown, window=window)),
            ("Recherche du connu seul", bench.query(known, window=window)),
        ]
    )
    bench.judge("unknown-ignored", *answers)
