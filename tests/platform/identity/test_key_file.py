"""The signing key that the user gives the provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from joserfc.jwk import RSAKey

from sas_recette.platform.identity.key_file import SigningKeyError, signing_key
from sas_recette.platform.identity.keys import KeyRing, kid_of, new_key


def written(folder: Path, key: PrivateKeyTypes, encryption: KeySerializationEncryption | None = None) -> Path:
    path = folder / "cle.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    return path


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def test_it_is_named_by_its_thumbprint(tmp_path: Path) -> None:
    given = rsa_key(2048)
    path = written(tmp_path, given)
    first, second = signing_key(path, "RS256"), signing_key(path, "RS256")
    expected = RSAKey.import_key(path.read_bytes()).thumbprint()
    assert kid_of(first) == kid_of(second) == expected


def test_an_elliptic_key_for_es256(tmp_path: Path) -> None:
    path = written(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    assert signing_key(path, "ES256").as_dict(private=False)["crv"] == "P-256"


@pytest.mark.parametrize(
    ("key", "algorithm", "told"),
    [
        (rsa_key(1024), "RS256", "cette clé RSA a 1024\u00a0bits, il en faut au moins 2048"),
        (ec.generate_private_key(ec.SECP256R1()), "RS256", "c’est une clé RSA d’au moins 2048\u00a0bits qu’il faut"),
        (rsa_key(2048), "ES256", "c’est une clé EC de la courbe P-256 qu’il faut"),
        (ec.generate_private_key(ec.SECP384R1()), "ES256", "c’est une clé EC de la courbe P-256 qu’il faut"),
    ],
)
def test_another_key_is_refused(key: PrivateKeyTypes, algorithm: str, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, key)
    with pytest.raises(SigningKeyError) as raised:
        signing_key(path, algorithm)
    assert str(raised.value).startswith(f"sso.signing_key («\u00a0{path}\u00a0»)\u00a0: ")
    assert told in str(raised.value)
    assert "Pour en créer une\u00a0: openssl genpkey -algorithm" in str(raised.value)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cle.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(SigningKeyError, match="ne contient aucune clé privée PEM"):
        signing_key(tmp_path / "cle.pem", "RS256")
    with pytest.raises(SigningKeyError, match=r"absente\.pem"):
        signing_key(tmp_path / "absente.pem", "RS256")
    path = written(tmp_path, rsa_key(2048), BestAvailableEncryption(b"x"))
    with pytest.raises(SigningKeyError, match="protégée par un mot de passe"):
        signing_key(path, "RS256")


def test_a_rotation_makes_another_key() -> None:
    given = new_key("ES256")
    ring = KeyRing("ES256", given=given)
    assert ring.signing is given
    ring.rotate()
    assert kid_of(ring.signing) != kid_of(given)
    assert [one["kid"] for one in ring.published["keys"]] == [kid_of(ring.signing), kid_of(given)]
    ring.settle()
    assert ring.signing is given
