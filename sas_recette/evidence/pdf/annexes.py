"""The annexes of the procès-verbal: scenarios, exchanges, and what the campaign left on the candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sas_recette.engine.result import AccountTrace, AppointmentTrace, CampaignResult, ScenarioResult
from sas_recette.evidence.pdf.printable import Plain
from sas_recette.evidence.reading.appointments import counted_appointments, designated, over, to_cancel, what_to_do
from sas_recette.evidence.reading.constats import number_constats
from sas_recette.evidence.reading.french import count, seconds
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.pages import page_name
from sas_recette.evidence.reading.selection import Piece, chosen, ranks
from sas_recette.evidence.reading.traces import counted_traces, deactivated, designation, to_close, to_do
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.model import Exchange, Page
from sas_recette.exchange.search import PARIS

ROWS: Final = 3_000
"""Of the annex of exchanges, at most."""

_TEXT: Final = 200
_PATH: Final = 90
_STEP: Final = 90


def scenarios_view(scenarios: Iterable[ScenarioResult]) -> list[Plain]:
    """A row a scenario: id, title, flow, verdict, date, duration, how many exchanges and pages."""
    return [
        [
            one.id,
            one_line(one.title, _TEXT),
            one.flow,
            one.verdict.value,
            _instant(one.started),
            seconds(one.duration) if one.started else "—",
            str(len(one.exchanges) + len(one.pages)),
        ]
        for one in scenarios
    ]


def exchanges_view(result: CampaignResult, recorded: Recorded) -> list[Plain]:
    """What happened in each scenario, in its order; the requests of a browser that a page sums up are left out.

    Of a long campaign, the rows that there is paper for: what findings designate, then the beginning of each scenario. The others
    are counted.
    """
    happened = [(one, found) for one in result.scenarios if (found := recorded.happened(one))]
    order = ranks(result, recorded, number_constats(result))
    met = dict.fromkeys(item.id for _, found in happened for item in found)
    kept = chosen((Piece(name, order[name], 1) for name in met), ROWS)
    return [_annexed(one, found, kept) for one, found in happened]


def _annexed(one: ScenarioResult, found: Sequence[Exchange | Page], kept: frozenset[str]) -> Plain:
    rows: list[Plain] = [_happened(item) for item in found if item.id in kept]
    rest = len(found) - len(rows)
    more = f"Et {count(rest, 'autre échange ou page', 'autres échanges ou pages')}, dans report.html." if rest else ""
    return {"scenario": f"{one.id} – {one_line(one.title, _TEXT)}", "rows": rows, "more": more}


def traces_view(accounts: Sequence[AccountTrace], appointments: Sequence[AppointmentTrace]) -> Mapping[str, Plain]:
    """Accounts, then appointments: a count in words, and a row each, those that ask for an action first."""
    return {
        "accounts": {
            "count": counted_traces(accounts) if accounts else "",
            "rows": [
                [trace.state.value, _shown(designation(trace)), trace.scenario, trace.created, to_do(trace) or "—"]
                for trace in (*to_close(accounts), *deactivated(accounts))
            ],
        },
        "appointments": {
            "count": counted_appointments(appointments) if appointments else "",
            "rows": [
                [trace.state.value, _shown(designated(trace)), trace.scenario, trace.created, what_to_do(trace) or "—"]
                for trace in (*to_cancel(appointments), *over(appointments))
            ],
        },
    }


def _shown(parts: Sequence[str]) -> str:
    return "\n".join(parts) or "sans contenu lisible"


def _happened(item: Exchange | Page) -> Plain:
    step = one_line(item.step, _STEP)
    if isinstance(item, Page):
        status = "—" if item.status is None else str(item.status)
        return [item.id, step, page_name(item), status, _instant(item.started)]
    asked = f"{one_line(item.request.method, 20)} {_path(item.request.path)}"
    return [item.id, step, asked, _status(item), _instant(item.started)]


def _path(address: str) -> str:
    """The path of an absolute URL, without its host."""
    _, _, after = address.partition("://")
    _, slash, path = (after or address).partition("/")
    return one_line(slash + path, _PATH) or "/"


def _status(exchange: Exchange) -> str:
    status = "" if exchange.response is None else str(exchange.response.status)
    fault = "" if exchange.fault is None else f"échec ({exchange.fault.kind.value})"
    return " ".join(filter(None, (status, fault))) or "—"


def _instant(value: datetime | None) -> str:
    return "—" if value is None else f"{value.astimezone(PARIS):%d/%m/%Y %H:%M:%S}"
