"""The candidate file, `recette.toml`: who the candidate is, where it answers, which test data play which role.

Past `read_candidate` nothing reads the file again. Secrets never stand in it: a password is named by its environment
variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    TypeAdapter,
    field_validator,
    model_validator,
)

from sas_recette.norm.identifiers import practitioner_kind, structure_kind
from sas_recette.norm.profiles import DEFAULT_EDITION
from sas_recette.norm.requirements import CatalogueError, load_catalogue
from sas_recette.rules.facts import AgendaLine, AgendaStatus, Facts, PractitionerFacts

PARIS: Final = ZoneInfo("Europe/Paris")
_RELATIVE: Final = re.compile(r"J(?P<days>[+-]\d{1,2})? (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)")


def _practitioner_identifier(value: str) -> str:
    if practitioner_kind(value) is None:
        raise ValueError("l’identifiant s’écrit avec son préfixe\u00a0: 8 et les onze chiffres du RPPS")
    return value


def _structure_identifier(value: str) -> str:
    if structure_kind(value) is None:
        raise ValueError("l’identifiant s’écrit avec son préfixe\u00a0: 1 + FINESS, 3 + SIRET ou 4 + RPPS rang")
    return value


def _base_url(value: str) -> str:
    url = TypeAdapter(HttpUrl).validate_python(value)
    if url.query or url.fragment:
        raise ValueError("l’URL de base n’a ni paramètre ni fragment")
    return value.rstrip("/")


def _agenda_moment(value: object) -> object:
    if value is None or isinstance(value, datetime):
        return value.isoformat() if value else value
    if not isinstance(value, str) or not (_RELATIVE.fullmatch(value) or _is_instant(value)):
        raise ValueError("une date s’écrit «\u00a0J+1 09:00\u00a0» ou 2026-06-17T09:00:00+02:00")
    return value


def _is_instant(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return "T" in written or " " in written


def _requirement(value: str) -> str:
    try:
        return load_catalogue().require(value).id
    except CatalogueError as error:
        raise ValueError(str(error).rstrip(".")) from None


PractitionerId = Annotated[str, AfterValidator(_practitioner_identifier)]
StructureId = Annotated[str, AfterValidator(_structure_identifier)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(_Table):
    """`[candidate]`: the solution, as it will be named in the dossier."""

    editor: str = Field(min_length=1)
    product: str = Field(min_length=1)
    version: str = Field(min_length=1)
    base_url: Annotated[str, AfterValidator(_base_url)]


class Tls(_Table):
    """`[tls]`: the platform's certificate for this campaign, and the authority that signed the candidate's."""

    pki: Literal["banc", "igc-test", "none"] = "banc"
    client_certificate: Path | None = None
    client_key: Path | None = None
    client_key_password_env: str | None = None
    server_ca: Path | None = None


class Practitioner(_Table):
    """`[practitioners.<role>]`: a practitioner of the test data, with what the product knows of him."""

    id: PractitionerId
    family: str = ""
    given: str = ""
    phone: str | None = None
    structures: tuple[StructureId, ...] = ()
    specialties: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    places: int = Field(default=0, ge=0)


class Practitioners(_Table):
    """`[practitioners]`: who plays which role. One person may play several."""

    one_site: Practitioner | None = None
    two_sites: Practitioner | None = None
    colleague_a: Practitioner | None = None
    colleague_b: Practitioner | None = None
    no_slots: Practitioner | None = None
    no_phone: Practitioner | None = None
    stored_raw: Practitioner | None = None
    unknown: Practitioner | None = None
    adeli: Practitioner | None = None

    def declared(self) -> Iterator[tuple[str, Practitioner]]:
        """The roles that are filled in, each with its practitioner."""
        for role in type(self).model_fields:
            practitioner = getattr(self, role)
            if practitioner is not None:
                yield role, practitioner


class Aggregation(_Table):
    """`[aggregation]`: what the solution declares to handle."""

    slot_types: tuple[Literal["PUBLIC", "PRO", "SNP", "CPTS"], ...] = ()
    consultation_types: tuple[Literal["AMB", "HH", "VR"], ...] = ()
    knows_consultation_types: bool = True
    list_of_25: tuple[PractitionerId, ...] = ()

    @field_validator("list_of_25")
    @classmethod
    def _exactly_25(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value and len(set(value)) != 25:
            raise ValueError(f"la liste compte 25 identifiants distincts, et non {len(set(value))}")
        return value


class AgendaEntry(_Table):
    """`[[agenda]]`: one slot that the product is known to hold. Dates are absolute, or relative to the run («\u00a0J+1 09:00\u00a0»)."""

    owner: PractitionerId
    start: str
    end: str | None = None
    status: AgendaStatus = AgendaStatus.FREE
    types: tuple[str, ...] = ()
    consultations: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    appointment: Literal["", "ROUTINE", "WALKIN"] = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""

    _moments = field_validator("start", "end", mode="before")(_agenda_moment)

    def line(self, today: date) -> AgendaLine:
        """The entry with absolute instants, `today` being the day of the run in Paris."""
        return AgendaLine(
            **{
                **self.model_dump(),
                "start": _absolute(self.start, today),
                "end": self.end and _absolute(self.end, today),
            }
        )


def _absolute(written: str, today: date) -> datetime:
    relative = _RELATIVE.fullmatch(written)
    if relative is None:
        moment = datetime.fromisoformat(written)
        return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
    day = today + timedelta(days=int(relative["days"] or 0))
    return datetime.combine(day, time(int(relative["hour"]), int(relative["minute"])), tzinfo=PARIS)


class Attestation(_Table):
    """`[[attestations]]`: a person's answer to a requirement that no exchange decides."""

    requirement: Annotated[str, AfterValidator(_requirement)]
    answer: Literal["oui", "non", "sans objet"]
    person: str = Field(min_length=1)
    statement: str = ""


