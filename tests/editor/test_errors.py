from __future__ import annotations

import pytest

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.http import Incoming
from tests.editor.bench import PS_A, Bench, body, query

START_GE = "start=ge2026-06-16T10:12:00.000%2B02:00"


@pytest.mark.parametrize(
    ("bad_query", "code", "diagnostics"),
    [
        (
            query(PS_A).replace(START_GE, "start=geABCD"),
            "invalid",
            "Paramètre start : « geABCD » n’est pas une date FHIR.",
        ),
        (
            query(PS_A).replace(START_GE, "start=ge2026-02-30T10:00:00Z"),
            "invalid",
            "Paramètre start : « ge2026-02-30T10:00:00Z » n’est pas une date FHIR.",
        ),
        (
            query(PS_A).replace(START_GE, "start=ge0001-01-01T00:00:00Z&start=ge2026-06-16T25:00:00Z"),
            "invalid",
            "Paramètre start : « ge2026-06-16T25:00:00Z » n’est pas une date FHIR.",
        ),
        (
            query(PS_A).replace("start=ge", "start=gt"),
            "not-supported",
            "Paramètre start : le préfixe « gt » n’est pas pris en charge, seuls « ge » et « le » le sont.",
        ),
        (
            query(PS_A).replace(START_GE + "&", ""),
            "required",
            "Paramètre start : la borne de préfixe « ge » est obligatoire.",
        ),
        (
            query(),
            "required",
            "Paramètre schedule.actor:Practitioner.identifier : au moins un identifiant national de PS est obligatoire.",
        ),
        (
            query(PS_A).replace("&status=free", ""),
            "required",
            "Paramètre status : la valeur « free » est obligatoire.",
        ),
        (
            query(PS_A).replace("status=free", "status=busy"),
            "not-supported",
            "Paramètre status : seule la valeur « free » est prise en charge.",
        ),
    ],
)
def test_a_request_that_cannot_be_executed_is_a_400(bench: Bench, bad_query: str, code: str, diagnostics: str) -> None:
    reply = bench.get(bad_query)
    assert reply.status == 400
    assert reply.content_type == "application/fhir+json; charset=utf-8"
    assert body(reply) == {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": diagnostics}],
    }


@pytest.mark.parametrize(
    "accept",
    [
        "application/json+fhir",
        "application/fhir+json",
        "application/json",
        "*/*",
        "text/html, application/fhir+json;q=0.5",
        "Application/FHIR+JSON; charset=utf-8",
    ],
)
def test_accepted_media_types(bench: Bench, accept: str) -> None:
    assert bench.get(query(PS_A), accept=accept).status == 200


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/html", "application/json;q=0"])
def test_other_media_types_are_not_acceptable(bench: Bench, accept: str) -> None:
    reply = bench.get(query(PS_A), accept=accept)
    assert reply.status == 406
    assert accept in body(reply)["issue"][0]["diagnostics"]


def test_format_takes_precedence(bench: Bench) -> None:
    assert bench.get(query(PS_A, extra="&_format=xml")).status == 406
    assert bench.get(query(PS_A, extra="&_format=json"), accept="text/html").status == 200


def test_an_unknown_path_is_a_404(bench: Bench) -> None:
    reply = bench.get("", path="/Patient")
    assert reply.status == 404
    assert body(reply)["issue"][0]["code"] == "not-found"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_another_method_is_a_405(bench: Bench, method: str) -> None:
    reply = bench.service.handle(Incoming(method, "/Slot", query(PS_A)))
    assert reply.status == 405
    assert reply.headers == (("Allow", "GET"),)
    assert body(reply)["resourceType"] == "OperationOutcome"


def test_a_fault_of_the_product_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    def fail(incoming: Incoming) -> Incoming:
        raise ZeroDivisionError(incoming.path)

    bench = Bench(Behaviour(request=(fail,)))
    reply = bench.get(query(PS_A))
    assert reply.status == 500
    assert body(reply)["issue"][0]["code"] == "exception"
    assert "Requête GET /Slot" in caplog.text


@pytest.mark.parametrize("path", ["/metadata", "/metadata/"])
def test_the_capability_statement(bench: Bench, path: str) -> None:
    reply = bench.get("", path=path)
    assert reply.status == 200
    statement = body(reply)
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert statement["date"] == "2026-06-16"
