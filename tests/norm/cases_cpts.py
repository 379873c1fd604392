"""The INT_R04 profiles: each constraint broken alone."""

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

CARE = ("serviceType", 2)
"""The serviceType coded 604 of the first slot of the worked example."""
INTERNAL = {
    "type": {"coding": [{"system": canonicals.FR_V2_0203, "code": "INTRN"}]},
    "system": "https://editeur.example/cpts",
    "value": "alpha",
}


def reference(target: str) -> dict[str, Any]:
    return {"url": canonicals.EXTENSION_SERVICE_TYPE_R5, "valueReference": {"reference": target}}


def care(code: str, system: str) -> dict[str, Any]:
    """A serviceType with the extension, of whatever code."""
    return {"extension": [reference("HealthcareService/hs-cpts-beta")], "coding": [{"system": system, "code": code}]}


BUNDLE: Table = [
    *bundle_table("AGR-CPTS-004"),
    ("deux liens", {("link", -1): {"relation": "first", "url": "https://editeur.example/fhir"}}, "AGR-CPTS-004"),
    ("Schedule absents", {("entry", 3): {"resource": {}}, ("entry", 4): {"resource": {}}}, "AGR-CPTS-004"),
    ("Practitioner absent", {("entry", 5, "resource", "resourceType"): "Basic"}, "AGR-CPTS-004"),
    ("PractitionerRole absents", {("entry", 6): {"resource": {}}, ("entry", 7): {"resource": {}}}, "AGR-CPTS-004"),
    ("Slot absents", {("entry", index): {"resource": {}} for index in range(3)}, "AGR-CPTS-004"),
]

SLOT: Table = [
    *slot_table("AGR-CPTS-005"),
    ("type inconnu en plus", {("meta", "security", -1): slot_type("PRIVATE")}, "AGR-CPTS-009"),
    ("motif accolé", {("serviceType", 0, "text"): "Consultation"}, "AGR-PS-060"),
    ("type en minuscules", {("meta", "security", 0, "code"): "cpts"}, "AGR-CPTS-009"),
    ("604 sans code CPTS", {("meta", "security", 0, "code"): "PUBLIC"}, "AGR-CPTS-008"),
    (
        "extension seule sans code CPTS",
        {("meta", "security", 0, "code"): "SNP", (*CARE, "coding"): DELETE},
        "AGR-CPTS-008",
    ),
    ("sans type de soins", {CARE: DELETE}, "AGR-CPTS-010"),
    ("autre catégorie", {(*CARE, "coding", 0, "code"): "603"}, "AGR-CPTS-010"),
    ("604 sans système", {(*CARE, "coding", 0, "system"): DELETE}, "AGR-CPTS-010"),
    ("604 d’un autre système", {(*CARE, "coding", 0, "system"): "https://editeur.example/r66"}, "AGR-CPTS-010"),
    ("604 sous v3-ActCode", {(*CARE, "coding", 0, "system"): canonicals.V3_ACT_CODE}, "AGR-CPTS-010"),
    ("second 604 sans système", {("serviceType", -1): {"coding": [{"code": "604"}]}}, "AGR-CPTS-010"),
    ("604 sans extension", {(*CARE, "extension"): DELETE}, "AGR-CPTS-012"),
    ("autre extension", {(*CARE, "extension", 0, "url"): "https://editeur.example/extension"}, "AGR-CPTS-012"),
    ("deux extensions", {(*CARE, "extension", -1): reference("HealthcareService/hs-cpts-beta")}, "AGR-CPTS-012"),
    ("extension sans valeur", {(*CARE, "extension", 0, "valueReference"): DELETE}, "AGR-CPTS-012"),
    ("référence sans texte", {(*CARE, "extension", 0, "valueReference"): {"display": "CPTS"}}, "AGR-CPTS-012"),
    ("référence à l’Organization", {(*CARE, "extension", 0): reference("Organization/o")}, "AGR-CPTS-012"),
    (
        "extension sur le type de consultation",
        {("serviceType", 0, "extension"): [reference("HealthcareService/hs-cpts-alpha")]},
        "AGR-CPTS-013",
    ),
    (
        "extension sur un autre code",
        {("serviceType", -1): care("603", canonicals.TRE_R66_ESTABLISHMENT)},
        "AGR-CPTS-005",
    ),
    (
        "extension sur un motif",
        {("serviceType", 1, "extension"): [reference("HealthcareService/hs-cpts-alpha")]},
        "AGR-CPTS-005",
    ),
    (
        "extension dans l’extension",
        {(*CARE, "extension", 0, "extension"): [{"url": "https://editeur.example/x", "valueString": "x"}]},
        "AGR-CPTS-005",
    ),
    ("type de consultation inconnu", {("serviceType", 0): act("CABINET")}, "AGR-CPTS-005"),
    ("type de consultation non exploité", {("serviceType", -1): act("EMER")}, "AGR-COM-045"),
    (
        "rendez-vous codé ailleurs en plus",
        {("appointmentType", "coding", -1): {"system": "https://editeur.example", "code": "RDV"}},
        "AGR-CPTS-005",
    ),
]

