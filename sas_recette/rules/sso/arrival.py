"""Where the regulator arrives: the platform's log-in page, the right agenda, or an error that is told (sso.md §9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from sas_recette.exchange.model import Direction, FaultKind, Page
from sas_recette.rules.rule import HELD, Observation, Rule, Subject, rule
from sas_recette.rules.sso.journey import (
    AGENDA,
    LOCAL,
    LOGIN,
    TERMS,
    admitted,
    at_exchange,
    at_page,
    exchanges,
    named,
    received,
)

_LOOP: Final = 10
"""Redirections that a failure may cost (sso.md §9, S20)."""

_UNTRUSTED: Final = "certificat-invalide"
"""How the platform names its deviation of the server certificate."""

_PATIENCE_MS: Final = 30_000.0
"""Within which a failure of the token endpoint is told (S21)."""


@rule("SSO-002")
def entry_leads_to_an_agenda(subject: Subject) -> Iterator[Observation]:
    """The URL of a slot leads, once logged in, to an agenda page."""
    for page in subject.pages:
        if not admitted(page) or TERMS in page.marks:
            continue
        if any(mark.startswith(AGENDA) for mark in page.marks):
            yield HELD
        else:
            yield at_page(page, "L’URL du créneau ne mène pas à une page d’agenda.", "une page d’agenda déclarée")


@rule("SSO-005")
def origin_alone_opens_nothing(subject: Subject) -> Iterator[Observation]:
    """Before any authentication (first page), neither session nor agenda; the last page shows that both can be had."""
    if len(subject.pages) < 2 or not admitted(subject.pages[-1]):
        return
    page = subject.pages[0]
    if admitted(page) or any(mark.startswith(AGENDA) for mark in page.marks):
        message = "Le paramètre origin suffit à montrer l’agenda ou à ouvrir une session, sans authentification."
        yield at_page(page, message, "une page d’authentification")
    else:
        yield HELD


@rule("SSO-006")
def to_the_platform(subject: Subject) -> Iterator[Observation]:
    """Not logged in at the platform, the regulator is sent to its log-in page: directly, or by one click (OP-12)."""
    issuer = subject.expect.get("issuer")
    if not subject.pages or not isinstance(issuer, str):
        return
    direct, last = subject.pages[0], subject.pages[-1]
    if _at_the_platform(subject, direct, issuer):
        yield HELD
    elif last is not direct and LOGIN in direct.marks and _at_the_platform(subject, last, issuer):
        message = (
            "La page d’authentification de la plateforme n’est atteinte que par un clic sur la page de connexion de la "
            "solution : l’IG SAS 1.2.0 (§ Nomenclatures, URL de redirection) l’admet, l’atelier SOS Médecins et le kit de "
            "l’ANS attendent une redirection directe."
        )
        yield at_page(direct, message, "une redirection directe", reserve=True)
    else:
        message = "L’utilisateur n’est pas dirigé vers la page d’authentification de la plateforme SAS."
        yield at_page(last, message, f"une page de {issuer}")


def _at_the_platform(subject: Subject, page: Page, issuer: str) -> bool:
    ours, there = urlsplit(issuer), urlsplit(page.url)
    asked = any(request.facts.get("outcome") == "login-page" for request in received(subject, "authorization"))
    return asked and (ours.scheme, ours.netloc) == (there.scheme, there.netloc)


def _right_agenda(requirement: str, whose: str) -> Rule:
    """Each page is the agenda that was asked for: `expect["agendas"]`, a mark a page."""

    def check(subject: Subject) -> Iterator[Observation]:
        wanted = subject.expect.get("agendas")
        if requirement not in named(subject) or not isinstance(wanted, list):
            return
        reserve = subject.expect.get("reserve") is True
        for page, mark in zip(subject.pages, wanted, strict=False):
            if not admitted(page):
                continue
            if mark in page.marks:
                yield HELD
            elif not reserve or any(one.startswith(AGENDA) for one in page.marks):
                message = f"Le régulateur n’arrive pas sur l’agenda {whose} dont il a choisi le créneau."
                yield at_page(page, message, str(mark).replace(AGENDA, "agenda de ", 1), reserve=reserve)

    return Rule(requirement, check)


RIGHT_AGENDA: Final = (
    _right_agenda("SSO-036", "du professionnel"),
    _right_agenda("SSO-037", "du point fixe de garde"),
)


@rule("SSO-035")
def nobody_elses_rights(subject: Subject) -> Iterator[Observation]:
    """After somebody else's local session (first page, which shows it), the arrival by SSO (second) keeps none of it."""
    if len(subject.pages) < 2 or LOCAL not in subject.pages[0].marks:
        return
    page = subject.pages[1]
    if LOCAL in page.marks:
        message = "Le régulateur qui arrive par le SSO garde la session de la personne connectée avant lui."
        yield at_page(page, message, "la session du régulateur, ou une nouvelle authentification")
    else:
        yield HELD


@rule("SSO-035")
def no_other_regulators_session(subject: Subject) -> Iterator[Observation]:
    """A regulator (first page) arrives where another has a session (second page): he is authenticated in his turn.

    The exchanges are those of his arrival, then those of the other. OP-8: without a request to the platform, a session that is
    shown is the other’s.
    """
    if len(subject.pages) < 2 or not admitted(subject.pages[1]):
        return
    page = subject.pages[0]
    asked = any(hop.step == page.step for hop in received(subject, "authorization"))
    if admitted(page) and not asked:
        message = "Le régulateur qui arrive reçoit la session du régulateur précédent, sans être authentifié."
        yield at_page(page, message, "une nouvelle authentification")
    else:
        yield HELD


