"""Is a resource structurally valid FHIR R4? Types, cardinalities, codes, forms of values (AGR-COM-017).

Two passes: a strict one along the shapes of the models, for what the models let through (numbers taken for strings,
unknown codes, absent primitives), then the models of fhir.resources for the form of every value. A contained resource is
checked as a resource of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from sas_recette.fhir.access import JsonObject
from sas_recette.fhir.location import Path, fhirpath
from sas_recette.fhir.problem import Problem, ProblemKind
from sas_recette.fhir.shapes import FieldShape, model, required_names, resource_shape, shape

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_JSON_NAMES = {str: "une chaîne", bool: "un booléen", int: "un nombre entier", float: "un nombre"}
_FORMS = {
    "Instant": "un instant : AAAA-MM-JJThh:mm:ss et un fuseau horaire",
    "DateTime": "une date FHIR : AAAA, AAAA-MM, AAAA-MM-JJ ou AAAA-MM-JJThh:mm:ss et un fuseau horaire",
    "Date": "une date : AAAA, AAAA-MM ou AAAA-MM-JJ",
    "Time": "une heure : hh:mm:ss",
    "Code": "un code, sans espace au début ni à la fin",
    "UnsignedInt": "un entier de 0 à 2 147 483 647",
    "PositiveInt": "un entier de 1 à 2 147 483 647",
    "Integer": "un entier de -2 147 483 648 à 2 147 483 647",
    "Base64Binary": "des données en base64",
    "EncodedBytes": "des données en base64",
    "Oid": "urn:oid: suivi d’un OID",
}
"""What a value of a FHIR type looks like, in French."""

_NOT_R4 = frozenset({"valueCodeableReference", "valueRatioRange"})
"""Elements of R4B that R4 4.0.1 does not have."""


def structural_problems(resource: JsonObject, root: str) -> list[Problem]:
    """Every structural problem of a resource and of what it contains. `root` is the resource's own FHIRPath."""
    type_name = resource.get("resourceType")
    if not isinstance(type_name, str):
        return [
            _problem(root, "La ressource n’a pas de resourceType.", "un type de ressource FHIR R4", _shown(type_name))
        ]
    try:
        resource_shape(type_name)
    except LookupError:
        return [
            _problem(
                root,
                f"« {type_name} » n’est pas un type de ressource FHIR R4.",
                "un type de ressource FHIR R4",
                type_name,
            )
        ]
    own = {key: value for key, value in resource.items() if key not in {"contained", "resourceType"}}
    if type_name == "Bundle":
        own = _without_entry_resources(own)
    problems = {problem.location: problem for problem in _walk(own, type_name, root, ())}
    for problem in _model_problems(type_name, own, root):
        if not _within(problem.location, problems) and not problem.location.endswith(".valueMeta"):
            problems[problem.location] = problem
    return [*problems.values(), *_contained_problems(resource, root)]


def _within(location: str, known: Mapping[str, Problem]) -> bool:
    """Whether a location is a known one, or lies below one."""
    ends = [index for index, character in enumerate(location) if character in ".["]
    return any(location[:end] in known for end in (*ends, len(location)))


def _without_entry_resources(bundle: dict[str, object]) -> dict[str, object]:
    entries = bundle.get("entry")
    if isinstance(entries, list):
        bundle["entry"] = [
            {key: value for key, value in entry.items() if key != "resource" or not isinstance(value, dict)}
            if isinstance(entry, dict)
            else entry
            for entry in entries
        ]
    return bundle


def _contained_problems(resource: JsonObject, root: str) -> Iterator[Problem]:
    contained = resource.get("contained")
    if contained is None:
        return
    if not isinstance(contained, list):
        yield _problem(f"{root}.contained", "Un tableau de ressources est attendu.", "un tableau", _shown(contained))
        return
    for index, inner in enumerate(contained):
        place = f"{root}.contained[{index}]"
        if isinstance(inner, dict):
            yield from structural_problems(inner, place)
        else:
            yield _problem(place, "Une ressource est attendue.", "un objet JSON", _shown(inner))


