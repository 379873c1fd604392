"""The catalogue of requirements: every atomic obligation of the specification, with its level and its source.

The text lives in `catalogue/*.toml`, a file a flow family, as `[[requirement]]` tables. Ids never change.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from sas_recette.errors import UserError


class CatalogueError(UserError):
    """The catalogue is unreadable, or an id is unknown to it. The message is French and fit for a screen."""


class Level(StrEnum):
    """RFC 2119 level of a requirement, as the specification writes it."""

    SHALL = "SHALL"
    SHALL_NOT = "SHALL NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"

    @property
    def binding(self) -> bool:
        """Whether failing it is a non-conformity; otherwise it is a réserve at most."""
        return self in {Level.SHALL, Level.SHALL_NOT}


class How(StrEnum):
    """How a requirement is verified: by the harness alone, with an operator, or by a declaration of the editor."""

    AUTO = "auto"
    INTERACTIVE = "interactive"
    DECLARATIVE = "declarative"


class Flow(StrEnum):
    """The flow that a requirement belongs to; `commun` holds for the three aggregation flows."""

    COMMUN = "commun"
    INT_R01 = "INT_R01"
    INT_R04 = "INT_R04"
    INT_SOS1 = "INT_SOS1"
    INT_R02 = "INT_R02"
    INT_SSO = "INT_SSO"
    INT_PSC = "INT_PSC"
    INT_R03 = "INT_R03"
    SECURITE = "SECURITE"
    PERFORMANCE = "PERFORMANCE"
    REFERENCEMENT = "REFERENCEMENT"

    @property
    def label(self) -> str:
        """French name for screens and reports."""
        return _FLOW_LABELS[self]


_FLOW_LABELS: Final[Mapping[Flow, str]] = {
    Flow.COMMUN: "Agrégation de créneaux – socle commun",
    Flow.INT_R01: "Agrégation de créneaux – professionnels de santé",
    Flow.INT_R04: "Agrégation de créneaux – CPTS",
    Flow.INT_SOS1: "Agrégation de créneaux – SOS Médecins",
    Flow.INT_R02: "Gestion des comptes régulateurs",
    Flow.INT_SSO: "Authentification unique (SSO)",
    Flow.INT_PSC: "Authentification par Pro Santé Connect",
    Flow.INT_R03: "Remontée des rendez-vous",
    Flow.SECURITE: "Sécurité",
    Flow.PERFORMANCE: "Performance et qualité de service",
    Flow.REFERENCEMENT: "Référencement",
}

_AGGREGATION: Final = frozenset({Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1})
_EVERYWHERE: Final = frozenset({Flow.SECURITE, Flow.PERFORMANCE, Flow.REFERENCEMENT})

_OPEN_POINTS = re.compile(r"points? ouverts? (?P<ids>[^;]*)")
_OPEN_POINT = re.compile(r"\b(?:[A-Z]-\d{2}|[A-Z]{3,4} OP-\d+)\b")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One obligation (exigence). Texts are French; `source` names the documents that carry it."""

    id: str
    flows: tuple[Flow, ...]
    actor: str
    level: Level
    title: str
    statement: str
    source: str
    how: How
    precondition: str
    ans_ids: tuple[str, ...]

    def concerns(self, flow: Flow) -> bool:
        """Whether it holds for a flow: its own, those that `commun` gathers, or every one."""
        gathered = Flow.COMMUN in self.flows and flow in _AGGREGATION
        return flow in self.flows or gathered or bool(_EVERYWHERE.intersection(self.flows))

    @property
    def open_points(self) -> tuple[str, ...]:
        """Ids of the open points of the specification that `source` mentions, in its order (`A-16`, `ACC OP-4`)."""
        mentions = (match["ids"] for match in _OPEN_POINTS.finditer(self.source))
        return tuple(dict.fromkeys(point for mention in mentions for point in _OPEN_POINT.findall(mention)))


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue(Mapping[str, Requirement]):
    """All the requirements by id, in the order of the specification."""

    by_id: Mapping[str, Requirement]

    def __getitem__(self, requirement_id: str) -> Requirement:
        """The requirement of that id.

        Raises KeyError, as a mapping does; `require` raises a CatalogueError that names the nearest id.
        """
        return self.by_id[requirement_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_id)

    def __len__(self) -> int:
        return len(self.by_id)

    def require(self, requirement_id: str) -> Requirement:
        """The requirement of that id. Raises CatalogueError, naming the nearest id, when there is none."""
        found = self.by_id.get(requirement_id)
        if found is None:
            nearest = self.nearest(requirement_id)
            hint = f" (vouliez-vous dire « {nearest} » ?)" if nearest else ""
            raise CatalogueError(f"Exigence inconnue : « {requirement_id} »{hint}.")
        return found

    def in_flow(self, flow: Flow) -> tuple[Requirement, ...]:
        """The requirements that name that flow, in catalogue order (`commun` is a flow of its own)."""
        return tuple(requirement for requirement in self.by_id.values() if flow in requirement.flows)

    def nearest(self, requirement_id: str) -> str | None:
        """The known id that looks most like the given one, or None when none comes near."""
        matches = get_close_matches(requirement_id.upper(), list(self.by_id), n=1, cutoff=0.6)
        return matches[0] if matches else None


