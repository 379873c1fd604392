"""Defects of INT_R02 in the HTTP exchange: what is heard of a request, what the reply looks like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.accounts_hooks import (
    location,
    request_read_as,
    request_refused,
    status,
    written,
)
from sas_recette.editor.defects.model import Defect, int_r02
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Incoming, Reply

_ERROR_PAGE: Final = b"<!DOCTYPE html><html lang='fr'><title>Erreur</title><h1>Une erreur est survenue</h1></html>"
_REFUSALS: Final = (400, 404, 405, 406, 409, 412, 413, 415, 422)


def _accepts(media_type: str) -> Callable[[Incoming], bool]:
    return lambda incoming: media_type in {part.partition(";")[0].strip() for part in incoming.accept.split(",")}


def _sends(media_type: str) -> Callable[[Incoming], bool]:
    return lambda incoming: incoming.content_type.partition(";")[0].strip() == media_type


def _query(pattern: str, replacement: str) -> Callable[[Incoming], Incoming]:
    return lambda incoming: replace(incoming, query=re.sub(pattern, replacement, incoming.query))


def _metadata_missing(incoming: Incoming) -> Incoming:
    if incoming.route == "/metadata":
        raise FhirError(404, "not-found", "Aucune ressource à cette adresse.")
    return incoming


def _html(reply: Reply) -> Reply:
    return replace(reply, body=_ERROR_PAGE, content_type="text/html; charset=utf-8")


def _unreadable_taken_as_read(reply: Reply) -> Reply:
    return replace(reply, status=200) if b"illisible" in reply.body else reply


def _any_resource(incoming: Incoming) -> Incoming:
    return replace(incoming, body=re.sub(rb'"resourceType":\s*"\w+"', b'"resourceType": "Practitioner"', incoming.body))


REQUESTS: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-not-on-the-base-of-searches",
        "Les comptes ne sont pas servis sur la base de l’agrégation",
        request_refused(lambda _: True, 404, "not-found", "Aucune ressource à cette adresse."),
        "ACC-001",
        "ACC-002",
        "ACC-003",
        "ACC-018",
        "ACC-044",
    ),
    int_r02(
        "acc-accept-json-fhir-refused",
        "L’en-tête « Accept: application/json+fhir » est refusé par un 406",
        request_refused(_accepts("application/json+fhir"), 406, "not-supported", "Format indisponible."),
        "ACC-005",
    ),
    int_r02(
        "acc-accept-fhir-json-refused",
        "L’en-tête « Accept: application/fhir+json » est refusé par un 406",
        request_refused(_accepts("application/fhir+json"), 406, "not-supported", "Format indisponible."),
        "ACC-052",
    ),
    int_r02(
        "acc-content-type-fhir-json-refused",
        "Un corps annoncé en application/fhir+json est refusé par un 415",
        request_refused(_sends("application/fhir+json"), 415, "not-supported", "Format illisible."),
        "ACC-052",
    ),
    int_r02(
        "acc-accept-json-refused",
        "L’en-tête « Accept: application/json » est refusé par un 406",
        request_refused(_accepts("application/json"), 406, "not-supported", "Format indisponible."),
        reserves=("ACC-053",),
    ),
    int_r02(
        "acc-content-type-json-refused",
        "Un corps annoncé en application/json est refusé par un 415",
        request_refused(_sends("application/json"), 415, "not-supported", "Format illisible."),
        reserves=("ACC-053",),
    ),
    int_r02(
        "acc-format-refused",
        "Le paramètre _format est refusé",
        request_refused(lambda incoming: "_format=" in incoming.query, 400, "not-supported", "Paramètre inconnu."),
        reserves=("ACC-006",),
    ),
    int_r02(
        "acc-encoded-slash-not-decoded",
        "La barre oblique encodée %2F du critère n’est pas décodée",
        request_read_as(_query("(?i)(identifier=[^&]*)%2f", r"\1%252F")),
        "ACC-016",
    ),
    int_r02(
        "acc-raw-slash-refused",
        "La barre oblique non encodée du critère est refusée",
        request_refused(lambda incoming: "/" in incoming.query, 400, "invalid", "Caractère « / » interdit."),
        "ACC-016",
    ),
    int_r02(
        "acc-encoded-pipe-not-decoded",
        "La barre verticale encodée %7C du critère n’est pas décodée",
        request_read_as(_query("(?i)%7c", "%257C")),
        "ACC-008",
        "ACC-009",
        "ACC-010",
        "ACC-011",
        "ACC-012",
        "ACC-016",
        "ACC-019",
        "ACC-023",
        "ACC-026",
    ),
    int_r02(
        "acc-patient-accepted",
        "Une ressource d’un autre type est prise pour un Practitioner",
        request_read_as(_any_resource),
        "ACC-056",
    ),
    int_r02(
        "acc-unreadable-body-answers-200",
        "Un corps illisible est ignoré et répondu 200",
        written(_unreadable_taken_as_read, 400),
        "ACC-056",
    ),
    int_r02(
        "acc-metadata-missing",
        "La déclaration de capacité est absente",
        Behaviour(request=(_metadata_missing,)),
        reserves=("ACC-051",),
    ),
)

REPLIES: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-location-missing",
        "Les réponses n’ont pas d’en-tête Location",
        written(location(lambda _: "")),
        "ACC-004",
        reserves=("ACC-015",),
    ),
    int_r02(
        "acc-location-missing-on-update",
        "La réponse à une mise à jour n’a pas d’en-tête Location",
        written(location(lambda _: ""), 200),
        reserves=("ACC-015",),
    ),
    int_r02(
        "acc-location-of-another-type",
        "L’en-tête Location désigne une ressource d’un autre type",
        written(location(lambda url: url.replace("/Practitioner/", "/comptes/"))),
        "ACC-004",
        reserves=("ACC-015",),
    ),
    int_r02(
        "acc-location-without-id",
        "L’en-tête Location désigne la liste des comptes",
        written(location(lambda url: url.rpartition("/")[0])),
        "ACC-004",
        reserves=("ACC-015",),
    ),
    int_r02(
        "acc-create-answers-200",
        "Une création par POST répond 200",
        written(status(200), 201, method="POST"),
        "ACC-002",
        "ACC-003",
    ),
    int_r02(
        "acc-update-answers-204",
        "Une mise à jour répond 204",
        written(status(204), 200, method="PUT"),
        "ACC-014",
    ),
    int_r02(
        "acc-update-answers-201",
        "Une mise à jour répond 201",
        written(status(201), 200, method="PUT"),
        "ACC-014",
    ),
    int_r02(
        "acc-error-without-body",
        "Les erreurs sont renvoyées sans corps",
        written(lambda reply: replace(reply, body=b""), *_REFUSALS),
        "ACC-032",
    ),
    int_r02(
        "acc-error-html",
        "Les erreurs sont renvoyées comme des pages HTML",
        written(_html, *_REFUSALS),
        "ACC-032",
    ),
    int_r02(
        "acc-error-without-issue",
        "L’OperationOutcome des erreurs n’a pas d’issue",
        written(lambda reply: Reply.of(reply.status, {"resourceType": "OperationOutcome"}), *_REFUSALS),
        "ACC-032",
    ),
    int_r02(
        "acc-invalid-content-500",
        "Un contenu invalide provoque une erreur 500",
        written(status(500), 400, 422),
        reserves=("ACC-020", "ACC-040", "ACC-060"),
    ),
    int_r02(
        "acc-always-400",
        "Tout refus est un 400",
        written(status(400), *_REFUSALS, method="POST"),
        reserves=("ACC-040",),
    ),
    int_r02(
        "acc-always-422",
        "Tout refus est un 422",
        written(status(422), *_REFUSALS, method="POST"),
        reserves=("ACC-040",),
    ),
)
