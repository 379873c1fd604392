"""The INT_R03 profiles: each constraint broken alone, on the reference bodies of the specification (appointments.md §4)."""

from __future__ import annotations

from typing import Any

from sas_recette.norm import canonicals
from tests.norm.cases import Case, Table, cases
from tests.norm.validation import DELETE
from tests.rules.appointments.building import (
    ACTOR_ID,
    ID,
    OPERATOR_ID,
    OTHER,
    PROFILE,
    SAS,
    SOS_PROFILE,
    SYSTEM,
    TECHNICAL,
    actor,
    typed,
)

PS, SOS = "FrAppointmentSAS", "sas-sos-appointment"
OPERATOR = ("extension", 0)
FOREIGN: dict[str, Any] = {"url": "https://editeur.example/motif", "valueString": "x"}
ADELI = "0359999990"
SECRETARY: dict[str, Any] = {
    "actor": {"identifier": {"type": typed("INTRN"), "system": "https://editeur.example", "value": "12"}},
    "status": "accepted",
}


def _everywhere(profile: str) -> Table:
    """What both profiles ask for."""
    other = PROFILE if profile == SOS else SOS_PROFILE
    return [
        ("sans meta", {("meta",): DELETE}, "RDV-012"),
        ("autre profil", {("meta", "profile"): [other]}, "RDV-012"),
        ("sans identifiant", {("identifier",): DELETE}, "RDV-013"),
        ("deux identifiants", {("identifier", -1): {"system": SYSTEM, "value": OTHER}}, "RDV-013"),
        ("identifiant sans system", {(*ID, "system"): DELETE}, "RDV-013"),
        ("identifiant sans valeur", {(*ID, "value"): DELETE}, "RDV-013"),
        ("sans opérateur", {("extension",): DELETE}, "RDV-016"),
        ("opérateur sans référence", {(*OPERATOR, "valueReference"): DELETE}, "RDV-016"),
        ("opérateur en clair", {OPERATOR_ID: DELETE}, "RDV-016"),
        ("opérateur sans valeur", {(*OPERATOR_ID, "value"): DELETE}, "RDV-016"),
        ("extension imbriquée", {(*OPERATOR, "extension"): [FOREIGN]}, "RDV-011"),
        ("opérateur sans type", {(*OPERATOR_ID, "type"): DELETE}, "RDV-017"),
        ("opérateur de type en clair", {(*OPERATOR_ID, "type"): {"text": "IDNPS"}}, "RDV-017"),
        ("opérateur RPPS", {(*OPERATOR_ID, "type"): typed("RPPS")}, "RDV-017"),
        ("type sans système", {(*OPERATOR_ID, "type", "coding", 0, "system"): DELETE}, "RDV-017"),
        ("type d’un autre système", {(*OPERATOR_ID, "type"): typed("IDNPS", canonicals.FR_CORE_V2_0203)}, "RDV-017"),
        (
            "deux types",
            {(*OPERATOR_ID, "type", "coding"): [*typed("IDNPS")["coding"], *typed("INTRN")["coding"]]},
            "RDV-017",
        ),
        ("opérateur sans system", {(*OPERATOR_ID, "system"): DELETE}, "RDV-017"),
        ("IDNPS de system technique", {(*OPERATOR_ID, "system"): SAS}, "RDV-017"),
        ("INTRN de system national", {(*OPERATOR_ID, "type"): typed("INTRN")}, "RDV-017"),
        ("sans statut", {("status",): DELETE}, "RDV-020"),
        ("statut en capitales", {("status",): "BOOKED"}, "RDV-020"),
        ("statut non exploité", {("status",): "arrived"}, "RDV-020"),
        ("sans début", {("start",): DELETE}, "RDV-022"),
        ("début sans fuseau", {("start",): "2026-09-04T14:00:00"}, "RDV-022"),
        ("début à la minute", {("start",): "2026-09-04T14:00+02:00"}, "RDV-022"),
        ("sans fin", {("end",): DELETE}, "RDV-022"),
        ("fin : date seule", {("end",): "2026-09-04"}, "RDV-022"),
        ("sans created", {("created",): DELETE}, "RDV-025"),
        ("created sans l’heure", {("created",): "2026-09-04"}, "RDV-025"),
        ("sans participant", {("participant",): DELETE}, "RDV-026"),
        ("participant sans statut", {("participant", 0, "status"): DELETE}, "RDV-026"),
        ("participant décliné", {("participant", 0, "status"): "declined"}, "RDV-029"),
        (
            "motif d’annulation d’un rendez-vous pris",
            {("cancelationReason",): {"text": "Empêchement"}},
            "RDV-011",
        ),
        ("spécialité étrangère", {("specialty",): [typed("12", "https://editeur.example")]}, "RDV-011"),
    ]


