"""Who a client of the token endpoint is: the three authentications that may be registered (OIDC 9, RFC 6749 2.3)."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from sas_recette.platform.identity.memory import Secrets, Shelf
from sas_recette.platform.identity.messages import Incoming, Parameters
from sas_recette.platform.identity.realm import Realm

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_SKEW: Final = 60
_LONGEST: Final = 3600
_KEY_TYPES: Final = {"R": "RSA", "P": "RSA", "E": "EC"}


@dataclass(frozen=True, slots=True)
class Authentication:
    """How a client presented itself. `why` says in French what is wrong, and is empty when it is authenticated.

    `several` methods at once are an invalid request; `basic` tells that it used the Authorization header.
    """

    method: str
    client_id: str
    why: str = ""
    basic: bool = False

    @property
    def authenticated(self) -> bool:
        """Whether the client is who it says."""
        return not self.why


class ClientAuthentication:
    """Judges clients against the registered one; an assertion serves once."""

    def __init__(self, realm: Realm, secrets: Secrets) -> None:
        self._realm = realm
        self._secrets = secrets
        self._keys = _client_keys(realm.client.keys)
        self._assertions: Shelf[bool] = Shelf(timedelta(seconds=_LONGEST + 2 * _SKEW))

    def judge(self, incoming: Incoming, form: Parameters, now: datetime) -> Authentication:
        """Who sent a request to the token endpoint."""
        basic = incoming.header("authorization")
        used = [
            method
            for method, present in (
                ("client_secret_basic", bool(basic)),
                ("client_secret_post", "client_secret" in form),
                ("private_key_jwt", "client_assertion" in form or "client_assertion_type" in form),
            )
            if present
        ]
        if not used:
            return Authentication("none", form["client_id"], "Le client ne s’authentifie pas.")
        if len(used) > 1:
            self._secrets.seen(form["client_secret"])
            why = "Le client s’authentifie de plusieurs façons à la fois."
            return Authentication("several", form["client_id"], why, bool(basic))
        if used[0] == "client_secret_basic":
            return self._by_header(basic, form["client_id"])
        if used[0] == "client_secret_post":
            return self._by_secret("client_secret_post", form["client_id"], form["client_secret"])
        return self._by_assertion(form, now)

    def _by_header(self, header: str, client_id: str) -> Authentication:
        scheme, _, encoded = header.partition(" ")
        self._secrets.seen(encoded.strip())
        try:
            decoded = b64decode(encoded.strip(), validate=True).decode()
        except ValueError:
            decoded = ""
        identifier, colon, secret = decoded.partition(":")
        if scheme.lower() != "basic" or not colon:
            why = "L’en-tête Authorization n’est pas une authentification Basic lisible."
            return Authentication("client_secret_basic", client_id, why, basic=True)
        # Both halves are form-encoded before they are put together (RFC 6749 2.3.1); many clients leave that out.
        presented = self._by_secret("client_secret_basic", unquote_plus(identifier), unquote_plus(secret))
        if not presented.authenticated:
            presented = self._by_secret("client_secret_basic", identifier, secret)
        if client_id and client_id != presented.client_id and presented.authenticated:
            why = "Le client_id du formulaire n’est pas celui de l’en-tête Authorization."
            return Authentication("client_secret_basic", presented.client_id, why, basic=True)
        return Authentication("client_secret_basic", presented.client_id, presented.why, basic=True)

    def _by_secret(self, method: str, client_id: str, secret: str) -> Authentication:
        """Both ways to send the secret are accepted, as a Keycloak does; which one was used is told."""
        client = self._realm.client
        self._secrets.seen(secret)
        why = ""
        if client_id != client.id:
            why = "Le client_id présenté n’est pas celui qui est enregistré."
        elif client.authentication == "private_key_jwt":
            why = "Le client est enregistré avec private_key_jwt, et présente un secret."
        elif not client.secret or not hmac.compare_digest(secret.encode(), client.secret.encode()):
            why = "Le secret présenté n’est pas celui du client."
        return Authentication(method, client_id, why)

    def _by_assertion(self, form: Parameters, now: datetime) -> Authentication:
        self._secrets.seen(form["client_assertion"])
        why, claims = self._verified(form)
        issuer = claims.get("iss")
        client_id = form["client_id"] or (issuer if isinstance(issuer, str) else "")
        if not why:
            why = self._claims_fault(claims, form["client_id"], now)
        return Authentication("private_key_jwt", client_id, why)

    def _verified(self, form: Parameters) -> tuple[str, Mapping[str, Any]]:
        if self._realm.client.authentication != "private_key_jwt":
            return "Le client est enregistré avec un secret, et présente une assertion signée.", {}
        if form["client_assertion_type"] != ASSERTION_TYPE:
            return f"client_assertion_type n’est pas {ASSERTION_TYPE}.", {}
        header = _header(form["client_assertion"])
        if header is None or header.get("alg") not in _ALGORITHMS:
            return f"L’assertion n’est pas un JWT signé avec {', '.join(_ALGORITHMS)}.", {}
        kind = _KEY_TYPES[str(header["alg"])[0]]
        for key in self._candidates(kind, header.get("kid")):
            try:
                return "", jwt.decode(form["client_assertion"], key, algorithms=list(_ALGORITHMS)).claims
            except (JoseError, ValueError, RecursionError):
                continue
        return "La signature de l’assertion n’est celle d’aucune clé enregistrée pour le client.", {}

    def _candidates(self, kind: str, kid: object) -> Sequence[Key]:
        """The key that is named; all those of the kind when none is registered under that name."""
        keys = [key for key in self._keys if key.key_type == kind]
        return [key for key in keys if key.kid == kid] or keys

    def _claims_fault(self, claims: Mapping[str, Any], client_id: str, now: datetime) -> str:
        client, instant = self._realm.client, now.timestamp()
        if claims.get("iss") != client.id or claims.get("sub") != client.id or client_id not in {"", client.id}:
            return "iss et sub de l’assertion ne sont pas le client_id enregistré."
        audience = claims.get("aud")
        if not {self._realm.issuer, self._realm.token} & set(_texts(audience)):
            return "aud de l’assertion ne désigne ni l’émetteur ni le point d’accès jeton."
        expiry, begin = claims.get("exp"), claims.get("nbf", 0)
        if not _is_instant(expiry) or not _is_instant(begin):
            return "exp de l’assertion est absent, ou n’est pas une date."
        if not instant - _SKEW < expiry <= instant + _LONGEST + _SKEW or begin > instant + _SKEW:
            return "L’assertion n’est pas valable à cette heure, ou l’est pour plus d’une heure."
        unique = claims.get("jti")
        if not isinstance(unique, str) or not unique:
            return "jti de l’assertion est absent."
        if self._assertions.get(unique, now):
            return "L’assertion a déjà servi."
        self._assertions.put(unique, True, now)
        return ""


def _client_keys(document: str) -> tuple[Key, ...]:
    """The keys of a JWK set. Raises ValueError when it is not one."""
    if not document:
        return ()
    try:
        return tuple(JWKRegistry.import_key(key) for key in json.loads(document)["keys"])
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"Les clés publiques du client ne forment pas un JWKS lisible\u00a0: {error}") from error


def _header(assertion: str) -> Mapping[str, Any] | None:
    encoded = assertion.partition(".")[0]
    try:
        header = json.loads(b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return None
    return header if isinstance(header, dict) else None


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _is_instant(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
