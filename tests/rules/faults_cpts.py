"""Faults of an INT_R04 answer, with everything that each turns red."""

from __future__ import annotations

from typing import Final

from tests.rules.building import BASE, Json
from tests.rules.flows import append, duplicated, gone, mode, named, next_link, on, twin
from tests.rules.mutations import ACT, FR_V2_0203, LOCATION_TYPES, R314, Fault, at, each, without

NOS: Final = "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement"
R66: Final = f"{NOS}/FHIR/TRE-R66-CategorieEtablissement"
R5: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType"
SAS: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition"
E1, E3 = "Slot/slot-e1", "Slot/slot-e3"
ALPHA, BETA = "HealthcareService/hs-cpts-alpha", "HealthcareService/hs-cpts-beta"
ORG_A, ORG_B = "Organization/org-cpts-alpha", "Organization/org-cpts-beta"


def extension(reference: str) -> dict[str, object]:
    return {"url": R5, "valueReference": {"reference": reference}}


_604: Final = ("serviceType", 2)


def no_cpts_slot(bundle: Json) -> None:
    """The slots are visible to the public only; the rest of the answer stays."""
    for rank in range(3):
        slot = bundle["entry"][rank]["resource"]
        slot["meta"]["security"][0]["code"] = "PUBLIC"
        slot["serviceType"] = slot["serviceType"][:2]


def _stranger(bundle: Json) -> None:
    """The editor itself comes as an Organization."""
    content = {"resourceType": "Organization", "id": "editeur", "name": "Éditeur"}
    entry = {"fullUrl": f"{BASE}/Organization/editeur", "resource": content, "search": {"mode": "include"}}
    bundle["entry"].append(entry)


