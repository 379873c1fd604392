"""The provider on a real port, behind TLS."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest

from sas_recette.platform.identity.keys import KeyRing
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.identity.serving import serving
from sas_recette.platform.listening import ListeningError
from sas_recette.platform.pki import TestPki
from sas_recette.platform.tls import TlsMaterialError, client_context
from tests.platform.identity.desk import ANNE, MakeKey, asked, client
from tests.platform.loopback import free_port


@pytest.fixture
def provider(make: MakeKey) -> Provider:
    numbers = count(1)
    made = Provider(
        issuer=f"https://localhost:{free_port()}/realms/sas",
        client=client(),
        mode="delegation",
        clock=lambda: datetime.now(UTC),
        ids=lambda: f"echange-{next(numbers)}",
        keys=KeyRing("RS256", make),
    )
    made.stage("S01", "étape", ANNE, connected=True)
    return made


def address(provider: Provider) -> tuple[str, int]:
    return "127.0.0.1", int(provider.realm.origin.rpartition(":")[2])


@pytest.fixture
def served(provider: Provider, pki: TestPki) -> Iterator[Provider]:
    with serving(provider, address(provider), pki.server.certificate, pki.server.key):
        yield provider


def http(pki: TestPki, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> httpx.Client:
    return httpx.Client(verify=client_context(ca=pki.root, minimum=version, maximum=version), trust_env=False)


def test_a_client_that_verifies_is_served(served: Provider, pki: TestPki) -> None:
    with http(pki) as browser:
        response = browser.get(served.realm.authorization, params=asked())

    assert response.status_code == 302
    assert response.headers["connection"] == "close"
    assert "server" not in response.headers
    (exchange,) = served.taken()
    assert exchange.request.url == str(response.request.url)
    assert exchange.response is not None
    assert list(exchange.response.headers) == response.headers.multi_items()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_an_untrusted_certificate_is_seen_by_a_client_that_verifies(
    served: Provider, pki: TestPki, version: ssl.TLSVersion
) -> None:
    with http(pki, version) as careful:
        assert careful.get(served.realm.keys).status_code == 200
        served.stage("S01", "étape", ANNE, connected=True, knobs=frozenset({Knob.UNTRUSTED_CERTIFICATE}))
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            careful.get(served.realm.keys)
        with httpx.Client(verify=False, trust_env=False) as careless:  # noqa: S501 # what is tested
            assert careless.get(served.realm.keys).status_code == 200
        served.stage("S01", "étape", ANNE, connected=True)
        assert careful.get(served.realm.keys).status_code == 200

    assert len(served.taken()) == 3


def test_a_client_that_names_no_host_sees_it_too(served: Provider, pki: TestPki) -> None:
    served.stage("S01", "étape", ANNE, connected=True, knobs=frozenset({Knob.UNTRUSTED_CERTIFICATE}))
    address_only = served.realm.keys.replace("localhost", "127.0.0.1")

    with http(pki) as careful, pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        careful.get(address_only)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_no_session_is_resumed_over_an_untrusted_certificate(
    served: Provider, pki: TestPki, version: ssl.TLSVersion
) -> None:
    context = client_context(ca=pki.root, minimum=version, maximum=version)
    session, _ = resumed(served, context, None)
    session, again = resumed(served, context, session)
    assert again
    served.stage("S01", "étape", ANNE, connected=True, knobs=frozenset({Knob.UNTRUSTED_CERTIFICATE}))

    with pytest.raises(ssl.SSLCertVerificationError):
        resumed(served, context, session)


def resumed(
    provider: Provider, context: ssl.SSLContext, session: ssl.SSLSession | None
) -> tuple[ssl.SSLSession | None, bool | None]:
    """The TLS session of one request, and whether it was that of an earlier one."""
    with (
        socket.create_connection(address(provider), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost", session=session) as secured,
    ):
        secured.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while secured.recv(65536):
            pass
        return secured.session, secured.session_reused


def test_a_client_that_gives_up_on_a_silent_endpoint_is_recorded(served: Provider, pki: TestPki) -> None:
    served.stage("S01", "étape", ANNE, connected=True, knobs=frozenset({Knob.TOKEN_SILENT}))

    with http(pki) as impatient, pytest.raises(httpx.ReadTimeout):
        impatient.post(served.realm.token, data={"code": "x"}, timeout=0.2)

    (exchange,) = served.taken()
    assert (exchange.response, exchange.facts["outcome"]) == (None, "fault")


def test_a_port_that_is_taken(served: Provider, pki: TestPki) -> None:
    taken = address(served)
    with (
        pytest.raises(ListeningError, match=f"127.0.0.1, port {taken[1]}\u00a0: ce port est déjà pris"),
        serving(served, taken, pki.server.certificate, pki.server.key),
    ):
        pytest.fail("nothing is served")


def test_an_address_that_is_not_of_this_machine(provider: Provider, pki: TestPki) -> None:
    with (
        pytest.raises(ListeningError, match="ne peut pas tenir le rôle de la plateforme"),
        serving(provider, ("192.0.2.1", 8443), pki.server.certificate, pki.server.key),
    ):
        pytest.fail("nothing is served")


def test_a_certificate_that_cannot_serve(provider: Provider, pki: TestPki, tmp_path: Path) -> None:
    with (
        pytest.raises(TlsMaterialError),
        serving(provider, address(provider), tmp_path / "absent.pem", pki.server.key),
    ):
        pytest.fail("nothing is served")


def test_the_port_is_free_afterwards(provider: Provider, pki: TestPki) -> None:
    for _ in range(2):
        with serving(provider, address(provider), pki.server.certificate, pki.server.key), http(pki) as browser:
            assert browser.get(provider.realm.keys).status_code == 200
