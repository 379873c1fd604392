"""Behaviours that keep to one flow: what a version does to its CPTS or SOS Médecins answers and to no others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sas_recette.editor.agenda import AgendaSlot
from sas_recette.editor.behaviour import (
    Behaviour,
    BundleHook,
    CriteriaHook,
    EntriesHook,
    Entry,
    RequestHook,
    ResourceHook,
    SelectionHook,
)
from sas_recette.editor.criteria import INCLUDE_COMMUNITIES, INCLUDE_SERVICES, SlotCriteria
from sas_recette.editor.defects.edits import at
from sas_recette.editor.errors import FhirError
from sas_recette.editor.flows import Flow
from sas_recette.editor.http import Incoming, Reply, Resource
from sas_recette.norm import canonicals

Selected = tuple[AgendaSlot, ...]
Condition = Callable[[Incoming], bool]

CPTS_ROUTE: Final = "/Slot"
SOS_ROUTE: Final = "/Schedule"

_BAD_REQUEST: Final = 400
_SOS: Final = {
    "Slot": canonicals.SLOT_SOS,
    "Schedule": canonicals.SCHEDULE_SOS,
    "Location": canonicals.LOCATION_SOS,
    "Organization": canonicals.ORGANIZATION_SOS,
}
_CPTS: Final = {
    "Slot": canonicals.SLOT_CPTS,
    "HealthcareService": canonicals.HEALTHCARE_SERVICE_CPTS,
    "Organization": canonicals.ORGANIZATION_CPTS,
}


def on_cpts(kind: str, edit: ResourceHook) -> Behaviour:
    """An edit of every resource of one type of an INT_R04 answer (Slot, HealthcareService or Organization)."""
    return _on(_CPTS[kind], edit)


def on_sos(kind: str, edit: ResourceHook) -> Behaviour:
    """An edit of every resource of one type of an INT_SOS1 answer."""
    return _on(_SOS[kind], edit)


def in_entries(flow: Flow, change: EntriesHook) -> Behaviour:
    """A change of the entries of the answers of one flow."""

    def hook(entries: list[Entry]) -> list[Entry]:
        of_flow = any(declares(entry.resource, flow.slot_profile) for entry in entries)
        return change(entries) if of_flow else entries

    return Behaviour(entries=(hook,))


def in_bundle(flow: Flow, edit: BundleHook) -> Behaviour:
    """An edit of the Bundles of one flow."""
    return Behaviour(bundle=(_scoped(flow.bundle_profile, edit),))


def in_criteria(flow: Flow, change: CriteriaHook) -> Behaviour:
    """Another reading of the criteria of one flow."""
    return Behaviour(criteria=(lambda criteria: change(criteria) if criteria.flow is flow else criteria,))


def in_selection(flow: Flow, change: SelectionHook) -> Behaviour:
    """Another choice of the slots of one flow."""

    def hook(slots: Selected, criteria: SlotCriteria) -> Selected:
        return change(slots, criteria) if criteria.flow is flow else slots

    return Behaviour(selection=(hook,))


def without_sos(*kinds: str) -> Behaviour:
    """INT_SOS1 answers without the entries of some types."""
    return _without({_SOS[kind] for kind in kinds})


def without_cpts(*kinds: str) -> Behaviour:
    """INT_R04 answers without the entries of some types."""
    return _without({_CPTS[kind] for kind in kinds})


def refuses(when: Condition, status: int, code: str, message: str) -> Behaviour:
    """Requests that are not executed."""

    def hook(incoming: Incoming) -> Incoming:
        if when(incoming):
            raise FhirError(status, code, message)
        return incoming

    return Behaviour(request=(hook,))


def rereads(when: Condition, change: RequestHook) -> Behaviour:
    """Requests that are understood otherwise."""
    return Behaviour(request=(lambda incoming: change(incoming) if when(incoming) else incoming,))


def replies(route: str, change: Callable[[Reply], Reply]) -> Behaviour:
    """A change of the answers to the searches of a route that could be executed."""

    def hook(reply: Reply, incoming: Incoming) -> Reply:
        return change(reply) if incoming.route == route and reply.status < _BAD_REQUEST else reply

    return Behaviour(reply=(hook,))


def is_sos(incoming: Incoming) -> bool:
    """A search of INT_SOS1."""
    return incoming.route == SOS_ROUTE


def is_cpts(incoming: Incoming) -> bool:
    """A search of INT_R04."""
    asked = {value for name, value in incoming.parameters if name.startswith("_include")}
    return incoming.route == CPTS_ROUTE and bool(asked & {INCLUDE_SERVICES, INCLUDE_COMMUNITIES})


def sos_asks(name: str, value: str = "") -> Condition:
    """A search of INT_SOS1 with a parameter, or with one value of it."""
    return lambda incoming: (
        is_sos(incoming) and any(given == name and value in {"", text} for given, text in incoming.parameters)
    )


def cpts_asks(name: str, value: str) -> Condition:
    """A search of INT_R04 with one value of a parameter."""
    return lambda incoming: is_cpts(incoming) and (name, value) in incoming.parameters


def declares(resource: Resource, profile: str) -> bool:
    """Whether a resource declares a profile."""
    return profile in (at(resource, "meta", "profile") or [])


def _on(profile: str, edit: ResourceHook) -> Behaviour:
    return Behaviour(resource=(_scoped(profile, edit),))


def _scoped(profile: str, edit: ResourceHook) -> ResourceHook:
    """An edit of what declares a profile; where another defect already removed what is edited, nothing is left to do."""

    def hook(resource: Resource) -> None:
        if declares(resource, profile):
            with suppress(LookupError):
                edit(resource)

    return hook


def _without(profiles: set[str]) -> Behaviour:
    def hook(entries: list[Entry]) -> list[Entry]:
        return [one for one in entries if not any(declares(one.resource, profile) for profile in profiles)]

    return Behaviour(entries=(hook,))
