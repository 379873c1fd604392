"""What a scenario tries without any encryption."""

from __future__ import annotations

from dataclasses import replace

from sas_recette.engine.bench import Bench, NotPlayableError
from sas_recette.engine.connections import (
    ENDPOINT,
    answers_of,
    at_once,
    in_clear,
    light_search,
    require_rehearsal,
    require_tls,
)
from sas_recette.exchange.model import Exchange, Request
from sas_recette.norm.typography import french
from sas_recette.platform.aggregator import ACCEPT
from sas_recette.rules.security.reactions import described


def judge_clear_text(bench: Bench) -> None:
    """Ask for slots and capabilities in plain HTTP, and have it judged whether anything is answered."""
    require_tls(bench)
    require_rehearsal(bench)
    places = [(url, path) for url in in_clear(bench.candidate.candidate.base_url) for path in _paths(bench)]
    tried = at_once(lambda place: _asked(bench, *place), places)
    for exchange in tried:
        bench.recorder.exchange(exchange)
    if not any(one.response is not None or one.fault is not None for one in tried):
        raise NotPlayableError("aucune requête en HTTP n’a pu être envoyée")
    bench.judge("tls-plain", *answers_of(*tried))


def _paths(bench: Bench) -> tuple[str, ...]:
    base = bench.candidate.candidate.base_url
    return (light_search(bench).url.removeprefix(base), "/metadata")


def _asked(bench: Bench, base: str, path: str) -> Exchange:
    request = Request("GET", base + path, (("Accept", ACCEPT),))
    exchange = bench.transport.send(request, scenario=bench.scenario, step=french(f"Requête sans chiffrement : {base}"))
    facts = {
        "endpoint": ENDPOINT,
        "presented": "une requête en HTTP, sans chiffrement",
        "reaction": described(exchange),
    }
    return replace(exchange, facts=facts)
