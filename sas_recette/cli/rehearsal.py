"""The reference editor and the bench, agreed with each other: certificates, secrets, addresses, and the candidate file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sas_recette.cli.reference import candidate_document, editor_settings, platform_identity
from sas_recette.cli.reference_appointments import appointments_document, installed_driver
from sas_recette.cli.reference_declarations import lockout_account
from sas_recette.cli.reference_sso import Registration, issuer_at, registered, sso_document
from sas_recette.editor.appointments.platform import PlatformClient
from sas_recette.editor.server import EditorSettings
from sas_recette.editor.sso.client import Mode
from sas_recette.platform.pki import TestPki


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An editor to be started, and what the bench must know of it.

    `inbox` is where the platform receives appointments, `revocation` where it tells which certificates are revoked (`host:port`).
    """

    settings: EditorSettings
    pki: TestPki
    registration: Registration
    inbox: str
    driver: str
    revocation: str = ""

    def document(self, base_url: str, agenda_url: str, now: datetime) -> dict[str, Any]:
        """The content of its candidate file once it listens, as seeded at `now` (aware); paths are absolute."""
        sso = sso_document(self.registration, agenda_url) | {"driver": self.driver}
        return candidate_document(
            base_url,
            {**platform_identity(self.pki), "revocation_address": self.revocation},
            now,
            sso=sso,
            appointments=appointments_document(self.pki, self.inbox),
            lockout=lockout_account(agenda_url) | {"password_file": str(self.registration.local_password.absolute())},
        )


def rehearsal(
    folder: Path,
    defects: frozenset[str],
    sso_port: int,
    inbox_port: int,
    mode: Mode = "delegation",
    *,
    revocation_port: int | None = None,
) -> Rehearsal:
    """An editor with throw-away certificates and secrets in `folder`, which the bench will meet at ports of the loopback.

    Without `revocation_port` the bench publishes nothing. Raises ReferenceEditorError when there is no such defect.
    """
    revocation = f"127.0.0.1:{revocation_port}" if revocation_port is not None else ""
    bare, pki = editor_settings(folder, defects, f"http://{revocation}" if revocation else "")
    settings, registration = registered(bare, pki, issuer_at(sso_port, mode), mode)
    inbox = f"https://127.0.0.1:{inbox_port}/fhir"
    platform = PlatformClient(inbox, pki.editor.certificate, pki.editor.key, pki.chain)
    driver = installed_driver(folder, registration.local_password)
    return Rehearsal(replace(settings, platform=platform), pki, registration, inbox, driver, revocation)
