"""TLS as a client: contexts made of explicit files, and what is wrong with those files, in plain French.

Every problem of the material is found before any connection, so that a wrong password is never taken for a refusal by the
candidate.
"""

from __future__ import annotations

import ssl
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from sas_recette.errors import UserError

_DATE: Final = "%d/%m/%Y à %H:%M UTC"


class TlsMaterialError(UserError):
    """A certificate, key or CA file that cannot serve; the message is one French sentence."""


def client_context(
    certificate: Path | None = None,
    key: Path | None = None,
    ca: Path | None = None,
    password: str | None = None,
    *,
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
) -> ssl.SSLContext:
    """A context that verifies the server (chain, dates, name) and presents `certificate`, if one is given.

    `certificate` is a PEM file (leaf first, then intermediates); `key` its PEM key, in the same file when None; `ca` the PEM
    authorities to trust, those of the system when None. Dates are not judged here (`check_dates`): the negative cases
    need certificates that are out of date. Raises TlsMaterialError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = minimum
    context.maximum_version = maximum
    if ca is None:
        context.load_default_certs()
    else:
        load_certificates(ca)
        context.load_verify_locations(cafile=ca)
    if certificate is not None:
        check_key_pair(certificate, key, password)
        try:
            context.load_cert_chain(certificate, key, password)
        except ssl.SSLError as error:
            raise TlsMaterialError(
                f"Le certificat «\u00a0{certificate}\u00a0» est refusé par OpenSSL\u00a0: {error.reason or error}."
            ) from error
    return context


def context_of_pem(
    pem: bytes,
    ca: Path | None,
    *,
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
) -> ssl.SSLContext:
    """The context that presents a certificate, its chain and its key, which no file holds: OpenSSL only reads files.

    Raises TlsMaterialError.
    """
    with tempfile.TemporaryDirectory(prefix="sas-recette-") as folder:
        path = Path(folder, "identity.pem")
        path.touch(mode=0o600)
        path.write_bytes(pem)
        return client_context(path, ca=ca, minimum=minimum, maximum=maximum)


def pem_of_pkcs12(path: Path, password: str | None) -> bytes:
    """The certificate, the chain and the key of a PKCS#12 file. Raises TlsMaterialError."""
    try:
        bundle = load_pkcs12(_read(path), None if password is None else password.encode())
    except ValueError as error:
        raise TlsMaterialError(
            f"Le fichier PKCS#12 «\u00a0{path}\u00a0» est illisible, ou son mot de passe n’est pas le bon."
        ) from error
    if bundle.cert is None or bundle.key is None:
        raise TlsMaterialError(f"Le fichier PKCS#12 «\u00a0{path}\u00a0» ne contient pas un certificat et sa clé.")
    return pem_of(bundle.key, bundle.cert.certificate, *(one.certificate for one in bundle.additional_certs))


def pem_of(key: PrivateKeyTypes, *certificates: x509.Certificate) -> bytes:
    """Certificates, leaf first, and the key of the leaf, as OpenSSL reads them."""
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
    return chain + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, in its order. Raises TlsMaterialError."""
    content = _read(path)
    try:
        return tuple(x509.load_pem_x509_certificates(content))
    except ValueError as error:
        raise TlsMaterialError(f"Le fichier «\u00a0{path}\u00a0» ne contient aucun certificat PEM lisible.") from error


def load_key(path: Path, password: str | None = None) -> PrivateKeyTypes:
    """The private key of a PEM file. A password that is not needed is ignored. Raises TlsMaterialError."""
    content = _read(path)
    if b"PRIVATE KEY-----" not in content:
        raise TlsMaterialError(f"Le fichier «\u00a0{path}\u00a0» ne contient aucune clé privée PEM.")
    if b"ENCRYPTED" not in content:
        password = None
    elif password is None:
        raise TlsMaterialError(
            f"La clé privée «\u00a0{path}\u00a0» est protégée par un mot de passe, qui n’est pas fourni."
        )
    try:
        return load_pem_private_key(content, None if password is None else password.encode())
    except (ValueError, TypeError) as error:
        if password is not None:
            raise TlsMaterialError(
                f"Le mot de passe de la clé privée «\u00a0{path}\u00a0» n’est pas le bon."
            ) from error
        raise TlsMaterialError(f"La clé privée «\u00a0{path}\u00a0» est illisible.") from error


def check_key_pair(certificate: Path, key: Path | None = None, password: str | None = None) -> x509.Certificate:
    """The first certificate of a file, once its key is known to be its own. Raises TlsMaterialError."""
    leaf = load_certificates(certificate)[0]
    key_file = key or certificate
    public = load_key(key_file, password).public_key()
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != leaf.public_key().public_bytes(*form):
        raise TlsMaterialError(
            f"La clé privée «\u00a0{key_file}\u00a0» n’est pas celle du certificat «\u00a0{certificate}\u00a0»."
        )
    return leaf


def check_dates(certificate: Path, now: datetime) -> x509.Certificate:
    """The first certificate of a file, once it is known to be valid at `now` (aware). Raises TlsMaterialError."""
    leaf = load_certificates(certificate)[0]
    if now > leaf.not_valid_after_utc:
        raise TlsMaterialError(
            f"Le certificat «\u00a0{certificate}\u00a0» est expiré depuis le {leaf.not_valid_after_utc.strftime(_DATE)}."
        )
    if now < leaf.not_valid_before_utc:
        raise TlsMaterialError(
            f"Le certificat «\u00a0{certificate}\u00a0» n’est pas encore valide\u00a0: "
            f"il le sera le {leaf.not_valid_before_utc.strftime(_DATE)}."
        )
    return leaf


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TlsMaterialError(f"Le fichier «\u00a0{path}\u00a0» n’existe pas.") from error
    except OSError as error:
        raise TlsMaterialError(f"Le fichier «\u00a0{path}\u00a0» ne peut pas être lu ({error.strerror}).") from error
