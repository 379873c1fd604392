"""The folder of a campaign: every rendering of its result written, then sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from sas_recette.engine.gate import Gate
from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.allure import render_categories, render_environment
from sas_recette.evidence.allure_results import FOLDER, PATTERNS, render_allure_results
from sas_recette.evidence.campaign_json import render_campaign
from sas_recette.evidence.files import write_whole
from sas_recette.evidence.har import HAR, render_har
from sas_recette.evidence.job_summary import render_job_summary
from sas_recette.evidence.junit import render_junit
from sas_recette.evidence.manifest import seal
from sas_recette.evidence.pdf.render import PDF, render_pdf
from sas_recette.evidence.recorded import Recorded
from sas_recette.evidence.report import render_report
from sas_recette.evidence.signature import Signer
from sas_recette.evidence.workbook.render import render_workbook
from sas_recette.exchange.journal import Journal

Renderer = Callable[[CampaignResult, Recorded], str | bytes | None]
PieceRenderer = Callable[[CampaignResult, Recorded], Iterable[bytes]]
GateRenderer = Callable[[CampaignResult, Recorded, Gate | None], str | bytes]

RENDERERS: Final[Mapping[str, Renderer]] = {
    "campaign.json": render_campaign,
    "allure-results/environment.properties": render_environment,
    "allure-results/categories.json": render_categories,
    "report.html": render_report,
    "cahier-de-recette.xlsx": render_workbook,
    PDF: render_pdf,
}
"""What a dossier holds besides the journal, by its path in the folder. None is what cannot be rendered here."""

GATE_RENDERERS: Final[Mapping[str, GateRenderer]] = {"junit.xml": render_junit, "resume.md": render_job_summary}
"""What continuous integration reads of it, which also says what a baseline admits."""

PIECE_RENDERERS: Final[Mapping[str, PieceRenderer]] = {HAR: render_har}
"""What is as long as the journal, and so rendered as it is written."""


def write_dossier(
    folder: Path,
    result: CampaignResult,
    journal: Journal,
    *,
    created: datetime,
    signer: Signer | None = None,
    gate: Gate | None = None,
) -> tuple[Path, ...]:
    """Write every rendering into the folder, then its manifest and signature, over everything that the folder holds by then.

    All is rendered before anything is written, so that a failure leaves the folder as it was; what cannot be rendered here is
    removed, since an older one may say something else. Returns the paths written: renderings,
    public key, manifest, signature (of the Allure results, their folder is not told file by file). Without a signer, a key is made for this dossier alone. Raises OSError and ManifestError.
    """
    recorded = Recorded.of(journal, folder)
    rendered = {name: render(result, recorded) for name, render in RENDERERS.items()}
    rendered |= {name: render(result, recorded, gate) for name, render in GATE_RENDERERS.items()}
    for name, pieces in PIECE_RENDERERS.items():
        write_whole(folder / name, pieces(result, recorded))
    _write_allure_results(folder / FOLDER, result, recorded)
    for name, content in rendered.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            write_whole(folder / name, content)
    sealed = seal(
        folder,
        campaign=result.id,
        tool_version=result.tool_version,
        created=created,
        signer=signer or Signer.fresh(),
    )
    written = [*PIECE_RENDERERS, *(name for name, content in rendered.items() if content is not None)]
    return (*(folder / name for name in written), *sealed)


def _write_allure_results(folder: Path, result: CampaignResult, recorded: Recorded) -> None:
    """The results in place of those that the folder held."""
    folder.mkdir(exist_ok=True)
    for older in [path for pattern in PATTERNS for path in folder.glob(pattern)]:
        older.unlink()
    for name, content in render_allure_results(result, recorded):
        (folder / name).write_bytes(content)
