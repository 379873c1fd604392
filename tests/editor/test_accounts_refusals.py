"""What is refused, why, and without any effect (accounts.md §8)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sas_recette.editor.accounts.service import BODY_LIMIT
from tests.editor.account_requests import (
    IDNPS,
    JSON,
    MAIL,
    NATIONAL,
    SAS,
    TECHNICAL,
    TYPES,
    Platform,
    diagnostics,
    identifier,
    practitioner,
    product,
    without,
)
from tests.editor.bench import body

Edit = Callable[[JSON], Any]
NEW: Final = practitioner(TECHNICAL, email="jules.marius@test.com")


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A product with one account."""
    with product() as one:
        one.created(practitioner())
        yield one


def put_at(value: object, *path: str | int) -> Edit:
    def edit(payload: JSON) -> None:
        parent: Any = payload
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = value

    return edit


def drop_at(*path: str | int) -> Edit:
    def edit(payload: JSON) -> None:
        parent: Any = payload
        for step in path[:-1]:
            parent = parent[step]
        del parent[path[-1]]

    return edit


EMPTY: Final = "vide, un élément sans valeur ne se transmet pas."
REQUIRED: Final = "élément obligatoire."
CODING: Final = ("identifier", 0, "type", "coding", 0, "code")

REFUSALS: Final[dict[str, tuple[Edit, int, str]]] = {
    "no identifier": (drop_at("identifier"), 422, f"identifier : {REQUIRED}"),
    "no name": (drop_at("name"), 422, f"name : {REQUIRED}"),
    "no telecom": (drop_at("telecom"), 422, f"telecom : {REQUIRED}"),
    "no active": (drop_at("active"), 422, f"active : {REQUIRED}"),
    "empty family": (put_at("", "name", 0, "family"), 400, f"name[0].family : {EMPTY}"),
    "blank family": (put_at(" \u00a0", "name", 0, "family"), 400, f"name[0].family : {EMPTY}"),
    "empty address": (put_at("", "telecom", 0, "value"), 400, f"telecom[0].value : {EMPTY}"),
    "phone": (
        put_at("phone", "telecom", 0, "system"),
        422,
        "telecom[0].system : « email » est attendu, non « phone ».",
    ),
    "second entry is a phone": (
        lambda payload: payload["telecom"].append({"system": "phone", "value": "a@b"}),
        422,
        "telecom[1].system : « email » est attendu, non « phone ».",
    ),
    "technical with IDNPS": (
        put_at("IDNPS", *CODING),
        422,
        f"identifier[0].type : le code « INTRN » du système {TYPES} est attendu.",
    ),
    "national with INTRN": (
        put_at([identifier(*NATIONAL) | {"type": identifier(*TECHNICAL)["type"]}], "identifier"),
        422,
        f"identifier[0].type : le code « IDNPS » du système {TYPES} est attendu.",
    ),
    "newer type system": (
        put_at("https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", *CODING[:-1], "system"),
        422,
        f"identifier[0].type : le code « INTRN » du système {TYPES} est attendu.",
    ),
    "no given": (drop_at("name", 0, "given"), 422, f"name[0].given : {REQUIRED}"),
    "no family": (drop_at("name", 0, "family"), 422, f"name[0].family : {REQUIRED}"),
    "two given": (put_at(["A", "B"], "name", 0, "given"), 422, "name[0].given : un seul prénom est attendu."),
    "given not in an array": (put_at("Jules", "name", 0, "given"), 400, "name[0].given : un tableau est attendu."),
    "empty given": (put_at([], "name", 0, "given"), 400, f"name[0].given : {EMPTY}"),
    "no value": (drop_at("identifier", 0, "value"), 422, f"identifier[0].value : {REQUIRED}"),
    "empty value": (put_at("", "identifier", 0, "value"), 400, f"identifier[0].value : {EMPTY}"),
    "number as value": (
        put_at(810002673899, "identifier", 0, "value"),
        400,
        "identifier[0].value : une chaîne de caractères est attendue.",
    ),
    "blank in value": (
        put_at("8100 02673899", "identifier", 0, "value"),
        422,
        "identifier[0].value : ni blanc ni barre verticale dans un identifiant.",
    ),
    "no system": (drop_at("identifier", 0, "system"), 422, f"identifier[0].system : {REQUIRED}"),
    "structure system": (
        put_at("urn:oid:1.2.250.1.71.4.2.2", "identifier", 0, "system"),
        422,
        "identifier[0].system : « urn:oid:1.2.250.1.71.4.2.2 » n’est pas une autorité d’affectation attendue.",
    ),
    "OID without prefix": (
        put_at("1.2.250.1.213.3.6", "identifier", 0, "system"),
        422,
        "identifier[0].system : « 1.2.250.1.213.3.6 » n’est pas une autorité d’affectation attendue.",
    ),
    "no type": (drop_at("identifier", 0, "type"), 422, f"identifier[0].type : {REQUIRED}"),
    "type as text": (
        put_at("INTRN", "identifier", 0, "type"),
        400,
        "identifier[0].type : un objet avec un tableau coding est attendu.",
    ),
    "twice the same authority": (
        lambda payload: payload["identifier"].append(identifier(SAS, "autre")),
        422,
        "identifier[1] : un seul identifiant par autorité d’affectation.",
    ),
    "identifier not in an array": (
        lambda payload: payload.update(identifier=payload["identifier"][0]),
        400,
        "identifier : un tableau est attendu.",
    ),
    "identifier as text": (put_at(["abc"], "identifier"), 400, "identifier[0] : un objet est attendu."),
    "active as text": (put_at("true", "active"), 400, "active : un booléen JSON est attendu."),
    "active as number": (put_at(1, "active"), 400, "active : un booléen JSON est attendu."),
    "active null": (put_at(None, "active"), 400, f"active : {EMPTY}"),
    "no at sign": (
        put_at("jules.marius", "telecom", 0, "value"),
        422,
        "telecom[0].value : une adresse électronique est attendue.",
    ),
    "blank in address": (
        put_at("j m@test.com", "telecom", 0, "value"),
        422,
        "telecom[0].value : une adresse électronique est attendue.",
    ),
    "ten thousand characters": (
        put_at("a" * 10_000, "name", 0, "family"),
        422,
        "name[0].family : 255 caractères au plus.",
    ),
    "control character": (put_at("Ma\u0000rius", "name", 0, "family"), 400, "name[0].family : caractère interdit."),
    "null elsewhere": (put_at({"lastUpdated": None}, "meta"), 400, f"meta.lastUpdated : {EMPTY}"),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize("verb", ["POST", "PUT existing", "PUT unknown"])
def test_invalid_content_is_refused_and_changes_nothing(platform: Platform, name: str, verb: str) -> None:
    edit, status, message = REFUSALS[name]
    payload = copy.deepcopy(NEW)
    edit(payload)
    before = platform.everybody()
    if verb == "POST":
        reply = platform.post(payload)
    else:
        reply = platform.put(NATIONAL if verb == "PUT existing" else TECHNICAL, payload)
    assert (reply.status, diagnostics(reply)) == (status, [message])
    assert body(reply)["issue"][0]["expression"] == [f"Practitioner.{message.partition(chr(0xA0))[0]}"]
    assert platform.everybody() == before
    assert platform.put(TECHNICAL, NEW).status == 201


def test_the_payload_of_these_tests_is_valid_otherwise(platform: Platform) -> None:
    assert platform.post(NEW).status == 201


def test_every_faulty_element_is_named_and_malformed_wins(platform: Platform) -> None:
    payload = without(NEW, "active") | {"name": [{"family": ""}], "telecom": [{"system": "fax", "value": MAIL}]}
    reply = platform.post(payload)
    assert reply.status == 400
    assert {text.partition("\u00a0")[0] for text in diagnostics(reply)} == {
        "name[0].family",
        "name[0].given",
        "telecom[0].system",
        "active",
    }


RAW: Final = json.dumps(NEW).encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "ce n’est pas du JSON bien formé"),
        (RAW[:-1], "ce n’est pas du JSON bien formé"),
        (RAW.replace(b"true", b"NaN"), "ce n’est pas du JSON bien formé"),
        (RAW.replace(b'"active"', b'"meta": {}, "active"'), "ce n’est pas du JSON bien formé"),
        (b"[" * 30_000 + b"]" * 30_000, "ce n’est pas du JSON bien formé"),
        (RAW.replace(b"Loridon", b"\xe9"), "il n’est pas encodé en UTF-8"),
        (b"[" + RAW + b"]", "ce n’est pas un objet JSON"),
        (b"null", "ce n’est pas un objet JSON"),
        (b"{}", "resourceType : la valeur « Practitioner » est attendue"),
        (RAW.replace(b'"Practitioner"', b'"Patient"'), "resourceType : la valeur « Practitioner » est attendue"),
    ],
)
@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_an_unreadable_body(platform: Platform, raw: bytes, reason: str, verb: str) -> None:
    before = platform.everybody()
    reply = platform.post(raw) if verb == "POST" else platform.put(NATIONAL, raw)
    assert (reply.status, diagnostics(reply)) == (400, [f"Le corps de la requête est illisible : {reason}."])
    assert platform.everybody() == before


