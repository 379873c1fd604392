"""The defects of INT_R02: each changes what it says it changes, and as little else as it can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pytest

from sas_recette.editor.accounts.seed import inherit_accounts
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import DEFECTS, behaviour_of
from sas_recette.editor.http import Reply
from sas_recette.norm.requirements import How, load_catalogue
from tests.editor.account_requests import (
    MAIL,
    NATIONAL,
    RPPS,
    TECHNICAL,
    Platform,
    location,
    practitioner,
    product,
)
from tests.editor.account_steps import STEPS, Observation, Person, observations
from tests.editor.bench import NOW, Bench, body
from tests.editor.test_defects import CPTS_PROBES, PROBES, SOS_PROBES, answers

OURS: Final = {item.id: item for item in DEFECTS.values() if item.flow == "INT_R02"}
SIMULTANEOUS: Final = {"acc-race-creates-two", "acc-one-write-at-a-time"}
"""Only simultaneous requests show them: see test_accounts_exchange and tests/matrix."""

Changes = Mapping[str, Mapping[str, list[int]]]

NARROW: Final[Changes] = {
    "acc-accept-fhir-json-refused": {"accept fhir+json": [406]},
    "acc-accept-json-refused": {"accept json": [406]},
    "acc-content-type-json-refused": {"send json": [415]},
    "acc-format-refused": {"format": [400]},
    "acc-raw-slash-refused": {"raw slash": [400]},
    "acc-patient-accepted": {"patient": [201]},
    "acc-unreadable-body-answers-200": {"unreadable": [200], "patient": [200]},
    "acc-metadata-missing": {"metadata": [404]},
    "acc-always-422": {
        "unreadable": [422],
        "patient": [422],
        "empty family": [422],
        "empty email": [422],
        "active as text": [422],
    },
    "acc-create-without-identifier-accepted": {"post without identifier": [201]},
    "acc-create-without-name-accepted": {"post without name": [201]},
    "acc-create-without-telecom-accepted": {"post without telecom": [201]},
    "acc-create-without-active-accepted": {"post without active": [201]},
    "acc-update-without-identifier-accepted": {"put known without identifier": [200, 200]},
    "acc-put-as-create-without-identifier-accepted": {"put new without identifier": [201]},
    "acc-put-without-active-accepted": {"put known without active": [200, 200], "put new without active": [201]},
    "acc-update-without-name-accepted": {"put known without name": [200, 200]},
    "acc-update-without-telecom-accepted": {"put known without telecom": [200, 200]},
    "acc-put-as-create-without-name-accepted": {"put new without name": [201]},
    "acc-put-as-create-without-telecom-accepted": {"put new without telecom": [201]},
    "acc-refused-but-applied": {"put known without active": [422, 200]},
    "acc-empty-family-accepted": {"empty family": [201]},
    "acc-empty-email-accepted": {"empty email": [201]},
    "acc-phone-accepted-as-address": {"phone": [201]},
    "acc-national-system-with-intrn-accepted": {"national INTRN": [201]},
    "acc-technical-system-with-idnps-accepted": {"technical IDNPS": [201]},
    "acc-identifier-without-system-accepted": {"identifier without system": [201]},
    "acc-identifier-without-value-accepted": {"identifier without value": [201]},
    "acc-identifier-without-type-accepted": {"identifier without type": [201]},
    "acc-name-without-family-accepted": {"no family": [201]},
    "acc-name-without-given-accepted": {"no given": [201]},
    "acc-any-system-accepted": {"other system": [201]},
    "acc-active-as-text-accepted": {"active as text": [201]},
    "acc-technical-id-refused": {
        "create technical": [422],
        "put twice": [422, 422],
        "same email": [422],
        "switch": [201, 200, 200],
        "reattribute": [201, 200],
        "technical IDNPS": [422],
        "other system": [422],
    },
    "acc-second-account-on-repeated-post": {
        "repeated post": [201, 201],
        "same email": [201],
        "identifier of another": [200],
    },
    "acc-repeated-post-answers-200": {"repeated post": [201, 200]},
    "acc-repeated-post-answers-500": {"repeated post": [201, 500], "same email": [500]},
    "acc-same-email-accepted": {"repeated post": [201, 422], "same email": [201]},
    "acc-identifier-of-another-taken": {"repeated post": [201, 422], "identifier of another": [200]},
    "acc-ambiguous-first-updated": {"ambiguous": [200]},
    "acc-put-without-criterion-applied": {"no criterion": [200]},
    "acc-email-not-updated": {"update email": [200, 200]},
    "acc-family-not-updated": {"update family": [200, 200], "long names": [200, 200]},
    "acc-given-not-updated": {"update given": [200, 200], "long names": [200, 200]},
    "acc-identifier-not-updated": {
        "identifier of another": [200],
        "change number": [200, 200, 200],
        "switch": [200, 200, 200],
        "reattribute": [200, 200],
    },
    "acc-body-identifier-must-be-criterion": {
        "identifier of another": [422],
        "change number": [422, 200, 200],
        "switch": [422, 200, 200],
        "reattribute": [422, 200],
    },
    "acc-switch-creates-second-account": {
        "repeated post": [201, 422],
        "same email": [201],
        "change number": [201, 200, 200],
        "switch": [201, 200, 200],
        "reattribute": [201, 200],
    },
    "acc-put-on-unknown-404": {"put unknown": [404], "put twice": [404, 404]},
    "acc-identical-put-refused": {
        "put twice": [201, 422],
        "raw slash": [422],
        "encoded slash": [422],
        "raw bar": [422],
    },
    "acc-names-cut-at-fifty": {"long names": [200, 200]},
    "acc-deactivation-refused": {"deactivate": [422, 200], "reattribute": [422, 200]},
    "acc-deactivation-ignored": {"deactivate": [200, 200], "reattribute": [422, 200]},
    "acc-delete-expected": {"deactivate": [405, 200], "reattribute": [422, 200]},
    "acc-reactivation-refused": {"reactivate": [422]},
    "acc-reactivation-creates-second-account": {"reactivate": [201]},
    "acc-identifier-of-deactivated-kept": {"reattribute": [422, 200]},
}
"""The statuses of every step that a defect changes."""

WIDE: Final[Changes] = {
    "acc-not-on-the-base-of-searches": {"create national": [404], "create technical": [404], "put unknown": [404]},
    "acc-accept-json-fhir-refused": {"create national": [406], "create technical": [406], "put unknown": [406]},
    "acc-content-type-fhir-json-refused": {"create national": [415], "create technical": [415], "put unknown": [415]},
    "acc-encoded-slash-not-decoded": {"update email": [422, 200], "encoded slash": [422]},
    "acc-encoded-pipe-not-decoded": {"update email": [422, 200], "encoded slash": [422]},
    "acc-location-missing": {"create national": [201], "create technical": [201], "put unknown": [201]},
    "acc-location-missing-on-update": {"update email": [200, 200], "encoded slash": [200]},
    "acc-location-of-another-type": {"create national": [201], "create technical": [201], "put unknown": [201]},
    "acc-location-without-id": {"create national": [201], "create technical": [201], "put unknown": [201]},
    "acc-create-answers-200": {"create national": [200], "create technical": [200], "repeated post": [200, 422]},
    "acc-update-answers-204": {"update email": [204, 200], "encoded slash": [204]},
    "acc-update-answers-201": {"update email": [201, 200], "encoded slash": [201]},
    "acc-error-without-body": {"repeated post": [201, 422], "post without active": [422], "unreadable": [400]},
    "acc-error-html": {"repeated post": [201, 422], "post without active": [422], "unreadable": [400]},
    "acc-error-without-issue": {"repeated post": [201, 422], "post without active": [422], "unreadable": [400]},
    "acc-invalid-content-500": {"repeated post": [201, 500], "post without active": [500], "unreadable": [500]},
    "acc-always-400": {"repeated post": [201, 400], "post without active": [400]},
    "acc-national-id-refused": {"create national": [422], "put unknown": [422], "update email": [422, 200]},
    "acc-local-number-refused": {"create national": [422], "put unknown": [422], "update email": [422, 200]},
    "acc-phone-required": {"create national": [422], "create technical": [422], "put unknown": [422]},
    "acc-gender-required": {"create national": [422], "create technical": [422], "put unknown": [422]},
    "acc-body-id-required": {"create national": [422], "create technical": [422], "put unknown": [422]},
    "acc-identifier-cut-at-slash": {"create national": [201], "colleagues of one structure": [201, 422, 200]},
    "acc-names-without-accents": {"create national": [201], "create technical": [201], "put unknown": [201]},
}
"""The statuses of some of the steps that a defect changes, where it changes many."""

_CORE: Final = (
    "create national",
    "create technical",
    "put unknown",
    "update email",
    "switch",
    "deactivate",
    "repeated post",
    "post without identifier",
)


def seen(defect_ids: Iterable[str] = (), names: Iterable[str] = tuple(STEPS)) -> dict[str, list[Observation]]:
    with product(behaviour_of(defect_ids)) as platform:
        inherit_accounts(platform.bench.store.regulators, NOW, "")
        return observations(platform, names)


@pytest.fixture(scope="module")
def reference() -> dict[str, list[Observation]]:
    return seen()


def statuses(observed: Mapping[str, list[Observation]]) -> dict[str, list[int]]:
    return {name: [one.status for one in replies] for name, replies in observed.items()}


def test_the_reference_accepts_what_is_valid_and_refuses_the_rest(reference: dict[str, list[Observation]]) -> None:
    given = statuses(reference)
    refused = {name for name, codes in given.items() if codes[-1] >= 400}
    assert refused == {
        name for name in STEPS if name.startswith(("post without", "put new", "empty", "no ", "identifier"))
    } | {
        "repeated post",
        "same email",
        "unreadable",
        "patient",
        "ambiguous",
        "phone",
        "national INTRN",
        "technical IDNPS",
        "other system",
        "active as text",
    }
    for name in STEPS:
        if name.startswith("put known"):
            assert given[name] == [422, 200]
            assert b"Change" not in reference[name][1].body


def test_every_defect_is_described() -> None:
    assert {*NARROW, *WIDE, *SIMULTANEOUS} == set(OURS)
    assert not NARROW.keys() & WIDE.keys()


@pytest.mark.parametrize("defect_id", [*NARROW, *WIDE])
def test_what_a_defect_changes(defect_id: str, reference: dict[str, list[Observation]]) -> None:
    described = NARROW.get(defect_id) or WIDE[defect_id]
    names = [name for name in STEPS if name in described or (name in _CORE and defect_id in NARROW)]
    observed = seen([defect_id], names)
    changed = {name: replies for name, replies in observed.items() if replies != reference[name]}
    assert statuses(changed) == described


def test_ours_are_declared_as_the_catalogue_has_them() -> None:
    catalogue = load_catalogue()
    rows = {name for name, one in catalogue.items() if name.startswith("ACC-") and one.how is How.AUTO}
    broken = {name for item in OURS.values() for name in (*item.failures, *item.reserves)}
    assert rows - broken == {"ACC-024"}, "seen by a login only"
    assert len(OURS) >= 35
    for item in OURS.values():
        assert item.id.startswith("acc-")
        assert item.reddens
        assert len(set(item.reddens)) == len(item.reddens)
        assert all(catalogue[name].level.binding for name in item.failures)
        assert all(name.startswith("ACC-") or name == "PERF-006" for name in item.reddens)
        assert all(catalogue[name].how is not How.AUTO for name in item.attested)


_SEARCHES: Final = {
    "PS": PROBES["stored raw"],
    "error": PROBES["unreadable date"],
    "metadata": PROBES["metadata"],
    "CPTS": CPTS_PROBES["one CPTS"],
    "SOS": SOS_PROBES["two associations"],
}


@pytest.fixture(scope="module")
def searches() -> dict[str, Reply]:
    return answers(Bench(), _SEARCHES)


@pytest.mark.parametrize("defect_id", sorted(set(OURS) - {"acc-metadata-missing"}))
def test_ours_leave_the_searches_alone(defect_id: str, searches: dict[str, Reply]) -> None:
    assert answers(Bench(OURS[defect_id].behaviour), _SEARCHES) == searches


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with product(behaviour_of([request.param])) as one:
        yield one


def having(defect_id: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("platform", [defect_id], indirect=True)


@having("acc-refused-but-applied")
def test_refused_but_applied(platform: Platform) -> None:
    platform.created(practitioner())
    payload = {name: value for name, value in practitioner(family="Change").items() if name != "active"}
    assert platform.put(NATIONAL, payload).status == 422
    assert platform.found(NATIONAL)[0]["name"][0]["family"] == "Change"


@having("acc-second-account-on-repeated-post")
def test_two_accounts(platform: Platform) -> None:
    assert [platform.created(practitioner()) for _ in range(3)] == ["compte-1", "compte-2", "compte-3"]
    assert [one["id"] for one in platform.found(NATIONAL)] == ["compte-1", "compte-2", "compte-3"]
    assert platform.put(NATIONAL, practitioner(active=False)).status == 412


@having("acc-identifier-of-another-taken")
def test_an_identifier_taken(platform: Platform) -> None:
    platform.created(practitioner())
    platform.created(practitioner(TECHNICAL, email="b@test.com"))
    assert platform.put(TECHNICAL, practitioner(email="b@test.com")).status == 200
    assert [one["id"] for one in platform.found(NATIONAL)] == ["compte-1", "compte-2"]


@having("acc-switch-creates-second-account")
def test_a_switch_that_leaves_an_account_behind(platform: Platform) -> None:
    platform.created(practitioner(TECHNICAL))
    assert platform.put(TECHNICAL, practitioner(RPPS)).status == 201
    assert [platform.found(token)[0]["active"] for token in (TECHNICAL, RPPS)] == [True, True]


@having("acc-deactivation-ignored")
def test_a_deactivation_ignored(platform: Platform) -> None:
    platform.created(practitioner())
    assert body(platform.put(NATIONAL, practitioner(active=False)))["active"] is True


@having("acc-names-without-accents")
def test_names_without_accents(platform: Platform) -> None:
    platform.created(practitioner(family="D’Almeïda", given="Noël"))
    assert platform.found(NATIONAL)[0]["name"] == [{"family": "DAlmeida", "given": ["Noel"]}]


@having("acc-names-cut-at-fifty")
def test_names_cut(platform: Platform) -> None:
    platform.created(practitioner(family="é" * 51))
    assert platform.found(NATIONAL)[0]["name"][0]["family"] == "é" * 50


@having("acc-create-without-telecom-accepted")
def test_an_address_made_up(platform: Platform) -> None:
    platform.created({name: value for name, value in practitioner().items() if name != "telecom"})
    assert platform.found(NATIONAL)[0]["telecom"][0]["value"] == "3456780581-11242343@sans-adresse.example"


@having("acc-identifier-cut-at-slash")
def test_an_identifier_cut(platform: Platform) -> None:
    platform.created(practitioner())
    assert platform.put(NATIONAL, practitioner(email="b@test.com")).status == 200
    assert platform.put((NATIONAL[0], "3456780581/AUTRE"), practitioner()).status == 200
    (account,) = platform.found((NATIONAL[0], "3456780581"))
    assert (account["identifier"][0]["value"], account["telecom"][0]["value"]) == ("3456780581", MAIL)


@having("acc-location-of-another-type")
def test_a_location_of_another_type(platform: Platform) -> None:
    assert location(platform.post(practitioner())) == "https://editeur.example/fhir/comptes/compte-1"


@having("acc-put-without-criterion-applied")
def test_an_update_without_criterion(platform: Platform) -> None:
    platform.created(practitioner())
    assert platform.send("PUT", practitioner(family="Change")).status == 200
    assert platform.found(NATIONAL)[0]["name"][0]["family"] == "Change"
    assert platform.send("PUT", b"abc").status == 400


def test_defects_of_accounts_add_up() -> None:
    both = behaviour_of({"acc-location-missing", "acc-family-not-updated", "error-html"})
    assert both != REFERENCE
    with product(both) as platform:
        assert location(platform.post(practitioner())) == ""
        assert body(platform.put(NATIONAL, practitioner(family="Change")))["name"][0]["family"] == "Loridon"
        assert platform.post(b"").body.startswith(b"<!DOCTYPE html>")


def test_every_two_defects_of_accounts_still_make_a_working_product() -> None:
    """Each with the next one of the list: no combination of hooks makes the product fail by itself."""
    ids = sorted(OURS)
    for one, other in zip(ids, [*ids[1:], ids[0]], strict=True):
        with product(behaviour_of({one, other})) as platform:
            person = Person(1)
            for payload in (person.body(), person.body(person.technical), {"resourceType": "Practitioner"}):
                for reply in (platform.post(payload), platform.put(person.national, payload)):
                    assert b"Erreur interne" not in reply.body, (one, other)
