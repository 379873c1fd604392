"""INT_R04 and INT_SOS1: the worked answers are conformant, and each fault turns red what it must, nothing else."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.engine.validation import Validation, validate_body
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.search import parse_search_url
from sas_recette.norm import canonicals
from sas_recette.norm.requirements import Flow
from sas_recette.rules.flow import flow_of
from tests.rules.building import Json, body_of, catalogue, example, search_url
from tests.rules.faults_cpts import CPTS_FAULTS, no_cpts_slot
from tests.rules.faults_sos import SOS_FAULTS
from tests.rules.flows import CPTS, SOS, gone, judged_file, judged_flow, request_of, without_profiles, worked
from tests.rules.mutations import Fault, at, without

FAULTS: Final = (*((CPTS, fault) for fault in CPTS_FAULTS), *((SOS, fault) for fault in SOS_FAULTS))


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[f"{name}-{fault.name}" for name, fault in FAULTS])
def test_fault(name: str, fault: Fault) -> None:
    verdicts = judged_flow(name, fault.mutate)
    assert (sorted(verdicts.fails), sorted(verdicts.warns)) == (sorted(fault.fails), sorted(fault.warns))
    if fault.seen is not None:
        assert verdicts.seen((*fault.fails, *fault.warns)[0]) == fault.seen


def test_every_finding_says_what_where_and_why() -> None:
    for name, fault in FAULTS:
        for tally in judged_flow(name, fault.mutate).tallies.values():
            for finding in tally.findings:
                assert finding.message.endswith((".", ").")), finding
                assert finding.location.startswith("Bundle"), finding
                assert finding.expected, finding
                assert finding.observed, finding


WORKED: Final = (
    (CPTS, "1.1.0", {"AGR-CPTS-021"}, 92),
    (CPTS, "1.2.0", set[str](), 92),
    (SOS, "1.1.0", set[str](), 65),
    (SOS, "1.2.0", set[str](), 65),
)
"""Example, edition, réserves, and how many requirements its answer to its request decides."""
OF_THE_EXCHANGE: Final = ("AGR-COM-004", "AGR-COM-005", "AGR-COM-006", "AGR-COM-012", "AGR-COM-034", "AGR-COM-035")
OF_ITS_REQUEST: Final = {
    CPTS: {*OF_THE_EXCHANGE, "AGR-PS-001", "AGR-PS-005", "AGR-PS-010", "AGR-PS-021", "PERF-001"},
    SOS: {*OF_THE_EXCHANGE, "AGR-SOS-001", "AGR-SOS-002", "AGR-SOS-010", "AGR-SOS-028", "PERF-010"},
}


@pytest.mark.parametrize(("name", "edition", "warns", "examined"), WORKED)
def test_the_worked_answer_is_conformant(name: str, edition: str, warns: set[str], examined: int) -> None:
    verdicts, alone = judged_flow(name, edition=edition), judged_file(name, edition=edition)
    assert (verdicts.fails, verdicts.warns) == (set(), warns)
    assert (alone.fails, alone.warns) == (set(), warns)
    assert len(verdicts.tallies) - len(verdicts.unverified) == examined
    assert alone.unverified - verdicts.unverified == OF_ITS_REQUEST[name]


def _validated(content: Json, *, profile: str = "", request: str = "", edition: str = "1.2.0") -> Validation:
    return validate_body(body_of(content), "x.json", catalogue(), edition=edition, profile=profile, request=request)


@pytest.mark.parametrize(
    ("name", "profile"), [(CPTS, "sas-cpts-bundle-aggregator"), (SOS, "sas-sos-bundle-aggregator")]
)
@pytest.mark.parametrize("request_known", [True, False])
def test_a_worked_file_is_validated(name: str, profile: str, request_known: bool) -> None:
    request = request_of(name) if request_known else ""
    found = _validated(worked(name), request=request)
    assert (found.profile, found.verdict, found.findings) == (profile, Verdict.CONFORME, ())
    assert ("AGR-COM-012" in found.examined) is request_known


def test_the_edition_of_a_validated_file() -> None:
    found = _validated(worked(CPTS), edition="1.1.0")
    assert (found.verdict, {one.requirement for one in found.findings}) == (Verdict.RESERVE, {"AGR-CPTS-021"})


def _content(name: str, *kinds: str) -> Json:
    bundle = worked(name, without(*kinds))
    without_profiles(bundle)
    return bundle


def test_flow_by_request() -> None:
    empty: Json = {}
    for url, flow in (
        (search_url(), Flow.INT_R01),
        (request_of(CPTS), Flow.INT_R04),
        (request_of(SOS), Flow.INT_SOS1),
        (request_of(CPTS).replace("Slot:service-type-reference", "Slot%3Aservice-type-reference"), Flow.INT_R04),
        (request_of(SOS).replace("/Schedule?", "/Schedule/?"), Flow.INT_SOS1),
    ):
        assert flow_of(parse_search_url(url), empty) is flow
    assert flow_of(parse_search_url(request_of(SOS)), worked(CPTS)) is Flow.INT_SOS1


def test_flow_by_declared_profile() -> None:
    for canonical, flow in (
        (canonicals.BUNDLE_PS, Flow.INT_R01),
        (canonicals.BUNDLE_CPTS, Flow.INT_R04),
        (canonicals.BUNDLE_SOS, Flow.INT_SOS1),
    ):
        assert flow_of(None, {"meta": {"profile": [canonical]}}) is flow
        assert flow_of(None, worked(CPTS, at("meta", "profile", value=["http://x.example", canonical]))) is flow


def test_flow_by_content() -> None:
    assert flow_of(None, _content(CPTS)) is Flow.INT_R04
    assert flow_of(None, _content(CPTS, "HealthcareService", "Organization")) is Flow.INT_R01
    assert flow_of(None, _content(SOS)) is Flow.INT_SOS1
    assert flow_of(None, _content(SOS, "Slot")) is Flow.INT_SOS1
    assert flow_of(None, {}) is Flow.INT_R01


def test_a_profile_forces_its_flow() -> None:
    found = _validated(example("bundle-ps-b"), profile="sas-cpts-bundle-aggregator")
    assert (found.profile, found.verdict, {one.requirement for one in found.findings}) == (
        "sas-cpts-bundle-aggregator",
        Verdict.CONFORME,
        set(),
    )
    assert "AGR-CPTS-003" in found.examined


def test_a_profile_goes_before_the_request() -> None:
    found = _validated(worked(CPTS), profile="sas-sos-bundle-aggregator", request=request_of(CPTS))
    failing = {one.requirement for one in found.findings if one.level.value.startswith("SHALL")}
    assert (found.profile, found.verdict) == ("sas-sos-bundle-aggregator", Verdict.NON_CONFORME)
    assert {"AGR-SOS-012", "AGR-SOS-014", "AGR-SOS-027", "AGR-SOS-030"} <= failing
    assert not [one for one in found.examined if one.startswith(("AGR-CPTS-", "AGR-PS-"))]


@pytest.mark.parametrize(
    ("name", "profile"), [(CPTS, "sas-cpts-bundle-aggregator"), (SOS, "sas-sos-bundle-aggregator")]
)
def test_a_profile_forces_its_flow_on_a_silent_file(name: str, profile: str) -> None:
    found = _validated(_content(name), profile=profile)
    assert (found.verdict, {one.requirement for one in found.findings}) == (Verdict.RESERVE, {"AGR-COM-024"})


def test_without_slots_of_cpts_nothing_of_cpts_is_examined() -> None:
    verdicts = judged_flow(CPTS, no_cpts_slot, without("HealthcareService", "Organization"))
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert "AGR-CPTS-003" not in verdicts.unverified
    assert {
        f"AGR-CPTS-{number:03}" for number in (1, 2, 6, 7, 8, 10, 12, 14, 15, 16, 17, 19, 20)
    } <= verdicts.unverified


def test_one_missing_organization_is_named() -> None:
    verdicts = judged_flow(CPTS, gone("Organization/org-cpts-beta"))
    assert verdicts.seen("AGR-CPTS-015") == (
        "Bundle.entry[10].resource.providedBy.reference",
        "une Organization présente",
        "Organization/org-cpts-beta",
    )
