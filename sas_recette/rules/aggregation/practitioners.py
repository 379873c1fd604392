"""The Practitioners of an answer, against the identifiers that were asked for and what the candidate knows of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sas_recette.exchange.search import ParsedSearch
from sas_recette.fhir.access import JsonObject, children, text, texts
from sas_recette.fhir.bundle import Entry
from sas_recette.norm import canonicals
from sas_recette.rules.answer import SearchAnswer, national_identifier
from sas_recette.rules.facts import PractitionerFacts
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule


@dataclass(frozen=True, slots=True)
class Requested:
    """The national identifiers of a search, prefixed as they were sent."""

    values: tuple[str, ...]

    def matches(self, identifier: str) -> bool:
        """Whether an identifier is one of them. A missing prefix is AGR-PS-020’s fault, not another practitioner."""
        return any(identifier in {value, value[1:]} for value in self.values)

    def __bool__(self) -> bool:
        return bool(self.values)


def requested(query: ParsedSearch | None) -> Requested:
    """What a search asked for."""
    pairs = (one.partition("|") for one in query.identifiers) if query else ()
    systems = {canonicals.IDNPS_SYSTEM, canonicals.IDNST_SYSTEM}
    return Requested(tuple(value for system, _, value in pairs if system in systems))


def practitioners(answer: SearchAnswer) -> Iterator[tuple[Entry, str]]:
    """The Practitioner entries with their national identifier, "" when there is none."""
    for entry in answer.graph.of_type("Practitioner") if answer.graph else ():
        yield entry, national_identifier(entry.resource) or ""


def declared(subject: Subject, identifier: str) -> PractitionerFacts | None:
    """What the candidate declares of a practitioner, even where the prefix is missing in the answer."""
    facts = subject.facts.practitioners
    return facts.get(identifier) or next(
        (one for key, one in facts.items() if identifier and key[1:] == identifier), None
    )


@rule("AGR-PS-017")
def a_practitioner_comes(subject: Subject) -> Iterator[Observation]:
    """An answer with slots holds a Practitioner."""
    yield from _at_least_one(subject.answer, "Practitioner")


@rule("AGR-PS-018")
def a_practitioner_role_comes(subject: Subject) -> Iterator[Observation]:
    """An answer with slots holds a PractitionerRole."""
    yield from _at_least_one(subject.answer, "PractitionerRole")


def _at_least_one(answer: SearchAnswer, resource_type: str) -> Iterator[Observation]:
    if answer.graph is None or not answer.slots:
        return
    if answer.graph.of_type(resource_type):
        yield HELD
    else:
        message = f"La réponse contient des créneaux, mais aucune ressource {resource_type}."
        yield Deviation("Bundle.entry", message, f"au moins un {resource_type}", "aucun")


@rule("AGR-PS-021")
def identifier_was_requested(subject: Subject) -> Iterator[Observation]:
    """The identifier of each Practitioner is one of the request."""
    asked = requested(subject.answer.query)
    if not asked:
        return
    for entry, identifier in practitioners(subject.answer):
        if not identifier:
            continue
        if asked.matches(identifier):
            yield HELD
        else:
            message = "L’identifiant du praticien renvoyé n’est pas dans la requête."
            yield Deviation(f"{entry.location}.identifier", message, ", ".join(asked.values), identifier)


@rule("AGR-PS-023")
def adeli_practitioner(subject: Subject) -> Iterator[Observation]:
    """A practitioner asked for by ADELI comes back: a réserve when it is still by ADELI (open point A-18)."""
    asked = [value for value in requested(subject.answer.query).values if value.startswith("0")]
    for entry, identifier in practitioners(subject.answer):
        by_rpps = bool(asked) and identifier.startswith("8") and not requested(subject.answer.query).matches(identifier)
        if by_rpps:
            yield HELD
        elif identifier in asked:
            message = (
                "Le praticien est identifié par son numéro ADELI : la FAQ de l’IG SAS 1.2.0 (erreur fréquente n° 1) "
                "l’admet, les exigences ANS agg-psindiv n° 16 à 18 n’admettent que le RPPS."
            )
            yield Deviation(f"{entry.location}.identifier", message, "8 suivi du RPPS", identifier, reserve=True)


@rule("AGR-PS-024")
def family_name(subject: Subject) -> Iterator[Observation]:
    """Where the product knows the exercise name, name.family carries it (open point P-08)."""
    yield from _known_name(subject, lambda facts: facts.family, "family", "nom d’exercice")


@rule("AGR-PS-025")
def given_name(subject: Subject) -> Iterator[Observation]:
    """Where the product knows the first name, name.given carries it."""
    yield from _known_name(subject, lambda facts: facts.given, "given", "prénom")


def _known_name(
    subject: Subject, known: Callable[[PractitionerFacts], str], key: str, label: str
) -> Iterator[Observation]:
    for entry, identifier in practitioners(subject.answer):
        facts = declared(subject, identifier)
        if facts is None or not known(facts):
            continue
        written = [
            value
            for _, name in children(entry.resource, "name")
            for value in (_given(name) if key == "given" else (text(name, key) or "",))
            if value.strip()
        ]
        if any(folded(value) == folded(known(facts)) for value in written):
            yield HELD
        else:
            message = f"Le {label} du praticien, connu de la solution, n’est pas transmis."
            observed = ", ".join(dict.fromkeys(written)) or "absent"
            yield Deviation(f"{entry.location}.name[0].{key}", message, known(facts), observed)


def _given(name: JsonObject) -> tuple[str, ...]:
    """Each first name, and all of them together, since a compound one may be written either way."""
    given = texts(name, "given")
    return (*given, " ".join(given)) if len(given) > 1 else given


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name or an address without case, accents, ligatures, punctuation and blanks, for comparing."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(filter(str.isalnum, decomposed))
