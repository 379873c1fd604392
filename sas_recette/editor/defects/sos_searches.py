"""Defects of INT_SOS1 in the way an agenda search is read and executed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sas_recette.editor.agenda import SlotState, Structure
from sas_recette.editor.behaviour import AssociationsHook, Behaviour, Directory
from sas_recette.editor.criteria import (
    ASSOCIATION_PARAMETER,
    INCLUDE_ASSOCIATION,
    INCLUDE_LOCATION,
    REVERSE_START,
    REVERSE_STATUS,
    REVINCLUDE_SLOTS,
    SlotCriteria,
)
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import (
    SOS_ROUTE,
    Selected,
    in_criteria,
    in_selection,
    is_sos,
    refuses,
    replies,
    rereads,
    sos_asks,
)
from sas_recette.editor.errors import FhirError, operation_outcome
from sas_recette.editor.flows import INT_SOS1
from sas_recette.editor.http import Incoming, Pace, Reply

_YEAR: Final = timedelta(days=365)
_ERROR_PAGE: Final = b"<!DOCTYPE html><html lang='fr'><title>Erreur</title><h1>Une erreur est survenue</h1></html>"

Associations = tuple[Structure, ...]


def _widened(*states: SlotState, days: timedelta = timedelta(0)) -> Behaviour:
    """The same search with more states, or with more days before and after the window."""
    return in_criteria(
        INT_SOS1,
        lambda c: replace(c, lower=c.lower - days, upper=c.upper + days, states=(*c.states, *states)),
    )


def _associations(hook: AssociationsHook) -> Behaviour:
    return Behaviour(associations=(hook,))


def _identifiers(change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Behaviour:
    return in_criteria(INT_SOS1, lambda c: replace(c, identifiers=change(c.identifiers)))


def _longer_than(count: int) -> Callable[[Incoming], bool]:
    return lambda incoming: (
        is_sos(incoming)
        and any(name == ASSOCIATION_PARAMETER and value.count(",") >= count for name, value in incoming.parameters)
    )


def _refuse_mixed(found: Associations, criteria: SlotCriteria, _: Directory) -> Associations:
    if found and len(found) < len(criteria.identifiers):
        raise FhirError(422, "not-found", "Une des associations de la liste est inconnue.")
    return found


def _refuse_unknown(found: Associations, _: SlotCriteria, __: Directory) -> Associations:
    if not found:
        raise FhirError(404, "not-found", "Association inconnue.")
    return found


def _first_slot_of_each(slots: Selected, criteria: SlotCriteria) -> Selected:
    if len(criteria.identifiers) == 1:
        return slots
    return tuple({slot.agenda: slot for slot in reversed(slots)}.values())[::-1]


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
        refuses(sos_asks("_revinclude", REVINCLUDE_SLOTS), 400, "not-supported", "Inclusion non prise en charge."),
        "AGR-SOS-004",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-location-include-refused",
        "Le paramètre _include=Schedule:actor:Location est refusé",
        refuses(sos_asks("_include", INCLUDE_LOCATION), 400, "not-supported", "Inclusion non prise en charge."),
        "AGR-SOS-005",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-organization-include-refused",
        "Le paramètre _include:iterate=Location:organization est refusé",
        refuses(sos_asks("_include:iterate", INCLUDE_ASSOCIATION), 400, "not-supported", "Inclusion inconnue."),
        "AGR-SOS-006",
        "AGR-COM-006",
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

SEARCHES: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-window-ignored",
        "Les bornes _has sur le début des créneaux sont ignorées",
        _widened(days=_YEAR),
        "AGR-SOS-003",
        "AGR-SOS-011",
        "AGR-COM-035",
    ),
    int_sos1(
        "sos-status-ignored",
        "Le critère _has sur le statut est ignoré, les créneaux pris sont joints aux agendas",
        _widened(SlotState.BUSY, SlotState.UNAVAILABLE),
        "AGR-SOS-003",
        "AGR-SOS-011",
        "AGR-COM-029",
        "AGR-COM-054",
    ),
    int_sos1(
        "sos-all-slots-of-the-agenda",
        "Tous les créneaux de l’agenda lui sont joints, pris ou hors de l’intervalle",
        _widened(SlotState.BUSY, SlotState.UNAVAILABLE, days=_YEAR),
        "AGR-SOS-003",
        "AGR-SOS-011",
        "AGR-COM-029",
        "AGR-COM-035",
        "AGR-COM-054",
    ),
    int_sos1(
        "sos-first-siret-only",
        "Seul le premier SIRET de la liste est lu",
        _identifiers(lambda numbers: numbers[:1]),
        "AGR-SOS-007",
        "AGR-SOS-033",
        "AGR-COM-043",
        reserves=("AGR-SOS-008",),
    ),
    int_sos1(
        "sos-list-read-as-conjunction",
        "La liste de SIRET est lue comme un « et » : elle ne donne rien",
        _identifiers(lambda numbers: numbers if len(numbers) == 1 else ()),
        "AGR-SOS-007",
        "AGR-SOS-009",
        "AGR-SOS-033",
        "AGR-COM-043",
        reserves=("AGR-SOS-008",),
    ),
    int_sos1(
        "sos-mixed-list-refused",
        "Une liste qui mêle associations connues et inconnues est refusée",
        _associations(_refuse_mixed),
        "AGR-SOS-007",
        "AGR-SOS-009",
        "AGR-COM-006",
        reserves=("AGR-SOS-008",),
    ),
    int_sos1(
        "sos-mixed-list-empty",
        "Une liste qui contient une association inconnue donne une réponse vide",
        _associations(lambda found, criteria, _: found if len(found) == len(criteria.identifiers) else ()),
        "AGR-SOS-007",
        "AGR-SOS-009",
        "AGR-COM-043",
        reserves=("AGR-SOS-008",),
    ),
    int_sos1(
        "sos-unknown-association-refused",
        "Une association inconnue donne une erreur 404",
        _associations(_refuse_unknown),
        "AGR-COM-010",
        "AGR-COM-006",
    ),
    int_sos1(
        "sos-number-searched-as-stored",
        "Le SIRET n’est trouvé que s’il est enregistré avec son préfixe",
        _associations(lambda found, criteria, _: tuple(o for o in found if o.identifier in criteria.identifiers)),
        "AGR-COM-026",
        "AGR-COM-043",
    ),
    int_sos1(
        "sos-identifier-ignored",
        "Le critère sur le SIRET est ignoré, les agendas de toutes les associations sont renvoyés",
        _associations(lambda _, __, directory: directory.associations()),
        "AGR-SOS-010",
        "AGR-SOS-028",
        "AGR-SOS-033",
        "AGR-SOS-002",
    ),
    int_sos1(
        "sos-one-slot-each-in-a-list",
        "Dans une recherche multiple, seul le premier créneau de chaque agenda est renvoyé",
        in_selection(INT_SOS1, _first_slot_of_each),
        "AGR-SOS-033",
        "AGR-COM-043",
    ),
)
