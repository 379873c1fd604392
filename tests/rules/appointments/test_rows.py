"""No row of INT_R03 that a message, or its absence, decides is without a rule; no rule is without a row."""

from __future__ import annotations

from sas_recette.norm.profiles import EDITIONS, load_profile
from sas_recette.norm.requirements import Flow, How, load_catalogue
from sas_recette.rules.appointments.checks import APPOINTMENT_CHECKS
from sas_recette.rules.appointments.payload import CONSTRAINED

TOLD_BY_A_PERSON = {"RDV-049"}
"""What reaches the patient, no message shows."""


def ruled() -> set[str]:
    return {rule.requirement for rules in APPOINTMENT_CHECKS.values() for rule in rules}


def test_every_row_has_a_rule() -> None:
    rows = [one for one in load_catalogue().values() if Flow.INT_R03 in one.flows and one.id.startswith("RDV-")]
    decided = {one.id for one in rows if one.how in {How.AUTO, How.INTERACTIVE}}
    assert decided - ruled() == TOLD_BY_A_PERSON
    assert len(decided) == 49


def test_every_rule_has_a_row() -> None:
    assert all(name in load_catalogue() for name in ruled())


def test_every_constraint_of_the_profiles_is_judged() -> None:
    profiles = [load_profile(name, each) for name in ("FrAppointmentSAS", "sas-sos-appointment") for each in EDITIONS]
    assert {one.requirement for profile in profiles for one in profile.constraints} == {*CONSTRAINED, "RDV-011"}
