"""Single sign-on as a user plays it: a real browser, a real TLS, the real command line."""

from __future__ import annotations

import json
import socket
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from sas_recette.editor.defects import defect
from sas_recette.engine.scenario import load_scenarios
from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.model import Exchange
from sas_recette.platform.browser import NoBrowserError
from sas_recette.platform.identity.provider import Provider
from tests.cli.driving import VARIANTS, Outcome, Reference, sas_recette, write_candidate

PLAYED = {"tls": "SSO-S40", "state": "SSO-S18", "agenda": "SSO-S26", "local": "SSO-S27"}


def campaign(done: Outcome) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((done.dossier / "campaign.json").read_bytes())
    return document


def verdicts(done: Outcome) -> dict[str, str]:
    return {one["requirement"]["id"]: one["verdict"] for one in campaign(done)["requirements"]}


@pytest.mark.parametrize("variant", PLAYED)
def test_chromium_sees_what_the_scripted_browser_sees(variant: str, reference: Reference, tmp_path: Path) -> None:
    scenario, (name,) = PLAYED[variant], VARIANTS[variant]
    file = reference.file(tmp_path, variant)
    found = verdicts(sas_recette("run", "-c", file, "--scenario", scenario, "--reports", tmp_path / "reports"))
    named, declared = set(load_scenarios()[scenario].requirements), defect(name)
    assert {one for one, verdict in found.items() if verdict == "non conforme"} == named & set(declared.failures)
    assert {one for one, verdict in found.items() if verdict == "réserve"} & named == named & set(declared.reserves)
    assert "erreur du banc" not in found.values()


def test_the_whole_cahier_in_chromium(whole: Outcome) -> None:
    flows: dict[str, set[str]] = {one["flow"]: set() for one in campaign(whole)["scenarios"]}
    for one in campaign(whole)["scenarios"]:
        flows[one["flow"]].add(one["verdict"])
    assert flows["INT_SSO"] == {"conforme"}
    assert flows["INT_PSC"] == {"sans objet"}
    pictures = list((whole.dossier / "pages").glob("*.jpg"))
    assert len(pictures) >= 100
    assert all(picture.read_bytes()[:2] == b"\xff\xd8" for picture in pictures)


class Watched:
    """Every secret of a campaign, as it went by: what the platform issued, what browsers and servers said in cookies."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.providers: list[Provider] = []
        self.cookies: set[str] = set()
        made, written = Provider.__init__, JournalWriter.exchange

        def make(provider: Provider, **settings: Any) -> None:  # noqa: ANN401
            made(provider, **settings)
            self.providers.append(provider)

        def write(writer: JournalWriter, exchange: Exchange) -> Exchange:
            headers = exchange.response.headers if exchange.response else ()
            self.cookies |= {value.partition("=")[2].partition(";")[0] for key, value in headers if key == "set-cookie"}
            return written(writer, exchange)

        patch.setattr(Provider, "__init__", make)
        patch.setattr(JournalWriter, "exchange", write)

    def all(self) -> set[str]:
        issued = set().union(*(provider.secrets() for provider in self.providers))
        return {one for one in issued | self.cookies if len(one) > 5}


def written_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a dossier, those of archives too."""
    for path in (one for one in folder.rglob("*") if one.is_file()):
        yield path.name, path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())


def forms_of(secret: str) -> set[bytes]:
    return {one.encode() for one in (secret, quote(secret, safe=""), quote_plus(secret))} | {b64encode(secret.encode())}


def test_no_secret_is_in_the_dossier(reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    scenarios = ("SSO-S02", "SSO-S13a", "SSO-S18", "SSO-S19", "SSO-S27")
    chosen = [word for one in scenarios for word in ("--scenario", one)]
    done = sas_recette("run", "-c", reference.file(tmp_path), *chosen, "--reports", tmp_path / "reports")
    assert done.code == 0, done.out
    secrets = watched.all() | {
        reference.registration.secret.read_text(),
        reference.registration.local_password.read_text(),
    }
    assert len(secrets) > 50
    found = {
        name
        for name, content in written_in(done.dossier)
        for secret in secrets
        if any(form in content for form in forms_of(secret))
    }
    assert found == set()


def test_without_a_browser_it_is_not_verified(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(**_: object) -> None:
        raise NoBrowserError("Aucun navigateur\u00a0: installez chromium.")

    monkeypatch.setattr("sas_recette.engine.stage.running_chromium", nothing)
    arguments = ("--scenario", "SSO-S01", "--scenario", "SSO-S13a", "--reports", tmp_path / "reports")
    done = sas_recette("run", "-c", reference.file(tmp_path), *arguments)
    assert done.code == 4
    assert {one["verdict"] for one in campaign(done)["scenarios"]} == {"non vérifié"}
    assert "installez chromium" in done.out


def test_a_taken_port_is_told_before_anything_is_sent(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        document["sso"]["listen"] = f"127.0.0.1:{port}"
        arguments = ("--scenario", "SSO-S01", "--reports", tmp_path / "reports")
        done = sas_recette("run", "-c", write_candidate(tmp_path, document), *arguments)
    assert done.code == 2
    assert f"port {port}\u00a0: ce port est déjà pris" in done.err


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_secret_file": "absent.txt"}, "sso.client_secret_file"),
        ({"driver": "absent.py:Pilote"}, "absent.py n’existe pas"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_sent(
    changes: dict[str, str], sentence: str, reference: Reference, tmp_path: Path
) -> None:
    document = reference.document()
    document["sso"] |= changes
    done = sas_recette("run", "-c", write_candidate(tmp_path, document), "--scenario", "SSO-S01")
    assert done.code == 2
    assert sentence in done.err
    assert "Traceback" not in done.err
