"""Defects in how the FHIR endpoint listens: versions of TLS, suites, its own certificate, plain HTTP."""

from __future__ import annotations

import ssl
from typing import Final

from sas_recette.editor.defects.model import Defect, security
from sas_recette.editor.defects.tls_hooks import connection

_OF_OLD: Final = "ALL:@SECLEVEL=0"
_WITH_NULL: Final = "ECDHE+AESGCM:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"
_WITH_ANONYMOUS: Final = "ECDHE+AESGCM:AECDH-AES256-SHA:@SECLEVEL=0"

VERSIONS: Final[tuple[Defect, ...]] = (
    security(
        "tls-1-1-accepted",
        "TLS 1.1 est accepté",
        connection(minimum=ssl.TLSVersion.TLSv1_1, ciphers="DEFAULT:@SECLEVEL=0"),
        "SEC-014",
    ),
    security(
        "tls-1-0-accepted",
        "TLS 1.0 est accepté",
        connection(minimum=ssl.TLSVersion.TLSv1, ciphers="DEFAULT:@SECLEVEL=0"),
        "SEC-014",
    ),
    security(
        "tls-1-1-at-most",
        "Le serveur n’accepte pas mieux que TLS 1.1",
        connection(minimum=ssl.TLSVersion.TLSv1_1, maximum=ssl.TLSVersion.TLSv1_1, ciphers="DEFAULT:@SECLEVEL=0"),
        "SEC-002",
        "SEC-014",
        "SEC-015",
        reserves=("SEC-016", "SEC-025"),
    ),
    security(
        "tls-1-2-only",
        "TLS 1.3 n’est pas accepté",
        connection(maximum=ssl.TLSVersion.TLSv1_2),
        reserves=("SEC-016",),
    ),
    security(
        "tls-1-3-only",
        "TLS 1.2 n’est pas accepté",
        connection(minimum=ssl.TLSVersion.TLSv1_3),
        reserves=("SEC-025",),
    ),
)

SUITES: Final[tuple[Defect, ...]] = (
    security(
        "tls-null-accepted",
        "Une suite sans chiffrement (NULL) est acceptée",
        connection(ciphers=_WITH_NULL),
        reserves=("SEC-026",),
    ),
    security(
        "tls-anonymous-accepted",
        "Une suite anonyme est acceptée",
        connection(ciphers=_WITH_ANONYMOUS),
        reserves=("SEC-026",),
    ),
    security(
        "tls-everything-accepted",
        "TLS 1.0, TLS 1.1 et toutes les suites sont acceptés",
        connection(minimum=ssl.TLSVersion.TLSv1, ciphers=_OF_OLD),
        "SEC-014",
        reserves=("SEC-026",),
    ),
)

SERVERS: Final[tuple[Defect, ...]] = (
    security("tls-server-expired", "Le certificat du serveur est expiré", connection(identity="expire"), "SEC-017"),
    security(
        "tls-server-wrong-name",
        "Le certificat du serveur porte un autre nom",
        connection(identity="mauvais-nom"),
        "SEC-017",
    ),
    security(
        "tls-server-self-signed",
        "Le certificat du serveur est signé par lui-même",
        connection(identity="auto-signe"),
        "SEC-017",
    ),
    security(
        "tls-server-foreign-authority",
        "Le certificat du serveur vient d’une autre autorité",
        connection(identity="autre-autorite"),
        "SEC-017",
    ),
    security("tls-in-clear", "Le point d’accès répond aussi en HTTP", connection(in_clear=True), "SEC-018"),
)
