"""Apache and mod_auth_openidc log in through the bench, in each way that a client may be registered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import KeySet, RSAKey

from sas_recette.cli.reference_sso import free_port
from sas_recette.platform.browser import Browser
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client
from sas_recette.platform.pki import TestPki
from tests_external.apache import Apache, redirect_uri, running_apache
from tests_external.platform import ANNE, ENTRY, INSIDE, MARKS, Platform, issuer_at, platform, told

SECRET: Final = "secret: 100 % & +/=x"


@dataclass(frozen=True, slots=True)
class Behind:
    """Apache behind the bench."""

    apache: Apache
    sas: Platform


@contextmanager
def _behind(pki: TestPki, browser: Browser, private_key: Path | None = None, **registered: Any) -> Iterator[Behind]:  # noqa: ANN401 # fields of a client
    port, platform_port = free_port(), free_port()
    client = Client(**{"id": "apache", "secret": SECRET, "redirect_uris": (redirect_uri(port),), **registered})
    with (
        running_apache(client, issuer_at(platform_port), port, pki, private_key=private_key) as apache,
        platform(client, platform_port, apache.url, pki, browser) as sas,
    ):
        apache.authorize([ANNE.email])
        yield Behind(apache, sas)


@pytest.fixture(scope="module")
def behind(apache_installed: None, pki: TestPki, browser: Browser) -> Iterator[Behind]:
    with _behind(pki, browser) as running:
        yield running


def test_connected_at_the_platform(behind: Behind) -> None:
    page, exchanges = behind.sas.log_in()

    assert (page.marks, page.url) == (INSIDE, behind.apache.url + ENTRY)
    asked, token = told(exchanges, "authorization"), told(exchanges, "token")
    assert {name: asked[name] for name in ("client", "redirect_uri", "state", "nonce", "challenge", "scope")} == {
        "client": "registered",
        "redirect_uri": "registered",
        "state": "new",
        "nonce": "new",
        "challenge": "S256",
        "scope": "openid email",
    }
    assert (token["authentication"], token["authenticated"], token["verifier"]) == (
        "client_secret_basic",
        "yes",
        "right",
    )
    assert told(exchanges, "userinfo")["token"] == "valid"


def test_by_the_platforms_log_in_page(behind: Behind) -> None:
    behind.sas.provider.stage("SSO", "connexion", ANNE, connected=False)
    with behind.sas.browser.profile("SSO", MARKS) as profile:
        tab = profile.tab()
        assert behind.sas.arrive(tab)[0].url.startswith(behind.sas.provider.realm.authorization)
        wrong = {"#username": ANNE.email, "#password": "autre chose"}
        assert tab.fill(wrong, "#kc-login", step="Mauvais mot de passe").page.marks == ()
        right = {"#username": ANNE.email, "#password": ANNE.password}
        page = tab.fill(right, "#kc-login", step="Bon mot de passe").page

    assert (page.marks, page.url) == (INSIDE, behind.apache.url + ENTRY)


def test_somebody_whom_apache_does_not_know(behind: Behind) -> None:
    behind.apache.authorize([])
    try:
        page, exchanges = behind.sas.log_in()
    finally:
        behind.apache.authorize([ANNE.email])

    assert (page.status, page.marks, told(exchanges, "token")["outcome"]) == (401, (), "tokens")


def test_no_origin_no_log_in_and_a_page_for_everybody(behind: Behind) -> None:
    behind.sas.provider.stage("SSO", "sans origin", ANNE, connected=True)
    with behind.sas.browser.profile("SSO", MARKS) as profile:
        tab = profile.tab()
        refused, none = behind.sas.arrive(tab, "/ps/aline-mercier")
        welcome, nothing = behind.sas.arrive(tab, "/accueil.html")

    assert (refused.status, refused.marks, none) == (401, (), ())
    assert (welcome.status, welcome.text, nothing) == (200, "Page ouverte à tous", ())


def test_logging_out_ends_both_sessions(behind: Behind) -> None:
    sas = behind.sas
    sas.provider.stage("SSO", "connexion", ANNE, connected=False)
    with sas.browser.profile("SSO", MARKS) as profile:
        tab = profile.tab()
        sas.arrive(tab)
        fields = {"#username": ANNE.email, "#password": ANNE.password}
        assert tab.fill(fields, "#kc-login", step="Connexion").page.marks == INSIDE
        assert sas.arrive(tab)[0].marks == INSIDE
        out = tab.click("a#deconnexion", step="Déconnexion").page
        closed = told(sas.provider.taken(), "logout")
        again, _ = sas.arrive(tab)

    assert out.text == "Page ouverte à tous"
    assert (closed["id_token_hint"], closed["outcome"]) == ("valid", "redirected")
    assert again.url.startswith(sas.provider.realm.authorization), "the platform asks for the password again"


def test_a_secret_in_the_body_and_elliptic_keys(apache_installed: None, pki: TestPki, browser: Browser) -> None:
    with _behind(pki, browser, authentication="client_secret_post", algorithm="ES256") as behind:
        page, exchanges = behind.sas.log_in()

    token = told(exchanges, "token")
    assert page.marks == INSIDE
    assert (token["authentication"], token["authenticated"]) == ("client_secret_post", "yes")
    assert json.loads(token["id_token"])["header"]["alg"] == "ES256"


def test_a_private_key(apache_installed: None, pki: TestPki, browser: Browser, tmp_path: Path) -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = tmp_path / "client.key"
    pem.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    pem.with_suffix(".pub").write_bytes(public)
    keys = json.dumps(KeySet([RSAKey.import_key(made.public_key())]).as_dict(private=False))

    with _behind(pki, browser, pem, secret="", authentication="private_key_jwt", keys=keys) as behind:
        page, exchanges = behind.sas.log_in()

    token = told(exchanges, "token")
    assert page.marks == INSIDE
    assert (token["authentication"], token["authenticated"]) == ("private_key_jwt", "yes")


def test_no_key_to_verify_with(apache_installed: None, pki: TestPki, browser: Browser) -> None:
    with _behind(pki, browser) as behind:
        refused, exchanges = behind.sas.log_in(Knob.KEYS_DOWN)
        log = behind.apache.log
        admitted, _ = behind.sas.log_in()

    assert (refused.marks, told(exchanges, "token")["outcome"]) == ((), "tokens")
    assert "id_token signature could not be validated" in log
    assert admitted.marks == INSIDE


@pytest.mark.parametrize(
    ("knob", "reason"),
    [
        (Knob.ISSUED_TOMORROW, "JWT was issued more than 600 seconds in the future"),
        (Knob.RESPONSE_ISS_OTHER, "does not match the issuer provided in the response by the OP"),
    ],
)
def test_what_no_scenario_does_and_apache_refuses(behind: Behind, knob: Knob, reason: str) -> None:
    before = len(behind.apache.log)

    page, _ = behind.sas.log_in(knob)

    assert page.marks == ()
    assert reason in behind.apache.log[before:]


@pytest.mark.parametrize("knob", [Knob.EMAIL_NOT_VERIFIED, Knob.NOT_YET_VALID, Knob.ACR_OTHER])
def test_what_apache_does_not_look_at(behind: Behind, knob: Knob) -> None:
    page, _ = behind.sas.log_in(knob)

    assert page.marks == INSIDE
