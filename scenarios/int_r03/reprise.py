"""Reprise: the platform answers badly, or not at all; nothing is lost, nothing is doubled (appointments.md §8)."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.desk import appointments
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.inbox.messages import InboxFault

CATEGORY = "Reprise"
NEEDS = ("appointments.base_url", "sso.issuer", "sso.pages.session", "appointments.practitioner")
REQUIREMENTS = ("RDV-036", "RDV-037", "RDV-042")
EXPECTED = ("Le message est émis de nouveau sans intervention, sous le même identifiant.",)


@scenario(
    "RDV-S20",
    title="Plateforme indisponible (503)",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=REQUIREMENTS,
    steps=("Un rendez-vous est pris ; la plateforme répond d’abord 503, avec Retry-After.",),
    expected=EXPECTED,
    needs=NEEDS,
)
def indisponible(bench: Bench) -> None:
    """It says when to come back."""
    _with(bench, InboxFault.S503)


@scenario(
    "RDV-S21",
    title="Erreur de la plateforme (500)",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=REQUIREMENTS,
    steps=("Un rendez-vous est pris ; la plateforme répond d’abord 500.",),
    expected=EXPECTED,
    needs=NEEDS,
)
def erreur(bench: Bench) -> None:
    """It says nothing of use."""
    _with(bench, InboxFault.S500)


@scenario(
    "RDV-S22",
    title="Connexion rompue",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-036", "RDV-037"),
    steps=("Un rendez-vous est pris ; la connexion est d’abord rompue sans réponse.",),
    expected=EXPECTED,
    needs=NEEDS,
)
def connexion_rompue(bench: Bench) -> None:
    """Nobody knows whether it was received."""
    _with(bench, InboxFault.RESET)


@scenario(
    "RDV-S23",
    title="Message refusé (422)",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-037",),
    steps=("Un rendez-vous est pris ; la plateforme le refuse (422), avec un OperationOutcome.",),
    expected=("Le rendez-vous n’est jamais transmis sous un autre identifiant.",),
    needs=NEEDS,
)
def refuse(bench: Bench) -> None:
    """Sending the same thing again would not help; another identifier would be worse."""
    _with(bench, InboxFault.S422)


def _with(bench: Bench, fault: InboxFault) -> None:
    with appointments(bench) as desk:
        booked = desk.book(desk.regulator(), desk.offers("ps")[0], fault)
        desk.judge_retry(booked, fault)
