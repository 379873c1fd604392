"""`[load]` of `recette.toml`: the candidate's agreement to a volume of searches, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from sas_recette.engine.test_data import Table

if TYPE_CHECKING:
    from sas_recette.engine.candidate import Candidate


class LoadAgreement(Table):
    """Who agreed to be loaded, and at which hosts (`host` or `host:port`, as in `candidate.base_url`)."""

    agreed: bool
    hosts: tuple[str, ...] = Field(min_length=1)
    person: str = Field(min_length=1)

    @field_validator("hosts")
    @classmethod
    def _bare(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not host or "/" in host:
                raise ValueError(
                    f"«\u00a0{host}\u00a0» n’est pas un nom d’hôte\u00a0: écrivez-le sans https:// ni chemin"
                )
        return tuple(host.casefold() for host in value)


def load_refusal(candidate: Candidate) -> str:
    """Why a candidate may not be loaded, in French; empty when it agreed to it, at this very host and out of production."""
    if candidate.environment == "production":
        return "une charge n’est jamais envoyée à un environnement de production (environment)"
    agreement = candidate.load
    if agreement is None or not agreement.agreed:
        return "l’éditeur n’a pas donné son accord à une charge\u00a0: renseignez [load] (agreed, hosts, person) dans recette.toml"
    address = urlsplit(candidate.candidate.base_url)
    host = (address.hostname or "").casefold()
    named = address.netloc.rpartition("@")[2].casefold()
    if not {host, named}.intersection(agreement.hosts):
        return f"l’accord de l’éditeur ne porte pas sur l’hôte «\u00a0{host}\u00a0»\u00a0: ajoutez-le à [load] hosts dans recette.toml"
    return ""
