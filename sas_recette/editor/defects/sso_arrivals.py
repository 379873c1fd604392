"""Defects at both ends of a log-in: who is sent to the platform, and where the log-in ends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_sso
from sas_recette.editor.defects.sso_hooks import policy, requested
from sas_recette.editor.http import Resource
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.policy import Fallback, Landing, Parameters, one_accepted

_AGENDA: Final = re.compile(r"(?P<root>.*?)/(?P<kind>ps|pfg)/(?P<slug>[^/?]+)(?P<rest>.*)")


def _whoever(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return one_accepted(origins, accepted, session) or (not origins and not session)


def _any_value(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return one_accepted(origins, accepted, session) or (len(origins) == 1 and bool(origins[0]))


def _empty(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return one_accepted(origins, accepted, session) or list(origins) == [""]


def _any_case(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return one_accepted([origin.lower() for origin in origins], accepted, session)


def _several(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return any(one_accepted([origin], accepted, session) for origin in origins)


def _unless_local(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return session != "local" and one_accepted(origins, accepted, session)


def _unless_regulator(origins: Sequence[str], accepted: Sequence[str], session: str) -> bool:
    return session != "regulateur" and one_accepted(origins, accepted, session)


def _not_asking(parameters: Parameters, client: SsoClient) -> Parameters:
    del client
    return parameters | {"prompt": "none"}


def _asking_again(parameters: Parameters, client: SsoClient) -> Parameters:
    del client
    return parameters | {"prompt": "login"}


def _silent_then(fallback: Fallback, *, guests: bool = False) -> Behaviour:
    """The platform is asked not to show anything; whoever is not connected there falls back on something else."""
    without_session = policy(
        on_error=lambda error: fallback if error == "login_required" else Fallback.EXPLAIN, guests=guests
    )
    return requested(_not_asking, arrivals_only=True) + without_session


def _stale_url(resource: Resource) -> None:
    if resource.get("resourceType") == "Slot" and isinstance(resource.get("comment"), str):
        resource["comment"] = _AGENDA.sub(r"\g<root>/\g<kind>/ancien-\g<slug>\g<rest>", resource["comment"])


ARRIVALS: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-slot-url-of-former-agenda",
        "L’URL transmise par les créneaux est celle d’un ancien agenda, qui n’existe plus",
        Behaviour(resource=(_stale_url,)),
        "SSO-002",
        "SSO-036",
        "SSO-037",
    ),
    int_sso(
        "sso-started-without-origin",
        "Sans paramètre origin, l’authentification par la plateforme démarre et ouvre une session de régulateur",
        policy(from_platform=_whoever),
        "SSO-003",
    ),
    int_sso(
        "sso-any-origin-accepted",
        "N’importe quelle valeur d’origin vaut une arrivée depuis la plateforme",
        policy(from_platform=_any_value),
        reserves=("SSO-004",),
    ),
    int_sso(
        "sso-empty-origin-accepted",
        "Un paramètre origin vide vaut une arrivée depuis la plateforme",
        policy(from_platform=_empty),
        reserves=("SSO-004",),
    ),
    int_sso(
        "sso-origin-in-any-case",
        "La valeur d’origin est comparée sans tenir compte de la casse",
        policy(from_platform=_any_case),
        reserves=("SSO-004",),
    ),
    int_sso(
        "sso-repeated-origin-accepted",
        "Un paramètre origin présent deux fois est accepté",
        policy(from_platform=_several),
        reserves=("SSO-004",),
    ),
    int_sso(
        "sso-agenda-on-origin-alone",
        "Qui arrive avec origin sans être connecté à la plateforme voit l’agenda sans s’authentifier",
        _silent_then(Fallback.GUEST, guests=True),
        "SSO-005",
        "SSO-006",
    ),
    int_sso(
        "sso-own-login-page",
        "Qui arrive avec origin sans être connecté à la plateforme tombe sur la page de connexion de l’éditeur",
        _silent_then(Fallback.LOGIN),
        "SSO-006",
    ),
    int_sso(
        "sso-one-click-more",
        "Qui n’est pas connecté à la plateforme doit d’abord choisir de s’y connecter, sur une page de l’éditeur",
        _silent_then(Fallback.OFFER),
        reserves=("SSO-006",),
    ),
    int_sso(
        "sso-password-asked-again",
        "Le régulateur déjà connecté à la plateforme doit s’y authentifier à nouveau (prompt=login)",
        requested(_asking_again),
        "SSO-007",
    ),
    int_sso(
        "sso-local-session-kept",
        "La session d’un autre utilisateur, ouverte par mot de passe, sert au régulateur qui arrive",
        policy(from_platform=_unless_local),
        reserves=("SSO-035",),
    ),
    int_sso(
        "sso-former-regulator-kept",
        "La session d’un autre régulateur, encore ouverte, sert à celui qui arrive",
        policy(from_platform=_unless_regulator),
        reserves=("SSO-035",),
    ),
)


def _home(landing: Landing) -> str:
    return _AGENDA.sub(r"\g<root>/regulation", landing.attempt.target)


def _first_professional(landing: Landing) -> str:
    target, previous = landing.attempt.target, landing.previous
    both = "/ps/" in target and "/ps/" in previous
    return previous if both else target


def _first_centre(landing: Landing) -> str:
    return _AGENDA.sub(
        lambda found: f"{found['root']}/pfg/armor-nord" if found["kind"] == "pfg" else found[0], landing.attempt.target
    )


def _last_tab(landing: Landing) -> str:
    return landing.others[-1].target if landing.others else landing.attempt.target


def _as_a_browser_reads_it(landing: Landing) -> str:
    return landing.attempt.target.replace("\\", "/")


def _with_response(url: str, response: Mapping[str, str], id_token: str) -> str:
    del id_token
    return f"{url}{'&' if '?' in url else '?'}{urlencode(dict(response))}"


def _with_token(url: str, response: Mapping[str, str], id_token: str) -> str:
    del response
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'id_token': id_token})}"


LANDINGS: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-lands-at-home",
        "Après authentification, le régulateur arrive toujours sur la page d’accueil",
        policy(landing=_home),
        "SSO-002",
        "SSO-036",
        "SSO-037",
    ),
    int_sso(
        "sso-lands-on-first-agenda",
        "Le second créneau choisi dans le même navigateur ramène à l’agenda du premier PS",
        policy(landing=_first_professional),
        "SSO-036",
    ),
    int_sso(
        "sso-lands-on-first-centre",
        "Quel que soit le point fixe de garde choisi, le régulateur arrive sur celui du premier",
        policy(landing=_first_centre),
        "SSO-037",
    ),
    int_sso(
        "sso-tabs-mixed",
        "De deux onglets partis ensemble, le premier revenu arrive sur la page demandée par l’autre",
        policy(landing=_last_tab),
        reserves=("SSO-036",),
    ),
    int_sso(
        "sso-open-redirect",
        "La page cible portée par le paramètre suite est suivie vers n’importe quel site",
        policy(follows=lambda target: target.startswith(("http://", "https://"))),
        "SSO-038",
    ),
    int_sso(
        "sso-open-redirect-without-scheme",
        "La page cible //site.example est prise pour une page de l’éditeur",
        policy(follows=lambda target: target.startswith("//")),
        "SSO-038",
    ),
    int_sso(
        "sso-open-redirect-by-backslash",
        "La page cible /\\site.example est prise pour une page de l’éditeur",
        policy(follows=lambda target: target.startswith("/\\"), landing=_as_a_browser_reads_it),
        "SSO-038",
    ),
    int_sso(
        "sso-code-left-in-address",
        "Le code et le state restent dans l’adresse de l’agenda",
        policy(address=_with_response),
        reserves=("SSO-039",),
    ),
    int_sso(
        "sso-token-in-address",
        "Le jeton d’identité est recopié dans l’adresse de l’agenda",
        policy(address=_with_token),
        reserves=("SSO-039",),
    ),
)
