"""The matrix of appointments: each defect reddens exactly what it declares, each requirement has a scenario and a defect."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import pytest

from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.defects import Defect
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow, How, load_catalogue
from tests.matrix.cahier import Campaign, campaign, concerned, defects, scenarios
from tests.matrix.whole import whole_editor

EVERY: Final = defects(Flow.INT_R03)
ALWAYS: Final = ("S01", "S17")
"""What every defect is played on, whatever it declares: a booking, and SOS Médecins from end to end."""

ONLY_THERE: Final = {
    "rdv-operator-first-known": ("S19",),
    "rdv-slot-booked-twice": ("S06",),
    "rdv-lost-after-a-failure": ("S31",),
    "rdv-new-identifier-after-a-failure": ("S20", "S22", "S31"),
}
"""Where a defect shows that shows in a few scenarios only, whatever these name."""

WITHOUT_A_DEFECT: Final = {
    "SEC-027": "Le certificat ne dépend pas du produit : test_a_certificate_of_igc_sante.",
    "RDV-049": "Une personne constate la confirmation remise au patient (RDV-S70).",
}


def played(behaviour: Behaviour, folder: Path, numbers: Collection[str] = ()) -> Campaign:
    with whole_editor(behaviour, folder, moves=True) as editor:
        return campaign(
            editor.sender,
            folder,
            Flow.INT_R03,
            declared=editor.candidate,
            played=numbers,
            stage=lambda: editor.stage,
            clock=editor.clock,
        )


@pytest.mark.parametrize("declared", EVERY, ids=lambda item: item.id)
def test_a_defect_reddens_what_it_declares(declared: Defect, tmp_path: Path, whole_matrix: bool) -> None:
    chosen = concerned(declared, (*ALWAYS, *ONLY_THERE.get(declared.id, ())), at_most=2)
    seen = played(declared.behaviour, tmp_path, () if whole_matrix else chosen)
    unverified = f"non vérifiées : {', '.join(sorted(seen.having(Verdict.NON_VERIFIE))) or 'aucune'}"
    assert seen.having(Verdict.NON_CONFORME) == set(declared.failures), unverified
    assert seen.having(Verdict.RESERVE) == set(declared.reserves), unverified
    assert seen.having(Verdict.ERREUR_DU_BANC) == set()


def test_the_reference_editor_is_conformant(tmp_path: Path) -> None:
    seen = played(REFERENCE, tmp_path)
    named = {requirement for one in scenarios(Flow.INT_R03) for requirement in one.requirements} - {"SEC-027"}
    assert named == named & seen.having(Verdict.CONFORME)
    assert seen.requirements["SEC-027"].verdict is Verdict.SANS_OBJET
    assert [finding for one in seen.requirements.values() for finding in one.findings] == []


@pytest.mark.parametrize(
    ("issuer", "verdict"),
    [
        ("CN=TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS,OU=IGC-SANTE TEST,O=ASIP-SANTE,C=FR", Verdict.CONFORME),
        ("CN=AC IGC-SANTE ELEMENTAIRE ORGANISATIONS,OU=IGC-SANTE,O=ASIP-SANTE,C=FR", Verdict.CONFORME),
        ("CN=TEST AC IGC-SANTE STANDARD ORGANISATIONS,OU=IGC-SANTE TEST,O=ASIP-SANTE,C=FR", Verdict.RESERVE),
        ("CN=Une autre autorité", Verdict.RESERVE),
    ],
)
def test_a_certificate_of_igc_sante(issuer: str, verdict: Verdict, tmp_path: Path) -> None:
    with whole_editor(REFERENCE, tmp_path, moves=True, issuer_of_clients=issuer) as editor:
        declared = editor.candidate
        real = declared.model_copy(update={"tls": declared.tls.model_copy(update={"pki": "igc-test"})})
        seen = campaign(
            editor.sender,
            tmp_path,
            Flow.INT_R03,
            declared=real,
            played=("S30",),
            stage=lambda: editor.stage,
            clock=editor.clock,
        )
    assert seen.requirements["SEC-027"].verdict is verdict


def test_every_requirement_has_a_scenario_and_a_defect() -> None:
    of_the_flow = [one for one in load_catalogue().values() if Flow.INT_R03 in one.flows]
    observed = {one.id for one in of_the_flow if one.how is not How.DECLARATIVE}
    named = {name for one in scenarios(Flow.INT_R03) for name in one.requirements}
    assert observed <= named
    shown = {name for item in EVERY for name in (*item.failures, *item.reserves)}
    assert observed - shown == set(WITHOUT_A_DEFECT)
    assert len(EVERY) >= 60
