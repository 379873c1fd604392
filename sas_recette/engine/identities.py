"""What the bench presents to a candidate's TLS server: the platform's certificate, none, or one that must be refused.

Where each comes from depends on `[tls] pki`: the folder that `sas-recette certs` wrote, or files of the user. Two cases need
no file, for they only borrow the names of the right certificate (security.md §5, §6).
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from sas_recette.engine.bench import NotPlayableError
from sas_recette.engine.tls_data import Negative, Tls
from sas_recette.engine.tls_identity import password
from sas_recette.exchange.model import PeerCertificate
from sas_recette.platform.authority import LEAF_LIFE, Validity, issue_authority, issue_client
from sas_recette.platform.certificates import certificate_facts
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import stored_negative
from sas_recette.platform.tls import (
    TlsMaterialError,
    client_context,
    context_of_pem,
    load_certificates,
    load_key,
    pem_of,
    pem_of_pkcs12,
)
from sas_recette.rules.security.reading import VALID

NONE: Final = "x4-aucun"
BARE: Final = "x12-sans-intermediaire"

_WORDS: Final[Mapping[str, str]] = {
    VALID: "le certificat valide de la plateforme",
    NONE: "aucun certificat",
    BARE: "le certificat valide, sans celui de son autorité",
    NegativeCase.WRONG_CN: "un certificat dont le CN n’est pas celui de la plateforme",
    NegativeCase.WRONG_OU: "un certificat dont l’OU n’est pas celle de la plateforme",
    NegativeCase.REVOKED: "un certificat révoqué",
    NegativeCase.EXPIRED: "un certificat expiré",
    NegativeCase.NOT_YET_VALID: "un certificat qui n’est pas encore valide",
    NegativeCase.SELF_SIGNED: "un certificat signé par lui-même, au sujet attendu",
    NegativeCase.FOREIGN_CA: "un certificat au sujet attendu, d’une autre autorité du même nom",
    NegativeCase.WRONG_USAGE: "un certificat de serveur (extendedKeyUsage sans clientAuth)",
    NegativeCase.CN_SUFFIX: "un certificat dont le CN commence par celui attendu",
    NegativeCase.CN_PREFIX: "un certificat dont le CN finit par celui attendu",
    NegativeCase.OU_SUFFIX: "un certificat dont l’OU commence par celle attendue",
    NegativeCase.OU_PREFIX: "un certificat dont l’OU finit par celle attendue",
    NegativeCase.CN_CASE: "un certificat dont le CN est celui attendu, dans une autre casse",
    NegativeCase.CN_SPACE: "un certificat dont le CN est celui attendu, suivi d’un espace",
    NegativeCase.CN_IN_O: "un certificat d’un autre CN, celui attendu étant dans O",
    NegativeCase.CN_IN_SAN: "un certificat d’un autre CN, celui attendu étant dans subjectAltName",
    NegativeCase.TWO_OUS: "un certificat de deux OU, dont la seconde est celle attendue",
}
SUPPLIED: Final[Mapping[NegativeCase, str]] = {
    NegativeCase.WRONG_CN: "wrong_cn",
    NegativeCase.WRONG_OU: "wrong_ou",
    NegativeCase.REVOKED: "revoked",
    NegativeCase.EXPIRED: "expired",
    NegativeCase.NOT_YET_VALID: "not_yet_valid",
    NegativeCase.WRONG_USAGE: "wrong_usage",
}
"""The key of `[tls.negatives]` of each case that a user can supply."""
_PKCS_12: Final = frozenset({".p12", ".pfx"})

Make = Callable[[ssl.TLSVersion, ssl.TLSVersion], ssl.SSLContext]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is presented: its `case` in security.md §5, in French words, and what the certificate says when there is one."""

    case: str
    words: str
    leaf: PeerCertificate | None
    make: Make

    def context(self, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """A context that presents it, in one version of TLS when it is given. Raises TlsMaterialError."""
        if version is None:
            return self.make(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.MAXIMUM_SUPPORTED)
        return self.make(version, version)


def shown(tls: Tls, case: str, now: datetime) -> Shown:
    """What a case of security.md §5 presents, given a candidate's `[tls]`.

    Raises NotPlayableError, saying what to give, when the bench has no such certificate; TlsMaterialError for a bad file.
    """
    if case == NONE:
        return Shown(
            case, _WORDS[case], None, lambda low, high: client_context(ca=tls.server_ca, minimum=low, maximum=high)
        )
    if tls.client_certificate is None:
        raise NotPlayableError(
            "recette.toml ne donne pas tls.client_certificate, le certificat client de la plateforme"
        )
    if case == VALID:
        return _from_files(case, tls.client_certificate, tls.client_key, password(tls), tls.server_ca)
    if case == BARE:
        return _bare(tls, tls.client_certificate)
    return _negative(tls, NegativeCase(case), tls.client_certificate, now)


def _negative(tls: Tls, case: NegativeCase, valid: Path, now: datetime) -> Shown:
    if tls.pki == "banc":
        stored = stored_negative(tls.folder, case) if tls.folder is not None else None
        if stored is not None:
            return _from_files(case, stored.certificate, stored.key, None, tls.server_ca)
        raise NotPlayableError(
            f"le banc n’a pas de quoi présenter {_WORDS[case]}\u00a0: donnez en tls.folder le dossier que "
            "«\u00a0sas-recette certs\u00a0» a écrit"
        )
    if case in {NegativeCase.SELF_SIGNED, NegativeCase.FOREIGN_CA}:
        return _improvised(case, load_certificates(valid)[0], tls.server_ca, now)
    key = SUPPLIED.get(case)
    given = dict(tls.negatives.given()).get(key or "")
    if given is not None:
        return _supplied(case, given, tls.server_ca)
    what = f"donnez-le en tls.negatives.{key}" if key else "seule l’IGC de test du banc en délivre"
    raise NotPlayableError(f"le banc n’a pas de quoi présenter {_WORDS[case]}\u00a0: {what}")


def _from_files(case: str, certificate: Path, key: Path | None, secret: str | None, ca: Path | None) -> Shown:
    leaf = certificate_facts(load_certificates(certificate)[0])
    return Shown(
        case,
        _WORDS[case],
        leaf,
        lambda low, high: client_context(certificate, key, ca, secret, minimum=low, maximum=high),
    )


def _from_pem(case: str, leaf: x509.Certificate, pem: bytes, ca: Path | None) -> Shown:
    return Shown(
        case,
        _WORDS[case],
        certificate_facts(leaf),
        lambda low, high: context_of_pem(pem, ca, minimum=low, maximum=high),
    )


def _supplied(case: NegativeCase, given: Negative, ca: Path | None) -> Shown:
    secret = os.environ.get(given.password_env) if given.password_env else None
    if given.password_env and secret is None:
        raise TlsMaterialError(
            f"La variable d’environnement {given.password_env} (tls.negatives.{SUPPLIED[case]}.password_env) n’est pas définie."
        )
    if given.certificate.suffix.lower() not in _PKCS_12:
        return _from_files(case, given.certificate, given.key, secret, ca)
    pem = pem_of_pkcs12(given.certificate, secret)
    return _from_pem(case, x509.load_pem_x509_certificate(pem), pem, ca)


def _improvised(case: NegativeCase, valid: x509.Certificate, ca: Path | None, now: datetime) -> Shown:
    """The subject of the right certificate, vouched for by nobody, or by an authority that only has the name of its own."""
    validity = Validity.lasting(now, LEAF_LIFE)
    issuer = None if case is NegativeCase.SELF_SIGNED else issue_authority(valid.issuer, validity)
    issued = issue_client(valid.subject, validity, issuer)
    chain = () if issuer is None else (issuer.certificate,)
    return _from_pem(case, issued.certificate, pem_of(issued.key, issued.certificate, *chain), ca)


def _bare(tls: Tls, certificate: Path) -> Shown:
    if len(load_certificates(certificate)) == 1:
        raise NotPlayableError(
            "tls.client_certificate ne contient que le certificat\u00a0: il est présenté ainsi partout"
        )
    leaf = load_certificates(certificate)[0]
    key = load_key(tls.client_key or certificate, password(tls))
    return _from_pem(BARE, leaf, pem_of(key, leaf), tls.server_ca)
