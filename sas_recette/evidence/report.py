"""The page of a campaign: one self-contained HTML file, readable from disk, without script and on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sas_recette.engine.result import CampaignResult
from sas_recette.evidence.page import room
from sas_recette.evidence.page.report_view import view_report
from sas_recette.evidence.reading import french
from sas_recette.evidence.reading.appointments import counted_appointments
from sas_recette.evidence.reading.legible import legible, one_line
from sas_recette.evidence.reading.traces import counted_traces
from sas_recette.evidence.reading.words import (
    EXIT_MEANING,
    VERDICT_ORDER,
    VERDICT_SLUG,
    VERDICT_SYMBOL,
    candidate_label,
    flow_label,
)
from sas_recette.evidence.recorded import Recorded

_CODE: Final = re.compile(r"`([^`]+)`")
_CLIPPED: Final = 300
_LONGEST_WORD: Final = 8_000
_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def render_report(result: CampaignResult, recorded: Recorded) -> str:
    """The HTML of a campaign. Nothing in it comes from another address, and its policy forbids that anything does.

    Every value goes through autoescaping and through `legible`, whoever wrote it.
    """
    style, script = _asset("report.css"), _asset("report.js")
    page = _environment().get_template("report.html.j2")
    return page.render(
        view=view_report(result, recorded),
        style=Markup(style),  # noqa: S704 - a file of this package, kept exact because its hash is in the policy
        script=Markup(script),  # noqa: S704 - idem
        policy=content_policy(style, script),
    )


def content_policy(style: str, script: str) -> str:
    """The Content-Security-Policy that allows this very style, this very script and images held in the page, nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def inline_code(text: str) -> Markup:
    """A sentence with its `backquoted` parts as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(_shown(text)))))  # noqa: S704 - escaped just before


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sas_recette.evidence.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(
        moment=french.moment,
        day=french.day,
        duration=french.seconds,
        number=french.number,
        count=french.count,
        size=french.size,
        flow=flow_label,
        inline_code=inline_code,
        candidate=candidate_label,
        clip=_clip,
        counted_appointments=counted_appointments,
        counted_traces=counted_traces,
        slug=VERDICT_SLUG.__getitem__,
        symbol=VERDICT_SYMBOL.__getitem__,
        exit_meaning=EXIT_MEANING.__getitem__,
    )
    environment.globals["verdict_order"] = VERDICT_ORDER
    environment.globals["room"] = room
    return environment


def _finalize(value: object) -> object:
    return _shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _shown(text: str) -> str:
    """A legible text. A browser takes seconds to break a word of a hundred thousand letters into lines: its middle is left out."""
    told = legible(text)
    return told if len(told) <= _LONGEST_WORD else _WORD.sub(_shortened, told)


def _shortened(match: re.Match[str]) -> str:
    word, kept = match[0], _LONGEST_WORD // 8
    return f"{word[:kept]} […\u00a0{len(word) - 2 * kept} caractères omis\u00a0…] {word[-kept:]}"


def _clip(text: str, limit: int = _CLIPPED) -> str:
    return one_line(text, limit)


def _asset(name: str) -> str:
    return resources.files("sas_recette.evidence.page").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
