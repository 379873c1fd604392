"""What a scenario tries on the TLS layer itself: obsolete versions, weak suites, and the server's own certificate."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from sas_recette.engine.bench import Bench
from sas_recette.engine.connections import (
    ENDPOINT,
    VERSIONS,
    answers_of,
    at_once,
    disguise,
    facts_of,
    light_search,
    require_tls,
)
from sas_recette.engine.identities import NONE, shown
from sas_recette.exchange.model import Exchange, Request, Timings, TlsFacts
from sas_recette.norm.typography import french
from sas_recette.platform.client_hello import Family, Offer, Version
from sas_recette.platform.server_facts import server_facts
from sas_recette.platform.tls_probe import Answer, Probe, probe
from sas_recette.rules.security.reactions import described
from sas_recette.rules.security.reading import VALID

_SECONDS: Final = 5.0
_OBSOLETE: Final = (Version.SSL_2, Version.SSL_3, Version.TLS_1_0, Version.TLS_1_1)
_ANSWERS: Final = {
    Answer.ACCEPTED: "acceptée : le serveur choisit",
    Answer.REFUSED: "refusée",
    Answer.UNKNOWN: "sans réponse qui permette d’en juger",
}


def current_versions(bench: Bench) -> tuple[Exchange, ...]:
    """A search in each current version, with the platform's certificate where there is one."""
    require_tls(bench)
    tls = bench.candidate.tls
    identity = shown(tls, VALID if tls.client_certificate is not None else NONE, bench.clock())
    request = light_search(bench)

    def asked(name: str) -> Exchange:
        sender = disguise(bench).presenting(identity.context(VERSIONS[name]))
        step = french(f"Recherche de créneaux en {name}")
        exchange = sender.send(request, scenario=bench.scenario, step=step)
        return replace(exchange, facts={**facts_of(identity), "offered": name, "reaction": described(exchange)})

    return _recorded(bench, at_once(asked, VERSIONS))


def judge_versions(bench: Bench) -> None:
    """Have it judged which versions are accepted."""
    current = current_versions(bench)
    obsolete = _all_offered(bench, map(Offer, _OBSOLETE))
    _tell_unknown(bench, obsolete, "SEC-014")
    bench.judge("tls-versions", *answers_of(*current, *obsolete))


def judge_suites(bench: Bench) -> None:
    """Have it judged which suites are accepted."""
    current = current_versions(bench)
    weak = _all_offered(bench, (Offer(Version.TLS_1_2, family) for family in Family))
    _tell_unknown(bench, weak, "SEC-026")
    bench.judge("tls-suites", *answers_of(*current, *weak))


def judge_server(bench: Bench) -> None:
    """Have the server's own certificate judged; what it says is told, verified or not."""
    require_tls(bench)
    tls = bench.candidate.tls
    identity = shown(tls, VALID if tls.client_certificate is not None else NONE, bench.clock())
    context = identity.context()
    step = "Vérification du certificat du serveur"
    exchange = disguise(bench).presenting(context).send(light_search(bench), scenario=bench.scenario, step=step)
    seen = server_facts(_address(bench), identity.context(), bench.clock(), seconds=_SECONDS)
    facts = {**facts_of(identity), "reaction": described(exchange), **seen}
    exchange = replace(exchange, facts=facts)
    bench.recorder.exchange(exchange)
    bench.judge("tls-server", *answers_of(exchange))


def _recorded(bench: Bench, exchanges: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    for exchange in exchanges:
        bench.recorder.exchange(exchange)
    return exchanges


def _all_offered(bench: Bench, offers: Iterable[Offer]) -> tuple[Exchange, ...]:
    return _recorded(bench, at_once(lambda offer: _offered(bench, offer), offers))


def _offered(bench: Bench, offer: Offer) -> Exchange:
    """One handshake that is begun, as an exchange without a message."""
    identifier, started, begun = disguise(bench).new_id(), bench.clock(), time.monotonic()
    found = probe(_address(bench), offer, seconds=_SECONDS)
    parts = urlsplit(bench.candidate.candidate.base_url)
    accepted = found.answer is Answer.ACCEPTED
    return Exchange(
        identifier,
        bench.scenario,
        french(f"Négociation TLS : {offer.name}"),
        started,
        Request("", f"{parts.scheme}://{parts.netloc}"),
        fault=found.fault,
        tls=TlsFacts(found.version, found.suite) if accepted else None,
        timings=Timings(whole=round((time.monotonic() - begun) * 1000, 3)),
        facts=_facts(offer, found),
    )


def _facts(offer: Offer, found: Probe) -> dict[str, str]:
    why = found.fault.detail if found.fault is not None else ", ".join(filter(None, (found.version, found.suite)))
    said = f"{_ANSWERS[found.answer]} {why}" if found.answer is Answer.ACCEPTED else f"{_ANSWERS[found.answer]} ({why})"
    facts = {"endpoint": ENDPOINT, "offered": offer.name, "answer": found.answer.value, "alert": found.alert}
    return {name: value for name, value in (facts | {"reaction": french(said)}).items() if value}


def _tell_unknown(bench: Bench, offers: tuple[Exchange, ...], requirement: str) -> None:
    untested = [one.facts["offered"] for one in offers if one.facts["answer"] == Answer.UNKNOWN.value]
    if untested:
        why = f"le serveur n’a pas répondu d’une façon qui permette d’en juger : {', '.join(untested)}"
        bench.not_verified(french(why), requirement)


def _address(bench: Bench) -> tuple[str, int]:
    parts = urlsplit(bench.candidate.candidate.base_url)
    return parts.hostname or "", parts.port or 443
