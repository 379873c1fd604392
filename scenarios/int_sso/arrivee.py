"""Arrivée: the right agenda, whatever the browser went through before."""

from urllib.parse import urlsplit

from sas_recette.engine.bench import Bench, MissingDataError
from sas_recette.engine.scenario import scenario
from sas_recette.engine.sign_on import SignOn, sign_on
from sas_recette.engine.sso_data import AgendaPage
from sas_recette.engine.targets import FOREIGN, falsified, towards_a_foreign_site
from sas_recette.norm.requirements import Flow
from sas_recette.rules.sso.journey import LOCAL

CATEGORY = "Arrivée"
NEEDS = ("sso.issuer", "sso.pages.session")


@scenario(
    "SSO-S26",
    title="Agendas de deux professionnels",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-036",),
    preconditions=("Les pages d’agenda de deux professionnels sont déclarées ([[sso.agendas]]).",),
    steps=("Le régulateur suit l’adresse d’un créneau de l’un, puis de l’autre.",),
    expected=("Chaque fois, il arrive sur l’agenda du professionnel choisi.",),
    needs=(*NEEDS, "sso.agendas"),
)
def deux_professionnels(bench: Bench) -> None:
    """One after the other in the same browser."""
    with sign_on(bench) as sas:
        agendas = [one for one in sas.sso.agendas if not one.place][:2]
        if not {"ps", "cpts"}.intersection(bench.candidate.use_cases):
            bench.not_applicable("la solution ne déclare ni agenda de praticien, ni CPTS (use_cases)")
            return
        _in_turn(sas, agendas, "SSO-036", "sso.agendas (deux praticiens)")


@scenario(
    "SSO-S26b",
    title="Agendas de deux points fixes de garde",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-037",),
    preconditions=("Les pages d’agenda de deux points fixes sont déclarées ([[sso.agendas]], place).",),
    steps=("Le régulateur suit l’adresse d’un créneau de l’un, puis de l’autre.",),
    expected=("Chaque fois, il arrive sur l’agenda du point fixe choisi.",),
    needs=(*NEEDS, "sso.agendas"),
)
def deux_points_fixes(bench: Bench) -> None:
    """The same for SOS Médecins."""
    with sign_on(bench) as sas:
        if "sos" not in bench.candidate.use_cases:
            bench.not_applicable("la solution ne déclare pas le cas d’usage «\u00a0sos\u00a0» (use_cases)")
            return
        agendas = [one for one in sas.sso.agendas if one.place][:2]
        _in_turn(sas, agendas, "SSO-037", "sso.agendas (deux points fixes de garde)")


def _in_turn(sas: SignOn, agendas: list[AgendaPage], requirement: str, key: str) -> None:
    if len(agendas) < 2:
        raise MissingDataError(key)
    person = sas.person(sas.regulator())
    entries = sas.entries(agendas)
    with sas.browser() as browser:
        tab = browser.tab()
        visits = [
            sas.arrive_in(tab, sas.from_the_sas(entry.url), person, f"Arrivée sur l’agenda de {entry.whose}")
            for entry in entries
        ]
    if not all(visit.admitted for visit in visits):
        sas.bench.not_verified("le régulateur n’obtient pas de session (voir SSO-S01)", requirement)
    expect = {"requirements": [requirement], "agendas": [entry.mark for entry in entries]}
    sas.judge("sso-agendas", *visits, expect=expect)


