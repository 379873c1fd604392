"""How the Practitioner endpoint speaks HTTP: types of content, criteria, headers, what is declared (accounts.md §2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest
from starlette.types import Message

from sas_recette.editor.accounts.service import BODY_LIMIT
from sas_recette.editor.asgi import fhir_app
from sas_recette.editor.server import RunningEditor
from tests.editor.account_requests import (
    IDNPS,
    MAIL,
    NATIONAL,
    PROFILE,
    TECHNICAL,
    Platform,
    criterion,
    diagnostics,
    location,
    practitioner,
    product,
)
from tests.editor.bench import FHIR_BASE, body
from tests.editor.conftest import Pki
from tests.editor.pki import client_context

JSON_TYPES: Final = ["application/fhir+json", "application/json+fhir", "application/json"]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with product() as one:
        yield one


@pytest.mark.parametrize("accept", [*JSON_TYPES, "*/*"])
@pytest.mark.parametrize(
    "content_type", [*JSON_TYPES, "Application/FHIR+JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_media_types(platform: Platform, accept: str, content_type: str) -> None:
    reply = platform.post(practitioner(), accept=accept, content_type=content_type)
    assert (reply.status, reply.content_type) == (201, "application/fhir+json; charset=utf-8")
    assert platform.put(NATIONAL, practitioner(), accept=accept, content_type=content_type).status == 200


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/fhir+xml", "application/json; charset=iso-8859-1"]
)
def test_a_body_of_another_type_is_not_read(platform: Platform, content_type: str) -> None:
    reply = platform.post(practitioner(), content_type=content_type)
    assert (reply.status, len(diagnostics(reply))) == (415, 1)
    assert f"«\u00a0{content_type}\u00a0»" in diagnostics(reply)[0]
    assert platform.everybody() == []


def test_another_answer_is_not_available(platform: Platform) -> None:
    assert platform.post(practitioner(), accept="application/fhir+xml").status == 406
    assert platform.post(practitioner(), query="_format=xml").status == 406
    assert platform.everybody() == []


@pytest.mark.parametrize("value", ["json", "application/fhir%2Bjson", "application/json+fhir"])
def test_format_is_understood_on_both_verbs(platform: Platform, value: str) -> None:
    assert platform.post(practitioner(), query=f"_format={value}").status == 201
    query = f"{criterion(NATIONAL)}&_format={value}"
    assert platform.send("PUT", practitioner(), query, accept="text/html").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "identifier=urn:oid:1.2.250.1.71.4.2.1%7C3456780581/11242343",
        "identifier=urn:oid:1.2.250.1.71.4.2.1%7C3456780581%2F11242343",
        "identifier=urn%3Aoid%3A1.2.250.1.71.4.2.1%7c3456780581%2f11242343",
        "identifier=urn:oid:1.2.250.1.71.4.2.1|3456780581/11242343",
        "identifier=3456780581/11242343",
    ],
)
def test_every_spelling_of_a_criterion(platform: Platform, query: str) -> None:
    platform.created(practitioner())
    reply = platform.send("PUT", practitioner(), query)
    assert (reply.status, body(reply)["id"]) == (200, "compte-1")


@pytest.mark.parametrize(
    "value", ["3456780581", "3456780581/1124234", "3456780581/112423433", "%253456780581/11242343"]
)
def test_another_value_designates_nobody(platform: Platform, value: str) -> None:
    platform.created(practitioner())
    found = body(platform.send("GET", query=f"identifier={IDNPS}%7C{value}"))
    assert (found["total"], "entry" in found) == (0, False)
    assert body(platform.send("GET", query=f"identifier=%7C{NATIONAL[1]}"))["total"] == 0


def test_the_case_of_a_uuid_does_not_matter_and_that_of_a_number_does(platform: Platform) -> None:
    platform.created(practitioner(TECHNICAL))
    upper = (TECHNICAL[0], TECHNICAL[1].upper())
    assert platform.found(upper) == platform.found(TECHNICAL)
    assert platform.send("PUT", practitioner(TECHNICAL), f"identifier={upper[1]}").status == 200
    platform.created(practitioner((IDNPS, "3620100057/70326SR"), email="a@b"))
    assert platform.found((IDNPS, "3620100057/70326sr")) == []


def test_a_search_gives_a_searchset(platform: Platform) -> None:
    created = body(platform.post(practitioner()))
    query = criterion(NATIONAL)
    found = body(platform.send("GET", query=query))
    assert (found["type"], found["total"], found["link"][0]["url"]) == (
        "searchset",
        1,
        f"{FHIR_BASE}/Practitioner?{query}",
    )
    assert found["entry"] == [
        {"fullUrl": f"{FHIR_BASE}/Practitioner/compte-1", "resource": created, "search": {"mode": "match"}}
    ]


def test_a_read(platform: Platform) -> None:
    created = platform.post(practitioner())
    path = location(created).removeprefix(FHIR_BASE)
    assert platform.send("GET", path=path).body == created.body
    for unknown in ("compte-2", "compte-01", "1", "ps-a", "compte-" + "9" * 40):
        reply = platform.send("GET", path=f"/Practitioner/{unknown}")
        assert (reply.status, len(diagnostics(reply))) == (404, 1)
    assert platform.send("GET", path="/Practitioner/compte-1/_history").status == 404


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/Practitioner", "GET, POST, PUT"),
        ("DELETE", "/Practitioner/compte-1", "GET, PUT"),
        ("POST", "/Practitioner/compte-1", "GET, PUT"),
        ("PATCH", "/Practitioner", "GET, POST, PUT"),
    ],
)
def test_other_methods(platform: Platform, method: str, path: str, allow: str) -> None:
    platform.created(practitioner())
    reply = platform.send(method, practitioner(family="Autre"), path=path)
    assert (reply.status, reply.headers) == (405, (("Allow", allow),))
    assert len(diagnostics(reply)) == 1
    assert platform.found(NATIONAL)[0]["name"][0]["family"] == "Loridon"


def test_what_is_declared(platform: Platform) -> None:
    declared = body(platform.send("GET", path="/metadata"))["rest"][0]["resource"]
    assert [one["type"] for one in declared] == ["Slot", "Schedule", "Practitioner"]
    assert declared[2] == {
        "type": "Practitioner",
        "profile": PROFILE,
        "interaction": [{"code": "read"}, {"code": "create"}, {"code": "update"}, {"code": "search-type"}],
        "updateCreate": True,
        "conditionalUpdate": True,
        "searchParam": [{"name": "identifier", "type": "token"}],
    }


def _asked(platform: Platform, chunks: list[bytes]) -> tuple[int, dict[str, Any], int]:
    """Status and body that a POST gets over ASGI, and how many of its chunks were read."""
    sent: list[Message] = []
    waiting = [
        {"type": "http.request", "body": chunk, "more_body": position < len(chunks)}
        for position, chunk in enumerate(chunks, 1)
    ]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/Practitioner",
        "query_string": b"",
        "headers": [(b"content-type", b"application/fhir+json")],
    }

    async def serve() -> None:
        await fhir_app(platform.bench.service, {})(scope, receive, send)

    asyncio.run(serve())
    return sent[0]["status"], json.loads(sent[1]["body"]), len(chunks) - len(waiting)


def test_a_body_in_pieces(platform: Platform) -> None:
    raw = json.dumps(practitioner()).encode()
    status, resource, _ = _asked(platform, [raw[:100], b"", raw[100:]])
    assert (status, resource["telecom"][0]["value"]) == (201, MAIL)


def test_a_long_body_is_drained_and_an_endless_one_is_not(platform: Platform) -> None:
    status, outcome, read = _asked(platform, [b" " * BODY_LIMIT] * 16)
    assert (status, outcome["issue"][0]["code"], read) == (413, "too-long", 16)
    status, _, read = _asked(platform, [b" " * 1024 * 1024] * 40)
    assert (status, read) == (413, 16)


def _post_all(base: str, pki: Pki, payloads: list[dict[str, Any]]) -> list[int]:
    """The statuses of simultaneous creations over mutual TLS."""
    headers = {"Content-Type": "application/fhir+json", "Accept": "application/json+fhir"}
    with (
        httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client,
        ThreadPoolExecutor(len(payloads)) as pool,
    ):
        sent = pool.map(lambda one: client.post(f"{base}/Practitioner", json=one, headers=headers), payloads)
        return sorted(reply.status_code for reply in sent)


def test_simultaneous_creations_on_the_wire(editor: RunningEditor, pki: Pki) -> None:
    base, _ = editor.variants["vierge"]
    assert _post_all(base, pki, [practitioner()] * 6) == [201, 422, 422, 422, 422, 422]
    apart = [practitioner((IDNPS, f"3990000001/{number}"), email=f"{number}@test.com") for number in range(6)]
    assert _post_all(base, pki, apart) == [201] * 6


def test_simultaneous_creations_of_the_racy_version(editor: RunningEditor, pki: Pki) -> None:
    base, _ = editor.variants["acc-race-creates-two"]
    statuses = _post_all(base, pki, [practitioner()] * 6)
    assert statuses.count(201) > 1
    assert _post_all(base, pki, [practitioner()]) == [422]


def test_a_mebibyte_on_the_wire(editor: RunningEditor, pki: Pki) -> None:
    headers = {"Content-Type": "application/fhir+json"}
    with httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client:
        reply = client.post(f"{editor.base_url}/Practitioner", content=b"x" * 1024 * 1024, headers=headers)
    assert (reply.status_code, reply.json()["issue"][0]["code"]) == (413, "too-long")
