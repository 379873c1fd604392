"""National identifiers: kinds, prefixes and check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.norm.identifiers import (
    PRACTITIONER_KINDS,
    STRUCTURE_KINDS,
    Kind,
    key_is_valid,
    luhn,
    practitioner_kind,
    structure_kind,
    with_prefix,
    without_prefix,
)

RPPS = (
    *("99900000011", "99900000029", "99900000037", "99900000045", "99900000052", "99900000060", "99900000078"),
    *("99900000086", "99900000094", "99900000995", "99900000102", "99900000110", "99900000128", "99900000136"),
    *("99900000144", "99900000151", "99900000169", "99900000177", "99900000185", "99900000193", "99900000201"),
    *("99900000219", "99900000227", "99900000235", "99900000243", "99900000250"),
)
FINESS = ("990000010", "990000028", "990000119", "990000127")
SIRET = (
    *("99900001100018", "99900004500016", "99900005200012", "99900006000015", "99900008600010"),
    *("99900021900017", "99900022700010", "99900099500012", "99900021900025"),
)
RPPS_RANG = ("99900000029028", "99900000052020", "99900000086010")
WRONG_KEYS = ((Kind.RPPS, "99900000012"), (Kind.FINESS, "990000110"), (Kind.SIRET, "99900021900018"))
VALID = [
    (kind, raw)
    for kind, raws in ((Kind.RPPS, RPPS), (Kind.FINESS, FINESS), (Kind.SIRET, SIRET), (Kind.RPPS_RANG, RPPS_RANG))
    for raw in raws
]

bodies = st.text("0123456789", min_size=1, max_size=20)


def keyed(body: str) -> str:
    return next(body + key for key in "0123456789" if luhn(body + key))


@pytest.mark.parametrize(("kind", "raw"), VALID)
def test_reference_values_have_a_valid_key(kind: Kind, raw: str) -> None:
    assert key_is_valid(kind, with_prefix(kind, raw)) is True


@pytest.mark.parametrize(("kind", "raw"), WRONG_KEYS)
def test_twins_have_a_wrong_key(kind: Kind, raw: str) -> None:
    assert key_is_valid(kind, with_prefix(kind, raw)) is False


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.ADELI, "0359999990"), (Kind.ADELI_RANG, "035999999901"), (Kind.FINESS, "12A0000001")],
)
def test_no_key_to_check(kind: Kind, value: str) -> None:
    assert key_is_valid(kind, value) is None


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("335600000000048", True),  # head office of La Poste, by Luhn
        ("335600000000014", True),  # an establishment of La Poste, by its plain sum of 20
        ("335600000000013", False),
    ],
)
def test_siret_of_la_poste(value: str, *, valid: bool) -> None:
    assert key_is_valid(Kind.SIRET, value) is valid


def test_siret_needs_a_valid_siren_too() -> None:
    siret = keyed("9990002180001")
    assert luhn(siret)
    assert not luhn(siret[:9])
    assert key_is_valid(Kind.SIRET, with_prefix(Kind.SIRET, siret)) is False


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("899900000011", Kind.RPPS),
        ("0359999990", Kind.ADELI),
        ("03599999A0", Kind.ADELI),
        ("99900000011", None),
        ("8999000000111", None),
        ("8999 0000011", None),
        ("899900000011\n", None),
        ("89990000001１", None),
        ("399900001100018", None),
        ("", None),
    ],
)
def test_kind_of_a_professional(value: str, kind: Kind | None) -> None:
    assert practitioner_kind(value) is kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1990000010", Kind.FINESS),
        ("12A0000001", Kind.FINESS),
        ("12C0000001", None),
        ("399900001100018", Kind.SIRET),
        ("499900000029028", Kind.RPPS_RANG),
        ("035999999901", Kind.ADELI_RANG),
        ("990000010", None),
        ("99900001100018", None),
        ("2999000011", None),
        ("899900000011", None),
    ],
)
def test_kind_of_a_structure(value: str, kind: Kind | None) -> None:
    assert structure_kind(value) is kind


def test_every_kind_is_of_a_professional_or_of_a_structure() -> None:
    assert set(PRACTITIONER_KINDS) | set(STRUCTURE_KINDS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_forms_are_coherent(kind: Kind) -> None:
    raw = "9" * kind.form.raw_length
    value = with_prefix(kind, raw)
    assert value == kind.form.prefix + raw
    assert (practitioner_kind(value) or structure_kind(value)) is kind


@given(
    st.sampled_from(Kind).flatmap(
        lambda kind: st.tuples(st.just(kind), st.from_regex(kind.form.raw_pattern, fullmatch=True))
    )
)
def test_prefix_round_trip(case: tuple[Kind, str]) -> None:
    kind, raw = case
    assert without_prefix(with_prefix(kind, raw)) == raw


@given(bodies, st.data())
def test_any_single_digit_change_breaks_luhn(body: str, data: st.DataObject) -> None:
    number = keyed(body)
    position = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != number[position]]))
    assert not luhn(number[:position] + digit + number[position + 1 :])


@given(bodies)
def test_exactly_one_key_satisfies_luhn(body: str) -> None:
    assert sum(luhn(body + key) for key in "0123456789") == 1


@pytest.mark.parametrize("text", ["", "12A4", " 18", "１８"])
def test_luhn_wants_digits(text: str) -> None:
    with pytest.raises(ValueError, match="suite de chiffres"):
        luhn(text)


def test_malformed_values_are_refused() -> None:
    with pytest.raises(ValueError, match="numéro RPPS préfixé"):
        key_is_valid(Kind.RPPS, "99900000011")
    with pytest.raises(ValueError, match="numéro SIRET sans préfixe"):
        with_prefix(Kind.SIRET, "399900001100018")
    with pytest.raises(ValueError, match="identifiant national préfixé"):
        without_prefix("99900000011")
