"""The accounts in the database: constraints that hold whoever writes, and texts kept byte for byte."""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import Identifier, Regulator, Uniqueness, email_key
from sas_recette.editor.accounts.problems import RefusedAccountError
from sas_recette.editor.store import Store
from tests.editor.account_requests import IDNPS, NATIONAL, TECHNICAL, Platform, practitioner, product, service_of
from tests.editor.bench import NOW, body

UNIQUE: Final = Uniqueness()


def regulator(
    *identifiers: tuple[str, str], email: str = "a@test.com", active: bool = True, family: str = "Loridon"
) -> Regulator:
    return Regulator(tuple(Identifier(*one) for one in identifiers), active, family, "Sébastien", email)


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store()) as one:
        yield one


@pytest.mark.parametrize(
    ("second", "path"),
    [
        (regulator(NATIONAL, email="b@test.com"), "identifier[0].value"),
        (regulator(NATIONAL, email="b@test.com", active=False), "identifier[0].value"),
        (regulator((TECHNICAL[0], TECHNICAL[1].upper()), email="b@test.com"), "identifier[0].value"),
        (regulator((IDNPS, "810002673899"), email="A@TEST.com"), "telecom[0].value"),
    ],
)
def test_the_database_itself_refuses_doubles(store: Store, second: Regulator, path: str) -> None:
    with store.regulators.transaction() as register:
        register.add(regulator(NATIONAL, TECHNICAL), "", NOW, UNIQUE)
    with pytest.raises(RefusedAccountError) as refusal, store.regulators.transaction() as register:
        register.add(second, "", NOW, UNIQUE)
    assert [problem.path for problem in refusal.value.problems] == [path]
    with store.regulators.transaction() as register:
        assert [one.id for one in register.find([Token(None, NATIONAL[1]), Token(None, "810002673899")])] == [
            "compte-1"
        ]


def test_a_refused_transaction_leaves_nothing(store: Store) -> None:
    with store.regulators.transaction() as register:
        register.add(regulator(NATIONAL), "", NOW, UNIQUE)
        register.add(regulator(TECHNICAL, email="b@test.com"), "", NOW, UNIQUE)

    def both() -> None:
        with store.regulators.transaction() as register:
            register.replace("compte-1", regulator(NATIONAL, family="Autre"), NOW, UNIQUE)
            register.replace("compte-2", regulator(NATIONAL, email="b@test.com", family="Autre"), NOW, UNIQUE)

    with pytest.raises(RefusedAccountError):
        both()
    with store.regulators.transaction() as register:
        accounts = [register.get("compte-1"), register.get("compte-2")]
    assert [one and (one.regulator.family, one.regulator.identifiers[0].value) for one in accounts] == [
        ("Loridon", NATIONAL[1]),
        ("Loridon", TECHNICAL[1]),
    ]


def test_an_unknown_account_cannot_be_changed(store: Store) -> None:
    changes: list[Callable[[], object]] = []
    with store.regulators.transaction() as register:
        changes += [
            lambda: register.replace("compte-1", regulator(NATIONAL), NOW, UNIQUE),
            lambda: register.release("compte-1", Identifier(*NATIONAL)),
            lambda: register.accept_terms("ailleurs", NOW),
        ]
        for change in changes:
            with pytest.raises(LookupError):
                change()


def test_numbers_are_never_given_twice_and_a_copy_has_the_accounts(store: Store) -> None:
    with store.regulators.transaction() as register:
        register.add(regulator(NATIONAL), "", NOW, UNIQUE)
    with closing(store.copy()) as copy:
        with copy.regulators.transaction() as register:
            assert register.add(regulator(TECHNICAL, email="b@test.com"), "", NOW, UNIQUE).id == "compte-2"
            assert [one.id for one in register.with_email("A@test.com")] == ["compte-1"]
        with store.regulators.transaction() as register:
            assert register.get("compte-2") is None


def test_accounts_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "agenda.db"
    with product(store=Store(path)) as before:
        created = before.post(practitioner()).body
    with product(store=Store(path)) as after:
        assert after.send("GET", path="/Practitioner/compte-1").body == created


def together(actions: list[Callable[[], str]]) -> Counter[str]:
    """What actions that start at the same moment give."""
    barrier = threading.Barrier(len(actions))

    def act(action: Callable[[], str]) -> str:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return Counter(pool.map(act, actions))


