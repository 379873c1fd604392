"""What the provider can do otherwise than it should, one deviation a knob (sso.md §7)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Knob(StrEnum):
    """A deviation of one log-in; those marked positive are legitimate, and must be borne."""

    BAD_SIGNATURE = "signature-alteree"
    OTHER_KEY = "autre-cle-meme-kid"
    UNKNOWN_KID = "kid-inconnu"
    ROTATED_KEY = "cle-renouvelee"
    """Positive: a new key is published, and signs."""
    ALG_NONE = "alg-none"
    HS256_WITH_SECRET = "hs256-secret"
    HS256_WITH_PUBLIC_KEY = "hs256-cle-publique"

    ISS_OTHER_HOST = "iss-autre-hote"
    ISS_OTHER_REALM = "iss-autre-realm"
    ISS_FINAL_SLASH = "iss-barre-finale"
    AUD_OTHER = "aud-autre"
    AUD_ABSENT = "aud-absente"
    AUD_FOREIGN_ADDED = "aud-etrangere-ajoutee"
    AZP_OTHER = "azp-autre"
    EXPIRED = "expire"
    ISSUED_TOMORROW = "emis-demain"
    NOT_YET_VALID = "pas-encore-valide"
    NONCE_OTHER = "nonce-autre"
    NONCE_ABSENT = "nonce-absent"
    SUB_ABSENT = "sub-absent"
    EMAIL_ABSENT = "email-absent"
    EMAIL_EMPTY = "email-vide"
    EMAIL_IN_CAPITALS = "email-majuscules"
    """Positive by OP-3."""
    EMAIL_NOT_VERIFIED = "email-non-verifie"
    """Positive by OP-4."""
    IDP_ABSENT = "idp-connect-absent"
    """Positive, as the two that follow (SSO-032)."""
    IDP_PSC = "idp-connect-psc"
    IDP_UNKNOWN = "idp-connect-inconnu"
    ACR_OTHER = "acr-autre"

    STATE_ALTERED = "state-altere"
    STATE_ABSENT = "state-absent"
    RESPONSE_ISS_OTHER = "iss-de-reponse-autre"
    HELD = "reponse-retenue"
    """The response is not sent to the browser, but kept for the scenario to use otherwise."""
    ACCESS_DENIED = "access-denied"
    SERVER_ERROR = "server-error"

    TOKEN_400 = "jeton-400"
    TOKEN_500 = "jeton-500"
    TOKEN_SILENT = "jeton-muet"
    TOKEN_HTML = "jeton-html"
    TOKEN_BAD_JSON = "jeton-json-invalide"
    TOKEN_WITHOUT_ID_TOKEN = "jeton-sans-id-token"
    KEYS_DOWN = "cles-injoignables"
    USERINFO_OTHER_SUB = "userinfo-autre-sub"
    """UserInfo has another `sub`, and is alone in naming the person: a session shows that it was used."""
    UNTRUSTED_CERTIFICATE = "certificat-invalide"
    """The server certificate of every new connection is one that nobody should trust."""


OF_THE_WHOLE_PLATFORM: Final = frozenset({Knob.UNTRUSTED_CERTIFICATE, Knob.KEYS_DOWN, Knob.ROTATED_KEY})
"""What cannot be done to one log-in alone: nobody else logs in meanwhile."""
