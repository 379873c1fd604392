"""The product killed (SIGKILL) between a booking and its message, or during the message: nothing is lost, nothing is doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from sas_recette.editor.product import ProductSettings, create_product
from sas_recette.editor.seed import seed_day
from sas_recette.editor.store import Store
from tests.editor.appointments.bench import PLATFORM, Platform
from tests.editor.bench import AGENDA_BASE, FHIR_BASE, NOW

_BOOKING = """
import os, signal, sys
from pathlib import Path
import httpx
from sas_recette.editor.appointments.book import AppointmentBook
from sas_recette.editor.appointments.model import Author, Patient
from sas_recette.editor.appointments.outbox import Outbox
from sas_recette.editor.appointments.policy import REFERENCE_APPOINTMENTS
from sas_recette.editor.product import fill
from sas_recette.editor.store import Store
from tests.editor.bench import NOW

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

store = Store(Path(sys.argv[1]))
fill(store, NOW, "")
transport = lambda: httpx.MockTransport(killed)
outbox = Outbox(store.appointments, "https://sas.example/fhir", transport, REFERENCE_APPOINTMENTS, lambda: NOW, at_once=True)
hurry = killed if sys.argv[2] == "before" else outbox.hurry
with store.regulators.transaction() as register:
    account = register.with_email("mael.quere@editeur.example")[0].id
book = AppointmentBook(store.appointments, lambda: NOW, REFERENCE_APPOINTMENTS, hurry)
book.book("slot-j1-1-0900", Author("regulateur", account), Patient("Durand", "Zoé"))
"""


def restarted(path: Path) -> Platform:
    """The product over the database that was left."""
    platform = Platform()
    with closing(Store(path)) as store:
        settings = ProductSettings(
            FHIR_BASE,
            AGENDA_BASE,
            lambda: NOW,
            lambda: "id",
            platform=PLATFORM,
            platform_transport=lambda: httpx.MockTransport(platform.handle),
        )
        create_product(store, settings, seed_day(NOW))
    return platform


@pytest.mark.parametrize(("moment", "expected"), [("before", ["POST"]), ("during", ["PUT"])])
def test_a_message_survives_the_product(tmp_path: Path, moment: str, expected: Sequence[str]) -> None:
    path = tmp_path / "agenda.sqlite"
    command = [sys.executable, "-c", _BOOKING, str(path), moment]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603 # our own interpreter
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    with closing(Store(path)) as store, store.appointments.transaction() as ledger:
        [held] = ledger.all()
    first, second = restarted(path), restarted(path)
    assert [one.method for one in first.received] == list(expected)
    assert [one.identifier for one in first.received] == [f"urn:oid:1.2.250.1.999.1.9.3|{held.identifier}"]
    assert second.received == []
