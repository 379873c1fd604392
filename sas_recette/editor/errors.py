"""What goes wrong with a FHIR request, and the OperationOutcome that tells the client."""

from __future__ import annotations

from sas_recette.editor.http import Reply, Resource


class FhirError(Exception):
    """A request that cannot be executed: HTTP status, IssueType code and a French sentence for the client."""

    def __init__(self, status: int, code: str, diagnostics: str) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.code = code
        self.diagnostics = diagnostics

    @property
    def reply(self) -> Reply:
        """The error as an HTTP reply."""
        return Reply.of(self.status, operation_outcome(self.code, self.diagnostics))


def operation_outcome(code: str, diagnostics: str) -> Resource:
    """An OperationOutcome with one error (reference-data.md §7.5)."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": diagnostics}],
    }
