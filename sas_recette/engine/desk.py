"""What a scenario of INT_R03 holds: slots to book, somebody who acts in the solution, and the platform's inbox.

Every message that comes is recorded and judged by itself, then for what it was awaited for. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC
from random import Random
from typing import Final

from sas_recette.engine.accounts import accepted
from sas_recette.engine.appointments_data import Appointments
from sas_recette.engine.bench import Bench, MissingDataError, NotPlayableError
from sas_recette.engine.booked import (
    CANCELLED,
    Booked,
    Change,
    Outcome,
    any_message,
    kept,
    key_of,
    operator_of,
    slot_of,
    telling,
)
from sas_recette.engine.faulty_servers import faulty_identities
from sas_recette.engine.hands import Action, DriverHand, Hand, PersonHand, Task
from sas_recette.engine.offers import Offer, UseCase, need, search
from sas_recette.engine.sign_on import SignOn, sign_on
from sas_recette.exchange.model import Exchange, Judgement
from sas_recette.norm.typography import french
from sas_recette.platform.accounts import IdentifierKind, Regulator
from sas_recette.platform.appointment import Appointment, Author
from sas_recette.platform.identity.person import Person as Identity
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.inbox.watching import Watch
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.appointments.awaited import AT_ONCE
from sas_recette.rules.appointments.reading import Message, read_message

_REFUSED: Final = frozenset({InboxFault.S400, InboxFault.S422})
_SETTLING: Final = 10.0
"""Seconds granted to what was awaited, once something else has come in its stead."""

_PATIENTS: Final = ("Zoé", "Anaïs", "Noël", "Maëlle", "François", "Léa", "Jérôme", "Agnès")


_BAD: Final[Mapping[InboxFault, str]] = {
    InboxFault.UNTRUSTED_CERTIFICATE: "inconnu",
    InboxFault.EXPIRED_CERTIFICATE: "expiré",
    InboxFault.WRONG_HOST: "au nom d’un autre hôte",
}

_CLEANERS: Final[tuple[Author, ...]] = ("regulator", "practice")

_AUTHORS: Final[Mapping[Author, str]] = {
    "regulator": "par le régulateur",
    "practice": "par le cabinet",
    "patient": "par le patient",
}


@contextmanager
def appointments(bench: Bench) -> Iterator[Desk]:
    """Appointments for one scenario; those that are still to come when it ends are cancelled.

    Raises MissingDataError when `[appointments]` is not filled in.
    """
    declared = bench.candidate.appointments
    if declared is None or not declared.base_url:
        raise MissingDataError("appointments.base_url")
    with sign_on(bench) as sas:
        desk = Desk(bench, declared, sas)
        try:
            yield desk
        finally:
            desk.close()


class Desk:
    """What a scenario does around an appointment. Use it through `appointments`."""

    def __init__(self, bench: Bench, declared: Appointments, sas: SignOn) -> None:
        self.bench = bench
        self.declared = declared
        self.sas = sas
        self.inbox: Inbox = sas.stage.inbox
        self._identities: dict[str, Identity] = {}
        self._hand: Hand = (
            DriverHand(sas, self.identity)
            if declared.booking == "driver"
            else PersonHand(sas, self.identity, sas.stage.person)
        )
        self._booked: list[Booked] = []
        self._seen: list[Exchange] = []
        self._random = Random(f"{bench.seed}/{bench.scenario}/patients")  # noqa: S311 # nothing secret is drawn

    def regulator(self, kind: IdentifierKind = IdentifierKind.TECHNICAL) -> Regulator:
        """A regulator with an account. Raises NotPlayableError when the account is refused."""
        return self.sas.regulator(kind)

    def identity(self, regulator: Regulator) -> Identity:
        """A regulator as the platform knows him, the same all along the scenario."""
        if regulator.email not in self._identities:
            self._identities[regulator.email] = self.sas.person(regulator)
        return self._identities[regulator.email]

    def offers(self, use_case: UseCase, count: int = 1) -> tuple[Offer, ...]:
        """The first free slots. Raises MissingDataError or NotPlayableError when there are not that many."""
        answer = self.search(use_case, "Recherche d’un créneau à réserver")
        return need(answer, use_case, self.bench.clock(), count)

    def search(self, use_case: UseCase, step: str) -> SearchAnswer:
        """Search the agenda that the scenario books in."""
        return search(self.bench, self.declared, use_case, step)

    def book(self, regulator: Regulator, offer: Offer, *faults: InboxFault) -> Booked:
        """Have a regulator take a slot, and have judged what comes; `faults` are the platform's first answers."""
        booked = self._new(regulator, offer)
        self._watch()
        self.inbox.inject(self.bench.scenario, *faults)
        step = f"Prise du rendez-vous par {regulator.given} {regulator.family}"
        settling = self._settling(*faults)
        wanted = kept if faults else any_message
        done = self._done(Action.BOOK, booked, booked.appointment, step, wanted, settling=settling)
        awaits = offer.use_case == "sos" and self.declared.confirmation
        self._judge_awaited("rdv-booked", booked, done, {"pending": awaits})
        return booked

    def book_ordinary(self, offer: Offer) -> tuple[Exchange, ...]:
        """Have the practice take a slot for a patient who does not come from the SAS; what came meanwhile."""
        regulator = Regulator("", "", "", self.sas.accounts.technical().identifier)
        appointment = replace(self._new_appointment(offer), author="practice")
        before = len(self._seen)
        self.inbox.watch(
            Watch(
                self.bench.scenario,
                french("Rendez-vous hors parcours SAS"),
                practitioners=frozenset({offer.practitioner} - {""}),
                starts=frozenset({offer.start}),
            )
        )
        task = Task(
            Action.BOOK_ORDINARY, appointment, regulator, "Rendez-vous hors parcours SAS", lambda: False, _SETTLING
        )
        self._hand.act(task)
        self.inbox.wait(self.bench.scenario, lambda _: False, self.declared.silence)
        self._take()
        return tuple(self._seen[before:])

    def change(
        self,
        change: Change,
        booked: Booked,
        author: Author = "practice",
        *,
        to: Offer | None = None,
        practitioner: str = "",
    ) -> None:
        """Have something done to an appointment, and have judged what comes."""
        if not booked.messages:
            raise NotPlayableError("le rendez-vous n’a pas été transmis à sa prise (voir RDV-S01)")
        before = booked.appointment
        new_start, new_end = (to.start, to.end) if to else (None, None)
        told = replace(before, author=author, new_start=new_start, new_end=new_end, new_practitioner=practitioner)
        booked.appointment = replace(told, start=new_start or before.start, end=new_end or before.end)
        self._watch()
        wanted = telling(change.status, booked.appointment.start)
        done = self._done(change.action, booked, told, f"{change.step} {_AUTHORS[author]}", wanted)
        if practitioner:
            booked.appointment = replace(booked.appointment, practitioner=practitioner)
        self._judge_awaited("rdv-updated", booked, done, {"event": change.event, "status": change.status})

    def judge_agenda(self, booked: Booked, before: SearchAnswer, during: SearchAnswer, after: SearchAnswer) -> None:
        """Have it judged that the slot was offered, no longer is once taken, and is again once given back."""
        expect = {"slot": slot_of(booked.offer), "practitioner": booked.offer.practitioner, "url": booked.offer.url}
        self._judge("rdv-agenda", [one.exchange.id for one in (before, during, after) if one.exchange], expect)

    def judge_ordinary(self, ordinary: Collection[Exchange], booked: Booked) -> None:
        """Have it judged that nothing came of an ordinary appointment, where a regulator’s is sent."""
        control = [one.exchange.id for one in booked.messages]
        ids = [one.id for one in ordinary if one.id not in control]
        self._judge("rdv-ordinary", [*ids, *control], {"controls": len(control)})

    def judge_certificate(self, booked: Booked) -> None:
        """Have the issuer of the solution’s certificate judged, where it should be IGC-Santé."""
        self._judge("rdv-certificate", [one.exchange.id for one in booked.messages], {})

    def judge_retry(self, booked: Booked, fault: InboxFault) -> None:
        """Have it judged what became of a message that the platform answered badly."""
        expect = {"fault": fault.value, "seconds": self.declared.window}
        self._judge("rdv-retry", [one.exchange.id for one in booked.messages], expect)

    def compete(self, offer: Offer, first: Regulator, second: Regulator) -> None:
        """Two regulators have the same free slot before their eyes, and take it one after the other."""
        rivals = [self._new(first, offer), self._new(second, offer)]
        self._watch()
        for booked in rivals:
            self._hand.open(booked.appointment, booked.regulator)
        for booked in rivals:
            step = f"Réservation du même créneau par {booked.regulator.given} {booked.regulator.family}"
            self._done(Action.TAKE, booked, booked.appointment, step, any_message, self.declared.silence)
            booked.taken = bool(booked.messages)
        self._judge(
            "rdv-same-slot", [one.exchange.id for booked in rivals for one in booked.messages], {"slot": slot_of(offer)}
        )

    def book_under(self, state: InboxFault, regulator: Regulator, offer: Offer) -> None:
        """Have a slot taken while the platform’s certificate is in some state; then the platform shows its own again.

        Raises NotPlayableError when the bench has no certificate in that state.
        """
        if state is not InboxFault.UNTRUSTED_CERTIFICATE and state not in faulty_identities(self.bench.candidate.tls):
            raise NotPlayableError(
                f"le banc n’a pas de certificat {_BAD[state]} à montrer\u00a0: seule l’autorité à laquelle la solution fait "
                'confiance peut en délivrer un (tls.folder, avec tls.pki = "banc")'
            )
        booked = self._new(regulator, offer)
        self._watch()
        self.inbox.certificate = state
        try:
            step = f"Prise du rendez-vous, certificat de la plateforme {_BAD[state]}"
            self._done(Action.BOOK, booked, booked.appointment, step, any_message, self.declared.silence)
        finally:
            self.inbox.certificate = None
        self.inbox.step(self.bench.scenario, french("La plateforme présente de nouveau son certificat"))
        self.inbox.wait(self.bench.scenario, lambda one: one.facts.get("applied") == "yes", self.declared.window)
        self._take()
        self._judge("rdv-untrusted", [one.id for one in self._seen], {"state": state.value})

    def deactivate(self, regulator: Regulator) -> bool:
        """Have the account of a regulator deactivated (INT_R02); whether the candidate says that it is."""
        accounts = self.sas.accounts
        step = "Désactivation du compte du régulateur"
        return accepted(accounts.send(accounts.change(step, regulator.identifier, regulator.deactivated())))

    def renamed(self, regulator: Regulator) -> Regulator:
        """The same regulator once his account has a national identifier (INT_R02). Raises NotPlayableError when refused."""
        accounts = self.sas.accounts
        after = replace(regulator, identifier=accounts.new.rpps())
        step = "Passage du compte à l’identifiant national"
        if not accepted(accounts.send(accounts.change(step, regulator.identifier, after))):
            raise NotPlayableError("le changement d’identifiant du compte a été refusé (INT_R02)")
        return after

    def _cancel_the_rest(self) -> None:
        """As the regulator or else as the practice; what cannot be is told as left behind."""
        for booked in self._booked:
            for author in _CLEANERS:
                if booked.to_come:
                    with suppress(NotPlayableError):
                        self._cancel(booked, author)
                        booked.taken = False

    def _cancel(self, booked: Booked, author: Author) -> None:
        """Told and judged as any cancellation; where nothing came of the booking, nothing is waited for."""
        if booked.messages:
            self.change(CANCELLED, booked, author)
            return
        told = replace(booked.appointment, author=author)
        self._done(Action.CANCEL, booked, told, f"Annulation {_AUTHORS[author]}", any_message, 0.0)

    def close(self) -> None:
        """Cancel what is still to come, leave the solution, and have each appointment judged as a whole."""
        self._cancel_the_rest()
        self._hand.close()
        self._take()
        self.inbox.unwatch(self.bench.scenario)
        for booked in filter(lambda one: one.messages, self._booked):
            self._judge("rdv-history", [message.exchange.id for message in booked.messages], {})
        if len(self._booked) > 1:
            every = [message.exchange.id for booked in self._booked for message in booked.messages]
            self._judge("rdv-several", every, {})

    def _new(self, regulator: Regulator, offer: Offer) -> Booked:
        booked = Booked(offer, regulator, self._new_appointment(offer))
        self._booked.append(booked)
        return booked

    def _new_appointment(self, offer: Offer) -> Appointment:
        family = f"Essai {self._random.randrange(16**6):06X}"
        given = self._random.choice(_PATIENTS)
        return Appointment(offer.url, offer.start, offer.end, family, given, offer.practitioner, offer.place)

    def _watch(self) -> None:
        operators = {key_of(operator_of(one.regulator)) for one in self._booked}
        people = {
            name for one in self._booked for name in (one.appointment.practitioner, one.appointment.new_practitioner)
        }
        starts = {one.offer.start for one in self._booked} | {one.appointment.start for one in self._booked}
        self.inbox.watch(
            Watch(
                self.bench.scenario,
                operators=frozenset(operators),
                practitioners=frozenset(people - {""}),
                starts=frozenset(starts),
            )
        )

    def _done(
        self,
        action: Action,
        booked: Booked,
        told: Appointment,
        step: str,
        wanted: Callable[[Message], bool],
        seconds: float | None = None,
        settling: float = _SETTLING,
    ) -> Outcome:
        """Have something done, then wait for what it triggers; the exchanges are recorded in any case.

        Once something has come that is not what was `wanted`, that is waited for `settling` seconds more.
        """
        step, scenario, known = french(step), self.bench.scenario, {one.id for one in self._seen}
        self.inbox.step(scenario, step)

        def awaited(exchange: Exchange) -> bool:
            message = read_message(exchange)
            return exchange.id not in known and self._owner(message) is booked and wanted(message)

        def arrived() -> bool:
            return self.inbox.wait(scenario, awaited, 0) is not None

        patience = self._seconds(action) if seconds is None else seconds
        try:
            done = self._hand.act(Task(action, told, booked.regulator, step, arrived, self._seconds(action)))
            booked.taken = True
            if self.inbox.wait(scenario, lambda one: one.id not in known, patience) is not None:
                self.inbox.wait(scenario, awaited, min(settling, patience))
            elif seconds is None:
                self.sas.stage.patience.let_down = True
        finally:
            self._take()
        mine = {one.exchange.id for one in booked.messages}
        new = (one for one in self._seen if one.id not in known)
        came = tuple(one.id for one in new if one.id in mine or not one.request.method)
        return Outcome(done, came, patience)

    def _settling(self, *faults: InboxFault) -> float:
        """How long a message that the platform did not take is waited for anew."""
        if not faults:
            return _SETTLING
        return self.declared.silence if _REFUSED.intersection(faults) else self.declared.window

    def _seconds(self, action: Action) -> float:
        attendance = action in {Action.MARK_HONOURED, Action.MARK_ABSENT}
        window = self.declared.attendance_window if attendance else self.declared.window
        return float(min(window, AT_ONCE.total_seconds()) if self.sas.stage.patience.let_down else window)

    def _take(self) -> None:
        """Record what came, each message judged by itself, and hand it to the appointment that it is about."""
        for exchange in self.inbox.taken():
            self.bench.recorder.exchange(exchange)
            if exchange.scenario != self.bench.scenario:
                continue
            self._seen.append(exchange)
            message = read_message(exchange)
            owner = self._owner(message)
            if owner is not None and exchange.request.method:
                owner.messages.append(message)
            use_case = owner.offer.use_case if owner else "ps"
            expect: dict[str, object] = {"use_case": use_case, "identifier_system": self.declared.identifier_system}
            if owner is not None:
                expect["patient"] = [owner.appointment.family]
            self._judge("rdv-message", [exchange.id], expect)

    def _owner(self, message: Message) -> Booked | None:
        """The appointment that a message is about; the last one when nothing tells."""
        return max(reversed(self._booked), key=lambda one: one.strength(message), default=None)

    def _judge_awaited(self, check: str, booked: Booked, outcome: Outcome, more: dict[str, object]) -> None:
        now, done = booked.appointment, outcome.done
        pages = [done.visit.page.id] if done.visit else []
        kind, value = booked.regulator.identifier.kind, booked.regulator.identifier.value
        expect = {
            "use_case": booked.offer.use_case,
            "asked_at": done.at.astimezone(UTC).isoformat(),
            "window": outcome.waited,
            "slot": slot_of(now),
            "practitioner": now.practitioner,
            "operator": {"system": kind.system, "value": value},
            "patient": [now.family],
        }
        self._judge(check, [*outcome.came, *pages], expect | more)

    def _judge(self, check: str, ids: Collection[str], expect: Mapping[str, object]) -> None:
        self.bench.recorder.judgement(Judgement(self.bench.scenario, check, tuple(ids), expect))
