"""Who gets in, and who does not: what the pages show of a session (sso.md §8, §9).

The last pages of a judgement are its controls (`expect["controls"]`, 1 by default): log-ins without anything unusual. Where
one of them opened no session, an absent session proves nothing, and a rule examines nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sas_recette.exchange.model import Page
from sas_recette.rules.rule import HELD, Observation, Rule, Subject
from sas_recette.rules.sso.journey import admitted, at_page, named

CLOSED: Final[Mapping[str, str]] = {
    "SSO-003": "Une arrivée sans paramètre origin ouvre une session régulateur.",
    "SSO-004": "Une valeur d’origin vide, inconnue ou dupliquée ouvre une session régulateur.",
    "SSO-012": "Une réponse dont le state est absent, modifié ou déjà utilisé ouvre une session.",
    "SSO-014": "Un jeton d’identité sans nonce, ou avec un autre que celui de la demande, ouvre une session.",
    "SSO-017": "Une URL de retour déjà consommée ouvre une seconde session.",
    "SSO-018": "Un jeton d’identité dont la signature n’est pas celle du fournisseur d’identité ouvre une session.",
    "SSO-019": "Un jeton d’identité non signé (alg none) ouvre une session.",
    "SSO-020": "Un jeton d’identité signé en HMAC avec la clé publique du fournisseur d’identité ouvre une session.",
    "SSO-021": "Un jeton d’identité dont l’émetteur (iss) n’est pas celui qui est configuré ouvre une session.",
    "SSO-022": "Un jeton d’identité destiné à un autre client, ou à une audience inconnue, ouvre une session.",
    "SSO-023": "Un jeton d’identité expiré depuis dix minutes ouvre une session.",
    "SSO-025": "Une réponse d’erreur du fournisseur d’identité ouvre une session.",
    "SSO-026": "Une session s’ouvre alors que le point d’accès jeton n’a pas donné de jeton d’identité.",
    "SSO-028": "Un jeton d’identité sans adresse électronique ouvre une session.",
    "SSO-029": "Une adresse électronique inconnue de la solution ouvre une session régulateur.",
    "SSO-030": "Un compte dont l’habilitation est retirée ouvre une session régulateur.",
    "SSO-040": "Une session s’ouvre alors que le certificat serveur du fournisseur d’identité est invalide.",
    "SSO-045": "Un jeton Pro Santé Connect dont l’acr n’est pas eidas1 ouvre une session.",
    "SSO-047": "Une réponse d’autorisation obtenue dans un autre navigateur ouvre une session.",
    "SSO-050": "La signature du jeton d’identité n’est pas vérifiée : la solution s’en remet à TLS.",
    "SSO-051": "Un jeton d’identité signé avec un algorithme qui n’est pas enregistré ouvre une session.",
    "SSO-052": "Un jeton d’identité dont azp désigne un autre client ouvre une session.",
    "SSO-056": "Après le changement d’adresse électronique, l’ancienne adresse ouvre encore une session.",
    "SSO-057": "Un jeton d’identité sans sub ouvre une session.",
    "SSO-058": "La réponse UserInfo d’un autre utilisateur est utilisée, et ouvre une session.",
    "ACC-024": "Le compte désactivé ouvre encore une session régulateur.",
}
"""What opens no session, and what is said of it when one opens."""

OPEN: Final[Mapping[str, str]] = {
    "SSO-007": "Un régulateur connecté à la plateforme n’atteint pas l’agenda sans nouvelle authentification.",
    "SSO-008": "Un régulateur connecté à la plateforme par Pro Santé Connect n’obtient pas de session.",
    "SSO-009": "Un régulateur connecté à la plateforme par mot de passe n’obtient pas de session.",
    "SSO-024": "Après la publication d’une nouvelle clé de signature, la connexion n’aboutit plus.",
    "SSO-027": "L’adresse électronique du jeton d’identité n’est pas ce qui désigne le compte.",
    "SSO-031": "Après le changement d’adresse électronique, la nouvelle adresse n’ouvre pas de session.",
    "SSO-032": "La valeur ou l’absence du champ idp_connect empêche l’accès d’un régulateur valide.",
    "SSO-042": "L’identifiant national transmis par Pro Santé Connect ne désigne pas le compte.",
    "ACC-008": "Après le changement d’adresse électronique, la nouvelle adresse n’ouvre pas de session régulateur.",
    "ACC-025": "Le compte réactivé n’ouvre pas de session régulateur.",
}
"""What opens a session, and what is said of it when none opens."""


def _parts(subject: Subject) -> tuple[tuple[Page, ...], tuple[Page, ...]]:
    """The pages that are judged, and the controls."""
    count = subject.expect.get("controls", 1)
    split = len(subject.pages) - (count if isinstance(count, int) else 1)
    return subject.pages[:split], subject.pages[split:]


def _examined(requirement: str, subject: Subject) -> tuple[Page, ...]:
    """The pages that a rule may judge: none where a control failed."""
    judged, controls = _parts(subject)
    return judged if requirement in named(subject) and all(map(admitted, controls)) else ()


def _closed(requirement: str, message: str) -> Rule:
    def check(subject: Subject) -> Iterator[Observation]:
        pages = _examined(requirement, subject)
        inside = next(filter(admitted, pages), None)
        reserve = subject.expect.get("reserve") is True
        if inside is not None:
            yield at_page(inside, message + _why(subject), "pas de session", reserve=reserve)
        elif pages:
            yield HELD

    return Rule(requirement, check)


def _open(requirement: str, message: str) -> Rule:
    def check(subject: Subject) -> Iterator[Observation]:
        reserve = subject.expect.get("reserve") is True
        for page in _examined(requirement, subject):
            if admitted(page):
                yield HELD
            else:
                yield at_page(page, message + _why(subject), "session ouverte", reserve=reserve)

    return Rule(requirement, check)


def _why(subject: Subject) -> str:
    """What a réserve or a precision adds to a message."""
    why = subject.expect.get("why", "")
    return f" {why}" if isinstance(why, str) and why else ""


NOBODY_GETS_IN: Final = tuple(_closed(*one) for one in CLOSED.items())
REGULATORS_GET_IN: Final = tuple(_open(*one) for one in OPEN.items())
