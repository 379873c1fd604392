"""Création de compte: new accounts, by POST and by PUT, and the doubles that are refused."""

from dataclasses import replace

from sas_recette.engine.account_proofs import Attempt, prove_absent, prove_unchanged, read_account, show
from sas_recette.engine.accounts import accepted, regulator_accounts
from sas_recette.engine.bench import Bench
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import IdentifierKind

CATEGORY = "Création de compte"
LONG_NAME = "Lefèvre de Saint-Père d’Almeïda du Plessis-Bellière Garçonnet"


@scenario(
    "R02-10",
    title="Création avec identifiant national ou technique",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-002", "ACC-003", "ACC-004", "ACC-044", "ACC-045"),
    preconditions=("Les identifiants et les adresses sont inconnus de la solution.",),
    steps=(
        "La plateforme crée un compte avec un identifiant national de la forme structure/numéro local.",
        "Elle en crée un deuxième avec un numéro RPPS, puis un troisième avec un identifiant technique (UUID).",
    ),
    expected=(
        "Chaque création reçoit 201 et un en-tête Location qui désigne le compte.",
        "Aucune donnée que la plateforme ne transmet pas n’est demandée.",
    ),
)
def creation(bench: Bench) -> None:
    """Both kinds of identifier, side by side."""
    with regulator_accounts(bench) as accounts:
        local = accounts.new.regulator()
        rpps = replace(accounts.new.regulator(), identifier=accounts.new.rpps())
        technical = accounts.new.regulator(IdentifierKind.TECHNICAL)
        answers = accounts.in_turn(
            accounts.creation("Création, identifiant national", local),
            accounts.creation("Création, numéro RPPS", rpps),
            accounts.creation("Création, identifiant technique", technical),
        )
        bench.judge("account-created", *answers)


@scenario(
    "R02-11",
    title="Noms accentués",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-007",),
    preconditions=("Les identifiants et les adresses sont inconnus de la solution.",),
    steps=(
        "La plateforme crée des comptes aux noms accentués, avec apostrophe, trait d’union et ligature, dont un de 61 caractères.",
        "Elle les relit si la solution déclare la lecture ; sinon une personne les constate à l’écran.",
    ),
    expected=("Les noms et prénoms sont restitués sans altération.",),
)
def noms_accentues(bench: Bench) -> None:
    """UTF-8, there and back."""
    with regulator_accounts(bench) as accounts:
        people = [accounts.new.regulator(IdentifierKind.TECHNICAL) for _ in range(3)]
        people.append(replace(accounts.technical(), family=LONG_NAME))
        created = accounts.together(*(accounts.creation("Création d’un nom accentué", one) for one in people))
        if not accounts.readable:
            return
        reads = accounts.together(*(accounts.reading("Lecture du nom accentué", one.identifier) for one in people))
        for read, write in zip(reads, created, strict=True):
            bench.judge("account-read", read, write, expect={"requirement": "ACC-007"})


@scenario(
    "R02-12",
    title="Modification d’un compte inconnu, reçue deux fois",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-018", "ACC-019"),
    preconditions=("L’identifiant et l’adresse sont inconnus de la solution.",),
    steps=("La plateforme envoie un PUT pour un compte inconnu, puis le même PUT une seconde fois.",),
    expected=("Le premier crée le compte (201, ou 200 toléré) ; le second aboutit au même état, sans second compte.",),
)
def put_sur_compte_inconnu(bench: Bench) -> None:
    """An idempotent interface."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        first, second = accounts.in_turn(
            accounts.change("Mise à jour d’un compte inconnu", who.identifier, who),
            accounts.change("La même mise à jour", who.identifier, who),
        )
        bench.judge("account-put-created", first)
        bench.judge("account-idempotent", first, second)
        show(accounts, who.identifier, second, "ACC-019")


@scenario(
    "R02-13",
    title="Création en double",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-020",),
    steps=("La plateforme crée un compte, puis envoie une seconde fois la même création.",),
    expected=("La seconde création est refusée par un code 4xx, et le compte reste seul de son identifiant.",),
)
def creation_en_double(bench: Bench) -> None:
    """The same POST again."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        created = accounts.send(accounts.creation("Création", who))
        again, read = prove_unchanged(
            accounts,
            who.identifier,
            lambda: accounts.send(accounts.creation("La même création", who)),
        )
        bench.judge("account-refused", again, created, expect={"requirement": "ACC-020", "nature": "rule"})
        if read is not None:
            bench.judge("account-read", read, created, expect={"requirement": "ACC-020"})
            return
        probe = accounts.send(accounts.change("Contrôle : mise à jour identique", who.identifier, who))
        bench.judge("account-no-effect", probe, again, created, expect={"requirement": "ACC-020", "account": "present"})


