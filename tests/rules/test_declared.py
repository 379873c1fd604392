"""Answers against what the candidate declares: its agenda, its practitioners, its codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import pytest

from sas_recette.rules.facts import AgendaLine, AgendaStatus, Facts, PractitionerFacts
from tests.rules.building import (
    PRACTITIONER,
    PS_B,
    ROLE_1,
    ROLE_2,
    SLOT_1,
    Json,
    Mutation,
    answer,
    judged,
    judged_bundle,
    mutated,
    search_url,
)
from tests.rules.mutations import each, of, without


def moment(written: str) -> datetime:
    return datetime.fromisoformat(f"{written}:00+02:00")


LINE: Final = AgendaLine(
    PS_B,
    moment("2026-06-17T09:00"),
    types=("PUBLIC",),
    consultations=("AMB",),
    motifs=("consultation de médecine  générale",),
    specialties=("SM54",),
    street="4, mail des sources",
    postal_code="35200",
    city="Rennes",
)
ELSEWHERE: Final = replace(
    LINE,
    start=moment("2026-06-17T14:00"),
    types=("PRO",),
    motifs=("Petite traumatologie",),
    street="27 quai du Phare",
    postal_code="35400",
    city="Saint Malo",
)
AGENDA_RULES: Final = {
    "AGR-COM-041",
    "AGR-COM-043",
    "AGR-COM-046",
    "AGR-PS-032",
    "AGR-PS-044",
    "AGR-PS-045",
    "AGR-PS-050",
}


def agenda(*lines: AgendaLine) -> Facts:
    return Facts(agenda=lines)


def known(**facts: object) -> Facts:
    return Facts({PS_B: replace(PractitionerFacts(PS_B), **facts)})  # type: ignore[arg-type]


def test_declared_agenda_held() -> None:
    verdicts = judged_bundle(facts=agenda(LINE, ELSEWHERE))
    assert (verdicts.fails, verdicts.warns) == (set(), set())
    assert verdicts.unverified.isdisjoint(AGENDA_RULES)


@pytest.mark.parametrize(
    ("line", "mutate", "fails", "warns"),
    [
        (replace(LINE, start=moment("2026-06-17T11:00")), None, {"AGR-COM-043"}, set()),
        (replace(LINE, start=moment("2026-06-20T11:00")), None, set(), set()),
        (replace(LINE, start=moment("2026-06-17T11:00"), types=("CPTS",)), None, set(), set()),
        (replace(LINE, owner="899900000011", start=moment("2026-06-17T11:00")), None, set(), set()),
        (replace(LINE, status=AgendaStatus.BUSY), None, {"AGR-COM-054"}, set()),
        (replace(LINE, status=AgendaStatus.UNAVAILABLE), None, {"AGR-COM-054"}, set()),
        (replace(LINE, status=AgendaStatus.PRIVATE), None, {"AGR-COM-055"}, set()),
        (replace(LINE, status=AgendaStatus.PRIVATE, start=moment("2026-06-17T11:00")), None, set(), set()),
        (replace(LINE, types=("PUBLIC", "SNP")), None, {"AGR-COM-041"}, set()),
        (replace(LINE, types=("PUBLIC", "CPTS")), None, set(), set()),
        (replace(LINE, consultations=("AMB", "VR")), None, {"AGR-COM-046"}, set()),
        (replace(LINE, specialties=("SM54", "SM41")), None, {"AGR-PS-044"}, set()),
        (replace(LINE, motifs=("Vaccination",)), None, {"AGR-PS-045"}, set()),
        (replace(LINE, motifs=("Vaccination",)), of(SLOT_1, "specialty", value=[{"text": "Vaccination"}, {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale", "code": "SM54"}]}]), set(), {"AGR-PS-045"}),
        (replace(LINE, street="5 mail des Sources"), None, {"AGR-PS-032"}, set()),
    ],
)  # fmt: skip
def test_declared_line(line: AgendaLine, mutate: Mutation | None, fails: set[str], warns: set[str]) -> None:
    verdicts = judged_bundle(*((mutate,) if mutate else ()), facts=agenda(line))
    assert (verdicts.fails, verdicts.warns) == (fails, warns)


def test_slots_at_the_other_place() -> None:
    swapped = agenda(
        replace(LINE, street=ELSEWHERE.street, postal_code="35400", city="Saint-Malo"),
        replace(ELSEWHERE, street=LINE.street, postal_code="35200", city="Rennes"),
    )
    verdicts = judged_bundle(facts=swapped)
    assert verdicts.fails == {"AGR-PS-050"}
    assert verdicts.seen("AGR-PS-050") == (
        "Bundle.entry[0].resource",
        "27quaiduphare 35400 saintmalo",
        "4maildessources 35200 rennes",
    )


def test_two_slots_at_once_are_each_at_their_place() -> None:
    together = (
        of(SLOT_1, "start", value="2026-06-17T14:00:00.000+02:00"),
        of(SLOT_1, "end", value="2026-06-17T14:30:00.000+02:00"),
    )
    lines = agenda(replace(LINE, start=ELSEWHERE.start), ELSEWHERE)
    assert judged_bundle(*together, facts=lines).fails == set()


def test_a_slot_whose_owner_is_unknown_is_not_called_missing() -> None:
    verdicts = judged_bundle(without("Schedule"), facts=agenda(LINE))
    assert "AGR-COM-043" in verdicts.unverified
    taken = judged_bundle(without("Schedule"), facts=agenda(replace(LINE, status=AgendaStatus.BUSY)))
    assert "AGR-COM-054" in taken.unverified


@pytest.mark.parametrize(
    ("facts", "mutate", "fails", "warns"),
    [
        (known(family="Roussel", given="bastien", phone="02 61 91 00 02"), None, set(), set()),
        (known(family="Martin"), None, {"AGR-PS-024"}, set()),
        (known(family="Roussel"), of(PRACTITIONER, "name", 0, "family"), {"AGR-PS-024"}, set()),
        (known(given="Luc"), None, {"AGR-PS-025"}, set()),
        (known(given="Bastien-Luc"), of(PRACTITIONER, "name", 0, "given", value=["Bastien", "Luc"]), set(), set()),
        (known(family="Lœuvre"), of(PRACTITIONER, "name", 0, "family", value="LOEUVRE"), set(), set()),
        (known(phone="+33261910099"), None, {"AGR-PS-026"}, set()),
        (known(phone="+33261910002"), each(of(ROLE_1, "telecom"), of(ROLE_2, "telecom")), {"AGR-PS-026"}, set()),
        (
            known(phone="+33261910002"),
            each(
                of(ROLE_1, "telecom"),
                of(ROLE_2, "telecom"),
                of(PRACTITIONER, "telecom", value=[{"system": "phone", "value": "+33261910002"}]),
            ),
            set(),
            {"AGR-PS-026"},
        ),
        (known(phone=""), None, {"AGR-PS-028"}, set()),
        (known(phone=""), each(of(ROLE_1, "telecom"), of(ROLE_2, "telecom")), set(), set()),
        (
            known(phone=""),
            each(of(ROLE_1, "telecom", value=[{"system": "email", "value": "a@x.example"}]), of(ROLE_2, "telecom")),
            set(),
            set(),
        ),
        (known(structures=("1990000010",)), of(ROLE_1, "organization"), {"AGR-PS-037"}, set()),
        (known(specialties=("SM54",)), of(SLOT_1, "specialty"), {"AGR-PS-043"}, set()),
    ],
)
def test_declared_practitioner(facts: Facts, mutate: Mutation | None, fails: set[str], warns: set[str]) -> None:
    verdicts = judged_bundle(*((mutate,) if mutate else ()), facts=facts)
    assert (verdicts.fails, verdicts.warns) == (fails, warns)


@pytest.mark.parametrize(
    ("declared", "fails"),
    [
        (("PUBLIC", "PRO", "SNP"), set()),
        (("PUBLIC", "PRO", "SNP", "CPTS"), set()),
        (("PUBLIC", "SNP"), {"AGR-COM-042"}),
        ((), set()),
    ],
)
def test_declared_slot_types(declared: tuple[str, ...], fails: set[str]) -> None:
    verdicts = judged(answer(mutated()), check="declared-slot-types", facts=Facts(slot_types=declared))
    assert verdicts.fails == fails
    assert bool(verdicts.unverified) == (not declared)


@pytest.mark.parametrize(
    ("declared", "fails"),
    [(("AMB", "HH", "VR"), set()), (("AMB",), {"AGR-COM-047"}), (("AMB", "HH", "VR", "EMER"), {"AGR-COM-047"})],
)
def test_declared_consultation_types(declared: tuple[str, ...], fails: set[str]) -> None:
    facts = Facts(consultation_types=declared)
    assert judged(answer(mutated()), check="declared-consultation-types", facts=facts).fails == fails


def test_declared_motifs_over_all_the_slots() -> None:
    facts = known(motifs=("Petite traumatologie", "VISITE À DOMICILE"))
    assert judged(answer(mutated()), check="declared-motifs", facts=facts).fails == set()
    facts = known(motifs=("Acupuncture",))
    assert judged(answer(mutated()), check="declared-motifs", facts=facts).fails == {"AGR-PS-045"}


def test_consultation_types_unknown_to_the_solution() -> None:
    bare = of(SLOT_1, "serviceType")
    assert judged_bundle(bare, facts=Facts(knows_consultation_types=False)).fails == set()
    assert judged_bundle(bare).fails == {"AGR-COM-044"}


def empty(bundle: Json) -> None:
    del bundle["entry"]
    bundle["total"] = 0


def test_found_however_stored() -> None:
    facts = agenda(LINE)
    assert judged(answer(mutated()), check="stored-raw", facts=facts).unverified == set()
    assert judged(answer(mutated(empty)), check="stored-raw", facts=facts).fails == {"AGR-COM-026"}
    assert judged(answer(mutated(empty)), check="stored-raw").unverified == {"AGR-COM-026"}
    assert judged(answer(mutated(without("Schedule"))), check="stored-raw", facts=facts).unverified == {"AGR-COM-026"}


def test_adeli_is_a_reserve() -> None:
    adeli = mutated(of(PRACTITIONER, "identifier", 0, "value", value="0351234567"))
    verdicts = judged(answer(adeli, url=search_url("0351234567")))
    assert (verdicts.fails, verdicts.warns) == (set(), {"AGR-COM-012", "AGR-PS-023"})
    assert "AGR-PS-023" in judged(answer(mutated(), url=search_url("0351234567", PS_B))).unverified
