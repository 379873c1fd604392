"""What a candidate answers to a valid write: creation, update, update of an unknown account (accounts.md §2.2, §2.3).

An update that is accepted proves nothing of its effect: the rules of `effects` examine that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import JsonObject, children, text, texts
from sas_recette.norm.canonicals import IDNPS_SYSTEM, SAS_TECHNICAL_SYSTEM
from sas_recette.rules.accounts.outcome import reasons
from sas_recette.rules.accounts.reading import LOCATION, AccountAnswer, accounts, is_known, named
from sas_recette.rules.aggregation.envelope import described
from sas_recette.rules.rule import HELD, Deviation, Observation, Rule, Subject, rule

_NOT_SERVED: Final = frozenset({405, 501})
_UNAUTHENTICATED: Final = 401
_LOCATION_FORM: Final = "[base]/Practitioner/[id]"
_LOCATION: Final = "HTTP.header(Location)"


@rule("ACC-001")
def same_endpoint(subject: Subject) -> Iterator[Observation]:
    """A write (first answer) is served where a slot search (second) is answered."""
    write, search = accounts(subject)[:2]
    if search.answer.graph is None or _base(write) != _base(search):
        return
    if write.accepted:
        yield HELD
    elif write.status is None or write.status in _NOT_SERVED or write.redirected or _unknown_type(write):
        message = "La gestion des comptes n’est pas servie à l’adresse où la recherche de créneaux l’est."
        yield write.deviation(message, "Practitioner servi sur la même URL de base")
    elif write.status == _UNAUTHENTICATED:
        message = "La gestion des comptes demande une autre authentification que la recherche de créneaux."
        yield write.deviation(message, "le même certificat client, sans autre authentification")


def _unknown_type(write: AccountAnswer) -> bool:
    """Whether a 404 is of the resource type: that of a creation is, that of an update may be of its criterion."""
    return write.status == 404 and (write.exchange.request.method == "POST" or not write.is_outcome)


@rule("ACC-002")
def created_with_national(subject: Subject) -> Iterator[Observation]:
    """A valid creation with a national identifier is answered 201."""
    yield from _created(subject, IDNPS_SYSTEM)


@rule("ACC-003")
def created_with_technical(subject: Subject) -> Iterator[Observation]:
    """A valid creation with a technical identifier is answered 201."""
    yield from _created(subject, SAS_TECHNICAL_SYSTEM)


def _created(subject: Subject, system: str) -> Iterator[Observation]:
    for one in accounts(subject):
        if one.kind != system or one.media_refused:
            continue
        if one.status == 201:
            yield from _whole(one)
        else:
            yield one.deviation("La création d’un compte conforme n’est pas confirmée par un code 201.", "201")


def _whole(one: AccountAnswer) -> Iterator[Observation]:
    """The success that was waited for, whose answer should have come whole."""
    fault = one.exchange.fault
    if fault is None:
        yield HELD
    else:
        message = f"Le code attendu est reçu, mais la réponse n’arrive pas entière : {described(fault)}."
        yield one.deviation(message, "une réponse entière", described(fault), place="HTTP.body", reserve=True)


@rule("ACC-004")
def location_after_creation(subject: Subject) -> Iterator[Observation]:
    """A 201 designates the account in its Location."""
    seen: dict[str, JsonObject] = {}
    for one in accounts(subject):
        if one.status != 201:
            continue
        yield from _designated(one, "La réponse 201 ne porte pas d’en-tête Location.")
        if one.account and seen.setdefault(one.account, one.sent) != one.sent:
            message = "Deux créations de comptes différents reçoivent le même en-tête Location."
            yield one.deviation(message, "un compte par création", one.location or "", place=_LOCATION)


@rule("ACC-015")
def location_after_update(subject: Subject) -> Iterator[Observation]:
    """A 200 should designate the account in its Location, too (open point ACC OP-3)."""
    update = _of_existing(subject)
    if update is not None and update.status == 200:
        yield from _designated(update, "La réponse 200 ne porte pas d’en-tête Location (l’IG le demande, R4 non).")


def _designated(one: AccountAnswer, absent: str) -> Iterator[Observation]:
    if one.location is None:
        yield one.deviation(absent, _LOCATION_FORM, "absent", place=_LOCATION)
    elif LOCATION.fullmatch(one.location):
        yield HELD
    else:
        message = "L’en-tête Location ne désigne pas une ressource Practitioner."
        yield one.deviation(message, _LOCATION_FORM, one.location or "vide", place=_LOCATION)


@rule("ACC-044")
def both_kinds(subject: Subject) -> Iterator[Observation]:
    """Accounts of both kinds of identifier are created side by side."""
    by_kind: dict[str, list[AccountAnswer]] = {}
    for one in accounts(subject):
        if one.kind is not None and not one.media_refused:
            by_kind.setdefault(one.kind, []).append(one)
    if len(by_kind) < 2:
        return
    for found in by_kind.values():
        if any(one.accepted for one in found):
            yield HELD
        else:
            message = "Les deux types d’identifiant, national et technique, ne sont pas gérés tous les deux."
            yield found[0].deviation(message, "les deux types d’identifiant acceptés")


_NEVER_SENT: Final = re.compile(
    r"\bt[ée]l[ée]phone\b|\bphone\b|\bsp[ée]cialit[ée]|\bprofession\b|\bqualification\b|\bgender\b|\bgenre\b|\bsexe\b"
    r"|\bcivilit[ée]|\bprefix\b|\bbirthDate\b|\b(?:date|nom|lieu) de naissance\b|\bPractitioner\.address\b"
    r"|\badresse postale\b|\bs[ée]curit[ée] sociale\b|\bNIR\b",
    re.IGNORECASE,
)
"""What the platform never has, as an error message names it (accounts.md §7)."""


@rule("ACC-045")
def needs_nothing_else(subject: Subject) -> Iterator[Observation]:
    """A creation depends on nothing that the platform never sends; a refusal is judged by the reason that it gives."""
    for one in accounts(subject):
        if one.accepted:
            yield HELD
        elif one.refused and one.is_outcome:
            asked = next(_asked_for(one.answer.resource), None)
            if asked is not None:
                place, reason = asked
                message = "La création est refusée faute d’une donnée que la plateforme ne transmet jamais."
                yield one.deviation(message, "un compte créé avec les seules données transmises", reason, place=place)


def _asked_for(outcome: JsonObject) -> Iterator[tuple[str, str]]:
    elements = (
        (index, element)
        for index, issue in children(outcome, "issue")
        for element in (*texts(issue, "expression"), *texts(issue, "location"))
    )
    for index, said in (*elements, *reasons(outcome)):
        if _NEVER_SENT.search(said):
            yield f"OperationOutcome.issue[{index}]", said


def _of_existing(subject: Subject) -> AccountAnswer | None:
    """The update that is judged (first answer), None when the account (second, if given) was not there to be updated."""
    update, *earlier = accounts(subject)
    return None if update.media_refused or any(not one.accepted for one in earlier) else update


@rule("ACC-014")
def update_confirmed(subject: Subject) -> Iterator[Observation]:
    """An update of an existing account is answered 200. A refusal is of the requirement that the step serves."""
    update = _of_existing(subject)
    if update is None:
        return
    if update.status == 200:
        yield from _whole(update)
    elif update.status is not None and update.status < 400:
        yield update.deviation("La mise à jour d’un compte existant n’est pas confirmée par un code 200.", "200")
    elif not named(subject):
        yield update.deviation("La mise à jour d’un compte existant n’aboutit pas.", "200")


_UPDATES: Final = {
    "ACC-008": "Le changement d’adresse électronique",
    "ACC-009": "Le changement de nom",
    "ACC-010": "Le changement de prénom",
    "ACC-011": "Le changement d’identifiant national",
    "ACC-012": "La bascule vers l’identifiant national",
    "ACC-023": "La désactivation du compte",
    "ACC-025": "La réactivation du compte",
}


def _applied(requirement: str, changed: str) -> Rule:
    """A named update is not refused, nor done on another account; else nothing is examined: its effect is not seen."""

    def check(subject: Subject) -> Iterator[Observation]:
        update = _of_existing(subject) if requirement in named(subject) else None
        if update is None:
            return
        if update.refused or update.status is None:
            yield update.deviation(f"{changed} n’aboutit pas.", "200")
        for earlier in accounts(subject)[1:]:
            if update.account and earlier.account and update.account != earlier.account:
                message = f"{changed} désigne un autre compte que celui qui devait être modifié."
                yield update.deviation(message, earlier.location or "", update.location or "", place=_LOCATION)

    return Rule(requirement, check)


UPDATES_APPLIED: Final = tuple(_applied(*pair) for pair in _UPDATES.items())


@rule("ACC-026")
def deletion_by_update(subject: Subject) -> Iterator[Observation]:
    """The withdrawal of the habilitation, which is all that a deletion sends, is served as an update."""
    update = _of_existing(subject)
    if update is None or update.exchange.request.method != "PUT" or update.sent.get("active") is not False:
        return
    if update.accepted:
        yield HELD
    else:
        message = "La suppression d’un compte, transmise comme une mise à jour, n’est pas traitée."
        yield update.deviation(message, "200, sans requête DELETE")


@rule("ACC-018")
def unknown_is_created(subject: Subject) -> Iterator[Observation]:
    """A valid update of an unknown account creates it: 201, or 200 as the kit tolerates."""
    for one in accounts(subject):
        if one.status in {200, 201}:
            yield from _whole(one)
        elif not one.media_refused:
            message = "La mise à jour d’un compte inconnu n’est pas traitée comme une création."
            yield one.deviation(message, "201 (200 toléré)")


@rule("ACC-019")
def idempotent(subject: Subject) -> Iterator[Observation]:
    """A second identical update (second answer) gives the same state: no error, no second account."""
    first, second = accounts(subject)[:2]
    if first.status not in {200, 201}:
        return
    message = "Une mise à jour reçue deux fois n’aboutit pas au même état."
    known = is_known(second, first)
    if known is False:
        observed = f"HTTP {second.status}, {second.location or 'sans Location'}"
        yield second.deviation(f"{message} La seconde crée un autre compte.", "200, sur le même compte", observed)
    elif known or second.status == 200:
        yield HELD
    elif second.refused or second.status is None:
        yield second.deviation(message, "200")


@rule("PERF-006")
def concurrent_writes(subject: Subject) -> Iterator[Observation]:
    """Writes of different accounts, sent at once, are all done, each on an account of its own."""
    seen: dict[str, AccountAnswer] = {}
    answers = accounts(subject)
    if not any(one.accepted for one in answers):
        return
    for one in answers:
        if not one.accepted:
            if not one.media_refused:
                yield one.deviation("Une écriture de compte, parmi d’autres simultanées, n’aboutit pas.", "un succès")
            continue
        twin = seen.setdefault(one.account, one) if one.account else one
        if twin is one:
            yield HELD
        else:
            message = "Deux écritures simultanées de comptes différents désignent le même compte."
            yield one.deviation(message, "un compte par écriture", one.account or "", place=_LOCATION)


@rule("ACC-051")
def capability_published(subject: Subject) -> Iterator[Observation]:
    """GET [base]/metadata is answered 200 with a CapabilityStatement."""
    for one in accounts(subject):
        kind = text(one.answer.resource, "resourceType")
        if one.status is not None and one.status != 200:
            yield one.deviation("Le CapabilityStatement n’est pas publié.", "200")
        elif one.status == 200 and kind != "CapabilityStatement":
            message = "La réponse à /metadata n’est pas un CapabilityStatement."
            yield Deviation("HTTP.body", message, "CapabilityStatement", kind or "autre contenu", answer=one.index)
        elif one.status == 200:
            yield HELD


def _base(one: AccountAnswer) -> str:
    return one.answer.query.base if one.answer.query else ""
