"""Whose message it is: by operator, by slot, by appointment; never by chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sas_recette.platform.inbox.content import Content, Token, read_content, read_criteria
from sas_recette.platform.inbox.watching import OUTSIDE, Attribution, Watch
from tests.platform.inbox.desk import (
    ANNE,
    DOCTOR,
    IDNPS,
    NOW,
    START,
    SYSTEM,
    WATCH,
    appointment,
    body,
    conditional,
    new_inbox,
    post,
    put,
)

BEN = f"{IDNPS}|3456780581/99"
HOUR = timedelta(hours=1)
BY_ITS_SLOT = 2

names = st.sampled_from(["s1", "s2", "s3"])
operators = st.frozensets(st.sampled_from(["o1", "o2", "o3"]), max_size=2)
practitioners = st.frozensets(st.sampled_from(["p1", "p2"]), max_size=2)
instants = st.sampled_from([NOW, NOW + HOUR, NOW + 2 * HOUR])
identifiers = st.sampled_from(["a", "b", "c"])
watches = st.builds(
    lambda name, who, whom, when: Watch(name, "", frozenset(f"{IDNPS}|{each}" for each in who), whom, when),
    names,
    operators,
    practitioners,
    st.frozensets(instants, max_size=2),
)
contents = st.builds(
    lambda key, who, whom, when: Content({}, "", (Token(SYSTEM, key),) if key else (), who, whom, when),
    st.none() | identifiers,
    operators,
    practitioners,
    st.none() | instants,
)
histories = st.lists(
    st.one_of(
        st.tuples(st.just("watch"), watches),
        st.tuples(st.just("unwatch"), names),
        st.tuples(st.just("own"), st.tuples(identifiers, names)),
    ),
    max_size=8,
)


def played(history: list[tuple[str, object]]) -> tuple[Attribution, dict[str, Watch], dict[str, str]]:
    """An attribution after a history, who waits then, and whose each appointment is."""
    attribution, waiting, owners = Attribution(), dict[str, Watch](), dict[str, str]()
    for kind, what in history:
        if kind == "watch" and isinstance(what, Watch):
            attribution.watch(what)
            waiting.pop(what.scenario, None)
            waiting[what.scenario] = what
        elif kind == "unwatch" and isinstance(what, str):
            attribution.unwatch(what)
            waiting.pop(what, None)
        elif isinstance(what, tuple):
            attribution.own(f"{SYSTEM}|{what[0]}", what[1])
            owners[f"{SYSTEM}|{what[0]}"] = what[1]
    return attribution, waiting, owners


def key_of(content: Content) -> str:
    return str(content.identifiers[0]) if content.identifiers else ""


@given(histories, contents, st.booleans())
def test_a_message_is_attributed_for_a_reason(
    history: list[tuple[str, object]], content: Content, creates: bool
) -> None:
    attribution, waiting, owners = played(history)
    scenario = attribution.of(content, key_of(content), creates=creates)

    past = [what for kind, what in history if kind == "watch" and isinstance(what, Watch)]
    reasons = {watch.scenario for watch in past if watch.strength(content)}
    reasons |= {owners[key_of(content)]} if key_of(content) in owners else set()
    if not content.legible:
        reasons |= set(waiting) if len(waiting) == 1 else set()
    assert scenario in (reasons or {OUTSIDE})


@given(histories, contents)
def test_an_update_of_a_known_appointment_is_of_its_scenario(
    history: list[tuple[str, object]], content: Content
) -> None:
    attribution, _, owners = played(history)
    if key_of(content) in owners:
        assert attribution.of(content, key_of(content), creates=False) == owners[key_of(content)]


@given(histories, contents)
def test_of_those_that_wait_none_fits_better(history: list[tuple[str, object]], content: Content) -> None:
    """Unless the appointment is known already, and its scenario knows the regulator: then it is its own."""
    attribution, waiting, owners = played(history)
    scenario = attribution.of(content, key_of(content), creates=True)
    best = max((watch.strength(content) for watch in waiting.values()), default=0)
    owner = owners.get(key_of(content), "")
    past = [what for kind, what in history if kind == "watch" and isinstance(what, Watch)]
    known = any(watch.names(content) for watch in past if watch.scenario == owner)

    if owner and (best < BY_ITS_SLOT or known):
        assert scenario == owner
    elif best:
        assert waiting[scenario].strength(content) == best


@given(histories, contents)
def test_attributing_changes_nothing(history: list[tuple[str, object]], content: Content) -> None:
    attribution, _, _ = played(history)
    first = attribution.of(content, key_of(content), creates=True)

    assert attribution.of(content, key_of(content), creates=True) == first


@given(st.binary(max_size=200))
def test_any_body_is_read(raw: bytes) -> None:
    content = read_content(raw)
    assert bool(content.problem) == (not content.resource)


@given(st.text(max_size=60))
def test_any_query_is_read(query: str) -> None:
    criteria = read_criteria(query)
    assert len(set(criteria)) == len(criteria)


def scenarios(*sent: tuple[str, dict[str, object]]) -> list[str]:
    """Whose each message is, when R-S01 waits and R-S02 waited before."""
    inbox = new_inbox()
    earlier = Watch("R-S02", "", frozenset({BEN}), frozenset({DOCTOR}), frozenset({START - HOUR}))
    inbox.watch(earlier)
    inbox.receive(post(appointment("ancien", operator=BEN, start="2026-09-04T13:00:00+02:00")))
    inbox.unwatch("R-S02")
    inbox.watch(WATCH)
    for method, resource in sent:
        value = read_content(body(resource)).identifiers[0].value
        inbox.receive(post(resource) if method == "POST" else put(resource, conditional(value)))
    return [exchange.scenario for exchange in inbox.taken()[1:]]


def test_by_operator_whatever_else_is_wrong() -> None:
    wrong = appointment(practitioner="autre", start="2030-01-01T00:00:00Z")
    untyped = appointment("b", operator=f"urn:autre|{ANNE.partition('|')[2]}", start="")
    assert scenarios(("POST", wrong), ("POST", untyped)) == ["R-S01", "R-S01"]


def test_by_practitioner_and_start_whoever_the_operator() -> None:
    other_zone = appointment("b", operator="urn:x|autre", start="2026-09-04T12:00:00Z")
    nobody = {**appointment("c", operator="urn:x|autre"), "participant": []}
    assert scenarios(("POST", other_zone), ("POST", nobody)) == ["R-S01", "R-S01"]


def test_a_stranger_is_attributed_to_nobody() -> None:
    another_doctor = appointment("b", operator="urn:x|autre", practitioner="899900000000")
    another_time = appointment("c", operator="urn:x|autre", start="2026-09-04T15:00:00+02:00")
    assert scenarios(("POST", another_doctor), ("POST", another_time)) == [OUTSIDE, OUTSIDE]


def test_a_late_message_is_of_the_scenario_that_is_over() -> None:
    known = appointment("ancien", operator="urn:x|autre", start="2026-09-04T14:00:00+02:00", status="fulfilled")
    renamed = appointment("nouveau", operator=BEN, practitioner="autre", start="2026-09-04T18:00:00+02:00")
    assert scenarios(("PUT", known), ("POST", renamed)) == ["R-S02", "R-S02"]


def test_an_identifier_used_twice_is_a_fault_of_the_second_booking() -> None:
    assert scenarios(("POST", appointment("ancien"))) == ["R-S01"]


def test_a_message_that_says_nothing_is_of_the_one_scenario_that_waits() -> None:
    inbox = new_inbox()
    mute = {"resourceType": "Appointment"}
    inbox.receive(post(mute))
    inbox.watch(WATCH)
    inbox.receive(post(mute))
    inbox.watch(Watch("R-S09", starts=frozenset({datetime(2027, 1, 1, tzinfo=UTC)})))
    inbox.receive(post(mute))

    assert [exchange.scenario for exchange in inbox.taken()] == [OUTSIDE, "R-S01", OUTSIDE]
