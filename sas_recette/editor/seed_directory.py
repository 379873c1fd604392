"""The fictitious professionals, structures, places and agendas of the product (reference-data.md §1 to §3)."""

from __future__ import annotations

import unicodedata

from sas_recette.editor.agenda import (
    Agenda,
    IdentifierKind,
    Place,
    Professional,
    Specialty,
    Structure,
    StructureKind,
)

PARIS = "Europe/Paris"
REUNION = "Indian/Reunion"


def page_slug(given: str, family: str) -> str:
    """The `first-name-name` of a public agenda page: lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", f"{given}-{family}".lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace(" ", "-")


def _professional(key: str, given: str, family: str, rpps: str, phone: str | None) -> Professional:
    return Professional(f"ps-{key}", rpps, family, given, page_slug(given, family), phone)


def _practice(key: str, kind: IdentifierKind, identifier: str) -> Structure:
    return Structure(f"structure-{key}", StructureKind.PRACTICE, kind, identifier)


PROFESSIONALS: tuple[Professional, ...] = (
    _professional("a", "Aline", "MERCIER", "899900000011", "+33261910001"),
    _professional("b", "Bastien", "ROUSSEL", "899900000029", "+33261910002"),
    _professional("c", "Camille", "VASSEUR", "899900000037", "+33261910003"),
    _professional("d", "David", "LENOIR", "899900000045", None),
    _professional("e", "Élodie", "GARNIER", "899900000052", "+33199000005"),
    _professional("f", "Farid", "BENALI", "899900000060", "+33261910006"),
    _professional("g", "Gaëlle", "PRIGENT", "99900000078", "02 61 91 00 07"),
    _professional("h", "Hugo", "TESSIER", "899900000086", "+33199000008"),
    _professional("i", "Inès", "HOARAU", "899900000094", "+262262990009"),
)

_FINESS, _SIRET, _RANG = IdentifierKind.FINESS, IdentifierKind.SIRET, IdentifierKind.RPPS_RANG
_PORT = _practice("port", _FINESS, "1990000028")

PLACES: tuple[Place, ...] = (
    Place(
        "lieu-tilleuls",
        "12 rue des Tilleuls",
        "35000",
        "RENNES",
        PARIS,
        _practice("tilleuls", _SIRET, "399900001100018"),
    ),
    Place("lieu-mail", "4 mail des Sources", "35200", "RENNES", PARIS, _practice("mail", _FINESS, "1990000010")),
    Place("lieu-phare", "27 quai du Phare", "35400", "SAINT-MALO", PARIS, _practice("phare", _RANG, "499900000029028")),
    Place("lieu-port", "8 place du Port", "56100", "LORIENT", PARIS, _PORT),
    Place(
        "lieu-peupliers",
        "3 allée des Peupliers",
        "95000",
        "CERGY",
        PARIS,
        _practice("peupliers", _SIRET, "399900004500016"),
    ),
    Place("lieu-ormes", "21 rue des Ormes", "95610", "ÉRAGNY", PARIS, _practice("ormes", _RANG, "499900000052020")),
    Place("lieu-chene", "15 rue du Chêne", "44000", "NANTES", PARIS, _practice("chene", _SIRET, "399900005200012")),
    Place(
        "lieu-moulin", "6 venelle du Moulin", "29000", "QUIMPER", PARIS, _practice("moulin", _SIRET, "99900006000015")
    ),
    Place(
        "lieu-fontaine",
        "19 rue de la Fontaine",
        "95300",
        "PONTOISE",
        PARIS,
        _practice("fontaine", _RANG, "499900000086010"),
    ),
    Place(
        "lieu-volcan",
        "2 rue du Volcan",
        "97400",
        "SAINT-DENIS",
        REUNION,
        _practice("volcan", _SIRET, "399900008600010"),
    ),
)

COMMUNITIES: dict[str, Structure] = {
    "ALPHA": Structure("cpts-alpha", StructureKind.CPTS, _FINESS, "1990000119", "CPTS DES DEUX RIVES", "+33199000011"),
    "BETA": Structure("cpts-beta", StructureKind.CPTS, _FINESS, "1990000127", "CPTS DU PLATEAU", "+33199000012"),
}

_PS = {person.id.removeprefix("ps-"): person for person in PROFESSIONALS}
_LIEU = {place.id.removeprefix("lieu-"): place for place in PLACES}
_SITES = {
    "a1": "tilleuls",
    "b1": "mail",
    "b2": "phare",
    "c1": "port",
    "d1": "port",
    "e1": "peupliers",
    "e2": "ormes",
    "f1": "chene",
    "g1": "moulin",
    "h1": "fontaine",
    "i1": "volcan",
}

AGENDAS: dict[str, Agenda] = {key: Agenda(key, _LIEU[place], _PS[key[0]]) for key, place in _SITES.items()}

GENERAL_PRACTICE = Specialty("SM54")
PAEDIATRICS = Specialty("SM40")

UNKNOWN_RPPS = "99900000995"
"""A valid number that the product does not know (PS-X)."""

UNKNOWN_RPPS_LIST: tuple[str, ...] = (
    "99900000102",
    "99900000110",
    "99900000128",
    "99900000136",
    "99900000144",
    "99900000151",
    "99900000169",
    "99900000177",
    "99900000185",
    "99900000193",
    "99900000201",
    "99900000219",
    "99900000227",
    "99900000235",
    "99900000243",
    "99900000250",
)
"""Sixteen more of them, to fill a list of 25 with the nine known professionals."""


def specialties_of(professional: Professional) -> tuple[Specialty, ...]:
    """The specialties that a professional's slots carry."""
    return (PAEDIATRICS,) if professional is _PS["c"] else (GENERAL_PRACTICE,)
