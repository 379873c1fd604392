"""ID tokens: what they say, who signs them, and every deviation of either (sso.md §5, §7)."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from joserfc import jwt

from sas_recette.platform.identity.claims import Claims, id_token_person, subject_of
from sas_recette.platform.identity.codes import Grant
from sas_recette.platform.identity.keys import KeyRing, SigningKey, kid_of, public_pem
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.realm import Realm

ID_TOKEN_LIFE: Final = 300
FOREIGN_CLIENT: Final = "client-etranger-du-banc"
FOREIGN_HOST: Final = "autre-plateforme.invalid"
_TEN_MINUTES: Final = 600
_HOUR: Final = 3600
_DAY: Final = 86_400

Header = dict[str, str]


@dataclass(frozen=True, slots=True)
class IdToken:
    """A token in its compact form, and what it holds."""

    compact: str
    header: Header
    claims: Claims

    @property
    def fact(self) -> str:
        """What it holds, as evidence keeps it."""
        return json.dumps({"header": self.header, "claims": self.claims}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Minting:
    """What a token is made of besides its grant: `random` gives an unguessable value of about so many bytes."""

    realm: Realm
    ring: KeyRing
    knobs: frozenset[Knob]
    now: datetime
    random: Callable[[int], str]


def id_token(grant: Grant, access_token: str, minting: Minting) -> IdToken:
    """The token of a grant."""
    claims = _claims(grant, access_token, minting)
    for knob, deviate in _DEVIATIONS.items():
        if knob in minting.knobs:
            deviate(claims, minting)
    return _signed(claims, minting)


def foreign_issuer(realm: Realm) -> str:
    """The same realm of another host."""
    parts = urlsplit(realm.issuer)
    return parts._replace(netloc=FOREIGN_HOST).geturl()


def _claims(grant: Grant, access_token: str, minting: Minting) -> Claims:
    realm, now = minting.realm, int(minting.now.timestamp())
    claims: Claims = {
        "iss": realm.issuer,
        "sub": subject_of(grant.login.person, realm),
        "aud": realm.client.id,
        "exp": now + ID_TOKEN_LIFE,
        "iat": now,
        "auth_time": int(grant.login.since.timestamp()),
        "azp": realm.client.id,
        "acr": realm.acr,
        "sid": grant.login.sid,
        "typ": "ID",
        "at_hash": _at_hash(access_token),
        **id_token_person(grant.login.person, realm, minting.knobs),
    }
    return claims | ({"nonce": grant.nonce} if grant.nonce else {})


def _at_hash(access_token: str) -> str:
    """OIDC 3.1.3.6: every algorithm here hashes with SHA-256."""
    return _encoded(sha256(access_token.encode()).digest()[:16])


def _encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


Deviation = Callable[[Claims, Minting], None]


def _without(name: str) -> Deviation:
    def change(claims: Claims, _: Minting) -> None:
        claims.pop(name, None)

    return change


def _issuer(other: Callable[[Realm], str]) -> Deviation:
    def change(claims: Claims, minting: Minting) -> None:
        claims["iss"] = other(minting.realm)

    return change


def _setting(name: str, value: object) -> Deviation:
    def change(claims: Claims, _: Minting) -> None:
        claims[name] = value

    return change


def _with_foreign_audience(claims: Claims, minting: Minting) -> None:
    claims["aud"] = [minting.realm.client.id, FOREIGN_CLIENT]


def _expired(claims: Claims, _: Minting) -> None:
    issued = claims["iat"] - _TEN_MINUTES - ID_TOKEN_LIFE
    claims.update(iat=issued, auth_time=min(claims["auth_time"], issued), exp=issued + ID_TOKEN_LIFE)


def _issued_tomorrow(claims: Claims, _: Minting) -> None:
    claims.update(iat=claims["iat"] + _DAY, exp=claims["exp"] + _DAY)


def _not_yet_valid(claims: Claims, _: Minting) -> None:
    claims.update(nbf=claims["iat"] + _HOUR, exp=claims["exp"] + _HOUR)


def _with_other_nonce(claims: Claims, minting: Minting) -> None:
    claims["nonce"] = minting.random(16)


_DEVIATIONS: Final[Mapping[Knob, Deviation]] = {
    Knob.ISS_OTHER_HOST: _issuer(foreign_issuer),
    Knob.ISS_OTHER_REALM: _issuer(lambda realm: f"{realm.issuer.rpartition('/')[0]}/autre-domaine"),
    Knob.ISS_FINAL_SLASH: _issuer(lambda realm: f"{realm.issuer}/"),
    Knob.AUD_OTHER: _setting("aud", FOREIGN_CLIENT),
    Knob.AUD_ABSENT: _without("aud"),
    Knob.AUD_FOREIGN_ADDED: _with_foreign_audience,
    Knob.AZP_OTHER: _setting("azp", FOREIGN_CLIENT),
    Knob.EXPIRED: _expired,
    Knob.ISSUED_TOMORROW: _issued_tomorrow,
    Knob.NOT_YET_VALID: _not_yet_valid,
    Knob.NONCE_OTHER: _with_other_nonce,
    Knob.NONCE_ABSENT: _without("nonce"),
    Knob.SUB_ABSENT: _without("sub"),
    Knob.ACR_OTHER: _setting("acr", "0"),
}


def _signed(claims: Claims, minting: Minting) -> IdToken:
    for knob, sign in _SIGNATURES.items():
        if knob in minting.knobs:
            return sign(claims, minting)
    return _by(minting.ring.signing, claims, minting)


def _by(key: SigningKey, claims: Claims, minting: Minting, kid: str = "") -> IdToken:
    algorithm = minting.ring.algorithm
    header = {"alg": algorithm, "typ": "JWT", "kid": kid or kid_of(key)}
    return IdToken(jwt.encode(dict(header), claims, key, algorithms=[algorithm]), header, claims)


def _altered(claims: Claims, minting: Minting) -> IdToken:
    """One byte of the signature flipped."""
    token = _by(minting.ring.signing, claims, minting)
    signed, _, signature = token.compact.rpartition(".")
    raw = bytearray(urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[len(raw) // 2] ^= 0xFF
    return IdToken(f"{signed}.{_encoded(bytes(raw))}", token.header, claims)


def _by_rogue_key(claims: Claims, minting: Minting) -> IdToken:
    return _by(minting.ring.rogue, claims, minting, kid_of(minting.ring.signing))


def _by_unpublished_key(claims: Claims, minting: Minting) -> IdToken:
    return _by(minting.ring.rogue, claims, minting)


def _unsigned(claims: Claims, minting: Minting) -> IdToken:
    """Without `at_hash`: its algorithm has no hash, and a client may refuse the token for that alone."""
    bare = {name: value for name, value in claims.items() if name != "at_hash"}
    return _by_hand({"alg": "none", "typ": "JWT"}, bare, lambda _: b"")


def _by_client_secret(claims: Claims, minting: Minting) -> IdToken:
    secret = minting.realm.client.secret.encode()
    return _by_hand({"alg": "HS256", "typ": "JWT"}, claims, lambda signed: hmac.digest(secret, signed, "sha256"))


def _by_public_key(claims: Claims, minting: Minting) -> IdToken:
    """No library signs so: the public key, which everybody knows, as the secret of an HMAC (RFC 8725 2.1)."""
    key = minting.ring.signing
    header = {"alg": "HS256", "typ": "JWT", "kid": kid_of(key)}
    return _by_hand(header, claims, lambda signed: hmac.digest(public_pem(key), signed, "sha256"))


def _by_hand(header: Header, claims: Claims, signature: Callable[[bytes], bytes]) -> IdToken:
    parts = (json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode() for part in (header, claims))
    signed = ".".join(map(_encoded, parts))
    return IdToken(f"{signed}.{_encoded(signature(signed.encode()))}", header, claims)


_SIGNATURES: Final[Mapping[Knob, Callable[[Claims, Minting], IdToken]]] = {
    Knob.BAD_SIGNATURE: _altered,
    Knob.OTHER_KEY: _by_rogue_key,
    Knob.UNKNOWN_KID: _by_unpublished_key,
    Knob.ALG_NONE: _unsigned,
    Knob.HS256_WITH_SECRET: _by_client_secret,
    Knob.HS256_WITH_PUBLIC_KEY: _by_public_key,
}
