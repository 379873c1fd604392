"""Which versions of TLS, and which suites, the candidate’s server accepts (security.md §2, T10; §5).

An offer is accepted, refused, or was not answered in a way that tells: the fact `answer` says which. One that tells nothing
leaves its requirement « non vérifié » as a whole, unless another was accepted: half a proof is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sas_recette.exchange.model import FaultKind
from sas_recette.rules.rule import HELD, Observation, Subject, rule
from sas_recette.rules.security.reactions import Reaction, alert_of, reaction
from sas_recette.rules.security.reading import Presented, presented

_CURRENT: Final = {"TLS 1.2": "TLSv1.2", "TLS 1.3": "TLSv1.3"}
_OF_THE_VERSION: Final = frozenset(
    {"protocol_version", "handshake_failure", "insufficient_security", "protocol version"}
)
_WEAK: Final = ("NULL", "RC4", "DES", "EXP", "ADH", "AECDH", "_anon_")


def _accepted(one: Presented) -> bool | None:
    """Whether an offer was accepted; None when nothing tells."""
    answer = one.exchange.facts.get("answer")
    if answer:
        return {"accepted": True, "refused": False}.get(answer)
    version = _CURRENT.get(one.exchange.facts.get("offered", ""))
    if one.exchange.tls is not None:
        return one.exchange.tls.version == version
    fault = one.exchange.fault
    if fault is None or fault.phase != "tls" or reaction(one.exchange) is not Reaction.REFUSED:
        return None
    # A refusal for the certificate comes in the handshake too, in TLS 1.2: the version itself was accepted then.
    if fault.kind is FaultKind.TLS and alert_of(fault):
        return False if alert_of(fault) in _OF_THE_VERSION else None
    return False


def _offers(subject: Subject) -> tuple[list[Presented], list[Presented]]:
    """The two current versions, then whatever else was offered."""
    every = list(presented(subject))
    current = [one for one in every if one.exchange.facts.get("offered") in _CURRENT]
    return current, [one for one in every if one not in current]


@rule("SEC-015")
def a_current_version(subject: Subject) -> Iterator[Observation]:
    """TLS 1.2 or TLS 1.3 is accepted, with the platform’s certificate."""
    current, _ = _offers(subject)
    answers = [_accepted(one) for one in current]
    if True in answers:
        yield HELD
    elif current and set(answers) == {False}:
        why = "Le serveur n’accepte ni TLS 1.2 ni TLS 1.3."
        yield current[0].deviation(why, "TLS 1.2 ou TLS 1.3")


@rule("SEC-016")
def tls_1_3(subject: Subject) -> Iterator[Observation]:
    """TLS 1.3 is accepted."""
    yield from _recommended(subject, "TLS 1.3", "Le serveur n’accepte pas TLS 1.3, que le CI-SIS recommande.")


@rule("SEC-025")
def tls_1_2(subject: Subject) -> Iterator[Observation]:
    """TLS 1.2 is accepted."""
    why = "Le serveur n’accepte pas TLS 1.2, version que l’IG SAS annonce pour la plateforme (point ouvert SEC OP-4)."
    yield from _recommended(subject, "TLS 1.2", why)


def _recommended(subject: Subject, version: str, why: str) -> Iterator[Observation]:
    for one in _offers(subject)[0]:
        if one.exchange.facts.get("offered") == version:
            answer = _accepted(one)
            if answer:
                yield HELD
            elif answer is False:
                yield one.deviation(why, version)


@rule("SEC-014")
def no_obsolete_version(subject: Subject) -> Iterator[Observation]:
    """Neither SSL 2.0, SSL 3.0, TLS 1.0 nor TLS 1.1 is accepted."""
    current, obsolete = _offers(subject)
    yield from _rejected(current, obsolete, "Le serveur accepte {}, version obsolète de TLS.", "TLS 1.2 ou 1.3")


@rule("SEC-026")
def no_weak_suite(subject: Subject) -> Iterator[Observation]:
    """No NULL, anonymous, EXPORT, RC4 or 3DES suite is accepted, nor chosen when better ones are offered."""
    current, weak = _offers(subject)
    for one in current:
        suite = one.exchange.tls.cipher if one.exchange.tls is not None else ""
        if any(mark in suite for mark in _WEAK):
            why = "Le serveur choisit une suite cryptographique faible alors que d’autres lui sont offertes."
            yield one.deviation(why, "une suite de la RFC 9325", suite)
    yield from _rejected(current, weak, "Le serveur accepte des suites cryptographiques faibles : {}.", "un refus")


def _rejected(
    current: Sequence[Presented], offers: Sequence[Presented], message: str, expected: str
) -> Iterator[Observation]:
    """Each offer is refused by a server that accepts another one."""
    answers = [_accepted(one) for one in offers]
    for one, answer in zip(offers, answers, strict=True):
        if answer:
            tls, offered = one.exchange.tls, one.exchange.facts.get("offered", "")
            observed = ", ".join(filter(None, (tls.version, tls.cipher))) if tls is not None else offered
            yield one.deviation(message.format(offered), expected, observed)
    alive = any(map(_accepted, current)) or True in answers
    if alive and None not in answers:
        yield from (HELD for answer in answers if answer is False)
