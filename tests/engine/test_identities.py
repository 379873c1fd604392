from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from sas_recette.engine.bench import NotPlayableError
from sas_recette.engine.identities import BARE, NONE, shown
from sas_recette.engine.intrusions import forged_headers
from sas_recette.engine.readiness import crl_ends, missing_negatives
from sas_recette.engine.tls_data import Negative, Negatives, Tls
from sas_recette.platform.negatives import WRONG_CN, NegativeCase
from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.tls import TlsMaterialError, load_certificates, load_key
from sas_recette.rules.security.reading import VALID

NOW = datetime(2026, 9, 4, 8, tzinfo=UTC)
SUBJECT = "CN=plateforme,OU=318,O=BANC DE RECETTE,ST=Paris (75),C=FR"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return create_pki(tmp_path_factory.mktemp("pki"), clock=lambda: NOW, expected_cn="plateforme", expected_ou="318")


def of_bench(pki: TestPki) -> Tls:
    return Tls(
        client_certificate=pki.client.certificate, client_key=pki.client.key, server_ca=pki.chain, folder=pki.folder
    )


def igc_test(pki: TestPki, **negatives: Negative) -> Tls:
    return of_bench(pki).model_copy(update={"pki": "igc-test", "folder": None, "negatives": Negatives(**negatives)})


def test_every_case_comes_out_of_the_folder(pki: TestPki) -> None:
    for case in NegativeCase:
        seen = shown(of_bench(pki), case, NOW)
        assert seen.leaf is not None
        assert seen.leaf.serial == f"{load_certificates(pki.negatives[case].certificate)[0].serial_number:x}"
        assert seen.words.startswith("un certificat")
        assert isinstance(seen.context(), ssl.SSLContext)


def test_a_version_is_pinned(pki: TestPki) -> None:
    context = shown(of_bench(pki), VALID, NOW).context(ssl.TLSVersion.TLSv1_2)
    assert (context.minimum_version, context.maximum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)


def test_nobody_and_the_leaf_alone(pki: TestPki) -> None:
    assert shown(of_bench(pki), NONE, NOW).leaf is None
    bare = shown(of_bench(pki), BARE, NOW)
    assert bare.leaf is not None
    assert bare.leaf.subject == SUBJECT
    bare.context()


def test_what_is_missing_is_named(pki: TestPki, tmp_path: Path) -> None:
    without = of_bench(pki).model_copy(update={"folder": None})
    with pytest.raises(NotPlayableError, match=r"donnez en tls\.folder le dossier que"):
        shown(without, NegativeCase.REVOKED, NOW)
    assert missing_negatives(without, NOW) == (
        "donnez en tls.folder le dossier que «\u00a0sas-recette certs\u00a0» a écrit",
    )
    assert missing_negatives(of_bench(pki), NOW) == ()
    assert len(missing_negatives(of_bench(pki).model_copy(update={"folder": tmp_path}), NOW)) == len(NegativeCase)
    with pytest.raises(NotPlayableError, match=r"tls\.client_certificate"):
        shown(Tls(), VALID, NOW)


def test_two_cases_need_no_file(pki: TestPki) -> None:
    alone = shown(igc_test(pki), NegativeCase.SELF_SIGNED, NOW).leaf
    foreign = shown(igc_test(pki), NegativeCase.FOREIGN_CA, NOW).leaf
    assert alone is not None
    assert foreign is not None
    assert (alone.subject, alone.issuer) == (SUBJECT, SUBJECT)
    true = load_certificates(pki.client.certificate)[0]
    assert (foreign.subject, foreign.issuer) == (SUBJECT, true.issuer.rfc4514_string())


def test_the_others_are_the_user_s(pki: TestPki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = pki.negatives[NegativeCase.WRONG_CN]
    leaf, issuing = load_certificates(wrong.certificate)
    key = load_key(wrong.key)
    bundle = tmp_path / "autre.p12"
    content = serialize_key_and_certificates(b"autre", key, leaf, [issuing], BestAvailableEncryption(b"secret"))  # type: ignore[arg-type]
    bundle.write_bytes(content)
    tls = igc_test(pki, wrong_cn=Negative(certificate=bundle, password_env="AUTRE"))
    with pytest.raises(TlsMaterialError, match=r"AUTRE \(tls\.negatives\.wrong_cn\.password_env\) n’est pas définie"):
        shown(tls, NegativeCase.WRONG_CN, NOW)
    monkeypatch.setenv("AUTRE", "faux")
    with pytest.raises(TlsMaterialError, match="illisible, ou son mot de passe n’est pas le bon"):
        shown(tls, NegativeCase.WRONG_CN, NOW)
    monkeypatch.setenv("AUTRE", "secret")
    seen = shown(tls, NegativeCase.WRONG_CN, NOW)
    assert seen.leaf is not None
    assert f"CN={WRONG_CN}" in seen.leaf.subject
    seen.context()
    with pytest.raises(NotPlayableError, match=r"donnez-le en tls\.negatives\.wrong_ou"):
        shown(tls, NegativeCase.WRONG_OU, NOW)
    with pytest.raises(NotPlayableError, match="seule l’IGC de test du banc en délivre"):
        shown(tls, NegativeCase.CN_SUFFIX, NOW)


def test_a_pem_of_the_user(pki: TestPki) -> None:
    expired = pki.negatives[NegativeCase.EXPIRED]
    seen = shown(
        igc_test(pki, expired=Negative(certificate=expired.certificate, key=expired.key)), NegativeCase.EXPIRED, NOW
    )
    assert seen.leaf is not None
    assert seen.leaf.not_after < NOW
    seen.context()


def test_until_when_the_list_is_valid(pki: TestPki) -> None:
    assert crl_ends(of_bench(pki)) == datetime(2026, 9, 5, 8, tzinfo=UTC)
    assert crl_ends(igc_test(pki)) is None


def test_forged_headers_name_the_platform(pki: TestPki) -> None:
    headers = dict(forged_headers(load_certificates(pki.client.certificate)[0]))
    assert headers["X-SSL-Client-S-DN"] == SUBJECT
    assert headers["X-SSL-Client-Verify"] == "SUCCESS"
    assert {"X-Client-Cert", "X-Forwarded-Client-Cert"} <= set(headers)
    assert all("\n" not in value and value.isascii() for value in headers.values())


def test_names_beyond_ascii_make_headers_too() -> None:
    from sas_recette.platform.authority import Validity, issue_client, organisation_name

    year = Validity(NOW, datetime(2027, 9, 4, tzinfo=UTC))
    leaf: x509.Certificate = issue_client(organisation_name("plateforme d’été", "318"), year, None).certificate
    assert all(value.isascii() for _, value in forged_headers(leaf))
