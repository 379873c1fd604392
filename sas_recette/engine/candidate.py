"""The candidate file, `recette.toml`: who the candidate is, where it answers, which test data play which role.

Past `read_candidate` nothing reads the file again. Secrets never stand in it: a password is named by its environment
variable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, TypeAdapter, field_validator, model_validator

from sas_recette.engine.appointments_data import Appointments
from sas_recette.engine.declared import Attestation, JoinedPiece, Joining, Referencing, Security, Service
from sas_recette.engine.load_data import LoadAgreement
from sas_recette.engine.sso_data import Sso
from sas_recette.engine.test_data import (
    AgendaEntry,
    Associations,
    Cpts,
    PractitionerId,
    Practitioners,
    Table,
    distinct,
)
from sas_recette.engine.tls_data import Tls
from sas_recette.norm.profiles import DEFAULT_EDITION
from sas_recette.platform.accounts import account_identifier
from sas_recette.rules.facts import Facts


def _base_url(value: str) -> str:
    url = TypeAdapter(HttpUrl).validate_python(value)
    if url.query or url.fragment:
        raise ValueError("l’URL de base n’a ni paramètre ni fragment")
    return value.rstrip("/")


def _digits(value: str) -> str:
    return "".join(value.split())


def _account_criterion(value: str) -> str:
    if value and account_identifier(value) is None:
        raise ValueError(
            "l’identifiant s’écrit système|valeur, avec urn:oid:1.2.250.1.71.4.2.1 (national) ou "
            "urn:oid:1.2.250.1.213.3.6 (technique) pour système"
        )
    return value


class Identity(Table):
    """`[candidate]`: the solution, as it will be named in the dossier (referencing.md §6.1); what is optional is empty.

    `commit` is the id of the source or of the delivery, `testers` the persons who play the campaign.
    """

    editor: str = Field(min_length=1)
    product: str = Field(min_length=1)
    version: str = Field(min_length=1)
    base_url: Annotated[str, AfterValidator(_base_url)]
    build: str = ""
    commit: str = ""
    siren: Annotated[str, BeforeValidator(_digits), Field(pattern=r"^(\d{9})?$")] = ""
    siret: Annotated[str, BeforeValidator(_digits), Field(pattern=r"^(\d{14})?$")] = ""
    testers: tuple[str, ...] = ()

    @property
    def named(self) -> Mapping[str, str]:
        """What is given, by key, as the dossier prints it."""
        given = {key: value for key, value in self.model_dump(exclude={"testers"}).items() if value}
        return given | ({"tester": ", ".join(self.testers)} if self.testers else {})


class Aggregation(Table):
    """`[aggregation]`: what the solution declares to handle."""

    slot_types: tuple[Literal["PUBLIC", "PRO", "SNP", "CPTS"], ...] = ()
    consultation_types: tuple[Literal["AMB", "HH", "VR"], ...] = ()
    knows_consultation_types: bool = True
    list_of_25: tuple[PractitionerId, ...] = ()

    @field_validator("list_of_25")
    @classmethod
    def _exactly_25(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return distinct(value, 25)


class Accounts(Table):
    """`[accounts]`: what INT_R02 needs beside the accounts that it creates.

    `ambiguous` is an identifier that two active accounts have, `system|value`; empty when the product never allows it.
    """

    ambiguous: Annotated[str, AfterValidator(_account_criterion)] = ""


class Candidate(Table):
    """The whole file. `folder` is where it lies: relative paths start there."""

    edition: Literal["1.1.0", "1.2.0"] = DEFAULT_EDITION
    environment: Literal["recette", "preproduction", "production"] = "recette"
    use_cases: tuple[Literal["ps", "cpts", "sos"], ...] = Field(min_length=1)
    candidate: Identity
    tls: Tls = Tls()
    aggregation: Aggregation = Aggregation()
    accounts: Accounts = Accounts()
    load: LoadAgreement | None = None
    sso: Sso | None = None
    appointments: Appointments | None = None
    practitioners: Practitioners = Practitioners()
    cpts: tuple[Cpts, ...] = ()
    associations: Associations = Associations()
    agenda: tuple[AgendaEntry, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    pieces: tuple[JoinedPiece, ...] = ()
    referencing: Referencing = Referencing()
    service: Service = Service()
    security: Security = Security()

    @property
    def scope(self) -> frozenset[str]:
        """What it declares: its use cases, and its way of single sign-on."""
        return frozenset({*self.use_cases, *((self.sso.mode,) if self.sso is not None else ())})

    @model_validator(mode="after")
    def _mutual_tls_needs_https(self) -> Self:
        if self.tls.pki != "none" and not self.candidate.base_url.lower().startswith("https:"):
            raise ValueError(
                "candidate.base_url est en http://, ce qui exclut le TLS mutuel\u00a0; donnez une URL en https://, "
                'ou tls.pki = "none" pour un serveur de développement'
            )
        return self

    @model_validator(mode="after")
    def _rehearsal_certificates_stay_out_of_production(self) -> Self:
        if self.environment == "production" and self.tls.pki == "banc":
            raise ValueError(
                "l’IGC de test du banc n’a rien à faire en production\u00a0: aucune solution en service ne doit lui faire "
                'confiance\u00a0; mettez environment = "recette", ou tls.pki = "igc-test"'
            )
        return self

    def facts(self, today: date) -> Facts:
        """What rules may hold against the answers; `today` is the day of the run in Paris."""
        return Facts(
            practitioners={one.id: one.facts() for _, one in self.practitioners.declared()},
            cpts={one.id: one.facts() for one in self.cpts},
            associations={one.id: one.facts() for _, one in self.associations.declared()},
            equipped=self.associations.equipped,
            slot_types=self.aggregation.slot_types,
            consultation_types=self.aggregation.consultation_types,
            knows_consultation_types=self.aggregation.knows_consultation_types,
            agenda=tuple(entry.line(today) for entry in self.agenda),
        )

    def declared(self) -> Mapping[str, Any]:
        """The file as plain JSON values, for the journal; of a local path only the file's name."""
        document = self.model_dump(mode="json")
        _name_only(document["tls"], self.tls)
        for name, given in self.tls.negatives.given():
            _name_only(document["tls"]["negatives"][name], given)
        if self.sso is not None:
            _name_only(document["sso"], self.sso)
            document["sso"]["driver"] = Path(self.sso.driver).name
            if self.sso.local is not None:
                _name_only(document["sso"]["local"], self.sso.local)
        if self.appointments is not None:
            _name_only(document["appointments"], self.appointments)
        if self.security.lockout is not None:
            _name_only(document["security"]["lockout"], self.security.lockout)
        joined: tuple[tuple[str, Sequence[Joining]], ...] = (
            ("attestations", self.attestations),
            ("pieces", self.pieces),
        )
        for table, holders in joined:
            for written, holder in zip(document[table], holders, strict=True):
                written["attachments"] = [path.name for path in holder.attachments]
        return document


def _name_only(document: dict[str, Any], table: Table) -> None:
    """Keep of each path of a table the file’s name."""
    for key, value in dict(table).items():
        if isinstance(value, Path):
            document[key] = value.name
