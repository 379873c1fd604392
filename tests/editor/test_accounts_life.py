"""The life of an account, request after request (accounts.md §5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sas_recette.editor.accounts.model import Role
from sas_recette.editor.accounts.seed import AMBIGUOUS, inherit_accounts
from sas_recette.editor.passwords import password_matches
from tests.editor.account_requests import (
    MAIL,
    NATIONAL,
    OTHER_MAIL,
    OTHER_NATIONAL,
    RPPS,
    TECHNICAL,
    VERSION_6,
    Platform,
    criterion,
    diagnostics,
    identifier,
    location,
    practitioner,
    product,
)
from tests.editor.bench import FHIR_BASE, NOW, body


@pytest.fixture
def platform() -> Iterator[Platform]:
    with product() as one:
        yield one


@pytest.mark.parametrize("token", [NATIONAL, OTHER_NATIONAL, RPPS, TECHNICAL, VERSION_6])
def test_create(platform: Platform, token: tuple[str, str]) -> None:
    reply = platform.post(practitioner(token))
    assert reply.status == 201
    assert location(reply) == f"{FHIR_BASE}/Practitioner/compte-1"
    (account,) = platform.found(token)
    assert account == body(reply)
    assert account["identifier"] == [identifier(*token)]
    assert (account["active"], account["name"]) == (True, [{"family": "Loridon", "given": ["Sébastien"]}])
    assert account["telecom"] == [{"system": "email", "value": MAIL}]


def test_what_a_new_account_has(platform: Platform) -> None:
    platform.created(practitioner())
    with platform.bench.store.regulators.transaction() as register:
        account = register.get("compte-1")
    assert account is not None
    assert (account.created_at, account.terms_accepted_at, account.role) == (NOW, None, Role.REGULATOR)
    assert not password_matches("", account.password)
    assert account.password not in repr(account)


def test_the_logical_id_of_the_body_means_nothing(platform: Platform) -> None:
    assert platform.created(practitioner() | {"id": "example-regulator-1"}) == "compte-1"
    assert platform.put(NATIONAL, practitioner(family="Autre") | {"id": "example-regulator-1"}).status == 200
    assert [one["id"] for one in platform.found(NATIONAL)] == ["compte-1"]


def test_a_repeated_creation_is_refused(platform: Platform) -> None:
    platform.created(practitioner())
    before = platform.everybody()
    reply = platform.post(practitioner())
    assert (reply.status, location(reply)) == (422, "")
    assert diagnostics(reply) == [
        "identifier[0].value : déjà rattaché à un autre compte actif.",
        "telecom[0].value : déjà rattaché à un autre compte actif.",
    ]
    assert platform.everybody() == before


def test_an_address_belongs_to_one_active_account_whatever_its_case(platform: Platform) -> None:
    platform.created(practitioner(email="Sébastien.Loridon@test.com"))
    refused = platform.post(practitioner(TECHNICAL, email="sÉBASTIEN.loridon@TEST.com"))
    assert refused.status == 422
    assert diagnostics(refused) == ["telecom[0].value : déjà rattaché à un autre compte actif."]
    platform.created(practitioner(TECHNICAL, email=OTHER_MAIL))
    assert platform.put(TECHNICAL, practitioner(TECHNICAL, email=MAIL)).status == 200
    assert platform.put(TECHNICAL, practitioner(TECHNICAL, email="SÉBASTIEN.LORIDON@test.com")).status == 422
    assert platform.found(TECHNICAL)[0]["telecom"] == [{"system": "email", "value": MAIL}]
    assert platform.found(NATIONAL)[0]["telecom"][0]["value"] == "Sébastien.Loridon@test.com"


@pytest.mark.parametrize(
    ("change", "element", "value"),
    [
        ({"email": OTHER_MAIL}, "telecom", [{"system": "email", "value": OTHER_MAIL}]),
        ({"family": "D’Almeïda"}, "name", [{"family": "D’Almeïda", "given": ["Sébastien"]}]),
        ({"given": "Noël"}, "name", [{"family": "Loridon", "given": ["Noël"]}]),
        ({"token": OTHER_NATIONAL}, "identifier", [identifier(*OTHER_NATIONAL)]),
    ],
)
def test_update(platform: Platform, change: dict[str, str], element: str, value: object) -> None:
    created = body(platform.post(practitioner()))
    later = NOW + timedelta(hours=1)
    platform.bench.now = later
    reply = platform.put(NATIONAL, practitioner(**change))  # type: ignore[arg-type]  # one of its options
    assert (reply.status, location(reply)) == (200, f"{FHIR_BASE}/Practitioner/compte-1")
    updated = {"profile": created["meta"]["profile"], "lastUpdated": "2026-06-16T09:12:00.000+00:00"}
    assert body(reply) == created | {"meta": updated, element: value}
    assert body(platform.send("GET", path="/Practitioner/compte-1")) == body(reply)


def test_the_switch_keeps_the_account(platform: Platform) -> None:
    platform.created(practitioner(TECHNICAL))
    with platform.bench.store.regulators.transaction() as register:
        register.accept_terms("compte-1", NOW)
        before = register.get("compte-1")
    assert platform.put(TECHNICAL, practitioner(RPPS)).status == 200
    assert platform.found(TECHNICAL) == []
    (account,) = platform.found(RPPS)
    assert (account["id"], account["identifier"]) == ("compte-1", [identifier(*RPPS)])
    with platform.bench.store.regulators.transaction() as register:
        after = register.get("compte-1")
    assert before is not None
    assert after is not None
    assert (after.terms_accepted_at, after.password, after.created_at) == (NOW, before.password, NOW)
    assert platform.put(RPPS, practitioner(RPPS, family="Marius")).status == 200


def test_both_identifiers_at_once(platform: Platform) -> None:
    both = practitioner() | {"identifier": [identifier(*TECHNICAL), identifier(*NATIONAL)]}
    platform.created(both)
    assert platform.found(NATIONAL) == platform.found(TECHNICAL)
    assert platform.found(NATIONAL)[0]["identifier"] == both["identifier"]
    assert platform.put(NATIONAL, practitioner()).status == 200
    assert platform.found(TECHNICAL) == []


def test_deactivate_then_reactivate(platform: Platform) -> None:
    platform.created(practitioner())
    for active in (False, False, True, True):
        reply = platform.put(NATIONAL, practitioner(active=active))
        assert (reply.status, body(reply)["id"], body(reply)["active"]) == (200, "compte-1", active)
    assert len(platform.everybody()) == 1


@pytest.mark.parametrize("active", [True, False])
def test_an_update_for_nobody_is_a_creation_and_is_idempotent(platform: Platform, active: bool) -> None:
    payload = practitioner(TECHNICAL, active=active)
    first, second = platform.put(TECHNICAL, payload), platform.put(TECHNICAL, payload)
    assert (first.status, second.status) == (201, 200)
    assert location(first) == location(second) == f"{FHIR_BASE}/Practitioner/compte-1"
    assert body(first) == body(second)
    assert body(first)["active"] is active
    assert len(platform.everybody()) == 1


def test_a_put_of_an_unknown_criterion_for_a_known_identifier_is_refused(platform: Platform) -> None:
    platform.created(practitioner())
    before = platform.everybody()
    assert platform.put(TECHNICAL, practitioner()).status == 422
    assert platform.everybody() == before


def test_the_identifier_of_a_deactivated_account_goes_to_another(platform: Platform) -> None:
    platform.created(practitioner())
    assert platform.put(NATIONAL, practitioner(active=False)).status == 200
    platform.created(practitioner(TECHNICAL))
    reply = platform.put(TECHNICAL, practitioner())
    assert (reply.status, body(reply)["id"]) == (200, "compte-2")
    assert [one["id"] for one in platform.found(NATIONAL)] == ["compte-2"]
    left = body(platform.send("GET", path="/Practitioner/compte-1"))
    assert (left["active"], "identifier" in left) == (False, False)
    assert left["name"] == [{"family": "Loridon", "given": ["Sébastien"]}]


def test_a_creation_may_take_the_identifier_of_a_deactivated_account(platform: Platform) -> None:
    platform.created(practitioner())
    platform.put(NATIONAL, practitioner(active=False))
    assert platform.created(practitioner()) == "compte-2"
    assert [one["id"] for one in platform.found(NATIONAL)] == ["compte-2"]


def test_the_identifier_of_an_active_account_is_not_for_another(platform: Platform) -> None:
    platform.created(practitioner())
    platform.created(practitioner(TECHNICAL, email=OTHER_MAIL))
    before = platform.everybody()
    for active in (True, False):
        reply = platform.put(TECHNICAL, practitioner(email=OTHER_MAIL, active=active))
        assert reply.status == 422
        assert diagnostics(reply) == ["identifier[0].value : déjà rattaché à un autre compte actif."]
    assert platform.everybody() == before


def test_the_address_of_a_deactivated_account_is_free(platform: Platform) -> None:
    platform.created(practitioner())
    platform.put(NATIONAL, practitioner(active=False))
    platform.created(practitioner(TECHNICAL))
    refused = platform.put(NATIONAL, practitioner())
    assert (refused.status, diagnostics(refused)) == (
        422,
        ["telecom[0].value : déjà rattaché à un autre compte actif."],
    )
    assert platform.put(NATIONAL, practitioner(active=False, family="Encore")).status == 200
    assert platform.put(NATIONAL, practitioner(email=OTHER_MAIL)).status == 200


def test_an_ambiguous_criterion_is_refused(platform: Platform) -> None:
    inherit_accounts(platform.bench.store.regulators, NOW, "")
    inherit_accounts(platform.bench.store.regulators, NOW, "")
    token = (AMBIGUOUS.system, AMBIGUOUS.value)
    before = platform.everybody()
    assert [one["id"] for one in platform.found(token)] == ["compte-1", "compte-2"]
    reply = platform.put(token, practitioner(token))
    assert (reply.status, diagnostics(reply)) == (412, ["Paramètre identifier : le critère désigne 2 comptes."])
    platform.created(practitioner())
    either = f"{criterion(NATIONAL)},{IDNPS_BAR}{AMBIGUOUS.value}"
    assert platform.send("PUT", practitioner(), either).status == 412
    assert platform.everybody()[:2] == before


IDNPS_BAR = "urn:oid:1.2.250.1.71.4.2.1|"


def test_an_inherited_account_can_be_updated_by_its_logical_id(platform: Platform) -> None:
    inherit_accounts(platform.bench.store.regulators, NOW, "")
    token = (AMBIGUOUS.system, AMBIGUOUS.value)
    payload = practitioner(token, family="Quéré", active=False) | {"id": "compte-2"}
    assert platform.send("PUT", payload, path="/Practitioner/compte-2").status == 200
    assert [one["active"] for one in platform.found(token)] == [True, False]


def test_update_by_logical_id(platform: Platform) -> None:
    platform.created(practitioner())
    path = "/Practitioner/compte-1"
    assert platform.send("PUT", practitioner(family="Dupont") | {"id": "compte-1"}, path=path).status == 200
    assert platform.found(NATIONAL)[0]["name"][0]["family"] == "Dupont"
    for payload in (practitioner(), practitioner() | {"id": "compte-2"}):
        assert platform.send("PUT", payload, path=path).status == 400
    unknown = practitioner() | {"id": "compte-9"}
    assert platform.send("PUT", unknown, path="/Practitioner/compte-9").status == 404
    assert len(platform.everybody()) == 1
