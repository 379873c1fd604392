"""Defects in what is believed of an ID token, or of UserInfo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sas_recette.editor.defects.model import Defect, int_sso
from sas_recette.editor.defects.sso_hooks import exotic, policy, unchecked
from sas_recette.editor.sso.policy import Check, Exotic


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).netloc == urlsplit(other).netloc


def _same_but_slash(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


SIGNATURES: Final[tuple[Defect, ...]] = (
    int_sso(
        "sso-signature-not-verified",
        "La signature du jeton d’identité n’est pas vérifiée",
        unchecked(Check.SIGNATURE),
        "SSO-018",
        reserves=("SSO-050",),
    ),
    int_sso(
        "sso-unknown-key-accepted",
        "Un jeton signé par une clé que la plateforme ne publie pas est accepté",
        policy(any_key=True),
        "SSO-018",
        reserves=("SSO-050",),
    ),
    int_sso(
        "sso-alg-none-accepted",
        "Un jeton d’identité non signé (alg none) est accepté",
        exotic(Exotic.NONE),
        "SSO-019",
        reserves=("SSO-050",),
    ),
    int_sso(
        "sso-public-key-taken-for-secret",
        "Un jeton signé en HMAC avec la clé publique de la plateforme est accepté",
        exotic(Exotic.PUBLIC_KEY),
        "SSO-020",
        reserves=("SSO-050",),
    ),
    int_sso(
        "sso-hmac-with-client-secret-accepted",
        "Un jeton signé en HS256 avec le secret du client est accepté, sans être convenu",
        exotic(Exotic.SHARED),
        reserves=("SSO-051",),
    ),
    int_sso(
        "sso-tls-in-place-of-signature",
        "La seule validation TLS tient lieu de vérification de la signature, quel que soit l’algorithme",
        unchecked(Check.SIGNATURE) + exotic(*Exotic),
        "SSO-018",
        "SSO-019",
        "SSO-020",
        reserves=("SSO-050", "SSO-051"),
    ),
    int_sso(
        "sso-keys-never-reloaded",
        "Les clés de la plateforme sont lues une fois\u00a0; une nouvelle clé n’est pas connue",
        policy(reloads_keys=False),
        reserves=("SSO-024",),
    ),
)


def _without_idp(claims: Mapping[str, object]) -> bool:
    return not claims.get("idp_connect")


def _unknown_idp(claims: Mapping[str, object]) -> bool:
    return claims.get("idp_connect", "pwd") not in {"pwd", "psc"}


def _psc_idp(claims: Mapping[str, object]) -> bool:
    return claims.get("idp_connect") == "psc"


CLAIMS: Final[tuple[Defect, ...]] = (
    int_sso("sso-issuer-not-verified", "L’émetteur du jeton n’est pas vérifié", unchecked(Check.ISSUER), "SSO-021"),
    int_sso(
        "sso-issuer-host-only",
        "De l’émetteur du jeton, seul l’hôte est vérifié",
        policy(same_issuer=_same_host),
        "SSO-021",
    ),
    int_sso(
        "sso-issuer-slash-ignored",
        "Une barre finale en trop dans l’émetteur du jeton est ignorée",
        policy(same_issuer=_same_but_slash),
        "SSO-021",
    ),
    int_sso(
        "sso-audience-not-verified",
        "L’audience du jeton n’est pas vérifiée",
        unchecked(Check.AUDIENCE, Check.ONLY_AUDIENCE),
        "SSO-022",
    ),
    int_sso(
        "sso-foreign-audience-accepted",
        "Un jeton destiné aussi à un autre client est accepté",
        unchecked(Check.ONLY_AUDIENCE),
        "SSO-022",
    ),
    int_sso(
        "sso-authorized-party-not-verified",
        "Un jeton dont azp désigne un autre client est accepté",
        unchecked(Check.AUTHORIZED_PARTY),
        reserves=("SSO-052",),
    ),
    int_sso("sso-expiry-not-verified", "Un jeton expiré est accepté", unchecked(Check.EXPIRY), "SSO-023"),
    int_sso(
        "sso-half-an-hour-of-leeway",
        "Un jeton expiré depuis moins d’une demi-heure est accepté",
        policy(leeway=timedelta(minutes=30)),
        "SSO-023",
    ),
    int_sso(
        "sso-subject-not-required", "Un jeton sans sub est accepté", unchecked(Check.SUBJECT), reserves=("SSO-057",)
    ),
    int_sso(
        "sso-userinfo-of-another-used",
        "La réponse UserInfo d’une autre personne est utilisée",
        policy(compares_subject=False),
        "SSO-058",
    ),
    int_sso(
        "sso-idp-connect-required",
        "Un jeton sans champ idp_connect est refusé",
        policy(unwelcome=_without_idp),
        reserves=("SSO-032",),
    ),
    int_sso(
        "sso-idp-connect-unknown-refused",
        "Un jeton dont le champ idp_connect a une valeur inconnue est refusé",
        policy(unwelcome=_unknown_idp),
        reserves=("SSO-032",),
    ),
    int_sso(
        "sso-idp-connect-psc-refused",
        "Un régulateur connecté à la plateforme par Pro Santé Connect est refusé",
        policy(unwelcome=_psc_idp),
        "SSO-008",
        reserves=("SSO-032",),
    ),
)
