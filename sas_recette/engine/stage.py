"""The stage: the platform’s OpenID Provider and inbox, one of each a process, and a browser a lane, started when needed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from sas_recette.engine.appointments_data import Appointments
from sas_recette.engine.browser_traces import BrowserTraces
from sas_recette.engine.driver import load_driver
from sas_recette.engine.person import NobodyError, Person
from sas_recette.engine.sso_data import SecretError, Sso
from sas_recette.engine.turns import Turns
from sas_recette.exchange.model import Exchange
from sas_recette.platform.browser import Browser
from sas_recette.platform.chromium import running_chromium
from sas_recette.platform.identity.key_file import signing_key
from sas_recette.platform.identity.keys import KeyRing, SigningKey
from sas_recette.platform.identity.person import Client
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.identity.serving import serving
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.listening import check_address
from sas_recette.platform.server_identity import ServerIdentity
from sas_recette.platform.tls import check_key_pair

_RETRY_AFTER: Final = 1
"""Seconds that an unavailable platform asks to wait."""

if TYPE_CHECKING:
    from sas_recette.platform.inbox.inbox import Inbox


@dataclass(slots=True)
class Patience:
    """Whether a message was waited for in vain: from then on nobody waits that long again in this campaign."""

    let_down: bool = False


class Stage(Protocol):
    """What a scenario plays with; each part starts when it is first asked for, and may then raise UserError.

    `driver` is the editor's own, if there is one; `person` somebody at the terminal.
    """

    @property
    def provider(self) -> Provider:
        """The platform's OpenID Provider. Raises UserError when it cannot listen."""
        ...

    @property
    def browser(self) -> Browser:
        """A browser. Raises NoBrowserError when none is there."""
        ...

    @property
    def driver(self) -> object | None:
        """The editor's driver. Raises DriverError."""
        ...

    @property
    def inbox(self) -> Inbox:
        """Where the platform receives appointments. Raises UserError when it cannot listen."""
        ...

    @property
    def person(self) -> Person:
        """Who acts in the solution when no driver does. Raises NobodyError when nobody can be asked."""
        ...

    @property
    def patience(self) -> Patience:
        """How long a message is waited for."""
        ...

    @property
    def lane(self) -> str:
        """The lane that its log-ins are of at the provider (`engine.lanes`); empty unless several play at the same time."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else uses the platform meanwhile. For the unnamed lane."""
        ...


