"""Which aggregation flow an answer belongs to, and what that flow makes of a Bundle (aggregation.md §6, §9).

The request says it; without one, the profile that the Bundle declares, then what it holds. meta.profile alone never
decides which rules apply to a resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.exchange.search import ParsedSearch
from sas_recette.fhir.access import JsonObject, as_object, child, children, text, texts
from sas_recette.norm import canonicals
from sas_recette.norm.requirements import Flow
from sas_recette.norm.terminology import CPTS, PRO, SLOT_TYPES_CPTS, SLOT_TYPES_PS, SLOT_TYPES_SOS

_SERVICE_TYPE_INCLUDE: Final = ("_include", "Slot:service-type-reference")


@dataclass(frozen=True, slots=True)
class FlowForm:
    """What a flow's answers are made of.

    `matched` is the searched resource type; `profiles` are the canonicals to declare by entry type, `bundle` the Bundle's;
    `judged_by` the profile id for each entry type (`Bundle` and, for a contained Location, `contained` included).
    `slot_types` are the visibilities that are transmitted, `contested_slot_types` those that one source admits and another
    does not (open points A-23, A-25). `words` are what a text calls those whose agendas are searched, as in `{ce}`.
    """

    matched: str
    bundle: str
    profiles: Mapping[str, str]
    judged_by: Mapping[str, str]
    slot_types: frozenset[str]
    contested_slot_types: frozenset[str]
    words: Mapping[str, str]


_PERSONS: Final = {
    "Schedule": canonicals.SCHEDULE_PS,
    "Practitioner": canonicals.PRACTITIONER,
    "PractitionerRole": canonicals.PRACTITIONER_ROLE,
}
_PERSONS_JUDGED_BY: Final = {
    "Schedule": "FrScheduleAgregateur",
    "Practitioner": "FrPractitionerAgregateur",
    "PractitionerRole": "FrPractitionerRoleExerciceAgregateur",
    "contained": "FrLocationAgregateur",
}

_OF_PRACTITIONERS: Final[Mapping[str, str]] = {
    "un": "un praticien",
    "Un": "Un praticien",
    "le": "le praticien",
    "Le": "Le praticien",
    "ce": "ce praticien",
    "du": "du praticien",
    "autre": "un autre praticien",
    "deux": "deux praticiens",
    "Deux": "Deux praticiens",
    "des": "praticiens",
    "tous": "tous les praticiens déclarés",
}
_OF_ASSOCIATIONS: Final[Mapping[str, str]] = {
    "un": "une association",
    "Un": "Une association",
    "le": "l’association",
    "Le": "L’association",
    "ce": "cette association",
    "du": "de l’association",
    "autre": "une autre association",
    "deux": "deux associations",
    "Deux": "Deux associations",
    "des": "associations",
    "tous": "toutes les associations déclarées",
}

FORMS: Final[Mapping[Flow, FlowForm]] = {
    Flow.INT_R01: FlowForm(
        "Slot",
        canonicals.BUNDLE_PS,
        {"Slot": canonicals.SLOT_PS, **_PERSONS},
        {"Bundle": "BundleAgregateur", "Slot": "FrSlotAgregateur", **_PERSONS_JUDGED_BY},
        SLOT_TYPES_PS,
        frozenset({CPTS}),
        _OF_PRACTITIONERS,
    ),
    Flow.INT_R04: FlowForm(
        "Slot",
        canonicals.BUNDLE_CPTS,
        {
            "Slot": canonicals.SLOT_CPTS,
            **_PERSONS,
            "HealthcareService": canonicals.HEALTHCARE_SERVICE_CPTS,
            "Organization": canonicals.ORGANIZATION_CPTS,
        },
        {
            "Bundle": "sas-cpts-bundle-aggregator",
            "Slot": "sas-cpts-slot-aggregator",
            **_PERSONS_JUDGED_BY,
            "HealthcareService": "sas-cpts-healthcareservice-aggregator",
            "Organization": "sas-cpts-organization-aggregator",
        },
        SLOT_TYPES_CPTS,
        frozenset(),
        _OF_PRACTITIONERS,
    ),
    Flow.INT_SOS1: FlowForm(
        "Schedule",
        canonicals.BUNDLE_SOS,
        {
            "Slot": canonicals.SLOT_SOS,
            "Schedule": canonicals.SCHEDULE_SOS,
            "Location": canonicals.LOCATION_SOS,
            "Organization": canonicals.ORGANIZATION_SOS,
        },
        {
            "Bundle": "sas-sos-bundle-aggregator",
            "Slot": "sas-sos-slot-aggregator",
            "Schedule": "sas-sos-schedule-aggregator",
            "Location": "sas-sos-location-aggregator",
            "Organization": "sas-sos-organization-aggregator",
        },
        SLOT_TYPES_SOS,
        frozenset({PRO}),
        _OF_ASSOCIATIONS,
    ),
}


def flow_of(query: ParsedSearch | None, body: JsonObject) -> Flow:
    """The flow of an answer, by its request, else by the Bundle itself."""
    if query is not None:
        if query.resource == "Schedule":
            return Flow.INT_SOS1
        return Flow.INT_R04 if _SERVICE_TYPE_INCLUDE in query.includes else Flow.INT_R01
    declared = texts(child(body, "meta"), "profile")
    for flow, form in FORMS.items():
        if form.bundle in declared:
            return flow
    types = {text(as_object(entry.get("resource")), "resourceType") for _, entry in children(body, "entry")}
    if "Location" in types and not types & {"Practitioner", "PractitionerRole"}:
        return Flow.INT_SOS1
    return Flow.INT_R04 if "HealthcareService" in types else Flow.INT_R01
