"""A recorded campaign judged again, from its journal alone: what came of it then, what comes of it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sas_recette.engine.assessment import assess
from sas_recette.engine.scenario import Scenario
from sas_recette.evidence.campaign_json import parse_campaign, render_campaign
from sas_recette.evidence.comparison import Comparison, compare
from sas_recette.evidence.comparison_view import comparison_json, comparison_markdown, comparison_text
from sas_recette.evidence.reading.markdown import escaped
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.journal import Journal
from sas_recette.norm.requirements import Catalogue


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """What changed since a campaign was judged. `rendered` is its campaign.json now, `identical` when it is the same, byte for byte."""

    comparison: Comparison
    rendered: str
    identical: bool

    @property
    def sentence(self) -> str:
        """What changed, in one French sentence."""
        if self.identical:
            return "Rien ne change\u00a0: le journal redonne campaign.json à l’octet près."
        if self.comparison.changes:
            return "Le journal, jugé à nouveau, ne donne plus le même résultat."
        return "Aucun verdict ne change\u00a0; campaign.json diffère par ailleurs (édition, libellés ou valeurs)."


def rejudge(
    recorded: bytes, journal: Journal, catalogue: Catalogue, scenarios: Mapping[str, Scenario], *, edition: str = ""
) -> Rejudgement:
    """Judge a journal again, under its own edition or another, and compare with the campaign.json that was written of it.

    Raises CampaignFormatError, and what `assess` raises.
    """
    after = assess(journal, catalogue, scenarios, edition=edition or None)
    rendered = render_campaign(after, Recorded())
    return Rejudgement(compare(parse_campaign(recorded), after), rendered, rendered.encode() == recorded)


def _text(judged: Rejudgement) -> str:
    return judged.sentence + "\n" if judged.identical else f"{judged.sentence}\n\n{comparison_text(judged.comparison)}"


def _markdown(judged: Rejudgement) -> str:
    return f"{comparison_markdown(judged.comparison)}\n{escaped(judged.sentence)}\n"


def _json(judged: Rejudgement) -> str:
    return comparison_json(judged.comparison, {"identical": judged.identical})


RENDERINGS: Final[Mapping[str, Callable[[Rejudgement], str]]] = {"text": _text, "json": _json, "markdown": _markdown}
"""What `--format` names."""
