"""The rehearsal PKI: two levels of authority, the platform's client and server, the editor's client, and what must be refused.

Source: security.md §5 and §6. The keys of the authorities are never written: what is not in the folder
cannot be issued later by someone else. Those who answer by OCSP in their name can do nothing else.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from sas_recette.platform.authority import (
    AUTHORITY_LIFE,
    LEAF_LIFE,
    Issued,
    Points,
    Rank,
    Validity,
    authority_name,
    issue_authority,
    issue_client,
    issue_crl,
    issue_responder,
    issue_server,
    organisation_name,
)
from sas_recette.platform.negatives import Hierarchies, NegativeCase, issue_negatives
from sas_recette.platform.pki_readme import readme, tls_table
from sas_recette.platform.server_case import WRONG_HOST, ServerCase

ROOT_NAME: Final = "BANC SAS – RACINE ELEMENTAIRE"
ISSUING_NAME: Final = "BANC SAS – ELEMENTAIRE ORGANISATIONS"
DEFAULT_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
RESPONDER_NAMES: Final[Mapping[Rank, str]] = {
    Rank.ROOT: "BANC SAS – OCSP DE LA RACINE",
    Rank.ISSUING: "BANC SAS – OCSP DES ORGANISATIONS",
}
EDITOR_CN: Final = "editeur-en-recette"
EDITOR_OU: Final = "300000000000017"

_DAY: Final = timedelta(days=1)
Case = TypeVar("Case", "NegativeCase", "ServerCase")


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its chain, and its private key, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class TestPki:
    """Where everything is. `chain` holds both authorities: what each side trusts; `crl` is the issuing CA's list.

    `expected_cn` and `expected_ou` are those of `client`, which a candidate must compare. `editor` is the client certificate
    that the editor shows to the platform (INT_R03), `editor_bundle` the same as PKCS#12, `editor_password` a file with its
    password.
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
    server_negatives: Mapping[ServerCase, Identity]
    editor: Identity
    editor_bundle: Path
    editor_password: Path
    expected_cn: str
    expected_ou: str


def create_pki(
    folder: Path,
    *,
    clock: Callable[[], datetime],
    expected_cn: str,
    expected_ou: str,
    hosts: Sequence[str] = DEFAULT_HOSTS,
    editor_cn: str = EDITOR_CN,
    editor_ou: str = EDITOR_OU,
    revocation_url: str = "",
) -> TestPki:
    """Issues everything anew into `folder` (mode 0700, keys 0600), over what an earlier PKI left there.

    `revocation_url` is the address, without a slash at the end, at which the bench will publish its lists and answer by OCSP:
    certificates carry it, none when it is empty. Raises ValueError for a CN or OU that no certificate can hold, or a host that
    is neither a name nor an IP address.
    """
    now = clock()
    year = Validity.lasting(now, LEAF_LIFE)
    root, issuing = _hierarchy(Validity.lasting(now, AUTHORITY_LIFE), revocation_url)
    _, foreign = _hierarchy(Validity.lasting(now, AUTHORITY_LIFE), revocation_url)
    name = organisation_name(expected_cn, expected_ou)
    client, editor = (issue_client(each, year, issuing) for each in (name, organisation_name(editor_cn, editor_ou)))
    negatives = issue_negatives(expected_cn, expected_ou, now, Hierarchies(issuing, foreign))
    revoked = negatives[NegativeCase.REVOKED]
    servers = _server_negatives(expected_ou, hosts, now, issuing, foreign)
    server = issue_server(organisation_name(hosts[0], expected_ou), year, issuing, hosts)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_responders(folder, {Rank.ROOT: root, Rank.ISSUING: issuing}, year)
    bundle, password = _write_bundle(folder, "editeur", editor, (issuing, root))
    pki = TestPki(
        folder=folder,
        root=_write_public(stored_authority(folder, Rank.ROOT), _pem(root)),
        issuing=_write_public(stored_authority(folder, Rank.ISSUING), _pem(issuing)),
        chain=_write_public(folder / "ac-chaine.pem", _pem(root) + _pem(issuing)),
        crl=_write_list(stored_crl(folder), issue_crl(issuing, now, 1, (revoked.certificate,))),
        root_crl=_write_list(stored_crl(folder, Rank.ROOT), issue_crl(root, now)),
        client=_write_identity(folder, "client", client, issuing),
        server=_write_identity(folder, "serveur", server, issuing),
        negatives=_write_cases(folder, "client", negatives, issuing, foreign),
        server_negatives=_write_cases(folder, "serveur", servers, issuing, foreign),
        editor=_write_identity(folder, "editeur", editor, issuing),
        editor_bundle=bundle,
        editor_password=password,
        expected_cn=expected_cn,
        expected_ou=expected_ou,
    )
    note = readme((expected_cn, expected_ou), (editor_cn, editor_ou), hosts, revocation_url)
    _write_notes(folder, note, tls_table(folder.absolute(), revocation_url=revocation_url))
    return pki


