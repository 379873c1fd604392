"""The parts of the relying party on their own: attempts, the back channel over TLS, a product without a platform."""

from __future__ import annotations

import asyncio
import itertools
import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from sas_recette.editor.server import RunningEditor
from sas_recette.editor.sso.attempts import Attempts, Return, bound
from sas_recette.editor.sso.backchannel import BackChannel, verified
from sas_recette.editor.sso.failures import Failure, SsoError
from sas_recette.editor.targets import local_target, without_origin
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.identity.serving import serving
from tests.editor.bench import NOW
from tests.editor.conftest import Pki
from tests.editor.pki import client_context
from tests.editor.sso_bench import RETURN, ring


def test_attempts_are_bounded_and_the_oldest_go_first() -> None:
    attempts = Attempts(lambda: NOW)
    begun = [attempts.begin("/ps/x", f"state-{i}", "", "") for i in range(2_500)]
    assert attempts.pending() == tuple(begun[-2_000:])


def test_an_attempt_is_found_by_its_state_and_its_cookie_only() -> None:
    attempts = Attempts(lambda: NOW)
    mine, other = (attempts.begin("/ps/x", state, "", "") for state in ("mine", "other"))
    cookies = {mine.cookie: mine.secret}
    assert bound(attempts, Return({"state": "mine"}, cookies)) == mine
    for state, held in [("other", cookies), ("mine", {}), ("", cookies), ("mine", {mine.cookie: other.secret})]:
        assert bound(attempts, Return({"state": state}, held)) is None
    assert attempts.end(mine)
    assert not attempts.end(mine)


def test_an_attempt_expires() -> None:
    now = NOW
    attempts = Attempts(lambda: now)
    attempts.begin("/ps/x", "state", "", "")
    now += timedelta(minutes=10, seconds=1)
    assert attempts.pending() == ()


def request(root: str) -> Request:
    return Request({"type": "http", "root_path": root, "path": "/", "headers": [], "query_string": b""})


@given(st.text(alphabet="/\\.%2eps:ailurx?#\t\r\n \x00", max_size=30))
def test_a_local_target_is_always_a_page_of_ours(tail: str) -> None:
    for target in (tail, f"/vierge/ps/{tail}", f"/ps/{tail}"):
        found = local_target(request("/vierge"), target)
        resolved = httpx.URL("https://agenda.example/sso/retour").join(found) if found else None
        if resolved is not None:
            assert (found, resolved.host) == (target, "agenda.example")
            assert resolved.path.startswith("/vierge/ps/")


@pytest.mark.parametrize(
    ("target", "clean"),
    [
        ("/ps/x?origin=sas", "/ps/x"),
        ("/ps/x?a=%20b&origin=sas&c=+&origin=", "/ps/x?a=%20b&c=+"),
        ("/ps/x?origine=sas", "/ps/x?origine=sas"),
        ("/ps/x", "/ps/x"),
    ],
)
def test_the_page_that_comes_back_has_no_origin(target: str, clean: str) -> None:
    assert without_origin(target) == clean


def test_the_back_channel_trusts_the_authority_of_the_platform_only(pki: Pki) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    issuer = f"https://127.0.0.1:{port}/realms/sas"
    numbers = itertools.count(1)
    provider = Provider(
        issuer=issuer,
        client=Client("agenda", "secret", (RETURN,)),
        mode="delegation",
        clock=lambda: datetime.now(UTC),
        ids=lambda: str(next(numbers)),
        keys=ring("RS256"),
    )
    url = f"{issuer}/.well-known/openid-configuration"
    careful = BackChannel(verified(pki.authority.path))
    careless = BackChannel(verified(pki.authority.path, verifies_tls=False))
    with serving(provider, ("127.0.0.1", port), pki.server.certificate, pki.server.key):
        assert asyncio.run(careful.read(url))["issuer"] == issuer
        provider.stage("scenario", "etape", None, connected=False, knobs=frozenset({Knob.UNTRUSTED_CERTIFICATE}))
        with pytest.raises(SsoError, match="certificate") as refused:
            asyncio.run(careful.read(url))
        assert refused.value.failure is Failure.UNREACHABLE
        assert asyncio.run(careless.read(url))["issuer"] == issuer


@pytest.mark.parametrize("path", ["/sso/depart", "/sso/retour?code=a&state=b"])
def test_without_a_platform_the_pages_say_so(editor: RunningEditor, pki: Pki, path: str) -> None:
    with httpx.Client(verify=client_context(pki.authority.path)) as browser:
        page = browser.get(f"{editor.agenda_url}{path}")
    assert page.status_code == 404
    assert '<main id="erreur">' in page.text
    assert "Aucune plateforme SAS n’est configurée" in page.text
