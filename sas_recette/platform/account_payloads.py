"""What a candidate must refuse: the invalid contents of INT_R02, each a single deviation from a valid account.

The table is that of accounts.md §8 (I01 to I16 and I19 to I21; I17 and I18 are wordings of the request, not contents: see
`accounts.update` without criterion and `Wording.with_system`). A content is built from a fresh, valid regulator, so that its
one deviation is the only cause a refusal can have; what is expected then is told by the table of accounts.md §2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from sas_recette.norm.canonicals import FR_V2_0203, IDNPS_SYSTEM, IDNST_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.norm.terminology import IDNPS, INTRN
from sas_recette.platform.accounts import IdentifierKind, Json, Regulator, encoded

Body = Callable[[Regulator], bytes]
Step = str | int

_NAME_LENGTH: Final = 10_000
_BODY_LENGTH: Final = 1024 * 1024


class Operation(StrEnum):
    """The write that carries a content; the value is its French name."""

    CREATE = "création"
    UPDATE = "modification d’un compte existant"
    UPSERT = "modification d’un compte inconnu"


class Nature(StrEnum):
    """Why a request is refused, which says the best status (accounts.md §2.4).

    MALFORMED: not readable FHIR, 400; CONTENT: outside the profile, 400 or 422; RULE: a valid request that an internal rule
    refuses, 422 or 409; TOLERATED: accepting it is right too, only a breakdown is not.
    """

    MALFORMED = "malformed"
    CONTENT = "content"
    RULE = "rule"
    TOLERATED = "tolerated"


@dataclass(frozen=True, slots=True)
class InvalidContent:
    """One deviation. `body` is a pure function from a valid regulator to the bytes to send.

    `requirements` gives, for each write it applies to, the requirement that its refusal serves, empty where the catalogue
    has none; `kind` is the identifier that the valid regulator has to have.
    """

    id: str
    title: str
    body: Body
    requirements: Mapping[Operation, str]
    nature: Nature = Nature.CONTENT
    kind: IdentifierKind = IdentifierKind.NATIONAL

    def expect(self, operation: Operation) -> Mapping[str, object]:
        """What the check « account-refused » is told. Raises KeyError for a write it does not apply to."""
        return {"requirement": self.requirements[operation], "nature": self.nature.value}


def invalid_contents(operation: Operation) -> tuple[InvalidContent, ...]:
    """The deviations that apply to a write, in the order of the digest."""
    return tuple(one for one in INVALID_CONTENTS if operation in one.requirements)


class _Removed(Enum):
    REMOVED = "removed"


_REMOVED: Final = _Removed.REMOVED
_IDENTIFIER: Final = ("identifier", 0)


def _with(value: object, *path: Step) -> Body:
    """The valid resource with one member replaced, or taken away."""

    def body(regulator: Regulator) -> bytes:
        resource = regulator.payload()
        node: Any = resource
        for step in path[:-1]:
            node = node[step]
        if value is _REMOVED:
            del node[path[-1]]
        else:
            node[path[-1]] = value
        return encoded(resource)

    return body


def _without(*path: Step) -> Body:
    return _with(_REMOVED, *path)


def _pair(system: str, code: str) -> Body:
    """An identifier whose type does not go with its assigning authority; its value is the regulator's."""

    def body(regulator: Regulator) -> bytes:
        coding: Json = {"system": FR_V2_0203, "code": code}
        identifier = {"type": {"coding": [coding]}, "system": system, "value": regulator.identifier.value}
        return encoded({**regulator.payload(), "identifier": [identifier]})

    return body


def _invalid_utf8(regulator: Regulator) -> bytes:
    """An « è » of Latin-1 before the family name, in a body that is UTF-8 everywhere else."""
    return regulator.body().replace(b'"family": "', b'"family": "\xe8', 1)


def _missing(create: str, update: str, upsert: str) -> Mapping[Operation, str]:
    return {Operation.CREATE: create, Operation.UPDATE: update, Operation.UPSERT: upsert}


def _posted(requirement: str = "") -> Mapping[Operation, str]:
    return {Operation.CREATE: requirement}


_UNREADABLE: Final = _missing("ACC-056", "ACC-056", "ACC-056")

