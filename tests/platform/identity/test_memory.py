from __future__ import annotations

from datetime import timedelta

from sas_recette.platform.identity.memory import Novelty, Secrets, Shelf
from tests.platform.identity.desk import NOON

SECOND = timedelta(seconds=1)


def test_a_shelf_forgets_what_is_old() -> None:
    shelf: Shelf[int] = Shelf(10 * SECOND)
    shelf.put("a", 1, NOON)

    assert shelf.get("a", NOON + 10 * SECOND) == 1
    assert shelf.get("a", NOON + 11 * SECOND) is None
    shelf.put("b", 2, NOON + 11 * SECOND)
    assert len(shelf) == 1


def test_a_shelf_forgets_the_oldest_when_it_is_full() -> None:
    shelf: Shelf[int] = Shelf(10 * SECOND, size=2)
    for number, key in enumerate("abc"):
        shelf.put(key, number, NOON)

    assert [shelf.get(key, NOON) for key in "abc"] == [None, 1, 2]


def test_a_value_that_is_put_again_is_as_good_as_new() -> None:
    shelf: Shelf[int] = Shelf(10 * SECOND, size=2)
    for key in "aba":
        shelf.put(key, 1, NOON)
    shelf.put("c", 1, NOON)

    assert [shelf.get(key, NOON) for key in "abc"] == [1, None, 1]


def test_a_value_that_is_popped_is_gone() -> None:
    shelf: Shelf[int] = Shelf(10 * SECOND)
    shelf.put("a", 1, NOON)

    assert (shelf.pop("a", NOON), shelf.pop("a", NOON)) == (1, None)


def test_novelty_is_by_kind_and_bounded() -> None:
    seen = Novelty(size=2)

    assert seen.is_new("state", "x")
    assert not seen.is_new("state", "x")
    assert seen.is_new("nonce", "x")
    assert seen.is_new("state", "y")
    assert seen.is_new("state", "x")


def test_secrets_are_bounded_and_short_words_are_not_taken_for_some() -> None:
    secrets = Secrets(size=2)
    secrets.seen("sas")
    secrets.issued("")

    assert secrets.all() == frozenset()
    assert secrets.issued("court") == "court"
    secrets.seen("un-code-recu")
    secrets.seen("un-autre-code")
    assert secrets.all() == {"un-code-recu", "un-autre-code"}
