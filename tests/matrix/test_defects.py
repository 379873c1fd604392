"""The matrix: each defect of the reference editor turns red exactly what it declares, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import Defect
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from tests.matrix.cahier import FLOWS, campaign, concerned, defects, scenarios
from tests.matrix.stand_in import StandIn

SEEN_BY_A_PERSON: Final = {
    "origin-refused": "La page de l’agenda n’est ouverte que par l’opérateur (R01-51).",
    "agenda-without-login": "Seul un navigateur sans session montre l’absence de page d’authentification (R01-51).",
    "booking-lost": "La réservation est faite à l’écran : la recherche suivante ne sait pas ce qui a été réservé (R01-51).",
    "sos-comment-to-home-page": "L’URL est bien formée : il faut la suivre pour voir qu’elle ne mène pas à l’agenda (SOS1-51).",
    "sos-comment-without-slot": "L’URL mène à l’agenda : il faut la suivre pour voir qu’elle ignore le créneau (SOS1-51).",
    "comment-to-home-page": "L’URL est bien formée : il faut la suivre pour voir qu’elle ne mène pas à l’agenda (R01-51).",
}
"""The defects that no exchange of their flow shows, and why; tests/editor shows what they do."""


EVERY: Final = [item for flow in FLOWS for item in defects(flow)]
SANS_OBJET: Final = {
    "AGR-PS-023": "« Peut », pour une solution qui déclare un praticien par ADELI : l’éditeur de référence n’en a pas.",
    "ACC-062": "L’éditeur de référence n’a pas de conditions contractuelles.",
}
"""What the reference editor says that it is not concerned by, and why."""

BY_ITS_OWN_TEST: Final = {
    "acc-one-write-at-a-time": "Il faut de vraies simultanéités : test_simultaneous_accounts.",
    "acc-race-creates-two": "Il faut de vraies simultanéités : test_simultaneous_accounts.",
    "slow-first-search": "Chaque recherche doit être posée à nouveau, et elle seule tarde : test_performance.",
}
"""The defects that a sender without a network cannot show, and why."""


ALWAYS: Final = {flow: tuple(one.id.rpartition("-")[2] for one in scenarios(flow))[::3] for flow in FLOWS}
"""A third of the cahier, on which every defect is played whatever it declares; `make test-matrix` plays all."""


ELSEWHERE: Final = {"roles-exchanged", "acc-always-400"}
"""The defects that show in scenarios that do not name what they redden: these are always played on all."""


@pytest.mark.parametrize("declared", [one for one in EVERY if one.id not in BY_ITS_OWN_TEST], ids=lambda item: item.id)
def test_a_defect_reddens_what_it_declares(declared: Defect, tmp_path: Path, whole_matrix: bool) -> None:
    flow = Flow(declared.flow)
    chosen = concerned(declared, ALWAYS[flow], at_most=6)
    everything = whole_matrix or declared.id in ELSEWHERE
    seen = campaign(StandIn(declared.behaviour), tmp_path, flow, played=() if everything else chosen)
    unverified = f"non vérifiées : {', '.join(sorted(seen.having(Verdict.NON_VERIFIE))) or 'aucune'}"
    assert seen.having(Verdict.NON_CONFORME) == set(declared.failures), unverified
    assert seen.having(Verdict.RESERVE) == set(declared.reserves), unverified
    assert seen.having(Verdict.ERREUR_DU_BANC) == set()


@pytest.mark.parametrize("flow", FLOWS)
def test_the_reference_editor_is_conformant(flow: Flow, tmp_path: Path) -> None:
    seen = campaign(StandIn(REFERENCE), tmp_path, flow)
    named = {requirement for one in scenarios(flow) for requirement in one.requirements}
    assert seen.having(Verdict.CONFORME) == named - set(SANS_OBJET)
    assert seen.having(Verdict.SANS_OBJET) == named & set(SANS_OBJET)
    assert [finding for one in seen.requirements.values() for finding in one.findings] == []
    assert {one.result.verdict for one in seen.scenarios} <= {Verdict.CONFORME, Verdict.SANS_OBJET}


def test_what_only_a_person_sees_is_known() -> None:
    assert {item.id for item in EVERY if item.attested} == set(SEEN_BY_A_PERSON)
    assert all(not item.failures and not item.reserves for item in EVERY if item.attested)
