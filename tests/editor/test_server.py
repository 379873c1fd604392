from __future__ import annotations

import dataclasses
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sas_recette.editor.defects import DEFECTS, UnknownDefectError
from sas_recette.editor.server import EditorSettings, RunningEditor, running_editor, serve
from tests.editor.bench import PS_A, PS_B, PS_F, query
from tests.editor.conftest import Pki
from tests.editor.pki import client_context


def test_every_variant_answers_under_its_own_path(editor: RunningEditor, pki: Pki) -> None:
    assert set(editor.variants) == {*DEFECTS, "vierge"}
    with httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client:
        for name in ("phone-missing", "vierge", "total-missing"):
            base, agenda = editor.variants[name]
            assert base.endswith(f"/{name}/fhir")
            bundle = client.get(f"{base}/Slot?{query(PS_B)}").json()
            assert ("total" in bundle) == (name != "total-missing")
            assert bundle["link"][0]["url"] == f"{base}/Slot?{query(PS_B)}"
            assert bundle["entry"][0]["fullUrl"] == f"{base}/Slot/slot-b1"
            assert bundle["entry"][0]["resource"]["comment"] == f"{agenda}/ps/bastien-roussel"


def test_outside_every_base_there_is_an_operation_outcome(editor: RunningEditor, pki: Pki) -> None:
    with httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client:
        reply = client.get(editor.base_url.removesuffix("/fhir") + "/ailleurs")
    assert reply.status_code == 404
    assert reply.json()["resourceType"] == "OperationOutcome"


def test_empty_204_travels(editor: RunningEditor, pki: Pki) -> None:
    base, _ = editor.variants["empty-answer-204"]
    with httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client:
        reply = client.get(f"{base}/Slot?{query(PS_F)}")
    assert (reply.status_code, reply.content) == (204, b"")


def test_slowness_is_measured_on_the_wire(settings: EditorSettings, pki: Pki) -> None:
    slow = dataclasses.replace(settings, defects=frozenset({"answer-after-seven-seconds"}), stalled_seconds=0.3)
    with (
        running_editor(slow) as editor,
        httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client,
    ):
        started = time.monotonic()
        assert client.get(f"{editor.base_url}/Slot?{query(PS_A)}").status_code == 200
        assert time.monotonic() - started >= 0.3


def test_concurrent_searches_are_safe(editor: RunningEditor, pki: Pki) -> None:
    with httpx.Client(verify=client_context(pki.authority.path, pki.platform)) as client, ThreadPoolExecutor(8) as pool:
        totals = list(
            pool.map(lambda _: client.get(f"{editor.base_url}/Slot?{query(PS_A)}").json()["total"], range(40))
        )
    assert totals == [5] * 40


def test_public_addresses_replace_the_loopback(settings: EditorSettings, pki: Pki, tmp_path: Path) -> None:
    public = dataclasses.replace(
        settings,
        public_fhir_base="https://editeur.example/fhir",
        public_agenda_base="https://agenda.editeur.example",
        database=tmp_path / "agenda.sqlite",
        password=None,
    )
    with running_editor(public) as editor:
        assert editor.base_url == "https://editeur.example/fhir"
        assert len(editor.password) >= 12
    assert (tmp_path / "agenda.sqlite").stat().st_size > 0


def test_serve_stops_on_demand_and_frees_its_ports(settings: EditorSettings) -> None:
    stop, seen = threading.Event(), []

    def on_ready(editor: RunningEditor) -> None:
        seen.append(editor)
        stop.set()

    serve(settings, on_ready, stop)
    port = httpx.URL(seen[0].base_url).port
    assert port is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_unknown_defect_is_refused_before_anything_listens(settings: EditorSettings) -> None:
    wrong = dataclasses.replace(settings, defects=frozenset({"phone-mising"}))
    with pytest.raises(UnknownDefectError, match="phone-missing"), running_editor(wrong):
        pytest.fail("the editor started")


def test_a_port_already_taken_is_an_os_error(settings: EditorSettings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = dataclasses.replace(settings, fhir_port=other.getsockname()[1])
        with pytest.raises(OSError, match="in use"), running_editor(taken):
            pytest.fail("the editor started")


def test_the_password_is_not_in_the_repr(settings: EditorSettings, editor: RunningEditor) -> None:
    assert editor.password not in repr(editor) + repr(settings)
