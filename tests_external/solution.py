"""Apache as a candidate: its pages behind the platform's log-in, the reference editor's FHIR endpoint for the rest.

Slots lead to Apache's pages, and the accounts that INT_R02 opens are the regulators whom Apache lets in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from sas_recette.cli.reference import candidate_document
from sas_recette.editor.accounts.tables import RegulatorRow
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.facts import PractitionerFact, candidate_roles
from sas_recette.editor.product import fill
from sas_recette.editor.seed_directory import page_slug
from sas_recette.editor.store import Store
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.candidate_file import validate_candidate
from sas_recette.exchange.model import Exchange, Request
from sas_recette.platform.pki import TestPki
from sas_recette.platform.transport import Limits
from tests.matrix.stand_in import AGENDA_BASE, FHIR_BASE, StandIn
from tests_external.apache import Apache

SESSION: Final = "body[data-session=regulateur]"


@dataclass(frozen=True, slots=True)
class Solution:
    """What carries requests to the FHIR endpoint; Apache learns of each account at once."""

    apache: Apache
    store: Store
    endpoint: StandIn

    def send(
        self,
        request: Request,
        *,
        scenario: str,
        step: str,
        exchange_id: str | None = None,
        limits: Limits | None = None,
    ) -> Exchange:
        """The exchange of a request."""
        exchange = self.endpoint.send(request, scenario=scenario, step=step, exchange_id=exchange_id, limits=limits)
        with self.store.regulators.transaction() as register:
            self.apache.authorize(register.session.scalars(select(RegulatorRow.email).where(RegulatorRow.active)))
        if exchange.response is None:
            return exchange
        body = exchange.response.body.replace(AGENDA_BASE.encode(), self.apache.url.encode())
        return replace(exchange, response=replace(exchange.response, body=body))


@contextmanager
def solution(apache: Apache, now: datetime) -> Iterator[Solution]:
    """The solution at an instant."""
    store = Store()
    try:
        fill(store, now, password="")
        yield Solution(apache, store, StandIn(REFERENCE, now, store=store))
    finally:
        store.close()


def declared(apache: Apache, issuer: str, pki: TestPki, now: datetime) -> Candidate:
    """Its `recette.toml`."""
    secret = pki.folder / "secret-d-apache.txt"
    secret.write_text(apache.client.secret, "utf-8")
    roles = candidate_roles()
    sso: dict[str, Any] = {
        "issuer": issuer,
        "certificate": str(pki.server.certificate),
        "key": str(pki.server.key),
        "client_id": apache.client.id,
        "client_secret_file": str(secret),
        "redirect_uris": list(apache.client.redirect_uris),
        "pages": {
            "session": {"selector": SESSION},
            "error": {"selector": "main#refus"},
            "log_out": "a#deconnexion",
            "departure": f"{apache.url}/sso/retour?iss={issuer}&target_link_uri={{page}}",
        },
        "agendas": [_agenda(roles.one_site), _agenda(roles.two_sites)],
    }
    document = candidate_document(FHIR_BASE, {}, now, sso)
    return validate_candidate(document | {"attestations": []}, "apache")


def _agenda(whose: PractitionerFact) -> dict[str, str]:
    slug = page_slug(whose.given, whose.family)
    return {"owner": whose.identifier, "selector": f'main[data-agenda="{slug}"]'}
