"""Defects in the content of the Slot resources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sas_recette.editor.defects.edits import drop, on, put, rewrite
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import TRE_R38_SPECIALTY, V2_0276_APPOINTMENT, V3_ACT_CODE


def _consultations(slot: Resource) -> list[Resource]:
    return [item for item in slot["serviceType"] if any(one["system"] == V3_ACT_CODE for one in item.get("coding", []))]


def _care_of_cpts(slot: Resource) -> list[Resource]:
    return [item for item in slot["serviceType"] if "extension" in item]


def _motifs(slot: Resource) -> list[Resource]:
    return [item for item in slot["serviceType"] if "coding" not in item]


def _replace_consultations(slot: Resource, *codes: str, system: str = V3_ACT_CODE) -> None:
    coded = [{"coding": [{"system": system, "code": code}]} for code in codes]
    slot["serviceType"] = coded + _motifs(slot) + _care_of_cpts(slot)


def _swap_bounds(slot: Resource) -> None:
    slot["start"], slot["end"] = slot["end"], slot["start"]


def _to_utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _both_instants(slot: Resource, cut: slice, joint: str = "") -> None:
    for name in ("start", "end"):
        text = slot[name]
        slot[name] = text[cut] + joint


def _code(slot: Resource) -> str:
    code: str = slot["appointmentType"]["coding"][0]["code"]
    return code


def _drop_comment(slot: Resource, appointment: str) -> None:
    if _code(slot) == appointment:
        del slot["comment"]


def _motif_beside_coding(slot: Resource) -> None:
    consultations, motifs = _consultations(slot), _motifs(slot)
    slot["serviceType"] = [consultations[0] | motifs[0], *consultations[1:], *motifs[1:], *_care_of_cpts(slot)]


def _motif_in_specialty(slot: Resource) -> None:
    slot["specialty"] = slot["specialty"] + _motifs(slot)
    _drop_motifs(slot)


def _drop_motifs(slot: Resource) -> None:
    slot["serviceType"] = _consultations(slot) + _care_of_cpts(slot)


def _one_concept(slot: Resource) -> None:
    codings = [coding for item in _consultations(slot) for coding in item["coding"]]
    slot["serviceType"] = [{"coding": codings}, *_motifs(slot), *_care_of_cpts(slot)]


def _pro_as_public(slot: Resource) -> None:
    for coding in slot["meta"]["security"]:
        coding["code"] = "PUBLIC" if coding["code"] == "PRO" else coding["code"]


def _local_seconds(slot: Resource, keep_offset: bool) -> None:
    for name in ("start", "end"):
        text = slot[name]
        slot[name] = text[:19] + (text[23:] if keep_offset else "")


INSTANTS: Final[tuple[Defect, ...]] = (
    int_r01(
        "end-missing",
        "La fin des créneaux n’est pas transmise",
        on("Slot", drop("end")),
        "AGR-COM-030",
    ),
    int_r01(
        "instants-without-offset",
        "Les dates des créneaux n’ont pas de décalage horaire",
        on("Slot", lambda slot: _local_seconds(slot, keep_offset=False)),
        "AGR-COM-031",
    ),
    int_r01(
        "instants-without-seconds",
        "Les dates des créneaux s’arrêtent à la minute",
        on("Slot", lambda slot: _both_instants(slot, slice(0, 16), "+02:00")),
        "AGR-COM-031",
    ),
    int_r01(
        "instants-in-utc",
        "Les dates des créneaux sont écrites en temps universel avec un Z",
        on("Slot", rewrite(_to_utc, "start")) + on("Slot", rewrite(_to_utc, "end")),
        reserves=("AGR-COM-032",),
    ),
    int_r01(
        "instants-without-milliseconds",
        "Les dates des créneaux n’ont pas de millisecondes",
        on("Slot", lambda slot: _local_seconds(slot, keep_offset=True)),
        reserves=("AGR-COM-032",),
    ),
    int_r01(
        "end-before-start",
        "Le début et la fin sont intervertis",
        on("Slot", _swap_bounds),
        "AGR-COM-033",
        "AGR-COM-036",
        "AGR-COM-035",
        "AGR-COM-043",
    ),
    int_r01(
        "slot-without-duration",
        "La fin des créneaux est égale à leur début",
        on("Slot", lambda slot: slot.update(end=slot["start"])),
        "AGR-COM-033",
    ),
    int_r01(
        "local-time-labelled-utc",
        "L’heure de Paris est étiquetée +00:00",
        on("Slot", rewrite(lambda text: text[:23] + "+00:00", "start"))
        + on("Slot", rewrite(lambda text: text[:23] + "+00:00", "end")),
        "AGR-COM-036",
        "AGR-COM-035",
        "AGR-COM-043",
        "AGR-COM-054",
    ),
)

CODES: Final[tuple[Defect, ...]] = (
    int_r01(
        "status-busy-tentative",
        "Les créneaux libres sont renvoyés au statut « busy-tentative »",
        on("Slot", put("busy-tentative", "status")),
        "AGR-COM-029",
        "AGR-PS-003",
    ),
    int_r01(
        "slot-schedule-missing",
        "Les créneaux ne référencent pas d’agenda",
        on("Slot", drop("schedule")),
        "AGR-COM-039",
        reserves=("AGR-COM-023",),
    ),
    int_r01(
        "slot-type-missing",
        "Le type de créneau n’est pas transmis",
        on("Slot", drop("meta", "security")),
        "AGR-COM-040",
        "AGR-COM-042",
        "AGR-COM-041",
    ),
    int_r01(
        "slot-type-other-system",
        "Le type de créneau est codé dans un système de l’éditeur",
        on("Slot", put("https://editeur.example/types", "meta", "security", 0, "system")),
        "AGR-COM-040",
        "AGR-COM-042",
        "AGR-COM-041",
        "AGR-PS-012",
    ),
    int_r01(
        "slot-type-unknown-code",
        "Le type de créneau porte un code inconnu de TRE_R314",
        on("Slot", put("PRIVE", "meta", "security", 0, "code")),
        "AGR-PS-054",
        "AGR-COM-042",
        "AGR-COM-041",
    ),
    int_r01(
        "first-slot-type-only",
        "Seule la première visibilité du créneau est transmise",
        on("Slot", lambda slot: slot["meta"].update(security=slot["meta"]["security"][:1])),
        "AGR-COM-041",
    ),
    int_r01(
        "pro-published-as-public",
        "Les créneaux visibles des professionnels sont typés grand public",
        on("Slot", _pro_as_public),
        "AGR-COM-042",
        "AGR-COM-041",
    ),
    int_r01(
        "consultation-type-missing",
        "Le type de consultation n’est pas transmis",
        on("Slot", _replace_consultations),
        "AGR-COM-044",
        "AGR-COM-046",
        "AGR-COM-047",
    ),
    int_r01(
        "consultation-type-other-system",
        "Le type de consultation est codé dans un système de l’éditeur",
        on(
            "Slot", lambda slot: _replace_consultations(slot, "CABINET", system="https://editeur.example/consultations")
        ),
        "AGR-COM-044",
        "AGR-COM-046",
        "AGR-COM-047",
    ),
    int_r01(
        "consultation-type-emergency",
        "Le type de consultation est EMER, que la plateforme ne traite pas",
        on("Slot", lambda slot: _replace_consultations(slot, "EMER")),
        "AGR-COM-046",
        "AGR-COM-047",
        reserves=("AGR-COM-045",),
    ),
    int_r01(
        "first-consultation-type-only",
        "Seul le premier type de consultation du créneau est transmis",
        on(
            "Slot", lambda slot: slot.update(serviceType=_consultations(slot)[:1] + _motifs(slot) + _care_of_cpts(slot))
        ),
        "AGR-COM-046",
    ),
    int_r01(
        "consultation-types-in-one-concept",
        "Les types de consultation partagent un seul serviceType",
        on("Slot", _one_concept),
        "AGR-COM-046",
    ),
    int_r01(
        "consultation-always-at-the-office",
        "Tous les créneaux sont donnés en consultation au cabinet",
        on("Slot", lambda slot: _replace_consultations(slot, "AMB")),
        "AGR-COM-047",
        "AGR-COM-046",
    ),
    int_r01(
        "appointment-type-missing",
        "La prise de rendez-vous possible ou non n’est pas transmise",
        on("Slot", drop("appointmentType")),
        "AGR-COM-048",
    ),
    int_r01(
        "appointment-type-checkup",
        "La prise de rendez-vous porte le code CHECKUP",
        on("Slot", put("CHECKUP", "appointmentType", "coding", 0, "code")),
        "AGR-COM-048",
    ),
    int_r01(
        "appointment-type-other-system",
        "Le système du code de prise de rendez-vous est faux",
        on("Slot", put(V2_0276_APPOINTMENT.replace("v2-0276", "v2-276"), "appointmentType", "coding", 0, "system")),
        "AGR-COM-048",
    ),
    int_r01(
        "specialty-missing",
        "Les spécialités ne sont pas transmises",
        on("Slot", drop("specialty")),
        "AGR-PS-043",
        "AGR-PS-044",
    ),
    int_r01(
        "first-specialty-only",
        "Seule la première spécialité du créneau est transmise",
        on("Slot", lambda slot: slot.update(specialty=slot["specialty"][:1])),
        "AGR-PS-044",
    ),
    int_r01(
        "specialty-unknown-code",
        "La spécialité porte un code absent de TRE_R38",
        on("Slot", put({"coding": [{"system": TRE_R38_SPECIALTY, "code": "SM999"}]}, "specialty", 0)),
        "AGR-PS-046",
        "AGR-PS-044",
    ),
    int_r01(
        "motif-missing",
        "Les motifs de consultation ne sont pas transmis",
        on("Slot", _drop_motifs),
        "AGR-PS-045",
    ),
    int_r01(
        "motif-in-specialty",
        "Les motifs sont transmis parmi les spécialités",
        on("Slot", _motif_in_specialty),
        reserves=("AGR-PS-045",),
    ),
    int_r01(
        "motif-beside-coding",
        "Le motif partage le serviceType du type de consultation",
        on("Slot", _motif_beside_coding),
        reserves=("AGR-PS-060",),
    ),
    int_r01(
        "two-service-categories",
        "Le créneau porte deux serviceCategory",
        on("Slot", put([{"text": "Consultation"}, {"text": "Soins"}], "serviceCategory")),
        "AGR-PS-012",
    ),
)

COMMENTS: Final[tuple[Defect, ...]] = (
    int_r01(
        "comment-missing",
        "L’URL de prise de rendez-vous manque sur les créneaux avec rendez-vous",
        on("Slot", lambda slot: _drop_comment(slot, "ROUTINE")),
        "AGR-COM-049",
    ),
    int_r01(
        "comment-missing-on-walkin",
        "L’URL manque sur les plages sans rendez-vous",
        on("Slot", lambda slot: _drop_comment(slot, "WALKIN")),
        reserves=("AGR-COM-050",),
    ),
    int_r01(
        "comment-with-text",
        "Du texte entoure l’URL de prise de rendez-vous",
        on("Slot", rewrite(lambda url: f"Réserver sur {url}.", "comment")),
        "AGR-COM-051",
    ),
    int_r01(
        "comment-followed-by-blank",
        "Un espace suit l’URL de prise de rendez-vous",
        on("Slot", rewrite(lambda url: url + " ", "comment")),
        "AGR-COM-051",
    ),
    int_r01(
        "comment-relative",
        "L’URL de prise de rendez-vous est relative",
        on("Slot", rewrite(lambda url: "/ps/" + url.rpartition("/ps/")[2], "comment")),
        "AGR-COM-051",
    ),
    int_r01(
        "comment-to-home-page",
        "L’URL conduit à l’accueil de l’éditeur, non à l’agenda du PS",
        on("Slot", rewrite(lambda url: url.partition("/ps/")[0] + "/", "comment")),
        attested=("AGR-PS-055",),
    ),
)
