"""Jeton d’identité: each answer of the platform is wrong in one way, and must open no session."""

from typing import Final, NamedTuple

from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import Scenario, scenario
from sas_recette.engine.sign_on import SignOn, sign_on
from sas_recette.norm.requirements import Flow
from sas_recette.platform.identity.knobs import Knob

NEEDS = ("sso.issuer", "sso.pages.session")


class Flaw(NamedTuple):
    """What is wrong with a token, and the requirement that it puts to the test."""

    number: str
    title: str
    knob: Knob
    requirement: str


FLAWS: Final = (
    Flaw("S13a", "Signature altérée", Knob.BAD_SIGNATURE, "SSO-018"),
    Flaw("S13b", "Signature d’une autre clé, sous le même kid", Knob.OTHER_KEY, "SSO-018"),
    Flaw("S13c", "Signature d’une clé inconnue (kid inconnu)", Knob.UNKNOWN_KID, "SSO-018"),
    Flaw("S14a", "Jeton non signé (alg none)", Knob.ALG_NONE, "SSO-019"),
    Flaw("S14b", "HS256 avec la clé publique RSA", Knob.HS256_WITH_PUBLIC_KEY, "SSO-020"),
    Flaw("S14c", "HS256 avec le secret du client", Knob.HS256_WITH_SECRET, "SSO-051"),
    Flaw("S15a", "iss d’un autre hôte", Knob.ISS_OTHER_HOST, "SSO-021"),
    Flaw("S15b", "iss d’un autre realm", Knob.ISS_OTHER_REALM, "SSO-021"),
    Flaw("S15c", "iss avec une barre oblique finale", Knob.ISS_FINAL_SLASH, "SSO-021"),
    Flaw("S15d", "aud d’un autre client", Knob.AUD_OTHER, "SSO-022"),
    Flaw("S15e", "aud absente", Knob.AUD_ABSENT, "SSO-022"),
    Flaw("S15f", "Audience étrangère ajoutée", Knob.AUD_FOREIGN_ADDED, "SSO-022"),
    Flaw("S15g", "azp d’un autre client", Knob.AZP_OTHER, "SSO-052"),
    Flaw("S16", "Jeton expiré depuis dix minutes", Knob.EXPIRED, "SSO-023"),
    Flaw("S17a", "nonce d’une autre demande", Knob.NONCE_OTHER, "SSO-014"),
    Flaw("S17b", "nonce absent", Knob.NONCE_ABSENT, "SSO-014"),
    Flaw("S25a", "Jeton sans email", Knob.EMAIL_ABSENT, "SSO-028"),
    Flaw("S25b", "Jeton avec un email vide", Knob.EMAIL_EMPTY, "SSO-028"),
    Flaw("S25c", "Jeton sans sub", Knob.SUB_ABSENT, "SSO-057"),
    Flaw("S25d", "UserInfo d’un autre utilisateur", Knob.USERINFO_OTHER_SUB, "SSO-058"),
)

_SIGNATURES: Final = {"SSO-018", "SSO-019", "SSO-020", "SSO-051"}
"""What a solution that relies on TLS for ID tokens is not judged by (OP-5)."""

_DELEGATION_ONLY: Final = {"SSO-028"}


def _declared(flaw: Flaw) -> Scenario:
    signature = flaw.requirement in _SIGNATURES and flaw.requirement != "SSO-051"
    return scenario(
        f"SSO-{flaw.number}",
        title=flaw.title,
        flow=Flow.INT_SSO,
        category="Jeton d’identité",
        requirements=(flaw.requirement, "SSO-050") if signature else (flaw.requirement,),
        preconditions=("Le régulateur est connecté à la plateforme, son compte est actif.",),
        steps=(
            f"Le régulateur suit l’adresse d’un créneau ; la réponse de la plateforme a un défaut : {flaw.title}.",
            "Il suit de nouveau l’adresse ; la réponse est correcte.",
        ),
        expected=("La solution n’ouvre pas de session, puis en ouvre une.",),
        needs=NEEDS,
    )(lambda bench: _played(bench, flaw))


def _played(bench: Bench, flaw: Flaw) -> None:
    with sign_on(bench) as sas, sas.browser() as browser:
        reason = _out_of_scope(sas, flaw)
        if reason:
            bench.not_applicable(reason, flaw.requirement)
            if flaw.requirement not in _SIGNATURES:
                return
        person, url, tab = sas.person(sas.regulator()), sas.entry(), browser.tab()
        arrival = sas.arrive(tab, sas.from_the_sas(url), person, flaw.title, flaw.knob)
        inside = sas.look_for_a_session(tab, url)
        control = sas.control(tab, url, person)
        endpoint = "userinfo" if flaw.knob is Knob.USERINFO_OTHER_SUB else "token"
        unused = _never_met(sas, flaw, arrival.reached(endpoint), arrival.sent("nonce"))
        if unused:
            bench.not_applicable(unused, flaw.requirement)
            return
        requirements: tuple[str, ...] = () if reason else (flaw.requirement,)
        if flaw.requirement in _SIGNATURES - {"SSO-051"}:
            requirements += ("SSO-050",)
        if not arrival.reached(endpoint):
            bench.not_verified("la solution n’a pas demandé ce que la plateforme altère", *requirements)
            return
        sas.judge_closed([arrival, inside], control, *requirements)


def _out_of_scope(sas: SignOn, flaw: Flaw) -> str:
    if flaw.requirement in _SIGNATURES and sas.sso.signature == "tls":
        return 'la solution déclare ne pas vérifier les signatures (sso.signature = "tls", point ouvert SSO OP-5)'
    if flaw.requirement in _DELEGATION_ONLY and sas.sso.mode == "psc":
        return "Pro Santé Connect ne transmet pas d’adresse électronique"
    return ""


def _never_met(sas: SignOn, flaw: Flaw, reached: bool, nonce: bool) -> str:
    """Why the flaw cannot be met by this solution, empty when it can."""
    if flaw.knob is Knob.USERINFO_OTHER_SUB and not reached:
        return "la solution ne demande pas qui est le régulateur au point d’accès UserInfo"
    if flaw.requirement == "SSO-014" and not nonce:
        return "la demande d’autorisation ne porte pas de nonce"
    return ""


JETONS = tuple(map(_declared, FLAWS))


@scenario(
    "SSO-S22",
    title="Renouvellement de la clé de signature",
    flow=Flow.INT_SSO,
    category="Jeton d’identité",
    requirements=("SSO-024",),
    preconditions=("Un régulateur s’est déjà connecté.",),
    steps=("La plateforme publie une nouvelle clé et signe avec elle.", "Le régulateur se connecte de nouveau."),
    expected=("La connexion aboutit sans intervention.",),
    needs=NEEDS,
)
def cle_renouvelee(bench: Bench) -> None:
    """A log-in with each key."""
    with sign_on(bench) as sas:
        person, url = sas.person(sas.regulator()), sas.entry()
        before = sas.admission(url, person, "Connexion avec la clé en cours")
        after = sas.admission(url, person, "Connexion avec la nouvelle clé", Knob.ROTATED_KEY)
        sas.judge_open([after], before, "SSO-024")
