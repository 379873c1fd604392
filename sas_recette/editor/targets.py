"""Addresses of our own: what a log-in may lead to, and what it may not (sso.md R24)."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request

AGENDAS: Final = ("/ps/", "/pfg/")
REGULATION: Final = "/regulation"
MANAGEMENT: Final = "/gestion"
APPOINTMENTS: Final = "/rendez-vous"

_PATH: Final = re.compile(r"[A-Za-z0-9\-._~%/]*")
_QUERY: Final = re.compile(r"[^\s\\\x00-\x1f\x7f#]*")


def root_of(request: Request) -> str:
    """The path that the product is mounted under."""
    root: str = request.scope.get("root_path", "")
    return root


def local_target(request: Request, target: str) -> str:
    """The page to go to after a log-in; empty when it is not one of our agendas or home pages."""
    path, _, query = target.partition("?")
    root = root_of(request)
    agenda = path.startswith(tuple(root + start for start in AGENDAS))
    home = path in {root + REGULATION, root + MANAGEMENT}
    appointment = path.startswith(f"{root}{APPOINTMENTS}/")
    plain = _PATH.fullmatch(path) and _QUERY.fullmatch(query)
    return target if plain and (agenda or home or appointment) and not _climbs(path) else ""


def without_origin(target: str) -> str:
    """The same page without the parameter `origin`, everything else letter for letter."""
    path, _, query = target.partition("?")
    kept = "&".join(part for part in query.split("&") if part and part.partition("=")[0] != "origin")
    return f"{path}?{kept}" if kept else path


def asked_page(request: Request) -> str:
    """Path and query of a request, as a target."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path.removesuffix("/reservations") + query


def _climbs(path: str) -> bool:
    return "//" in path or any(part.replace("%2e", ".").replace("%2E", ".") in {".", ".."} for part in path.split("/"))
