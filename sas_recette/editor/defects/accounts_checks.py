"""Defects of INT_R02 in what is checked of a payload: too little, too much, or too late."""

from __future__ import annotations

import json
from typing import Final

from sas_recette.editor.accounts.problems import Problem, RefusedAccountError
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.accounts_hooks import (
    demanded,
    forgotten,
    kept_when_missing,
    missing_refused,
    placeholder_address,
    recorded,
)
from sas_recette.editor.defects.model import Defect, int_r02
from sas_recette.editor.http import Incoming, Reply, Resource
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM

_POST: Final = frozenset({"POST"})
_PUT: Final = frozenset({"PUT"})
_ADDRESS: Final = recorded(placeholder_address)
_MERGED: Final = recorded(kept_when_missing)


def _type_unchecked(system: str) -> Behaviour:
    """The code of the identifiers of one system is not looked at."""

    def hook(problems: tuple[Problem, ...], payload: Resource, incoming: Incoming) -> tuple[Problem, ...]:
        del incoming
        listed = payload.get("identifier")
        systems = [one.get("system") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        ignored = {f"identifier[{position}].type" for position, one in enumerate(systems) if one == system}
        return tuple(one for one in problems if one.path not in ignored or one.code != "code-invalid")

    return Behaviour(problems=(hook,))


def _said_active(incoming: Incoming) -> bool:
    try:
        return "active" in json.loads(incoming.body)
    except (ValueError, TypeError):
        return True


def _refused_afterwards(reply: Reply, incoming: Incoming) -> Reply:
    """A request that was applied is refused for what it did not say."""
    if incoming.method != "PUT" or reply.status not in (200, 201) or _said_active(incoming):
        return reply
    return RefusedAccountError([Problem("active", "required", "élément obligatoire.")]).reply


def _identified_by(payload: Resource, system: str) -> bool:
    return any(one["system"] == system for one in payload["identifier"])


MISSING: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-create-without-identifier-accepted",
        "Une création sans identifiant est acceptée",
        forgotten("identifier", methods=_POST),
        "ACC-028",
    ),
    int_r02(
        "acc-create-without-name-accepted",
        "Une création sans nom est acceptée",
        forgotten("name", methods=_POST),
        reserves=("ACC-029",),
    ),
    int_r02(
        "acc-create-without-telecom-accepted",
        "Une création sans adresse électronique est acceptée",
        forgotten("telecom", methods=_POST) + _ADDRESS,
        reserves=("ACC-030",),
    ),
    int_r02(
        "acc-create-without-active-accepted",
        "Une création sans habilitation est acceptée, le compte est actif",
        forgotten("active", "required", _POST),
        "ACC-031",
    ),
    int_r02(
        "acc-update-without-identifier-accepted",
        "Une mise à jour sans identifiant est acceptée, l’ancien est gardé",
        forgotten("identifier", methods=_PUT) + missing_refused(("identifiers",), new=True) + _MERGED,
        "ACC-033",
    ),
    int_r02(
        "acc-put-as-create-without-identifier-accepted",
        "Un PUT sur un compte inconnu crée un compte sans identifiant",
        forgotten("identifier", methods=_PUT) + missing_refused(("identifiers",), new=False),
        "ACC-034",
    ),
    int_r02(
        "acc-put-without-active-accepted",
        "Un PUT sans habilitation est accepté, le compte est actif",
        forgotten("active", "required", _PUT),
        "ACC-033",
        "ACC-034",
    ),
    int_r02(
        "acc-update-without-name-accepted",
        "Une mise à jour sans nom est acceptée, l’ancien est gardé",
        forgotten("name", methods=_PUT) + missing_refused(("family", "given"), new=True) + _MERGED,
        reserves=("ACC-054",),
    ),
    int_r02(
        "acc-update-without-telecom-accepted",
        "Une mise à jour sans adresse électronique est acceptée, l’ancienne est gardée",
        forgotten("telecom", methods=_PUT) + missing_refused(("email",), new=True) + _MERGED,
        reserves=("ACC-054",),
    ),
    int_r02(
        "acc-put-as-create-without-name-accepted",
        "Un PUT sur un compte inconnu crée un compte sans nom",
        forgotten("name", methods=_PUT) + missing_refused(("family", "given"), new=False),
        reserves=("ACC-055",),
    ),
    int_r02(
        "acc-put-as-create-without-telecom-accepted",
        "Un PUT sur un compte inconnu crée un compte sans adresse électronique",
        forgotten("telecom", methods=_PUT) + missing_refused(("email",), new=False) + _ADDRESS,
        reserves=("ACC-055",),
    ),
    int_r02(
        "acc-refused-but-applied",
        "Un PUT sans habilitation est appliqué avant d’être refusé",
        forgotten("active", "required", _PUT) + Behaviour(reply=(_refused_afterwards,)),
        "ACC-033",
        "ACC-034",
        reserves=("ACC-041",),
    ),
)

