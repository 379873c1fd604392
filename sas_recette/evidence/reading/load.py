"""The accounts of a load run in French."""

from __future__ import annotations

from sas_recette.evidence.reading.french import milliseconds, number
from sas_recette.exchange.distribution import Distribution
from sas_recette.exchange.load_account import LATE_SECONDS, LoadAccount
from sas_recette.norm.typography import NBSP

Fact = tuple[str, str]


def load_facts(kept: LoadAccount) -> tuple[Fact, ...]:
    """How many searches were planned, and what became of them."""
    failed = ", ".join(f"{what} ({number(times)})" for what, times in kept.failures.items())
    late = f"{LATE_SECONDS * 1000:.0f}{NBSP}ms"
    opened = (("Connexions ouvertes", number(kept.opened)),) if kept.opened else ()  # Locust does not tell
    return (
        ("Prévues", number(kept.planned)),
        ("Envoyées", number(kept.sent)),
        ("Perdues", f"{number(kept.lost)} (jamais envoyées)"),
        ("En retard", f"{number(kept.late)} (parties plus de {late} après l’instant prévu)"),
        ("Réponses", number(kept.answered)),
        ("Échecs", f"{number(kept.failed)}{NBSP}: {failed}" if failed else number(kept.failed)),
        ("Sans issue", f"{number(kept.unfinished)} (en cours à l’arrêt)"),
        *opened,
    )


def latency_facts(seen: Distribution) -> tuple[Fact, ...]:
    """Percentiles of latencies given in seconds."""
    values = (seen.least, seen.median, seen.p95, seen.p99, seen.greatest)
    names = ("Minimum", "Médiane", "p95", "p99", "Maximum")
    return tuple((name, milliseconds(value * 1000)) for name, value in zip(names, values, strict=True))


def origins(kept: LoadAccount) -> tuple[tuple[str, Distribution], ...]:
    """The distributions of a run, under the instant that latencies count from."""
    known = (("de l’instant prévu", kept.from_planned), ("de l’envoi", kept.from_sent))
    return tuple((origin, seen) for origin, seen in known if seen is not None)
