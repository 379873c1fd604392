"""Réponse: the response of the platform on its way back, and a platform that fails."""

from typing import Final, NamedTuple

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import Scenario, scenario
from sas_recette.engine.sign_on import SignOn, Visit, sign_on, with_state_of
from sas_recette.norm.requirements import Flow
from sas_recette.platform.identity.knobs import Knob

CATEGORY = "Réponse de la plateforme"
NEEDS = ("sso.issuer", "sso.pages.session")

_PATIENCE: Final = 32.0
"""Seconds that a page is waited for where 30 are allowed (SSO-054)."""


@scenario(
    "SSO-S18",
    title="Réponse au state modifié, absent ou déjà utilisé",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-012",),
    preconditions=("La demande d’autorisation porte un state.",),
    steps=(
        "La réponse revient avec un state modifié, puis sans state.",
        "Elle revient avec le state d’une réponse déjà utilisée.",
    ),
    expected=("La solution n’ouvre pas de session.",),
    needs=NEEDS,
)
def state_invalide(bench: Bench) -> None:
    """Where it is accepted, whether another browser's response is too decides of the verdict (OP-13)."""
    with sign_on(bench) as sas:
        person, url = sas.person(sas.regulator()), sas.entry()
        visits = [
            visit
            for step, knob in (
                ("Réponse au state modifié", Knob.STATE_ALTERED),
                ("Réponse sans state", Knob.STATE_ABSENT),
            )
            for visit in sas.rejected(url, person, step, knob)
        ]
        visits += _state_used_before(sas, url)
        control = sas.admission(url, person)
        if not visits[0].sent("state"):
            bench.not_applicable("la demande d’autorisation ne porte pas de state", "SSO-012")
            return
        covered = any(one.admitted for one in visits) and not _from_another_browser(sas, url)[0].admitted
        why = "Une réponse d’un autre navigateur est pourtant refusée, par PKCE ou nonce (RFC 9700 2.1, point ouvert SSO OP-13)."
        sas.judge_closed(visits, control, "SSO-012", reserve=covered, why=why if covered else "")


def _state_used_before(sas: SignOn, url: str) -> list[Visit]:
    """A state that a failed log-in used up, with the code of another response; nothing when it opened a session (SSO-026)."""
    person = sas.person(sas.regulator())
    with sas.browser() as browser:
        tab = browser.tab()
        step = "Réponse dont le code n’est pas échangé"
        if sas.arrive(tab, sas.from_the_sas(url), person, step, Knob.TOKEN_500).admitted:
            return []
        former = sas.stage.provider.response
        mixed = with_state_of(former, sas.held(tab, url, person))
        return [sas.replayed(tab, mixed, "Nouvelle réponse au state déjà utilisé")]


@scenario(
    "SSO-S18d",
    title="Réponse obtenue dans un autre navigateur",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-047",),
    preconditions=("Deux navigateurs sans session.",),
    steps=(
        "Un régulateur suit l’adresse d’un créneau ; la réponse de la plateforme est retenue.",
        "Elle est rejouée entière dans un autre navigateur.",
    ),
    expected=("La solution n’ouvre pas de session.",),
    needs=NEEDS,
)
def autre_navigateur(bench: Bench) -> None:
    """The response of one, in the browser of another."""
    with sign_on(bench) as sas:
        replayed, control = _from_another_browser(sas, sas.entry())
        sas.judge_closed([replayed], control, "SSO-047")


def _from_another_browser(sas: SignOn, url: str) -> tuple[Visit, Visit]:
    person = sas.person(sas.regulator())
    with sas.browser() as first:
        response = sas.held(first.tab(), url, person)
    with sas.browser() as second:
        tab = second.tab()
        replayed = sas.replayed(tab, response, "La réponse, dans un autre navigateur")
        control = sas.control(tab, url, person)
    return replayed, control


