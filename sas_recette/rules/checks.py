"""The checks that a scenario can ask for by name: which rules, on one answer or several.

A judgement recorded in the journal names one of these; judging it again needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.fhir.access import children, text
from sas_recette.norm.profiles import load_profile
from sas_recette.norm.requirements import Catalogue
from sas_recette.rules.aggregation import (
    agenda,
    bundle,
    comparison,
    declarations,
    envelope,
    keys,
    practitioners,
    probes,
    refusals,
    resources,
    roles,
    slots,
    telecom,
)
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.model import Tally
from sas_recette.rules.profile import Target, judge_profiles
from sas_recette.rules.rule import Observation, Rule, Subject, rules_of, tally

Targets = Callable[[SearchAnswer], Iterator[Target]]


PS_PROFILES: Final[Mapping[str, str]] = {
    "Bundle": "BundleAgregateur",
    "Slot": "FrSlotAgregateur",
    "Schedule": "FrScheduleAgregateur",
    "Practitioner": "FrPractitionerAgregateur",
    "PractitionerRole": "FrPractitionerRoleExerciceAgregateur",
    "Location": "FrLocationAgregateur",
}
"""The profile of each resource type of an INT_R01 answer (profiles.md §2)."""


def ps_targets(answer: SearchAnswer) -> Iterator[Target]:
    """The resources of an INT_R01 answer, each with its profile, by place in the graph and not by meta.profile."""
    if answer.graph is None:
        return
    yield Target(PS_PROFILES["Bundle"], answer.graph.bundle, "Bundle")
    for entry in answer.graph.entries:
        if entry.type in PS_PROFILES and entry.type not in {"Bundle", "Location"}:
            yield Target(PS_PROFILES[entry.type], entry.resource, entry.location)
        if entry.type == "PractitionerRole":
            for index, inner in children(entry.resource, "contained"):
                if text(inner, "resourceType") == "Location":
                    yield Target(PS_PROFILES["Location"], inner, f"{entry.location}.contained[{index}]")


@dataclass(frozen=True, slots=True)
class CheckDefinition:
    """Rules that are run together, and the profiles that apply, with the resources they apply to."""

    rules: tuple[Rule, ...]
    profiles: tuple[str, ...] = ()
    targets: Targets | None = None


CHECKS: Final[Mapping[str, CheckDefinition]] = {
    "search": CheckDefinition(
        rules_of(envelope, refusals, bundle, resources, slots, practitioners, roles, telecom, keys, agenda),
        tuple(PS_PROFILES.values()),
        ps_targets,
    ),
    "accept-header": CheckDefinition((comparison.ACCEPT_HEADER,)),
    "same-instants": CheckDefinition((comparison.SAME_INSTANTS,)),
    "without-offset": CheckDefinition((comparison.WITHOUT_OFFSET,)),
    "without-milliseconds": CheckDefinition((comparison.WITHOUT_MILLISECONDS,)),
    "raw-pipe": CheckDefinition((comparison.raw_pipe_understood,)),
    "encoded-pipe": CheckDefinition((comparison.encoded_pipe_understood,)),
    "tolerances": CheckDefinition((comparison.TOLERANCES,)),
    "unknown-ignored": CheckDefinition((comparison.UNKNOWN_IGNORED,)),
    "window": CheckDefinition((comparison.exact_window,)),
    "start-effect": CheckDefinition((comparison.start_has_effect,)),
    "list": CheckDefinition(
        (
            comparison.list_is_an_alternative,
            comparison.LIST_AS_SINGLES,
            comparison.resources_of_each,
            comparison.identifier_has_effect,
        )
    ),
    "list-of-25": CheckDefinition((comparison.list_of_25,)),
    "several-places": CheckDefinition((comparison.as_many_agendas_as_places,)),
    "same-place": CheckDefinition((comparison.own_place_each,)),
    "stored-raw": CheckDefinition((declarations.found_however_stored,)),
    "declared-slot-types": CheckDefinition((declarations.declared_slot_types,)),
    "declared-consultation-types": CheckDefinition((declarations.declared_consultation_types,)),
    "declared-motifs": CheckDefinition((declarations.declared_motifs,)),
    "empty-expected": CheckDefinition((probes.no_error_when_empty,)),
    "refusal": CheckDefinition((probes.failure_status, probes.failure_outcome, probes.client_error)),
    "metadata": CheckDefinition((probes.capability_statement,)),
    "response-time": CheckDefinition((probes.within_a_second,)),
}


def judge(check: str, subject: Subject, catalogue: Catalogue) -> tuple[Tally, ...]:
    """Run one check. Raises KeyError for a name that is not a check, CatalogueError for a rule without requirement."""
    definition = CHECKS[check]
    seen: dict[str, list[Observation]] = {}
    for rule in definition.rules:
        seen.setdefault(rule.requirement, []).extend(rule.check(subject))
    if definition.targets is not None:
        for requirement in _judged_by(definition.profiles, subject.edition):
            seen.setdefault(requirement, [])
        for requirement, observation in judge_profiles(definition.targets(subject.answer), subject.edition):
            seen[requirement].append(observation)
    return tuple(tally(requirement, observations, subject, catalogue) for requirement, observations in seen.items())


def _judged_by(profiles: tuple[str, ...], edition: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.requirement for name in profiles for one in load_profile(name, edition).constraints))
