"""Defects of INT_R04 in what is searched and in the slots that CPTS see."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sas_recette.editor.agenda import Visibility
from sas_recette.editor.criteria import INCLUDE_COMMUNITIES, INCLUDE_SERVICES, SlotCriteria
from sas_recette.editor.defects.edits import at, put, rewrite
from sas_recette.editor.defects.model import Defect, int_r04
from sas_recette.editor.defects.scope import (
    Selected,
    cpts_asks,
    in_criteria,
    in_selection,
    is_cpts,
    on_cpts,
    refuses,
    without_cpts,
)
from sas_recette.editor.errors import FhirError
from sas_recette.editor.flows import INT_R04
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import TRE_R66_ESTABLISHMENT, TRE_R314_SLOT_TYPE

_MOS: Final = "https://mos.esante.gouv.fr/NOS"
_ALPHA: Final = "HealthcareService/hs-cpts-alpha"


def _care(slot: Resource) -> list[Resource]:
    """The serviceTypes that name a CPTS."""
    return [one for one in slot.get("serviceType", []) if "extension" in one]


def _on_care(edit: Callable[[Resource], None]) -> Callable[[Resource], None]:
    """An edit of every serviceType that names a CPTS."""

    def edit_all(slot: Resource) -> None:
        for one in _care(slot):
            edit(one)

    return edit_all


def _extended(change: Callable[[dict[str, Any]], object]) -> Callable[[Resource], None]:
    """An edit of the extension of every serviceType that names a CPTS."""
    return _on_care(lambda one: (change(one["extension"][0]), None)[1])


def _drop_care(slot: Resource) -> None:
    care = _care(slot)
    slot["serviceType"] = [one for one in slot["serviceType"] if one not in care]


def _merge_care(slot: Resource) -> None:
    """One serviceType 604 for all the CPTS, with all their extensions."""
    care = _care(slot)
    if len(care) > 1:
        extensions = [extension for one in care for extension in one["extension"]]
        _drop_care(slot)
        slot["serviceType"].append(care[0] | {"extension": extensions})


def _repeat_first_service(slot: Resource) -> None:
    for one in _care(slot)[1:]:
        one["extension"] = copy.deepcopy(_care(slot)[0]["extension"])


def _extend_consultation(slot: Resource) -> None:
    for one in _care(slot)[:1]:
        slot["serviceType"][0]["extension"] = copy.deepcopy(one["extension"])


def _care_beside_consultation(slot: Resource) -> None:
    """604 and its extension in the same concept as the consultation type."""
    care = _care(slot)
    if care:
        _drop_care(slot)
        first = slot["serviceType"][0]
        first["coding"] = [*first["coding"], *care[0]["coding"]]
        first["extension"] = care[0]["extension"]
        slot["serviceType"] += care[1:]


def _types(slot: Resource) -> list[Resource]:
    found: list[Resource] = at(slot, "meta", "security") or []
    return found


def _cpts_as_pro(slot: Resource) -> None:
    for coding in _types(slot):
        coding["code"] = "PRO" if coding["code"] == "CPTS" else coding["code"]


def _add_own_type(slot: Resource) -> None:
    if _care(slot):
        _types(slot).append({"system": TRE_R314_SLOT_TYPE, "code": "MSP"})


def _refuse_without_cpts(slots: Selected, _: SlotCriteria) -> Selected:
    if slots and not any(slot.communities for slot in slots):
        raise FhirError(422, "business-rule", "Ce professionnel n’appartient à aucune CPTS.")
    return slots


def _identified(extension: dict[str, Any]) -> None:
    number = extension["valueReference"].pop("reference").partition("/")[2]
    extension["valueReference"]["identifier"] = {"system": "https://editeur.example/services", "value": number}


SEARCHES: Final[tuple[Defect, ...]] = (
    int_r04(
        "cpts-service-include-refused",
        "Le paramètre _include=Slot:service-type-reference est refusé",
        refuses(
            cpts_asks("_include", INCLUDE_SERVICES),
            400,
            "not-supported",
            f"Inclusion non prise en charge : _include={INCLUDE_SERVICES}.",
        ),
        "AGR-CPTS-001",
        "AGR-COM-006",
    ),
    int_r04(
        "cpts-organization-include-refused",
        "Le paramètre _include:iterate=HealthcareService:organization est refusé",
        refuses(
            cpts_asks("_include:iterate", INCLUDE_COMMUNITIES),
            400,
            "not-supported",
            f"Inclusion inconnue : _include:iterate={INCLUDE_COMMUNITIES}.",
        ),
        "AGR-CPTS-002",
        "AGR-COM-006",
    ),
    int_r04(
        "cpts-repeated-include-refused",
        "Le paramètre _include répété est refusé",
        refuses(
            lambda i: is_cpts(i) and sum(name == "_include" for name, _ in i.parameters) > 1,
            400,
            "not-supported",
            f"Paramètre _include en double : {INCLUDE_SERVICES}.",
        ),
        "AGR-CPTS-001",
        "AGR-COM-006",
    ),
    int_r04(
        "cpts-services-left-out",
        "Les HealthcareService référencés ne sont pas inclus, ni leurs Organization",
        without_cpts("HealthcareService", "Organization"),
        "AGR-CPTS-001",
        "AGR-CPTS-014",
        "AGR-COM-022",
    ),
    int_r04(
        "cpts-organizations-left-out",
        "Les Organization des HealthcareService ne sont pas incluses",
        without_cpts("Organization"),
        "AGR-CPTS-002",
        "AGR-CPTS-015",
        "AGR-COM-022",
    ),
    int_r04(
        "cpts-search-refused-without-cpts",
        "La recherche CPTS est refusée pour un PS qui n’a pas de créneau de CPTS",
        in_selection(INT_R04, _refuse_without_cpts),
        "AGR-CPTS-003",
        "AGR-COM-006",
    ),
    int_r04(
        "cpts-only-slots-of-cpts",
        "La recherche CPTS ne renvoie que les créneaux visibles d’une CPTS",
        in_selection(INT_R04, lambda slots, _: tuple(slot for slot in slots if slot.communities)),
        "AGR-CPTS-003",
        "AGR-COM-042",
        "AGR-COM-043",
        "AGR-COM-047",
    ),
    int_r04(
        "cpts-reserved-slots-withheld",
        "Les créneaux visibles des seules CPTS ne sont pas renvoyés",
        in_selection(
            INT_R04, lambda slots, _: tuple(slot for slot in slots if slot.visibilities != (Visibility.CPTS,))
        ),
        "AGR-COM-043",
    ),
    int_r04(
        "cpts-search-read-as-int-r01",
        "Les paramètres propres aux CPTS sont ignorés : la réponse est celle d’INT_R01",
        in_criteria(INT_R04, lambda c: replace(c, audience=tuple(v for v in c.audience if v is not Visibility.CPTS)))
        + in_selection(INT_R04, lambda slots, _: tuple(replace(slot, communities=()) for slot in slots)),
        "AGR-COM-043",
        "AGR-COM-041",
        "AGR-COM-042",
    ),
)

SLOTS: Final[tuple[Defect, ...]] = (
    int_r04(
        "cpts-slot-two-service-categories",
        "Le créneau de CPTS porte deux serviceCategory",
        on_cpts("Slot", put([{"text": "Consultation"}, {"text": "Soins"}], "serviceCategory")),
        "AGR-CPTS-005",
    ),
    int_r04(
        "cpts-code-sent-as-pro",
        "La visibilité CPTS est transmise sous le code PRO",
        on_cpts("Slot", _cpts_as_pro),
        "AGR-CPTS-008",
        "AGR-COM-041",
        "AGR-COM-042",
    ),
    int_r04(
        "cpts-slot-type-own-code",
        "Le type de créneau porte un code MSP inconnu de TRE_R314",
        on_cpts("Slot", _add_own_type),
        "AGR-CPTS-009",
        "AGR-COM-042",
    ),
    int_r04(
        "cpts-care-type-missing",
        "Le type de soins 604 n’est pas transmis",
        on_cpts("Slot", _drop_care),
        "AGR-CPTS-010",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-care-type-603",
        "Le type de soins porte le code 603 des maisons de santé",
        on_cpts("Slot", _on_care(put("603", "coding", 0, "code"))),
        "AGR-CPTS-010",
    ),
    int_r04(
        "cpts-care-type-without-system",
        "Le code 604 n’a pas de système",
        on_cpts("Slot", _on_care(lambda one: one["coding"][0].pop("system", None))),
        "AGR-CPTS-010",
    ),
    int_r04(
        "cpts-care-type-as-text",
        "Le type de soins est écrit en clair, sans code",
        on_cpts("Slot", _on_care(lambda one: one.update(text="CPTS") or one.pop("coding", None))),
        "AGR-CPTS-010",
    ),
    int_r04(
        "cpts-care-type-spelling-of-the-page",
        "Le système du code 604 suit la graphie de la page CPTS",
        on_cpts(
            "Slot",
            _on_care(
                put(f"{_MOS}/TRE_R66-CategorieEtablissement/TRE_R66-CategorieEtablissement", "coding", 0, "system")
            ),
        ),
        reserves=("AGR-CPTS-011",),
    ),
    int_r04(
        "cpts-care-type-spelling-of-the-faq",
        "Le système du code 604 suit la graphie de la FAQ",
        on_cpts("Slot", _on_care(put(TRE_R66_ESTABLISHMENT.partition("/FHIR/")[0], "coding", 0, "system"))),
        reserves=("AGR-CPTS-011",),
    ),
    int_r04(
        "cpts-extension-missing",
        "Le type de soins 604 ne désigne pas de HealthcareService",
        on_cpts("Slot", _on_care(lambda one: one.pop("extension", None))),
        "AGR-CPTS-012",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-extension-of-another-url",
        "L’extension du type de soins porte une URL de l’éditeur",
        on_cpts("Slot", _extended(put("https://editeur.example/fhir/cpts", "url"))),
        "AGR-CPTS-012",
    ),
    int_r04(
        "cpts-extension-repeated",
        "L’extension du type de soins est en double",
        on_cpts("Slot", _on_care(lambda one: one["extension"].append(copy.deepcopy(one["extension"][0])))),
        "AGR-CPTS-012",
    ),
    int_r04(
        "cpts-extension-by-identifier",
        "L’extension désigne le HealthcareService par un identifiant, sans référence",
        on_cpts("Slot", _extended(_identified)),
        "AGR-CPTS-012",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-extension-to-the-organization",
        "L’extension désigne directement l’Organization de la CPTS",
        on_cpts(
            "Slot",
            _extended(
                lambda e: e["valueReference"].update(
                    reference=e["valueReference"]["reference"].replace("HealthcareService/hs-", "Organization/org-")
                )
            ),
        ),
        "AGR-CPTS-012",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-extension-on-the-consultation",
        "Le type de consultation porte aussi l’extension",
        on_cpts("Slot", _extend_consultation),
        "AGR-CPTS-013",
    ),
    int_r04(
        "cpts-care-type-beside-the-consultation",
        "Le type de soins 604 partage le serviceType du type de consultation",
        on_cpts("Slot", _care_beside_consultation),
        "AGR-CPTS-013",
    ),
    int_r04(
        "cpts-service-dangling",
        "L’extension désigne un HealthcareService absent de la réponse",
        on_cpts("Slot", _extended(rewrite(lambda reference: reference + "-v2", "valueReference", "reference"))),
        "AGR-CPTS-014",
        "AGR-COM-022",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-same-service-twice",
        "Les deux types de soins du créneau désignent la même CPTS",
        on_cpts("Slot", _repeat_first_service),
        "AGR-CPTS-017",
    ),
    int_r04(
        "cpts-communities-in-one-care-type",
        "Les CPTS du créneau partagent un seul type de soins à deux extensions",
        on_cpts("Slot", _merge_care),
        "AGR-CPTS-012",
    ),
    int_r04(
        "cpts-first-community-only",
        "Seule la première CPTS d’un créneau visible de plusieurs est transmise",
        in_selection(INT_R04, lambda s, _: tuple(replace(slot, communities=slot.communities[:1]) for slot in s)),
        "AGR-CPTS-017",
    ),
    int_r04(
        "cpts-always-the-first-community",
        "Tous les créneaux désignent la même CPTS",
        on_cpts("Slot", _extended(put(_ALPHA, "valueReference", "reference"))),
        "AGR-CPTS-017",
        "AGR-CPTS-018",
        reserves=("AGR-COM-023",),
    ),
)
