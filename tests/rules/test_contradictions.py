"""Where published sources contradict each other, an answer gets a réserve that names them, in both editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from sas_recette.norm import canonicals
from tests.rules.building import (
    BASE,
    PRACTITIONER,
    PS_B,
    ROLE_1,
    ROLE_2,
    SCHEDULE_1,
    SLOT_1,
    Json,
    Mutation,
    Verdicts,
    answer,
    judged,
    mutated,
    resource,
    search_url,
)
from tests.rules.flows import CPTS, SOS, judged_flow, mode, on
from tests.rules.mutations import FR_V2_0203, LOCATION_TYPES, R38, R314, at, each, of

PS: Final = "PS"
EDITIONS: Final = ("1.1.0", "1.2.0")
R66: Final = "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement"
ALPHA, SLOT_E1, SLOT_N1, SOUTH, ARMOR = (
    "Organization/org-cpts-alpha",
    "Slot/slot-e1",
    "Slot/slot-n1",
    "Location/pfg-armor-sud",
    "Organization/asso-armor",
)
NATIONAL_PLACE: Final = {
    "type": {"coding": [{"system": LOCATION_TYPES, "code": "IDNST"}]},
    "system": "urn:oid:1.2.250.1.71.4.2.2",
    "value": "399900021900025",
}
ADELI: Final = "0123456789"


@dataclass(frozen=True)
class Contradiction:
    """An open point of the specification: what is sent, what is under réserve, and words of both sources."""

    point: str
    flow: str
    mutate: Mutation
    requirement: str
    said: tuple[str, str]
    asked: str = PS_B


def phones_on_the_practitioner(bundle: Json) -> None:
    phones = [resource(bundle, rank).pop("telecom") for rank in (ROLE_1, ROLE_2)]
    resource(bundle, PRACTITIONER)["telecom"] = phones[0]


def cpts_code(bundle: Json) -> None:
    resource(bundle, SLOT_1)["meta"]["security"].append({"system": R314, "code": "CPTS"})


def care_of_cpts(bundle: Json) -> None:
    resource(bundle, SLOT_1)["serviceType"].append({"coding": [{"system": R66, "code": "604"}]})


def absolute_schedule(bundle: Json) -> None:
    resource(bundle, SLOT_1)["schedule"]["reference"] = f"{BASE}/Schedule/agenda-b1"


def next_page(bundle: Json) -> None:
    bundle["link"].append({"relation": "next", "url": f"{BASE}?page=2"})


def other_specialty(*path: str | int) -> Mutation:
    return at(*path, value=[{"coding": [{"system": "https://editeur.example/specialites", "code": "x"}]}])


STRUCTURE: Final = ("organization", "identifier")
CONTRADICTIONS: Final = (
    Contradiction("A-08", PS, next_page, "AGR-COM-013", ("un seul lien", "_count=1000")),
    Contradiction("A-09", SOS, at("total", value=6), "AGR-COM-009", ("ExampleBundleAgregateurSOS", "FHIR R4")),
    Contradiction("A-10", SOS, mode(SLOT_N1, "match"), "AGR-COM-021", ("Bundle.entry.search.mode", "Slot « match »")),
    Contradiction(
        "A-13",
        PS,
        each(of(SLOT_1, "appointmentType", "coding", 0, "code", value="WALKIN"), of(SLOT_1, "comment")),
        "AGR-COM-050",
        ("agg-psindiv n° 25", "exemples de l’IG SAS"),
    ),
    Contradiction(
        "A-15",
        PS,
        of(SLOT_1, "serviceType", 0, "text", value="Certificat de sport"),
        "AGR-PS-060",
        ("Notes de version 1.1.0", "ExampleSlotCPTS2"),
    ),
    Contradiction("A-16", PS, phones_on_the_practitioner, "AGR-PS-026", ("PractitionerRole", "n° 34 à 36")),
    Contradiction(
        "A-17", PS, of(SLOT_1, "start", value="2026-06-17T07:00:00Z"), "AGR-COM-032", ("n° 45", "FHIR R4 (4.0.1)")
    ),
    Contradiction(
        "A-18",
        PS,
        each(
            of(PRACTITIONER, "identifier", 0, "value", value=ADELI),
            at("link", 0, "url", value=search_url(ADELI)),
        ),
        "AGR-PS-023",
        ("FAQ", "n° 16 à 18"),
        ADELI,
    ),
    Contradiction("A-19", PS, of(ROLE_1, "organization"), "AGR-PS-037", ("exigences ANS (n° 20)", "financement SONS")),
    Contradiction(
        "A-19",
        PS,
        of(ROLE_1, *STRUCTURE, "value", value="012345678901"),
        "AGR-PS-039",
        ("erreur fréquente n° 1", "uniquement"),
    ),
    Contradiction(
        "A-20",
        PS,
        at("link", 0, "url", value=f"{BASE}/Slot?status=free"),
        "AGR-COM-012",
        ("Kit de test ANS", "FHIR R4 (4.0.1)"),
    ),
    Contradiction("A-21", PS, of(SLOT_1, "meta", "profile"), "AGR-COM-024", ("Validateur ressources", "facultatif")),
    Contradiction("A-23", PS, cpts_code, "AGR-PS-054", ("Nomenclatures", "JDV_J165")),
    Contradiction("A-23", PS, care_of_cpts, "AGR-PS-054", ("INT_R04", "erreur fréquente n° 4")),
    Contradiction(
        "A-25", SOS, on(SLOT_N1, "meta", "security", 0, "code", value="PRO"), "AGR-SOS-030", ("PUBLIC, SNP", "(PRO)")
    ),
    Contradiction("A-34", PS, absolute_schedule, "AGR-COM-022", ("FHIR R4", "kit de test")),
    Contradiction(
        "A-35",
        CPTS,
        on(ALPHA, "meta", "profile", value=[canonicals.ORGANIZATION_SOS]),
        "AGR-COM-024",
        ("Profil sas-cpts-organization-aggregator", "Validateur ressources"),
    ),
    Contradiction("A-42", PS, at("entry", SCHEDULE_1, "search"), "AGR-COM-021", ("1.2.0", "1.1.0")),
    Contradiction(
        "P-02",
        CPTS,
        on(ALPHA, "identifier", 0, "type", "coding", 0, "system", value=FR_V2_0203),
        "AGR-CPTS-021",
        ("sas-cpts-organization-aggregator 1.", "contredit par"),
    ),
    Contradiction(
        "P-03", SOS, on(SOUTH, "identifier", 0, value=NATIONAL_PLACE), "AGR-SOS-023", ("Nomenclatures", "INTRN seul")
    ),
    Contradiction(
        "P-04", PS, other_specialty("entry", SLOT_1, "resource", "specialty"), "AGR-PS-012", ("required", "en clair")
    ),
    Contradiction(
        "P-04",
        CPTS,
        on(SLOT_E1, "specialty", 0, "coding", 0, "system", value="https://editeur.example"),
        "AGR-CPTS-005",
        ("required", "en clair"),
    ),
    Contradiction(
        "P-04",
        SOS,
        on(SLOT_N1, "specialty", value=[{"coding": [{"system": "https://editeur.example", "code": "x"}]}]),
        "AGR-SOS-013",
        ("required", "en clair"),
    ),
    Contradiction(
        "P-12",
        PS,
        of(ROLE_1, *STRUCTURE, "type"),
        "AGR-PS-058",
        ("champs obligatoires", "ExamplePractitionerRoleAgregateur"),
    ),
    Contradiction(
        "P-15",
        PS,
        of(SLOT_1, "serviceType", 0, "coding", 0, "code", value="IMP"),
        "AGR-COM-045",
        ("AMB, HH, VR", "v3-ActEncounterCode"),
    ),
    Contradiction(
        "P-16", SOS, on(SOUTH, "address", "postalCode", value="2260"), "AGR-SOS-036", ("n° 40", "cinq caractères")
    ),
    Contradiction(
        "P-17",
        PS,
        of(ROLE_1, *STRUCTURE, "value", value="12A0000010"),
        "AGR-PS-039",
        ("Modèle des objets de santé", "Kit de test ANS"),
    ),
    Contradiction(
        "T-01",
        CPTS,
        on(SLOT_E1, "serviceType", 2, "coding", 0, "system", value=R66),
        "AGR-CPTS-011",
        ("sas-valueset-categorieetablissement", "erreur fréquente n° 6"),
    ),
    Contradiction(
        "T-02",
        PS,
        of(ROLE_1, *STRUCTURE, "type", "coding", 0, "system", value=LOCATION_TYPES),
        "AGR-PS-038",
        ("fr-v2-0203", "SOS Médecins"),
    ),
    Contradiction(
        "T-02",
        SOS,
        on(ARMOR, "identifier", 0, "type", "coding", 0, "system", value=FR_V2_0203),
        "AGR-SOS-038",
        ("fr-location-identifier-type", "fr-v2-0203"),
    ),
    Contradiction(
        "T-03",
        SOS,
        on(SOUTH, "hoursOfOperation", 0, "daysOfWeek", 0, value="MON"),
        "AGR-SOS-026",
        ("FHIR R4", "capitales"),
    ),
    Contradiction(
        "T-07",
        PS,
        of(SLOT_1, "specialty", 0, "coding", 0, "system", value=f"{R38}/"),
        "AGR-PS-046",
        ("« Recherche des créneaux »", "terminologie"),
    ),
    Contradiction(
        "T-09", PS, of(ROLE_1, "telecom", 0, "value", value="+32261910002"), "AGR-COM-027", ("FAQ", "kit de test")
    ),
)


def judgement(one: Contradiction, edition: str) -> Verdicts:
    if one.flow == PS:
        return judged(answer(mutated(one.mutate), url=search_url(one.asked)), edition=edition)
    return judged_flow(one.flow, one.mutate, edition=edition)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("one", CONTRADICTIONS, ids=lambda one: f"{one.point}-{one.requirement}")
def test_a_contradiction_is_a_reserve_that_names_both_sources(one: Contradiction, edition: str) -> None:
    verdicts = judgement(one, edition)
    worked_example = {"AGR-CPTS-021"} if one.flow == CPTS and edition == "1.1.0" else set[str]()
    assert one.requirement in verdicts.warns
    assert one.requirement not in verdicts.fails
    if one.point != "A-08":
        assert verdicts.fails == set()
        assert verdicts.warns - worked_example == {one.requirement} - worked_example
    message = verdicts.first(one.requirement).message.replace("\u00a0", " ")
    assert [words for words in one.said if words not in message] == []
