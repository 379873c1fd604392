"""A signing key of the provider that outlives a campaign: read from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey

from sas_recette.errors import UserError
from sas_recette.platform.identity.keys import SigningKey
from sas_recette.platform.tls import TlsMaterialError, load_key

_BITS: Final = 2048
_HOW: Final = {
    "RS256": f"openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{_BITS} -out cle.pem",
    "ES256": "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out cle.pem",
}


class SigningKeyError(UserError):
    """A signing key that cannot serve. The message is French."""


def signing_key(path: Path, algorithm: str) -> SigningKey:
    """The private key of a PEM file, for RS256 (2048 bits at least) or ES256 (P-256), named by its thumbprint (RFC 7638).

    Raises SigningKeyError.
    """
    try:
        key = load_key(path)
    except TlsMaterialError as error:
        raise _refused(path, algorithm, str(error).rstrip(".")) from error
    wrong = _unfit(key, algorithm)
    if wrong:
        raise _refused(path, algorithm, wrong)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    read: SigningKey = ECKey.import_key(pem) if algorithm == "ES256" else RSAKey.import_key(pem)
    read.ensure_kid()
    return read


def _unfit(key: PrivateKeyTypes, algorithm: str) -> str:
    if algorithm == "ES256":
        fit = isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
        return "" if fit else 'avec algorithm = "ES256", c’est une clé EC de la courbe P-256 qu’il faut'
    if not isinstance(key, RSAPrivateKey):
        return f'avec algorithm = "RS256", c’est une clé RSA d’au moins {_BITS}\u00a0bits qu’il faut'
    if key.key_size < _BITS:
        return f"cette clé RSA a {key.key_size}\u00a0bits, il en faut au moins {_BITS}"
    return ""


def _refused(path: Path, algorithm: str, why: str) -> SigningKeyError:
    return SigningKeyError(
        f"sso.signing_key («\u00a0{path}\u00a0»)\u00a0: {why}. Pour en créer une\u00a0: {_HOW[algorithm]}"
    )
