"""`editor`: the reference editor alone, to try the harness or to see a defect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sas_recette.editor.sso.client import Mode


def command(
    defect: list[str] = typer.Option([], "--defect", help="Un défaut (répétable)."),
    list_defects: bool = typer.Option(False, "--list-defects", help="Liste les défauts."),
    port: int = typer.Option(8443, "--port", help="Port du serveur FHIR."),
    web_port: int = typer.Option(8444, "--web-port", help="Port des pages d’agenda."),
    sso_port: int = typer.Option(8445, "--sso-port", help="Port où le banc jouera la plateforme (SSO)."),
    inbox_port: int = typer.Option(8446, "--inbox-port", help="Port où le banc recevra les rendez-vous."),
    revocation_port: int = typer.Option(
        8447, "--revocation-port", help="Port où le banc publiera sa liste de révocation et répondra en OCSP."
    ),
    psc: bool = typer.Option(False, "--psc", help="Authentification par Pro Santé Connect, et non par délégation."),
    folder: Path = typer.Option(
        Path("editeur-de-reference"), "--folder", help="Où écrire certificats et recette.toml."
    ),
) -> None:
    """Serve until interrupted; a ready recette.toml is written beside the certificates."""
    from sas_recette.editor.defects import DEFECTS

    if list_defects:
        width = max(map(len, DEFECTS))
        for one in DEFECTS.values():
            typer.echo(f"{one.id:<{width}}  {one.title} ({', '.join(one.reddens)})")
        return
    _serve(frozenset(defect), (port, web_port, sso_port, inbox_port, revocation_port), folder, psc=psc)


def _serve(defects: frozenset[str], ports: tuple[int, int, int, int, int], folder: Path, *, psc: bool) -> None:
    import dataclasses
    import errno

    import tomli_w

    from sas_recette.cli.rehearsal import rehearsal
    from sas_recette.editor.server import RunningEditor, serve
    from sas_recette.engine.campaign import utc_now
    from sas_recette.errors import UserError

    port, web_port, sso_port, inbox_port, revocation_port = ports
    mode: Mode = "psc" if psc else "delegation"
    certificates = folder / "certificats"
    agreed = rehearsal(certificates, defects, sso_port, inbox_port, mode, revocation_port=revocation_port)
    started = utc_now()

    def ready(editor: RunningEditor) -> None:
        path = folder / "recette.toml"
        document = agreed.document(editor.base_url, editor.agenda_url, started)
        path.write_text(tomli_w.dumps(document), "utf-8")
        typer.echo(f"Serveur FHIR (mTLS)\u00a0: {editor.base_url}")
        typer.echo(f"Agenda\u00a0: {editor.agenda_url} (identifiant {editor.login}, mot de passe {editor.password})")
        typer.echo(f"Plateforme attendue (SSO)\u00a0: {agreed.registration.client.issuer}")
        typer.echo(f"Plateforme attendue (rendez-vous)\u00a0: {agreed.inbox}")
        typer.echo(f"Dans un autre terminal\u00a0: sas-recette run -c {path}")
        typer.echo("Ctrl-C pour arrêter.")

    try:
        serve(dataclasses.replace(agreed.settings, fhir_port=port, web_port=web_port), ready)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise UserError(
            f"Les ports {port} et {web_port} ne sont pas tous deux libres sur ce poste\u00a0: "
            "choisissez-en d’autres avec --port et --web-port."
        ) from None
