from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sas_recette.engine.result import AppointmentState, AppointmentTrace, CampaignResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.campaign_json import render_campaign
from sas_recette.evidence.dossier import write_dossier
from sas_recette.evidence.pdf.render import PDF, inputs, render_pdf, template
from sas_recette.evidence.pdf.view import view_dossier
from sas_recette.evidence.recorded import Recorded
from tests.evidence.golden import assert_golden
from tests.evidence.sample import HOSTILE, MISSING_START, START, campaign, exchanges, journal
from tests.evidence.sso_sample import sso_campaign, sso_recorded

RECORDED = Recorded(exchanges())
BOOKED = AppointmentTrace(
    system="urn:oid:1.2.3",
    value="rdv-7",
    status="booked",
    start=START + timedelta(days=1),
    practitioner="810002673899",
    patient="RECETTE-42",
    scenario="RDV-01",
    created="E0004",
    created_at=START,
    state=AppointmentState.STILL_THERE,
    last="E0004",
    reason="Aucun message d’annulation.",
)


def sample() -> CampaignResult:
    return replace(campaign(), appointment_traces=(BOOKED,))


def said(result: CampaignResult, recorded: Recorded = RECORDED) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(inputs(result, recorded)["dossier"])
    return document


def outline(result: CampaignResult) -> list[tuple[int, str]]:
    """Level and title of each heading that a bookmark leads to."""
    found = typst.query(template(), "heading", sys_inputs=inputs(result, RECORDED), ignore_system_fonts=True)
    return [(one["level"], words(one["body"])) for one in json.loads(found) if one["outlined"]]


def words(content: dict[str, Any]) -> str:
    if "children" in content:
        return "".join(words(part) for part in content["children"])
    return str(content.get("text", " "))


def pages(data: bytes) -> int:
    (count,) = re.findall(rb"/Type/Pages/Count (\d+)", data)
    return int(count)


def test_what_the_dossier_says() -> None:
    view = view_dossier(sample(), RECORDED, "0f" * 32)
    text = json.dumps(view, ensure_ascii=False, indent=1, sort_keys=True)
    assert_golden("dossier.json", text + "\n")


def test_the_digest_is_that_of_campaign_json() -> None:
    digest = hashlib.sha256(render_campaign(sample(), RECORDED).encode()).hexdigest()
    assert said(sample())["digest"].replace("\u200b", "") == digest


def test_the_outline_has_every_part_and_every_flow() -> None:
    assert outline(sample()) == [
        (1, "Synthèse par flux"),
        (1, "Verdict de chaque exigence"),
        (2, "INT_R01 – Agrégation de créneaux – professionnels de santé"),
        (2, "INT_SOS1 – Agrégation de créneaux – SOS Médecins"),
        (2, "INT_R02 – Gestion des comptes régulateurs"),
        (2, "INT_R03 – Remontée des rendez-vous"),
        (2, "SECURITE – Sécurité"),
        (1, "Réserves"),
        (1, "Attestations"),
        (1, "Ce qui n’est pas vérifié"),
        (1, "Traces laissées dans la solution"),
        (2, "Comptes"),
        (2, "Rendez-vous"),
        (1, "Signatures"),
        (1, "Annexe – scénarios"),
        (1, "Annexe – échanges"),
    ]


def test_a_tagged_french_document_declared_accessible_and_dated_by_the_campaign() -> None:
    data = render_pdf(sample(), RECORDED)
    assert data is not None
    for fact in (
        b"%PDF-1.7",
        b"/Lang(fr-FR)",
        b"/MarkInfo<</Marked true",
        b"/DisplayDocTitle true",
        b"/Outlines ",
        b"<pdfuaid:part>1</pdfuaid:part>",
        b"/CreationDate(D:20260312083310Z)",
        "Procès-verbal de recette – campagne 20260312-093005-a1b2<".encode(),
    ):
        assert fact in data
    assert pages(data) == 5
    assert b"/S/TH" in data
    assert render_pdf(sample(), RECORDED) == data


def test_non_conformes_come_first_in_each_flow() -> None:
    first = said(sample())["requirements"][0]
    assert [(row["id"], row["verdict"]) for row in first["rows"]] == [
        ("AGR-COM-006", "non conforme"),
        ("AGR-COM-030", "non conforme"),
        ("AGR-COM-033", "non conforme"),
        ("AGR-PS-021", "non vérifié"),
        ("AGR-COM-005", "réserve"),
    ]
    assert first["rows"][0]["lines"] == ["La recherche a échoué\u00a0; attendu\u00a0: 200\u00a0; observé\u00a0: 502"]


