"""The bench as the platform, beside a relying party: its provider on a port, a browser, and one regulator."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.campaign import utc_now
from sas_recette.exchange.model import Exchange, Page
from sas_recette.platform.browser import Browser, Mark, Tab
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client, Person
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.identity.serving import serving
from sas_recette.platform.pki import TestPki
from tests_external.solution import SESSION

PLATFORM_HOST: Final = "localhost"
"""Another site than the relying party's, 127.0.0.1: cookies are as they will be."""

ANNE: Final = Person(
    "sujet-anne", "anne.durand@regulation.example", "Durand", "Anne", password="le mot de passe d’Anne"
)
ENTRY: Final = "/ps/aline-mercier?origin=sas"
MARKS: Final = (Mark("session", selector=SESSION), Mark("anne", text=ANNE.email))
INSIDE: Final = ("session", "anne")


def issuer_at(port: int) -> str:
    return f"https://{PLATFORM_HOST}:{port}/realms/sas"


@dataclass(frozen=True, slots=True)
class Platform:
    """The provider, and what a browser sees of one solution behind it."""

    provider: Provider
    browser: Browser
    solution: str

    def log_in(self, *knobs: Knob) -> tuple[Page, tuple[Exchange, ...]]:
        """Anne, connected at the platform, follows a slot in a browser of her own: the last page, the platform's exchanges."""
        self.provider.stage("SSO", "connexion", ANNE, connected=True, knobs=frozenset(knobs))
        with self.browser.profile("SSO", MARKS) as profile:
            return self.arrive(profile.tab())

    def arrive(self, tab: Tab, address: str = ENTRY) -> tuple[Page, tuple[Exchange, ...]]:
        """The same with the platform as it is, in a tab."""
        page = tab.open(self.solution + address, step="Arrivée").page
        return page, self.provider.taken()


@contextmanager
def platform(client: Client, port: int, solution: str, pki: TestPki, browser: Browser) -> Iterator[Platform]:
    """The bench's provider for a client."""
    provider = Provider(issuer=issuer_at(port), client=client, mode="delegation", clock=utc_now, ids=_numbered())
    with serving(provider, (PLATFORM_HOST, port), pki.server.certificate, pki.server.key):
        yield Platform(provider, browser, solution)


def _numbered() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"sas-{next(numbers)}"


def told(exchanges: tuple[Exchange, ...], endpoint: str) -> dict[str, str]:
    """The facts of the last call to an endpoint; none when it was not called."""
    return dict(next((one.facts for one in reversed(exchanges) if one.facts.get("endpoint") == endpoint), {}))
