"""The participants of a message, where the profile alone does not tell (appointments.md §5, §6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sas_recette.fhir.access import children, text
from sas_recette.rules.appointments.payload import ROOT, of_sos
from sas_recette.rules.appointments.reading import messages
from sas_recette.rules.rule import HELD, Observation, Subject, rule

_IMPOSED: Final = "1.1.0"
"""The edition whose profile imposes `accepted`: there, anything else is RDV-011’s."""


@rule("RDV-040")
def tacit_acceptance(subject: Subject) -> Iterator[Observation]:
    """Outside SOS Médecins every participant has accepted (open point RDV OP-2)."""
    if of_sos(subject):
        return
    for message in messages(subject):
        for index, participant in children(message.resource, "participant"):
            status = text(participant, "status")
            if status == "accepted":
                yield HELD
            elif status == "needs-action" and subject.edition != _IMPOSED:
                why = (
                    "Le participant n’a pas accepté, alors que l’acceptation est tacite : l’IG SAS 1.2.0 (Gestion de "
                    "rendez-vous, § Nomenclatures) veut accepted, son profil FrAppointmentSAS admet needs-action."
                )
                yield message.deviation(f"{ROOT}.participant[{index}].status", why, "accepted", status)