CPTS_FAULTS: Final = (
    Fault(
        "aucun HealthcareService",
        without("HealthcareService"),
        ("AGR-COM-022", "AGR-CPTS-001", "AGR-CPTS-014"),
        ("AGR-COM-023",),
    ),
    Fault("un HealthcareService manque", gone(BETA), ("AGR-COM-022", "AGR-CPTS-014"), ("AGR-COM-023",)),
    Fault("aucune Organization", without("Organization"), ("AGR-COM-022", "AGR-CPTS-002", "AGR-CPTS-015")),
    Fault(
        "une Organization manque",
        gone(ORG_A),
        ("AGR-COM-022", "AGR-CPTS-015"),
        seen=("Bundle.entry[8].resource.providedBy.reference", "une ressource présente dans le Bundle", ORG_A),
    ),
    Fault(
        "sans Practitioner",
        without("Practitioner"),
        ("AGR-COM-022", "AGR-CPTS-004", "AGR-PS-006", "AGR-PS-017", "AGR-PS-029", "AGR-PS-041"),
    ),
    Fault(
        "sans créneau, avec le reste", each(without("Slot"), at("total", value=0)), ("AGR-COM-010",), ("AGR-COM-023",)
    ),
    Fault("entry vide", each(at("entry", value=[]), at("total", value=0)), ("AGR-COM-010",)),
    Fault("total de toutes les entrées", at("total", value=12), ("AGR-COM-009",), seen=("Bundle.total", "3", "12")),
    Fault("total des agendas", at("total", value=2), ("AGR-COM-009",)),
    Fault("lien next", next_link, ("AGR-CPTS-004",), ("AGR-COM-013",)),
    Fault("entrée avec request", at("entry", 0, "request", value={"method": "GET", "url": "Slot"}), ("AGR-CPTS-004",)),
    Fault(
        "entrée sans ressource",
        lambda b: b["entry"].append({"fullUrl": "https://editeur.example/fhir/Slot/z"}),
        ("AGR-CPTS-004",),
    ),
    Fault(
        "HealthcareService en match",
        mode(ALPHA, "match"),
        warns=("AGR-COM-021",),
        seen=("Bundle.entry[8].search.mode", "include", "match"),
    ),
    Fault("Slot en include", mode(E1, "include"), warns=("AGR-COM-021",)),
    Fault(
        "HealthcareService de personne",
        each(twin(ALPHA, "seul"), on("HealthcareService/seul", "providedBy", "reference", value=ORG_B)),
        ("AGR-CPTS-016",),
        ("AGR-COM-023",),
    ),
    Fault("Organization de personne", twin(ORG_A, "seule"), warns=("AGR-COM-023",)),
    Fault(
        "Organization au profil SOS",
        on(ORG_A, "meta", "profile", value=[f"{SAS}/sas-sos-organization-aggregator"]),
        warns=("AGR-COM-024",),
    ),
    Fault("HealthcareService sans profil", on(BETA, "meta"), warns=("AGR-COM-024",)),
    Fault(
        "Bundle au profil PS",
        at("meta", "profile", value=["http://sas.fr/fhir/StructureDefinition/BundleAgregateur"]),
        warns=("AGR-COM-024",),
    ),
    *(
        Fault(f"{name} en double", duplicated(name), ("AGR-COM-020",))
        for name in (ALPHA, ORG_A, "Schedule/agenda-e1", "Practitioner/ps-e", "PractitionerRole/exercice-e2")
    ),
    Fault("Organization de personne, sans identifiant", _stranger, warns=("AGR-COM-023",)),
    Fault(
        "Organization sans HealthcareService, à deux identifiants",
        each(
            without("HealthcareService"),
            lambda b: named(b, ORG_A)["identifier"].append(named(b, ORG_A)["identifier"][0]),
        ),
        ("AGR-COM-022", "AGR-CPTS-001", "AGR-CPTS-007", "AGR-CPTS-014"),
        ("AGR-COM-023",),
    ),
    Fault("HealthcareService sans providedBy", on(BETA, "providedBy"), ("AGR-CPTS-006",), ("AGR-COM-023",)),
    Fault("HealthcareService sans id", on(BETA, "id"), ("AGR-COM-019", "AGR-CPTS-006")),
    Fault(
        "providedBy vers un praticien",
        on(BETA, "providedBy", "reference", value="Practitioner/ps-e"),
        ("AGR-CPTS-015",),
        ("AGR-COM-023",),
    ),
    Fault("deux category", on(ALPHA, "category", value=[{"text": "a"}, {"text": "b"}]), ("AGR-CPTS-006",)),
    Fault(
        "deux HealthcareService d’une CPTS",
        on(BETA, "providedBy", "reference", value=ORG_A),
        ("AGR-CPTS-016",),
        ("AGR-COM-023",),
    ),
    Fault("604 sans code CPTS", on(E1, "meta", "security", 0, "code", value="PUBLIC"), ("AGR-CPTS-008",)),
    Fault(
        "type de créneau inconnu",
        append(E1, "meta", "security", value={"system": R314, "code": "PRIVE"}),
        ("AGR-CPTS-009",),
    ),
    Fault(
        "type de créneau d’un autre système",
        append(E1, "meta", "security", value={"system": "https://x.example", "code": "PUBLIC"}),
        ("AGR-CPTS-005",),
    ),
    Fault("créneau CPTS sans 604", on(E1, *_604), ("AGR-CPTS-010",)),
    Fault(
        "604 d’un système inconnu",
        on(E1, *_604, "coding", 0, "system", value="https://x.example/r66"),
        ("AGR-CPTS-010",),
    ),
    Fault("604 sans système", on(E1, *_604, "coding", 0, "system"), ("AGR-CPTS-010",)),
    Fault("barre finale de TRE_R66", on(E1, *_604, "coding", 0, "system", value=f"{R66}/"), ("AGR-CPTS-010",)),
    Fault(
        "TRE_R66 de la page CPTS",
        on(E1, *_604, "coding", 0, "system", value=f"{NOS}/TRE_R66-CategorieEtablissement"),
        warns=("AGR-CPTS-011",),
    ),
    Fault("TRE_R66 de la FAQ", on(E1, *_604, "coding", 0, "system", value=NOS), warns=("AGR-CPTS-011",)),
    Fault(
        "extension vers une Organization absente",
        on(E1, *_604, "extension", 0, "valueReference", "reference", value="Organization/x"),
        ("AGR-COM-022", "AGR-CPTS-012"),
    ),
    Fault("CPTS jointes sans créneau de CPTS", no_cpts_slot, ("AGR-CPTS-003",), ("AGR-COM-023",)),
    Fault(
        "CPTS jointes à une première page sans créneau de CPTS",
        each(no_cpts_slot, next_link),
        ("AGR-CPTS-004",),
        ("AGR-COM-013", "AGR-COM-023"),
    ),
    Fault("604 sans extension", on(E1, *_604, "extension"), ("AGR-CPTS-012",)),
    Fault("deux extensions", append(E1, *_604, "extension", value=extension(BETA)), ("AGR-CPTS-012",)),
    Fault("extension sans valeur", on(E1, *_604, "extension", 0, "valueReference"), ("AGR-CPTS-012",)),
    Fault(
        "extension vers l’Organization",
        on(E1, *_604, "extension", 0, "valueReference", "reference", value=ORG_A),
        ("AGR-CPTS-012",),
    ),
    Fault(
        "extension d’une autre url",
        on(E1, *_604, "extension", 0, "url", value="https://x.example/ext"),
        ("AGR-CPTS-012",),
    ),
    Fault(
        "extension sur le type de consultation",
        on(E1, "serviceType", 0, "extension", value=[extension(ALPHA)]),
        ("AGR-CPTS-013",),
    ),
    Fault("extension sur le motif", on(E1, "serviceType", 1, "extension", value=[extension(ALPHA)]), ("AGR-CPTS-005",)),
    Fault(
        "deux fois la même CPTS",
        on(E3, "serviceType", 3, "extension", 0, "valueReference", "reference", value=ALPHA),
        ("AGR-CPTS-017",),
        seen=("Bundle.entry[2].resource.serviceType", "un HealthcareService par CPTS", f"{ALPHA}, {ALPHA}"),
    ),
    Fault("FINESS sans préfixe", on(ORG_A, "identifier", 0, "value", value="990000119"), ("AGR-CPTS-019",)),
    Fault("FINESS corse", on(ORG_A, "identifier", 0, "value", value="12A0000119"), ("AGR-CPTS-019",)),
    Fault(
        "system d’un autre OID",
        on(ORG_A, "identifier", 0, "system", value="urn:oid:1.2.250.1.71.4.2.1"),
        ("AGR-CPTS-019",),
    ),
    Fault(
        "OID sans urn:oid:",
        on(ORG_A, "identifier", 0, "system", value="1.2.250.1.71.4.2.2"),
        ("AGR-COM-065", "AGR-CPTS-019"),
    ),
    Fault("clé du FINESS", on(ORG_A, "identifier", 0, "value", value="1990000118"), warns=("AGR-COM-028",)),
    Fault("type FINEG", on(ORG_A, "identifier", 0, "type", "coding", 0, "code", value="FINEG"), ("AGR-CPTS-020",)),
    Fault(
        "type de l’autre édition",
        on(ORG_A, "identifier", 0, "type", "coding", 0, "system", value=LOCATION_TYPES),
        warns=("AGR-CPTS-021",),
    ),
    Fault(
        "type du système de la FAQ",
        on(ORG_A, "identifier", 0, "type", "coding", 0, "system", value=FR_V2_0203),
        warns=("AGR-CPTS-021",),
    ),
    Fault("sans identifiant", on(ORG_A, "identifier"), ("AGR-CPTS-007",)),
    Fault(
        "deux identifiants",
        lambda b: named(b, ORG_A)["identifier"].append({**named(b, ORG_A)["identifier"][0], "value": "1990000127"}),
        ("AGR-CPTS-007",),
    ),
    Fault("identifiant sans type", on(ORG_A, "identifier", 0, "type"), ("AGR-COM-025",)),
    Fault("identifiant sans valeur", on(ORG_A, "identifier", 0, "value"), ("AGR-COM-025",)),
    Fault("téléphone national de la CPTS", on(ORG_A, "telecom", 0, "value", value="0199000011"), ("AGR-COM-027",)),
    Fault("code d’hospitalisation", on(E1, "serviceType", 0, "coding", 0, "code", value="IMP"), warns=("AGR-COM-045",)),
    Fault("code hors de la liste", on(E1, "serviceType", 0, "coding", 0, "code", value="CABINET"), ("AGR-CPTS-005",)),
    Fault("sans type de consultation", on(E1, "serviceType", 0), ("AGR-COM-044",)),
    Fault(
        "spécialité d’un autre système",
        on(E1, "specialty", 0, "coding", 0, "system", value="https://x.example/s"),
        warns=("AGR-CPTS-005",),
    ),
    Fault("deux serviceCategory", on(E1, "serviceCategory", value=[{"text": "a"}, {"text": "b"}]), ("AGR-CPTS-005",)),
    Fault("créneau pris", on(E1, "status", value="busy"), ("AGR-COM-029", "AGR-PS-003")),
    Fault("créneau avant la fenêtre", on(E1, "start", value="2026-06-16T10:11:59.999+02:00"), ("AGR-COM-034",)),
    Fault(
        "praticien non demandé",
        on("Practitioner/ps-e", "identifier", 0, "value", value="899900000029"),
        ("AGR-PS-010", "AGR-PS-021"),
    ),
    Fault(
        "système v3-ActCode de travers",
        on(E1, "serviceType", 0, "coding", 0, "system", value=f"{ACT}/"),
        ("AGR-COM-044",),
    ),
)
