"""Small pieces of FHIR JSON that every resource is made of."""

from __future__ import annotations

from datetime import datetime

from sas_recette.editor.agenda import Agenda
from sas_recette.editor.http import Resource


def instant(moment: datetime) -> str:
    """A FHIR instant with milliseconds and offset, in the local time of the place."""
    return moment.isoformat(timespec="milliseconds")


def without_empty(body: Resource) -> Resource:
    """The same without the elements that have nothing to say: FHIR forbids them empty."""
    return {name: value for name, value in body.items() if value not in (None, "", [], {}, [{}])}


def schedule_id(agenda: Agenda) -> str:
    """Logical id of a Schedule."""
    return f"agenda-{agenda.id}"
