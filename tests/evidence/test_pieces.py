"""The dossier of a référencement in every rendering: pieces, documents, digests, commitments."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from sas_recette.engine.result import CampaignResult, JoinedPiece
from sas_recette.evidence.campaign_json import parse_campaign, render_campaign
from sas_recette.evidence.pdf.view import view_dossier
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.evidence.workbook.render import render_workbook
from sas_recette.exchange.journal import JournalWriter, read_journal
from sas_recette.exchange.model import Attachment, Remark, RemarkKind
from tests.evidence.reading.test_checklist import DOCUMENT, answered, campaign
from tests.exchange.builders import Clock, header

HOSTILE: Final = Attachment("../../secret", "<script>\u202e=cmd()", 5, "c" * 64)
PLACES: Final = Recorded(documents=frozenset({DOCUMENT.path}))


def result(*, service: bool = True) -> CampaignResult:
    found = campaign(
        replace_date(answered("SEC-022", "oui", "Hébergeur certifié.", DOCUMENT, comment="Activités 1 à 6.")),
        pieces=(JoinedPiece("rgpd", "Extrait.", (HOSTILE,)),),
    )
    return replace(found, service={"Disponibilité": "99,5 %", "Contact du support": ""} if service else {})


def replace_date(found: Any) -> Any:  # noqa: ANN401
    return replace(found, attestation=replace(found.attestation, date="2026-06-01"))


def test_the_page_links_what_the_folder_holds_and_nothing_else() -> None:
    page = render_report(result(), PLACES)
    assert f'<a href="{DOCUMENT.path}">hds.pdf</a>' in page
    assert "a" * 64 in page
    assert 'href="../' not in page
    assert "<script>‹" not in page
    assert "(oui, 1er\u00a0juin\u00a02026)" in page
    assert "<dt>Disponibilité</dt><dd><bdi>99,5 %</bdi></dd>" in page
    assert "<dt>Contact du support</dt><dd><bdi>selon convention</bdi></dd>" in page
    assert "Circuit de référencement, à titre indicatif" in page
    assert "11\u00a0pièces restent à joindre." in page


def test_the_page_says_what_changed() -> None:
    page = render_report(result(), Recorded(altered={DOCUMENT.path: "elle est absente du dossier"}))
    assert f'href="{DOCUMENT.path}"' not in page
    assert "Cette pièce n’est pas celle du journal&nbsp;: elle est absente du dossier." in page


def test_the_pdf_lists_documents_and_digests() -> None:
    view: Any = view_dossier(result(), PLACES, "0f" * 32)
    assert view["attestations"][0][4:] == [
        "1er\u00a0juin\u00a02026",
        "Hébergeur certifié.\nActivités 1 à 6.\nPièce jointe\u00a0: pieces/SEC-022-1-hds.pdf",
    ]
    pieces = view["pieces"]
    assert pieces["documents"][0] == [f"hds.pdf\n{DOCUMENT.path}", "SEC-022", "10\u00a0octets", "a" * 64]
    assert pieces["documents"][1][0].startswith("<script>‹U+202E›=cmd()")
    assert pieces["service"] == [["Disponibilité", "99,5 %"], ["Contact du support", "selon convention"]]
    assert len(pieces["list"]) == 13
    assert len(pieces["circuit"]) == 12


def test_the_workbook_has_a_sheet_of_them() -> None:
    book = load_workbook(BytesIO(render_workbook(result(), PLACES)))
    headings, *rows = book["Pièces"].iter_rows(values_only=True)
    assert headings[:5] == ("Pièce", "Contenu attendu", "État", "Exigences", "Document")
    assert len(rows) == 13
    by_piece = {row[0]: row for row in rows}
    assert by_piece["Certificat HDS"][2:8] == ("jointe", "SEC-022", DOCUMENT.path, "hds.pdf", 10, "a" * 64)
    assert by_piece["Planning de réalisation"][2:5] == ("à joindre", "REF-025", None)
    assert "Pièces" not in load_workbook(
        BytesIO(render_workbook(replace(result(), requirements=(), scenarios=(), pieces=()), PLACES))
    )


def test_campaign_json_tells_all_and_comes_back() -> None:
    text = render_campaign(result(), PLACES)
    document = json.loads(text)
    assert parse_campaign(text.encode()) == result()
    states = {one["piece"]: (one["state"], one["documents"]) for one in document["checklist"]}
    assert states["hds"] == ("jointe", [DOCUMENT.path])
    assert states["convention"] == ("à joindre", [])
    older = {key: value for key, value in document.items() if key not in {"pieces", "service", "checklist"}}
    for one in older["requirements"]:
        for key in ("date", "comment", "attachments"):
            one["attestation"].pop(key)
    back = parse_campaign(json.dumps(older).encode())
    assert (back.pieces, back.service) == ((), {})
    attestation = back.requirements[0].attestation
    assert attestation is not None
    assert (attestation.date, attestation.attachments) == ("", ())


def test_what_the_folder_holds_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "pieces").mkdir()
    good = Attachment("pieces/a.pdf", "a.pdf", 3, hashlib.sha256(b"abc").hexdigest())
    (tmp_path / good.path).write_bytes(b"abc")
    with JournalWriter(tmp_path / "journal", header(), clock=Clock()) as writer:
        writer.remark(Remark("s1", RemarkKind.ATTESTED, "", ("SEC-022",), "oui", "Zoé", attachments=(good, HOSTILE)))
    recorded = Recorded.of(read_journal(tmp_path / "journal"), tmp_path)
    assert recorded.documents == {good.path}
    assert set(recorded.altered) == {HOSTILE.path}
