"""The rehearsal PKI: two levels of authority, the platform's client, a server, and the certificates that must be refused.

Source: security.md §5 (cases X0 to X8) and §6. The keys of the authorities are never written: what is not in the folder
cannot be issued later by someone else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sas_recette.platform.authority import (
    AUTHORITY_LIFE,
    LEAF_LIFE,
    Issued,
    Validity,
    authority_name,
    issue_authority,
    issue_client,
    issue_crl,
    issue_server,
    organisation_name,
)

ROOT_NAME: Final = "BANC SAS – RACINE ELEMENTAIRE"
ISSUING_NAME: Final = "BANC SAS – ELEMENTAIRE ORGANISATIONS"
DEFAULT_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
WRONG_CN: Final = "banc-sas-autre-client"
WRONG_OU: Final = "300000000000000"

_DAY: Final = timedelta(days=1)


class NegativeCase(StrEnum):
    """The client certificates that a candidate must refuse (security.md §5); the value names the files."""

    WRONG_CN = "x1-mauvais-cn"
    WRONG_OU = "x2-mauvaise-ou"
    REVOKED = "x3-revoque"
    EXPIRED = "x5-expire"
    NOT_YET_VALID = "x6-pas-encore-valide"
    SELF_SIGNED = "x7-auto-signe"
    FOREIGN_CA = "x8-autre-autorite"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its chain, and its private key, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class TestPki:
    """Where everything is. `chain` holds both authorities: what each side trusts; `crl` is the issuing CA's list.

    `expected_cn` and `expected_ou` are those of `client`, which a candidate must compare.
    """

    __test__: ClassVar[bool] = False

    folder: Path
    root: Path
    issuing: Path
    chain: Path
    crl: Path
    root_crl: Path
    client: Identity
    server: Identity
    negatives: Mapping[NegativeCase, Identity]
    expected_cn: str
    expected_ou: str


def create_pki(
    folder: Path,
    *,
    clock: Callable[[], datetime],
    expected_cn: str,
    expected_ou: str,
    hosts: Sequence[str] = DEFAULT_HOSTS,
) -> TestPki:
    """Issues everything anew into `folder` (mode 0700, keys 0600), over what an earlier PKI left there.

    Raises ValueError for a CN or OU that no certificate can hold, or a host that is neither a name nor an IP address.
    """
    now = clock()
    validity = Validity.lasting(now, AUTHORITY_LIFE)
    root, issuing = _hierarchy(validity)
    _, foreign = _hierarchy(validity)
    year = Validity.lasting(now, LEAF_LIFE)
    name = organisation_name(expected_cn, expected_ou)
    negatives = _negatives(name, now, issuing, foreign)
    revoked = (negatives[NegativeCase.REVOKED].certificate,)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    chain = (root.certificate, issuing.certificate)
    pki = TestPki(
        folder=folder,
        root=_write_public(folder / "ac-racine.pem", _pem(root.certificate)),
        issuing=_write_public(folder / "ac-emettrice.pem", _pem(issuing.certificate)),
        chain=_write_public(folder / "ac-chaine.pem", b"".join(map(_pem, chain))),
        crl=_write_public(folder / "crl-emettrice.pem", issue_crl(issuing, now, 1, revoked).public_bytes(Encoding.PEM)),
        root_crl=_write_public(folder / "crl-racine.pem", issue_crl(root, now).public_bytes(Encoding.PEM)),
        client=_write_identity(folder, "client", issue_client(name, year, issuing), issuing),
        server=_write_identity(
            folder, "serveur", issue_server(organisation_name(hosts[0], expected_ou), year, issuing, hosts), issuing
        ),
        negatives={
            case: _write_identity(folder, f"client-{case}", issued, _issuer_of(case, issuing, foreign))
            for case, issued in negatives.items()
        },
        expected_cn=expected_cn,
        expected_ou=expected_ou,
    )
    (folder / "LISEZMOI.txt").write_text(_readme(expected_cn, expected_ou, hosts), encoding="utf-8")
    return pki


def _hierarchy(validity: Validity) -> tuple[Issued, Issued]:
    root = issue_authority(authority_name(ROOT_NAME), validity)
    return root, issue_authority(authority_name(ISSUING_NAME), validity, root)


def _negatives(name: x509.Name, now: datetime, issuing: Issued, foreign: Issued) -> dict[NegativeCase, Issued]:
    year = Validity.lasting(now, LEAF_LIFE)
    expired = Validity(now - LEAF_LIFE, now - _DAY)
    future = Validity(now + _DAY, now + LEAF_LIFE)
    attributes = {attribute.oid: str(attribute.value) for attribute in name}
    common_name = attributes[NameOID.COMMON_NAME]
    unit = attributes[NameOID.ORGANIZATIONAL_UNIT_NAME]
    return {
        NegativeCase.WRONG_CN: issue_client(organisation_name(WRONG_CN, unit), year, issuing),
        NegativeCase.WRONG_OU: issue_client(organisation_name(common_name, WRONG_OU), year, issuing),
        NegativeCase.REVOKED: issue_client(name, year, issuing),
        NegativeCase.EXPIRED: issue_client(name, expired, issuing),
        NegativeCase.NOT_YET_VALID: issue_client(name, future, issuing),
        NegativeCase.SELF_SIGNED: issue_client(name, year, None),
        NegativeCase.FOREIGN_CA: issue_client(name, year, foreign),
    }


def _issuer_of(case: NegativeCase, issuing: Issued, foreign: Issued) -> Issued | None:
    if case is NegativeCase.SELF_SIGNED:
        return None
    return foreign if case is NegativeCase.FOREIGN_CA else issuing


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _write_public(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _write_identity(folder: Path, stem: str, issued: Issued, issuer: Issued | None) -> Identity:
    chain = _pem(issued.certificate) + (_pem(issuer.certificate) if issuer else b"")
    key = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(_write_public(folder / f"{stem}.pem", chain), _write_secret(folder / f"{stem}.key", key))


def _write_secret(path: Path, content: bytes) -> Path:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path


def _readme(expected_cn: str, expected_ou: str, hosts: Sequence[str]) -> str:
    return f"""\
