"""What the terminal is told of a hostile candidate: no control character but the line feed."""

from __future__ import annotations

import json
import re
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest

from sas_recette.platform.transport import Limits
from tests.cli.driving import Outcome, plain_document, sas_recette, write_candidate
from tests.evidence.hostile.candidate import EXAMPLE, PAYLOADS, bundle
from tests.evidence.hostile.conftest import Rendered
from tests.platform.loopback import answering, http, serving

_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def assert_harmless(said: Outcome) -> None:
    assert _CONTROLS.findall(said.out + said.err) == []
    assert "Traceback" not in said.err


def test_report(hostile: Rendered) -> None:
    assert hostile.said.code == 1
    assert_harmless(hostile.said)
    assert "‹U+001B›" in hostile.said.out


@pytest.mark.parametrize(
    "command",
    [
        ("rejudge", "D"),
        ("compare", "D", "E"),
        ("compare", "E", "D"),
        ("verify", "D"),
        ("baseline", "D", "--output", "B"),
        ("rem", "D", "--output", "R"),
    ],
)
def test_what_is_said_of_a_dossier(hostile: Rendered, tmp_path: Path, command: tuple[str, ...]) -> None:
    folders = {"D": hostile.folder, "E": EXAMPLE, "B": tmp_path / "baseline.toml", "R": tmp_path / "rem.xlsx"}
    said = sas_recette(*(folders.get(word, word) for word in command))
    assert said.out
    assert_harmless(said)


@pytest.mark.parametrize("form", ["text", "json"])
def test_validate(tmp_path: Path, form: str) -> None:
    sent = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {"resourceType": "Slot", "id": "1"}}]}
    texts = cycle(PAYLOADS)
    shallow, deep, named = (tmp_path / name for name in ("a.json", "b.json", "\x1b[2J\u202e.json"))
    shallow.write_bytes(bundle(texts, json.dumps(sent).encode()))
    deep.write_bytes(bundle(texts, json.dumps(sent | {"language": "", "x": ""}).encode(), deep=True))
    named.write_bytes(PAYLOADS[0].encode())
    assert_harmless(sas_recette("validate", "--format", form, shallow, deep, named))


@pytest.mark.parametrize("broken", ["{", '{"type": "\\u001b[2J"}', '{"type":"header","format":"\\u001b[2J"}'])
def test_a_journal_that_cannot_be_read(tmp_path: Path, broken: str) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "journal-main.jsonl").write_text(broken + "\n{}\n", encoding="utf-8")
    said = sas_recette("report", tmp_path)
    assert said.code == 2
    assert_harmless(said)


@pytest.mark.parametrize("command", ["doctor", "attest", "run"])
def test_a_candidate_file_whose_texts_are_hostile(tmp_path: Path, command: str) -> None:
    harmful: dict[str, Any] = {"\x1b[2Jclé": "\x1b[2J", "edition": "\x1b]0;titre\x07"}
    for name, value in harmful.items():
        file = write_candidate(tmp_path, plain_document("http://127.0.0.1:1") | {name: value})
        said = sas_recette(command, "-c", file)
        assert said.code == 2
        assert_harmless(said)


def test_a_campaign_against_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sas_recette.platform.transport.Limits", lambda: Limits(total_timeout=2))
    texts = [text for text in PAYLOADS if not re.search("[\r\n\x00\ud800-\udfff]", text) and len(text) < 1000]
    body = bundle(cycle(PAYLOADS), json.dumps({"resourceType": "Bundle", "type": "a", "id": "b"}).encode(), deep=True)
    headers = [f"X-{rank}: {text.encode().decode('latin-1')}" for rank, text in enumerate(texts)]
    with serving(answering(http(body, "Content-Type: application/fhir+json", *headers))) as server:
        file = write_candidate(tmp_path, plain_document(server.url("/fhir")))
        chosen = ("--scenario", "R01-01", "--scenario", "R01-10", "--reports", tmp_path / "reports")
        played = sas_recette("run", "-c", file, *chosen)
        looked_at = sas_recette("doctor", "-c", file)
    for said in (played, looked_at):
        assert said.out
        assert_harmless(said)
    assert played.code == 1
