"""The folder of a campaign: every rendering of its result written, then sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.allure import render_categories, render_environment
from sas_recette.evidence.campaign_json import render_campaign
from sas_recette.evidence.files import write_whole
from sas_recette.evidence.junit import render_junit
from sas_recette.evidence.manifest import seal
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.exchange.journal import Journal

Renderer = Callable[[CampaignResult, Recorded], str | bytes]

RENDERERS: Final[Mapping[str, Renderer]] = {
    "campaign.json": render_campaign,
    "junit.xml": render_junit,
    "allure-results/environment.properties": render_environment,
    "allure-results/categories.json": render_categories,
    "report.html": render_report,
}
"""What a dossier holds besides the journal, by its path in the folder."""


def write_dossier(folder: Path, result: CampaignResult, journal: Journal, *, created: datetime) -> tuple[Path, ...]:
    """Write every rendering into the folder, then its manifest, over everything that the folder holds by then.

    All is rendered before anything is written, so that a failure leaves the folder as it was. Returns the paths written,
    the manifest last. Raises OSError and ManifestError.
    """
    recorded = Recorded.of(journal, folder)
    rendered = {name: render(result, recorded) for name, render in RENDERERS.items()}
    for name, content in rendered.items():
        write_whole(folder / name, content)
    manifest = seal(folder, campaign=result.id, tool_version=result.tool_version, created=created)
    return (*(folder / name for name in rendered), manifest)
