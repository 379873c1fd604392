"""What was recorded of a scenario, in the order in which a reader follows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sas_recette.exchange.model import Exchange, Page


def in_order(exchanges: Iterable[Exchange], pages: Iterable[Page]) -> tuple[Exchange | Page, ...]:
    """Exchanges by their beginning and pages by the instant they are at rest, so that what led to a page comes before it.

    The exchanges of the browser that belong to a page are left out: the page names them (`hops`).
    """
    shown = tuple(pages)
    hops = {name for page in shown for name in page.hops}
    alone = (exchange for exchange in exchanges if exchange.id not in hops)
    return tuple(sorted((*alone, *shown), key=_instant))


def at_rest(page: Page) -> datetime:
    """The instant at which a page was as it is recorded."""
    return page.started + timedelta(milliseconds=page.duration)


def _instant(recorded: Exchange | Page) -> datetime:
    return at_rest(recorded) if isinstance(recorded, Page) else recorded.started
