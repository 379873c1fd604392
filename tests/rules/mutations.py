"""Faults put into the conformant answer, one at a time, with everything that they must and may turn red."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.rules.building import (
    BASE,
    PRACTITIONER,
    ROLE_1,
    ROLE_2,
    SCHEDULE_1,
    SCHEDULE_2,
    SLOT_1,
    SLOT_2,
    SLOT_3,
    SLOT_4,
    Json,
    Mutation,
    copied,
    place,
    resource,
)

DELETED: Final = object()
ENTRY: Final = "Bundle.entry"


@dataclass(frozen=True)
class Fault:
    """`fails` and `warns` are exact; `seen` is location, expected and observed of the first finding of `fails` or `warns`."""

    name: str
    mutate: Mutation
    fails: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    seen: tuple[str, str, str] | None = field(default=None)


def at(*path: str | int, value: Any = DELETED) -> Mutation:
    """Set the member at a path of the Bundle, or delete it."""

    def mutate(bundle: Json) -> None:
        node: Any = bundle
        for step in path[:-1]:
            node = node[step]
        if value is DELETED:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return mutate


def of(rank: int, *path: str | int, value: Any = DELETED) -> Mutation:
    """The same, in the resource of an entry."""
    return at("entry", rank, "resource", *path, value=value)


def lieu(*path: str | int, value: Any = DELETED) -> Mutation:
    """The same, in the Location that the first PractitionerRole contains."""
    return of(ROLE_1, "contained", 0, *path, value=value)


def each(*mutations: Mutation) -> Mutation:
    def mutate(bundle: Json) -> None:
        for one in mutations:
            one(bundle)

    return mutate


def without(*types: str) -> Mutation:
    def mutate(bundle: Json) -> None:
        bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] not in types]

    return mutate


def repeated(rank: int) -> Mutation:
    return lambda bundle: copied(bundle, rank)


def added(content: Json, mode: str = "include") -> Mutation:
    def mutate(bundle: Json) -> None:
        url = f"{BASE}/{content['resourceType']}/{content['id']}"
        bundle["entry"].append({"fullUrl": url, "resource": content, "search": {"mode": mode}})

    return mutate


def twin_practitioner(bundle: Json) -> None:
    """The practitioner of two places comes as two persons."""
    entry = copied(bundle, PRACTITIONER)
    entry["fullUrl"], entry["resource"]["id"] = f"{BASE}/Practitioner/ps-b2", "ps-b2"
    resource(bundle, SCHEDULE_2)["actor"][0]["reference"] = "Practitioner/ps-b2"
    resource(bundle, ROLE_2)["practitioner"]["reference"] = "Practitioner/ps-b2"


def stranger(bundle: Json) -> None:
    """The second place is that of a practitioner who was not asked for."""
    twin_practitioner(bundle)
    bundle["entry"][-1]["resource"]["identifier"][0]["value"] = "899900000011"


def location_as_entry(bundle: Json) -> None:
    lifted = resource(bundle, ROLE_1).pop("contained")[0]
    bundle["entry"].append(
        {"fullUrl": f"{BASE}/Location/lieu", "resource": lifted, "search": {"mode": "include"}}
    )
    resource(bundle, ROLE_1)["location"][0]["reference"] = "Location/lieu"


R314: Final = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau"
R38: Final = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
ACT: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
V2_0276: Final = "http://terminology.hl7.org/CodeSystem/v2-0276"
FR_V2_0203: Final = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
LOCATION_TYPES: Final = "http://interopsante.org/fhir/CodeSystem/fr-location-identifier-type"

_S1 = "Bundle.entry[0].resource"
_R1 = "Bundle.entry[7].resource"
_PS = "Bundle.entry[6].resource"

Build = Callable[[], Fault]
INSTANT: Final = "AAAA-MM-JJThh:mm:ss[.sss] suivi de Z ou de ±hh:mm"

FAULTS: Final = (
    # Bundle
    Fault("type de Bundle", at("type", value="collection"), ("AGR-COM-007",), seen=("Bundle.type", "searchset", "collection")),
    Fault("type absent", at("type"), ("AGR-COM-007",), seen=("Bundle.type", "searchset", "absent")),
    Fault("total absent", at("total"), ("AGR-COM-008",), seen=("Bundle.total", "total présent, entier positif ou nul", "absent")),
    Fault("total en chaîne", at("total", value="4"), ("AGR-COM-008", "AGR-COM-017")),
    Fault("total de toutes les ressources", at("total", value=9), ("AGR-COM-009",), seen=("Bundle.total", "4", "9")),
    Fault("total trop petit", at("total", value=3), ("AGR-COM-009",), seen=("Bundle.total", "4", "3")),
    Fault("entry vide", at("entry", value=[]), ("AGR-COM-009", "AGR-COM-010"), seen=("Bundle.total", "0", "4")),
    Fault("ressources sans créneau", each(without("Slot"), at("total", value=0)), ("AGR-COM-010",), ("AGR-COM-023",), seen=("Bundle.entry", "élément absent", "5 entrée(s)")),
    Fault("lien self absent", at("link"), ("AGR-COM-011",), seen=("Bundle.link", "un lien relation = self, avec url", "absent")),
    Fault("lien self sans url", at("link", 0, "url"), ("AGR-COM-011", "AGR-COM-017")),
    Fault("lien self d’une autre requête", lambda b: b["link"][0].update(url=b["link"][0]["url"].replace("&status=free", "")), warns=("AGR-COM-012",), seen=("Bundle.link[0].url", "les paramètres de la requête", "manque status=free")),
    Fault("lien next", lambda b: b["link"].append({"relation": "next", "url": f"{BASE}?page=2"}), warns=("AGR-COM-013",)),
    Fault("entrée avec request", at("entry", 0, "request", value={"method": "GET", "url": "Slot"}), ("AGR-PS-011",), seen=("Bundle.entry[0].request", "entry.request absent", "{'method': 'GET', 'url': 'Slot'}")),
    Fault("entrée avec response", at("entry", 4, "response", value={"status": "200"}), ("AGR-PS-011",)),
    Fault("entrée sans ressource", lambda b: b["entry"].append({"fullUrl": f"{BASE}/Slot/z"}), ("AGR-PS-011",), seen=("Bundle.entry[9].resource", "entry.resource présent", "absent")),
    Fault("entrée dont la ressource est une chaîne", lambda b: b["entry"].append({"resource": "Slot/z"}), ("AGR-COM-017",), seen=("Bundle.entry[9].resource", "un objet JSON", "Slot/z")),
    Fault("fullUrl absent", at("entry", 2, "fullUrl"), ("AGR-COM-019",), seen=("Bundle.entry[2].fullUrl", "une URL absolue terminée par Slot/slot-b3", "absent")),
    Fault("fullUrl relatif", at("entry", 0, "fullUrl", value="Slot/slot-b1"), ("AGR-COM-019",)),
    Fault("fullUrl versionné", at("entry", 0, "fullUrl", value=f"{BASE}/Slot/slot-b1/_history/2"), ("AGR-COM-019",)),
    Fault("fullUrl d’une autre ressource", at("entry", 0, "fullUrl", value=f"{BASE}/Slot/autre"), ("AGR-COM-019",)),
    Fault("fullUrl urn:uuid sans UUID", at("entry", 0, "fullUrl", value="urn:uuid:slot-b1"), ("AGR-COM-019",)),
    Fault("Slot en double", each(repeated(SLOT_1), at("total", value=5)), ("AGR-COM-020",), seen=("Bundle.entry[9]", "une entrée par ressource", "Slot/slot-b1")),
    Fault("Practitioner répété", repeated(PRACTITIONER), ("AGR-COM-020",), ("AGR-COM-023",)),
    Fault("search.mode absent", at("entry", 0, "search"), warns=("AGR-COM-021",), seen=("Bundle.entry[0].search.mode", "match", "absent")),
    Fault("Schedule en match", at("entry", 4, "search", "mode", value="match"), warns=("AGR-COM-021",)),
    Fault("meta.profile absent", of(SLOT_1, "meta", "profile"), warns=("AGR-COM-024",)),
    Fault("meta.profile du Bundle d’un autre flux", at("meta", "profile", value=["http://x.example/Bundle"]), warns=("AGR-COM-024",)),
    # structure
    Fault("élément inconnu", of(SLOT_1, "couleur", value="vert"), ("AGR-COM-017",), seen=(f"{_S1}.couleur", "absent", "couleur")),
    Fault("nombre pour une chaîne", of(PRACTITIONER, "birthDate", value=1980), ("AGR-COM-017",), seen=(f"{_PS}.birthDate", "une chaîne", "1980")),
    Fault("booléen en chaîne", of(SLOT_1, "overbooked", value="false"), ("AGR-COM-017",)),
    Fault("objet pour un tableau", of(SLOT_1, "specialty", value={"text": "Médecine"}), ("AGR-COM-017",), seen=(f"{_S1}.specialty", "un tableau", "un objet JSON")),
    Fault("tableau pour un objet", of(SLOT_1, "appointmentType", value=[{"coding": [{"system": V2_0276, "code": "ROUTINE"}]}]), ("AGR-COM-017",)),
    Fault("code inconnu", of(PRACTITIONER, "gender", value="homme"), ("AGR-COM-017",), seen=(f"{_PS}.gender", "female | male | other | unknown", "homme")),
    Fault("date impossible", of(PRACTITIONER, "birthDate", value="1980-02-30"), ("AGR-COM-017",)),
    Fault("resourceType inconnu", added({"resourceType": "Creneau", "id": "z"}), ("AGR-COM-017",), ("AGR-COM-023",)),
    Fault("type de donnée comme ressource", added({"resourceType": "HumanName", "id": "z", "family": "X"}), ("AGR-COM-017",), ("AGR-COM-023",)),
    Fault("deux value[x]", of(SLOT_1, "extension", value=[{"url": "http://x.example/e", "valueString": "a", "valueCode": "b"}]), ("AGR-COM-017",)),
    Fault("contained dans une Location contenue", lieu("contained", value=[{"resourceType": "Basic", "id": "b", "code": {"text": "x"}}]), ("AGR-COM-017",)),
    Fault("meta.security dans une ressource contenue", lieu("meta", "security", value=[{"code": "N"}]), ("AGR-COM-017",)),
    Fault("seconde Location contenue, désignée par rien", lambda b: resource(b, ROLE_1)["contained"].append({**place(b), "id": "autre"}), ("AGR-COM-017",), seen=(f"{_R1}.contained[1]", "une ressource contenue est désignée par la ressource qui la contient", "non respecté")),
    Fault("période inversée", of(PRACTITIONER, "identifier", 0, "period", value={"start": "2026-02-01", "end": "2025-01-01"}), ("AGR-COM-017",)),
    Fault("telecom d’un lieu sans system", lieu("telecom", value=[{"value": "accueil@x.example"}]), ("AGR-COM-017",)),
    Fault("telecom sans system qui n’est pas un numéro", of(ROLE_1, "telecom", value=[{"value": "3615 SAS"}]), ("AGR-COM-017",)),
    Fault("élément de R4B", of(SLOT_1, "extension", value=[{"url": "http://x.example/e", "valueRatioRange": {"id": "r"}}]), ("AGR-COM-017",)),
    Fault("jour en capitales", lieu("hoursOfOperation", value=[{"daysOfWeek": ["MON"]}]), warns=("AGR-COM-017",), seen=(f"{_R1}.contained[0].hoursOfOperation[0].daysOfWeek[0]", "mon", "MON")),
    Fault("jour inconnu", lieu("hoursOfOperation", value=[{"daysOfWeek": ["lundi"]}]), ("AGR-COM-017",)),
    Fault("chaîne vide", lieu("name", value=""), ("AGR-COM-018",), seen=(f"{_R1}.contained[0].name", "élément absent, ou renseigné", '""')),
    Fault("tableau vide", of(PRACTITIONER, "telecom", value=[]), ("AGR-COM-018",)),
    Fault("objet vide", of(SLOT_1, "serviceCategory", value=[{}]), ("AGR-COM-018",)),
    Fault("null", of(SLOT_1, "overbooked", value=None), ("AGR-COM-018",)),
    Fault("null seul dans un tableau", of(PRACTITIONER, "name", 0, "given", value=[None, "Bastien"]), ("AGR-COM-018",), seen=(f"{_PS}.name[0].given[0]", "élément absent, ou renseigné", "null")),
    Fault("référence pendante", of(ROLE_1, "practitioner", "reference", value="Practitioner/inconnu"), ("AGR-COM-022", "AGR-PS-029", "AGR-PS-049"), seen=(f"{_R1}.practitioner.reference", "une ressource présente dans le Bundle", "Practitioner/inconnu")),
    Fault("ressource sans lien", added({"resourceType": "Organization", "id": "o", "name": "Cabinet"}), warns=("AGR-COM-023",), seen=("Bundle.entry[9]", "reliée à un créneau", "Organization/o")),
    Fault("identifiant de lieu sans system", lieu("identifier", 0, "system"), ("AGR-COM-025",), seen=(f"{_R1}.contained[0].identifier[0].system", "system, type et value présents", "absent")),
    Fault("identifiant de lieu sans system ni type", each(lieu("identifier", 0, "system"), lieu("identifier", 0, "type")), ("AGR-COM-025",)),
    Fault("identifiant de PS sans type", of(PRACTITIONER, "identifier", 0, "type"), ("AGR-COM-025",)),
    Fault("OID nu", lieu("identifier", 0, "system", value="1.2.250.1.999.1"), ("AGR-COM-065",), seen=(f"{_R1}.contained[0].identifier[0].system", "urn:oid:1.2.250.1.999.1", "1.2.250.1.999.1")),
    Fault("OID précédé de oid:", lieu("identifier", 0, "system", value="oid:1.2.250.1.999.1"), ("AGR-COM-065",)),
    Fault("clé du RPPS fausse", of(PRACTITIONER, "identifier", 0, "value", value="899900000028"), ("AGR-PS-005", "AGR-PS-010", "AGR-PS-021"), ("AGR-COM-028",)),
    Fault("clé du FINESS fausse", of(ROLE_1, "organization", "identifier", "value", value="1990000011"), warns=("AGR-COM-028",), seen=(f"{_R1}.organization.identifier.value", "une clé de Luhn exacte", "1990000011")),
    # slots
    Fault("créneau occupé", of(SLOT_1, "status", value="busy"), ("AGR-COM-029", "AGR-PS-003"), seen=(f"{_S1}.status", "free", "busy")),
    Fault("statut inconnu", of(SLOT_1, "status", value="libre"), ("AGR-COM-029",)),
    Fault("statut absent", of(SLOT_1, "status"), ("AGR-COM-029",)),
    Fault("sans début", of(SLOT_1, "start"), ("AGR-COM-030",), seen=(f"{_S1}.start", "start présent", "absent")),
    Fault("sans fin", of(SLOT_1, "end"), ("AGR-COM-030",)),
    Fault("sans fuseau", of(SLOT_1, "start", value="2026-06-17T09:00:00.000"), ("AGR-COM-031",), seen=(f"{_S1}.start", INSTANT, "2026-06-17T09:00:00.000")),
    Fault("30 février", of(SLOT_1, "start", value="2026-02-30T09:00:00.000+01:00"), ("AGR-COM-031",), seen=(f"{_S1}.start", "une date du calendrier", "2026-02-30T09:00:00.000+01:00")),
    Fault("fin un 31 juin", of(SLOT_1, "end", value="2026-06-31T09:00:00.000+02:00"), ("AGR-COM-031",)),
    Fault("saut de ligne après l’instant", of(SLOT_1, "start", value="2026-06-17T09:00:00.000+02:00\n"), ("AGR-COM-031",)),
    Fault("début numérique", of(SLOT_1, "start", value=1781679600), ("AGR-COM-017",)),
    Fault("sans millisecondes", of(SLOT_1, "start", value="2026-06-17T09:00:00+02:00"), warns=("AGR-COM-032",)),
    Fault("en Z", of(SLOT_1, "start", value="2026-06-17T07:00:00.000Z"), warns=("AGR-COM-032",)),
    Fault("fin égale au début", of(SLOT_1, "end", value="2026-06-17T09:00:00.000+02:00"), ("AGR-COM-033",)),
    Fault("fin avant le début malgré l’écriture", of(SLOT_1, "end", value="2026-06-17T09:30:00.000+04:00"), ("AGR-COM-033",)),
    Fault("avant la borne basse", of(SLOT_1, "start", value="2026-06-16T10:11:59.999+02:00"), ("AGR-COM-034",), seen=(f"{_S1}.start", "à partir de 2026-06-16T08:12:00.000+00:00", "2026-06-16T10:11:59.999+02:00")),
    Fault("avant la borne basse malgré l’écriture", of(SLOT_1, "start", value="2026-06-16T10:12:00.000+04:00"), ("AGR-COM-034",)),
    Fault("après la borne haute", each(of(SLOT_1, "start", value="2026-06-19T00:00:00.000+02:00"), of(SLOT_1, "end", value="2026-06-19T01:00:00.000+02:00")), ("AGR-COM-035",)),
    Fault("sans agenda", of(SLOT_1, "schedule"), ("AGR-COM-039",), seen=(f"{_S1}.schedule", "schedule.reference présent", "absent")),
    Fault("agenda sans reference", of(SLOT_1, "schedule", value={"display": "Agenda"}), ("AGR-COM-039",)),
    Fault("agenda contenu", each(of(SLOT_1, "schedule", "reference", value="#a"), of(SLOT_1, "contained", value=[{"resourceType": "Schedule", "id": "a", "actor": [{"reference": "Practitioner/ps-b"}]}])), ("AGR-PS-004", "AGR-PS-012")),
    Fault("sans type de créneau", of(SLOT_1, "meta", "security"), ("AGR-COM-040",), seen=(f"{_S1}.meta.security", f"un coding system = {R314} avec un code", "absent")),
    Fault("type de créneau sans system", of(SLOT_1, "meta", "security", 0, "system"), ("AGR-COM-040",)),
    Fault("type de créneau inconnu", of(SLOT_1, "meta", "security", 0, "code", value="PRIVE"), ("AGR-PS-054",), seen=(f"{_S1}.meta.security[0].code", "PUBLIC, PRO ou SNP", "PRIVE")),
    Fault("type de créneau en minuscules", of(SLOT_1, "meta", "security", 0, "code", value="public"), ("AGR-PS-054",)),
    Fault("type CPTS", of(SLOT_1, "meta", "security", 0, "code", value="CPTS"), warns=("AGR-PS-054",)),
    Fault("étiquette de sécurité étrangère", lambda b: resource(b, SLOT_1)["meta"]["security"].append({"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}), ("AGR-PS-012",)),
    Fault("sans type de consultation", of(SLOT_1, "serviceType", value=[{"text": "Consultation"}]), ("AGR-COM-044",), seen=(f"{_S1}.serviceType", f"serviceType.coding dans {ACT}", "aucun")),
    Fault("type de consultation sans system", of(SLOT_1, "serviceType", 0, "coding", 0, "system"), ("AGR-COM-044",)),
    Fault("type de consultation rare", of(SLOT_1, "serviceType", 0, "coding", 0, "code", value="EMER"), warns=("AGR-COM-045",)),
    Fault("type de consultation inconnu", of(SLOT_1, "serviceType", 0, "coding", 0, "code", value="CAB"), ("AGR-PS-012",)),
    Fault("sans appointmentType", of(SLOT_1, "appointmentType"), ("AGR-COM-048",)),
    Fault("appointmentType CHECKUP", of(SLOT_1, "appointmentType", "coding", 0, "code", value="CHECKUP"), ("AGR-COM-048",)),
    Fault("appointmentType en clair", of(SLOT_1, "appointmentType", value={"text": "avec rendez-vous"}), ("AGR-COM-048",)),
    Fault("ROUTINE sans comment", of(SLOT_1, "comment"), ("AGR-COM-049",), seen=(f"{_S1}.comment", "comment présent", "absent")),
    Fault("WALKIN sans comment", each(of(SLOT_1, "comment"), of(SLOT_1, "appointmentType", "coding", 0, "code", value="WALKIN")), warns=("AGR-COM-050",)),
    Fault("comment en clair", of(SLOT_1, "comment", value="Apporter la carte Vitale"), ("AGR-COM-051",), seen=(f"{_S1}.comment", "une URL absolue http ou https", "Apporter la carte Vitale")),
    Fault("comment : URL et texte", of(SLOT_1, "comment", value="Réserver : https://agenda.editeur.example/"), ("AGR-COM-051",)),
    Fault("comment : URL et saut de ligne", of(SLOT_1, "comment", value="https://agenda.editeur.example/ps\n"), ("AGR-COM-051",)),
    Fault("comment : URL relative", of(SLOT_1, "comment", value="/ps/bastien-roussel"), ("AGR-COM-051",)),
    Fault("comment : mailto", of(SLOT_1, "comment", value="mailto:a@x.example"), ("AGR-COM-051",)),
    Fault("deux serviceCategory", of(SLOT_1, "serviceCategory", value=[{"text": "a"}, {"text": "b"}]), ("AGR-PS-012",)),
    Fault("motif avec le type de consultation", of(SLOT_1, "serviceType", value=[{"coding": [{"system": ACT, "code": "AMB"}], "text": "Vaccin"}]), warns=("AGR-PS-060",)),
    Fault("spécialité inconnue", of(SLOT_1, "specialty", 0, "coding", 0, "code", value="SM999"), ("AGR-PS-046",)),
    Fault("spécialité inconnue sur la situation d’exercice", of(ROLE_1, "specialty", value=[{"coding": [{"system": R38, "code": "SM999"}]}]), ("AGR-PS-046",)),
    Fault("spécialité avec barre finale", of(SLOT_1, "specialty", 0, "coding", 0, "system", value=R38 + "/"), warns=("AGR-PS-046",)),
    Fault("spécialité d’un autre système", of(SLOT_1, "specialty", 0, "coding", 0, "system", value="http://x.example/specialites"), warns=("AGR-PS-012",)),
    # graph
    Fault("Schedule non inclus", without("Schedule"), ("AGR-COM-022", "AGR-PS-004", "AGR-PS-042"), ("AGR-COM-023",)),
    Fault("agenda inconnu", of(SLOT_1, "schedule", "reference", value="Schedule/autre"), ("AGR-COM-022", "AGR-PS-004"), seen=(f"{_S1}.schedule.reference", "une ressource présente dans le Bundle", "Schedule/autre")),
    Fault("Practitioner non inclus", without("Practitioner"), ("AGR-COM-022", "AGR-PS-006", "AGR-PS-017", "AGR-PS-029", "AGR-PS-041")),
    Fault("PractitionerRole non inclus", without("PractitionerRole"), ("AGR-COM-022", "AGR-PS-006", "AGR-PS-018", "AGR-PS-041", "AGR-PS-042", "AGR-PS-049")),
    Fault("troisième acteur absent", lambda b: resource(b, SCHEDULE_1)["actor"].append({"reference": "HealthcareService/h"}), ("AGR-COM-022",)),
    Fault("serviceType sur l’agenda", of(SCHEDULE_1, "serviceType", value=[{"text": "x"}]), ("AGR-PS-013",)),
    Fault("agenda d’un autre système de spécialité", of(SCHEDULE_1, "specialty", value=[{"coding": [{"system": "http://x.example/s", "code": "1"}]}]), warns=("AGR-PS-013",)),
    Fault("identifiant en plus", lambda b: resource(b, PRACTITIONER)["identifier"].append({"type": {"coding": [{"system": FR_V2_0203, "code": "INTRN"}]}, "system": "https://x.example/ps", "value": "12"}), ("AGR-PS-014",)),
    Fault("deux prefix", of(PRACTITIONER, "name", 0, "prefix", value=["M", "DR"]), ("AGR-PS-014",)),
    Fault("telecom de PS sans value", of(PRACTITIONER, "telecom", value=[{"system": "email"}]), ("AGR-PS-014",)),
    Fault("telecom de situation sans value", of(ROLE_1, "telecom", value=[{"system": "phone"}]), ("AGR-PS-015",)),
    Fault("lieu sans adresse", lieu("address"), ("AGR-PS-016",), seen=(f"{_R1}.contained[0].address", "address présent", "absent")),
    Fault("PS sans identifiant", of(PRACTITIONER, "identifier"), ("AGR-PS-019",)),
    Fault("RPPS sans préfixe", of(PRACTITIONER, "identifier", 0, "value", value="99900000029"), ("AGR-PS-020",), seen=(f"{_PS}.identifier[0].value", "8 suivi de onze chiffres", "99900000029")),
    Fault("RPPS et espace", of(PRACTITIONER, "identifier", 0, "value", value="899900000029 "), ("AGR-PS-005", "AGR-PS-010", "AGR-PS-020", "AGR-PS-021")),
    Fault("PS non demandé", stranger, ("AGR-PS-010", "AGR-PS-021"), seen=("Bundle.entry[2].resource", "899900000029", "899900000011")),
    Fault("type d’identifiant RPPS", of(PRACTITIONER, "identifier", 0, "type", "coding", 0, "code", value="RPPS"), ("AGR-PS-022",)),
    Fault("system d’identifiant de PS", of(PRACTITIONER, "identifier", 0, "system", value="urn:oid:1.2.250.1.71.4.2.9"), ("AGR-PS-022",)),
    Fault("téléphone national", of(ROLE_1, "telecom", 0, "value", value="0261910002"), ("AGR-COM-027",), seen=(f"{_R1}.telecom[0].value", "+33 suivi de neuf chiffres, sans séparateur", "0261910002")),
    Fault("téléphone à espaces", of(ROLE_1, "telecom", 0, "value", value="+33 2 61 91 00 02"), ("AGR-COM-027",)),
    Fault("téléphone 0033", of(ROLE_1, "telecom", 0, "value", value="0033261910002"), ("AGR-COM-027",)),
    Fault("téléphone réunionnais trop court", of(ROLE_1, "telecom", 0, "value", value="+26226200000"), ("AGR-COM-027",)),
    Fault("téléphone du lieu", lieu("telecom", value=[{"system": "phone", "value": "02.61.91.00.02"}]), ("AGR-COM-027",)),
    Fault("téléphone polynésien", of(ROLE_1, "telecom", 0, "value", value="+68940000000"), warns=("AGR-COM-027",)),
    Fault("téléphone sans system", of(ROLE_1, "telecom", 0, "system"), ("AGR-PS-027",), seen=(f"{_R1}.telecom[0].system", "phone", "absent")),
    Fault("situation sans practitioner", of(ROLE_1, "practitioner"), ("AGR-PS-029", "AGR-PS-049")),
    Fault("Location en entrée", location_as_entry, ("AGR-PS-030", "AGR-PS-031")),
    Fault("sans Location", each(of(ROLE_1, "contained"), of(ROLE_1, "location")), ("AGR-PS-030", "AGR-PS-031")),
    Fault("deux références de lieu", of(ROLE_1, "location", value=[{"reference": "#lieu"}, {"reference": "#lieu"}]), ("AGR-PS-031",)),
    Fault("lieu qui n’est pas une Location", each(lambda b: resource(b, ROLE_1)["contained"].append({"resourceType": "Organization", "id": "o", "name": "x"}), of(ROLE_1, "location", 0, "reference", value="#o")), ("AGR-PS-031",), seen=(f"{_R1}.location[0].reference", "Location", "Organization")),
    Fault("deux lignes d’adresse", lieu("address", "line", value=["4 mail des Sources", "Bâtiment B"]), ("AGR-PS-033",)),
    Fault("sans ligne d’adresse", lieu("address", "line"), ("AGR-PS-033",)),
    Fault("sans ville", lieu("address", "city"), ("AGR-PS-034",)),
    Fault("sans code postal", lieu("address", "postalCode"), ("AGR-PS-035",)),
    Fault("code postal corse 2A004", lieu("address", "postalCode", value="2A004"), ("AGR-PS-035",)),
    Fault("lieu sans identifiant", lieu("identifier"), ("AGR-PS-036",)),
    Fault("structure absente", of(ROLE_1, "organization"), warns=("AGR-PS-037",)),
    Fault("type de structure FINEG", of(ROLE_1, "organization", "identifier", "type", "coding", 0, "code", value="FINEG"), ("AGR-PS-038",)),
    Fault("type de structure d’un autre système", of(ROLE_1, "organization", "identifier", "type", "coding", 0, "system", value=LOCATION_TYPES), warns=("AGR-PS-038",)),
    Fault("system de structure", of(ROLE_1, "organization", "identifier", "system", value="urn:oid:1.2.250.1.71.4.2.1"), ("AGR-PS-038",)),
    Fault("structure sans préfixe", of(ROLE_1, "organization", "identifier", "value", value="990000010"), ("AGR-PS-039",)),
    Fault("structure ADELI rang", of(ROLE_1, "organization", "identifier", "value", value="035123456701"), warns=("AGR-PS-039",)),
    Fault("structure réduite à value", each(of(ROLE_1, "organization", "identifier", "type"), of(ROLE_1, "organization", "identifier", "system")), warns=("AGR-PS-058",)),
    Fault("agenda sans situation d’exercice", lambda b: resource(b, SCHEDULE_1)["actor"].pop(), ("AGR-PS-041", "AGR-PS-042", "AGR-PS-049"), ("AGR-COM-023",)),
    Fault("agenda sans praticien", lambda b: resource(b, SCHEDULE_1)["actor"].pop(0), ("AGR-PS-041",)),
    Fault("acteur en plus", each(added({"resourceType": "HealthcareService", "id": "h", "name": "x"}), lambda b: resource(b, SCHEDULE_1)["actor"].append({"reference": "HealthcareService/h"})), warns=("AGR-PS-041",)),
    Fault("deux agendas d’un lieu", of(SCHEDULE_2, "actor", 1, "reference", value="PractitionerRole/exercice-b1"), ("AGR-PS-042", "AGR-PS-049"), ("AGR-COM-023",)),
    Fault("situation d’exercice sans agenda", each(at("entry", SCHEDULE_2), of(SLOT_3, "schedule", "reference", value="Schedule/agenda-b1"), of(SLOT_4, "schedule", "reference", value="Schedule/agenda-b1")), ("AGR-PS-042",), ("AGR-COM-023",)),
    Fault("un Practitioner par lieu", twin_practitioner, ("AGR-PS-047",), seen=("Bundle.entry[9].resource", "un seul Practitioner 899900000029", "2 Practitioner")),
    Fault("type d’identifiant de lieu", lieu("identifier", 0, "type", "coding", 0, "code", value="AUTRE"), warns=("AGR-PS-059",)),
    Fault("créneau d’un autre agenda que le sien", of(SLOT_2, "meta", "security", 1, "code", value="CPTS"), warns=("AGR-PS-054",)),
)
