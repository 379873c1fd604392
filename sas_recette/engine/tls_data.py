"""The `[tls]` table of `recette.toml`: the certificates that the platform presents, the right one and those to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sas_recette.engine.test_data import Table


class Negative(Table):
    """A certificate to refuse: a PEM file and its key, or a PKCS#12 file; `password_env` names the variable of its password."""

    certificate: Path
    key: Path | None = None
    password_env: str | None = None


class Negatives(Table):
    """`[tls.negatives]`: real test certificates that the solution must refuse, by what is wrong with them."""

    wrong_cn: Negative | None = None
    wrong_ou: Negative | None = None
    revoked: Negative | None = None
    expired: Negative | None = None
    not_yet_valid: Negative | None = None
    wrong_usage: Negative | None = None

    def given(self) -> Iterator[tuple[str, Negative]]:
        """Those that are there, each by its key."""
        for name, value in dict(self).items():
            if isinstance(value, Negative):
                yield name, value


class Tls(Table):
    """`[tls]`: the platform's certificate for this campaign, and the authority that signed the candidate's.

    `folder` is the one that `sas-recette certs` wrote, where the certificates to refuse are (`pki = "banc"`). `crl_loaded` tells
    that the candidate knows the revocation list that names the revoked one.
    """

    pki: Literal["banc", "igc-test", "none"] = "banc"
    client_certificate: Path | None = None
    client_key: Path | None = None
    client_key_password_env: str | None = None
    server_ca: Path | None = None
    folder: Path | None = None
    crl_loaded: bool = False
    negatives: Negatives = Negatives()
