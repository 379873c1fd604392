"""Parcours: one regulator, from the opening of his account to its end, through the four flows."""

from sas_recette.engine.bench import Bench, NotPlayableError
from sas_recette.engine.booked import CANCELLED
from sas_recette.engine.desk import appointments
from sas_recette.engine.offers import need
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow


@scenario(
    "RDV-J01",
    title="Parcours complet du régulateur",
    flow=Flow.INT_R03,
    category="Parcours",
    requirements=(
        *("ACC-003", "ACC-024", "SSO-007"),
        *("RDV-001", "RDV-002", "RDV-005", "RDV-014", "RDV-018", "RDV-023", "RDV-050"),
    ),
    preconditions=("La solution est configurée avec les adresses du banc, pour le SSO comme pour les rendez-vous.",),
    steps=(
        "La plateforme crée le compte du régulateur (INT_R02) et cherche un créneau (INT_R01).",
        "Le régulateur suit l’adresse du créneau (INT_SSO), le réserve ; la solution le transmet (INT_R03).",
        "La plateforme cherche de nouveau ; le régulateur annule ; elle cherche encore.",
        "La plateforme désactive le compte ; le régulateur tente de revenir.",
    ),
    expected=(
        "Chaque maillon tient : compte, créneau, session, rendez-vous, agenda à jour, annulation.",
        "Le compte désactivé n’ouvre plus de session.",
    ),
    needs=("appointments.base_url", "appointments.practitioner", "sso.issuer", "sso.pages.session"),
)
def parcours(bench: Bench) -> None:
    """What the platform is for, in one breath."""
    with appointments(bench) as desk:
        sas = desk.sas
        regulator = sas.new()
        created = sas.accounts.send(sas.accounts.creation("Création du compte du régulateur", regulator))
        bench.judge("account-created", created)
        before = desk.search("ps", "Recherche des créneaux")
        bench.judge("search", before)
        offer = need(before, "ps", bench.clock(), 1)[0]
        booked = desk.book(regulator, offer)
        during = desk.search("ps", "Recherche, le créneau étant pris")
        desk.change(CANCELLED, booked, "regulator")
        after = desk.search("ps", "Recherche, le créneau étant rendu")
        desk.judge_agenda(booked, before, during, after)
        control = sas.admission(offer.url, desk.identity(regulator), "Retour du régulateur")
        sas.judge("sso-open", control, expect={"requirements": ["SSO-007"], "controls": 0})
        if not desk.deactivate(regulator):
            raise NotPlayableError("la désactivation du compte a été refusée (INT_R02)")
        sas.judge_closed(
            [sas.admission(offer.url, desk.identity(regulator), "Retour, compte désactivé")], control, "ACC-024"
        )
