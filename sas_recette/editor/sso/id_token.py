"""What is believed of an ID token (OpenID Connect Core 3.1.3.7; sso.md §6, R11 to R22)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc import jws
from joserfc.errors import JoseError

from sas_recette.editor.sso.client import REQUIRED_ACR, SsoClient
from sas_recette.editor.sso.failures import Failure, SsoError
from sas_recette.editor.sso.policy import Check, Exotic, SsoPolicy
from sas_recette.editor.sso.provider import Provider, SigningKey

Claims = Mapping[str, Any]
_SUBJECT_LIMIT: Final = 255


@dataclass(frozen=True, slots=True)
class IdTokens:
    """Reads the ID tokens of one client."""

    client: SsoClient
    provider: Provider
    policy: SsoPolicy
    clock: Callable[[], datetime]

    async def claims(self, token: str, nonce: str) -> Claims:
        """The claims of a token that satisfies every rule. `nonce` is the one that was sent, or empty.

        Raises SsoError: IDENTITY for what is wrong with the token, UNREACHABLE when the keys cannot be read.
        """
        header, payload = _parts(token)
        await self._verify(token, header)
        expected = Expected(self.client, nonce, self.clock(), self.policy)
        for check, satisfied in _RULES.items():
            if self.policy.checks(check) and not satisfied(payload, expected):
                raise _refused(f"{check.value} inattendu.")
        return payload

    async def _verify(self, token: str, header: Claims) -> None:
        algorithm = header.get("alg")
        if algorithm == self.client.algorithm:
            await self._verify_signature(token, header)
        elif not any([await self._exotic(way, token, algorithm) for way in self.policy.exotic]):
            raise _refused(f"Algorithme inattendu\u00a0: {algorithm!r}.")

    async def _verify_signature(self, token: str, header: Claims) -> None:
        if not self.policy.checks(Check.SIGNATURE):
            return
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            raise _refused("kid illisible.")
        key = await self.provider.key(kid, reload=self.policy.reloads_keys)
        if key is None and self.policy.any_key:
            return
        if key is None:
            raise _refused("Aucune clé publiée ne porte ce kid.")
        try:
            jws.deserialize_compact(token, key, algorithms=[self.client.algorithm])
        except (JoseError, ValueError) as error:
            raise _refused("La signature n’est pas celle de la clé publiée.") from error

    async def _exotic(self, way: Exotic, token: str, algorithm: object) -> bool:
        if way is Exotic.NONE:
            return isinstance(algorithm, str) and algorithm.lower() == "none"
        if algorithm != "HS256":
            return False
        if way is Exotic.SHARED:
            return _hmac_matches(token, self.client.client_secret.encode())
        keys = await self.provider.all_keys()
        return any(_hmac_matches(token, form) for key in keys for form in _public_forms(key))


@dataclass(frozen=True, slots=True)
class Expected:
    """What the claims are compared with, at an instant."""

    client: SsoClient
    nonce: str
    now: datetime
    policy: SsoPolicy


def _audiences(claims: Claims) -> list[object]:
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _issuer(claims: Claims, expected: Expected) -> bool:
    issuer = claims.get("iss")
    return isinstance(issuer, str) and expected.policy.same_issuer(issuer, expected.client.issuer)


def _audience(claims: Claims, expected: Expected) -> bool:
    return expected.client.client_id in _audiences(claims)


def _only_audience(claims: Claims, expected: Expected) -> bool:
    return all(one is None or one == expected.client.client_id for one in _audiences(claims))


def _authorized_party(claims: Claims, expected: Expected) -> bool:
    return bool(claims.get("azp", expected.client.client_id) == expected.client.client_id)


def _expiry(claims: Claims, expected: Expected) -> bool:
    expiry = _instant(claims.get("exp"))
    return expiry is not None and expected.now.timestamp() < expiry + expected.policy.leeway.total_seconds()


def _issued_at(claims: Claims, expected: Expected) -> bool:
    issued = _instant(claims.get("iat"))
    return issued is not None and issued <= (expected.now + expected.policy.leeway).timestamp()


def _not_before(claims: Claims, expected: Expected) -> bool:
    if "nbf" not in claims:
        return True
    start = _instant(claims["nbf"])
    return start is not None and start <= (expected.now + expected.policy.leeway).timestamp()


def _nonce(claims: Claims, expected: Expected) -> bool:
    nonce = claims.get("nonce")
    if not expected.nonce or nonce is None:
        return True
    return isinstance(nonce, str) and hmac.compare_digest(nonce.encode(), expected.nonce.encode())


def _nonce_present(claims: Claims, expected: Expected) -> bool:
    return not expected.nonce or claims.get("nonce") is not None


def _subject(claims: Claims, expected: Expected) -> bool:
    del expected
    subject = claims.get("sub")
    return isinstance(subject, str) and 0 < len(subject) <= _SUBJECT_LIMIT


def _level(claims: Claims, expected: Expected) -> bool:
    return expected.client.mode != "psc" or bool(claims.get("acr") == REQUIRED_ACR)


_RULES: Final[Mapping[Check, Callable[[Claims, Expected], bool]]] = {
    Check.ISSUER: _issuer,
    Check.AUDIENCE: _audience,
    Check.ONLY_AUDIENCE: _only_audience,
    Check.AUTHORIZED_PARTY: _authorized_party,
    Check.EXPIRY: _expiry,
    Check.ISSUED_AT: _issued_at,
    Check.NOT_BEFORE: _not_before,
    Check.NONCE: _nonce,
    Check.NONCE_PRESENT: _nonce_present,
    Check.SUBJECT: _subject,
    Check.ACR: _level,
}


def _instant(value: object) -> float | None:
    """A NumericDate; None for anything else, a boolean included."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _parts(token: str) -> tuple[Claims, Claims]:
    """Header and payload, not verified. Raises SsoError (IDENTITY)."""
    parts = token.split(".")
    try:
        header, payload = (json.loads(_decoded(part)) for part in parts[:2])
    except (ValueError, binascii.Error) as error:
        raise _refused("Le jeton d’identité n’est pas lisible.") from error
    if len(parts) != 3 or not isinstance(header, dict) or not isinstance(payload, dict):
        raise _refused("Le jeton d’identité n’est pas un JWS compact.")
    return header, payload


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _hmac_matches(token: str, key: bytes) -> bool:
    signed, _, signature = token.rpartition(".")
    try:
        return hmac.compare_digest(hmac.new(key, signed.encode(), hashlib.sha256).digest(), _decoded(signature))
    except (ValueError, binascii.Error):
        return False


def _public_forms(key: SigningKey) -> Iterator[bytes]:
    """The bytes that a careless library takes for an HMAC secret: a public key in its usual files."""
    pem = key.as_pem(private=False)
    yield from (pem, pem.strip())
    yield load_pem_public_key(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _refused(reason: str) -> SsoError:
    return SsoError(Failure.IDENTITY, reason)
