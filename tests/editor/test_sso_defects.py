"""The defects of the SSO: each changes what it says it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import DEFECTS, behaviour_of
from sas_recette.editor.sso.policy import TOKEN_SECONDS, SsoPolicy
from sas_recette.norm.requirements import How, load_catalogue
from tests.editor.sso_bench import PAUL, Mode, SsoBench
from tests.editor.sso_steps import STEPS

OURS: Final = {item.id: item for item in DEFECTS.values() if item.flow in {"INT_SSO", "INT_PSC"}}

IN: Final = "/ps/aline-mercier regulateur"
OUT: Final = "/connexion aucune"
LOST: Final = "/sso/echec/reponse-inattendue aucune"
UNKNOWN: Final = "/sso/echec/compte-inconnu aucune"
UNPROVED: Final = "/sso/echec/identite-non-prouvee aucune"
DENIED: Final = "/sso/echec/refus-de-la-plateforme aucune"
REQUEST: Final = "code openid=True state=new nonce=new pkce=S256 fresh=yes secret=no"
BASIC: Final = "client_secret_basic/yes/no/tokens"

NORMAL: Final[Mapping[str, str]] = {
    "arrival": IN,
    "centre": "/pfg/armor-sud regulateur",
    "without origin": OUT,
    "empty origin": OUT,
    "unknown origin": OUT,
    "origin in capitals": OUT,
    "origin twice": OUT,
    "disconnected": "platform",
    "after another": "Paul",
    "after a local session": "local then Paul",
    "second slot": "/ps/hugo-tessier regulateur",
    "two tabs": IN,
    "target with a scheme": "/regulation",
    "target without scheme": "/regulation",
    "target with a backslash": "/regulation",
    "address": "creneau",
    "request": REQUEST,
    "exchange": BASIC,
    "disclosure": "False",
    "other browser": LOST,
    "replayed": LOST,
    "rotation": f"{IN} then {IN}",
    "technical": IN,
    "unknown": f"{UNKNOWN} accounts=0 then {UNKNOWN}",
    "inactive": UNKNOWN,
    "new address": IN,
    "former address": UNKNOWN,
    "management": "403",
    "local rights": "local 403",
    "terms": "/conditions aucune",
    **dict.fromkeys(("signature-alteree", "autre-cle-meme-kid", "kid-inconnu"), UNPROVED),
    **dict.fromkeys(("alg-none", "hs256-secret", "hs256-cle-publique"), UNPROVED),
    **dict.fromkeys(("iss-autre-hote", "iss-autre-realm", "iss-barre-finale"), UNPROVED),
    **dict.fromkeys(("aud-autre", "aud-absente", "aud-etrangere-ajoutee", "azp-autre"), UNPROVED),
    **dict.fromkeys(("expire", "emis-demain", "pas-encore-valide"), UNPROVED),
    **dict.fromkeys(("nonce-autre", "nonce-absent", "sub-absent", "userinfo-autre-sub"), UNPROVED),
    **dict.fromkeys(("email-absent", "email-vide"), UNKNOWN),
    **dict.fromkeys(("email-majuscules", "email-non-verifie", "acr-autre"), IN),
    **dict.fromkeys(("idp-connect-absent", "idp-connect-psc", "idp-connect-inconnu"), IN),
    **dict.fromkeys(("state-altere", "state-absent", "iss-de-reponse-autre"), LOST),
    **dict.fromkeys(("access-denied", "server-error"), DENIED),
    **dict.fromkeys(("jeton-400", "jeton-500", "jeton-html", "jeton-json-invalide", "jeton-sans-id-token"), "502"),
}
"""What the reference shows."""


def let_in(*steps: str) -> dict[str, str]:
    return dict.fromkeys(steps, IN)


def asked(**others: str) -> dict[str, str]:
    """A request with other words than the reference's."""
    words = dict(word.split("=") for word in REQUEST.split()[1:]) | others
    kind = words.pop("kind", "code")
    return {"request": " ".join([kind, *(f"{name}={value}" for name, value in words.items())])}


SHOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "sso-started-without-origin": let_in("without origin"),
    "sso-any-origin-accepted": let_in("unknown origin", "origin in capitals"),
    "sso-empty-origin-accepted": let_in("empty origin"),
    "sso-origin-in-any-case": let_in("origin in capitals"),
    "sso-repeated-origin-accepted": let_in("origin twice"),
    "sso-agenda-on-origin-alone": {"disconnected": 'id="contenu" False'},
    "sso-own-login-page": {"disconnected": 'id="connexion" False'},
    "sso-one-click-more": {"disconnected": 'id="connexion" True'},
    "sso-password-asked-again": {"arrival": "/realms/sas/protocol/openid-connect/auth "},
    "sso-local-session-kept": {"after a local session": "local then Lise"},
    "sso-former-regulator-kept": {"after another": "Lise"},
    "sso-lands-at-home": {"arrival": "/regulation regulateur", "centre": "/regulation regulateur"},
    "sso-lands-on-first-agenda": {"second slot": IN},
    "sso-lands-on-first-centre": {"centre": "/pfg/armor-nord regulateur"},
    "sso-tabs-mixed": {"two tabs": "/ps/hugo-tessier regulateur"},
    "sso-open-redirect": {"target with a scheme": "https://ailleurs.example/x"},
    "sso-open-redirect-without-scheme": {"target without scheme": "//ailleurs.example/x"},
    "sso-open-redirect-by-backslash": {"target with a backslash": "//ailleurs.example"},
    "sso-code-left-in-address": {"address": "code creneau iss session_state state"},
    "sso-token-in-address": {"address": "creneau id_token"},
    "sso-first-request-without-openid": asked(openid="False"),
    "sso-first-request-implicit": asked(kind="id_token"),
    "sso-nothing-binds-the-response": asked(state="absent", nonce="absent", pkce="absent", fresh="no"),
    "sso-state-always-the-same": asked(state="repeated", nonce="absent", pkce="absent", fresh="no"),
    "sso-neither-nonce-nor-pkce": asked(nonce="absent", pkce="absent", fresh="no"),
    "sso-without-nonce": asked(nonce="absent"),
    "sso-nonce-always-the-same": asked(nonce="repeated"),
    "sso-without-pkce": asked(pkce="absent", fresh="no"),
    "sso-verifier-always-the-same": asked(fresh="no"),
    "sso-secret-in-authorization-request": asked(secret="yes"),
    "sso-secret-in-pages": {"disclosure": "True"},
    "sso-code-sent-by-get": {"exchange": f"client_secret_basic/yes/no/error {BASIC}"},
    "sso-token-call-anonymous": {"exchange": f"none/no/no/error {BASIC}"},
    "sso-authenticated-twice": {"exchange": f"several/no/no/error {BASIC}"},
    "sso-other-authentication-method": {"exchange": "client_secret_post/yes/no/tokens"},
    "sso-secret-in-token-address": {"exchange": "client_secret_basic/yes/yes/tokens"},
    "sso-any-response-accepted": let_in("other browser", "state-altere", "state-absent"),
    "sso-state-not-verified": {**let_in("state-altere", "state-absent"), "other browser": LOST},
    "sso-missing-state-accepted": {**let_in("state-absent"), "state-altere": LOST, "other browser": LOST},
    "sso-state-not-bound-to-browser": {**let_in("other browser"), "state-altere": LOST, "replayed": LOST},
    "sso-return-address-replayable": {**let_in("replayed"), "other browser": LOST},
    "sso-nonce-not-compared": let_in("nonce-autre", "nonce-absent"),
    "sso-other-nonce-accepted": {**let_in("nonce-autre"), "nonce-absent": UNPROVED},
    "sso-missing-nonce-accepted": {**let_in("nonce-absent"), "nonce-autre": UNPROVED},
    "sso-any-error-opens-session": let_in("access-denied", "server-error"),
    "sso-server-error-opens-session": {**let_in("server-error"), "access-denied": DENIED},
    "sso-token-error-opens-session": let_in("jeton-400", "jeton-500", "jeton-html", "jeton-sans-id-token"),
    "sso-id-token-optional": {**let_in("jeton-sans-id-token"), "jeton-400": "502"},
    "sso-error-loops": {"access-denied": "loop"},
    "sso-error-answers-500": {"access-denied": "500", "server-error": "500"},
    "sso-token-failure-blank": {"jeton-500": "blank"},
    "sso-signature-not-verified": let_in("signature-alteree", "autre-cle-meme-kid", "kid-inconnu"),
    "sso-unknown-key-accepted": {**let_in("kid-inconnu"), "autre-cle-meme-kid": UNPROVED},
    "sso-alg-none-accepted": {**let_in("alg-none"), "hs256-secret": UNPROVED},
    "sso-public-key-taken-for-secret": {**let_in("hs256-cle-publique"), "hs256-secret": UNPROVED},
    "sso-hmac-with-client-secret-accepted": {**let_in("hs256-secret"), "hs256-cle-publique": UNPROVED},
    "sso-tls-in-place-of-signature": let_in("signature-alteree", "alg-none", "hs256-secret", "hs256-cle-publique"),
    "sso-keys-never-reloaded": {"rotation": f"{IN} then {UNPROVED}"},
    "sso-issuer-not-verified": let_in("iss-autre-hote", "iss-autre-realm", "iss-barre-finale"),
    "sso-issuer-host-only": {**let_in("iss-autre-realm", "iss-barre-finale"), "iss-autre-hote": UNPROVED},
    "sso-issuer-slash-ignored": {**let_in("iss-barre-finale"), "iss-autre-realm": UNPROVED},
    "sso-audience-not-verified": let_in("aud-autre", "aud-absente", "aud-etrangere-ajoutee"),
    "sso-foreign-audience-accepted": {**let_in("aud-etrangere-ajoutee"), "aud-autre": UNPROVED},
    "sso-authorized-party-not-verified": let_in("azp-autre"),
    "sso-expiry-not-verified": let_in("expire"),
    "sso-half-an-hour-of-leeway": {**let_in("expire"), "emis-demain": UNPROVED, "pas-encore-valide": UNPROVED},
    "sso-subject-not-required": let_in("sub-absent"),
    "sso-userinfo-of-another-used": let_in("userinfo-autre-sub"),
    "sso-idp-connect-required": {"idp-connect-absent": UNPROVED, "idp-connect-inconnu": IN},
    "sso-idp-connect-unknown-refused": {"idp-connect-inconnu": UNPROVED, "idp-connect-psc": IN},
    "sso-idp-connect-psc-refused": {"idp-connect-psc": UNPROVED, "idp-connect-absent": IN},
    "sso-technical-accounts-not-found": {"technical": UNKNOWN},
    "sso-address-case-sensitive": {"email-majuscules": UNKNOWN},
    "sso-name-in-place-of-address": let_in("email-absent", "email-vide"),
    "sso-unknown-account-let-in": {"unknown": f"{IN} accounts=0 then {IN}", "former address": IN},
    "sso-unknown-account-created": {"unknown": "/conditions aucune accounts=1 then /conditions aucune"},
    "sso-account-created-to-be-validated": {
        "unknown": f"{UNKNOWN} accounts=1 then {UNKNOWN}",
        "former address": UNKNOWN,
    },
    "sso-inactive-account-let-in": {"inactive": IN, "former address": UNKNOWN},
    "sso-new-address-unknown": {"new address": UNKNOWN, "former address": UNKNOWN},
    "sso-former-address-known": {"former address": IN, "new address": IN},
    "sso-regulator-administers": {"management": "200"},
    "sso-password-gives-regulator-rights": {"local rights": "regulateur 200"},
    "sso-terms-never-asked": {"terms": IN},
}
"""What each defect shows at some steps: at least at one of them, not what the reference does."""

