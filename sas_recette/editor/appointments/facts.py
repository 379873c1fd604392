"""What the editor declares about the agendas that appointments are booked in, as it is expected on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from sas_recette.editor.appointments.model import IDENTIFIER_SYSTEM
from sas_recette.editor.appointments.seed import (
    ASSOCIATION,
    BOOKABLE_AGENDAS,
    BOOKED,
    BOOKED_IN_CPTS,
    REPLACEMENT,
)
from sas_recette.editor.normalise import prefixed_rpps, prefixed_structure


@dataclass(frozen=True, slots=True)
class AppointmentRoles:
    """Who plays which role in the scenarios of INT_R03: prefixed identifiers, and names of places.

    `replacement` may take over from `practitioner`, and be the one who answers a request made to `association`.
    """

    practitioner: str
    cpts_practitioner: str
    replacement: str
    association: str
    places: tuple[str, ...]
    identifier_system: str


def appointment_roles() -> AppointmentRoles:
    """The roles played by the seed; the same whatever the day."""
    centres = [agenda.place.centre for agenda in BOOKABLE_AGENDAS.values()]
    return AppointmentRoles(
        practitioner=prefixed_rpps(BOOKED.rpps),
        cpts_practitioner=prefixed_rpps(BOOKED_IN_CPTS.rpps),
        replacement=prefixed_rpps(REPLACEMENT.rpps),
        association=prefixed_structure(ASSOCIATION.identifier_kind, ASSOCIATION.identifier),
        places=tuple(centre.name for centre in centres if centre is not None),
        identifier_system=IDENTIFIER_SYSTEM,
    )
