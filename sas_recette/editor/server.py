"""Runs the reference editor: a FHIR listener under mutual TLS and a plain HTTPS listener for the agenda pages."""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from starlette.routing import Mount, Router
from starlette.types import ASGIApp
from uvicorn import Config, Server

from sas_recette.editor.appointments.platform import PlatformClient
from sas_recette.editor.asgi import not_found
from sas_recette.editor.behaviour import Behaviour, through
from sas_recette.editor.clear import serve_both
from sas_recette.editor.connection import REFERENCE_CONNECTION, TlsFiles, listener_context, revoked_serials
from sas_recette.editor.defects import behaviour_of
from sas_recette.editor.http import Pace
from sas_recette.editor.passwords import hash_password
from sas_recette.editor.peer import PeerProtocol
from sas_recette.editor.product import ACCOUNT_LOGIN, Product, ProductSettings, create_product, fill
from sas_recette.editor.seed import seed_day
from sas_recette.editor.sso.backchannel import TransportFactory
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.store import Store

_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 2


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """How to run the editor. A port of 0 takes a free one; the password is generated when None.

    `certificate`, `key` and `client_ca` are PEM files; a client must present a certificate of `client_ca`. `database` of
    None keeps everything in memory. `public_fhir_base` and `public_agenda_base` replace the loopback URLs in what is
    published. `edition` is the one whose codings are sent where editions disagree; None sends those of all of them. The
    two delays are those of the defects of slowness, in seconds. `sso` is what the editor is at the platform, None when no
    platform is configured; each variant is the same client there, and has a return address of its own:
    `<agenda base>/sso/retour`. `platform` is where it tells of the appointments that regulators book; each variant has messages
    of its own. `crls` are the revocation lists (PEM) of the clients' authorities; `identities` (a certificate and its key) and
    `strangers` (an authority, or a lone certificate) are PEM files that only defects use, by name.
    """

    certificate: Path
    key: Path
    client_ca: Path
    host: str = "127.0.0.1"
    fhir_port: int = 0
    web_port: int = 0
    expected_cn: str | None = None
    expected_ou: str | None = None
    defects: frozenset[str] = frozenset()
    clock: Callable[[], datetime] = _now
    new_id: Callable[[], str] = _new_id
    database: Path | None = None
    public_fhir_base: str | None = None
    public_agenda_base: str | None = None
    password: str | None = field(default=None, repr=False)
    edition: Literal["1.1.0", "1.2.0"] | None = None
    sluggish_seconds: float = 1.2
    stalled_seconds: float = 8.0
    sso: SsoClient | None = None
    sso_transport: TransportFactory | None = None
    platform: PlatformClient | None = None
    crls: tuple[Path, ...] = ()
    identities: Mapping[str, tuple[Path, Path]] = field(default_factory=dict)
    strangers: Mapping[str, Path] = field(default_factory=dict)

    @property
    def tls_files(self) -> TlsFiles:
        """The files of the FHIR endpoint."""
        return TlsFiles(self.certificate, self.key, self.client_ca, self.identities, self.strangers)


@dataclass(frozen=True, slots=True)
class RunningEditor:
    """A running editor. URLs have no final slash; `variants` gives the FHIR base and agenda base of each variant."""

    base_url: str
    agenda_url: str
    login: str
    password: str = field(repr=False)
    variants: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@contextmanager
def running_editor(
    settings: EditorSettings, variants: Mapping[str, frozenset[str]] | None = None
) -> Iterator[RunningEditor]:
    """Run the editor in a daemon thread as long as the context lasts.

    Each variant, a set of defect ids, is one more instance with a store of its own, in memory, under `/<name>/fhir` and
    `/<name>/ps/…`. Raises UnknownDefectError for an id that does not exist, OSError when a port is taken or a file cannot
    be read.
    """
    names: dict[str, frozenset[str]] = {"": settings.defects, **(variants or {})}
    behaviours = {name: behaviour_of(defects) for name, defects in names.items()}
    password = settings.password or secrets.token_urlsafe(12)
    with ExitStack() as stack:
        fhir_socket, web_socket = (
            stack.enter_context(_bound(settings.host, port)) for port in (settings.fhir_port, settings.web_port)
        )
        bases = {name: _bases(settings, name, fhir_socket, web_socket) for name in names}
        products = _products(settings, behaviours, bases, hash_password(password), stack)
        policy = through(behaviours[""].connection, REFERENCE_CONNECTION)
        context = listener_context(policy, settings.tls_files)
        fhir = Server(_config(_mounted(products, "/fhir"), context))
        web = Server(_config(_mounted(products, ""), _pages_context(settings)))
        shared = _Shared(fhir, stack.enter_context(_bound(settings.host, 0)), context) if policy.in_clear else None
        with _serving([(fhir, fhir_socket), (web, web_socket)], shared):
            yield RunningEditor(*bases[""], ACCOUNT_LOGIN, password, {name: bases[name] for name in names if name})


