"""The pages that the provider shows to a browser: log-in, error, end of session. No script, nothing from outside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from sas_recette.platform.identity.messages import NO_STORE, Reply
from sas_recette.platform.identity.realm import Realm

_TEMPLATES: Final = Environment(
    loader=PackageLoader("sas_recette.platform.identity"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE: Final = _TEMPLATES.get_template("style.css").render()
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
_NAMES: Final = {"delegation": "Plateforme SAS", "psc": "Pro Santé Connect"}


def login_page(realm: Realm, ticket: str, *, failed: bool = False, username: str = "") -> Reply:
    """The log-in form of a request that waits under `ticket`; `failed` when what was typed is not right."""
    return _page(realm, "login.html", 200, action=realm.login, ticket=ticket, failed=failed, username=username)


def message_page(realm: Realm, status: int, title: str, message: str) -> Reply:
    """A page that says something, and leads nowhere."""
    return _page(realm, "message.html", status, title=title, message=message)


def logout_page(realm: Realm) -> Reply:
    """Asks whether to log out: the request does not prove where it comes from."""
    return _page(realm, "logout.html", 200, action=realm.logout)


def maintenance_page(realm: Realm) -> Reply:
    """A page of HTML where a client waits for JSON."""
    return message_page(realm, 200, "Maintenance", "Le service est momentanément indisponible.")


def _page(realm: Realm, template: str, status: int, **context: object) -> Reply:
    html = _TEMPLATES.get_template(template).render(style=_STYLE, platform=_NAMES[realm.mode], **context)
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", _policy(realm.client.redirect_uris)),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        *NO_STORE,
    )
    return Reply(status, headers, html.encode())


def _policy(redirect_uris: Iterable[str]) -> str:
    """A browser applies `form-action` to where a form is redirected too: the client, and wherever it goes on to."""
    plain = {f"http://{urlsplit(uri).netloc}" for uri in redirect_uris if urlsplit(uri).scheme == "http"}
    targets = " ".join(["'self'", "https:", *sorted(plain)])
    return (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
