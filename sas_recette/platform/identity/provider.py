"""The platform as OpenID Provider: one realm, one client, whatever the scenario asks it to be (sso.md §7, §10)."""

from __future__ import annotations

import asyncio
import secrets as randomness
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from urllib.parse import unquote_plus

from starlette.types import ASGIApp

from sas_recette.exchange.model import Exchange
from sas_recette.platform.identity.back_channel import BackChannel
from sas_recette.platform.identity.codes import Codes
from sas_recette.platform.identity.front_channel import FrontChannel
from sas_recette.platform.identity.keys import KeyRing
from sas_recette.platform.identity.knobs import OF_THE_WHOLE_PLATFORM, Knob
from sas_recette.platform.identity.memory import Secrets
from sas_recette.platform.identity.messages import BODY_LIMIT, Incoming, Parameters, Reply
from sas_recette.platform.identity.pages import message_page
from sas_recette.platform.identity.person import Client, Person
from sas_recette.platform.identity.realm import Mode, Realm
from sas_recette.platform.identity.recording import Recorder
from sas_recette.platform.identity.staging import LANE_COOKIE, Stage

_PATIENCE: Final = 5.0
_METHODS: Final = ("GET", "POST")


class Provider:
    """A provider and its state, all in memory. Thread-safe: `app` may serve while a scenario sets the stage.

    `clock` gives aware instants, `random` an unguessable text of about so many bytes, `ids` the names of exchanges. `pause`
    waits so many seconds, when a scenario wants no answer. `keys` may hold keys that are ready; it is for `client.algorithm`.
    Raises ValueError when the client's keys are no JWK set.
    """

    def __init__(
        self,
        *,
        issuer: str,
        client: Client,
        mode: Mode,
        clock: Callable[[], datetime],
        ids: Callable[[], str],
        idp_connect: str = "pwd",
        random: Callable[[int], str] = randomness.token_urlsafe,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        keys: KeyRing | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._clock = clock
        self._random = random
        self._realm = Realm(issuer, client, mode, idp_connect)
        self._ring = keys or KeyRing(client.algorithm)
        self._secrets = Secrets()
        self._secrets.issued(client.secret)
        codes = Codes()
        self._front = FrontChannel(self._realm, self._ring, codes, self._secrets, random)
        self._back = BackChannel(self._realm, self._ring, codes, self._secrets, random)
        self._stages = {"": self._new_stage("", "", None, connected=False, knobs=frozenset(), lane="")}
        self._recorder = Recorder(
            origin=self._realm.origin,
            answer=self._answer,
            stage=self._stage_of,
            clock=clock,
            ids=ids,
            pause=pause,
        )

    @property
    def app(self) -> ASGIApp:
        """The provider as an ASGI application."""
        return self._recorder

    @property
    def realm(self) -> Realm:
        """Its addresses."""
        return self._realm

    @property
    def response(self) -> str:
        """The last authorization response of the unnamed lane, held or not; empty before the first one."""
        with self._lock:
            return self._front.responses.get("", "")

    @property
    def untrusted(self) -> bool:
        """Whether connections are to be met with a certificate that nobody trusts."""
        return Knob.UNTRUSTED_CERTIFICATE in self._stages[""].knobs

    def stage(
        self,
        scenario: str,
        step: str,
        person: Person | None,
        *,
        connected: bool,
        knobs: frozenset[Knob] = frozenset(),
        lane: str = "",
    ) -> None:
        """What happens from now on in a lane. Raises ValueError when somebody is to be connected and nobody is given.

        `knobs` hold for every request of the lane from now on, whatever the stage that its code or token comes from; those
        of the whole platform, for the unnamed lane only (ValueError).
        """
        if connected and person is None:
            raise ValueError("a connected browser is somebody's")
        if lane and knobs & OF_THE_WHOLE_PLATFORM:
            raise ValueError("a named lane cannot change the whole platform")
        with self._lock:
            if person is not None:
                self._secrets.issued(person.password)
            if Knob.ROTATED_KEY in knobs:
                self._ring.rotate()
            elif not lane:
                self._ring.settle()
            self._stages[lane] = self._new_stage(scenario, step, person, connected=connected, knobs=knobs, lane=lane)

    def taken(self, lane: str = "") -> tuple[Exchange, ...]:
        """A lane's exchanges since the last call, in the order they came in, after a while for those that are under way.

        Raises RuntimeError when the provider itself broke down.
        """
        return self._recorder.ledger.taken(_PATIENCE, lane)

    def secrets(self) -> frozenset[str]:
        """Every secret that was issued or shown: codes, tokens, passwords, verifiers, assertions, session cookies."""
        with self._lock:
            return self._secrets.all()

    def _new_stage(
        self, scenario: str, step: str, person: Person | None, *, connected: bool, knobs: frozenset[Knob], lane: str
    ) -> Stage:
        return Stage(scenario, step, person, connected, knobs, self._clock(), self._random(16), lane)

    def _stage_of(self, incoming: Incoming | None) -> Stage:
        """The stage of a request, by the lane that its browser, its code or its token is of.

        What is of none (the metadata, the keys) is of the unnamed lane, or of another as long as nothing plays in that one.
        """
        with self._lock:
            unnamed = self._stages[""]
            anybody = unnamed if unnamed.scenario else list(self._stages.values())[-1]
            if incoming is None or len(self._stages) == 1:
                return anybody
            lane = incoming.cookie(LANE_COOKIE) or self._back.lane(incoming, self._clock())
            return anybody if lane is None else self._stages.get(lane, anybody)

    def _answer(self, incoming: Incoming, stage: Stage) -> Reply:
        endpoint = self._realm.paths.get(incoming.path, "other")
        facts = {"endpoint": endpoint, "secret_in_url": self._secret_in_url(incoming)}
        if stage.knobs:
            facts["deviation"] = " ".join(sorted(stage.knobs))
        with self._lock:
            return self._routed(endpoint, incoming, stage, self._clock()).with_facts(facts)

    def _routed(self, endpoint: str, incoming: Incoming, stage: Stage, now: datetime) -> Reply:
        if incoming.method not in _METHODS:
            return Reply(405, (("Allow", ", ".join(_METHODS)),), facts={"outcome": "refused"})
        if len(incoming.query) > BODY_LIMIT:
            return Reply(414, facts={"outcome": "refused"})
        match endpoint:
            case "authorization":
                return self._front.authorize(incoming, stage, now)
            case "login":
                return self._front.log_in(incoming, stage, now)
            case "token":
                return self._back.token(incoming, stage, now)
            case "userinfo":
                return self._back.userinfo(incoming, stage, now)
            case "keys":
                return self._back.keys(stage)
            case "logout":
                return self._front.log_out(incoming, now)
            case "discovery":
                return Reply.of_json(200, self._realm.metadata).with_facts({"outcome": "metadata"})
        page = message_page(self._realm, 404, "Page introuvable", "La plateforme n’a pas de page à cette adresse.")
        return page.with_facts({"outcome": "error"})

    def _secret_in_url(self, incoming: Incoming) -> str:
        query = Parameters.of(incoming.query)
        named = "client_secret" in query or "client_assertion" in query
        secret = self._realm.client.secret
        told = bool(secret) and secret in unquote_plus(incoming.query.decode("utf-8", "replace"))
        return "yes" if named or told else "no"
