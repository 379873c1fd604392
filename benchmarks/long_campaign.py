"""A recorded campaign as long as one wants.

Searches and accounts are those of the reference editor’s stand-in at several dates and with several defects; sign-ons, pages and
appointments are those of the example, played over and over under other ids.
"""

from __future__ import annotations

import itertools
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.defects import behaviour_of
from sas_recette.engine.scenario import load_scenarios
from sas_recette.exchange.journal import Journal, JournalWriter, read_journal
from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import Arrival, Exchange, Judgement, Page
from sas_recette.norm.requirements import Flow
from tests.matrix import cahier
from tests.matrix.stand_in import BUNDLE_ID, FHIR_BASE, NOW, StandIn

EXAMPLE: Final = Path(__file__).parent.parent / "reports" / "example"
ARRIVALS: Final = 3_000
_DEFECTS: Final = ("", "end-missing", "", "schedules-not-included", "")
"""A day each."""


@dataclass(slots=True)
class Take:
    """What one playing of a scenario recorded."""

    exchanges: list[Exchange] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)


def record(folder: Path, exchanges: int) -> None:
    """Write a journal of so many exchanges at least, and the pictures of its pages, into a new folder of a campaign."""
    scenarios = load_scenarios()
    ticks = itertools.count()
    header = JournalHeader("longue", "0", "1.2.0", NOW, candidate_document(FHIR_BASE, {}, NOW), tuple(scenarios))
    with tempfile.TemporaryDirectory() as trials:
        shared_out = _shared_out(_takes(Path(trials)), exchanges)
    with JournalWriter(folder / "journal", header, clock=lambda: NOW + timedelta(milliseconds=next(ticks))) as writer:
        for name, takes in shared_out.items():
            writer.scenario_started(name)
            for rank, take in enumerate(takes):
                _write(writer, _renamed(take, name, rank), folder)
            if name == "PERF-C01":
                for arrival in _arrivals(name):
                    writer.arrival(arrival)
            writer.scenario_ended(name, 1.0)


def _takes(folder: Path) -> dict[str, list[Take]]:
    """By scenario, what was really played of it; by flow, what may stand for the scenarios that were not."""
    found: dict[str, list[Take]] = {}
    scenarios = load_scenarios()
    journals = [read_journal(EXAMPLE / "journal"), *_searches(folder)]
    for journal in journals:
        for name, take in _by_scenario(journal).items():
            if name in scenarios:
                found.setdefault(name, []).append(take)
                found.setdefault(scenarios[name].flow.value, []).append(take)
    return found


def _searches(folder: Path) -> Iterator[Journal]:
    for day, defect in enumerate(_DEFECTS):
        now = NOW + timedelta(days=day)
        for flow in (Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1, Flow.INT_R02):
            place = folder / f"{day}-{flow.value}"
            known = behaviour_of(frozenset(filter(None, (defect,))))
            cahier.campaign(StandIn(known, now, moves=True), place, flow, now=now)
            yield read_journal(place / "journal.jsonl")


def _by_scenario(journal: Journal) -> dict[str, Take]:
    takes: dict[str, Take] = {}
    for exchange in journal.exchanges.values():
        takes.setdefault(exchange.scenario, Take()).exchanges.append(exchange)
    for page in journal.pages.values():
        takes.setdefault(page.scenario, Take()).pages.append(page)
    for judgement in journal.judgements:
        takes.setdefault(judgement.scenario, Take()).judgements.append(judgement)
    return takes


def _shared_out(takes: Mapping[str, list[Take]], wanted: int) -> dict[str, list[Take]]:
    """What each scenario of the cahier plays, one take after the other until there are enough exchanges."""
    scenarios = load_scenarios()
    chosen: dict[str, list[Take]] = {name: [] for name in scenarios}
    count = 0
    for turn in itertools.count():
        for place, (name, scenario) in enumerate(scenarios.items()):
            known = takes.get(name) or takes.get(scenario.flow.value)
            if known and count < wanted:
                chosen[name].append(known[(turn if name in takes else turn + place) % len(known)])
                count += len(chosen[name][-1].exchanges)
        if count >= wanted:
            return chosen
    raise AssertionError  # unreachable: turns have no end


def _renamed(take: Take, scenario: str, rank: int) -> Take:
    numbers = {"x": [one.id for one in take.exchanges], "p": [one.id for one in take.pages]}
    ids = {name: f"{scenario}-{rank}{kind}{at}" for kind, names in numbers.items() for at, name in enumerate(names)}
    return Take(
        [_unlike(replace(one, id=ids[one.id], scenario=scenario)) for one in take.exchanges],
        [
            replace(
                one,
                id=ids[one.id],
                scenario=scenario,
                hops=tuple(ids.get(hop, hop) for hop in one.hops),
                screenshot=f"pages/{ids[one.id]}.jpg" if one.screenshot else "",
            )
            for one in take.pages
        ],
        [
            replace(one, scenario=scenario, exchanges=tuple(ids.get(name, name) for name in one.exchanges))
            for one in take.judgements
        ],
    )


def _unlike(exchange: Exchange) -> Exchange:
    """A Bundle has an id of its own each time it is answered: no two bodies are equal."""
    response = exchange.response
    if response is None:
        return exchange
    name = str(uuid.uuid5(uuid.NAMESPACE_OID, exchange.id)).encode()
    return replace(exchange, response=replace(response, body=response.body.replace(BUNDLE_ID.encode(), name)))


def _write(writer: JournalWriter, take: Take, folder: Path) -> None:
    for exchange in take.exchanges:
        writer.exchange(exchange)
    for page in take.pages:
        writer.page(page)
        if page.screenshot:
            _picture(folder / page.screenshot, page.id)
    for judgement in take.judgements:
        writer.judgement(judgement)


def _picture(path: Path, comment: str) -> None:
    """A picture of the example, unlike any other by the comment that it bears."""
    pictures = sorted((EXAMPLE / "pages").glob("*.jpg"))
    data, said = pictures[sum(comment.encode()) % len(pictures)].read_bytes(), comment.encode()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + data[2:])


def _arrivals(scenario: str) -> Iterable[Arrival]:
    for rank in range(1, ARRIVALS + 1):
        planned = rank / 50
        seconds = 0.05 + (rank * 37 % 100) / 500
        yield Arrival(scenario, rank, planned, 25, planned, planned + seconds / 2, planned + seconds, 200, size=20_000)