INVALID: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-empty-family-accepted",
        "Un nom de famille vide est accepté",
        forgotten(r"name\[\d+\]\.family", "structure"),
        "ACC-035",
    ),
    int_r02(
        "acc-empty-email-accepted",
        "Une adresse électronique vide est acceptée",
        forgotten(r"telecom\[\d+\]\.value", "structure") + _ADDRESS,
        "ACC-036",
    ),
    int_r02(
        "acc-phone-accepted-as-address",
        "Un contact d’un autre type que email est accepté",
        forgotten(r"telecom\[\d+\]\.system", "value"),
        "ACC-037",
    ),
    int_r02(
        "acc-national-system-with-intrn-accepted",
        "Le système national est accepté avec le code INTRN",
        _type_unchecked(IDNPS_SYSTEM),
        "ACC-038",
    ),
    int_r02(
        "acc-technical-system-with-idnps-accepted",
        "Le système technique du SAS est accepté avec le code IDNPS",
        _type_unchecked(SAS_TECHNICAL_SYSTEM),
        "ACC-039",
    ),
    int_r02(
        "acc-identifier-without-system-accepted",
        "Un identifiant sans système est accepté",
        forgotten(r"identifier\[\d+\]\.system", "required"),
        "ACC-057",
    ),
    int_r02(
        "acc-identifier-without-value-accepted",
        "Un identifiant sans valeur est accepté",
        forgotten(r"identifier\[\d+\]\.value", "required"),
        "ACC-057",
    ),
    int_r02(
        "acc-identifier-without-type-accepted",
        "Un identifiant sans type est accepté",
        forgotten(r"identifier\[\d+\]\.type", "required"),
        "ACC-057",
    ),
    int_r02(
        "acc-name-without-family-accepted",
        "Un nom sans nom de famille est accepté",
        forgotten(r"name\[\d+\]\.family", "required"),
        "ACC-058",
    ),
    int_r02(
        "acc-name-without-given-accepted",
        "Un nom sans prénom est accepté",
        forgotten(r"name\[\d+\]\.given", "required"),
        "ACC-058",
    ),
    int_r02(
        "acc-any-system-accepted",
        "Un identifiant d’une autre autorité d’affectation est accepté",
        forgotten(r"identifier\[\d+\]\.system", "value"),
        reserves=("ACC-059",),
    ),
    int_r02(
        "acc-active-as-text-accepted",
        "Une habilitation transmise comme une chaîne est acceptée",
        forgotten("active", "value"),
        reserves=("ACC-061",),
    ),
)

DEMANDS: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-technical-id-refused",
        "Un identifiant technique du SAS est refusé",
        demanded(
            lambda payload: _identified_by(payload, IDNPS_SYSTEM), "identifier", "identifiant national obligatoire."
        ),
        "ACC-003",
        "ACC-018",
        "ACC-044",
    ),
    int_r02(
        "acc-national-id-refused",
        "Un identifiant national est refusé, seul l’identifiant technique est géré",
        demanded(
            lambda payload: _identified_by(payload, SAS_TECHNICAL_SYSTEM),
            "identifier",
            "identifiant technique attendu.",
        ),
        "ACC-002",
        "ACC-012",
        "ACC-044",
    ),
    int_r02(
        "acc-local-number-refused",
        "Un identifiant national de la forme structure/identifiant local est refusé",
        demanded(
            lambda payload: all("/" not in one["value"] for one in payload["identifier"]),
            "identifier[0].value",
            "RPPS ou ADELI attendu.",
        ),
        "ACC-002",
    ),
    int_r02(
        "acc-phone-required",
        "La création exige un numéro de téléphone",
        demanded(
            lambda payload: any(one["system"] == "phone" for one in payload["telecom"]),
            "telecom",
            "numéro de téléphone obligatoire.",
        ),
        "ACC-002",
        "ACC-003",
        "ACC-018",
        "ACC-044",
        "ACC-045",
    ),
    int_r02(
        "acc-gender-required",
        "La création exige la civilité",
        demanded(lambda payload: "gender" in payload, "gender", "élément obligatoire."),
        "ACC-002",
        "ACC-003",
        "ACC-018",
        "ACC-044",
        "ACC-045",
    ),
    int_r02(
        "acc-body-id-required",
        "Une requête dont le corps n’a pas d’identifiant logique est refusée",
        demanded(lambda payload: "id" in payload, "id", "élément obligatoire."),
        "ACC-002",
        "ACC-003",
        "ACC-018",
        "ACC-044",
    ),
)
