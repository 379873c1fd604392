"""The checks that a scenario can ask for by name: which rules, on one answer or several.

A judgement recorded in the journal names one of these; judging it again needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.fhir.access import children, text
from sas_recette.norm.profiles import load_profile
from sas_recette.norm.requirements import Catalogue, Flow, Requirement
from sas_recette.rules.aggregation import (
    agenda,
    bundle,
    comparison,
    cpts,
    declarations,
    envelope,
    keys,
    practitioners,
    probes,
    refusals,
    resources,
    roles,
    slots,
    sos,
    telecom,
)
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.model import Tally
from sas_recette.rules.profile import Target, judge_profiles
from sas_recette.rules.rule import Observation, Rule, Subject, rules_of, tally


def targets_of(answer: SearchAnswer) -> Iterator[Target]:
    """The resources of an answer, each with its profile, by place in the graph and not by meta.profile."""
    if answer.graph is None:
        return
    profiles = answer.form.judged_by
    structures = cpts.structures(answer.graph)
    yield Target(profiles["Bundle"], answer.graph.bundle, "Bundle")
    for entry in answer.graph.entries:
        if entry.type in profiles and entry.index not in structures:
            yield Target(profiles[entry.type], entry.resource, entry.location)
        if entry.type == "PractitionerRole" and "contained" in profiles:
            for index, inner in children(entry.resource, "contained"):
                if text(inner, "resourceType") == "Location":
                    yield Target(profiles["contained"], inner, f"{entry.location}.contained[{index}]")


@dataclass(frozen=True, slots=True)
class CheckDefinition:
    """Rules that are run together; `by_flow` when only those of the answer's flow apply, with its profiles."""

    rules: tuple[Rule, ...]
    by_flow: bool = False


CHECKS: Final[Mapping[str, CheckDefinition]] = {
    "search": CheckDefinition(
        rules_of(envelope, refusals, bundle, resources, slots, practitioners, roles, telecom, keys, agenda, cpts, sos),
        by_flow=True,
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
        if not definition.by_flow or _of_flow(catalogue.require(rule.requirement), subject.answer.flow):
            seen.setdefault(rule.requirement, []).extend(rule.check(subject))
    if definition.by_flow:
        for requirement in _judged_by(subject.answer, subject.edition):
            if _of_flow(catalogue.require(requirement), subject.answer.flow):
                seen.setdefault(requirement, [])
        for requirement, observation in judge_profiles(targets_of(subject.answer), subject.edition):
            if requirement in seen:
                seen[requirement].append(observation)
    return tuple(tally(requirement, observations, subject, catalogue) for requirement, observations in seen.items())


def _of_flow(requirement: Requirement, flow: Flow) -> bool:
    return bool({flow, Flow.COMMUN, Flow.PERFORMANCE}.intersection(requirement.flows))


def _judged_by(answer: SearchAnswer, edition: str) -> tuple[str, ...]:
    profiles = answer.form.judged_by.values()
    return tuple(dict.fromkeys(one.requirement for name in profiles for one in load_profile(name, edition).constraints))
