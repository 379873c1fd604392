"""Who a scenario of security tries to pass for: cases of certificates, none at all, forged headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sas_recette.engine.bench import NotPlayableError
from sas_recette.engine.connections import ACCOUNTS, SLOTS, Connections, Try, answers_of
from sas_recette.engine.identities import NONE
from sas_recette.engine.readiness import crl_ends
from sas_recette.engine.tls_data import Tls
from sas_recette.errors import UserError
from sas_recette.exchange.model import Exchange, Headers
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.tls import load_certificates
from sas_recette.rules.security.knowledge import learnt
from sas_recette.rules.security.reactions import Reaction, reaction

_FORGED: Final = (
    "X-SSL-Client-S-DN",
    "X-SSL-Client-Subject",
    "SSL_CLIENT_S_DN",
    "X-Client-DN",
    "X-Forwarded-Tls-Client-Cert-Info",
)
"""Headers in which relays pass on the subject of the client's certificate."""
_VERIFIED: Final = ("X-SSL-Client-Verify", "SSL_CLIENT_VERIFY", "X-Client-Verify")
_WHOLE: Final = ("X-Client-Cert", "X-SSL-Client-Cert", "X-SSL-CERT", "SSL_CLIENT_CERT")


def refuse(server: Connections, cases: Mapping[str, Iterable[NegativeCase]]) -> None:
    """Present the certificates of each requirement, in every version that the server offers, and have their refusal judged.

    What the bench has no certificate for is told, and the others are presented all the same.
    """
    versions = server.prepare()
    for requirement, case in ((name, one) for name, some in cases.items() for one in some):
        try:
            identity = server.identity(case)
        except (NotPlayableError, UserError) as missing:
            server.bench.not_verified(str(missing), requirement)
            continue
        server.intrude_in_each([Try(identity, version) for version in versions], (requirement,))


def inform(server: Connections, case: str) -> None:
    """Present a certificate of which nothing is required, for the reader; without it, nothing is said."""
    try:
        identity = server.identity(case)
    except NotPlayableError:
        return
    server.ask(SLOTS, Try(identity))


def refuse_revoked(server: Connections) -> None:
    """Present the revoked certificate; where it is served, whether the candidate could know decides of what it weighs."""
    bench = server.bench
    identity, unaware = server.identity(NegativeCase.REVOKED), _unaware(bench.candidate.tls, bench.clock())
    for version in server.prepare():
        tried = server.intrude(
            Try(identity, version), ("SEC-006",), bench.asked_about_revocation, crl_loaded=not unaware
        )
        told = bench.asked_about_revocation()
        asked = [one.exchange for one in told if one.exchange is not None]
        if unaware and any(reaction(one) is Reaction.SERVED and not learnt(one, asked) for one in tried):
            bench.not_verified(f"le certificat révoqué est accepté, mais {unaware}", "SEC-006")


def _unaware(tls: Tls, now: datetime) -> str:
    """Why the candidate may know nothing of the revocation, but for what it asks of the bench; empty when it must know."""
    asked = " et la solution n’en a rien demandé au banc (tls.revocation_address)" if tls.publishing else ""
    if not tls.crl_loaded:
        return f"rien ne dit que la liste de révocation est chargée dans la solution (tls.crl_loaded = true){asked}"
    ends = crl_ends(tls)
    if ends is not None and ends < now:
        return f"la liste de révocation du banc est périmée{asked}\u00a0: relancez «\u00a0sas-recette certs\u00a0»"
    return ""


def refuse_nobody(server: Connections) -> None:
    """Ask for everything without a certificate, a creation and a change of account included, and look at what they did."""
    nobody, requirements = server.identity(NONE), ("SEC-001", "SEC-007", "SEC-028")
    for version in server.prepare():
        attempt = Try(nobody, version)
        server.intrude(attempt, requirements)
        if ACCOUNTS in server.asked:
            _create(server, attempt, requirements)
            _change(server, attempt, requirements)
    if ACCOUNTS not in server.asked:
        server.bench.not_verified(
            "la solution a refusé à la plateforme d’ouvrir un compte d’essai (INT_R02)", "SEC-028"
        )


def _create(server: Connections, attempt: Try, requirements: tuple[str, ...]) -> None:
    """Try to open an account; what the platform's own update of it meets tells whether it is there."""
    accounts = server.accounts
    stranger = accounts.technical()
    written = server.ask(ACCOUNTS, attempt, accounts.creation("", stranger).request)
    _judged(server, written, requirements)
    if reaction(written) is Reaction.SERVED:
        accounts.noticed(stranger)
    step = "Le compte est-il là\u00a0? Mise à jour avec le certificat valide"
    after = accounts.send(accounts.change(step, stranger.identifier, stranger.deactivated()))
    unknown = accounts.control(active=False)
    server.bench.judge("tls-no-effect", *answers_of(written), after, unknown, expect={"effect": "creation"})


def _change(server: Connections, attempt: Try, requirements: tuple[str, ...]) -> None:
    """Try to change the test account; a read tells whether it was, where the candidate has one."""
    accounts, before = server.accounts, server.account
    request = accounts.change("", before.identifier, server.changed()).request
    written = server.ask(ACCOUNTS, attempt, request)
    _judged(server, written, requirements)
    if accounts.readable:
        read = accounts.send(accounts.reading("Lecture du compte d’essai", before.identifier))
        expect = {"effect": "change", "family": before.family}
        server.bench.judge("tls-no-effect", *answers_of(written), read, expect=expect)
    if reaction(written) is Reaction.SERVED:
        accounts.send(accounts.change("Remise en état du compte d’essai", before.identifier, before))


def _judged(server: Connections, written: Exchange, requirements: tuple[str, ...]) -> None:
    expect = {"requirements": sorted(requirements)}
    server.bench.judge("tls-refused", *answers_of(written, *server.controls), expect=expect)


def refuse_forged_headers(server: Connections) -> None:
    """Ask for everything without a certificate, under headers that pretend that a relay has verified the platform's."""
    certificate = server.bench.candidate.tls.client_certificate
    if certificate is None:
        raise NotPlayableError("recette.toml ne donne pas tls.client_certificate, au nom duquel forger des en-têtes")
    headers = forged_headers(load_certificates(certificate)[0])
    nobody = server.identity(NONE)
    server.intrude_in_each([Try(nobody, version, headers) for version in server.prepare()], ("SEC-013",))


def forged_headers(leaf: x509.Certificate) -> Headers:
    """What relays would say of a certificate, under the names that the best known of them use."""
    subject = leaf.subject.rfc4514_string()
    name = subject.encode("ascii", "backslashreplace").decode("ascii")
    der = quote(_pem(leaf), safe="")
    return (
        *((header, name) for header in _FORGED),
        *((header, "SUCCESS") for header in _VERIFIED),
        *((header, der) for header in _WHOLE),
        ("X-Forwarded-Client-Cert", f'Subject="{name}";Cert="{der}"'),
        ("X-Forwarded-Tls-Client-Cert", der),
    )


def _pem(leaf: x509.Certificate) -> str:
    return leaf.public_bytes(Encoding.PEM).decode("ascii")
