from __future__ import annotations

import ssl

import pytest

from sas_recette.platform.pki import TestPki


@pytest.fixture
def demanding(pki: TestPki) -> ssl.SSLContext:
    """A server that wants a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    context.load_verify_locations(pki.chain)
    context.verify_mode = ssl.CERT_REQUIRED
    return context
