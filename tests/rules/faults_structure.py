"""Faults of structure: what is not FHIR R4, empty, dangling or ill identified; with everything that each turns red."""

from __future__ import annotations

from typing import Final

from tests.rules.building import PRACTITIONER, ROLE_1, SLOT_1, place, resource
from tests.rules.mutations import V2_0276, Fault, added, each, lieu, of

_S1: Final = "Bundle.entry[0].resource"
_R1: Final = "Bundle.entry[7].resource"
_PS: Final = "Bundle.entry[6].resource"

STRUCTURE: Final = (
    Fault(
        "élément inconnu",
        of(SLOT_1, "couleur", value="vert"),
        ("AGR-COM-017",),
        seen=(f"{_S1}.couleur", "absent", "couleur"),
    ),
    Fault(
        "nombre pour une chaîne",
        of(PRACTITIONER, "birthDate", value=1980),
        ("AGR-COM-017",),
        seen=(f"{_PS}.birthDate", "une chaîne", "1980"),
    ),
    Fault("booléen en chaîne", of(SLOT_1, "overbooked", value="false"), ("AGR-COM-017",)),
    Fault(
        "objet pour un tableau",
        of(SLOT_1, "specialty", value={"text": "Médecine"}),
        ("AGR-COM-017",),
        seen=(f"{_S1}.specialty", "un tableau", "un objet JSON"),
    ),
    Fault(
        "tableau pour un objet",
        of(SLOT_1, "appointmentType", value=[{"coding": [{"system": V2_0276, "code": "ROUTINE"}]}]),
        ("AGR-COM-017",),
    ),
    Fault(
        "code inconnu",
        of(PRACTITIONER, "gender", value="homme"),
        ("AGR-COM-017",),
        seen=(f"{_PS}.gender", "female | male | other | unknown", "homme"),
    ),
    Fault("date impossible", of(PRACTITIONER, "birthDate", value="1980-02-30"), ("AGR-COM-017",)),
    Fault("resourceType inconnu", added({"resourceType": "Creneau", "id": "z"}), ("AGR-COM-017",), ("AGR-COM-023",)),
    Fault(
        "type de donnée comme ressource",
        added({"resourceType": "HumanName", "id": "z", "family": "X"}),
        ("AGR-COM-017",),
        ("AGR-COM-023",),
    ),
    Fault(
        "deux value[x]",
        of(SLOT_1, "extension", value=[{"url": "http://x.example/e", "valueString": "a", "valueCode": "b"}]),
        ("AGR-COM-017",),
    ),
    Fault(
        "contained dans une Location contenue",
        lieu("contained", value=[{"resourceType": "Basic", "id": "b", "code": {"text": "x"}}]),
        ("AGR-COM-017",),
    ),
    Fault(
        "meta.security dans une ressource contenue", lieu("meta", "security", value=[{"code": "N"}]), ("AGR-COM-017",)
    ),
    Fault(
        "seconde Location contenue, désignée par rien",
        lambda b: resource(b, ROLE_1)["contained"].append({**place(b), "id": "autre"}),
        ("AGR-COM-017",),
        seen=(
            f"{_R1}.contained[1]",
            "une ressource contenue est désignée par la ressource qui la contient",
            "non respecté",
        ),
    ),
    Fault(
        "période inversée",
        of(PRACTITIONER, "identifier", 0, "period", value={"start": "2026-02-01", "end": "2025-01-01"}),
        ("AGR-COM-017",),
    ),
    Fault("telecom d’un lieu sans system", lieu("telecom", value=[{"value": "accueil@x.example"}]), ("AGR-COM-017",)),
    Fault(
        "telecom sans system qui n’est pas un numéro",
        of(ROLE_1, "telecom", value=[{"value": "3615 SAS"}]),
        ("AGR-COM-017",),
    ),
    Fault(
        "élément de R4B",
        of(SLOT_1, "extension", value=[{"url": "http://x.example/e", "valueRatioRange": {"id": "r"}}]),
        ("AGR-COM-017",),
    ),
    Fault(
        "jour en capitales",
        lieu("hoursOfOperation", value=[{"daysOfWeek": ["MON"]}]),
        warns=("AGR-COM-017",),
        seen=(f"{_R1}.contained[0].hoursOfOperation[0].daysOfWeek[0]", "mon", "MON"),
    ),
    Fault("jour inconnu", lieu("hoursOfOperation", value=[{"daysOfWeek": ["lundi"]}]), ("AGR-COM-017",)),
    Fault(
        "chaîne vide",
        lieu("name", value=""),
        ("AGR-COM-018",),
        seen=(f"{_R1}.contained[0].name", "élément absent, ou renseigné", '""'),
    ),
    Fault("tableau vide", of(PRACTITIONER, "telecom", value=[]), ("AGR-COM-018",)),
    Fault("objet vide", of(SLOT_1, "serviceCategory", value=[{}]), ("AGR-COM-018",)),
    Fault("null", of(SLOT_1, "overbooked", value=None), ("AGR-COM-018",)),
    Fault(
        "null seul dans un tableau",
        of(PRACTITIONER, "name", 0, "given", value=[None, "Bastien"]),
        ("AGR-COM-018",),
        seen=(f"{_PS}.name[0].given[0]", "élément absent, ou renseigné", "null"),
    ),
    Fault(
        "référence pendante",
        of(ROLE_1, "practitioner", "reference", value="Practitioner/inconnu"),
        ("AGR-COM-022", "AGR-PS-029"),
        seen=(f"{_R1}.practitioner.reference", "une ressource présente dans le Bundle", "Practitioner/inconnu"),
    ),
    Fault(
        "ressource sans lien",
        added({"resourceType": "Organization", "id": "o", "name": "Cabinet"}),
        warns=("AGR-COM-023",),
        seen=("Bundle.entry[9]", "reliée à un créneau", "Organization/o"),
    ),
    Fault(
        "identifiant de lieu sans system",
        lieu("identifier", 0, "system"),
        ("AGR-COM-025",),
        seen=(f"{_R1}.contained[0].identifier[0].system", "system, type et value présents", "absent"),
    ),
    Fault(
        "identifiant de lieu sans system ni type",
        each(lieu("identifier", 0, "system"), lieu("identifier", 0, "type")),
        ("AGR-COM-025",),
    ),
    Fault("identifiant de PS sans type", of(PRACTITIONER, "identifier", 0, "type"), ("AGR-COM-025",)),
    Fault(
        "OID nu",
        lieu("identifier", 0, "system", value="1.2.250.1.999.1"),
        ("AGR-COM-065",),
        seen=(f"{_R1}.contained[0].identifier[0].system", "urn:oid:1.2.250.1.999.1", "1.2.250.1.999.1"),
    ),
    Fault("OID précédé de oid:", lieu("identifier", 0, "system", value="oid:1.2.250.1.999.1"), ("AGR-COM-065",)),
    Fault(
        "clé du RPPS fausse",
        of(PRACTITIONER, "identifier", 0, "value", value="899900000028"),
        ("AGR-PS-010", "AGR-PS-021"),
        ("AGR-COM-028",),
    ),
    Fault(
        "clé du FINESS fausse",
        of(ROLE_1, "organization", "identifier", "value", value="1990000011"),
        warns=("AGR-COM-028",),
        seen=(f"{_R1}.organization.identifier.value", "une clé de Luhn exacte", "1990000011"),
    ),
)
