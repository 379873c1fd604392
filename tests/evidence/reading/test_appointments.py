from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.engine.result import AppointmentState, AppointmentTrace
from sas_recette.evidence.reading.appointments import counted_appointments, designated, over, to_cancel, what_to_do
from tests.evidence.sample import APPOINTMENT_TRACES, CANCELLED, ILLEGIBLE, STILL_BOOKED, UNTOLD


@pytest.mark.parametrize(
    ("traces", "words"),
    [
        ((CANCELLED,), "1\u00a0annulé ou terminé"),
        ((CANCELLED, STILL_BOOKED, CANCELLED), "1\u00a0encore dans l’agenda, 2\u00a0annulés ou terminés"),
        ((UNTOLD,) * 2, "2\u00a0incertains"),
    ],
)
def test_the_count_of_appointments(traces: tuple[AppointmentTrace, ...], words: str) -> None:
    assert counted_appointments(traces) == words


def test_what_is_to_cancel_is_apart_from_what_is_over() -> None:
    assert to_cancel(APPOINTMENT_TRACES) == (STILL_BOOKED, UNTOLD, ILLEGIBLE)
    assert over(APPOINTMENT_TRACES) == (CANCELLED,)


def test_what_a_person_has_to_do() -> None:
    assert what_to_do(CANCELLED) == what_to_do(replace(ILLEGIBLE, state=AppointmentState.OVER)) == ""
    assert what_to_do(STILL_BOOKED) == "Annulez-le dans la solution."
    assert what_to_do(UNTOLD) == "Cherchez-le dans l’agenda et annulez-le s’il y est encore."
    assert what_to_do(ILLEGIBLE).startswith("Rien ne l’identifie\u00a0: retrouvez-le")


def test_what_designates_an_appointment() -> None:
    assert designated(replace(STILL_BOOKED, system="")) == [
        "Essai 3D4E5F",
        "le 12\u00a0mars\u00a02026 à 11:30:05 (UTC+01:00)",
        "professionnel 810100050075",
        "RDV-0002",
    ]
    assert designated(ILLEGIBLE) == []
