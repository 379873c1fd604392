from __future__ import annotations

from dataclasses import replace

from sas_recette.evidence.reading.shortened import shortened
from tests.evidence.sample import MISSING_START, ORDERS, WRONG_TYPE


def test_what_blocks_comes_first_and_what_repeats_is_counted() -> None:
    lines = shortened((WRONG_TYPE, *ORDERS), 5)
    assert [line.partition(" – ")[0] for line in lines] == ["AGR-COM-033", "AGR-COM-005 (réserve)"]
    assert "(4\u00a0emplacements)" in lines[0]


def test_the_rest_is_counted() -> None:
    many = [replace(MISSING_START, message=f"Constat {rank}.") for rank in range(5)]
    assert shortened(many, 5)[-1].startswith("AGR-COM-030 – Constat 4\u00a0; attendu")
    assert shortened(many, 4)[4:] == ("et 1\u00a0autre constat, dans report.html",)
    assert shortened(many, 3)[3:] == ("et 2\u00a0autres constats, dans report.html",)
    assert shortened((), 3) == ()


def test_values_that_differ_are_exemplified_and_long_ones_cut() -> None:
    found = [replace(ORDERS[0], location=f"a[{rank}]", observed=f"v{rank}", expected="x" * 500) for rank in range(5)]
    (line,) = shortened(found, 1)
    assert line.endswith(f"attendu\u00a0: {'x' * 119}…\u00a0; observé\u00a0: v0, v1, v2, …")
