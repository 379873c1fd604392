"""A comparison in text, JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.comparison import Change, Comparison, Kind, Subject
from sas_recette.evidence.reading.legible import legible_json, one_line
from sas_recette.evidence.reading.markdown import escaped, table
from sas_recette.evidence.reading.words import VERDICT_SYMBOL
from sas_recette.norm.typography import NBSP

FORMAT: Final = "sas-recette/comparison/1"
_LIMIT: Final = 300

_TITLES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.REGRESSION: ("Régression", "Régressions"),
    Kind.PROGRESS: ("Progrès", "Progrès"),
    Kind.OTHER: ("Autre changement", "Autres changements"),
    Kind.FINDINGS: ("Même verdict, autres constats", "Même verdict, autres constats"),
    Kind.NEW: ("Nouveau", "Nouveaux"),
    Kind.GONE: ("Disparu", "Disparus"),
}
"""In the order they are shown."""

_SUBJECTS: Final[Mapping[Subject, str]] = {Subject.REQUIREMENT: "exigence", Subject.SCENARIO: "scénario"}
_UNCHANGED: Final = "Aucun verdict ne change."


def comparison_text(comparison: Comparison) -> str:
    """A screen of text: the two results, then the changes by kind."""
    lines = [f"Avant{NBSP}: {_identity(comparison.before)}", f"Après{NBSP}: {_identity(comparison.after)}", ""]
    for kind, found in _by_kind(comparison).items():
        lines += [f"{_heading(kind, len(found))}", *(line for change in found for line in _text(change)), ""]
    return "\n".join(lines if comparison.changes else [*lines, _UNCHANGED]).rstrip() + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """A page for a merge request: what got worse first, a candidate's text escaped."""
    lines = [
        "# Comparaison",
        "",
        f"- Avant{NBSP}: {escaped(_identity(comparison.before))}",
        f"- Après{NBSP}: {escaped(_identity(comparison.after))}",
    ]
    for kind, found in _by_kind(comparison).items():
        rows = [
            (
                f"{_SUBJECTS[change.subject]} {escaped(change.id)}",
                escaped(change.title),
                _step(change),
                escaped(_why(change)),
            )
            for change in found
        ]
        lines += ["", f"## {_heading(kind, len(found))}", ""]
        lines += table(("Objet", "Intitulé", "Verdict", "Pourquoi"), rows)
    return "\n".join(lines if comparison.changes else [*lines, "", _UNCHANGED]) + "\n"


def comparison_json(comparison: Comparison, facts: Mapping[str, object] = MappingProxyType({})) -> str:
    """One JSON object: the two results, the counts, the changes; `facts` are added to it."""
    document = {
        "format": FORMAT,
        **facts,
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "regressed": comparison.regressed,
        "counts": {kind.value: len(comparison.of(kind)) for kind in Kind},
        "changes": [_change(change) for change in comparison.changes],
    }
    return _text_of(document)


def _text_of(document: Mapping[str, object]) -> str:
    """The JSON text of a document, whatever a candidate's strings hold."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return "\n".join(map(legible_json, text.split("\n"))) + "\n"


def _by_kind(comparison: Comparison) -> dict[Kind, tuple[Change, ...]]:
    return {kind: found for kind in _TITLES if (found := comparison.of(kind))}


def _heading(kind: Kind, size: int) -> str:
    singular, plural = _TITLES[kind]
    return f"{singular if size < 2 else plural} ({size})"


def _identity(result: CampaignResult) -> str:
    named = " ".join(filter(None, (result.candidate.get("product", ""), result.candidate.get("version", ""))))
    return one_line(
        f"{result.verdict.value} – {named or 'solution sans nom'}, édition {result.edition}, campagne {result.id}",
        _LIMIT,
    )


def _text(change: Change) -> list[str]:
    lines = [
        f"  {_SUBJECTS[change.subject]} {one_line(change.id, 60)} – {one_line(change.title, 120)}",
        f"    {_step(change)}",
    ]
    why = _why(change)
    return [*lines, f"    {why}"] if why else lines


def _step(change: Change) -> str:
    """« conforme → non conforme »; one verdict only when it is new, gone, or the same."""
    shown = [f"{VERDICT_SYMBOL[verdict]} {verdict.value}" for verdict in (change.before, change.after) if verdict]
    return " → ".join(dict.fromkeys(shown))


def _why(change: Change) -> str:
    """The finding that tells the change when there is one, else the reason of the verdict."""
    finding = change.finding
    if finding is None:
        return one_line(change.reason, _LIMIT)
    word = "constat" if change.appeared else "constat disparu"
    # A scenario shows the findings of several requirements.
    named = f"{finding.requirement}, " if change.subject is Subject.SCENARIO else ""
    return one_line(f"{word}{NBSP}: {named}{finding.message} ({finding.location})", _LIMIT)


def _side(result: CampaignResult) -> dict[str, object]:
    return {
        "campaign": result.id,
        "edition": result.edition,
        "tool_version": result.tool_version,
        "product": result.candidate.get("product", ""),
        "version": result.candidate.get("version", ""),
        "verdict": result.verdict,
        "exit_code": int(result.exit_code),
        "summary": result.summary,
    }


def _change(change: Change) -> dict[str, object]:
    return asdict(change)


RENDERINGS: Final[Mapping[str, Callable[[Comparison], str]]] = {
    "text": comparison_text,
    "json": comparison_json,
    "markdown": comparison_markdown,
}
"""What `--format` names."""
