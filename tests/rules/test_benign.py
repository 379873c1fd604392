"""Variations that FHIR and the specification allow: no SHALL may turn red for them."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.rules.answer import SearchAnswer
from tests.rules.building import (
    BASE,
    PRACTITIONER,
    ROLE_1,
    SCHEDULE_1,
    SLOT_1,
    Json,
    Mutation,
    answer,
    body_of,
    example,
    judged,
    judged_bundle,
    mutated,
    place,
    resource,
    search_url,
)
from tests.rules.mutations import V2_0276, added, at, each, lieu, of

EXTENSION: Final = [{"url": "https://editeur.example/ext", "valueString": "x"}]


def _absolute(bundle: Json) -> None:
    for entry in bundle["entry"]:
        for key in ("schedule", "practitioner"):
            if key in entry["resource"]:
                entry["resource"][key]["reference"] = f"{BASE}/{entry['resource'][key]['reference']}"
        for actor in entry["resource"].get("actor", []):
            actor["reference"] = f"{BASE}/{actor['reference']}"


def _uuids(bundle: Json) -> None:
    """Every entry under a urn:uuid, references included."""
    names: dict[str, str] = {}
    for rank, entry in enumerate(bundle["entry"]):
        url = f"urn:uuid:0d0b7a4e-6b1f-4d0e-9a3c-{rank:012x}"
        names[f"{entry['resource']['resourceType']}/{entry['resource']['id']}"] = url
        entry["fullUrl"] = url

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if "reference" in node:
                node["reference"] = names.get(node["reference"], node["reference"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(bundle["entry"])


def _two_servers(bundle: Json) -> None:
    """The same slot id on another server of the editor is another slot."""
    entry = {**bundle["entry"][SLOT_1], "fullUrl": "https://autre.example/fhir/Slot/slot-b1"}
    entry["resource"] = {**entry["resource"], "schedule": {"reference": f"{BASE}/Schedule/agenda-b1"}}
    bundle["entry"].append(entry)
    bundle["total"] = 5


def _outcome(bundle: Json) -> None:
    issue = {"severity": "information", "code": "informational", "diagnostics": "Recherche tronquée à 72 h"}
    bundle["entry"].append(
        {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}
    )


def _next_page(bundle: Json) -> None:
    bundle["total"] = 40
    bundle["link"].append({"relation": "next", "url": f"{BASE}?page=2"})


BENIGN: Final[dict[str, tuple[Mutation, tuple[str, ...]]]] = {
    "ordre des entrées": (lambda b: b["entry"].reverse(), ()),
    "références absolues": (_absolute, ("AGR-COM-022",)),
    "urn:uuid partout": (_uuids, ()),
    "même id sur deux serveurs": (_two_servers, ("AGR-COM-022",)),
    "coding local à côté du type de consultation": (
        lambda b: resource(b, SLOT_1)["serviceType"][0]["coding"].append({"system": "https://x.example", "code": "C1"}),
        (),
    ),
    "coding local à côté de appointmentType": (
        lambda b: resource(b, SLOT_1)["appointmentType"]["coding"].append({"system": "https://x.example", "code": "R"}),
        (),
    ),
    "extension du Slot": (of(SLOT_1, "extension", value=EXTENSION), ()),
    "extension du Bundle interne à une adresse": (lieu("address", "extension", value=EXTENSION), ()),
    "extension d’extension": (
        of(SLOT_1, "extension", value=[{"url": "https://x.example", "extension": EXTENSION}]),
        (),
    ),
    "valueMeta, que R4 connaît": (
        of(SLOT_1, "extension", value=[{"url": "https://x.example", "valueMeta": {"versionId": "1"}}]),
        (),
    ),
    "extension de primitif _start": (of(SLOT_1, "_start", value={"extension": EXTENSION}), ()),
    "extension de primitif _given avec null": (
        each(
            of(PRACTITIONER, "name", 0, "given", value=[None, "Bastien"]),
            of(PRACTITIONER, "name", 0, "_given", value=[{"extension": EXTENSION}, None]),
        ),
        (),
    ),
    "instant en Z": (of(SLOT_1, "start", value="2026-06-17T07:00:00.000Z"), ("AGR-COM-032",)),
    "instant en -04:00": (of(SLOT_1, "start", value="2026-06-17T03:00:00.000-04:00"), ()),
    "instant sans millisecondes": (of(SLOT_1, "start", value="2026-06-17T09:00:00+02:00"), ("AGR-COM-032",)),
    "instant à la microseconde": (of(SLOT_1, "start", value="2026-06-17T09:00:00.000000+02:00"), ("AGR-COM-032",)),
    "début sur la borne basse": (of(SLOT_1, "start", value="2026-06-16T10:12:00.000+02:00"), ()),
    "fin après la borne haute": (of(SLOT_1, "end", value="2026-06-20T09:00:00.000+02:00"), ()),
    "début sur la borne haute": (
        each(
            of(SLOT_1, "start", value="2026-06-18T23:59:59.999+02:00"),
            of(SLOT_1, "end", value="2026-06-19T00:30:00.000+02:00"),
        ),
        (),
    ),
    "Organization en plus": (added({"resourceType": "Organization", "id": "o", "name": "Cabinet"}), ("AGR-COM-023",)),
    "Organization liée": (
        each(
            added({"resourceType": "Organization", "id": "o", "name": "Cabinet"}),
            of(ROLE_1, "organization", "reference", value="Organization/o"),
        ),
        (),
    ),
    "OperationOutcome sans identité": (_outcome, ()),
    "page suivante": (_next_page, ("AGR-COM-013",)),
    "meta.profile absent": (of(SLOT_1, "meta", "profile"), ("AGR-COM-024",)),
    "meta.profile versionné": (
        of(
            PRACTITIONER,
            "meta",
            "profile",
            0,
            value="http://sas.fr/fhir/StructureDefinition/FrPractitionerAgregateur|1.2.0",
        ),
        ("AGR-COM-024",),
    ),
    "meta.lastUpdated et versionId": (
        of(SLOT_1, "meta", "lastUpdated", value="2026-06-15T09:00:00.000+02:00"),
        (),
    ),
    "narratif": (
        of(
            PRACTITIONER,
            "text",
            value={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Dr Roussel</div>'},
        ),
        (),
    ),
    "paramètres en plus dans le lien self": (
        lambda b: b["link"][0].update(url=b["link"][0]["url"] + "&_count=1000"),
        ("AGR-COM-012",),
    ),
    "lien self réordonné": (
        lambda b: b["link"][0].update(
            url=f"{BASE}/Slot?" + "&".join(sorted(b["link"][0]["url"].split("?")[1].split("&")))
        ),
        (),
    ),
    "lien self au plus non encodé": (
        lambda b: b["link"][0].update(url=b["link"][0]["url"].replace("%2B", "+").replace("%7C", "|")),
        (),
    ),
    "courriel du PS": (of(PRACTITIONER, "telecom", value=[{"system": "email", "value": "b.roussel@x.example"}]), ()),
    "télécopie au format national": (
        lambda b: resource(b, ROLE_1)["telecom"].append({"system": "fax", "value": "02 61 91 00 09"}),
        (),
    ),
    "téléphone guadeloupéen": (of(ROLE_1, "telecom", 0, "value", value="+590590000000"), ()),
    "spécialité par son texte": (of(SLOT_1, "specialty", value=[{"text": "Homéopathie"}]), ()),
    "spécialité codée et texte": (of(SLOT_1, "specialty", 0, "text", value="Médecine générale"), ()),
    "sans spécialité": (of(SLOT_1, "specialty"), ()),
    "langue": (of(SLOT_1, "language", value="fr-FR"), ()),
    "identifier.use et period": (
        each(
            of(PRACTITIONER, "identifier", 0, "use", value="official"),
            of(PRACTITIONER, "identifier", 0, "period", value={"start": "2020", "end": "2020-06-30"}),
        ),
        (),
    ),
    "period avec heures": (
        of(
            SCHEDULE_1,
            "planningHorizon",
            value={"start": "2026-06-16T00:00:00+04:00", "end": "2026-06-16T00:00:00+02:00"},
        ),
        (),
    ),
    "id d’un lieu contenu": (
        each(lieu("id", value="Lieu-1.principal"), of(ROLE_1, "location", 0, "reference", value="#Lieu-1.principal")),
        (),
    ),
    "deux identifiants de lieu": (
        lambda b: place(b)["identifier"].append({**place(b)["identifier"][0], "value": "autre"}),
        (),
    ),
    "WALKIN avec URL": (of(SLOT_1, "appointmentType", value={"coding": [{"system": V2_0276, "code": "WALKIN"}]}), ()),
    "URL à paramètres et ancre": (of(SLOT_1, "comment", value="https://a.example:8443/ps?id=1&x=%20#jour"), ()),
    "affichages différents": (of(SLOT_1, "meta", "security", 0, "display", value="Grand public"), ()),
    "deux prénoms": (of(PRACTITIONER, "name", 0, "given", value=["Bastien", "Luc"]), ()),
    "Slot.identifier": (of(SLOT_1, "identifier", value=[{"system": "https://x.example/slots", "value": "1"}]), ()),
    "timestamp du Bundle": (at("timestamp", value="2026-06-16T10:12:00.120+02:00"), ()),
}


@pytest.mark.parametrize("name", BENIGN)
@pytest.mark.parametrize("edition", ["1.1.0", "1.2.0"])
def test_allowed_variation(name: str, edition: str) -> None:
    mutate, warns = BENIGN[name]
    verdicts = judged_bundle(mutate, edition=edition)
    assert (sorted(verdicts.fails), sorted(verdicts.warns)) == ([], sorted(warns))


def test_the_worked_example_is_conformant() -> None:
    verdicts = judged_bundle()
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert len(verdicts.tallies) - len(verdicts.unverified) == 76


def test_the_empty_example_is_conformant_and_claims_little() -> None:
    verdicts = judged(answer(example("bundle-vide"), url=search_url("899900000060")))
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert sorted(verdicts.tallies.keys() - verdicts.unverified) == [
        *(f"AGR-COM-{number:03}" for number in (4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 18, 24, 64)),
        "AGR-PS-001",
        "PERF-001",
    ]
    assert verdicts.tallies["AGR-COM-029"].reason == (
        "rien à examiner (précondition : au moins un créneau libre dans la fenêtre)"
    )


def test_a_file_is_judged_without_exchange() -> None:
    verdicts = judged(SearchAnswer(b"\xef\xbb\xbf" + body_of(mutated())))
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert {"AGR-COM-006", "AGR-COM-012", "AGR-COM-034", "AGR-PS-010", "PERF-001"} <= verdicts.unverified
