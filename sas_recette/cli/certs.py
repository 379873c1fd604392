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
) -> None:
    """Create authorities, the certificates of the platform and of the editor, and those that must be refused."""
    from sas_recette.engine.campaign import utc_now
    from sas_recette.errors import UserError
    from sas_recette.platform.pki import create_pki
    from sas_recette.platform.pki_readme import tls_table

    try:
        pki = create_pki(
            folder,
            clock=utc_now,
            expected_cn=expected_cn,
            expected_ou=expected_ou,
            hosts=host,
            editor_cn=editor_cn,
            editor_ou=editor_ou,
        )
    except ValueError as error:
        raise UserError(f"Certificats impossibles à créer\u00a0: {error}.") from None
    typer.echo(
        f"Certificats écrits dans {pki.folder} (voir LISEZMOI.txt). Ils ne valent que pour des essais.", err=True
    )
    typer.echo("Table à recopier dans recette.toml\u00a0:\n", err=True)
    typer.echo(tls_table(pki.folder), nl=False)
