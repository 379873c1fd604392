"""Le pilote de l’éditeur de référence, exemple complet pour le vôtre.

Un pilote est une classe Python que le banc appelle pour agir dans votre solution à la place d’une personne. `recette.toml`
la nomme (`driver = "pilote.py:Pilote"`, dans la table `[sso]`) ; le banc en fait un objet, sans argument, puis appelle :

* `log_in`, une fois, dans un navigateur neuf : une personne du cabinet ouvre sa session ;
* `book`, quand le régulateur vient d’arriver sur l’agenda par la plateforme : sa page est ouverte ;
* `move`, `replace`, `confirm`, `cancel`, `mark_honoured`, `mark_absent`, `book_ordinary`, dans l’une ou l’autre session.

Chaque méthode reçoit une page de Playwright et le rendez-vous dont il s’agit. Elle n’attend rien et ne vérifie rien : une
étape introuvable est une erreur de Playwright, que le banc rapporte ; ce que la solution transmet, le banc le constate.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from sas_recette.platform.appointment import Appointment

PASSWORD: Final = "SAS_PILOTE_MOT_DE_PASSE"  # noqa: S105 # le nom d’une variable, non un mot de passe
PASSWORD_FILE: Final = "SAS_PILOTE_MOT_DE_PASSE_FICHIER"  # noqa: S105 # de même
LOGIN: Final = "SAS_PILOTE_IDENTIFIANT"
BESIDE: Final = "mot-de-passe-du-pilote.txt"

_LOGIN: Final = "regulateur"
_PARIS: Final = ZoneInfo("Europe/Paris")
_AGENDAS: Final = ("/ps/", "/pfg/")


class Page(Protocol):
    """Ce que ce pilote demande à une page : `playwright.sync_api.Page` sait tout cela, et bien davantage."""

    def goto(self, url: str) -> object:
        """Ouvrir une adresse."""

    def fill(self, selector: str, value: str) -> object:
        """Remplir un champ."""

    def click(self, selector: str) -> object:
        """Cliquer sur un élément."""

    def select_option(self, selector: str, value: str) -> object:
        """Choisir dans une liste, par la valeur d’une option."""


class Pilote:
    """Les gestes du régulateur, du cabinet et du patient dans l’éditeur de référence."""

    def log_in(self, page: Page, appointment: Appointment) -> None:
        """Ouvrir la session du cabinet.

        Un mot de passe ne s’écrit pas dans un pilote : celui-ci le lit dans l’environnement, ou dans un fichier à côté de lui.
        """
        page.goto(_address(appointment, "/gestion"))
        page.fill("input[name=identifiant]", os.environ.get(LOGIN, _LOGIN))
        page.fill("input[name=mot_de_passe]", _password())
        page.click("button[name=connexion]")

    def book(self, page: Page, appointment: Appointment) -> None:
        """Réserver : la page de l’agenda est ouverte, et ses éléments portent l’heure de leur créneau."""
        slot = f'[data-debut="{_local(appointment.start)}"]'
        page.fill(f"input[name=nom]{slot}", appointment.family)
        page.fill(f"input[name=prenom]{slot}", appointment.given)
        page.click(f"button{slot}")

    def book_ordinary(self, page: Page, appointment: Appointment) -> None:
        """Réserver au cabinet, pour un patient qui ne vient pas de la plateforme."""
        page.goto(appointment.url)
        self.book(page, appointment)

    def move(self, page: Page, appointment: Appointment) -> None:
        """Déplacer vers `new_start`."""
        if appointment.new_start is None:
            raise ValueError("move demande new_start")
        _open(page, appointment)
        page.select_option("select[name=creneau]", _local(appointment.new_start))
        page.click("button[name=deplacer]")

    def replace(self, page: Page, appointment: Appointment) -> None:
        """Confier à `new_practitioner` : un remplaçant ou, chez SOS Médecins, le médecin enfin connu."""
        _open(page, appointment)
        page.select_option("select[name=praticien]", appointment.new_practitioner)
        page.click("button[name=remplacer]")

    def confirm(self, page: Page, appointment: Appointment) -> None:
        """Confirmer une demande."""
        _open(page, appointment)
        page.click("button[name=confirmer]")

    def cancel(self, page: Page, appointment: Appointment) -> None:
        """Annuler, dans la session de celui qui annule, ou comme le patient.

        Le patient n’a pas de session : il suit le lien de sa confirmation. Le pilote, dans un navigateur neuf, le relit
        dans celle que le cabinet peut imprimer de nouveau.
        """
        if appointment.author == "patient":
            self.log_in(page, appointment)
            _open(page, appointment, "/gestion")
            page.click("a[data-confirmation]")
            page.click("a[data-annulation]")
        else:
            _open(page, appointment)
        page.click("button[name=annuler]")

    def mark_honoured(self, page: Page, appointment: Appointment) -> None:
        """Noter que le patient est venu."""
        _open(page, appointment)
        page.click("button[name=honorer]")

    def mark_absent(self, page: Page, appointment: Appointment) -> None:
        """Noter que le patient n’est pas venu."""
        _open(page, appointment)
        page.click("button[name=absenter]")


def _open(page: Page, appointment: Appointment, listed: str = "") -> None:
    """Ouvrir le rendez-vous, que le nom du patient désigne dans la liste du régulateur ou dans celle du cabinet."""
    listed = listed or ("/regulation" if appointment.author == "regulator" else "/gestion")
    page.goto(_address(appointment, listed))
    name = f"{appointment.family} {appointment.given}".replace('"', '\\"')
    page.click(f'a[data-patient="{name}"]')


def _address(appointment: Appointment, path: str) -> str:
    """Une adresse de la solution, d’après celle de l’agenda : `https://agenda.example/ps/…` donne `https://agenda.example`."""
    parts = urlsplit(appointment.url)
    start = min(found for found in (parts.path.rfind(one) for one in _AGENDAS) if found >= 0)
    return urlunsplit((parts.scheme, parts.netloc, parts.path[:start] + path, "", ""))


def _local(moment: datetime) -> str:
    """L’heure comme les pages l’écrivent : celle de Paris, avec son décalage."""
    return moment.astimezone(_PARIS).isoformat()


def _password() -> str:
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    return Path(os.environ.get(PASSWORD_FILE) or Path(__file__).with_name(BESIDE)).read_text("utf-8").strip()
