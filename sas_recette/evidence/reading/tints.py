"""The tint of each verdict on a light ground, for renderings that have no style sheet. The word always goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Tint:
    """Text and ground as `#rrggbb`, at least 4.5 to 1 apart."""

    ink: str
    ground: str


_BLUE: Final = Tint("#174a9c", "#e8f0fd")

VERDICT_TINT: Final[Mapping[Verdict, Tint]] = {
    Verdict.CONFORME: Tint("#14602c", "#e6f5ea"),
    Verdict.RESERVE: Tint("#7a4b00", "#fff3dc"),
    Verdict.NON_CONFORME: Tint("#a8131f", "#fdecec"),
    Verdict.NON_VERIFIE: _BLUE,
    Verdict.A_ATTESTER: _BLUE,
    Verdict.SANS_OBJET: Tint("#4d5562", "#eceef2"),
    Verdict.ERREUR_DU_BANC: Tint("#5b2a86", "#f3eafa"),
}
"""Those of the page in its light theme."""
