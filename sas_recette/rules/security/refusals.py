"""Whom the candidate's server lets in: the platform, and nobody else (security.md §2, T1 to T9 and T12).

A judgement holds the exchanges of intruders and those of the platform's own certificate. Where this one was not served, a
refusal proves nothing: such a request is not judged. Nor does a refusal where the platform is refused as well afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sas_recette.fhir.access import as_object, children, text
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule
from sas_recette.rules.security.knowledge import learnt
from sas_recette.rules.security.reactions import Reaction, admitted, holds_resource, reaction
from sas_recette.rules.security.reading import VALID, Presented, named, presented

_EXPECTED: Final = "un refus : alerte TLS, connexion fermée ou réponse 4xx"
_ASKED: Final = {
    "slots": "la recherche de créneaux",
    "accounts": "l’écriture d’un compte (Practitioner)",
    "capabilities": "la déclaration de capacité (metadata)",
}
_INSIGNIFICANT: Final = frozenset({"x10-cn-casse", "x10-cn-espace"})
"""Differences that the comparison of names does not see (RFC 5280 §7.1): a réserve at most."""
_RFC_5280: Final = (
    " La casse et les espaces ne comptent pas pour la RFC 5280 (7.1) ; une comparaison exacte est plus sûre."
)


ASKED_LATE: Final = "TLS 1.3, le certificat étant demandé après la négociation"
"""The fact `offered` of a connection that lets the server ask for the certificate afterwards (RFC 8446 §4.6.2)."""
_LATE: Final = (
    "Ce serveur ne demande pas le certificat pendant la négociation TLS ; peu de clients admettent qu’il le soit ensuite "
    "(RFC 8446, 4.6.2), et rien ne dit que la plateforme en soit."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A requirement that somebody be refused: for which requests, and what the sources say of it."""

    asked: frozenset[str] = frozenset(_ASKED)
    sources: str = ""


REFUSALS: Final[Mapping[str, Refusal]] = {
    "SEC-001": Refusal(),
    "SEC-003": Refusal(),
    "SEC-004": Refusal(),
    "SEC-005": Refusal(),
    "SEC-006": Refusal(sources="Le kit de test de l’ANS met l’éditeur en échec (point ouvert SEC OP-3)."),
    "SEC-007": Refusal(frozenset({"slots"})),
    "SEC-008": Refusal(),
    "SEC-009": Refusal(),
    "SEC-010": Refusal(),
    "SEC-011": Refusal(),
    "SEC-012": Refusal(),
    "SEC-013": Refusal(),
    "SEC-028": Refusal(frozenset({"accounts"})),
}
"""By requirement; SEC-007 keeps to what the kit of the ANS asks for, SEC-001 takes every request."""


def _is_refused(requirement: str, refusal: Refusal) -> Rule:
    def check(subject: Subject) -> Iterator[Observation]:
        if requirement not in named(subject):
            return
        every, exchanges = list(presented(subject)), [one.exchange for one in subject.answers if one.exchange]
        witnessed = {one.asked for one in every if one.case == VALID and admitted(one.exchange)}
        locked = _locked_out(subject)
        for one in every:
            if one.case != VALID and one.asked in refusal.asked & witnessed:
                if locked and reaction(one.exchange) is Reaction.REFUSED:
                    continue
                how = learnt(one.exchange, exchanges)
                aware = bool(how) or subject.expect.get("crl_loaded") is not False
                yield from _judged(one, replace(refusal, sources=f"{how} {refusal.sources}".strip()), aware=aware)

    return Rule(requirement, check)


def _slots_of_the_platform(subject: Subject) -> list[Presented]:
    """Its searches, the one that is judged first: after an intruder’s requests, those that preceded them follow."""
    return [one for one in presented(subject) if one.case == VALID and one.asked == "slots"]


def _locked_out(subject: Subject) -> bool:
    return bool(subject.expect.get("after")) and not any(
        admitted(one.exchange) for one in _slots_of_the_platform(subject)[:1]
    )


