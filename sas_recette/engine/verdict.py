"""The seven verdicts, and how they add up (DESIGN, « Verdicts »)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """What findings amount to, for a requirement, a scenario or a campaign. The values are the words on screen."""

    CONFORME = "conforme"
    RESERVE = "réserve"
    NON_CONFORME = "non conforme"
    NON_VERIFIE = "non vérifié"
    A_ATTESTER = "à attester"
    SANS_OBJET = "sans objet"
    ERREUR_DU_BANC = "erreur du banc"


class ExitCode(IntEnum):
    """Exit codes of every command (DESIGN, « The command line »)."""

    OK = 0
    NON_CONFORME = 1
    USAGE = 2
    UNREACHABLE = 3
    INCOMPLETE = 4
    BENCH_ERROR = 5


_GRAVITY = (
    Verdict.NON_CONFORME,
    Verdict.ERREUR_DU_BANC,
    Verdict.NON_VERIFIE,
    Verdict.A_ATTESTER,
    Verdict.RESERVE,
    Verdict.CONFORME,
    Verdict.SANS_OBJET,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of several verdicts; `sans objet` when there is none at all to weigh."""
    return min(verdicts, key=_GRAVITY.index, default=Verdict.SANS_OBJET)