CASES: list[Case] = [
    *cases(PS, _everywhere(PS)),
    *cases(SOS, _everywhere(SOS)),
    *cases(
        PS,
        [
            (
                "PS sans identifiant",
                {("participant",): [{"actor": {"display": "Dr X"}, "status": "accepted"}]},
                "RDV-027",
            ),
            ("PS de type INTRN", {(*ACTOR_ID, "type"): typed("INTRN")}, "RDV-027"),
            ("PS d’un autre system", {(*ACTOR_ID, "system"): SAS}, "RDV-027"),
            ("PS sans valeur", {(*ACTOR_ID, "value"): DELETE}, "RDV-027"),
            ("acteur d’un autre system", {("participant", -1): SECRETARY}, "RDV-011"),
            ("RPPS sans préfixe", {(*ACTOR_ID, "value"): "10100050075"}, "RDV-028"),
            ("RPPS trop long", {(*ACTOR_ID, "value"): "8101000500755"}, "RDV-028"),
        ],
    ),
    *cases(
        PS,
        [
            ("en attente", {("status",): "pending"}, "RDV-021"),
            ("ADELI", {(*ACTOR_ID, "value"): ADELI}, "RDV-028"),
            (
                "motif d’une absence",
                {("status",): "noshow", ("cancelationReason",): {"text": "Non venu"}},
                "RDV-011",
            ),
        ],
        reserve=True,
    ),
    *cases(PS, [("needs-action", {("participant", 0, "status"): "needs-action"}, "RDV-030")]),
    *cases(
        SOS,
        [
            ("autre extension", {("extension", -1): FOREIGN}, "RDV-019"),
            ("needs-action, pris", {("status",): "booked"}, "RDV-030"),
            ("en attente, accepté", {("participant", 0, "status"): "accepted"}, "RDV-030"),
            ("honoré sans médecin", {("status",): "fulfilled", ("participant", 0, "status"): "accepted"}, "RDV-032"),
            ("type PPRF", {("participant", 0, "type"): [typed("PPRF")]}, "RDV-033"),
            (
                "RPPS sans préfixe",
                {("participant", 0, "actor"): actor("10100050075")},
                "RDV-028",
            ),
        ],
    ),
    *cases(
        SOS,
        [
            ("ADELI", {("participant", 0, "actor"): actor(ADELI)}, "RDV-028"),
            (
                "motif d’une absence",
                {
                    ("status",): "noshow",
                    ("participant", 0, "status"): "accepted",
                    ("cancelationReason",): {"text": "Non venu"},
                },
                "RDV-011",
            ),
        ],
        reserve=True,
    ),
]
"""On the booked appointment of a practitioner, and on the pending request of SOS Médecins."""

ONLY_1_1_0: Case = Case(
    "needs-action, 1.1.0", PS, {("participant", 0, "status"): "needs-action"}, "RDV-011", also=("RDV-030",)
)

LEGAL: list[tuple[str, dict[tuple[str | int, ...], Any]]] = [
    (PS, TECHNICAL),
    (PS, {("meta", "profile"): ["http://hl7.org/fhir/StructureDefinition/Appointment", f"{PROFILE}|1.2.0"]}),
    (PS, {("extension", -1): FOREIGN}),
    (PS, {("participant", -1): {"type": [typed("ADM")], "status": "accepted"}}),
    (PS, {("participant", -1): {"actor": {"reference": "Location/12"}, "status": "accepted"}}),
    (PS, {("status",): "cancelled", ("cancelationReason",): {"text": "Empêchement"}}),
    (PS, {("status",): "cancelled", ("participant", 0, "status"): "needs-action"}),
    (PS, {("specialty",): [{"text": "Médecine générale"}, typed("SM26", canonicals.TRE_R38_SPECIALTY)]}),
    (PS, {("start",): "2026-09-04T12:00:00.000Z", ("end",): "2026-09-04T12:15:00Z"}),
    (PS, {("slot",): [{"reference": "Slot/12"}]}),
    (SOS, {("status",): "booked", ("participant", 0, "status"): "accepted"}),
    (SOS, {("status",): "cancelled"}),
    (SOS, {("participant", 0): {"actor": actor(), "status": "needs-action"}}),
    (SOS, {("participant", 0): SECRETARY, ("status",): "booked"}),
    (SOS, {("status",): "fulfilled", ("participant", 0): {"actor": actor(), "status": "accepted"}}),
]
"""What the specification allows."""