def _judged(one: Presented, refusal: Refusal, *, aware: bool) -> Iterator[Observation]:
    seen, what = reaction(one.exchange), _ASKED[one.asked]
    if seen is Reaction.REFUSED:
        yield HELD
    elif seen is Reaction.SERVED and aware:
        reserve = one.case in _INSIGNIFICANT
        why = f"{_served(one, what)} {refusal.sources}".rstrip()
        yield one.deviation(why + (_RFC_5280 if reserve else ""), _EXPECTED, reserve=reserve)
    elif seen is Reaction.BROKEN:
        why = f"Le serveur ne refuse pas proprement {what} à qui {one.whoever}."
        yield one.deviation(why, _EXPECTED, reserve=True)


def _served(one: Presented, what: str) -> str:
    """What the server did in place of a refusal."""
    response, whoever = one.exchange.response, f"à qui {one.whoever}"
    if response is None:
        return f"Le serveur sert {what} {whoever}."
    silent_write = one.asked == "accounts" and not response.body
    if response.status < 300 and (silent_write or holds_resource(response)):
        return f"Le serveur sert {what} {whoever}."
    if response.status < 300:
        return f"Le serveur répond à {what} par un succès, sans ressource FHIR, {whoever} : ce n’est pas un refus."
    if response.status < 400:
        return f"Le serveur redirige {what} vers la même ressource, {whoever}."
    return f"Le serveur livre une ressource {holds_resource(response)} avec son refus, {whoever}."


REFUSED: Final = tuple(_is_refused(*pair) for pair in REFUSALS.items())


@rule("SEC-002")
def platform_is_served(subject: Subject) -> Iterator[Observation]:
    """The platform’s certificate opens the slot search, whoever was refused before."""
    for one in _slots_of_the_platform(subject)[:1]:
        response, after = one.exchange.response, subject.expect.get("after")
        if response is not None and response.status == 200:
            yield HELD
        elif response is not None or reaction(one.exchange) is not Reaction.UNKNOWN:
            when = f" Cela suit une autre tentative ({after})." if after else _where_it_is_served(subject)
            yield one.deviation(
                f"Le certificat valide de la plateforme n’obtient pas de réponse 200.{when}", "HTTP 200"
            )


def _where_it_is_served(subject: Subject) -> str:
    """In which other ways the platform’s certificate was served."""
    served = [
        one.exchange.facts.get("offered", "") for one in _slots_of_the_platform(subject) if admitted(one.exchange)
    ]
    if not served:
        return ""
    late = f" {_LATE}" if ASKED_LATE in served else ""
    return f" Il en obtient une en {' et en '.join(served)}.{late}"


@rule("SEC-028")
def nothing_was_written(subject: Subject) -> Iterator[Observation]:
    """A write without certificate leaves no trace: neither a new account, nor a changed one.

    Of a creation: the write, the platform’s update of the same account, then its update of an account that nobody knows. Of a
    change: the write, then the account as it is read.
    """
    if subject.expect.get("effect") == "creation":
        yield from _no_creation(subject)
    elif subject.expect.get("effect") == "change":
        yield from _no_change(subject)


def _no_creation(subject: Subject) -> Iterator[Observation]:
    _, after, unknown = list(presented(subject))
    met = after.exchange.response
    if met is None or unknown.exchange.response is None or unknown.exchange.response.status != 201:
        return
    if met.status == 201:
        yield HELD
    elif met.status == 200:
        why = "Une création envoyée sans certificat client a créé le compte."
        yield after.deviation(why, "aucun compte (mise à jour qui répond 201)", "compte connu (200)")


def _no_change(subject: Subject) -> Iterator[Observation]:
    expected, read = str(subject.expect.get("family", "")), subject.answers[1]
    people = (as_object(entry.get("resource")) for _, entry in children(read.resource, "entry"))
    families = [text(name, "family") or "" for person in people for _, name in children(person, "name")]
    if not families:
        return
    if families == [expected]:
        yield HELD
    else:
        why = "Une modification envoyée sans certificat client a changé le compte."
        yield Deviation("Practitioner.name.family", why, expected, ", ".join(families), answer=1)
