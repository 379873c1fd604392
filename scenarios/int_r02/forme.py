"""Forme des requêtes: where accounts are served, media types, `_format`, and how a criterion is written."""

from sas_recette.engine.accounts import accepted, regulator_accounts
from sas_recette.engine.bench import Bench, MissingDataError
from sas_recette.engine.scenario import scenario
from sas_recette.exchange.model import Request
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import FHIR_JSON, LEGACY_JSON, PLAIN_JSON, Wording
from sas_recette.platform.aggregator import SlotQuery

CATEGORY = "Forme des requêtes"
MEDIA_TYPES = tuple(
    Wording(accept=accept, content_type=content_type)
    for accept, content_type in (
        (LEGACY_JSON, FHIR_JSON),
        (FHIR_JSON, FHIR_JSON),
        (PLAIN_JSON, FHIR_JSON),
        (LEGACY_JSON, PLAIN_JSON),
    )
)


@scenario(
    "R02-01",
    title="Description du serveur",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-051",),
    steps=("La plateforme lit [base]/metadata.",),
    expected=("Le serveur répond 200 avec un CapabilityStatement.",),
)
def description_du_serveur(bench: Bench) -> None:
    """Optional in the ANS kit."""
    url = f"{bench.candidate.candidate.base_url}/metadata"
    bench.judge("account-metadata", bench.send(Request("GET", url, (("Accept", LEGACY_JSON),)), step="Lecture"))


@scenario(
    "R02-02",
    title="Même point d’accès que l’agrégation",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-001",),
    preconditions=("Le flux d’agrégation est servi : un praticien ou une association est déclaré.",),
    steps=("La plateforme cherche des créneaux, puis crée un compte à la même adresse et avec le même certificat.",),
    expected=("Les deux requêtes sont servies.",),
)
def meme_point_d_acces(bench: Bench) -> None:
    """One base, one mutual TLS."""
    search = bench.send(_search(bench).request(), step="Recherche de créneaux")
    with regulator_accounts(bench) as accounts:
        write = accounts.send(accounts.creation("Création", accounts.technical()))
        bench.judge("account-endpoint", write, search)


def _search(bench: Bench) -> SlotQuery:
    """A search of whichever aggregation flow the candidate serves. Raises MissingDataError without anybody to search."""
    if "ps" in bench.candidate.use_cases or "cpts" in bench.candidate.use_cases:
        flow, declared = Flow.INT_R01, [one.id for _, one in bench.candidate.practitioners.declared()]
    else:
        flow, declared = Flow.INT_SOS1, [one.id for _, one in bench.candidate.associations.declared()]
    if not declared:
        raise MissingDataError("practitioners" if flow is Flow.INT_R01 else "associations")
    return bench.query(declared[0], flow=flow)


@scenario(
    "R02-03",
    title="Types de contenu",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-005", "ACC-052", "ACC-053"),
    steps=(
        "La plateforme crée des comptes avec application/json+fhir, application/fhir+json et application/json dans Accept, "
        "application/fhir+json et application/json dans Content-Type.",
        "Elle met à jour chacun de ceux qui sont créés, de la même façon.",
    ),
    expected=("Aucune de ces écritures n’est refusée par un code 406 ou 415.",),
)
def types_de_contenu(bench: Bench) -> None:
    """What the pages, R4 and the ANS kit write."""
    with regulator_accounts(bench) as accounts:
        people = [(accounts.technical(), wording) for wording in MEDIA_TYPES]
        created = accounts.in_turn(
            *(accounts.creation(_named("Création", one), who, wording=one) for who, one in people)
        )
        known = [one for one, answer in zip(people, created, strict=True) if accepted(answer)]
        updated = accounts.in_turn(
            *(accounts.change(_named("Mise à jour", one), who.identifier, who, wording=one) for who, one in known)
        )
        bench.judge("account-media-types", *created, *updated)


def _named(step: str, wording: Wording) -> str:
    return f"{step}, Accept {wording.accept}, Content-Type {wording.content_type}"


@scenario(
    "R02-04",
    title="Paramètre _format",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-006",),
    steps=("La plateforme crée et met à jour des comptes sans, puis avec le paramètre _format.",),
    expected=("Les écritures avec _format aboutissent comme les autres.",),
)
def parametre_format(bench: Bench) -> None:
    """An option of both verbs."""
    with regulator_accounts(bench) as accounts:
        plain, other, formatted = accounts.technical(), accounts.technical(), Wording(mime=FHIR_JSON)
        posted, puts = accounts.in_turn(
            accounts.creation("Création sans _format", plain),
            accounts.change("Mise à jour sans _format", plain.identifier, plain),
        )
        posted_so, puts_so = accounts.in_turn(
            accounts.creation("Création avec _format", other, wording=formatted),
            accounts.change("Mise à jour avec _format", plain.identifier, plain, wording=formatted),
        )
        bench.judge("account-format", posted_so, posted)
        bench.judge("account-format", puts_so, puts)


@scenario(
    "R02-05",
    title="Écriture du critère",
    flow=Flow.INT_R02,
    category=CATEGORY,
    requirements=("ACC-016",),
    preconditions=("Un compte dont l’identifiant contient une barre oblique est créé par le scénario.",),
    steps=(
        "La plateforme met à jour ce compte : séparateur %7C et barre oblique telle quelle, puis %7C et %2F.",
        "Elle le met à jour, à titre de comparaison, avec un séparateur non encodé.",
    ),
    expected=("Les deux premières formes retrouvent le compte.",),
)
def ecriture_du_critere(bench: Bench) -> None:
    """Percent-encoding."""
    with regulator_accounts(bench) as accounts:
        who = accounts.new.regulator()
        created, raw_slash, encoded_slash, raw_pipe = accounts.in_turn(
            accounts.creation("Création", who),
            accounts.change("Critère avec %7C et /", who.identifier, who),
            accounts.change("Critère avec %7C et %2F", who.identifier, who, wording=Wording(encoded_slash=True)),
            accounts.change("Critère avec | et /", who.identifier, who, wording=Wording(raw_pipe=True)),
        )
        bench.judge("account-criterion", raw_slash, encoded_slash, created, accounts.control(), raw_pipe)
