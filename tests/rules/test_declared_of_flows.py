"""What is declared of the whole test data, as each flow is to bring it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.rules.facts import AssociationFacts, CentreFacts, Facts
from tests.rules.building import Mutation, Verdicts, answer, example, judged
from tests.rules.flows import CPTS, SOS, gone, named, request_of, worked
from tests.rules.test_known_centres import ARMOR, N2, NORD, OF_SOS, S1, SUD


@pytest.mark.parametrize(
    ("name", "declared", "fails"),
    [
        (SOS, ("PUBLIC", "PRO", "SNP", "CPTS"), set()),
        (SOS, ("PUBLIC", "SNP"), set()),
        (SOS, ("PUBLIC",), {"AGR-COM-042"}),
        (CPTS, ("CPTS",), set()),
        (CPTS, ("PUBLIC", "CPTS"), {"AGR-COM-042"}),
        (CPTS, ("PUBLIC",), {"AGR-COM-042"}),
    ],
)
def test_declared_slot_types_of_the_flow(name: str, declared: tuple[str, ...], fails: set[str]) -> None:
    facts = Facts(slot_types=declared)
    assert judged(answer(worked(name), url=request_of(name)), check="declared-slot-types", facts=facts).fails == fails


def test_a_contested_slot_type_is_not_a_type_too_many() -> None:
    pro = worked(SOS, lambda b: named(b, "Slot/slot-n1")["meta"]["security"][0].update(code="PRO"))
    facts = Facts(slot_types=("PUBLIC", "SNP"))
    assert judged(answer(pro, url=request_of(SOS)), check="declared-slot-types", facts=facts).fails == set()
    assert judged(answer(pro, url=request_of(SOS))).warns == {"AGR-SOS-030"}


def test_a_type_is_not_missing_where_a_search_failed() -> None:
    refused = answer(example("outcome-400"), url=request_of(CPTS))
    facts = Facts(slot_types=("PUBLIC", "CPTS"))
    whole = answer(worked(CPTS), url=request_of(CPTS))
    assert judged(whole, refused, check="declared-slot-types", facts=facts).fails == set()
    assert judged(whole, whole, check="declared-slot-types", facts=facts).fails == {"AGR-COM-042"}


def test_an_association_stored_without_prefix() -> None:
    empty = answer(example("bundle-vide"), url=request_of(SOS))
    verdicts = judged(empty, check="stored-raw", facts=OF_SOS)
    assert verdicts.seen("AGR-COM-026") == ("Bundle.total", "2 créneau(x)", "0")
    assert verdicts.first("AGR-COM-026").message.startswith("L’association, dont l’identifiant est enregistré")
    not_sent = Facts(agenda=(replace(N2, types=("PRO",)),))
    assert judged(empty, check="stored-raw", facts=not_sent).unverified == {"AGR-COM-026"}


def test_every_centre_of_an_association_comes() -> None:
    url = request_of(SOS).partition(",")[0]
    alone = gone("Slot/slot-q1", "Slot/slot-q2", "Slot/slot-q3", "Schedule/agenda-cornouaille")
    two = {ARMOR: AssociationFacts(ARMOR, centres=(CentreFacts(NORD), CentreFacts(SUD)))}
    one = gone("Slot/slot-s1", "Schedule/agenda-armor-sud", "Location/pfg-armor-sud")

    def centres(facts: Facts, *mutations: Mutation) -> Verdicts:
        return judged(answer(worked(SOS, alone, *mutations), url=url), check="several-centres", facts=facts)

    known = Facts(associations=two)
    assert centres(known).unverified == set()
    assert centres(known, one).seen("AGR-SOS-018") == (
        "Bundle.entry",
        "2 Schedule et 2 Location",
        "1 Schedule, 1 Location",
    )
    assert centres(Facts(associations=two, agenda=(N2,)), one).fails == set()
    assert centres(Facts(associations=two, agenda=(N2, S1)), one).fails == {"AGR-SOS-018"}
    assert centres(Facts()).unverified == {"AGR-SOS-018"}
    assert centres(known, gone("Organization/asso-armor")).unverified == {"AGR-SOS-018"}