def stored_negative(folder: Path, case: NegativeCase) -> Identity | None:
    """The certificate of a case in a folder that `create_pki` wrote; None when it is not there."""
    return _stored(folder / f"client-{case}.pem")


def stored_server(folder: Path, case: ServerCase) -> Identity | None:
    """The same of a server that must be refused."""
    return _stored(folder / f"serveur-{case}.pem")


def _stored(certificate: Path) -> Identity | None:
    return Identity(certificate, certificate.with_suffix(".key")) if certificate.is_file() else None


def stored_crl(folder: Path, rank: Rank = Rank.ISSUING) -> Path:
    """Where `create_pki` writes the list of an authority."""
    return folder / f"crl-{rank}.pem"


def stored_authority(folder: Path, rank: Rank) -> Path:
    """Where it writes the certificate of an authority."""
    return folder / f"ac-{rank}.pem"


def stored_responder(folder: Path, rank: Rank) -> Identity:
    """Where it writes who answers by OCSP in the name of an authority."""
    certificate = folder / f"ocsp-{rank}.pem"
    return Identity(certificate, certificate.with_suffix(".key"))


def _hierarchy(validity: Validity, url: str) -> tuple[Issued, Issued]:
    of_root, of_issuing = ((Points.at(url, rank) if url else None) for rank in (Rank.ROOT, Rank.ISSUING))
    root = issue_authority(authority_name(ROOT_NAME), validity, points=of_root)
    return root, issue_authority(authority_name(ISSUING_NAME), validity, root, of_issuing)


def _write_notes(folder: Path, note: str, table: str) -> None:
    (folder / "LISEZMOI.txt").write_text(note, encoding="utf-8")
    (folder / "recette-tls.toml").write_text(table, encoding="utf-8")


def _write_responders(folder: Path, authorities: Mapping[Rank, Issued], validity: Validity) -> None:
    for rank, authority in authorities.items():
        responder = issue_responder(authority_name(RESPONDER_NAMES[rank]), validity, authority)
        _write_identity(folder, stored_responder(folder, rank).certificate.stem, responder, None)


def _server_negatives(
    unit: str, hosts: Sequence[str], now: datetime, issuing: Issued, foreign: Issued
) -> dict[ServerCase, Issued]:
    name, wrong = organisation_name(hosts[0], unit), organisation_name(WRONG_HOST, unit)
    year, expired = Validity.lasting(now, LEAF_LIFE), Validity(now - LEAF_LIFE, now - _DAY)
    return {
        ServerCase.WRONG_HOST: issue_server(wrong, year, issuing, [WRONG_HOST]),
        ServerCase.EXPIRED: issue_server(name, expired, issuing, hosts),
        ServerCase.FOREIGN_CA: issue_server(name, year, foreign, hosts),
        ServerCase.SELF_SIGNED: issue_server(name, year, None, hosts),
    }


def _write_cases(
    folder: Path, stem: str, cases: Mapping[Case, Issued], issuing: Issued, foreign: Issued
) -> dict[Case, Identity]:
    issuers = {"SELF_SIGNED": None, "FOREIGN_CA": foreign}
    return {
        case: _write_identity(folder, f"{stem}-{case}", issued, issuers.get(case.name, issuing))
        for case, issued in cases.items()
    }


def _pem(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(Encoding.PEM)


def _write_list(path: Path, crl: x509.CertificateRevocationList) -> Path:
    return _write_public(path, crl.public_bytes(Encoding.PEM))


def _write_public(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _write_identity(folder: Path, stem: str, issued: Issued, issuer: Issued | None) -> Identity:
    chain = _pem(issued) + (_pem(issuer) if issuer else b"")
    key = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(_write_public(folder / f"{stem}.pem", chain), _write_secret(folder / f"{stem}.key", key))


def _write_bundle(folder: Path, stem: str, issued: Issued, chain: Sequence[Issued]) -> tuple[Path, Path]:
    """A PKCS#12 file, and the file that holds its password."""
    password = secrets.token_urlsafe(12)
    content = serialize_key_and_certificates(
        stem.encode(),
        issued.key,
        issued.certificate,
        [each.certificate for each in chain],
        BestAvailableEncryption(password.encode()),
    )
    return (
        _write_secret(folder / f"{stem}.p12", content),
        _write_secret(folder / f"{stem}-mot-de-passe.txt", f"{password}\n".encode()),
    )


def _write_secret(path: Path, content: bytes) -> Path:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path
