from __future__ import annotations

from datetime import UTC, datetime

from sas_recette.exchange.model import Exchange, Fault, Request
from sas_recette.platform.transport import Limits, Transport
from tests.platform.loopback import Handler, serving

STARTED = datetime(2026, 6, 16, 8, 12, tzinfo=UTC)
LIMITS = Limits(total_timeout=2.0, connect_timeout=2.0, max_body=100_000, max_header=16_384)


def transport(limits: Limits = LIMITS) -> Transport:
    return Transport(clock=lambda: STARTED, limits=limits)


def send(url: str, limits: Limits = LIMITS, request: Request | None = None) -> Exchange:
    return transport(limits).send(request or Request("GET", url), scenario="s1", step="pas")


def exchange_with(handler: Handler, limits: Limits = LIMITS) -> Exchange:
    with serving(handler) as server:
        return send(server.url(), limits)


def fault_of(exchange: Exchange) -> Fault:
    assert exchange.fault is not None
    return exchange.fault
