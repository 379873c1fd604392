"""Defects of INT_SOS1 in the Bundle, the agendas and their slots."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Final

from sas_recette.editor.agenda import Agenda, Appointment, Visibility
from sas_recette.editor.behaviour import BundleHook, Entry, ResourceHook
from sas_recette.editor.criteria import SlotCriteria
from sas_recette.editor.defects.edits import at, drop, put, rewrite
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import Selected, in_bundle, in_entries, in_selection, on_sos, without_sos
from sas_recette.editor.flows import INT_SOS1
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import TRE_R314_SLOT_TYPE, V3_ACT_CODE


def _of_kind(entries: list[Entry], kind: str) -> list[Resource]:
    return [entry.resource for entry in entries if entry.resource["resourceType"] == kind]


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
    schedules = {f"Schedule/{one['id']}": one for one in _of_kind(entries, "Schedule")}
    added: list[Entry] = []
    for slot in _of_kind(entries, "Slot"):
        schedule = schedules.get(at(slot, "schedule", "reference"))
        if schedule is not None:
            own = copy.deepcopy(schedule) | {"id": f"{schedule['id']}-{slot['id']}"}
            slot["schedule"] = {"reference": f"Schedule/{own['id']}"}
            added.append(Entry(own, "match"))
    return added + [entry for entry in entries if entry.resource["resourceType"] != "Schedule"]


def _location_for_visits(entries: list[Entry]) -> list[Entry]:
    """A second Location, for home visits, of which there is no agenda."""
    added = [
        Entry(copy.deepcopy(one) | {"id": f"{one['id']}-visites"}, "include") for one in _of_kind(entries, "Location")
    ]
    return entries + added


def _slots_match(entries: list[Entry]) -> list[Entry]:
    kinds = [(entry.resource, entry.resource["resourceType"]) for entry in entries]
    return [Entry(resource, "match" if kind == "Slot" else "include") for resource, kind in kinds]


def _total_of(kind: str) -> BundleHook:
    def edit(bundle: Resource) -> None:
        entries = bundle.get("entry", [])
        bundle["total"] = sum(kind in {"*", entry["resource"]["resourceType"]} for entry in entries)

    return edit


def _consultation(code: str) -> Resource:
    return {"coding": [{"system": V3_ACT_CODE, "code": code}]}


def _first_type_becomes(code: str) -> ResourceHook:
    return put({"system": TRE_R314_SLOT_TYPE, "code": code}, "meta", "security", 0)


def _drop_routine_comment(slot: Resource) -> None:
    if slot["appointmentType"]["coding"][0]["code"] == Appointment.ROUTINE:
        del slot["comment"]


BUNDLES: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-slots-left-out",
        "Les créneaux ne sont pas joints à leurs agendas",
        without_sos("Slot"),
        "AGR-SOS-004",
        "AGR-SOS-012",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-locations-left-out",
        "Les lieux acteurs des agendas ne sont pas inclus, ni leurs associations",
        without_sos("Location", "Organization"),
        "AGR-SOS-005",
        "AGR-SOS-012",
        "AGR-COM-022",
    ),
    int_sos1(
        "sos-organizations-left-out",
        "Les associations des lieux ne sont pas incluses",
        without_sos("Organization"),
        "AGR-SOS-006",
        "AGR-SOS-012",
        "AGR-SOS-020",
        "AGR-COM-022",
    ),
    int_sos1(
        "sos-two-links",
        "Le Bundle porte un second lien, « first »",
        in_bundle(INT_SOS1, lambda b: b["link"].append({"relation": "first", "url": b["link"][0]["url"]})),
        "AGR-SOS-012",
    ),
    int_sos1(
        "sos-total-of-slots",
        "Le total est le nombre de créneaux",
        in_bundle(INT_SOS1, _total_of("Slot")),
        reserves=("AGR-COM-009",),
    ),
    int_sos1(
        "sos-total-of-all-entries",
        "Le total compte aussi les lieux et les associations",
        in_bundle(INT_SOS1, _total_of("*")),
        "AGR-COM-009",
    ),
    int_sos1(
        "sos-slots-match",
        "Les créneaux sont marqués « match » et les agendas « include »",
        in_entries(INT_SOS1, _slots_match),
        reserves=("AGR-COM-009", "AGR-COM-021"),
    ),
)

AGENDAS: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-schedule-service-type",
        "L’agenda porte un serviceType",
        on_sos("Schedule", put([_consultation("AMB")], "serviceType")),
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
        on_sos("Schedule", lambda one: one["actor"].append({"reference": "Organization/asso-armor"})),
        "AGR-SOS-014",
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
    ),
    int_sos1(
        "sos-centres-exchanged",
        "Les créneaux sont rattachés à un autre lieu de leur association",
        in_selection(INT_SOS1, _centres_exchanged),
        attested=("AGR-SOS-019",),
    ),
)

SLOTS: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-slot-two-service-categories",
        "Le créneau de l’association porte deux serviceCategory",
        on_sos("Slot", put([{"text": "Consultation"}, {"text": "Soins"}], "serviceCategory")),
        "AGR-SOS-013",
    ),
    int_sos1(
        "sos-slot-type-pro",
        "Le type de créneau porte le code PRO",
        on_sos("Slot", lambda slot: slot["meta"]["security"].append({"system": TRE_R314_SLOT_TYPE, "code": "PRO"})),
        reserves=("AGR-SOS-030",),
    ),
    int_sos1(
        "sos-slot-type-cpts",
        "Le type de créneau porte le code CPTS",
        on_sos("Slot", lambda slot: slot["meta"]["security"].append({"system": TRE_R314_SLOT_TYPE, "code": "CPTS"})),
        "AGR-SOS-030",
        "AGR-COM-042",
    ),
    int_sos1(
        "sos-slot-type-own-code",
        "Le type de créneau porte un code SOS inconnu de TRE_R314",
        on_sos("Slot", _first_type_becomes("SOS")),
        "AGR-SOS-030",
        "AGR-COM-041",
        "AGR-COM-042",
    ),
    int_sos1(
        "sos-first-slot-type-only",
        "Seule la première visibilité du créneau de l’association est transmise",
        on_sos("Slot", lambda slot: slot["meta"].update(security=slot["meta"]["security"][:1])),
        "AGR-COM-041",
    ),
    int_sos1(
        "sos-snp-slots-withheld",
        "Les créneaux dédiés à la régulation ne sont pas renvoyés",
        in_selection(INT_SOS1, lambda slots, _: tuple(s for s in slots if Visibility.SNP not in s.visibilities)),
        "AGR-COM-043",
        "AGR-COM-042",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-consultation-type-emergency",
        "Le type de consultation est EMER",
        on_sos("Slot", put([_consultation("EMER")], "serviceType")),
        "AGR-SOS-034",
        "AGR-COM-046",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-consultation-type-field",
        "Les créneaux portent aussi le type de consultation FLD",
        on_sos("Slot", lambda slot: slot["serviceType"].append(_consultation("FLD"))),
        "AGR-SOS-034",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-comment-missing",
        "L’URL vers l’agenda manque sur les créneaux avec rendez-vous de l’association",
        on_sos("Slot", _drop_routine_comment),
        "AGR-COM-049",
    ),
    int_sos1(
        "sos-comment-relative",
        "L’URL vers l’agenda du lieu est relative",
        on_sos("Slot", rewrite(lambda url: "/pfg/" + url.rpartition("/pfg/")[2], "comment")),
        "AGR-COM-051",
    ),
    int_sos1(
        "sos-comment-to-home-page",
        "L’URL conduit à l’accueil de l’éditeur, non à l’agenda du lieu",
        on_sos("Slot", rewrite(lambda url: url.partition("/pfg/")[0] + "/", "comment")),
        attested=("AGR-SOS-031", "AGR-SOS-032"),
    ),
    int_sos1(
        "sos-comment-without-slot",
        "L’URL conduit à l’agenda du lieu sans désigner le créneau",
        on_sos("Slot", rewrite(lambda url: url.partition("?")[0], "comment")),
        attested=("AGR-SOS-032",),
    ),
    int_sos1(
        "sos-end-missing",
        "La fin des créneaux de l’association n’est pas transmise",
        on_sos("Slot", drop("end")),
        "AGR-COM-030",
    ),
)