@scenario(
    "SSO-S27",
    title="Une autre personne est déjà connectée",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-035",),
    preconditions=("Une autre personne a ouvert une session dans ce navigateur, avec son mot de passe.",),
    steps=("Le régulateur suit l’adresse d’un créneau.",),
    expected=("Il n’obtient jamais les droits de cette autre personne.",),
    needs=(*NEEDS, "sso.local"),
)
def autre_personne(bench: Bench) -> None:
    """A shared desk."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        local = sas.log_in_locally(tab)
        if LOCAL not in local.page.marks:
            bench.not_verified("la connexion locale déclarée (sso.local) n’ouvre pas de session")
            return
        arrival = sas.arrive_in(tab, sas.from_the_sas(url), person, "Arrivée du régulateur")
        sas.judge("sso-somebody-else", local, arrival)


@scenario(
    "SSO-S27b",
    title="Un autre régulateur est déjà connecté",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-035",),
    preconditions=("Un autre régulateur a une session ouverte par le SSO dans ce navigateur.",),
    steps=("Le régulateur, connecté à la plateforme, suit l’adresse d’un créneau.",),
    expected=("Il est authentifié à son tour : il n’obtient jamais les droits de l’autre.",),
    needs=NEEDS,
)
def autre_regulateur(bench: Bench) -> None:
    """Without a request to the platform, nobody can tell one from the other (OP-8)."""
    with sign_on(bench) as sas, sas.browser() as browser:
        first, second, url = sas.regulator(), sas.regulator(), sas.from_the_sas(sas.entry())
        tab = browser.tab()
        before = sas.arrive_in(tab, url, sas.person(first), "Arrivée d’un premier régulateur")
        arrival = sas.arrive(tab, url, sas.person(second), "Arrivée d’un autre régulateur")
        if not before.admitted:
            bench.not_verified("le premier régulateur n’obtient pas de session (voir SSO-S01)")
        sas.judge("sso-other-regulator", arrival, before)


@scenario(
    "SSO-S30",
    title="Page cible falsifiée",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-038",),
    preconditions=(
        "La solution porte la page cible dans un paramètre de ses adresses (sso.pages.departure, ou vu en route).",
    ),
    steps=("Ce paramètre est remplacé par l’adresse d’un autre site, et le régulateur se connecte.",),
    expected=("Il n’est pas envoyé vers l’autre site.",),
    needs=NEEDS,
)
def page_falsifiee(bench: Bench) -> None:
    """The parameter is found on the way of an ordinary log-in."""
    with sign_on(bench) as sas:
        person, url = sas.person(sas.regulator()), sas.from_the_sas(sas.entry())
        with sas.browser() as browser:
            tab = browser.tab()
            control = sas.arrive(tab, url, person, "Témoin : page cible intacte")
            arrived = sas.accept_terms(tab).page.url if control.asks_for_terms else control.page.url
        host = urlsplit(url).netloc
        departure = sas.sso.pages.departure
        seen = [one.request.url for one in control.exchanges]
        tampered = towards_a_foreign_site(departure) if departure else falsified(seen, host, urlsplit(arrived).path)
        if not tampered:
            bench.not_applicable("aucune adresse de la solution ne porte la page cible dans un paramètre", "SSO-038")
            return
        for one in tampered:
            with sas.browser() as browser:
                visit = sas.arrive_in(browser.tab(), one, person, "Page cible falsifiée")
            sas.judge("sso-target", visit, control, expect={"foreign": FOREIGN})


@scenario(
    "SSO-S31",
    title="Deux onglets à la fois",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-036",),
    preconditions=("Le régulateur n’est pas connecté à la plateforme.",),
    steps=("Il ouvre deux créneaux, dans deux onglets.", "Il se connecte dans l’un, puis dans l’autre."),
    expected=("Chaque onglet montre l’agenda choisi, ou demande de se connecter de nouveau.",),
    needs=(*NEEDS, "sso.agendas"),
)
def deux_onglets(bench: Bench) -> None:
    """Started together, ended one after the other."""
    with sign_on(bench) as sas:
        agendas = sas.sso.agendas[:2]
        if len(agendas) < 2:
            raise MissingDataError("sso.agendas (deux pages)")
        person, entries = sas.person(sas.regulator()), sas.entries(agendas)
        sas.log_in_anew(entries[0].url, person, "Première connexion, CGU acceptées")
        with sas.browser() as browser:
            tabs = (browser.tab(), browser.tab())
            sas.not_connected(person, "Deux onglets")
            for tab, entry in zip(tabs, entries, strict=True):
                sas.seen(tab.open(sas.from_the_sas(entry.url), step=f"Onglet de l’agenda de {entry.whose}"))
            visits = [sas.log_in_at_the_platform(tab, person, "Connexion dans un onglet") for tab in tabs]
        if not visits[0].admitted:
            bench.not_verified("le régulateur n’obtient pas de session (voir SSO-S02)", "SSO-036")
        expect = {"requirements": ["SSO-036"], "agendas": [entry.mark for entry in entries], "reserve": True}
        sas.judge("sso-agendas", *visits, expect=expect)


@scenario(
    "SSO-S35",
    title="Retour arrière du navigateur",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-039",),
    preconditions=("Un régulateur vient de se connecter.",),
    steps=("Il revient en arrière.",),
    expected=("L’adresse affichée ne porte ni code, ni state, ni jeton.",),
    needs=NEEDS,
)
def retour_arriere(bench: Bench) -> None:
    """What the history kept."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        arrival = sas.arrive_in(tab, sas.from_the_sas(url), person, "Connexion")
        again = sas.arrive(tab, sas.from_the_sas(url), person, "Le même créneau, une seconde fois")
        back = sas.back(tab, "Retour arrière")
        sas.judge("sso-addresses", arrival, again, back)
