"""The words of what was tried on the candidate's TLS server (`engine.connections`), in French."""

from __future__ import annotations

from typing import Final

TLS: Final = "tls"
"""The endpoint of these exchanges."""

LABELS: Final = {
    "presented": "Ce que le banc présente",
    "offered": "Ce que le banc propose",
    "reaction": "Réaction du serveur",
    "alert": "Alerte TLS reçue",
    "shown_subject": "Sujet du certificat présenté",
    "shown_issuer": "Émetteur du certificat présenté",
    "shown_serial": "Numéro de série du certificat présenté",
    "shown_validity": "Validité du certificat présenté",
    "server_subject": "Sujet du certificat du serveur",
    "server_issuer": "Émetteur du certificat du serveur",
    "server_names": "Noms du certificat du serveur",
    "server_validity": "Validité du certificat du serveur",
    "server_days": "Temps qu’il reste au certificat du serveur",
    "server_key": "Clé du certificat du serveur",
    "server_signature": "Empreinte de sa signature",
}
"""In the order of the page; any other fact is for the rules."""
