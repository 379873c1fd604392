from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.evidence.console import render_console
from tests.evidence.sample import CANCELLED, CLOSED, STILL_ACTIVE, campaign
from tests.evidence.sso_sample import sso_campaign, sso_recorded

PARTS = ("Ce qui bloque", "Erreurs du banc", "Réserves", "À compléter", "Traces laissées", "Rapport")


def printed(result: CampaignResult, width: int = 110, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    console.print(render_console(result, "reports/c1/report.html"))
    return stream.getvalue()


def test_it_says_all_that_is_needed() -> None:
    text = printed(campaign())
    lines = [line.rstrip() for line in text.splitlines()]
    assert lines[0].startswith("✕ NON CONFORME – Quatre exigences ne sont pas respectées")
    for part in (
        "✕ AGR-COM-033 Début du créneau avant sa fin (SHALL)",
        "  source\u00a0: IG SAS 1.2.0 – PS indiv., Recherche des créneaux – point ouvert A-03",
        "    La fin du créneau précède son début.",
        "    attendu\u00a0: après 2026-03-13T10:00:00+01:00",
        "    observé\u00a0: 2026-03-13T09:45:00+01:00",
        "! ACC-01 – Le serveur OpenID du banc n’a pas démarré.",
        "    à renseigner dans recette.toml\u00a0: donnees.ps_deux_lieux",
        "Rapport\u00a0: reports/c1/report.html",
        "Code de sortie 1\u00a0: au moins une exigence est non conforme.",
    ):
        assert part in lines
    assert "4\u00a0emplacements\u00a0: Bundle.entry[0].resource.end" in text
    order = [text.index(part) for part in PARTS]
    assert order == sorted(order)


def test_a_finding_on_a_page_names_the_page_by_its_title() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=400)
    console.print(render_console(sso_campaign(), pages=sso_recorded().pages))
    lines = [line.strip() for line in stream.getvalue().splitlines()]
    at = lines.index("où\u00a0: page affichée")
    assert lines[at + 3].startswith("page «\u00a0Retour </script><script>alert(1)</script> ‹U+0000›‹U+001B›[31m")
    assert lines[at + 3].endswith("\u00a0»")
    assert "échange\u00a0: SSO-01-p2" not in lines
    assert "échange\u00a0: SSO-01-r1" in lines


def test_accounts_left_active_are_listed() -> None:
    lines = [line.rstrip() for line in printed(campaign(), 400).splitlines()]
    at = lines.index(
        "Traces laissées dans la solution\u00a0: 2\u00a0comptes créés, 1\u00a0désactivé, 1\u00a0création incertaine."
    )
    assert lines[at + 1] == "À vérifier dans la solution, et à désactiver si le compte est actif\u00a0:"
    assert lines[at + 2] == (
        "  peut-être encore actif\u00a0: Sébastien Loridon, regulateur-2@sas-recette.example, "
        "urn:oid:1.2.250.1.71.4.2.1|3990000002/00A2 (créé par E0005)"
    )
    assert lines[at + 3].startswith("  incertain\u00a0: </script><script>alert(1)</script> ‹U+0000›‹U+001B›[31m")
    assert lines[at + 4] == ""


def test_accounts_that_are_all_closed_take_one_line() -> None:
    text = printed(replace(campaign(), account_traces=(CLOSED,)))
    assert "Traces laissées dans la solution\u00a0: 1\u00a0compte créé, 1\u00a0désactivé.\n" in text
    assert "À vérifier dans la solution" not in text
    assert "Traces" not in printed(replace(campaign(), account_traces=()))


def test_appointments_left_are_listed() -> None:
    lines = [line.rstrip() for line in printed(campaign(), 400).splitlines()]
    at = lines.index(
        "Rendez-vous pris dans la solution\u00a0: 1\u00a0encore dans l’agenda, 2\u00a0incertains, 1\u00a0annulé ou terminé."
    )
    assert lines[at + 1] == "À annuler dans la solution, s’ils y sont encore\u00a0:"
    assert lines[at + 2] == (
        "  encore dans l’agenda\u00a0: Essai 3D4E5F, le 12\u00a0mars\u00a02026 à 11:30:05 (UTC+01:00), "
        "professionnel 810100050075, urn:oid:1.2.250.1.999.1|RDV-0002 (RDV-01, annoncé par E0004)"
    )
    assert lines[at + 3].startswith("  incertain\u00a0: </script><script>alert(1)</script> ‹U+0000›‹U+001B›[31m")
    assert lines[at + 3].endswith("professionnel 810100050075 (RDV-01, sans aucun message)")
    assert lines[at + 4] == "  incertain\u00a0: rendez-vous sans contenu lisible (hors scénario, annoncé par E0999)"
    assert "À annuler" not in printed(replace(campaign(), appointment_traces=(CANCELLED,)))
    assert "Rendez-vous pris" not in printed(replace(campaign(), appointment_traces=()))


def test_a_long_list_of_accounts_is_cut() -> None:
    text = printed(replace(campaign(), account_traces=(STILL_ACTIVE,) * 15))
    assert text.count("peut-être encore actif") == 12
    assert "\n  et 3 de plus, dans le rapport\n" in text


def test_no_control_character_reaches_the_terminal() -> None:
    plain = printed(campaign())
    assert "\x1b" not in plain
    assert "\x00" not in plain
    assert "‹U+001B›[31m" in plain


def test_text_of_the_candidate_is_not_markup() -> None:
    text = printed(replace(campaign(), summary="[bold]gras[/bold] [/nope]"))
    assert "[bold]gras[/bold] [/nope]" in text


def test_a_terminal_gets_colour() -> None:
    assert "\x1b[1;31m" in printed(campaign(), terminal=True)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in printed(campaign(), width).splitlines()) <= width


def test_a_green_campaign_is_short() -> None:
    result = campaign()
    green = replace(
        result,
        verdict=Verdict.CONFORME,
        exit_code=ExitCode.OK,
        summary="Tout est conforme.",
        requirements=(result.requirements[8],),
        scenarios=(result.scenarios[2],),
    )
    text = printed(green)
    assert "Ce qui bloque" not in text
    assert "À compléter" not in text
    assert "Code de sortie 0\u00a0: rien ne bloque." in text