def _products(
    settings: EditorSettings,
    behaviours: Mapping[str, Behaviour],
    bases: Mapping[str, tuple[str, str]],
    password: str,
    stack: ExitStack,
) -> dict[str, Product]:
    """One instance a behaviour, each over its own store; `stack` closes the stores, and before them what sends messages."""
    now = settings.clock()
    main = stack.enter_context(closing(Store(settings.database)))
    fill(main, now, password)
    products: dict[str, Product] = {}
    for name, behaviour in behaviours.items():
        store = stack.enter_context(closing(main.copy())) if name else main
        instance = _product_settings(settings, *bases[name])
        product = products[name] = create_product(store, instance, seed_day(now), behaviour)
        if product.outbox is not None:
            stack.callback(product.outbox.close)
    return products


def serve(
    settings: EditorSettings, on_ready: Callable[[RunningEditor], None], stop: threading.Event | None = None
) -> None:
    """Run the editor until `stop` is set or the process is interrupted; `on_ready` learns where it listens."""
    with running_editor(settings) as editor:
        on_ready(editor)
        try:
            (stop or threading.Event()).wait()
        except KeyboardInterrupt:
            return


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named, the protocol makes asyncio set TCP_NODELAY: else a body waits 40 ms for the acknowledgement of its headers
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _bases(settings: EditorSettings, name: str, fhir: socket.socket, web: socket.socket) -> tuple[str, str]:
    """Public FHIR base and agenda base of an instance."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    prefix = f"/{name}" if name else ""
    fhir_base = f"https://{host}:{fhir.getsockname()[1]}{prefix}/fhir"
    agenda_base = f"https://{host}:{web.getsockname()[1]}{prefix}"
    if name:
        return fhir_base, agenda_base
    return settings.public_fhir_base or fhir_base, settings.public_agenda_base or agenda_base


def _product_settings(settings: EditorSettings, fhir_base: str, agenda_base: str) -> ProductSettings:
    return ProductSettings(
        fhir_base=fhir_base,
        agenda_base=agenda_base,
        clock=settings.clock,
        new_id=settings.new_id,
        expected_cn=settings.expected_cn,
        expected_ou=settings.expected_ou,
        revoked=revoked_serials(settings.crls),
        delays={Pace.SLUGGISH: settings.sluggish_seconds, Pace.STALLED: settings.stalled_seconds},
        edition=settings.edition,
        sso=settings.sso,
        sso_transport=settings.sso_transport,
        platform=settings.platform,
    )


def _mounted(products: Mapping[str, Product], suffix: str) -> ASGIApp:
    """Every instance under its own path, the unnamed one last since its path is the shortest."""
    routes = [
        Mount((f"/{name}" if name else "") + suffix, app=product.fhir if suffix else product.pages)
        for name, product in sorted(products.items(), reverse=True)
    ]
    return Router(routes, redirect_slashes=False, default=not_found)


def _pages_context(settings: EditorSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.certificate, settings.key)
    return context


def _config(app: ASGIApp, context: ssl.SSLContext) -> Config:
    return Config(
        app,
        http=PeerProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        ssl_context_factory=lambda _config, _default: context,
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """A server whose public socket takes TLS and plain HTTP; it listens itself at another one, where nobody comes."""

    server: Server
    hidden: socket.socket
    context: ssl.SSLContext

    def protocol(self) -> asyncio.Protocol:
        return PeerProtocol(config=self.server.config, server_state=self.server.server_state, app_state={})

    async def serve(self, listener: socket.socket) -> None:
        listener.listen()
        both = asyncio.ensure_future(serve_both(listener, self.protocol, self.context))
        await self.server.serve(sockets=[self.hidden])
        both.cancel()


@contextmanager
def _serving(listeners: Sequence[tuple[Server, socket.socket]], shared: _Shared | None = None) -> Iterator[None]:
    """All the servers in one loop of one daemon thread, started before the context and stopped after it."""

    async def serve_all() -> None:
        await asyncio.gather(
            *(
                shared.serve(listener) if shared and shared.server is server else server.serve(sockets=[listener])
                for server, listener in listeners
            )
        )

    servers = [server for server, _ in listeners]
    thread = threading.Thread(target=lambda: asyncio.run(serve_all()), name="editor", daemon=True)
    thread.start()
    try:
        _wait_until_started(servers, thread)
        yield
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(_START_SECONDS)


def _wait_until_started(servers: Iterable[Server], thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not all(server.started for server in servers):
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("L’éditeur de référence n’a pas démarré.")
        time.sleep(0.005)