def _walk(node: JsonObject, type_name: str, root: str, path: Path) -> Iterator[Problem]:
    fields = shape(type_name)
    for key, value in node.items():
        if key.startswith("_"):
            continue
        place = (*path, key)
        field = fields.get(key)
        if (field is None and key != "valueMeta") or key in _NOT_R4:
            yield _problem(
                fhirpath(root, place), f"« {key} » n’est pas un élément de FHIR R4 à cet endroit.", "absent", key
            )
        elif field is not None:
            yield from _check_field(value, field, root, place)
    for key in required_names(type_name):
        if key not in node and f"_{key}" not in node:
            place = (*path, key)
            message = f"L’élément obligatoire « {key} » est absent."
            yield Problem(ProblemKind.MISSING, fhirpath(root, place), message, "présent", "absent")


def _check_field(value: object, field: FieldShape, root: str, path: Path) -> Iterator[Problem]:
    if not field.array:
        yield from _check_value(value, field, root, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if item is not None:
                yield from _check_value(item, field, root, (*path, index))
    else:
        yield _problem(fhirpath(root, path), "Un tableau est attendu.", "un tableau", _shown(value))


def _check_value(value: object, field: FieldShape, root: str, path: Path) -> Iterator[Problem]:
    if value is None:
        return
    if field.primitive is not None:
        problem = _primitive_problem(value, field, root, path)
        if problem is not None:
            yield problem
    elif not isinstance(value, dict):
        yield _problem(fhirpath(root, path), "Un objet est attendu.", "un objet JSON", _shown(value))
    elif field.complex_type:
        yield from _walk(value, field.complex_type, root, path)


def _primitive_problem(value: object, field: FieldShape, root: str, path: Path) -> Problem | None:
    expected = field.primitive
    if expected is float:
        matches = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        matches = type(value) is expected
    if not matches:
        wanted = _JSON_NAMES[expected or str]
        return _problem(
            fhirpath(root, path),
            f"Le type JSON n’est pas celui de l’élément (attendu : {wanted}).",
            wanted,
            _shown(value),
        )
    if field.codes and value not in field.codes:
        wanted = " | ".join(sorted(field.codes))
        return Problem(
            ProblemKind.CODE, fhirpath(root, path), f"« {value} » n’est pas un code admis.", wanted, str(value)
        )
    if field.fhir_type == "Id" and isinstance(value, str) and not _ID.fullmatch(value):
        wanted = "1 à 64 caractères parmi A-Z, a-z, 0-9, « - » et « . »"
        return _problem(fhirpath(root, path), "L’identifiant technique n’a pas la forme admise.", wanted, _shown(value))
    if field.fhir_type in {"Uri", "Url", "Canonical"} and isinstance(value, str) and any(map(str.isspace, value)):
        return _problem(fhirpath(root, path), "Une URI ne contient pas d’espace.", "une URI sans espace", _shown(value))
    return None


def _model_problems(type_name: str, own: JsonObject, root: str) -> Iterator[Problem]:
    try:
        model(type_name).model_validate(dict(own))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            place = fhirpath(root, tuple(step for step in detail["loc"] if step != "root"))
            message = "La valeur n’a pas la forme exigée par FHIR R4."
            expected = _FORMS.get(_fhir_type(type_name, detail["loc"]), "une valeur admise par FHIR R4")
            yield Problem(ProblemKind.FORM, place, message, expected, _shown(detail["input"]))
    except (KeyError, TypeError, AttributeError) as error:
        # fhir.resources leaks these for some malformed inputs; the strict pass has said where
        yield _problem(
            root, "La ressource n’est pas lisible comme ressource FHIR R4.", "une ressource FHIR R4", str(error)
        )


def _fhir_type(type_name: str, steps: Sequence[str | int]) -> str:
    """The FHIR type of the element at a path, "" when it is not a primitive."""
    field: FieldShape | None = None
    owner: str | None = type_name
    for step in steps:
        if isinstance(step, str) and owner is not None:
            field = shape(owner).get(step)
            owner = field.complex_type if field else None
    return field.fhir_type if field else ""


def _problem(location: str, message: str, expected: str, observed: str) -> Problem:
    return Problem(ProblemKind.STRUCTURE, location, message, expected, observed)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "un objet JSON"
    if isinstance(value, list):
        return "un tableau"
    written = (
        {None: "absent", True: "true", False: "false"}.get(value)
        if value is None or isinstance(value, bool)
        else str(value)
    )
    return written if written is not None and len(written) <= 200 else f"{str(value)[:200]}…"
