"""The driver that the guide shows, on the product's own pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import httpx
import pytest

from sas_recette.cli.reference_driver import PASSWORD_FILE, Pilote
from sas_recette.editor.appointments.facts import appointment_roles
from sas_recette.platform.appointment import Appointment, Author
from tests.editor.appointments.bench import LATER, PS, SOS, START, Desk, desk
from tests.editor.sso_bench import STAFF_PASSWORD, Surfer
from tests.matrix.scripted_page import Document, Element, form_fields, owner_form

ROLES: Final = appointment_roles()


@dataclass(slots=True)
class StaticPage:
    """What the driver asks of a page, without a browser."""

    surfer: Surfer
    url: str = ""
    document: Document = field(default_factory=lambda: Document(""))

    def goto(self, url: str) -> None:
        self._show(self.surfer.open(url))

    def fill(self, selector: str, value: str) -> None:
        element = self._element(selector)
        element.attributes = {**element.attributes, "value": value}

    def select_option(self, selector: str, value: str) -> None:
        options = [one for one in self._element(selector).inside() if one.tag == "option"]
        [chosen] = [one for one in options if one.attributes["value"] == value]
        chosen.attributes = {**chosen.attributes, "selected": ""}

    def click(self, selector: str) -> None:
        element = self._element(selector)
        if element.tag == "a":
            self.goto(urljoin(self.url, element.attributes["href"]))
            return
        form = owner_form(element, self.document)
        assert form is not None
        fields = dict(form_fields(form, self.document, element))
        self._show(self.surfer.send(urljoin(self.url, form.attributes.get("action", "")), fields))

    def _show(self, response: httpx.Response) -> None:
        self.url, self.document = str(response.url), Document(response.text)

    def _element(self, selector: str) -> Element:
        element = self.document.first(selector)
        assert element is not None, selector
        return element


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    secret = tmp_path / "mot-de-passe.txt"
    secret.write_text(f"{STAFF_PASSWORD}\n", "utf-8")
    monkeypatch.setenv(PASSWORD_FILE, str(secret))
    with desk() as opened:
        yield opened


def appointment(page: str = PS, given: str = "Zoé") -> Appointment:
    start, end = (datetime.fromisoformat(f"2026-06-17T{hour}:00+00:00") for hour in ("07:00", "07:30"))
    return Appointment(f"{page}?creneau=slot-j1-1-0900", start, end, "Essai 0A1B2C", given)


@pytest.mark.parametrize("author", ["regulator", "practice", "patient"])
def test_anybody_cancels(held: Desk, author: Author) -> None:
    driver, asked = Pilote(), appointment()
    regulator, other = StaticPage(held.regulator()), StaticPage(held.bench.surfer())
    regulator.goto(asked.url)
    driver.book(regulator, asked)
    if author == "practice":
        driver.log_in(other, asked)
    acting = regulator if author == "regulator" else other
    driver.cancel(acting, replace(asked, author=author))
    assert held.platform.told == ["POST booked", "PUT cancelled"]
    assert held.platform.received[0].body["start"] == START


def test_the_practice_does_everything(held: Desk) -> None:
    driver, asked = Pilote(), replace(appointment(SOS), author="regulator")
    regulator, staff = StaticPage(held.regulator(SOS)), StaticPage(held.bench.surfer())
    regulator.goto(asked.url)
    driver.book(regulator, asked)
    driver.move(regulator, replace(asked, new_start=datetime.fromisoformat(LATER)))
    mine = replace(asked, author="practice")
    driver.log_in(staff, mine)
    driver.confirm(staff, mine)
    driver.replace(staff, replace(mine, new_practitioner=ROLES.replacement))
    driver.mark_absent(staff, mine)
    driver.mark_honoured(staff, mine)
    driver.book_ordinary(staff, replace(mine, url=PS, given="Autre"))
    statuses = ["POST pending", "PUT pending", "PUT booked", "PUT booked", "PUT noshow", "PUT fulfilled"]
    assert held.platform.told == statuses
    assert START not in held.free(PS)
