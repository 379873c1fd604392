from __future__ import annotations

import stat
import tomllib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sas_recette.platform.authority import Rank
from sas_recette.platform.negatives import WRONG_CN, WRONG_OU, NegativeCase
from sas_recette.platform.pki import (
    EDITOR_CN,
    EDITOR_OU,
    ISSUING_NAME,
    ROOT_NAME,
    TestPki,
    create_pki,
    stored_crl,
    stored_negative,
)
from sas_recette.platform.server_case import ServerCase
from sas_recette.platform.tls import check_key_pair, load_certificates

NOW = datetime(2030, 2, 28, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return create_pki(tmp_path_factory.mktemp("pki"), clock=lambda: NOW, expected_cn="cn attendu", expected_ou="318")


OTHER_NAMES = {
    NegativeCase.WRONG_CN,
    NegativeCase.WRONG_OU,
    NegativeCase.TWO_OUS,
    NegativeCase.CN_IN_O,
    NegativeCase.CN_IN_SAN,
    *(case for case in NegativeCase if case.value.startswith("x10-")),
}


def first(path: Path) -> x509.Certificate:
    return load_certificates(path)[0]


def named(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    return str(certificate.subject.get_attributes_for_oid(oid)[0].value)


def test_two_levels_of_authority(made: TestPki) -> None:
    root, issuing = load_certificates(made.chain)
    assert (root, issuing) == (first(made.root), first(made.issuing))
    assert named(root, NameOID.COMMON_NAME) == ROOT_NAME == "BANC SAS – RACINE ELEMENTAIRE"
    assert named(issuing, NameOID.COMMON_NAME) == ISSUING_NAME == "BANC SAS – ELEMENTAIRE ORGANISATIONS"
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    constraints = issuing.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)


def test_the_client_is_the_declared_one(made: TestPki) -> None:
    leaf = check_key_pair(made.client.certificate, made.client.key)
    leaf.verify_directly_issued_by(first(made.issuing))
    assert leaf.subject.rfc4514_string() == "CN=cn attendu,OU=318,O=BANC DE RECETTE,ST=Paris (75),C=FR"
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert leaf.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    assert leaf.not_valid_before_utc <= NOW <= leaf.not_valid_after_utc
    assert load_certificates(made.client.certificate)[1] == first(made.issuing)


def test_the_server_is_named(made: TestPki) -> None:
    leaf = check_key_pair(made.server.certificate, made.server.key)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("127.0.0.1"), ip_address("::1")]


def test_each_negative_certificate_differs_by_its_one_fault(made: TestPki) -> None:
    assert set(made.negatives) == set(NegativeCase)
    issuing, good = first(made.issuing), first(made.client.certificate)
    leaves = {case: check_key_pair(identity.certificate, identity.key) for case, identity in made.negatives.items()}
    for case, leaf in leaves.items():
        assert (leaf.subject == good.subject) == (case not in OTHER_NAMES)
        in_time = leaf.not_valid_before_utc <= NOW <= leaf.not_valid_after_utc
        assert in_time == (case not in {NegativeCase.EXPIRED, NegativeCase.NOT_YET_VALID})
        if case in {NegativeCase.SELF_SIGNED, NegativeCase.FOREIGN_CA}:
            with pytest.raises((ValueError, InvalidSignature)):
                leaf.verify_directly_issued_by(issuing)
        else:
            leaf.verify_directly_issued_by(issuing)
    wrong_cn, wrong_ou = leaves[NegativeCase.WRONG_CN], leaves[NegativeCase.WRONG_OU]
    assert (named(wrong_cn, NameOID.COMMON_NAME), named(wrong_cn, NameOID.ORGANIZATIONAL_UNIT_NAME)) == (
        WRONG_CN,
        "318",
    )
    assert named(wrong_ou, NameOID.COMMON_NAME) == "cn attendu"
    assert named(wrong_ou, NameOID.ORGANIZATIONAL_UNIT_NAME) == WRONG_OU
    assert leaves[NegativeCase.FOREIGN_CA].issuer == issuing.subject
    leaves[NegativeCase.SELF_SIGNED].verify_directly_issued_by(leaves[NegativeCase.SELF_SIGNED])
    assert leaves[NegativeCase.EXPIRED].not_valid_after_utc == NOW - timedelta(days=1)
    assert leaves[NegativeCase.NOT_YET_VALID].not_valid_before_utc == NOW + timedelta(days=1)


def test_the_variants_of_the_names(made: TestPki) -> None:
    def subject(case: NegativeCase, oid: x509.ObjectIdentifier = NameOID.COMMON_NAME) -> list[str]:
        leaf = first(made.negatives[case].certificate)
        return [str(one.value) for one in leaf.subject.get_attributes_for_oid(oid)]

    assert subject(NegativeCase.CN_SUFFIX) == ["cn attendu-x"]
    assert subject(NegativeCase.CN_PREFIX) == ["xcn attendu"]
    assert subject(NegativeCase.CN_CASE) == ["CN ATTENDU"]
    assert subject(NegativeCase.CN_SPACE) == ["cn attendu "]
    unit = NameOID.ORGANIZATIONAL_UNIT_NAME
    assert [subject(case, unit) for case in (NegativeCase.OU_SUFFIX, NegativeCase.OU_PREFIX)] == [["3180"], ["0318"]]
    assert subject(NegativeCase.TWO_OUS, unit) == [WRONG_OU, "318"]
    assert subject(NegativeCase.CN_IN_O, NameOID.ORGANIZATION_NAME) == ["cn attendu"]
    leaf = first(made.negatives[NegativeCase.CN_IN_SAN].certificate)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["cn attendu"]
    for case in (NegativeCase.CN_IN_O, NegativeCase.CN_IN_SAN):
        assert subject(case) == [WRONG_CN]


