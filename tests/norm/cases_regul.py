"""The INT_R02 profile: each constraint broken alone, on the reference request of the specification (accounts.md §3)."""

from __future__ import annotations

from typing import Any

from sas_recette.norm import canonicals
from tests.norm.cases import Case, Table, cases
from tests.norm.validation import DELETE

UUID = "b6e39355-8a61-4556-b340-36f7b95fec6a"
ID = ("identifier", 0)
CODE = (*ID, "type", "coding", 0, "code")
PHONE = {"system": "phone", "value": "0102030405"}


def identifier(code: str, system: str, value: str) -> dict[str, Any]:
    return {"type": {"coding": [{"system": canonicals.FR_V2_0203, "code": code}]}, "system": system, "value": value}


TECHNICAL = identifier("INTRN", canonicals.SAS_TECHNICAL_SYSTEM, UUID)

TABLE: Table = [
    ("sans identifiant", {("identifier",): DELETE}, "ACC-028"),
    ("aucun identifiant", {("identifier",): []}, "ACC-028"),
    ("identifiant sans system", {(*ID, "system"): DELETE}, "ACC-057"),
    ("identifiant sans type", {(*ID, "type"): DELETE}, "ACC-057"),
    ("identifiant sans valeur", {(*ID, "value"): DELETE}, "ACC-057"),
    ("identifiant de system vide", {(*ID, "system"): ""}, "ACC-057"),
    ("identifiant de valeur vide", {(*ID, "value"): ""}, "ACC-057"),
    (
        "deux identifiants nationaux",
        {("identifier", -1): identifier("IDNPS", canonicals.IDNPS_SYSTEM, "899980000011")},
        "ACC-057",
    ),
    ("deux identifiants techniques", {("identifier",): [TECHNICAL, {**TECHNICAL, "value": "autre"}]}, "ACC-057"),
    ("système national, code INTRN", {CODE: "INTRN"}, "ACC-038"),
    ("système national, type en clair", {(*ID, "type"): {"text": "IDNPS"}}, "ACC-038"),
    (
        "système national, autre système de types",
        {(*ID, "type", "coding", 0, "system"): canonicals.FR_CORE_V2_0203},
        "ACC-038",
    ),
    ("système SAS, code IDNPS", {(*ID, "system"): canonicals.SAS_TECHNICAL_SYSTEM}, "ACC-039"),
    ("sans active", {("active",): DELETE}, "ACC-031"),
    ("active en chaîne", {("active",): "true"}, "ACC-061"),
    ("active en nombre", {("active",): 1}, "ACC-061"),
    ("nom sans family", {("name", 0, "family"): DELETE}, "ACC-058"),
    ("nom sans given", {("name", 0, "given"): DELETE}, "ACC-058"),
    ("deux prénoms", {("name", 0, "given"): ["Jean", "Pierre"]}, "ACC-058"),
    ("prénom vide", {("name", 0, "given"): [""]}, "ACC-058"),
    ("deux civilités", {("name", 0, "prefix"): ["M", "MME"]}, "ACC-058"),
    ("nom de famille vide", {("name", 0, "family"): ""}, "ACC-035"),
    ("téléphone", {("telecom", 0, "system"): "phone"}, "ACC-037"),
    ("téléphone en plus", {("telecom", -1): PHONE}, "ACC-037"),
    ("contact sans system", {("telecom", 0, "system"): DELETE}, "ACC-037"),
    ("contact sans valeur", {("telecom", 0, "value"): DELETE}, "ACC-036"),
    ("adresse vide", {("telecom", 0, "value"): ""}, "ACC-036"),
]

CONTRADICTED: Table = [
    ("système des structures", {(*ID, "system"): canonicals.IDNST_SYSTEM}, "ACC-059"),
    ("OID sans urn:oid:", {(*ID, "system"): "1.2.250.1.71.4.2.1"}, "ACC-059"),
    ("sans nom", {("name",): DELETE}, "ACC-029"),
    ("aucun nom", {("name",): []}, "ACC-029"),
    ("sans contact", {("telecom",): DELETE}, "ACC-030"),
    ("aucun contact", {("telecom",): []}, "ACC-030"),
]

CASES: list[Case] = [
    *cases("FrPractitionerRegul", TABLE),
    *cases("FrPractitionerRegul", CONTRADICTED, reserve=True),
]
