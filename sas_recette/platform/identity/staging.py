"""What a scenario asked the provider to be, from one instant on, for the browsers of its lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sas_recette.platform.identity.codes import Login
from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Person

LANE_COOKIE: Final = "BANC_PISTE"
"""What the bench's browsers of a named lane carry to the platform, and nowhere else."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Whose exchanges these are, who there is to log in, and the deviations in force.

    `connected`: every browser of the lane is that person’s, who is logged in. Otherwise a browser is what its session cookie
    says. `lane` tells scenarios that play at the same time from each other; a browser that names none is of the unnamed one.
    """

    scenario: str
    step: str
    person: Person | None
    connected: bool
    knobs: frozenset[Knob]
    since: datetime
    sid: str
    lane: str = ""

    @property
    def login(self) -> Login | None:
        """The person whom every browser is taken for."""
        return Login(self.person, self.since, self.sid) if self.connected and self.person else None
