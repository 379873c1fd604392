"""What the defects of security are made of: how the FHIR endpoint listens, with something left out or done otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.connection import Certificate, ConnectionPolicy, names

CN: Final = "commonName"
OU: Final = "organizationalUnitName"


def connection(**changes: Any) -> Behaviour:  # noqa: ANN401 # the fields of ConnectionPolicy
    """Another policy: each field is replaced."""

    def hook(before: ConnectionPolicy) -> ConnectionPolicy:
        return replace(before, **changes)

    return Behaviour(connection=(hook,))


def any_name(_certificate: Certificate, _expected: str) -> bool:
    """No comparison at all."""
    return True


def contained(attribute: str, certificate: Certificate, expected: str) -> bool:
    """A name that contains the expected one."""
    return any(expected in value for value in names(certificate, attribute))


def begins_with(attribute: str, certificate: Certificate, expected: str) -> bool:
    """A name that begins with the expected one."""
    return any(value.startswith(expected) for value in names(certificate, attribute))


def loosely(attribute: str, certificate: Certificate, expected: str) -> bool:
    """A name that is the expected one, but for case and outer spaces."""
    return expected.strip().casefold() in (value.strip().casefold() for value in names(certificate, attribute))


def anywhere(certificate: Certificate, expected: str) -> bool:
    """The expected name, in the organisation as well as in the CN."""
    return any(expected in names(certificate, attribute) for attribute in (CN, "organizationName"))


def or_alternative(certificate: Certificate, expected: str) -> bool:
    """The expected name, among the alternative names as well as in the CN."""
    alternatives = (value for _, value in certificate.get("subjectAltName", ()))
    return expected in names(certificate, CN) or expected in alternatives


def said_by_a_header(headers: Mapping[str, str], expected: str) -> bool:
    """The subject that a relay would have written."""
    return f"CN={expected}" in headers.get("X-SSL-Client-S-DN", "")
