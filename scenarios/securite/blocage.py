"""Blocage: wrong passwords on a test account of the solution, when the editor offers one (security.md §7)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.lockout import log_ins
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.rules.sso.journey import LOCAL

NAMED = ("SEC-024",)


@scenario(
    "SEC-S71",
    title="Blocage d’un compte après des échecs de connexion",
    flow=Flow.SECURITE,
    category="Blocage après échecs",
    requirements=NAMED,
    preconditions=(
        "Un compte d’essai, que l’on peut bloquer, et le nombre d’échecs admis sont déclarés ([security.lockout]).",
        "L’environnement n’est pas la production.",
    ),
    steps=(
        "Le titulaire du compte se connecte une fois avec son mot de passe.",
        "Dans un autre navigateur, des mots de passe faux sont saisis autant de fois que déclaré.",
        "Le bon mot de passe est saisi.",
    ),
    expected=(
        "Aucun mot de passe faux n’ouvre de session.",
        "Le bon mot de passe n’en ouvre plus : l’accès est restreint.",
    ),
    browses=True,
)
def lockout(bench: Bench) -> None:
    """Opt-in: the account stays locked for as long as the solution locks it."""
    account = bench.candidate.security.lockout
    if account is None:
        bench.not_applicable(
            "aucun compte d’essai n’est offert à cette épreuve, facultative ([security.lockout])", *NAMED
        )
        return
    if bench.candidate.environment == "production":
        bench.not_applicable("le banc ne fait bloquer aucun compte en production", *NAMED)
        return
    tries = log_ins(bench, account)
    with tries.browser() as tab:
        control = tries.try_right(tab, "Témoin, avec le bon mot de passe")
    if LOCAL not in control.marks:
        bench.not_verified(
            "le compte d’essai n’ouvre pas de session avec son mot de passe\u00a0: il est peut-être encore bloqué par une "
            "campagne précédente",
            *NAMED,
        )
        return
    with tries.browser() as tab:
        failures = [tries.try_wrong(tab, rank) for rank in range(1, account.attempts + 1)]
        after = tries.try_right(tab, "Bon mot de passe, après les échecs")
    tries.judge(control, *failures, after)
