from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sas_recette.editor.accounts.model import Identifier, Regulator, Uniqueness
from sas_recette.editor.appointments.facts import appointment_roles
from sas_recette.editor.product import DailySlots, fill
from sas_recette.editor.seed import seed_day
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM
from tests.editor.appointments.bench import CPTS, LATER, MANAGEMENT, PS, REGULATION, SOS, START, Desk, desk
from tests.editor.bench import AGENDA_BASE, NOW, query
from tests.editor.sso_bench import LISE, PAUL, hidden, main_of

ROLES = appointment_roles()


@pytest.fixture
def held() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def test_a_booking_by_a_regulator_is_posted_at_once(held: Desk) -> None:
    page = held.book(held.regulator())
    assert main_of(page) == 'id="confirmation" data-statut="booked"'
    [sent] = held.platform.received
    assert (sent.method, sent.path, sent.query) == ("POST", "/Appointment", "")
    assert sent.headers["content-type"] == sent.headers["accept"] == "application/fhir+json"
    assert sent.body == {
        "resourceType": "Appointment",
        "meta": {"profile": ["http://sas.fr/fhir/StructureDefinition/FrAppointmentSAS"]},
        "extension": [
            {
                "url": "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator",
                "valueReference": {"identifier": typed("IDNPS", IDNPS_SYSTEM, "3350000001/PK01")},
            }
        ],
        "identifier": [{"system": "urn:oid:1.2.250.1.999.1.9.3", "value": sent.body["identifier"][0]["value"]}],
        "status": "booked",
        "start": START,
        "end": "2026-06-17T09:30:00+02:00",
        "created": "2026-06-16T10:12:00+02:00",
        "participant": [
            {
                "actor": {
                    "identifier": typed("IDNPS", IDNPS_SYSTEM, ROLES.practitioner),
                    "display": "Joëlle KERMAREC",
                },
                "status": "accepted",
            }
        ],
    }
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sent.body["identifier"][0]["value"])
    assert "Joëlle".encode() in sent.raw


def typed(code: str, system: str, value: str) -> dict[str, object]:
    coding = {"system": "http://interopsante.org/fhir/CodeSystem/fr-v2-0203", "code": code}
    return {"type": {"coding": [coding]}, "system": system, "value": value}


def test_updates_are_conditional_on_one_identifier_for_life(held: Desk) -> None:
    regulator, staff = held.regulator(), held.staff()
    held.book(regulator)
    held.act(regulator, "deplacement", creneau=LATER)
    held.act(staff, "praticien", praticien=ROLES.replacement)
    held.act(staff, "absence")
    held.act(staff, "venue")
    assert held.platform.told == ["POST booked", "PUT booked", "PUT booked", "PUT noshow", "PUT fulfilled"]
    [identifier] = {one.identifier for one in held.platform.received}
    system, _, value = identifier.partition("|")
    assert {one.query for one in held.platform.received[1:]} == {f"identifier={system}%7C{value}"}
    moved, replaced = (one.body for one in held.platform.received[1:3])
    assert (moved["start"], moved["end"]) == (LATER, "2026-06-18T15:30:00+02:00")
    assert replaced["participant"][0]["actor"]["identifier"]["value"] == ROLES.replacement
    assert {one.body["created"] for one in held.platform.received} == {"2026-06-16T10:12:00+02:00"}


@pytest.mark.parametrize("page", [PS, CPTS, SOS])
def test_a_moved_or_cancelled_appointment_frees_its_slot(held: Desk, page: str) -> None:
    regulator = held.regulator(page)
    held.book(regulator, page)
    assert START not in held.free(page)
    held.act(regulator, "deplacement", creneau=LATER)
    assert (START in held.free(page), LATER in held.free(page)) == (True, False)
    held.act(regulator, "annulation")
    assert {START, LATER} <= set(held.free(page))
    assert held.platform.told[-1] == "PUT cancelled"


def test_a_request_to_sos_medecins_waits_then_has_a_practitioner(held: Desk) -> None:
    page = held.book(held.regulator(SOS), SOS)
    assert "elle attend une confirmation" in page.text
    staff = held.staff()
    [asked] = held.platform.received
    administrative = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "ADM"}
    assert asked.body["meta"]["profile"] == [
        "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/sas-sos-appointment"
    ]
    assert asked.body["participant"] == [{"type": [{"coding": [administrative]}], "status": "needs-action"}]
    assert "Le patient est venu" not in staff.open(f"{AGENDA_BASE}/rendez-vous/1").text
    assert held.act(staff, "venue").status_code == 409
    held.act(staff, "acceptation")
    assert held.platform.last["participant"] == [{"type": [{"coding": [administrative]}], "status": "accepted"}]
    held.act(staff, "praticien", praticien=ROLES.replacement)
    held.act(staff, "venue")
    assert held.platform.told == ["POST pending", "PUT booked", "PUT booked", "PUT fulfilled"]
    assert held.platform.last["participant"][0]["actor"]["identifier"]["value"] == ROLES.replacement


