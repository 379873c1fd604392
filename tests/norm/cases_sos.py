"""The INT_SOS1 profiles: each constraint broken alone."""

from __future__ import annotations

from typing import Any

from sas_recette.norm import canonicals, terminology
from tests.norm.cases import (
    FOREIGN_SPECIALTY,
    INSEE,
    NEXT,
    PHONE_WITHOUT_VALUE,
    TWO_CATEGORIES,
    Case,
    Table,
    act,
    bundle_table,
    cases,
    slot_table,
    slot_type,
)
from tests.norm.validation import DELETE

CARE = {"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT, "code": "604"}]}


def identifier(code: str, system: str, value: str, of: str = canonicals.FR_LOCATION_IDENTIFIER_TYPE) -> dict[str, Any]:
    return {"type": {"coding": [{"system": of, "code": code}]}, "system": system, "value": value}


NATIONAL = identifier("IDNST", canonicals.IDNST_SYSTEM, "1990000093")
EXTERNAL = identifier("EXTRN", "https://editeur.example/externes", "12")

BUNDLE: Table = [
    *bundle_table("AGR-SOS-012"),
    ("deux liens", {("link", -1): {"relation": "first", "url": "https://editeur.example/fhir"}}, "AGR-SOS-012"),
    ("Schedule absents", {("entry", index): {"resource": {}} for index in range(3)}, "AGR-SOS-012"),
    ("Slot absents", {("entry", index): {"resource": {}} for index in range(3, 9)}, "AGR-SOS-012"),
    ("Location absentes", {("entry", index): {"resource": {}} for index in range(9, 12)}, "AGR-SOS-012"),
    ("Organization absentes", {("entry", index): {"resource": {}} for index in range(12, 14)}, "AGR-SOS-012"),
]

SLOT: Table = [
    *slot_table("AGR-SOS-013"),
    ("type CPTS", {("meta", "security", -1): slot_type("CPTS")}, "AGR-SOS-030"),
    ("type inconnu", {("meta", "security", 0, "code"): "PRIVATE"}, "AGR-SOS-030"),
    ("type de consultation inconnu", {("serviceType", 0): act("CABINET")}, "AGR-SOS-034"),
    ("type de consultation non exploité", {("serviceType", -1): act("EMER")}, "AGR-SOS-034"),
    ("type de soins", {("serviceType", -1): CARE}, "AGR-SOS-034"),
    ("coding sans système en plus", {("serviceType", 0, "coding", -1): {"code": "VR"}}, "AGR-SOS-034"),
    (
        "rendez-vous codé ailleurs en plus",
        {("appointmentType", "coding", -1): {"system": "https://editeur.example", "code": "RDV"}},
        "AGR-SOS-013",
    ),
]

SCHEDULE: Table = [
    ("acteur sans référence", {("actor", 0): {"display": "Centre"}}, "AGR-SOS-014"),
    ("acteur Practitioner", {("actor", 0, "reference"): "Practitioner/ps-a"}, "AGR-SOS-014"),
    ("acteur en plus", {("actor", -1): {"reference": "https://editeur.example/fhir/Device/d"}}, "AGR-SOS-014"),
    ("serviceType", {("serviceType",): [{"text": "Consultation"}]}, "AGR-SOS-014"),
    ("deux catégories", {("serviceCategory",): TWO_CATEGORIES}, "AGR-SOS-014"),
]

LOCATION: Table = [
    ("sans nom", {("name",): DELETE}, "AGR-SOS-021"),
    ("sans adresse", {("address",): DELETE}, "AGR-SOS-015"),
    ("sans voie", {("address", "line"): DELETE}, "AGR-SOS-022"),
    ("deux lignes", {("address", "line", -1): "Bâtiment B"}, "AGR-SOS-022"),
    ("sans ville", {("address", "city"): DELETE}, "AGR-SOS-035"),
    ("sans code postal", {("address", "postalCode"): DELETE}, "AGR-SOS-036"),
    ("code postal de six caractères", {("address", "postalCode"): "22 000"}, "AGR-SOS-036"),
    ("sans identifiant", {("identifier",): DELETE}, "AGR-SOS-023"),
    ("identifiant sans system", {("identifier", 0, "system"): DELETE}, "AGR-COM-025"),
    ("identifiant sans type", {("identifier", 0, "type"): DELETE}, "AGR-COM-025"),
    ("identifiant sans valeur", {("identifier", 0, "value"): DELETE}, "AGR-COM-025"),
    ("identifiant externe", {("identifier", 0): EXTERNAL}, "AGR-SOS-023"),
    ("type en clair", {("identifier", 0, "type"): {"text": "INTRN"}}, "AGR-SOS-023"),
    ("interne sous l’autorité nationale", {("identifier", 0, "system"): canonicals.IDNST_SYSTEM}, "AGR-SOS-023"),
    (
        "IDNST sous un system de l’éditeur",
        {("identifier", 0): {**NATIONAL, "system": "https://editeur.example/lieux"}},
        "AGR-SOS-023",
    ),
    ("IDNST sans préfixe", {("identifier", 0): {**NATIONAL, "value": "990000093"}}, "AGR-SOS-023"),
    (
        "INTRN sous fr-v2-0203",
        {("identifier", 0, "type", "coding", 0, "system"): canonicals.FR_V2_0203},
        "AGR-SOS-015",
    ),
    ("identifiant externe en plus", {("identifier", -1): EXTERNAL}, "AGR-SOS-015"),
    ("telecom sans valeur", {("telecom",): [PHONE_WITHOUT_VALUE]}, "AGR-SOS-015"),
    ("deux codes INSEE", {("address", "extension"): [INSEE, INSEE]}, "AGR-SOS-015"),
]

ORGANIZATION: Table = [
    ("sans identifiant", {("identifier",): DELETE}, "AGR-SOS-016"),
    (
        "identifiant interne en plus",
        {("identifier", -1): identifier("INTRN", "https://editeur.example/associations", "armor")},
        "AGR-SOS-016",
    ),
    ("identifiant sans system", {("identifier", 0, "system"): DELETE}, "AGR-COM-025"),
    ("identifiant sans type", {("identifier", 0, "type"): DELETE}, "AGR-COM-025"),
    ("identifiant sans valeur", {("identifier", 0, "value"): DELETE}, "AGR-COM-025"),
    ("SIRET sans préfixe", {("identifier", 0, "value"): "99900021900017"}, "AGR-SOS-027"),
    ("FINESS", {("identifier", 0, "value"): "1990000119"}, "AGR-SOS-027"),
    ("OID sans urn:oid:", {("identifier", 0, "system"): "1.2.250.1.71.4.2.2"}, "AGR-SOS-027"),
    ("type SIRET", {("identifier", 0, "type", "coding", 0, "code"): "SIRET"}, "AGR-SOS-037"),
    ("IDNST d’un système inconnu", {("identifier", 0, "type", "coding", 0, "system"): "urn:x"}, "AGR-SOS-037"),
    ("telecom sans valeur", {("telecom",): [PHONE_WITHOUT_VALUE]}, "AGR-SOS-016"),
    ("deux codes INSEE", {("address",): [{"extension": [INSEE, INSEE]}]}, "AGR-SOS-016"),
    (
        "deux types fr-v2-3307",
        {("type",): [{"coding": [{"system": "http://interopsante.org/fhir/CodeSystem/fr-v2-3307"}]}] * 2},
        "AGR-SOS-016",
    ),
    (
        "deux types TRE_R66",
        {("type",): [{"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT}]}] * 2},
        "AGR-SOS-016",
    ),
    (
        "type à deux codings",
        {("type",): [{"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT}, {"system": "urn:x"}]}]},
        "AGR-SOS-016",
    ),
]

SLOT_RESERVES: Table = [
    ("type PRO", {("meta", "security", -1): slot_type("PRO")}, "AGR-SOS-030"),
    ("spécialité d’un autre système", {("specialty",): [FOREIGN_SPECIALTY]}, "AGR-SOS-013"),
]
SCHEDULE_RESERVES: Table = [("autre spécialité", {("specialty",): [FOREIGN_SPECIALTY]}, "AGR-SOS-014")]
LOCATION_RESERVES: Table = [
    ("code postal à quatre chiffres", {("address", "postalCode"): "2200"}, "AGR-SOS-036"),
    ("code postal à lettres", {("address", "postalCode"): "2A004"}, "AGR-SOS-036"),
    ("IDNST", {("identifier", 0): NATIONAL}, "AGR-SOS-023"),
    ("IDNST en plus", {("identifier", -1): NATIONAL}, "AGR-SOS-023"),
    (
        "IDNST sous fr-v2-0203",
        {("identifier", 0): identifier("IDNST", canonicals.IDNST_SYSTEM, "12A0000093", canonicals.FR_V2_0203)},
        "AGR-SOS-023",
    ),
    ("jours en capitales", {("hoursOfOperation", 0, "daysOfWeek"): ["mon", "TUE"]}, "AGR-SOS-026"),
]
ORGANIZATION_RESERVES: Table = [
    (f"IDNST sous {system}", {("identifier", 0, "type", "coding", 0, "system"): system}, "AGR-SOS-038")
    for system in terminology.IDENTIFIER_TYPE_SYSTEMS
    if system != canonicals.FR_LOCATION_IDENTIFIER_TYPE
]

CASES = [
    *cases("sas-sos-bundle-aggregator", BUNDLE),
    Case("lien next", "sas-sos-bundle-aggregator", {("link", -1): NEXT}, "AGR-COM-013", also=("AGR-SOS-012",)),
    *cases("sas-sos-slot-aggregator", SLOT),
    *cases("sas-sos-slot-aggregator", SLOT_RESERVES, reserve=True),
    *cases("sas-sos-schedule-aggregator", SCHEDULE),
    *cases("sas-sos-schedule-aggregator", SCHEDULE_RESERVES, reserve=True),
    *cases("sas-sos-location-aggregator", LOCATION),
    *cases("sas-sos-location-aggregator", LOCATION_RESERVES, reserve=True),
    *cases("sas-sos-organization-aggregator", ORGANIZATION),
    *cases("sas-sos-organization-aggregator", ORGANIZATION_RESERVES, reserve=True),
]
