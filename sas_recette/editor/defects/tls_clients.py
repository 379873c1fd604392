"""Defects in whom the FHIR endpoint lets in."""

from __future__ import annotations

from functools import partial
from typing import Final

from sas_recette.editor.connection import Turned
from sas_recette.editor.defects.model import Defect, security
from sas_recette.editor.defects.tls_hooks import (
    CN,
    OU,
    any_name,
    anywhere,
    begins_with,
    connection,
    contained,
    loosely,
    or_alternative,
    said_by_a_header,
)

_SLOTS: Final = frozenset({"/Slot", "/Schedule"})

NAMES: Final[tuple[Defect, ...]] = (
    security("tls-cn-ignored", "Le CN n’est pas comparé", connection(cn=any_name), "SEC-003", "SEC-005"),
    security("tls-ou-ignored", "L’OU n’est pas comparée", connection(ou=any_name), "SEC-004", "SEC-005"),
    security(
        "tls-cn-contained",
        "Un CN qui contient celui attendu suffit",
        connection(cn=partial(contained, CN)),
        "SEC-005",
    ),
    security(
        "tls-cn-prefix",
        "Un CN qui commence par celui attendu suffit",
        connection(cn=partial(begins_with, CN)),
        "SEC-005",
    ),
    security(
        "tls-ou-contained",
        "Une OU qui contient celle attendue suffit",
        connection(ou=partial(contained, OU)),
        "SEC-005",
    ),
    security(
        "tls-cn-any-case",
        "La casse et les espaces du CN ne comptent pas",
        connection(cn=partial(loosely, CN)),
        reserves=("SEC-005",),
    ),
    security("tls-cn-anywhere", "Le CN attendu est admis dans O", connection(cn=anywhere), "SEC-003"),
    security("tls-cn-in-san", "Le CN attendu est admis dans subjectAltName", connection(cn=or_alternative), "SEC-003"),
)

CERTIFICATES: Final[tuple[Defect, ...]] = (
    security("tls-crl-ignored", "La liste de révocation est ignorée", connection(revocation=False), "SEC-006"),
    security(
        "tls-expired-accepted",
        "Un certificat client expiré est accepté",
        connection(dates=frozenset({"begins"})),
        "SEC-008",
    ),
    security(
        "tls-early-accepted",
        "Un certificat client qui n’est pas encore valide est accepté",
        connection(dates=frozenset({"ends"})),
        "SEC-009",
    ),
    security(
        "tls-self-signed-accepted",
        "Un certificat signé par lui-même est dans le magasin de confiance",
        connection(strangers=frozenset({"x7-auto-signe"})),
        "SEC-010",
    ),
    security(
        "tls-foreign-authority",
        "Une autre autorité du même nom est dans le magasin de confiance",
        connection(strangers=frozenset({"x8-autre-autorite"})),
        "SEC-011",
    ),
    security(
        "tls-no-certificate-asked",
        "Le serveur ne demande pas de certificat client",
        connection(asks=False),
        *(f"SEC-{number:03d}" for number in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 28)),
        reserves=("SEC-012",),
    ),
    security(
        "tls-certificate-optional",
        "Le certificat client est contrôlé s’il est là, mais facultatif",
        connection(open_to=lambda _: True),
        "SEC-001",
        "SEC-007",
        "SEC-013",
        "SEC-028",
    ),
    security(
        "tls-certificate-for-slots-only",
        "Le certificat client n’est exigé que des recherches de créneaux",
        connection(open_to=lambda route: route not in _SLOTS),
        "SEC-001",
        "SEC-013",
        "SEC-028",
    ),
    security(
        "tls-metadata-open",
        "La déclaration de capacité se lit sans certificat client",
        connection(open_to=lambda route: route == "/metadata"),
        "SEC-001",
        "SEC-013",
    ),
    security(
        "tls-forged-headers",
        "Un en-tête HTTP tient lieu de certificat client",
        connection(trusted_headers=said_by_a_header),
        "SEC-013",
    ),
)

_NAMED: Final = ("SEC-003", "SEC-004", "SEC-005", "SEC-006")

REFUSALS: Final[tuple[Defect, ...]] = (
    security(
        "tls-refusal-500",
        "Un certificat refusé provoque une erreur 500",
        connection(turned=Turned(500)),
        reserves=_NAMED,
    ),
    security(
        "tls-refusal-500-with-data",
        "Un certificat refusé provoque une erreur 500 qui porte un Bundle",
        connection(turned=Turned(500, with_data=True)),
        *_NAMED,
    ),
    security(
        "tls-refusal-redirects",
        "Un certificat refusé est redirigé vers le point d’accès",
        connection(turned=Turned(302, location="/fhir/Slot")),
        *_NAMED,
    ),
)
