"""All the defects, by id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add
from types import MappingProxyType
from typing import Final

from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.defects import (
    accounts_checks,
    accounts_exchanges,
    accounts_states,
    actors,
    cpts_slots,
    cpts_structures,
    envelope,
    passwords,
    perf_load,
    perf_searches,
    places,
    rdv_exchanges,
    rdv_identifiers,
    rdv_resources,
    rdv_triggers,
    reading,
    screens,
    searching,
    slots,
    sos_agendas,
    sos_bundles,
    sos_places,
    sos_reading,
    sos_searches,
    sos_shared,
    sos_slots,
    sso_accounts,
    sso_arrivals,
    sso_failures,
    sso_psc,
    sso_requests,
    sso_responses,
    sso_tokens,
    tls_clients,
    tls_listeners,
    wire,
)
from sas_recette.editor.defects.model import Defect

_ALL: Final = (
    *reading.READING,
    *searching.BOUNDS,
    *searching.VISIBILITY,
    *searching.LISTS,
    *slots.INSTANTS,
    *slots.CODES,
    *slots.COMMENTS,
    *actors.PRACTITIONERS,
    *actors.GRAPH,
    *places.TELECOM,
    *places.STRUCTURES,
    *places.LOCATIONS,
    *envelope.ENVELOPE,
    *wire.WIRE,
    *screens.SCREENS,
    *passwords.PASSWORDS,
    *cpts_slots.SEARCHES,
    *cpts_slots.SLOTS,
    *cpts_structures.GRAPH,
    *cpts_structures.ORGANIZATIONS,
    *sos_reading.READING,
    *sos_searches.SEARCHES,
    *sos_bundles.BUNDLES,
    *sos_agendas.AGENDAS,
    *sos_slots.SLOTS,
    *sos_shared.SHARED,
    *sos_places.PLACES,
    *sos_places.ORGANIZATIONS,
    *accounts_exchanges.REQUESTS,
    *accounts_exchanges.REPLIES,
    *accounts_checks.MISSING,
    *accounts_checks.INVALID,
    *accounts_checks.DEMANDS,
    *accounts_states.DOUBLES,
    *accounts_states.UPDATES,
    *accounts_states.STATES,
    *rdv_triggers.TRIGGERS,
    *rdv_triggers.AGENDAS,
    *rdv_identifiers.IDENTIFIERS,
    *rdv_identifiers.OPERATORS,
    *rdv_resources.CONTENTS,
    *rdv_resources.TIMES,
    *rdv_resources.STATUSES,
    *rdv_resources.PARTICIPANTS,
    *rdv_exchanges.REQUESTS,
    *rdv_exchanges.FAILURES,
    *rdv_exchanges.CONNECTIONS,
    *sso_arrivals.ARRIVALS,
    *sso_arrivals.LANDINGS,
    *sso_requests.REQUESTS,
    *sso_requests.BACK_CHANNEL,
    *sso_responses.RESPONSES,
    *sso_failures.FAILURES,
    *sso_tokens.SIGNATURES,
    *sso_tokens.CLAIMS,
    *sso_accounts.MATCHING,
    *sso_accounts.RIGHTS,
    *sso_psc.PSC,
    *tls_clients.NAMES,
    *tls_clients.CERTIFICATES,
    *tls_clients.REFUSALS,
    *tls_listeners.VERSIONS,
    *tls_listeners.SUITES,
    *tls_listeners.SERVERS,
    *perf_searches.SEARCHES,
    *perf_load.LOAD,
)

DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType({item.id: item for item in _ALL})


class UnknownDefectError(LookupError):
    """An id that names no defect; the message gives the nearest ones."""


def defect(defect_id: str) -> Defect:
    """The defect of that id. Raises UnknownDefectError."""
    found = DEFECTS.get(defect_id)
    if found is None:
        near = difflib.get_close_matches(defect_id, DEFECTS, n=3, cutoff=0.4)
        advice = f" Vouliez-vous dire : {', '.join(near)} ?" if near else ""
        raise UnknownDefectError(f"Défaut inconnu : « {defect_id} ».{advice}")
    return found


def behaviour_of(defect_ids: Iterable[str]) -> Behaviour:
    """The product with all these defects at once, in alphabetical order of ids. Raises UnknownDefectError."""
    return reduce(add, (defect(defect_id).behaviour for defect_id in sorted(defect_ids)), REFERENCE)
