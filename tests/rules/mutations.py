"""How a fault is put into the conformant answer, and what it must turn red."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.rules.building import (
    BASE,
    PRACTITIONER,
    ROLE_1,
    ROLE_2,
    SCHEDULE_2,
    Json,
    Mutation,
    copied,
    resource,
)

DELETED: Final = object()


@dataclass(frozen=True)
class Fault:
    """`fails` and `warns` are exact; `seen` is location, expected and observed of the first finding of `fails` or `warns`."""

    name: str
    mutate: Mutation
    fails: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    seen: tuple[str, str, str] | None = field(default=None)


def at(*path: str | int, value: object = DELETED) -> Mutation:
    """Set the member at a path of the Bundle, or delete it."""

    def mutate(bundle: Json) -> None:
        node: Any = bundle
        for step in path[:-1]:
            node = node[step]
        if value is DELETED:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return mutate


def of(rank: int, *path: str | int, value: object = DELETED) -> Mutation:
    """The same, in the resource of an entry."""
    return at("entry", rank, "resource", *path, value=value)


def lieu(*path: str | int, value: object = DELETED) -> Mutation:
    """The same, in the Location that the first PractitionerRole contains."""
    return of(ROLE_1, "contained", 0, *path, value=value)


def each(*mutations: Mutation) -> Mutation:
    def mutate(bundle: Json) -> None:
        for one in mutations:
            one(bundle)

    return mutate


def without(*types: str) -> Mutation:
    def mutate(bundle: Json) -> None:
        bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] not in types]

    return mutate


def repeated(rank: int) -> Mutation:
    return lambda bundle: copied(bundle, rank)


def added(content: Json, mode: str = "include") -> Mutation:
    def mutate(bundle: Json) -> None:
        url = f"{BASE}/{content['resourceType']}/{content['id']}"
        bundle["entry"].append({"fullUrl": url, "resource": content, "search": {"mode": mode}})

    return mutate


def twin_practitioner(bundle: Json) -> None:
    """The practitioner of two places comes as two persons."""
    entry = copied(bundle, PRACTITIONER)
    entry["fullUrl"], entry["resource"]["id"] = f"{BASE}/Practitioner/ps-b2", "ps-b2"
    resource(bundle, SCHEDULE_2)["actor"][0]["reference"] = "Practitioner/ps-b2"
    resource(bundle, ROLE_2)["practitioner"]["reference"] = "Practitioner/ps-b2"


def stranger(bundle: Json) -> None:
    """The second place is that of a practitioner who was not asked for."""
    twin_practitioner(bundle)
    bundle["entry"][-1]["resource"]["identifier"][0]["value"] = "899900000011"


def location_as_entry(bundle: Json) -> None:
    lifted = resource(bundle, ROLE_1).pop("contained")[0]
    bundle["entry"].append({"fullUrl": f"{BASE}/Location/lieu", "resource": lifted, "search": {"mode": "include"}})
    resource(bundle, ROLE_1)["location"][0]["reference"] = "Location/lieu"


R314: Final = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau"
R38: Final = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
ACT: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
V2_0276: Final = "http://terminology.hl7.org/CodeSystem/v2-0276"
FR_V2_0203: Final = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
LOCATION_TYPES: Final = "http://interopsante.org/fhir/CodeSystem/fr-location-identifier-type"


INSTANT: Final = "AAAA-MM-JJThh:mm:ss[.sss] suivi de Z ou de ±hh:mm"
