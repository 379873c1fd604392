"""Each fault turns red what it must, and nothing else; each automatic requirement has a fault that turns it red."""

from __future__ import annotations

from typing import Final

import pytest

from sas_recette.rules.checks import CHECKS
from tests.rules.building import catalogue, example, judged, answer, judged_bundle, search_url
from tests.rules.mutations import FAULTS, Fault


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(fault: Fault) -> None:
    verdicts = judged_bundle(fault.mutate)
    assert (sorted(verdicts.fails), sorted(verdicts.warns)) == (sorted(fault.fails), sorted(fault.warns))
    if fault.seen is not None:
        assert verdicts.seen((*fault.fails, *fault.warns)[0]) == fault.seen
