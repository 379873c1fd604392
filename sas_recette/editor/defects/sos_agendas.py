"""Defects of INT_SOS1 in the agendas and in what they are attached to."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Final

from sas_recette.editor.agenda import Agenda
from sas_recette.editor.behaviour import Entry
from sas_recette.editor.criteria import SlotCriteria
from sas_recette.editor.defects.edits import at, put
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import Selected, in_entries, in_selection, on_sos
from sas_recette.editor.defects.sos_bundles import of_kind
from sas_recette.editor.flows import INT_SOS1


def _first_centre_only(slots: Selected, _: SlotCriteria) -> Selected:
    first = {slot.agenda.place.structure: slot.agenda for slot in reversed(slots)}
    return tuple(slot for slot in slots if slot.agenda == first[slot.agenda.place.structure])


def _all_on_first_centre(slots: Selected, _: SlotCriteria) -> Selected:
    first = {slot.agenda.place.structure: slot.agenda for slot in reversed(slots)}
    return tuple(replace(slot, agenda=first[slot.agenda.place.structure]) for slot in slots)


def _centres_exchanged(slots: Selected, _: SlotCriteria) -> Selected:
    """The slots of each centre of an association are given to another of its centres."""
    agendas: dict[object, list[Agenda]] = {}
    for slot in slots:
        held = agendas.setdefault(slot.agenda.place.structure, [])
        held += [slot.agenda] if slot.agenda not in held else []
    exchanged = {a: b for held in agendas.values() for a, b in zip(held, reversed(held), strict=True)}
    return tuple(replace(slot, agenda=exchanged[slot.agenda]) for slot in slots)


def _schedule_per_slot(entries: list[Entry]) -> list[Entry]:
    schedules = {f"Schedule/{one['id']}": one for one in of_kind(entries, "Schedule")}
    added: list[Entry] = []
    for slot in of_kind(entries, "Slot"):
        schedule = schedules.get(at(slot, "schedule", "reference"))
        if schedule is not None:
            own = copy.deepcopy(schedule) | {"id": f"{schedule['id']}-{slot['id']}"}
            slot["schedule"] = {"reference": f"Schedule/{own['id']}"}
            added.append(Entry(own, "match"))
    return added + [entry for entry in entries if entry.resource["resourceType"] != "Schedule"]


def _location_for_visits(entries: list[Entry]) -> list[Entry]:
    """A second Location, for home visits, of which there is no agenda."""
    added = [
        Entry(copy.deepcopy(one) | {"id": f"{one['id']}-visites"}, "include") for one in of_kind(entries, "Location")
    ]
    return entries + added


def _association_as_actor(entries: list[Entry]) -> list[Entry]:
    """Each Schedule names the association of its place beside it."""
    places = {f"Location/{one['id']}": one for one in of_kind(entries, "Location")}
    for schedule in of_kind(entries, "Schedule"):
        association = at(places.get(at(schedule, "actor", 0, "reference"), {}), "managingOrganization")
        if association is not None:
            schedule["actor"].append(copy.deepcopy(association))
    return entries


def _slots_of_places(entries: list[Entry]) -> list[Entry]:
    places = {f"Schedule/{one['id']}": at(one, "actor", 0) for one in of_kind(entries, "Schedule")}
    for slot in of_kind(entries, "Slot"):
        place = places.get(at(slot, "schedule", "reference"))
        if place is not None:
            slot["schedule"] = copy.deepcopy(place)
    return entries


def _contained_places(entries: list[Entry]) -> list[Entry]:
    places = {f"Location/{one['id']}": one for one in of_kind(entries, "Location")}
    for schedule in of_kind(entries, "Schedule"):
        place = places.get(at(schedule, "actor", 0, "reference"))
        if place is not None:
            schedule["contained"] = [place]
            schedule["actor"] = [{"reference": f"#{place['id']}"}]
    return [entry for entry in entries if entry.resource["resourceType"] != "Location"]


AGENDAS: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-schedule-service-type",
        "L’agenda porte un serviceType",
        on_sos("Schedule", put([{"text": "Consultation"}], "serviceType")),
        "AGR-SOS-014",
    ),
    int_sos1(
        "sos-schedule-actor-by-identifier",
        "L’agenda désigne son lieu par un identifiant, sans référence",
        on_sos(
            "Schedule",
            put([{"identifier": {"system": "https://editeur.example/lieux", "value": "pfg"}}], "actor"),
        ),
        "AGR-SOS-014",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-schedule-actor-organization",
        "L’agenda a aussi une association pour acteur",
        in_entries(INT_SOS1, _association_as_actor),
        "AGR-SOS-014",
    ),
    int_sos1(
        "sos-schedule-actor-practitioner",
        "L’agenda a aussi un médecin pour acteur",
        on_sos("Schedule", lambda one: one["actor"].append({"reference": "Practitioner/medecin-1"})),
        "AGR-SOS-014",
        "AGR-COM-022",
    ),
    int_sos1(
        "sos-slot-attached-to-location",
        "Le créneau désigne le lieu comme son agenda",
        in_entries(INT_SOS1, _slots_of_places),
        "AGR-COM-039",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-location-contained",
        "Le lieu est contenu dans l’agenda au lieu d’être une entrée",
        in_entries(INT_SOS1, _contained_places),
        "AGR-SOS-005",
        "AGR-SOS-012",
    ),
    int_sos1(
        "sos-schedule-per-slot",
        "Chaque créneau a son agenda : un lieu en a plusieurs",
        in_entries(INT_SOS1, _schedule_per_slot),
        "AGR-SOS-017",
        "AGR-SOS-018",
    ),
    int_sos1(
        "sos-location-without-schedule",
        "Un lieu sans agenda accompagne chaque lieu",
        in_entries(INT_SOS1, _location_for_visits),
        "AGR-SOS-017",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-first-centre-only",
        "Seul le premier lieu de chaque association remonte",
        in_selection(INT_SOS1, _first_centre_only),
        "AGR-SOS-018",
        "AGR-COM-043",
    ),
    int_sos1(
        "sos-agenda-of-the-association",
        "Tous les créneaux de l’association sont rattachés à son premier lieu",
        in_selection(INT_SOS1, _all_on_first_centre),
        "AGR-SOS-018",
        "AGR-SOS-019",
    ),
    int_sos1(
        "sos-centres-exchanged",
        "Les créneaux sont rattachés à un autre lieu de leur association",
        in_selection(INT_SOS1, _centres_exchanged),
        "AGR-SOS-019",
    ),
)
