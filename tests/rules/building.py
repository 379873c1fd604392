"""Answers to judge: the worked examples of the specification, mutated, wrapped in an exchange, and judged."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from sas_recette.exchange.model import Exchange, Fault, Request, Response, Timings
from sas_recette.norm.requirements import Catalogue, load_catalogue
from sas_recette.rules.answer import SearchAnswer, read_answer
from sas_recette.rules.checks import judge
from sas_recette.rules.facts import Facts
from sas_recette.rules.model import Finding, Outcome, Tally
from sas_recette.rules.rule import Subject

Json = dict[str, Any]
Mutation = Callable[[Json], object]

BASE: Final = "https://editeur.example/fhir"
IDNPS: Final = "urn:oid:1.2.250.1.71.4.2.1"
PS_B: Final = "899900000029"
LOWER: Final = "2026-06-16T10:12:00.000+02:00"
UPPER: Final = "2026-06-18T23:59:59.999+02:00"
FHIR_JSON: Final = "application/fhir+json; charset=utf-8"

SLOT_1, SLOT_2, SLOT_3, SLOT_4, SCHEDULE_1, SCHEDULE_2, PRACTITIONER, ROLE_1, ROLE_2 = range(9)
"""Ranks of the entries of the worked example."""


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "data" / f"{name}.json").read_text(encoding="utf-8")


def example(name: str) -> Json:
    document: Json = json.loads(_text(name))
    return document


def resource(bundle: Json, rank: int) -> Json:
    found: Json = bundle["entry"][rank]["resource"]
    return found


def place(bundle: Json, rank: int = ROLE_1) -> Json:
    """The contained Location of a PractitionerRole."""
    found: Json = resource(bundle, rank)["contained"][0]
    return found


def mutated(*mutations: Mutation, name: str = "bundle-ps-b") -> Json:
    bundle = example(name)
    for mutate in mutations:
        mutate(bundle)
    return bundle


def search_url(*identifiers: str, lower: str = LOWER, upper: str = UPPER) -> str:
    listed = ",".join(f"{IDNPS}%7C{one}" for one in identifiers or (PS_B,))
    return (
        f"{BASE}/Slot?_include=Slot:schedule&_include:iterate=Schedule:actor"
        f"&start=ge{lower.replace('+', '%2B')}&start=le{upper.replace('+', '%2B')}"
        f"&schedule.actor:Practitioner.identifier={listed}&status=free"
    )


def body_of(content: Json | list[Any] | bytes) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()


def response(
    content: Json | bytes, *, status: int = 200, media: str | None = FHIR_JSON, complete: bool = True, **headers: str
) -> Response:
    sent = (*((("Content-Type", media),) if media is not None else ()), *headers.items())
    return Response(status, sent, body_of(content), complete=complete)


def exchange(
    answered: Response | None,
    *,
    url: str = "",
    fault: Fault | None = None,
    whole: float | None = 250.0,
    name: str = "x1",
) -> Exchange:
    return Exchange(
        id=name,
        scenario="s1",
        step="recherche",
        started=datetime(2026, 6, 16, 8, 12, tzinfo=UTC),
        request=Request("GET", url or search_url(), (("Accept", "application/json+fhir"),)),
        response=answered,
        fault=fault,
        timings=Timings(whole=whole),
    )


def answer(content: Json | bytes, *, url: str = "", whole: float | None = 250.0, name: str = "x1") -> SearchAnswer:
    return read_answer(exchange(response(content), url=url, whole=whole, name=name))


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The tallies of one judgement, by requirement."""

    tallies: Mapping[str, Tally]

    def _with(self, outcome: Outcome) -> set[str]:
        return {name for name, one in self.tallies.items() if any(seen.outcome is outcome for seen in one.findings)}

    @property
    def fails(self) -> set[str]:
        return self._with(Outcome.FAIL)

    @property
    def warns(self) -> set[str]:
        return self._with(Outcome.WARN)

    @property
    def unverified(self) -> set[str]:
        return {name for name, one in self.tallies.items() if not one.examined}

    def first(self, requirement: str) -> Finding:
        return self.tallies[requirement].findings[0]

    def seen(self, requirement: str) -> tuple[str, str, str]:
        """Location, expected and observed of the first finding."""
        found = self.first(requirement)
        return found.location, found.expected, found.observed


def judged(
    *answers: SearchAnswer,
    check: str = "search",
    facts: Facts | None = None,
    edition: str = "1.2.0",
    expect: Mapping[str, object] | None = None,
) -> Verdicts:
    subject = Subject(answers, facts or Facts(), edition, expect or {})
    tallies = judge(check, subject, catalogue())
    return Verdicts({one.requirement: one for one in tallies})


def judged_bundle(*mutations: Mutation, facts: Facts | None = None, edition: str = "1.2.0") -> Verdicts:
    """The worked example, mutated, as the answer to its own request."""
    return judged(answer(mutated(*mutations)), facts=facts, edition=edition)


def copied(bundle: Json, rank: int) -> Json:
    """A copy of an entry, appended to the Bundle."""
    entry: Json = copy.deepcopy(bundle["entry"][rank])
    bundle["entry"].append(entry)
    return entry