@scenario(
    "SSO-S19",
    title="URL de retour rejouée",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-017",),
    preconditions=("Un régulateur vient de se connecter.",),
    steps=("L’URL de retour est ouverte de nouveau, puis dans un navigateur sans session.",),
    expected=("Aucune seconde session ne s’ouvre.",),
    needs=NEEDS,
)
def url_rejouee(bench: Bench) -> None:
    """The same code twice."""
    with sign_on(bench) as sas:
        person, url = sas.person(sas.regulator()), sas.entry()
        with sas.browser() as browser:
            tab = browser.tab()
            first = sas.arrive_in(tab, sas.from_the_sas(url), person, "Connexion")
            if not first.admitted:
                bench.not_verified("le régulateur n’obtient pas de session (voir SSO-S01)")
                return
            used = sas.stage.provider.response
            sas.replayed(tab, used, "L’URL de retour, une seconde fois")
        with sas.browser() as another:
            replayed = sas.replayed(another.tab(), used, "L’URL de retour, dans un navigateur sans session")
        sas.judge_closed([replayed], first, "SSO-017")


class Failure(NamedTuple):
    """How the platform fails, and what is judged of the solution."""

    number: str
    title: str
    knob: Knob
    requirements: tuple[str, ...]
    check: str


_AUTHORIZATION: Final = (("SSO-025", "SSO-053"), "sso-authorization-error")
_TOKEN: Final = (("SSO-026", "SSO-054"), "sso-token-failure")
FAILURES: Final = (
    Failure("S20a", "Accès refusé par la plateforme (access_denied)", Knob.ACCESS_DENIED, *_AUTHORIZATION),
    Failure("S20b", "Erreur de la plateforme (server_error)", Knob.SERVER_ERROR, *_AUTHORIZATION),
    Failure("S21a", "Point d’accès jeton : erreur 400", Knob.TOKEN_400, *_TOKEN),
    Failure("S21b", "Point d’accès jeton : erreur 500", Knob.TOKEN_500, *_TOKEN),
    Failure("S21c", "Point d’accès jeton muet", Knob.TOKEN_SILENT, *_TOKEN),
    Failure("S21d", "Point d’accès jeton : page HTML", Knob.TOKEN_HTML, *_TOKEN),
    Failure("S21e", "Point d’accès jeton : JSON invalide", Knob.TOKEN_BAD_JSON, *_TOKEN),
    Failure("S21f", "Réponse sans jeton d’identité", Knob.TOKEN_WITHOUT_ID_TOKEN, *_TOKEN),
)


def _declared(failure: Failure) -> Scenario:
    return scenario(
        f"SSO-{failure.number}",
        title=failure.title,
        flow=Flow.INT_SSO,
        category=CATEGORY,
        requirements=failure.requirements,
        preconditions=("Le compte du régulateur est actif.",),
        steps=("Le régulateur suit l’adresse d’un créneau ; la plateforme échoue.", "Il la suit de nouveau."),
        expected=("La solution n’ouvre pas de session et le dit, puis en ouvre une.",),
        needs=NEEDS,
    )(lambda bench: _failing(bench, failure))


def _failing(bench: Bench, failure: Failure) -> None:
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        arrival = sas.arrive(tab, sas.from_the_sas(url), person, failure.title, failure.knob, patience=_PATIENCE)
        inside = sas.look_for_a_session(tab, url)
        control = sas.control(tab, url, person)
        endpoint = "authorization" if failure.check == "sso-authorization-error" else "token"
        if not arrival.reached(endpoint):
            bench.not_verified("la solution n’a pas interrogé la plateforme")
            return
        sas.judge_closed([arrival, inside], control, failure.requirements[0])
        sas.judge(failure.check, arrival)


PANNES = tuple(map(_declared, FAILURES))


@scenario(
    "SSO-S40",
    title="Certificat invalide du fournisseur d’identité",
    flow=Flow.INT_SSO,
    category=CATEGORY,
    requirements=("SSO-040",),
    preconditions=("La plateforme présente un certificat auto-signé à chaque nouvelle connexion.",),
    steps=("Le régulateur suit l’adresse d’un créneau.", "La plateforme reprend son certificat."),
    expected=("La solution refuse d’échanger le code : aucune session, puis une session.",),
    needs=NEEDS,
)
def certificat_invalide(bench: Bench) -> None:
    """The browser lets it pass, the solution must not."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        arrival = sas.arrive(tab, sas.from_the_sas(url), person, "Certificat invalide", Knob.UNTRUSTED_CERTIFICATE)
        control = sas.control(tab, url, person)
        sas.judge_closed([arrival], control, "SSO-040")
        sas.judge("sso-untrusted", arrival, control)
