"""Whatever a candidate answers, judging never raises, and every finding has a place that a reader can find."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sas_recette.exchange.model import Fault, FaultKind
from sas_recette.rules.answer import read_answer
from sas_recette.rules.checks import CHECKS
from sas_recette.rules.facts import AgendaLine, Facts, PractitionerFacts
from tests.rules import building
from tests.rules.building import PS_B, Json, Verdicts, answer, exchange, judged, mutated, response
from tests.rules.test_declared import LINE

FACTS: Final = Facts(
    {PS_B: PractitionerFacts(PS_B, "Roussel", "Bastien", "+33261910002", ("1990000010",), ("SM54",), ("x",), 2)},
    slot_types=("PUBLIC",),
    consultation_types=("AMB",),
    agenda=(LINE, AgendaLine(PS_B, LINE.start)),
)
_PLACE: Final = re.compile(r"^(HTTP|Bundle|OperationOutcome|CapabilityStatement)(\.|$|\[)")

SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 0, 2**63, 1e308, -0.0])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["", " ", "\ud800", "\x00", "#", "#lieu", "Slot/slot-b1", "Schedule/agenda-b1", "Bundle", "é" * 300, "1e999"]
    )
    | st.sampled_from(
        ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60-14:00", "2026-06-17T09:00:00+02:00", "urn:uuid:"]
    )
)
KEYS: Final = st.sampled_from(
    (
        *("resourceType", "reference", "identifier", "system", "value", "coding", "code", "contained", "_start"),
        *("start", "end", "telecom", "meta", "security", "resource", "entry", "\udfff", "", "link", "url", "data"),
        *("extension", "_given"),
    )
)
VALUES: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def _containers(node: object) -> Iterator[Any]:
    if isinstance(node, dict | list):
        yield node
        for item in node.values() if isinstance(node, dict) else node:
            yield from _containers(item)


@st.composite
def hostile_bundles(draw: st.DrawFn, source: Callable[[], Json] = mutated) -> bytes:
    bundle = copy.deepcopy(source())
    for _ in range(draw(st.integers(1, 3))):
        containers = list(_containers(bundle))
        node = containers[draw(st.integers(0, len(containers) - 1))]
        value = draw(VALUES)
        if isinstance(node, dict):
            key = draw(st.sampled_from(sorted(node)) | KEYS) if node else draw(KEYS)
            if draw(st.booleans()):
                node[key] = value
            else:
                node.pop(key, None)
        elif node and draw(st.booleans()):
            node[draw(st.integers(0, len(node) - 1))] = value
        else:
            node.append(value)
    return json.dumps(bundle).encode()


def check_verdicts(verdicts: Verdicts) -> None:
    for tally in verdicts.tallies.values():
        assert tally.examined > 0 or tally.reason
        for finding in tally.findings:
            assert _PLACE.match(finding.location), finding
            "".join((finding.location, finding.message, finding.expected, finding.observed)).encode("utf-8")
            assert len(finding.observed) < 5000


QUICK: Final = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(hostile_bundles())
@QUICK
def test_a_mutated_bundle_never_stops_the_judgement(body: bytes) -> None:
    check_verdicts(judged(answer(body), facts=FACTS))


OF_ANSWERS: Final = sorted(name for name in CHECKS if name != "search" and not name.startswith("rdv-"))
"""Those of messages have tests of their own (tests/rules/appointments/test_hostile.py)."""


@given(hostile_bundles(), st.sampled_from(OF_ANSWERS))
@QUICK
def test_nor_the_other_checks(body: bytes, check: str) -> None:
    check_verdicts(judged(answer(body), answer(mutated()), check=check, facts=FACTS))


@given(hostile_bundles())
@settings(QUICK, max_examples=40)
def test_every_place_is_resolvable(body: bytes) -> None:
    document = json.loads(body)
    for tally in judged(answer(body)).tallies.values():
        for finding in tally.findings:
            if finding.location.startswith("Bundle."):
                walk(document, finding.location)


def walk(node: object, location: str) -> None:
    """Follows a location down to its last existing step: only what is missing may be absent, its parent is there."""
    steps = re.findall(r"\.([^.\[\]]*)|\[(\d+)\]", location.removeprefix("Bundle"))
    for rank, (name, index) in enumerate(steps):
        if name and isinstance(node, dict) and name in node:
            node = node[name]
        elif index and isinstance(node, list) and int(index) < len(node):
            node = node[int(index)]
        else:
            assert rank >= len(steps) - 3, location
            return


@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe{}")
@example(b'{"resourceType":"Bundle","type":"searchset","total":' + b"9" * 5000 + b"}")
@example(b'{"resourceType":"Bundle","entry":' + b"[" * 990 + b"]" * 990 + b"}")
@example(b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Slot","\\ud800":1}}]}')
@example(b'{"resourceType":"Bundle","\\ud800":1,"\\ud800":2}')
@QUICK
def test_random_bytes(body: bytes) -> None:
    for status in (200, 400):
        recorded = read_answer(exchange(response(body, status=status)))
        for check in ("search", "refusal", "metadata"):
            check_verdicts(judged(recorded, check=check))


@given(st.integers(0, 4000), st.sampled_from(FaultKind))
@settings(QUICK, max_examples=30)
def test_truncated_anywhere(length: int, kind: FaultKind) -> None:
    cut = response(building.body_of(mutated())[:length], complete=False)
    verdicts = judged(read_answer(exchange(cut, fault=Fault(kind, "receive", "x"))))
    check_verdicts(verdicts)
    assert verdicts.fails == {"PERF-001" if kind is FaultKind.TIMEOUT else "AGR-COM-064"}


ODD: Final[tuple[object, ...]] = (
    None,
    True,
    7,
    1.5,
    "",
    "x",
    [],
    {},
    [[]],
    [None],
    {"reference": []},
    ["a", 1],
    {"coding": "x"},
)


def paths(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


def replaced(bundle: Json, path: tuple[str | int, ...], value: object) -> bytes:
    node: Any = bundle
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return building.body_of(bundle)


def test_an_odd_value_in_every_place() -> None:
    """Each member of the answer is replaced in turn, by values that take turns."""
    for rank, path in enumerate(paths(mutated())):
        check_verdicts(judged(answer(replaced(mutated(), path, ODD[rank % len(ODD)])), facts=FACTS))
