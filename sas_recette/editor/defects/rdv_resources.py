"""Defects in the Appointment itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sas_recette.editor.appointments.model import Appointment, Event
from sas_recette.editor.appointments.resource import PARTICIPATION_TYPE
from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.defects.model import Defect, int_r03
from sas_recette.editor.defects.rdv_hooks import Edit, edited
from sas_recette.editor.http import Resource

_INSTANTS: Final = ("start", "end")


def _without_seconds(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    for key in _INSTANTS:
        sent[key] = datetime.fromisoformat(sent[key]).isoformat(timespec="minutes")


def _without_offset(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    for key in _INSTANTS:
        sent[key] = datetime.fromisoformat(sent[key]).replace(tzinfo=None).isoformat()


def _utc(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    for key, moment in zip(_INSTANTS, (appointment.start, appointment.end), strict=True):
        sent[key] = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _an_hour_early(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    for key in _INSTANTS:
        sent[key] = (datetime.fromisoformat(sent[key]) - timedelta(hours=1)).isoformat()


def _a_quarter(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    sent["end"] = (appointment.start + timedelta(minutes=15)).isoformat()


def _without_end(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    del sent["end"]


def _reversed(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent["start"], sent["end"] = sent["end"], sent["start"]


def _status(**others: str) -> Behaviour:
    """Other statuses than those of the reference."""

    def edit(sent: Resource, appointment: Appointment, event: Event) -> None:
        del appointment, event
        sent["status"] = others.get(sent["status"], sent["status"])

    return edited(edit)


def _upper(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent["status"] = sent["status"].upper()


def _pending_at_first(sent: Resource, appointment: Appointment, event: Event) -> None:
    if event is Event.BOOKED and not appointment.centre:
        sent["status"] = "pending"


def _without(key: str) -> Edit:
    def edit(sent: Resource, appointment: Appointment, event: Event) -> None:
        del appointment, event
        sent.pop(key, None)

    return edit


def _created_at_the_slot(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    sent["created"] = appointment.start.isoformat()


def _misplaced_profile(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent["meta"] = {"profile": ["http://interopsante.org/fhir/StructureDefinition/FrAppointmentSAS"]}


def _empty_elements(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    sent["description"] = ""


def _patient_named(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    sent["comment"] = f"Patient\u00a0: {appointment.patient.name}"


def _other_extension(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    if appointment.centre:
        sent["extension"].append({"url": "https://editeur.example/fhir/origine", "valueString": "régulation"})


def _in_a_bundle(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    resource = dict(sent)
    sent.clear()
    sent.update(resourceType="Bundle", type="message", entry=[{"resource": resource}])


CONTENTS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-in-a-bundle",
        "L’Appointment est enveloppé dans un Bundle",
        edited(_in_a_bundle),
        "RDV-003",
        "RDV-004",
        "RDV-005",
        "RDV-006",
        "RDV-007",
        "RDV-011",
        "RDV-047",
        reserves=("RDV-036",),
    ),
    int_r03("rdv-profile-missing", "Aucun profil n’est déclaré", edited(_without("meta")), reserves=("RDV-012",)),
    int_r03(
        "rdv-profile-of-interopsante",
        "Le profil déclaré est celui que l’IG écrit par erreur",
        edited(_misplaced_profile),
        reserves=("RDV-012",),
    ),
    int_r03(
        "rdv-created-missing",
        "La date de prise du rendez-vous (created) est absente",
        edited(_without("created")),
        reserves=("RDV-025",),
    ),
    int_r03(
        "rdv-created-at-the-slot",
        "La date de prise du rendez-vous (created) est celle du créneau",
        edited(_created_at_the_slot),
        reserves=("RDV-025",),
    ),
    int_r03("rdv-empty-description", "Une description vide est transmise", edited(_empty_elements), "RDV-035"),
    int_r03(
        "rdv-patient-in-comment",
        "Le nom du patient est transmis en commentaire",
        edited(_patient_named),
        reserves=("RDV-034",),
    ),
    int_r03(
        "rdv-sos-other-extension",
        "Une extension de l’éditeur accompagne celle de l’opérateur (SOS Médecins)",
        edited(_other_extension),
        "RDV-019",
    ),
)

TIMES: Final[tuple[Defect, ...]] = (
    int_r03("rdv-times-in-utc", "Les horaires sont transmis en temps universel", edited(_utc), reserves=("RDV-024",)),
    int_r03(
        "rdv-times-an-hour-early", "Les horaires ont une heure d’avance", edited(_an_hour_early), "RDV-003", "RDV-023"
    ),
    int_r03(
        "rdv-times-of-a-quarter",
        "Chaque rendez-vous est dit durer un quart d’heure",
        edited(_a_quarter),
        "RDV-003",
        "RDV-023",
    ),
    int_r03("rdv-times-without-end", "La fin du rendez-vous est absente", edited(_without_end), "RDV-003", "RDV-022"),
    int_r03(
        "rdv-times-without-seconds",
        "Les horaires n’ont pas de secondes",
        edited(_without_seconds),
        "RDV-003",
        "RDV-022",
    ),
    int_r03(
        "rdv-times-without-offset", "Les horaires n’ont pas de fuseau", edited(_without_offset), "RDV-003", "RDV-022"
    ),
    int_r03(
        "rdv-times-reversed",
        "Le début et la fin sont intervertis",
        edited(_reversed),
        "RDV-003",
        "RDV-023",
        reserves=("RDV-041",),
    ),
)

STATUSES: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-status-in-capitals",
        "Le statut est écrit en majuscules",
        edited(_upper),
        "RDV-005",
        "RDV-006",
        "RDV-007",
        "RDV-020",
        "RDV-047",
        reserves=("RDV-046",),
    ),
    int_r03(
        "rdv-status-arrived",
        "Un rendez-vous honoré est transmis au statut arrived",
        _status(fulfilled="arrived"),
        "RDV-006",
        "RDV-020",
    ),
    int_r03(
        "rdv-status-entered-in-error",
        "Une annulation est transmise au statut entered-in-error",
        _status(cancelled="entered-in-error"),
        "RDV-005",
        "RDV-020",
    ),
    int_r03(
        "rdv-status-no-show-misspelt",
        "Un rendez-vous non honoré est transmis au statut no-show",
        _status(noshow="no-show"),
        "RDV-007",
        "RDV-020",
    ),
    int_r03(
        "rdv-status-pending-at-first",
        "Un rendez-vous chez un PS est d’abord transmis en attente",
        edited(_pending_at_first),
        reserves=("RDV-021",),
    ),
)


def _no_participant(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    del sent["participant"]


def _anonymous(sent: Resource) -> None:
    coding = {"system": PARTICIPATION_TYPE, "code": "ADM"}
    sent["participant"] = [{"type": [{"coding": [coding]}], "status": sent["participant"][0]["status"]}]


def _never_named(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    if not appointment.centre:
        _anonymous(sent)


def _never_named_in_centres(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    if appointment.centre:
        _anonymous(sent)


def _forgotten_at_the_end(sent: Resource, appointment: Appointment, event: Event) -> None:
    if appointment.centre and event is Event.HONOURED:
        _anonymous(sent)


def _bare_number(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    for participant in sent["participant"]:
        if "actor" in participant:
            identifier = participant["actor"]["identifier"]
            identifier["value"] = identifier["value"].removeprefix("8")


def _participant_status(value: str) -> Edit:
    def edit(sent: Resource, appointment: Appointment, event: Event) -> None:
        del event
        for participant in sent["participant"]:
            if not appointment.centre:
                participant["status"] = value

    return edit


def _performer(sent: Resource, appointment: Appointment, event: Event) -> None:
    del appointment, event
    for participant in sent["participant"]:
        for kind in participant.get("type", []):
            kind["coding"][0]["code"] = "PPRF"


def _never_accepted(sent: Resource, appointment: Appointment, event: Event) -> None:
    del event
    if appointment.centre:
        for participant in sent["participant"]:
            participant["status"] = "needs-action"


PARTICIPANTS: Final[tuple[Defect, ...]] = (
    int_r03(
        "rdv-participant-missing",
        "Aucun participant n’est transmis",
        edited(_no_participant),
        "RDV-004",
        "RDV-026",
        "RDV-031",
    ),
    int_r03(
        "rdv-practitioner-never-named",
        "Le PS n’est pas identifié",
        edited(_never_named),
        "RDV-004",
        "RDV-027",
    ),
    int_r03(
        "rdv-practitioner-without-prefix",
        "Le RPPS est transmis sans le préfixe 8",
        edited(_bare_number),
        "RDV-004",
        "RDV-027",
        "RDV-028",
        "RDV-031",
    ),
    int_r03(
        "rdv-participant-tentative",
        "Le participant est au statut tentative",
        edited(_participant_status("tentative")),
        "RDV-029",
    ),
    int_r03(
        "rdv-participant-needs-action",
        "Chez un PS, le participant reste au statut needs-action",
        edited(_participant_status("needs-action")),
        reserves=("RDV-030", "RDV-040"),
    ),
    int_r03(
        "rdv-sos-practitioner-never-named",
        "Le médecin de SOS Médecins n’est jamais transmis",
        edited(_never_named_in_centres),
        "RDV-004",
        "RDV-031",
        "RDV-032",
    ),
    int_r03(
        "rdv-sos-practitioner-forgotten",
        "Le médecin de SOS Médecins n’est plus transmis une fois le rendez-vous honoré",
        edited(_forgotten_at_the_end),
        "RDV-032",
    ),
    int_r03(
        "rdv-sos-participant-performer",
        "Sans médecin connu, le participant est typé PPRF",
        edited(_performer),
        reserves=("RDV-033",),
    ),
    int_r03(
        "rdv-sos-never-accepted",
        "Chez SOS Médecins, le participant reste au statut needs-action après la confirmation",
        edited(_never_accepted),
        reserves=("RDV-030",),
    ),
)
