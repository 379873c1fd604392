"""No message makes a rule break down, and every finding says where it is, in French (property-based)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sas_recette.rules.appointments.checks import APPOINTMENT_CHECKS
from tests.rules.appointments.building import BOOKED, OPERATOR, PENDING_SOS, criterion, judged, page, post, put, sent
from tests.rules.building import Json, Verdicts

PLACES: Final = re.compile(r"(HTTP|Appointment|Bundle|TLS|boîte de réception)\b")
HELD_CHECKS: Final = tuple(sorted(APPOINTMENT_CHECKS))
EXPECT: Final[dict[str, Any]] = {
    "identifier_system": "urn:oid:1.2",
    "patient": ["Essai", ""],
    "asked_at": "2026-09-04T10:00:00+02:00",
    "window": 600,
    "slot": {"start": BOOKED["start"], "end": BOOKED["end"]},
    "practitioner": "810100050075",
    "operator": OPERATOR,
    "pending": True,
    "fault": "503",
    "seconds": 5,
    "controls": 1,
}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
bodies = st.sampled_from([BOOKED, PENDING_SOS])


@st.composite
def spoilt(draw: st.DrawFn) -> Json:
    """A reference body where one to three elements, at any depth, have become anything at all, or are gone."""
    body: Any = json.loads(json.dumps(draw(bodies)))
    for _ in range(draw(st.integers(1, 3))):
        node = body
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = node[key]
            if isinstance(inner, dict | list) and draw(st.booleans()):
                node = inner
                continue
            if draw(st.booleans()):
                node[key] = draw(anything)
            else:
                del node[key]
            break
    spoilt_body: Json = body
    return spoilt_body


def checked(verdicts: Verdicts) -> None:
    for tally in verdicts.tallies.values():
        assert tally.examined or tally.reason
        for finding in tally.findings:
            assert PLACES.match(finding.location), finding
            assert finding.message
            assert finding.expected
            assert isinstance(finding.observed, str)
            json.dumps(finding.observed).encode()


def judge_everything(content: Json | bytes, use_case: str, event: str = "moved") -> None:
    answers = [
        post(content),
        put(content),
        put(content, ""),
        sent("PATCH", "Appointment", content),
        post(content, status=503),
    ]
    for check in HELD_CHECKS:
        expect = EXPECT | {"use_case": use_case, "event": event}
        checked(judged(*answers, check=check, pages=(page(),), **expect))


quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(content=spoilt(), use_case=st.sampled_from(["ps", "sos"]), edition=st.sampled_from(["1.1.0", "1.2.0"]))
def test_spoilt_bodies(content: Json, use_case: str, edition: str) -> None:
    written = json.dumps(content).encode()
    judge_everything(written, use_case)
    checked(judged(post(written), edition=edition, use_case=use_case))


@quickly
@given(content=st.binary(max_size=60), event=st.sampled_from(["moved", "replaced", "cancelled", "confirmed"]))
def test_any_bytes(content: bytes, event: str) -> None:
    judge_everything(content, "ps", event)


@quickly
@given(value=anything)
def test_any_json_as_an_element(value: object) -> None:
    for key in (
        "meta",
        "extension",
        "identifier",
        "status",
        "start",
        "created",
        "participant",
        "specialty",
        "contained",
    ):
        checked(judged(post(json.dumps({**BOOKED, key: value}).encode())))


@quickly
@given(
    query=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=40), media=st.text(max_size=20)
)
def test_any_request_line(query: str, media: str) -> None:
    headers = (("Accept", media), ("content-TYPE", media), ("Accept", "x"))
    checked(judged(put(BOOKED, f"?{query}", headers=headers)))
    checked(judged(sent("PUT", query, BOOKED, headers=())))


@quickly
@given(expect=st.dictionaries(st.sampled_from([*EXPECT, "use_case", "event", "url", "former_operator"]), anything))
def test_any_expectation(expect: dict[str, Any]) -> None:
    for check in set(HELD_CHECKS) - {"rdv-untrusted"}:
        checked(judged(post(), put(), check=check, **expect))


@pytest.mark.parametrize(
    "content",
    [
        b'{"resourceType": "Appointment", "id": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"resourceType": "Appointment", "minutesDuration": ' + b"9" * 6000 + b"}",
        b'{"resourceType": "Appointment", "minutesDuration": 1e999}',
        b'{"resourceType": "Appointment", "minutesDuration": -Infinity}',
        b'{"resourceType": "Appointment", "status": "\\ud800", "start": "\\udfff"}',
        b'{"resourceType": "Appointment", "status": "booked", "status": {"a": 1}}',
        b'{"resourceType": ["Appointment"]}',
        b'\xef\xbb\xbf{"resourceType": "Appointment"}',
        b"\xff\xfe{\x00}\x00",
        b'{"resourceType": "Appointment", "participant": [null, 1, "x", [], {"actor": 3, "type": "x", "status": []}]}',
        b'{"resourceType": "Appointment", "extension": ["x", {"url": 1}, {"url": null, "valueReference": []}]}',
        json.dumps({**BOOKED, "comment": "x" * 900_000}).encode(),
        json.dumps({**BOOKED, "participant": BOOKED["participant"] * 600}).encode(),
    ],
    ids=range(13),
)
def test_monsters(content: bytes) -> None:
    for use_case in ("ps", "sos"):
        judge_everything(content, use_case)
    assert judged(post(content)).fails or b"comment" in content or content.count(b"IDNPS") > 600


def test_criteria_are_read_once() -> None:
    checked(judged(put(BOOKED, f"{criterion()}&identifier=&&=&%&identifier")))
