"""With what a load is sent: connections, an event loop, and what the user asked for."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final, Self

from sas_recette.engine.tls_data import Tls
from sas_recette.engine.tls_identity import password
from sas_recette.platform.load.firing import AsyncSender, Bounds, Stop
from sas_recette.platform.load.profile import Order
from sas_recette.platform.load.swarm import Swarm
from sas_recette.platform.transport import Limits

LOCUST_PORT: Final = 5557
"""Where workers of other machines look for the master, by Locust's own default."""

Run = Callable[[Coroutine[Any, Any, Stop]], Stop]


@dataclass(frozen=True, slots=True)
class Means:
    """`connections` are opened for one run and closed after it, in the event loop that `run` makes; a `swarm` sends in their stead."""

    connections: Callable[[], AbstractAsyncContextManager[AsyncSender]]
    run: Run = asyncio.run
    order: Order = field(default_factory=Order)
    bounds: Bounds = field(default_factory=Bounds)

    swarm: Swarm | None = None

    @classmethod
    def over_the_network(cls, identity: ssl.SSLContext, tls: Tls, limits: Limits, order: Order) -> Self:
        """Kept connections with a TLS identity; Locust's, with the same files, when workers are asked for."""

        def connections() -> AbstractAsyncContextManager[AsyncSender]:
            from sas_recette.platform.load.kept import KeptConnections  # only a load needs its client

            return KeptConnections(identity, limits)

        if not order.shared:
            return cls(connections, order=order)
        port = LOCUST_PORT if order.remote else _free_port()
        return cls(connections, order=order, swarm=Swarm(order.workers, port, order.remote, limits, _secrets(tls)))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _secrets(tls: Tls) -> dict[str, str]:
    """The variables that Locust's workers read (platform/load/locust_plan.py)."""
    given = {
        "SAS_CHARGE_CA": tls.server_ca,
        "SAS_CHARGE_CERTIFICATE": tls.client_certificate,
        "SAS_CHARGE_KEY": tls.client_key,
        "SAS_CHARGE_PASSWORD": password(tls),
    }
    return {name: str(value) for name, value in given.items() if value is not None}
