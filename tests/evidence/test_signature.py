from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.evidence.signature import (
    PASSWORD_VARIABLE,
    SignatureError,
    public_key,
    read_public_key,
    read_signer,
)
from tests.evidence.keys import OTHER, SIGNER

PLAIN = NoEncryption()


def pem(encryption: KeySerializationEncryption = PLAIN) -> bytes:
    return SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@given(st.binary(max_size=200))
def test_a_signature_is_the_plain_one_of_ed25519(data: bytes) -> None:
    signature = SIGNER.sign(data)
    assert len(signature) == 64
    assert SIGNER.public.verifies(signature, data)
    assert not OTHER.public.verifies(signature, data)
    assert not SIGNER.public.verifies(signature, data + b"\0")
    key = load_pem_public_key(SIGNER.public.pem)
    assert isinstance(key, ed25519.Ed25519PublicKey)
    key.verify(signature, data)


def test_the_fingerprint_is_that_of_the_key_and_outlives_its_file() -> None:
    assert SIGNER.public.fingerprint == "a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5"
    again = public_key(SIGNER.public.pem)
    assert again is not None
    assert again.fingerprint == SIGNER.public.fingerprint


@pytest.mark.parametrize("password", ["", "inutile"])
def test_a_plain_key_needs_no_password(tmp_path: Path, password: str) -> None:
    path = tmp_path / "cle.pem"
    path.write_bytes(pem())
    signer = read_signer(path, password)
    assert (signer.public.fingerprint, signer.named) == (SIGNER.public.fingerprint, True)


def test_an_encrypted_key_needs_its_own(tmp_path: Path) -> None:
    path = tmp_path / "cle.pem"
    path.write_bytes(pem(BestAvailableEncryption("é mot".encode())))
    assert read_signer(path, "é mot").public.fingerprint == SIGNER.public.fingerprint
    with pytest.raises(SignatureError, match=rf"chiffrée.*{PASSWORD_VARIABLE}"):
        read_signer(path)
    with pytest.raises(SignatureError, match="le mot de passe est faux"):
        read_signer(path, "autre")


def other_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN)


@pytest.mark.parametrize("content", [b"", b"texte", SIGNER.public.pem, other_key()], ids=["vide", "texte", "pub", "EC"])
def test_what_is_no_private_key_of_this_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cle.pem"
    path.write_bytes(content)
    with pytest.raises(SignatureError, match=r"pas une clé privée Ed25519 en PEM.*openssl genpkey"):
        read_signer(path)


def other_public_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("content", [b"", b"texte", pem(), other_public_key()], ids=["vide", "texte", "privée", "EC"])
def test_what_is_no_public_key_of_this_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "publique.pem"
    path.write_bytes(content)
    with pytest.raises(SignatureError, match=r"pas une clé publique Ed25519 en PEM.*openssl pkey"):
        read_public_key(path)


def test_a_key_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="n’existe pas"):
        read_public_key(tmp_path / "publique.pem")
    with pytest.raises(SignatureError, match="illisible"):
        read_signer(tmp_path)
