"""`--mask-identities`: a copy of a dossier, or a dossier from the first, that says the same of other people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sas_recette.exchange.disguise.collecting import Kind
from sas_recette.exchange.disguise.masking import IdentityMask
from sas_recette.exchange.journal import read_journal
from sas_recette.exchange.model import Exchange, Judgement, Page
from tests.cli.driving import Outcome, Reference, sas_recette
from tests.cli.secrecy import leaks

CHOSEN = ("R01-10", "R01-20", "SOS1-02", "R02-10", "RDV-S01")
LIVE = ("R01-20", "R02-10", "SSO-S03")


@dataclass(frozen=True, slots=True)
class Three:
    """A campaign, its masked copy, and another that was masked as it was played."""

    plain: Path
    copy: Path
    live: Path

    def masked(self) -> Iterator[Path]:
        yield from (self.copy, self.live)


@pytest.fixture(scope="module")
def three(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Three:
    folder = tmp_path_factory.mktemp("masque")
    arguments = ("run", "-c", reference.file(folder), "--reports", folder / "reports")
    plain = _done(sas_recette(*arguments, *_scenarios(CHOSEN))).dossier
    copy = folder / "copie"
    _done(sas_recette("report", plain, "--mask-identities", "--output", copy))
    live = _done(sas_recette(*arguments, *_scenarios(LIVE), "--mask-identities")).dossier
    return Three(plain, copy, live)


def _scenarios(names: tuple[str, ...]) -> list[str]:
    return [word for one in names for word in ("--scenario", one)]


def _done(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome.out + outcome.err
    return outcome


def judged(dossier: Path) -> dict[str, Any]:
    document = json.loads((dossier / "campaign.json").read_bytes())
    return {
        "verdict": document["verdict"],
        "scenarios": {one["id"]: one["verdict"] for one in document["scenarios"]},
        "requirements": {
            one["requirement"]["id"]: (one["verdict"], one["examined"]) for one in document["requirements"]
        },
        "findings": [(one["requirement"], one["location"], one["outcome"]) for one in document["findings"]],
    }


def identities(dossier: Path) -> set[str]:
    """What the journal of a dossier tells of people and structures, but for words that are no secret."""
    journal, mask = read_journal(dossier / "journal"), IdentityMask(b"-")
    mask.header(journal.header)
    recorded: list[Exchange | Page | Judgement] = [
        *journal.exchanges.values(),
        *journal.pages.values(),
        *journal.judgements,
    ]
    for one in recorded:
        mask.learn(one)
    return {value for kind, value in mask.known if kind is not Kind.LOGIN and len(value) > 2}


def test_the_verdicts_are_the_same(three: Three) -> None:
    assert judged(three.copy) == judged(three.plain)
    assert judged(three.live)["scenarios"] == dict.fromkeys(LIVE, "conforme")
    for dossier in three.masked():
        assert sas_recette("verify", dossier).code == 0
        again = sas_recette("rejudge", dossier)
        assert again.code == 0
        assert "à l’octet près" in again.out


def test_no_identity_is_left_in_any_file(three: Three) -> None:
    known = identities(three.plain)
    assert {"MERCIER", "899900000011", "+33261910001", "SOS Médecins Armor"} <= known
    assert len(known) > 100
    assert leaks(three.copy, known) == set()
    declared = _declared(three.plain)
    assert leaks(three.live, {value for value in known if value in declared}) == set()
    assert leaks(three.plain, known) >= {"journal-main.jsonl", "report.html", "echanges.har", "campaign.json"}


def _declared(dossier: Path) -> str:
    return json.dumps(read_journal(dossier / "journal").header.declared, ensure_ascii=False)


def test_pictures_are_left_out_and_it_is_said(three: Three) -> None:
    assert list((three.plain / "pages").iterdir())
    for dossier in three.masked():
        assert not (dossier / "pages").exists()
        report = (dossier / "report.html").read_text(encoding="utf-8")
        assert "<strong>Identités masquées</strong>" in report
        assert "laissée de côté, puisque les identités sont masquées" in report
        assert "Identit\\u00E9s=masqu\\u00E9es" in (dossier / "allure-results" / "environment.properties").read_text(
            "ascii"
        )
    assert "Identités masquées" not in (three.plain / "report.html").read_text(encoding="utf-8")
    assert sas_recette("verify", three.plain).code == 0, "what is copied is not touched"


def test_two_copies_do_not_tell_the_same_names(three: Three, tmp_path: Path) -> None:
    _done(sas_recette("report", three.plain, "--mask-identities", "--output", tmp_path / "autre"))
    names = {_declared(dossier) for dossier in (three.plain, three.copy, tmp_path / "autre")}
    assert len(names) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--mask-identities",), "vont ensemble"),
        (("--output", "ailleurs"), "vont ensemble"),
        (("--mask-identities", "--output", "."), "existe déjà"),
    ],
)
def test_what_cannot_be_copied(three: Three, arguments: tuple[str, ...], sentence: str) -> None:
    done = sas_recette("report", three.plain, *arguments)
    assert (done.code, sentence in done.err) == (2, True), done.err


def test_traces_would_tell(reference: Reference, tmp_path: Path) -> None:
    done = sas_recette("run", "-c", reference.file(tmp_path), "--mask-identities", "--traces", "toujours")
    assert (done.code, "une trace du navigateur montre" in done.err) == (2, True)
