"""The checks of the appointments by name; the messages of a judgement come in the order of their arrival.

`use_case` is `ps` (by default), `cpts` or `sos`: it chooses the profile, whatever meta.profile says. What an `expect` does not
say is not judged.

| check | messages and pages | expect |
|---|---|---|
| rdv-message | messages, each judged alone | use_case, identifier_system (declared), patient (names that must be nowhere) |
| rdv-booked | what came after a booking, nothing included; the page | use_case, asked_at, window, slot (start, end), practitioner, operator (system, value), former_operator, pending |
| rdv-updated | what came after an event, nothing included; the page | the same, with the slot as it now is, and event: moved, replaced, identified, cancelled, honoured, absent, confirmed |
| rdv-history | every message of one appointment | |
| rdv-several | the messages of several appointments | |
| rdv-ordinary | what came during an ordinary booking, then the messages of a booking of the SAS | controls: how many these are |
| rdv-retry | the messages of one appointment, from the fault on; the page | fault (503, reset…), seconds |
| rdv-agenda | the answers to a search before the booking, after it, and after its cancellation | slot, practitioner, url |
| rdv-same-slot | the messages of two bookings of one slot | slot |
| rdv-certificate | messages under a certificate that IGC-Santé should have issued | |
| rdv-untrusted | what came under a bad certificate of the platform, then under its own | state |

An instant is a FHIR instant; `window` and `seconds` are in seconds. The `patient` of a booking is not judged: it
tells what is left in the agenda.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.rules.appointments import (
    bookings,
    certificates,
    history,
    identifier,
    participants,
    payload,
    privacy,
    request,
    retries,
    scope,
    updates,
)
from sas_recette.rules.rule import Rule, rules_of

_OF_WHO_AND_WHEN: Final = (
    bookings.regulator_of_the_appointment,
    bookings.practitioner_of_the_slot,
    bookings.practitioner_sent_when_known,
)

APPOINTMENT_CHECKS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "rdv-message": (
        *payload.CONSTRAINTS,
        *rules_of(payload, request, participants, privacy),
        identifier.system_of_the_solution,
        certificates.client_certificate,
        certificates.tls_version,
    ),
    "rdv-booked": (
        bookings.booking_is_told,
        bookings.told_at_once,
        bookings.times_of_the_slot,
        bookings.request_awaits_confirmation,
        bookings.date_of_the_booking,
        *_OF_WHO_AND_WHEN,
    ),
    "rdv-updated": (*updates.TRIGGERED, updates.updated_by_put, updates.times_are_kept, *_OF_WHO_AND_WHEN),
    "rdv-history": (
        history.identifier_kept,
        history.one_identifier,
        history.created_once,
        history.statuses_follow,
        identifier.CONSTANT_SYSTEM,
    ),
    "rdv-several": (identifier.value_of_one_appointment, identifier.CONSTANT_SYSTEM),
    "rdv-ordinary": (scope.ordinary_appointments_stay_home,),
    "rdv-retry": (retries.sent_again, history.one_identifier, history.created_once),
    "rdv-agenda": (scope.booked_slot_is_taken, scope.freed_slot_is_offered_again),
    "rdv-same-slot": (scope.one_appointment_a_slot,),
    "rdv-certificate": (certificates.range_of_the_certificate,),
    "rdv-untrusted": (certificates.nothing_to_a_stranger,),
}
"""The rules of each check."""
