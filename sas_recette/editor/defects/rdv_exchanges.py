"""Defects in how messages are sent: verb, criterion, headers, encoding, connection, and what follows a failure."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from sas_recette.editor.appointments.messages import CREATE, UPDATE, Outgoing, Queued, Sending
from sas_recette.editor.appointments.policy import by_class
from sas_recette.editor.defects.model import Defect, int_r03
from sas_recette.editor.defects.rdv_hooks import Resend, appointments, resent
from sas_recette.editor.http import Resource


def _always_post(outgoing: Outgoing, queued: Queued) -> Outgoing:
    del queued
    return replace(outgoing, method=CREATE, path="/Appointment")


def _by_id(outgoing: Outgoing, queued: Queued) -> Outgoing:
    """The logical id is what follows /Appointment/ in the Location that the creation was answered."""
    _, _, found = urlsplit(queued.location).path.rpartition("/Appointment/")
    name = found.partition("/")[0]
    return replace(outgoing, path=f"/Appointment/{name}") if outgoing.method == UPDATE and name else outgoing


def _path(old: str, new: str) -> Resend:
    return lambda outgoing, _: replace(outgoing, path=outgoing.path.replace(old, new))


def _value_only(outgoing: Outgoing, queued: Queued) -> Outgoing:
    del queued
    before, bar, value = outgoing.path.partition("%7C")
    return replace(outgoing, path=f"{before.partition('=')[0]}={value}") if bar else outgoing


def _header(name: str, value: str) -> Resend:
    def change(outgoing: Outgoing, queued: Queued) -> Outgoing:
        del queued
        others = tuple(one for one in outgoing.headers if one[0] != name)
        return replace(outgoing, headers=(*others, (name, value)))

    return change


def _latin(resource: Resource) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode("latin-1", "replace")


def _by_patch(outgoing: Outgoing, queued: Queued) -> Outgoing:
    return replace(outgoing, method="PATCH") if queued.message.method == UPDATE else outgoing


def _new_identifier(outgoing: Outgoing, queued: Queued) -> Outgoing:
    """Sent again, a creation is made anew."""
    if not queued.attempts or queued.message.method != CREATE:
        return outgoing
    resource = json.loads(outgoing.body)
    [identifier] = resource["identifier"]
    identifier["value"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{identifier['value']}/{queued.attempts}"))
    return replace(outgoing, method=CREATE, path="/Appointment", body=json.dumps(resource, ensure_ascii=False).encode())


def _created_is_unknown(status: int) -> Sending:
    """Only 200 is a success; 201 is taken for a failure that passes."""
    return Sending.WAITING if status == HTTPStatus.CREATED else by_class(status)


REQUESTS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-update-by-post",
        "Une mise à jour est envoyée par POST",
        resent(_always_post),
        "RDV-009",
        reserves=("RDV-042",),
    ),
    int_r03("rdv-update-by-id", "Une mise à jour désigne l’id de la plateforme", resent(_by_id), "RDV-009"),
    int_r03("rdv-update-by-patch", "Une mise à jour est envoyée par PATCH", resent(_by_patch), "RDV-009"),
    int_r03(
        "rdv-criterion-in-capitals",
        "Le paramètre est écrit Identifier",
        resent(_path("?identifier=", "?Identifier=")),
        reserves=("RDV-010",),
    ),
    int_r03(
        "rdv-criterion-of-value-only",
        "Le critère de la mise à jour n’a que la valeur de l’identifiant",
        resent(_value_only),
        reserves=("RDV-039",),
    ),
    int_r03(
        "rdv-latin-1",
        "Le corps est encodé en ISO-8859-1",
        appointments(encode=_latin),
        *("RDV-003", "RDV-004", "RDV-005", "RDV-006", "RDV-007", "RDV-043", "RDV-047"),
        reserves=("RDV-036",),
    ),
    int_r03(
        "rdv-accept-anything",
        "La requête accepte n’importe quelle réponse",
        resent(_header("Accept", "*/*")),
        reserves=("RDV-044",),
    ),
    int_r03(
        "rdv-content-type-json",
        "La requête annonce application/json",
        resent(_header("Content-Type", "application/json")),
        reserves=("RDV-045",),
    ),
)

FAILURES: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-lost-after-a-failure",
        "Un message que la plateforme n’a pas pris n’est pas émis de nouveau",
        appointments(delay=lambda _: None),
        reserves=("RDV-020", "RDV-036"),
    ),
    int_r03(
        "rdv-new-identifier-after-a-failure",
        "Émis de nouveau, un rendez-vous porte un autre identifiant",
        resent(_new_identifier),
        "RDV-014",
        "RDV-037",
        reserves=("RDV-020",),
    ),
    int_r03(
        "rdv-created-twice",
        "La réponse 201 n’est pas comprise : la création est émise de nouveau",
        appointments(answered=_created_is_unknown),
        reserves=("RDV-042",),
    ),
)

CONNECTIONS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-without-client-certificate",
        "Le certificat client n’est pas présenté à la plateforme",
        appointments(presents_certificate=False),
        "SEC-019",
        reserves=("RDV-036",),
    ),
    int_r03(
        "rdv-tls-not-verified",
        "Le certificat de la plateforme n’est pas vérifié",
        appointments(verifies_tls=False),
        "SEC-020",
    ),
    int_r03(
        "rdv-obsolete-tls-first",
        "La solution essaie TLS 1.1 avant une version que la plateforme parle",
        appointments(obsolete_first=True),
        "SEC-021",
    ),
)
