"""Defects of INT_SOS1 in the way an agenda search is read, refused or answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sas_recette.editor.criteria import (
    ASSOCIATION_PARAMETER,
    INCLUDE_ASSOCIATION,
    INCLUDE_LOCATION,
    REVERSE_START,
    REVERSE_STATUS,
    REVINCLUDE_SLOTS,
)
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import SOS_ROUTE, is_sos, refuses, replies, rereads, sos_asks
from sas_recette.editor.errors import operation_outcome
from sas_recette.editor.http import Incoming, Pace, Reply

_ERROR_PAGE: Final = b"<!DOCTYPE html><html lang='fr'><title>Erreur</title><h1>Une erreur est survenue</h1></html>"


def _any_bound(pattern: str) -> Callable[[Incoming], bool]:
    shape = re.compile(pattern)
    return lambda incoming: any(shape.search(value) for name, value in incoming.parameters if name == REVERSE_START)


def _longer_than(count: int) -> Callable[[Incoming], bool]:
    return lambda incoming: (
        is_sos(incoming)
        and any(name == ASSOCIATION_PARAMETER and value.count(",") >= count for name, value in incoming.parameters)
    )


def _keep_encoded_pipe(incoming: Incoming) -> Incoming:
    query = incoming.query.replace("%7C", "%257C").replace("%7c", "%257C")
    return Incoming(incoming.method, incoming.path, query, incoming.accept)


def _not_found_when_empty(reply: Reply) -> Reply:
    if b'"total": 0' not in reply.body:
        return reply
    return Reply.of(404, operation_outcome("not-found", "Aucun créneau."))


READING: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-search-not-supported",
        "La recherche d’agendas n’est pas prise en charge",
        refuses(is_sos, 501, "not-supported", "Interaction non prise en charge."),
        "AGR-SOS-001",
        "AGR-COM-006",
        reserves=("AGR-COM-016",),
    ),
    int_sos1(
        "sos-html-page",
        "La recherche d’agendas répond par une page HTML",
        replies(SOS_ROUTE, lambda reply: replace(reply, body=_ERROR_PAGE, content_type="text/html; charset=utf-8")),
        "AGR-SOS-001",
        "AGR-COM-064",
    ),
    int_sos1(
        "sos-chained-parameter-refused",
        "La recherche chaînée sur le SIRET de l’association est refusée",
        refuses(sos_asks(ASSOCIATION_PARAMETER), 400, "not-supported", "Recherche chaînée non prise en charge."),
        "AGR-SOS-002",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-encoded-pipe-not-understood",
        "La barre verticale encodée %7C n’est pas décodée dans le SIRET demandé",
        rereads(is_sos, _keep_encoded_pipe),
        "AGR-SOS-002",
        "AGR-COM-043",
        reserves=("AGR-COM-012",),
    ),
    int_sos1(
        "sos-reverse-start-refused",
        "Le paramètre _has sur le début des créneaux est refusé",
        refuses(sos_asks(REVERSE_START), 400, "not-supported", "Chaînage inverse non pris en charge."),
        "AGR-SOS-003",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-reverse-status-refused",
        "Le paramètre _has sur le statut des créneaux est refusé",
        refuses(sos_asks(REVERSE_STATUS), 400, "not-supported", "Chaînage inverse non pris en charge."),
        "AGR-SOS-003",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-revinclude-refused",
        "Le paramètre _revinclude=Slot:schedule est refusé",
        refuses(sos_asks("_revinclude", REVINCLUDE_SLOTS), 400, "not-supported", "Paramètre _revinclude inconnu."),
        "AGR-SOS-004",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-location-include-refused",
        "Le paramètre _include=Schedule:actor:Location est refusé",
        refuses(sos_asks("_include", INCLUDE_LOCATION), 400, "not-supported", "Paramètre _include inconnu."),
        "AGR-SOS-005",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-organization-include-refused",
        "Le paramètre _include:iterate=Location:organization est refusé",
        refuses(
            sos_asks("_include:iterate", INCLUDE_ASSOCIATION),
            400,
            "not-supported",
            "Inclusion Location:organization inconnue.",
        ),
        "AGR-SOS-006",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-accept-json-fhir-refused",
        "L’en-tête « Accept: application/json+fhir » d’une recherche d’agendas est refusé par un 406",
        refuses(lambda i: is_sos(i) and "application/json+fhir" in i.accept, 406, "not-supported", "Format refusé."),
        "AGR-COM-004",
    ),
    int_sos1(
        "sos-raw-pipe-refused",
        "La barre verticale non encodée est refusée dans une recherche d’agendas",
        refuses(lambda i: is_sos(i) and "|" in i.query, 400, "invalid", "Caractère « | » interdit dans l’URL."),
        reserves=("AGR-COM-062",),
    ),
    int_sos1(
        "sos-count-refused",
        "Le paramètre _count d’une recherche d’agendas est refusé",
        refuses(sos_asks("_count"), 400, "not-supported", "Paramètre _count non pris en charge."),
        reserves=("AGR-COM-063",),
    ),
    int_sos1(
        "sos-bounds-without-milliseconds-refused",
        "Des bornes _has sans milliseconde sont refusées",
        refuses(_any_bound(r"T\d\d:\d\d:\d\d(?!\.)"), 400, "invalid", "Les millisecondes sont obligatoires."),
        "AGR-COM-066",
    ),
    int_sos1(
        "sos-bounds-without-offset-refused",
        "Des bornes _has sans décalage horaire sont refusées",
        refuses(_any_bound(r"T[\d:.]+$"), 400, "invalid", "Décalage obligatoire."),
        reserves=("AGR-COM-038",),
    ),
    int_sos1(
        "sos-content-type-json",
        "La réponse à une recherche d’agendas est annoncée en application/json",
        replies(SOS_ROUTE, lambda reply: replace(reply, content_type="application/json")),
        reserves=("AGR-COM-005",),
    ),
    int_sos1(
        "sos-list-of-five-at-most",
        "Une liste de plus de cinq SIRET est refusée",
        refuses(_longer_than(5), 422, "too-costly", "Cinq associations au plus."),
        "AGR-SOS-007",
        "AGR-COM-006",
        reserves=("AGR-SOS-008",),
    ),
    int_sos1(
        "sos-list-of-ten-at-most",
        "Une liste de plus de dix SIRET est refusée",
        refuses(_longer_than(10), 422, "too-costly", "Dix associations au plus."),
        reserves=("AGR-SOS-008",),
    ),
    int_sos1(
        "sos-answer-after-seven-seconds",
        "La recherche d’agendas met plus de sept secondes",
        replies(SOS_ROUTE, lambda reply: replace(reply, pace=Pace.STALLED)),
        reserves=("PERF-010",),
    ),
    int_sos1(
        "sos-empty-answer-404",
        "Une recherche d’agendas sans résultat répond 404",
        replies(SOS_ROUTE, _not_found_when_empty),
        "AGR-COM-010",
        "AGR-COM-006",
    ),
)
