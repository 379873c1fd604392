"""Comptes: whose account a log-in opens, and the effect of the writes of INT_R02 that only a log-in shows."""

from dataclasses import replace

from sas_recette.engine.accounts import accepted
from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.engine.sign_on import sign_on
from sas_recette.norm.requirements import Flow

CATEGORY = "Comptes"
NEEDS = ("sso.issuer", "sso.pages.session")


@scenario(
    "SSO-S08",
    title="Régulateur inconnu de la solution",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-029", "SSO-055"),
    preconditions=("Le régulateur est connecté à la plateforme, mais INT_R02 n’a pas créé son compte.",),
    steps=("Le régulateur suit l’adresse d’un créneau.", "La plateforme crée ensuite un compte à son adresse."),
    expected=("Aucune session.", "Aucun compte n’a été créé à la volée : la création est acceptée."),
    needs=NEEDS,
)
def inconnu(bench: Bench) -> None:
    """Somebody, then a regulator in a browser of his own: some solutions remember whom they turned away."""
    with sign_on(bench) as sas:
        known = sas.regulator()
        unknown = sas.new()
        url = sas.entry()
        arrival, inside = sas.rejected(url, sas.person(unknown), "Arrivée d’un régulateur inconnu")
        control = sas.admission(url, sas.person(known))
        sas.judge_closed([arrival, inside], control, "SSO-029")
        if sas.sso.mode == "psc":
            bench.not_applicable("Pro Santé Connect ne transmet pas d’adresse électronique", "SSO-055")
            return
        if not arrival.granted:
            bench.not_verified("la solution n’a pas demandé de jeton pour ce régulateur", "SSO-055")
            return
        same = replace(sas.new(), email=unknown.email)
        sas.judge_creations(same, sas.new())


@scenario(
    "SSO-S09",
    title="Compte désactivé, puis réactivé",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("ACC-024", "ACC-025", "SSO-030"),
    preconditions=("Le régulateur s’est déjà connecté.",),
    steps=(
        "La plateforme désactive le compte ; le régulateur se connecte.",
        "La plateforme le réactive ; le régulateur se connecte.",
    ),
    expected=("Aucune session pour le compte désactivé.", "Une session, une fois qu’il est réactivé."),
    needs=NEEDS,
)
def desactive(bench: Bench) -> None:
    """The proof that INT_R02 could not give."""
    with sign_on(bench) as sas:
        who = sas.regulator()
        person, url = sas.person(who), sas.entry()
        before = sas.admission(url, person, "Connexion avant la désactivation")
        withdrawn = sas.accounts.send(sas.accounts.change("Désactivation", who.identifier, who.deactivated()))
        if not accepted(withdrawn):
            bench.not_verified("la désactivation n’est pas acceptée (INT_R02)")
            return
        closed = sas.admission(url, person, "Connexion du compte désactivé")
        sas.judge_closed([closed], before, "ACC-024", "SSO-030")
        restored = sas.accounts.send(sas.accounts.change("Réactivation", who.identifier, who))
        if not accepted(restored):
            bench.not_verified("la réactivation n’est pas acceptée (INT_R02)", "ACC-025")
            return
        sas.judge_open([sas.admission(url, person, "Connexion du compte réactivé")], before, "ACC-025")


@scenario(
    "SSO-S11",
    title="Adresse électronique modifiée",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("ACC-008", "SSO-031", "SSO-056"),
    preconditions=("Le régulateur s’est déjà connecté.",),
    steps=(
        "La plateforme modifie l’adresse électronique du compte.",
        "Le régulateur se connecte avec la nouvelle adresse, puis quelqu’un avec l’ancienne.",
    ),
    expected=("La nouvelle adresse ouvre une session.", "L’ancienne n’en ouvre plus."),
    needs=NEEDS,
)
def adresse_modifiee(bench: Bench) -> None:
    """The new address, and the old one in the hands of somebody else."""
    with sign_on(bench) as sas:
        if sas.sso.mode == "psc":
            bench.not_applicable("Pro Santé Connect ne transmet pas d’adresse électronique")
            return
        who = sas.regulator()
        url = sas.entry()
        before = sas.admission(url, sas.person(who), "Connexion avec la première adresse")
        moved = replace(who, email=sas.new().email)
        if not accepted(sas.accounts.send(sas.accounts.change("Changement d’adresse", who.identifier, moved))):
            bench.not_verified("le changement d’adresse n’est pas accepté (INT_R02)")
            return
        by_new = sas.admission(url, sas.person(moved), "Connexion avec la nouvelle adresse")
        by_former = sas.admission(url, sas.person(who), "Connexion avec l’ancienne adresse")
        sas.judge_open([by_new], before, "SSO-031", "ACC-008")
        sas.judge_closed([by_former], before, "SSO-056")


@scenario(
    "SSO-S12",
    title="Connexion après la bascule d’identifiant",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("ACC-013",),
    preconditions=("Le régulateur, connu par un UUID, s’est connecté et a accepté les CGU.",),
    steps=("La plateforme remplace l’UUID par un identifiant national.", "Le régulateur se connecte de nouveau."),
    expected=("C’est le même compte : les CGU ne sont pas demandées de nouveau.",),
    needs=(*NEEDS, "sso.pages.terms"),
)
def apres_la_bascule(bench: Bench) -> None:
    """The same address throughout."""
    with sign_on(bench) as sas:
        if sas.sso.mode == "psc":
            bench.not_applicable("un régulateur connu par un UUID n’a pas accès à Pro Santé Connect")
            return
        who = sas.regulator()
        url = sas.entry()
        before = sas.log_in_anew(url, sas.person(who), "Connexion avant la bascule")
        after = replace(who, identifier=sas.accounts.new.rpps())
        if not accepted(sas.accounts.send(sas.accounts.change("Bascule d’identifiant", who.identifier, after))):
            bench.not_verified("la bascule n’est pas acceptée (INT_R02)")
            return
        sas.judge("sso-switched", before, sas.log_in_anew(url, sas.person(after), "Connexion après la bascule"))
