"""The provider on a port of its own, behind TLS: its certificate, or one that nobody should trust."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.listening import listening
from sas_recette.platform.server_identity import ServerIdentity, server_context, untrusted_identity
from sas_recette.platform.tls import check_key_pair
from sas_recette.platform.web_server import running


@contextmanager
def serving(provider: Provider, address: tuple[str, int], certificate: Path, key: Path) -> Iterator[None]:
    """Serve a provider at a host and port as long as the context lasts, in a thread of its own.

    `certificate` and `key` are PEM files. Raises ListeningError when the port is taken or the host is not of this machine,
    TlsMaterialError when the files cannot serve.
    """
    check_key_pair(certificate, key)
    hosts = sorted({urlsplit(provider.realm.issuer).hostname or address[0], address[0]})
    trusted = server_context(ServerIdentity(certificate, key))
    with untrusted_identity(hosts) as unknown:
        untrusted = server_context(unknown)
    context = _ChosenContext(ssl.PROTOCOL_TLS_SERVER)
    context.choose = lambda: untrusted if provider.untrusted else trusted
    with listening(address) as listener, running(provider.app, listener, "identity", context):
        yield


class _ChosenContext(ssl.SSLContext):
    """Another context for each connection, chosen as it begins.

    A callback on the server name would come too late: a client that resumes a session of the first context is shown no
    certificate at all.
    """

    choose: Callable[[], ssl.SSLContext]

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """What the server wraps each connection with."""
        return self.choose().wrap_bio(incoming, outgoing, server_side, server_hostname, session)
