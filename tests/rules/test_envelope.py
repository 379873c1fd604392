"""The HTTP envelope of a search: statuses, media types, faults, delays; every fault is the candidate's, none a traceback."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.exchange.model import Exchange, Fault, FaultKind, Request, Response
from sas_recette.rules.answer import read_answer
from tests.rules.building import (
    FHIR_JSON,
    Verdicts,
    answer,
    body_of,
    example,
    exchange,
    judged,
    mutated,
    response,
    search_url,
)

WHOLE: Final = body_of(mutated())
HTML: Final = b"<!DOCTYPE html><html><body>Erreur</body></html>"
OUTCOME: Final = example("outcome-400")


def verdicts_of(recorded: Exchange) -> Verdicts:
    return judged(read_answer(recorded))


def refusal(text: str, status: int = 400) -> Verdicts:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "invalid", "diagnostics": text}],
    }
    return verdicts_of(exchange(response(outcome, status=status)))


@pytest.mark.parametrize(
    ("recorded", "fails", "warns"),
    [
        (exchange(response(WHOLE, media="application/json")), (), ("AGR-COM-005",)),
        (exchange(response(WHOLE, media="application/json+fhir; charset=UTF-8")), (), ("AGR-COM-005",)),
        (exchange(response(WHOLE, media="Application/FHIR+JSON")), (), ()),
        (exchange(response(WHOLE, media="text/html")), ("AGR-PS-001",), ()),
        (exchange(response(WHOLE, media=None)), ("AGR-PS-001",), ()),
        (exchange(response(HTML, media="text/html")), ("AGR-COM-064", "AGR-PS-001"), ()),
        (exchange(response(b"")), ("AGR-COM-064",), ()),
        (exchange(response(WHOLE[:900])), ("AGR-COM-064",), ()),
        (exchange(response(WHOLE.decode().encode("latin-1"))), ("AGR-COM-064",), ()),
        (exchange(response(WHOLE.replace(b'"total": 4', b'"total": NaN'))), ("AGR-COM-064",), ()),
        (exchange(response(WHOLE.replace(b'"total": 4', b'"total": 4, "total": 4'))), ("AGR-COM-017",), ()),
        (exchange(response(b"[" * 100_000)), ("AGR-COM-017",), ()),
        (exchange(response(b"null")), ("AGR-COM-007",), ()),
        (exchange(response(b"[]")), ("AGR-COM-007",), ()),
        (exchange(response(OUTCOME)), ("AGR-COM-007",), ()),
        (exchange(response(b"", status=204)), ("AGR-COM-006",), ()),
        (
            exchange(response(HTML, status=302, media="text/html", Location="https://x.example/login")),
            ("AGR-COM-006",),
            (),
        ),
        (exchange(response(OUTCOME, status=400)), ("AGR-COM-006", "AGR-PS-002"), ()),
        (exchange(response(OUTCOME, status=401)), ("AGR-COM-006",), ()),
        (exchange(response(OUTCOME, status=404)), ("AGR-COM-006",), ()),
        (exchange(response(HTML, status=404, media="text/html")), ("AGR-COM-006", "AGR-PS-001"), ()),
        (exchange(response(b"", status=405)), ("AGR-COM-006", "AGR-PS-001"), ()),
        (exchange(response(b"", status=501)), ("AGR-COM-006", "AGR-PS-001"), ()),
        (exchange(response(b"", status=406)), ("AGR-COM-004",), ()),
        (exchange(response(b"", status=415)), ("AGR-COM-004",), ()),
        (exchange(response(HTML, status=500, media="text/html")), ("AGR-COM-006",), ()),
        (exchange(response(OUTCOME, status=503)), ("AGR-COM-006",), ()),
        (exchange(response(WHOLE), whole=6999.9), (), ()),
        (exchange(response(WHOLE), whole=7000.0), ("PERF-001",), ()),
    ],
)
def test_answer(recorded: Exchange, fails: tuple[str, ...], warns: tuple[str, ...]) -> None:
    verdicts = verdicts_of(recorded)
    assert (sorted(verdicts.fails), sorted(verdicts.warns)) == (sorted(fails), sorted(warns))


@pytest.mark.parametrize("kind", FaultKind)
def test_no_answer_at_all(kind: FaultKind) -> None:
    verdicts = verdicts_of(exchange(None, fault=Fault(kind, "receive", "détail"), whole=None))
    expected = "PERF-001" if kind is FaultKind.TIMEOUT else "AGR-COM-006"
    assert (verdicts.fails, verdicts.warns) == ({expected}, set())
    reason = "à temps" if kind is FaultKind.TIMEOUT else "entière"
    assert verdicts.tallies["AGR-COM-029"].reason == f"la recherche n’a pas reçu de réponse {reason}"


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.RESET, FaultKind.TOO_LARGE, FaultKind.PROTOCOL])
def test_answer_cut_short(kind: FaultKind) -> None:
    cut = response(WHOLE[:4000], complete=False)
    verdicts = verdicts_of(exchange(cut, fault=Fault(kind, "receive", "détail")))
    assert (verdicts.fails, verdicts.warns) == ({"AGR-COM-064"}, set())
    assert verdicts.seen("AGR-COM-064") == ("HTTP.body", "un document JSON complet", kind.value)


def test_a_failure_that_comes_at_once_is_no_fast_answer() -> None:
    assert not verdicts_of(exchange(response(b"", status=503))).tallies["PERF-001"].examined
    cut = exchange(response(WHOLE[:4000], complete=False), fault=Fault(FaultKind.TRUNCATED, "receive", "détail"))
    assert not verdicts_of(cut).tallies["PERF-001"].examined


def test_time_out_in_the_body_is_only_late() -> None:
    cut = exchange(
        response(WHOLE[:4000], complete=False), fault=Fault(FaultKind.TIMEOUT, "receive", "7 s"), whole=7001.0
    )
    assert verdicts_of(cut).fails == {"PERF-001"}


def test_late_answer_is_used_by_no_rule_on_slots() -> None:
    busy = mutated(lambda b: b["entry"][0]["resource"].update(status="busy"))
    verdicts = judged(answer(busy, whole=8200.0))
    assert verdicts.fails == {"PERF-001"}
    assert verdicts.seen("PERF-001") == ("HTTP.timing", "moins de 7 s", "8,2 s")
    assert verdicts.tallies["AGR-COM-029"].reason == "la recherche n’a pas reçu de réponse à temps"


def test_redirect_says_where() -> None:
    moved = exchange(response(b"", status=301, Location="https://x.example/Slot"))
    assert verdicts_of(moved).seen("AGR-COM-006") == ("HTTP.status", "200", "301 vers https://x.example/Slot")


def test_refused_media_type_of_another_accept_is_a_refused_search() -> None:
    asked = Request("GET", search_url(), (("Accept", "application/fhir+json"),))
    refused = Exchange("x1", "s1", "e", exchange(None).started, asked, Response(406))
    assert verdicts_of(refused).fails == {"AGR-COM-006"}


@pytest.mark.parametrize(
    ("text", "status", "more"),
    [
        ("Recherche chaînée non prise en charge.", 400, {"AGR-PS-005"}),
        ("Unknown search parameter schedule.actor:Practitioner.identifier", 400, {"AGR-PS-005"}),
        ("Paramètre start en double.", 400, {"AGR-PS-002"}),
        ("Paramètre status inconnu.", 422, {"AGR-PS-003"}),
        ("Erreur interne, HTTP status 400", 400, set()),
        ("Unknown parameter _include:iterate", 400, {"AGR-PS-006"}),
        ("Recherche impossible.", 400, set()),
        ("Paramètre start en double.", 500, set()),
    ],
)
def test_a_refusal_accuses_only_the_criterion_that_it_names(text: str, status: int, more: set[str]) -> None:
    assert refusal(text, status).fails == {"AGR-COM-006"} | more


def test_location_of_an_encoding_fault() -> None:
    verdicts = verdicts_of(exchange(response(b'{"resourceType": "\xe9"}')))
    location, expected, observed = verdicts.seen("AGR-COM-064")
    assert (location, expected) == ("HTTP.body", "un texte JSON encodé en UTF-8")
    assert "\\xe9" in observed


def test_a_charset_parameter_changes_nothing() -> None:
    assert FHIR_JSON.endswith("utf-8")
    assert verdicts_of(exchange(response(WHOLE, media="application/fhir+json"))).fails == set()
