"""Is an OperationOutcome a valid explanation of a failure? Shared by the flows that ask for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, children, text
from sas_recette.fhir.structure import structural_problems
from sas_recette.norm.terminology import ISSUE_SEVERITIES, ISSUE_TYPES
from sas_recette.rules.rule import Deviation

_CODES: Final = re.compile(r"OperationOutcome\.issue\[\d+\]\.(severity|code)")


def outcome_faults(outcome: JsonObject) -> Iterator[Deviation]:
    """What is wrong with an OperationOutcome: at least one issue, each with an admitted severity and code, valid R4."""
    issues = list(children(outcome, "issue"))
    if not issues:
        message = "L’OperationOutcome ne donne aucune raison (issue)."
        yield Deviation("OperationOutcome.issue", message, "au moins une issue", "aucune")
    for index, issue in issues:
        for key, known in (("severity", ISSUE_SEVERITIES), ("code", ISSUE_TYPES)):
            if text(issue, key) not in known:
                place = f"OperationOutcome.issue[{index}].{key}"
                observed = text(issue, key) or "absent"
                yield Deviation(place, f"L’élément {key} n’est pas un code admis.", " | ".join(sorted(known)), observed)
    for problem in structural_problems(outcome, "OperationOutcome"):
        if not _CODES.fullmatch(problem.location) and not (problem.location == "OperationOutcome.issue" and not issues):
            yield Deviation(problem.location, problem.message, problem.expected, problem.observed)
