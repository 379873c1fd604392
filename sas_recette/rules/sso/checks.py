"""The checks of single sign-on by name; the pages of a judgement come in the order of its scenario.

`expect["requirements"]` are the requirements that the step serves, where several could.

| check | pages and exchanges | expect |
|---|---|---|
| sso-requests | everything of a log-in | authentication |
| psc-requests | the requests of a log-in by Pro Santé Connect | |
| sso-addresses | pages after a log-in | |
| sso-closed | what must open nothing, then the controls | requirements, controls, reserve, why |
| sso-open | what must open a session, then the controls | requirements, controls, reserve, why |
| sso-entry | the page at the end of a log-in | |
| sso-not-connected | the first page, the page after a click, the page after the log-in; the requests | issuer |
| sso-to-the-platform | the first page, the page after a click; the requests | issuer |
| sso-agendas | a page an agenda | requirements, agendas, reserve |
| sso-somebody-else | the local session, the arrival | |
| sso-other-regulator | the arrival, the session of another regulator; the requests | |
| sso-target | the page after a falsified target, the control; the requests of the browser | foreign |
| sso-untrusted | the page under an untrusted certificate, the control; the requests | |
| sso-authorization-error | the page; the requests of the browser | |
| sso-token-failure | the page | |
| sso-terms | the first log-in, the next | |
| sso-switched | log-ins before the switch, the one after | |
| sso-on-the-fly | the creation with the unknown address, another creation | |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.rules.rule import Rule
from sas_recette.rules.sso import access, arrival, requests

SSO_CHECKS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "sso-requests": requests.REQUESTS,
    "psc-requests": (requests.health_professional_request,),
    "sso-addresses": (requests.nothing_left_in_addresses,),
    "sso-closed": access.NOBODY_GETS_IN,
    "sso-open": access.REGULATORS_GET_IN,
    "sso-entry": (arrival.entry_leads_to_an_agenda,),
    "sso-not-connected": (arrival.origin_alone_opens_nothing,),
    "sso-to-the-platform": (arrival.to_the_platform,),
    "sso-agendas": arrival.RIGHT_AGENDA,
    "sso-somebody-else": (arrival.nobody_elses_rights,),
    "sso-other-regulator": (arrival.no_other_regulators_session,),
    "sso-target": (arrival.stays_inside,),
    "sso-untrusted": (arrival.code_kept_from_an_untrusted_endpoint,),
    "sso-authorization-error": (arrival.error_without_loop,),
    "sso-token-failure": (arrival.failure_told,),
    "sso-terms": (arrival.terms_at_the_first_log_in,),
    "sso-switched": (arrival.same_account_after_the_switch,),
    "sso-on-the-fly": (arrival.no_account_on_the_fly,),
}
"""The rules of each check."""
