"""Évolutions: whatever becomes of an appointment, the platform is told, under the same identifier."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.booked import (
    ABSENT,
    CANCELLED,
    CONFIRMED,
    HONOURED,
    IDENTIFIED,
    MOVED,
    REPLACED,
    Change,
)
from sas_recette.engine.desk import appointments
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import IdentifierKind
from sas_recette.platform.appointment import Author

CATEGORY = "Évolutions"
NEEDS = ("appointments.base_url", "sso.issuer", "sso.pages.session")
UPDATE = ("RDV-009", "RDV-010", "RDV-014", "RDV-037", "RDV-039", "RDV-042")
"""What each update shows of the way in which it is sent."""


@scenario(
    "RDV-S10",
    title="Changement d’horaire",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-003", "RDV-023", *UPDATE),
    steps=("Un rendez-vous pris par le régulateur est déplacé à un autre créneau.",),
    expected=("La plateforme reçoit les nouveaux horaires (ou l’annulation, puis un nouveau rendez-vous).",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def changement_d_horaire(bench: Bench) -> None:
    """Another time, the same appointment."""
    with appointments(bench) as desk:
        first, second = desk.offers("ps", 2)
        booked = desk.book(desk.regulator(), first)
        desk.change(MOVED, booked, to=second)


@scenario(
    "RDV-S11",
    title="Remplacement du professionnel",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-004", "RDV-027", *UPDATE),
    preconditions=("Un remplaçant est déclaré (appointments.replacement).",),
    steps=("Un rendez-vous pris par le régulateur est confié à un remplaçant.",),
    expected=("La plateforme reçoit l’identifiant national du remplaçant.",),
    needs=(*NEEDS, "appointments.practitioner", "appointments.replacement"),
)
def remplacement(bench: Bench) -> None:
    """Another practitioner, the same appointment."""
    with appointments(bench) as desk:
        booked = desk.book(desk.regulator(), desk.offers("ps")[0])
        desk.change(REPLACED, booked, practitioner=desk.declared.replacement)


@scenario(
    "RDV-S12",
    title="Annulation par le régulateur",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-005", *UPDATE),
    steps=("Le régulateur annule le rendez-vous qu’il a pris.",),
    expected=("La plateforme reçoit l’annulation.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def annulation_par_le_regulateur(bench: Bench) -> None:
    """By the one who took it."""
    _ending(bench, CANCELLED, "regulator")


@scenario(
    "RDV-S13",
    title="Annulation par le cabinet",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-005", *UPDATE),
    steps=("Le cabinet annule un rendez-vous pris par le régulateur.",),
    expected=("La plateforme reçoit l’annulation.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def annulation_par_le_cabinet(bench: Bench) -> None:
    """By the one who would have seen the patient."""
    _ending(bench, CANCELLED, "practice")


@scenario(
    "RDV-S14",
    title="Annulation par le patient",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-005", *UPDATE),
    steps=("Le patient annule le rendez-vous pris pour lui, par le moyen que la solution lui donne.",),
    expected=("La plateforme reçoit l’annulation.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def annulation_par_le_patient(bench: Bench) -> None:
    """By the one who will not come."""
    _ending(bench, CANCELLED, "patient")


@scenario(
    "RDV-S15",
    title="Rendez-vous honoré",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-006", *UPDATE),
    steps=("Le cabinet note que le patient est venu.",),
    expected=("La plateforme reçoit le statut fulfilled.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def honore(bench: Bench) -> None:
    """The patient came."""
    _ending(bench, HONOURED, "practice")


@scenario(
    "RDV-S16",
    title="Rendez-vous non honoré",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-007", *UPDATE),
    steps=("Le cabinet note que le patient n’est pas venu.",),
    expected=("La plateforme reçoit le statut noshow.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def non_honore(bench: Bench) -> None:
    """The patient did not come."""
    _ending(bench, ABSENT, "practice")


@scenario(
    "RDV-S17",
    title="SOS Médecins : médecin connu, puis honoré",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-004", "RDV-006", "RDV-019", "RDV-031", "RDV-032", "RDV-047", *UPDATE),
    preconditions=("Un médecin de l’association est déclaré (appointments.association_practitioner).",),
    steps=(
        "Un rendez-vous est pris sans médecin, puis confié à un médecin.",
        "Il est confirmé s’il devait l’être, puis honoré.",
    ),
    expected=("Chaque étape est reçue ; le RPPS est transmis dès qu’il est connu, au plus tard au statut fulfilled.",),
    needs=(*NEEDS, "appointments.association", "appointments.association_practitioner"),
)
def sos_medecins(bench: Bench) -> None:
    """The whole life of an appointment at a fixed place."""
    if "sos" not in bench.candidate.use_cases:
        bench.not_applicable("la solution ne déclare pas le cas d’usage «\u00a0sos\u00a0» (use_cases)")
        return
    with appointments(bench) as desk:
        booked = desk.book(desk.regulator(), desk.offers("sos")[0])
        desk.change(IDENTIFIED, booked, practitioner=desk.declared.association_practitioner)
        if desk.declared.confirmation:
            desk.change(CONFIRMED, booked)
        else:
            bench.not_applicable("aucune demande n’attend de confirmation (appointments.confirmation)", "RDV-047")
        desk.change(HONOURED, booked)


@scenario(
    "RDV-S18",
    title="Compte désactivé, puis annulation",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-005", "RDV-018", *UPDATE),
    steps=("Le compte du régulateur est désactivé (INT_R02).", "Le cabinet annule le rendez-vous qu’il avait pris."),
    expected=("L’annulation est reçue, l’opérateur est inchangé.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def compte_desactive(bench: Bench) -> None:
    """An appointment outlives the habilitation of who took it."""
    with appointments(bench) as desk:
        regulator = desk.regulator()
        booked = desk.book(regulator, desk.offers("ps")[0])
        desk.deactivate(regulator)
        desk.change(CANCELLED, booked)


@scenario(
    "RDV-S19",
    title="Régulateur passé à son identifiant national",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-017", "RDV-018"),
    steps=(
        "Le compte du régulateur passe de l’identifiant technique au national (INT_R02).",
        "Il prend un rendez-vous.",
    ),
    expected=("Le rendez-vous désigne le régulateur par l’identifiant que la plateforme connaît alors.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def identifiant_change(bench: Bench) -> None:
    """The operator is the identifier of the day."""
    with appointments(bench) as desk:
        regulator = desk.renamed(desk.regulator(IdentifierKind.TECHNICAL))
        desk.book(regulator, desk.offers("ps")[0])


def _ending(bench: Bench, change: Change, author: Author) -> None:
    with appointments(bench) as desk:
        booked = desk.book(desk.regulator(), desk.offers("ps")[0])
        desk.change(change, booked, author)
