"""Certificats: who tells the platform, and whom the solution tells (security.md §3)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.desk import appointments
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.inbox.messages import InboxFault

CATEGORY = "Certificats"
REHEARSAL = "La solution fait confiance à l’IGC de test du banc (tls.folder)."
NEEDS = ("appointments.base_url", "sso.issuer", "sso.pages.session", "appointments.practitioner")


@scenario(
    "RDV-S30",
    title="Certificat client de la solution",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("SEC-019", "SEC-021", "SEC-027"),
    preconditions=("Le CN et l’OU du certificat sont déclarés (appointments.client_cn, client_ou).",),
    steps=("Un rendez-vous est pris, puis annulé.",),
    expected=(
        "Chaque requête présente le certificat déclaré, en TLS 1.2 ou plus récent.",
        "Un certificat de l’IGC-Santé est de la gamme élémentaire, domaine organisation.",
    ),
    needs=NEEDS,
)
def certificat_client(bench: Bench) -> None:
    """At each request; whose it is matters once real certificates are there."""
    with appointments(bench) as desk:
        booked = desk.book(desk.regulator(), desk.offers("ps")[0])
        if bench.candidate.tls.pki == "igc-test":
            desk.judge_certificate(booked)
        else:
            bench.not_applicable(
                'la solution ne présente pas de certificat de l’IGC-Santé (tls.pki = "igc-test")', "SEC-027"
            )


@scenario(
    "RDV-S31",
    title="Certificat de la plateforme inconnu",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("SEC-020",),
    steps=(
        "Un rendez-vous est pris alors que la plateforme présente un certificat d’une autorité inconnue.",
        "La plateforme présente de nouveau le sien.",
    ),
    expected=("Rien n’est envoyé sous le certificat inconnu ; le rendez-vous est transmis ensuite.",),
    needs=NEEDS,
)
def autorite_inconnue(bench: Bench) -> None:
    """A right name, right dates, and nobody that vouches for it."""
    with appointments(bench) as desk:
        desk.book_under(InboxFault.UNTRUSTED_CERTIFICATE, desk.regulator(), desk.offers("ps")[0])


@scenario(
    "RDV-S32",
    title="Certificat de la plateforme expiré",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("SEC-020",),
    preconditions=(REHEARSAL,),
    steps=(
        "Un rendez-vous est pris alors que la plateforme présente un certificat de la bonne autorité, expiré depuis hier.",
        "La plateforme présente de nouveau le sien.",
    ),
    expected=("Rien n’est envoyé sous le certificat expiré ; le rendez-vous est transmis ensuite.",),
    needs=NEEDS,
)
def certificat_expire(bench: Bench) -> None:
    """A right name and a right authority, too late."""
    with appointments(bench) as desk:
        desk.book_under(InboxFault.EXPIRED_CERTIFICATE, desk.regulator(), desk.offers("ps")[0])


@scenario(
    "RDV-S33",
    title="Certificat de la plateforme au nom d’un autre hôte",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("SEC-020",),
    preconditions=(REHEARSAL,),
    steps=(
        "Un rendez-vous est pris alors que la plateforme présente un certificat de la bonne autorité, au nom d’un autre hôte.",
        "La plateforme présente de nouveau le sien.",
    ),
    expected=("Rien n’est envoyé sous ce certificat ; le rendez-vous est transmis ensuite.",),
    needs=NEEDS,
)
def autre_hote(bench: Bench) -> None:
    """A right authority and right dates, for somebody else."""
    with appointments(bench) as desk:
        desk.book_under(InboxFault.WRONG_HOST, desk.regulator(), desk.offers("ps")[0])
