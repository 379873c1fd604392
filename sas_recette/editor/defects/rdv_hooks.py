"""What the defects of the appointments are made of: what is told to the platform, with something left out or done otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sas_recette.editor.accounts.model import Identifier
from sas_recette.editor.appointments.messages import Outgoing, Queued
from sas_recette.editor.appointments.model import Appointment, Event
from sas_recette.editor.appointments.policy import AppointmentPolicy
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.http import Resource

Edit = Callable[[Resource, Appointment, Event], None]
Resend = Callable[[Outgoing, Queued], Outgoing]


def appointments(**changes: Any) -> Behaviour:  # noqa: ANN401 # the fields of AppointmentPolicy
    """Another policy: each field is replaced."""

    def hook(before: AppointmentPolicy) -> AppointmentPolicy:
        return replace(before, **changes)

    return Behaviour(appointments=(hook,))


def edited(edit: Edit) -> Behaviour:
    """Every resource, edited in place."""

    def hook(before: AppointmentPolicy) -> AppointmentPolicy:
        def resource(sent: Resource, appointment: Appointment, event: Event) -> Resource:
            sent = before.resource(sent, appointment, event)
            edit(sent, appointment, event)
            return sent

        return replace(before, resource=resource)

    return Behaviour(appointments=(hook,))


def resent(change: Resend) -> Behaviour:
    """Every request to the platform, changed."""

    def hook(before: AppointmentPolicy) -> AppointmentPolicy:
        return replace(before, outgoing=lambda sent, queued: change(before.outgoing(sent, queued), queued))

    return Behaviour(appointments=(hook,))


def silent(*events: Event, where: Callable[[Appointment], bool] = lambda _: True) -> Behaviour:
    """The platform does not hear of these events, of the appointments that `where` holds for."""

    def hook(before: AppointmentPolicy) -> AppointmentPolicy:
        def triggers(appointment: Appointment, event: Event) -> bool:
            return before.triggers(appointment, event) and not (event in events and where(appointment))

        return replace(before, triggers=triggers)

    return Behaviour(appointments=(hook,))


def named(name: Callable[[Appointment, Event, Identifier], Identifier]) -> Behaviour:
    """Appointments that bear another identifier than the reference gives them."""

    def hook(before: AppointmentPolicy) -> AppointmentPolicy:
        def identifier(appointment: Appointment, event: Event) -> Identifier:
            return name(appointment, event, before.identifier(appointment, event))

        return replace(before, identifier=identifier)

    return Behaviour(appointments=(hook,))


def operator_of(sent: Resource) -> Resource:
    """The identifier of the operator in a resource."""
    found: Resource = sent["extension"][0]["valueReference"]["identifier"]
    return found
