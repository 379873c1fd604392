"""The inbox on a port of its own, behind mutual TLS: a thread for each connection, on plain blocking sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sas_recette.platform.inbox.conversation import Conversation
from sas_recette.platform.inbox.handshake import Door, HandshakeError, tls_facts
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import BrokenHandshake, InboxFault
from sas_recette.platform.inbox.patience import Limits, persist
from sas_recette.platform.listening import listening
from sas_recette.platform.server_identity import ServerIdentity, untrusted_identity
from sas_recette.platform.tls import check_key_pair, load_certificates

_CONNECTIONS: Final = 64
_STOP_SECONDS: Final = 5.0
_SLICE: Final = 0.1
_NOTHING: Final = "le client a quitté la connexion sans rien envoyer"


@contextmanager
def serving_inbox(
    inbox: Inbox,
    address: tuple[str, int],
    identity: ServerIdentity,
    client_ca: Path | None,
    *,
    faulty: Mapping[InboxFault, ServerIdentity] | None = None,
    limits: Limits | None = None,
) -> Iterator[None]:
    """Serve an inbox at a host and port as long as the context lasts.

    `client_ca` holds the PEM authorities that clients' certificates come from; None asks for no certificate. `faulty` are the
    certificates of the states WRONG_HOST and EXPIRED_CERTIFICATE, which only the authority that the candidate trusts can
    issue; UNTRUSTED_CERTIFICATE needs none. Asking the inbox for a state that has no certificate is a fault of the bench,
    which `taken` raises. Raises ListeningError when the port is taken or the host is not of this machine, TlsMaterialError
    when the files cannot serve, ValueError when a client is expected that no authority vouches for.
    """
    if client_ca is None and inbox.client is not None:
        raise ValueError("a client is expected, and no authority is given")
    identities: dict[InboxFault | None, ServerIdentity] = {None: identity}
    identities.update((faulty or {}).items())
    for each in identities.values():
        check_key_pair(each.certificate, each.key)
    if client_ca is not None:
        load_certificates(client_ca)
    hosts = sorted({urlsplit(inbox.base_url).hostname or address[0], address[0]})
    with untrusted_identity(hosts) as unknown, listening(address) as listener:
        door = Door({InboxFault.UNTRUSTED_CERTIFICATE: unknown, **identities}, client_ca)
        server = _Server(inbox, door, limits or Limits(), listener)
        server.start()
        try:
            yield
        finally:
            server.stop()


@dataclass(slots=True)
class _Server:
    inbox: Inbox
    door: Door
    limits: Limits
    listener: socket.socket
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.listener.settimeout(_SLICE)
        self._threads.append(threading.Thread(target=self._accept, name="inbox", daemon=True))
        self._threads[0].start()

    def stop(self) -> None:
        self._stopped.set()
        deadline = time.monotonic() + _STOP_SECONDS
        for thread in self._threads:  # the first one adds the others: it is joined before they are listed
            thread.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        while not self._stopped.is_set():
            self._threads[1:] = [thread for thread in self._threads[1:] if thread.is_alive()]
            if len(self._threads) > _CONNECTIONS:
                self._stopped.wait(_SLICE)
                continue
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            except OSError as error:
                if not self._stopped.wait(_SLICE):
                    self.inbox.fail(error)
                continue
            thread = threading.Thread(target=self._meet, args=(connection,), name="inbox-connection", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _meet(self, connection: socket.socket) -> None:
        with closing(connection):
            try:
                self._serve(connection)
            except HandshakeError as error:
                if not (error.broken.greeting.refused or self._stopped.is_set()):
                    self.inbox.broken(error.broken)
            except Exception as error:  # whatever it is, the candidate is not to blame: `taken` raises it
                self.inbox.fail(error)

    def _serve(self, plain: socket.socket) -> None:
        if not self._speaks(plain):
            return
        greeting = self.inbox.greet()
        secured = self.door.open(plain, greeting, self.limits.handshake, self._stopped.is_set)
        with closing(secured):
            facts = tls_facts(secured)
            conversation = Conversation(secured, facts, greeting, self.inbox, self.limits, self._stopped.is_set)
            conversation.hold()
        if greeting.certificate and not (conversation.heard or self._stopped.is_set()):
            self.inbox.broken(BrokenHandshake(_NOTHING, tls=facts, greeting=greeting))

    def _speaks(self, plain: socket.socket) -> bool:
        """Whether the client says anything: a probe of the port is not worth recording, nor does it use up a fault."""
        deadline = time.monotonic() + self.limits.handshake
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return bool(persist(plain, lambda: plain.recv(1, socket.MSG_PEEK), deadline, self._stopped.is_set))
        except OSError:
            return False