CATALOGUE_FILES: Final[tuple[tuple[str, str], ...]] = (
    ("commun.toml", "AGR-COM-"),
    ("ps.toml", "AGR-PS-"),
    ("cpts.toml", "AGR-CPTS-"),
    ("sos.toml", "AGR-SOS-"),
    ("comptes.toml", "ACC-"),
    ("sso.toml", "SSO-"),
    ("rendez-vous.toml", "RDV-"),
    ("securite.toml", "SEC-"),
    ("performance.toml", "PERF-"),
    ("referencement.toml", "REF-"),
)
"""The files of the catalogue in reading order, each with the prefix of its ids."""


@cache
def load_catalogue() -> Catalogue:
    """Read the whole catalogue, once. Raises CatalogueError when a file or an entry is wrong."""
    by_id: dict[str, Requirement] = {}
    for name, prefix in CATALOGUE_FILES:
        for requirement in read_requirements(_text_of(name), name):
            if not requirement.id.startswith(prefix):
                raise CatalogueError(f"{name} : l’exigence {requirement.id} n’a pas le préfixe {prefix}.")
            if requirement.id in by_id:
                raise CatalogueError(f"{name} : l’exigence {requirement.id} figure deux fois.")
            by_id[requirement.id] = requirement
    return Catalogue(by_id)


def read_requirements(text: str, name: str) -> tuple[Requirement, ...]:
    """Read the `[[requirement]]` tables of one TOML text; `name` is used in messages. Raises CatalogueError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name} : TOML illisible ({error}).") from error
    return tuple(_requirement(table, name) for table in document.get("requirement", []))


def _text_of(name: str) -> str:
    try:
        return resources.files("sas_recette.norm").joinpath("catalogue", name).read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogueError(f"{name} : fichier du catalogue illisible ({error}).") from error


def _requirement(table: Mapping[str, Any], name: str) -> Requirement:
    try:
        return Requirement(
            id=table["id"],
            flows=tuple(Flow(flow) for flow in table["flow"]),
            actor=table["actor"],
            level=Level(table["level"]),
            title=table["title"],
            statement=table["statement"],
            source=table["source"],
            how=How(table["how"]),
            precondition=table["precondition"],
            ans_ids=tuple(table["ans_id"]),
        )
    except KeyError as error:
        raise CatalogueError(f"{name} : {table.get('id', 'exigence sans id')} : champ {error} absent.") from error
    except ValueError as error:
        raise CatalogueError(f"{name} : {table.get('id', 'exigence sans id')} : {error}.") from error
