from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.editor.defects import DEFECTS, UnknownDefectError, behaviour_of, defect
from sas_recette.editor.defects.registry import _ALL
from sas_recette.editor.facts import candidate_roles
from sas_recette.editor.http import Pace, Reply
from sas_recette.editor.structure_facts import association_roles
from sas_recette.norm.requirements import How, load_catalogue
from tests.editor.bench import (
    ARMOR,
    CORN,
    CPTS_INCLUDES,
    INCLUDES,
    PS_A,
    PS_B,
    PS_C,
    PS_D,
    PS_E,
    PS_F,
    PS_G,
    PS_H,
    PS_X,
    SOS_X,
    Bench,
    body,
    query,
    resources,
    sos_query,
)

_ON_PAGES: Final = {"origin-refused", "agenda-without-login", "booking-lost"}
_IN_TRAFFIC: Final = {"slow-first-search"}
"""What depends on what was asked before: tests/matrix/test_performance shows it."""
_EXACT: Final = "2026-06-17T09:00:00.000+02:00"

PROBES: Final[dict[str, dict[str, str]]] = {
    "one place": {"query_string": query(PS_A)},
    "two places": {"query_string": query(PS_B)},
    "colleagues": {"query_string": query(PS_C, PS_D)},
    "twenty-five": {"query_string": query(*candidate_roles().fill_up)},
    "stored raw": {"query_string": query(PS_G)},
    "no slot": {"query_string": query(PS_F)},
    "unknown": {"query_string": query(PS_X)},
    "mixed": {"query_string": query(PS_A, PS_X)},
    "exact bounds": {"query_string": query(PS_A, lower=_EXACT, upper=_EXACT)},
    "after the bound": {"query_string": query(PS_A, lower="2026-06-17T09:00:00.001+02:00")},
    "in UTC": {"query_string": query(PS_A, lower="2026-06-17T07:00:00.000Z", upper="2026-06-17T12:00:00.000Z")},
    "no milliseconds": {"query_string": query(PS_A, lower="2026-06-17T09:00:00+02:00")},
    "no offset": {"query_string": query(PS_A, lower="2026-06-17T09:00:00.000")},
    "raw pipe": {"query_string": query(PS_A, bar="|")},
    "slash": {"query_string": query(PS_A), "path": "/Slot/"},
    "count": {"query_string": query(PS_A, extra="&_count=1000")},
    "format": {"query_string": query(PS_A, extra="&_format=json")},
    "unreadable date": {"query_string": query(PS_A, lower="ABCD")},
    "metadata": {"query_string": "", "path": "/metadata"},
}
CPTS_PROBES: Final[dict[str, dict[str, str]]] = {
    "two CPTS": {"query_string": query(PS_E, includes=CPTS_INCLUDES)},
    "one CPTS": {"query_string": query(PS_H, includes=CPTS_INCLUDES)},
    "no CPTS": {"query_string": query(PS_A, includes=CPTS_INCLUDES)},
    "twenty-five with CPTS": {"query_string": query(*candidate_roles().fill_up, includes=CPTS_INCLUDES)},
}
SOS_PROBES: Final[dict[str, dict[str, str]]] = {
    "two centres": {"query_string": sos_query(ARMOR), "path": "/Schedule"},
    "two associations": {"query_string": sos_query(ARMOR, CORN), "path": "/Schedule"},
    "ten associations": {"query_string": sos_query(*association_roles().fill_up[:10]), "path": "/Schedule"},
    "twenty-five associations": {"query_string": sos_query(*association_roles().fill_up), "path": "/Schedule"},
    "unknown association": {"query_string": sos_query(SOS_X), "path": "/Schedule"},
    "agendas at exact bounds": {"query_string": sos_query(ARMOR, lower=_EXACT, upper=_EXACT), "path": "/Schedule"},
    "agendas in UTC": {
        "query_string": sos_query(ARMOR, lower="2026-06-17T07:00:00.000Z", upper="2026-06-17T10:00:00.000Z"),
        "path": "/Schedule",
    },
    "agendas without milliseconds": {
        "query_string": sos_query(ARMOR, lower="2026-06-17T09:00:00+02:00"),
        "path": "/Schedule",
    },
    "agendas without offset": {"query_string": sos_query(ARMOR, lower="2026-06-17T09:00:00.000"), "path": "/Schedule"},
    "agendas by a raw pipe": {"query_string": sos_query(ARMOR, bar="|"), "path": "/Schedule"},
    "agendas of an unreadable date": {"query_string": sos_query(ARMOR, lower="ABCD"), "path": "/Schedule"},
    "count of agendas": {"query_string": sos_query(ARMOR, extra="&_count=1000"), "path": "/Schedule"},
}
OF_FLOW: Final = {"INT_R01": PROBES, "INT_R04": CPTS_PROBES, "INT_SOS1": SOS_PROBES}


