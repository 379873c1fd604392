"""`doctor`: what would keep a campaign from being played, and what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from sas_recette.cli.run import CONFIG

if TYPE_CHECKING:
    from sas_recette.engine.candidate import Candidate
    from sas_recette.engine.tls_data import Tls
    from sas_recette.exchange.model import Exchange

_CLOCK_SKEW_SECONDS: Final = 5.0
"""Drift of the candidate's clock beyond which certificates and tokens suffer (performance-and-service.md §5)."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `code` is the exit code it deserves; 0 when all is well or only a hint."""

    subject: str
    sentence: str
    code: int = 0
    hint: bool = False


def command(config: Path = CONFIG) -> None:
    """Look at everything, print one line each, and exit with the gravest code."""
    from sas_recette.evidence.reading.legible import on_terminal

    found = list(_examine(config))
    for one in found:
        sign = "▲" if one.hint else ("✘" if one.code else "✔")
        typer.echo(f"{sign} {one.subject}\u00a0: {on_terminal(one.sentence)}")
    raise typer.Exit(max(one.code for one in found))


def _examine(config: Path) -> Iterator[Diagnosis]:
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.candidate_file import CandidateFileError, read_candidate
    from sas_recette.engine.tls_identity import check_identity
    from sas_recette.platform.tls import TlsMaterialError

    try:
        candidate = read_candidate(config)
    except CandidateFileError as error:
        yield Diagnosis("recette.toml", str(error), 2)
        return
    yield Diagnosis("recette.toml", f"{config} est valide ({candidate.candidate.product}, édition {candidate.edition})")
    yield from _scenarios(candidate)
    try:
        check_identity(candidate.tls, utc_now())
    except TlsMaterialError as error:
        yield Diagnosis("Certificats", str(error), 2)
        return
    yield Diagnosis("Certificats", "certificat, clé et dates sont bons")
    yield from _to_be_refused(candidate)
    yield from _contact(candidate)
    yield from _stage(candidate)
    yield _browser()


def _scenarios(candidate: Candidate) -> Iterator[Diagnosis]:
    from sas_recette.engine.bench import missing_keys
    from sas_recette.engine.scenario import load_scenarios

    in_scope = [one for one in load_scenarios().values() if one.in_scope(candidate.scope)]
    missing = dict.fromkeys(key for one in in_scope for key in missing_keys(candidate, one.needs))
    if missing:
        yield Diagnosis("Jeu de données", f"à renseigner pour tout jouer\u00a0: {', '.join(missing)}", hint=True)
    else:
        yield Diagnosis("Jeu de données", f"les {len(in_scope)} scénarios peuvent être joués")


def _to_be_refused(candidate: Candidate) -> Iterator[Diagnosis]:
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.readiness import missing_negatives

    tls, subject = candidate.tls, "Certificats à refuser"
    if tls.pki == "none":
        yield Diagnosis(
            "TLS mutuel", 'tls.pki = "none"\u00a0: il ne sera pas vérifié, la campagne ne vaut pas recette', hint=True
        )
        return
    missing = missing_negatives(tls, utc_now())
    for sentence in missing:
        yield Diagnosis(subject, sentence, hint=True)
    if not missing:
        yield Diagnosis(subject, "le banc a de quoi présenter chaque certificat à refuser")
    yield from _revocation(tls)


def _revocation(tls: Tls) -> Iterator[Diagnosis]:
    from sas_recette.engine.campaign import utc_now
    from sas_recette.engine.readiness import crl_ends
    from sas_recette.engine.revocation import check_revocation
    from sas_recette.errors import UserError

    subject, ends, now = "Liste de révocation", crl_ends(tls), utc_now()
    if not tls.crl_loaded:
        unless = " que si la solution interroge le banc" if tls.publishing else ""
        sentence = f"tls.crl_loaded = false\u00a0: un certificat révoqué accepté ne pourra {'' if unless else 'pas '}être jugé{unless} (SEC-006)"
        yield Diagnosis(subject, sentence, hint=True)
    if ends is not None and ends < now and (tls.crl_loaded or tls.publishing):
        going_on = ", ou laissez la solution interroger le banc en OCSP, qui continue" if tls.publishing else ""
        sentence = f"périmée depuis le {ends:%d/%m/%Y à %H:%M UTC}\u00a0: relancez «\u00a0sas-recette certs\u00a0» et rechargez tout{going_on}"
        yield Diagnosis(subject, sentence, hint=True)
    if tls.publishing is None:
        return
    try:
        check_revocation(tls, now)
    except UserError as error:
        yield Diagnosis("Révocation", str(error), 2)
        return
    yield _published(tls)


