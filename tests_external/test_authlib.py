"""A Starlette application logs in through the bench with authlib's client: another relying party that nobody of this project wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from sas_recette.cli.reference_sso import free_port
from sas_recette.platform.browser import Browser
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client
from sas_recette.platform.pki import TestPki
from tests_external.authlib_app import HOST, running_agenda
from tests_external.platform import ENTRY, INSIDE, Platform, issuer_at, platform, told

SECRET: Final = "secret: 100 % & +/=x"

REFUSED: Final = {
    Knob.BAD_SIGNATURE: "BadSignatureError",
    Knob.UNKNOWN_KID: "InvalidKeyIdError",
    Knob.ALG_NONE: "UnsupportedAlgorithmError",
    Knob.HS256_WITH_SECRET: "UnsupportedAlgorithmError",
    Knob.ISS_FINAL_SLASH: "InvalidClaimError",
    Knob.AUD_ABSENT: "MissingClaimError",
    Knob.AZP_OTHER: "InvalidClaimError",
    Knob.EXPIRED: "ExpiredTokenError",
    Knob.ISSUED_TOMORROW: "InvalidClaimError",
    Knob.NONCE_OTHER: "InvalidClaimError",
    Knob.NONCE_ABSENT: "MissingClaimError",
    Knob.SUB_ABSENT: "MissingClaimError",
    Knob.STATE_ALTERED: "MismatchingStateError",
    Knob.TOKEN_HTML: "ValueError",
}
"""What authlib says of each."""


@contextmanager
def _logging_in(pki: TestPki, browser: Browser, authentication: str, algorithm: str) -> Iterator[Platform]:
    port, platform_port = free_port(), free_port()
    client = Client("agenda", SECRET, (f"https://{HOST}:{port}/sso/retour",), authentication, algorithm)
    with (
        running_agenda(client, issuer_at(platform_port), port, pki) as url,
        platform(client, platform_port, url, pki, browser) as sas,
    ):
        yield sas


@pytest.fixture(scope="module")
def sas(pki: TestPki, browser: Browser) -> Iterator[Platform]:
    with _logging_in(pki, browser, "client_secret_basic", "RS256") as running:
        yield running


@pytest.mark.parametrize(
    ("authentication", "algorithm"), [("client_secret_basic", "ES256"), ("client_secret_post", "RS256")]
)
def test_logging_in(pki: TestPki, browser: Browser, authentication: str, algorithm: str) -> None:
    with _logging_in(pki, browser, authentication, algorithm) as sas:
        page, exchanges = sas.log_in()

    token = told(exchanges, "token")
    assert (page.marks, page.url) == (INSIDE, sas.solution + ENTRY.partition("?")[0])
    assert (token["authentication"], token["authenticated"], token["verifier"]) == (authentication, "yes", "right")
    assert json.loads(token["id_token"])["header"]["alg"] == algorithm


@pytest.mark.parametrize("knob", REFUSED)
def test_what_authlib_refuses(sas: Platform, knob: Knob) -> None:
    page, _ = sas.log_in(knob)

    assert (page.marks, page.text) == ((), REFUSED[knob])


@pytest.mark.parametrize("knob", [Knob.ROTATED_KEY, Knob.AUD_OTHER, Knob.AUD_FOREIGN_ADDED])
def test_what_authlib_accepts(sas: Platform, knob: Knob) -> None:
    """Of audiences it only looks at azp, unless it is told more."""
    assert sas.log_in(knob)[0].marks == INSIDE