class Candidate(_Table):
    """The whole file. `folder` is where it lies: relative paths start there."""

    edition: Literal["1.1.0", "1.2.0"] = DEFAULT_EDITION
    environment: Literal["recette", "preproduction", "production"] = "recette"
    use_cases: tuple[Literal["ps", "cpts", "sos"], ...] = Field(min_length=1)
    candidate: Identity
    tls: Tls = Tls()
    aggregation: Aggregation = Aggregation()
    practitioners: Practitioners = Practitioners()
    agenda: tuple[AgendaEntry, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    @model_validator(mode="after")
    def _mutual_tls_needs_https(self) -> Self:
        if self.tls.pki != "none" and not self.candidate.base_url.lower().startswith("https:"):
            raise ValueError(
                "candidate.base_url est en http://, ce qui exclut le TLS mutuel\u00a0; donnez une URL en https://, "
                'ou tls.pki = "none" pour un serveur de développement'
            )
        return self

    def facts(self, today: date) -> Facts:
        """What rules may hold against the answers; `today` is the day of the run in Paris."""
        return Facts(
            practitioners={one.id: _facts(one) for _, one in self.practitioners.declared()},
            slot_types=self.aggregation.slot_types,
            consultation_types=self.aggregation.consultation_types,
            knows_consultation_types=self.aggregation.knows_consultation_types,
            agenda=tuple(entry.line(today) for entry in self.agenda),
        )

    def declared(self) -> Mapping[str, Any]:
        """The file as plain JSON values, for the journal; of a local path only the file's name."""
        document = self.model_dump(mode="json")
        for key, value in self.tls.model_dump().items():
            if isinstance(value, Path):
                document["tls"][key] = value.name
        return document


def _facts(one: Practitioner) -> PractitionerFacts:
    declared = one.model_dump(exclude={"id"})
    return PractitionerFacts(identifier=one.id, **declared)
