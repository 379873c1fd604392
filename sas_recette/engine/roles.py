"""Whose agendas a flow searches, and the words for them: practitioners in INT_R01 and INT_R04, associations in INT_SOS1.

A scenario that is the same in several flows names a role; here is the key of `recette.toml` that plays it in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.norm.requirements import Flow
from sas_recette.rules.flow import FORMS

_PRACTITIONERS: Final[Mapping[str, str]] = {
    "ordinary": "practitioners.one_site",
    "no_slots": "practitioners.no_slots",
    "unknown": "practitioners.unknown",
    "stored_raw": "practitioners.stored_raw",
    "first": "practitioners.colleague_a",
    "second": "practitioners.colleague_b",
    "list_of_25": "aggregation.list_of_25",
}
_ASSOCIATIONS: Final[Mapping[str, str]] = {
    "ordinary": "associations.two_centres",
    "no_slots": "associations.no_slots",
    "unknown": "associations.unknown",
    "stored_raw": "associations.stored_raw",
    "first": "associations.two_centres",
    "second": "associations.other",
    "list_of_25": "associations.list_of_25",
}

ROLES: Final[Mapping[Flow, Mapping[str, str]]] = {
    Flow.INT_R01: _PRACTITIONERS,
    Flow.INT_R04: _PRACTITIONERS,
    Flow.INT_SOS1: _ASSOCIATIONS,
}
"""By flow, the key of `recette.toml` of each role."""

WORDS: Final[Mapping[Flow, Mapping[str, str]]] = {flow: FORMS[flow].words for flow in ROLES}
"""By flow, what `{un}`, `{ce}`… stand for in the text of a scenario."""


def key_of(flow: Flow, need: str) -> str:
    """The dotted key of `recette.toml` for a need, which is such a key already or the name of a role."""
    return need if "." in need else ROLES[flow][need]
