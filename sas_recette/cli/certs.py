"""`certs`: a throw-away test PKI to rehearse mutual TLS."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    folder: Path = typer.Option(Path("certificats"), "--folder", help="Où écrire les certificats."),
    expected_cn: str = typer.Option("sas-banc-de-recette", "--cn", help="CN du certificat de la plateforme."),
    expected_ou: str = typer.Option("318751275100020", "--ou", help="OU du certificat de la plateforme."),
    editor_cn: str = typer.Option("editeur-en-recette", "--editor-cn", help="CN du certificat client de l’éditeur."),
    editor_ou: str = typer.Option("300000000000017", "--editor-ou", help="OU du certificat client de l’éditeur."),
    host: list[str] = typer.Option(
        ["localhost", "127.0.0.1", "::1"], "--host", help="Nom ou adresse du certificat serveur (répétable)."
    ),
    revocation_url: str = typer.Option(
        "",
        "--revocation-url",
        metavar="http://HÔTE:PORT",
        help="Adresse du banc pour la révocation (CRL et OCSP), à écrire dans les certificats.",
    ),
) -> None:
    """Create authorities, the certificates of the platform and of the editor, and those that must be refused."""
    from sas_recette.engine.campaign import utc_now
    from sas_recette.errors import UserError
    from sas_recette.platform.pki import create_pki
    from sas_recette.platform.pki_readme import tls_table

    address = _checked(revocation_url)
    try:
        pki = create_pki(
            folder,
            clock=utc_now,
            expected_cn=expected_cn,
            expected_ou=expected_ou,
            hosts=host,
            editor_cn=editor_cn,
            editor_ou=editor_ou,
            revocation_url=address,
        )
    except ValueError as error:
        raise UserError(f"Certificats impossibles à créer\u00a0: {error}.") from None
    typer.echo(
        f"Certificats écrits dans {pki.folder} (voir LISEZMOI.txt). Ils ne valent que pour des essais.", err=True
    )
    typer.echo("Table à recopier dans recette.toml\u00a0:\n", err=True)
    typer.echo(tls_table(pki.folder, revocation_url=address), nl=False)


def _checked(url: str) -> str:
    """An address in plain HTTP without a path; empty when none is given. Raises UserError."""
    from sas_recette.engine.tls_data import host_and_port, url_of
    from sas_recette.errors import UserError

    if not url:
        return ""
    scheme, _, address = url.rstrip("/").partition("://")
    try:
        if scheme == "http":
            return url_of(*host_and_port(address))
    except ValueError as error:
        raise UserError(f"--revocation-url\u00a0: {error}.") from None
    raise UserError(f"--revocation-url s’écrit http://hôte:port\u00a0: «\u00a0{url}\u00a0» ne convient pas.")
