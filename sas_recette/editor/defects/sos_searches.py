"""Defects of INT_SOS1 in what an agenda search selects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sas_recette.editor.agenda import SlotState, Structure
from sas_recette.editor.behaviour import AssociationsHook, Behaviour, Directory, Entry
from sas_recette.editor.criteria import SlotCriteria
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import Selected, in_criteria, in_entries, in_selection
from sas_recette.editor.errors import FhirError
from sas_recette.editor.flows import INT_SOS1

_YEAR: Final = timedelta(days=365)

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


def _refuse_mixed(found: Associations, criteria: SlotCriteria, _: Directory) -> Associations:
    if found and len(found) < len(criteria.identifiers):
        raise FhirError(422, "not-found", "Une des associations de la liste est inconnue.")
    return found


def _refuse_unknown(found: Associations, _: SlotCriteria, __: Directory) -> Associations:
    if not found:
        raise FhirError(404, "not-found", "Association inconnue.")
    return found


def _found_criterion_by_criterion(slots: Selected, criteria: SlotCriteria) -> Selected:
    """All the slots of an agenda that has one after the lower bound, one before the upper and a free one, maybe others."""
    lower, upper = criteria.lower + _YEAR, criteria.upper - _YEAR
    found = (
        {slot.agenda for slot in slots if slot.start >= lower}
        & {slot.agenda for slot in slots if slot.start <= upper}
        & {slot.agenda for slot in slots if slot.state is SlotState.FREE}
    )
    return tuple(slot for slot in slots if slot.agenda in found)


def _others_unavailable(slots: Selected, criteria: SlotCriteria) -> Selected:
    """Of slots found in a wider window, only the free ones of the window asked for stay so."""
    lower, upper = criteria.lower + _YEAR, criteria.upper - _YEAR
    return tuple(slot if lower <= slot.start <= upper else replace(slot, state=SlotState.UNAVAILABLE) for slot in slots)


def _without_slots_not_free(entries: list[Entry]) -> list[Entry]:
    return [one for one in entries if one.resource.get("status", "free") == "free"]


def _first_slot_of_each(slots: Selected, criteria: SlotCriteria) -> Selected:
    if len(criteria.identifiers) == 1:
        return slots
    return tuple({slot.agenda: slot for slot in reversed(slots)}.values())[::-1]


SEARCHES: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-window-ignored",
        "Les bornes _has sur le début des créneaux sont ignorées",
        _widened(days=_YEAR),
        "AGR-SOS-003",
        "AGR-SOS-011",
        "AGR-COM-034",
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
        "Tous les créneaux des agendas trouvés leur sont joints, pris ou hors de l’intervalle",
        _widened(SlotState.BUSY, SlotState.UNAVAILABLE, days=_YEAR)
        + in_selection(INT_SOS1, _found_criterion_by_criterion),
        "AGR-SOS-011",
        "AGR-COM-029",
        "AGR-COM-034",
        "AGR-COM-035",
        "AGR-COM-054",
    ),
    int_sos1(
        "sos-agendas-without-slots",
        "Les agendas des associations demandées sont tous renvoyés, même sans créneau à y joindre",
        _widened(SlotState.BUSY, SlotState.UNAVAILABLE, days=_YEAR)
        + in_selection(INT_SOS1, _others_unavailable)
        + in_entries(INT_SOS1, _without_slots_not_free),
        "AGR-SOS-003",
        "AGR-SOS-012",
        "AGR-COM-010",
        reserves=("AGR-COM-023",),
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
        "AGR-SOS-002",
        "AGR-SOS-010",
        "AGR-SOS-028",
    ),
    int_sos1(
        "sos-one-slot-each-in-a-list",
        "Dans une recherche multiple, seul le premier créneau de chaque agenda est renvoyé",
        in_selection(INT_SOS1, _first_slot_of_each),
        "AGR-SOS-009",
        "AGR-SOS-033",
        "AGR-COM-043",
    ),
)
