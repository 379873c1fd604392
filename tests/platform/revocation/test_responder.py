from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.revocation.authority import Authority, load_authorities
from sas_recette.platform.revocation.responder import FRESH, answer
from sas_recette.platform.tls import TlsMaterialError
from tests.platform.revocation.asking import NOW, first, question

Status = ocsp.OCSPResponseStatus


def told(request: bytes, authorities: Sequence[Authority]) -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(answer(request, authorities, NOW).body)


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()])  # noqa: S303 # still what servers send
def test_what_is_known_of_a_certificate(
    published: TestPki, authorities: tuple[Authority, ...], algorithm: hashes.SHA1 | hashes.SHA256
) -> None:
    revoked = told(
        question(published.negatives[NegativeCase.REVOKED].certificate, published.issuing, algorithm=algorithm),
        authorities,
    )
    good = told(question(published.client.certificate, published.issuing, algorithm=algorithm), authorities)
    assert (revoked.certificate_status, good.certificate_status) == (
        ocsp.OCSPCertStatus.REVOKED,
        ocsp.OCSPCertStatus.GOOD,
    )
    assert revoked.revocation_reason is x509.ReasonFlags.key_compromise
    assert revoked.revocation_time_utc is not None
    assert revoked.revocation_time_utc <= NOW
    assert good.this_update_utc == NOW.replace(microsecond=0)
    assert good.next_update_utc == good.this_update_utc + FRESH
    assert type(good.hash_algorithm) is type(algorithm)


def test_the_answer_is_signed_by_a_delegate_of_the_authority(
    published: TestPki, authorities: tuple[Authority, ...]
) -> None:
    leaves = {published.issuing: published.client.certificate, published.root: published.issuing}
    for issuer, leaf in leaves.items():
        response = told(question(leaf, issuer), authorities)
        (signer,) = response.certificates
        signer.verify_directly_issued_by(first(issuer))
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.OCSP_SIGNING]
        assert signer.extensions.get_extension_for_class(x509.OCSPNoCheck)
        key, digest = signer.public_key(), response.signature_hash_algorithm
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert digest is not None
        key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(digest))
        assert response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(key).digest


def test_a_nonce_comes_back_as_it_was(published: TestPki, authorities: tuple[Authority, ...]) -> None:
    with_nonce = told(question(published.client.certificate, published.issuing, b"une fois"), authorities)
    assert with_nonce.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"une fois"
    without = told(question(published.client.certificate, published.issuing), authorities)
    assert list(without.extensions) == []


def test_nobody_answers_for_another_authority(published: TestPki, authorities: tuple[Authority, ...]) -> None:
    foreign = published.negatives[NegativeCase.FOREIGN_CA].certificate  # its second certificate is its own authority's
    never = told(question(foreign, published.issuing), authorities)
    assert never.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    stranger = published.client.certificate
    answered = answer(question(stranger, stranger), authorities, NOW)
    assert ocsp.load_der_ocsp_response(answered.body).response_status is Status.UNAUTHORIZED
    assert not answered.successful


def test_a_request_about_several_certificates_is_declined(authorities: tuple[Authority, ...]) -> None:
    name_hash = bytes.fromhex("300906052b0e03021a0500") + b"\x04\x14" + b"\0" * 20 + b"\x04\x14" + b"\0" * 20
    one = _sequence(_sequence(name_hash + b"\x02\x01\x01"))
    several = _sequence(_sequence(_sequence(one + one)))
    assert told(several, authorities).response_status is Status.INTERNAL_ERROR
    assert told(_sequence(_sequence(_sequence(one))), authorities).response_status is Status.UNAUTHORIZED


def _sequence(content: bytes) -> bytes:
    length = bytes([len(content)]) if len(content) < 128 else bytes([0x81, len(content)])
    return b"\x30" + length + content


@settings(max_examples=50)
@given(st.binary(max_size=80))
def test_whatever_comes_is_answered(content: bytes) -> None:
    assert told(content, ()).response_status in {Status.MALFORMED_REQUEST, Status.UNAUTHORIZED, Status.INTERNAL_ERROR}


def test_the_list_may_be_out_of_date_and_the_responder_may_not(tmp_path: Path) -> None:
    pki = create_pki(tmp_path, clock=lambda: NOW, expected_cn="cn", expected_ou="318")
    later = NOW + timedelta(days=30)
    issuing = load_authorities(tmp_path, later)[1]
    assert issuing.ends < later
    revoked = first(pki.negatives[NegativeCase.REVOKED].certificate).serial_number
    assert issuing.standing(revoked).status is ocsp.OCSPCertStatus.REVOKED
    with pytest.raises(TlsMaterialError, match="est expiré"):
        load_authorities(tmp_path, NOW + timedelta(days=366))
    (tmp_path / "ocsp-emettrice.pem").unlink()
    with pytest.raises(TlsMaterialError, match="relancez «\u00a0sas-recette certs\u00a0»"):
        load_authorities(tmp_path, NOW)
