from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sas_recette.exchange import lines
from sas_recette.exchange.journal import JournalError, JournalWriter, ScenarioTiming, read_journal
from sas_recette.exchange.model import Direction, Exchange, Judgement, Page, Remark, RemarkKind, Request
from sas_recette.exchange.redaction import redact_exchange, redact_judgement, redact_page
from tests.exchange.builders import (
    EXCHANGES,
    JUDGEMENTS,
    PAGES,
    REMARKS,
    STARTED,
    Clock,
    exchange,
    header,
    page,
)

JUDGEMENT = Judgement("s1", "aggregation.answer", ("x1",), {"flow": "INT_R01", "slots": 3})
REMARK = Remark("s2", RemarkKind.NOT_VERIFIED, "Aucun PS à deux sites n’est déclaré.", ("AGR-PS-045",))


def written(folder: Path) -> Path:
    """A small whole journal; returns its file."""
    with JournalWriter(folder, header(), clock=Clock()) as writer:
        writer.scenario_started("s1")
        writer.exchange(exchange())
        writer.judgement(JUDGEMENT)
        writer.scenario_ended("s1", 1.5)
        writer.remark(REMARK)
    return writer.path


def rewritten(path: Path, number: int, **changes: object) -> None:
    """Changes fields of one line (from 1)."""
    content = path.read_text(encoding="utf-8").splitlines()
    content[number - 1] = json.dumps({**json.loads(content[number - 1]), **changes})
    path.write_text("\n".join(content) + "\n", encoding="utf-8")


def test_a_journal_is_read_back(tmp_path: Path) -> None:
    written(tmp_path / "journal")
    journal = read_journal(tmp_path / "journal")
    assert journal.header == header()
    assert journal.exchanges == {"x1": exchange()}
    assert journal.judgements == (JUDGEMENT,)
    assert journal.remarks == (REMARK,)
    assert journal.scenarios == {
        "s1": ScenarioTiming("s1", STARTED + timedelta(seconds=1), STARTED + timedelta(seconds=4), 1.5)
    }
    assert not journal.interrupted
    assert journal.ended is not None


def test_the_lines_are_the_published_ones(tmp_path: Path) -> None:
    records = [json.loads(line) for line in written(tmp_path).read_text(encoding="utf-8").splitlines()]
    types = ["header", "scenario", "exchange", "judgement", "scenario", "remark", "footer"]
    assert [record["type"] for record in records] == types
    assert records[0]["format"] == 1
    assert records[2]["response"]["body"] == {
        "size": 2,
        "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "text": "{}",
    }
    assert records[-1]["counts"] == {"scenario": 2, "exchange": 1, "judgement": 1, "remark": 1}


