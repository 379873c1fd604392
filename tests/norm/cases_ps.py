"""The INT_R01 profiles, and those that INT_R04 shares with it: each constraint broken alone."""

from __future__ import annotations

from sas_recette.norm import canonicals
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
from tests.norm.validation import DELETE, Changes

RPPS_CODING = {"system": canonicals.FR_V2_0203, "code": "IDNPS"}
INTERNAL = {
    "type": {"coding": [{"system": canonicals.FR_V2_0203, "code": "INTRN"}]},
    "system": "https://editeur.example/ps",
    "value": "ps-b",
}

BUNDLE: Table = [
    *bundle_table("AGR-PS-011"),
    ("lien next", {("link", -1): NEXT}, "AGR-COM-013"),
    ("lien next d’un Bundle vide", {("entry",): DELETE, ("link", -1): NEXT}, "AGR-COM-013"),
]

SLOT: Table = [
    *slot_table("AGR-PS-012"),
    ("agenda contenu", {("schedule", "reference"): "#agenda"}, "AGR-PS-012"),
    ("type inconnu", {("meta", "security", 0, "code"): "PRIVATE"}, "AGR-PS-054"),
    ("second type inconnu", {("meta", "security", -1): slot_type("public")}, "AGR-PS-054"),
    ("type de consultation inconnu", {("serviceType", 0): act("CABINET")}, "AGR-PS-012"),
    ("type de consultation non exploité", {("serviceType", -1): act("EMER")}, "AGR-COM-045"),
    ("motif accolé", {("serviceType", 0, "text"): "Consultation"}, "AGR-PS-060"),
]

SCHEDULE: Table = [
    ("serviceType", {("serviceType",): [{"text": "Consultation"}]}, "AGR-PS-013"),
    ("deux catégories", {("serviceCategory",): TWO_CATEGORIES}, "AGR-PS-013"),
]

PRACTITIONER: Table = [
    ("sans identifiant", {("identifier",): DELETE}, "AGR-PS-019"),
    ("identifiant sans system", {("identifier", 0, "system"): DELETE}, "AGR-COM-025"),
    ("identifiant sans type", {("identifier", 0, "type"): DELETE}, "AGR-COM-025"),
    ("identifiant sans valeur", {("identifier", 0, "value"): DELETE}, "AGR-COM-025"),
    ("RPPS sans préfixe", {("identifier", 0, "value"): "99900000029"}, "AGR-PS-020"),
    ("autre préfixe", {("identifier", 0, "value"): "399900000029"}, "AGR-PS-020"),
    (
        "second identifiant national mal formé",
        {("identifier", -1): {"type": {"coding": [RPPS_CODING]}, "system": canonicals.IDNPS_SYSTEM, "value": "12"}},
        "AGR-PS-020",
    ),
    ("OID sans urn:oid:", {("identifier", 0, "system"): "1.2.250.1.71.4.2.1"}, "AGR-PS-022"),
    ("type RPPS", {("identifier", 0, "type", "coding", 0, "code"): "RPPS"}, "AGR-PS-022"),
    ("type en clair", {("identifier", 0, "type"): {"text": "IDNPS"}}, "AGR-PS-022"),
    ("identifiant interne en plus", {("identifier", -1): INTERNAL}, "AGR-PS-014"),
    ("deux codings", {("identifier", 0, "type", "coding", -1): {**RPPS_CODING, "code": "RPPS"}}, "AGR-PS-014"),
    ("telecom sans valeur", {("telecom",): [PHONE_WITHOUT_VALUE]}, "AGR-PS-014"),
    ("deux civilités", {("name", 0, "prefix"): ["M", "MME"]}, "AGR-PS-014"),
    ("deux codes INSEE", {("address",): [{"extension": [INSEE, INSEE]}]}, "AGR-PS-014"),
]

