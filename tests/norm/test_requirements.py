"""The catalogue: complete, well-formed, and readable by the rest of the harness."""

from __future__ import annotations

from collections import Counter

import pytest

from sas_recette.norm.requirements import (
    CATALOGUE_FILES,
    CatalogueError,
    Flow,
    How,
    Level,
    Requirement,
    load_catalogue,
    read_requirements,
)
from tests.norm.french import slips

CATALOGUE = load_catalogue()
ENTRY = """
[[requirement]]
id = "AGR-COM-029"
flow = ["commun"]
actor = "éditeur"
level = "SHALL"
title = "Créneaux au statut free"
statement = "Tout Slot est libre."
source = "FHIR R4 (4.0.1)"
how = "auto"
precondition = ""
ans_id = []
"""


def test_every_requirement_of_the_specification_is_there() -> None:
    families = Counter(requirement_id.rsplit("-", 1)[0] for requirement_id in CATALOGUE)
    assert families == {
        "AGR-COM": 59,
        "AGR-PS": 60,
        "AGR-CPTS": 23,
        "AGR-SOS": 38,
        "ACC": 63,
        "SSO": 58,
        "RDV": 51,
        "SEC": 28,
        "PERF": 10,
        "REF": 27,
    }


def test_levels_and_ways_to_verify() -> None:
    assert Counter(requirement.level for requirement in CATALOGUE.values()) == {
        Level.SHALL: 270,
        Level.SHALL_NOT: 40,
        Level.SHOULD: 91,
        Level.SHOULD_NOT: 14,
        Level.MAY: 2,
    }
    assert Counter(requirement.how for requirement in CATALOGUE.values()) == {
        How.AUTO: 336,
        How.INTERACTIVE: 40,
        How.DECLARATIVE: 41,
    }


def test_only_shall_and_shall_not_bind() -> None:
    assert [level for level in Level if level.binding] == [Level.SHALL, Level.SHALL_NOT]


def test_one_requirement_whole() -> None:
    assert CATALOGUE["AGR-PS-026"] == Requirement(
        id="AGR-PS-026",
        flows=(Flow.INT_R01, Flow.INT_R04),
        actor="éditeur",
        level=Level.SHALL,
        title="Téléphone du PS transmis",
        statement="Lorsque la solution connaît le téléphone du PS, il est transmis dans PractitionerRole.telecom"
        " (ou Practitioner.telecom) au format international.",
        source="Exigences ANS agg-psindiv n°\N{NO-BREAK SPACE}34 (Practitioner)\N{NO-BREAK SPACE}; exemples de l’IG et Kit de test ANS"
        " (Inferno) 0.3.0 (PractitionerRole) – point ouvert A-16",
        how=How.AUTO,
        precondition="PS avec téléphone",
        ans_ids=("agg-psindiv@34",),
    )


@pytest.mark.parametrize(
    ("requirement_id", "open_points"),
    [
        ("AGR-PS-026", ("A-16",)),
        ("AGR-PS-054", ("A-23", "A-26", "P-18")),
        ("AGR-COM-021", ("A-10", "A-42")),
        ("ACC-029", ("ACC OP-1",)),
        ("AGR-COM-006", ()),
    ],
)
def test_open_points_are_read_from_the_source(requirement_id: str, open_points: tuple[str, ...]) -> None:
    assert CATALOGUE[requirement_id].open_points == open_points


def test_no_mention_of_an_open_point_is_missed() -> None:
    mentioned = [each for each in CATALOGUE.values() if "ouvert" in each.source.replace("aux tranches ouvertes", "")]
    assert [each.id for each in mentioned if not each.open_points] == []


@pytest.mark.parametrize("requirement", CATALOGUE.values(), ids=lambda requirement: requirement.id)
def test_texts_are_well_formed_french(requirement: Requirement) -> None:
    for text in (requirement.title, requirement.statement, requirement.source, requirement.precondition):
        assert slips(text) == []
    assert requirement.statement.endswith(".")
    assert not requirement.title.endswith(".")
    assert requirement.source
    assert requirement.actor.startswith("éditeur")
    assert requirement.flows


def test_file_order_is_kept() -> None:
    prefixes = [prefix for _, prefix in CATALOGUE_FILES]
    ranks = [next(i for i, prefix in enumerate(prefixes) if each.startswith(prefix)) for each in CATALOGUE]
    assert ranks == sorted(ranks)
    assert next(iter(CATALOGUE)) == "AGR-COM-004"


def test_flow_selection() -> None:
    assert [each.id for each in CATALOGUE.in_flow(Flow.INT_PSC)] == [
        "SSO-041",
        "SSO-042",
        "SSO-043",
        "SSO-044",
        "SSO-045",
    ]
    assert len(CATALOGUE.in_flow(Flow.INT_R01)) == 61
    assert sum(len(CATALOGUE.in_flow(flow)) for flow in Flow) == len(CATALOGUE) + 58


@pytest.mark.parametrize("flow", Flow)
def test_flows_have_requirements_and_a_french_label(flow: Flow) -> None:
    assert CATALOGUE.in_flow(flow)
    assert slips(flow.label) == []


@pytest.mark.parametrize(
    ("given", "nearest"),
    [("AGR-COM-29", "AGR-COM-029"), ("agr-com-029", "AGR-COM-029"), ("zzz", None), ("SEC-0020", "SEC-020")],
)
def test_nearest_id(given: str, nearest: str | None) -> None:
    assert CATALOGUE.nearest(given) == nearest


def test_unknown_id_names_the_nearest() -> None:
    assert CATALOGUE.require("SEC-001").id == "SEC-001"
    with pytest.raises(CatalogueError, match=r"AGR-COM-29.*vouliez-vous dire.*AGR-COM-029"):
        CATALOGUE.require("AGR-COM-29")
    with pytest.raises(CatalogueError, match=r"zzz\W+$"):
        CATALOGUE.require("zzz")
    with pytest.raises(KeyError):
        CATALOGUE["AGR-COM-29"]


def test_the_catalogue_is_read_once() -> None:
    assert load_catalogue() is CATALOGUE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY.replace('level = "SHALL"', 'level = "MUST"'), "commun.toml.*AGR-COM-029.*MUST"),
        (ENTRY.replace('"commun"', '"INT_R99"'), "AGR-COM-029.*INT_R99"),
        (ENTRY.replace('how = "auto"\n', ""), "AGR-COM-029.*'how' absent"),
        (ENTRY.replace('id = "AGR-COM-029"\n', ""), "exigence sans id.*'id' absent"),
        ("[[requirement", "commun.toml.*TOML illisible"),
    ],
)
def test_a_wrong_entry_is_named(text: str, message: str) -> None:
    assert len(read_requirements(ENTRY, "commun.toml")) == 1
    with pytest.raises(CatalogueError, match=message):
        read_requirements(text, "commun.toml")
