"""`certs --revocation-url`, `revocation`, and what `doctor` says of the bench’s address for revocation."""

from __future__ import annotations

import tomllib
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sas_recette.cli.doctor import Diagnosis, _revocation
from sas_recette.engine.tls_data import Tls
from sas_recette.platform.pki import create_pki
from tests.cli.driving import sas_recette
from tests.platform.loopback import free_port


def asking(url: str) -> Callable[[], None]:
    def ask() -> None:
        with urllib.request.urlopen(url, timeout=10) as answered:  # noqa: S310 # the loopback
            assert answered.read()

    return ask


def test_the_lists_are_published_until_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address, folder = f"127.0.0.1:{free_port()}", tmp_path / "pki"
    made = sas_recette("certs", "--folder", folder, "--revocation-url", f"http://{address}/")
    assert made.code == 0
    assert tomllib.loads(made.out)["tls"]["revocation_address"] == address
    monkeypatch.setattr("sas_recette.cli.revocation.until_interrupted", asking(f"http://{address}/crl-emettrice.crl"))
    done = sas_recette("revocation", "--folder", folder, "--address", address)
    assert (done.code, done.err) == (0, "")
    assert f"Adresse écrite dans les certificats\u00a0: http://{address}\n" in done.out
    assert done.out.endswith("  200  La solution demande la liste de révocation de l’autorité émettrice (CRL)\n")


def test_certificates_carry_no_address_unless_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sas_recette("certs", "--folder", tmp_path)
    assert "revocation_address" not in made.out
    monkeypatch.setattr("sas_recette.cli.revocation.until_interrupted", lambda: None)
    done = sas_recette("revocation", "--folder", tmp_path, "--address", f":{free_port()}")
    assert "Adresse écrite dans les certificats\u00a0: aucune\n" in done.out


@pytest.mark.parametrize("url", ["https://banc:80", "banc:80", "http://banc", "http://banc:80/crl"])
def test_an_address_is_plain_http_and_nothing_after(tmp_path: Path, url: str) -> None:
    done = sas_recette("certs", "--folder", tmp_path / "pki", "--revocation-url", url)
    assert done.code == 2
    assert "--revocation-url" in done.err
    assert not (tmp_path / "pki").exists()


def test_what_cannot_be_published_is_said(tmp_path: Path) -> None:
    nothing = sas_recette("revocation", "--folder", tmp_path)
    assert (nothing.code, "ocsp-racine.pem" in nothing.err) == (2, True)
    assert sas_recette("revocation", "--folder", tmp_path, "--address", "ici").code == 2


def told(folder: Path, **declared: object) -> dict[str, Diagnosis]:
    document = {"folder": folder, "client_certificate": folder / "client.pem", **declared}
    return {f"{one.subject} {one.code}": one for one in _revocation(Tls.model_validate(document))}


def test_doctor_says_where_the_bench_answers(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    create_pki(tmp_path, clock=lambda: two_days_ago, expected_cn="cn", expected_ou="318")
    seen = told(tmp_path, revocation_address=address)
    assert "adresse" in seen["Révocation 0"].sentence
    assert seen["Révocation 0"].hint
    assert seen["Liste de révocation 0"].sentence.endswith("interroger le banc en OCSP, qui continue")
    (silent,) = told(tmp_path, crl_loaded=False).values()
    assert silent.sentence.endswith("ne pourra pas être jugé (SEC-006)")
    (tmp_path / "ocsp-racine.pem").unlink()
    assert told(tmp_path, revocation_address=address)["Révocation 2"].code == 2
    create_pki(
        tmp_path,
        clock=lambda: datetime.now(UTC),
        expected_cn="cn",
        expected_ou="318",
        revocation_url="http://banc:80",
    )
    fresh = told(tmp_path, revocation_address=address, crl_loaded=True)
    assert set(fresh) == {"Révocation 0"}
    assert fresh["Révocation 0"].sentence.endswith("adresse écrite dans les certificats\u00a0: http://banc:80)")
