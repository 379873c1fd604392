"""What becomes of a message that the platform did not take, or did not answer (appointments.md §8).

No readable source speaks of it: whatever is lost is a réserve, never more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from sas_recette.rules.appointments.awaited import INBOX, came, duration, lapse
from sas_recette.rules.appointments.reading import Message, messages
from sas_recette.rules.rule import HELD, Deviation, Observation, Subject, rule

_TIRELESS: Final = 10
"""As many identical messages after a definite refusal are no support alerted, but a loop."""

_PATIENCE: Final = 900.0
"""Seconds that a new attempt is awaited (§8)."""

_REFUSALS: Final = frozenset({"400", "422"})
_UNAVAILABLE: Final = {
    "429": "la plateforme a répondu 429",
    "500": "la plateforme a répondu 500",
    "503": "la plateforme a répondu 503",
    "refused": "la connexion a été refusée",
    "reset": "la connexion a été rompue",
    "timeout": "la plateforme n’a pas répondu",
    "truncated": "la réponse a été tronquée",
    "untrusted-certificate": "le certificat de la plateforme n’était pas de confiance",
    "wrong-host": "le certificat de la plateforme était celui d’un autre hôte",
    "expired-certificate": "le certificat de la plateforme était expiré",
}
"""The faults after which a message should be sent again, in words."""


def _fault(subject: Subject) -> str:
    return str(subject.expect.get("fault") or "")


def _failed(message: Message) -> bool:
    return bool(message.facts.get("fault"))


@rule("RDV-036")
def sent_again(subject: Subject) -> Iterator[Observation]:
    """After an unavailability, the message comes once more and is kept.

    `expect["fault"]` names what was injected, `expect["seconds"]` how long the message was awaited afterwards.
    """
    fault, known = _fault(subject), messages(subject)
    if fault in _REFUSALS:
        yield from _without_end(known)
        return
    if fault not in _UNAVAILABLE:
        return
    ranks = [rank for rank, message in enumerate(known) if _failed(message)]
    later = known[ranks[0] + 1 :] if ranks else known
    if any(message.applied and not _failed(message) for message in later):
        yield HELD
    else:
        why = (
            f"Le message n’est pas émis de nouveau, alors que {_UNAVAILABLE[fault]} : rien ne dit à la solution qu’il est "
            f"parvenu à la plateforme. Le banc a attendu {duration(lapse(subject.expect.get('seconds'), _PATIENCE))}."
        )
        expected = "le même message, sous le même identifiant, sans intervention"
        failed = known[ranks[0]] if ranks else None
        page = subject.pages[0].id if subject.pages and failed is None else ""
        yield Deviation(INBOX, why, expected, came(later), answer=failed.index if failed else 0, seen_in=page)


def _without_end(known: tuple[Message, ...]) -> Iterator[Observation]:
    """The same message, again and again, although it was refused for what it says."""
    counted = Counter((message.method, message.exchange.request.body) for message in known if not message.applied)
    for (method, body), times in counted.items():
        if times >= _TIRELESS:
            last = [one for one in known if (one.method, one.exchange.request.body) == (method, body)][-1]
            why = "La plateforme refuse le message pour ce qu’il contient, et il est émis de nouveau sans fin, à l’identique."
            yield last.deviation(INBOX, why, "une alerte au support de la solution", f"{times} fois le même {method}")
