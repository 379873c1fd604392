"""Scenarios that log regulators in at the same time: each lane has its own person, its own deviations, its own exchanges."""

from __future__ import annotations

import pytest

from sas_recette.platform.identity.knobs import OF_THE_WHOLE_PLATFORM, Knob
from sas_recette.platform.identity.staging import LANE_COOKIE
from tests.platform.identity.desk import ANNE, BRUNO, Desk, MakeKey, answered, desk

LANE = "rendez-vous"


@pytest.fixture
def beside(delegation: Desk) -> Desk:
    """The same provider, in the hand of a browser of the named lane, where Bruno is connected."""
    delegation.provider.stage("R01", "à côté", BRUNO, connected=True, lane=LANE)
    return Desk(delegation.provider, delegation.client, delegation.clock, {LANE_COOKIE: LANE})


def person_of(desk: Desk, code: str) -> str:
    token = desk.redeem(code).json()["access_token"]
    response = desk.send("GET", desk.provider.realm.userinfo, headers={"Authorization": f"Bearer {token}"})
    return str(response.json()["sub"])


def told(desk: Desk, lane: str) -> list[tuple[str, str, str]]:
    return [(one.scenario, one.step, one.facts["endpoint"]) for one in desk.provider.taken(lane)]


def test_each_browser_is_the_person_of_its_lane(delegation: Desk, beside: Desk) -> None:
    codes = beside.code(), delegation.code()
    server = Desk(delegation.provider, delegation.client, delegation.clock)

    assert [person_of(server, code) for code in codes] == [BRUNO.subject, ANNE.subject]
    endpoints = ("authorization", "token", "userinfo")
    assert told(delegation, LANE) == [("R01", "à côté", one) for one in endpoints]
    assert told(delegation, "") == [("S01", "étape", one) for one in endpoints]
    assert told(delegation, LANE) == told(delegation, "") == []


def test_the_deviations_of_a_lane_strike_no_other(delegation: Desk, beside: Desk) -> None:
    delegation.stage(ANNE, Knob.TOKEN_500)

    assert delegation.redeem(delegation.code()).status_code == 500
    assert delegation.redeem(beside.code()).status_code == 200


def test_a_response_that_is_held_is_that_of_the_unnamed_lane(delegation: Desk, beside: Desk) -> None:
    delegation.stage(ANNE, Knob.HELD)
    delegation.ask()
    held = delegation.provider.response
    beside.ask()

    assert held
    assert delegation.provider.response == held


def test_a_lane_that_nobody_set_is_the_unnamed_one(delegation: Desk, beside: Desk) -> None:
    stranger = Desk(delegation.provider, delegation.client, delegation.clock, {LANE_COOKIE: "autre"})
    answered(stranger.ask())

    assert told(delegation, "") == [("S01", "étape", "authorization")]
    assert told(beside, LANE) == []


def test_what_tells_no_lane_is_of_the_unnamed_one_once_something_plays_there(make: MakeKey) -> None:
    delegation = desk(make, staged=False)
    delegation.provider.stage("R01", "à côté", BRUNO, connected=True, lane=LANE)
    delegation.send("GET", delegation.provider.realm.keys)
    delegation.stage()
    delegation.send("GET", delegation.provider.realm.keys)

    assert told(delegation, LANE) == [("R01", "à côté", "keys")]
    assert told(delegation, "") == [("S01", "étape", "keys")]


@pytest.mark.parametrize("knob", sorted(OF_THE_WHOLE_PLATFORM))
def test_a_named_lane_cannot_change_the_whole_platform(delegation: Desk, knob: Knob) -> None:
    with pytest.raises(ValueError, match="whole platform"):
        delegation.provider.stage("R01", "", BRUNO, connected=True, knobs=frozenset({knob}), lane=LANE)
