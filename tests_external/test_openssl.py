"""OpenSSL as a client of the bench’s lists and OCSP responder: it verifies what it is told, signatures included."""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sas_recette.engine.campaign import utc_now
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.revocation.authority import load_authorities
from sas_recette.platform.revocation.publisher import Publisher
from sas_recette.platform.revocation.serving import serving_revocation
from tests.platform.loopback import free_port


def openssl(*arguments: str | Path) -> str:
    """What OpenSSL prints, its errors included."""
    program = shutil.which("openssl")
    assert program, "La commande openssl n’est pas sur ce poste : installez-la."
    done = subprocess.run(  # noqa: S603
        [program, *map(str, arguments)], capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestPki, str]]:
    port = free_port()
    url, folder = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("revocation")
    pki = create_pki(folder, clock=utc_now, expected_cn="cn", expected_ou="318", revocation_url=url)
    publisher = Publisher(url, load_authorities(folder, utc_now()), utc_now, lambda: "o")
    with serving_revocation(publisher, ("127.0.0.1", port), lambda _: None):
        yield pki, url


def state(published: tuple[TestPki, str], leaf: Path, issuer: Path, *options: str) -> str:
    pki, url = published
    asked = ("-issuer", issuer, "-cert", leaf, "-url", f"{url}/ocsp", "-CAfile", pki.chain)
    return openssl("ocsp", *options, *asked)


def test_openssl_believes_the_responder(published: tuple[TestPki, str]) -> None:
    pki, _ = published
    client, revoked = pki.client.certificate, pki.negatives[NegativeCase.REVOKED].certificate
    leaves = {client: (pki.issuing, "good"), revoked: (pki.issuing, "revoked"), pki.issuing: (pki.root, "good")}
    for leaf, (issuer, expected) in leaves.items():
        for options in ((), ("-no_nonce",), ("-sha256",)):
            said = state(published, leaf, issuer, *options)
            assert "Response verify OK" in said
            assert f"{leaf}: {expected}" in said
            assert "WARNING" not in said  # what OpenSSL says of a nonce that does not come back
    assert "Reason: keyCompromise" in state(published, revoked, pki.issuing)


def test_openssl_checks_the_chain_against_the_published_lists(published: tuple[TestPki, str], tmp_path: Path) -> None:
    pki, url = published
    lists = tmp_path / "listes.pem"
    with lists.open("w", encoding="ascii") as written:
        for name in ("crl-emettrice.crl", "crl-racine.crl"):
            der = tmp_path / name
            with urllib.request.urlopen(f"{url}/{name}", timeout=10) as answered:  # noqa: S310 # the loopback
                der.write_bytes(answered.read())
            written.write(openssl("crl", "-inform", "DER", "-in", der))
    checked = ("verify", "-crl_check_all", "-CAfile", pki.chain, "-CRLfile", lists, "-purpose", "sslclient")
    assert "OK" in openssl(*checked, pki.client.certificate)
    assert "certificate revoked" in openssl(*checked, pki.negatives[NegativeCase.REVOKED].certificate)
