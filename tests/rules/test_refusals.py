"""Searches that are refused, in the three flows: only a criterion that the refusal blames is at fault."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.rules.answer import SearchAnswer, read_answer
from tests.rules.building import Json, exchange, judged, response, search_url
from tests.rules.flows import CPTS, SOS, request_of

ALONE: Final = "AGR-COM-006"
R01: Final = search_url()
R04: Final = request_of(CPTS)
SOS1: Final = request_of(SOS).partition(",")[0]
"""One association: what is said of a list is not said of the criterion."""
LIST: Final = request_of(SOS)


def refused(url: str, said: str, *, status: int = 400, code: str = "not-supported", **more: object) -> SearchAnswer:
    issue: Json = {"severity": "error", "code": code, "diagnostics": said, **more}
    return read_answer(
        exchange(response({"resourceType": "OperationOutcome", "issue": [issue]}, status=status), url=url)
    )


@pytest.mark.parametrize(
    ("url", "said", "blamed"),
    [
        (SOS1, "Unknown search parameter “actor:Location.organization.identifier” for Schedule", "AGR-SOS-002"),
        (SOS1, "Recherche chaînée non prise en charge.", "AGR-SOS-002"),
        (SOS1, "Unsupported chained parameter", "AGR-SOS-002"),
        (SOS1, "Unknown search parameter 'actor' for resource type 'Schedule'", "AGR-SOS-002"),
        (SOS1, "Unknown parameter _has:Slot:schedule:start", "AGR-SOS-003"),
        (SOS1, "Chaînage inverse non pris en charge.", "AGR-SOS-003"),
        (SOS1, "Reverse chaining is not supported", "AGR-SOS-003"),
        (SOS1, "Paramètre status inconnu.", "AGR-SOS-003"),
        (SOS1, "start: unsupported prefix", "AGR-SOS-003"),
        (SOS1, "_revinclude is not supported", "AGR-SOS-004"),
        (SOS1, "Inclusion « Slot:schedule » inconnue", "AGR-SOS-004"),
        (SOS1, 'Invalid _include parameter value: "Schedule:actor:Location"', "AGR-SOS-005"),
        (SOS1, "Le paramètre _include n’est pas pris en charge.", "AGR-SOS-005"),
        (SOS1, "Paramètre _include:iterate : valeur « Location:organization » inconnue", "AGR-SOS-006"),
        (SOS1, "_include:iterate unsupported", "AGR-SOS-006"),
        (R04, "Unknown search parameter: service-type-reference", "AGR-CPTS-001"),
        (R04, "Paramètre _include en double.", "AGR-CPTS-001"),
        (R04, 'Invalid _include parameter value: "HealthcareService:organization"', "AGR-CPTS-002"),
        (R04, "Modificateur :iterate de _include:iterate inconnu", "AGR-CPTS-002"),
        (R04, "Inclusion Slot:schedule refusée", "AGR-PS-004"),
        (R04, "Paramètre start en double.", "AGR-PS-002"),
        (R01, "Paramètre _include inconnu", "AGR-PS-004"),
        (R01, "Inclusion Schedule:actor impossible", "AGR-PS-006"),
        (R01, "Unknown parameter schedule.actor:Practitioner.identifier", "AGR-PS-005"),
    ],
)
def test_a_criterion_that_is_named(url: str, said: str, blamed: str) -> None:
    verdicts = judged(refused(url, said))
    assert verdicts.fails == {ALONE, blamed}
    assert verdicts.seen(blamed) == ("HTTP.status", "200", f"400 : {said}")


@pytest.mark.parametrize("url", [R01, R04, SOS1])
@pytest.mark.parametrize(
    "said",
    [
        "Inclusion non prise en charge.",
        "Requête impossible à exécuter : /Slot?_include=Slot:schedule&status=free&start=ge2026-06-16",
        'Unknown parameter "foo". Valid search parameters for this search are: [_id, actor, start, status]',
        "Paramètre inconnu. Paramètres pris en charge : _id, _include, start et status.",
        "Seuls les paramètres start et status le sont.",
        "Only the parameters start and status are supported.",
        "HTTP status 400",
        "status: 400",
        "Unable to start the transaction",
        "Chaîne de caractères trop longue",
        "Slot.status",
    ],
)
def test_a_refusal_that_blames_no_criterion(url: str, said: str) -> None:
    assert judged(refused(url, said)).fails == {ALONE}


@pytest.mark.parametrize(
    ("code", "status", "fails"),
    [
        ("not-found", 422, {ALONE}),
        ("too-costly", 422, {ALONE}),
        ("invalid", 501, {ALONE, "AGR-PS-001", "AGR-PS-003"}),
        ("invalid", 500, {ALONE}),
        ("invalid", 404, {ALONE}),
    ],
)
def test_only_a_request_that_is_refused_for_its_form(code: str, status: int, fails: set[str]) -> None:
    assert judged(refused(R01, "Paramètre status refusé", code=code, status=status)).fails == fails


@pytest.mark.parametrize(
    "more",
    [
        {"expression": ["http.status"]},
        {"location": ["http.status"]},
        {"details": {"text": "status inconnu"}},
        {"details": {"coding": [{"display": "Unknown parameter status"}]}},
    ],
)
def test_where_a_criterion_is_named(more: Json) -> None:
    assert judged(refused(R01, "Refus.", **more)).fails == {ALONE, "AGR-PS-003"}


def test_the_length_of_a_list_is_not_the_criterion() -> None:
    said = "actor:Location.organization.identifier : une seule valeur"
    assert judged(refused(LIST, said)).fails == {ALONE}
    assert judged(refused(SOS1, said)).fails == {ALONE, "AGR-SOS-002"}


def test_an_answer_examines_no_refusal() -> None:
    plain = read_answer(exchange(response(b"<p>status</p>", status=400, media="text/html")))
    assert judged(plain).fails == {ALONE}
    assert {"AGR-PS-002", "AGR-PS-003"} <= judged(plain).unverified