ELSEWHERE: Final = {"sso-slot-url-of-former-agenda", "sso-token-waited-for-ever", "sso-tls-not-verified"}
"""Shown by tests of their own, here and in test_sso_parts."""

PSC: Final[Mapping[str, tuple[str, str, str]]] = {
    "psc-scope-too-narrow": ("openid", "eidas1", IN),
    "psc-level-not-asked": ("openid scope_all", "", IN),
    "psc-level-misnamed": ("openid scope_all", "", IN),
    "psc-without-nonce": ("openid scope_all", "eidas1", IN),
    "psc-without-state": ("openid scope_all", "eidas1", IN),
    "psc-matched-by-address": ("openid scope_all", "eidas1", UNKNOWN),
    "psc-level-not-verified": ("openid scope_all", "eidas1", IN),
    "psc-doctors-only": ("openid scope_all", "eidas1", UNKNOWN),
    "psc-accounts-merged": ("openid scope_all", "eidas1", IN),
}


def observed(defect_id: str, step: str, mode: Mode = "delegation") -> str:
    behaviour = behaviour_of({defect_id}) if defect_id else REFERENCE
    with SsoBench(behaviour, mode=mode) as bench:
        bench.account(PAUL)
        return STEPS[step](bench)


def test_every_step_and_every_defect_is_told() -> None:
    assert set(STEPS) == set(NORMAL)
    assert set(OURS) == set(SHOWN) | ELSEWHERE | set(PSC)
    assert all(any(NORMAL[step] != seen for step, seen in steps.items()) for steps in SHOWN.values())


