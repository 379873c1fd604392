"""The `[tls]` table of `recette.toml`: the certificates that the platform presents, the right one and those to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator

from sas_recette.engine.test_data import Table


def host_and_port(written: str) -> tuple[str, int]:
    """An address, `host:port`; the loopback when no host is written. Raises ValueError, in French, when it is none."""
    parts = urlsplit(f"//{written}")
    try:
        port = parts.port
    except ValueError:
        port = None
    if port is None or parts.path or parts.query or parts.username is not None:
        raise ValueError(f"«\u00a0{written}\u00a0» n’est pas une adresse de la forme hôte:port")
    return parts.hostname or "127.0.0.1", port


def url_of(host: str, port: int) -> str:
    """An address in plain HTTP, without a slash at the end."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _listening(value: str) -> str:
    if value:
        host_and_port(value)
    return value


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
    that the candidate knows the revocation list that names the revoked one. `revocation_address` is where the bench publishes
    it and answers by OCSP during a campaign, `host:port`; empty, it does neither.
    """

    pki: Literal["banc", "igc-test", "none"] = "banc"
    client_certificate: Path | None = None
    client_key: Path | None = None
    client_key_password_env: str | None = None
    server_ca: Path | None = None
    folder: Path | None = None
    crl_loaded: bool = False
    revocation_address: Annotated[str, AfterValidator(_listening)] = ""
    negatives: Negatives = Negatives()

    @model_validator(mode="after")
    def _only_the_bench_s_own_certificates(self) -> Self:
        if self.revocation_address and (self.pki != "banc" or self.folder is None):
            raise ValueError(
                'revocation_address va avec pki = "banc" et folder\u00a0: le banc ne répond que des certificats que '
                "«\u00a0sas-recette certs\u00a0» a émis"
            )
        return self

    @property
    def publishing(self) -> tuple[str, int] | None:
        """Host and port of `revocation_address`; None when it is not given."""
        return host_and_port(self.revocation_address) if self.revocation_address else None

    @property
    def revocation_url(self) -> str:
        """The address of the bench for revocation, without a slash at the end, as this machine knows it; empty without one."""
        return url_of(*self.publishing) if self.publishing is not None else ""
