"""What a defect is."""

from __future__ import annotations

from dataclasses import dataclass

from sas_recette.editor.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Defect:
    """A named deviation of the product.

    `title` is a French sentence; `behaviour` makes the product deviate. A campaign finds `failures` non conforme and
    `reserves` under réserve, exactly: nothing else may turn red. `attested` are the requirements broken where no exchange of
    the flow shows it: a person answers for them.
    """

    id: str
    title: str
    flow: str
    behaviour: Behaviour
    failures: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()
    attested: tuple[str, ...] = ()

    @property
    def reddens(self) -> tuple[str, ...]:
        """Every requirement that it breaks."""
        return (*self.failures, *self.reserves, *self.attested)


def int_r01(
    defect_id: str,
    title: str,
    behaviour: Behaviour,
    *failures: str,
    reserves: tuple[str, ...] = (),
    attested: tuple[str, ...] = (),
) -> Defect:
    """A defect of the INT_R01 flow, with what it reddens."""
    return Defect(defect_id, title, "INT_R01", behaviour, failures, reserves, attested)


def int_r04(
    defect_id: str,
    title: str,
    behaviour: Behaviour,
    *failures: str,
    reserves: tuple[str, ...] = (),
    attested: tuple[str, ...] = (),
) -> Defect:
    """A defect of the INT_R04 flow, with what it reddens."""
    return Defect(defect_id, title, "INT_R04", behaviour, failures, reserves, attested)


def int_sos1(
    defect_id: str,
    title: str,
    behaviour: Behaviour,
    *failures: str,
    reserves: tuple[str, ...] = (),
    attested: tuple[str, ...] = (),
) -> Defect:
    """A defect of the INT_SOS1 flow, with what it reddens."""
    return Defect(defect_id, title, "INT_SOS1", behaviour, failures, reserves, attested)


def int_r02(
    defect_id: str,
    title: str,
    behaviour: Behaviour,
    *failures: str,
    reserves: tuple[str, ...] = (),
    attested: tuple[str, ...] = (),
) -> Defect:
    """A defect of the INT_R02 flow, with what it reddens."""
    return Defect(defect_id, title, "INT_R02", behaviour, failures, reserves, attested)
