"""The stage of single sign-on: the platform's OpenID Provider and a browser, one of each a process, started when needed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sas_recette.engine.driver import load_driver
from sas_recette.engine.sso_data import SecretError, Sso
from sas_recette.platform.browser import Browser
from sas_recette.platform.chromium import running_chromium
from sas_recette.platform.identity.keys import KeyRing
from sas_recette.platform.identity.person import Client
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.identity.serving import check_address, serving
from sas_recette.platform.tls import check_key_pair


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scenario of single sign-on plays with. `driver` is the editor's own, if there is one."""

    provider: Provider
    browser: Browser
    driver: object | None = None


@dataclass(slots=True)
class StageHand:
    """Opens the stage the first time that it is asked for, and closes it at the end of the process.

    `folder` is the campaign's; `worker` begins the ids of what is recorded.
    """

    sso: Sso
    folder: Path
    worker: str
    clock: Callable[[], datetime]
    _kept: ExitStack = field(default_factory=ExitStack)
    _stage: Stage | None = None

    def stage(self) -> Stage:
        """The stage. Raises UserError when the provider cannot listen, NoBrowserError when no browser is there."""
        if self._stage is None:
            self._stage = self._kept.enter_context(self._running())
        return self._stage

    def close(self) -> None:
        """Stop what was started."""
        self._kept.close()

    @contextmanager
    def _running(self) -> Iterator[Stage]:
        sso = self.sso
        if sso.certificate is None or sso.key is None:
            raise SecretError("sso.certificate et sso.key sont requis\u00a0: le banc se présente avec eux.")
        keys = KeyRing(sso.algorithm)
        keys.warm()
        provider = Provider(
            issuer=sso.issuer,
            client=client_of(sso),
            mode=sso.mode,
            clock=self.clock,
            ids=self._numbered("sas"),
            idp_connect=sso.idp_connect,
            keys=keys,
        )
        chromium = running_chromium(
            clock=self.clock,
            ids=self._numbered("nav"),
            screenshots=self.folder / "pages",
            secrets=provider.secrets,
        )
        with chromium as browser, serving(provider, sso.address, sso.certificate, sso.key):
            yield Stage(provider, browser, load_driver(sso.driver, Path()) if sso.driver else None)

    def _numbered(self, what: str) -> Callable[[], str]:
        numbers = itertools.count(1)
        return lambda: f"{self.worker}-{what}-{next(numbers):04d}"


def check_stage(sso: Sso) -> None:
    """Make sure, before anything is sent, that the stage could open: secrets, certificate, address, driver.

    Raises UserError. Whether a browser is there is left to the scenarios, which are « non vérifié » without it.
    """
    client_of(sso)
    if sso.certificate is not None and sso.key is not None:
        check_key_pair(sso.certificate, sso.key)
    check_address(sso.address)
    if sso.driver:
        load_driver(sso.driver, Path())
    if sso.local is not None:
        sso.local.password()


def client_of(sso: Sso) -> Client:
    """The client that the solution is at the platform. Raises SecretError when its secret or its keys are not there."""
    by_key = sso.authentication == "private_key_jwt"
    return Client(
        id=sso.client_id,
        secret="" if by_key else sso.client_secret(),
        redirect_uris=sso.redirect_uris,
        authentication=sso.authentication,
        algorithm=sso.algorithm,
        keys=sso.public_keys() if by_key else "",
    )
