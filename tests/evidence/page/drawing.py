"""Scenarios made of a few exchanges and pages, and their sequence diagrams read back from the report as XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final
from xml.etree import ElementTree

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.model import Direction, Exchange, Page, Request, Response
from tests.evidence.sample import START, campaign

BROWSER: Final = "Régulateur (navigateur)"
PLATFORM: Final = "Plateforme SAS (banc)"
SOLUTION: Final = "Solution candidate"
SOLUTION_URL: Final = "https://agenda.example"
PLATFORM_URL: Final = "https://127.0.0.1:9443"
INBOX_URL: Final = "https://127.0.0.1:9555/fhir"

Line = tuple[str, str, str]
"""Where an arrow comes from, where it leads, what it says."""


def svg_of(html: str, scenario: str) -> ElementTree.Element:
    (drawn,) = re.findall(rf'<svg [^>]*aria-labelledby="scenario-{scenario}-sequence".*?</svg>', html, re.DOTALL)
    return ElementTree.fromstring(drawn)  # noqa: S314 - written by the report under test


def text_of(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def lines(svg: ElementTree.Element) -> list[Line]:
    """The arrows of a diagram, their ends read off the lifelines where they start and stop."""
    heads = svg.findall("g[@class='heads']/text")
    names = {int(head.attrib["x"]): text_of(head) for head in heads}
    found = []
    for link in svg.findall("a"):
        (path,), (text,) = link.findall("path"), link.findall("text")
        ends = re.match(r"M(\d+) \d+H(\d+)m", path.attrib["d"])
        assert ends is not None
        found.append((names[int(ends[1])], names[int(ends[2])], text_of(text)))
    return found


def exchange(
    name: str,
    after: int,
    request: Request,
    status: int | None,
    *,
    step: str = "Étape",
    direction: Direction = Direction.SENT,
    facts: Mapping[str, str] | None = None,
) -> Exchange:
    return Exchange(
        id=name,
        scenario="RDV-J01",
        step=step,
        started=START + timedelta(milliseconds=after),
        request=request,
        response=None if status is None else Response(status),
        direction=direction,
        facts=facts or {},
    )


def sent(name: str, after: int, method: str, path: str, body: object = None, status: int = 200) -> Exchange:
    written = b"" if body is None else json.dumps(body).encode()
    return exchange(name, after, Request(method, f"{SOLUTION_URL}/fhir/{path}", body=written), status)


def told(name: str, after: int, method: str, status: str, answer: int | None = 201) -> Exchange:
    body = json.dumps({"resourceType": "Appointment", "status": status}).encode()
    request = Request(method, f"{INBOX_URL}/Appointment?identifier=urn:oid:1.2%7CA1", body=body)
    facts = {"endpoint": "inbox", "outcome": "kept"}
    return exchange(name, after, request, answer, direction=Direction.RECEIVED, facts=facts)


def hop(name: str, after: int, url: str, status: int | None = 302, method: str = "GET") -> Exchange:
    return exchange(name, after, Request(method, url), status, direction=Direction.BROWSED)


def called(name: str, after: int, endpoint: str, status: int | None = 200) -> Exchange:
    request = Request("POST" if endpoint == "token" else "GET", f"{PLATFORM_URL}/{endpoint}?x=1")
    return exchange(name, after, request, status, direction=Direction.RECEIVED, facts={"endpoint": endpoint})


def shown_page(name: str, after: int, hops: Iterable[Exchange], *marks: str, title: str = "Titre") -> Page:
    return Page(
        id=name,
        scenario="RDV-J01",
        step="Étape",
        started=START + timedelta(milliseconds=after),
        url=SOLUTION_URL,
        status=200,
        title=title,
        text="",
        marks=marks,
        hops=tuple(one.id for one in hops),
        duration=500.0,
    )


def played(recorded: Recorded, identifier: str = "RDV-J01") -> CampaignResult:
    """The campaign of the sample with one scenario, that these exchanges and pages are of."""
    hops = {name for page in recorded.pages.values() for name in page.hops}
    scenario = replace(
        campaign().scenarios[0],
        id=identifier,
        findings=(),
        exchanges=tuple(name for name in recorded.exchanges if name not in hops),
        pages=tuple(recorded.pages),
    )
    return replace(campaign(), requirements=(), scenarios=(scenario,), account_traces=(), appointment_traces=())


def recorded_of(exchanges: Iterable[Exchange], pages: Iterable[Page] = ()) -> Recorded:
    return Recorded({one.id: one for one in exchanges}, {one.id: one for one in pages})


def drawn(*recorded: Exchange | Page) -> list[Line]:
    whole = recorded_of(
        (one for one in recorded if isinstance(one, Exchange)), (one for one in recorded if isinstance(one, Page))
    )
    return lines(svg_of(render_report(played(whole), whole), "RDV-J01"))
