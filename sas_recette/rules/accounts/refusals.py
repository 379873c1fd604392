"""What a candidate must refuse, and how (accounts.md §2.4, §8).

The first answer is the one to the request that must be refused. The others are witnesses: comparable valid writes. Without
one that was accepted, a refusal proves nothing, for the candidate may refuse everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.rules.accounts.reading import AccountAnswer, accounts, named
from sas_recette.rules.rule import HELD, Observation, Rule, Subject, rule

_FITTING: Final = frozenset({400, 404, 409, 412, 422})
_CLIENT_ERRORS: Final = frozenset(range(400, 500))

_OP_1: Final = (
    "Le kit de test de l’ANS exige le refus ; le profil FrPractitionerRegul laisse l’élément facultatif (point ouvert "
    "ACC OP-1)."
)
_OP_2: Final = "Le kit de test de l’ANS est seul à l’exiger, l’IG SAS est muet (point ouvert ACC OP-2)."
_OP_12: Final = (
    "Le profil FrPractitionerRegul l’exclut ; le test que le kit de l’ANS y consacre est facultatif (point ouvert "
    "ACC OP-12)."
)
_OP_12_UNTESTED: Final = (
    "Le profil FrPractitionerRegul l’exclut ; le kit de l’ANS ne le teste pas (point ouvert ACC OP-12)."
)
_OP_13: Final = (
    "L’IG SAS n’admet que deux autorités d’affectation ; les tranches ouvertes du profil en laissent passer d’autres "
    "(point ouvert ACC OP-13)."
)
_KIT: Final = "Le kit de test de l’ANS le décrit sans le tester, l’IG SAS est muet."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request to refuse: what it is, the statuses that suit, and what the sources say when it is not refused.

    `breakdown` tells that a 5xx, even explained, is a réserve of this requirement; `double` that what is asked for is wrong
    beside the account of the witness only.
    """

    what: str
    sources: str = ""
    fitting: frozenset[int] = _FITTING
    breakdown: bool = False
    double: bool = False


REFUSALS: Final[Mapping[str, Refusal]] = {
    "ACC-020": Refusal("une création en double", _OP_2, _CLIENT_ERRORS, breakdown=True, double=True),
    "ACC-021": Refusal("une création avec l’adresse électronique d’un autre compte actif", _KIT, double=True),
    "ACC-022": Refusal("l’attribution à un compte de l’identifiant d’un autre compte actif", _KIT),
    "ACC-028": Refusal("une création sans identifier"),
    "ACC-029": Refusal("une création sans name", _OP_1),
    "ACC-030": Refusal("une création sans telecom", _OP_1),
    "ACC-031": Refusal("une création sans active"),
    "ACC-033": Refusal("une modification sans identifier ou sans active"),
    "ACC-034": Refusal("une modification de compte inconnu sans identifier ou sans active"),
    "ACC-035": Refusal("un nom de famille vide", _OP_12),
    "ACC-036": Refusal("une adresse électronique vide", _OP_12),
    "ACC-037": Refusal("un contact d’un autre type que email", _OP_12),
    "ACC-038": Refusal("un identifiant de système national et de code INTRN", _OP_12),
    "ACC-039": Refusal("un identifiant de système SAS et de code IDNPS", _OP_12),
    "ACC-042": Refusal("une mise à jour sans critère", fitting=_CLIENT_ERRORS),
    "ACC-043": Refusal("un critère qui désigne plusieurs comptes", fitting=frozenset({412})),
    "ACC-054": Refusal("une modification sans name ou sans telecom", _OP_1),
    "ACC-055": Refusal("une modification de compte inconnu sans name ou sans telecom", _OP_1),
    "ACC-056": Refusal("un corps qui n’est pas une ressource Practitioner lisible"),
    "ACC-057": Refusal("un identifiant incomplet", _OP_12_UNTESTED),
    "ACC-058": Refusal("un nom incomplet", _OP_12_UNTESTED),
    "ACC-059": Refusal("un système d’identifiant inattendu", _OP_13),
    "ACC-061": Refusal("une valeur d’un mauvais type pour active"),
}
"""The requests to refuse, by requirement."""


def _is_refused(requirement: str, refusal: Refusal) -> Rule:
    def check(subject: Subject) -> Iterator[Observation]:
        if requirement in named(subject):
            first, *witnesses = accounts(subject)
            yield from _judged(refusal, first, any(one.accepted for one in witnesses))

    return Rule(requirement, check)


def _judged(refusal: Refusal, one: AccountAnswer, witnessed: bool) -> Iterator[Observation]:
    expected = "4xx" if refusal.fitting is _CLIENT_ERRORS else " ou ".join(map(str, sorted(refusal.fitting)))
    if refusal.double and not witnessed:
        return
    if one.accepted:
        observed = f"HTTP {one.status}, avec un OperationOutcome" if one.is_outcome else ""
        yield one.deviation(f"La solution accepte {refusal.what}. {refusal.sources}".rstrip(), expected, observed)
    elif not witnessed or one.media_refused:
        return
    elif one.status is None:
        yield one.deviation(f"La solution ne répond pas : elle reçoit {refusal.what}.", expected)
    elif one.status < 400:
        message = f"La solution répond par une redirection au lieu d’un refus : elle reçoit {refusal.what}."
        yield one.deviation(f"{message} {refusal.sources}".rstrip(), expected)
    elif one.status >= 500 and (refusal.breakdown or not one.is_outcome):
        message = f"La solution répond par une erreur du serveur : elle reçoit {refusal.what}."
        yield one.deviation(message, expected, reserve=refusal.breakdown)
    elif one.status >= 500 or one.status in refusal.fitting:
        yield HELD  # a breakdown that explains itself is a refusal, and ACC-060's réserve
    else:
        message = f"La solution refuse {refusal.what} par un code qui ne dit pas que le contenu est en cause."
        yield one.deviation(message, expected, reserve=True)


REFUSED: Final = tuple(_is_refused(*pair) for pair in REFUSALS.items())


@rule("ACC-040")
def status_tells_why(subject: Subject) -> Iterator[Observation]:
    """400 for what is not readable FHIR, 422 (or 409) for what an internal rule refuses."""
    first, *witnesses = accounts(subject)
    best = {"malformed": (400,), "rule": (422, 409)}.get(str(subject.expect.get("nature")))
    if best is None or not any(one.accepted for one in witnesses):
        return
    if first.status in best:
        yield HELD
    elif first.refused:
        why = "La requête est illisible." if best == (400,) else "La requête est lisible, une règle interne la refuse."
        yield first.deviation(f"{why} Le code HTTP ne le dit pas.", " ou ".join(map(str, best)))


@rule("ACC-060")
def no_breakdown(subject: Subject) -> Iterator[Observation]:
    """An invalid content causes no 5xx; one that may be accepted shows it by being accepted, too."""
    first, *witnesses = accounts(subject)
    if first.status is None or first.media_refused or not any(one.accepted for one in witnesses):
        return
    if first.status >= 500:
        yield first.deviation("Un contenu invalide provoque une erreur 5xx.", "4xx")
    elif first.refused or (first.accepted and subject.expect.get("nature") == "tolerated"):
        yield HELD
