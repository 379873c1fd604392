from __future__ import annotations

import pytest

from sas_recette.platform.browser import Mark

AGENDA = "https://editeur.example/agenda/12"


@pytest.mark.parametrize(
    ("pattern", "url", "told"),
    [
        (AGENDA, AGENDA, True),
        (AGENDA, f"{AGENDA}?origin=sas#creneau", True),
        (AGENDA, f"{AGENDA}/", False),
        ("https://editeur.example/agenda/*", AGENDA, True),
        ("*/agenda/*", AGENDA, True),
        ("*/agenda/*", "https://editeur.example/connexion?suite=/agenda/12", False),
        ("*/agenda/*", "https://editeur.example/connexion#/agenda/12", False),
        ("https://editeur.example/#/agenda/*", "https://editeur.example/#/agenda/12", True),
        ("https://editeur.example/#/agenda/*", "https://editeur.example/#/connexion", False),
        ("https://editeur.example/#/agenda/*", "https://editeur.example/", False),
        ("*/agenda?id=*", "https://editeur.example/agenda?id=12", True),
        ("*/agenda?id=12", "https://editeur.example/agenda?id=123", False),
        ("*/agenda?id=12", "https://editeur.example/agenda", False),
        ("*/agenda.1", "https://editeur.example/agendax1", False),
        ("*/[a-z]", "https://editeur.example/b", False),
    ],
)
def test_address(pattern: str, url: str, told: bool) -> None:
    assert Mark("agenda", url=pattern).tells(url, "") is told


@pytest.mark.parametrize(
    ("text", "shown", "told"),
    [
        ("Bonjour : Dr Martin", "Bonjour\u00a0:\n  Dr\u202fMartin !", True),
        ("bonjour", "Bonjour", False),
        ("Déconnexion", "Se déconnecter", False),
        ("", "", True),
    ],
)
def test_text_whatever_its_spacing(text: str, shown: str, told: bool) -> None:
    assert Mark("accueil", text=text).tells(AGENDA, shown) is told


def test_every_criterion_must_hold() -> None:
    mark = Mark("accueil", url="*/agenda/*", text="Martin")
    assert mark.tells(AGENDA, "Dr Martin")
    assert not mark.tells(AGENDA, "Dr Durand")
    assert not mark.tells("https://editeur.example/", "Dr Martin")
