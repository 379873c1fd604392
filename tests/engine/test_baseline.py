from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.baseline import Baseline, BaselineError, Entry, read_baseline
from sas_recette.norm.requirements import load_catalogue

WHOLE = """\
[[known_failures]]
requirement = "AGR-COM-033"
reason = "Fin des créneaux"
ticket = "AGENDA-12"
expires = 2026-12-31

[[known_failures]]
requirement = "AGR-COM-030"
scenario = "R01-10"
reason = "Début absent"
ticket = "AGENDA-13"
expires = 2027-01-31
"""


def read(tmp_path: Path, text: str) -> Baseline:
    path = tmp_path / "base.toml"
    path.write_text(text, encoding="utf-8")
    return read_baseline(path, load_catalogue())


def refusal(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(BaselineError) as told:
        read(tmp_path, text)
    return [line.removeprefix(f"{tmp_path}/base.toml") for line in str(told.value).splitlines()]


def test_a_baseline_is_read_with_the_line_of_each_entry(tmp_path: Path) -> None:
    baseline = read(tmp_path, WHOLE)
    assert baseline.name == f"{tmp_path}/base.toml"
    assert baseline.entries == (
        Entry("AGR-COM-033", "Fin des créneaux", "AGENDA-12", date(2026, 12, 31), "", 1),
        Entry("AGR-COM-030", "Début absent", "AGENDA-13", date(2027, 1, 31), "R01-10", 7),
    )
    assert [entry.subject for entry in baseline.entries] == ["AGR-COM-033", "AGR-COM-030 (R01-10)"]


def test_an_empty_baseline_admits_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "known_failures = []").entries == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            ('ticket = "AGENDA-12"\n', ""),
            ", ligne 1\u00a0: known_failures.0.ticket\u00a0: la clé est obligatoire et manque.",
        ),
        (
            ('"AGENDA-12"', '" "'),
            ", ligne 4\u00a0: known_failures.0.ticket\u00a0: une valeur est attendue, elle est vide.",
        ),
        (
            ("expires = 2026-12-31", 'expires = "2026-12-31"'),
            ", ligne 5\u00a0: known_failures.0.expires\u00a0: une date s’écrit sans guillemets, par exemple 2026-12-31.",
        ),
        (
            ("ticket", "tiket"),
            ", ligne 4\u00a0: known_failures.0.tiket\u00a0: clé inconnue\u00a0; la plus proche est «\u00a0ticket\u00a0».",
        ),
        (
            ("AGR-COM-033", "AGR-COM-O33"),
            ", ligne 1\u00a0: Exigence inconnue\u00a0: «\u00a0AGR-COM-O33\u00a0» (vouliez-vous dire «\u00a0AGR-COM-033\u00a0»\u00a0?).",
        ),
        (
            ("R01-10", "R01_10"),
            ", ligne 7\u00a0: Scénario inconnu\u00a0: «\u00a0R01_10\u00a0» (vouliez-vous dire «\u00a0R01-10\u00a0»\u00a0?).",
        ),
        (
            ("R01-10", "r01-10"),
            ", ligne 7\u00a0: Scénario inconnu\u00a0: «\u00a0r01-10\u00a0» (vouliez-vous dire «\u00a0R01-10\u00a0»\u00a0?).",
        ),
        (('AGR-COM-030"\nscenario = "R01-10', "AGR-COM-033"), ", ligne 7\u00a0: AGR-COM-033 figure déjà plus haut."),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    told = refusal(tmp_path, WHOLE.replace(*change, 1))
    assert sentence in told


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, WHOLE.replace("AGR-COM-033", "X").replace("R01-10", "Y"))) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "\u00a0: known_failures\u00a0: la clé est obligatoire et manque."),
        ("[[known_failures]", "ligne 1, colonne 17\u00a0: ce n’est pas du TOML"),
        ("[known_failures]", "une liste entre crochets est attendue"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, text)[0]


def test_a_file_that_is_not_there_names_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"n’existe pas.*sas-recette baseline DOSSIER"):
        read_baseline(tmp_path / "base.toml", load_catalogue())


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@given(expires=DAYS, today=DAYS, scenario=st.sampled_from(["", "A"]), asked=st.sampled_from(["A", "B"]))
def test_an_entry_admits_its_own_until_its_last_day_included(
    expires: date, today: date, scenario: str, asked: str
) -> None:
    admits = Baseline("b", (Entry("R", "r", "t", expires, scenario),)).admits(today)
    assert admits("R", asked) is (today <= expires and scenario in {"", asked})
    assert not admits("S", asked)
