"""Refus: invalid contents, one deviation at a time, and what they must leave behind: nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from sas_recette.engine.account_proofs import Attempt, judge_refusal, prove_absent, prove_unchanged
from sas_recette.engine.accounts import Accounts, accepted, regulator_accounts
from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.account_payloads import InvalidContent, Operation, invalid_contents
from sas_recette.platform.accounts import IdentifierKind, Regulator, Wording
from sas_recette.rules.answer import SearchAnswer

CATEGORY = "Refus"
EXPLAINED = "Chaque refus est un code 4xx avec un OperationOutcome qui en dit la raison."
VALID_BUT = "Chaque requête est par ailleurs valide : identifiant et adresse sont nouveaux."

MISSING = ("I01", "I02", "I03", "I04")
UNREADABLE = ("I15a", "I15b", "I15c", "I15d", "I16")
OUT_OF_BOUNDS = ("I19", "I20a", "I20b", "I21a", "I21b")
NOT_TO_BE_FOUND = ("I01", "I11a", "I11b", "I12a", "I12b", "I12c")
"""An account that such a content would open is not designated by the identifier that was meant."""


def _chosen(operation: Operation, ids: Sequence[str]) -> tuple[InvalidContent, ...]:
    return tuple(one for one in invalid_contents(operation) if one.id in ids)


def _values() -> Iterator[str]:
    """The deviations in what the elements hold."""
    others = {*MISSING, *UNREADABLE, *OUT_OF_BOUNDS}
    yield from (one.id for one in invalid_contents(Operation.CREATE) if one.id not in others)


@scenario(
    "R02-40",
    title="Création incomplète",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-028", "ACC-029", "ACC-030", "ACC-031", "ACC-032", "ACC-041"),
    preconditions=(VALID_BUT,),
    steps=(
        "La plateforme crée un compte, comme témoin, puis tente des créations sans identifier, name, telecom, active.",
    ),
    expected=("Chacune est refusée et n’ouvre aucun compte.", EXPLAINED),
)
def creation_incomplete(bench: Bench) -> None:
    """Something is missing."""
    with regulator_accounts(bench) as accounts:
        _refused_creations(accounts, MISSING)


@scenario(
    "R02-41",
    title="Modification incomplète",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-032", "ACC-033", "ACC-041", "ACC-054"),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=(
        "La plateforme met à jour le compte, comme témoin, puis tente des mises à jour sans identifier, name, telecom, active.",
    ),
    expected=("Chacune est refusée et laisse le compte inchangé.", EXPLAINED),
)
def modification_incomplete(bench: Bench) -> None:
    """Something is missing, in the update of an account."""
    with regulator_accounts(bench) as accounts:
        _refused_updates(accounts, MISSING)


@scenario(
    "R02-42",
    title="Modification incomplète d’un compte inconnu",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-032", "ACC-034", "ACC-041", "ACC-055", "ACC-056"),
    preconditions=(VALID_BUT,),
    steps=(
        "La plateforme met à jour un compte inconnu, comme témoin.",
        "Elle tente de même des mises à jour incomplètes, puis illisibles.",
    ),
    expected=("Chacune est refusée et n’ouvre aucun compte.", EXPLAINED),
)
def modification_incomplete_inconnu(bench: Bench) -> None:
    """Something is missing, in an update that would create the account."""
    with regulator_accounts(bench) as accounts:
        contents = _chosen(Operation.UPSERT, (*MISSING, *UNREADABLE))
        people = [_person(accounts, one) for one in contents]
        answers = accounts.together(
            *(
                accounts.change(
                    f"Mise à jour d’un compte inconnu, {one.title}", who.identifier, who, body=one.body(who)
                )
                for one, who in zip(contents, people, strict=True)
            )
        )
        for one, answer in zip(contents, answers, strict=True):
            judge_refusal(accounts, one, Operation.UPSERT, answer, accounts.control())
        prove_absent(accounts, _attempts(contents, Operation.UPSERT, people, answers))


@scenario(
    "R02-43",
    title="Valeurs invalides",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=(
        "ACC-032",
        "ACC-035",
        "ACC-036",
        "ACC-037",
        "ACC-038",
        "ACC-039",
        "ACC-041",
        "ACC-057",
        "ACC-058",
        "ACC-059",
        "ACC-061",
    ),
    preconditions=(VALID_BUT,),
    steps=(
        "La plateforme crée des comptes valides, comme témoins.",
        "Elle tente des créations avec un élément vide, incomplet, d’un mauvais type ou d’un couple système et code faux.",
    ),
    expected=("Chacune est refusée et n’ouvre aucun compte.", EXPLAINED),
)
def valeurs_invalides(bench: Bench) -> None:
    """What the profile excludes."""
    with regulator_accounts(bench) as accounts:
        _refused_creations(accounts, tuple(_values()))


@scenario(
    "R02-44",
    title="Corps illisible",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-032", "ACC-040", "ACC-041", "ACC-056", "ACC-060"),
    preconditions=(VALID_BUT,),
    steps=(
        "La plateforme envoie en création un JSON interrompu, un corps vide, un tableau, un texte qui n’est pas de l’UTF-8, "
        "une ressource Patient.",
        "Elle envoie les mêmes corps, hors ressource Patient, pour mettre à jour un compte qu’elle a créé.",
    ),
    expected=("Chacun est refusé par un code 400, sans rien créer ni modifier.", EXPLAINED),
)
def corps_illisible(bench: Bench) -> None:
    """Nothing that can be read as a Practitioner."""
    with regulator_accounts(bench) as accounts:
        _refused_creations(accounts, UNREADABLE)
        _refused_updates(accounts, UNREADABLE)


@scenario(
    "R02-45",
    title="Contenus hors normes",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-060",),
    preconditions=(VALID_BUT,),
    steps=(
        "La plateforme tente des créations avec une adresse sans arobase, un nom de 10 000 caractères, un corps de 1 Mio, "
        "une autre origine (meta.source), sans origine.",
    ),
    expected=("Chacune est acceptée ou refusée, sans erreur 5xx.",),
)
def contenus_hors_normes(bench: Bench) -> None:
    """What may be refused, but breaks nothing."""
    with regulator_accounts(bench) as accounts:
        _refused_creations(accounts, OUT_OF_BOUNDS)


@scenario(
    "R02-46",
    title="Mise à jour sans critère",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-041", "ACC-042"),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=("La plateforme met à jour le compte, comme témoin, puis envoie un PUT sans paramètre identifier.",),
    expected=("Le second PUT reçoit un code 4xx et ne modifie rien.",),
)
def sans_critere(bench: Bench) -> None:
    """Nobody is designated."""
    with regulator_accounts(bench) as accounts:
        who, witness = _updated(accounts)
        asked = accounts.change("Mise à jour sans critère", None, replace(who, family="Sanscritere"))
        answer, _ = prove_unchanged(accounts, who.identifier, partial(accounts.send, asked), "ACC-042")
        bench.judge("account-refused", answer, witness, expect={"requirement": "ACC-042"})


@scenario(
    "R02-47",
    title="Critère sans système",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-060",),
    preconditions=("Un compte actif est créé par le scénario.",),
    steps=("La plateforme met à jour le compte, puis envoie la même mise à jour avec la valeur seule pour critère.",),
    expected=("La seconde mise à jour retrouve ce compte, ou elle est refusée sans erreur 5xx.",),
)
def critere_sans_systeme(bench: Bench) -> None:
    """A legal token, that the platform does not send."""
    with regulator_accounts(bench) as accounts:
        who, witness = _updated(accounts)
        wording = Wording(with_system=False)
        answer = accounts.send(accounts.change("Mise à jour par la valeur seule", who.identifier, who, wording=wording))
        bench.judge("account-refused", answer, witness, expect={"nature": "tolerated"})


def _person(accounts: Accounts, content: InvalidContent) -> Regulator:
    """A new regulator of the kind that a content is made from; its state differs from any other."""
    if content.kind is IdentifierKind.TECHNICAL:
        return accounts.technical()
    return accounts.new.regulator()


def _refused_creations(accounts: Accounts, ids: Sequence[str]) -> None:
    contents = _chosen(Operation.CREATE, ids)
    people = [_person(accounts, one) for one in contents]
    witnesses = {one.kind: _person(accounts, one) for one in contents}
    answers = accounts.together(
        *(accounts.creation("Témoin : création valide", who) for who in witnesses.values()),
        *(
            accounts.creation(f"Création, {one.title}", who, one.body(who))
            for one, who in zip(contents, people, strict=True)
        ),
    )
    valid = dict(zip(witnesses, answers, strict=False))
    sent = answers[len(witnesses) :]
    for one, answer in zip(contents, sent, strict=True):
        judge_refusal(accounts, one, Operation.CREATE, answer, valid[one.kind])
    prove_absent(accounts, _attempts(contents, Operation.CREATE, people, sent))


def _attempts(
    contents: Sequence[InvalidContent],
    operation: Operation,
    people: Sequence[Regulator],
    answers: Sequence[SearchAnswer],
) -> list[Attempt]:
    tried = zip(contents, people, answers, strict=True)
    return [
        Attempt(answer, who, one.requirements[operation])
        for one, who, answer in tried
        if operation is Operation.UPSERT or one.id not in NOT_TO_BE_FOUND
    ]


def _refused_updates(accounts: Accounts, ids: Sequence[str]) -> None:
    who, witness = _updated(accounts)
    read: SearchAnswer | None = None
    for content in _chosen(Operation.UPDATE, ids):
        changed = replace(who, family="Inattendu", given="Paul", email=accounts.technical().email)
        asked = accounts.change(f"Mise à jour, {content.title}", who.identifier, who, body=content.body(changed))
        requirement = content.requirements[Operation.UPDATE]
        answer, read = prove_unchanged(
            accounts, who.identifier, partial(accounts.send, asked), requirement, before=read
        )
        judge_refusal(accounts, content, Operation.UPDATE, answer, witness)
        if accepted(answer):  # nobody knows what the account has become: the next deviation gets another one
            (who, witness), read = _updated(accounts), None


def _updated(accounts: Accounts) -> tuple[Regulator, SearchAnswer]:
    """An account that was created and updated, with the answer to the update."""
    who = accounts.technical()
    _, witness = accounts.in_turn(
        accounts.creation("Création", who),
        accounts.change("Témoin : mise à jour valide", who.identifier, who),
    )
    return who, witness
