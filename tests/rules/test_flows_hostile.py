"""Whatever a candidate answers to INT_R04 and INT_SOS1, judging never raises, and every finding has a place."""

from __future__ import annotations

import json
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.rules.facts import CptsFacts, Facts
from tests.rules.building import answer, judged
from tests.rules.flows import CPTS, SOS, request_of, worked
from tests.rules.test_hostile import ODD, QUICK, check_verdicts, hostile_bundles, paths, replaced, walk
from tests.rules.test_known_centres import ALL_WEEK, OF_SOS, centre
from tests.rules.test_known_communities import ALPHA, OF_CPTS

FLOWS: Final = (CPTS, SOS)
KNOWN: Final = Facts(
    cpts={ALPHA: CptsFacts(ALPHA, "CPTS des Deux Rives", "+33199000011")},
    associations=centre(phone="+33261910021", hours=ALL_WEEK).associations,
    slot_types=("PUBLIC", "CPTS"),
    agenda=(*OF_CPTS.agenda, *OF_SOS.agenda),
)
_SOURCES: Final = st.sampled_from(FLOWS).flatmap(
    lambda name: st.tuples(st.just(name), hostile_bundles(lambda: worked(name)))
)


@given(_SOURCES, st.sampled_from(("1.1.0", "1.2.0")))
@settings(QUICK, max_examples=160)
def test_a_mutated_bundle_never_stops_the_judgement(source: tuple[str, bytes], edition: str) -> None:
    name, body = source
    verdicts = judged(answer(body, url=request_of(name)), edition=edition, facts=KNOWN)
    check_verdicts(verdicts)
    document = json.loads(body)
    for tally in verdicts.tallies.values():
        for finding in tally.findings:
            if finding.location.startswith("Bundle."):
                walk(document, finding.location)


@given(_SOURCES)
@settings(QUICK, max_examples=40)
def test_nor_without_its_request(source: tuple[str, bytes]) -> None:
    check_verdicts(judged(answer(source[1], url="https://editeur.example/fhir/Schedule")))


@pytest.mark.parametrize("name", FLOWS)
def test_an_odd_value_in_every_place(name: str) -> None:
    url = request_of(name)
    for rank, path in enumerate(paths(worked(name))):
        body = replaced(worked(name), path, ODD[rank % len(ODD)])
        check_verdicts(judged(answer(body, url=url), facts=KNOWN))
