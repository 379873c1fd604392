"""The TLS material of a candidate file, checked before any traffic: files, key, dates, password."""

from __future__ import annotations

import os
import ssl
from datetime import datetime

from sas_recette.engine.tls_data import Tls
from sas_recette.platform.tls import TlsMaterialError, check_dates, check_key_pair, client_context, load_certificates


def check_identity(tls: Tls, now: datetime) -> None:
    """Raises TlsMaterialError when the certificate is missing, expired, not yet valid, or not the key’s."""
    if tls.pki == "none":
        return
    if tls.client_certificate is None:
        raise TlsMaterialError(
            "recette.toml ne donne pas tls.client_certificate\u00a0: le certificat client de la plateforme est requis "
            '(«\u00a0sas-recette certs\u00a0» en crée un de test), sauf avec tls.pki = "none".'
        )
    check_key_pair(tls.client_certificate, tls.client_key, password(tls))
    check_dates(tls.client_certificate, now)
    if tls.server_ca is not None:
        load_certificates(tls.server_ca)


def context(tls: Tls) -> ssl.SSLContext:
    """The platform's TLS context. Raises TlsMaterialError."""
    return client_context(tls.client_certificate, tls.client_key, tls.server_ca, password(tls))


def password(tls: Tls) -> str | None:
    """The password of the private key, from its environment variable. Raises TlsMaterialError when it is not set."""
    if tls.client_key_password_env is None:
        return None
    value = os.environ.get(tls.client_key_password_env)
    if value is None:
        raise TlsMaterialError(
            f"La variable d’environnement {tls.client_key_password_env} (tls.client_key_password_env), "
            "qui porte le mot de passe de la clé, n’est pas définie."
        )
    return value