@pytest.fixture(scope="module")
def reference() -> dict[str, Reply]:
    return {name: reply for probes in OF_FLOW.values() for name, reply in answers(Bench(), probes).items()}


def answers(bench: Bench, probes: dict[str, dict[str, str]] = PROBES) -> dict[str, Reply]:
    replies = {}
    for name, probe in probes.items():
        reply = bench.get(**probe)
        replies[name] = Reply(reply.status, _anonymous(reply.body), reply.content_type, reply.headers, reply.pace)
    return replies


def _anonymous(raw: bytes) -> bytes:
    """The same body whatever the number of the Bundle."""
    head, mark, tail = raw.partition(b'"id": "bundle-')
    return head + mark + tail.lstrip(b"0123456789")


@pytest.mark.parametrize(
    "defect_id", sorted({item.id for item in _ALL if item.flow in OF_FLOW} - _ON_PAGES - _IN_TRAFFIC)
)
def test_each_defect_changes_an_answer(defect_id: str, reference: dict[str, Reply]) -> None:
    found = answers(Bench(behaviour_of({defect_id})), OF_FLOW[defect(defect_id).flow])
    assert [name for name, reply in found.items() if reply != reference[name]]


@pytest.mark.parametrize("defect_id", [item.id for item in _ALL if item.flow in {"INT_R04", "INT_SOS1"}])
def test_a_defect_of_cpts_or_sos_keeps_to_its_flow(defect_id: str, reference: dict[str, Reply]) -> None:
    bench = Bench(behaviour_of({defect_id}))
    for probes in (probes for flow, probes in OF_FLOW.items() if flow != defect(defect_id).flow):
        for name, reply in answers(bench, probes).items():
            assert reply == reference[name], name


def test_the_reference_answers_are_all_as_specified(reference: dict[str, Reply]) -> None:
    statuses = {name: reply.status for name, reply in reference.items()}
    refused = dict.fromkeys(("unreadable date", "agendas of an unreadable date"), 400)
    assert statuses == dict.fromkeys(reference, 200) | refused
    assert len(reference) == sum(map(len, OF_FLOW.values()))


_PREFIXES: Final = {
    "INT_R04": "cpts-",
    "INT_SOS1": "sos-",
    "INT_R02": "acc-",
    "INT_R03": "rdv-",
    "INT_SSO": "sso-",
    "INT_PSC": "psc-",
    "SECURITE": "",
    "PERFORMANCE": "perf-",
}


