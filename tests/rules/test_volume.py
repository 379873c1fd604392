"""A whole answer of the greatest expected size is judged, every slot of it."""

from __future__ import annotations

import copy
from typing import Final

from tests.rules.building import (
    BASE,
    PRACTITIONER,
    ROLE_1,
    SCHEDULE_1,
    SLOT_1,
    Json,
    answer,
    body_of,
    example,
    judged,
    search_url,
)

PEOPLE: Final = 25
ROLES: Final = 50


def large(slots: int, *, people: int = PEOPLE, roles: int = ROLES) -> tuple[bytes, str]:
    """An answer for 25 practitioners of two places each, and the URL that asks for it."""
    bundle = example("bundle-ps-b")
    models = bundle["entry"]
    identifiers = [str(899900100000 + rank) for rank in range(people)]
    bundle["entry"] = []

    def copied(model: int, identifier: str) -> Json:
        entry: Json = copy.deepcopy(models[model])
        entry["resource"]["id"] = identifier
        entry["fullUrl"] = f"{BASE}/{entry['resource']['resourceType']}/{identifier}"
        bundle["entry"].append(entry)
        resource: Json = entry["resource"]
        return resource

    for rank in range(slots):
        copied(SLOT_1, f"s{rank}")["schedule"]["reference"] = f"Schedule/a{rank % roles}"
    for rank in range(roles):
        person = f"Practitioner/p{rank % people}"
        copied(SCHEDULE_1, f"a{rank}")["actor"] = [{"reference": person}, {"reference": f"PractitionerRole/r{rank}"}]
        copied(ROLE_1, f"r{rank}")["practitioner"]["reference"] = person
    for rank, identifier in enumerate(identifiers):
        copied(PRACTITIONER, f"p{rank}")["identifier"][0]["value"] = identifier
    bundle["total"], url = slots, search_url(*identifiers)
    bundle["link"][0]["url"] = url
    return body_of(bundle), url


def test_a_whole_answer_of_the_greatest_size_is_judged() -> None:
    body, url = large(2000)
    verdicts = judged(answer(body, url=url))
    assert verdicts.fails == set()
    assert verdicts.tallies["AGR-COM-033"].examined == 2000
