"""The reference editor as a candidate: its declared facts turned into a candidate file, its certificates and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sas_recette.cli.reference_declarations import WITHOUT_OBJECT, YES
from sas_recette.editor.accounts.seed import AMBIGUOUS
from sas_recette.editor.defects import UnknownDefectError, defect
from sas_recette.editor.facts import (
    CandidateRoles,
    LineFact,
    LineStatus,
    PractitionerFact,
    agenda_lines,
    candidate_roles,
)
from sas_recette.editor.server import EditorSettings
from sas_recette.editor.structure_facts import (
    AssociationFact,
    AssociationRoles,
    CentreFact,
    CentreLineFact,
    OpeningFact,
    association_roles,
    centre_lines,
    cpts_facts,
)
from sas_recette.engine.campaign import utc_now
from sas_recette.errors import UserError
from sas_recette.platform.pki import TestPki, create_pki

EXPECTED_CN: Final = "sas-banc-de-recette"
EXPECTED_OU: Final = "318751275100020"
"""Subject of the platform's rehearsal certificate; the OU has the form of security.md §4."""


class ReferenceEditorError(UserError):
    """The reference editor cannot be started as asked. The message is French."""


_PERSON: Final = "L’éditeur de référence"
_ATTESTED: Final[Mapping[str, str]] = {
    "ACC-046": "La création d’un compte n’envoie aucun message et n’attend aucune confirmation.",
    "ACC-047": "L’éditeur de référence n’envoie aucun message.",
    "ACC-048": "Un mot de passe aléatoire est généré ; le régulateur, une fois entré par la plateforme, en choisit un autre.",
    "ACC-050": "Le rôle «\u00a0régulateur\u00a0» voit les créneaux libres et réserve ; la gestion des agendas lui est refusée.",
    "ACC-063": "Requis\u00a0: identifiant, nom, prénom, adresse électronique, habilitation ; aucune autre donnée n’est "
    "demandée. Le compte reçoit le rôle «\u00a0régulateur\u00a0» et un mot de passe aléatoire, il est aussitôt actif.",
    "AGR-COM-052": "L’adresse de l’agenda accepte le paramètre origin, avec ou sans autre paramètre.",
    "AGR-COM-053": "Sans session, l’adresse conduit à la page de connexion, puis à l’agenda.",
    "AGR-COM-056": "Un créneau réservé dans l’agenda n’est plus renvoyé par la recherche suivante.",
    "AGR-PS-040": "Le FINESS est retenu s’il existe, à défaut le SIRET, à défaut le RPPS rang.",
    "AGR-PS-055": "L’adresse conduit à l’agenda du praticien du créneau.",
    "AGR-PS-056": "La base n’admet pas de praticien sans RPPS.",
    "AGR-PS-057": "Chaque lieu porte un identifiant national de structure.",
    "AGR-SOS-031": "L’adresse conduit à l’agenda du lieu fixe de consultation.",
    "AGR-SOS-032": "Le paramètre creneau de l’adresse désigne le créneau choisi.",
    "RDV-038": "Chaque message et chaque réponse de la plateforme restent dans la base\u00a0; la page de gestion les montre.",
    "RDV-049": "La page qui suit la réservation se remet au patient\u00a0: elle porte le rendez-vous et le moyen de l’annuler.",
    "RDV-051": "Identifiant, statut, horaires, date de prise, régulateur et praticien (s’il est connu), à la prise, au "
    "changement d’horaire ou de praticien, à la confirmation, à l’annulation, et selon que le patient est venu ou non.",
    "SSO-001": "La délégation SAS est retenue ; l’éditeur de référence sait aussi Pro Santé Connect.",
    "SSO-033": "Le régulateur voit les créneaux libres et réserve pour un patient ; la gestion de l’agenda lui est refusée.",
    "SSO-043": "Le compte est retrouvé par l’identifiant national, quelle que soit sa forme\u00a0: RPPS ou identifiant de structure.",
    "SSO-044": "L’identité ne désigne que le compte créé par INT_R02\u00a0: aucun autre compte ne lui est rattaché.",
    "SSO-034": "Connecté par mot de passe, un régulateur a une session ordinaire, sans les fonctions de régulation.",
}
"""True of the reference editor; its own tests show it."""

_NOT_APPLICABLE: Final[Mapping[str, str]] = {
    "ACC-062": "L’éditeur de référence est une démonstration\u00a0: ses conditions d’utilisation ne viennent d’aucun contrat.",
}
"""What the reference editor is not concerned by, and says so."""


def editor_settings(folder: Path, defects: frozenset[str], revocation_url: str = "") -> tuple[EditorSettings, TestPki]:
    """Settings of a reference editor with throw-away certificates in `folder`, which carry an address for revocation if given.

    Raises CatalogueError for no such defect.
    """
    for name in defects:
        _known(name)
    pki = create_pki(
        folder, clock=utc_now, expected_cn=EXPECTED_CN, expected_ou=EXPECTED_OU, revocation_url=revocation_url
    )
    settings = EditorSettings(
        certificate=pki.server.certificate,
        key=pki.server.key,
        client_ca=pki.chain,
        expected_cn=pki.expected_cn,
        expected_ou=pki.expected_ou,
        defects=defects,
        crls=(pki.crl, pki.root_crl),
        identities={case.value: (one.certificate, one.key) for case, one in pki.server_negatives.items()},
        strangers={case.value: one.certificate for case, one in pki.negatives.items()},
    )
    return settings, pki


def _known(name: str) -> None:
    try:
        defect(name)
    except UnknownDefectError as error:
        raise ReferenceEditorError(str(error)) from None


