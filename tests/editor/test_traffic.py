"""What an instance of the product knows of the searches it has in hand."""

from __future__ import annotations

import pytest

from sas_recette.editor.http import Incoming
from sas_recette.editor.traffic import Traffic


def search(query: str, path: str = "/Slot") -> Incoming:
    return Incoming("GET", path, query)


def test_a_search_knows_its_rank_and_its_company() -> None:
    traffic = Traffic()
    with traffic.admitted(search("a")) as first, traffic.admitted(search("b", "/Schedule/")) as second:
        assert (first.rank, first.company) == (1, ())
        assert (second.rank, [one.query for one in second.company]) == (2, ["a"])
    with traffic.admitted(search("c")) as third:
        assert (third.rank, third.company) == (3, ())


def test_what_is_no_search_is_neither_counted_nor_company() -> None:
    traffic = Traffic()
    with traffic.admitted(search("", "/metadata")) as metadata, traffic.admitted(search("a")) as first:
        assert (metadata.rank, first.rank, first.company) == (0, 1, ())


def test_a_search_that_fails_is_over_too() -> None:
    traffic = Traffic()

    def failing() -> None:
        with traffic.admitted(search("a")):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with traffic.admitted(search("b")) as second:
        assert (second.rank, second.company) == (2, ())