def test_the_usage_of_a_server(made: TestPki) -> None:
    leaf = first(made.negatives[NegativeCase.WRONG_USAGE].certificate)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_folder_is_read_back(made: TestPki, tmp_path: Path) -> None:
    assert {case: stored_negative(made.folder, case) for case in NegativeCase} == made.negatives
    assert stored_negative(tmp_path, NegativeCase.REVOKED) is None
    assert stored_crl(made.folder) == made.crl


def test_the_table_to_paste(made: TestPki) -> None:
    table = tomllib.loads((made.folder / "recette-tls.toml").read_text(encoding="utf-8"))["tls"]
    assert table["pki"] == "banc"
    assert Path(table["client_certificate"]) == made.client.certificate
    assert Path(table["folder"]) == made.folder
    assert table["crl_loaded"] is False


def test_the_editor_has_a_client_certificate_of_its_own(made: TestPki) -> None:
    leaf = check_key_pair(made.editor.certificate, made.editor.key)
    leaf.verify_directly_issued_by(first(made.issuing))
    assert (named(leaf, NameOID.COMMON_NAME), named(leaf, NameOID.ORGANIZATIONAL_UNIT_NAME)) == (EDITOR_CN, EDITOR_OU)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert load_certificates(made.editor.certificate)[1] == first(made.issuing)


def test_the_editor_s_bundle_holds_the_same_certificate_its_key_and_its_chain(made: TestPki) -> None:
    password = made.editor_password.read_text(encoding="ascii").strip()
    bundle = load_pkcs12(made.editor_bundle.read_bytes(), password.encode())
    assert bundle.cert is not None
    assert bundle.cert.certificate == first(made.editor.certificate)
    assert {each.certificate for each in bundle.additional_certs} == {first(made.issuing), first(made.root)}
    assert isinstance(bundle.key, ec.EllipticCurvePrivateKey)
    assert bundle.key.public_key() == first(made.editor.certificate).public_key()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (made.editor_bundle, made.editor_password)} == {0o600}
    with pytest.raises(ValueError, match="password"):
        load_pkcs12(made.editor_bundle.read_bytes(), b"autre")


def test_each_negative_server_differs_by_its_one_fault(made: TestPki) -> None:
    assert set(made.server_negatives) == set(ServerCase)
    good = first(made.server.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    for case, identity in made.server_negatives.items():
        leaf = check_key_pair(identity.certificate, identity.key)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert (names == good) == (case is not ServerCase.WRONG_HOST)
        assert (leaf.not_valid_before_utc <= NOW <= leaf.not_valid_after_utc) == (case is not ServerCase.EXPIRED)
        if case in {ServerCase.SELF_SIGNED, ServerCase.FOREIGN_CA}:
            with pytest.raises((ValueError, InvalidSignature)):
                leaf.verify_directly_issued_by(first(made.issuing))
        else:
            leaf.verify_directly_issued_by(first(made.issuing))
    assert made.server_negatives[ServerCase.WRONG_HOST].certificate.name == "serveur-mauvais-nom.pem"


def test_the_revocation_lists(made: TestPki) -> None:
    crl = x509.load_pem_x509_crl(made.crl.read_bytes())
    issuing_key = first(made.issuing).public_key()
    assert isinstance(issuing_key, ec.EllipticCurvePublicKey)
    assert crl.is_signature_valid(issuing_key)
    assert [entry.serial_number for entry in crl] == [
        first(made.negatives[NegativeCase.REVOKED].certificate).serial_number
    ]
    assert crl.next_update_utc == NOW + timedelta(hours=24)
    assert list(x509.load_pem_x509_crl(made.root_crl.read_bytes())) == []


def test_the_keys_are_private_and_those_of_the_authorities_are_not_there(made: TestPki) -> None:
    keys = sorted(made.folder.glob("*.key"))
    assert len(keys) == 3 + len(Rank) + len(NegativeCase) + len(ServerCase)
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert not any(b"PRIVATE" in path.read_bytes() for path in made.folder.glob("*.pem"))


def test_the_note_names_every_file(made: TestPki) -> None:
    note = (made.folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    files = {path.name for path in made.folder.iterdir()} - {path.name for path in made.folder.glob("*.key")}
    files.remove("LISEZMOI.txt")
    assert {name for name in files if name not in note} == set()
    assert "CN attendu\u00a0: cn attendu" in note


def test_a_pki_is_made_anew_over_an_older_one(tmp_path: Path) -> None:
    older = create_pki(tmp_path, clock=lambda: NOW, expected_cn="cn", expected_ou="ou")
    serial = first(older.client.certificate).serial_number
    newer = create_pki(tmp_path, clock=lambda: NOW, expected_cn="cn", expected_ou="ou")
    assert check_key_pair(newer.client.certificate, newer.client.key).serial_number != serial


@pytest.mark.parametrize("common_name", ["", "x" * 65])
def test_a_name_that_no_certificate_can_hold_is_an_error(tmp_path: Path, common_name: str) -> None:
    with pytest.raises(ValueError, match="64"):
        create_pki(tmp_path, clock=lambda: NOW, expected_cn=common_name, expected_ou="ou")