def test_a_body_nested_deep(platform: Platform) -> None:
    nested = '{"a":' * 900 + "null" + "}" * 900
    reply = platform.post(json.dumps(NEW)[:-1].encode() + b', "extension": ' + nested.encode() + b"}")
    assert reply.status == 400


def test_a_lone_surrogate_is_refused(platform: Platform) -> None:
    lone = RAW.replace(b"Loridon", b"\\ud83d")
    assert diagnostics(platform.post(lone)) == ["name[0].family : caractère interdit."]
    assert platform.post(RAW.replace(b'"meta"', b'"\\ud83d"')).status == 400


def test_a_body_that_is_too_long(platform: Platform) -> None:
    reply = platform.post(RAW.ljust(BODY_LIMIT + 1))
    assert (reply.status, diagnostics(reply)) == (413, ["Le corps de la requête dépasse 65536 octets."])
    assert platform.post(RAW.ljust(BODY_LIMIT)).status == 201


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Paramètre identifier : un critère et un seul est obligatoire."),
        ("_format=json", "Paramètre identifier : un critère et un seul est obligatoire."),
        ("identifier=", "Paramètre identifier : «  » n’est pas de la forme système|valeur."),
        ("identifier=a%7C", "Paramètre identifier : « a| » n’est pas de la forme système|valeur."),
        ("identifier=a%7Cb%7Cc", "Paramètre identifier : « a|b|c » n’est pas de la forme système|valeur."),
        ("identifier=a%7Cb&identifier=a%7Cc", "Paramètre identifier : un critère et un seul est obligatoire."),
        ("identifier=a%7Cb&active=true", "Paramètre active : seul le critère identifier est pris en charge."),
        ("email=a%40b", "Paramètre email : seul le critère identifier est pris en charge."),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_criterion_that_cannot_be_understood(platform: Platform, query: str, message: str, method: str) -> None:
    before = platform.everybody()
    reply = platform.send(method, practitioner(family="Autre"), query)
    assert (reply.status, diagnostics(reply)) == (400, [message])
    assert platform.everybody() == before


JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PATHS: Final = [
    (),
    ("identifier",),
    ("identifier", 0),
    ("identifier", 0, "type"),
    ("identifier", 0, "type", "coding"),
    ("identifier", 0, "type", "coding", 0),
    ("identifier", 0, "system"),
    ("identifier", 0, "value"),
    ("active",),
    ("name",),
    ("name", 0),
    ("name", 0, "given"),
    ("telecom", 0),
]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PATHS), JSON_VALUES)
def test_whatever_is_put_anywhere_is_never_a_500(
    platform: Platform, path: tuple[str | int, ...], value: object
) -> None:
    payload: object = copy.deepcopy(practitioner())
    if path:
        put_at(value, *path)(payload)  # type: ignore[arg-type]  # an object until then
    else:
        payload = value
    before = len(platform.everybody())
    reply = platform.put(NATIONAL, json.dumps(payload).encode())
    assert reply.status in {200, 400, 422}, reply.body.decode()
    assert len(platform.everybody()) == before


def test_what_the_norm_lets_through(platform: Platform) -> None:
    payload = practitioner((IDNPS, "0A1B2C3D4E"), email="a@b") | {"gender": "female", "birthDate": "1980-01-01"}
    assert platform.post(without(payload, "meta")).status == 201
    (account,) = platform.found((IDNPS, "0A1B2C3D4E"))
    assert "gender" not in account
