"""Where the regulator arrives, and what is said when he does not."""

from __future__ import annotations

import pytest

from sas_recette.exchange.model import Fault, FaultKind
from tests.rules.sso.building import AGENDA, AUTHORIZATION, ISSUER, TOKEN, browsed, page, posted, received, verdicts

A, B = "agenda:810000000001", "agenda:810000000002"
LOGIN_PAGE = page(url=f"{ISSUER}/protocol/openid-connect/auth?client_id=editeur", text="Connexion")
ASKED = received(AUTHORIZATION, outcome="login-page")
TIMEOUT = Fault(FaultKind.TIMEOUT, "receive", "délai dépassé")
LOOP = Fault(FaultKind.PROTOCOL, "receive", "trop de redirections")


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        (("session", A), {"SSO-002": "held"}),
        (("session",), {"SSO-002": "fail"}),
        (("session", "terms"), {}),
        (("error",), {}),
    ],
)
def test_the_entry_leads_to_an_agenda(marks: tuple[str, ...], found: dict[str, str]) -> None:
    assert verdicts("sso-entry", page(*marks)) == found


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ((), ("session",), {"SSO-005": "held"}),
        (("login",), ("terms",), {"SSO-005": "held"}),
        ((A,), ("session",), {"SSO-005": "fail"}),
        (("session",), ("session",), {"SSO-005": "fail"}),
        ((), ("error",), {}),
    ],
)
def test_origin_alone(first: tuple[str, ...], last: tuple[str, ...], found: dict[str, str]) -> None:
    assert verdicts("sso-not-connected", page(*first), page(*last)) == found


class TestToThePlatform:
    def test_directly(self) -> None:
        assert verdicts("sso-to-the-platform", LOGIN_PAGE, ASKED, issuer=ISSUER) == {"SSO-006": "held"}

    def test_by_one_click(self) -> None:
        own = page("login", url="https://agenda.example/connexion")
        assert verdicts("sso-to-the-platform", own, LOGIN_PAGE, ASKED, issuer=ISSUER) == {"SSO-006": "warn"}

    def test_by_one_click_on_another_page(self) -> None:
        other = page("error", url="https://agenda.example/")
        assert verdicts("sso-to-the-platform", other, LOGIN_PAGE, ASKED, issuer=ISSUER) == {"SSO-006": "fail"}

    def test_never(self) -> None:
        own = page("login", url="https://agenda.example/connexion")
        assert verdicts("sso-to-the-platform", own, issuer=ISSUER) == {"SSO-006": "fail"}

    def test_a_look_alike(self) -> None:
        elsewhere = page(url="https://sas.example.autre.example/realms/sas")
        assert verdicts("sso-to-the-platform", elsewhere, ASKED, issuer=ISSUER) == {"SSO-006": "fail"}


class TestAgendas:
    def test_each_its_own(self) -> None:
        found = verdicts(
            "sso-agendas", page("session", A), page("session", B), requirements=["SSO-036"], agendas=[A, B]
        )
        assert found == {"SSO-036": "held"}

    def test_always_the_same(self) -> None:
        found = verdicts(
            "sso-agendas", page("session", A), page("session", A), requirements=["SSO-037"], agendas=[A, B]
        )
        assert found == {"SSO-037": "fail"}

    def test_no_session_is_another_matter(self) -> None:
        assert verdicts("sso-agendas", page("error"), requirements=["SSO-036"], agendas=[A]) == {}

    def test_two_tabs_mixed_up_are_a_reserve(self) -> None:
        expect = {"requirements": ["SSO-036"], "agendas": [A, B], "reserve": True}
        assert verdicts("sso-agendas", page("session", B), page("session", B), **expect) == {"SSO-036": "warn"}

    def test_a_tab_that_asks_again_is_borne(self) -> None:
        expect = {"requirements": ["SSO-036"], "agendas": [A, B], "reserve": True}
        assert verdicts("sso-agendas", page("session", A), page("login"), **expect) == {"SSO-036": "held"}


@pytest.mark.parametrize(
    ("arrival", "found"),
    [
        (("session",), {"SSO-035": "held"}),
        (("login",), {"SSO-035": "held"}),
        (("local",), {"SSO-035": "warn"}),
        (("session", "local"), {"SSO-035": "warn"}),
    ],
)
def test_somebody_else(arrival: tuple[str, ...], found: dict[str, str]) -> None:
    assert verdicts("sso-somebody-else", page("local"), page(*arrival)) == found
    assert verdicts("sso-somebody-else", page("login"), page(*arrival)) == {}


