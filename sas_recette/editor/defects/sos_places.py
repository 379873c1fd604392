"""Defects of INT_SOS1 in the places of consultation and in the associations."""

from __future__ import annotations

from typing import Final

from sas_recette.editor.behaviour import Entry
from sas_recette.editor.defects.edits import drop, national_phone, put, rewrite
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import in_entries, on_sos
from sas_recette.editor.flows import INT_SOS1
from sas_recette.editor.http import Resource
from sas_recette.norm import canonicals

_ESTABLISHMENT: Final = "399900021900025"
"""Second establishment of ARMOR, a valid number."""


def _typed(code: str, system: str = canonicals.FR_LOCATION_IDENTIFIER_TYPE) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _identified(number: str) -> Resource:
    return {"type": _typed("IDNST"), "system": canonicals.IDNST_SYSTEM, "value": number}


def _add_external_identifier(location: Resource) -> None:
    location["identifier"].append(
        {"type": _typed("EXTRN"), "system": "https://annuaire.example/lieux", "value": location["id"]}
    )


def _days(change: str) -> Resource:
    return {"daysOfWeek": [change], "openingTime": "08:00:00", "closingTime": "20:00:00"}


def _capital_days(location: Resource) -> None:
    for opening in location["hoursOfOperation"]:
        opening["daysOfWeek"] = [day.upper() for day in opening["daysOfWeek"]]


def _hours_to_the_minute(location: Resource) -> None:
    for opening in location["hoursOfOperation"]:
        opening.update({name: opening[name][:5] for name in ("openingTime", "closingTime")})


def _week_days_only(location: Resource) -> None:
    for opening in location["hoursOfOperation"]:
        opening["daysOfWeek"] = [day for day in opening["daysOfWeek"] if day not in {"sat", "sun"}]
    location["hoursOfOperation"] = [one for one in location["hoursOfOperation"] if one["daysOfWeek"]]


def _add_second_siret(organization: Resource) -> None:
    identifiers = organization["identifier"]
    identifiers.append(identifiers[0] | {"value": _ESTABLISHMENT})


def _siren(siret: str) -> str:
    return "2" + siret[1:10]


def _associations_exchanged(entries: list[Entry]) -> list[Entry]:
    """When there are several associations, each place names another than its own."""
    kinds = ("Location", "Organization")
    places, organizations = ([e.resource for e in entries if e.resource["resourceType"] == kind] for kind in kinds)
    references = [f"Organization/{one['id']}" for one in organizations]
    following = dict(zip(references, references[1:] + references[:1], strict=True))
    for place in places:
        held = place.get("managingOrganization", {}).get("reference")
        if held in following:
            place["managingOrganization"] = {"reference": following[held]}
    return entries