def test_a_cancelled_request_was_never_accepted(held: Desk) -> None:
    regulator = held.regulator(SOS)
    held.book(regulator, SOS)
    held.act(regulator, "annulation")
    assert (held.platform.last["status"], held.platform.last["participant"][0]["status"]) == (
        "cancelled",
        "needs-action",
    )


def test_the_patient_cancels_by_the_link_of_the_confirmation(held: Desk) -> None:
    page = held.book(held.regulator())
    found = re.search(r'data-annulation="oui" href="([^"]+)"', page.text)
    assert found is not None
    patient = held.bench.surfer()
    assert "<h1>Votre rendez-vous</h1>" in patient.open(found[1]).text
    assert "Le rendez-vous est annulé." in patient.send(found[1], {}).text
    assert held.platform.told == ["POST booked", "PUT cancelled"]
    assert patient.send(found[1], {}).status_code == 409
    assert patient.open(f"{AGENDA_BASE}/annulation/autre").status_code == 404
    assert len(held.platform.received) == 2


def test_what_the_practice_books_is_not_told(held: Desk) -> None:
    staff = held.staff()
    held.book(staff, family="Ordinaire")
    held.act(staff, "deplacement", creneau=LATER)
    held.act(staff, "annulation")
    assert held.platform.received == []


def test_two_regulators_at_once_get_one_slot(held: Desk) -> None:
    one, other = held.regulator(), held.regulator(person=LISE)
    shown = other.open(PS)
    assert held.book(one).status_code == 200
    form = {"jeton": hidden(shown)["jeton"], "creneau": "slot-j1-1-0900", "nom": "Second", "prenom": "Éric"}
    late = other.send(f"{PS}/reservations", form)
    assert (late.status_code, "Ce créneau n’est plus libre." in late.text) == (409, True)
    assert held.platform.told == ["POST booked"]


def test_a_regulator_sees_and_changes_only_his_or_her_own(held: Desk) -> None:
    one, other = held.regulator(), held.regulator(person=LISE)
    held.book(one)
    assert 'data-patient="Durand Zoé"' in one.open(REGULATION).text
    assert "Durand" not in other.open(REGULATION).text
    address = f"{AGENDA_BASE}/rendez-vous/1"
    assert other.open(address).status_code == other.open(f"{address}/confirmation").status_code == 404
    token = {"jeton": hidden(other.open(PS))["jeton"]}
    assert other.send(f"{address}/annulation", token).status_code == 404
    mine = {"jeton": hidden(one.open(address))["jeton"]}
    assert one.send(f"{address}/venue", mine).status_code == 403
    assert one.send(f"{address}/annulation", {"jeton": "faux"}).status_code == 403
    assert held.bench.surfer().open(address).url.path == "/connexion"
    assert held.platform.told == ["POST booked"]


def test_the_operator_is_who_the_account_is_by_now(held: Desk) -> None:
    regulator = held.regulator()
    held.book(regulator)
    with held.bench.store.regulators.transaction() as register:
        [account] = register.with_email(PAUL.email)
    technical = Identifier(SAS_TECHNICAL_SYSTEM, "b6e39355-8a61-4556-b340-36f7b95fec6a")
    held.bench.change(account, Regulator((technical,), active=True, family="K", given="P", email=PAUL.email))
    held.act(regulator, "deplacement", creneau=LATER)
    assert operator(held) == typed("INTRN", technical.system, technical.value)
    held.bench.change(account, Regulator((technical,), active=False, family="K", given="P", email=PAUL.email))
    held.act(held.staff(), "annulation")
    assert operator(held) == typed("INTRN", technical.system, technical.value)
    with held.bench.store.regulators.transaction() as register:
        register.release(account.id, technical)
        register.add(Regulator((technical,), True, "A", "B", "a.b@regul.example"), "", NOW, Uniqueness())
    assert held.platform.told[-1] == "PUT cancelled"


def operator(held: Desk) -> object:
    return held.platform.last["extension"][0]["valueReference"]["identifier"]


def test_appointments_outlive_the_slots_of_a_day(held: Desk) -> None:
    held.book(held.regulator())
    held.bench.now += timedelta(days=1)
    assert START not in held.free(PS)
    staff = held.staff()
    assert "Durand Zoé" in staff.open(MANAGEMENT).text
    held.act(staff, "venue")
    assert held.platform.last["start"] == START


def test_filling_again_keeps_the_slots_of_appointments(held: Desk) -> None:
    held.book(held.regulator())
    store = held.bench.store
    fill(store, NOW, "")
    DailySlots(store, seed_day(NOW)).prepare(NOW)
    with store.appointments.transaction() as ledger:
        assert ledger.take("slot-j1-1-0900") is None
        [appointment] = ledger.all()
        ledger.free_slot(appointment.number)
        assert ledger.take("slot-j1-1-0900") is not None


def test_the_new_agendas_are_found_by_a_search(held: Desk) -> None:
    from tests.editor.bench import Bench

    found = Bench(store=held.bench.store)
    assert len(found.slots(ROLES.practitioner)) == 18
    assert query(ROLES.practitioner)
    held.book(held.regulator())
    assert "slot-j1-1-0900" not in found.slots(ROLES.practitioner)
