"""Pro Santé Connect: the same journey, with its own request, identity and level."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.engine.sign_on import sign_on
from sas_recette.norm.requirements import Flow
from sas_recette.platform.identity.knobs import Knob

CATEGORY = "Pro Santé Connect"
NEEDS = ("sso.issuer", "sso.pages.session")


@scenario(
    "PSC-P01",
    title="Régulateur titulaire d’une carte CPS",
    flow=Flow.INT_PSC,
    category=CATEGORY,
    requirements=("SSO-041", "SSO-042"),
    preconditions=("Le compte du régulateur est créé par INT_R02, avec un identifiant national.",),
    steps=("Le régulateur, connecté à Pro Santé Connect, suit l’adresse d’un créneau.",),
    expected=("La demande est celle des connecteurs de l’ANS.", "Le compte est retrouvé par l’identifiant national."),
    needs=NEEDS,
)
def carte_cps(bench: Bench) -> None:
    """Then somebody whom the solution does not know."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url = sas.person(sas.regulator()), sas.from_the_sas(sas.entry())
        arrival = sas.arrive_in(browser.tab(), url, person, "Arrivée du régulateur connecté")
        sas.judge("sso-open", arrival, expect={"requirements": ["SSO-042"], "controls": 0})


@scenario(
    "PSC-P07",
    title="Niveau d’authentification inattendu",
    flow=Flow.INT_PSC,
    category=CATEGORY,
    requirements=("SSO-045",),
    preconditions=("Le compte du régulateur est actif.",),
    steps=("Le jeton annonce un acr autre que eidas1.", "Il annonce ensuite eidas1."),
    expected=("La solution n’ouvre pas de session, puis en ouvre une.",),
    needs=NEEDS,
)
def niveau_inattendu(bench: Bench) -> None:
    """One claim of the token."""
    with sign_on(bench) as sas, sas.browser() as browser:
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        arrival = sas.arrive(tab, sas.from_the_sas(url), person, "acr inattendu", Knob.ACR_OTHER)
        inside = sas.look_for_a_session(tab, url)
        control = sas.control(tab, url, person)
        sas.judge_closed([arrival, inside], control, "SSO-045")