PKI DE RÉPÉTITION DU BANC DE RECETTE SAS
========================================

Ces certificats sont jetables. Ils ne viennent pas de l’IGC-Santé et ne prouvent l’identité de personne.
Ne les installez jamais en production ni dans le magasin de confiance d’un poste de travail ; retirez-les
de la solution candidate dès que la recette est finie. Ne transmettez à personne les fichiers « .key ».

À installer dans la solution candidate
  ac-chaine.pem       les deux autorités (racine et émettrice) auxquelles faire confiance
  ac-racine.pem       l’autorité racine seule
  ac-emettrice.pem    l’autorité émettrice seule
  crl-emettrice.pem   la liste de révocation de l’autorité émettrice (valable 24 heures)
  crl-racine.pem      la liste de révocation, vide, de l’autorité racine (valable 24 heures)
  CN attendu : {expected_cn}
  OU attendue : {expected_ou}

Côté banc de recette (la plateforme SAS)
  client.pem, client.key      le certificat que la solution candidate doit accepter

Pour un serveur d’essai ({", ".join(hosts)})
  serveur.pem, serveur.key    un certificat de serveur

Certificats que la solution candidate doit refuser (chacun avec sa clé « .key »)
  client-{NegativeCase.WRONG_CN}.pem          un autre CN
  client-{NegativeCase.WRONG_OU}.pem         une autre OU
  client-{NegativeCase.REVOKED}.pem             révoqué : inscrit dans crl-emettrice.pem
  client-{NegativeCase.EXPIRED}.pem              expiré depuis un jour
  client-{NegativeCase.NOT_YET_VALID}.pem   valable à partir de demain
  client-{NegativeCase.SELF_SIGNED}.pem          signé par lui-même
  client-{NegativeCase.FOREIGN_CA}.pem      émis par une autre autorité qui porte le même nom

Les clés des autorités ne sont pas conservées. Pour renouveler une liste de révocation, créez une nouvelle PKI
avec la commande « sas-recette certs ».
"""
