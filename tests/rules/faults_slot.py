"""Faults of the slots: status, times, codes, redirection; with everything that each turns red."""

from __future__ import annotations

from typing import Final

from tests.rules.building import ROLE_1, SLOT_1, resource
from tests.rules.mutations import ACT, INSTANT, R38, R314, Fault, each, of

_S1: Final = "Bundle.entry[0].resource"

SLOTS: Final = (
    Fault(
        "créneau occupé",
        of(SLOT_1, "status", value="busy"),
        ("AGR-COM-029", "AGR-PS-003"),
        seen=(f"{_S1}.status", "free", "busy"),
    ),
    Fault("statut inconnu", of(SLOT_1, "status", value="libre"), ("AGR-COM-029",)),
    Fault("statut absent", of(SLOT_1, "status"), ("AGR-COM-029",)),
    Fault("sans début", of(SLOT_1, "start"), ("AGR-COM-030",), seen=(f"{_S1}.start", "start présent", "absent")),
    Fault("sans fin", of(SLOT_1, "end"), ("AGR-COM-030",)),
    Fault(
        "sans fuseau",
        of(SLOT_1, "start", value="2026-06-17T09:00:00.000"),
        ("AGR-COM-031",),
        seen=(f"{_S1}.start", INSTANT, "2026-06-17T09:00:00.000"),
    ),
    Fault(
        "30 février",
        of(SLOT_1, "start", value="2026-02-30T09:00:00.000+01:00"),
        ("AGR-COM-031",),
        seen=(f"{_S1}.start", "une date du calendrier", "2026-02-30T09:00:00.000+01:00"),
    ),
    Fault("fin un 31 juin", of(SLOT_1, "end", value="2026-06-31T09:00:00.000+02:00"), ("AGR-COM-031",)),
    Fault(
        "saut de ligne après l’instant", of(SLOT_1, "start", value="2026-06-17T09:00:00.000+02:00\n"), ("AGR-COM-031",)
    ),
    Fault("début numérique", of(SLOT_1, "start", value=1781679600), ("AGR-COM-017",)),
    Fault("sans millisecondes", of(SLOT_1, "start", value="2026-06-17T09:00:00+02:00"), warns=("AGR-COM-032",)),
    Fault("en Z", of(SLOT_1, "start", value="2026-06-17T07:00:00.000Z"), warns=("AGR-COM-032",)),
    Fault("fin égale au début", of(SLOT_1, "end", value="2026-06-17T09:00:00.000+02:00"), ("AGR-COM-033",)),
    Fault(
        "fin avant le début malgré l’écriture",
        of(SLOT_1, "end", value="2026-06-17T09:30:00.000+04:00"),
        ("AGR-COM-033",),
    ),
    Fault(
        "avant la borne basse",
        of(SLOT_1, "start", value="2026-06-16T10:11:59.999+02:00"),
        ("AGR-COM-034",),
        seen=(f"{_S1}.start", "à partir de 2026-06-16T10:12:00.000+02:00", "2026-06-16T10:11:59.999+02:00"),
    ),
    Fault(
        "avant la borne basse malgré l’écriture",
        of(SLOT_1, "start", value="2026-06-16T10:12:00.000+04:00"),
        ("AGR-COM-034",),
    ),
    Fault(
        "après la borne haute",
        each(
            of(SLOT_1, "start", value="2026-06-19T00:00:00.000+02:00"),
            of(SLOT_1, "end", value="2026-06-19T01:00:00.000+02:00"),
        ),
        ("AGR-COM-035",),
    ),
    Fault(
        "sans agenda",
        of(SLOT_1, "schedule"),
        ("AGR-COM-039",),
        seen=(f"{_S1}.schedule", "schedule.reference présent", "absent"),
    ),
    Fault("agenda sans reference", of(SLOT_1, "schedule", value={"display": "Agenda"}), ("AGR-COM-039",)),
    Fault(
        "agenda contenu",
        each(
            of(SLOT_1, "schedule", "reference", value="#a"),
            of(
                SLOT_1,
                "contained",
                value=[{"resourceType": "Schedule", "id": "a", "actor": [{"reference": "Practitioner/ps-b"}]}],
            ),
        ),
        ("AGR-PS-004", "AGR-PS-012"),
    ),
    Fault(
        "sans type de créneau",
        of(SLOT_1, "meta", "security"),
        ("AGR-COM-040",),
        seen=(f"{_S1}.meta.security", f"un coding system = {R314} avec un code", "absent"),
    ),
    Fault("type de créneau sans system", of(SLOT_1, "meta", "security", 0, "system"), ("AGR-COM-040",)),
    Fault(
        "type de créneau inconnu",
        of(SLOT_1, "meta", "security", 0, "code", value="PRIVE"),
        ("AGR-PS-054",),
        seen=(f"{_S1}.meta.security[0].code", "PUBLIC, PRO ou SNP", "PRIVE"),
    ),
    Fault("type de créneau en minuscules", of(SLOT_1, "meta", "security", 0, "code", value="public"), ("AGR-PS-054",)),
    Fault("type CPTS", of(SLOT_1, "meta", "security", 0, "code", value="CPTS"), warns=("AGR-PS-054",)),
    Fault(
        "étiquette de sécurité étrangère",
        lambda b: resource(b, SLOT_1)["meta"]["security"].append(
            {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}
        ),
        ("AGR-PS-012",),
    ),
    Fault(
        "sans type de consultation",
        of(SLOT_1, "serviceType", value=[{"text": "Consultation"}]),
        ("AGR-COM-044",),
        seen=(f"{_S1}.serviceType", f"serviceType.coding dans {ACT}", "aucun"),
    ),
    Fault("type de consultation sans system", of(SLOT_1, "serviceType", 0, "coding", 0, "system"), ("AGR-COM-044",)),
    Fault(
        "type de consultation rare",
        of(SLOT_1, "serviceType", 0, "coding", 0, "code", value="EMER"),
        warns=("AGR-COM-045",),
    ),
    Fault(
        "type de consultation inconnu", of(SLOT_1, "serviceType", 0, "coding", 0, "code", value="CAB"), ("AGR-PS-012",)
    ),
    Fault(
        "deux types de consultation dans un serviceType",
        lambda b: resource(b, SLOT_1)["serviceType"][0]["coding"].append({"system": ACT, "code": "VR"}),
        ("AGR-COM-046",),
        seen=(f"{_S1}.serviceType[0].coding", "un serviceType par type de consultation", "AMB, VR"),
    ),
    Fault("sans appointmentType", of(SLOT_1, "appointmentType"), ("AGR-COM-048",)),
    Fault(
        "appointmentType CHECKUP", of(SLOT_1, "appointmentType", "coding", 0, "code", value="CHECKUP"), ("AGR-COM-048",)
    ),
    Fault(
        "appointmentType en clair", of(SLOT_1, "appointmentType", value={"text": "avec rendez-vous"}), ("AGR-COM-048",)
    ),
    Fault(
        "ROUTINE sans comment",
        of(SLOT_1, "comment"),
        ("AGR-COM-049",),
        seen=(f"{_S1}.comment", "comment présent", "absent"),
    ),
    Fault(
        "WALKIN sans comment",
        each(of(SLOT_1, "comment"), of(SLOT_1, "appointmentType", "coding", 0, "code", value="WALKIN")),
        warns=("AGR-COM-050",),
    ),
    Fault(
        "comment en clair",
        of(SLOT_1, "comment", value="Apporter la carte Vitale"),
        ("AGR-COM-051",),
        seen=(f"{_S1}.comment", "une URL absolue http ou https", "Apporter la carte Vitale"),
    ),
    Fault(
        "comment : URL et texte",
        of(SLOT_1, "comment", value="Réserver : https://agenda.editeur.example/"),
        ("AGR-COM-051",),
    ),
    Fault(
        "comment : URL et saut de ligne",
        of(SLOT_1, "comment", value="https://agenda.editeur.example/ps\n"),
        ("AGR-COM-051",),
    ),
    Fault("comment : URL relative", of(SLOT_1, "comment", value="/ps/bastien-roussel"), ("AGR-COM-051",)),
    Fault("comment : mailto", of(SLOT_1, "comment", value="mailto:a@x.example"), ("AGR-COM-051",)),
    Fault("deux serviceCategory", of(SLOT_1, "serviceCategory", value=[{"text": "a"}, {"text": "b"}]), ("AGR-PS-012",)),
    Fault(
        "motif avec le type de consultation",
        of(SLOT_1, "serviceType", value=[{"coding": [{"system": ACT, "code": "AMB"}], "text": "Vaccin"}]),
        warns=("AGR-PS-060",),
    ),
    Fault("spécialité inconnue", of(SLOT_1, "specialty", 0, "coding", 0, "code", value="SM999"), ("AGR-PS-046",)),
    Fault(
        "spécialité inconnue sur la situation d’exercice",
        of(ROLE_1, "specialty", value=[{"coding": [{"system": R38, "code": "SM999"}]}]),
        ("AGR-PS-046",),
    ),
    Fault(
        "spécialité avec barre finale",
        of(SLOT_1, "specialty", 0, "coding", 0, "system", value=R38 + "/"),
        warns=("AGR-PS-046",),
    ),
    Fault(
        "spécialité d’un autre système",
        of(SLOT_1, "specialty", 0, "coding", 0, "system", value="http://x.example/specialites"),
        warns=("AGR-PS-012",),
    ),
)