def test_a_requirement_of_many_scenarios_names_a_few() -> None:
    result = sample()
    named = replace(result.requirements[1], scenarios=tuple(f"S-{rank}" for rank in range(9)))
    row = said(replace(result, requirements=(named,)))["requirements"][0]["rows"][0]
    assert (row["scenarios"], row["more"]) == ([f"S-{rank}" for rank in range(6)], " et 3\u00a0autres")


def test_exchanges_are_short_and_under_their_scenario() -> None:
    groups = {group["scenario"]: group["rows"] for group in said(sample())["exchanges"]}
    assert groups["ACC-01 – Scénario ACC-01"] == [
        ["E0005", "Création", "PUT /\u200bfhir/\u200bPractitioner/\u200b1", "échec (reset)", "12/03/2026 09:30:17"]
    ]
    assert [row[3] for row in groups["AGR-PS-01 – Scénario AGR-PS-01"]] == ["200", "502", "200"]


def test_pages_of_a_browser_stand_for_its_requests() -> None:
    rows = [row for group in said(sso_campaign(), sso_recorded())["exchanges"] for row in group["rows"]]
    seen = [row[2] for row in rows if row[2].startswith("page «")]
    assert seen
    hops = {hop for page in sso_recorded().pages.values() for hop in page.hops}
    assert not hops.intersection(row[0] for row in rows)
    assert render_pdf(sso_campaign(), sso_recorded()) is not None


def test_traces_that_ask_for_an_action_come_first() -> None:
    traces = said(sample())["traces"]
    assert [row[0] for row in traces["accounts"]["rows"]] == ["peut-être encore actif", "incertain", "désactivé"]
    (row,) = traces["appointments"]["rows"]
    assert row[0] == "encore dans l’agenda"
    assert row[1].splitlines()[0] == "RECETTE-42"


def test_a_campaign_of_nothing_is_a_dossier_too() -> None:
    bare = replace(
        campaign(),
        candidate={},
        use_cases=(),
        requirements=(),
        scenarios=(),
        account_traces=(),
        ended=None,
        interrupted=True,
        verdict=Verdict.SANS_OBJET,
    )
    data = render_pdf(bare, Recorded())
    assert data is not None
    assert b"/CreationDate(D:20260312083005Z)" in data


def everywhere(text: str) -> tuple[CampaignResult, Recorded]:
    """The sample with this text wherever a candidate may put one."""
    one = sample()
    found = replace(MISSING_START, message=text, expected=text, observed=text, location=text)
    result = replace(
        one,
        id=text,
        candidate={"product": text, "editor": text, text: text},
        summary=text,
        use_cases=(text,),
        requirements=tuple(replace(item, reason=text, findings=(found,)) for item in one.requirements),
        scenarios=tuple(replace(item, title=text, reason=text, findings=(found,)) for item in one.scenarios),
        account_traces=tuple(replace(trace, name=text, value=text, address=text) for trace in one.account_traces),
        appointment_traces=(replace(BOOKED, patient=text, value=text, practitioner=text),),
    )
    kept = {
        name: replace(item, step=text, request=replace(item.request, url=text, method=text))
        for name, item in exchanges().items()
    }
    return result, Recorded(kept)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert render_pdf(*everywhere(text)) is not None


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "#panic()", '] #eval("1") [', "$x^2$ *gras* _it_ @ref <label> \\ // /*", "é" * 20_000, "😀" * 200, ""],
    ids=["controls", "code", "bracket", "markup", "long", "emoji", "empty"],
)
def test_no_text_is_read_as_markup(text: str) -> None:
    data = render_pdf(*everywhere(text))
    assert data is not None
    assert outline(everywhere(text)[0]) == outline(sample())


def test_without_typst_the_dossier_is_written_and_an_older_one_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / PDF).write_bytes(b"%PDF of another judgement")
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "sas_recette.evidence.pdf.render.find_spec", lambda name: None if name == "typst" else found(name)
    )
    written = write_dossier(tmp_path, campaign(), journal(exchanges()), created=START)
    assert tmp_path / PDF not in written
    assert not (tmp_path / PDF).exists()
    sealed = {item["path"] for item in json.loads((tmp_path / "manifest.json").read_bytes())["files"]}
    assert "cahier-de-recette.xlsx" in sealed
    assert PDF not in sealed


def test_both_are_sealed(tmp_path: Path) -> None:
    write_dossier(tmp_path, campaign(), journal(exchanges()), created=START)
    sealed = {item["path"]: item["sha256"] for item in json.loads((tmp_path / "manifest.json").read_bytes())["files"]}
    for name in (PDF, "cahier-de-recette.xlsx"):
        assert sealed[name] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