HEALTHCARE_SERVICE: Table = [
    ("sans id", {("id",): DELETE}, "AGR-CPTS-006"),
    ("sans providedBy", {("providedBy",): DELETE}, "AGR-CPTS-006"),
    ("providedBy sans référence", {("providedBy",): {"display": "CPTS"}}, "AGR-CPTS-006"),
    ("deux catégories", {("category",): TWO_CATEGORIES}, "AGR-CPTS-006"),
]

ORGANIZATION: Table = [
    ("sans identifiant", {("identifier",): DELETE}, "AGR-CPTS-007"),
    ("identifiant interne en plus", {("identifier", -1): INTERNAL}, "AGR-CPTS-007"),
    ("identifiant sans system", {("identifier", 0, "system"): DELETE}, "AGR-COM-025"),
    ("identifiant sans type", {("identifier", 0, "type"): DELETE}, "AGR-COM-025"),
    ("identifiant sans valeur", {("identifier", 0, "value"): DELETE}, "AGR-COM-025"),
    ("FINESS sans préfixe", {("identifier", 0, "value"): "990000119"}, "AGR-CPTS-019"),
    ("SIRET", {("identifier", 0, "value"): "399900004500016"}, "AGR-CPTS-019"),
    ("FINESS corse", {("identifier", 0, "value"): "12A0000119"}, "AGR-CPTS-019"),
    ("autorité du PS", {("identifier", 0, "system"): canonicals.IDNPS_SYSTEM}, "AGR-CPTS-019"),
    ("type FINEG", {("identifier", 0, "type", "coding", 0, "code"): "FINEG"}, "AGR-CPTS-020"),
    ("type en clair", {("identifier", 0, "type"): {"text": "IDNST"}}, "AGR-CPTS-020"),
    ("IDNST d’un système inconnu", {("identifier", 0, "type", "coding", 0, "system"): "urn:x"}, "AGR-CPTS-020"),
    ("telecom sans valeur", {("telecom",): [PHONE_WITHOUT_VALUE]}, "AGR-CPTS-007"),
    ("deux codes INSEE", {("address",): [{"extension": [INSEE, INSEE]}]}, "AGR-CPTS-007"),
    (
        "deux types fr-v2-3307",
        {("type",): [{"coding": [{"system": "http://interopsante.org/fhir/CodeSystem/fr-v2-3307"}]}] * 2},
        "AGR-CPTS-007",
    ),
    (
        "deux types TRE_R66",
        {("type",): [{"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT}]}] * 2},
        "AGR-CPTS-007",
    ),
    (
        "type à deux codings",
        {("type",): [{"coding": [{"system": canonicals.TRE_R66_ESTABLISHMENT}, {"system": "urn:x"}]}]},
        "AGR-CPTS-007",
    ),
]

SLOT_RESERVES: Table = [
    ("604, graphie de la page", {(*CARE, "coding", 0, "system"): terminology.R66_SPELLINGS[1]}, "AGR-CPTS-011"),
    ("604, graphie de la FAQ", {(*CARE, "coding", 0, "system"): terminology.R66_SPELLINGS[2]}, "AGR-CPTS-011"),
    ("autre spécialité", {("specialty",): [FOREIGN_SPECIALTY]}, "AGR-CPTS-005"),
]
HEALTHCARE_SERVICE_RESERVES: Table = [("autre spécialité", {("specialty",): [FOREIGN_SPECIALTY]}, "AGR-CPTS-006")]
ORGANIZATION_RESERVES: Table = [
    (f"IDNST sous {system}", {("identifier", 0, "type", "coding", 0, "system"): system}, "AGR-CPTS-021")
    for system in terminology.IDENTIFIER_TYPE_SYSTEMS
    if system != canonicals.FR_CORE_V2_0203
]

CASES = [
    *cases("sas-cpts-bundle-aggregator", BUNDLE),
    Case("lien next", "sas-cpts-bundle-aggregator", {("link", -1): NEXT}, "AGR-COM-013", also=("AGR-CPTS-004",)),
    *cases("sas-cpts-slot-aggregator", SLOT),
    *cases("sas-cpts-slot-aggregator", SLOT_RESERVES, reserve=True),
    *cases("sas-cpts-healthcareservice-aggregator", HEALTHCARE_SERVICE),
    *cases("sas-cpts-healthcareservice-aggregator", HEALTHCARE_SERVICE_RESERVES, reserve=True),
    *cases("sas-cpts-organization-aggregator", ORGANIZATION),
    *cases("sas-cpts-organization-aggregator", ORGANIZATION_RESERVES, reserve=True),
]
