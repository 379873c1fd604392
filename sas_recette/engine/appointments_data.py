"""The `[appointments]` table of `recette.toml`: the platform's inbox, the client of it that the candidate is, and who books."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from sas_recette.engine.test_data import AssociationId, PractitionerId, Table

_NEEDED = ("certificate", "key", "client_ca")


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("l’adresse de la plateforme s’écrit https://hôte:port/chemin, sans paramètre")
    return value.rstrip("/")


class Appointments(Table):
    """`[appointments]`: the platform as it is known to the solution, and whose agendas the bench may book in.

    `base_url` is the address that the solution sends appointments to: the bench listens there, or at `listen` (`host:port`)
    where a relay stands between. `client_ca` holds the authorities of the solution's client certificate, whose subject is
    declared by `client_cn` and `client_ou`. `booking` says who acts in the solution: a person, or the driver named by
    `sso.driver`. `window` is how many seconds a message is waited for, `attendance_window` the same for « honoré » and
    « non honoré », which some products send at night, `silence` how long nothing must come where nothing should. `confirmation` tells that a booking at SOS Médecins awaits one.
    """

    base_url: Annotated[str, AfterValidator(_base_url)] = ""
    listen: str = ""
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    client_cn: str = ""
    client_ou: str = ""
    identifier_system: str = ""
    booking: Literal["person", "driver"] = "person"
    practitioner: PractitionerId | Literal[""] = ""
    replacement: PractitionerId | Literal[""] = ""
    cpts_practitioner: PractitionerId | Literal[""] = ""
    association: AssociationId | Literal[""] = ""
    association_practitioner: PractitionerId | Literal[""] = ""
    window: int = Field(default=600, ge=1, le=86_400)
    attendance_window: int = Field(default=86_400, ge=1, le=604_800)
    silence: int = Field(default=60, ge=1, le=3600)
    confirmation: bool = False

    @model_validator(mode="after")
    def _address_comes_whole(self) -> Self:
        missing = [key for key in _NEEDED if self.base_url and not getattr(self, key)]
        if missing:
            raise ValueError(f"avec base_url, il faut aussi {', '.join(missing)}")
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host and port where the bench listens. Raises ValueError when `listen` is not `host:port`."""
        parts = urlsplit(f"//{self.listen}" if self.listen else self.base_url)
        return parts.hostname or "127.0.0.1", parts.port or 443