@pytest.mark.parametrize(
    ("arrival", "asked", "found"),
    [
        (("session",), True, {"SSO-035": "held"}),
        (("login",), False, {"SSO-035": "held"}),
        (("session",), False, {"SSO-035": "warn"}),
    ],
)
def test_another_regulator(arrival: tuple[str, ...], asked: bool, found: dict[str, str]) -> None:
    requests = (received(AUTHORIZATION),) if asked else ()
    assert verdicts("sso-other-regulator", page(*arrival), page("session"), *requests) == found
    assert verdicts("sso-other-regulator", page(*arrival), page("error"), *requests) == {}


class TestFalsifiedTarget:
    FOREIGN = "redirection-falsifiee.invalid"

    def test_not_followed(self) -> None:
        found = verdicts("sso-target", page("session"), page("session"), browsed(AGENDA), foreign=self.FOREIGN)
        assert found == {"SSO-038": "held"}

    def test_followed_by_the_browser(self) -> None:
        hop = browsed(f"https://{self.FOREIGN}/")
        found = verdicts("sso-target", page(), page("session"), hop, foreign=self.FOREIGN)
        assert found == {"SSO-038": "fail"}

    def test_shown(self) -> None:
        there = page(url=f"https://{self.FOREIGN}/", status=None)
        assert verdicts("sso-target", there, page("session"), foreign=self.FOREIGN) == {"SSO-038": "fail"}

    def test_nothing_is_proved_without_the_control(self) -> None:
        assert verdicts("sso-target", page(), page("error"), foreign=self.FOREIGN) == {}


class TestUntrustedCertificate:
    def test_nothing_heard(self) -> None:
        assert verdicts("sso-untrusted", page("error"), page("session"), received(TOKEN)) == {"SSO-040": "held"}

    def test_the_code_was_sent(self) -> None:
        heard = received(TOKEN, deviation="certificat-invalide")
        assert verdicts("sso-untrusted", page("error"), page("session"), heard) == {"SSO-040": "fail"}

    def test_nothing_is_proved_without_the_control(self) -> None:
        assert verdicts("sso-untrusted", page("error"), page("error")) == {}


@pytest.mark.parametrize(
    ("status", "hops", "fault", "found"),
    [
        (200, 2, None, "held"),
        (403, 10, None, "held"),
        (500, 1, None, "warn"),
        (200, 11, None, "warn"),
        (None, 3, LOOP, "warn"),
        (None, 3, TIMEOUT, "held"),
    ],
)
def test_an_authorization_error(status: int | None, hops: int, fault: Fault | None, found: str) -> None:
    way = [browsed(AGENDA) for _ in range(hops)]
    shown = page("error", status=status, fault=fault, hops=tuple(one.id for one in way))
    assert verdicts("sso-authorization-error", shown, *way) == {"SSO-053": found}


def test_a_5xx_on_the_way_of_an_authorization_error() -> None:
    way = [browsed(AGENDA, status=502)]
    shown = page("error", hops=(way[0].id,))
    assert verdicts("sso-authorization-error", shown, *way) == {"SSO-053": "warn"}


@pytest.mark.parametrize(
    ("text", "status", "duration", "fault", "found"),
    [
        ("La connexion a échoué.", 502, 800.0, None, "held"),
        ("La connexion a échoué.", 200, 30_000.0, None, "held"),
        ("La connexion a échoué.", 200, 30_001.0, None, "warn"),
        (" \n", 200, 800.0, None, "warn"),
        ("", None, 32_000.0, TIMEOUT, "warn"),
    ],
)
def test_a_failure_is_told(text: str, status: int | None, duration: float, fault: Fault | None, found: str) -> None:
    shown = page("error", text=text, status=status, duration=duration, fault=fault)
    assert verdicts("sso-token-failure", shown) == {"SSO-054": found}


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (("terms",), ("session",), {"ACC-049": "held"}),
        (("session",), ("session",), {"ACC-049": "fail"}),
        (("terms",), ("terms",), {"ACC-049": "warn"}),
        (("terms",), ("error",), {}),
    ],
)
def test_the_terms_of_use(first: tuple[str, ...], second: tuple[str, ...], found: dict[str, str]) -> None:
    assert verdicts("sso-terms", page(*first), page(*second)) == found


@pytest.mark.parametrize(("last", "found"), [(("session",), "held"), (("terms",), "warn")])
def test_the_same_account_after_the_switch(last: tuple[str, ...], found: str) -> None:
    assert verdicts("sso-switched", page("session"), page(*last)) == {"ACC-013": found}


@pytest.mark.parametrize(
    ("wanted", "other", "found"),
    [(201, 201, {"SSO-055": "held"}), (422, 201, {"SSO-055": "warn"}), (422, 422, {}), (500, 201, {})],
)
def test_no_account_on_the_fly(wanted: int, other: int, found: dict[str, str]) -> None:
    assert verdicts("sso-on-the-fly", posted(wanted), posted(other)) == found
