"""The addresses that a regulator enters the solution by: those that slots carry (sso.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sas_recette.engine.bench import Bench, NotPlayableError
from sas_recette.engine.sso_data import AgendaPage
from sas_recette.engine.test_data import Association, Practitioner
from sas_recette.fhir.access import text
from sas_recette.norm.identifiers import practitioner_kind
from sas_recette.norm.requirements import Flow
from sas_recette.rules.answer import SearchAnswer, read_answer


@dataclass(frozen=True, slots=True)
class Entry:
    """The address of a slot, and the mark of the agenda that it must lead to, empty when none is declared.

    `whose` is who or what place the agenda is of, for those who read.
    """

    url: str
    mark: str = ""
    whose: str = ""


def entries_of(bench: Bench, agendas: tuple[AgendaPage, ...]) -> tuple[Entry, ...]:
    """The address of a slot of each agenda, one search a holder; of whoever is declared when no agenda is asked for.

    Raises NotPlayableError when a holder has no slot with an address.
    """
    owners = tuple(dict.fromkeys(one.owner for one in agendas)) or (_anybody(bench),)
    answers = {owner: _search(bench, owner) for owner in owners}
    if not agendas:
        return (Entry(_first(owners[0], _addresses(answers[owners[0]], ""))),)
    return tuple(
        Entry(_first(_whose(one), _addresses(answers[one.owner], one.place)), one.name, _whose(one)) for one in agendas
    )


def _whose(agenda: AgendaPage) -> str:
    return agenda.place or agenda.owner


def _anybody(bench: Bench) -> str:
    """Somebody of the declared test data, with slots."""
    people, centres = bench.candidate.practitioners, bench.candidate.associations
    for one in (people.one_site, people.two_sites, centres.two_centres, centres.other):
        if isinstance(one, Practitioner | Association):
            return one.id
    raise NotPlayableError("recette.toml ne déclare ni praticien ni association dont chercher un créneau")


def _search(bench: Bench, owner: str) -> SearchAnswer:
    flow = Flow.INT_SOS1
    if practitioner_kind(owner) is not None:
        flow = Flow.INT_R01 if "ps" in bench.candidate.use_cases else Flow.INT_R04
    query = bench.query(owner, flow=flow)
    step = f"Recherche d’un créneau de {owner}"
    exchange = bench.transport.send(query.request(), scenario=bench.scenario, step=step)
    bench.recorder.exchange(exchange)
    return read_answer(exchange)


def _addresses(answer: SearchAnswer, place: str) -> Iterator[str]:
    """The addresses of the slots of a place; of all of them when it is empty."""
    for slot in answer.slots:
        comment = text(slot.resource, "comment")
        if comment and (not place or (slot.location is not None and text(slot.location, "name") == place)):
            yield comment


def _first(whose: str, addresses: Iterator[str]) -> str:
    found = next((one for one in addresses if one.lower().startswith("https://")), "")
    if not found:
        raise NotPlayableError(f"la recherche ne donne aucun créneau de {whose} avec une adresse https://")
    return found
