"""The words of verdicts, flows and exit codes, the same in every rendering of the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sas_recette.engine.verdict import ExitCode, Verdict
from sas_recette.norm.requirements import Flow
from sas_recette.platform.inbox.watching import OUTSIDE

VERDICT_ORDER: Final = (
    Verdict.NON_CONFORME,
    Verdict.ERREUR_DU_BANC,
    Verdict.NON_VERIFIE,
    Verdict.A_ATTESTER,
    Verdict.RESERVE,
    Verdict.CONFORME,
    Verdict.SANS_OBJET,
)
"""What blocks first, as a reader wants it."""

VERDICT_SYMBOL: Final[Mapping[Verdict, str]] = {
    Verdict.CONFORME: "✓",
    Verdict.RESERVE: "△",
    Verdict.NON_CONFORME: "✕",
    Verdict.NON_VERIFIE: "?",
    Verdict.A_ATTESTER: "✎",
    Verdict.SANS_OBJET: "–",
    Verdict.ERREUR_DU_BANC: "!",
}

VERDICT_SLUG: Final[Mapping[Verdict, str]] = {
    Verdict.CONFORME: "conforme",
    Verdict.RESERVE: "reserve",
    Verdict.NON_CONFORME: "non-conforme",
    Verdict.NON_VERIFIE: "non-verifie",
    Verdict.A_ATTESTER: "a-attester",
    Verdict.SANS_OBJET: "sans-objet",
    Verdict.ERREUR_DU_BANC: "erreur-du-banc",
}

EXIT_MEANING: Final[Mapping[ExitCode, str]] = {
    ExitCode.OK: "rien ne bloque",
    ExitCode.NON_CONFORME: "au moins une exigence est non conforme",
    ExitCode.USAGE: "commande ou configuration incorrecte",
    ExitCode.UNREACHABLE: "la solution candidate n’a pas pu être jointe",
    ExitCode.INCOMPLETE: "campagne incomplète\u00a0: des exigences du périmètre restent à vérifier ou à attester",
    ExitCode.BENCH_ERROR: "le banc lui-même a échoué\u00a0; la solution candidate n’est pas en cause",
}

CANDIDATE_LABELS: Final[Mapping[str, str]] = {
    "editor": "Éditeur",
    "product": "Solution",
    "version": "Version",
    "build": "Build",
    "environment": "Environnement",
    "base_url": "Adresse FHIR",
    "siren": "SIREN",
    "siret": "SIRET",
    "tester": "Testeur",
    "sso_mode": "Mode SSO",
    "pki": "Certificats",
}


def flow_label(flow: str) -> str:
    """French name of a flow; a flow unknown to the catalogue is shown as it is."""
    return Flow(flow).label if flow in frozenset(Flow) else flow


def scenario_name(name: str) -> str:
    """A scenario as a reader knows it: its id, or that there is none."""
    return "hors scénario" if name == OUTSIDE else name


def candidate_label(key: str) -> str:
    """French label of a key of the candidate's identity; an unknown key is shown as it is, without underscores."""
    return CANDIDATE_LABELS.get(key, key.replace("_", " ").capitalize())
