"""The Bundle of a search answer: type, total, links, entries, declared profiles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from sas_recette.exchange.search import parse_search_url
from sas_recette.fhir.access import JsonObject, child, children, text, texts
from sas_recette.fhir.bundle import Entry
from sas_recette.norm import canonicals
from sas_recette.norm.requirements import Flow
from sas_recette.rules.aggregation.cpts import structures, visible_to_cpts
from sas_recette.rules.aggregation.lines import nothing_to_return
from sas_recette.rules.aggregation.resources import is_page
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_UUID: Final = re.compile(r"urn:uuid:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@rule("AGR-COM-007")
def searchset_bundle(subject: Subject) -> Iterator[Observation]:
    """The body is a Bundle of type searchset."""
    answer = subject.answer
    if not answer.complete or (answer.parsed.value is None and answer.parsed.problems):
        return
    kind = text(answer.resource, "resourceType")
    if kind != "Bundle":
        message = "Le corps de la réponse n’est pas une ressource Bundle."
        yield Deviation("HTTP.body", message, "Bundle", kind or "une valeur JSON qui n’est pas une ressource")
    elif answer.resource.get("type") != "searchset":
        message = "Le Bundle n’est pas de type searchset."
        yield Deviation("Bundle.type", message, "searchset", str(answer.resource.get("type", "absent")))
    else:
        yield HELD


@rule("AGR-COM-008")
def total_is_an_integer(subject: Subject) -> Iterator[Observation]:
    """A total written with a decimal point is no unsignedInt, though JSON Schema takes it for an integer."""
    total = subject.answer.graph.bundle.get("total") if subject.answer.graph else None
    if isinstance(total, float) and total.is_integer() and total >= 0:
        message = "Le total est un nombre à virgule : FHIR R4 demande un entier."
        yield Deviation("Bundle.total", message, "un entier, sans partie décimale", str(total))


@rule("AGR-COM-009")
def exact_total(subject: Subject) -> Iterator[Observation]:
    """The total counts what was searched, Slots or Schedules, and nothing that was only included (open point A-09)."""
    graph = subject.answer.graph
    if graph is None:
        return
    total = graph.bundle.get("total")
    if not isinstance(total, int) or isinstance(total, bool):
        return
    matched = graph.of_type(subject.answer.form.matched)
    counts = {len(matched), len({entry.full_url or entry.id for entry in matched})}
    if total in counts:
        yield HELD
    elif total > len(matched) and is_page(graph):
        return  # the total counts every page
    elif subject.answer.flow is Flow.INT_SOS1 and total == len(graph.of_type("Slot")):
        message = (
            "Le total est le nombre de Slot : l’exemple ExampleBundleAgregateurSOS de l’IG compte ainsi, FHIR R4 compte "
            "les ressources cherchées, ici les Schedule."
        )
        yield Deviation("Bundle.total", message, str(len(matched)), str(total), reserve=True)
    else:
        found = "créneaux" if subject.answer.form.matched == "Slot" else "agendas"
        message = f"Le total n’est pas le nombre de {found} trouvés (les ressources incluses ne se comptent pas)."
        yield Deviation("Bundle.total", message, str(len(matched)), str(total))


@rule("AGR-COM-010")
def empty_bundle(subject: Subject) -> Iterator[Observation]:
    """Without any slot the Bundle has total 0 and no entry property at all (open point A-12).

    Agendas without their slots are AGR-SOS-004’s, unless there was none to find.
    """
    graph = subject.answer.graph
    if graph is None or graph.of_type("Slot"):
        return
    if graph.of_type(subject.answer.form.matched) and not nothing_to_return(subject):
        return
    total, entries = graph.bundle.get("total"), graph.entries
    if isinstance(total, int) and total != 0:
        message = "Aucun créneau n’est renvoyé, mais le total n’est pas 0."
        yield Deviation("Bundle.total", message, "0", str(total))
    elif "entry" in graph.bundle:
        outcomes_only = bool(entries) and all(entry.type == "OperationOutcome" for entry in entries)
        message = "Une réponse sans créneau ne porte pas d’élément entry."
        if outcomes_only:
            message += " (FHIR R4 y admet un OperationOutcome, la FAQ de l’IG SAS non.)"
        yield Deviation("Bundle.entry", message, "élément absent", f"{len(entries)} entrée(s)", reserve=outcomes_only)
    else:
        yield HELD


@rule("AGR-COM-012")
def faithful_self_link(subject: Subject) -> Iterator[Observation]:
    """The self link repeats the parameters of the request, in any order (open point A-20)."""
    graph, query = subject.answer.graph, subject.answer.query
    if graph is None or query is None:
        return
    for index, link in children(graph.bundle, "link"):
        url = text(link, "url")
        if text(link, "relation") != "self" or not url:
            continue
        asked, written = Counter(query.parameters), Counter(parse_search_url(url).parameters)
        if asked == written:
            yield HELD
            continue
        missing = ", ".join(f"{name}={value}" for name, value in (asked - written).elements())
        added = ", ".join(f"{name}={value}" for name, value in (written - asked).elements())
        observed = " ; ".join(
            part for part in (f"manque {missing}" if missing else "", f"en trop {added}" if added else "") if part
        )
        message = (
            "Les paramètres du lien self ne sont pas ceux de la requête reçue. Sources : Kit de test ANS (Inferno) 0.3.0 "
            "(les mêmes paramètres) ; contredit par FHIR R4 (4.0.1) – Recherche (ceux que le serveur a utilisés) et par les "
            "exemples de l’IG SAS, qui y ajoutent _count – point ouvert A-20."
        )
        yield Deviation(f"Bundle.link[{index}].url", message, "les paramètres de la requête", observed)


@rule("AGR-COM-019")
def full_urls(subject: Subject) -> Iterator[Observation]:
    """Each entry has an absolute, version-less fullUrl that agrees with its resource."""
    for entry in subject.answer.graph.entries if subject.answer.graph else ():
        if entry.type == "OperationOutcome" and not entry.full_url:
            continue  # FHIR R4: a resource that only reports on the search has no identity
        fault = _full_url_fault(entry)
        place = f"{entry.place}.fullUrl"
        if fault:
            expected = f"une URL absolue terminée par {entry.type}/{entry.id}"
            yield Deviation(place, f"Le fullUrl de l’entrée {fault}.", expected, entry.full_url or "absent")
        else:
            yield HELD


def _full_url_fault(entry: Entry) -> str:
    url = entry.full_url
    if not url:
        return "est absent"
    if url.startswith("urn:uuid:"):
        return "" if _UUID.fullmatch(url) else "n’est pas un UUID"
    if not url.lower().startswith(("http://", "https://")):
        return "n’est pas absolu"
    if "/_history/" in url:
        return "désigne une version"
    return "" if url.endswith(f"/{entry.type}/{entry.id}") else "ne désigne pas la ressource de l’entrée"


@rule("AGR-COM-020")
def no_duplicates(subject: Subject) -> Iterator[Observation]:
    """No resource comes twice (bdl-7). The same type and id under two servers are two resources."""
    by_url: dict[str, Entry] = {}
    by_name: dict[tuple[str, str], list[Entry]] = {}
    for entry in subject.answer.graph.entries if subject.answer.graph else ():
        namesakes = by_name.setdefault((entry.type, entry.id), [])
        same = [other for other in namesakes[:1] if entry.id and not (_has_own_url(entry) and _has_own_url(other))]
        first = by_url.get(entry.full_url or "") or next(iter(same), None)
        if first is None:
            yield HELD
        else:
            message = f"La ressource {entry.type}/{entry.id} figure déjà dans le Bundle ({first.place})."
            yield Deviation(entry.place, message, "une entrée par ressource", f"{entry.type}/{entry.id}")
        namesakes.append(entry)
        namesakes.sort(key=_has_own_url)
        if entry.full_url:
            by_url.setdefault(entry.full_url, entry)


def _has_own_url(entry: Entry) -> bool:
    return bool(entry.full_url) and (entry.full_url or "").endswith(f"/{entry.type}/{entry.id}")


@rule("AGR-COM-021")
def search_modes(subject: Subject) -> Iterator[Observation]:
    """What was searched is marked match, included resources include (open points A-10, A-42)."""
    expected_modes = {subject.answer.form.matched: "match", "OperationOutcome": "outcome"}
    for entry in subject.answer.graph.entries if subject.answer.graph else ():
        expected = expected_modes.get(entry.type, "include")
        if entry.mode == expected:
            yield HELD
        else:
            message = (
                f"Le mode de recherche d’une entrée {entry.type} n’est pas « {expected} ». {_modes_sources(subject)}"
            )
            yield Deviation(f"{entry.place}.search.mode", message, expected, entry.mode or "absent")


def _modes_sources(subject: Subject) -> str:
    if subject.answer.flow is Flow.INT_SOS1:
        return (
            "Sources : FHIR R4 (4.0.1) – Bundle.entry.search.mode et exemple ExampleBundleAgregateurSOS (1.2.0), où les "
            "Schedule sont « match » ; contredit par l’IG SAS 1.2.0 – SOS Médecins, Recherche des créneaux, § Réponse de "
            "base – Succès (Slot « match ») – points ouverts A-10 et A-42."
        )
    return (
        "Sources : FHIR R4 (4.0.1) – Bundle.entry.search.mode et exemples de l’IG SAS 1.2.0 ; contredit par les exemples "
        "de l’IG SAS 1.1.0, qui n’ont pas search.mode – point ouvert A-42."
    )


@rule("AGR-COM-024")
def declared_profiles(subject: Subject) -> Iterator[Observation]:
    """Each resource declares its one SAS profile; the ANS kit does not see it otherwise (open point A-21).

    What no CPTS sees may come in INT_R04 as in INT_R01 (open point A-24).
    """
    graph = subject.answer.graph
    if graph is None:
        return
    form = subject.answer.form
    as_in_r01 = subject.answer.flow is Flow.INT_R04
    no_cpts = as_in_r01 and not any(visible_to_cpts(slot.resource) for slot in graph.of_type("Slot"))
    yield _declared(graph.bundle, "Bundle", form.bundle, canonicals.BUNDLE_PS if no_cpts else "")
    own = structures(graph)
    for entry in graph.entries:
        if entry.type in form.profiles and entry.index not in own:
            either = as_in_r01 and entry.type == "Slot" and not visible_to_cpts(entry.resource)
            other = canonicals.SLOT_PS if either else ""
            yield _declared(entry.resource, entry.location, form.profiles[entry.type], other)
        if entry.type == "PractitionerRole":
            for index, inner in children(entry.resource, "contained"):
                if inner.get("resourceType") == "Location":
                    yield _declared(inner, f"{entry.location}.contained[{index}]", canonicals.LOCATION_PS)


def _declared(resource: JsonObject, place: str, expected: str, other: str = "") -> Observation:
    declared = texts(child(resource, "meta"), "profile")
    if declared in {(expected,), (other,)}:
        return HELD
    if declared == (canonicals.ORGANIZATION_SOS,):
        message = (
            "L’Organization d’une CPTS déclare le profil de SOS Médecins. Sources : Profil "
            "sas-cpts-organization-aggregator ; contredit par l’IG SAS 1.2.0 – CPTS, Recherche des créneaux, § Validateur "
            "ressources, qui cite sas-sos-organization-aggregator – point ouvert A-35."
        )
        return Deviation(f"{place}.meta.profile", message, expected, declared[0])
    message = (
        "Le profil SAS n’est pas déclaré tel quel : le kit de test de l’ANS ne verrait pas cette ressource. Sources : IG "
        "SAS 1.2.0 – PS indiv., Recherche des créneaux, § Validateur ressources (profil demandé) ; contredit par les "
        "profils SAS, où meta.profile est facultatif – point ouvert A-21."
    )
    return Deviation(f"{place}.meta.profile", message, expected, ", ".join(declared) or "absent")
