"""Faults of the Bundle itself: type, total, links, entries; with everything that each turns red."""

from __future__ import annotations

from typing import Final

from tests.rules.building import BASE, PRACTITIONER, SLOT_1
from tests.rules.mutations import Fault, at, each, of, repeated, without

BUNDLE: Final = (
    Fault(
        "type de Bundle",
        at("type", value="collection"),
        ("AGR-COM-007",),
        seen=("Bundle.type", "searchset", "collection"),
    ),
    Fault("type absent", at("type"), ("AGR-COM-007",), seen=("Bundle.type", "searchset", "absent")),
    Fault(
        "total absent",
        at("total"),
        ("AGR-COM-008",),
        seen=("Bundle.total", "total présent, entier positif ou nul", "absent"),
    ),
    Fault("total en chaîne", at("total", value="4"), ("AGR-COM-008",)),
    Fault(
        "total à virgule",
        at("total", value=4.0),
        ("AGR-COM-008",),
        seen=("Bundle.total", "un entier, sans partie décimale", "4.0"),
    ),
    Fault("total de toutes les ressources", at("total", value=9), ("AGR-COM-009",), seen=("Bundle.total", "4", "9")),
    Fault("total trop petit", at("total", value=3), ("AGR-COM-009",), seen=("Bundle.total", "4", "3")),
    Fault("entry vide", at("entry", value=[]), ("AGR-COM-009", "AGR-COM-010"), seen=("Bundle.total", "0", "4")),
    Fault(
        "ressources sans créneau",
        each(without("Slot"), at("total", value=0)),
        ("AGR-COM-010",),
        ("AGR-COM-023",),
        seen=("Bundle.entry", "élément absent", "5 entrée(s)"),
    ),
    Fault(
        "lien self absent",
        at("link"),
        ("AGR-COM-011",),
        seen=("Bundle.link", "un lien relation = self, avec url", "absent"),
    ),
    Fault("lien self sans url", at("link", 0, "url"), ("AGR-COM-011", "AGR-COM-017")),
    Fault(
        "lien self d’une autre requête",
        lambda b: b["link"][0].update(url=b["link"][0]["url"].replace("&status=free", "")),
        warns=("AGR-COM-012",),
        seen=("Bundle.link[0].url", "les paramètres de la requête", "manque status=free"),
    ),
    Fault(
        "lien next", lambda b: b["link"].append({"relation": "next", "url": f"{BASE}?page=2"}), warns=("AGR-COM-013",)
    ),
    Fault(
        "entrée avec request",
        at("entry", 0, "request", value={"method": "GET", "url": "Slot"}),
        ("AGR-PS-011",),
        seen=("Bundle.entry[0].request", "entry.request absent", '{"method": "GET", "url": "Slot"}'),
    ),
    Fault("entrée avec response", at("entry", 4, "response", value={"status": "200"}), ("AGR-PS-011",)),
    Fault(
        "entrée sans ressource",
        lambda b: b["entry"].append({"fullUrl": f"{BASE}/Slot/z"}),
        ("AGR-PS-011",),
        seen=("Bundle.entry[9].resource", "entry.resource présent", "absent"),
    ),
    Fault(
        "entrée dont la ressource est une chaîne",
        lambda b: b["entry"].append({"resource": "Slot/z"}),
        ("AGR-COM-017",),
        seen=("Bundle.entry[9].resource", "un objet JSON", "Slot/z"),
    ),
    Fault(
        "fullUrl absent",
        at("entry", 2, "fullUrl"),
        ("AGR-COM-019",),
        seen=("Bundle.entry[2].fullUrl", "une URL absolue terminée par Slot/slot-b3", "absent"),
    ),
    Fault("fullUrl relatif", at("entry", 0, "fullUrl", value="Slot/slot-b1"), ("AGR-COM-019",)),
    Fault("fullUrl versionné", at("entry", 0, "fullUrl", value=f"{BASE}/Slot/slot-b1/_history/2"), ("AGR-COM-019",)),
    Fault("fullUrl d’une autre ressource", at("entry", 0, "fullUrl", value=f"{BASE}/Slot/autre"), ("AGR-COM-019",)),
    Fault("fullUrl urn:uuid sans UUID", at("entry", 0, "fullUrl", value="urn:uuid:slot-b1"), ("AGR-COM-019",)),
    Fault(
        "Slot en double",
        each(repeated(SLOT_1), at("total", value=5)),
        ("AGR-COM-020",),
        seen=("Bundle.entry[9]", "une entrée par ressource", "Slot/slot-b1"),
    ),
    Fault("Practitioner répété", repeated(PRACTITIONER), ("AGR-COM-020",)),
    Fault(
        "search.mode absent",
        at("entry", 0, "search"),
        warns=("AGR-COM-021",),
        seen=("Bundle.entry[0].search.mode", "match", "absent"),
    ),
    Fault("Schedule en match", at("entry", 4, "search", "mode", value="match"), warns=("AGR-COM-021",)),
    Fault("meta.profile absent", of(SLOT_1, "meta", "profile"), warns=("AGR-COM-024",)),
    Fault(
        "meta.profile du Bundle d’un autre flux",
        at("meta", "profile", value=["http://x.example/Bundle"]),
        warns=("AGR-COM-024",),
    ),
)
