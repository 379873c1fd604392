"""Origine: what the `origin` parameter opens, and what opens nothing without it."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.engine.sign_on import sign_on
from sas_recette.norm.requirements import Flow
from sas_recette.platform.entry import with_origin

CATEGORY = "Origine"
NEEDS = ("sso.issuer", "sso.pages.session")


@scenario(
    "SSO-S03",
    title="Arrivée sans paramètre origin",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-003",),
    preconditions=("Le régulateur est connecté à la plateforme, sans session dans la solution.",),
    steps=("Le régulateur suit l’adresse d’un créneau, sans origin.",),
    expected=("La solution montre une erreur ou sa page de connexion : aucune session régulateur.",),
    needs=NEEDS,
)
def sans_origin(bench: Bench) -> None:
    """Then with it: the control."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        sas.connected(person, "Arrivée sans origin")
        without = sas.seen(tab.open(url, step="Arrivée sans origin"))
        control = sas.control(tab, url, person)
        sas.judge_closed([without], control, "SSO-003")


@scenario(
    "SSO-S04",
    title="Valeurs d’origin inattendues",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-004",),
    preconditions=("Le régulateur est connecté à la plateforme, sans session dans la solution.",),
    steps=("Le régulateur suit l’adresse avec un origin vide, inconnu, d’une autre casse, puis deux fois présent.",),
    expected=("Chaque arrivée est traitée comme si origin était absent.",),
    needs=NEEDS,
)
def valeurs_inattendues(bench: Bench) -> None:
    """Each in turn, then the right one."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab, right = sas.person(sas.regulator()), sas.entry(), browser.tab(), sas.sso.origin
        sas.connected(person, "Valeurs d’origin inattendues")
        visits = [
            sas.seen(tab.open(with_origin(url, *values), step=f"origin {step}"))
            for step, values in (
                ("vide", ("",)),
                ("inconnu", (f"{right}-inconnu",)),
                ("d’une autre casse", (right.swapcase(),)),
                ("deux fois présent", (right, "autre")),
            )
        ]
        control = sas.control(tab, url, person)
        sas.judge_closed(visits, control, "SSO-004")


@scenario(
    "SSO-S33",
    title="Déconnexion et session expirée",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-003", "SSO-007"),
    preconditions=("Le régulateur a une session ouverte par le SSO.",),
    steps=(
        "Le régulateur se déconnecte de la solution, puis suit l’adresse d’un créneau sans origin.",
        "Il revient par la plateforme, où il est resté connecté.",
        "Le navigateur perd ses cookies : même chose.",
    ),
    expected=(
        "Sans origin, aucune session régulateur.",
        "Avec origin, la session est ouverte de nouveau, sans étape d’authentification.",
    ),
    needs=(*NEEDS, "sso.pages.log_out"),
)
def deconnexion(bench: Bench) -> None:
    """Out by the button, then by oblivion."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        first = sas.arrive_in(tab, sas.from_the_sas(url), person, "Arrivée du régulateur connecté")
        sas.log_out(tab)
        after = sas.look_for_a_session(tab, url, "Après la déconnexion, sans origin")
        again = sas.arrive(tab, sas.from_the_sas(url), person, "Retour par la plateforme")
        browser.forget()
        forgotten = sas.look_for_a_session(tab, url, "Cookies perdus, sans origin")
        back = sas.arrive(tab, sas.from_the_sas(url), person, "Retour par la plateforme, cookies perdus")
        sas.judge_closed([after, forgotten], first, "SSO-003")
        sas.judge_open([again, back], first, "SSO-007")