PLACES: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-location-second-identifier",
        "Le lieu porte aussi un identifiant externe",
        on_sos("Location", _add_external_identifier),
        "AGR-SOS-015",
    ),
    int_sos1(
        "sos-location-without-organization",
        "Le lieu ne dit pas de quelle association il est",
        on_sos("Location", drop("managingOrganization")),
        "AGR-SOS-020",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-location-organization-by-name",
        "Le lieu nomme son association sans la référencer",
        on_sos("Location", put({"display": "SOS Médecins"}, "managingOrganization")),
        "AGR-SOS-020",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-location-organization-dangling",
        "Le lieu désigne une association absente de la réponse",
        on_sos("Location", rewrite(lambda reference: reference + "-v2", "managingOrganization", "reference")),
        "AGR-SOS-020",
        "AGR-COM-022",
        reserves=("AGR-COM-023",),
    ),
    int_sos1(
        "sos-associations-exchanged",
        "Dans une recherche multiple, les lieux sont rattachés à une autre association",
        in_entries(INT_SOS1, _associations_exchanged),
        "AGR-SOS-033",
        "AGR-COM-043",
    ),
    int_sos1(
        "sos-location-name-missing",
        "Le nom du lieu n’est pas transmis",
        on_sos("Location", drop("name")),
        "AGR-SOS-021",
    ),
    int_sos1(
        "sos-location-line-missing",
        "La voie de l’adresse du lieu n’est pas transmise",
        on_sos("Location", drop("address", "line")),
        "AGR-SOS-022",
    ),
    int_sos1(
        "sos-location-two-lines",
        "L’adresse du lieu tient sur deux lignes",
        on_sos("Location", lambda one: one["address"]["line"].insert(0, "Bâtiment B")),
        "AGR-SOS-022",
    ),
    int_sos1(
        "sos-location-city-missing",
        "La ville du lieu n’est pas transmise",
        on_sos("Location", drop("address", "city")),
        "AGR-SOS-035",
    ),
    int_sos1(
        "sos-location-postal-code-missing",
        "Le code postal du lieu n’est pas transmis",
        on_sos("Location", drop("address", "postalCode")),
        "AGR-SOS-036",
    ),
    int_sos1(
        "sos-location-postal-code-with-country",
        "Le code postal du lieu est précédé de celui du pays",
        on_sos("Location", rewrite(lambda code: "F-" + code, "address", "postalCode")),
        "AGR-SOS-036",
    ),
    int_sos1(
        "sos-location-postal-code-short",
        "Le code postal du lieu n’a que quatre chiffres",
        on_sos("Location", rewrite(lambda code: code[:4], "address", "postalCode")),
        reserves=("AGR-SOS-036",),
    ),
    int_sos1(
        "sos-location-identifier-missing",
        "Le lieu n’a pas d’identifiant",
        on_sos("Location", drop("identifier")),
        "AGR-SOS-023",
    ),
    int_sos1(
        "sos-location-identifier-without-type",
        "L’identifiant du lieu n’a pas de type",
        on_sos("Location", drop("identifier", 0, "type")),
        "AGR-COM-025",
    ),
    int_sos1(
        "sos-location-identifier-national",
        "Le lieu est identifié par un SIRET préfixé, non par un identifiant interne",
        on_sos("Location", put(_identified(_ESTABLISHMENT), "identifier", 0)),
        reserves=("AGR-SOS-023",),
    ),
    int_sos1(
        "sos-location-identifier-national-raw",
        "Le lieu est identifié par un SIRET sans préfixe",
        on_sos("Location", put(_identified(_ESTABLISHMENT[1:]), "identifier", 0)),
        "AGR-SOS-023",
    ),
    int_sos1(
        "sos-location-identifier-wrong-key",
        "Le SIRET qui identifie le lieu a une clé fausse",
        on_sos("Location", put(_identified(_ESTABLISHMENT[:-1] + "6"), "identifier", 0)),
        reserves=("AGR-SOS-023", "AGR-COM-028"),
    ),
    int_sos1(
        "sos-location-oid-without-urn",
        "Le système de l’identifiant du lieu est un OID sans son préfixe",
        on_sos("Location", put("1.2.250.1.999.1.2", "identifier", 0, "system")),
        "AGR-COM-065",
    ),
    int_sos1(
        "sos-location-phone-missing",
        "Le téléphone du lieu n’est pas transmis",
        on_sos("Location", drop("telecom")),
        reserves=("AGR-SOS-024",),
    ),
    int_sos1(
        "sos-location-phone-on-the-organization",
        "Le téléphone du lieu est porté par l’association",
        on_sos("Location", drop("telecom"))
        + on_sos("Organization", put([{"system": "phone", "value": "+33261910020"}], "telecom")),
        reserves=("AGR-SOS-024",),
    ),
    int_sos1(
        "sos-location-phone-national-form",
        "Le téléphone du lieu est transmis sous sa forme nationale",
        on_sos("Location", rewrite(national_phone, "telecom", 0, "value")),
        "AGR-COM-027",
    ),
    int_sos1(
        "sos-location-hours-missing",
        "Les horaires d’ouverture du lieu ne sont pas transmis",
        on_sos("Location", drop("hoursOfOperation")),
        reserves=("AGR-SOS-025",),
    ),
    int_sos1(
        "sos-location-hours-of-the-week-only",
        "Les horaires d’ouverture du samedi et du dimanche ne sont pas transmis",
        on_sos("Location", _week_days_only),
        reserves=("AGR-SOS-025",),
    ),
    int_sos1(
        "sos-location-hours-without-seconds",
        "Les heures d’ouverture sont écrites sans les secondes",
        on_sos("Location", _hours_to_the_minute),
        "AGR-COM-017",
    ),
    int_sos1(
        "sos-location-days-in-capitals",
        "Les jours d’ouverture sont codés en capitales",
        on_sos("Location", _capital_days),
        reserves=("AGR-SOS-026",),
    ),
    int_sos1(
        "sos-location-days-in-french",
        "Les jours d’ouverture sont écrits en français",
        on_sos("Location", put([_days("lundi")], "hoursOfOperation")),
        "AGR-COM-017",
    ),
)

