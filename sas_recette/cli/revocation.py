"""`revocation`: the lists and the OCSP responder of a test PKI, outside any campaign."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    folder: Path = typer.Option(Path("certificats"), "--folder", help="Le dossier que « sas-recette certs » a écrit."),
    address: str = typer.Option(
        "127.0.0.1:8447", "--address", metavar="HÔTE:PORT", help="Où écouter ; la boucle locale par défaut."
    ),
) -> None:
    """Serve until interrupted, and show what is asked for."""
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.tls_data import host_and_port, url_of
    from sas_recette.errors import UserError
    from sas_recette.exchange.model import Exchange
    from sas_recette.platform.revocation.authority import load_authorities, written_address
    from sas_recette.platform.revocation.publisher import Publisher
    from sas_recette.platform.revocation.serving import serving_revocation

    try:
        host, port = host_and_port(address)
    except ValueError as error:
        raise UserError(f"--address\u00a0: {error}.") from None
    authorities = load_authorities(folder, utc_now())
    written = next((found for one in authorities if (found := written_address(one.certificate))), "")
    publisher = Publisher(url_of(host, port), authorities, utc_now, lambda: "")

    def told(exchange: Exchange) -> None:
        status = exchange.response.status if exchange.response is not None else ""
        who = exchange.facts.get("subject") or exchange.facts.get("serial", "")
        typer.echo(f"{exchange.started.astimezone():%H:%M:%S}  {status}  {exchange.step}{f' – {who}' if who else ''}")

    with serving_revocation(publisher, (host, port), told):
        typer.echo(f"Listes de révocation et OCSP\u00a0: {publisher.base_url}")
        typer.echo(f"Adresse écrite dans les certificats\u00a0: {written or 'aucune'}")
        for one in authorities:
            if one.ends < utc_now():
                typer.echo(f"La liste {one.rank} est périmée\u00a0: «\u00a0sas-recette certs\u00a0» la renouvelle.")
        typer.echo("Ctrl-C pour arrêter.")
        until_interrupted()


def until_interrupted() -> None:
    """Wait for Ctrl-C."""
    import contextlib
    import threading

    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
