from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.missing import gaps, keys_in
from tests.evidence.sample import campaign


@pytest.mark.parametrize(
    ("reason", "keys"),
    [
        (
            "recette.toml ne donne pas «\u00a0practitioners.two_sites\u00a0»\u00a0: renseignez-la",
            ("practitioners.two_sites",),
        ),
        ('une personne doit répondre\u00a0: [[attestations]], requirement = "REF-1"', ("[[attestations]]",)),
        ("renseignez `tls.client_key` et [oidc] client_id", ("tls.client_key", "[oidc] client_id")),
        ("Le scénario «\u00a0AGR-PS-01\u00a0» a échoué.", ()),
    ],
)
def test_keys_named_in_a_reason(reason: str, keys: tuple[str, ...]) -> None:
    assert keys_in(reason) == keys


def test_gaps_of_the_sample() -> None:
    found = gaps(campaign())
    assert [(gap.verdict, gap.keys) for gap in found] == [
        (Verdict.NON_VERIFIE, ("donnees.ps_deux_lieux",)),
        (Verdict.A_ATTESTER, ()),
    ]
    assert [item.requirement.id for item in found[0].requirements] == ["AGR-PS-021"]
    assert [item.id for item in found[0].scenarios] == ["AGR-PS-02"]


def test_requirements_that_differ_by_their_own_id_only_share_a_gap() -> None:
    result = campaign()
    asked = tuple(
        replace(item, verdict=Verdict.A_ATTESTER, reason=f'répondez\u00a0: requirement = "{item.requirement.id}"')
        for item in result.requirements[:3]
    )
    found = gaps(replace(result, requirements=asked, scenarios=()))
    assert [(gap.reason, len(gap.requirements)) for gap in found] == [('répondez\u00a0: requirement = "…"', 3)]


def test_a_gap_without_a_reason_still_says_something() -> None:
    result = campaign()
    silent = replace(result.requirements[0], verdict=Verdict.NON_VERIFIE, reason="")
    (gap,) = gaps(replace(result, requirements=(silent,), scenarios=()))
    assert gap.reason == "Aucun élément n’a pu être examiné."
