"""Apache as whoever ends TLS in front of the reference editor: whom it lets in is its own configuration’s business.

The editor behind takes Apache for the platform, by the certificate that it shows there: it refuses nobody itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sas_recette.cli.reference_sso import free_port
from sas_recette.editor.server import EditorSettings, running_editor
from sas_recette.platform.pki import TestPki
from tests_external.apache import HOST, TEMPLATES, installed, owner, serving

_MODULES: Final = (
    *("mpm_event", "unixd", "log_config", "authn_core", "authz_core", "socache_shmcb", "ssl", "proxy", "proxy_http"),
)
CURRENT: Final = "-all +TLSv1.2 +TLSv1.3"


@dataclass(frozen=True, slots=True)
class Terminator:
    """A configuration of mod_ssl; with `late`, the certificate is asked for by `<Location>`, once the handshake is over."""

    conditions: tuple[str, ...]
    verification: str = "require"
    protocols: str = CURRENT
    revocation: bool = True
    late: bool = False


@contextmanager
def terminated(how: Terminator, settings: EditorSettings, pki: TestPki) -> Iterator[str]:
    """The URL of an endpoint behind Apache. Raises NoApacheError."""
    found, port, behind = installed(), free_port(), free_port()
    url = f"https://{HOST}:{port}/fhir"
    with (
        tempfile.TemporaryDirectory(prefix="sas-recette-apache-") as name,
        running_editor(replace(settings, fhir_port=behind, public_fhir_base=url)),
    ):
        folder = Path(name)
        folder.chmod(0o755)  # read by processes that are not root's
        (folder / "crl.pem").write_bytes(pki.crl.read_bytes() + pki.root_crl.read_bytes())
        both = pki.client.key.read_bytes() + pki.client.certificate.read_bytes()
        (folder / "plateforme.pem").write_bytes(both)
        values = {
            "folder": folder,
            "host": HOST,
            "port": port,
            "behind": f"https://{HOST}:{behind}/fhir",
            "how": how,
            "pki": pki,
            "modules": [one for one in _MODULES if (found.modules / f"mod_{one}.so").exists()],
            "modules_folder": found.modules,
            **owner(),
        }
        configuration = folder / "httpd.conf"
        configuration.write_text(TEMPLATES.get_template("terminator.conf.j2").render(values), "utf-8")
        with serving(found.program, configuration, port):
            yield url
