"""What is judged now is what is judged again later: the recorder keeps what the journal holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sas_recette.engine.bench import Recorder
from sas_recette.exchange.journal import JournalWriter, read_journal
from sas_recette.exchange.model import Judgement, Remark, RemarkKind
from tests.exchange.builders import Clock, exchange, header, page

URL = "https://rp.example/cb?code=S3CRET&state=s"


def test_the_recorder_keeps_what_the_journal_holds(tmp_path: Path) -> None:
    sent = exchange()
    sent = replace(sent, request=replace(sent.request, url=URL, headers=(("Authorization", "Bearer S3CRET"),)))
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        recorder = Recorder(writer)
        recorder.exchange(sent)
        recorder.page(replace(page(), url=URL, text=URL))
        recorder.judgement(Judgement("s1", "search", ("x1",), {"url": URL}))
        recorder.remark(Remark("s1", RemarkKind.BENCH_ERROR, f"échec sur {URL}"))
    journal = read_journal(tmp_path)
    assert recorder.exchanges == list(journal.exchanges.values())
    assert recorder.pages == list(journal.pages.values())
    assert recorder.judgements == list(journal.judgements)
    assert recorder.remarks == list(journal.remarks)
    assert "S3CRET" not in repr(recorder)
    assert sent.request.url == URL
