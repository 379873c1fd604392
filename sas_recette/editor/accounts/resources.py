"""A regulator account as a FrPractitionerRegul, and what a search of accounts answers (accounts.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from sas_recette.editor.accounts.model import TYPE_CODES, Identifier, RegulatorAccount
from sas_recette.editor.elements import instant, without_empty
from sas_recette.editor.http import Resource
from sas_recette.norm.canonicals import FR_V2_0203, REGULATOR


def practitioner_of(account: RegulatorAccount) -> Resource:
    """The whole state of an account; `active` is always said."""
    regulator = account.regulator
    name = without_empty({"family": regulator.family, "given": [regulator.given] if regulator.given else []})
    body = without_empty(
        {
            "resourceType": "Practitioner",
            "id": account.id,
            "meta": {"profile": [REGULATOR], "lastUpdated": instant(account.updated_at.astimezone(UTC))},
            "identifier": [_identifier(one) for one in regulator.identifiers],
            "name": [name] if name else [],
            "telecom": [{"system": "email", "value": regulator.email}] if regulator.email else [],
        }
    )
    return body | {"active": regulator.active}


def account_bundle(accounts: Sequence[RegulatorAccount], fhir_base: str, bundle_id: str, self_url: str) -> Resource:
    """The searchset of some accounts."""
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": bundle_id,
        "type": "searchset",
        "total": len(accounts),
        "link": [{"relation": "self", "url": self_url}],
    }
    if accounts:
        bundle["entry"] = [
            {
                "fullUrl": location_of(account, fhir_base),
                "resource": practitioner_of(account),
                "search": {"mode": "match"},
            }
            for account in accounts
        ]
    return bundle


def location_of(account: RegulatorAccount, fhir_base: str) -> str:
    """The URL of an account."""
    return f"{fhir_base}/Practitioner/{account.id}"


def _identifier(identifier: Identifier) -> Resource:
    code = TYPE_CODES.get(identifier.system)
    coding = {"coding": [{"system": FR_V2_0203, "code": code}]} if code else {}
    return without_empty({"type": coding, "system": identifier.system, "value": identifier.value})
