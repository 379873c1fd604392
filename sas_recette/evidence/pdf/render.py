"""dossier.pdf: the procès-verbal as a tagged PDF, declared PDF/UA-1. Needs the extra `pdf`."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from importlib import resources
from importlib.util import find_spec
from typing import Final

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.campaign_json import render_campaign
from sas_recette.evidence.pdf.printable import printable
from sas_recette.evidence.pdf.view import view_dossier
from sas_recette.evidence.recorded import Recorded
from sas_recette.norm.typography import NBSP

STANDARD: Final = "ua-1"
PDF: Final = "dossier.pdf"
WITHOUT: Final = f"{PDF} n’est pas écrit{NBSP}: le module «{NBSP}typst{NBSP}» n’est pas installé (extra «{NBSP}pdf{NBSP}» de sas-recette)."


def render_pdf(result: CampaignResult, recorded: Recorded) -> bytes | None:
    """The procès-verbal of a campaign, or None when typst is not installed; equal results give equal bytes."""
    if find_spec("typst") is None:
        return None
    import typst

    return typst.compile(
        template(),
        sys_inputs=inputs(result, recorded),
        format="pdf",
        pdf_standards=[STANDARD],
        ignore_system_fonts=True,
        timestamp=_created(result),
    )


def template() -> bytes:
    """The template, in Typst. It reads `inputs`, and writes nothing that they do not say."""
    return resources.files("sas_recette.evidence.pdf").joinpath("templates", "dossier.typ").read_bytes()


def inputs(result: CampaignResult, recorded: Recorded) -> dict[str, str]:
    """What the template is given: one JSON text, so that no text of a candidate is ever read as markup."""
    digest = hashlib.sha256(render_campaign(result, recorded).encode()).hexdigest()
    return {"dossier": json.dumps(printable(view_dossier(result, recorded, digest)), ensure_ascii=False)}


def _created(result: CampaignResult) -> datetime:
    return (result.ended or result.started).astimezone(UTC).replace(microsecond=0)
