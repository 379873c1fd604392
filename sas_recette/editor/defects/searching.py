"""Defects in what is searched and selected: bounds, states, professionals, visibility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sas_recette.editor.agenda import AgendaSlot, Appointment, Professional, SlotState, Visibility
from sas_recette.editor.behaviour import Behaviour, CriteriaHook, Directory, LookupHook
from sas_recette.editor.criteria import LOCAL_ZONE, SlotCriteria
from sas_recette.editor.defects.edits import on, put
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import TRE_R314_SLOT_TYPE

_TICK: Final = timedelta(microseconds=1)
_YEAR: Final = timedelta(days=365)

Selected = tuple[AgendaSlot, ...]


def _criteria(hook: CriteriaHook) -> Behaviour:
    return Behaviour(criteria=(hook,))


def _lookup(hook: LookupHook) -> Behaviour:
    return Behaviour(lookup=(hook,))


def _only(keep: Callable[[AgendaSlot, SlotCriteria], bool]) -> Behaviour:
    return Behaviour(selection=(lambda slots, criteria: tuple(slot for slot in slots if keep(slot, criteria)),))


def _from_midnight(criteria: SlotCriteria) -> SlotCriteria:
    local = criteria.lower.astimezone(LOCAL_ZONE)
    return replace(criteria, lower=local.replace(hour=0, minute=0, second=0, microsecond=0))


def _to_midnight(criteria: SlotCriteria) -> SlotCriteria:
    local = criteria.upper.astimezone(LOCAL_ZONE)
    return replace(criteria, upper=local.replace(hour=23, minute=59, second=59, microsecond=999_999))


def _without_offsets(criteria: SlotCriteria) -> SlotCriteria:
    lower, upper = criteria.lower.replace(tzinfo=LOCAL_ZONE), criteria.upper.replace(tzinfo=LOCAL_ZONE)
    return replace(criteria, lower=lower, upper=upper)


def _unknown(found: tuple[Professional, ...], criteria: SlotCriteria) -> bool:
    return len(found) < len(criteria.identifiers)


def _refuse_mixed(found: tuple[Professional, ...], criteria: SlotCriteria, _: Directory) -> tuple[Professional, ...]:
    if found and _unknown(found, criteria):
        raise FhirError(422, "not-found", "Un des identifiants de la liste est inconnu.")
    return found


def _refuse_unknown(found: tuple[Professional, ...], _: SlotCriteria, __: Directory) -> tuple[Professional, ...]:
    if not found:
        raise FhirError(404, "not-found", "PS inconnu.")
    return found


def _add_colleague(found: tuple[Professional, ...], _: SlotCriteria, directory: Directory) -> tuple[Professional, ...]:
    everybody = directory.professionals()
    following = [everybody[(everybody.index(person) + 1) % len(everybody)] for person in found]
    return tuple(dict.fromkeys((*found, *following)))


def _first_slot_of_each(slots: Selected, criteria: SlotCriteria) -> Selected:
    if len(criteria.identifiers) == 1:
        return slots
    return tuple({slot.agenda: slot for slot in reversed(slots)}.values())[::-1]


def _first_site_only(slots: Selected, _: SlotCriteria) -> Selected:
    first = {slot.agenda.professional: slot.agenda for slot in reversed(slots)}
    return tuple(slot for slot in slots if slot.agenda == first[slot.agenda.professional])


def _default_to_public(slot: Resource) -> None:
    slot["meta"].setdefault("security", [])
    if not slot["meta"]["security"]:
        slot["meta"]["security"] = [{"system": TRE_R314_SLOT_TYPE, "code": "PUBLIC"}]


def _states(*states: SlotState) -> Behaviour:
    return _criteria(lambda criteria: replace(criteria, states=(*criteria.states, *states)))


_SENT_AS_FREE: Final = on("Slot", put("free", "status"))

BOUNDS: Final[tuple[Defect, ...]] = (
    int_r01(
        "lower-bound-ignored",
        "La borne « ge » est ignorée",
        _criteria(lambda c: replace(c, lower=c.lower - _YEAR)),
        "AGR-COM-034",
    ),
    int_r01(
        "upper-bound-ignored",
        "La borne « le » est ignorée",
        _criteria(lambda c: replace(c, upper=c.upper + _YEAR)),
        "AGR-COM-035",
    ),
    int_r01(
        "start-parameter-ignored",
        "Le paramètre start est ignoré",
        _criteria(lambda c: replace(c, lower=c.lower - _YEAR, upper=c.upper + _YEAR)),
        "AGR-PS-002",
        "AGR-COM-034",
        "AGR-COM-035",
    ),
    int_r01(
        "lower-bound-by-day",
        "La borne « ge » est lue au jour près",
        _criteria(_from_midnight),
        "AGR-COM-034",
    ),
    int_r01(
        "upper-bound-by-day",
        "La borne « le » est lue au jour près",
        _criteria(_to_midnight),
        "AGR-COM-035",
    ),
    int_r01(
        "bounds-exclusive",
        "Les créneaux qui débutent exactement sur une borne sont exclus",
        _criteria(lambda c: replace(c, lower=c.lower + _TICK, upper=c.upper - _TICK)),
        "AGR-COM-036",
        "AGR-COM-043",
    ),
    int_r01(
        "bounds-compared-as-text",
        "Les bornes sont comparées comme des heures locales, sans leur décalage",
        _criteria(_without_offsets),
        "AGR-COM-037",
        "AGR-COM-043",
    ),
    int_r01(
        "end-filtered",
        "Les créneaux qui s’achèvent après la borne « le » sont exclus",
        _only(lambda slot, criteria: slot.end <= criteria.upper),
        "AGR-COM-036",
        "AGR-COM-043",
    ),
    int_r01(
        "three-slots-at-most",
        "Trois créneaux au plus sont renvoyés",
        Behaviour(selection=(lambda slots, _: slots[:3],)),
        "AGR-COM-043",
        "AGR-PS-008",
    ),
)

VISIBILITY: Final[tuple[Defect, ...]] = (
    int_r01(
        "status-ignored",
        "Le paramètre status est ignoré, les créneaux pris sont renvoyés avec leur statut",
        _states(SlotState.BUSY, SlotState.UNAVAILABLE),
        "AGR-COM-029",
        "AGR-PS-003",
        "AGR-COM-054",
    ),
    int_r01(
        "busy-slots-sent-as-free",
        "Les créneaux déjà réservés sont renvoyés comme libres",
        _states(SlotState.BUSY) + _SENT_AS_FREE,
        "AGR-COM-054",
    ),
    int_r01(
        "unavailability-sent-as-free",
        "Les indisponibilités sont renvoyées comme des créneaux libres",
        _states(SlotState.UNAVAILABLE) + _SENT_AS_FREE,
        "AGR-COM-054",
    ),
    int_r01(
        "private-slots-sent-as-public",
        "Les créneaux réservés à la patientèle sont renvoyés comme publics",
        Behaviour(sharing=(lambda slot, _, shared: shared or slot.reserved,)) + on("Slot", _default_to_public),
        "AGR-COM-055",
    ),
    int_r01(
        "snp-slots-withheld",
        "Les créneaux dédiés aux soins non programmés ne sont pas renvoyés",
        _criteria(lambda c: replace(c, audience=tuple(v for v in c.audience if v is not Visibility.SNP))),
        "AGR-COM-043",
        "AGR-COM-042",
        "AGR-COM-041",
        "AGR-COM-047",
    ),
    int_r01(
        "walkin-slots-withheld",
        "Les plages sans rendez-vous ne sont pas renvoyées",
        _only(lambda slot, _: slot.appointment is not Appointment.WALKIN),
        "AGR-COM-043",
    ),
    int_r01(
        "cpts-code-in-int-r01",
        "Les créneaux de CPTS sont renvoyés dans INT_R01 avec le code CPTS",
        _criteria(lambda c: replace(c, audience=(*c.audience, Visibility.CPTS))),
        reserves=("AGR-PS-054",),
    ),
)

LISTS: Final[tuple[Defect, ...]] = (
    int_r01(
        "first-identifier-only",
        "Seul le premier identifiant de la liste est lu",
        _criteria(lambda c: replace(c, identifiers=c.identifiers[:1])),
        "AGR-PS-007",
        "AGR-PS-008",
        "AGR-PS-051",
        "AGR-PS-052",
        "AGR-COM-043",
    ),
    int_r01(
        "list-read-as-conjunction",
        "La liste d’identifiants est lue comme un « et » : elle ne donne rien",
        _criteria(lambda c: replace(c, identifiers=c.identifiers if len(c.identifiers) == 1 else ())),
        "AGR-PS-007",
        "AGR-PS-008",
        "AGR-PS-051",
        "AGR-PS-052",
        "AGR-COM-043",
        "AGR-PS-009",
    ),
    int_r01(
        "five-identifiers-at-most",
        "Les identifiants au-delà du cinquième sont ignorés",
        _criteria(lambda c: replace(c, identifiers=c.identifiers[:5])),
        "AGR-PS-008",
        "AGR-COM-043",
    ),
    int_r01(
        "mixed-list-refused",
        "Une liste qui mêle PS connus et inconnus est refusée",
        _lookup(_refuse_mixed),
        "AGR-PS-009",
        "AGR-PS-008",
        "AGR-COM-006",
    ),
    int_r01(
        "mixed-list-empty",
        "Une liste qui contient un PS inconnu donne une réponse vide",
        _lookup(lambda found, criteria, _: () if _unknown(found, criteria) else found),
        "AGR-PS-009",
        "AGR-PS-008",
        "AGR-COM-043",
    ),
    int_r01(
        "unknown-identifier-refused",
        "Un identifiant inconnu donne une erreur 404",
        _lookup(_refuse_unknown),
        "AGR-COM-010",
        "AGR-COM-006",
    ),
    int_r01(
        "number-searched-as-stored",
        "L’identifiant n’est trouvé que s’il est enregistré avec son préfixe",
        _lookup(lambda found, criteria, _: tuple(p for p in found if p.rpps in criteria.identifiers)),
        "AGR-COM-026",
        "AGR-COM-043",
    ),
    int_r01(
        "identifier-parameter-ignored",
        "Le critère sur l’identifiant du PS est ignoré, les créneaux de tous les PS sont renvoyés",
        _lookup(lambda _, __, directory: directory.professionals()),
        "AGR-PS-005",
        "AGR-PS-010",
        "AGR-PS-021",
        "AGR-PS-051",
    ),
    int_r01(
        "colleague-returned",
        "Les créneaux d’un confrère qui n’est pas demandé sont aussi renvoyés",
        _lookup(_add_colleague),
        "AGR-PS-010",
        "AGR-PS-021",
    ),
    int_r01(
        "one-slot-each-in-a-list",
        "Dans une recherche multiple, seul le premier créneau de chaque agenda est renvoyé",
        Behaviour(selection=(_first_slot_of_each,)),
        "AGR-PS-052",
        "AGR-COM-043",
        "AGR-PS-009",
    ),
    int_r01(
        "second-place-withheld",
        "Les créneaux du second lieu de consultation ne sont pas renvoyés",
        Behaviour(selection=(_first_site_only,)),
        "AGR-PS-048",
        "AGR-COM-043",
    ),
)
