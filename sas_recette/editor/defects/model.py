"""What a defect is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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


class Declaring(Protocol):
    """What declares the defects of a flow, with what each reddens."""

    def __call__(
        self,
        defect_id: str,
        title: str,
        behaviour: Behaviour,
        *failures: str,
        reserves: tuple[str, ...] = (),
        attested: tuple[str, ...] = (),
    ) -> Defect:
        """One defect."""
        ...


def _of(flow: str) -> Declaring:
    def declare(
        defect_id: str,
        title: str,
        behaviour: Behaviour,
        *failures: str,
        reserves: tuple[str, ...] = (),
        attested: tuple[str, ...] = (),
    ) -> Defect:
        return Defect(defect_id, title, flow, behaviour, failures, reserves, attested)

    return declare


int_r01 = _of("INT_R01")
int_r04 = _of("INT_R04")
int_sos1 = _of("INT_SOS1")
int_r02 = _of("INT_R02")
int_r03 = _of("INT_R03")
int_sso = _of("INT_SSO")
int_psc = _of("INT_PSC")
performance = _of("PERFORMANCE")
security = _of("SECURITE")