@dataclass
class StageHand:
    """Opens each part of the stage the first time that it is asked for, and closes them at the end of the process.

    `folder` is the campaign's; `worker` begins the ids of what is recorded; `traces` are those of the browser, and `pictures`
    tells whether it takes any. `faulty` are the certificates that the inbox shows when a scenario wants a bad one.
    """

    sso: Sso
    appointments: Appointments | None
    folder: Path
    worker: str
    clock: Callable[[], datetime]
    traces: BrowserTraces
    somebody: Person | None = None
    faulty: Mapping[InboxFault, ServerIdentity] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    pictures: bool = True
    turns: Turns = field(default_factory=Turns)
    _kept: ExitStack = field(default_factory=ExitStack)
    _opening: threading.RLock = field(default_factory=threading.RLock)
    _provider: Provider | None = None
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _inbox: Inbox | None = None

    @property
    def provider(self) -> Provider:
        """See the protocol."""
        with self._opening:
            if self._provider is None:
                provider, files = self._new_provider(), _server_files(self.sso.certificate, self.sso.key, "sso")
                self._kept.enter_context(serving(provider, self.sso.address, *files))
                self._provider = provider
            return self._provider

    @property
    def browser(self) -> Browser:
        """See the protocol."""
        return self.browser_of("")

    def browser_of(self, lane: str) -> Browser:
        """The browser of a lane. Raises NoBrowserError when none is there."""
        with self._opening:
            if lane not in self._browsers:
                chromium = running_chromium(
                    clock=self.clock,
                    ids=self._browser_ids,
                    screenshots=self.folder / "pages" if self.pictures else None,
                    secrets=self.provider.secrets,
                    traces=self.traces.next,
                )
                self._browsers[lane] = self._kept.enter_context(chromium)
            return self._browsers[lane]

    @cached_property
    def _browser_ids(self) -> Callable[[], str]:
        return self._numbered("nav")

    @property
    def lane(self) -> str:
        """See the protocol."""
        return ""

    def alone(self) -> AbstractContextManager[None]:
        """See the protocol."""
        return self.turns.alone()

    def beside(self, lane: str) -> Stage:
        """The same stage as another lane has it, with a browser of its own."""
        return _Beside(self, lane)

    @property
    def driver(self) -> object | None:
        """See the protocol."""
        return load_driver(self.sso.driver, Path()) if self.sso.driver else None

    @property
    def inbox(self) -> Inbox:
        """See the protocol."""
        with self._opening:
            if self._inbox is None:
                self._inbox = self._kept.enter_context(self._receiving())
            return self._inbox

    @property
    def person(self) -> Person:
        """See the protocol."""
        if self.somebody is None:
            raise NobodyError(
                "Personne ne peut agir dans la solution quand la campagne se joue en plusieurs processus (-n)\u00a0: "
                'jouez ces scénarios sans -n, ou écrivez un pilote (appointments.booking = "driver").'
            )
        return self.somebody

    def left(self) -> tuple[Exchange, ...]:
        """What the inbox received once no scenario was there to take it any more."""
        return self._inbox.taken() if self._inbox is not None else ()

    def close(self) -> None:
        """Stop what was started."""
        self._kept.close()

    def _new_provider(self) -> Provider:
        sso, keys = self.sso, KeyRing(self.sso.algorithm, given=signing_key_of(self.sso))
        keys.warm()
        return Provider(
            issuer=sso.issuer,
            client=client_of(sso),
            mode=sso.mode,
            clock=self.clock,
            ids=self._numbered("sas"),
            idp_connect=sso.idp_connect,
            keys=keys,
        )

    @contextmanager
    def _receiving(self) -> Iterator[Inbox]:
        from sas_recette.platform.inbox.client import ExpectedClient
        from sas_recette.platform.inbox.inbox import Inbox
        from sas_recette.platform.inbox.serving import serving_inbox

        declared = self.appointments
        if declared is None or declared.client_ca is None:
            raise SecretError("appointments.client_ca est requis\u00a0: la plateforme ne reçoit qu’un client certifié.")
        client = ExpectedClient(declared.client_cn, declared.client_ou)
        inbox = Inbox(
            declared.base_url, clock=self.clock, ids=self._numbered("rdv"), client=client, retry_after=_RETRY_AFTER
        )
        identity = ServerIdentity(*_server_files(declared.certificate, declared.key, "appointments"))
        with serving_inbox(inbox, declared.address, identity, declared.client_ca, faulty=self.faulty):
            yield inbox

    def _numbered(self, what: str) -> Callable[[], str]:
        numbers = itertools.count(1)
        return lambda: f"{self.worker}-{what}-{next(numbers):04d}"


@dataclass(frozen=True, slots=True)
class _Beside:
    """The stage of a named lane."""

    hand: StageHand
    lane: str

    @property
    def provider(self) -> Provider:
        return self.hand.provider

    @property
    def browser(self) -> Browser:
        return self.hand.browser_of(self.lane)

    @property
    def driver(self) -> object | None:
        return self.hand.driver

    @property
    def inbox(self) -> Inbox:
        return self.hand.inbox

    @property
    def person(self) -> Person:
        return self.hand.person

    @property
    def patience(self) -> Patience:
        return self.hand.patience

    def alone(self) -> AbstractContextManager[None]:
        return self.hand.alone()


def _server_files(certificate: Path | None, key: Path | None, table: str) -> tuple[Path, Path]:
    if certificate is None or key is None:
        raise SecretError(f"{table}.certificate et {table}.key sont requis\u00a0: le banc se présente avec eux.")
    return certificate, key


def check_stage(sso: Sso, appointments: Appointments | None) -> None:
    """Make sure, before anything is sent, that the stage could open: secrets, certificates, addresses, driver.

    Raises UserError. Whether a browser is there is left to the scenarios, which are « non vérifié » without it.
    """
    client_of(sso)
    signing_key_of(sso)
    if sso.certificate is not None and sso.key is not None:
        check_key_pair(sso.certificate, sso.key)
    check_address(sso.address)
    if sso.driver:
        load_driver(sso.driver, Path())
    if sso.local is not None:
        sso.local.password()
    if appointments is not None and appointments.base_url:
        check_key_pair(*_server_files(appointments.certificate, appointments.key, "appointments"))
        check_address(appointments.address)


def signing_key_of(sso: Sso) -> SigningKey | None:
    """The key that the platform signs with in every campaign, if there is one. Raises SigningKeyError."""
    return None if sso.signing_key is None else signing_key(sso.signing_key, sso.algorithm)


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
