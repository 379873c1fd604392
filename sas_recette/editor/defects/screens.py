"""Defects in the agenda pages."""

from __future__ import annotations

from typing import Final

from sas_recette.editor.behaviour import Behaviour, Visitor
from sas_recette.editor.defects.model import Defect, int_r01
from sas_recette.editor.http import Incoming

_GUEST: Final = Visitor("invite", "Invité")


def _refuse_origin(incoming: Incoming) -> int:
    return 404 if any(name == "origin" for name, _ in incoming.parameters) else 0


SCREENS: Final[tuple[Defect, ...]] = (
    int_r01(
        "origin-refused",
        "L’adresse de l’agenda n’est plus comprise avec le paramètre origin",
        Behaviour(page=(_refuse_origin,)),
        attested=("AGR-COM-052", "AGR-COM-053"),
    ),
    int_r01(
        "agenda-without-login",
        "L’agenda s’affiche sans authentification",
        Behaviour(visitor=(lambda visitor: visitor or _GUEST,)),
        attested=("AGR-COM-053",),
    ),
    int_r01(
        "booking-lost",
        "La réservation est confirmée à l’écran mais le créneau reste libre",
        Behaviour(booking=(lambda _: "",)),
        attested=("AGR-COM-056",),
    ),
)
