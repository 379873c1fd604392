"""A person in the place of the driver: what is shown is enough to act, and whatever is answered is taken into account."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sas_recette.cli.reference_driver import Pilote
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.engine.person import Answer, Ending, Instruction
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from sas_recette.platform.appointment import Appointment
from sas_recette.platform.browser import Profile
from tests.matrix.cahier import Campaign, campaign
from tests.matrix.scripted import ScriptedBrowser
from tests.matrix.whole import whole_editor

_GESTURES = {
    "Prenez un rendez-vous": "book",
    "Annulez le rendez-vous": "cancel",
    "Notez que le patient est venu": "mark_honoured",
}


def _read(pattern: str, lines: tuple[str, ...]) -> str:
    found = re.search(pattern, "\n".join(lines))
    assert found is not None, lines
    return found[1]


@dataclass
class Reader:
    """Does what it reads, with the gestures of the driver; `asked` are the titles of what it was asked."""

    browser: ScriptedBrowser
    ending: Ending = Ending.DONE
    asked: list[str] = field(default_factory=list)
    agenda: str = ""

    def ask(self, what: Instruction, seconds: float, arrived: Callable[[], bool]) -> Answer:
        self.asked.append(what.title)
        assert seconds > 0
        assert not arrived()
        if self.ending in {Ending.IMPOSSIBLE, Ending.LATE}:
            return Answer(self.ending, "l’agenda est fermé")
        gesture = _GESTURES[what.title]
        if gesture == "book":
            self.agenda = _read(r"(https://\S+)", what.lines)
        with self.browser.profile("personne", ()) as profile:
            self._act(profile, gesture, what)
        return Answer(Ending.ARRIVED if arrived() else Ending.DONE)

    def _act(self, profile: Profile, gesture: str, what: Instruction) -> None:
        tab = profile.tab()
        profile.driver = Pilote()  # type: ignore[attr-defined]
        appointment = self._appointment(what)
        if gesture == "book":
            tab.open(self.agenda, step="adresse lue")
            tab.click("button[name=accepter]", step="conditions")
        else:
            tab.act("log_in", step="cabinet", appointment=appointment)
        seen = tab.act(gesture, step=gesture, appointment=appointment)
        assert seen.page.fault is None, seen.page.fault

    def _appointment(self, what: Instruction) -> Appointment:
        given, family = _read(r"Patient\s: (.+)\.", what.lines).split(" ", 1)
        written = _read(r"Créneau\s: (\d\d/\d\d/\d{4} à \d\d:\d\d)", what.lines)
        start = datetime.strptime(written, "%d/%m/%Y à %H:%M").replace(tzinfo=ZoneInfo("Europe/Paris"))
        return Appointment(self.agenda.partition("?")[0], start, start, family, given, author="practice")


def _played(folder: Path, ending: Ending, *numbers: str) -> tuple[Campaign, Reader]:
    readers: list[Reader] = []

    def person(browser: ScriptedBrowser) -> Reader:
        readers.append(Reader(browser, ending))
        return readers[0]

    with whole_editor(REFERENCE, folder, moves=True, person=person) as editor:
        flow = Flow.INT_R03
        done = campaign(
            editor.sender,
            folder,
            flow,
            declared=editor.candidate,
            played=numbers,
            stage=lambda: editor.stage,
            clock=editor.clock,
        )
    return done, readers[0]


def test_who_reads_knows_what_to_do(tmp_path: Path) -> None:
    seen, reader = _played(tmp_path, Ending.DONE, "S02", "S15")
    assert reader.asked == [
        "Prenez un rendez-vous",
        "Annulez le rendez-vous",
        "Prenez un rendez-vous",
        "Notez que le patient est venu",
    ]
    assert {one.result.id: one.result.verdict for one in seen.scenarios} == {
        "RDV-S02": Verdict.CONFORME,
        "RDV-S15": Verdict.CONFORME,
    }


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        (Ending.IMPOSSIBLE, "est impossible, selon la personne qui recette\u00a0: l’agenda est fermé"),
        (Ending.LATE, "personne n’a répondu dans le temps imparti"),
    ],
)
def test_what_could_not_be_done_is_not_verified(tmp_path: Path, ending: Ending, why: str) -> None:
    seen, reader = _played(tmp_path, ending, "S02")
    assert reader.asked == ["Prenez un rendez-vous"]
    assert seen.requirements["RDV-001"].verdict is Verdict.NON_VERIFIE
    assert why in seen.requirements["RDV-001"].reason
