from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sas_recette.engine.result import AppointmentState, TraceState
from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.evidence.campaign_json import (
    CampaignFormatError,
    campaign_schema,
    load_campaign,
    parse_campaign,
    read_dossier,
    render_campaign,
)
from sas_recette.evidence.recorded import Recorded
from sas_recette.norm.requirements import Flow, How, Level
from sas_recette.rules.model import Outcome
from tests.evidence.golden import assert_golden
from tests.evidence.sample import campaign
from tests.evidence.sso_sample import sso_campaign

TEXT = render_campaign(campaign(), Recorded())


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(TEXT)
    return loaded


def test_golden() -> None:
    assert_golden("campaign.json", TEXT)


def test_the_schema_is_one_and_the_output_obeys_it() -> None:
    schema = campaign_schema()
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(document())) == []


def test_the_schema_knows_every_word_of_the_code() -> None:
    definitions = campaign_schema()["$defs"]
    assert definitions["verdict"]["enum"] == [verdict.value for verdict in Verdict]
    assert definitions["level"]["enum"] == [level.value for level in Level]
    assert definitions["flow"]["enum"] == [flow.value for flow in Flow]
    assert definitions["requirement"]["properties"]["how"]["enum"] == [how.value for how in How]
    assert definitions["finding"]["properties"]["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert definitions["accountTrace"]["properties"]["state"]["enum"] == [state.value for state in TraceState]
    assert definitions["appointmentTrace"]["properties"]["state"]["enum"] == [state.value for state in AppointmentState]
    assert campaign_schema()["properties"]["exit_code"]["maximum"] == max(ExitCode)


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "campaign.json"
    path.write_text(TEXT, encoding="utf-8")
    assert load_campaign(path) == campaign()


@given(st.text(st.characters()))
@settings(deadline=None)
def test_any_text_comes_back(text: str) -> None:
    result = replace(campaign(), summary=text, candidate={"product": text})
    data = render_campaign(result, Recorded()).encode()
    assert parse_campaign(data) == result


def test_a_file_from_before_the_traces_is_read() -> None:
    old = document()
    del old["account_traces"], old["appointment_traces"]
    read = parse_campaign(json.dumps(old).encode())
    assert read == replace(campaign(), account_traces=(), appointment_traces=())


def test_the_pages_of_a_scenario_come_back_and_a_file_from_before_them_is_read() -> None:
    result = sso_campaign()
    written = json.loads(render_campaign(result, Recorded()))
    assert written["scenarios"][-2]["pages"] == ["SSO-01-p1", "SSO-01-p2"]
    assert written["scenarios"][0]["pages"] == []
    assert list(Draft202012Validator(campaign_schema()).iter_errors(written)) == []
    assert parse_campaign(json.dumps(written).encode()) == result
    for scenario in written["scenarios"]:
        del scenario["pages"]
    without = replace(result, scenarios=tuple(replace(one, pages=()) for one in result.scenarios))
    assert parse_campaign(json.dumps(written).encode()) == without


@pytest.mark.parametrize(
    ("kind", "key"),
    [("account_traces", "created_at"), ("appointment_traces", "created_at"), ("appointment_traces", "start")],
)
def test_the_times_of_a_trace_have_an_offset_too(kind: str, key: str) -> None:
    trace = document()[kind][0] | {key: "2026-01-01T00:00:00"}
    with pytest.raises(CampaignFormatError, match="date sans décalage horaire"):
        parse_campaign(json.dumps(document() | {kind: [trace]}).encode())


def test_a_finding_is_written_once() -> None:
    loaded = document()
    assert [item["id"] for item in loaded["findings"]] == [f"C{rank:04d}" for rank in range(1, 9)]
    assert loaded["scenarios"][3]["findings"] == ["C0001"]


def test_the_order_of_the_candidate_keys_does_not_show() -> None:
    result = campaign()
    turned = replace(result, candidate=dict(reversed(list(result.candidate.items()))))
    assert render_campaign(turned, Recorded()) == TEXT


def test_a_time_without_offset_is_refused() -> None:
    naive = replace(campaign(), started=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="décalage horaire"):
        render_campaign(naive, Recorded())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "presque conforme"}, r"\$\.verdict"),
        ({"unknown": 1}, "unknown"),
        ({"exit_code": 9}, r"\$\.exit_code"),
        ({"findings": []}, "constat C0001, qui n’y figure pas"),
        ({"started": "2026-01-01T00:00:00"}, "date sans décalage horaire"),
        ({"started": "hier"}, "hier"),
    ],
)
def test_what_is_not_a_campaign_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(CampaignFormatError, match=message):
        parse_campaign(json.dumps(document() | change).encode())


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(CampaignFormatError, match="n’est pas du JSON"):
        parse_campaign(b"{")


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(CampaignFormatError, match=r"trop d’imbrications\."):
        parse_campaign(b"[" * 200_000)


def test_what_is_too_long_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "campaign.json"
    with path.open("wb") as stream:
        stream.truncate(200_000_001)
    with pytest.raises(CampaignFormatError, match="trop long\u00a0: 200,0\u00a0Mo au plus"):
        read_dossier(tmp_path)
