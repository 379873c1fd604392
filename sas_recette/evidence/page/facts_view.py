"""What the harness established about an exchange on the spot (`Exchange.facts`), in French."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.evidence.page.inbox_facts import INBOX, fault_words, outcome_words
from sas_recette.evidence.page.json_lines import NotJsonError, lay_out
from sas_recette.evidence.page.revocation_facts import REVOCATION, revocation_facts, revocation_words
from sas_recette.evidence.page.tls_facts import LABELS as TLS_LABELS
from sas_recette.evidence.page.tls_facts import TLS

ENDPOINT: Final = "endpoint"

_LABELS: Final = {
    "acr_values": "Niveau demandé (acr_values)",
    "applied": "Retenu par la plateforme",
    "appointment": "Rendez-vous (système|valeur)",
    "authenticated": "Client authentifié",
    "authentication": "Mode d’authentification du client",
    "certificate": "Défaut du certificat client",
    "challenge": "Défi PKCE (code_challenge)",
    "challenge_new": "Défi PKCE inédit",
    "challenge_length": "Longueur du défi PKCE",
    "claims": "Déclarations renvoyées",
    "client": "Client (client_id)",
    "client_cn": "Nom du client (CN du certificat)",
    "client_ou": "Organisation du client (OU du certificat)",
    "code": "Code d’autorisation",
    "deviation": "Écart joué par le banc",
    ENDPOINT: "Point d’accès",
    "error": "Erreur renvoyée",
    "fault": "Panne jouée par le banc",
    "grant_type": "Type d’octroi (grant_type)",
    "id_token": "Jeton d’identité émis (ID token, décodé)",
    "id_token_hint": "Jeton d’identité rappelé (id_token_hint)",
    "nonce": "Paramètre nonce",
    "nonce_length": "Longueur du nonce",
    "origin_of_request": "Origine de la requête",
    "outcome": "Issue",
    "person": "Personne (sub)",
    "reason": "Pourquoi aucun message n’est venu",
    "redirect_uri": "Adresse de retour (redirect_uri)",
    "response_type": "Type de réponse (response_type)",
    "scope": "Portées demandées (scope)",
    "secret_in_url": "Secret dans l’adresse",
    "state": "Paramètre state",
    "state_length": "Longueur du state",
    "token": "Jeton d’accès",
    "verifier": "Vérificateur PKCE (code_verifier)",
    "why": "Pourquoi",
}
_ENDPOINTS: Final = {
    "authorization": "autorisation",
    "discovery": "découverte",
    INBOX: "réception des rendez-vous",
    "keys": "clés publiques (JWKS)",
    "login": "connexion à la plateforme",
    "logout": "déconnexion",
    "other": "autre adresse",
    TLS: "serveur FHIR de la solution (TLS)",
    "token": "jetons",
    "userinfo": "informations de l’utilisateur (UserInfo)",
}
_OUTCOMES: Final = {
    "claims": "informations renvoyées",
    "confirmation": "confirmation demandée",
    "error": "erreur",
    "fault": "panne demandée par le scénario",
    "held": "réponse retenue par le banc",
    "keys": "clés publiées",
    "logged-out": "session fermée",
    "login-page": "page de connexion de la plateforme",
    "metadata": "métadonnées publiées",
    "redirected": "session fermée, retour à la solution",
    "refused": "refus",
    "response": "réponse d’autorisation",
    "tokens": "jetons émis",
}
_WORDS: Final = {
    "absent": "absent",
    "expired": "périmé",
    "invalid": "non valide",
    "malformed": "mal formé",
    "new": "inédit",
    "no": "non",
    "none": "aucun",
    "other": "autre",
    "other-client": "d’un autre client",
    "registered": "enregistré",
    "repeated": "déjà employé",
    "right": "juste",
    "same": "identique",
    "several": "plusieurs à la fois",
    "unexpected": "inattendu",
    "unknown": "inconnu",
    "used": "déjà échangé",
    "valid": "valide",
    "wrong": "faux",
    "yes": "oui",
}
# Their values are words of the protocol, or anything: never to be translated.
_VERBATIM: Final = frozenset(
    {
        "acr_values",
        "appointment",
        "certificate",
        "client_cn",
        "client_ou",
        "deviation",
        "error",
        "grant_type",
        "origin_of_request",
        "person",
        "reason",
        "response_type",
        "scope",
        "why",
    }
)
_BY_BROWSER: Final = frozenset({"authorization", "login", "logout"})


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact; `json` is its value laid out when it is an object or a list of JSON."""

    label: str
    value: str = ""
    json: str = ""


