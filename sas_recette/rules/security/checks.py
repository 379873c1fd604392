"""The checks of security by name. Each exchange says what was presented or offered in its facts.

| check | exchanges | expect |
|---|---|---|
| tls-valid | requests with the platform’s certificate | after (what was presented before) |
| tls-refused | requests of an intruder, then some of the platform’s certificate, then what was asked of the bench about revocation | requirements, after, crl_loaded |
| tls-no-effect | a write without certificate, then what shows its effect | effect: creation or change; family |
| tls-versions | TLS 1.2 and 1.3 with the platform’s certificate, then the obsolete versions | |
| tls-suites | the same, then the weak suites | |
| tls-server | a request that verifies the server’s certificate | |
| tls-plain | requests in plain HTTP | |

Facts: `case` (security.md §5), `presented` in words, `asked` (slots, accounts, capabilities), `offered` (a version, a family of
suites), `answer` of a probe (accepted, refused, untested), `server_key`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.rules.rule import Rule
from sas_recette.rules.security import refusals, server, versions

SECURITY_CHECKS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "tls-valid": (refusals.platform_is_served,),
    "tls-refused": (*refusals.REFUSED, refusals.platform_is_served),
    "tls-no-effect": (refusals.nothing_was_written,),
    "tls-versions": (
        versions.a_current_version,
        versions.tls_1_2,
        versions.tls_1_3,
        versions.no_obsolete_version,
    ),
    "tls-suites": (versions.no_weak_suite,),
    "tls-server": (server.server_certificate,),
    "tls-plain": (server.nothing_in_clear,),
}
"""The rules of each check."""
