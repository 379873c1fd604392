"""Faults of the graph: agendas, practitioners, situations of exercise, places; with everything that each turns red."""

from __future__ import annotations

from typing import Final

from tests.rules.building import PRACTITIONER, ROLE_1, SCHEDULE_1, SCHEDULE_2, SLOT_1, SLOT_2, SLOT_3, SLOT_4, resource
from tests.rules.mutations import (
    FR_V2_0203,
    LOCATION_TYPES,
    Fault,
    added,
    at,
    each,
    lieu,
    location_as_entry,
    of,
    stranger,
    twin_practitioner,
    without,
)

_S1: Final = "Bundle.entry[0].resource"
_R1: Final = "Bundle.entry[7].resource"
_PS: Final = "Bundle.entry[6].resource"

GRAPH: Final = (
    Fault("Schedule non inclus", without("Schedule"), ("AGR-COM-022", "AGR-PS-004", "AGR-PS-042"), ("AGR-COM-023",)),
    Fault(
        "agenda inconnu",
        of(SLOT_1, "schedule", "reference", value="Schedule/autre"),
        ("AGR-COM-022", "AGR-PS-004"),
        seen=(f"{_S1}.schedule.reference", "une ressource présente dans le Bundle", "Schedule/autre"),
    ),
    Fault(
        "Practitioner non inclus",
        without("Practitioner"),
        ("AGR-COM-022", "AGR-PS-006", "AGR-PS-017", "AGR-PS-029", "AGR-PS-041"),
    ),
    Fault(
        "PractitionerRole non inclus",
        without("PractitionerRole"),
        ("AGR-COM-022", "AGR-PS-006", "AGR-PS-018", "AGR-PS-041", "AGR-PS-042", "AGR-PS-049"),
    ),
    Fault(
        "troisième acteur absent",
        lambda b: resource(b, SCHEDULE_1)["actor"].append({"reference": "HealthcareService/h"}),
        ("AGR-COM-022",),
    ),
    Fault("serviceType sur l’agenda", of(SCHEDULE_1, "serviceType", value=[{"text": "x"}]), ("AGR-PS-013",)),
    Fault(
        "agenda d’un autre système de spécialité",
        of(SCHEDULE_1, "specialty", value=[{"coding": [{"system": "http://x.example/s", "code": "1"}]}]),
        warns=("AGR-PS-013",),
    ),
    Fault(
        "identifiant en plus",
        lambda b: resource(b, PRACTITIONER)["identifier"].append(
            {
                "type": {"coding": [{"system": FR_V2_0203, "code": "INTRN"}]},
                "system": "https://x.example/ps",
                "value": "12",
            }
        ),
        ("AGR-PS-014",),
    ),
    Fault("deux prefix", of(PRACTITIONER, "name", 0, "prefix", value=["M", "DR"]), ("AGR-PS-014",)),
    Fault("telecom de PS sans value", of(PRACTITIONER, "telecom", value=[{"system": "email"}]), ("AGR-PS-014",)),
    Fault("telecom de situation sans value", of(ROLE_1, "telecom", value=[{"system": "phone"}]), ("AGR-PS-015",)),
    Fault(
        "lieu sans adresse",
        lieu("address"),
        ("AGR-PS-016",),
        seen=(f"{_R1}.contained[0].address", "address présent", "absent"),
    ),
    Fault("PS sans identifiant", of(PRACTITIONER, "identifier"), ("AGR-PS-019",)),
    Fault(
        "RPPS sans préfixe",
        of(PRACTITIONER, "identifier", 0, "value", value="99900000029"),
        ("AGR-PS-020",),
        seen=(f"{_PS}.identifier[0].value", "8 suivi de onze chiffres", "99900000029"),
    ),
    Fault(
        "RPPS et espace",
        of(PRACTITIONER, "identifier", 0, "value", value="899900000029 "),
        ("AGR-PS-010", "AGR-PS-020", "AGR-PS-021"),
    ),
    Fault(
        "PS non demandé",
        stranger,
        ("AGR-PS-010", "AGR-PS-021"),
        seen=("Bundle.entry[2].resource", "899900000029", "899900000011"),
    ),
    Fault(
        "type d’identifiant RPPS",
        of(PRACTITIONER, "identifier", 0, "type", "coding", 0, "code", value="RPPS"),
        ("AGR-PS-022",),
    ),
    Fault(
        "system d’identifiant de PS",
        of(PRACTITIONER, "identifier", 0, "system", value="urn:oid:1.2.250.1.71.4.2.9"),
        ("AGR-PS-022",),
    ),
    Fault(
        "téléphone national",
        of(ROLE_1, "telecom", 0, "value", value="0261910002"),
        ("AGR-COM-027",),
        seen=(f"{_R1}.telecom[0].value", "+33 suivi de neuf chiffres, sans séparateur", "0261910002"),
    ),
    Fault("téléphone à espaces", of(ROLE_1, "telecom", 0, "value", value="+33 2 61 91 00 02"), ("AGR-COM-027",)),
    Fault("téléphone 0033", of(ROLE_1, "telecom", 0, "value", value="0033261910002"), ("AGR-COM-027",)),
    Fault(
        "téléphone réunionnais trop court", of(ROLE_1, "telecom", 0, "value", value="+26226200000"), ("AGR-COM-027",)
    ),
    Fault(
        "téléphone du lieu", lieu("telecom", value=[{"system": "phone", "value": "02.61.91.00.02"}]), ("AGR-COM-027",)
    ),
    Fault("téléphone polynésien", of(ROLE_1, "telecom", 0, "value", value="+68940000000"), warns=("AGR-COM-027",)),
    Fault(
        "téléphone sans system",
        of(ROLE_1, "telecom", 0, "system"),
        ("AGR-PS-027",),
        seen=(f"{_R1}.telecom[0].system", "phone", "absent"),
    ),
    Fault("situation sans practitioner", of(ROLE_1, "practitioner"), ("AGR-PS-029",)),
    Fault("Location en entrée", location_as_entry, ("AGR-PS-030", "AGR-PS-031")),
    Fault("sans Location", each(of(ROLE_1, "contained"), of(ROLE_1, "location")), ("AGR-PS-030", "AGR-PS-031")),
    Fault(
        "deux références de lieu",
        of(ROLE_1, "location", value=[{"reference": "#lieu"}, {"reference": "#lieu"}]),
        ("AGR-PS-031",),
    ),
    Fault(
        "lieu qui n’est pas une Location",
        each(
            lambda b: resource(b, ROLE_1)["contained"].append({"resourceType": "Organization", "id": "o", "name": "x"}),
            of(ROLE_1, "location", 0, "reference", value="#o"),
        ),
        ("AGR-PS-031",),
        seen=(f"{_R1}.location[0].reference", "Location", "Organization"),
    ),
    Fault(
        "deux lignes d’adresse", lieu("address", "line", value=["4 mail des Sources", "Bâtiment B"]), ("AGR-PS-033",)
    ),
    Fault("sans ligne d’adresse", lieu("address", "line"), ("AGR-PS-033",)),
    Fault("sans ville", lieu("address", "city"), ("AGR-PS-034",)),
    Fault("sans code postal", lieu("address", "postalCode"), ("AGR-PS-035",)),
    Fault("code postal corse 2A004", lieu("address", "postalCode", value="2A004"), ("AGR-PS-035",)),
    Fault("lieu sans identifiant", lieu("identifier"), ("AGR-PS-036",)),
    Fault("structure absente", of(ROLE_1, "organization"), warns=("AGR-PS-037",)),
    Fault(
        "type de structure FINEG",
        of(ROLE_1, "organization", "identifier", "type", "coding", 0, "code", value="FINEG"),
        ("AGR-PS-038",),
    ),
    Fault(
        "type de structure d’un autre système",
        of(ROLE_1, "organization", "identifier", "type", "coding", 0, "system", value=LOCATION_TYPES),
        warns=("AGR-PS-038",),
    ),
    Fault(
        "system de structure",
        of(ROLE_1, "organization", "identifier", "system", value="urn:oid:1.2.250.1.71.4.2.1"),
        ("AGR-PS-038",),
    ),
    Fault(
        "structure sans préfixe", of(ROLE_1, "organization", "identifier", "value", value="990000010"), ("AGR-PS-039",)
    ),
    Fault(
        "structure ADELI rang",
        of(ROLE_1, "organization", "identifier", "value", value="035123456701"),
        warns=("AGR-PS-039",),
    ),
    Fault(
        "structure réduite à value",
        each(of(ROLE_1, "organization", "identifier", "type"), of(ROLE_1, "organization", "identifier", "system")),
        warns=("AGR-PS-058",),
    ),
    Fault(
        "agenda sans situation d’exercice",
        lambda b: resource(b, SCHEDULE_1)["actor"].pop(),
        ("AGR-PS-041", "AGR-PS-042", "AGR-PS-049"),
        ("AGR-COM-023",),
    ),
    Fault("agenda sans praticien", lambda b: resource(b, SCHEDULE_1)["actor"].pop(0), ("AGR-PS-041",)),
    Fault(
        "acteur en plus",
        each(
            added({"resourceType": "HealthcareService", "id": "h", "name": "x"}),
            lambda b: resource(b, SCHEDULE_1)["actor"].append({"reference": "HealthcareService/h"}),
        ),
        warns=("AGR-PS-041",),
    ),
    Fault(
        "deux agendas d’un lieu",
        of(SCHEDULE_2, "actor", 1, "reference", value="PractitionerRole/exercice-b1"),
        ("AGR-PS-042", "AGR-PS-049"),
        ("AGR-COM-023",),
    ),
    Fault(
        "situation d’exercice sans agenda",
        each(
            at("entry", SCHEDULE_2),
            of(SLOT_3, "schedule", "reference", value="Schedule/agenda-b1"),
            of(SLOT_4, "schedule", "reference", value="Schedule/agenda-b1"),
        ),
        ("AGR-PS-042",),
        ("AGR-COM-023",),
    ),
    Fault(
        "un Practitioner par lieu",
        twin_practitioner,
        ("AGR-PS-047",),
        seen=("Bundle.entry[9].resource", "un seul Practitioner 899900000029", "2 Practitioner"),
    ),
    Fault(
        "type d’identifiant de lieu",
        lieu("identifier", 0, "type", "coding", 0, "code", value="AUTRE"),
        warns=("AGR-PS-059",),
    ),
    Fault(
        "créneau d’un autre agenda que le sien",
        of(SLOT_2, "meta", "security", 1, "code", value="CPTS"),
        warns=("AGR-PS-054",),
    ),
)
