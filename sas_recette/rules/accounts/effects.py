"""What a write has changed, proved without a read interaction (accounts.md §9, 1 and 2).

A later write of the same account is the probe: its status and its Location tell whether the identifier was known. Where the
answers do not tell, a rule examines nothing, and the requirement stays « non vérifié ».
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.rules.accounts.reading import AccountAnswer, accounts, is_known, named, practitioners
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule


def _nth(answers: tuple[AccountAnswer, ...], index: int) -> AccountAnswer | None:
    return answers[index] if index < len(answers) else None


def _now_known(requirement: str) -> Rule:
    """The new identifier (first answer: the probe) designates the account of the change (second).

    The third answer is an earlier success on the account, the fourth the control: none for ACC-027, whose identifier was
    known all along, so that only the Location tells.
    """

    def check(subject: Subject) -> Iterator[Observation]:
        answers = accounts(subject)
        if requirement not in named(subject) or not answers[1].accepted:
            return
        known = is_known(answers[0], _nth(answers, 2), None if requirement == "ACC-027" else _nth(answers, 3))
        if known:
            yield HELD
        elif known is False:
            message = "La mise à jour est acceptée, mais le nouvel identifiant ne désigne pas le compte modifié."
            yield _other_account(answers[0], message)

    return Rule(requirement, check)


def _no_longer_known(requirement: str) -> Rule:
    """The former identifier (first answer: an inactive probe) designates no account after the change (second).

    The third answer is an inactive update of an account that nobody knows: the control.
    """

    def check(subject: Subject) -> Iterator[Observation]:
        answers = accounts(subject)
        if requirement not in named(subject) or not answers[1].accepted:
            return
        known = is_known(answers[0], None, _nth(answers, 2))
        if known:
            message = "Après la mise à jour, l’ancien identifiant désigne encore un compte."
            yield _other_account(answers[0], message, expected="201 (identifiant inconnu)")
        elif known is False:
            yield HELD

    return Rule(requirement, check)


_CHANGES: Final = ("ACC-011", "ACC-012")
IDENTIFIER_CHANGED: Final = tuple(_now_known(one) for one in (*_CHANGES, "ACC-027"))
IDENTIFIER_LEFT: Final = tuple(_no_longer_known(one) for one in _CHANGES)


@rule("ACC-016")
def criterion_decoded(subject: Subject) -> Iterator[Observation]:
    """A criterion is recognised with a raw slash (first answer) and an encoded one (second).

    The third answer is an earlier success on the account, the fourth the control; a fifth, with a raw pipe, is a form of
    comparison. Where every form is refused, decoding is not what is at fault.
    """
    answers = accounts(subject)
    forms, original, control = answers[:2], _nth(answers, 2), _nth(answers, 3)
    if original is not None and not original.accepted:
        return  # nobody was there to be found
    for one in forms:
        known = is_known(one, original, control)
        if known:
            yield HELD
        elif known is False:
            yield _other_account(one, "Le critère n’est pas reconnu sous cette forme : un autre compte est désigné.")
        elif one.refused and any(other.accepted for other in (*forms, *answers[4:])):
            yield one.deviation("Le critère est refusé sous cette forme, alors qu’une autre est acceptée.", "200")


@rule("ACC-017")
def identifier_kept_whole(subject: Subject) -> Iterator[Observation]:
    """An identifier with a slash is found whole (first answer), and is not that of a sibling (second), new to the candidate.

    The sibling shares all that precedes the slash. The third answer is an earlier success on the account, the fourth the
    control.
    """
    answers = accounts(subject)
    whole, sibling, original, control = answers[0], answers[1], _nth(answers, 2), _nth(answers, 3)
    if original is not None and not original.accepted:
        return
    taken = is_known(sibling, original, control)
    if taken:
        message = (
            "Un identifiant qui ne diffère qu’après la barre oblique désigne le même compte : la valeur est tronquée."
        )
        yield _other_account(sibling, message, expected="un autre compte (201)")
        return
    found = is_known(whole, original, sibling)
    if found is False:
        yield _other_account(whole, "L’identifiant n’est pas retrouvé tel qu’il a été transmis.")
    elif found and taken is False:
        yield HELD


def _other_account(one: AccountAnswer, message: str, expected: str = "200, sur le compte existant") -> Deviation:
    observed = f"HTTP {one.status}" + (f", Location {one.location}" if one.location else "")
    return one.deviation(message, expected, observed)


@rule("ACC-027")
def identifier_reassigned(subject: Subject) -> Iterator[Observation]:
    """The identifier of a deactivated account goes to another account by an update (first answer).

    The second answer is the deactivation, the third an earlier success on the other account.
    """
    answers = accounts(subject)
    switch = answers[0]
    if not all(one.accepted for one in answers[1:3]) or switch.media_refused:
        return
    if not switch.accepted:
        message = "L’identifiant d’un compte désactivé ne peut pas être rattaché à un autre compte."
        yield switch.deviation(message, "200")
    elif is_known(switch, _nth(answers, 2)) is False:
        message = "L’identifiant d’un compte désactivé n’est pas rattaché au compte que le critère désigne."
        yield _other_account(switch, message)
    else:
        yield HELD


@rule("ACC-023")
def deactivation_frees_the_identifier(subject: Subject) -> Iterator[Observation]:
    """A deactivation shows when it frees the identifier: the switch passes after it (first answer), not before (fourth)."""
    answers = accounts(subject)
    before = _nth(answers, 3)
    if answers[1].accepted and answers[0].accepted and before is not None and before.refused:
        yield HELD


@rule("ACC-008")
def address_moved(subject: Subject) -> Iterator[Observation]:
    """A new address shows in what it forbids to others.

    After the update (first answer), the creation of another account with the new address (second) is refused, and with the
    former one (third) is not. A candidate that does not hold addresses unique shows nothing here.
    """
    answers = accounts(subject)
    change, with_new, with_former = answers[0], answers[1], _nth(answers, 2)
    if not change.accepted or with_former is None:
        return
    if with_new.refused and with_former.status == 201:
        yield HELD
    elif with_new.status == 201 and with_former.refused:
        message = "Après le changement d’adresse électronique, c’est encore l’ancienne adresse que le compte occupe."
        yield with_former.deviation(message, "201 avec l’ancienne adresse")


_NO_EFFECT: Final = (
    *("ACC-020", "ACC-021", "ACC-022", "ACC-028", "ACC-029", "ACC-030", "ACC-031"),
    *("ACC-033", "ACC-034", "ACC-042", "ACC-043", "ACC-054", "ACC-055"),
)
"""The requirements of a refusal that say that nothing is created or changed."""


def _without_effect(requirement: str, *, always: bool) -> Rule:
    """A refused request (second answer) has left no trace, which a valid update or a read (first answer) shows.

    `expect["account"]` is what the identifier of the probe designates: « absent », no account (the third answer is then the
    control), or « present », the account of the third answer, which must still be known.
    """

    def check(subject: Subject) -> Iterator[Observation]:
        answers = accounts(subject)
        probe, refused = answers[:2]
        if not (always or requirement in named(subject)) or not refused.refused:
            return
        third = _nth(answers, 2)
        if subject.expect.get("account") == "absent":
            yield from _absent(probe, third)
        elif third is not None and is_known(probe, third) is False:
            yield _other_account(probe, "Une requête refusée a tout de même changé l’identifiant du compte.")

    return Rule(requirement, check)


NO_EFFECT: Final = (
    _without_effect("ACC-041", always=True),
    *(_without_effect(one, always=False) for one in _NO_EFFECT),
)


def _absent(probe: AccountAnswer, control: AccountAnswer | None) -> Iterator[Observation]:
    message = "Une requête refusée a tout de même créé un compte."
    if probe.exchange.request.method == "GET":
        found = practitioners(probe)
        if found:
            yield probe.deviation(message, "aucun compte", f"{len(found)} compte(s)", place="Bundle.entry")
        elif found is not None:
            yield HELD
        return
    known = is_known(probe, None, control)
    if known:
        yield _other_account(probe, message, expected="201 (identifiant inconnu)")
    elif known is False:
        yield HELD
