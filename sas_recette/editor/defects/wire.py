"""Defects in the HTTP replies: status, type and encoding of the body, errors, slowness."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.errors import operation_outcome
from sas_recette.editor.http import Incoming, Pace, Reply

_HTML: Final = "text/html; charset=utf-8"
_ERROR_PAGE: Final = b"<!DOCTYPE html><html lang='fr'><title>Erreur</title><h1>Une erreur est survenue</h1></html>"
_BAD_REQUEST: Final = 400

Change = Callable[[Reply], Reply]


def _when(condition: Callable[[Reply, Incoming], bool], change: Change) -> Behaviour:
    """A change of some replies; a body that another defect already made unreadable stays as it is."""

    def hook(reply: Reply, incoming: Incoming) -> Reply:
        with suppress(ValueError):
            if condition(reply, incoming):
                return change(reply)
        return reply

    return Behaviour(reply=(hook,))


def _found(change: Change) -> Behaviour:
    """A change of the answers to searches that could be executed."""
    return _when(lambda reply, incoming: incoming.route == "/Slot" and reply.status < _BAD_REQUEST, change)


def _empty(change: Change) -> Behaviour:
    """A change of the answers without any slot."""
    return _when(lambda reply, incoming: incoming.route == "/Slot" and b'"total": 0' in reply.body, change)


def _failed(change: Change) -> Behaviour:
    """A change of the errors."""
    return _when(lambda reply, _: reply.status >= _BAD_REQUEST, change)


def _metadata(change: Change) -> Behaviour:
    return _when(lambda _, incoming: incoming.route == "/metadata", change)


def _outcome(status: int, code: str, diagnostics: str) -> Change:
    return lambda _: Reply.of(status, operation_outcome(code, diagnostics))


def _reencoded(encoding: str, content_type: str | None = None) -> Change:
    def change(reply: Reply) -> Reply:
        body = reply.body.decode().encode(encoding, "replace")
        return replace(reply, body=body, content_type=content_type or reply.content_type)

    return change


def _entries_only(reply: Reply) -> Reply:
    entries = json.loads(reply.body).get("entry", [])
    return replace(reply, body=json.dumps([entry["resource"] for entry in entries], ensure_ascii=False).encode())


WIRE: Final[tuple[Defect, ...]] = (
    int_r01(
        "content-type-json",
        "La réponse est annoncée en application/json",
        _found(lambda reply: replace(reply, content_type="application/json")),
        reserves=("AGR-COM-005",),
    ),
    int_r01(
        "content-type-json-fhir",
        "La réponse est annoncée en application/json+fhir",
        _found(lambda reply: replace(reply, content_type="application/json+fhir")),
        reserves=("AGR-COM-005",),
    ),
    int_r01(
        "content-type-html",
        "La réponse JSON est annoncée en text/html",
        _found(lambda reply: replace(reply, content_type=_HTML)),
        "AGR-PS-001",
    ),
    int_r01(
        "status-206",
        "Une recherche exécutée répond 206",
        _found(lambda reply: replace(reply, status=206)),
        "AGR-COM-006",
    ),
    int_r01(
        "bare-array",
        "La réponse est un tableau de ressources, non un Bundle",
        _found(_entries_only),
        "AGR-COM-007",
    ),
    int_r01(
        "html-page",
        "La recherche répond par une page HTML",
        _found(lambda reply: replace(reply, body=_ERROR_PAGE, content_type=_HTML)),
        "AGR-PS-001",
        "AGR-COM-064",
    ),
    int_r01(
        "body-cut-short",
        "Le corps de la réponse est un JSON tronqué",
        _found(lambda reply: replace(reply, body=reply.body[:-20])),
        "AGR-COM-064",
    ),
    int_r01(
        "body-latin-1",
        "Le corps de la réponse est encodé en latin-1",
        _found(_reencoded("latin-1")),
        "AGR-COM-064",
    ),
    int_r01(
        "body-utf-16",
        "Le corps de la réponse est encodé en UTF-16",
        _found(_reencoded("utf-16")),
        "AGR-COM-064",
    ),
    int_r01(
        "empty-answer-404",
        "Une recherche sans résultat répond 404",
        _empty(_outcome(404, "not-found", "Aucun créneau.")),
        "AGR-COM-010",
        "AGR-COM-006",
    ),
    int_r01(
        "empty-answer-204",
        "Une recherche sans résultat répond 204",
        _empty(lambda reply: replace(reply, status=204, body=b"")),
        "AGR-COM-006",
        "AGR-COM-010",
    ),
    int_r01(
        "empty-answer-outcome",
        "Une recherche sans résultat répond 200 avec un OperationOutcome",
        _empty(_outcome(200, "not-found", "Aucun créneau.")),
        "AGR-COM-010",
        "AGR-COM-007",
    ),
    int_r01(
        "error-status-200",
        "Les erreurs sont renvoyées avec le statut 200",
        _failed(lambda reply: replace(reply, status=200)),
        "AGR-COM-014",
        reserves=("AGR-COM-016",),
    ),
    int_r01(
        "error-html",
        "Les erreurs sont renvoyées comme des pages HTML",
        _failed(lambda reply: replace(reply, body=_ERROR_PAGE, content_type=_HTML)),
        "AGR-COM-015",
    ),
    int_r01(
        "error-without-body",
        "Les erreurs sont renvoyées sans corps",
        _failed(lambda reply: replace(reply, body=b"")),
        "AGR-COM-015",
    ),
    int_r01(
        "error-without-issue",
        "L’OperationOutcome des erreurs n’a pas d’issue",
        _failed(lambda reply: Reply.of(reply.status, {"resourceType": "OperationOutcome"})),
        "AGR-COM-015",
    ),
    int_r01(
        "error-without-severity",
        "L’issue des erreurs n’a pas de severity",
        _failed(lambda reply: replace(reply, body=reply.body.replace(b'"severity": "error", ', b""))),
        "AGR-COM-015",
    ),
    int_r01(
        "error-status-500",
        "Une date illisible provoque une erreur 500",
        _failed(lambda reply: replace(reply, status=500)),
        reserves=("AGR-COM-016",),
    ),
    int_r01(
        "metadata-missing",
        "La déclaration de capacité est absente",
        _metadata(_outcome(404, "not-found", "Aucune ressource à cette adresse.")),
        reserves=("AGR-COM-061",),
    ),
    int_r01(
        "metadata-not-a-statement",
        "La déclaration de capacité n’est pas un CapabilityStatement",
        _metadata(lambda _: Reply.of(200, {"version": "4.0.1"})),
        reserves=("AGR-COM-061",),
    ),
    int_r01(
        "answer-after-one-second",
        "La réponse met plus d’une seconde",
        _found(lambda reply: replace(reply, pace=Pace.SLUGGISH)),
        reserves=("PERF-002",),
    ),
    int_r01(
        "answer-after-seven-seconds",
        "La réponse met plus de sept secondes",
        _found(lambda reply: replace(reply, pace=Pace.STALLED)),
        "PERF-001",
        reserves=("PERF-002",),
    ),
)
