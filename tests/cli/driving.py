"""The command line driven as a user drives it: the real entry point, in this process or in its own."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w

from sas_recette.cli.main import main
from sas_recette.cli.reference_sso import free_port
from sas_recette.cli.rehearsal import Rehearsal, rehearsal
from sas_recette.editor.server import running_editor
from sas_recette.platform.pki import TestPki

VARIANTS = {
    name: frozenset({defect})
    for name, defect in (
        ("sans-fin", "end-missing"),
        ("tls", "sso-tls-not-verified"),
        ("state", "sso-state-not-verified"),
        ("agenda", "sso-lands-on-first-agenda"),
        ("local", "sso-local-session-kept"),
        ("rdv-tls", "rdv-tls-not-verified"),
        ("rdv-perdu", "rdv-lost-after-a-failure"),
    )
}


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def dossier(self) -> Path:
        """The folder of the campaign, as the summary names it."""
        assert "Rapport" in self.out, self.err
        written = "".join(self.out.partition("Rapport\u00a0: ")[2].splitlines())
        return Path(written.partition("/report.html")[0])


def sas_recette(*arguments: object) -> Outcome:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    code: object = "aucun code de sortie"
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
    assert isinstance(code, int), code
    return Outcome(code, out.getvalue(), err.getvalue())


def process(*arguments: object, folder: Path) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", "from sas_recette.cli.main import main; main()", *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """A running reference editor, with a variant that has a defect."""

    base_url: str
    variants: dict[str, tuple[str, str]]
    agreed: Rehearsal
    started: datetime
    agenda_url: str

    @property
    def pki(self) -> TestPki:
        return self.agreed.pki

    @property
    def sso(self) -> dict[str, Any]:
        return dict(self.document()["sso"])

    def document(self, variant: str = "") -> dict[str, Any]:
        base, agenda = self.variants[variant] if variant else (self.base_url, self.agenda_url)
        return deepcopy(self.agreed.document(base, agenda, self.started))

    def file(self, folder: Path, variant: str = "", **changes: object) -> Path:
        return write_candidate(folder, {**self.document(variant), **changes})


def write_candidate(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "recette.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    return path


@contextlib.contextmanager
def running_reference(folder: Path) -> Iterator[Reference]:
    agreed = rehearsal(folder, frozenset(), free_port(), free_port())
    started = datetime.now(UTC)
    with running_editor(agreed.settings, VARIANTS) as editor:
        yield Reference(editor.base_url, dict(editor.variants), agreed, started, editor.agenda_url)


def plain_document(base_url: str, **tables: object) -> dict[str, Any]:
    """A candidate file for a development server without mutual TLS: one practitioner."""
    return {
        "use_cases": ["ps"],
        "candidate": {"editor": "Essai", "product": "Serveur d’essai", "version": "1", "base_url": base_url},
        "tls": {"pki": "none"},
        "practitioners": {"one_site": {"id": "899900000011"}},
        **tables,
    }
