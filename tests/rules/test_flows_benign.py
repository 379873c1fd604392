"""Variations of INT_R04 and INT_SOS1 answers that the norm allows: no SHALL may turn red for them, in either edition."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sas_recette.norm import canonicals
from tests.rules.building import BASE, Json, Mutation
from tests.rules.faults_cpts import E1, ORG_A, R66, no_cpts_slot
from tests.rules.faults_sos import ARMOR, ASSO_C, IDNST, N1, NORTH, PFG_N, Q3, S1, SOUTH
from tests.rules.flows import (
    CPTS,
    SOS,
    absolute,
    append,
    gone,
    judged_flow,
    on,
    outcome,
    uuids,
    without_profiles,
)
from tests.rules.mutations import ACT, FR_V2_0203, LOCATION_TYPES, R314, at, each, without

FR_CORE: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
LOCAL: Final = {"system": "https://editeur.example/codes", "code": "C1"}
EXTENSION: Final = [{"url": "https://editeur.example/ext", "valueString": "x"}]
EDITIONS: Final = ("1.1.0", "1.2.0")


def _reverse(bundle: Json) -> None:
    bundle["entry"].reverse()
    for entry in bundle["entry"]:
        for key in ("serviceType", "actor", "identifier", "telecom"):
            entry["resource"].get(key, []).reverse()


def _both_editions(bundle: Json) -> None:
    """Each CPTS has the type of its identifier in the systems of both editions."""
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Organization":
            coding = [{"system": system, "code": "IDNST"} for system in (FR_CORE, LOCATION_TYPES)]
            entry["resource"]["identifier"][0]["type"]["coding"] = coding


def _public_beside(bundle: Json) -> None:
    """The first slot is of no CPTS, and comes as in INT_R01."""
    slot: Any = bundle["entry"][0]["resource"]
    slot["meta"] = {"profile": [canonicals.SLOT_PS], "security": [{"system": R314, "code": "PUBLIC"}]}
    slot["serviceType"] = slot["serviceType"][:2]


def _as_int_r01(bundle: Json) -> None:
    no_cpts_slot(bundle)
    without("HealthcareService", "Organization")(bundle)
    for rank in range(3):
        bundle["entry"][rank]["resource"]["meta"]["profile"] = [canonicals.SLOT_PS]
    bundle["meta"]["profile"] = [canonicals.BUNDLE_PS]


def _structure(bundle: Json) -> None:
    """The structure of exercise comes as an Organization, which is no CPTS."""
    kind = {"coding": [{"system": FR_V2_0203, "code": "IDNST"}]}
    identifier = {"type": kind, "system": IDNST, "value": "399900004500016"}
    content = {"resourceType": "Organization", "id": "cabinet", "identifier": [identifier], "name": "Cabinet"}
    bundle["entry"].append(
        {"fullUrl": f"{BASE}/Organization/cabinet", "resource": content, "search": {"mode": "include"}}
    )
    on("PractitionerRole/exercice-e1", "organization", "reference", value="Organization/cabinet")(bundle)


def _empty(bundle: Json) -> None:
    del bundle["entry"]
    bundle["total"] = 0


COMMON: Final[dict[str, tuple[Mutation, tuple[str, ...]]]] = {
    "aucune": (lambda _: None, ()),
    "ordre": (_reverse, ()),
    "références absolues": (absolute, ("AGR-COM-022",)),
    "urn:uuid partout": (uuids, ()),
    "sans meta.profile": (without_profiles, ("AGR-COM-024",)),
    "OperationOutcome": (outcome, ()),
    "réponse vide": (_empty, ()),
    "sans mode": (lambda b: [entry.pop("search") for entry in b["entry"]], ("AGR-COM-021",)),
    "langue du Bundle": (at("language", value="fr-FR"), ()),
}

BENIGN: Final[dict[str, dict[str, tuple[Mutation, tuple[str, ...]]]]] = {
    CPTS: {
        **COMMON,
        "instants en Z": (
            each(on(E1, "start", value="2026-06-17T07:30:00.000Z"), on(E1, "end", value="2026-06-17T07:50:00.000Z")),
            ("AGR-COM-032",),
        ),
        "un créneau public à côté": (_public_beside, ()),
        "un créneau public au profil CPTS": (
            each(_public_beside, on(E1, "meta", "profile", value=[canonicals.SLOT_CPTS])),
            (),
        ),
        "comme INT_R01": (_as_int_r01, ()),
        "public et CPTS": (append(E1, "meta", "security", value={"system": R314, "code": "PUBLIC"}), ()),
        "coding local du 604": (append(E1, "serviceType", 2, "coding", value=LOCAL), ()),
        "affichage du 604": (on(E1, "serviceType", 2, "coding", 0, "display", value="CPTS"), ()),
        "texte du 604": (on(E1, "serviceType", 2, "text", value="CPTS des deux rives"), ()),
        "autre extension sur le type de consultation": (on(E1, "serviceType", 0, "extension", value=EXTENSION), ()),
        "autre extension sur le 604": (append(E1, "serviceType", 2, "extension", value=EXTENSION[0]), ()),
        "coding local du type de consultation": (append(E1, "serviceType", 0, "coding", value=LOCAL), ()),
        "motif à côté du codage": (on(E1, "serviceType", 0, "text", value="Consultation"), ("AGR-PS-060",)),
        "deux types de consultation": (
            append(E1, "serviceType", value={"coding": [{"system": ACT, "code": "VR"}]}),
            (),
        ),
        "spécialité par son texte": (on(E1, "specialty", value=[{"text": "Homéopathie"}]), ()),
        "sans nom ni téléphone": (each(on(ORG_A, "name"), on(ORG_A, "telecom")), ()),
        "catégorie d’établissement": (
            on(ORG_A, "type", value=[{"coding": [{"system": R66, "code": "604"}]}]),
            (),
        ),
        "langue et narratif": (
            each(
                on(ORG_A, "language", value="fr-FR"),
                on(
                    ORG_A,
                    "text",
                    value={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">CPTS</div>'},
                ),
            ),
            (),
        ),
        "structure en Organization": (_structure, ()),
        "nom du HealthcareService": (on("HealthcareService/hs-cpts-alpha", "name", value="CPTS"), ()),
    },
    SOS: {
        **COMMON,
        "instants en Z": (
            each(on(N1, "start", value="2026-06-16T08:45:00.000Z"), on(N1, "end", value="2026-06-16T09:00:00.000Z")),
            ("AGR-COM-032",),
        ),
        "total des Slot": (at("total", value=6), ("AGR-COM-009",)),
        "jours en capitales": (
            on(PFG_N, "hoursOfOperation", 0, "daysOfWeek", value=["MON", "SUN"]),
            ("AGR-SOS-026",),
        ),
        "sans horaires ni téléphone": (each(on(PFG_N, "hoursOfOperation"), on(PFG_N, "telecom")), ()),
        "toute la journée": (on(PFG_N, "hoursOfOperation", value=[{"daysOfWeek": ["sun"], "allDay": True}]), ()),
        "identifiant national du lieu": (
            on(
                PFG_N,
                "identifier",
                0,
                value={
                    "type": {"coding": [{"system": LOCATION_TYPES, "code": "IDNST"}]},
                    "system": IDNST,
                    "value": "1990000119",
                },
            ),
            ("AGR-SOS-023",),
        ),
        "deux identifiants du lieu": (
            lambda b: b["entry"][9]["resource"]["identifier"].append(
                {**b["entry"][9]["resource"]["identifier"][0], "value": "autre"}
            ),
            (),
        ),
        "coding local du type d’identifiant": (append(ARMOR, "identifier", 0, "type", "coding", value=LOCAL), ()),
        "type dans les deux systèmes": (
            append(ARMOR, "identifier", 0, "type", "coding", value={"system": FR_CORE, "code": "IDNST"}),
            (),
        ),
        "motif": (append(N1, "serviceType", value={"text": "Consultation non programmée"}), ()),
        "spécialité par son texte": (on(N1, "specialty", value=[{"text": "Médecine générale"}]), ()),
        "URL en http": (on(N1, "comment", value="http://agenda.editeur.example/pfg"), ()),
        "WALKIN sans URL": (on(Q3, "comment"), ("AGR-COM-050",)),
        "association sans nom": (on(ARMOR, "name"), ("AGR-SOS-029",)),
        "adresse et téléphone de l’association": (
            each(
                on(ARMOR, "telecom", value=[{"system": "phone", "value": "+33261910020"}]),
                on(ARMOR, "address", value=[{"city": "SAINT-BRIEUC", "postalCode": "22000"}]),
            ),
            (),
        ),
        "une association sur les deux": (
            each(
                gone("Schedule/agenda-cornouaille", "Location/pfg-cornouaille", ASSO_C),
                gone("Slot/slot-q1", "Slot/slot-q2", Q3),
                at("total", value=2),
            ),
            (),
        ),
        "un lieu sur les deux": (each(gone(SOUTH, "Location/pfg-armor-sud", S1), at("total", value=2)), ()),
        "horizon de l’agenda": (
            on(
                NORTH,
                "planningHorizon",
                value={"start": "2026-06-16T00:00:00+02:00", "end": "2026-06-30T00:00:00+02:00"},
            ),
            (),
        ),
        "position du lieu": (on(PFG_N, "position", value={"longitude": -2.76, "latitude": 48.51}), ()),
    },
}
VARIATIONS: Final = [(name, variation) for name, found in BENIGN.items() for variation in found]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("name", "variation"), VARIATIONS)
def test_allowed_variation(name: str, variation: str, edition: str) -> None:
    mutate, warns = BENIGN[name][variation]
    verdicts = judged_flow(name, mutate, edition=edition)
    assert (sorted(verdicts.fails), sorted(verdicts.warns - _OF_EDITION)) == ([], sorted(warns))


_OF_EDITION: Final = {"AGR-CPTS-021"}
"""The worked answer is written for 1.2.0: its type of identifier is a réserve in 1.1.0 (open point P-02)."""


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_type_of_both_editions(edition: str) -> None:
    verdicts = judged_flow(CPTS, _both_editions, edition=edition)
    assert (verdicts.fails, verdicts.warns) == (set(), set())
