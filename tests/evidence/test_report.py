from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.har import HAR
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import inline_code, render_report
from sas_recette.exchange.model import Exchange
from sas_recette.rules.model import Finding
from tests.evidence.golden import assert_golden
from tests.evidence.html_page import Page
from tests.evidence.sample import (
    CANCELLED,
    CLOSED,
    HOSTILE,
    MISSING_START,
    ORDERS,
    campaign,
    exchanges,
    order_finding,
    slot,
)

HTML = render_report(campaign(), Recorded(exchanges()))


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(HTML)


def test_golden() -> None:
    assert_golden("report.html", HTML)


def test_the_same_campaign_gives_the_same_page() -> None:
    assert render_report(campaign(), Recorded(exchanges())) == HTML


def test_ids_are_unique_and_every_link_arrives(page: Page) -> None:
    ids = page.ids()
    assert len(ids) == len(set(ids))
    targets = {element.attributes["href"] for element in page.all("a")}
    assert {target for target in targets if not target.startswith("#")} == {HAR}
    assert {target[1:] for target in targets - {HAR}} <= set(ids)


def test_labels_name_what_exists(page: Page) -> None:
    named = {
        element.attributes["aria-labelledby"] for element in page.elements if "aria-labelledby" in element.attributes
    }
    assert named
    assert named <= set(page.ids())


def test_nothing_comes_from_outside(page: Page) -> None:
    for element in page.elements:
        for name in ("srcset", "action", "data", "poster", "xlink:href", "style"):
            assert name not in element.attributes, f"{element.tag} {name}"
        assert not [name for name in element.attributes if name.startswith("on")]
    assert not page.all("link")
    (style,) = page.all("style")
    assert "url(" not in style.content
    assert "@import" not in style.content


