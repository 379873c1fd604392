"""The checks that a scenario can ask for by name: which rules, on one answer or several.

A judgement recorded in the journal names one of these; judging it again needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.fhir.access import children, text
from sas_recette.norm.profiles import load_profile
from sas_recette.norm.requirements import Catalogue, Flow
from sas_recette.rules import lockout
from sas_recette.rules.accounts.checks import ACCOUNT_CHECKS
from sas_recette.rules.aggregation import (
    agenda,
    bundle,
    comparison,
    cpts,
    declarations,
    envelope,
    keys,
    known_centres,
    known_communities,
    known_places,
    practitioners,
    probes,
    refusals,
    resources,
    roles,
    several,
    slots,
    sos,
    telecom,
)
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.appointments.checks import APPOINTMENT_CHECKS
from sas_recette.rules.model import Tally
from sas_recette.rules.performance import load
from sas_recette.rules.profile import Target, judge_profiles
from sas_recette.rules.rule import Observation, Rule, Subject, rules_of, tally
from sas_recette.rules.security.checks import SECURITY_CHECKS
from sas_recette.rules.sso.checks import SSO_CHECKS


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
    """Rules that are run together, those of the answer’s flow only; `profiles` when those of the flow are judged too.

    `flow` is theirs where it is not for the answer to tell; rules `of_any_flow` are judged as they stand.
    """

    rules: tuple[Rule, ...]
    profiles: bool = False
    flow: Flow | None = None
    of_any_flow: bool = False


CHECKS: Final[Mapping[str, CheckDefinition]] = {
    "search": CheckDefinition(
        rules_of(
            *(envelope, refusals, bundle, resources, slots, practitioners, roles, telecom, keys, cpts, sos),
            *(agenda, known_places, known_communities, known_centres),
        ),
        profiles=True,
    ),
    "accept-header": CheckDefinition((comparison.ACCEPT_HEADER,)),
    "same-instants": CheckDefinition((comparison.SAME_INSTANTS,)),
    "without-offset": CheckDefinition((comparison.WITHOUT_OFFSET,)),
    "without-milliseconds": CheckDefinition((comparison.WITHOUT_MILLISECONDS,)),
    "raw-pipe": CheckDefinition((comparison.raw_pipe_understood,)),
    "encoded-pipe": CheckDefinition(comparison.ENCODED_PIPE),
    "tolerances": CheckDefinition((comparison.TOLERANCES,)),
    "unknown-ignored": CheckDefinition(comparison.UNKNOWN_IGNORED),
    "window": CheckDefinition((comparison.exact_window,)),
    "start-effect": CheckDefinition(comparison.START_EFFECT),
    "list": CheckDefinition(
        (
            *comparison.LIST,
            *comparison.LIST_AS_SINGLES,
            comparison.resources_of_each,
            *comparison.IDENTIFIER_EFFECT,
        )
    ),
    "list-of-25": CheckDefinition((comparison.list_of_25, comparison.list_of_25_associations)),
    "list-of-10": CheckDefinition((comparison.list_of_10,)),
    "as-int-r01": CheckDefinition((comparison.as_int_r01,)),
    "several-cpts": CheckDefinition((several.each_its_own,)),
    "several-centres": CheckDefinition((several.every_centre_comes,)),
    "expected-count": CheckDefinition((declarations.expected_count,)),
    "equipped": CheckDefinition((declarations.equipped_association,)),
    "several-places": CheckDefinition((several.as_many_agendas_as_places,)),
    "same-place": CheckDefinition((several.own_place_each,)),
    "stored-raw": CheckDefinition((declarations.found_however_stored,)),
    "declared-slot-types": CheckDefinition((declarations.declared_slot_types,)),
    "declared-consultation-types": CheckDefinition((declarations.declared_consultation_types,)),
    "declared-motifs": CheckDefinition((declarations.declared_motifs,)),
    "empty-expected": CheckDefinition((probes.no_error_when_empty,)),
    "refusal": CheckDefinition((probes.failure_status, probes.failure_outcome, probes.client_error)),
    "metadata": CheckDefinition((probes.capability_statement,)),
    "response-time": CheckDefinition((probes.within_a_second,)),
    "timed": CheckDefinition(
        (envelope.answered_in_time, envelope.associations_answered_in_time, envelope.search_succeeds)
    ),
    "load-nominal": CheckDefinition((load.nominal_volume,), of_any_flow=True),
    "load-peak": CheckDefinition((load.peak_volume,), of_any_flow=True),
    "lockout": CheckDefinition((lockout.locked_after_failures,), of_any_flow=True),
    **{name: CheckDefinition(rules, flow=Flow.INT_R02) for name, rules in ACCOUNT_CHECKS.items()},
    **{name: CheckDefinition(rules, of_any_flow=True) for name, rules in SSO_CHECKS.items()},
    **{name: CheckDefinition(rules, of_any_flow=True) for name, rules in APPOINTMENT_CHECKS.items()},
    **{name: CheckDefinition(rules, of_any_flow=True) for name, rules in SECURITY_CHECKS.items()},
}


def judge(check: str, subject: Subject, catalogue: Catalogue) -> tuple[Tally, ...]:
    """Run one check. Raises KeyError for a name that is not a check, CatalogueError for a rule without requirement."""
    definition = CHECKS[check]

    def concerned(requirement: str) -> bool:
        known = catalogue.require(requirement)
        return definition.of_any_flow or known.concerns(definition.flow or subject.answer.flow)

    seen: dict[str, list[Observation]] = {}
    for rule in definition.rules:
        if concerned(rule.requirement):
            seen.setdefault(rule.requirement, []).extend(rule.check(subject))
    if definition.profiles:
        for requirement in filter(concerned, _judged_by(subject.answer, subject.edition)):
            seen.setdefault(requirement, [])
        for requirement, observation in judge_profiles(targets_of(subject.answer), subject.edition):
            if requirement in seen:
                seen[requirement].append(observation)
    return tuple(tally(requirement, observations, subject, catalogue) for requirement, observations in seen.items())


def _judged_by(answer: SearchAnswer, edition: str) -> tuple[str, ...]:
    profiles = answer.form.judged_by.values()
    return tuple(dict.fromkeys(one.requirement for name in profiles for one in load_profile(name, edition).constraints))
