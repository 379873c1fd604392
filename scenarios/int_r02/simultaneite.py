"""Simultanéité: many regulators log in at the same time."""

from dataclasses import replace

from sas_recette.engine.accounts import AT_ONCE, accepted, regulator_accounts
from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "R02-60",
    title="Dix écritures simultanées",
    flow=Flow.INT_R02,
    category="Simultanéité",
    requirements=("PERF-006",),
    steps=(
        "La plateforme crée dix comptes en même temps.",
        "Elle met à jour en même temps ceux qui sont créés.",
    ),
    expected=("Toutes les écritures aboutissent, chacune sur son compte.",),
)
def dix_ecritures(bench: Bench) -> None:
    """Different accounts, at once."""
    with regulator_accounts(bench) as accounts:
        people = [accounts.technical() for _ in range(AT_ONCE)]
        created = accounts.together(*(accounts.creation("Création simultanée", one) for one in people))
        bench.judge("account-concurrent", *created)
        known = [one for one, answer in zip(people, created, strict=True) if accepted(answer)]
        updated = accounts.together(
            *(accounts.change("Mise à jour simultanée", one.identifier, replace(one, given="Julien")) for one in known)
        )
        bench.judge("account-concurrent", *updated)
