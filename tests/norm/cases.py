"""Mutations of conformant resources, each with the one requirement that it breaks; those that several profiles share."""

from __future__ import annotations

from typing import Any, NamedTuple

from sas_recette.norm import canonicals
from tests.norm.validation import DELETE, Changes

Table = list[tuple[str, Changes, str]]

INSEE = {"url": "http://interopsante.org/fhir/StructureDefinition/FrAddressInseeCode", "valueString": "35238"}
PHONE_WITHOUT_VALUE = {"system": "phone"}
NEXT = {"relation": "next", "url": "https://editeur.example/fhir?page=2"}
FOREIGN_SPECIALTY = {"coding": [{"system": "https://editeur.example/specialites", "code": "12"}]}
TWO_CATEGORIES = [{"text": "a"}, {"text": "b"}]


class Case(NamedTuple):
    """A mutation, the requirement of the constraint that it breaks, and whether it is a réserve by contradiction.

    `also` names the other requirements where the specification itself has one deviation break several.
    """

    label: str
    profile: str
    changes: Changes
    requirement: str
    reserve: bool = False
    also: tuple[str, ...] = ()


def act(code: str) -> dict[str, Any]:
    return {"coding": [{"system": canonicals.V3_ACT_CODE, "code": code}]}


def slot_type(code: str, system: str = canonicals.TRE_R314_SLOT_TYPE) -> dict[str, str]:
    return {"system": system, "code": code}


def appointment(*codes: str) -> list[dict[str, str]]:
    return [{"system": canonicals.V2_0276_APPOINTMENT, "code": code} for code in codes]


def cases(profile: str, table: Table, *, reserve: bool = False) -> list[Case]:
    return [Case(label, profile, changes, requirement, reserve) for label, changes, requirement in table]


def bundle_table(residual: str) -> Table:
    """What every Bundle profile asks for; `residual` is its « conforme au profil » row."""
    return [
        ("total absent", {("total",): DELETE}, "AGR-COM-008"),
        ("total négatif", {("total",): -1}, "AGR-COM-008"),
        ("sans lien self", {("link", 0, "relation"): "first"}, "AGR-COM-011"),
        ("sans lien", {("link",): DELETE}, "AGR-COM-011"),
        ("lien self sans URL", {("link", 0, "url"): DELETE}, "AGR-COM-011"),
        ("entrée sans ressource", {("entry", 3, "resource"): DELETE}, residual),
        ("entry.request", {("entry", 5, "request"): {"method": "GET", "url": "Slot"}}, residual),
        ("entry.response", {("entry", 0, "response"): {"status": "200"}}, residual),
    ]


def slot_table(residual: str) -> Table:
    """What every Slot profile asks for; `residual` is its « conforme au profil » row."""
    return [
        ("busy", {("status",): "busy"}, "AGR-COM-029"),
        ("sans statut", {("status",): DELETE}, "AGR-COM-029"),
        ("sans début", {("start",): DELETE}, "AGR-COM-030"),
        ("sans fin", {("end",): DELETE}, "AGR-COM-030"),
        ("début sans fuseau", {("start",): "2026-06-17T09:00:00.000"}, "AGR-COM-031"),
        ("début à la minute", {("start",): "2026-06-17T09:00+02:00"}, "AGR-COM-031"),
        ("fin : date seule", {("end",): "2026-06-17"}, "AGR-COM-031"),
        ("fin : décalage sans deux-points", {("end",): "2026-06-17T09:30:00.000+0200"}, "AGR-COM-031"),
        ("début en Z", {("start",): "2026-06-17T07:00:00.000Z"}, "AGR-COM-032"),
        ("fin sans millisecondes", {("end",): "2026-06-17T09:30:00+02:00"}, "AGR-COM-032"),
        ("sans agenda", {("schedule",): DELETE}, "AGR-COM-039"),
        ("agenda sans référence", {("schedule",): {"display": "Agenda"}}, "AGR-COM-039"),
        ("sans meta.security", {("meta", "security"): DELETE}, "AGR-COM-040"),
        ("autre système seul", {("meta", "security", 0, "system"): "https://editeur.example"}, "AGR-COM-040"),
        ("type sans code", {("meta", "security", 0, "code"): DELETE}, "AGR-COM-040"),
        ("coding étranger", {("meta", "security", -1): slot_type("R", "https://editeur.example")}, residual),
        ("deux catégories", {("serviceCategory",): TWO_CATEGORIES}, residual),
        ("sans appointmentType", {("appointmentType",): DELETE}, "AGR-COM-048"),
        ("appointmentType en clair", {("appointmentType",): {"text": "ROUTINE"}}, "AGR-COM-048"),
        ("code non admis", {("appointmentType", "coding"): appointment("CHECKUP")}, "AGR-COM-048"),
        ("code non admis en plus", {("appointmentType", "coding"): appointment("ROUTINE", "EMERGENCY")}, "AGR-COM-048"),
        ("ROUTINE sans comment", {("comment",): DELETE}, "AGR-COM-049"),
        (
            "WALKIN sans comment",
            {("appointmentType", "coding"): appointment("WALKIN"), ("comment",): DELETE},
            "AGR-COM-050",
        ),
        ("comment en clair", {("comment",): "Prendre rendez-vous"}, "AGR-COM-051"),
        ("comment précédé d’un texte", {("comment",): "Voir https://agenda.editeur.example/"}, "AGR-COM-051"),
        ("comment suivi d’un blanc", {("comment",): "https://agenda.editeur.example/ "}, "AGR-COM-051"),
        ("comment relatif", {("comment",): "/ps/bastien-roussel"}, "AGR-COM-051"),
        ("comment sans hôte", {("comment",): "https://"}, "AGR-COM-051"),
    ]
