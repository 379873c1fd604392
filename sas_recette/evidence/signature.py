"""Ed25519 signature of a dossier: the key that signs, the key that verifies, and what a signature fails to prove.

`manifest.sig` holds the 64 bytes of the signature of `manifest.json`, and `cle-publique.pem` the public key, so that
`openssl pkeyutl -verify -rawin` verifies them too. A fingerprint is the SHA-256 of the public key's DER (SubjectPublicKeyInfo).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from sas_recette.errors import UserError

SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "cle-publique.pem"
PASSWORD_VARIABLE: Final = "SAS_RECETTE_SIGN_PASSWORD"  # noqa: S105 - the name of a variable
_KEY_LIMIT: Final = 1 << 14


class SignatureError(UserError):
    """A key that cannot sign or verify. The message is French and says how to make one that can."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that verifies a dossier."""

    key: Ed25519PublicKey

    @property
    def pem(self) -> bytes:
        """The key as a PEM file."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that tell this key from any other."""
        return hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature of these bytes is this key's."""
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs a dossier; `named` when it is a person's, else it was made for one dossier and is kept nowhere."""

    key: Ed25519PrivateKey
    named: bool

    @classmethod
    def fresh(cls) -> Self:
        """A key that nobody holds after this process."""
        return cls(Ed25519PrivateKey.generate(), named=False)

    @property
    def public(self) -> PublicKey:
        """The half that verifies."""
        return PublicKey(self.key.public_key())

    def sign(self, data: bytes) -> bytes:
        """The signature of these bytes, 64 bytes; always the same for the same key and bytes."""
        return self.key.sign(data)


def read_signer(path: Path, password: str = "") -> Signer:
    """The signer of a PEM file, encrypted or not. Raises SignatureError."""
    pem = _read(path)
    try:
        key = _private_key(pem, password)
    except (ValueError, UnsupportedAlgorithm):
        reason = "le mot de passe est faux ou le fichier est abîmé" if b"ENCRYPTED" in pem else _NOT_A_KEY
        raise SignatureError(f"{path}\u00a0: {reason}.") from None
    except TypeError:
        raise SignatureError(
            f"{path}\u00a0: cette clé est chiffrée\u00a0; donnez son mot de passe dans la variable {PASSWORD_VARIABLE}."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError(f"{path}\u00a0: {_NOT_A_KEY}.")
    return Signer(key, named=True)


def _private_key(pem: bytes, password: str) -> object:
    """A password that an unencrypted key does not need is left aside."""
    secret = password.encode() if password and b"ENCRYPTED" in pem else None
    return load_pem_private_key(pem, secret)


def read_public_key(path: Path) -> PublicKey:
    """The public key of a PEM file. Raises SignatureError."""
    found = public_key(_read(path))
    if found is None:
        raise SignatureError(
            f"{path}\u00a0: ce n’est pas une clé publique Ed25519 en PEM\u00a0; "
            f"«\u00a0openssl pkey -in cle.pem -pubout -out publique.pem\u00a0» la tire d’une clé privée."
        )
    return found


def public_key(pem: bytes) -> PublicKey | None:
    """The Ed25519 public key that a PEM text holds, None when it holds none."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return PublicKey(key) if isinstance(key, Ed25519PublicKey) else None


def signature_fault(
    manifest: bytes, signature: bytes | None, own: PublicKey | None, trusted: PublicKey | None, *, announced: bool
) -> str:
    """Why the signature of a manifest proves nothing, in French; empty when it is good, or when none was ever announced.

    `own` is the key that the dossier holds, `trusted` the one that the reader knows from elsewhere and that alone counts when
    it is given; `announced` is whether the manifest says that it is signed.
    """
    if signature is None:
        if announced:
            return f"La signature {SIGNATURE} a disparu, alors que le manifeste l’annonce."
        return "Le dossier n’est pas signé\u00a0: la clé donnée n’a rien à vérifier." if trusted else ""
    if trusted is not None:
        return "" if trusted.verifies(signature, manifest) else _refused(manifest, signature, own, trusted)
    if own is None:
        return f"La clé {PUBLIC_KEY} manque ou est illisible\u00a0: la signature ne peut pas être vérifiée."
    if own.verifies(signature, manifest):
        return ""
    return (
        f"La signature {SIGNATURE} n’est pas celle du manifeste par la clé {PUBLIC_KEY}\u00a0: "
        "l’un des trois a été modifié après le scellement."
    )


def _refused(manifest: bytes, signature: bytes, own: PublicKey | None, trusted: PublicKey) -> str:
    if own is not None and own.verifies(signature, manifest):
        return (
            f"Le dossier est signé par une autre clé (empreinte {own.fingerprint}) "
            f"que la clé donnée (empreinte {trusted.fingerprint})."
        )
    return (
        f"La signature {SIGNATURE} n’est pas celle du manifeste par la clé donnée (empreinte {trusted.fingerprint})\u00a0: "
        "le manifeste ou la signature a été modifié, ou une autre clé a signé."
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_KEY_LIMIT)
    except OSError as error:
        reason = (
            "ce fichier n’existe pas"
            if isinstance(error, FileNotFoundError)
            else f"fichier illisible ({error.strerror})"
        )
        raise SignatureError(f"{path}\u00a0: {reason}.") from None


_NOT_A_KEY: Final = (
    "ce n’est pas une clé privée Ed25519 en PEM\u00a0; "
    "«\u00a0openssl genpkey -algorithm ED25519 -aes256 -out cle.pem\u00a0» en crée une"
)
