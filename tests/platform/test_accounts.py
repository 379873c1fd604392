"""The requests of the accounts, byte for byte, and the identities that a campaign invents."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from sas_recette.exchange.search import parse_search_url
from sas_recette.norm.identifiers import practitioner_kind
from sas_recette.platform.accounts import (
    FHIR_JSON,
    MAIL_DOMAIN,
    PLAIN_JSON,
    AccountIdentifier,
    IdentifierKind,
    Identities,
    Regulator,
    Wording,
    account_identifier,
    create,
    read,
    update,
)

BASE = "https://agenda.example/fhir"
NATIONAL = AccountIdentifier(IdentifierKind.NATIONAL, "3456780581/11242343")
TECHNICAL = AccountIdentifier(IdentifierKind.TECHNICAL, "b6e39355-8a61-4556-b340-36f7b95fec6a")
LORIDON = Regulator("Loridon", "Sébastien", "sebastien.loridon@test.com", NATIONAL)


def test_the_creation_is_the_published_one() -> None:
    request = create(BASE, LORIDON)
    assert (request.method, request.url) == ("POST", f"{BASE}/Practitioner")
    assert request.headers == (("Accept", "application/json+fhir"), ("Content-Type", "application/fhir+json"))
    assert json.loads(request.body) == {
        "resourceType": "Practitioner",
        "meta": {
            "source": "urn:oid:1.2.250.1.213.3.6",
            "profile": ["https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/FrPractitionerRegul"],
        },
        "identifier": [
            {
                "type": {"coding": [{"system": "http://interopsante.org/fhir/CodeSystem/fr-v2-0203", "code": "IDNPS"}]},
                "system": "urn:oid:1.2.250.1.71.4.2.1",
                "value": "3456780581/11242343",
            }
        ],
        "active": True,
        "name": [{"family": "Loridon", "given": ["Sébastien"]}],
        "telecom": [{"system": "email", "value": "sebastien.loridon@test.com"}],
    }
    assert "Sébastien".encode() in request.body


def test_a_technical_identifier_has_its_own_system_and_type() -> None:
    sent = json.loads(create(BASE, replace(LORIDON, identifier=TECHNICAL)).body)
    identifier = sent["identifier"][0]
    assert identifier["system"] == "urn:oid:1.2.250.1.213.3.6"
    assert identifier["type"]["coding"][0]["code"] == "INTRN"
    assert identifier["value"] == TECHNICAL.value


@pytest.mark.parametrize(
    ("criterion", "wording", "query"),
    [
        (NATIONAL, Wording(), "identifier=urn:oid:1.2.250.1.71.4.2.1%7C3456780581/11242343"),
        (NATIONAL, Wording(encoded_slash=True), "identifier=urn:oid:1.2.250.1.71.4.2.1%7C3456780581%2F11242343"),
        (NATIONAL, Wording(raw_pipe=True), "identifier=urn:oid:1.2.250.1.71.4.2.1|3456780581/11242343"),
        (NATIONAL, Wording(with_system=False), "identifier=3456780581/11242343"),
        (TECHNICAL, Wording(), "identifier=urn:oid:1.2.250.1.213.3.6%7Cb6e39355-8a61-4556-b340-36f7b95fec6a"),
        (
            TECHNICAL,
            Wording(mime=FHIR_JSON),
            "identifier=urn:oid:1.2.250.1.213.3.6%7Cb6e39355-8a61-4556-b340-36f7b95fec6a"
            "&_format=application%2Ffhir%2Bjson",
        ),
        (None, Wording(), ""),
        (None, Wording(mime=PLAIN_JSON), "_format=application%2Fjson"),
    ],
)
def test_the_criterion_of_an_update(criterion: AccountIdentifier | None, wording: Wording, query: str) -> None:
    request = update(f"{BASE}/", criterion, LORIDON, wording)
    assert (request.method, request.path, request.query) == ("PUT", f"{BASE}/Practitioner", query)
    assert request.body == LORIDON.body()
    asked = parse_search_url(request.url)
    if criterion is not None and wording.with_system:
        assert asked.identifiers == (f"{criterion.kind.system}|{criterion.value}",)


def test_the_criterion_may_differ_from_the_body() -> None:
    switched = replace(LORIDON, identifier=NATIONAL)
    request = update(BASE, TECHNICAL, switched)
    assert request.query.endswith(TECHNICAL.value)
    assert json.loads(request.body)["identifier"][0]["value"] == NATIONAL.value


def test_media_types_bytes_and_format_are_sent_as_asked() -> None:
    wording = Wording(accept=FHIR_JSON, content_type=PLAIN_JSON, mime=FHIR_JSON)
    request = create(BASE, b"{", wording)
    assert request.headers == (("Accept", FHIR_JSON), ("Content-Type", PLAIN_JSON))
    assert (request.query, request.body) == ("_format=application%2Ffhir%2Bjson", b"{")


def test_the_optional_read_has_no_body() -> None:
    request = read(BASE, NATIONAL)
    assert (request.method, request.body) == ("GET", b"")
    assert request.query == "identifier=urn:oid:1.2.250.1.71.4.2.1%7C3456780581/11242343"
    assert request.headers == (("Accept", "application/json+fhir"), ("Cache-Control", "no-cache"))


def test_a_deactivation_keeps_everything_else() -> None:
    before, after = json.loads(LORIDON.body()), json.loads(LORIDON.deactivated().body())
    assert after == {**before, "active": False}


def test_identities_are_reproducible_and_never_the_same() -> None:
    first, again, other = (Identities(Random(seed)) for seed in (7, 7, 8))  # noqa: S311
    made = [first.regulator(kind) for kind in IdentifierKind for _ in range(20)]
    assert made == [again.regulator(kind) for kind in IdentifierKind for _ in range(20)]
    made += [other.regulator(kind) for kind in IdentifierKind for _ in range(20)]
    assert len({one.email for one in made}) == len({one.identifier for one in made}) == len(made)
    assert all(re.fullmatch(rf"regulateur-[0-9a-f]{{10}}-\d+@{re.escape(MAIL_DOMAIN)}", one.email) for one in made)
    assert all(one.active for one in made)
    assert not all((one.family + one.given).isascii() for one in made)


def test_identifiers_have_the_forms_of_the_specification() -> None:
    identities = Identities(Random(1))  # noqa: S311
    national, technical, rpps = identities.national(), identities.technical(), identities.rpps()
    assert re.fullmatch(r"3[0-9A-Z]{9}/[^\s|/]+", national.value)
    assert UUID(technical.value).version == 4
    assert practitioner_kind(rpps.value) is not None
    sibling = identities.sibling(national)
    assert sibling.value.partition("/")[0] == national.value.partition("/")[0]
    assert sibling != national
    with pytest.raises(ValueError, match="no structure"):
        identities.sibling(rpps)


def test_another_identifier_of_the_same_form() -> None:
    identities = Identities(Random(1))  # noqa: S311
    for one in (identities.national(), identities.rpps(), identities.technical()):
        other = identities.like(one)
        assert other != one
        assert (other.kind, "/" in other.value) == (one.kind, "/" in one.value)


@pytest.mark.parametrize("written", ["", "1234", "urn:oid:1.2.3|4", "urn:oid:1.2.250.1.213.3.6|", "|4"])
def test_what_is_no_identifier_of_an_account(written: str) -> None:
    assert account_identifier(written) is None


def test_an_identifier_as_it_is_written_in_the_candidate_file() -> None:
    for one in (Identities(Random(1)).national(), Identities(Random(1)).technical()):  # noqa: S311
        assert account_identifier(f"{one.kind.system}|{one.value}") == one
