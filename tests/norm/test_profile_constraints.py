"""Every constraint of every profile is proved able to fail, alone, on a small mutation of a conformant resource."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sas_recette.norm import canonicals
from sas_recette.norm.profiles import EDITIONS, load_profile, profiles
from tests.norm.validation import DELETE, Changes, applies, changed, conformant, example, failing

RPPS_CODING = {"system": canonicals.FR_V2_0203, "code": "IDNPS"}
INTERNAL = {
    "type": {"coding": [{"system": canonicals.FR_V2_0203, "code": "INTRN"}]},
    "system": "https://editeur.example/ps",
    "value": "ps-b",
}
INSEE = {"url": "http://interopsante.org/fhir/StructureDefinition/FrAddressInseeCode", "valueString": "35238"}
PHONE_WITHOUT_VALUE = {"system": "phone"}
NEXT = {"relation": "next", "url": "https://editeur.example/fhir?page=2"}
FOREIGN_SPECIALTY = {"coding": [{"system": "https://editeur.example/specialites", "code": "12"}]}


def act(code: str) -> dict[str, Any]:
    return {"coding": [{"system": canonicals.V3_ACT_CODE, "code": code}]}


def slot_type(code: str, system: str = canonicals.TRE_R314_SLOT_TYPE) -> dict[str, str]:
    return {"system": system, "code": code}


def appointment(*codes: str) -> list[dict[str, str]]:
    return [{"system": canonicals.V2_0276_APPOINTMENT, "code": code} for code in codes]


class Case(NamedTuple):
    """A mutation, the requirement of the only constraint that it breaks, and whether it is a réserve by contradiction."""

    label: str
    profile: str
    changes: Changes
    requirement: str
    reserve: bool = False


Table = list[tuple[str, Changes, str]]

BUNDLE: Table = [
    ("total absent", {("total",): DELETE}, "AGR-COM-008"),
    ("total négatif", {("total",): -1}, "AGR-COM-008"),
    ("sans lien self", {("link", 0, "relation"): "first"}, "AGR-COM-011"),
    ("sans lien", {("link",): DELETE}, "AGR-COM-011"),
    ("lien self sans URL", {("link", 0, "url"): DELETE}, "AGR-COM-011"),
    ("lien next", {("link", -1): NEXT}, "AGR-COM-013"),
    ("lien next d’un Bundle vide", {("entry",): DELETE, ("link", -1): NEXT}, "AGR-COM-013"),
    ("entrée sans ressource", {("entry", 3, "resource"): DELETE}, "AGR-PS-011"),
    ("entry.request", {("entry", 5, "request"): {"method": "GET", "url": "Slot"}}, "AGR-PS-011"),
    ("entry.response", {("entry", 0, "response"): {"status": "200"}}, "AGR-PS-011"),
]

SLOT: Table = [
    ("busy", {("status",): "busy"}, "AGR-COM-029"),
    ("sans statut", {("status",): DELETE}, "AGR-COM-029"),
    ("sans début", {("start",): DELETE}, "AGR-COM-030"),
    ("sans fin", {("end",): DELETE}, "AGR-COM-030"),
    ("début sans fuseau", {("start",): "2026-06-17T09:00:00.000"}, "AGR-COM-031"),
    ("début à la minute", {("start",): "2026-06-17T09:00+02:00"}, "AGR-COM-031"),
    ("fin : date seule", {("end",): "2026-06-17"}, "AGR-COM-031"),
    ("fin : décalage sans deux-points", {("end",): "2026-06-17T09:30:00.000+0200"}, "AGR-COM-031"),
    ("début en Z", {("start",): "2026-06-17T07:00:00.000Z"}, "AGR-COM-032"),
    ("fin sans millisecondes", {("end",): "2026-06-17T09:30:00+02:00"}, "AGR-COM-032"),
    ("sans agenda", {("schedule",): DELETE}, "AGR-COM-039"),
    ("agenda sans référence", {("schedule",): {"display": "Agenda"}}, "AGR-COM-039"),
    ("agenda contenu", {("schedule", "reference"): "#agenda"}, "AGR-PS-012"),
    ("sans meta.security", {("meta", "security"): DELETE}, "AGR-COM-040"),
    ("autre système seul", {("meta", "security", 0, "system"): "https://editeur.example"}, "AGR-COM-040"),
    ("type sans code", {("meta", "security", 0, "code"): DELETE}, "AGR-COM-040"),
    ("coding étranger", {("meta", "security", -1): slot_type("R", "https://editeur.example")}, "AGR-PS-012"),
    ("type inconnu", {("meta", "security", 0, "code"): "PRIVATE"}, "AGR-PS-054"),
    ("second type inconnu", {("meta", "security", -1): slot_type("public")}, "AGR-PS-054"),
    ("type de consultation inconnu", {("serviceType", 0): act("CABINET")}, "AGR-PS-012"),
    ("type de consultation non exploité", {("serviceType", -1): act("EMER")}, "AGR-COM-045"),
    ("motif accolé", {("serviceType", 0, "text"): "Consultation"}, "AGR-PS-060"),
    ("deux catégories", {("serviceCategory",): [{"text": "a"}, {"text": "b"}]}, "AGR-PS-012"),
    ("sans appointmentType", {("appointmentType",): DELETE}, "AGR-COM-048"),
    ("appointmentType en clair", {("appointmentType",): {"text": "ROUTINE"}}, "AGR-COM-048"),
    ("code non admis", {("appointmentType", "coding"): appointment("CHECKUP")}, "AGR-COM-048"),
    ("code non admis en plus", {("appointmentType", "coding"): appointment("ROUTINE", "EMERGENCY")}, "AGR-COM-048"),
    ("ROUTINE sans comment", {("comment",): DELETE}, "AGR-COM-049"),
    (
        "WALKIN sans comment",
        {("appointmentType", "coding"): appointment("WALKIN"), ("comment",): DELETE},
        "AGR-COM-050",
    ),
    ("comment en clair", {("comment",): "Prendre rendez-vous"}, "AGR-COM-051"),
    ("comment précédé d’un texte", {("comment",): "Voir https://agenda.editeur.example/"}, "AGR-COM-051"),
    ("comment suivi d’un blanc", {("comment",): "https://agenda.editeur.example/ "}, "AGR-COM-051"),
    ("comment relatif", {("comment",): "/ps/bastien-roussel"}, "AGR-COM-051"),
    ("comment sans hôte", {("comment",): "https://"}, "AGR-COM-051"),
]

SCHEDULE: Table = [
    ("serviceType", {("serviceType",): [{"text": "Consultation"}]}, "AGR-PS-013"),
    ("deux catégories", {("serviceCategory",): [{"text": "a"}, {"text": "b"}]}, "AGR-PS-013"),
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

RESERVES: list[tuple[str, str, Changes, str]] = [
    ("FrSlotAgregateur", "type CPTS", {("meta", "security", -1): slot_type("CPTS")}, "AGR-PS-054"),
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
    Case(label, profile, changes, requirement)
    for profile, table in (
        ("BundleAgregateur", BUNDLE),
        ("FrSlotAgregateur", SLOT),
        ("FrScheduleAgregateur", SCHEDULE),
        ("FrPractitionerAgregateur", PRACTITIONER),
        ("FrPractitionerRoleExerciceAgregateur", ROLE),
        ("FrLocationAgregateur", LOCATION),
    )
    for label, changes, requirement in table
] + [Case(label, profile, changes, requirement, reserve=True) for profile, label, changes, requirement in RESERVES]


def mutated(case: Case) -> dict[str, Any]:
    return changed(conformant(load_profile(case.profile).resource_type), case.changes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.profile}: {case.label}")
def test_mutation_breaks_exactly_one_constraint(case: Case) -> None:
    resource = mutated(case)
    broken = failing(load_profile(case.profile), resource)
    assert [(constraint.requirement, bool(constraint.reserve)) for constraint in broken] == [
        (case.requirement, case.reserve)
    ]
    assert applies(broken[0], resource)


def test_every_constraint_has_a_mutation_that_breaks_it() -> None:
    proved = {
        (case.profile, constraint.index)
        for case in CASES
        for constraint in failing(load_profile(case.profile), mutated(case))
    }
    assert {(profile.id, constraint.index) for profile in profiles() for constraint in profile.constraints} <= proved


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", ["bundle-ps-b", "bundle-vide"])
def test_worked_examples_pass_every_profile(edition: str, name: str) -> None:
    bundle = example(name)
    entries = [entry["resource"] for entry in bundle.get("entry", [])]
    contained = [inner for resource in entries for inner in resource.get("contained", [])]
    for profile in profiles(edition):
        for resource in [bundle, *entries, *contained]:
            if resource["resourceType"] == profile.resource_type:
                assert failing(profile, resource) == []


@pytest.mark.parametrize(
    ("profile", "changes"),
    [
        ("FrSlotAgregateur", {("specialty",): [{"text": "Médecine du sport"}]}),
        ("FrSlotAgregateur", {("specialty",): DELETE}),
        ("FrSlotAgregateur", {("comment",): "HTTP://agenda.editeur.example?ps=1&vue=jour#haut"}),
        ("FrSlotAgregateur", {("comment",): "https://agenda.editeur.example:8443"}),
        ("FrSlotAgregateur", {("start",): "2026-06-17T09:00:00.000-03:00"}),
        ("FrSlotAgregateur", {("appointmentType", "coding"): appointment("WALKIN")}),
        ("FrSlotAgregateur", {("appointmentType", "coding", -1): {"system": "urn:x", "code": "CHECKUP"}}),
        ("FrPractitionerAgregateur", {("identifier", 0, "value"): "0359999990"}),
        ("FrPractitionerAgregateur", {("name",): DELETE}),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}),
        ("FrPractitionerRoleExerciceAgregateur", {("telecom",): DELETE}),
        ("FrPractitionerRoleExerciceAgregateur", {("practitioner",): DELETE}),
        ("FrLocationAgregateur", {("address", "extension"): [INSEE]}),
    ],
)
def test_what_the_specification_allows_passes(profile: str, changes: Changes) -> None:
    assert failing(load_profile(profile), changed(conformant(load_profile(profile).resource_type), changes)) == []


@pytest.mark.parametrize(
    ("profile", "changes", "requirement"),
    [
        ("BundleAgregateur", {("entry",): DELETE}, "AGR-PS-011"),
        ("BundleAgregateur", {("entry",): DELETE}, "AGR-COM-013"),
        ("FrSlotAgregateur", {("comment",): DELETE}, "AGR-COM-051"),
        ("FrSlotAgregateur", {("meta", "security"): DELETE}, "AGR-PS-054"),
        ("FrSlotAgregateur", {}, "AGR-COM-050"),
        ("FrSlotAgregateur", {("appointmentType",): DELETE}, "AGR-COM-049"),
        ("FrSlotAgregateur", {("serviceType",): [{"text": "Consultation"}]}, "AGR-COM-045"),
        ("FrPractitionerAgregateur", {("identifier", 0, "value"): "0359999990"}, "AGR-PS-020"),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}, "AGR-PS-038"),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}, "AGR-PS-039"),
        ("FrPractitionerRoleExerciceAgregateur", {("organization",): DELETE}, "AGR-PS-058"),
        ("FrLocationAgregateur", {("address",): DELETE}, "AGR-PS-033"),
    ],
)
def test_a_constraint_without_subject_does_not_apply(profile: str, changes: Changes, requirement: str) -> None:
    loaded = load_profile(profile)
    resource = changed(conformant(loaded.resource_type), changes)
    named = [constraint for constraint in loaded.constraints if constraint.requirement == requirement]
    assert named
    assert not any(applies(constraint, resource) for constraint in named)
