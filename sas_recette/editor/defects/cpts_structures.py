"""Defects of INT_R04 in the Bundle, the HealthcareServices and the Organizations of CPTS."""

from __future__ import annotations

import copy
from typing import Final

from sas_recette.editor.agenda import IdentifierKind, Structure, StructureKind
from sas_recette.editor.behaviour import Entry, Numbers
from sas_recette.editor.community_resources import CommunityWriter
from sas_recette.editor.defects.edits import at, drop, national_phone, put, rewrite
from sas_recette.editor.defects.model import Defect, int_r04
from sas_recette.editor.defects.scope import declares, in_bundle, in_entries, on_cpts
from sas_recette.editor.flows import INT_R04
from sas_recette.editor.http import Resource
from sas_recette.norm import canonicals

_STRANGER: Final = Structure(
    "cpts-gamma", StructureKind.CPTS, IdentifierKind.FINESS, "1990000135", "CPTS DES TROIS VALLÉES", "+33199000013"
)
_SIRET: Final = "399900021900017"


def _of(entries: list[Entry], profile: str) -> list[Resource]:
    return [entry.resource for entry in entries if declares(entry.resource, profile)]


def _services(entries: list[Entry]) -> list[Resource]:
    return _of(entries, canonicals.HEALTHCARE_SERVICE_CPTS)


def _organizations(entries: list[Entry]) -> list[Resource]:
    return _of(entries, canonicals.ORGANIZATION_CPTS)


def _with_all_communities(entries: list[Entry]) -> list[Entry]:
    """A CPTS of the directory that sees none of the slots comes too."""
    writer = CommunityWriter(Numbers())
    added = (writer.service(_STRANGER), writer.organization(_STRANGER))
    return [*entries, *(Entry(resource, "include") for resource in added)]


def _service_per_slot(entries: list[Entry]) -> list[Entry]:
    """Each slot has its own HealthcareService for each of its CPTS."""
    services = {f"HealthcareService/{one['id']}": one for one in _services(entries)}
    added: list[Entry] = []
    for slot in _of(entries, canonicals.SLOT_CPTS):
        for one in slot.get("serviceType", []):
            service = services.get(at(one, "extension", 0, "valueReference", "reference"))
            if service is not None:
                own = copy.deepcopy(service) | {"id": f"{service['id']}-{slot['id']}"}
                one["extension"][0]["valueReference"] = {"reference": f"HealthcareService/{own['id']}"}
                added.append(Entry(own, "include"))
    return [entry for entry in entries if entry.resource not in services.values()] + added


def _communities_exchanged(entries: list[Entry]) -> list[Entry]:
    """Each slot names the CPTS that follows its own, when the answer has several."""
    references = [f"HealthcareService/{one['id']}" for one in _services(entries)]
    following = dict(zip(references, references[1:] + references[:1], strict=True))
    for slot in _of(entries, canonicals.SLOT_CPTS):
        for one in slot.get("serviceType", []):
            held = at(one, "extension", 0, "valueReference", "reference")
            if held in following:
                one["extension"][0]["valueReference"]["reference"] = following[held]
    return entries


def _organizations_merged(entries: list[Entry]) -> list[Entry]:
    """Every HealthcareService is said to be of the first CPTS; the others are left out."""
    organizations = _organizations(entries)
    for service in _services(entries):
        service["providedBy"] = {"reference": f"Organization/{organizations[0]['id']}"} if organizations else {}
    return [entry for entry in entries if entry.resource not in organizations[1:]]


def _first_organization_only(entries: list[Entry]) -> list[Entry]:
    others = _organizations(entries)[1:]
    return [entry for entry in entries if entry.resource not in others]


def _first_service_only(entries: list[Entry]) -> list[Entry]:
    others = _services(entries)[1:] + _organizations(entries)[1:]
    return [entry for entry in entries if entry.resource not in others]


def _organizations_contained(entries: list[Entry]) -> list[Entry]:
    organizations = {f"Organization/{one['id']}": one for one in _organizations(entries)}
    for service in _services(entries):
        organization = organizations.get(at(service, "providedBy", "reference"))
        if organization is not None:
            service["contained"] = [organization]
            service["providedBy"] = {"reference": f"#{organization['id']}"}
    return [entry for entry in entries if entry.resource not in organizations.values()]


