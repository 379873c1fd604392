"""Modification de compte: what an update changes, and the updates that are refused."""

from dataclasses import replace

from sas_recette.engine.account_proofs import prove_unchanged, show
from sas_recette.engine.accounts import NO_READ, Accounts, accepted, regulator_accounts
from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import AccountIdentifier, Regulator, account_identifier
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Modification de compte"


@scenario(
    "R02-20",
    title="Modification de l’adresse électronique",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-008",),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=(
        "La plateforme met à jour le compte avec une nouvelle adresse.",
        "Elle crée un compte avec cette nouvelle adresse, puis un autre avec l’ancienne.",
    ),
    expected=("Le compte a la nouvelle adresse : elle n’est plus libre, l’ancienne l’est.",),
)
def adresse(bench: Bench) -> None:
    """The key of the SSO."""
    with regulator_accounts(bench) as accounts:
        who, one, other = (accounts.technical() for _ in range(3))
        after = replace(who, email=accounts.technical().email)
        _, updated = _updated(accounts, who, after, "ACC-008")
        with_new, with_former = accounts.in_turn(
            accounts.creation("Création d’un autre compte avec la nouvelle adresse", replace(one, email=after.email)),
            accounts.creation("Création d’un autre compte avec l’ancienne adresse", replace(other, email=who.email)),
        )
        bench.judge("account-address-moved", updated, with_new, with_former)


@scenario(
    "R02-21",
    title="Modification du nom",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-009", "ACC-014", "ACC-015"),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=("La plateforme met à jour le compte avec un nouveau nom de famille.",),
    expected=("La solution répond 200 avec un en-tête Location, et le compte a le nouveau nom.",),
)
def nom(bench: Bench) -> None:
    """The family name."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        _updated(accounts, who, replace(who, family="Kerbrat-Modifie"), "ACC-009")


@scenario(
    "R02-22",
    title="Modification du prénom",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-010",),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=("La plateforme met à jour le compte avec un nouveau prénom.",),
    expected=("Le compte a le nouveau prénom.",),
)
def prenom(bench: Bench) -> None:
    """The first name."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        _updated(accounts, who, replace(who, given="Julien"), "ACC-010")


def _updated(
    accounts: Accounts, before: Regulator, after: Regulator, requirement: str
) -> tuple[SearchAnswer, SearchAnswer]:
    """An account created, then updated, and its update judged."""
    created, updated = accounts.in_turn(
        accounts.creation("Création", before), accounts.change("Mise à jour", before.identifier, after)
    )
    accounts.bench.judge("account-updated", updated, created, expect={"requirement": requirement})
    show(accounts, after.identifier, updated, requirement)
    return created, updated


@scenario(
    "R02-23",
    title="Modification de l’identifiant national",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-011",),
    preconditions=("Un compte actif, connu par un identifiant national, est créé par le scénario.",),
    steps=(
        "La plateforme met à jour le compte : le critère porte l’ancien identifiant, le corps le nouveau.",
        "Elle le met à jour par le nouvel identifiant, puis envoie une désactivation par l’ancien.",
    ),
    expected=("Le nouvel identifiant désigne le compte, l’ancien ne désigne plus rien.",),
)
def identifiant_national(bench: Bench) -> None:
    """Another national number."""
    with regulator_accounts(bench) as accounts:
        who = replace(accounts.technical(), identifier=accounts.new.rpps())
        _reidentified(accounts, who, accounts.new.rpps(), "ACC-011")


@scenario(
    "R02-24",
    title="Bascule vers l’identifiant national",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-012",),
    preconditions=("Un compte actif, connu par un UUID, est créé par le scénario.",),
    steps=(
        "La plateforme met à jour le compte : le critère porte l’UUID, le corps l’identifiant national et son type.",
        "Elle le met à jour par l’identifiant national, puis envoie une désactivation par l’UUID.",
    ),
    expected=("L’identifiant national désigne le même compte, l’UUID ne désigne plus rien.",),
)
def bascule(bench: Bench) -> None:
    """The body no longer satisfies the criterion of the URL, and rightly so."""
    with regulator_accounts(bench) as accounts:
        _reidentified(accounts, accounts.technical(), accounts.new.rpps(), "ACC-012")


