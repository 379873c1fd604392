"""Certificats client: the platform’s opens, every other is refused (security.md §5)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.connections import connections
from sas_recette.engine.identities import BARE
from sas_recette.engine.intrusions import inform, refuse, refuse_forged_headers, refuse_nobody, refuse_revoked
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.negatives import NegativeCase

CATEGORY = "Certificats client"
TRUST = "La solution fait confiance à l’IGC de test du banc, et attend le CN et l’OU du certificat de la plateforme."
LOADED = (
    "La liste de révocation du banc est chargée dans la solution (tls.crl_loaded = true), ou la solution interroge le banc "
    "(tls.revocation_address)."
)
ASKED = (
    "Sont demandées : la recherche de créneaux la plus légère, l’écriture d’un compte d’essai (PUT Practitioner) et /metadata, "
    "en TLS 1.2 puis en TLS 1.3 si le serveur offre les deux."
)
REFUSED = "Chaque requête est refusée : alerte TLS, connexion fermée ou réponse 4xx."
STILL_SERVED = "Après chaque refus, le certificat valide est toujours servi."


@scenario(
    "SEC-S01",
    title="Certificat valide de la plateforme",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-002",),
    preconditions=(TRUST,),
    steps=(
        "La plateforme recherche des créneaux avec son certificat client.",
        "Pour information, elle recommence sans transmettre le certificat de l’autorité intermédiaire.",
    ),
    expected=("La recherche reçoit une réponse 200.",),
)
def certificat_valide(bench: Bench) -> None:
    """The platform is served."""
    with connections(bench) as server:
        server.judge_valid()
        inform(server, BARE)


def _all_refused(bench: Bench, requirement: str, *cases: NegativeCase) -> None:
    with connections(bench) as server:
        refuse(server, {requirement: cases})


@scenario(
    "SEC-S02",
    title="Certificat d’un autre CN",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-003",),
    preconditions=(TRUST,),
    steps=(
        "Des certificats de la bonne autorité sont présentés : autre CN, puis CN attendu placé dans O ou dans subjectAltName.",
        ASKED,
    ),
    expected=(REFUSED, STILL_SERVED),
)
def autre_cn(bench: Bench) -> None:
    """Whoever the authority knows is not the platform."""
    _all_refused(bench, "SEC-003", NegativeCase.WRONG_CN, NegativeCase.CN_IN_O, NegativeCase.CN_IN_SAN)


@scenario(
    "SEC-S03",
    title="Certificat d’une autre OU",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-004",),
    preconditions=(TRUST,),
    steps=(
        "Un certificat de la bonne autorité est présenté, avec le CN attendu et une autre OU.",
        "Pour information, un certificat de deux OU, dont la seconde est celle attendue (point ouvert SEC OP-2).",
        ASKED,
    ),
    expected=(REFUSED, STILL_SERVED),
)
def autre_ou(bench: Bench) -> None:
    """The unit counts as the name does."""
    with connections(bench) as server:
        refuse(server, {"SEC-004": (NegativeCase.WRONG_OU,)})
        inform(server, NegativeCase.TWO_OUS)


@scenario(
    "SEC-S04",
    title="CN et OU voisins de ceux attendus",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-005",),
    preconditions=(TRUST,),
    steps=(
        "Des certificats de la bonne autorité sont présentés, dont le CN ou l’OU contient la valeur attendue.",
        "Puis des certificats dont le CN est celui attendu dans une autre casse, ou suivi d’un espace.",
        ASKED,
    ),
    expected=(REFUSED, "La casse et l’espace acceptés ne sont qu’une réserve (RFC 5280, 7.1).", STILL_SERVED),
)
def noms_voisins(bench: Bench) -> None:
    """A part of the name is not the name."""
    _all_refused(
        bench,
        "SEC-005",
        NegativeCase.CN_SUFFIX,
        NegativeCase.CN_PREFIX,
        NegativeCase.OU_SUFFIX,
        NegativeCase.OU_PREFIX,
        NegativeCase.CN_CASE,
        NegativeCase.CN_SPACE,
    )


@scenario(
    "SEC-S05",
    title="Certificat révoqué",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-006",),
    preconditions=(TRUST, LOADED),
    steps=("Un certificat inscrit dans la liste de révocation est présenté.", ASKED),
    expected=(REFUSED, STILL_SERVED),
)
def certificat_revoque(bench: Bench) -> None:
    """What the authority took back."""
    with connections(bench) as server:
        refuse_revoked(server)


@scenario(
    "SEC-S06",
    title="Certificat hors de ses dates",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-008", "SEC-009"),
    preconditions=(TRUST,),
    steps=("Un certificat expiré depuis hier est présenté, puis un autre, valable à partir de demain.", ASKED),
    expected=(REFUSED, STILL_SERVED),
)
def hors_dates(bench: Bench) -> None:
    """Too late, too early."""
    with connections(bench) as server:
        refuse(server, {"SEC-008": (NegativeCase.EXPIRED,), "SEC-009": (NegativeCase.NOT_YET_VALID,)})


@scenario(
    "SEC-S07",
    title="Certificat d’une autorité inconnue",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-010", "SEC-011"),
    steps=(
        "Un certificat signé par lui-même est présenté, au sujet attendu.",
        "Puis un certificat au sujet attendu, émis par une autre autorité du même nom.",
        ASKED,
    ),
    expected=(REFUSED, STILL_SERVED),
)
def autorite_inconnue(bench: Bench) -> None:
    """Nobody vouches for the name."""
    with connections(bench) as server:
        refuse(server, {"SEC-010": (NegativeCase.SELF_SIGNED,), "SEC-011": (NegativeCase.FOREIGN_CA,)})


@scenario(
    "SEC-S08",
    title="Certificat prévu pour un autre usage",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-012",),
    preconditions=(TRUST,),
    steps=("Un certificat de la bonne autorité est présenté, que son extendedKeyUsage réserve à un serveur.", ASKED),
    expected=(REFUSED, STILL_SERVED),
)
def autre_usage(bench: Bench) -> None:
    """A server’s certificate is not a client’s."""
    _all_refused(bench, "SEC-012", NegativeCase.WRONG_USAGE)


@scenario(
    "SEC-S09",
    title="Aucun certificat",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-001", "SEC-007", "SEC-028"),
    steps=(
        "Sans certificat client sont demandées une recherche de créneaux, la déclaration de capacité, la création d’un compte et "
        "la modification d’un compte d’essai, en TLS 1.2 puis en TLS 1.3 si le serveur offre les deux.",
        "Avec le sien, la plateforme regarde ce qu’il en est des deux comptes.",
    ),
    expected=(REFUSED, "Aucun compte n’est créé ni modifié.", STILL_SERVED),
)
def aucun_certificat(bench: Bench) -> None:
    """On every path."""
    with connections(bench) as server:
        refuse_nobody(server)


@scenario(
    "SEC-S10",
    title="En-têtes de certificat forgés",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-013",),
    steps=(
        "Sans certificat client, les requêtes portent les en-têtes par lesquels un relais TLS transmet le certificat "
        "(X-SSL-Client-S-DN, X-Client-Cert, X-Forwarded-Client-Cert…), remplis au nom de la plateforme.",
        ASKED,
    ),
    expected=(REFUSED, STILL_SERVED),
)
def entetes_forges(bench: Bench) -> None:
    """A header proves nothing."""
    with connections(bench) as server:
        refuse_forged_headers(server)