def _published(tls: Tls) -> Diagnosis:
    from sas_recette.platform.revocation.authority import written_address
    from sas_recette.platform.tls import load_certificates

    written = written_address(load_certificates(tls.client_certificate)[0]) if tls.client_certificate else ""
    sentence = f"le banc peut publier sa liste et répondre en OCSP (écoute\u00a0: {tls.revocation_url}\u00a0; "
    if written:
        return Diagnosis("Révocation", f"{sentence}adresse écrite dans les certificats\u00a0: {written})")
    missing = (
        "les certificats n’en portent pas l’adresse\u00a0: configurez-la dans la solution, ou relancez "
        "«\u00a0sas-recette certs --revocation-url http://hôte:port\u00a0»)"
    )
    return Diagnosis("Révocation", sentence + missing, hint=True)


def _contact(candidate: Candidate) -> Iterator[Diagnosis]:
    from sas_recette.engine.assessment import unreachable
    from sas_recette.engine.campaign import transport_for, utc_now
    from sas_recette.exchange.model import Request
    from sas_recette.platform.aggregator import ACCEPT
    from sas_recette.rules.aggregation.envelope import described

    request = Request("GET", f"{candidate.candidate.base_url}/metadata", (("Accept", ACCEPT),))
    exchange = transport_for(candidate, "doctor", utc_now).send(request, scenario="doctor", step="Premier contact")
    if exchange.response is None:
        why = described(exchange.fault) if exchange.fault else "sans réponse"
        yield Diagnosis("Accès", f"{candidate.candidate.base_url}\u00a0: {why}", 3 if unreachable([exchange]) else 1)
        return
    tls = f" en {exchange.tls.version}" if exchange.tls else ""
    yield Diagnosis("Accès", f"{candidate.candidate.base_url} répond {exchange.response.status}{tls}")
    yield _clock(exchange)


def _clock(exchange: Exchange) -> Diagnosis:
    written = exchange.response.header("Date") if exchange.response else None
    try:
        theirs = parsedate_to_datetime(written or "")
    except ValueError:
        return Diagnosis("Horloge", "la solution ne donne pas d’en-tête Date lisible\u00a0: écart inconnu", hint=True)
    if theirs.tzinfo is None:  # how the library reads « -0000 »
        theirs = theirs.replace(tzinfo=UTC)
    drift = abs((theirs - exchange.started).total_seconds())
    if drift > _CLOCK_SKEW_SECONDS:
        sentence = f"{drift:.0f} s d’écart entre la solution et ce poste\u00a0: réglez l’une ou l’autre (NTP)"
        return Diagnosis("Horloge", sentence, hint=True)
    return Diagnosis("Horloge", "la solution et ce poste sont à la même heure")


def _stage(candidate: Candidate) -> Iterator[Diagnosis]:
    from sas_recette.engine.stage import check_stage
    from sas_recette.errors import UserError

    sso = candidate.sso
    if sso is None or not sso.issuer:
        return
    try:
        check_stage(sso, candidate.appointments)
    except UserError as error:
        yield Diagnosis("Plateforme (SSO)", str(error), 2)
        return
    host, port = sso.address
    key = f"signature avec {sso.signing_key}" if sso.signing_key else "une clé de signature nouvelle à chaque campagne"
    sentence = f"le banc peut répondre de {sso.issuer} (écoute\u00a0: {host}, port {port}\u00a0; {key})"
    yield Diagnosis("Plateforme (SSO)", sentence)
    declared = candidate.appointments
    if declared is not None and declared.base_url:
        host, port = declared.address
        sentence = f"le banc peut recevoir à {declared.base_url} (écoute\u00a0: {host}, port {port})"
        yield Diagnosis("Plateforme (rendez-vous)", sentence)


def _browser() -> Diagnosis:
    from sas_recette.platform.browser import NoBrowserError
    from sas_recette.platform.chromium import find_browser

    try:
        found = find_browser()
    except NoBrowserError as error:
        return Diagnosis("Navigateur", f"{error} Les scénarios d’authentification en ont besoin.", hint=True)
    return Diagnosis("Navigateur", f"{found.version or 'version inconnue'} ({found.path})")
