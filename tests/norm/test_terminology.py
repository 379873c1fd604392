"""The code sets, held against what the specification prints."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sas_recette.norm import canonicals, terminology
from tests.norm.french import slips


def test_specialties_are_complete() -> None:
    labels = terminology.specialties().labels
    assert Counter(code.rstrip("0123456789") for code in labels) == {"SM": 95, "SCD": 3, "SI": 8, "SP": 4}
    assert all(re.fullmatch(r"(SM|SCD|SI|SP)[0-9]{2}", code) for code in labels)
    assert sorted(code for code in labels if code.startswith("SM")) == [f"SM{n:02}" for n in range(1, 96)]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("SM05", "Chirurgie générale"),
        ("SM41", "Pneumologie"),
        ("SM54", "Médecine générale"),
        ("SM59", "Médecine d’urgence"),
        ("SP02", "Hygiène"),
    ],
)
def test_specialty_labels(code: str, label: str) -> None:
    assert terminology.specialties().labels[code] == label


def test_specialty_labels_are_well_formed_and_dated() -> None:
    specialties = terminology.specialties()
    assert [label for label in specialties.labels.values() if slips(label)] == []
    assert specialties.up_to == "30 juillet 2026"


def test_slot_types_per_use_case() -> None:
    assert sorted(terminology.SLOT_TYPES_PS) == sorted({"PUBLIC", "PRO", "SNP"})
    assert sorted(terminology.SLOT_TYPES_CPTS) == sorted({"PUBLIC", "PRO", "SNP", "CPTS"})
    assert sorted(terminology.SLOT_TYPES_SOS) == sorted({"PUBLIC", "SNP"})


def test_consultation_types_are_encounter_codes() -> None:
    assert sorted(terminology.CONSULTATION_TYPES) == sorted({"AMB", "HH", "VR"})
    assert terminology.CONSULTATION_TYPES < terminology.ACT_ENCOUNTER_CODES
    assert len(terminology.ACT_ENCOUNTER_CODES) == 11


def test_issue_types_are_all_there() -> None:
    assert len(terminology.ISSUE_TYPES) == 31
    assert {"invalid", "not-found", "business-rule", "informational"} < terminology.ISSUE_TYPES


def test_systems_are_distinct_and_start_with_the_right_one() -> None:
    assert terminology.R66_SPELLINGS[0] == canonicals.TRE_R66_ESTABLISHMENT
    assert len(set(terminology.R66_SPELLINGS)) == 3
    assert len(set(terminology.IDENTIFIER_TYPE_SYSTEMS)) == 4


@pytest.mark.parametrize(
    ("number", "territories"),
    [
        ("+33261910007", 1),
        ("+262262990009", 1),
        ("+590590000000", 1),
        ("+594594000000", 1),
        ("+596596000000", 1),
        ("+687261910", 0),
        ("0261910007", 0),
        ("+33 2 61 91 00 07", 0),
        ("+330261910007", 0),
        ("33261910007", 0),
    ],
)
def test_phone_patterns(number: str, territories: int) -> None:
    assert sum(re.search(pattern, number) is not None for pattern in terminology.PHONE_PATTERNS.values()) == territories


@pytest.mark.parametrize(("number", "plain"), [("+687261910", True), ("0261910007", False), ("+33 2", False)])
def test_other_country_codes(number: str, *, plain: bool) -> None:
    assert (re.search(terminology.PHONE_OTHER_CODE_PATTERN, number) is not None) is plain
