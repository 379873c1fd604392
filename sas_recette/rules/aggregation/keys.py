"""Check digits of national identifiers: a wrong one is a réserve at most, test data being often fictive (T-08)."""

from __future__ import annotations

from collections.abc import Iterator

from sas_recette.fhir.access import JsonObject, child, children, text
from sas_recette.norm import canonicals
from sas_recette.norm.identifiers import Kind, key_is_valid, practitioner_kind, structure_kind
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@rule("AGR-COM-028")
def check_digits(subject: Subject) -> Iterator[Observation]:
    """RPPS, SIRET, RPPS rang and FINESS satisfy Luhn (La Poste apart)."""
    for entry in subject.answer.graph.entries if subject.answer.graph else ():
        for place, identifier in _national(entry.resource, entry.location):
            value = text(identifier, "value") or ""
            kind = _kind(text(identifier, "system"), value)
            valid = key_is_valid(kind, value) if kind else None
            if valid:
                yield HELD
            elif valid is False and kind:
                message = f"La clé de contrôle de cet identifiant ({kind.value}) est fausse."
                yield Deviation(f"{place}.value", message, "une clé de Luhn exacte", value)


def _national(resource: JsonObject, place: str) -> Iterator[tuple[str, JsonObject]]:
    for index, identifier in children(resource, "identifier"):
        yield f"{place}.identifier[{index}]", identifier
    organization = child(child(resource, "organization"), "identifier")
    if organization:
        yield f"{place}.organization.identifier", organization


def _kind(system: str | None, value: str) -> Kind | None:
    if system == canonicals.IDNPS_SYSTEM:
        return practitioner_kind(value)
    return structure_kind(value) if system == canonicals.IDNST_SYSTEM else None