ORGANIZATIONS: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-two-sirets",
        "L’association porte deux SIRET",
        on_sos("Organization", _add_second_siret),
        "AGR-SOS-016",
    ),
    int_sos1(
        "sos-organization-address-home",
        "L’adresse de l’association est d’usage privé",
        on_sos("Organization", put([{"use": "home", "city": "BREST"}], "address")),
        "AGR-COM-017",
    ),
    int_sos1(
        "sos-organization-two-types-in-one",
        "Le type de l’association réunit deux codes d’une même nomenclature",
        on_sos(
            "Organization",
            put(
                [{"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT, "code": code} for code in ("124", "604")]}],
                "type",
            ),
        ),
        "AGR-SOS-016",
    ),
    int_sos1(
        "sos-organization-without-identifier",
        "L’association n’a pas d’identifiant",
        on_sos("Organization", drop("identifier")),
        "AGR-SOS-016",
    ),
    int_sos1(
        "sos-siret-without-prefix",
        "Le SIRET de l’association est renvoyé sans son préfixe",
        on_sos("Organization", rewrite(lambda value: value[1:], "identifier", 0, "value")),
        "AGR-SOS-027",
    ),
    int_sos1(
        "sos-siren-for-siret",
        "L’association est identifiée par son SIREN",
        on_sos("Organization", rewrite(_siren, "identifier", 0, "value")),
        "AGR-SOS-027",
        "AGR-SOS-002",
        "AGR-SOS-010",
        "AGR-SOS-028",
    ),
    int_sos1(
        "sos-identifier-own-system",
        "L’identifiant de l’association est rattaché au système de l’éditeur",
        on_sos("Organization", put("https://editeur.example/associations", "identifier", 0, "system")),
        "AGR-SOS-027",
    ),
    int_sos1(
        "sos-siret-of-another-establishment",
        "Le SIRET renvoyé est celui d’un autre établissement",
        on_sos("Organization", put(_ESTABLISHMENT, "identifier", 0, "value")),
        "AGR-SOS-010",
        "AGR-SOS-028",
        "AGR-SOS-002",
    ),
    int_sos1(
        "sos-identifier-type-siret",
        "Le type de l’identifiant de l’association est SIRET, non IDNST",
        on_sos("Organization", put(_typed("SIRET", canonicals.FR_V2_0203), "identifier", 0, "type")),
        "AGR-SOS-037",
    ),
    int_sos1(
        "sos-identifier-type-other-system",
        "Le code IDNST de l’association est pris dans fr-v2-0203",
        on_sos("Organization", put(_typed("IDNST", canonicals.FR_V2_0203), "identifier", 0, "type")),
        reserves=("AGR-SOS-038",),
    ),
    int_sos1(
        "sos-organization-name-missing",
        "Le nom de l’association n’est pas transmis",
        on_sos("Organization", drop("name")),
        reserves=("AGR-SOS-029",),
    ),
)
