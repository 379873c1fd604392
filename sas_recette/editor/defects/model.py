"""What a defect is."""

from __future__ import annotations

from dataclasses import dataclass

from sas_recette.editor.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Defect:
    """A named deviation of the product.

    `title` is a French sentence; `reddens` are the requirements expected to be found broken (failure or réserve), the
    one aimed at first; `behaviour` makes the product deviate.
    """

    id: str
    title: str
    flow: str
    reddens: tuple[str, ...]
    behaviour: Behaviour


def int_r01(defect_id: str, title: str, behaviour: Behaviour, *reddens: str) -> Defect:
    """A defect of the INT_R01 flow, with what it is expected to redden."""
    return Defect(defect_id, title, "INT_R01", reddens, behaviour)
