"""Connexions: versions of TLS, suites, the server’s own certificate, and nothing in clear (security.md §2, §5)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.clear_text import judge_clear_text
from sas_recette.engine.handshakes import judge_server, judge_suites, judge_versions
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow

CATEGORY = "Connexions TLS"


@scenario(
    "SEC-S20",
    title="Versions de TLS",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-014", "SEC-015", "SEC-016", "SEC-025"),
    steps=(
        "La plateforme recherche des créneaux en TLS 1.2, puis en TLS 1.3, avec son certificat client.",
        "Une négociation est engagée dans chacune des versions SSL 2.0, SSL 3.0, TLS 1.0 et TLS 1.1.",
    ),
    expected=("TLS 1.2 et TLS 1.3 sont acceptés.", "Les versions obsolètes sont refusées."),
)
def versions(bench: Bench) -> None:
    """What the server agrees to speak."""
    judge_versions(bench)


@scenario(
    "SEC-S21",
    title="Suites cryptographiques faibles",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-026",),
    steps=("Une négociation n’offre que des suites NULL, puis anonymes, EXPORT, RC4, DES et 3DES.",),
    expected=("Aucune n’est acceptée.",),
)
def suites(bench: Bench) -> None:
    """What the server agrees to encrypt with."""
    judge_suites(bench)


@scenario(
    "SEC-S22",
    title="Certificat du serveur",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-017",),
    steps=("La plateforme vérifie le certificat du serveur : chaîne, dates, nom d’hôte.",),
    expected=("Le certificat se vérifie ; le dossier dit ses noms, sa clé et le temps qu’il lui reste.",),
)
def certificat_du_serveur(bench: Bench) -> None:
    """Whom the platform talks to."""
    judge_server(bench)


@scenario(
    "SEC-S23",
    title="Accès sans chiffrement",
    flow=Flow.SECURITE,
    category=CATEGORY,
    requirements=("SEC-018",),
    steps=(
        "La recherche de créneaux et /metadata sont demandées en HTTP, au port de l’URL de base, et au port 80 si elle est en "
        "443.",
    ),
    expected=("Aucune réponse FHIR : une redirection vers https, un refus, ou personne à l’écoute.",),
)
def en_clair(bench: Bench) -> None:
    """No answer in clear."""
    judge_clear_text(bench)
