"""The reference editor as the one who tells the platform of appointments: its declarations, and its driver."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

from sas_recette.cli import reference_driver
from sas_recette.editor.appointments.facts import appointment_roles
from sas_recette.platform.pki import EDITOR_CN, EDITOR_OU, TestPki

_WINDOW: Final = 20
"""Seconds within which this editor's messages come, whatever happens."""


def appointments_document(pki: TestPki, base_url: str) -> dict[str, Any]:
    """`[appointments]` of a candidate file for the reference editor; paths are absolute."""
    return {
        "base_url": base_url,
        "certificate": str(pki.server.certificate.absolute()),
        "key": str(pki.server.key.absolute()),
        "client_ca": str(pki.chain.absolute()),
        **declared(),
    }


def declared() -> dict[str, Any]:
    """The part of `[appointments]` that no certificate goes with."""
    roles = appointment_roles()
    return {
        "client_cn": EDITOR_CN,
        "client_ou": EDITOR_OU,
        "identifier_system": roles.identifier_system,
        "booking": "driver",
        "practitioner": roles.practitioner,
        "replacement": roles.replacement,
        "cpts_practitioner": roles.cpts_practitioner,
        "association": roles.association,
        "association_practitioner": roles.replacement,
        "confirmation": True,
        "window": _WINDOW,
        "attendance_window": _WINDOW,
        "silence": 1,
    }


def installed_driver(folder: Path, password: Path) -> str:
    """A copy of the driver in a folder, as an editor would write it beside `recette.toml`, and how that file names it."""
    copy = folder / "pilote.py"
    shutil.copyfile(reference_driver.__file__, copy)
    beside = folder / reference_driver.BESIDE
    beside.touch(mode=0o600)
    shutil.copyfile(password, beside)
    return f"{copy.absolute()}:{reference_driver.Pilote.__name__}"
