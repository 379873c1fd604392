"""Defects of INT_SOS1 in the slots of the agendas."""

from __future__ import annotations

from typing import Final

from sas_recette.editor.agenda import Appointment, Visibility
from sas_recette.editor.behaviour import ResourceHook
from sas_recette.editor.defects.edits import drop, put, rewrite
from sas_recette.editor.defects.model import Defect, int_sos1
from sas_recette.editor.defects.scope import in_selection, on_sos
from sas_recette.editor.flows import INT_SOS1
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import TRE_R314_SLOT_TYPE, V3_ACT_CODE


def _consultation(code: str) -> Resource:
    return {"coding": [{"system": V3_ACT_CODE, "code": code}]}


def _first_type_becomes(code: str) -> ResourceHook:
    return put({"system": TRE_R314_SLOT_TYPE, "code": code}, "meta", "security", 0)


def _drop_routine_comment(slot: Resource) -> None:
    if slot["appointmentType"]["coding"][0]["code"] == Appointment.ROUTINE:
        del slot["comment"]


SLOTS: Final[tuple[Defect, ...]] = (
    int_sos1(
        "sos-slot-two-service-categories",
        "Le créneau de l’association porte deux serviceCategory",
        on_sos("Slot", put([{"text": "Consultation"}, {"text": "Soins"}], "serviceCategory")),
        "AGR-SOS-013",
    ),
    int_sos1(
        "sos-slot-type-pro",
        "Le type de créneau porte le code PRO",
        on_sos("Slot", lambda slot: slot["meta"]["security"].append({"system": TRE_R314_SLOT_TYPE, "code": "PRO"})),
        reserves=("AGR-SOS-030",),
    ),
    int_sos1(
        "sos-slot-type-cpts",
        "Le type de créneau porte le code CPTS",
        on_sos("Slot", lambda slot: slot["meta"]["security"].append({"system": TRE_R314_SLOT_TYPE, "code": "CPTS"})),
        "AGR-SOS-030",
        "AGR-COM-042",
    ),
    int_sos1(
        "sos-slot-type-own-code",
        "Le type de créneau porte un code SOS inconnu de TRE_R314",
        on_sos("Slot", _first_type_becomes("SOS")),
        "AGR-SOS-030",
        "AGR-COM-041",
        "AGR-COM-042",
    ),
    int_sos1(
        "sos-first-slot-type-only",
        "Seule la première visibilité du créneau de l’association est transmise",
        on_sos("Slot", lambda slot: slot["meta"].update(security=slot["meta"]["security"][:1])),
        "AGR-COM-041",
    ),
    int_sos1(
        "sos-snp-slots-withheld",
        "Les créneaux dédiés à la régulation ne sont pas renvoyés",
        in_selection(INT_SOS1, lambda slots, _: tuple(s for s in slots if Visibility.SNP not in s.visibilities)),
        "AGR-COM-043",
        "AGR-COM-042",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-consultation-type-missing",
        "Le type de consultation du créneau de l’association n’est pas transmis",
        on_sos("Slot", drop("serviceType")),
        "AGR-COM-044",
        "AGR-COM-046",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-consultation-type-emergency",
        "Le type de consultation est EMER",
        on_sos("Slot", put([_consultation("EMER")], "serviceType")),
        "AGR-SOS-034",
        "AGR-COM-046",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-consultation-type-field",
        "Les créneaux portent aussi le type de consultation FLD",
        on_sos("Slot", lambda slot: slot["serviceType"].append(_consultation("FLD"))),
        "AGR-SOS-034",
        "AGR-COM-047",
    ),
    int_sos1(
        "sos-comment-missing",
        "L’URL vers l’agenda manque sur les créneaux avec rendez-vous de l’association",
        on_sos("Slot", _drop_routine_comment),
        "AGR-COM-049",
    ),
    int_sos1(
        "sos-comment-relative",
        "L’URL vers l’agenda du lieu est relative",
        on_sos("Slot", rewrite(lambda url: "/pfg/" + url.rpartition("/pfg/")[2], "comment")),
        "AGR-COM-051",
    ),
    int_sos1(
        "sos-comment-to-home-page",
        "L’URL conduit à l’accueil de l’éditeur, non à l’agenda du lieu",
        on_sos("Slot", rewrite(lambda url: url.partition("/pfg/")[0] + "/", "comment")),
        attested=("AGR-SOS-031", "AGR-SOS-032"),
    ),
    int_sos1(
        "sos-comment-without-slot",
        "L’URL conduit à l’agenda du lieu sans désigner le créneau",
        on_sos("Slot", rewrite(lambda url: url.partition("?")[0], "comment")),
        attested=("AGR-SOS-032",),
    ),
    int_sos1(
        "sos-end-missing",
        "La fin des créneaux de l’association n’est pas transmise",
        on_sos("Slot", drop("end")),
        "AGR-COM-030",
    ),
)