INVALID_CONTENTS: Final = (
    InvalidContent("I01", "sans identifiant", _without("identifier"), _missing("ACC-028", "ACC-033", "ACC-034")),
    InvalidContent("I02", "sans nom", _without("name"), _missing("ACC-029", "ACC-054", "ACC-055")),
    InvalidContent("I03", "sans adresse électronique", _without("telecom"), _missing("ACC-030", "ACC-054", "ACC-055")),
    InvalidContent("I04", "sans habilitation (active)", _without("active"), _missing("ACC-031", "ACC-033", "ACC-034")),
    InvalidContent("I05", "nom de famille vide", _with("", "name", 0, "family"), _posted("ACC-035")),
    InvalidContent("I06", "adresse électronique vide", _with("", "telecom", 0, "value"), _posted("ACC-036")),
    InvalidContent("I07", "contact de type phone", _with("phone", "telecom", 0, "system"), _posted("ACC-037")),
    InvalidContent("I08", "système national avec le code INTRN", _pair(IDNPS_SYSTEM, INTRN), _posted("ACC-038")),
    InvalidContent(
        "I09",
        "système SAS avec le code IDNPS",
        _pair(SAS_TECHNICAL_SYSTEM, IDNPS),
        _posted("ACC-039"),
        kind=IdentifierKind.TECHNICAL,
    ),
    InvalidContent("I10a", "nom sans prénom (given)", _without("name", 0, "given"), _posted("ACC-058")),
    InvalidContent("I10b", "nom sans nom de famille (family)", _without("name", 0, "family"), _posted("ACC-058")),
    InvalidContent("I11a", "identifiant sans valeur", _without(*_IDENTIFIER, "value"), _posted("ACC-057")),
    InvalidContent("I11b", "identifiant de valeur vide", _with("", *_IDENTIFIER, "value"), _posted("ACC-057")),
    InvalidContent("I12a", "identifiant sans système", _without(*_IDENTIFIER, "system"), _posted("ACC-057")),
    InvalidContent(
        "I12b", "système d’un autre OID", _with("urn:oid:1.2.250.1.999.1", *_IDENTIFIER, "system"), _posted("ACC-059")
    ),
    InvalidContent(
        "I12c", "système des structures (IDNST)", _with(IDNST_SYSTEM, *_IDENTIFIER, "system"), _posted("ACC-059")
    ),
    InvalidContent("I13", "identifiant sans type", _without(*_IDENTIFIER, "type"), _posted("ACC-057")),
    InvalidContent("I14a", "active en chaîne", _with("true", "active"), _posted("ACC-061"), Nature.MALFORMED),
    InvalidContent("I14b", "active en nombre", _with(1, "active"), _posted("ACC-061"), Nature.MALFORMED),
    InvalidContent("I15a", "JSON interrompu", lambda one: one.body()[:-2], _UNREADABLE, Nature.MALFORMED),
    InvalidContent("I15b", "corps vide", lambda _: b"", _UNREADABLE, Nature.MALFORMED),
    InvalidContent("I15c", "tableau JSON", lambda one: b"[" + one.body() + b"]", _UNREADABLE, Nature.MALFORMED),
    InvalidContent("I15d", "texte qui n’est pas de l’UTF-8", _invalid_utf8, _UNREADABLE, Nature.MALFORMED),
    InvalidContent("I16", "ressource Patient", _with("Patient", "resourceType"), _posted("ACC-056")),
    InvalidContent("I19", "adresse sans arobase", _with("regulateur.example", "telecom", 0, "value"), _posted()),
    InvalidContent(
        "I20a",
        "nom de famille de 10 000 caractères",
        _with("É" * _NAME_LENGTH, "name", 0, "family"),
        _posted(),
        Nature.TOLERATED,
    ),
    InvalidContent("I20b", "corps de 1 Mio", _with("x" * _BODY_LENGTH, "name", 0, "text"), _posted(), Nature.TOLERATED),
    InvalidContent(
        "I21a", "autre origine (meta.source)", _with("urn:oid:1.2.3", "meta", "source"), _posted(), Nature.TOLERATED
    ),
    InvalidContent("I21b", "sans origine (meta.source)", _without("meta", "source"), _posted(), Nature.TOLERATED),
)
