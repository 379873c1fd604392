"""Defects in the PractitionerRole: phone, structure, contained Location."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sas_recette.editor.behaviour import Behaviour, Entry
from sas_recette.editor.defects.edits import at, drop, national_phone, on, on_location, put, rewrite
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import IDNST_SYSTEM, SAS_TECHNICAL_SYSTEM

_STRUCTURE: Final = ("organization", "identifier")


def _spaced_phone(value: str) -> str:
    return f"{value[:-9]} {value[-9]} {value[-8:-6]} {value[-6:-4]} {value[-4:-2]} {value[-2:]}"


def _next_digit(value: str) -> str:
    return value[:-1] + str((int(value[-1]) + 1) % 10)


def _placeholder_phone(role: Resource) -> None:
    role.setdefault("telecom", [{"system": "phone", "value": "+33000000000"}])


def _empty_phone(role: Resource) -> None:
    role.setdefault("telecom", [{"system": "phone", "value": ""}])


def _location_as_entry(entries: list[Entry]) -> list[Entry]:
    """Places become entries, one each; roles refer to them."""
    places: dict[str, Resource] = {}
    for entry in entries:
        role = entry.resource
        if role["resourceType"] == "PractitionerRole":
            location = role.pop("contained")[0]
            location["id"] = at(location, "identifier", 0, "value") or role["id"]
            role["location"] = [{"reference": f"Location/{location['id']}"}]
            places[location["id"]] = location
    return entries + [Entry(place, "include") for place in places.values()]


def _two_locations(role: Resource) -> None:
    other = role["contained"][0] | {"id": "accueil"}
    role["contained"] = [*role["contained"], other]
    role["location"] = [*role["location"], {"reference": "#accueil"}]


def _email_without_value(resource: Resource) -> None:
    resource["telecom"] = [*resource.get("telecom", []), {"system": "email"}]


def _bare_structure(role: Resource) -> None:
    role["organization"] = {"identifier": {"value": role["organization"]["identifier"]["value"]}}


TELECOM: Final[tuple[Defect, ...]] = (
    int_r01(
        "phone-national-form",
        "Le téléphone est transmis sous sa forme nationale, avec des espaces",
        on("PractitionerRole", rewrite(national_phone, "telecom", 0, "value")),
        "AGR-COM-027",
    ),
    int_r01(
        "phone-with-blanks",
        "Le téléphone international comporte des espaces",
        on("PractitionerRole", rewrite(_spaced_phone, "telecom", 0, "value")),
        "AGR-COM-027",
    ),
    int_r01(
        "phone-as-stored",
        "Le téléphone est transmis tel qu’il est enregistré",
        Behaviour(numbers=(lambda numbers: replace(numbers, phone=str),)),
        "AGR-COM-027",
    ),
    int_r01(
        "phone-missing",
        "Le téléphone connu n’est pas transmis",
        on("PractitionerRole", drop("telecom")),
        "AGR-PS-026",
    ),
    int_r01(
        "phone-system-other",
        "Le téléphone est qualifié « other »",
        on("PractitionerRole", put("other", "telecom", 0, "system")),
        "AGR-PS-027",
    ),
    int_r01(
        "phone-system-missing",
        "Le téléphone n’est pas qualifié",
        on("PractitionerRole", drop("telecom", 0, "system")),
        "AGR-PS-027",
    ),
    int_r01(
        "phone-empty-when-unknown",
        "Un téléphone inconnu est transmis comme une chaîne vide",
        on("PractitionerRole", _empty_phone),
        "AGR-PS-028",
        "AGR-COM-018",
    ),
    int_r01(
        "phone-placeholder-when-unknown",
        "Un téléphone inconnu est remplacé par un numéro de remplissage",
        on("PractitionerRole", _placeholder_phone),
        "AGR-PS-028",
    ),
    int_r01(
        "role-email-without-value",
        "Une adresse électronique sans valeur accompagne le téléphone",
        on("PractitionerRole", _email_without_value),
        "AGR-PS-015",
        "AGR-PS-028",
    ),
)

STRUCTURES: Final[tuple[Defect, ...]] = (
    int_r01(
        "structure-missing",
        "L’identifiant de la structure n’est pas transmis",
        on("PractitionerRole", drop("organization")),
        "AGR-PS-037",
    ),
    int_r01(
        "structure-number-raw",
        "L’identifiant de la structure est transmis sans son préfixe",
        on("PractitionerRole", rewrite(lambda value: value[1:], *_STRUCTURE, "value")),
        "AGR-PS-039",
    ),
    int_r01(
        "structure-number-as-stored",
        "L’identifiant de la structure est transmis tel qu’il est enregistré",
        Behaviour(numbers=(lambda numbers: replace(numbers, structure=lambda _, stored: stored),)),
        "AGR-PS-039",
    ),
    int_r01(
        "structure-number-wrong-key",
        "La clé de l’identifiant de la structure est fausse",
        on("PractitionerRole", rewrite(_next_digit, *_STRUCTURE, "value")),
        reserves=("AGR-COM-028",),
    ),
    int_r01(
        "structure-type-finess",
        "Le type de l’identifiant de la structure n’est pas IDNST",
        on("PractitionerRole", put("FINEG", *_STRUCTURE, "type", "coding", 0, "code")),
        "AGR-PS-038",
    ),
    int_r01(
        "structure-oid-without-urn",
        "L’OID de l’identifiant de la structure est écrit sans urn:oid:",
        on("PractitionerRole", put(IDNST_SYSTEM.removeprefix("urn:oid:"), *_STRUCTURE, "system")),
        "AGR-COM-065",
        "AGR-PS-038",
    ),
    int_r01(
        "structure-value-only",
        "L’identifiant de la structure n’a ni type ni system",
        on("PractitionerRole", _bare_structure),
        reserves=("AGR-PS-058",),
    ),
    int_r01(
        "role-practitioner-missing",
        "Le PractitionerRole ne référence pas de Practitioner",
        on("PractitionerRole", drop("practitioner")),
        "AGR-PS-029",
    ),
    int_r01(
        "role-practitioner-dangling",
        "Le PractitionerRole référence un Practitioner absent",
        on("PractitionerRole", put("Practitioner/ancien", "practitioner", "reference")),
        "AGR-PS-029",
        "AGR-COM-022",
    ),
)

LOCATIONS: Final[tuple[Defect, ...]] = (
    int_r01(
        "location-as-entry",
        "Le lieu est une entrée du Bundle, non une ressource contenue",
        Behaviour(entries=(_location_as_entry,)),
        "AGR-PS-030",
        "AGR-PS-031",
        "AGR-PS-053",
        "AGR-PS-048",
    ),
    int_r01(
        "two-locations",
        "Le PractitionerRole désigne deux lieux contenus",
        on("PractitionerRole", _two_locations),
        "AGR-PS-031",
    ),
    int_r01(
        "location-reference-missing",
        "Le lieu contenu n’est pas désigné par location",
        on("PractitionerRole", drop("location")),
        "AGR-PS-031",
    ),
    int_r01(
        "location-identifier-missing",
        "Le lieu n’a pas d’identifiant",
        on_location(drop("identifier")),
        "AGR-PS-036",
    ),
    int_r01(
        "location-identifier-without-system",
        "L’identifiant du lieu n’a pas de system",
        on_location(drop("identifier", 0, "system")),
        "AGR-COM-025",
    ),
    int_r01(
        "location-identifier-unknown-type",
        "Le type de l’identifiant du lieu porte un code inconnu",
        on_location(put("CABINET", "identifier", 0, "type", "coding", 0, "code")),
        reserves=("AGR-PS-059",),
    ),
    int_r01(
        "location-oid-without-urn",
        "L’OID de l’identifiant du lieu est écrit sans urn:oid:",
        on_location(put(SAS_TECHNICAL_SYSTEM.removeprefix("urn:oid:"), "identifier", 0, "system")),
        "AGR-COM-065",
    ),
    int_r01(
        "location-email-without-value",
        "Le lieu porte une adresse électronique sans valeur",
        on_location(_email_without_value),
        "AGR-PS-016",
    ),
    int_r01(
        "location-last-updated",
        "Le lieu contenu porte meta.lastUpdated",
        on_location(put("2026-01-01T00:00:00.000+01:00", "meta", "lastUpdated")),
        "AGR-COM-017",
    ),
    int_r01(
        "two-address-lines",
        "L’adresse du lieu a deux lignes",
        on_location(lambda place: place["address"]["line"].append("Bâtiment B")),
        "AGR-PS-033",
    ),
    int_r01(
        "address-line-missing",
        "L’adresse du lieu n’a pas de ligne",
        on_location(drop("address", "line")),
        "AGR-PS-033",
    ),
    int_r01(
        "location-name-empty",
        "Le nom du lieu, non renseigné, est une chaîne vide",
        on_location(put("", "name")),
        "AGR-COM-018",
    ),
    int_r01(
        "city-missing",
        "La commune du lieu n’est pas transmise",
        on_location(drop("address", "city")),
        "AGR-PS-034",
    ),
    int_r01(
        "postal-code-four-digits",
        "Le code postal a perdu son premier chiffre",
        on_location(rewrite(lambda code: code[1:], "address", "postalCode")),
        "AGR-PS-035",
    ),
    int_r01(
        "postal-code-missing",
        "Le code postal n’est pas transmis",
        on_location(drop("address", "postalCode")),
        "AGR-PS-035",
    ),
    int_r01(
        "address-of-head-office",
        "L’adresse transmise est celle du siège de l’éditeur",
        on_location(put({"line": ["1 rue du Siège"], "city": "PARIS", "postalCode": "75001"}, "address")),
        "AGR-PS-032",
    ),
)
