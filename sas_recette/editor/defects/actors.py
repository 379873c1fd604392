"""Defects in the Practitioner and Schedule resources, and in the links between resources."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from sas_recette.editor.agenda import AgendaSlot
from sas_recette.editor.behaviour import Behaviour, Entry
from sas_recette.editor.criteria import SlotCriteria
from sas_recette.editor.defects.edits import at, drop, on, put, rewrite, without
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.http import Resource
from sas_recette.editor.normalise import bare_rpps
from sas_recette.norm.canonicals import FR_V2_0203, IDNPS_SYSTEM

Selected = tuple[AgendaSlot, ...]


def _of_kind(entries: list[Entry], kind: str) -> list[Resource]:
    return [entry.resource for entry in entries if entry.resource["resourceType"] == kind]


def _acted(entries: list[Entry]) -> Iterator[tuple[Resource, str, str]]:
    """Each Schedule that has both its actors, with the references of its Practitioner and of its PractitionerRole."""
    for schedule in _of_kind(entries, "Schedule"):
        owner, role = at(schedule, "actor", 0, "reference"), at(schedule, "actor", 1, "reference")
        if owner and role:
            yield schedule, owner, role


def _all_on_first_place(slots: Selected, _: SlotCriteria) -> Selected:
    first = {slot.agenda.professional: slot.agenda for slot in reversed(slots)}
    return tuple(replace(slot, agenda=first[slot.agenda.professional]) for slot in slots)


def _places_exchanged(slots: Selected, _: SlotCriteria) -> Selected:
    agendas: dict[object, list[Any]] = {}
    for slot in slots:
        held = agendas.setdefault(slot.agenda.professional, [])
        held += [slot.agenda] if slot.agenda not in held else []
    exchanged = {a: b for held in agendas.values() for a, b in zip(held, reversed(held), strict=True)}
    return tuple(replace(slot, agenda=exchanged[slot.agenda]) for slot in slots)


def _all_to_first_professional(slots: Selected, _: SlotCriteria) -> Selected:
    return tuple(
        replace(slot, agenda=replace(slot.agenda, professional=slots[0].agenda.professional)) for slot in slots
    )


def _practitioner_per_schedule(entries: list[Entry]) -> list[Entry]:
    """The second place of a professional gets a Practitioner of its own."""
    added: list[Entry] = []
    owners: set[str] = set()
    roles = {f"PractitionerRole/{role['id']}": role for role in _of_kind(entries, "PractitionerRole")}
    practitioners = {f"Practitioner/{one['id']}": one for one in _of_kind(entries, "Practitioner")}
    for schedule, owner, role in _acted(entries):
        if owner in owners and owner in practitioners and role in roles:
            twin = copy.deepcopy(practitioners[owner]) | {"id": f"ps-{schedule['id']}"}
            schedule["actor"][0]["reference"] = f"Practitioner/{twin['id']}"
            roles[role]["practitioner"] = {"reference": f"Practitioner/{twin['id']}"}
            added.append(Entry(twin, "include"))
        owners.add(owner)
    return entries + added


def _one_role_for_all_places(entries: list[Entry]) -> list[Entry]:
    first: dict[str, str] = {}
    for schedule, owner, role in _acted(entries):
        schedule["actor"][1]["reference"] = first.setdefault(owner, role)
    return entries


def _one_role_a_place(entries: list[Entry]) -> list[Entry]:
    """Colleagues who share a place share the role of the first of them."""
    first: dict[str, str] = {}
    shared: dict[str, str] = {}
    for role in _of_kind(entries, "PractitionerRole"):
        place = at(role, "contained", 0, "identifier", 0, "value")
        shared[role["id"]] = first.setdefault(place, role["id"])
    for schedule, _, role_reference in _acted(entries):
        role_id = role_reference.partition("/")[2]
        schedule["actor"][1]["reference"] = f"PractitionerRole/{shared.get(role_id, role_id)}"
    return [
        entry for entry in entries if shared.get(entry.resource["id"], entry.resource["id"]) == entry.resource["id"]
    ]


def _schedule_per_slot(entries: list[Entry]) -> list[Entry]:
    schedules = {f"Schedule/{one['id']}": one for one in _of_kind(entries, "Schedule")}
    added: list[Entry] = []
    for slot in _of_kind(entries, "Slot"):
        schedule = schedules.get(at(slot, "schedule", "reference"))
        if schedule is not None:
            own = copy.deepcopy(schedule) | {"id": f"{schedule['id']}-{slot['id']}"}
            slot["schedule"] = {"reference": f"Schedule/{own['id']}"}
            added.append(Entry(own, "include"))
    return [entry for entry in entries if entry.resource["resourceType"] != "Schedule"] + added


def _practitioner_repeated(entries: list[Entry]) -> list[Entry]:
    repeated = [entry for entry in entries if entry.resource["resourceType"] == "Practitioner"]
    return entries + repeated * (len(_of_kind(entries, "Slot")) > 1)


def _roles_exchanged(entries: list[Entry]) -> list[Entry]:
    """Each Schedule names the role of another professional, when there is one."""
    acted = list(_acted(entries))
    roles = [role for _, _, role in acted]
    for (schedule, _, _), role in zip(acted, roles[1:] + roles[:1], strict=True):
        schedule["actor"][1]["reference"] = role
    return entries


def _with_orphan(entries: list[Entry]) -> list[Entry]:
    orphan: Resource = {"resourceType": "Organization", "id": "editeur", "name": "Éditeur de référence"}
    return [*entries, Entry(orphan, "include")] if entries else entries


def _add_internal_identifier(practitioner: Resource) -> None:
    coding = {"system": FR_V2_0203, "code": "INTRN"}
    practitioner["identifier"].append(
        {"type": {"coding": [coding]}, "system": "https://editeur.example/ps", "value": practitioner["id"]}
    )


def _somebody_else(rpps: str) -> str:
    """A number that nobody asks for. Exchanging digits of the same parity keeps its check digit right."""
    return rpps[0] + rpps[5] + rpps[2:5] + rpps[1] + rpps[6:]


def _adeli(prefixed: str) -> str:
    return "0" + prefixed[-9:]


PRACTITIONERS: Final[tuple[Defect, ...]] = (
    int_r01(
        "practitioner-identifier-missing",
        "Le PS n’a pas d’identifiant",
        on("Practitioner", drop("identifier")),
        "AGR-PS-019",
    ),
    int_r01(
        "practitioner-identifier-raw",
        "Le RPPS est renvoyé sans son préfixe",
        on("Practitioner", rewrite(bare_rpps, "identifier", 0, "value")),
        "AGR-PS-020",
    ),
    int_r01(
        "practitioner-identifier-as-stored",
        "Le RPPS est renvoyé tel qu’il est enregistré",
        Behaviour(numbers=(lambda numbers: replace(numbers, rpps=str),)),
        "AGR-PS-020",
    ),
    int_r01(
        "practitioner-identifier-of-another",
        "Le RPPS renvoyé n’est pas celui du PS demandé",
        on("Practitioner", rewrite(_somebody_else, "identifier", 0, "value")),
        "AGR-PS-021",
        "AGR-PS-010",
    ),
    int_r01(
        "practitioner-identifier-adeli",
        "Le PS est identifié par un numéro ADELI",
        on("Practitioner", rewrite(_adeli, "identifier", 0, "value")),
        "AGR-PS-021",
        "AGR-PS-010",
    ),
    int_r01(
        "practitioner-identifier-type-rpps",
        "Le type de l’identifiant du PS est RPPS, non IDNPS",
        on("Practitioner", put("RPPS", "identifier", 0, "type", "coding", 0, "code")),
        "AGR-PS-022",
    ),
    int_r01(
        "practitioner-identifier-type-missing",
        "L’identifiant du PS n’a pas de type",
        on("Practitioner", drop("identifier", 0, "type")),
        "AGR-COM-025",
    ),
    int_r01(
        "practitioner-oid-without-urn",
        "L’OID de l’identifiant du PS est écrit sans urn:oid:",
        on("Practitioner", put(IDNPS_SYSTEM.removeprefix("urn:oid:"), "identifier", 0, "system")),
        "AGR-COM-065",
        "AGR-PS-022",
    ),
    int_r01(
        "practitioner-two-identifier-codings",
        "Le type de l’identifiant du PS porte deux codes",
        on(
            "Practitioner",
            lambda p: p["identifier"][0]["type"]["coding"].append({"system": FR_V2_0203, "code": "RPPS"}),
        ),
        "AGR-PS-014",
    ),
    int_r01(
        "practitioner-internal-identifier",
        "Le PS porte aussi un identifiant interne de l’éditeur",
        on("Practitioner", _add_internal_identifier),
        "AGR-PS-014",
    ),
    int_r01(
        "family-name-missing",
        "Le nom du PS n’est pas transmis",
        on("Practitioner", drop("name", 0, "family")),
        "AGR-PS-024",
    ),
    int_r01(
        "given-name-missing",
        "Le prénom du PS n’est pas transmis",
        on("Practitioner", drop("name", 0, "given")),
        "AGR-PS-025",
    ),
    int_r01(
        "given-name-empty",
        "Le prénom du PS est une chaîne vide",
        on("Practitioner", put([""], "name", 0, "given")),
        "AGR-COM-018",
        "AGR-PS-025",
    ),
    int_r01(
        "gender-null",
        "Le sexe du PS, non renseigné, vaut null",
        on("Practitioner", put(None, "gender")),
        "AGR-COM-018",
    ),
    int_r01(
        "birth-date-impossible",
        "La date de naissance du PS n’est pas une date FHIR",
        on("Practitioner", put("31/12/1980", "birthDate")),
        "AGR-COM-017",
    ),
)

GRAPH: Final[tuple[Defect, ...]] = (
    int_r01(
        "schedules-not-included",
        "Les Schedule ne sont pas inclus",
        without("Schedule"),
        "AGR-PS-004",
        "AGR-COM-022",
        "AGR-PS-042",
        "AGR-PS-048",
        "AGR-PS-051",
        "AGR-PS-053",
        reserves=("AGR-COM-023",),
    ),
    int_r01(
        "practitioners-not-included",
        "Les Practitioner ne sont pas inclus",
        without("Practitioner"),
        "AGR-PS-017",
        "AGR-PS-006",
        "AGR-COM-022",
        "AGR-PS-029",
        "AGR-PS-041",
        "AGR-PS-051",
    ),
    int_r01(
        "roles-not-included",
        "Les PractitionerRole ne sont pas inclus",
        without("PractitionerRole"),
        "AGR-PS-018",
        "AGR-PS-006",
        "AGR-COM-022",
        "AGR-PS-041",
        "AGR-PS-042",
        "AGR-PS-048",
        "AGR-PS-051",
        "AGR-PS-049",
        "AGR-PS-053",
    ),
    int_r01(
        "actors-not-included",
        "Le paramètre _include:iterate=Schedule:actor est ignoré",
        without("Practitioner") + without("PractitionerRole"),
        "AGR-PS-006",
        "AGR-PS-017",
        "AGR-PS-018",
        "AGR-COM-022",
        "AGR-PS-041",
        "AGR-PS-042",
        "AGR-PS-051",
    ),
    int_r01(
        "schedule-service-type",
        "Le Schedule porte un serviceType",
        on("Schedule", put([{"text": "Consultation"}], "serviceType")),
        "AGR-PS-013",
    ),
    int_r01(
        "schedule-without-role",
        "Le Schedule n’a pour acteur que le Practitioner",
        on("Schedule", lambda s: s.update(actor=s["actor"][:1])),
        "AGR-PS-041",
        "AGR-PS-042",
        "AGR-PS-049",
        reserves=("AGR-COM-023",),
    ),
    int_r01(
        "schedule-dangling-actor",
        "Le Schedule a un troisième acteur absent de la réponse",
        on("Schedule", lambda s: s["actor"].append({"reference": "HealthcareService/accueil"})),
        "AGR-COM-022",
    ),
    int_r01(
        "slot-schedule-dangling",
        "Les créneaux référencent un agenda absent de la réponse",
        on("Slot", put("Schedule/ancien", "schedule", "reference")),
        "AGR-COM-022",
        "AGR-PS-004",
        reserves=("AGR-COM-023",),
    ),
    int_r01(
        "orphan-organization",
        "Une Organization sans lien avec les créneaux est incluse",
        Behaviour(entries=(_with_orphan,)),
        reserves=("AGR-COM-023",),
    ),
    int_r01(
        "practitioner-repeated",
        "Le Practitioner est répété dans le Bundle",
        Behaviour(entries=(_practitioner_repeated,)),
        "AGR-COM-020",
    ),
    int_r01(
        "practitioner-per-place",
        "Un PS à deux lieux est renvoyé sous deux Practitioner",
        Behaviour(entries=(_practitioner_per_schedule,)),
        "AGR-PS-047",
    ),
    int_r01(
        "role-shared-by-places",
        "Les agendas d’un PS à deux lieux renvoient au même PractitionerRole",
        Behaviour(entries=(_one_role_for_all_places,)),
        "AGR-PS-049",
        "AGR-PS-042",
        "AGR-PS-050",
        reserves=("AGR-COM-023",),
    ),
    int_r01(
        "role-shared-by-colleagues",
        "Deux confrères du même lieu partagent un PractitionerRole",
        Behaviour(entries=(_one_role_a_place,)),
        "AGR-PS-053",
        "AGR-PS-041",
        "AGR-PS-042",
        "AGR-PS-051",
    ),
    int_r01(
        "roles-exchanged",
        "Chaque Schedule désigne le PractitionerRole d’un autre",
        Behaviour(entries=(_roles_exchanged,)),
        "AGR-PS-041",
        "AGR-PS-050",
        "AGR-PS-032",
        "AGR-PS-049",
    ),
    int_r01(
        "schedule-per-slot",
        "Chaque créneau a son propre Schedule",
        Behaviour(entries=(_schedule_per_slot,)),
        "AGR-PS-042",
        "AGR-PS-048",
        "AGR-PS-049",
    ),
    int_r01(
        "slots-on-first-place",
        "Tous les créneaux d’un PS sont rattachés à son premier lieu",
        Behaviour(selection=(_all_on_first_place,)),
        "AGR-PS-048",
        "AGR-PS-050",
    ),
    int_r01(
        "places-exchanged",
        "Les créneaux des deux lieux d’un PS sont intervertis",
        Behaviour(selection=(_places_exchanged,)),
        "AGR-PS-050",
    ),
    int_r01(
        "slots-on-first-professional",
        "Dans une recherche multiple, tous les créneaux sont rattachés au premier PS",
        Behaviour(selection=(_all_to_first_professional,)),
        "AGR-PS-051",
        "AGR-PS-052",
        "AGR-COM-043",
        "AGR-COM-055",
        "AGR-PS-007",
        "AGR-PS-008",
    ),
)
