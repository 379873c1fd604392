"""Answers of INT_R04 against the declared agenda: which CPTS see a slot, what is known of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from sas_recette.rules.facts import AgendaLine, CptsFacts, Facts
from tests.rules.building import Mutation, answer, judged, mutated
from tests.rules.flows import CPTS, gone, judged_flow, named, on, request_of, worked
from tests.rules.test_declared import moment

PS_E: Final = "899900000052"
ALPHA: Final = "1990000119"
BETA: Final = "1990000127"


E1: Final = AgendaLine(PS_E, moment("2026-06-17T09:30"), types=("CPTS",), cpts=(ALPHA,))
E2: Final = AgendaLine(PS_E, moment("2026-06-17T10:00"), types=("CPTS",), cpts=(BETA,))
E3: Final = AgendaLine(PS_E, moment("2026-06-18T17:00"), types=("CPTS",), cpts=(BETA, ALPHA))
OF_CPTS: Final = Facts(agenda=(E1, E2, E3))
BY_LINES: Final = {"AGR-COM-041", "AGR-COM-043", "AGR-CPTS-017", "AGR-CPTS-018"}


def extension(rank: int) -> tuple[str | int, ...]:
    return ("serviceType", rank, "extension", 0, "valueReference", "reference")


def providing(service: str, organization: str) -> Mutation:
    return on(f"HealthcareService/{service}", "providedBy", "reference", value=f"Organization/{organization}")


def test_slots_of_cpts_as_declared() -> None:
    verdicts = judged_flow(CPTS, facts=OF_CPTS)
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert verdicts.unverified.isdisjoint(BY_LINES)


def finess(organization: str, value: str) -> Mutation:
    return on(f"Organization/{organization}", "identifier", 0, "value", value=value)


BETA_SERVICE: Final = "HealthcareService/hs-cpts-beta"
ALPHA_SERVICE: Final = "HealthcareService/hs-cpts-alpha"


@pytest.mark.parametrize(
    ("mutate", "fails"),
    [
        (on("Slot/slot-e2", *extension(2), value=ALPHA_SERVICE), {"AGR-CPTS-018"}),
        (on("Slot/slot-e3", *extension(3), value=ALPHA_SERVICE), {"AGR-CPTS-017"}),
        (lambda b: named(b, "Slot/slot-e3")["serviceType"].pop(), {"AGR-CPTS-017"}),
        (on("Slot/slot-e3", "serviceType", 3, "extension"), {"AGR-CPTS-012"}),
        (on("Slot/slot-e2", "serviceType", 2, "extension"), {"AGR-CPTS-012"}),
        (on("Slot/slot-e2", *extension(2), value="HealthcareService/x"), {"AGR-CPTS-014", "AGR-COM-022"}),
        (providing("hs-cpts-beta", "org-cpts-alpha"), {"AGR-CPTS-016", "AGR-CPTS-018"}),
        (providing("hs-cpts-beta", "x"), {"AGR-CPTS-015", "AGR-COM-022"}),
        (finess("org-cpts-beta", BETA[1:]), {"AGR-CPTS-019"}),
        (finess("org-cpts-beta", "12A0000127"), {"AGR-CPTS-019"}),
        (finess("org-cpts-beta", "1990000135"), {"AGR-CPTS-018"}),
        (on("Slot/slot-e1", "meta", "security", 0, "code", value="PUBLIC"), {"AGR-CPTS-008", "AGR-COM-041"}),
        (gone("Slot/slot-e2"), {"AGR-COM-043", "AGR-COM-009"}),
    ],
)
def test_slots_of_cpts_not_as_declared(mutate: Mutation, fails: set[str]) -> None:
    assert judged_flow(CPTS, mutate, facts=OF_CPTS).fails == fails


def test_what_is_said_of_a_slot_of_another_cpts() -> None:
    verdicts = judged_flow(CPTS, on("Slot/slot-e2", *extension(2), value=ALPHA_SERVICE), facts=OF_CPTS)
    assert verdicts.seen("AGR-CPTS-018") == ("Bundle.entry[1].resource.serviceType", BETA, ALPHA)
    verdicts = judged_flow(CPTS, on("Slot/slot-e3", *extension(3), value=ALPHA_SERVICE), facts=Facts(agenda=(E3,)))
    assert ("2 HealthcareService désignés", "1") in {
        (one.expected, one.observed) for one in verdicts.tallies["AGR-CPTS-017"].findings
    }


def test_a_line_without_cpts_judges_none() -> None:
    lines = Facts(agenda=(replace(E1, cpts=()), replace(E3, cpts=(ALPHA,), start=moment("2026-06-18T12:00"))))
    assert "AGR-CPTS-018" in judged_flow(CPTS, facts=lines).unverified
    assert "AGR-CPTS-018" in judged_flow(CPTS, facts=Facts()).unverified


def test_two_cpts_without_a_declared_agenda() -> None:
    bundle = answer(worked(CPTS), url=request_of(CPTS))
    assert judged(bundle, check="several-cpts").unverified == set()
    assert judged(bundle, check="several-cpts", facts=OF_CPTS).unverified == {"AGR-CPTS-018"}
    alike = worked(
        CPTS,
        on("Slot/slot-e2", *extension(2), value=ALPHA_SERVICE),
        on("Slot/slot-e3", *extension(3), value=ALPHA_SERVICE),
    )
    assert judged(answer(alike, url=request_of(CPTS)), check="several-cpts").fails == {"AGR-CPTS-018"}


def test_cpts_slots_are_of_int_r04_only() -> None:
    lines = Facts(agenda=(replace(E1, owner="899900000029", start=moment("2026-06-17T11:00")),))
    assert judged(answer(mutated()), facts=lines).fails == set()
    unsaid = Facts(agenda=(replace(lines.agenda[0], types=()),))
    assert judged(answer(mutated()), facts=unsaid).fails == set()
    assert judged(answer(mutated(), url=request_of(CPTS).replace(PS_E, "899900000029")), facts=lines).fails == {
        "AGR-COM-043"
    }


def community(identifier: str = ALPHA, name: str = "", phone: str | None = None) -> Facts:
    return Facts(cpts={identifier: CptsFacts(identifier, name, phone)})


@pytest.mark.parametrize(
    ("facts", "mutate", "fails"),
    [
        (community(name="Cpts des deux-rives", phone="01 99 00 00 11"), None, set()),
        (community(name="CPTS des Trois Rives"), None, {"AGR-CPTS-022"}),
        (community(name="CPTS des deux rives"), on("Organization/org-cpts-alpha", "name"), {"AGR-CPTS-022"}),
        (community(phone="+33199000099"), None, {"AGR-CPTS-023"}),
        (community(phone="+33199000011"), on("Organization/org-cpts-alpha", "telecom"), {"AGR-CPTS-023"}),
        (
            community(phone="+33199000011"),
            on("Organization/org-cpts-alpha", "telecom", 0, "value", value="01 99 00 00 11"),
            {"AGR-COM-027"},
        ),
        (community(name="CPTS des deux rives"), finess("org-cpts-alpha", ALPHA[1:]), {"AGR-CPTS-019"}),
    ],
)
def test_what_is_known_of_a_cpts(facts: Facts, mutate: Mutation | None, fails: set[str]) -> None:
    assert judged_flow(CPTS, *((mutate,) if mutate else ()), facts=facts).fails == fails


@pytest.mark.parametrize("facts", [community(), community("1990000135", "X", "+33199000099"), community(phone="")])
def test_a_cpts_of_which_nothing_is_known(facts: Facts) -> None:
    assert {"AGR-CPTS-022", "AGR-CPTS-023"} <= judged_flow(CPTS, facts=facts).unverified
