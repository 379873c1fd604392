"""Defects with Pro Santé Connect (sso.md §10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sas_recette.editor.accounts.model import RegulatorAccount
from sas_recette.editor.accounts.store import Register
from sas_recette.editor.defects.model import Defect, int_psc
from sas_recette.editor.defects.sso_hooks import policy, requested, unchecked, values
from sas_recette.editor.defects.sso_requests import last_of_browser
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.policy import Check, Identity, Parameters, by_claims

_RPPS: Final = re.compile(r"8[0-9]{11}")


def _minimal_scope(parameters: Parameters, client: SsoClient) -> Parameters:
    del client
    return parameters | {"scope": "openid"}


def _without_level(parameters: Parameters, client: SsoClient) -> Parameters:
    del client
    return {name: value for name, value in parameters.items() if name != "acr_values"}


def _misnamed_level(parameters: Parameters, client: SsoClient) -> Parameters:
    return _without_level(parameters, client) | {"acr": "eidas1"}


def _by_email(register: Register, identity: Identity) -> Sequence[RegulatorAccount]:
    return register.with_email(identity.email) if identity.email else ()


def _doctors_only(register: Register, identity: Identity) -> Sequence[RegulatorAccount]:
    return by_claims(register, identity) if _RPPS.fullmatch(identity.national) else ()


PSC: Final[tuple[Defect, ...]] = (
    int_psc(
        "psc-scope-too-narrow",
        "La demande à Pro Santé Connect ne porte pas scope_all",
        requested(_minimal_scope),
        reserves=("SSO-041",),
    ),
    int_psc(
        "psc-level-not-asked",
        "La demande à Pro Santé Connect ne porte pas acr_values",
        requested(_without_level),
        reserves=("SSO-041",),
    ),
    int_psc(
        "psc-level-misnamed",
        "La demande à Pro Santé Connect porte acr à la place d’acr_values",
        requested(_misnamed_level),
        reserves=("SSO-041",),
    ),
    int_psc(
        "psc-without-nonce",
        "La demande à Pro Santé Connect ne porte pas de nonce",
        values(nonce=""),
        reserves=("SSO-013", "SSO-041"),
    ),
    int_psc(
        "psc-without-state",
        "La demande à Pro Santé Connect ne porte pas de state",
        values(state="") + policy(finds=last_of_browser),
        reserves=("SSO-041",),
    ),
    int_psc(
        "psc-matched-by-address",
        "Le compte est cherché par l’adresse électronique, que Pro Santé Connect ne donne pas",
        policy(match=_by_email),
        reserves=("SSO-042",),
    ),
    int_psc(
        "psc-level-not-verified",
        "Un jeton d’un autre niveau qu’eidas1 est accepté",
        unchecked(Check.ACR),
        reserves=("SSO-045",),
    ),
    int_psc(
        "psc-doctors-only",
        "Seuls les identifiants RPPS sont reconnus\u00a0: les titulaires de CPA ou de CPE sont refusés",
        policy(match=_doctors_only),
        attested=("SSO-043",),
    ),
    int_psc(
        "psc-accounts-merged",
        "Les droits de l’autre compte rattaché à la même identité s’ajoutent à ceux du régulateur",
        policy(administers=True),
        attested=("SSO-044",),
    ),
)
