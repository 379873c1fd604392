"""The three searches of the platform, as the product tells them apart (aggregation.md §1 and §9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sas_recette.editor.agenda import Visibility
from sas_recette.norm import canonicals


@dataclass(frozen=True, slots=True)
class Flow:
    """What an answer is made of: declared profiles and the audience for whom slots are shared.

    `with_communities` tells whether the CPTS of a slot are named.
    """

    bundle_profile: str
    slot_profile: str
    audience: tuple[Visibility, ...]
    with_communities: bool = False


_PUBLIC, _PRO, _SNP, _CPTS = Visibility.PUBLIC, Visibility.PRO, Visibility.SNP, Visibility.CPTS

INT_R01: Final = Flow(canonicals.BUNDLE_PS, canonicals.SLOT_PS, (_PUBLIC, _PRO, _SNP))
INT_R04: Final = Flow(canonicals.BUNDLE_CPTS, canonicals.SLOT_CPTS, (_PUBLIC, _PRO, _SNP, _CPTS), with_communities=True)
INT_SOS1: Final = Flow(canonicals.BUNDLE_SOS, canonicals.SLOT_SOS, (_PUBLIC, _SNP))
