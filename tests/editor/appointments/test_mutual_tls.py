"""Messages on a real connection: the product's own certificate, and no word to a platform that it does not trust."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from sas_recette.cli.reference_sso import free_port
from sas_recette.editor.accounts.seed import AMBIGUOUS
from sas_recette.editor.appointments.book import AppointmentBook
from sas_recette.editor.appointments.model import Author, Event, Patient
from sas_recette.editor.appointments.outbox import Outbox
from sas_recette.editor.appointments.platform import PlatformClient, secured
from sas_recette.editor.appointments.policy import REFERENCE_APPOINTMENTS, AppointmentPolicy
from sas_recette.exchange.model import Exchange
from sas_recette.platform.inbox.client import ExpectedClient
from sas_recette.platform.inbox.inbox import Inbox
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.inbox.serving import serving_inbox
from sas_recette.platform.inbox.watching import Watch
from sas_recette.platform.server_identity import ServerIdentity
from tests.editor.bench import shared_store
from tests.editor.conftest import Pki

SCENARIO: Final = "essai"


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def inbox_of(pki: Pki, address: tuple[str, int]) -> Iterator[Inbox]:
    numbers = itertools.count(1)
    expected = ExpectedClient("plateforme-sas.test", "318751275100020")
    base = f"https://{address[0]}:{address[1]}/fhir"
    inbox = Inbox(base, clock=now, ids=lambda: f"message-{next(numbers)}", client=expected, retry_after=1)
    identity = ServerIdentity(pki.server.certificate, pki.server.key)
    with serving_inbox(inbox, address, identity, pki.authority.path):
        inbox.watch(Watch(SCENARIO, operators=frozenset({f"{AMBIGUOUS.system}|{AMBIGUOUS.value}"})))
        yield inbox


@contextmanager
def sending(pki: Pki, port: int, policy: AppointmentPolicy = REFERENCE_APPOINTMENTS) -> Iterator[AppointmentBook]:
    client = PlatformClient(
        f"https://127.0.0.1:{port}/fhir", pki.platform.certificate, pki.platform.key, pki.authority.path
    )
    with closing(shared_store().copy()) as store:
        outbox = Outbox(store.appointments, client.base_url, secured(client, policy), policy, now)
        with closing(outbox):
            yield AppointmentBook(store.appointments, now, policy, outbox.hurry)


def booked(book: AppointmentBook) -> int:
    with book.store.transaction() as ledger:
        [account] = ledger.accounts.with_email("mael.quere@editeur.example")
    return book.book("slot-j1-1-0900", Author("régulateur", account.id), Patient("Durand", "Zoé")).number


def kept(inbox: Inbox, status: str) -> Exchange:
    found = inbox.wait(
        SCENARIO, lambda one: one.facts["applied"] == "yes" and f'"status": "{status}"'.encode() in one.request.body, 20
    )
    assert found is not None
    return found


def test_messages_arrive_by_mutual_tls_in_their_order(pki: Pki) -> None:
    port = free_port()
    with inbox_of(pki, ("127.0.0.1", port)) as inbox, sending(pki, port) as book:
        inbox.inject(SCENARIO, InboxFault.S503, InboxFault.RESET)
        number = booked(book)
        book.settle(number, Event.CANCELLED)
        kept(inbox, "cancelled")
        told = [(one.request.method, one.facts["outcome"], one.facts["applied"]) for one in inbox.taken()]
    assert [method for method, _, _ in told] == ["POST", "POST", "PUT", "PUT"]
    assert told[2:] == [("PUT", "created-by-update", "yes"), ("PUT", "updated", "yes")]


def test_a_platform_that_is_not_trusted_gets_nothing_then_everything(pki: Pki) -> None:
    port = free_port()
    with inbox_of(pki, ("127.0.0.1", port)) as inbox, sending(pki, port) as book:
        inbox.certificate = InboxFault.UNTRUSTED_CERTIFICATE
        booked(book)
        assert inbox.wait(SCENARIO, lambda one: one.facts.get("fault") == "untrusted-certificate", 20) is not None
        inbox.certificate = None
        kept(inbox, "booked")
        methods = {one.request.method for one in inbox.taken() if one.request.body}
    assert methods == {"POST"}


def test_without_verification_the_product_tells_anybody(pki: Pki) -> None:
    port = free_port()
    policy = replace(REFERENCE_APPOINTMENTS, verifies_tls=False)
    with inbox_of(pki, ("127.0.0.1", port)) as inbox, sending(pki, port, policy) as book:
        inbox.certificate = InboxFault.UNTRUSTED_CERTIFICATE
        booked(book)
        assert kept(inbox, "booked").facts["fault"] == "untrusted-certificate"


def test_a_platform_that_is_down_gets_the_message_once_it_is_back(pki: Pki) -> None:
    port = free_port()
    with sending(pki, port) as book:
        booked(book)
        time.sleep(0.2)
        with inbox_of(pki, ("127.0.0.1", port)) as inbox:
            assert kept(inbox, "booked").request.method == "POST"


def test_without_its_certificate_the_product_is_refused(pki: Pki) -> None:
    port = free_port()
    policy = replace(REFERENCE_APPOINTMENTS, presents_certificate=False)
    with inbox_of(pki, ("127.0.0.1", port)) as inbox, sending(pki, port, policy) as book:
        booked(book)
        refused = inbox.wait(SCENARIO, lambda one: one.facts["outcome"] == "refused-certificate", 20)
        assert refused is not None
        time.sleep(0.3)
        with book.store.transaction() as ledger:
            queued = ledger.messages.begin(datetime.max.replace(tzinfo=UTC))
    assert queued is not None
    assert not queued.doubtful, queued.answer


def test_a_missing_certificate_stops_the_product_at_once(pki: Pki) -> None:
    absent = PlatformClient(
        "https://127.0.0.1/fhir", pki.platform.certificate.with_name("absent.pem"), pki.platform.key
    )
    with pytest.raises(OSError, match="No such file"):
        secured(absent, REFERENCE_APPOINTMENTS)
