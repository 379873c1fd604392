"""Apache with mod_auth_openidc as a solution: a relying party that nobody of this project wrote.

It runs on a port of the loopback, from a folder of its own; nothing of the machine's configuration is read or changed.
"""

from __future__ import annotations

import grp
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sas_recette.platform.identity.person import Client
from sas_recette.platform.pki import TestPki

HOST: Final = "127.0.0.1"
_PROGRAMS: Final = ("apache2", "httpd")
_PROGRAMS_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin")
"""Often left out of the path of whoever is not root."""
_MODULES_FOLDERS: Final = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules")
_MODULES: Final = (
    *("mpm_event", "unixd", "log_config", "authn_core", "authz_core", "authz_user", "authz_groupfile", "alias", "mime"),
    *("env", "setenvif", "include", "socache_shmcb", "ssl", "auth_openidc"),
)
"""Those that a distribution built into the program have no file, and are left out."""
_USERS: Final = ("www-data", "apache", "nobody")
"""Whom the processes that answer become, when the tests are run by root."""
_START_SECONDS: Final = 10.0
TEMPLATES: Final = Environment(  # noqa: S701 # no HTML: a configuration file
    loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True
)

_AGENDA: Final = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Agenda</title>
<body data-session="regulateur"><main data-agenda="<!--#echo var="PRATICIEN" -->">
<h1>Agenda</h1><p>Connecté : <b id="qui"><!--#echo var="OIDC_CLAIM_email" --></b></p>
<p><a id="deconnexion" href="/sso/retour?logout=https://<!--#echo var="HTTP_HOST" -->/accueil.html">Se déconnecter</a></p>
</main></body></html>
"""
_PAGES: Final = {
    "agenda.shtml": _AGENDA,
    "accueil.html": '<!doctype html><html lang="fr"><title>Accueil</title><main id="accueil">Page ouverte à tous</main></html>',
    "refus.html": '<!doctype html><html lang="fr"><title>Refus</title><main id="refus">Accès non autorisé</main></html>',
}


class NoApacheError(Exception):
    """Apache or mod_auth_openidc is not on this machine. The message is French and says what to install."""


@dataclass(frozen=True, slots=True)
class Apache:
    """One that is running. `folder` holds its configuration, its pages and its log."""

    folder: Path
    url: str
    client: Client

    def authorize(self, addresses: Iterable[str]) -> None:
        """The e-mail addresses of the regulators from now on; Apache reads them at each request."""
        fresh = self.folder / "regulateurs.nouveau"
        fresh.write_text(f"regulateurs: {' '.join(addresses)}\n", "utf-8")
        fresh.chmod(0o644)
        fresh.replace(self.folder / "regulateurs")

    @property
    def log(self) -> str:
        """What it wrote in its error log."""
        return (self.folder / "error.log").read_text("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Installed:
    """Where Apache and its modules are on this machine."""

    program: str
    modules: Path


def installed() -> Installed:
    """Raises NoApacheError."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_PROGRAMS_FOLDERS))
    program = next(filter(None, (shutil.which(name, path=path) for name in _PROGRAMS)), None)
    module = next((folder for folder in map(Path, _MODULES_FOLDERS) if (folder / "mod_auth_openidc.so").exists()), None)
    if program is None or module is None:
        raise NoApacheError(
            "Apache et mod_auth_openidc sont nécessaires à ces essais\u00a0: installez apache2-bin et "
            "libapache2-mod-auth-openidc (Debian, Ubuntu), ou httpd et mod_auth_openidc (Fedora, Red\u00a0Hat)."
        )
    return Installed(program, module)


def redirect_uri(port: int) -> str:
    """Where authorization responses come back to."""
    return f"https://{HOST}:{port}/sso/retour"


@contextmanager
def running_apache(
    client: Client, issuer: str, port: int, pki: TestPki, *, private_key: Path | None = None, habilitations: bool = True
) -> Iterator[Apache]:
    """Apache as a client of a provider.

    `private_key` is a PEM file beside that of its public key, of the same name with `.pub`. With `habilitations` it knows regulators, and the parameter `origin`; without, whoever the provider vouches for gets in
    from anywhere, which is what a first configuration does. Raises NoApacheError.
    """
    found = installed()
    with tempfile.TemporaryDirectory(prefix="sas-recette-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # read by processes that are not root's
        _furnish(folder, pki)
        settings = {
            "folder": folder,
            "host": HOST,
            "port": port,
            "issuer": issuer,
            "redirect_uri": redirect_uri(port),
            "client": client,
            "private_key": private_key,
            "habilitations": habilitations,
            "certificate": pki.server.certificate,
            "key": pki.server.key,
            "passphrase": secrets.token_urlsafe(24),
            "modules": [one for one in _MODULES if (found.modules / f"mod_{one}.so").exists()],
            "modules_folder": found.modules,
            **owner(),
        }
        configuration = folder / "httpd.conf"
        configuration.write_text(TEMPLATES.get_template("httpd.conf.j2").render(settings), "utf-8")
        with serving(found.program, configuration, port):
            yield Apache(folder, f"https://{HOST}:{port}", client)


def _furnish(folder: Path, pki: TestPki) -> None:
    pages = folder / "pages"
    pages.mkdir(mode=0o755)
    for name, content in _PAGES.items():
        (pages / name).write_text(content, "utf-8")
    shutil.copyfile(pki.chain, folder / "autorites.pem")
    (folder / "regulateurs").write_text("regulateurs:\n", "utf-8")
    for path in (folder / "autorites.pem", folder / "regulateurs", *pages.iterdir()):
        path.chmod(0o644)


def owner() -> dict[str, str]:
    """Whom the processes that answer become; nobody else, when it is not root who starts them."""
    if os.geteuid() != 0:
        return {"user": "", "group": ""}
    known = {one.pw_name: one.pw_gid for one in pwd.getpwall()}
    name = next(one for one in _USERS if one in known)
    return {"user": name, "group": grp.getgrgid(known[name]).gr_name}


@contextmanager
def serving(program: str, configuration: Path, port: int) -> Iterator[None]:
    """Apache with a configuration, as long as the context lasts."""
    # a session of its own: Apache signals its whole process group when it ends
    command = (program, "-f", str(configuration), "-DFOREGROUND")
    output = configuration.parent / "sortie.txt"
    with output.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)  # noqa: S603
        try:
            _wait(process, port, output)
            yield
        finally:
            process.terminate()
            process.wait(_START_SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    log = output.parent / "error.log"
    raise RuntimeError(
        f"Apache did not start: {output.read_text('utf-8', 'replace')} {log.read_text() if log.exists() else ''}"
    )