@pytest.mark.parametrize("step", sorted(STEPS))
def test_the_reference_shows_what_is_expected(step: str) -> None:
    assert observed("", step) == NORMAL[step]


@pytest.mark.parametrize(("defect_id", "step"), [(name, step) for name, steps in SHOWN.items() for step in steps])
def test_a_defect_shows(defect_id: str, step: str) -> None:
    assert observed(defect_id, step) == SHOWN[defect_id][step]


_DETOURS: Final = {name for name, steps in SHOWN.items() if steps.get("arrival", IN) != IN}


@pytest.mark.parametrize("defect_id", sorted(set(SHOWN) - _DETOURS))
def test_an_ordinary_regulator_comes_in_whatever_the_defect(defect_id: str) -> None:
    assert observed(defect_id, "arrival") == IN


@pytest.mark.parametrize("defect_id", sorted(PSC))
def test_a_defect_of_pro_sante_connect_shows(defect_id: str) -> None:
    with SsoBench(behaviour_of({defect_id}), mode="psc") as bench:
        bench.account(PAUL)
        assert STEPS["arrival"](bench) == PSC[defect_id][2]
        [asked] = bench.facts("authorization")
        assert (asked["scope"], asked["acr_values"]) == PSC[defect_id][:2]
        assert (asked["nonce"] == "absent") == (defect_id == "psc-without-nonce")
        assert (asked["state"] == "absent") == (defect_id == "psc-without-state")


def test_the_level_and_the_merged_rights_of_pro_sante_connect() -> None:
    assert observed("", "acr-autre", "psc") == UNPROVED
    assert observed("psc-level-not-verified", "acr-autre", "psc") == IN
    assert observed("psc-accounts-merged", "management", "psc") == "200"


def test_a_minute_is_a_long_time_to_wait() -> None:
    [hook] = DEFECTS["sso-token-waited-for-ever"].behaviour.sso
    assert hook(SsoPolicy()).token_seconds == 60 > 30 > TOKEN_SECONDS
    [hook] = DEFECTS["sso-tls-not-verified"].behaviour.sso
    assert not hook(SsoPolicy()).verifies_tls


def test_the_former_agenda_leads_nowhere() -> None:
    slot = {"resourceType": "Slot", "comment": "https://agenda.example/vierge/ps/aline-mercier?creneau=slot-a2"}
    [edit] = DEFECTS["sso-slot-url-of-former-agenda"].behaviour.resource
    edit(slot)
    assert slot["comment"] == "https://agenda.example/vierge/ps/ancien-aline-mercier?creneau=slot-a2"


def test_every_automatic_row_has_a_defect() -> None:
    automatic = {name for name, one in load_catalogue().items() if name.startswith("SSO-") and one.how is How.AUTO}
    assert automatic <= {name for item in OURS.values() for name in (*item.failures, *item.reserves)}
    assert len(OURS) >= 40
