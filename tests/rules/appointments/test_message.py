"""Each fault of a message reddens its own row; whatever the specification allows reddens none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sas_recette.norm.canonicals import TRE_R38_SPECIALTY
from tests.norm.cases_appointment import FOREIGN
from tests.norm.french import slips
from tests.norm.validation import DELETE, Changes
from tests.rules.appointments.building import (
    ACTOR_ID,
    ADM,
    BASE,
    BOOKED,
    BOOKED_SOS,
    HEADERS,
    ID,
    MOVED,
    OPERATOR_ID,
    OTHER,
    PENDING_SOS,
    PROFILE,
    RPPS,
    SAS,
    SYSTEM,
    TECHNICAL,
    VALUE,
    actor,
    criterion,
    judged,
    post,
    published,
    put,
    sent,
    typed,
    with_,
)
from tests.rules.building import Json, Verdicts

IMPOSTOR = {"system": "https://editeur.example", "value": "12"}


def red(verdicts: Verdicts) -> tuple[set[str], set[str]]:
    """Failures and réserves; every sentence of theirs is French."""
    for tally in verdicts.tallies.values():
        for finding in tally.findings:
            said = finding.message.replace('("")', "(vide)")  # how JSON writes it
            assert slips(said) == slips(finding.expected) == [], finding
            assert finding.exchange
    return verdicts.fails, verdicts.warns


def of_ps(changes: Changes, edition: str = "1.2.0") -> tuple[set[str], set[str]]:
    return red(judged(post(with_(changes)), edition=edition))


def of_sos(changes: Changes, body: Json = PENDING_SOS) -> tuple[set[str], set[str]]:
    return red(judged(post(with_(changes, body)), use_case="sos"))


@pytest.mark.parametrize("edition", ["1.1.0", "1.2.0"])
@pytest.mark.parametrize("sos", [False, True])
def test_the_published_examples_satisfy_every_shall(edition: str, *, sos: bool) -> None:
    verdicts = judged(post(published(edition=edition, sos=sos)), use_case="sos" if sos else "ps", edition=edition)
    older = {"RDV-025"} if edition == "1.1.0" else set()
    assert red(verdicts) == (set(), {"RDV-024", *older})
    assert len(verdicts.tallies["RDV-024"].findings) == 2
    assert verdicts.seen("RDV-024") == ("Appointment.start", "un décalage +02:00", "2026-09-04T14:00:00+01:00")


def test_the_reference_bodies_are_conformant_and_examined() -> None:
    for body, use_case in ((BOOKED, "ps"), (BOOKED, "cpts"), (BOOKED_SOS, "sos"), (PENDING_SOS, "sos")):
        for message in (post(body), put(body)):
            verdicts = judged(message, use_case=use_case, identifier_system=SYSTEM)
            assert red(verdicts) == (set(), set())
            always = {*(f"RDV-0{number}" for number in (11, 12, 13, 15, 16, 17, 20, 22, 24, 25, 26, 29)), "RDV-034"}
            assert not verdicts.unverified & (always | {"RDV-035", "RDV-041", "RDV-043", "RDV-044", "RDV-045"})
    of_rdv = {name for name in judged(put()).unverified if name.startswith("RDV")}
    assert of_rdv == {"RDV-019", "RDV-030", "RDV-032", "RDV-033"}
    assert {"RDV-021", "RDV-027", "RDV-040"} <= judged(put(PENDING_SOS), use_case="sos").unverified


@pytest.mark.parametrize(
    ("changes", "requirement", "place"),
    [
        ({("identifier",): DELETE}, "RDV-013", "identifier"),
        ({(*ID, "value"): DELETE}, "RDV-013", "identifier[0].value"),
        ({("identifier", -1): {"system": SYSTEM, "value": OTHER}}, "RDV-013", "identifier"),
        ({("extension",): DELETE}, "RDV-016", "extension"),
        ({("extension",): [*BOOKED["extension"], *BOOKED["extension"]]}, "RDV-016", "extension"),
        ({("extension", 0, "url"): "http://interopsante.org/autre"}, "RDV-016", "extension"),
        (
            {(*OPERATOR_ID[:3],): {"reference": "Practitioner/12"}},
            "RDV-016",
            "extension[0].valueReference.identifier",
        ),
        ({(*OPERATOR_ID, "value"): DELETE}, "RDV-016", "extension[0].valueReference.identifier.value"),
        ({(*OPERATOR_ID, "system"): SAS}, "RDV-017", "extension[0].valueReference.identifier.system"),
        ({(*OPERATOR_ID, "type"): DELETE}, "RDV-017", "extension[0].valueReference.identifier.type"),
        ({("status",): DELETE}, "RDV-020", "status"),
        ({("status",): "Booked"}, "RDV-020", "status"),
        ({("status",): "checked-in"}, "RDV-020", "status"),
        ({("status",): 3}, "RDV-020", "status"),
        ({("start",): DELETE}, "RDV-022", "start"),
        ({("end",): "2026-09-04T14:15"}, "RDV-022", "end"),
        ({("start",): 1788523200}, "RDV-022", "start"),
        ({("start",): "2026-02-30T14:00:00+01:00"}, "RDV-022", "start"),
        ({("participant",): DELETE}, "RDV-026", "participant"),
        ({("participant", 0): {"status": "accepted"}}, "RDV-026", "participant[0]"),
        ({("participant", 0, "status"): DELETE}, "RDV-026", "participant[0].status"),
        ({("participant", 0, "actor"): {"display": "Dr X"}}, "RDV-027", "participant"),
        ({(*ACTOR_ID, "type"): typed("INTRN")}, "RDV-027", "participant"),
        ({(*ACTOR_ID, "value"): RPPS[1:]}, "RDV-028", "participant[0].actor.identifier.value"),
        ({("participant", 0, "status"): "tentative"}, "RDV-029", "participant[0].status"),
        ({("created",): None}, "RDV-035", "created"),
        ({("comment",): ""}, "RDV-035", "comment"),
        ({(*ID, "value"): ""}, "RDV-035", "identifier[0].value"),
        ({("participant",): []}, "RDV-035", "participant"),
        ({("slot",): [{}]}, "RDV-035", "slot[0]"),
        ({("created",): "hier"}, "RDV-011", "created"),
        ({("identifier",): {"system": SYSTEM, "value": VALUE}}, "RDV-011", "identifier"),
        ({("minutesDuration",): "15"}, "RDV-011", "minutesDuration"),
        ({("minutesDuration",): 0}, "RDV-011", "minutesDuration"),
        ({("patient",): {"display": "x"}}, "RDV-011", "patient"),
        ({("cancelationReason",): {"text": "x"}}, "RDV-011", "cancelationReason"),
        ({("participant", -1): {"actor": {"identifier": IMPOSTOR}, "status": "accepted"}}, "RDV-011", None),
        ({("specialty",): [typed("SM26")]}, "RDV-011", "specialty[0].coding"),
    ],
)
def test_a_fault_reddens_one_row(changes: Changes, requirement: str, place: str | None) -> None:
    verdicts = judged(post(with_(changes)))
    assert red(verdicts) == ({requirement}, set())
    if place is not None:
        assert verdicts.first(requirement).location == f"Appointment.{place}"


@pytest.mark.parametrize(
    ("changes", "requirement"),
    [
        ({("meta",): DELETE}, "RDV-012"),
        ({("meta", "profile"): ["http://interopsante.org/fhir/StructureDefinition/FrAppointmentSAS"]}, "RDV-012"),
        ({("status",): "pending"}, "RDV-021"),
        ({("created",): DELETE}, "RDV-025"),
        ({("created",): "2026-09"}, "RDV-025"),
        ({(*ACTOR_ID, "value"): "0359999990"}, "RDV-028"),
        ({("end",): "2026-09-04T14:00:00+02:00"}, "RDV-041"),
        ({("end",): "2026-09-04T13:45:00+02:00"}, "RDV-041"),
        ({("specialty",): [typed("ZZ99", TRE_R38_SPECIALTY)]}, "RDV-011"),
        ({("status",): "noshow", ("cancelationReason",): {"text": "Non venu"}}, "RDV-011"),
    ],
)
def test_what_is_only_a_reserve(changes: Changes, requirement: str) -> None:
    assert of_ps(changes) == (set(), {requirement})


def test_needs_action_of_a_practitioner() -> None:
    cancelled: Changes = {("status",): "cancelled", ("participant", 0, "status"): "needs-action"}
    waiting: Changes = {("participant", 0, "status"): "needs-action"}
    assert of_ps(waiting) == (set(), {"RDV-030", "RDV-040"})
    assert of_ps(waiting, "1.1.0") == ({"RDV-011"}, {"RDV-030"})
    assert of_ps(cancelled) == (set(), {"RDV-040"})
    assert of_sos({("status",): "cancelled"}) == (set(), set())


@pytest.mark.parametrize(
    ("changes", "fails", "warns"),
    [
        ({("extension", -1): FOREIGN}, {"RDV-019"}, set()),
        ({("status",): "booked"}, set(), {"RDV-030"}),
        ({("participant", 0, "status"): "accepted"}, set(), {"RDV-030"}),
        ({("status",): "booked", ("participant", 0, "status"): "accepted"}, set(), set()),
        ({("participant", 0, "type"): [typed("PPRF")]}, set(), {"RDV-033"}),
        ({("participant", 0, "type"): [{"text": "Médecin de garde"}]}, set(), {"RDV-033"}),
        ({("status",): "fulfilled", ("participant", 0, "status"): "accepted"}, {"RDV-032"}, set()),
        ({("status",): "noshow", ("participant", 0, "status"): "accepted"}, set(), set()),
        ({("participant", 0): {"actor": actor(), "status": "needs-action"}}, set(), set()),
        ({("participant", 0): {"actor": actor("1234"), "status": "needs-action"}}, {"RDV-028"}, set()),
        (
            {("participant", 0): {"type": [ADM], "actor": {"reference": "Location/1"}, "status": "needs-action"}},
            set(),
            set(),
        ),
    ],
)
def test_sos_medecins(changes: Changes, fails: set[str], warns: set[str]) -> None:
    assert of_sos(changes) == (fails, warns)


@pytest.mark.parametrize("extension", [FOREIGN, {**FOREIGN, "url": "https://autre.example"}])
def test_other_extensions_are_free_outside_sos(extension: Json) -> None:
    assert of_ps({("extension", -1): extension}) == (set(), set())


@pytest.mark.parametrize(
    "changes",
    [
        TECHNICAL,
        MOVED,
        {("id",): "ExampleAppointment"},
        {("status",): "cancelled", ("cancelationReason",): {"text": "Empêchement"}},
        {("meta", "profile"): [f"{PROFILE}|1.1.0"]},
        {("text",): {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Rendez-vous</div>'}},
        {("participant", -1): {"actor": {"display": "Cabinet des Lilas"}, "status": "accepted"}},
        {("start",): "2026-12-04T14:00:00.000+01:00", ("end",): "2026-12-04T14:15:00+01:00"},
        {("start",): "2026-10-25T02:45:00+02:00", ("end",): "2026-10-25T02:00:00+01:00"},
        {("start",): "2026-03-29T01:45:00+01:00", ("end",): "2026-03-29T03:00:00+02:00"},
        {("start",): "2026-09-03T23:45:00+02:00", ("end",): "2026-09-04T00:00:00+02:00"},
        {("identifier", 0, "system"): "https://agenda.éditeur.example/rendez-vous"},
        {("participant", 0, "actor", "display"): "Dr Zoé Noël-Lefèvre"},
    ],
)
def test_what_the_specification_allows(changes: Changes) -> None:
    assert of_ps(changes) == (set(), set())


def test_the_offset_is_that_of_the_day_of_the_clock_change() -> None:
    late: Changes = {("start",): "2026-10-25T02:45:00+01:00", ("end",): "2026-10-25T03:00:00+02:00"}
    verdicts = judged(post(with_(late)))
    assert verdicts.warns == {"RDV-024", "RDV-041"}
    zulu: Changes = {("start",): "2026-09-04T12:00:00Z", ("end",): "2026-09-04T12:15:00Z"}
    assert of_ps(zulu) == (set(), {"RDV-024"})


class TestIdentifierSystem:
    @pytest.mark.parametrize("system", ["1.2.250.1.999", "MonEditeur", "urn:oid:1.02.3", "urn:uuid:x", SAS, "http://"])
    def test_is_an_oid_or_a_url_of_the_solution(self, system: str) -> None:
        assert of_ps({(*ID, "system"): system}) == ({"RDV-015"}, set())

    def test_is_the_one_that_was_declared(self) -> None:
        verdicts = judged(post(), identifier_system="https://agenda.example/rdv")
        assert red(verdicts) == ({"RDV-015"}, set())
        assert verdicts.seen("RDV-015") == ("Appointment.identifier[0].system", "https://agenda.example/rdv", SYSTEM)
        assert red(judged(post(), identifier_system="")) == (set(), set())


class TestCriterion:
    @pytest.mark.parametrize(
        "query",
        [
            criterion(),
            f"?identifier={SYSTEM}|{VALUE}",
            f"?identifier={SYSTEM.replace(':', '%3A')}%7c{VALUE}",
            f"{criterion()}&_format=json",
            f"?_format=application/fhir%2Bjson&identifier={SYSTEM}|{VALUE}",
        ],
    )
    def test_every_legal_spelling(self, query: str) -> None:
        verdicts = judged(put(query=query))
        assert red(verdicts) == (set(), set())
        assert not verdicts.unverified & {"RDV-009", "RDV-010", "RDV-039"}

    @pytest.mark.parametrize(
        ("query", "requirement"),
        [
            (f"?Identifier={SYSTEM}|{VALUE}", "RDV-010"),
            (f"?identifier={VALUE}", "RDV-039"),
            (f"{criterion()}&status=booked", "RDV-009"),
        ],
    )
    def test_what_is_only_a_reserve(self, query: str, requirement: str) -> None:
        assert red(judged(put(query=query))) == (set(), {requirement})

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "?_id=12",
            f"?identifier={SYSTEM}%7C{OTHER}",
            f"?identifier=|{VALUE}",
            f"?identifier={SYSTEM}|",
            "?identifier=",
            f"?identifier={SYSTEM}%257C{VALUE}|x",
            f"{criterion()}&identifier={SYSTEM}|{OTHER}",
            "?appointment=12",
        ],
    )
    def test_what_does_not_designate_the_appointment(self, query: str) -> None:
        fails, warns = red(judged(put(query=query)))
        assert fails == {"RDV-009"}
        assert warns <= {"RDV-039"}

    @pytest.mark.parametrize(
        ("method", "target"),
        [
            ("PUT", "Appointment/a1"),
            ("PUT", "Appointment/a1?identifier=x"),
            ("PUT", "rdv?identifier=x"),
            ("PATCH", "Appointment/1"),
        ],
    )
    def test_an_update_is_conditional(self, method: str, target: str) -> None:
        verdicts = judged(sent(method, target, BOOKED))
        assert verdicts.fails == {"RDV-009"}
        assert target.partition("?")[0] in verdicts.first("RDV-009").observed

    def test_an_id_in_the_body_is_ignored_but_for_an_update(self) -> None:
        with_id = with_({("id",): "rdv-12"})
        assert red(judged(post(with_id))) == (set(), set())
        assert red(judged(put(with_id))) == (set(), {"RDV-009"})
        assert red(judged(put(with_id, location=f"{BASE}/Appointment/rdv-12/_history/2"))) == (set(), set())


class TestHeaders:
    @pytest.mark.parametrize(
        "accept", ["application/json+fhir", "application/fhir+json;q=0.9, */*", "APPLICATION/FHIR+JSON"]
    )
    def test_accept(self, accept: str) -> None:
        assert red(judged(post(headers=(("Accept", accept), HEADERS[2])))) == (set(), set())

    @pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
    def test_other_accept(self, accept: str) -> None:
        verdicts = judged(post(headers=(("accept", accept), HEADERS[2])))
        assert red(verdicts) == (set(), {"RDV-044"})
        assert red(judged(post(headers=HEADERS[2:]))) == (set(), {"RDV-044"})

    @pytest.mark.parametrize("media", ["application/json", "application/json+fhir", "text/plain", None])
    def test_content_type(self, media: str | None) -> None:
        headers = (*HEADERS[:2], *((("Content-Type", media),) if media else ()))
        verdicts = judged(post(headers=headers))
        assert red(verdicts) == (set(), {"RDV-045"})
        assert verdicts.seen("RDV-045")[2] == (media or "absent")

    def test_encoding(self) -> None:
        accented = json.dumps(with_({("participant", 0, "actor", "display"): "Dr Noël"}), ensure_ascii=False)
        verdicts = judged(post(accented.encode("latin-1")))
        assert red(verdicts) == ({"RDV-043"}, set())
        assert "RDV-011" in verdicts.unverified
        announced = (*HEADERS[:2], ("Content-Type", "application/fhir+json; charset=iso-8859-1"))
        assert red(judged(post(accented.encode(), headers=announced))) == (set(), {"RDV-043"})


class TestForm:
    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"null", b"[]", b'"x"', b'{"resourceType": "Patient"}', b"{}", b'{"a": NaN}', b"[" * 9999],
    )
    def test_what_is_no_appointment(self, content: bytes) -> None:
        verdicts = judged(post(content))
        assert red(verdicts) == ({"RDV-011"}, set())
        assert len(verdicts.tallies["RDV-011"].findings) == 1

    def test_a_key_given_twice(self) -> None:
        body = json.dumps(BOOKED).replace('"status": "booked"', '"status": "booked", "status": "booked"', 1).encode()
        verdicts = judged(post(body))
        assert red(verdicts) == ({"RDV-011"}, set())
        assert "«\u00a0status\u00a0»" in verdicts.first("RDV-011").message

    def test_what_wrote_nothing_is_no_message(self) -> None:
        for method in ("GET", "OPTIONS", "", "TLS"):
            verdicts = judged(sent(method, "metadata", b""))
            assert all(not one.examined for one in verdicts.tallies.values())


class TestPatient:
    @pytest.mark.parametrize(
        "changes",
        [
            {("comment",): "Zoé Martin, douleurs"},
            {("patientInstruction",): "Venir à jeun"},
            {("participant", -1): {"actor": {"reference": "Patient/12"}, "status": "accepted"}},
            {("participant", -1): {"actor": {"reference": "https://x.example/fhir/Patient/12"}, "status": "accepted"}},
            {("participant", -1): {"actor": {"type": "Patient", "display": "Zoé"}, "status": "accepted"}},
            {
                ("contained",): [{"resourceType": "Patient", "id": "p"}],
                ("participant", -1): {"actor": {"reference": "#p"}, "status": "accepted"},
            },
        ],
    )
    def test_is_not_in_the_message(self, changes: Changes) -> None:
        assert of_ps(changes) == (set(), {"RDV-034"})

    def test_is_looked_for_by_name(self) -> None:
        changes: Changes = {("participant", 0, "actor", "display"): "Rendez-vous de NOËLLE Essai"}
        names = ["Essai 4F2A", "Noelle"]
        verdicts = judged(post(with_(changes)), patient=names)
        assert red(verdicts) == (set(), {"RDV-034"})
        assert verdicts.first("RDV-034").location == "Appointment.participant[0].actor.display"
        assert red(judged(post(), patient=names)) == (set(), set())


def test_every_message_is_judged() -> None:
    faulty: list[Any] = [with_({("status",): "arrived"}), with_({("start",): DELETE})]
    first, second = post(faulty[0]), put(faulty[1])
    verdicts = judged(post(), first, second)
    assert verdicts.fails == {"RDV-020", "RDV-022"}
    assert first.exchange is not None
    assert second.exchange is not None
    assert verdicts.first("RDV-020").exchange == first.exchange.id
    assert verdicts.first("RDV-022").exchange == second.exchange.id
