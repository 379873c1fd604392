"""The HTTP Archive: what its specification wants, whatever was exchanged, and read by a browser’s own tool."""

from __future__ import annotations

import base64
import json
import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from playwright.sync_api import sync_playwright

from sas_recette.evidence.files import write_whole
from sas_recette.evidence.har import render_har
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Direction, Exchange, Page, Response, Timings
from sas_recette.platform.chromium.finding import find_browser
from tests.evidence.sample import bundle, campaign, exchanges
from tests.evidence.sso_sample import sso_exchanges, sso_pages
from tests.exchange.builders import EXCHANGES, PAGES

SCHEMA: Final = Draft202012Validator(
    json.loads((Path(__file__).parent / "har.schema.json").read_text(encoding="utf-8"))
)


def archive(recorded: Recorded) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(b"".join(render_har(campaign(), recorded)))["log"]
    return log


def entries(*of: Exchange) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = archive(Recorded({one.id: one for one in of}))["entries"]
    return found


@settings(max_examples=50)
@given(st.lists(EXCHANGES, max_size=3), st.lists(PAGES, max_size=2))
def test_whatever_was_recorded_the_archive_is_one(of: list[Exchange], pages: list[Page]) -> None:
    recorded = Recorded({one.id: one for one in of}, {page.id: page for page in pages})
    text = b"".join(render_har(campaign(), recorded))
    SCHEMA.validate(json.loads(text))
    log = json.loads(text)["log"]
    assert sorted(entry["_id"] for entry in log["entries"]) == sorted(recorded.exchanges)
    assert sorted(page["id"] for page in log["pages"]) == sorted(recorded.pages)
    begun = [datetime.fromisoformat(entry["startedDateTime"]) for entry in log["entries"]]
    assert begun == sorted(begun)
    for entry in log["entries"]:
        recorded_body = recorded.exchanges[entry["_id"]].request.body
        posted = entry["request"].get("postData", {"text": ""})
        assert _bytes(posted["text"], posted.get("_encoding")) == recorded_body
        response = recorded.exchanges[entry["_id"]].response
        content = entry["response"]["content"]
        assert _bytes(content.get("text", ""), content.get("encoding")) == (response.body if response else b"")
        phases = entry["timings"]
        assert entry["time"] == sum(value for name, value in phases.items() if name != "ssl" and value > 0)
        assert phases["connect"] >= phases["ssl"] or phases["connect"] == -1


def _bytes(text: str, encoding: str | None) -> bytes:
    return base64.b64decode(text) if encoding else text.encode("utf-8", "surrogatepass")


def test_an_entry() -> None:
    found, *_ = entries(exchanges()["E0001"])
    assert found["startedDateTime"] == "2026-03-12T08:30:05.120000+00:00"
    assert (found["_id"], found["_scenario"], found["_step"]) == ("E0001", "AGR-PS-01", "Recherche des créneaux")
    assert (found["_direction"], found["_tls"]["version"], found["_tls"]["peer"]["serial"]) == (
        "sent",
        "TLSv1.3",
        "4F:A2",
    )
    assert found["timings"] == {
        "blocked": 1000.0,
        "dns": -1,
        "connect": 43.5,
        "ssl": 31.0,
        "send": 0.0,
        "wait": 84.25,
        "receive": 6.25,
    }
    assert found["time"] == 1134.0
    assert found["request"]["queryString"] == [
        {"name": "_include", "value": "Slot:schedule"},
        {"name": "status", "value": "free"},
        {"name": "start", "value": "ge2026-03-12T09:30:00+01:00"},
    ]
    assert found["request"]["headersSize"] == -1, "a mask hides the length of Authorization"
    assert found["response"]["content"]["size"] == found["response"]["bodySize"] == len(bundle(4))


