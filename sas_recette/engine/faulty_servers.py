"""The bad certificates that the platform shows as a server, and that only an authority which the candidate trusts can issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.engine.tls_data import Tls
from sas_recette.platform.inbox.messages import InboxFault
from sas_recette.platform.pki import stored_server
from sas_recette.platform.server_case import ServerCase
from sas_recette.platform.server_identity import ServerIdentity

_STATES: Final[Mapping[InboxFault, ServerCase]] = {
    InboxFault.EXPIRED_CERTIFICATE: ServerCase.EXPIRED,
    InboxFault.WRONG_HOST: ServerCase.WRONG_HOST,
}


def faulty_identities(tls: Tls) -> Mapping[InboxFault, ServerIdentity]:
    """Those that the folder of `sas-recette certs` holds, by state of the inbox; none with other authorities than the bench's."""
    if tls.pki != "banc" or tls.folder is None:
        return {}
    stored = {state: stored_server(tls.folder, case) for state, case in _STATES.items()}
    return {state: ServerIdentity(one.certificate, one.key) for state, one in stored.items() if one is not None}
