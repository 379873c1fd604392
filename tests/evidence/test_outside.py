"""Messages that are of no scenario, or that come late: judged, rendered and judged again without a word out of place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sas_recette.engine.assessment import assess
from sas_recette.engine.result import AppointmentState, CampaignResult
from sas_recette.engine.scenario import load_scenarios
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.campaign_json import parse_campaign, render_campaign
from sas_recette.evidence.console import render_console
from sas_recette.evidence.har import HAR
from sas_recette.evidence.junit import render_junit
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.journal import Journal, JournalHeader, JournalWriter, read_journal
from sas_recette.exchange.model import Exchange, Judgement
from sas_recette.norm.requirements import load_catalogue
from sas_recette.platform.inbox.watching import OUTSIDE
from tests.cli.driving import plain_document
from tests.evidence.html_page import Page as Html
from tests.evidence.page.drawing import told
from tests.evidence.sample import START

FIRST, SECOND = "RDV-S01", "RDV-S02"


def message(name: str, after: int, method: str, status: str, value: str, scenario: str = FIRST) -> Exchange:
    """A message about the appointment of this identifier."""
    received = told(name, after, method, status, 201 if method == "POST" else 200)
    body = json.loads(received.request.body) | {"identifier": [{"system": "urn:oid:1.2", "value": value}]}
    sent = replace(received.request, body=json.dumps(body).encode())
    return replace(received, scenario=scenario, step="" if scenario == OUTSIDE else "Étape", request=sent)


MESSAGE = message("r1", 1000, "POST", "booked", "A1")
LATE = message("r2", 9000, "PUT", "cancelled", "A1")
STRAY = message("r3", 5000, "POST", "booked", "B2", OUTSIDE)


def recorded(folder: Path, exchanges: Iterable[Exchange]) -> Journal:
    """A journal of two scenarios, one after the other; these exchanges are taken in the second one."""
    header = JournalHeader("c1", "0.1.0", "1.2.0", START, plain_document("http://e.test"), (FIRST, SECOND))
    with JournalWriter(folder, header, clock=lambda: START + timedelta(minutes=1)) as writer:
        writer.scenario_started(FIRST)
        writer.judgement(Judgement(FIRST, "rdv-message", ("r1",), {"use_case": "ps", "patient": ["Essai A1"]}))
        writer.scenario_ended(FIRST, 1.0)
        writer.scenario_started(SECOND)
        for exchange in exchanges:
            writer.exchange(exchange)
        writer.scenario_ended(SECOND, 1.0)
    return read_journal(folder)


def judged(journal: Journal) -> CampaignResult:
    return assess(journal, load_catalogue(), load_scenarios())


def test_a_late_message_is_of_the_scenario_that_it_belongs_to(tmp_path: Path) -> None:
    result = judged(recorded(tmp_path, (MESSAGE, STRAY, LATE)))
    assert {one.id: one.exchanges for one in result.scenarios} == {FIRST: ("r1", "r2"), SECOND: ()}
    assert result.exchange_count == 3
    assert Verdict.ERREUR_DU_BANC not in {one.verdict for one in result.scenarios}


def test_what_a_stray_message_leaves_is_told_too(tmp_path: Path) -> None:
    result = judged(recorded(tmp_path, (MESSAGE, STRAY)))
    assert [(one.scenario, one.created, one.patient, one.state) for one in result.appointment_traces] == [
        (FIRST, "r1", "Essai A1", AppointmentState.STILL_THERE),
        (OUTSIDE, "r3", "", AppointmentState.STILL_THERE),
    ]


def test_every_rendering_bears_a_scenario_that_the_cahier_does_not_know(tmp_path: Path) -> None:
    journal = recorded(tmp_path / "journal", (MESSAGE, STRAY, LATE))
    result, seen = judged(journal), Recorded.of(journal, tmp_path)
    text = render_campaign(result, seen)
    assert parse_campaign(text.encode()) == result
    assert [one["scenario"] for one in json.loads(text)["appointment_traces"]] == [FIRST, OUTSIDE]
    page = Html(render_report(result, seen))
    assert "r3" in page.by_id("hors-scenario").content
    assert "r2" not in page.by_id("hors-scenario").content
    assert "r2" in page.by_id(f"scenario-{FIRST}").content
    assert {item.attributes["href"] for item in page.all("a")} <= {HAR, *(f"#{name}" for name in page.ids())}
    assert OUTSIDE.encode() not in render_junit(result, seen)
    render_console(result)
    assert judged(journal) == result
