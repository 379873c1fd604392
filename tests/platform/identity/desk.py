"""A provider in process, and the hand of whoever calls it."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import httpx

from sas_recette.exchange.model import Exchange
from sas_recette.platform.identity.keys import KeyRing, SigningKey
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Client, Person
from sas_recette.platform.identity.provider import Provider
from sas_recette.platform.identity.realm import Mode

ISSUER = "https://plateforme.test:8443/realms/sas"
CALLBACK = "https://editeur.test/sso/retour"
SECRET = "secret du client: 100% & +"
VERIFIER = "un-verifieur-bien-assez-long-pour-etre-accepte"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ANNE = Person("sujet-anne", "anne.durand@regulation.test", "Durand", "Anne", "899700218896", "mot de passe d’Anne")
BRUNO = Person("sujet-bruno", "bruno.petit@regulation.test", "Petit", "Bruno", "318751275100020/42", "celui de Bruno")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

MakeKey = Callable[[str], SigningKey]


def client(**changes: Any) -> Client:  # noqa: ANN401 # the fields of a client
    return Client(**{"id": "editeur", "secret": SECRET, "redirect_uris": (CALLBACK,), **changes})


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Desk:
    provider: Provider
    client: Client
    clock: Clock
    cookies: dict[str, str] = field(default_factory=dict)

    def stage(self, person: Person | None = ANNE, *knobs: Knob, connected: bool = True) -> None:
        self.provider.stage("S01", "étape", person, connected=connected, knobs=frozenset(knobs))

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """One request of a browser or a server; only what the browser keeps is kept: its cookies."""

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.provider.app)
            async with httpx.AsyncClient(transport=transport, cookies=self.cookies) as http:
                response = await http.request(
                    method, url, params=query, data=form, headers=headers, auth=auth, content=content
                )
                self.cookies |= dict(response.cookies)
                return response

        return asyncio.run(exchange())

    def ask(self, **changes: str) -> httpx.Response:
        """An authorization request as it should be, but for the changes; an empty value is left out."""
        return self.send("GET", self.provider.realm.authorization, query=asked(**changes))

    def code(self, **changes: str) -> str:
        return answered(self.ask(**changes))["code"]

    def redeem(
        self,
        code: str,
        *,
        auth: tuple[str, str] = ("editeur", SECRET),
        form: Mapping[str, str] | None = None,
        code_verifier: str = VERIFIER,
    ) -> httpx.Response:
        """A token request as it should be, but for what `form` changes; an empty value is left out."""
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        sent |= {"code_verifier": code_verifier, **(form or {})}
        sent = {name: value for name, value in sent.items() if value}
        return self.send("POST", self.provider.realm.token, form=sent, auth=(quote_plus(auth[0]), quote_plus(auth[1])))

    def tokens(self) -> dict[str, Any]:
        response = self.redeem(self.code())
        assert response.status_code == 200
        return dict(response.json())

    def facts(self) -> dict[str, str]:
        """Those of the last exchange since the last time that they were taken."""
        return dict(self.exchanges()[-1].facts)

    def exchanges(self) -> tuple[Exchange, ...]:
        return self.provider.taken()

    def log_in(self, page: httpx.Response, username: str = ANNE.email, password: str = ANNE.password) -> httpx.Response:
        form = {"ticket": ticket_of(page), "username": username, "password": password}
        return self.send("POST", self.provider.realm.login, form=form)


def desk(
    make: MakeKey,
    mode: Mode = "delegation",
    registered: Client | None = None,
    *,
    pause: Callable[[float], Any] = asyncio.sleep,
    staged: bool = True,
) -> Desk:
    registered = registered or client()
    clock, numbers = Clock(), count(1)
    provider = Provider(
        issuer=ISSUER,
        client=registered,
        mode=mode,
        clock=clock,
        ids=lambda: f"echange-{next(numbers)}",
        idp_connect="mot-de-passe",
        pause=pause,
        keys=KeyRing(registered.algorithm, make),
    )
    made = Desk(provider, registered, clock)
    if staged:
        made.stage()
    return made


def asked(**changes: str) -> dict[str, str]:
    query = {
        "response_type": "code",
        "client_id": "editeur",
        "redirect_uri": CALLBACK,
        "scope": "openid email",
        "state": "un-state-imprevisible",
        "nonce": "un-nonce-imprevisible",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (query | changes).items() if value}


def answered(response: httpx.Response) -> dict[str, str]:
    """The parameters of an authorization response, once it is known to go where it should."""
    assert response.status_code in {302, 303}, response.text
    location = response.headers["location"]
    assert location.startswith(f"{CALLBACK}?")
    return dict(parse_qsl(urlsplit(location).query, strict_parsing=True))


def ticket_of(page: httpx.Response) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def part(token: str, index: int) -> dict[str, Any]:
    """The header (0) or the claims (1) of a JWT, unverified."""
    encoded = token.split(".")[index]
    return dict(json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))))
