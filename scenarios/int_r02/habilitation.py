"""Habilitation: deactivated, reactivated, and what becomes of the identifier of a deactivated account."""

from dataclasses import replace

from sas_recette.engine.account_proofs import show
from sas_recette.engine.accounts import Accounts, Asked, accepted, regulator_accounts
from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import Regulator
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Habilitation"


@scenario(
    "R02-30",
    title="Désactivation et réactivation",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-023", "ACC-025", "ACC-026"),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=(
        "La plateforme retire l’habilitation : un PUT avec active=false, comme pour une suppression.",
        "Elle la rétablit : un PUT avec active=true.",
    ),
    expected=("Le compte est désactivé, puis actif de nouveau, sans requête DELETE.",),
)
def desactivation(bench: Bench) -> None:
    """Out, and in again."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        created, withdrawn = accounts.in_turn(
            accounts.creation("Création", who),
            accounts.change("Désactivation", who.identifier, who.deactivated()),
        )
        bench.judge("account-updated", withdrawn, created, expect={"requirement": "ACC-023"})
        show(accounts, who.identifier, withdrawn, "ACC-023")
        restored = accounts.send(accounts.change("Réactivation", who.identifier, who))
        bench.judge("account-updated", restored, withdrawn, created, expect={"requirement": "ACC-025"})
        show(accounts, who.identifier, restored, "ACC-025")


@scenario(
    "R02-31",
    title="Réattribution d’un identifiant national",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-023", "ACC-027"),
    preconditions=("Deux comptes actifs sont créés, l’un connu par un identifiant national, l’autre par un UUID.",),
    steps=(
        "La plateforme tente de donner au second compte l’identifiant national du premier, encore actif.",
        "Elle désactive le premier compte, puis donne son identifiant national au second.",
    ),
    expected=("L’identifiant du compte désactivé est rattaché au second compte.",),
)
def reattribution(bench: Bench) -> None:
    """What the ANS kit ends with."""
    with regulator_accounts(bench) as accounts:
        first, second, created = _two(accounts)
        step = "Rattachement prématuré : le premier compte est encore actif"
        before = accounts.send(_attached(accounts, step, first, second))
        if accepted(before):  # judged in R02-25; what follows needs two accounts that nothing has mixed up
            first, second, created = _two(accounts)
        after = replace(second, identifier=first.identifier)
        withdrawn, switch, by_new = accounts.in_turn(
            accounts.change("Désactivation du premier compte", first.identifier, first.deactivated()),
            _attached(accounts, "Rattachement de l’identifiant au second compte", first, second),
            accounts.change("Mise à jour par l’identifiant rattaché", after.identifier, after),
        )
        bench.judge("account-reassigned", switch, withdrawn, created, before)
        expect = {"requirement": "ACC-027"}
        bench.judge("account-identifier-changed", by_new, switch, created, expect=expect)
        if accepted(withdrawn):
            show(accounts, after.identifier, switch, "ACC-027")


def _two(accounts: Accounts) -> tuple[Regulator, Regulator, SearchAnswer]:
    """An account of a national identifier, another of a technical one, and the answer to the creation of the latter."""
    first, second = replace(accounts.technical(), identifier=accounts.new.rpps()), accounts.technical()
    created, _ = accounts.in_turn(
        accounts.creation("Création du second compte", second),
        accounts.creation("Création du premier compte", first),
    )
    return first, second, created


def _attached(accounts: Accounts, step: str, first: Regulator, second: Regulator) -> Asked:
    return accounts.change(step, second.identifier, replace(second, identifier=first.identifier))
