"""The matrix of single sign-on: the product, the platform and a scripted browser, in both modes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import pytest

from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.defects import DEFECTS, Defect
from sas_recette.editor.sso.client import Mode
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow, How, load_catalogue
from tests.matrix.cahier import Campaign, campaign, concerned, defects, scenarios
from tests.matrix.whole import whole_editor

FLOWS: Final = (Flow.INT_SSO, Flow.INT_PSC)
MODE: Final[dict[str, Mode]] = {"INT_SSO": "delegation", "INT_PSC": "psc"}
EVERY: Final = [item for flow in FLOWS for item in defects(flow)]

BY_ITS_OWN_TEST: Final = {
    "sso-tls-not-verified": "Il faut un vrai TLS : tests/cli/test_sso_campaigns.py.",
}
"""The defects that a platform without a network cannot show, and why."""

ALWAYS: Final = {Flow.INT_SSO: ("S01", "S02", "S07", "S18", "S26", "S33"), Flow.INT_PSC: ()}
"""What every defect is played on, whatever it declares; `make test-matrix` plays all."""

ONLY_THERE: Final[Mapping[str, tuple[str, ...]]] = {
    "sso-state-not-verified": ("S31",),
    "sso-any-response-accepted": ("S31",),
}
"""Where a defect shows that shows in a few scenarios only, whatever these name."""

SEEN_BY_A_PERSON: Final = {
    "sso-regulator-administers": "Ce qu’un régulateur peut faire dans la solution, un opérateur le regarde (SSO-S70).",
    "sso-password-gives-regulator-rights": "Il faut le mot de passe du régulateur, que le banc n’a pas (SSO-S70).",
    "psc-doctors-only": "Il faut le titulaire d’une CPE ou d’une CPA (PSC-P70).",
    "psc-accounts-merged": "Il faut une identité déjà rattachée à un autre compte (PSC-P70).",
}
"""The defects that no exchange shows, and why; tests/editor shows what they do."""

WITHOUT_AN_ADDRESS: Final = {
    "ACC-008",
    "ACC-013",
    "SSO-008",
    "SSO-009",
    "SSO-027",
    "SSO-028",
    "SSO-031",
    "SSO-032",
    "SSO-055",
    "SSO-056",
}
"""What Pro Santé Connect, which tells no e-mail address and no means of log-in, nor any switch of identifier, leaves without an object."""


def played(
    behaviour: Behaviour, folder: Path, flow: Flow, mode: Mode, numbers: Collection[str] = (), **sso: str
) -> Campaign:
    with whole_editor(behaviour, folder, mode, sso=sso) as editor:
        return campaign(
            editor.sender, folder, flow, declared=editor.candidate, stage=lambda: editor.stage, played=numbers
        )


@pytest.mark.parametrize("declared", [one for one in EVERY if one.id not in BY_ITS_OWN_TEST], ids=lambda item: item.id)
def test_a_defect_reddens_what_it_declares(declared: Defect, tmp_path: Path, whole_matrix: bool) -> None:
    flow = Flow(declared.flow)
    chosen = concerned(declared, (*ALWAYS[flow], *ONLY_THERE.get(declared.id, ())), at_most=20)
    seen = played(declared.behaviour, tmp_path, flow, MODE[declared.flow], () if whole_matrix else chosen)
    unverified = f"non vérifiées : {', '.join(sorted(seen.having(Verdict.NON_VERIFIE))) or 'aucune'}"
    assert seen.having(Verdict.NON_CONFORME) == set(declared.failures), unverified
    assert seen.having(Verdict.RESERVE) == set(declared.reserves), unverified
    assert seen.having(Verdict.ERREUR_DU_BANC) == set()


@pytest.mark.parametrize(
    ("flow", "mode", "without_object"),
    [
        (Flow.INT_SSO, "delegation", set()),
        (Flow.INT_SSO, "psc", WITHOUT_AN_ADDRESS),
        (Flow.INT_PSC, "psc", set()),
    ],
)
def test_the_reference_editor_is_conformant(flow: Flow, mode: Mode, without_object: set[str], tmp_path: Path) -> None:
    seen = played(REFERENCE, tmp_path, flow, mode)
    named = {requirement for one in scenarios(flow) for requirement in one.requirements}
    assert seen.having(Verdict.SANS_OBJET) == without_object
    assert named - seen.having(Verdict.CONFORME) == without_object
    assert [finding for one in seen.requirements.values() for finding in one.findings] == []


def test_who_relies_on_tls_for_signatures_says_so(tmp_path: Path) -> None:
    behaviour = DEFECTS["sso-tls-in-place-of-signature"].behaviour
    seen = played(behaviour, tmp_path, Flow.INT_SSO, "delegation", signature="tls")
    assert seen.having(Verdict.RESERVE) == {"SSO-050"}
    assert seen.having(Verdict.NON_CONFORME) == set()
    assert seen.having(Verdict.SANS_OBJET) == {"SSO-018", "SSO-019", "SSO-020", "SSO-051"}


def test_every_automatic_requirement_has_a_scenario_and_a_defect() -> None:
    automatic = {one.id for one in load_catalogue().values() if one.how is How.AUTO and set(one.flows) & set(FLOWS)}
    named = {name for flow in FLOWS for one in scenarios(flow) for name in one.requirements}
    assert automatic <= named
    assert automatic <= {name for item in DEFECTS.values() for name in (*item.failures, *item.reserves)}
    assert {"ACC-013", "ACC-024", "ACC-049"} <= named


def test_what_only_a_person_sees_is_known() -> None:
    assert {item.id for item in EVERY if item.attested} == set(SEEN_BY_A_PERSON)
    assert len(defects(Flow.INT_SSO)) >= 80
