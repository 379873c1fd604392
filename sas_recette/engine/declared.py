"""What `recette.toml` declares that no exchange shows: answers, documents, service, référencement (referencing.md, security.md §7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from sas_recette.engine.sso_data import LocalAccount
from sas_recette.engine.test_data import Table
from sas_recette.norm.pieces import PieceId
from sas_recette.norm.requirements import CatalogueError, load_catalogue

ANSWERS: Final = ("oui", "non", "sans objet")
MOST_ATTEMPTS: Final = 20
"""Wrong passwords that the bench types at most on the test account (security.md §7)."""


def _requirement(value: str) -> str:
    try:
        return load_catalogue().require(value).id
    except CatalogueError as error:
        raise ValueError(str(error).rstrip(".")) from None


class Joining(Table):
    """A table that documents go with; their paths start in the folder of the file."""

    attachments: tuple[Path, ...] = ()


class Attestation(Joining):
    """`[[attestations]]`: a person's answer to a requirement that no exchange decides.

    `statement` says how the solution answers it, `attachments` are documents that prove it; « oui » needs one of them.
    """

    requirement: Annotated[str, AfterValidator(_requirement)]
    answer: Literal["oui", "non", "sans objet"]
    person: str = Field(min_length=1)
    statement: str = ""
    date: dt.date | None = None
    comment: str = ""


class JoinedPiece(Joining):
    """`[[pieces]]`: documents of the dossier that prove no requirement (`norm.pieces`)."""

    piece: PieceId
    attachments: tuple[Path, ...] = Field(min_length=1)
    comment: str = ""


class Referencing(Table):
    """`[referencing]`: what the editor aims at. `sons` when it is the référencement of the SONS financing."""

    sons: bool = False


class Correction(Table):
    """`[service.correction]`: how long an anomaly of each severity takes to be corrected, as the convention has it."""

    bloquante: str = ""
    majeure: str = ""
    mineure: str = ""


class Service(Table):
    """`[service]`: the commitments of the convention, free texts that the dossier prints (performance-and-service.md §4)."""

    availability: str = ""
    support_hours: str = ""
    support_contact: str = ""
    correction: Correction = Correction()

    @property
    def named(self) -> Mapping[str, str]:
        """The commitments by label, those left to the convention empty; nothing when none is given."""
        written = {
            "Disponibilité": self.availability,
            **{
                f"Correction d’une anomalie {severity}": value
                for severity, value in self.correction.model_dump().items()
            },
            "Horaires du support": self.support_hours,
            "Contact du support": self.support_contact,
        }
        return written if any(written.values()) else {}


class Lockout(LocalAccount):
    """`[security.lockout]`: a test account of the solution's own log-in page, which the bench may have locked.

    `attempts` is how many failures the solution declares to bear before it locks.
    """

    attempts: int = Field(ge=1, le=MOST_ATTEMPTS)

    def password(self, key: str = "security.lockout.password") -> str:
        """Raises SecretError when it is not there."""
        return super().password(key)


class Security(Table):
    """`[security]`: what the trials of security need."""

    lockout: Lockout | None = None
