"""Defects in the way a request is read: encodings, tolerances, limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.criteria import PRACTITIONER_PARAMETER
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Incoming

_LIST_LIMIT: Final = 20


def _refuses(when: Callable[[Incoming], bool], status: int, code: str, message: str) -> Behaviour:
    def hook(incoming: Incoming) -> Incoming:
        if incoming.route == "/Slot" and when(incoming):
            raise FhirError(status, code, message)
        return incoming

    return Behaviour(request=(hook,))


def _has(name: str) -> Callable[[Incoming], bool]:
    return lambda incoming: any(given == name for given, _ in incoming.parameters)


def _any_bound(pattern: str) -> Callable[[Incoming], bool]:
    shape = re.compile(pattern)
    return lambda incoming: any(shape.search(value) for name, value in incoming.parameters if name == "start")


def _list_is_long(incoming: Incoming) -> bool:
    return any(value.count(",") >= _LIST_LIMIT for name, value in incoming.parameters if name == PRACTITIONER_PARAMETER)


def _keep_encoded_pipe(incoming: Incoming) -> Incoming:
    query = incoming.query.replace("%7C", "%257C").replace("%7c", "%257C")
    return replace(incoming, query=query)


def _ignore_unreadable_dates(incoming: Incoming) -> Incoming:
    query = re.sub(r"start=ge\D[^&]*", "start=ge2000-01-01", incoming.query)
    query = re.sub(r"start=le\D[^&]*", "start=le2100-01-01", query)
    return replace(incoming, query=query)


READING: Final[tuple[Defect, ...]] = (
    int_r01(
        "accept-json-fhir-refused",
        "L’en-tête « Accept: application/json+fhir » est refusé par un 406",
        _refuses(lambda i: "application/json+fhir" in i.accept, 406, "not-supported", "Format indisponible."),
        "AGR-COM-004",
    ),
    int_r01(
        "search-not-supported",
        "La recherche de créneaux n’est pas prise en charge",
        _refuses(lambda _: True, 501, "not-supported", "Interaction non prise en charge."),
        "AGR-PS-001",
        "AGR-COM-006",
        reserves=("AGR-COM-016",),
    ),
    int_r01(
        "start-parameter-refused",
        "Le paramètre start répété est refusé",
        _refuses(lambda i: i.query.count("start=") > 1, 400, "not-supported", "Paramètre start en double."),
        "AGR-PS-002",
        "AGR-COM-006",
    ),
    int_r01(
        "status-parameter-refused",
        "Le paramètre status est refusé",
        _refuses(_has("status"), 400, "not-supported", "Paramètre status inconnu."),
        "AGR-PS-003",
        "AGR-COM-006",
    ),
    int_r01(
        "chained-parameter-refused",
        "La recherche chaînée sur l’identifiant du PS est refusée",
        _refuses(_has(PRACTITIONER_PARAMETER), 400, "not-supported", "Recherche chaînée non prise en charge."),
        "AGR-PS-005",
        "AGR-COM-006",
    ),
    int_r01(
        "encoded-pipe-not-understood",
        "La barre verticale encodée %7C n’est pas décodée",
        Behaviour(request=(_keep_encoded_pipe,)),
        "AGR-PS-005",
        "AGR-COM-043",
        reserves=("AGR-COM-012",),
    ),
    int_r01(
        "raw-pipe-refused",
        "La barre verticale non encodée est refusée",
        _refuses(lambda i: "|" in i.query, 400, "invalid", "Caractère « | » interdit dans l’URL."),
        reserves=("AGR-COM-062",),
    ),
    int_r01(
        "long-list-refused",
        "Une liste de plus de vingt identifiants est refusée",
        _refuses(_list_is_long, 422, "too-costly", "Vingt identifiants au plus."),
        "AGR-PS-008",
        "AGR-COM-006",
    ),
    int_r01(
        "trailing-slash-refused",
        "Une barre oblique avant le point d’interrogation donne un 404",
        _refuses(lambda i: i.path.endswith("/"), 404, "not-found", "Aucune ressource à cette adresse."),
        reserves=("AGR-COM-063",),
    ),
    int_r01(
        "count-refused",
        "Le paramètre _count est refusé",
        _refuses(_has("_count"), 400, "not-supported", "Paramètre _count non pris en charge."),
        reserves=("AGR-COM-063",),
    ),
    int_r01(
        "format-refused",
        "Le paramètre _format est refusé",
        _refuses(_has("_format"), 400, "not-supported", "Paramètre _format non pris en charge."),
        reserves=("AGR-COM-063",),
    ),
    int_r01(
        "bounds-without-milliseconds-refused",
        "Des bornes sans milliseconde sont refusées",
        _refuses(_any_bound(r"T\d\d:\d\d:\d\d(?!\.)"), 400, "invalid", "Les millisecondes sont obligatoires."),
        "AGR-COM-066",
    ),
    int_r01(
        "bounds-without-offset-refused",
        "Des bornes sans décalage horaire sont refusées",
        _refuses(_any_bound(r"T[\d:.]+$"), 400, "invalid", "Décalage obligatoire."),
        reserves=("AGR-COM-038",),
    ),
    int_r01(
        "bounds-in-utc-refused",
        "Seul le décalage de l’heure de Paris est accepté dans les bornes",
        _refuses(_any_bound(r"(Z|-\d\d:\d\d|[+ ](?!0[12]:00)\d\d:\d\d)$"), 400, "invalid", "Décalage refusé."),
        "AGR-COM-037",
        "AGR-COM-006",
    ),
    int_r01(
        "unreadable-date-ignored",
        "Une date illisible est ignorée, tous les créneaux sont renvoyés",
        Behaviour(request=(_ignore_unreadable_dates,)),
        reserves=("AGR-COM-016",),
    ),
)
