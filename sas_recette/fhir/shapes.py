"""The shape of R4 elements, read off the models of fhir.resources: types, cardinalities, codes.

The R4B models stand in for R4 4.0.1: no element definition of the resources of these flows differs between the two (see
the decision record on R4B). Shapes are what the strict pass of `structure` walks along.
"""

from __future__ import annotations

import datetime
import decimal
import functools
import typing
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType

from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel

R4_RESOURCES = frozenset(
    {
        "Appointment",
        "Bundle",
        "CapabilityStatement",
        "HealthcareService",
        "Location",
        "OperationOutcome",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Schedule",
        "Slot",
    }
)
"""The resource types that the SAS flows exchange."""


_ABSTRACT = frozenset({"Resource", "DomainResource"})


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One element: its JSON primitive type (or None), the complex type it holds (or None), arrays, required codes."""

    primitive: type | None
    complex_type: str | None
    fhir_type: str
    array: bool
    required: bool
    codes: frozenset[str]


Shape = Mapping[str, FieldShape]


@functools.cache
def model(type_name: str) -> type[BaseModel]:
    """The fhir.resources model of a resource or data type. Raises LookupError for a type that R4 does not know."""
    try:
        return typing.cast("type[BaseModel]", get_fhir_model_class(type_name))
    except (KeyError, ValueError):
        raise LookupError(type_name) from None


@functools.cache
def shape(type_name: str) -> Shape:
    """The fields of a type by their JSON name. Raises LookupError for an unknown type."""
    return _shape(model(type_name))


@functools.cache
def required_names(type_name: str) -> tuple[str, ...]:
    """The JSON names of the fields that a type requires. Raises LookupError for an unknown type."""
    return tuple(name for name, field in shape(type_name).items() if field.required)


def resource_shape(type_name: str) -> Shape:
    """The fields of a resource type. Raises LookupError for an unknown type, a data type or an abstract one."""
    fields = shape(type_name)
    if "meta" not in fields or type_name in _ABSTRACT:
        raise LookupError(type_name)
    return fields


def _shape(owner: type[BaseModel]) -> Shape:
    fields: dict[str, FieldShape] = {}
    for name, info in owner.model_fields.items():
        if name == "fhir_comments" or name.endswith("__ext"):
            continue
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        codes = extra.get("enum_values")
        array, inner = _unwrap(info.annotation)
        primitive, complex_type = _classify(inner)
        fields[info.alias or name] = FieldShape(
            primitive=primitive,
            complex_type=complex_type,
            fhir_type=_fhir_type(inner, info.metadata),
            array=array,
            required=info.is_required() or bool(extra.get("element_required")),
            codes=frozenset(str(code) for code in codes) if isinstance(codes, list) else frozenset(),
        )
    return fields


def _unwrap(annotation: object) -> tuple[bool, object]:
    """Strip Optional and List from an annotation: (is an array, what it holds)."""
    if typing.get_origin(annotation) in (typing.Union, UnionType):
        present = [arg for arg in typing.get_args(annotation) if arg is not type(None)]
        return _unwrap(present[0])
    if typing.get_origin(annotation) is list:
        return True, _unwrap(typing.get_args(annotation)[0])[1]
    return False, annotation


def _classify(inner: object) -> tuple[type | None, str | None]:
    base = typing.get_args(inner)[0] if typing.get_origin(inner) is typing.Annotated else inner
    if base is bool or base is int:
        return typing.cast("type", base), None
    if base in (float, decimal.Decimal):
        return float, None
    if base in (str, bytes, datetime.datetime, datetime.date, datetime.time, uuid.UUID):
        return str, None
    if typing.get_origin(base) in (typing.Union, UnionType):
        return str, None
    name = getattr(base, "__name__", "")
    return None, name.removesuffix("Type") or None


def _fhir_type(inner: object, metadata: list[typing.Any]) -> str:
    marks = [*(typing.get_args(inner)[1:] if typing.get_origin(inner) is typing.Annotated else ()), *metadata]
    return next((type(mark).__name__ for mark in marks), "")
