"""The checks of the accounts by name: what a scenario of INT_R02 asks for, and the answers it gives, in their order.

`expect["requirement"]` (an id, or a list) is the requirement that the step serves, where the answer alone does not tell.

| check | answers | expect |
|---|---|---|
| account-created | creations, of both kinds of identifier if ACC-044 is to be examined | |
| account-put-created | updates of unknown accounts | |
| account-updated | the update, an earlier success on the account | requirement: what was changed (ACC-008 to 012, 023, 025) |
| account-idempotent | the update, the same again | |
| account-refused | the refused request, then valid witnesses | requirement, nature (`account_payloads`) |
| account-no-effect | the probe, the refused request, then the control (absent) or the account (present) | requirement, account |
| account-identifier-changed | by the new identifier, the change, the creation, the control | requirement: ACC-011, 012, 027 |
| account-identifier-left | an inactive update by the former identifier, the change, an inactive control | requirement: ACC-011 or 012 |
| account-criterion | raw slash, encoded slash, a success on the account, the control, raw pipe | |
| account-identifier-whole | by the identifier, by its sibling, a success on the account, the control | |
| account-reassigned | the switch to the freed identifier, the deactivation, the other account, a switch before it | |
| account-address-moved | the update, a creation with the new address, a creation with the former one | |
| account-read | a read by identifier, the last accepted write or an earlier read, the refused request if any | requirement |
| account-media-types | writes that differ by their media types | |
| account-format | with `_format`, without | |
| account-endpoint | a write, a slot search | |
| account-metadata | GET [base]/metadata | |
| account-concurrent | writes sent at once | |

The control is the answer to a valid update of an account that nobody knows: only a candidate that says 201 to it lets a 200
prove that an identifier was known (accounts.md §9).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.rules.accounts import effects, media, outcome, reads, refusals, writes
from sas_recette.rules.accounts.reading import about_the_first
from sas_recette.rules.rule import Rule

_ANY_WRITE: Final = (media.platform_accept_understood, media.fhir_json_taken, media.plain_json_taken)
_VALID_WRITE: Final = (*_ANY_WRITE, outcome.failure_explained, writes.location_after_creation)

ACCOUNT_CHECKS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "account-created": (
        *_VALID_WRITE,
        writes.created_with_national,
        writes.created_with_technical,
        writes.both_kinds,
        writes.needs_nothing_else,
    ),
    "account-put-created": (*_VALID_WRITE, writes.unknown_is_created),
    "account-updated": (
        *map(about_the_first, _VALID_WRITE),
        writes.update_confirmed,
        writes.location_after_update,
        writes.deletion_by_update,
        *writes.UPDATES_APPLIED,
    ),
    "account-idempotent": (writes.idempotent,),
    "account-refused": (
        about_the_first(outcome.failure_explained),
        refusals.status_tells_why,
        refusals.no_breakdown,
        *refusals.REFUSED,
    ),
    "account-no-effect": effects.NO_EFFECT,
    "account-identifier-changed": effects.IDENTIFIER_CHANGED,
    "account-identifier-left": effects.IDENTIFIER_LEFT,
    "account-criterion": (effects.criterion_decoded,),
    "account-identifier-whole": (effects.identifier_kept_whole,),
    "account-reassigned": (effects.identifier_reassigned, effects.deactivation_frees_the_identifier),
    "account-address-moved": (effects.address_moved,),
    "account-read": reads.READ,
    "account-media-types": _ANY_WRITE,
    "account-format": (media.format_tolerated,),
    "account-endpoint": (writes.same_endpoint,),
    "account-metadata": (writes.capability_published,),
    "account-concurrent": (writes.concurrent_writes,),
}
"""The rules of each check."""