def test_a_body_that_is_no_text_is_kept_as_base64(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        writer.exchange(exchange(body=b"\xff\x00\r\n"))
    record = json.loads(writer.path.read_text(encoding="utf-8").splitlines()[1])
    assert record["response"]["body"]["base64"] == "/wANCg=="
    assert read_journal(tmp_path).exchanges["x1"] == exchange(body=b"\xff\x00\r\n")


@given(EXCHANGES)
def test_any_exchange_comes_back_identical(made: Exchange) -> None:
    record = lines.from_bytes(lines.to_bytes(lines.dump_exchange(made)))
    assert lines.load_exchange(record) == made


@given(JUDGEMENTS, REMARKS)
def test_any_judgement_and_remark_come_back_identical(judgement: Judgement, remark: Remark) -> None:
    assert lines.load_judgement(lines.from_bytes(lines.to_bytes(lines.dump_judgement(judgement)))) == judgement
    assert lines.load_remark(lines.from_bytes(lines.to_bytes(lines.dump_remark(remark)))) == remark


def test_an_exchange_of_a_journal_that_knew_no_look_up_is_read() -> None:
    record = lines.from_bytes(lines.to_bytes(lines.dump_exchange(exchange())))
    del record["timings"]["dns"]
    assert lines.load_exchange(record).timings.dns is None


@given(PAGES)
@settings(deadline=None)
def test_any_page_comes_back_identical(shown: Page) -> None:
    assert lines.load_page(lines.from_bytes(lines.to_bytes(lines.dump_page(shown)))) == shown


@given(
    st.lists(EXCHANGES, max_size=3, unique_by=lambda made: made.id),
    st.lists(PAGES, max_size=2, unique_by=lambda shown: shown.id),
    st.lists(JUDGEMENTS, max_size=2),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_journal_comes_back_identical(
    exchanges: list[Exchange], pages: list[Page], judgements: list[Judgement]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with JournalWriter(Path(folder), header(), clock=Clock()) as writer:
            kept = [writer.exchange(made) for made in exchanges]
            shown = [writer.page(one) for one in pages]
            asked = [writer.judgement(judgement) for judgement in judgements]
        journal = read_journal(Path(folder))
    assert list(journal.exchanges.values()) == kept == [redact_exchange(made) for made in exchanges]
    assert list(journal.pages.values()) == shown == [redact_page(one) for one in pages]
    assert list(journal.judgements) == asked == [redact_judgement(judgement) for judgement in judgements]


def test_a_page_recorded_twice(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        writer.page(page())
        writer.page(page())
    with pytest.raises(JournalError, match="ligne 3\u00a0: la page p1 est déjà enregistrée"):
        read_journal(tmp_path)


def test_pages_are_merged_in_time_order_and_counted(tmp_path: Path) -> None:
    with (
        JournalWriter(tmp_path, header("main"), clock=Clock()) as main,
        JournalWriter(tmp_path, header("gw0"), clock=Clock(STARTED + timedelta(seconds=1.5))) as other,
    ):
        main.page(page("p1"))  # at 1 s
        main.page(page("p3"))  # at 2 s
        other.page(page("p4"))  # at 2.5 s
    journal = read_journal(tmp_path)
    assert list(journal.pages) == ["p1", "p3", "p4"]
    assert journal.pages["p1"] == page("p1")
    assert json.loads(main.path.read_text(encoding="utf-8").splitlines()[-1])["counts"] == {"page": 2}


def test_a_journal_from_before_pages_and_facts_is_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    content = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert content[2].pop("facts") == {}
    path.write_text("\n".join(map(json.dumps, content)) + "\n", encoding="utf-8")
    journal = read_journal(tmp_path)
    assert journal.exchanges == {"x1": exchange()}
    assert journal.exchanges["x1"].direction is Direction.SENT
    assert journal.pages == {}


def test_a_page_that_is_none(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        writer.page(page())
    rewritten(writer.path, 2, cookies=[{"name": "session"}])
    with pytest.raises(JournalError, match="ligne 2\u00a0: champ «\u00a0cookies\\.0\\.domain\u00a0» absent"):
        read_journal(tmp_path)


def test_a_lone_surrogate_is_kept(tmp_path: Path) -> None:
    judgement = Judgement("s1", "c", (), {"reçu": json.loads('"\\ud800"')})
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        writer.judgement(judgement)
    assert read_journal(tmp_path).judgements == (judgement,)


def test_secrets_do_not_reach_the_disk(tmp_path: Path) -> None:
    made = Exchange("x1", "s1", "p", STARTED, Request("GET", "https://a/", (("Authorization", "Bearer S3CRET"),)))
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        writer.exchange(made)
    assert b"S3CRET" not in writer.path.read_bytes()
    assert read_journal(tmp_path).exchanges["x1"].request.headers == (("Authorization", "Bearer ***"),)


def test_a_naive_instant_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    made = Exchange("x1", "s1", "p", datetime(2026, 1, 1), Request("GET", "https://a/"))  # noqa: DTZ001
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer, pytest.raises(ValueError, match="naive"):
        writer.exchange(made)
    assert read_journal(tmp_path).exchanges == {}


def test_a_journal_is_never_overwritten(tmp_path: Path) -> None:
    before = written(tmp_path).read_bytes()
    with pytest.raises(JournalError, match=r"journal-main\.jsonl existe déjà"):
        JournalWriter(tmp_path, header(), clock=Clock())
    assert (tmp_path / "journal-main.jsonl").read_bytes() == before


def test_an_exception_leaves_an_interrupted_journal(tmp_path: Path) -> None:
    def interrupted() -> None:
        with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
            writer.exchange(exchange())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    journal = read_journal(tmp_path)
    assert journal.interrupted
    assert journal.ended is None
    assert list(journal.exchanges) == ["x1"]


def test_several_threads_write_whole_lines(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:

        def write(start: int) -> None:
            for number in range(start, start + 50):
                writer.exchange(exchange(f"x{number}", b"a" * 5000))

        threads = [threading.Thread(target=write, args=(start,)) for start in (0, 50, 100, 150)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(read_journal(tmp_path).exchanges) == {f"x{number}" for number in range(200)}


def test_files_of_several_processes_are_merged_in_time_order(tmp_path: Path) -> None:
    main = JournalWriter(tmp_path, header("main", plan=("s1", "s2")), clock=Clock(STARTED))
    other = JournalWriter(tmp_path, header("gw0", plan=("s2", "s3")), clock=Clock(STARTED + timedelta(seconds=1.5)))
    main.exchange(exchange("x1"))  # at 1 s
    main.exchange(exchange("x2"))  # at 2 s
    other.exchange(exchange("y1"))  # at 2.5 s
    main.exchange(exchange("x3"))  # at 3 s
    other.close()
    main.close()
    journal = read_journal(tmp_path)
    assert list(journal.exchanges) == ["x1", "x2", "y1", "x3"]
    assert journal.header.plan == ("s1", "s2", "s3")
    assert journal.header.worker == "main"
    assert not journal.interrupted


def test_one_process_without_a_footer_makes_it_interrupted(tmp_path: Path) -> None:
    JournalWriter(tmp_path, header("main"), clock=Clock()).close()
    other = JournalWriter(tmp_path, header("gw0"), clock=Clock())
    other.exchange(exchange())
    other.abandon()
    journal = read_journal(tmp_path)
    assert journal.interrupted
    assert list(journal.exchanges) == ["x1"]


KILLED = """
import os, signal, sys
from pathlib import Path
from sas_recette.exchange.journal import JournalWriter
from tests.exchange.builders import Clock, exchange, header
writer = JournalWriter(Path(sys.argv[1]), header(), clock=Clock())
writer.scenario_started("s1")
for number in range(5):
    writer.exchange(exchange(f"x{number}"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_recorded_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    child = subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLED, str(tmp_path)], env={**os.environ, "PYTHONPATH": str(root)}, check=False
    )
    assert child.returncode == -signal.SIGKILL
    journal = read_journal(tmp_path)
    assert list(journal.exchanges) == ["x0", "x1", "x2", "x3", "x4"]
    assert journal.scenarios["s1"].ended is None
    assert journal.interrupted


def test_a_line_cut_anywhere_at_the_end_is_tolerated(tmp_path: Path) -> None:
    content = written(tmp_path).read_bytes()
    start_of_last = content[:-1].rindex(b"\n") + 1
    for end in range(start_of_last, len(content) - 1, 7):
        (tmp_path / "journal-main.jsonl").write_bytes(content[:end])
        journal = read_journal(tmp_path)
        assert journal.interrupted
        assert list(journal.exchanges) == ["x1"]


def test_a_whole_last_line_without_its_line_feed_counts(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert not read_journal(tmp_path).interrupted


def test_a_cut_header_beside_another_file_is_an_interruption(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "journal-gw0.jsonl").write_bytes(b'{"type":"hea')
    journal = read_journal(tmp_path)
    assert journal.interrupted
    assert list(journal.exchanges) == ["x1"]


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_missing_or_empty_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(JournalError, match=r"^Aucun journal dans le dossier «\u00a0"):
        read_journal(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b'{"type":"hea'])
def test_a_journal_with_nothing_in_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal-main.jsonl").write_bytes(content)
    with pytest.raises(
        JournalError, match=r"^Journal journal-main\.jsonl, ligne 1\u00a0: l’en-tête est absent ou coupé"
    ):
        read_journal(tmp_path)


@pytest.mark.parametrize(
    ("number", "changes", "message"),
    [
        (1, {"format": 2}, "version de format 2 inconnue (cette version du banc lit la version 1)"),
        (1, {"type": "exchange"}, "un en-tête de journal est attendu"),
        (1, {"plan": None}, "champ «\u00a0plan\u00a0» absent ou invalide"),
        (2, {"at": "hier"}, "champ «\u00a0valeur\u00a0» absent ou invalide"),
        (2, {"at": "2026-06-16T08:12:00"}, "un instant sans fuseau horaire"),
        (2, {"type": "autre"}, "type de ligne 'autre' inattendu"),
        (2, {"event": "end"}, "le scénario s1 finit sans avoir commencé"),
        (3, {"request": 7}, "une requête ou une réponse qui n’est pas un objet"),
        (3, {"response": {"status": 200}}, "un corps de message absent ou invalide"),
        (3, {"step": 5}, "champ «\u00a0step\u00a0» absent ou invalide"),
        (4, {"type": "footer"}, "des lignes suivent le pied du journal"),
        (6, {"kind": "inconnu"}, "champ «\u00a0kind\u00a0» absent ou invalide"),
        (7, {"counts": {"exchange": 2}}, "le pied n’annonce pas le nombre de lignes présentes"),
    ],
)
def test_a_corrupt_line_is_told_with_its_place(
    tmp_path: Path, number: int, changes: dict[str, Any], message: str
) -> None:
    rewritten(written(tmp_path), number, **changes)
    with pytest.raises(JournalError) as raised:
        read_journal(tmp_path)
    assert str(raised.value) == f"Journal journal-main.jsonl, ligne {number}\u00a0: {message}."


def test_a_line_that_is_no_json(tmp_path: Path) -> None:
    path = written(tmp_path)
    content = path.read_bytes().split(b"\n")
    for broken, message in ((content[2][:40], "ce n’est pas du JSON valide"), (b"[]", "ce n’est pas un objet JSON")):
        path.write_bytes(b"\n".join([*content[:2], broken, *content[3:]]))
        with pytest.raises(JournalError) as raised:
            read_journal(tmp_path)
        assert str(raised.value) == f"Journal journal-main.jsonl, ligne 3\u00a0: {message}."


def test_an_altered_body_is_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"text":"{}"', '"text":"[]"'), encoding="utf-8")
    with pytest.raises(JournalError, match="empreinte SHA-256"):
        read_journal(tmp_path)


def test_an_exchange_recorded_twice(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, header(), clock=Clock()) as writer:
        writer.exchange(exchange())
        writer.exchange(exchange())
    with pytest.raises(JournalError, match="ligne 3\u00a0: l’échange x1 est déjà enregistré"):
        read_journal(tmp_path)


def test_journals_of_two_campaigns_in_one_folder(tmp_path: Path) -> None:
    JournalWriter(tmp_path, header("main", "c1"), clock=Clock()).close()
    JournalWriter(tmp_path, header("gw0", "c2"), clock=Clock()).close()
    with pytest.raises(JournalError, match="plusieurs campagnes"):
        read_journal(tmp_path)