def platform_identity(pki: TestPki) -> dict[str, Any]:
    """The platform's side of a rehearsal PKI, as `[tls]` of a candidate file; paths are absolute."""
    paths = {
        "client_certificate": pki.client.certificate,
        "client_key": pki.client.key,
        "server_ca": pki.chain,
        "folder": pki.folder,
    }
    return {"crl_loaded": True, **{key: str(path.absolute()) for key, path in paths.items()}}


def candidate_document(
    base_url: str,
    tls: Mapping[str, Any],
    now: datetime,
    sso: Mapping[str, Any] | None = None,
    appointments: Mapping[str, Any] | None = None,
    lockout: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of a candidate file for the reference editor, as seeded at `now` (aware).

    `sso` and `appointments` are its tables of those names, `lockout` is `[security.lockout]`.
    """
    roles, associations = candidate_roles(), association_roles()
    lines, of_centres = agenda_lines(now), centre_lines(now)
    return {
        "use_cases": ["ps", "cpts", "sos"],
        "environment": "recette",
        "candidate": {
            "editor": "sas_recette",
            "product": "Éditeur de référence",
            "version": "1.0",
            "base_url": base_url,
        },
        "tls": {"pki": "banc", **tls},
        "aggregation": {
            "slot_types": sorted({code for line in lines for code in line.types}),
            "consultation_types": sorted({code for line in lines for code in line.consultations}),
            "list_of_25": list(roles.fill_up),
        },
        "practitioners": _practitioners(roles, lines),
        "cpts": [{"id": one.identifier, "name": one.name or "", "phone": one.phone or ""} for one in cpts_facts()],
        "associations": _associations(associations),
        "agenda": [*map(_line, lines), *map(_centre_line, of_centres)],
        "attestations": [
            {"requirement": name, "answer": "oui", "person": _PERSON, "statement": statement}
            for name, statement in (*_ATTESTED.items(), *YES.items())
        ]
        + [
            {"requirement": name, "answer": "sans objet", "person": _PERSON, "statement": statement}
            for name, statement in (*_NOT_APPLICABLE.items(), *WITHOUT_OBJECT.items())
        ],
        "accounts": {"ambiguous": f"{AMBIGUOUS.system}|{AMBIGUOUS.value}"},
        "load": {"agreed": True, "hosts": [urlsplit(base_url).netloc], "person": _PERSON},
        **({"sso": dict(sso)} if sso is not None else {}),
        **({"appointments": dict(appointments)} if appointments is not None else {}),
        **({"security": {"lockout": dict(lockout)}} if lockout is not None else {}),
    }


_PLAYED: Final = (
    "one_site",
    "two_sites",
    "colleague_a",
    "colleague_b",
    "no_slots",
    "stored_raw",
    "no_phone",
    "overseas",
    "one_cpts",
    "two_cpts",
    "without_cpts",
)


def _practitioners(roles: CandidateRoles, lines: Sequence[LineFact]) -> dict[str, Any]:
    persons = {role: _practitioner(getattr(roles, role), lines) for role in _PLAYED}
    return persons | {"unknown": {"id": roles.unknown}}


def _practitioner(fact: PractitionerFact, lines: Sequence[LineFact]) -> dict[str, Any]:
    free = [line for line in lines if line.practitioner == fact.identifier and line.status is LineStatus.FREE]
    return {
        "id": fact.identifier,
        "family": fact.family,
        "given": fact.given,
        "phone": fact.phone or "",
        "structures": [place.structure for place in fact.places if place.structure],
        "specialties": list(fact.specialties),
        "motifs": list(dict.fromkeys(motif for line in free for motif in line.motifs)),
        "places": len(fact.places),
    }


def _line(line: LineFact) -> dict[str, Any]:
    return {
        "owner": line.practitioner,
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "status": line.status.value,
        "types": list(line.types),
        "consultations": list(line.consultations),
        "motifs": list(line.motifs),
        "specialties": list(line.specialties),
        "appointment": line.appointment,
        "street": line.place.line,
        "postal_code": line.place.postal_code,
        "city": line.place.city,
        "cpts": list(line.cpts),
    }


def _associations(roles: AssociationRoles) -> dict[str, Any]:
    played = {role: getattr(roles, role) for role in ("two_centres", "other", "no_slots", "stored_raw")}
    known = dict.fromkeys(one.identifier for one in played.values())
    return {
        **{role: _association(one) for role, one in played.items()},
        "unknown": {"id": roles.unknown},
        "equipped": list(known),
        "list_of_10": list(roles.fill_up[:10]),
        "list_of_25": list(roles.fill_up),
    }


def _association(fact: AssociationFact) -> dict[str, Any]:
    return {
        "id": fact.identifier,
        "name": fact.name or "",
        "centres": [_centre(one) for one in fact.centres],
    }


def _centre(fact: CentreFact) -> dict[str, Any]:
    return {"name": fact.name, "phone": fact.phone or "", "hours": [_hours(one) for one in fact.hours]}


def _hours(opening: OpeningFact) -> str:
    return f"{' '.join(opening.days)} {opening.opens:%H:%M}-{opening.closes:%H:%M}"


def _centre_line(line: CentreLineFact) -> dict[str, Any]:
    return {
        "owner": line.owner,
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "status": line.status.value,
        "types": list(line.types),
        "consultations": list(line.consultations),
        "appointment": line.appointment,
        "street": line.place.line,
        "postal_code": line.place.postal_code,
        "city": line.place.city,
        "place": line.place_name,
    }