def _reidentified(accounts: Accounts, who: Regulator, identifier: AccountIdentifier, requirement: str) -> None:
    after, bench = replace(who, identifier=identifier), accounts.bench
    created, changed = _updated(accounts, who, after, requirement)
    by_new, by_former = accounts.in_turn(
        accounts.change("Mise à jour par le nouvel identifiant", identifier, after),
        accounts.change("Désactivation par l’ancien identifiant", who.identifier, who.deactivated()),
    )
    expect = {"requirement": requirement}
    bench.judge("account-identifier-changed", by_new, changed, created, accounts.control(), expect=expect)
    bench.judge("account-identifier-left", by_former, changed, accounts.control(active=False), expect=expect)


@scenario(
    "R02-25",
    title="Identifiant d’un autre compte actif",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-022",),
    preconditions=("Deux comptes actifs sont créés par le scénario.",),
    steps=("La plateforme met à jour le second compte avec l’identifiant du premier.",),
    expected=("La mise à jour est refusée, et aucun des deux comptes n’est modifié.",),
)
def identifiant_deja_porte(bench: Bench) -> None:
    """One active account an identifier."""
    with regulator_accounts(bench) as accounts:
        first, second = accounts.new.regulator(), accounts.technical()
        created, other, witness = accounts.in_turn(
            accounts.creation("Création du second compte", second),
            accounts.creation("Création du premier compte", first),
            accounts.change("Témoin : mise à jour du second compte", second.identifier, second),
        )
        if not accepted(other):
            bench.not_verified("le premier compte n’a pas pu être créé", "ACC-022")
            return
        taking = accounts.change(
            "Mise à jour avec l’identifiant du premier compte",
            second.identifier,
            replace(second, identifier=first.identifier),
        )
        expect = {"requirement": "ACC-022", "nature": "rule"}
        if not accounts.readable:
            bench.not_verified(NO_READ, "ACC-041")
            answer = accounts.send(taking)
            bench.judge("account-refused", answer, witness, expect=expect)
            probe = accounts.send(accounts.change("Contrôle : le second compte", second.identifier, second))
            account = {"requirement": "ACC-022", "account": "present"}
            bench.judge("account-no-effect", probe, answer, created, expect=account)
            return
        both = [accounts.reading("Lecture d’un des deux comptes", one.identifier) for one in (first, second)]
        before = accounts.together(*both)
        answer = accounts.send(taking)
        bench.judge("account-refused", answer, witness, expect=expect)
        for later, earlier in zip(accounts.together(*both), before, strict=True):
            bench.judge("account-read", later, earlier, answer, expect={"requirement": ["ACC-022", "ACC-041"]})


@scenario(
    "R02-26",
    title="Critère qui désigne plusieurs comptes",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-043",),
    preconditions=("Deux comptes de même identifiant sont préparés par l’éditeur et déclarés (accounts.ambiguous).",),
    steps=("La plateforme envoie une mise à jour par cet identifiant.",),
    expected=("La solution répond 412 et ne modifie aucun des deux comptes.",),
)
def critere_ambigu(bench: Bench) -> None:
    """Only for a product where two accounts may have one identifier. Those two are the editor’s: they are left as they are."""
    ambiguous = account_identifier(bench.candidate.accounts.ambiguous)
    if ambiguous is None:
        bench.not_applicable("aucun identifiant porté par deux comptes n’est déclaré (accounts.ambiguous)")
        return
    with regulator_accounts(bench) as accounts:
        who = replace(accounts.technical(), identifier=accounts.new.like(ambiguous))
        _, witness = accounts.in_turn(
            accounts.creation("Création", who), accounts.change("Témoin : mise à jour", who.identifier, who)
        )
        body = replace(who, identifier=ambiguous, email=accounts.technical().email).body()
        asked = accounts.foreign("Mise à jour par un critère ambigu", ambiguous, body)
        answer, _ = prove_unchanged(accounts, ambiguous, lambda: accounts.send(asked), "ACC-043")
        bench.judge("account-refused", answer, witness, expect={"requirement": "ACC-043"})