def _services_contained(entries: list[Entry]) -> list[Entry]:
    """Each slot contains the HealthcareServices that it names; their Organizations stay entries."""
    services = {f"HealthcareService/{one['id']}": one for one in _services(entries)}
    for slot in _of(entries, canonicals.SLOT_CPTS):
        for one in slot.get("serviceType", []):
            service = services.get(at(one, "extension", 0, "valueReference", "reference"))
            if service is not None:
                slot["contained"] = [*slot.get("contained", []), copy.deepcopy(service)]
                one["extension"][0]["valueReference"] = {"reference": f"#{service['id']}"}
    return [entry for entry in entries if entry.resource not in services.values()]


def _services_repeated(entries: list[Entry]) -> list[Entry]:
    return entries + [Entry(copy.deepcopy(one), "include") for one in _services(entries)]


def _agendas_repeated(entries: list[Entry]) -> list[Entry]:
    return entries + [Entry(copy.deepcopy(one), "include") for one in _of(entries, canonicals.SCHEDULE_PS)]


def _add_second_finess(organization: Resource) -> None:
    identifiers = organization["identifier"]
    identifiers.append(identifiers[0] | {"value": _STRANGER.identifier})


def _retyped(system: str, code: str = "IDNST") -> Resource:
    return {"coding": [{"system": system, "code": code}]}


GRAPH: Final[tuple[Defect, ...]] = (
    int_r04(
        "cpts-directory-always-joined",
        "Une CPTS sans lien avec les créneaux est jointe à toutes les réponses",
        in_entries(INT_R04, _with_all_communities),
        "AGR-CPTS-003",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-two-links",
        "Le Bundle porte un second lien, « first »",
        in_bundle(INT_R04, lambda b: b["link"].append({"relation": "first", "url": b["link"][0]["url"]})),
        "AGR-CPTS-004",
    ),
    int_r04(
        "cpts-bundle-of-int-r01",
        "Le Bundle déclare le profil d’INT_R01",
        in_bundle(INT_R04, put([canonicals.BUNDLE_PS], "meta", "profile")),
        reserves=("AGR-COM-024",),
    ),
    int_r04(
        "cpts-service-two-categories",
        "Le HealthcareService porte deux catégories",
        on_cpts("HealthcareService", put([{"text": "CPTS"}, {"text": "Soins"}], "category")),
        "AGR-CPTS-006",
    ),
    int_r04(
        "cpts-service-without-organization",
        "Le HealthcareService ne dit pas de quelle CPTS il est",
        on_cpts("HealthcareService", drop("providedBy")),
        "AGR-CPTS-006",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-service-by-name",
        "Le HealthcareService nomme sa CPTS sans la référencer",
        on_cpts("HealthcareService", put({"display": "CPTS"}, "providedBy")),
        "AGR-CPTS-006",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-service-of-the-first-community-only",
        "Seul le premier HealthcareService est inclus",
        in_entries(INT_R04, _first_service_only),
        "AGR-CPTS-014",
        "AGR-COM-022",
    ),
    int_r04(
        "cpts-organization-dangling",
        "Le HealthcareService désigne une Organization absente de la réponse",
        on_cpts("HealthcareService", rewrite(lambda reference: reference + "-v2", "providedBy", "reference")),
        "AGR-CPTS-015",
        "AGR-COM-022",
        reserves=("AGR-COM-023",),
    ),
    int_r04(
        "cpts-first-organization-only",
        "Seule l’Organization de la première CPTS est incluse",
        in_entries(INT_R04, _first_organization_only),
        "AGR-CPTS-015",
        "AGR-COM-022",
    ),
    int_r04(
        "cpts-organization-contained",
        "L’Organization est contenue dans le HealthcareService, non dans le Bundle",
        in_entries(INT_R04, _organizations_contained),
        "AGR-CPTS-002",
        "AGR-CPTS-015",
    ),
    int_r04(
        "cpts-service-per-slot",
        "Chaque créneau a son HealthcareService : une CPTS en a plusieurs",
        in_entries(INT_R04, _service_per_slot),
        "AGR-CPTS-016",
    ),
    int_r04(
        "cpts-communities-exchanged",
        "Les créneaux désignent la CPTS d’un autre créneau",
        in_entries(INT_R04, _communities_exchanged),
        "AGR-CPTS-018",
    ),
    int_r04(
        "cpts-organizations-merged",
        "Tous les HealthcareService désignent la même CPTS",
        in_entries(INT_R04, _organizations_merged),
        "AGR-CPTS-016",
        "AGR-CPTS-018",
    ),
    int_r04(
        "cpts-services-contained",
        "Les HealthcareService sont contenus dans les créneaux, non dans le Bundle",
        in_entries(INT_R04, _services_contained),
        "AGR-CPTS-001",
        "AGR-CPTS-014",
    ),
    int_r04(
        "cpts-agendas-repeated",
        "Les Schedule figurent deux fois, une fois par inclusion",
        in_entries(INT_R04, _agendas_repeated),
        "AGR-COM-020",
    ),
    int_r04(
        "cpts-services-repeated",
        "Les HealthcareService figurent deux fois dans le Bundle",
        in_entries(INT_R04, _services_repeated),
        "AGR-COM-020",
    ),
)

