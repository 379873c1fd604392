"""What is shown whole when there is not room for all."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.constats import number_constats
from sas_recette.evidence.reading.selection import Claim, Piece, chosen, ranks
from tests.evidence.sample import campaign
from tests.evidence.sso_sample import sso_campaign, sso_recorded

FIRST = (Claim.BLOCKS, 0)
PIECES = st.lists(
    st.builds(
        Piece,
        st.text("abcdefgh", min_size=1, max_size=3),
        st.tuples(st.sampled_from(Claim), st.integers(0, 3)),
        st.integers(0, 40),
        st.dictionaries(st.sampled_from("xyz"), st.integers(0, 40), max_size=2),
    ),
    unique_by=lambda one: one.name,
)


@given(PIECES, st.integers(0, 120))
def test_what_is_chosen_fits_and_the_first_served_is_the_most_urgent(pieces: list[Piece], room: int) -> None:
    kept = chosen(pieces, room)
    shown = [one for one in pieces if one.name in kept]
    ranked = sorted(pieces, key=lambda one: one.rank)
    assert sum(one.weight for one in shown) <= room
    assert kept == chosen(pieces, room)
    if ranked and ranked[0].weight + sum(ranked[0].shared.values()) <= room:
        assert ranked[0].name in kept
    if sum(one.weight + sum(one.shared.values()) for one in pieces) <= room:
        assert kept == {one.name for one in pieces}


def test_what_is_shared_is_paid_once() -> None:
    body = {"corps": 90}
    pieces = [Piece("a", FIRST, 1, body), Piece("b", FIRST, 1, body), Piece("c", FIRST, 9, {"autre": 90})]
    assert chosen(pieces, 92) == {"a", "b"}
    assert chosen(pieces, 91) == {"a"}
    assert chosen(pieces, 0) == frozenset()


def test_what_is_too_heavy_gives_way() -> None:
    pieces = [Piece("lourd", FIRST, 101), Piece("ensuite", (Claim.NONE, 5), 100)]
    assert chosen(pieces, 100) == {"ensuite"}


def test_what_a_finding_designates_comes_first() -> None:
    result = sso_campaign()
    found = ranks(result, sso_recorded(), number_constats(result))
    assert found["E0001"] == found["E0004"] == (Claim.BLOCKS, 0)
    assert found["SSO-01-p2"] == (Claim.BLOCKS, 0)
    assert found["SSO-01-r1"] == (Claim.WARNS, 0)
    assert found["E0005"] == (Claim.NOT_CONFORMANT, 0)
    assert found["E0003"] == (Claim.NOT_CONFORMANT, 2)
    assert set(found) >= {*sso_recorded().exchanges, *sso_recorded().pages}


def test_in_a_conformant_campaign_each_scenario_is_served_in_turn() -> None:
    plain = campaign()
    scenarios = tuple(replace(one, verdict=Verdict.CONFORME, findings=()) for one in plain.scenarios)
    result = replace(plain, requirements=(), scenarios=scenarios)
    found = ranks(result, replace(sso_recorded(), pages={}), number_constats(result))
    assert [found[name] for name in ("E0001", "E0002", "E0003", "E0004")] == [
        (Claim.NONE, 0),
        (Claim.NONE, 1),
        (Claim.NONE, 0),  # the first of another scenario
        (Claim.NONE, 0),
    ]


def test_what_led_to_a_page_has_its_claim() -> None:
    result, recorded = sso_campaign(), sso_recorded()
    (page,) = (one for one in recorded.pages.values() if len(one.hops) > 1)
    found = ranks(result, recorded, number_constats(result))
    assert all(found[hop] <= found[page.id] for hop in page.hops if hop in recorded.exchanges)
