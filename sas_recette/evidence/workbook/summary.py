"""The first sheet: what identifies the campaign, and its counts by verdict and by flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.identity import campaign_facts, candidate_facts
from sas_recette.evidence.reading.legible import one_line
from sas_recette.evidence.reading.summary import by_flow, tally
from sas_recette.evidence.reading.words import CANDIDATE_LABELS, VERDICT_ORDER
from sas_recette.evidence.workbook.cells import Value
from sas_recette.evidence.workbook.table import Counts, Summary, Table

NAME: Final = "Synthèse"
TITLE: Final = "Cahier de recette – Service d’accès aux soins"
_WORDS: Final = tuple(verdict.value for verdict in VERDICT_ORDER)
_TO_FILL: Final = ("editor", "product", "version", "build", "environment", "base_url", "tester")
_ANNOTATE: Final = (
    "Les colonnes «\u00a0Commentaire\u00a0» sont laissées aux personnes. Annotez une copie\u00a0: ce fichier-ci est scellé avec le "
    "dossier, et «\u00a0sas-recette report\u00a0» le réécrit. Les constats entiers et les échanges sont dans report.html."
)
_FILL: Final = (
    "Cahier vierge\u00a0: les verdicts se choisissent dans la liste de la colonne «\u00a0Verdict\u00a0»\u00a0; «\u00a0sas-recette "
    "run\u00a0» le remplit de lui-même."
)
_SUMMARY: Final = 1000


def judged_summary(result: CampaignResult) -> Summary:
    """The summary of a campaign."""
    scenarios = tally(one.verdict for one in result.scenarios)
    requirements = tally(one.verdict for one in result.requirements)
    flows = by_flow(result)
    headings = ("Flux", *_WORDS, "total")
    facts = (
        ("Verdict", result.verdict.value),
        ("Résumé", one_line(result.summary, _SUMMARY)),
        *candidate_facts(result),
        *campaign_facts(result),
    )
    counts = (
        Counts(
            "Scénarios par flux",
            headings,
            (
                *(_counted(f"{flow.flow} – {flow.label}", flow.scenarios) for flow in flows),
                _counted("Ensemble", scenarios),
            ),
        ),
        Counts(
            "Exigences par flux (une exigence peut relever de plusieurs flux)",
            headings,
            (
                *(_counted(f"{flow.flow} – {flow.label}", flow.requirements) for flow in flows),
                _counted("Ensemble", requirements),
            ),
        ),
    )
    interrupted = ("Campagne interrompue\u00a0: ce qui n’a pas été joué n’est pas jugé.",) if result.interrupted else ()
    return Summary(TITLE, facts, counts, (*interrupted, _ANNOTATE))


def blank_summary(tables: Sequence[Table], requirements: int, tool_version: str) -> Summary:
    """The summary before any campaign: who, what and when are left to write, and so are the counts by verdict."""
    labels = (
        *(CANDIDATE_LABELS[key] for key in _TO_FILL),
        "Cas d’usage déclarés",
        "Édition de la spécification",
        "Date",
    )
    facts = (("Verdict", ""), *((label, "") for label in labels), ("Banc", f"sas-recette {tool_version}"))
    headings = ("Flux", *_WORDS, "total")
    blank: tuple[Value, ...] = (None,) * len(_WORDS)
    rows = (
        *((table.title, *blank, len(table.rows)) for table in tables),
        ("Ensemble", *blank, sum(len(table.rows) for table in tables)),
    )
    counts = (
        Counts("Scénarios par flux", headings, rows),
        Counts("Exigences", ("", *headings[1:]), (("Ensemble", *blank, requirements),)),
    )
    return Summary(TITLE, facts, counts, (_FILL,))


def _counted(label: str, counts: Mapping[Verdict, int]) -> tuple[Value, ...]:
    return (label, *(counts.get(verdict, 0) for verdict in VERDICT_ORDER), sum(counts.values()))