@scenario(
    "R02-14",
    title="Créations identiques simultanées",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-020",),
    steps=("La plateforme envoie en même temps trois fois la même création.",),
    expected=("Une seule aboutit ; les autres sont refusées, et l’identifiant n’a qu’un compte.",),
)
def creations_simultanees(bench: Bench) -> None:
    """Three times the same POST, at once: whichever comes first wins."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        answers = accounts.together(*(accounts.creation("Création simultanée", who) for _ in range(3)))
        winner = next((one for one in answers if accepted(one)), None)
        if winner is None:
            bench.not_verified("aucune des créations simultanées n’aboutit")
            return
        for one in answers:
            if one is not winner:
                bench.judge("account-refused", one, winner, expect={"requirement": "ACC-020"})
        if accounts.readable:
            bench.judge(
                "account-read", read_account(accounts, who.identifier), winner, expect={"requirement": "ACC-020"}
            )


@scenario(
    "R02-15",
    title="Adresse électronique d’un autre compte",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-021",),
    preconditions=("Un compte actif, créé par le scénario, porte l’adresse.",),
    steps=("La plateforme crée un compte d’un autre identifiant avec l’adresse de ce compte.",),
    expected=("La création est refusée et n’ouvre aucun compte : l’adresse désigne un seul compte.",),
)
def adresse_deja_portee(bench: Bench) -> None:
    """The address is the key of the SSO."""
    with regulator_accounts(bench) as accounts:
        who = accounts.technical()
        other = replace(accounts.technical(), email=who.email)
        first, second = accounts.in_turn(
            accounts.creation("Création du premier compte", who),
            accounts.creation("Création d’un autre compte de même adresse", other),
        )
        bench.judge("account-refused", second, first, expect={"requirement": "ACC-021", "nature": "rule"})
        own = replace(other, email=accounts.technical().email)
        prove_absent(accounts, [Attempt(second, own, "ACC-021")])


@scenario(
    "R02-16",
    title="Identifiant national conservé en entier",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-017",),
    steps=(
        "La plateforme crée un compte dont l’identifiant contient une barre oblique, et le met à jour par cet identifiant.",
        "Elle met à jour un compte inconnu dont l’identifiant ne diffère qu’après la barre oblique.",
    ),
    expected=("La première mise à jour retrouve le compte ; la seconde en crée un autre.",),
)
def identifiant_entier(bench: Bench) -> None:
    """Two local numbers of one structure are two accounts."""
    with regulator_accounts(bench) as accounts:
        who = accounts.new.regulator()
        colleague = replace(accounts.new.regulator(), identifier=accounts.new.sibling(who.identifier))
        created, whole = accounts.in_turn(
            accounts.creation("Création", who),
            accounts.change("Mise à jour par l’identifiant entier", who.identifier, who),
        )
        show(accounts, who.identifier, whole, "ACC-017")
        sibling = accounts.send(
            accounts.change("Mise à jour d’un inconnu de la même structure", colleague.identifier, colleague)
        )
        bench.judge("account-identifier-whole", whole, sibling, created, accounts.control())
