"""Who acts in the solution: its own driver in a browser, or a person who is told what to do (appointments.md §10)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from sas_recette.engine.bench import NotPlayableError
from sas_recette.engine.instructions import instruction
from sas_recette.engine.person import Ending, Person
from sas_recette.engine.sign_on import SignOn, Visit
from sas_recette.platform.accounts import Regulator
from sas_recette.platform.appointment import Appointment
from sas_recette.platform.browser import Tab
from sas_recette.platform.identity.person import Person as Identity


class Action(StrEnum):
    """What is done in the solution, by the name of the driver's method."""

    BOOK = "book"
    TAKE = "take"
    """`book`, on a page that is open already."""

    BOOK_ORDINARY = "book_ordinary"
    MOVE = "move"
    REPLACE = "replace"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    MARK_HONOURED = "mark_honoured"
    MARK_ABSENT = "mark_absent"


@dataclass(frozen=True, slots=True)
class Done:
    """When something was done, aware, and what the browser showed then; a person shows nothing."""

    at: datetime
    visit: Visit | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: `arrived` tells whether what it must trigger has come, and a person is waited for `seconds`."""

    action: Action
    appointment: Appointment
    regulator: Regulator
    step: str
    arrived: Callable[[], bool]
    seconds: float


class Hand(Protocol):
    """Acts in the solution."""

    def act(self, task: Task) -> Done:
        """Do something. Raises NotPlayableError when it cannot be done."""
        ...

    def open(self, appointment: Appointment, regulator: Regulator) -> None:
        """Have a regulator look at a slot, without taking it. Raises NotPlayableError."""
        ...

    def close(self) -> None:
        """Leave the solution."""
        ...


_STAFF: Final = "personnel"


@dataclass(slots=True)
class DriverHand:
    """The editor's driver: a browser for each regulator, who comes by single sign-on, and one for the staff."""

    sas: SignOn
    identity: Callable[[Regulator], Identity]
    _tabs: dict[str, Tab] = field(default_factory=dict)
    _held: ExitStack = field(default_factory=ExitStack)

    def act(self, task: Task) -> Done:
        """See the port."""
        tab = self._tab(task)
        at = self.sas.bench.clock()
        method = Action.BOOK if task.action is Action.TAKE else task.action
        visit = self.sas.seen(tab.act(method, step=task.step, appointment=task.appointment), judged=False)
        _must(visit, task.step)
        return Done(at, visit)

    def close(self) -> None:
        """See the port."""
        self._tabs.clear()
        self._held.close()

    def _tab(self, task: Task) -> Tab:
        author, who = task.appointment.author, task.regulator
        if author == "patient":
            return self._new_tab()
        if author == "practice":
            return self._tabs.get(_STAFF) or self._staff(task.appointment)
        if task.action is Action.BOOK or who.email not in self._tabs:
            self.open(task.appointment, who)
        return self._tabs[who.email]

    def open(self, appointment: Appointment, regulator: Regulator) -> None:
        """See the port: by the link of the slot, and single sign-on."""
        who = regulator
        tab = self._tabs.setdefault(who.email, self._tabs.get(who.email) or self._new_tab())
        step = f"Arrivée de {who.given} {who.family} par l’adresse du créneau"
        visit = self.sas.arrive_in(tab, self.sas.from_the_sas(appointment.url), self.identity(who), step)
        if not visit.admitted:
            raise NotPlayableError("le régulateur n’obtient pas de session dans la solution (voir SSO-S01)")

    def _staff(self, appointment: Appointment) -> Tab:
        tab = self._new_tab()
        step = "Connexion d’une personne de la solution"
        _must(self.sas.seen(tab.act("log_in", step=step, appointment=appointment), judged=False), step)
        self._tabs[_STAFF] = tab
        return tab

    def _new_tab(self) -> Tab:
        return self._held.enter_context(self.sas.browser()).tab()


def _must(visit: Visit, step: str) -> None:
    if visit.page.fault is not None:
        raise NotPlayableError(f"«\u00a0{step}\u00a0» n’a pas pu se faire\u00a0: {visit.page.fault.detail}")


@dataclass(slots=True)
class PersonHand:
    """A person who acts in the solution, with the regulator already logged in at the platform."""

    sas: SignOn
    identity: Callable[[Regulator], Identity]
    person: Person

    def open(self, appointment: Appointment, regulator: Regulator) -> None:
        """Not asked for: he opens it when he takes it."""

    def act(self, task: Task) -> Done:
        """See the port."""
        who, address = task.regulator, ""
        if task.appointment.author == "regulator":
            self.sas.connected(self.identity(who), task.step)
            address = self.sas.from_the_sas(task.appointment.url)
        answer = self.person.ask(instruction(task.action, task.appointment, who, address), task.seconds, task.arrived)
        self.sas.take()
        if answer.ending is Ending.IMPOSSIBLE:
            raise NotPlayableError(
                f"«\u00a0{task.step}\u00a0» est impossible, selon la personne qui recette\u00a0: {answer.why}"
            )
        if answer.ending is Ending.LATE:
            raise NotPlayableError(f"«\u00a0{task.step}\u00a0»\u00a0: personne n’a répondu dans le temps imparti")
        return Done(self.sas.bench.clock())

    def close(self) -> None:
        """Nothing is open."""
