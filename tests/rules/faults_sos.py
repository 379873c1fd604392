"""Faults of an INT_SOS1 answer, with everything that each turns red."""

from __future__ import annotations

from typing import Final

from tests.rules.flows import append, duplicated, gone, mode, named, next_link, on, twin
from tests.rules.mutations import FR_V2_0203, R314, Fault, at, each, without

IDNST: Final = "urn:oid:1.2.250.1.71.4.2.2"
SAS: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition"
N1, N2, S1, Q1, Q3 = (f"Slot/slot-{name}" for name in ("n1", "n2", "s1", "q1", "q3"))
NORTH, SOUTH, CORN = (f"Schedule/agenda-{name}" for name in ("armor-nord", "armor-sud", "cornouaille"))
PFG_N, PFG_S, PFG_C = (f"Location/pfg-{name}" for name in ("armor-nord", "armor-sud", "cornouaille"))
ARMOR, ASSO_C = "Organization/asso-armor", "Organization/asso-corn"

SOS_FAULTS: Final = (
    Fault("aucun créneau joint", without("Slot"), ("AGR-SOS-004", "AGR-SOS-012"), ("AGR-COM-023",)),
    Fault(
        "un agenda sans créneau",
        gone(S1),
        ("AGR-SOS-004",),
        ("AGR-COM-023",),
        seen=("Bundle.entry[1].resource", "au moins un Slot", "aucun"),
    ),
    Fault("aucune Location", without("Location"), ("AGR-COM-022", "AGR-SOS-005", "AGR-SOS-012"), ("AGR-COM-023",)),
    Fault("une Location manque", gone(PFG_S), ("AGR-COM-022",)),
    Fault("aucune Organization", without("Organization"), ("AGR-COM-022", "AGR-SOS-006", "AGR-SOS-012", "AGR-SOS-020")),
    Fault("une Organization manque", gone(ASSO_C), ("AGR-COM-022", "AGR-SOS-020")),
    Fault("aucun Schedule", each(without("Schedule"), at("total", value=0)), ("AGR-COM-022",), ("AGR-COM-023",)),
    Fault("un Schedule manque", each(gone(SOUTH), at("total", value=2)), ("AGR-COM-022",), ("AGR-COM-023",)),
    Fault("entry vide", each(at("entry", value=[]), at("total", value=0)), ("AGR-COM-010",)),
    Fault(
        "lieux sans agenda ni créneau",
        each(without("Slot", "Schedule"), at("total", value=0)),
        ("AGR-COM-010",),
        ("AGR-COM-023",),
    ),
    Fault("total des Slot", at("total", value=6), warns=("AGR-COM-009",), seen=("Bundle.total", "3", "6")),
    Fault("total de toutes les entrées", at("total", value=14), ("AGR-COM-009",), seen=("Bundle.total", "3", "14")),
    Fault("lien next", next_link, ("AGR-SOS-012",), ("AGR-COM-013",)),
    Fault(
        "deux liens",
        lambda b: b["link"].append({"relation": "first", "url": "https://editeur.example/fhir?page=1"}),
        ("AGR-SOS-012",),
    ),
    Fault("entrée avec response", at("entry", 0, "response", value={"status": "200"}), ("AGR-SOS-012",)),
    Fault(
        "Schedule en include",
        mode(NORTH, "include"),
        warns=("AGR-COM-021",),
        seen=("Bundle.entry[0].search.mode", "match", "include"),
    ),
    Fault(
        "Slot en match",
        mode(N1, "match"),
        warns=("AGR-COM-021",),
        seen=("Bundle.entry[3].search.mode", "include", "match"),
    ),
    Fault(
        "Slot au profil PS",
        on(N1, "meta", "profile", value=["http://sas.fr/fhir/StructureDefinition/FrSlotAgregateur"]),
        warns=("AGR-COM-024",),
    ),
    Fault("Location sans profil", on(PFG_N, "meta"), warns=("AGR-COM-024",)),
    Fault("Slot en double", duplicated(N1), ("AGR-COM-020",)),
    Fault("Schedule en double", duplicated(NORTH), ("AGR-COM-020",)),
    Fault("association qui est un lieu", on(PFG_N, "managingOrganization", "reference", value=PFG_S), ("AGR-SOS-020",)),
    Fault("agenda de créneau qui est un lieu", on(N1, "schedule", "reference", value=PFG_N), ("AGR-COM-039",)),
    Fault("statut inconnu", on(N1, "status", value="libre"), ("AGR-COM-029",)),
    Fault("Organization de personne", twin(ASSO_C, "seule"), warns=("AGR-COM-023",)),
    Fault(
        "association non demandée",
        on(ASSO_C, "identifier", 0, "value", value="399900023500013"),
        ("AGR-SOS-010", "AGR-SOS-028"),
    ),
    Fault(
        "aucune association demandée",
        each(
            on(ASSO_C, "identifier", 0, "value", value="399900023500013"),
            on(ARMOR, "identifier", 0, "value", value="399900024300017"),
        ),
        ("AGR-SOS-002", "AGR-SOS-010", "AGR-SOS-028"),
    ),
    Fault(
        "seul créneau d’un agenda, pris",
        on(S1, "status", value="busy"),
        ("AGR-COM-029", "AGR-SOS-003", "AGR-SOS-011"),
    ),
    Fault(
        "seul créneau d’un agenda, hors de la fenêtre",
        on(S1, "start", value="2026-06-15T11:00:00.000+02:00"),
        ("AGR-COM-034", "AGR-SOS-003", "AGR-SOS-011"),
    ),
    Fault("créneau pris", on(N1, "status", value="busy"), ("AGR-COM-029", "AGR-SOS-011")),
    Fault("créneau d’avant", on(N1, "start", value="2026-06-16T10:11:59.999+02:00"), ("AGR-COM-034", "AGR-SOS-011")),
    Fault(
        "créneau d’après",
        each(
            on(Q3, "start", value="2026-06-19T00:00:00.000+02:00"), on(Q3, "end", value="2026-06-19T01:00:00.000+02:00")
        ),
        ("AGR-COM-035", "AGR-SOS-011"),
    ),
    Fault(
        "agenda d’un praticien",
        on(NORTH, "actor", 0, "reference", value="Practitioner/p"),
        ("AGR-COM-022", "AGR-SOS-014"),
        ("AGR-COM-023",),
    ),
    Fault(
        "agenda sans acteur désigné",
        on(NORTH, "actor", 0, value={"display": "Armor Nord"}),
        ("AGR-SOS-014",),
        ("AGR-COM-023",),
    ),
    Fault("agenda sans acteur", on(NORTH, "actor"), ("AGR-COM-017",), ("AGR-COM-023",)),
    Fault("serviceType sur l’agenda", on(NORTH, "serviceType", value=[{"text": "x"}]), ("AGR-SOS-014",)),
    Fault("agenda de deux lieux", append(NORTH, "actor", value={"reference": PFG_S}), ("AGR-SOS-017",)),
    Fault(
        "deux agendas d’un lieu", on(SOUTH, "actor", 0, "reference", value=PFG_N), ("AGR-SOS-017",), ("AGR-COM-023",)
    ),
    Fault(
        "lieu sans agenda",
        twin(PFG_S, "seul"),
        ("AGR-SOS-017",),
        ("AGR-COM-023",),
        seen=("Bundle.entry[14].resource", "un Schedule par Location", "0 Schedule"),
    ),
    Fault("Location en double", duplicated(PFG_S), ("AGR-COM-020",)),
    Fault("créneau de nulle part", on(N1, "schedule", "reference", value="Schedule/x"), ("AGR-COM-022",)),
    Fault("lieu sans association", on(PFG_N, "managingOrganization"), ("AGR-SOS-020",)),
    Fault(
        "lieu d’une association par son identifiant",
        on(PFG_N, "managingOrganization", value={"identifier": {"system": IDNST, "value": "399900021900017"}}),
        ("AGR-SOS-020",),
    ),
    Fault("lieu sans nom", on(PFG_N, "name"), ("AGR-SOS-021",)),
    Fault("lieu sans adresse", on(PFG_N, "address"), ("AGR-SOS-015",)),
    Fault(
        "deux lignes d’adresse",
        on(PFG_N, "address", "line", value=["5 boulevard de la Rade", "Bât. B"]),
        ("AGR-SOS-022",),
    ),
    Fault("sans ligne d’adresse", on(PFG_N, "address", "line"), ("AGR-SOS-022",)),
    Fault("sans ville", on(PFG_N, "address", "city"), ("AGR-SOS-035",)),
    Fault("sans code postal", on(PFG_N, "address", "postalCode"), ("AGR-SOS-036",)),
    Fault("code postal trop long", on(PFG_N, "address", "postalCode", value="22000 CEDEX"), ("AGR-SOS-036",)),
    Fault("code postal court", on(PFG_N, "address", "postalCode", value="2200"), warns=("AGR-SOS-036",)),
    Fault("lieu sans identifiant", on(PFG_N, "identifier"), ("AGR-SOS-023",)),
    Fault(
        "type d’identifiant de lieu",
        on(PFG_N, "identifier", 0, "type", "coding", 0, "code", value="AUTRE"),
        ("AGR-SOS-023",),
    ),
    Fault("identifiant de lieu sans type", on(PFG_N, "identifier", 0, "type"), ("AGR-COM-025",)),
    Fault("identifiant de lieu sans system", on(PFG_N, "identifier", 0, "system"), ("AGR-COM-025",)),
    Fault("OID interne sans urn:oid:", on(PFG_N, "identifier", 0, "system", value="1.2.250.1.999.1"), ("AGR-COM-065",)),
    Fault(
        "jours en capitales",
        on(PFG_N, "hoursOfOperation", 0, "daysOfWeek", value=["MON", "TUE"]),
        warns=("AGR-SOS-026",),
    ),
    Fault("jour inconnu", on(PFG_N, "hoursOfOperation", 0, "daysOfWeek", value=["lundi"]), ("AGR-COM-017",)),
    Fault("heure sans secondes", on(PFG_N, "hoursOfOperation", 0, "openingTime", value="08:00"), ("AGR-COM-017",)),
    Fault("téléphone du lieu", on(PFG_N, "telecom", 0, "value", value="02 61 91 00 21"), ("AGR-COM-027",)),
    Fault("SIRET sans préfixe", on(ARMOR, "identifier", 0, "value", value="99900021900017"), ("AGR-SOS-027",)),
    Fault(
        "SIRET à espaces",
        on(ARMOR, "identifier", 0, "value", value="3999000219 00017"),
        ("AGR-SOS-010", "AGR-SOS-027", "AGR-SOS-028"),
    ),
    Fault(
        "system de l’association",
        on(ARMOR, "identifier", 0, "system", value="urn:oid:1.2.250.1.71.4.2.1"),
        ("AGR-SOS-027",),
    ),
    Fault(
        "OID de l’association sans urn:oid:",
        on(ARMOR, "identifier", 0, "system", value="1.2.250.1.71.4.2.2"),
        ("AGR-COM-065", "AGR-SOS-027"),
    ),
    Fault(
        "deux identifiants d’association",
        lambda b: named(b, ARMOR)["identifier"].append(dict(named(b, ARMOR)["identifier"][0])),
        ("AGR-SOS-016",),
    ),
    Fault("association sans identifiant", on(ARMOR, "identifier"), ("AGR-SOS-016",)),
    Fault("association sans value", on(ARMOR, "identifier", 0, "value"), ("AGR-COM-025",)),
    Fault("type SIREN", on(ARMOR, "identifier", 0, "type", "coding", 0, "code", value="SIREN"), ("AGR-SOS-037",)),
    Fault(
        "type du système de la FAQ",
        on(ARMOR, "identifier", 0, "type", "coding", 0, "system", value=FR_V2_0203),
        warns=("AGR-SOS-038",),
    ),
    Fault(
        "association sans nom",
        on(ARMOR, "name"),
        warns=("AGR-SOS-029",),
        seen=("Bundle.entry[12].resource.name", "le nom de l’association", "absent"),
    ),
    Fault("créneau PRO", append(N1, "meta", "security", value={"system": R314, "code": "PRO"}), warns=("AGR-SOS-030",)),
    Fault("créneau CPTS", append(N1, "meta", "security", value={"system": R314, "code": "CPTS"}), ("AGR-SOS-030",)),
    Fault("sans type de créneau", on(N1, "meta", "security"), ("AGR-COM-040",)),
    Fault(
        "code de consultation",
        append(
            N2,
            "serviceType",
            value={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER"}]},
        ),
        ("AGR-SOS-034",),
    ),
    Fault("sans type de consultation", on(N1, "serviceType"), ("AGR-COM-044",)),
    Fault("ROUTINE sans URL", on(N1, "comment"), ("AGR-COM-049",)),
    Fault("WALKIN sans URL", on(Q3, "comment"), warns=("AGR-COM-050",)),
    Fault("deux serviceCategory", on(N1, "serviceCategory", value=[{"text": "a"}, {"text": "b"}]), ("AGR-SOS-013",)),
    Fault("élément vide", on(PFG_N, "alias", value=[]), ("AGR-COM-018",)),
)