@rule("SSO-038")
def stays_inside(subject: Subject) -> Iterator[Observation]:
    """A falsified target, on another host (`expect["foreign"]`), is not followed."""
    foreign = subject.expect.get("foreign")
    if not isinstance(foreign, str) or len(subject.pages) < 2 or not admitted(subject.pages[-1]):
        return
    page = subject.pages[0]
    followed = [one for one in exchanges(subject, Direction.BROWSED) if urlsplit(one.request.url).hostname == foreign]
    if followed:
        message = (
            "Après l’authentification, le navigateur est envoyé vers un site étranger, par une page cible falsifiée."
        )
        yield at_exchange(followed[0], "HTTP.url", message, "une page de la solution", followed[0].request.url)
    elif urlsplit(page.url).hostname == foreign:
        message = "Après l’authentification, la solution envoie vers un site étranger, par une page cible falsifiée."
        yield at_page(page, message, "une page de la solution")
    else:
        yield HELD


@rule("SSO-040")
def code_kept_from_an_untrusted_endpoint(subject: Subject) -> Iterator[Observation]:
    """Under an untrusted certificate, the token endpoint hears nothing: a handshake that the solution gives up.

    The last page is the control: under the right certificate the session opens.
    """
    if not subject.pages or not admitted(subject.pages[-1]):
        return
    heard = [one for one in received(subject, "token") if _UNTRUSTED in one.facts.get("deviation", "").split()]
    if heard:
        message = "Le code est envoyé à un point d’accès jeton dont le certificat serveur n’est pas de confiance."
        yield at_exchange(heard[0], "TLS", message, "une connexion refusée", "un code reçu")
    else:
        yield HELD


@rule("SSO-053")
def error_without_loop(subject: Subject) -> Iterator[Observation]:
    """After an authorization error (first page): ten redirections at most, and no 5xx."""
    for page in subject.pages[:1]:
        hops = [one for one in exchanges(subject, Direction.BROWSED) if one.id in page.hops]
        broken = [one for one in hops if one.response is not None and one.response.status >= 500]
        looping = page.fault is not None and page.fault.kind is FaultKind.PROTOCOL
        if broken or (page.status or 0) >= 500:
            yield at_page(page, "L’erreur d’autorisation provoque une erreur 5xx.", "une page qui explique l’échec")
        elif len(hops) > _LOOP or looping:
            message = f"L’erreur d’autorisation provoque une boucle de redirections ({len(hops)} requêtes)."
            yield at_page(page, message, f"{_LOOP} redirections au plus")
        else:
            yield HELD


@rule("SSO-054")
def failure_told(subject: Subject) -> Iterator[Observation]:
    """After a failure of the token endpoint (first page), a message within 30 s."""
    for page in subject.pages[:1]:
        if admitted(page):
            continue
        late = page.duration > _PATIENCE_MS or page.fault is not None
        if late or page.status is None or not page.text.strip():
            message = "L’échec du point d’accès jeton n’aboutit pas à un message en moins de 30 s."
            yield at_page(page, message, "un message à l’utilisateur")
        else:
            yield HELD


@rule("ACC-049")
def terms_at_the_first_log_in(subject: Subject) -> Iterator[Observation]:
    """The terms of use are asked for at the first log-in (first page), not at the next (last page)."""
    if len(subject.pages) < 2 or not all(map(admitted, subject.pages)):
        return
    first, last = subject.pages[0], subject.pages[-1]
    if TERMS not in first.marks:
        message = "La première connexion du régulateur ne demande pas d’accepter les conditions d’utilisation."
        yield at_page(first, message, "les conditions d’utilisation")
    elif TERMS in last.marks:
        message = "Les conditions d’utilisation, déjà acceptées, sont demandées de nouveau."
        yield at_page(last, message, "l’agenda", reserve=True)
    else:
        yield HELD


@rule("ACC-013")
def same_account_after_the_switch(subject: Subject) -> Iterator[Observation]:
    """After the switch of identifier (last page), the terms of use accepted before (other pages) are not asked for again."""
    if len(subject.pages) < 2 or not all(map(admitted, subject.pages)):
        return
    last = subject.pages[-1]
    if TERMS in last.marks:
        message = "Après la bascule d’identifiant, les conditions d’utilisation sont demandées de nouveau : le compte a changé."
        yield at_page(last, message, "la session du même compte")
    else:
        yield HELD


@rule("SSO-055")
def no_account_on_the_fly(subject: Subject) -> Iterator[Observation]:
    """After the arrival of an unknown address, an account with that address (first answer) can be created.

    The second answer is the same creation with an address that never came: where it is refused too, nothing is known.
    """
    statuses = [one.exchange.response.status for one in subject.answers if one.exchange and one.exchange.response]
    if len(statuses) < 2 or statuses[1] != 201:
        return
    if statuses[0] == 201:
        yield HELD
    elif 400 <= statuses[0] < 500:
        exchange = subject.answers[0].exchange
        message = "Après l’arrivée d’une adresse inconnue, la création d’un compte à cette adresse est refusée : il en existe un."
        if exchange is not None:
            yield at_exchange(exchange, "HTTP.status", message, "201", f"HTTP {statuses[0]}")
