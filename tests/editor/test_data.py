from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from sas_recette.editor.agenda import Agenda, AgendaSlot, IdentifierKind, Place, SlotState
from sas_recette.editor.facts import LineStatus, agenda_lines, candidate_roles
from sas_recette.editor.normalise import bare_rpps, bare_siret, international_phone, prefixed_rpps, prefixed_structure
from sas_recette.editor.passwords import generated_hash, hash_password, password_matches
from sas_recette.editor.seed import rolling_start, seed_day, seed_slots
from sas_recette.editor.seed_directory import AGENDAS, page_slug
from sas_recette.editor.store import Store
from sas_recette.editor.structure_facts import association_roles, centre_lines, cpts_facts
from tests.editor.bench import ARMOR, CORN, NOW, PS_A, PS_B, PS_G, SOS_X, Bench, resources


def test_roles_of_the_cahier() -> None:
    roles = candidate_roles()
    assert (roles.one_site.identifier, roles.one_site.family, roles.one_site.given) == (PS_A, "MERCIER", "Aline")
    assert [place.city for place in roles.two_sites.places] == ["RENNES", "SAINT-MALO"]
    assert [place.structure for place in roles.two_sites.places] == ["1990000010", "499900000029028"]
    assert (roles.stored_raw.identifier, roles.stored_raw.phone) == (PS_G, "+33261910007")
    assert roles.stored_raw.places[0].structure == "399900006000015"
    assert roles.no_phone.phone is None
    assert roles.colleague_a.places == roles.colleague_b.places
    assert roles.colleague_a.specialties == ("SM40",)
    assert roles.one_site.specialties == ("SM54", "Médecine du sport")
    assert roles.two_sites.motifs == (
        "Consultation de médecine générale",
        "Petite traumatologie",
        "Visite à domicile",
    )
    assert roles.unknown == "899900000995"
    assert len(set(roles.fill_up)) == 25


def test_declared_lines() -> None:
    lines = {line.id: line for line in agenda_lines(NOW)}
    assert len(lines) == 26
    assert lines["slot-a1"].start == datetime.fromisoformat("2026-06-16T10:45:00+02:00")
    assert lines["slot-a5"].end == datetime.fromisoformat("2026-06-19T00:05:00+02:00")
    assert lines["slot-i1"].start == datetime.fromisoformat("2026-06-17T09:00:00+04:00")
    states = {key: lines[key].status for key in ("slot-a2", "slot-a6", "slot-a7", "slot-a8")}
    assert states == {
        "slot-a2": LineStatus.FREE,
        "slot-a6": LineStatus.BUSY,
        "slot-a7": LineStatus.UNAVAILABLE,
        "slot-a8": LineStatus.PRIVATE,
    }
    assert lines["slot-a3"].consultations == ("AMB", "HH")
    assert lines["slot-a3"].motifs == ("Soins non programmés", "Pédiatrie")
    assert lines["slot-a4"].appointment == "WALKIN"


def test_declared_lines_are_those_that_the_search_returns() -> None:
    upper = datetime.fromisoformat("2026-06-18T23:59:59.999+02:00")
    for role in (candidate_roles().one_site, candidate_roles().two_sites, candidate_roles().overseas):
        expected = {
            (line.id, line.start)
            for line in agenda_lines(NOW)
            if line.practitioner == role.identifier and line.status is LineStatus.FREE and NOW <= line.start <= upper
        }
        found = resources(Bench().bundle(role.identifier), "Slot")
        assert {(slot["id"], datetime.fromisoformat(slot["start"])) for slot in found} == expected


@hypothesis.settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001
def test_the_rolling_slot_is_soon_and_round(now: datetime) -> None:
    start = rolling_start(now)
    assert timedelta(minutes=30) <= start - now < timedelta(minutes=35)
    assert (start.minute % 5, start.second, start.microsecond) == (0, 0, 0)


@pytest.mark.parametrize(
    ("now", "day", "offset"),
    [
        ("2026-03-27T23:30:00+00:00", "2026-03-28", 2),  # clocks go forward on 29 March
        ("2026-10-24T12:00:00+00:00", "2026-10-24", 1),  # and back on 25 October
        ("2026-06-16T21:59:59+00:00", "2026-06-16", 2),
        ("2026-06-16T22:00:00+00:00", "2026-06-17", 2),
    ],
)
def test_the_day_is_that_of_paris_and_hours_are_local(now: str, day: str, offset: int) -> None:
    moment = datetime.fromisoformat(now)
    assert seed_day(moment).isoformat() == day
    slot = next(slot for slot in seed_slots(moment) if slot.id == "slot-b1")
    assert (slot.start.hour, slot.start.utcoffset()) == (9, timedelta(hours=offset))


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("0261910007", "+33261910007"),
        ("02 61 91 00 07", "+33261910007"),
        ("02.61.91.00.07", "+33261910007"),
        ("+33 2 61 91 00 07", "+33261910007"),
        ("0033261910007", "+33261910007"),
        ("+262262990009", "+262262990009"),
    ],
)
def test_phone_numbers(stored: str, expected: str) -> None:
    assert international_phone(stored) == expected


def test_national_numbers() -> None:
    assert prefixed_rpps("99900000078") == prefixed_rpps("899900000078") == PS_G
    assert bare_rpps(PS_G) == "99900000078"
    assert bare_rpps("0123456789") == "0123456789"
    assert prefixed_structure(IdentifierKind.SIRET, "999 000 060 00015") == "399900006000015"
    assert prefixed_structure(IdentifierKind.FINESS, "1990000010") == "1990000010"
    assert prefixed_structure(IdentifierKind.RPPS_RANG, "99900000029028") == "499900000029028"


