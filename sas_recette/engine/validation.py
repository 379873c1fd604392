"""Judging a file with no network: the rules of an answer, on what one body and perhaps its request can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.search import parse_search_url
from sas_recette.fhir.access import child, text, texts
from sas_recette.norm.profiles import Profile, load_profile, profile_ids, profiles
from sas_recette.norm.requirements import Catalogue, Flow
from sas_recette.rules.accounts.reading import is_regulator
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.appointments.payload import use_case_of
from sas_recette.rules.appointments.reading import submitted
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.flow import FORMS
from sas_recette.rules.model import Finding, Outcome, Tally
from sas_recette.rules.rule import Subject
from sas_recette.rules.single import judge_outcome, judge_resource

_OUTCOME: Final = "OperationOutcome"
_REGULATOR: Final = "FrPractitionerRegul"
_APPOINTMENT: Final = "Appointment"


@dataclass(frozen=True, slots=True)
class Validation:
    """The verdict on one file. `examined` are the requirements that something could be judged by."""

    file: str
    profile: str
    edition: str
    verdict: Verdict
    examined: tuple[str, ...]
    findings: tuple[Finding, ...]

    def document(self) -> Mapping[str, object]:
        """The JSON object of `validate --format json` (DESIGN, « The command line »)."""
        return {
            "file": self.file,
            "profile": self.profile,
            "edition": self.edition,
            "verdict": self.verdict.value,
            "findings": [
                {
                    "requirement": finding.requirement,
                    "level": finding.level.value,
                    "outcome": finding.outcome.value,
                    "location": finding.location,
                    "message": finding.message,
                    "expected": finding.expected,
                    "observed": finding.observed,
                }
                for finding in self.findings
            ],
        }


def validate_body(
    body: bytes, name: str, catalogue: Catalogue, *, edition: str, profile: str = "", request: str = ""
) -> Validation:
    """Judge one body. Without `profile` it is chosen by the content; `request` is the URL that it answered.

    An Appointment is what an editor sends: `request` is then the URL that it is sent to.

    « OperationOutcome » is a profile too: that of a failure, judged by what the flow of the request asks.
    Raises ProfileError for an unknown profile or edition.
    """
    query = parse_search_url(request) if request else None
    answer = SearchAnswer(body, None, query)
    of_accounts = query is not None and query.resource == "Practitioner"
    wanted = profile or _profile_of(answer, edition, of_accounts=of_accounts)
    if wanted == _OUTCOME:
        profile_ids(edition)
        flow = Flow.INT_R02 if of_accounts else answer.flow
        tallies = judge_outcome(flow, Subject((answer,), Facts(), edition), catalogue)
    else:
        tallies = _judged_by(load_profile(wanted, edition), answer, catalogue, request)
    findings = tuple(finding for tally in tallies for finding in tally.findings)
    examined = tuple(tally.requirement for tally in tallies if tally.examined)
    return Validation(name, wanted, edition, _verdict(tallies), examined, findings)


def _judged_by(profile: Profile, answer: SearchAnswer, catalogue: Catalogue, request: str) -> tuple[Tally, ...]:
    if profile.resource_type == _APPOINTMENT:
        sent = SearchAnswer(answer.body, submitted(answer.body, request) if request else None)
        expect = {"use_case": use_case_of(profile.id)}
        return judge("rdv-message", Subject((sent,), Facts(), profile.edition, expect), catalogue)
    flow = next((one for one, form in FORMS.items() if form.bundle == profile.canonical), None)
    subject = Subject((replace(answer, declared_flow=flow),), Facts(), profile.edition)
    if profile.resource_type == "Bundle":
        return judge("search", subject, catalogue)
    return judge_resource(profile, subject, catalogue)


def _profile_of(answer: SearchAnswer, edition: str, *, of_accounts: bool) -> str:
    """The profile that a body declares, else the one of its type in its flow, else the Bundle’s."""
    asked = answer.query.resource if answer.query else ""
    kind = text(answer.resource, "resourceType") or (_APPOINTMENT if asked == _APPOINTMENT else "Bundle")
    judged_by = answer.form.judged_by
    if kind in {"Bundle", _OUTCOME}:
        return judged_by["Bundle"] if kind == "Bundle" else _OUTCOME
    declared = texts(child(answer.resource, "meta"), "profile")
    known = [one for one in profiles(edition) if one.resource_type == kind]
    own = [one.id for one in known if one.canonical in declared] or _misspelt(declared, known)
    accounts = [_REGULATOR] if of_accounts or is_regulator(answer.resource) else []
    in_flow = [one.id for one in known if one.id in judged_by.values()]
    return next(iter([*own, *accounts, *in_flow, *(one.id for one in known)]), judged_by["Bundle"])


def _misspelt(declared: tuple[str, ...], known: list[Profile]) -> list[str]:
    """The profiles of an Appointment whose id ends a canonical that it declares, whatever precedes it or its version."""
    ends = {one.partition("|")[0].rpartition("/")[2] for one in declared}
    return [one.id for one in known if one.resource_type == _APPOINTMENT and one.id in ends]


def _verdict(tallies: tuple[Tally, ...]) -> Verdict:
    findings = [finding for tally in tallies for finding in tally.findings]
    if any(finding.outcome is Outcome.FAIL for finding in findings):
        return Verdict.NON_CONFORME
    if not any(tally.examined for tally in tallies):
        return Verdict.NON_VERIFIE
    return Verdict.RESERVE if findings else Verdict.CONFORME