def test_sizes_are_those_of_the_wire_or_unknown() -> None:
    plain = replace(
        exchanges()["E0004"],
        response=Response(201, (("Location", "/Appointment/1"), ("Content-Encoding", "gzip")), b"{}"),
    )
    found, browsed = entries(plain, replace(plain, id="E2", direction=Direction.BROWSED))
    head = b"POST /Appointment HTTP/1.1\r\nContent-Type: application/fhir+json\r\n\r\n"
    assert found["request"]["headersSize"] == len(head)
    assert found["request"]["bodySize"] == len(plain.request.body)
    assert found["response"]["bodySize"] == -1
    assert found["response"]["redirectURL"] == "/Appointment/1"
    assert browsed["request"]["headersSize"] == -1


def test_cookies() -> None:
    said = (("Set-Cookie", "sid=***; Path=/; HttpOnly; Secure\nb=***; Domain=e.test"), ("Set-Cookie", "c=***"))
    request = replace(exchanges()["E0001"].request, headers=(("Cookie", "sid=***; b=***"),))
    found, *_ = entries(replace(exchanges()["E0001"], request=request, response=Response(200, said)))
    assert found["request"]["cookies"] == [{"name": "sid", "value": "***"}, {"name": "b", "value": "***"}]
    assert found["response"]["cookies"] == [
        {"name": "sid", "value": "***", "path": "/", "httpOnly": True, "secure": True},
        {"name": "b", "value": "***", "domain": "e.test"},
        {"name": "c", "value": "***"},
    ]


def test_no_response_is_told_as_browsers_do() -> None:
    found, *_ = entries(replace(exchanges()["E0005"], timings=Timings(connect=3.0, whole=5.0)))
    assert (found["response"]["status"], found["response"]["content"]) == (0, {"size": 0, "mimeType": "x-unknown"})
    assert found["_fault"] == {"kind": "reset", "phase": "receive", "detail": "connexion fermée par le pair"}
    assert (found["time"], found["timings"]["wait"], found["timings"]["blocked"]) == (5.0, 0.0, 2.0)


def test_what_led_to_a_page_names_it() -> None:
    log = archive(Recorded(sso_exchanges(), sso_pages()))
    page = next(one for one in sso_pages().values() if one.hops)
    assert {entry["_id"] for entry in log["entries"] if entry.get("pageref") == page.id} == set(page.hops)
    shown = next(one for one in log["pages"] if one["id"] == page.id)
    assert (shown["title"], shown["pageTimings"]["onLoad"], shown["_step"]) == (page.title, page.duration, page.step)


def test_a_long_campaign_does_not_stand_in_memory(tmp_path: Path) -> None:
    known, body = exchanges()["E0001"], b"x" * 20_000
    shared = replace(known, response=Response(200, (), body))
    many = {
        f"E{rank}": replace(shared, id=f"E{rank}", started=known.started + timedelta(seconds=rank))
        for rank in range(500)
    }
    path = tmp_path / "journal" / "echanges.har"
    tracemalloc.start()
    write_whole(path, render_har(campaign(), Recorded(many)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 10_000_000
    assert peak < 1_000_000


def test_a_browser_replays_an_answer(tmp_path: Path) -> None:
    """Playwright reads the archive and answers from it, at an address where nothing listens."""
    url = "https://agenda.example/fhir/Slot?status=free&start=ge2026-03-12T09%3A30%3A00%2B01%3A00"
    known = exchanges()["E0001"]
    answer = Response(200, (("Content-Type", "application/fhir+json"), ("X-Agenda", "1")), bundle(3))
    image = replace(known, id="E2", request=replace(known.request, url="https://agenda.example/octets"))
    both = (
        replace(known, request=replace(known.request, url=url), response=answer),
        replace(image, response=Response(200, (("Content-Type", "application/octet-stream"),), b"\xff\x00\xfe")),
    )
    path = tmp_path / "echanges.har"
    write_whole(path, render_har(campaign(), Recorded({one.id: one for one in both})))
    found = find_browser().path
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page()
        page.route_from_har(path, not_found="abort")
        replayed = page.goto(url)
        assert replayed is not None
        assert (replayed.status, replayed.body(), replayed.headers["x-agenda"]) == (200, answer.body, "1")
        octets = page.evaluate("fetch('/octets').then(r => r.arrayBuffer()).then(b => [...new Uint8Array(b)])")
        browser.close()
    assert octets == [255, 0, 254]