def view_facts(facts: Mapping[str, str]) -> tuple[FactView, ...]:
    """Facts in the order in which they were established; one that is unknown keeps its own name."""
    if facts.get(ENDPOINT) == INBOX:
        return tuple(_of_inbox(name, value) for name, value in facts.items() if _tells(name, facts))
    if facts.get(ENDPOINT) == TLS:
        return tuple(FactView(label, facts[name]) for name, label in TLS_LABELS.items() if facts.get(name))
    if facts.get(ENDPOINT) == REVOCATION:
        return tuple(FactView(label, value) for label, value in revocation_facts(facts))
    return tuple(_view(name, value) for name, value in facts.items() if name != ENDPOINT)


def fault_played(facts: Mapping[str, str]) -> str:
    """What the inbox did wrong on purpose, in French; empty when it did not."""
    return fault_words(facts.get("fault", "")) if facts.get(ENDPOINT) == INBOX else ""


def caption_of(facts: Mapping[str, str]) -> str:
    """Where the facts come from: at the inbox, on TLS and on revocation, which exchange no secret, the journal masks nothing of them."""
    here = "Ce que le banc a établi sur le moment"
    open_to_all = facts.get(ENDPOINT) in {INBOX, REVOCATION, TLS}
    return here if open_to_all else f"{here}, à partir de valeurs que le journal masque"


def endpoint_label(facts: Mapping[str, str]) -> str:
    """What the caller asked for, in French; empty when nothing tells."""
    name = facts.get(ENDPOINT, "")
    return revocation_words(facts) if name == REVOCATION else _ENDPOINTS.get(name, name)


def on_tls(facts: Mapping[str, str]) -> bool:
    """Whether the exchange tries the server’s TLS: what came of it is a fact, and no command line sends it again."""
    return facts.get(ENDPOINT) == TLS


def by_browser(facts: Mapping[str, str]) -> bool:
    """Whether a browser called the platform, sent there by the candidate."""
    return facts.get(ENDPOINT, "") in _BY_BROWSER


def caller_of(facts: Mapping[str, str]) -> str:
    """Who called the platform: the browser that the candidate sent there, or the candidate itself."""
    if by_browser(facts):
        return "Le navigateur du régulateur, sur redirection de la solution candidate"
    return "La solution candidate, de serveur à serveur" if facts.get(ENDPOINT) else "La solution candidate"


def _view(name: str, value: str) -> FactView:
    label = _LABELS.get(name, name)
    laid_out = _laid_out(value)
    if laid_out:
        return FactView(label, json=laid_out)
    if name == "outcome":
        return FactView(label, _OUTCOMES.get(value, value))
    return FactView(label, value if name in _VERBATIM else _WORDS.get(value, value))


def _tells(name: str, facts: Mapping[str, str]) -> bool:
    """Whether a fact of the inbox is worth a line: an empty one is not, nor a reason that is the certificate’s."""
    same = name == "reason" and facts[name] == facts.get("certificate")
    return bool(facts[name]) and name != ENDPOINT and not same


def _of_inbox(name: str, value: str) -> FactView:
    words = {"outcome": outcome_words, "fault": fault_words}.get(name)
    return FactView(_LABELS[name], words(value)) if words else _view(name, value)


def _laid_out(value: str) -> str:
    if not value.startswith(("{", "[")):
        return ""
    try:
        lines = lay_out(value.encode("utf-8", "surrogatepass")).lines
    except (NotJsonError, json.JSONDecodeError):
        return ""
    return "\n".join("  " * line.depth + line.text for line in lines)
