from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki
from sas_recette.platform.tls import (
    TlsMaterialError,
    check_dates,
    check_key_pair,
    client_context,
    load_certificates,
    load_key,
)
from tests.platform.conftest import now


@pytest.fixture
def locked_key(pki: TestPki, tmp_path: Path) -> Path:
    key = load_pem_private_key(pki.client.key.read_bytes(), None)
    path = tmp_path / "protegee.key"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"ouvre-toi")))
    return path


def test_a_context_verifies_and_refuses_old_versions(pki: TestPki) -> None:
    context = client_context(pki.client.certificate, pki.client.key, pki.chain)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] == 2


def test_a_version_can_be_pinned() -> None:
    context = client_context(minimum=ssl.TLSVersion.TLSv1_3, maximum=ssl.TLSVersion.TLSv1_3)
    assert context.minimum_version is context.maximum_version is ssl.TLSVersion.TLSv1_3


def test_the_key_may_be_in_the_file_of_the_certificate(pki: TestPki, tmp_path: Path) -> None:
    both = tmp_path / "les-deux.pem"
    both.write_bytes(pki.client.certificate.read_bytes() + pki.client.key.read_bytes())
    client_context(both, None, pki.chain)


def test_a_protected_key_opens_with_its_password(pki: TestPki, locked_key: Path) -> None:
    client_context(pki.client.certificate, locked_key, pki.chain, "ouvre-toi")


def test_a_password_that_is_not_needed_is_ignored(pki: TestPki) -> None:
    client_context(pki.client.certificate, pki.client.key, pki.chain, "inutile")


def test_a_wrong_or_missing_password(pki: TestPki, locked_key: Path) -> None:
    with pytest.raises(TlsMaterialError) as wrong:
        client_context(pki.client.certificate, locked_key, pki.chain, "non")
    assert str(wrong.value) == f"Le mot de passe de la clé privée «\u00a0{locked_key}\u00a0» n’est pas le bon."
    with pytest.raises(TlsMaterialError) as missing:
        client_context(pki.client.certificate, locked_key, pki.chain)
    assert str(missing.value).endswith("est protégée par un mot de passe, qui n’est pas fourni.")


def test_a_key_of_another_certificate(pki: TestPki) -> None:
    with pytest.raises(TlsMaterialError) as raised:
        check_key_pair(pki.client.certificate, pki.server.key)
    assert str(raised.value) == (
        f"La clé privée «\u00a0{pki.server.key}\u00a0» n’est pas celle du certificat «\u00a0{pki.client.certificate}\u00a0»."
    )


def test_a_missing_file(tmp_path: Path) -> None:
    absent = tmp_path / "absent.pem"
    with pytest.raises(TlsMaterialError) as raised:
        client_context(ca=absent)
    assert str(raised.value) == f"Le fichier «\u00a0{absent}\u00a0» n’existe pas."


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(TlsMaterialError, match="ne peut pas être lu"):
        load_certificates(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"\x30\x82\x01\x0a", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_no_certificate_inside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vide.pem"
    path.write_bytes(content)
    with pytest.raises(TlsMaterialError) as raised:
        load_certificates(path)
    assert str(raised.value) == f"Le fichier «\u00a0{path}\u00a0» ne contient aucun certificat PEM lisible."


def test_no_key_inside(pki: TestPki, tmp_path: Path) -> None:
    with pytest.raises(TlsMaterialError, match="ne contient aucune clé privée PEM"):
        load_key(pki.client.certificate)
    broken = tmp_path / "abimee.key"
    broken.write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(TlsMaterialError, match="est illisible"):
        load_key(broken)


def test_dates(pki: TestPki) -> None:
    instant = now()
    check_dates(pki.client.certificate, instant)
    expired = pki.negatives[NegativeCase.EXPIRED].certificate
    with pytest.raises(TlsMaterialError) as raised:
        check_dates(expired, instant)
    ended = load_certificates(expired)[0].not_valid_after_utc
    assert str(raised.value) == f"Le certificat «\u00a0{expired}\u00a0» est expiré depuis le {french(ended)}."
    future = pki.negatives[NegativeCase.NOT_YET_VALID].certificate
    with pytest.raises(TlsMaterialError, match="n’est pas encore valide\u00a0: il le sera le "):
        check_dates(future, instant)
    with pytest.raises(TlsMaterialError, match="expiré"):
        check_dates(pki.client.certificate, instant + timedelta(days=400))


def test_a_certificate_out_of_date_still_makes_a_context(pki: TestPki) -> None:
    identity = pki.negatives[NegativeCase.EXPIRED]
    client_context(identity.certificate, identity.key, pki.chain)


def french(instant: datetime) -> str:
    return f"{instant:%d/%m/%Y} à {instant:%H:%M} UTC"
