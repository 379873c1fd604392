"""Target pages carried by addresses, and their falsification."""

from __future__ import annotations

from sas_recette.engine.targets import FOREIGN, falsified, towards_a_foreign_site

LANDING = "/ps/dupont"
START = "https://a.example/sso/depart?lang=fr&suite=%2Fps%2Fdupont%3Fcreneau%3D1"


def test_the_parameter_that_carries_the_page() -> None:
    found = falsified(["https://a.example/ps/dupont?origin=sas", START], "a.example", LANDING)
    assert found == (
        f"https://a.example/sso/depart?lang=fr&suite=https%3A%2F%2F{FOREIGN}%2F",
        f"https://a.example/sso/depart?lang=fr&suite=%2F%2F{FOREIGN}%2F",
        f"https://a.example/sso/depart?lang=fr&suite=%2F%5C{FOREIGN}%2F",
    )


def test_a_whole_address_counts() -> None:
    whole = "https://a.example/depart?retour=https%3A%2F%2Fa.example%2Fps%2Fdupont"
    assert len(falsified([whole], "a.example", LANDING)) == 3


def test_a_declared_departure() -> None:
    found = towards_a_foreign_site("https://a.example/sso?lang=fr&suite={page}")
    assert found[0] == f"https://a.example/sso?lang=fr&suite=https%3A%2F%2F{FOREIGN}%2F"
    assert len(found) == 3


def test_nothing_to_falsify() -> None:
    assert falsified(["https://a.example/ps/dupont?creneau=1"], "a.example", LANDING) == ()
    assert falsified([START], "autre.example", LANDING) == ()
    assert falsified(["https://a.example/?suite=%2F"], "a.example", "/") == ()
