"""Defects in the Bundle and in what every resource declares of itself."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sas_recette.editor.behaviour import Behaviour, BundleHook, Entry, ResourceHook
from sas_recette.editor.defects.edits import drop, on, on_entries, put, rewrite
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.http import Resource

_NEXT: Final = {"relation": "next", "url": "https://editeur.example/fhir/Slot?page=2"}
_PAGE: Final = 2


def _bundle(edit: BundleHook) -> Behaviour:
    def hook(bundle: Resource) -> None:
        with suppress(LookupError):
            edit(bundle)

    return Behaviour(bundle=(hook,))


def _total_of_everything(bundle: Resource) -> None:
    bundle["total"] = len(bundle.get("entry", []))


def _self_without_query(bundle: Resource) -> None:
    bundle["link"][0]["url"] = bundle["link"][0]["url"].partition("?")[0]


def _relative(entry: Resource) -> None:
    entry["fullUrl"] = "/".join(entry["fullUrl"].split("/")[-2:])


def _paged(bundle: Resource) -> None:
    """The first page only: two slots and everything that goes with the others."""
    entries = bundle.get("entry", [])
    matches = [entry for entry in entries if entry["search"]["mode"] == "match"]
    if len(matches) > _PAGE:
        bundle["entry"] = [entry for entry in entries if entry not in matches[_PAGE:]]
        bundle["link"].append(_NEXT)


def _all_match(entries: list[Entry]) -> list[Entry]:
    return [Entry(entry.resource, "match") for entry in entries]


def _without_profile(resource: Resource) -> None:
    resource["meta"].pop("profile", None)
    if not resource["meta"]:
        del resource["meta"]


def _two_profiles(resource: Resource) -> None:
    base = f"http://hl7.org/fhir/StructureDefinition/{resource['resourceType']}"
    resource["meta"]["profile"] = [*resource["meta"]["profile"], base]


def _everywhere(edit: ResourceHook) -> Behaviour:
    def hook(resource: Resource) -> None:
        with suppress(LookupError):
            edit(resource)

    return Behaviour(resource=(hook,))


ENVELOPE: Final[tuple[Defect, ...]] = (
    int_r01(
        "bundle-type-collection",
        "Le Bundle est de type « collection »",
        _bundle(put("collection", "type")),
        "AGR-COM-007",
    ),
    int_r01(
        "total-missing",
        "Le Bundle n’a pas de total",
        _bundle(drop("total")),
        "AGR-COM-008",
    ),
    int_r01(
        "total-of-all-entries",
        "Le total compte aussi les ressources incluses",
        _bundle(_total_of_everything),
        "AGR-COM-009",
    ),
    int_r01(
        "total-as-text",
        "Le total est une chaîne de caractères",
        _bundle(lambda bundle: bundle.update(total=str(bundle["total"]))),
        "AGR-COM-008",
    ),
    int_r01(
        "self-link-missing",
        "Le lien self est absent",
        _bundle(drop("link")),
        "AGR-COM-011",
    ),
    int_r01(
        "self-link-without-query",
        "Le lien self a perdu les paramètres de la requête",
        _bundle(_self_without_query),
        reserves=("AGR-COM-012",),
    ),
    int_r01(
        "self-link-without-status",
        "Le lien self a perdu le paramètre status",
        _bundle(rewrite(lambda url: url.replace("&status=free", ""), "link", 0, "url")),
        reserves=("AGR-COM-012",),
    ),
    int_r01(
        "next-link",
        "Un lien « next » accompagne une réponse complète",
        _bundle(lambda bundle: bundle["link"].append(_NEXT)),
        reserves=("AGR-COM-013",),
    ),
    int_r01(
        "paged-answer",
        "Les créneaux sont renvoyés par pages de deux",
        _bundle(_paged),
        "AGR-COM-043",
        "AGR-COM-047",
        "AGR-PS-008",
        "AGR-PS-052",
        reserves=("AGR-COM-013", "AGR-COM-023"),
    ),
    int_r01(
        "link-without-relation",
        "Un lien du Bundle n’a pas de relation",
        _bundle(lambda bundle: bundle["link"].append({"url": _NEXT["url"]})),
        "AGR-COM-017",
    ),
    int_r01(
        "empty-entry-array",
        "Une réponse vide porte un tableau entry vide",
        _bundle(lambda bundle: bundle.setdefault("entry", [])),
        "AGR-COM-010",
    ),
    int_r01(
        "full-url-missing",
        "Les entrées n’ont pas de fullUrl",
        on_entries("*", drop("fullUrl")),
        "AGR-COM-019",
    ),
    int_r01(
        "full-url-relative",
        "Les fullUrl sont relatifs",
        on_entries("*", _relative),
        "AGR-COM-019",
    ),
    int_r01(
        "full-url-versioned",
        "Les fullUrl désignent une version",
        on_entries("*", rewrite(lambda url: url + "/_history/1", "fullUrl")),
        "AGR-COM-019",
    ),
    int_r01(
        "search-mode-missing",
        "Les entrées n’ont pas de search.mode",
        on_entries("*", drop("search")),
        reserves=("AGR-COM-021",),
    ),
    int_r01(
        "search-mode-always-match",
        "Toutes les entrées ont le mode « match »",
        Behaviour(entries=(_all_match,)),
        "AGR-COM-009",
        reserves=("AGR-COM-021",),
    ),
    int_r01(
        "entry-with-response",
        "Les entrées portent une réponse HTTP",
        on_entries("*", put({"status": "200"}, "response")),
        "AGR-PS-011",
    ),
    int_r01(
        "profiles-missing",
        "Les ressources ne déclarent pas de profil",
        _everywhere(_without_profile),
        reserves=("AGR-COM-024",),
    ),
    int_r01(
        "bundle-profile-missing",
        "Le Bundle ne déclare pas de profil",
        _bundle(drop("meta")),
        reserves=("AGR-COM-024",),
    ),
    int_r01(
        "two-profiles",
        "Les ressources déclarent aussi le profil de base",
        _everywhere(_two_profiles),
        reserves=("AGR-COM-024",),
    ),
    int_r01(
        "unknown-element",
        "Les créneaux portent un élément propre à l’éditeur",
        on("Slot", put("bleu", "couleur")),
        "AGR-COM-017",
    ),
    int_r01(
        "overbooked-as-text",
        "Un booléen est écrit comme une chaîne",
        on("Slot", put("false", "overbooked")),
        "AGR-COM-017",
    ),
    int_r01(
        "identifier-empty-array",
        "Les créneaux portent un tableau identifier vide",
        on("Slot", put([], "identifier")),
        "AGR-COM-018",
    ),
)
