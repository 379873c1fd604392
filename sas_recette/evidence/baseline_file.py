"""A first baseline, proposed from a campaign: an entry a requirement that fails, the ticket left to a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import tomli_w

from sas_recette.engine.baseline import TABLE
from sas_recette.engine.gate import failing_scenarios
from sas_recette.engine.result import CampaignResult, RequirementResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.reading.legible import one_line
from sas_recette.exchange.search import PARIS

_LIFE: Final = timedelta(days=90)
_REASON: Final = 200

_HEADER: Final = """\
# Base de référence : les non-conformités connues, qui ne bloquent pas jusqu’à leur échéance.
#
#   sas-recette run --baseline {name}
#
# Chaque entrée a un motif (reason), un ticket et une dernière date (expires). Pour ne l’admettre que dans un scénario :
# scenario = "R01-10". Une entrée expirée, ou dont l’exigence est redevenue conforme, fait échouer la campagne.
# Complétez les tickets : un ticket vide est refusé.
"""


def propose(result: CampaignResult, expires: date | None = None) -> tuple[str, int]:
    """The TOML text of a baseline, and how many entries it has. By default they hold 90 days from the day of the campaign."""
    last = expires or result.started.astimezone(PARIS).date() + _LIFE
    failing = [item for item in result.requirements if item.verdict is Verdict.NON_CONFORME]
    entries = [
        f"\n# {one_line(item.requirement.title, _REASON)} – {_where(result, item)}\n[[{TABLE}]]\n{_fields(item, last)}"
        for item in failing
    ]
    return _HEADER.format(name="baseline.toml") + "".join(entries), len(entries)


def _where(result: CampaignResult, item: RequirementResult) -> str:
    return one_line(", ".join(failing_scenarios(result, item.requirement.id)), _REASON)


def _fields(item: RequirementResult, last: date) -> str:
    fields = {
        "requirement": item.requirement.id,
        "reason": one_line(item.reason, _REASON),
        "ticket": "",
        "expires": last,
    }
    return tomli_w.dumps(fields)
