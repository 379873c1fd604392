"""What is wrong with a request on an account, and the OperationOutcome that names each faulty element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Reply, Resource

MALFORMED: Final = 400
REFUSED: Final = 422
AMBIGUOUS: Final = 412


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse: path from Practitioner, IssueType code and French sentence.

    The status is 400 for what is not well-formed FHIR, 422 for what breaks the profile or a rule of the product.
    """

    path: str
    code: str
    message: str
    status: int = REFUSED

    @property
    def issue(self) -> Resource:
        """The issue of the OperationOutcome."""
        return {
            "severity": "error",
            "code": self.code,
            "diagnostics": f"{self.path} : {self.message}",
            "expression": [f"Practitioner.{self.path}"],
        }


class RefusedAccountError(FhirError):
    """A request refused for one problem or several; malformed as soon as one of them is."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(min(problem.status for problem in problems), first.code, f"{first.path} : {first.message}")
        self.problems = tuple(problems)

    @property
    def reply(self) -> Reply:
        """One issue a problem."""
        issues = [problem.issue for problem in self.problems]
        return Reply.of(self.status, {"resourceType": "OperationOutcome", "issue": issues})
