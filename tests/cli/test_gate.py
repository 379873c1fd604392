"""The gate of a release, as a CI job meets it: baseline, signature, comparison, judging again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from sas_recette.evidence.signature import PASSWORD_VARIABLE
from tests.cli.driving import Outcome, Reference, sas_recette
from tests.evidence.keys import OTHER, SIGNER

PLAYED = ("--scenario", "R01-02", "--scenario", "R01-10")
FAR = "2999-12-31"


@pytest.fixture(scope="module")
def sound(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("sain")
    return sas_recette("run", "-c", reference.file(folder), *PLAYED, "--reports", folder)


@pytest.fixture(scope="module")
def broken(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("cassé")
    return sas_recette("run", "-c", reference.file(folder, "sans-fin"), *PLAYED, "--reports", folder)


@pytest.fixture
def baseline(broken: Outcome, tmp_path: Path) -> Path:
    """The known failures of the broken candidate, as the command proposes them, completed by a person."""
    path = tmp_path / "base.toml"
    assert sas_recette("baseline", broken.dossier, "--output", path, "--expires", FAR).code == 0
    path.write_text(path.read_text(encoding="utf-8").replace('ticket = ""', 'ticket = "T-1"'), encoding="utf-8")
    return path


def key(folder: Path, password: str = "") -> Path:
    path = folder / "cle.pem"
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    path.write_bytes(SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    return path


def public(folder: Path, pem: bytes = SIGNER.public.pem) -> Path:
    path = folder / "publique.pem"
    path.write_bytes(pem)
    return path


def test_known_failures_let_the_job_pass_and_the_verdict_stays(
    reference: Reference, broken: Outcome, baseline: Path, tmp_path: Path
) -> None:
    file = reference.file(tmp_path, "sans-fin")
    run = ("run", "-c", file, *PLAYED, "--reports", tmp_path, "--baseline", baseline)
    done = sas_recette(*run, "--allow-incomplete")
    assert (broken.code, done.code) == (1, 0), done.out
    assert "NON CONFORME" in done.out
    flat = " ".join(done.out.split())
    assert "admis par la base de référence jusqu’au 31 décembre 2999" in flat
    assert "Résultat incomplet, admis par --allow-incomplete." in flat
    document = json.loads((done.dossier / "campaign.json").read_bytes())
    assert (document["verdict"], document["exit_code"]) == ("non conforme", 1)
    junit = (done.dossier / "junit.xml").read_text(encoding="utf-8")
    assert "<failure" not in junit
    assert "admis par la base de référence jusqu’au 31\u00a0décembre\u00a02999" in junit
    assert "## Base de référence" in (done.dossier / "resume.md").read_text(encoding="utf-8")
    assert sas_recette("verify", done.dossier).code == 0
    incomplete = sas_recette("report", done.dossier, "--baseline", baseline)
    assert (incomplete.code, "AGR-COM-033" in incomplete.out) == (4, True)
    assert sas_recette("report", done.dossier).code == 1


def test_a_baseline_that_no_longer_holds_closes_the_gate(reference: Reference, baseline: Path, tmp_path: Path) -> None:
    done = sas_recette("run", "-c", reference.file(tmp_path), *PLAYED, "--reports", tmp_path, "--baseline", baseline)
    assert done.code == 2
    flat = " ".join(done.out.split())
    assert "est désormais « conforme » : retirez son entrée" in flat
    assert "est à mettre à jour" in flat
    assert json.loads((done.dossier / "campaign.json").read_bytes())["exit_code"] == 0
    assert "<failure" in (done.dossier / "junit.xml").read_text(encoding="utf-8")


def test_an_expired_entry_blocks_again(broken: Outcome, baseline: Path, tmp_path: Path) -> None:
    text = baseline.read_text(encoding="utf-8")
    baseline.write_text(text.replace(FAR, "2020-01-31"), encoding="utf-8")
    dossier = shutil.copytree(broken.dossier, tmp_path / "copie")
    done = sas_recette("report", dossier, "--baseline", baseline)
    assert done.code == 1
    assert "a expiré le 31 janvier 2020 ; corrigez la solution" in " ".join(done.out.split())


def test_a_proposal_is_refused_until_someone_completes_it(broken: Outcome, tmp_path: Path) -> None:
    path = tmp_path / "base.toml"
    done = sas_recette("baseline", broken.dossier, "--output", path)
    assert "Donnez à chacune un motif et un ticket" in done.out
    refused = sas_recette("report", broken.dossier, "--baseline", path)
    assert refused.code == 2
    assert "ticket\u00a0: une valeur est attendue, elle est vide." in refused.err
    again = sas_recette("baseline", broken.dossier, "--output", path)
    assert (again.code, "existe déjà" in again.err) == (2, True)
    wrong = sas_recette("baseline", broken.dossier, "--output", tmp_path / "b", "--expires", "demain")
    assert (wrong.code, "AAAA-MM-JJ" in wrong.err) == (2, True)


def test_a_sound_campaign_needs_no_baseline(sound: Outcome, tmp_path: Path) -> None:
    done = sas_recette("baseline", sound.dossier, "--output", tmp_path / "base.toml")
    assert done.code == 0
    assert "Aucune exigence n’est non conforme" in done.out
    assert list(tmp_path.iterdir()) == []


def test_a_baseline_with_an_unknown_requirement_stops_before_any_traffic(reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "base.toml"
    path.write_text(
        '[[known_failures]]\nrequirement = "AGR-COM-O33"\nreason = "x"\nticket = "x"\nexpires = 2999-01-01\n'
    )
    done = sas_recette("run", "-c", reference.file(tmp_path), "--reports", tmp_path / "r", "--baseline", path)
    assert done.code == 2
    assert "AGR-COM-033" in done.err
    assert not (tmp_path / "r").exists()


def test_comparing_says_what_got_worse_and_exits_1(sound: Outcome, broken: Outcome) -> None:
    worse = sas_recette("compare", sound.dossier, broken.dossier)
    assert worse.code == 1
    assert "Régressions (" in worse.out
    assert "AGR-COM-030" in worse.out
    better = sas_recette("compare", broken.dossier, sound.dossier, "--format", "json")
    assert better.code == 0
    document = json.loads(better.out)
    assert (document["regressed"], document["counts"]["regression"]) == (False, 0)
    assert document["counts"]["progress"] > 0
    same = sas_recette("compare", sound.dossier, sound.dossier, "--format", "markdown")
    assert (same.code, "Aucun verdict ne change." in same.out) == (0, True)
    assert sas_recette("compare", sound.dossier, broken.dossier, "--format", "xml").code == 2
    assert sas_recette("compare", sound.dossier, sound.dossier.parent).code == 2


def test_judging_again_gives_the_same_bytes(sound: Outcome, broken: Outcome) -> None:
    for one in (sound, broken):
        before = {path: path.read_bytes() for path in one.dossier.rglob("*") if path.is_file()}
        again = sas_recette("rejudge", one.dossier)
        assert again.code == one.code
        assert again.out == "Rien ne change\u00a0: le journal redonne campaign.json à l’octet près.\n"
        assert again.err == ""
        assert {path: path.read_bytes() for path in one.dossier.rglob("*") if path.is_file()} == before
        assert json.loads(sas_recette("rejudge", one.dossier, "--format", "json").out)["identical"] is True


def test_judging_under_another_edition_says_what_changes(broken: Outcome) -> None:
    told = sas_recette("rejudge", broken.dossier, "--edition", "1.1.0", "--format", "json")
    document = json.loads(told.out)
    assert (document["before"]["edition"], document["after"]["edition"]) == ("1.2.0", "1.1.0")
    assert document["identical"] is False
    assert told.code == document["after"]["exit_code"]
    unknown = sas_recette("rejudge", broken.dossier, "--edition", "9.9")
    assert (unknown.code, "9.9" in unknown.err) == (2, True)


def test_judging_again_tells_a_verdict_that_was_otherwise(broken: Outcome, tmp_path: Path) -> None:
    """As newer rules would find it: what was written then is not what the journal gives now."""
    dossier = shutil.copytree(broken.dossier, tmp_path / "copie")
    document = json.loads((dossier / "campaign.json").read_bytes())
    item = next(one for one in document["requirements"] if one["requirement"]["id"] == "AGR-COM-030")
    item |= {"verdict": "conforme", "findings": []}
    (dossier / "campaign.json").write_text(json.dumps(document), encoding="utf-8")
    done = sas_recette("rejudge", dossier)
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0] == "Le journal, jugé à nouveau, ne donne plus le même résultat."
    at = next(number for number, line in enumerate(lines) if line.startswith("  exigence AGR-COM-030"))
    assert lines[at + 1] == "    ✓ conforme → ✕ non conforme"
    assert lines[at + 2].startswith("    constat\u00a0: ")
    assert "ce dossier n’est pas tel qu’il a été scellé" in done.err
    assert "| exigence AGR-COM-030 |" in sas_recette("rejudge", dossier, "--format", "markdown").out


def test_a_named_key_signs_and_another_machine_verifies(
    sound: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = shutil.copytree(sound.dossier, tmp_path / "copie")
    secret = key(tmp_path, "mot de passe")
    refused = sas_recette("report", dossier, "--sign", secret)
    assert (refused.code, PASSWORD_VARIABLE in refused.err) == (2, True)
    monkeypatch.setenv(PASSWORD_VARIABLE, "mot de passe")
    signed = sas_recette("report", dossier, "--sign", secret)
    assert f"Dossier signé par votre clé (empreinte {SIGNER.public.fingerprint})." in signed.out
    received = shutil.copytree(dossier, tmp_path / "ailleurs" / "dossier")
    done = sas_recette("verify", received, "--key", public(tmp_path))
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "Le dossier est entier et inaltéré.",
            f"Il est signé par la clé donnée (empreinte {SIGNER.public.fingerprint}).",
        ],
    )
    other = sas_recette("verify", received, "--key", public(tmp_path, OTHER.public.pem))
    assert (other.code, "signé par une autre clé" in other.out) == (1, True)
    assert sas_recette("verify", received, "--key", secret).code == 2
    kept = sas_recette("report", dossier)
    assert (kept.code, "--sign" in kept.err) == (2, True)
    assert sas_recette("verify", dossier, "--key", public(tmp_path)).code == 0


def test_a_fresh_key_says_what_it_does_not_prove(sound: Outcome, tmp_path: Path) -> None:
    assert "Dossier signé par une clé créée pour lui seul" in sound.out
    assert "pas qui a signé (--sign)" in sound.out
    done = sas_recette("verify", sound.dossier, "--key", public(tmp_path))
    assert (done.code, "signé par une autre clé" in done.out) == (1, True)


def test_the_page_of_the_job_gets_the_summary(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Avant\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    run = ("run", "-c", reference.file(tmp_path), "--scenario", "R01-10", "--reports", tmp_path)
    done = sas_recette(*run)
    summary = (done.dossier / "resume.md").read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8") == f"# Avant\n\n{summary}"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    again = sas_recette(*run)
    assert again.code == done.code
    assert "La page du job n’a pas reçu le résumé" in again.err