def test_ids_and_texts_are_well_formed() -> None:
    assert len(DEFECTS) == len(_ALL)
    for item in DEFECTS.values():
        assert item.id == item.id.lower().strip("-")
        assert set(item.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert item.title[0].isupper()
        assert not item.title.endswith(".")
        assert "'" not in item.title
        assert item.id.startswith(_PREFIXES.get(item.flow, ""))
    assert {item.flow for item in DEFECTS.values()} == {*OF_FLOW, *_PREFIXES}


@pytest.mark.parametrize(
    ("flow", "prefix", "others", "least"),
    [("INT_R04", "AGR-CPTS-", set[str](), 30), ("INT_SOS1", "AGR-SOS-", {"PERF-010"}, 40)],
)
def test_every_row_of_a_flow_has_a_defect(flow: str, prefix: str, others: set[str], least: int) -> None:
    of_flow = [item for item in DEFECTS.values() if item.flow == flow]
    rows = {name for name in load_catalogue() if name.startswith(prefix)} | others
    assert rows <= {name for item in of_flow for name in item.reddens}
    assert len(of_flow) >= least
    assert all(item.reddens and len(set(item.reddens)) == len(item.reddens) for item in of_flow)


def test_declared_verdicts_agree_with_the_catalogue() -> None:
    catalogue = load_catalogue()
    for item in (one for one in _ALL if one.flow != "INT_R01"):
        assert all(catalogue[name].level.binding for name in item.failures), item.id
        assert all(catalogue[name].how is not How.AUTO for name in item.attested), item.id
        assert not item.attested or not (item.failures or item.reserves), item.id


def test_an_unknown_id_names_its_neighbours() -> None:
    with pytest.raises(UnknownDefectError, match=r"« postal-code-five-digits ».*postal-code-four-digits"):
        defect("postal-code-five-digits")


def test_defects_add_up() -> None:
    bench = Bench(behaviour_of({"phone-missing", "city-missing"}))
    (role,) = resources(bench.bundle(PS_A), "PractitionerRole")
    assert "telecom" not in role
    assert "city" not in role["contained"][0]["address"]


@hypothesis.settings(deadline=None)
@given(
    st.sets(st.sampled_from(sorted(DEFECTS)), min_size=2, max_size=3),
    st.sampled_from([*list(PROBES.values())[:3], *CPTS_PROBES.values(), *SOS_PROBES.values()]),
)
def test_any_defects_together_still_make_a_working_product(defect_ids: set[str], probe: dict[str, str]) -> None:
    reply = Bench(behaviour_of(defect_ids)).get(**probe)
    assert b"Erreur interne" not in reply.body


_SLOT_ONLY: Final = [item.id for item in _ALL if item.id.startswith(("slot-type", "instants-", "comment-", "motif-"))]


@pytest.mark.parametrize("defect_id", _SLOT_ONLY)
def test_a_defect_of_slots_leaves_the_rest_alone(defect_id: str, bench: Bench) -> None:
    broken = Bench(behaviour_of({defect_id}))
    expected, observed = bench.bundle(PS_A), broken.bundle(PS_A)
    assert observed["entry"][5:] == expected["entry"][5:]
    assert [e["resource"]["id"] for e in observed["entry"]] == [e["resource"]["id"] for e in expected["entry"]]


Look = Callable[[dict[str, Any]], object]


def _first(kind: str, *path: str | int) -> Look:
    def look(bundle: dict[str, Any]) -> object:
        value: Any = resources(bundle, kind)[0]
        for step in path:
            value = value[step]
        found: object = value
        return found

    return look


def _ids(kind: str) -> Look:
    return lambda bundle: [item["id"] for item in resources(bundle, kind)]


def _owners(bundle: dict[str, Any]) -> object:
    return {item["id"]: [actor["reference"] for actor in item["actor"]] for item in resources(bundle, "Schedule")}


@pytest.mark.parametrize(
    ("defect_id", "identifiers", "look", "expected"),
    [
        ("phone-national-form", [PS_A], _first("PractitionerRole", "telecom", 0, "value"), "02 61 91 00 01"),
        ("phone-with-blanks", [PS_A], _first("PractitionerRole", "telecom", 0, "value"), "+33 2 61 91 00 01"),
        ("phone-as-stored", [PS_G], _first("PractitionerRole", "telecom", 0, "value"), "02 61 91 00 07"),
        (
            "phone-placeholder-when-unknown",
            [PS_D],
            _first("PractitionerRole", "telecom"),
            [{"system": "phone", "value": "+33000000000"}],
        ),
        ("practitioner-identifier-raw", [PS_A], _first("Practitioner", "identifier", 0, "value"), "99900000011"),
        ("practitioner-identifier-as-stored", [PS_G], _first("Practitioner", "identifier", 0, "value"), "99900000078"),
        (
            "structure-number-as-stored",
            [PS_G],
            _first("PractitionerRole", "organization", "identifier", "value"),
            "99900006000015",
        ),
        (
            "postal-code-four-digits",
            [PS_A],
            _first("PractitionerRole", "contained", 0, "address", "postalCode"),
            "5000",
        ),
        ("comment-relative", [PS_A], _first("Slot", "comment"), "/ps/aline-mercier"),
        ("comment-to-home-page", [PS_A], _first("Slot", "comment"), "https://agenda.editeur.example/"),
        ("instants-in-utc", [PS_A], _first("Slot", "start"), "2026-06-16T08:45:00.000Z"),
        ("instants-without-milliseconds", [PS_A], _first("Slot", "start"), "2026-06-16T10:45:00+02:00"),
        ("instants-without-offset", [PS_A], _first("Slot", "end"), "2026-06-16T11:05:00"),
        ("status-ignored", [PS_F], _ids("Slot"), ["slot-f1"]),
        ("busy-slots-sent-as-free", [PS_F], _first("Slot", "status"), "free"),
        (
            "private-slots-sent-as-public",
            [PS_A],
            _ids("Slot"),
            ["slot-a1", "slot-a2", "slot-a3", "slot-a8", "slot-a4", "slot-a5"],
        ),
        ("snp-slots-withheld", [PS_A], _ids("Slot"), ["slot-a1", "slot-a2", "slot-a4"]),
        ("end-filtered", [PS_A], _ids("Slot"), ["slot-a1", "slot-a2", "slot-a3", "slot-a4"]),
        (
            "lower-bound-ignored",
            [PS_A],
            _ids("Slot"),
            ["slot-a9", "slot-a1", "slot-a2", "slot-a3", "slot-a4", "slot-a5"],
        ),
        ("upper-bound-ignored", [PS_F], _ids("Slot"), ["slot-f2"]),
        ("number-searched-as-stored", [PS_G], _ids("Slot"), []),
        ("colleague-returned", [PS_C], _ids("Slot"), ["slot-c1", "slot-d1", "slot-d2"]),
        ("first-identifier-only", [PS_D, PS_C], _ids("Slot"), ["slot-d1", "slot-d2"]),
        ("one-slot-each-in-a-list", [PS_C, PS_D], _ids("Slot"), ["slot-c1", "slot-d1"]),
        ("second-place-withheld", [PS_B], _ids("Slot"), ["slot-b1", "slot-b2"]),
        ("practitioner-per-place", [PS_B], _ids("Practitioner"), ["ps-b", "ps-agenda-b2"]),
        ("location-as-entry", [PS_C, PS_D], _ids("Location"), ["lieu-port"]),
        ("schedule-per-slot", [PS_D], _ids("Schedule"), ["agenda-d1-slot-d1", "agenda-d1-slot-d2"]),
        ("slots-on-first-place", [PS_B], _ids("PractitionerRole"), ["exercice-b1"]),
        ("places-exchanged", [PS_B], _first("Slot", "schedule", "reference"), "Schedule/agenda-b2"),
        ("slots-on-first-professional", [PS_C, PS_D], _ids("Practitioner"), ["ps-c"]),
        (
            "role-shared-by-colleagues",
            [PS_C, PS_D],
            _owners,
            {
                "agenda-c1": ["Practitioner/ps-c", "PractitionerRole/exercice-c1"],
                "agenda-d1": ["Practitioner/ps-d", "PractitionerRole/exercice-c1"],
            },
        ),
        (
            "roles-exchanged",
            [PS_B],
            _owners,
            {
                "agenda-b1": ["Practitioner/ps-b", "PractitionerRole/exercice-b2"],
                "agenda-b2": ["Practitioner/ps-b", "PractitionerRole/exercice-b1"],
            },
        ),
        ("total-of-all-entries", [PS_B], lambda bundle: bundle["total"], 9),
        (
            "self-link-without-query",
            [PS_B],
            lambda bundle: bundle["link"][0]["url"],
            "https://editeur.example/fhir/Slot",
        ),
        ("full-url-relative", [PS_B], lambda bundle: bundle["entry"][0]["fullUrl"], "Slot/slot-b1"),
        ("empty-entry-array", [PS_F], lambda bundle: bundle["entry"], []),
        ("paged-answer", [PS_A], lambda bundle: (bundle["total"], _ids("Slot")(bundle)), (5, ["slot-a1", "slot-a2"])),
    ],
)
def test_what_a_defect_does(defect_id: str, identifiers: list[str], look: Look, expected: object) -> None:
    bench = Bench(behaviour_of({defect_id}))
    observed = look(bench.bundle(*identifiers))
    assert observed == expected


@pytest.mark.parametrize(
    ("defect_id", "query_string", "status", "kind"),
    [
        ("unknown-identifier-refused", query(PS_X), 404, "OperationOutcome"),
        ("unknown-identifier-refused", query(PS_A, PS_X), 200, "Bundle"),
        ("mixed-list-refused", query(PS_A, PS_X), 422, "OperationOutcome"),
        ("mixed-list-refused", query(PS_X), 200, "Bundle"),
        ("long-list-refused", query(*candidate_roles().fill_up), 422, "OperationOutcome"),
        ("long-list-refused", query(PS_A, PS_B), 200, "Bundle"),
        ("error-status-200", query(PS_A, lower="ABCD"), 200, "OperationOutcome"),
        ("error-status-500", query(PS_A, lower="ABCD"), 500, "OperationOutcome"),
        ("unreadable-date-ignored", query(PS_A, lower="ABCD"), 200, "Bundle"),
        ("empty-answer-404", query(PS_F), 404, "OperationOutcome"),
        ("empty-answer-404", query(PS_A), 200, "Bundle"),
        ("accept-json-fhir-refused", query(PS_A), 406, "OperationOutcome"),
        ("bounds-without-milliseconds-refused", query(PS_A), 200, "Bundle"),
        ("bounds-without-milliseconds-refused", query(PS_A, lower="2026-06-16T10:12:00Z"), 400, "OperationOutcome"),
        ("bounds-without-offset-refused", query(PS_A), 200, "Bundle"),
        ("bounds-without-offset-refused", query(PS_A, lower="2026-06-16T10:12:00.000"), 400, "OperationOutcome"),
        ("bounds-without-offset-refused", query(PS_A, lower="2026-06-16T10:12:00"), 400, "OperationOutcome"),
        ("bounds-in-utc-refused", query(PS_A), 200, "Bundle"),
        ("bounds-in-utc-refused", query(PS_A, upper="2026-06-18T21:59:59.999Z"), 400, "OperationOutcome"),
        ("raw-pipe-refused", query(PS_A), 200, "Bundle"),
        ("raw-pipe-refused", query(PS_A, bar="|"), 400, "OperationOutcome"),
    ],
)
def test_the_status_that_a_defect_gives(defect_id: str, query_string: str, status: int, kind: str) -> None:
    bench = Bench(behaviour_of({defect_id}))
    reply = bench.get(query_string)
    assert (reply.status, body(reply)["resourceType"]) == (status, kind)


def test_bodies_that_are_not_utf_8_json() -> None:
    latin = Bench(behaviour_of({"body-latin-1"})).get(query(PS_A))
    with pytest.raises(UnicodeDecodeError):
        latin.body.decode()
    cut = Bench(behaviour_of({"body-cut-short"})).get(query(PS_A))
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.body)


def test_slowness_is_a_pace_and_not_a_pause_of_the_service() -> None:
    sluggish = Bench(behaviour_of({"answer-after-one-second"})).get(query(PS_A))
    stalled = Bench(behaviour_of({"answer-after-seven-seconds"})).get(query(PS_A))
    assert (sluggish.pace, stalled.pace) == (Pace.SLUGGISH, Pace.STALLED)


def test_includes_still_matter_to_a_defective_product() -> None:
    bench = Bench(behaviour_of({"practitioner-per-place"}))
    assert resources(bench.bundle(PS_B, includes="_include=Slot:schedule&"), "Practitioner") == []
    assert len(resources(bench.bundle(PS_B, includes=INCLUDES), "Practitioner")) == 2