IDENTIFIER = ("organization", "identifier")
ROLE: Table = [
    ("sans Location", {("contained",): DELETE}, "AGR-PS-030"),
    ("contenu d’un autre type", {("contained",): [{"resourceType": "Organization", "id": "o"}]}, "AGR-PS-030"),
    ("sans location", {("location",): DELETE}, "AGR-PS-031"),
    ("deux lieux", {("location", -1): {"reference": "#autre"}}, "AGR-PS-031"),
    ("lieu du Bundle", {("location", 0, "reference"): "Location/lieu"}, "AGR-PS-031"),
    ("type FINEG", {(*IDENTIFIER, "type", "coding", 0, "code"): "FINEG"}, "AGR-PS-038"),
    ("type d’un système inconnu", {(*IDENTIFIER, "type", "coding", 0, "system"): "urn:x"}, "AGR-PS-038"),
    ("autorité du PS", {(*IDENTIFIER, "system"): canonicals.IDNPS_SYSTEM}, "AGR-PS-038"),
    ("sans type", {(*IDENTIFIER, "type"): DELETE}, "AGR-PS-058"),
    ("sans system", {(*IDENTIFIER, "system"): DELETE}, "AGR-PS-058"),
    ("FINESS sans préfixe", {(*IDENTIFIER, "value"): "990000010"}, "AGR-PS-039"),
    ("SIREN préfixé", {(*IDENTIFIER, "value"): "2999000011"}, "AGR-PS-039"),
    ("telecom sans valeur", {("telecom", 0, "value"): DELETE}, "AGR-PS-015"),
]

LOCATION: Table = [
    ("sans adresse", {("address",): DELETE}, "AGR-PS-016"),
    ("sans voie", {("address", "line"): DELETE}, "AGR-PS-033"),
    ("deux lignes", {("address", "line", -1): "Bâtiment B"}, "AGR-PS-033"),
    ("sans ville", {("address", "city"): DELETE}, "AGR-PS-034"),
    ("sans code postal", {("address", "postalCode"): DELETE}, "AGR-PS-035"),
    ("code postal à quatre chiffres", {("address", "postalCode"): "5600"}, "AGR-PS-035"),
    ("code postal 2A", {("address", "postalCode"): "2A004"}, "AGR-PS-035"),
    ("sans identifiant", {("identifier",): DELETE}, "AGR-PS-036"),
    ("identifiant sans type", {("identifier", 0, "type"): DELETE}, "AGR-COM-025"),
    ("type inconnu", {("identifier", 0, "type", "coding", 0, "code"): "FINEG"}, "AGR-PS-059"),
    ("telecom sans valeur", {("telecom",): [PHONE_WITHOUT_VALUE]}, "AGR-PS-016"),
    ("deux codes INSEE", {("address", "extension"): [INSEE, INSEE]}, "AGR-PS-016"),
]

CARE_OF_CPTS = {"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT, "code": "604"}]}
SERVICE_REFERENCE = {
    "url": canonicals.EXTENSION_SERVICE_TYPE_R5,
    "valueReference": {"reference": "HealthcareService/hs"},
}

RESERVES: list[tuple[str, str, Changes, str]] = [
    ("FrSlotAgregateur", "type CPTS", {("meta", "security", -1): slot_type("CPTS")}, "AGR-PS-054"),
    ("FrSlotAgregateur", "type de soins de CPTS", {("serviceType", -1): CARE_OF_CPTS}, "AGR-PS-054"),
    (
        "FrSlotAgregateur",
        "référence à un HealthcareService",
        {("serviceType", -1): {"extension": [SERVICE_REFERENCE]}},
        "AGR-PS-054",
    ),
    ("FrSlotAgregateur", "autre spécialité", {("specialty", 0): FOREIGN_SPECIALTY}, "AGR-PS-012"),
    ("FrScheduleAgregateur", "autre spécialité", {("specialty",): [FOREIGN_SPECIALTY]}, "AGR-PS-013"),
    ("FrPractitionerRoleExerciceAgregateur", "autre spécialité", {("specialty",): [FOREIGN_SPECIALTY]}, "AGR-PS-015"),
    ("FrPractitionerRoleExerciceAgregateur", "ADELI rang", {(*IDENTIFIER, "value"): "035999999901"}, "AGR-PS-039"),
    ("FrPractitionerRoleExerciceAgregateur", "FINESS corse", {(*IDENTIFIER, "value"): "12A0000001"}, "AGR-PS-039"),
    (
        "FrPractitionerRoleExerciceAgregateur",
        "IDNST d’un autre système",
        {(*IDENTIFIER, "type", "coding", 0, "system"): canonicals.FR_LOCATION_IDENTIFIER_TYPE},
        "AGR-PS-038",
    ),
]

CASES = [
    *cases("BundleAgregateur", BUNDLE),
    *cases("FrSlotAgregateur", SLOT),
    *cases("FrScheduleAgregateur", SCHEDULE),
    *cases("FrPractitionerAgregateur", PRACTITIONER),
    *cases("FrPractitionerRoleExerciceAgregateur", ROLE),
    *cases("FrLocationAgregateur", LOCATION),
    *(Case(label, profile, changes, requirement, reserve=True) for profile, label, changes, requirement in RESERVES),
]
