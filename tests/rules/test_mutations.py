"""Each fault turns red what it must, and nothing else; each automatic requirement has a fault that turns it red."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.norm.requirements import How
from tests.rules.building import catalogue, judged_bundle
from tests.rules.faults_bundle import BUNDLE
from tests.rules.faults_graph import GRAPH
from tests.rules.faults_slot import SLOTS
from tests.rules.faults_structure import STRUCTURE
from tests.rules.mutations import Fault

FAULTS: Final = (*BUNDLE, *STRUCTURE, *SLOTS, *GRAPH)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(fault: Fault) -> None:
    verdicts = judged_bundle(fault.mutate)
    assert (sorted(verdicts.fails), sorted(verdicts.warns)) == (sorted(fault.fails), sorted(fault.warns))
    if fault.seen is not None:
        assert verdicts.seen((*fault.fails, *fault.warns)[0]) == fault.seen


ENVELOPE: Final = "le corps n’en décide pas : test_envelope"
COMPARED: Final = "plusieurs réponses en décident : test_comparisons"
DECLARED: Final = "un fait déclaré en décide : test_declared"
ELSEWHERE: Final = {
    **dict.fromkeys(("AGR-COM-004", "AGR-COM-005", "AGR-COM-006", "AGR-COM-064", "AGR-PS-001", "AGR-PS-002"), ENVELOPE),
    **dict.fromkeys(
        ("AGR-COM-014", "AGR-COM-015", "AGR-COM-016", "AGR-COM-036", "AGR-COM-037", "AGR-COM-038"), COMPARED
    ),
    **dict.fromkeys(("AGR-COM-061", "AGR-COM-062", "AGR-COM-063", "AGR-COM-066"), COMPARED),
    **dict.fromkeys(("AGR-PS-005", "AGR-PS-007", "AGR-PS-008", "AGR-PS-009", "AGR-PS-048", "AGR-PS-051"), COMPARED),
    **dict.fromkeys(("AGR-PS-052", "AGR-PS-053"), COMPARED),
    **dict.fromkeys(("AGR-COM-026", "AGR-COM-042", "AGR-COM-047", "AGR-PS-023", "AGR-PS-024"), DECLARED),
    **dict.fromkeys(("AGR-PS-025", "AGR-PS-026", "AGR-PS-028", "AGR-PS-043", "AGR-PS-045"), DECLARED),
}
"""The automatic requirements that no fault of a single body can turn red, each with where it is turned red."""


def test_every_automatic_requirement_can_turn_red() -> None:
    automatic = {
        one.id for one in catalogue().values() if one.how is How.AUTO and one.id.startswith(("AGR-COM-", "AGR-PS-"))
    }
    reddened = {requirement for fault in FAULTS for requirement in (*fault.fails, *fault.warns)}
    assert automatic - reddened == set(ELSEWHERE)


def test_every_finding_says_what_where_and_why() -> None:
    for fault in FAULTS:
        for tally in judged_bundle(fault.mutate).tallies.values():
            for finding in tally.findings:
                assert finding.message.endswith((".", ").")), finding
                assert finding.location.startswith("Bundle"), finding
                assert finding.expected, finding
                assert finding.observed, finding
                assert finding.exchange == "x1"


def test_ten_wrong_slots_are_ten_findings() -> None:
    def all_busy(bundle: dict[str, list[dict[str, dict[str, str]]]]) -> None:
        for entry in bundle["entry"][:4]:
            entry["resource"]["status"] = "busy"

    findings = judged_bundle(all_busy).tallies["AGR-COM-029"].findings
    assert [finding.location for finding in findings] == [f"Bundle.entry[{rank}].resource.status" for rank in range(4)]
