"""What the product believes of the platform, and what it refuses (sso.md §6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.defects.sso_hooks import policy
from sas_recette.editor.sso.client import Authentication, SsoClient
from sas_recette.norm.canonicals import IDNPS_SYSTEM
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client
from tests.editor.sso_bench import AGENDA, CLIENT, ENTRY, ISSUER, LISE, PAUL, RETURN, SECRET, STRANGER, SsoBench, kind

POSITIVE = {
    Knob.ROTATED_KEY,
    Knob.EMAIL_IN_CAPITALS,
    Knob.EMAIL_NOT_VERIFIED,
    Knob.IDP_ABSENT,
    Knob.IDP_PSC,
    Knob.IDP_UNKNOWN,
    Knob.ACR_OTHER,
}
"""Legitimate, or without meaning in the delegation."""

NOT_SHOWN = {Knob.HELD, Knob.UNTRUSTED_CERTIFICATE, Knob.TOKEN_SILENT, Knob.KEYS_DOWN}
"""Nothing comes back, or only a real connection shows it, or a test of its own does."""

STATUS = {
    Knob.STATE_ALTERED: 400,
    Knob.STATE_ABSENT: 400,
    Knob.RESPONSE_ISS_OTHER: 400,
    Knob.TOKEN_400: 502,
    Knob.TOKEN_500: 502,
    Knob.TOKEN_HTML: 502,
    Knob.TOKEN_BAD_JSON: 502,
    Knob.TOKEN_WITHOUT_ID_TOKEN: 502,
}


@pytest.fixture(scope="module")
def bench() -> Iterator[SsoBench]:
    with SsoBench() as running:
        running.account(PAUL)
        yield running


@pytest.mark.parametrize("knob", sorted(POSITIVE))
def test_what_is_legitimate_is_borne(bench: SsoBench, knob: Knob) -> None:
    bench.stage(PAUL, knob)
    surfer = bench.surfer()
    assert str(surfer.open(ENTRY).url) == AGENDA
    assert surfer.session == "regulateur"


@pytest.mark.parametrize("knob", sorted(set(Knob) - POSITIVE - NOT_SHOWN))
def test_every_deviation_is_refused(bench: SsoBench, knob: Knob) -> None:
    bench.stage(PAUL, knob)
    surfer = bench.surfer()
    page = surfer.open(ENTRY)
    assert page.status_code == STATUS.get(knob, 403)
    assert page.url.path.startswith("/sso/echec/")
    assert surfer.session == "aucune"


def test_keys_that_cannot_be_read_let_nobody_in() -> None:
    with SsoBench() as bench:
        bench.account(PAUL)
        bench.stage(PAUL, Knob.KEYS_DOWN)
        assert bench.surfer().open(ENTRY).status_code == 502
        bench.stage(PAUL)
        assert kind(bench.surfer().open(ENTRY)) == "regulateur"


def test_keys_are_read_again_for_an_unknown_kid_only(bench: SsoBench) -> None:
    for knobs in ([], [], [Knob.ROTATED_KEY], [Knob.ROTATED_KEY]):
        bench.stage(PAUL, *knobs)
        bench.provider.taken()
        assert kind(bench.surfer().open(ENTRY)) == "regulateur"
        assert len(bench.facts("keys")) <= 1


def test_a_token_endpoint_that_says_nothing_is_not_waited_for() -> None:
    with SsoBench(policy(token_seconds=0.05)) as bench:
        bench.account(PAUL)
        bench.stage(PAUL, Knob.TOKEN_SILENT)
        assert bench.surfer().open(ENTRY).url.path == "/sso/echec/plateforme-injoignable"


@pytest.mark.parametrize("authentication", ["client_secret_basic", "client_secret_post"])
def test_the_client_authenticates_as_registered(authentication: Authentication) -> None:
    with SsoBench(authentication=authentication) as bench:
        bench.account(PAUL)
        bench.stage()
        assert kind(bench.surfer().open(ENTRY)) == "regulateur"
        [call] = bench.facts("token")
    assert (call["authentication"], call["authenticated"], call["secret_in_url"]) == (authentication, "yes", "no")


def test_the_client_authenticates_by_a_key_of_its_own(tmp_path: Path) -> None:
    key, file = RSAKey.generate_key(2048), tmp_path / "client.pem"
    file.write_bytes(key.as_pem(private=True))
    keys = json.dumps({"keys": [key.as_dict(private=False)]})
    method: Authentication = "private_key_jwt"
    client = SsoClient(ISSUER, CLIENT, authentication=method, private_key=file)
    with SsoBench(client=client, registered=Client(CLIENT, "", (RETURN,), method, keys=keys)) as bench:
        bench.account(PAUL)
        bench.stage()
        assert kind(bench.surfer().open(ENTRY)) == "regulateur"
        assert [call["authentication"] for call in bench.facts("token")] == [method]


def test_a_provider_that_signs_with_elliptic_curves() -> None:
    with SsoBench(algorithm="ES256") as bench:
        bench.account(PAUL)
        bench.stage()
        assert kind(bench.surfer().open(ENTRY)) == "regulateur"


def test_another_issuer_than_the_configured_one_is_not_asked() -> None:
    with SsoBench(client=SsoClient(ISSUER.replace("/sas", "/autre"), CLIENT, SECRET)) as bench:
        bench.stage()
        assert bench.surfer().open(ENTRY).url.path == "/sso/echec/plateforme-injoignable"


@pytest.fixture(scope="module")
def wallet() -> Iterator[SsoBench]:
    with SsoBench(mode="psc") as running:
        running.account(PAUL)
        yield running


def test_pro_sante_connect_is_asked_for_its_level_and_the_account_is_that_of_the_number(wallet: SsoBench) -> None:
    wallet.stage(replace(PAUL, email=""))
    surfer = wallet.surfer()
    assert (str(surfer.open(ENTRY).url), surfer.session) == (AGENDA, "regulateur")
    [asked] = wallet.facts("authorization")
    assert (asked["scope"], asked["acr_values"], asked["nonce"]) == ("openid scope_all", "eidas1", "new")


def test_an_unknown_or_inactive_number_is_refused(wallet: SsoBench) -> None:
    wallet.account(LISE, active=False)
    for person in (STRANGER, LISE):
        wallet.stage(person)
        assert wallet.surfer().open(ENTRY).url.path == "/sso/echec/compte-inconnu"


@pytest.mark.parametrize("knob", [Knob.ACR_OTHER, Knob.USERINFO_OTHER_SUB, Knob.NONCE_OTHER, Knob.BAD_SIGNATURE])
def test_a_deviation_of_pro_sante_connect_is_refused(wallet: SsoBench, knob: Knob) -> None:
    wallet.stage(PAUL, knob)
    assert wallet.surfer().open(ENTRY).url.path == "/sso/echec/identite-non-prouvee"


def test_two_accounts_of_one_number_let_nobody_in() -> None:
    with SsoBench(mode="psc") as bench:
        number = Identifier(IDNPS_SYSTEM, "3990000003/DOUBLON")
        bench.stage(replace(PAUL, national=number.value))
        assert bench.surfer().open(ENTRY).url.path == "/sso/echec/compte-ambigu"
