"""Defects of INT_SOS1 in the Bundle: what is included, counted, linked."""

from __future__ import annotations

from typing import Final

from sas_recette.editor.behaviour import BundleHook, Entry, Numbers
from sas_recette.editor.centre_resources import CentreWriter
from sas_recette.editor.defects.edits import at, put, rewrite
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import in_bundle, in_entries, on_sos, without_sos
from sas_recette.editor.flows import INT_SOS1
from sas_recette.editor.http import Resource
from sas_recette.editor.seed_centres import ASSOCIATIONS
from sas_recette.norm import canonicals


def of_kind(entries: list[Entry], kind: str) -> list[Resource]:
    """The resources of one type."""
    return [entry.resource for entry in entries if entry.resource["resourceType"] == kind]


def _slots_match(entries: list[Entry]) -> list[Entry]:
    kinds = [(entry.resource, entry.resource["resourceType"]) for entry in entries]
    return [Entry(resource, "match" if kind == "Slot" else "include") for resource, kind in kinds]


def _organization_per_place(entries: list[Entry]) -> list[Entry]:
    """The association comes once for each of its places."""
    organizations = {f"Organization/{entry.resource['id']}": entry for entry in entries}
    held = [at(one, "managingOrganization", "reference") for one in of_kind(entries, "Location")]
    again = [name for rank, name in enumerate(held) if name in held[:rank] and name in organizations]
    return entries + [organizations[name] for name in again]


def _every_association(entries: list[Entry]) -> list[Entry]:
    """The associations of the directory that were not asked for come too."""
    known = {one["id"] for one in of_kind(entries, "Organization")}
    writer = CentreWriter(Numbers())
    others = [one for one in ASSOCIATIONS.values() if one.id not in known]
    return entries + [Entry(writer.association(one), "include") for one in others]


def _as_of_practitioners(bundle: Resource) -> None:
    own = {"Slot": canonicals.SLOT_PS, "Schedule": canonicals.SCHEDULE_PS}
    for entry in bundle.get("entry", []):
        resource = entry["resource"]
        if resource["resourceType"] in own:
            put([own[resource["resourceType"]]], "meta", "profile")(resource)


def _one_agenda_a_page(bundle: Resource) -> None:
    """The first agenda, with everything that goes with it, and the way to the next one."""
    named = {f"{one['resource']['resourceType']}/{one['resource']['id']}": one for one in bundle.get("entry", [])}
    agendas = [name for name in named if name.startswith("Schedule/")]
    if agendas[1:]:
        place = at(named[agendas[0]], "resource", "actor", 0, "reference")
        wanted = {agendas[0], place, at(named.get(place, {}), "resource", "managingOrganization", "reference")}
        bundle["entry"] = [
            one
            for name, one in named.items()
            if name in wanted or at(one, "resource", "schedule", "reference") == agendas[0]
        ]
        bundle["link"].append({"relation": "next", "url": f"{bundle['link'][0]['url']}&page=2"})


def _total_of(kind: str) -> BundleHook:
    def edit(bundle: Resource) -> None:
        entries = bundle.get("entry", [])
        bundle["total"] = sum(kind in {"*", entry["resource"]["resourceType"]} for entry in entries)

    return edit


BUNDLES: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-slots-left-out",
        "Les créneaux ne sont pas joints à leurs agendas",
        without_sos("Slot"),
        "AGR-SOS-004",
        "AGR-SOS-012",
        "AGR-COM-043",
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
        "sos-schedules-left-out",
        "Les agendas des créneaux ne sont pas renvoyés, le total est celui des créneaux",
        without_sos("Schedule") + in_bundle(INT_SOS1, _total_of("Slot")),
        "AGR-SOS-012",
        "AGR-COM-022",
        reserves=("AGR-COM-009", "AGR-COM-023"),
    ),
    int_sos1(
        "sos-organization-repeated",
        "L’association est répétée pour chacun de ses lieux",
        in_entries(INT_SOS1, _organization_per_place),
        "AGR-COM-020",
    ),
    int_sos1(
        "sos-every-association-included",
        "Toutes les associations que la solution connaît sont incluses",
        in_entries(INT_SOS1, _every_association),
        "AGR-SOS-028",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-absolute-references",
        "Les créneaux désignent leur agenda par une URL absolue",
        on_sos("Slot", rewrite(lambda reference: f"https://editeur.example/fhir/{reference}", "schedule", "reference")),
        reserves=("AGR-COM-022",),
    ),
    int_sos1(
        "sos-profiles-of-practitioners",
        "Les créneaux et les agendas déclarent les profils des praticiens",
        in_bundle(INT_SOS1, _as_of_practitioners),
        reserves=("AGR-COM-024",),
    ),
    int_sos1(
        "sos-one-agenda-a-page",
        "Les agendas sont renvoyés un par page",
        in_bundle(INT_SOS1, _one_agenda_a_page),
        "AGR-SOS-007",
        "AGR-SOS-012",
        "AGR-SOS-018",
        "AGR-SOS-033",
        "AGR-COM-043",
        reserves=("AGR-SOS-008", "AGR-COM-013"),
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
