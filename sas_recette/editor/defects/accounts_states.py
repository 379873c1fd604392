"""Defects of INT_R02 in the life of an account: doubles, updates that are lost, states that are not reached."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from sas_recette.editor.accounts.criteria import Token
from sas_recette.editor.accounts.model import Regulator, RegulatorAccount, Uniqueness
from sas_recette.editor.accounts.problems import Problem, RefusedAccountError
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.accounts_hooks import (
    SLOW_WRITE,
    identifiers_written,
    kept,
    one_at_a_time,
    recorded,
    request_read_as,
    status,
    uniqueness,
    written,
)
from sas_recette.editor.defects.model import Defect, int_r02
from sas_recette.editor.errors import FhirError
from sas_recette.editor.http import Incoming, Reply

Found = tuple[RegulatorAccount, ...]

_NAME_COLUMN: Final = 50


def _refused(path: str, message: str) -> RefusedAccountError:
    return RefusedAccountError([Problem(path, "business-rule", message)])


def _designated(tokens: Sequence[Token], regulator: Regulator) -> bool:
    return any(token.designates(one) for token in tokens for one in regulator.identifiers)


def _active_only(found: Found, tokens: Sequence[Token], regulator: Regulator) -> Found:
    del tokens, regulator
    return tuple(one for one in found if one.regulator.active)


def _first(found: Found, tokens: Sequence[Token], regulator: Regulator) -> Found:
    del tokens, regulator
    return found[:1]


def _known_only(found: Found, tokens: Sequence[Token], regulator: Regulator) -> Found:
    del tokens, regulator
    if not found:
        raise FhirError(404, "not-found", "Aucun compte ne répond au critère.")
    return found


def _criterion_satisfied(found: Found, tokens: Sequence[Token], regulator: Regulator) -> Found:
    if found and not _designated(tokens, regulator):
        raise FhirError(422, "business-rule", "L’identifiant du corps n’est pas celui du critère.")
    return found


def _same_identifier(found: Found, tokens: Sequence[Token], regulator: Regulator) -> Found:
    return found if _designated(tokens, regulator) else ()


def _changing(before: RegulatorAccount | None, after: Regulator) -> Regulator:
    if before is not None and before.regulator == after:
        raise _refused("identifier", "aucune modification à enregistrer.")
    return after


def _always_active(_: RegulatorAccount | None, after: Regulator) -> Regulator:
    if not after.active:
        raise _refused("active", "la valeur true est attendue.")
    return after


def _never_again(before: RegulatorAccount | None, after: Regulator) -> Regulator:
    if before is not None and after.active and not before.regulator.active:
        raise _refused("active", "un compte désactivé ne peut pas être réactivé.")
    return after


def _deleted_otherwise(before: RegulatorAccount | None, after: Regulator) -> Regulator:
    if before is not None and not after.active:
        raise FhirError(405, "not-supported", "La suppression d’un compte se demande par DELETE.")
    return after


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or "?"


def _names_without_accents(_: RegulatorAccount | None, after: Regulator) -> Regulator:
    return replace(after, family=_without_accents(after.family), given=_without_accents(after.given))


def _names_cut_short(_: RegulatorAccount | None, after: Regulator) -> Regulator:
    return replace(after, family=after.family[:_NAME_COLUMN], given=after.given[:_NAME_COLUMN])


def _before_slash(value: str) -> str:
    return value.partition("/")[0]


def _criterion_before_slash(incoming: Incoming) -> Incoming:
    head, name, tail = incoming.query.partition("identifier=")
    token, ampersand, others = tail.partition("&")
    return replace(incoming, query=head + name + re.split("(?i)%2f|/", token)[0] + ampersand + others)


def _criterion_from_body(incoming: Incoming) -> Incoming:
    """An update that does not say which account is applied to that of the body."""
    if incoming.method != "PUT" or "identifier=" in incoming.query or incoming.route != "/Practitioner":
        return incoming
    with suppress(ValueError, LookupError, TypeError):
        one = json.loads(incoming.body)["identifier"][0]
        return replace(incoming, query=f"identifier={quote(one['system'])}%7C{quote(one['value'])}")
    return incoming


def _known_already(reply: Reply) -> Reply:
    known = any(issue["diagnostics"].startswith("identifier") for issue in json.loads(reply.body).get("issue", []))
    return status(200)(reply) if known and b'"duplicate"' in reply.body else reply


def _duplicate_fails(reply: Reply) -> Reply:
    return status(500)(reply) if b'"duplicate"' in reply.body else reply


DOUBLES: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-second-account-on-repeated-post",
        "Une création répétée crée un second compte",
        uniqueness(Uniqueness(identifier=False, email=False)),
        "ACC-020",
        reserves=("ACC-021", "ACC-022"),
    ),
    int_r02(
        "acc-repeated-post-answers-200",
        "Une création répétée répond 200 sans créer de second compte",
        written(_known_already, 422, method="POST"),
        "ACC-020",
    ),
    int_r02(
        "acc-repeated-post-answers-500",
        "Une création répétée provoque une erreur 500",
        written(_duplicate_fails, 422, method="POST"),
        reserves=("ACC-020", "ACC-040", "ACC-060"),
    ),
    int_r02(
        "acc-race-creates-two",
        "Deux créations simultanées créent deux comptes",
        uniqueness(Uniqueness(window=SLOW_WRITE)),
        "ACC-020",
    ),
    int_r02(
        "acc-one-write-at-a-time",
        "Une écriture reçue pendant une autre est refusée par un 503",
        one_at_a_time(),
        reserves=("PERF-006",),
    ),
    int_r02(
        "acc-same-email-accepted",
        "Deux comptes actifs peuvent avoir la même adresse électronique",
        uniqueness(Uniqueness(email=False)),
        reserves=("ACC-021",),
    ),
    int_r02(
        "acc-identifier-of-another-taken",
        "Une mise à jour peut donner à un compte l’identifiant d’un autre compte actif",
        uniqueness(Uniqueness(identifier=False)),
        reserves=("ACC-022",),
    ),
    int_r02(
        "acc-ambiguous-first-updated",
        "Un critère ambigu modifie le premier compte trouvé",
        Behaviour(matching=(_first,)),
        reserves=("ACC-043",),
    ),
    int_r02(
        "acc-put-without-criterion-applied",
        "Un PUT sans critère est appliqué au compte que désigne le corps",
        Behaviour(request=(_criterion_from_body,)),
        reserves=("ACC-042",),
    ),
)

UPDATES: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-email-not-updated",
        "L’adresse électronique n’est pas mise à jour",
        kept("email"),
        "ACC-008",
    ),
    int_r02(
        "acc-family-not-updated",
        "Le nom de famille n’est pas mis à jour",
        kept("family"),
        "ACC-009",
    ),
    int_r02(
        "acc-given-not-updated",
        "Le prénom n’est pas mis à jour",
        kept("given"),
        "ACC-010",
    ),
    int_r02(
        "acc-identifier-not-updated",
        "L’identifiant n’est pas mis à jour",
        kept("identifiers"),
        "ACC-011",
        "ACC-012",
        "ACC-027",
        reserves=("ACC-022",),
    ),
    int_r02(
        "acc-body-identifier-must-be-criterion",
        "Une mise à jour est refusée quand l’identifiant du corps n’est pas celui du critère",
        Behaviour(matching=(_criterion_satisfied,)),
        "ACC-011",
        "ACC-012",
        "ACC-027",
    ),
    int_r02(
        "acc-switch-creates-second-account",
        "Un changement d’identifiant crée un second compte",
        Behaviour(matching=(_same_identifier,)) + uniqueness(Uniqueness(email=False)),
        "ACC-011",
        "ACC-012",
        "ACC-014",
        "ACC-027",
        reserves=("ACC-021",),
    ),
    int_r02(
        "acc-identifier-cut-at-slash",
        "Un identifiant national est coupé à la barre oblique",
        recorded(identifiers_written(_before_slash)) + request_read_as(_criterion_before_slash),
        "ACC-017",
        reserves=("ACC-043",),
    ),
    int_r02(
        "acc-put-on-unknown-404",
        "Un PUT sur un compte inconnu répond 404",
        Behaviour(matching=(_known_only,)),
        "ACC-018",
    ),
    int_r02(
        "acc-identical-put-refused",
        "Un PUT qui ne change rien est refusé",
        recorded(_changing),
        "ACC-019",
    ),
    int_r02(
        "acc-names-without-accents",
        "Les noms sont enregistrés sans leurs accents",
        recorded(_names_without_accents),
        "ACC-007",
    ),
    int_r02(
        "acc-names-cut-at-fifty",
        "Les noms sont coupés à cinquante caractères",
        recorded(_names_cut_short),
        "ACC-007",
    ),
)

STATES: Final[tuple[Defect, ...]] = (
    int_r02(
        "acc-deactivation-refused",
        "Une désactivation est refusée",
        recorded(_always_active),
        "ACC-023",
        "ACC-026",
    ),
    int_r02(
        "acc-deactivation-ignored",
        "Une désactivation est acceptée mais le compte reste actif",
        kept("active"),
        "ACC-023",
        "ACC-027",
    ),
    int_r02(
        "acc-delete-expected",
        "Une désactivation répond 405, une requête DELETE est attendue",
        recorded(_deleted_otherwise),
        "ACC-023",
        "ACC-026",
    ),
    int_r02(
        "acc-reactivation-refused",
        "Une réactivation est refusée",
        recorded(_never_again),
        "ACC-025",
    ),
    int_r02(
        "acc-reactivation-creates-second-account",
        "Une réactivation crée un second compte",
        Behaviour(matching=(_active_only,)),
        "ACC-014",
        "ACC-025",
    ),
    int_r02(
        "acc-identifier-of-deactivated-kept",
        "L’identifiant d’un compte désactivé ne peut pas être réattribué",
        uniqueness(Uniqueness(lifelong=True)),
        "ACC-027",
    ),
)
