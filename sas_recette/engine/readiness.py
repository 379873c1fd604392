"""What the bench lacks to try every certificate that must be refused, before any traffic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sas_recette.engine.bench import NotPlayableError
from sas_recette.engine.identities import SUPPLIED, shown
from sas_recette.engine.tls_data import Tls
from sas_recette.errors import UserError
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import stored_crl
from sas_recette.platform.revocation.authority import read_crl


def missing_negatives(tls: Tls, now: datetime) -> tuple[str, ...]:
    """What is to be given for every case to be tried: a French sentence each, the same one once."""
    return tuple(dict.fromkeys(_missing(tls, now)))


def _missing(tls: Tls, now: datetime) -> Iterator[str]:
    if tls.pki == "banc" and tls.folder is None:
        yield "donnez en tls.folder le dossier que «\u00a0sas-recette certs\u00a0» a écrit"
        return
    for case in NegativeCase if tls.pki == "banc" else SUPPLIED:
        try:
            shown(tls, case, now).context()
        except (NotPlayableError, UserError) as error:
            yield str(error)


def crl_ends(tls: Tls) -> datetime | None:
    """Until when the revocation list of the bench is valid; None when the campaign has none of its own.

    Raises TlsMaterialError when it cannot be read.
    """
    if tls.pki != "banc" or tls.folder is None or not stored_crl(tls.folder).is_file():
        return None
    return read_crl(stored_crl(tls.folder)).next_update_utc
