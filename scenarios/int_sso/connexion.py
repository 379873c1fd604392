"""Connexion: the regulator who is logged in at the platform, the one who is not, and how he logged in."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.engine.sign_on import SignOn, Visit, sign_on
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import Regulator
from sas_recette.platform.browser import Tab
from sas_recette.platform.identity.knobs import Knob

CATEGORY = "Connexion"
NEEDS = ("sso.issuer", "sso.pages.session")


@scenario(
    "SSO-S01",
    title="Régulateur déjà connecté à la plateforme",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-002", "SSO-007", "SSO-027", "SSO-039"),
    preconditions=(
        "Le compte du régulateur est créé par INT_R02.",
        "Le régulateur est connecté à la plateforme.",
    ),
    steps=("Le régulateur suit l’adresse d’un créneau, avec origin.", "Il accepte les CGU si elles sont demandées."),
    expected=(
        "Il arrive sur l’agenda sans étape d’authentification, ni de la solution ni de la plateforme.",
        "Son compte est retrouvé par l’adresse électronique du jeton d’identité, quelle que soit la casse.",
        "L’adresse affichée ne garde ni code, ni state, ni jeton.",
    ),
    needs=NEEDS,
)
def deja_connecte(bench: Bench) -> None:
    """The ordinary journey."""
    with sign_on(bench) as sas, sas.browser() as browser:
        who = sas.regulator()
        tab, url = browser.tab(), sas.from_the_sas(sas.entry())
        arrival = sas.arrive_in(tab, url, sas.person(who), "Arrivée du régulateur connecté")
        sas.judge("sso-open", arrival, expect={"requirements": ["SSO-007"], "controls": 0})
        sas.judge("sso-entry", arrival)
        sas.judge("sso-addresses", arrival)
        if sas.sso.mode == "psc":
            bench.not_applicable("Pro Santé Connect ne transmet pas d’adresse électronique", "SSO-027")
        else:
            _matched_by_address(sas, tab, url, who, arrival)


def _matched_by_address(sas: SignOn, tab: Tab, url: str, who: Regulator, arrival: Visit) -> None:
    """The subject of a token is nobody's identifier: who gets in was found by the address (SSO-027)."""
    if arrival.admitted:
        sas.judge("sso-open", arrival, expect={"requirements": ["SSO-027"], "controls": 0})
        with sas.browser() as another:
            step = "Adresse électronique écrite en majuscules"
            capitals = sas.arrive(another.tab(), url, sas.person(who), step, Knob.EMAIL_IN_CAPITALS)
            why = "L’adresse n’est reconnue qu’avec la même casse (OIDC 5.7, point ouvert SSO OP-3)."
            sas.judge_open([capitals], arrival, "SSO-027", reserve=True, why=why)
        return
    step = "Le même, dont le sub est l’identifiant du compte"
    by_subject = sas.arrive(tab, url, sas.person(who, subject=who.identifier.value), step)
    sas.judge_open([arrival], by_subject, "SSO-027")