def test_simultaneous_creations_over_one_connection() -> None:
    with product() as platform:
        seen = together([lambda: str(platform.post(practitioner()).status)] * 8)
        assert seen == {"201": 1, "422": 7}
        assert len(platform.everybody()) == 1


def test_simultaneous_creations_over_several_connections(tmp_path: Path) -> None:
    """Each product has its own connection to the same file: nothing but the database can tell them apart."""
    with ExitStack() as stack:
        path = tmp_path / "agenda.db"
        products = [stack.enter_context(product(store=Store(path))) for _ in range(4)]
        for number in range(5):
            payload = practitioner((IDNPS, f"3990000001/{number}"), email=f"{number}@test.com")
            seen = together([lambda one=one, sent=payload: str(one.post(sent).status) for one in products])  # type: ignore[misc]
            assert seen == {"201": 1, "422": 3}
        assert len(products[0].everybody()) == 5


def test_simultaneous_identical_updates_are_idempotent(tmp_path: Path) -> None:
    with ExitStack() as stack:
        path = tmp_path / "agenda.db"
        products = [stack.enter_context(product(store=Store(path))) for _ in range(4)]
        seen = together([lambda one=one: str(one.put(NATIONAL, practitioner()).status) for one in products])  # type: ignore[misc]
        assert seen == {"201": 1, "200": 3}
        assert len(products[0].everybody()) == 1


def test_simultaneous_takers_of_one_identifier() -> None:
    """Six accounts ask for the number of a deactivated one: one gets it."""
    with product() as platform:
        platform.created(practitioner(active=False))
        for number in range(6):
            platform.created(practitioner((TECHNICAL[0], f"id-{number}"), email=f"{number}@test.com"))

        def take(number: int) -> str:
            return str(platform.put((TECHNICAL[0], f"id-{number}"), practitioner(email=f"{number}@test.com")).status)

        assert together([lambda number=number: take(number) for number in range(6)]) == {"200": 1, "422": 5}  # type: ignore[misc]
        assert len(platform.found(NATIONAL)) == 1


NAMES: Final = st.text(
    st.one_of(
        st.sampled_from("éÉèçœŒïÿñ’'-  \u0301\U0001f600\U00020bb7\u200d"),
        st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    ),
    min_size=1,
    max_size=200,
).filter(lambda text: bool(text.strip()))


@pytest.fixture(scope="module")
def registered() -> Iterator[Platform]:
    """A product with one account, which the examples update."""
    with product() as platform:
        platform.created(practitioner())
        yield platform


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, NAMES)
@example("D’Almeïda", "Anne-Sophie")
@example("e\u0301", "\u00e9")
@example("\U00020bb7" * 200, "é" * 200)
@example(" O'Neil ", "Jean\u00a0Noël")
def test_names_survive_byte_for_byte(registered: Platform, family: str, given_name: str) -> None:
    reply = registered.put(NATIONAL, practitioner(family=family, given=given_name))
    assert reply.status == 200, reply.body.decode()
    for resource in (body(reply), registered.found(NATIONAL)[0]):
        (name,) = resource["name"]
        assert name["family"].encode() == family.encode()
        assert name["given"][0].encode() == given_name.encode()


@settings(deadline=None, max_examples=60)
@given(st.emails())
def test_the_case_of_an_address_does_not_matter(email: str) -> None:
    assert email_key(email) == email_key(email.swapcase()) == email_key(unicodedata.normalize("NFD", email))


LOCAL: Final = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Z"], exclude_characters="|"), min_size=1)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOCAL.map(lambda local: f"3990000001/{local[:60]}"))
@example("3990000001/a,b\\c$d%2Fe+f&g#h")
def test_numbers_survive_the_way_to_the_criterion(registered: Platform, value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace("$", "\\$")
    assert registered.put(NATIONAL, practitioner((IDNPS, value))).status == 200
    (account,) = registered.found((IDNPS, escaped))
    assert account["identifier"][0]["value"] == value
    assert registered.put((IDNPS, escaped), practitioner()).status == 200


def test_a_service_is_reached_without_http() -> None:
    with product() as platform:
        account = service_of(platform).book.create(regulator(NATIONAL))
        assert account.regulator == regulator(NATIONAL)
