"""Defects of INT_R01 that an editor makes in INT_SOS1 just as well: the same deviation, kept to the searches of agendas."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sas_recette.editor.behaviour import Behaviour, CriteriaHook, EntriesHook, ReplyHook, ResourceHook, SelectionHook
from sas_recette.editor.defects import envelope, searching, slots, wire
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import declares, in_criteria, in_entries, in_selection, is_sos
from sas_recette.editor.flows import INT_SOS1
from sas_recette.editor.http import Resource
from sas_recette.norm import canonicals

_PROFILES: Final = (
    canonicals.SLOT_SOS,
    canonicals.SCHEDULE_SOS,
    canonicals.LOCATION_SOS,
    canonicals.ORGANIZATION_SOS,
    canonicals.BUNDLE_SOS,
)
_ORIGINALS: Final = {
    item.id: item
    for item in (
        *searching.BOUNDS,
        *searching.VISIBILITY,
        *slots.INSTANTS,
        *slots.CODES,
        *slots.COMMENTS,
        *envelope.ENVELOPE,
        *wire.WIRE,
    )
}


def _kept_to_sos(behaviour: Behaviour) -> Behaviour:
    """What a behaviour does to the searches of agendas, and to no others."""
    return Behaviour(
        criteria=tuple(_criteria(hook) for hook in behaviour.criteria),
        selection=tuple(_selection(hook) for hook in behaviour.selection),
        resource=tuple(_resource(hook) for hook in behaviour.resource),
        entries=tuple(_entries(hook) for hook in behaviour.entries),
        bundle=tuple(_resource(hook) for hook in behaviour.bundle),
        reply=tuple(_reply(hook) for hook in behaviour.reply),
    )


def _criteria(hook: CriteriaHook) -> CriteriaHook:
    return in_criteria(INT_SOS1, hook).criteria[0]


def _selection(hook: SelectionHook) -> SelectionHook:
    return in_selection(INT_SOS1, hook).selection[0]


def _entries(hook: EntriesHook) -> EntriesHook:
    return in_entries(INT_SOS1, hook).entries[0]


def _resource(hook: ResourceHook) -> ResourceHook:
    def scoped(resource: Resource) -> None:
        if any(declares(resource, profile) for profile in _PROFILES):
            with suppress(LookupError):
                hook(resource)

    return scoped


def _reply(hook: ReplyHook) -> ReplyHook:
    return lambda reply, incoming: hook(reply, incoming) if is_sos(incoming) else reply


def _as_in_int_r01(defect_id: str, *failures: str, reserves: tuple[str, ...] = ()) -> Defect:
    original = _ORIGINALS[defect_id]
    behaviour = _kept_to_sos(original.behaviour)
    return int_sos1(f"sos-{defect_id}", f"{original.title} (SOS Médecins)", behaviour, *failures, reserves=reserves)


SHARED: Final[tuple[Defect, ...]] = (
    _as_in_int_r01("lower-bound-ignored", "AGR-COM-034", "AGR-SOS-003", "AGR-SOS-011"),
    _as_in_int_r01("upper-bound-ignored", "AGR-COM-035", "AGR-SOS-003", "AGR-SOS-011"),
    _as_in_int_r01("bounds-exclusive", "AGR-COM-036", "AGR-COM-043"),
    _as_in_int_r01("bounds-compared-as-text", "AGR-COM-037", "AGR-COM-043"),
    _as_in_int_r01("end-filtered", "AGR-COM-036", "AGR-COM-043"),
    _as_in_int_r01("busy-slots-sent-as-free", "AGR-COM-054"),
    _as_in_int_r01("unavailability-sent-as-free", "AGR-COM-054"),
    _as_in_int_r01("walkin-slots-withheld", "AGR-COM-043"),
    _as_in_int_r01("instants-without-offset", "AGR-COM-031"),
    _as_in_int_r01("instants-in-utc", reserves=("AGR-COM-032",)),
    _as_in_int_r01("slot-without-duration", "AGR-COM-033"),
    _as_in_int_r01("slot-schedule-missing", "AGR-COM-039", reserves=("AGR-COM-023",)),
    _as_in_int_r01("slot-type-missing", "AGR-COM-040", "AGR-COM-041", "AGR-COM-042"),
    _as_in_int_r01("consultation-types-in-one-concept", "AGR-COM-046"),
    _as_in_int_r01("appointment-type-missing", "AGR-COM-048"),
    _as_in_int_r01("appointment-type-checkup", "AGR-COM-048"),
    _as_in_int_r01("comment-missing-on-walkin", reserves=("AGR-COM-050",)),
    _as_in_int_r01("comment-with-text", "AGR-COM-051"),
    _as_in_int_r01("bundle-type-collection", "AGR-COM-007"),
    _as_in_int_r01("total-missing", "AGR-COM-008"),
    _as_in_int_r01("self-link-missing", "AGR-COM-011"),
    _as_in_int_r01("self-link-without-query", reserves=("AGR-COM-012",)),
    _as_in_int_r01("next-link", "AGR-SOS-012", reserves=("AGR-COM-013",)),
    _as_in_int_r01("empty-entry-array", "AGR-COM-010"),
    _as_in_int_r01("full-url-missing", "AGR-COM-019"),
    _as_in_int_r01("search-mode-missing", reserves=("AGR-COM-021",)),
    _as_in_int_r01("search-mode-always-match", "AGR-COM-009", reserves=("AGR-COM-021",)),
    _as_in_int_r01("entry-with-response", "AGR-SOS-012"),
    _as_in_int_r01("profiles-missing", reserves=("AGR-COM-024",)),
    _as_in_int_r01("two-profiles", reserves=("AGR-COM-024",)),
    _as_in_int_r01("unknown-element", "AGR-COM-017"),
    _as_in_int_r01("identifier-empty-array", "AGR-COM-018"),
    _as_in_int_r01("error-status-200", "AGR-COM-014", reserves=("AGR-COM-016",)),
    _as_in_int_r01("error-html", "AGR-COM-015"),
    _as_in_int_r01("error-status-500", reserves=("AGR-COM-016",)),
)