ORGANIZATIONS: Final[tuple[Defect, ...]] = (
    int_r04(
        "cpts-two-finess",
        "La CPTS porte deux FINESS",
        on_cpts("Organization", _add_second_finess),
        "AGR-CPTS-007",
    ),
    int_r04(
        "cpts-organization-of-sos",
        "La CPTS déclare le profil d’Organization de SOS Médecins",
        on_cpts("Organization", put([canonicals.ORGANIZATION_SOS], "meta", "profile")),
        reserves=("AGR-COM-024",),
    ),
    int_r04(
        "cpts-finess-without-prefix",
        "Le FINESS de la CPTS est renvoyé sans son préfixe",
        on_cpts("Organization", rewrite(lambda value: value[1:], "identifier", 0, "value")),
        "AGR-CPTS-019",
    ),
    int_r04(
        "cpts-identifier-siret",
        "La CPTS est identifiée par un SIRET, non par un FINESS",
        on_cpts("Organization", put(_SIRET, "identifier", 0, "value")),
        "AGR-CPTS-019",
    ),
    int_r04(
        "cpts-finess-of-corsica",
        "Le FINESS de la CPTS comporte des lettres",
        on_cpts("Organization", rewrite(lambda value: value[0] + "2A" + value[3:], "identifier", 0, "value")),
        "AGR-CPTS-019",
    ),
    int_r04(
        "cpts-identifier-own-system",
        "L’identifiant de la CPTS est rattaché au système de l’éditeur",
        on_cpts("Organization", put("https://editeur.example/cpts", "identifier", 0, "system")),
        "AGR-CPTS-019",
    ),
    int_r04(
        "cpts-identifier-type-finess",
        "Le type de l’identifiant de la CPTS est FINEJ, non IDNST",
        on_cpts("Organization", put(_retyped(canonicals.FR_V2_0203, "FINEJ"), "identifier", 0, "type")),
        "AGR-CPTS-020",
    ),
    int_r04(
        "cpts-identifier-type-missing",
        "L’identifiant de la CPTS n’a pas de type",
        on_cpts("Organization", drop("identifier", 0, "type")),
        "AGR-COM-025",
    ),
    int_r04(
        "cpts-identifier-type-other-system",
        "Le code IDNST de la CPTS est pris dans fr-v2-0203",
        on_cpts("Organization", put(_retyped(canonicals.FR_V2_0203), "identifier", 0, "type")),
        reserves=("AGR-CPTS-021",),
    ),
    int_r04(
        "cpts-name-missing",
        "Le nom de la CPTS n’est pas transmis",
        on_cpts("Organization", drop("name")),
        "AGR-CPTS-022",
    ),
    int_r04(
        "cpts-name-of-the-editor",
        "Le nom transmis n’est pas celui de la CPTS",
        on_cpts("Organization", put("CPTS", "name")),
        "AGR-CPTS-022",
    ),
    int_r04(
        "cpts-phone-missing",
        "Le téléphone de la CPTS n’est pas transmis",
        on_cpts("Organization", drop("telecom")),
        "AGR-CPTS-023",
    ),
    int_r04(
        "cpts-phone-national-form",
        "Le téléphone de la CPTS est transmis sous sa forme nationale",
        on_cpts("Organization", rewrite(national_phone, "telecom", 0, "value")),
        "AGR-COM-027",
    ),
)