@scenario(
    "SSO-S02",
    title="Régulateur non connecté à la plateforme",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-005", "SSO-006"),
    preconditions=("Le régulateur n’est pas connecté à la plateforme.",),
    steps=("Le régulateur suit l’adresse d’un créneau, avec origin.", "Il se connecte à la plateforme."),
    expected=(
        "Il arrive sur la page d’authentification de la plateforme, sans que l’agenda se montre.",
        "Une fois connecté, il obtient sa session.",
    ),
    needs=NEEDS,
)
def non_connecte(bench: Bench) -> None:
    """The log-in page of the platform, then in."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person = sas.person(sas.regulator())
        tab, url = browser.tab(), sas.from_the_sas(sas.entry())
        sas.not_connected(person, "Arrivée sans session à la plateforme")
        first = sas.seen(tab.open(url, step="Arrivée sans session à la plateforme"))
        before = [first, *sas.by_one_click(tab, first)]
        sas.judge("sso-to-the-platform", *before, expect={"issuer": sas.sso.issuer})
        if before[-1].asked_to_log_in:
            logged_in = sas.log_in_at_the_platform(tab, person)
        else:
            logged_in = sas.admission(url, person)
        sas.judge("sso-not-connected", first, logged_in)


@scenario(
    "SSO-S07",
    title="Moyens de connexion à la plateforme",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-008", "SSO-009", "SSO-032"),
    preconditions=("Le compte du régulateur est créé par INT_R02.",),
    steps=(
        "Le régulateur s’est connecté à la plateforme par mot de passe, puis par Pro Santé Connect.",
        "Le jeton d’identité ne porte plus idp_connect, puis en porte une valeur inconnue.",
    ),
    expected=("Le régulateur obtient sa session à chaque fois.",),
    needs=NEEDS,
)
def moyens_de_connexion(bench: Bench) -> None:
    """One browser a means."""
    with sign_on(bench) as sas:
        if sas.sso.mode == "psc":
            bench.not_applicable("ces moyens de connexion sont ceux de la délégation SAS")
            return
        person, url = sas.person(sas.regulator()), sas.from_the_sas(sas.entry())
        with sas.browser() as browser:
            tab = browser.tab()
            sas.not_connected(person, "Connexion par mot de passe")
            first = sas.seen(tab.open(url, step="Arrivée sans session à la plateforme"))
            at_the_door = [first, *sas.by_one_click(tab, first)][-1]
            by_password = sas.log_in_at_the_platform(tab, person) if at_the_door.asked_to_log_in else None
        ordinary = sas.admission(url, person)
        others = {}
        for knob, step in (
            (Knob.IDP_PSC, "Connexion à la plateforme par Pro Santé Connect"),
            (Knob.IDP_ABSENT, "Jeton sans idp_connect"),
            (Knob.IDP_UNKNOWN, "Jeton avec un idp_connect inconnu"),
        ):
            with sas.browser() as browser:
                others[knob] = sas.arrive(browser.tab(), url, person, step, knob)
        if by_password is None:
            bench.not_verified(
                "la page d’authentification de la plateforme n’est pas atteinte (voir SSO-S02)", "SSO-009"
            )
        else:
            sas.judge_open([by_password], ordinary, "SSO-009")
        sas.judge_open([others[Knob.IDP_PSC]], ordinary, "SSO-008")
        sas.judge_open(list(others.values()), ordinary, "SSO-032")


@scenario(
    "SSO-S23",
    title="Demande d’autorisation et échange du code",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-010", "SSO-011", "SSO-013", "SSO-015", "SSO-016", "SSO-046", "SSO-048", "SSO-049"),
    preconditions=("Le régulateur est connecté à la plateforme.",),
    steps=("Le régulateur suit l’adresse d’un créneau, deux fois, dans deux navigateurs.",),
    expected=(
        "Les demandes portent ce que la norme exige d’un client : code, openid, redirect_uri enregistrée.",
        "Elles portent un state, un nonce et un code_challenge qui leur sont propres.",
        "Le code est échangé par un POST authentifié, et le secret du client ne se montre nulle part.",
    ),
    needs=("sso.issuer",),
)
def demandes(bench: Bench) -> None:
    """Judged on the requests alone: no mark is needed."""
    with sign_on(bench) as sas:
        person, url = sas.person(sas.regulator()), sas.entry()
        visits = [sas.admission(url, person, f"Arrivée dans le {one} navigateur") for one in ("premier", "second")]
        if not any(visit.reached("authorization") for visit in visits):
            bench.not_verified("la solution n’a pas envoyé de demande d’autorisation")
        elif not any(visit.reached("token") for visit in visits):
            bench.not_verified("la solution n’a pas échangé le code", "SSO-016", "SSO-048", "SSO-049")


@scenario(
    "SSO-S29",
    title="Conditions d’utilisation à la première connexion",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("ACC-049",),
    preconditions=("Le compte du régulateur est neuf.",),
    steps=("Le régulateur se connecte et accepte les CGU.", "Il se connecte de nouveau, dans un autre navigateur."),
    expected=("Les CGU sont demandées à la première connexion, et à elle seule.",),
    needs=(*NEEDS, "sso.pages.terms"),
)
def conditions(bench: Bench) -> None:
    """Twice the same regulator."""
    with sign_on(bench) as sas:
        person, url = sas.person(sas.regulator()), sas.from_the_sas(sas.entry())
        with sas.browser() as browser:
            tab = browser.tab()
            first = sas.arrive(tab, url, person, "Première connexion")
            if first.asks_for_terms:
                sas.accept_terms(tab)
        with sas.browser() as browser:
            second = sas.arrive(browser.tab(), url, person, "Seconde connexion")
        if not (first.admitted and second.admitted):
            bench.not_verified("le régulateur n’obtient pas de session (voir SSO-S01)", "ACC-049")
        sas.judge("sso-terms", first, second)
