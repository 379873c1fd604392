"""The reference editor as a client of the platform: its registration, and its pages as the browser recognises them."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sas_recette.editor.facts import candidate_roles
from sas_recette.editor.product import ACCOUNT_LOGIN
from sas_recette.editor.server import EditorSettings
from sas_recette.editor.sso.client import Mode, SsoClient
from sas_recette.editor.structure_facts import association_roles
from sas_recette.platform.pki import TestPki

CLIENT_ID: Final = "editeur-de-reference"
ORIGIN: Final = "sas"

PAGES: Final = {
    "session": {"selector": "body[data-session=regulateur]"},
    "login": {"selector": "main#connexion", "platform": "a.bouton"},
    "terms": {"selector": "main#cgu", "accept": "button[name=accepter]"},
    "error": {"selector": "main#erreur"},
    "log_out": "button[name=deconnexion]",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """What the editor and the bench agreed on. The secrets are in files beside the certificates."""

    client: SsoClient
    secret: Path
    local_password: Path
    certificate: Path
    key: Path


def registered(
    settings: EditorSettings, pki: TestPki, issuer: str, mode: Mode = "delegation"
) -> tuple[EditorSettings, Registration]:
    """An editor that is a client of the bench at `issuer`, with fresh secrets in files beside the certificates."""
    password = secrets.token_urlsafe(12)
    secret = _kept(pki.folder / "secret-du-client.txt", secrets.token_urlsafe(32))
    local = _kept(pki.folder / "mot-de-passe-local.txt", password)
    client = SsoClient(issuer, CLIENT_ID, secret.read_text("utf-8"), pki.chain, mode, origins=(ORIGIN,))
    registration = Registration(client, secret, local, pki.server.certificate, pki.server.key)
    return replace(settings, sso=client, password=password), registration


def _kept(path: Path, secret: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(secret, "utf-8")
    return path


def issuer_at(port: int, mode: Mode = "delegation") -> str:
    """The issuer of the bench on the loopback."""
    realm = "sas" if mode == "delegation" else "esante-wallet"
    return f"https://127.0.0.1:{port}/realms/{realm}"


def free_port() -> int:
    """A port that nobody listens on at this instant."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def sso_document(registration: Registration, agenda_url: str) -> dict[str, Any]:
    """`[sso]` of a candidate file for the reference editor; paths are absolute."""
    client = registration.client
    return {
        "mode": client.mode,
        "issuer": client.issuer,
        "certificate": str(registration.certificate.absolute()),
        "key": str(registration.key.absolute()),
        "client_id": client.client_id,
        "client_secret_file": str(registration.secret.absolute()),
        **sso_pages(agenda_url),
        "local": local_account(agenda_url) | {"password_file": str(registration.local_password.absolute())},
    }


def sso_pages(agenda_url: str) -> dict[str, Any]:
    """The part of `[sso]` that no secret and no certificate goes with."""
    return {
        "redirect_uris": [f"{agenda_url}/sso/retour"],
        "origin": ORIGIN,
        "pages": PAGES | {"departure": f"{agenda_url}/sso/depart?suite={{page}}"},
        "agendas": list(_agendas()),
    }


def local_account(agenda_url: str) -> dict[str, Any]:
    """`[sso.local]`, but for its password."""
    return {
        "page": f"{agenda_url}/connexion",
        "login": ACCOUNT_LOGIN,
        "login_field": "input[name=identifiant]",
        "password_field": "input[name=mot_de_passe]",
        "submit": "button[name=connexion]",
        "session": {"selector": "body[data-session=local]"},
    }


def _agendas() -> Iterator[dict[str, str]]:
    roles, associations = candidate_roles(), association_roles()
    for person in (roles.one_site, roles.two_sites):
        yield {"owner": person.identifier, "selector": f'main[data-agenda="{person.identifier}"]'}
    association = associations.two_centres
    for centre in association.centres[:2]:
        selector = f'main[data-agenda="{association.identifier}"][data-lieu="{centre.name}"]'
        yield {"owner": association.identifier, "place": centre.name, "selector": selector}