def test_page_slugs() -> None:
    assert page_slug("Élodie", "GARNIER") == "elodie-garnier"
    assert page_slug("Jean Marc", "L’HÔTE") == "jean-marc-l’hote"


def test_passwords() -> None:
    hashed = hash_password("sésame")
    assert password_matches("sésame", hashed)
    assert not password_matches("sesame", hashed)
    assert hash_password("sésame") != hashed


def test_a_generated_password_is_nobodys() -> None:
    one, other = generated_hash(), generated_hash()
    assert one.partition("$")[0] != hash_password("sésame").partition("$")[0]
    assert len({part for stored in (one, other) for part in stored.split("$")[1:]}) == 4
    assert not any(password_matches(guess, one) for guess in ("", one, one.rpartition("$")[2]))


def test_the_store_refuses_a_dangling_agenda(own_store: Store) -> None:
    stranger = Agenda("z9", Place("lieu-inconnu", "1 rue X", "75001", "PARIS", "Europe/Paris"), None)
    orphans = [slot for slot in seed_slots(NOW) if slot.id == "slot-b1"]
    own_store.load_directory([stranger])
    own_store.replace_slots(orphans)
    with pytest.raises(IntegrityError):
        own_store.replace_slots([_moved(orphans[0], Agenda("absent", stranger.place, None))])


def test_the_store_refuses_two_agendas_of_one_person_in_one_place(own_store: Store) -> None:
    first = AGENDAS["a1"]
    with pytest.raises(IntegrityError):
        own_store.load_directory([Agenda("a2", first.place, first.professional)])


def test_a_booking_is_taken_once_and_never_on_a_reserved_slot(own_store: Store) -> None:
    with own_store.appointments.transaction() as ledger:
        assert ledger.take("slot-b1")
        assert not ledger.take("slot-b1")
        assert not ledger.take("slot-a8")
        assert not ledger.take("inconnu")
    assert Bench(store=own_store).slots(PS_B) == ["slot-b2", "slot-b3", "slot-b4"]


def test_filling_again_forgets_what_nobody_booked(own_store: Store) -> None:
    with own_store.appointments.transaction() as ledger:
        assert ledger.take("slot-b1")
    own_store.replace_slots(seed_slots(NOW))
    assert Bench(store=own_store).slots(PS_B)[0] == "slot-b1"


def test_a_copy_lives_its_own_life(own_store: Store) -> None:
    copy = own_store.copy()
    with copy.appointments.transaction() as ledger:
        assert ledger.take("slot-b1")
    (person,) = own_store.professionals_numbered([PS_B])
    states = [SlotState.BUSY]
    window = (NOW, NOW + timedelta(days=9))
    assert [slot.id for slot in copy.slots([person], *window, states)] == ["slot-b1"]
    assert own_store.slots([person], *window, states) == ()
    copy.close()


def _moved(slot: AgendaSlot, agenda: Agenda) -> AgendaSlot:
    return dataclasses.replace(slot, agenda=agenda)


def test_roles_of_int_r04() -> None:
    roles = candidate_roles()
    alpha, beta = "1990000119", "1990000127"
    seen = {
        role.identifier: [line.cpts for line in agenda_lines(NOW) if line.practitioner == role.identifier]
        for role in (roles.one_cpts, roles.two_cpts)
    }
    assert seen == {
        roles.one_cpts.identifier: [(alpha,), ()],
        roles.two_cpts.identifier: [(alpha,), (beta,), (alpha, beta)],
    }
    assert roles.without_cpts == roles.one_site
    assert [(one.identifier, one.name, one.phone) for one in cpts_facts()] == [
        (alpha, "CPTS DES DEUX RIVES", "+33199000011"),
        (beta, "CPTS DU PLATEAU", "+33199000012"),
    ]


def test_roles_of_int_sos1() -> None:
    roles = association_roles()
    assert (roles.two_centres.identifier, roles.other.identifier, roles.unknown) == (ARMOR, CORN, SOS_X)
    assert roles.stored_raw == roles.two_centres
    assert roles.no_slots.name == "SOS Médecins Léon"
    north, south = roles.two_centres.centres
    assert (north.name, north.phone, north.place.city) == (
        "Centre de consultation Armor Nord",
        "+33261910021",
        "SAINT-BRIEUC",
    )
    assert [(one.days[0], one.opens.hour, one.closes.hour) for one in south.hours] == [("mon", 9, 20), ("sat", 10, 18)]
    assert roles.other.name == "SOS Médecins Cornouaille"


def test_declared_lines_of_centres_are_those_that_the_search_returns() -> None:
    upper = datetime.fromisoformat("2026-06-18T23:59:59.999+02:00")
    lines = centre_lines(NOW)
    assert len(lines) == 12
    assert {(line.owner, line.place_name) for line in lines if line.id == "slot-s2"} == {
        (ARMOR, "Centre de consultation Armor Sud")
    }
    for number in (ARMOR, CORN):
        free = [line for line in lines if line.owner == number and line.status is LineStatus.FREE]
        expected = {(line.id, line.start) for line in free if NOW <= line.start <= upper}
        found = resources(Bench().sos(number), "Slot")
        assert {(slot["id"], datetime.fromisoformat(slot["start"])) for slot in found} == expected


def test_a_siret_with_and_without_prefix() -> None:
    assert bare_siret(ARMOR) == "99900021900017"
    assert bare_siret("99900021900017") == "99900021900017"
    assert bare_siret("1990000119") == "1990000119"