def test_the_policy_allows_this_style_and_this_script_only(page: Page) -> None:
    (policy,) = (item.attributes["content"] for item in page.all("meta") if "http-equiv" in item.attributes)
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (element,) = page.all(tag)
        digest = base64.b64encode(hashlib.sha256(element.content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")


def test_hostile_text_is_shown_and_harmless(page: Page) -> None:
    assert len(page.all("script")) == 1
    assert "\x00" not in HTML
    assert "\x1b" not in HTML
    assert "\u202e" not in HTML
    message = next(item for item in page.all("h4") if "Le créneau n’a pas de début" in item.content)
    assert "</script><script>alert(1)</script> ‹U+0000›‹U+001B›[31m ‹U+202E›txt.exe‹U+202C› 𝔖𐍈" in message.content


def test_faulty_places_are_marked_and_findings_lead_there(page: Page) -> None:
    marks = {element.attributes["id"]: element.content for element in page.all("mark")}
    assert list(marks.values()) == [
        '"end": "2026-03-13T09:45:00+01:00",',
        '"end": "2026-03-13T09:45:00+01:00",',
        '"resource": {',
        '"end": "2026-03-13T09:45:00+01:00",',
        '"end": "2026-03-13T09:45:00+01:00",',
        '"status": "busy"',
    ]
    links = {item.content: item.attributes["href"][1:] for item in page.all("a")}
    assert marks[links["Bundle.entry[2].resource.start"]] == '"resource": {'
    assert marks[links["Appointment.status"]] == '"status": "busy"'
    assert links["HTTP.status"] == "echange-E0002"


def test_repeated_findings_are_one_constat_with_all_its_places(page: Page) -> None:
    constat = page.by_id("constat-3")
    assert "Bundle.entry[*].resource.end – 4\u00a0emplacements" in constat.content
    for rank in range(4):
        assert f"Bundle.entry[{rank}].resource.end" in constat.content


def test_a_body_met_twice_is_shown_once(page: Page) -> None:
    again = page.by_id("echange-E0003").content
    assert "les mêmes octets que dans l’échange E0001" in again
    assert '"fullUrl"' not in again


def test_what_blocks_comes_first(page: Page) -> None:
    headings = [item.content for item in page.all("h2")]
    assert headings == [
        "Synthèse",
        "Ce qui bloque",
        "Réserves",
        "À compléter",
        "Traces laissées",
        "Scénarios",
        "Matrice des exigences",
        "Échanges",
    ]


def test_headings_never_skip_a_level(page: Page) -> None:
    levels = [int(item.tag[1]) for item in page.elements if re.fullmatch("h[1-6]", item.tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_verdict_is_told_by_its_word_and_never_by_colour_alone(page: Page) -> None:
    badges = [item for item in page.all("span") if item.attributes.get("class", "").startswith("badge")]
    words = {item.content.split(" ", 1)[1] for item in badges}
    assert words == {verdict.value for verdict in Verdict}


def test_tables_have_captions_and_scoped_headers(page: Page) -> None:
    assert len(page.all("table")) == len(page.all("caption")) == 6
    assert all(item.attributes.get("scope") in {"col", "row"} for item in page.all("th"))


def test_missing_data_names_the_key(page: Page) -> None:
    assert "donnees.ps_deux_lieux" in page.by_id("manques").content


def test_accounts_left_are_listed_and_those_to_close_come_first(page: Page) -> None:
    section = page.by_id("traces").content
    assert "2\u00a0comptes créés, 1\u00a0désactivé, 1\u00a0création incertaine." in section
    (active,) = (item.content for item in page.all("tr") if "3990000002/00A2" in item.content)
    for part in (
        "Sébastien Loridon",
        "regulateur-2@sas-recette.example",
        "urn:oid:1.2.250.1.71.4.2.1",
        "dans la solution\u00a0: 18",
        "peut-être encore actif",
        "La désactivation a été refusée (HTTP 500). échange E0004",
        "Vérifiez-le dans la solution et désactivez-le s’il est encore actif.",
        "12\u00a0mars\u00a02026 à 09:30:17 (UTC+01:00) échange E0005",
        "ACC-01",
    ):
        assert part in active
    order = [section.index(part) for part in ("3990000002/00A2", "Sans identifiant", "1\u00a0compte désactivé", "00A1")]
    assert order == sorted(order)
    links = {item.attributes["href"] for item in page.all("a") if item.content in {"E0004", "E0005", "ACC-01"}}
    assert links == {"#echange-E0004", "#echange-E0005", "#scenario-ACC-01"}


def test_appointments_left_say_what_is_known_and_what_to_do(page: Page) -> None:
    section = page.by_id("traces").content
    assert "1\u00a0encore dans l’agenda, 2\u00a0incertains, 1\u00a0annulé ou terminé." in section
    (booked,) = (item.content for item in page.all("tr") if "RDV-0002" in item.content)
    for part in (
        "Essai 3D4E5F",
        "12\u00a0mars\u00a02026 à 11:30:05 (UTC+01:00)",
        "810100050075",
        "urn:oid:1.2.250.1.999.1",
        "encore dans l’agenda",
        "Le dernier message retenu le dit «\u00a0booked\u00a0», sans annulation depuis. échange E0004",
        "Annulez-le dans la solution.",
        "RDV-01",
    ):
        assert part in booked
    (untold,) = (item.content for item in page.all("tr") if "Aucun message n’est venu" in item.content)
    assert "Cherchez-le dans l’agenda et annulez-le s’il y est encore." in untold
    assert "(réservation demandée le 12\u00a0mars\u00a02026 à 09:30:25 (UTC+01:00))" in untold
    assert "échange" not in untold
    (illegible,) = (item.content for item in page.all("tr") if "Rien ne l’identifie" in item.content)
    assert "Patient inconnu" in illegible
    assert "hors scénario" in illegible
    folded = page.by_id("r-finis").content
    assert "1\u00a0rendez-vous annulé ou terminé" in section
    assert folded == "Rendez-vous annulés, honorés ou non honorés, d’après les messages reçus"


def test_without_accounts_nor_appointments_there_is_no_section_of_traces() -> None:
    nothing = replace(campaign(), account_traces=(), appointment_traces=())
    page = Page(render_report(nothing, Recorded(exchanges())))
    assert "traces" not in page.ids()
    assert "#traces" not in {item.attributes["href"] for item in page.all("a")}


def test_a_name_without_end_is_cut() -> None:
    accounts, appointments = (replace(CLOSED, name="É" * 10_000),), (replace(CANCELLED, patient="É" * 10_000),)
    result = replace(campaign(), account_traces=accounts, appointment_traces=appointments)
    assert len(Page(render_report(result, Recorded())).by_id("traces").content) < 3000


def test_the_envelope_shows_the_faulty_header(page: Page) -> None:
    (faulty,) = (item for item in page.elements if item.attributes.get("class") == "faulty")
    assert faulty.content == "Content-Typeapplication/json constat 5"


def test_replay_lines(page: Page) -> None:
    shown = page.by_id("echange-E0001").content
    assert "curl --include --globoff --path-as-is --cert client.crt --key client.key" in shown
    assert "sas-recette run --scenario AGR-PS-01" in shown
    assert "Échec du transport (reset" in page.by_id("echange-E0005").content


def test_an_exchange_that_the_journal_lacks_is_named_without_a_link() -> None:
    page = Page(render_report(campaign(), Recorded()))
    assert "Aucun échange enregistré." in page.by_id("echanges").content
    assert not [item for item in page.all("a") if item.attributes["href"].startswith("#echange-")]
    assert "E0001" in page.by_id("constat-3").content


def test_an_empty_and_interrupted_campaign_is_a_page_too() -> None:
    result = replace(campaign(), requirements=(), scenarios=(), interrupted=True, ended=None, candidate={})
    page = Page(render_report(result, Recorded()))
    assert "Campagne interrompue" in page.all("header")[0].content
    assert "Aucune non-conformité" in page.by_id("bloque").content


def test_inline_code_is_escaped() -> None:
    assert inline_code("`<b>` & `x`") == "<code>&lt;b&gt;</code> &amp; <code>x</code>"


def test_two_thousand_findings_and_a_two_megabyte_body_stay_reasonable() -> None:
    count = 6000
    body = json.dumps(
        {"resourceType": "Bundle", "entry": [slot(rank) | {"filler": HOSTILE * 2} for rank in range(count)]}
    ).encode()
    assert len(body) > 2_000_000
    findings: tuple[Finding, ...] = tuple(order_finding(3 * rank) for rank in range(2000))
    known = exchanges()
    first = known["E0001"]
    assert first.response is not None
    big: dict[str, Exchange] = known | {"E0001": replace(first, response=replace(first.response, body=body))}
    result = campaign()
    requirements = tuple(
        replace(item, findings=findings) if item.findings == ORDERS else item for item in result.requirements
    )
    scenario = replace(result.scenarios[0], findings=(MISSING_START, *findings))
    html = render_report(replace(result, requirements=requirements, scenarios=(scenario,)), Recorded(big))
    assert len(html.encode()) < 5_000_000
    page = Page(html)
    assert len(page.ids()) == len(set(page.ids()))
    assert "2\u202f000\u00a0emplacements" in page.by_id("constat-3").content
    assert len(page.all("mark")) > 1900
