"""The defects of the appointments: each changes what the platform hears, or what becomes of a slot."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

import httpx
import pytest

from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.appointments.facts import appointment_roles
from sas_recette.editor.appointments.policy import REFERENCE_APPOINTMENTS, AppointmentPolicy
from sas_recette.editor.behaviour import REFERENCE, Behaviour, through
from sas_recette.editor.defects import DEFECTS
from sas_recette.norm.canonicals import SAS_TECHNICAL_SYSTEM
from sas_recette.norm.requirements import How, load_catalogue
from tests.editor.appointments.bench import LATER, PS, SOS, START, Desk, desk
from tests.editor.sso_bench import LISE, PAUL, Surfer, hidden

OURS: Final = {item.id: item for item in DEFECTS.values() if item.flow == "INT_R03"}
OF_TLS: Final = {
    "rdv-without-client-certificate": replace(REFERENCE_APPOINTMENTS, presents_certificate=False),
    "rdv-tls-not-verified": replace(REFERENCE_APPOINTMENTS, verifies_tls=False),
}
_UUID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEADERS: Final = ("accept", "content-type")

Heard = list[tuple[str, str, tuple[str, ...], bytes]]


def story(held: Desk) -> Heard:
    """Two regulators, the practice and SOS Médecins: what the platform hears, and what becomes of slots."""
    rename(held)
    paul, lise, staff = held.regulator(), held.regulator(person=LISE), held.staff()
    late = rival(held, lise)
    held.book(paul)
    held.wait(0.5)
    again = lise.send(f"{PS}/reservations", late)
    held.act(paul, "deplacement", creneau=LATER)
    held.act(staff, "praticien", praticien=appointment_roles().replacement)
    held.book(lise, start="2026-06-17T10:00:00+02:00")
    held.act(staff, "absence")
    held.act(lise, "annulation", number=2 if again.status_code == httpx.codes.CONFLICT else 3)
    requested(held, paul, staff)
    held.wait(130)
    held.book(staff, start="2026-06-17T11:00:00+02:00")
    heard = numbered(held)
    return [*heard, ("agenda", "", (f"{START in held.free(PS)}", f"{again.status_code}"), b"")]


def rename(held: Desk) -> None:
    """The platform knows Paul by another identifier than at first."""
    technical = Identifier(SAS_TECHNICAL_SYSTEM, "0f0f0f0f-0000-4000-8000-000000000001")
    with held.bench.store.regulators.transaction() as register:
        [account] = register.with_email(PAUL.email)
    held.bench.change(account, replace(account.regulator, identifiers=(technical,)))


def rival(held: Desk, surfer: Surfer) -> dict[str, str]:
    """The form of somebody who sees the first slot free."""
    del held
    token = hidden(surfer.open(PS))["jeton"]
    return {"jeton": token, "creneau": "slot-j1-1-0900", "nom": "Second", "prenom": "Éric"}


def requested(held: Desk, paul: Surfer, staff: Surfer) -> None:
    """The life of a request to SOS Médecins."""
    held.book(paul, SOS)
    page = staff.open("https://agenda.editeur.example/gestion")
    number = max(int(found) for found in re.findall(r"/rendez-vous/(\d+)", page.text))
    held.act(staff, "acceptation", number)
    held.act(staff, "praticien", number, praticien=appointment_roles().replacement)
    held.act(staff, "venue", number)


def numbered(held: Desk) -> Heard:
    """The messages, their identifiers told apart by their order only."""
    known: dict[bytes, bytes] = {}

    def rank(found: re.Match[bytes]) -> bytes:
        return known.setdefault(found[0], b"uuid-%d" % len(known))

    return [
        (
            one.method,
            _UUID.sub(rank, f"{one.path}?{one.query}".encode()).decode(),
            tuple(one.headers[name] for name in _HEADERS),
            _UUID.sub(rank, one.raw),
        )
        for one in held.platform.received
    ]


@cache
def reference() -> tuple[tuple[str, str, tuple[str, ...], bytes], ...]:
    return tuple(told(REFERENCE))


def told(behaviour: Behaviour) -> Heard:
    with desk(behaviour, httpx.Response(503)) as held:
        return story(held)


def test_the_reference_tells_everything_once() -> None:
    assert [(method, path.partition("=")[0]) for method, path, _, _ in reference()] == [
        ("POST", "/Appointment?"),
        ("POST", "/Appointment?"),
        *[("PUT", "/Appointment?identifier")] * 2,
        ("POST", "/Appointment?"),
        *[("PUT", "/Appointment?identifier")] * 2,
        ("POST", "/Appointment?"),
        *[("PUT", "/Appointment?identifier")] * 3,
        ("agenda", ""),
    ]
    assert reference()[-1][2] == ("True", "409")


@pytest.mark.parametrize("defect_id", sorted(set(OURS) - set(OF_TLS)))
def test_a_defect_shows(defect_id: str) -> None:
    assert tuple(told(OURS[defect_id].behaviour)) != reference()


@pytest.mark.parametrize(("defect_id", "policy"), OF_TLS.items())
def test_a_defect_of_the_connection_turns_one_knob(defect_id: str, policy: AppointmentPolicy) -> None:
    assert through(OURS[defect_id].behaviour.appointments, REFERENCE_APPOINTMENTS) == policy


def test_every_automatic_row_has_a_defect() -> None:
    automatic = {name for name, one in load_catalogue().items() if name.startswith("RDV-") and one.how is How.AUTO}
    assert automatic <= {name for item in OURS.values() for name in (*item.failures, *item.reserves)}
    assert len(OURS) >= 60
