"""What every line of the cahier declares is true: ids, requirements, test data, checks, typography."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from sas_recette.engine import (
    account_proofs,
    clear_text,
    connections,
    desk,
    handshakes,
    intrusions,
    lockout,
    sign_on,
    timed,
)
from sas_recette.engine.bench import missing_keys
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.roles import ROLES, WORDS
from sas_recette.engine.scenario import (
    SCOPES,
    Scenario,
    ScenarioError,
    declared_in,
    load_scenarios,
    scenario,
    scenario_folder,
)
from sas_recette.norm.requirements import CatalogueError, Flow, load_catalogue
from sas_recette.rules.checks import CHECKS
from scenarios.int_sso.jeton import FLAWS, Flaw
from scenarios.int_sso.reponse import FAILURES, Failure

SCENARIOS = list(load_scenarios().values())
FILES = sorted(path for path in scenario_folder().rglob("*.py") if path.name != "__init__.py")
AGGREGATION = {Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1}
SHOWN_BY = {Flow.INT_SSO: (Flow.INT_R02,), Flow.INT_PSC: (Flow.INT_SSO,)}
"""What a flow shows of others: a log-in is the proof of what was written of an account."""


def ids(one: Scenario) -> str:
    return one.id


def texts(one: Scenario) -> Iterator[str]:
    yield from (one.title, one.category, *one.preconditions, *one.steps, *one.expected)


def declarations_in(path: Path) -> list[str]:
    """Ids, or numbers common to several flows, in the decorators of a file, read without importing it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return [
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in {"scenario", "scenario_of_flows"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ] + [f"SSO-{row.number}" for row in _TABLES.get(path.stem, ())]


_TABLES: dict[str, tuple[Flaw | Failure, ...]] = {"jeton": FLAWS, "reponse": FAILURES}
"""Scenarios that differ by what the platform answers only, declared as tables."""


def test_every_declared_scenario_is_loaded() -> None:
    declared = [name for path in FILES for name in declarations_in(path)]
    assert len(set(declared)) == len(declared)
    loaded = {name for one in SCENARIOS for name in (one.id, one.id.partition("-")[2])}
    assert set(declared) <= loaded
    assert all(one.id in declared or one.id.partition("-")[2] in declared for one in SCENARIOS)


def test_every_module_is_collected() -> None:
    package = importlib.import_module("scenarios")
    modules = [one.name for one in pkgutil.walk_packages(package.__path__, "scenarios.") if not one.ispkg]
    assert len(modules) == len(FILES)
    assert all(any(declared_in(value) for value in vars(importlib.import_module(one)).values()) for one in modules)


@pytest.mark.parametrize("flow", sorted(AGGREGATION))
def test_no_word_is_left_to_fill_in(flow: Flow) -> None:
    assert WORDS[flow].keys() == WORDS[Flow.INT_R01].keys()
    assert ROLES[flow].keys() == ROLES[Flow.INT_R01].keys()
    assert not [text for one in SCENARIOS if one.flow is flow for text in texts(one) if "{" in text]


@pytest.mark.parametrize("one", SCENARIOS, ids=ids)
def test_the_id_says_the_flow(one: Scenario) -> None:
    assert re.fullmatch(r"[A-Z0-9]+-[SPJC]?\d{2,3}[a-z]?", one.id)
    if one.flow in AGGREGATION:
        assert one.id.startswith(one.flow.value.removeprefix("INT_") + "-")
        assert one.scope == SCOPES[one.flow]


@pytest.mark.parametrize("one", SCENARIOS, ids=ids)
def test_the_requirements_exist_and_belong_to_the_flow(one: Scenario) -> None:
    assert one.requirements
    assert len(set(one.requirements)) == len(one.requirements)
    flows = set(Flow) if one.category == "Parcours" else {one.flow, *SHOWN_BY.get(one.flow, ())}
    catalogue = load_catalogue()
    assert [name for name in one.requirements if not any(map(catalogue.require(name).concerns, flows))] == []


@pytest.mark.parametrize("one", SCENARIOS, ids=ids)
def test_the_needs_are_keys_of_the_candidate_file(one: Scenario) -> None:
    for key in one.needs:
        model: object = Candidate
        for step in key.split("."):
            assert isinstance(model, type)
            assert issubclass(model, BaseModel)
            assert step in model.model_fields, f"{key}: {step}"
            model = _table_of(model.model_fields[step].annotation)


def _table_of(annotation: object) -> object:
    """The table that a key holds, whether or not it may be left out."""
    inner = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    return inner[0] if inner else annotation


@pytest.mark.parametrize("one", SCENARIOS, ids=ids)
def test_a_scenario_is_written_like_the_paper(one: Scenario) -> None:
    assert one.title
    assert one.category
    assert one.steps
    assert one.expected
    assert not one.title.endswith(".")
    for text in texts(one):
        assert text == text.strip()
        assert "'" not in text, text
        assert "..." not in text, text
        assert '"' not in text, text
        assert not re.search(r"[^\s\u00a0\u202f][;?!»](?:\s|$)", text), text
        assert not re.search(r"«[^\s\u00a0\u202f]", text), text
    for sentence in (*one.preconditions, *one.steps, *one.expected):
        assert sentence.endswith("."), sentence
        assert sentence[0].isupper(), sentence


def test_titles_are_unique_within_a_flow() -> None:
    titles = [(one.flow, one.title) for one in SCENARIOS]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_the_checks_exist(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "judge"
        and isinstance(node.args[0], ast.Constant)
    }
    assert named <= set(CHECKS)


def test_every_check_is_asked_for_by_a_scenario() -> None:
    of_the_engine = (account_proofs, sign_on, desk, lockout, timed, clear_text, connections, handshakes, intrusions)
    sources = (*FILES, *(Path(inspect.getfile(one)) for one in of_the_engine))
    source = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert {name for name in CHECKS if f'"{name}"' not in source} == set()


def test_an_unknown_requirement_is_refused_when_declared() -> None:
    with pytest.raises(CatalogueError, match="vouliez-vous dire"):
        scenario(
            "T-01", title="T", flow=Flow.INT_R01, category="C", requirements=("AGR-COM-0O1",), steps=(), expected=()
        )


def test_an_unknown_id_names_the_nearest() -> None:
    from sas_recette.engine.scenario import require_scenario

    assert require_scenario("r01-10").id == "R01-10"
    with pytest.raises(ScenarioError, match="R01-10"):
        require_scenario("R01_10")


def test_missing_keys_are_those_left_out_or_empty() -> None:
    from sas_recette.engine.candidate_file import validate_candidate
    from tests.cli.driving import plain_document

    candidate = validate_candidate(plain_document("http://e.test"), "essai")
    keys = (
        "practitioners.one_site",
        "practitioners.one_site.motifs",
        "practitioners.two_sites",
        "aggregation.slot_types",
    )
    assert list(missing_keys(candidate, keys)) == list(keys[1:])
