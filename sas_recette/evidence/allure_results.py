"""allure-results/: one Allure 2 result a scenario, with its exchanges and pages as steps, made of the journal like everything else.

Written by the evidence rather than by a pytest plugin: a dossier rendered again, or masked, has the results of its own journal. The
same campaign gives the same files, and a scenario keeps its `historyId` from one campaign to the next, whatever its verdict.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from allure_commons.model2 import Attachment, Label, Link, Parameter, StatusDetails, TestResult, TestStepResult
from allure_commons.types import AttachmentType, LabelType, Severity
from attr import asdict

from sas_recette.engine.result import CampaignResult, ScenarioResult
from sas_recette.engine.verdict import Verdict
from sas_recette.evidence.junit import describe_finding
from sas_recette.evidence.reading.constats import number_constats
from sas_recette.evidence.reading.legible import legible, one_line
from sas_recette.evidence.reading.links import anchors
from sas_recette.evidence.reading.pages import page_name
from sas_recette.evidence.reading.selection import Piece, chosen, ranks
from sas_recette.evidence.reading.words import flow_label
from sas_recette.evidence.recorded import Recorded
from sas_recette.exchange.lines import to_bytes
from sas_recette.exchange.model import Exchange, Headers, Page
from sas_recette.norm.requirements import Level, Requirement
from sas_recette.rules.model import Finding, Outcome

FOLDER: Final = "allure-results"
PATTERNS: Final = ("*-result.json", "*-container.json", "*-attachment*")
"""What a rendering replaces in the folder."""

_STATUS: Final[Mapping[Verdict, str]] = {
    Verdict.CONFORME: "passed",
    Verdict.RESERVE: "passed",
    Verdict.NON_CONFORME: "failed",
    Verdict.ERREUR_DU_BANC: "broken",
    Verdict.NON_VERIFIE: "skipped",
    Verdict.A_ATTESTER: "skipped",
    Verdict.SANS_OBJET: "skipped",
}
_SEVERITY: Final[Mapping[Level, Severity]] = {
    Level.SHALL: Severity.CRITICAL,
    Level.SHALL_NOT: Severity.CRITICAL,
    Level.SHOULD: Severity.MINOR,
    Level.SHOULD_NOT: Severity.MINOR,
    Level.MAY: Severity.TRIVIAL,
}
_GRAVEST: Final = (Severity.CRITICAL, Severity.MINOR, Severity.TRIVIAL)
_NAMES: Final = uuid.UUID("5a5eca11-e77e-4a11-8e5a-1107ec0a11e5")
FILES: Final = 10_000
"""Attachments of exchanges and pages, at most: those of what findings designate first, then of the beginning of each scenario."""

_WITHOUT: Final = "dans report.html et journal/"
_LONGEST_BODY: Final = 32_000
_LONGEST_NAME: Final = 300
_LONGEST_MESSAGE: Final = 2_000


def render_allure_results(result: CampaignResult, recorded: Recorded) -> Iterator[tuple[str, bytes]]:
    """The files of the results folder, name and content, one at a time: for each scenario its attachments, then its result."""
    known = {item.requirement.id: item.requirement for item in result.requirements}
    links = {
        name: Link(type="requirement", url=f"../{result.id}/report.html#{anchor}", name=name)
        for name, anchor in anchors("exigence", known).items()
    }
    attached = _attached(result, recorded)
    for scenario in result.scenarios:
        yield from _Case(result, scenario, recorded, attached).files(known, links)


def _attached(result: CampaignResult, recorded: Recorded) -> frozenset[str]:
    order = ranks(result, recorded, number_constats(result))
    seen: tuple[Exchange | Page, ...] = (*recorded.exchanges.values(), *recorded.pages.values())
    return chosen((Piece(one.id, order[one.id], _files(one)) for one in seen), FILES)


def _files(one: Exchange | Page) -> int:
    """How many attachments it has."""
    if isinstance(one, Page):
        return 2 + (one.fault is not None)
    response = one.response
    answered = 0 if response is None else 1 + bool(response.body)
    return 1 + bool(one.request.body) + bool(one.facts) + answered + (one.fault is not None)


def severity(requirements: Sequence[Requirement]) -> Severity:
    """The severity of a scenario, by the most binding of its requirements: SHALL is critical, SHOULD minor, MAY trivial."""
    levels = {_SEVERITY[one.level] for one in requirements}
    return next((one for one in _GRAVEST if one in levels), Severity.NORMAL)


@dataclass(slots=True)
class _Case:
    """One scenario on its way to its files; `kept` are the ids of the exchanges and pages that have attachments."""

    campaign: CampaignResult
    scenario: ScenarioResult
    recorded: Recorded
    kept: frozenset[str]
    attached: list[tuple[str, bytes]] = field(default_factory=list)

    def files(self, known: Mapping[str, Requirement], links: Mapping[str, Link]) -> Iterator[tuple[str, bytes]]:
        scenario = self.scenario
        named = [known[name] for name in scenario.requirements if name in known]
        start = _milliseconds(scenario.started or self.campaign.started)
        case = TestResult(
            uuid=self._uuid("result"),
            historyId=uuid.uuid5(_NAMES, scenario.id).hex,
            testCaseId=uuid.uuid5(_NAMES, scenario.id).hex,
            fullName=f"{scenario.flow}#{scenario.id}",
            titlePath=[flow_label(scenario.flow), scenario.category],
            name=f"{scenario.id} – {scenario.title}",
            description=_description(scenario),
            status=_STATUS[scenario.verdict],
            statusDetails=_details(scenario),
            stage="finished",
            labels=self._labels(named),
            links=[links[one.id] for one in named],
            parameters=[Parameter(name="verdict", value=scenario.verdict.value, excluded=True)],
            steps=[self._step(one) for one in self.recorded.happened(scenario)],
            attachments=self._findings(),
            start=start,
            stop=start + round(scenario.duration * 1000),
        )
        yield from self.attached
        yield f"{case.uuid}-result.json", _json(case)

    def _labels(self, named: Sequence[Requirement]) -> list[Label]:
        scenario, flow = self.scenario, flow_label(self.scenario.flow)
        labels = {
            LabelType.EPIC: flow,
            LabelType.FEATURE: scenario.category,
            LabelType.STORY: f"{scenario.id} – {scenario.title}",
            LabelType.PARENT_SUITE: flow,
            LabelType.SUITE: scenario.category,
            LabelType.SEVERITY: severity(named).value,
            LabelType.FRAMEWORK: "sas-recette",
            LabelType.LANGUAGE: "python",
            "package": f"{scenario.flow}.{scenario.id}",
        }
        tags = (scenario.verdict.value, scenario.flow, *scenario.requirements)
        return [Label(name, value) for name, value in (*labels.items(), *((LabelType.TAG, tag) for tag in tags))]

    def _findings(self) -> list[Attachment]:
        if not self.scenario.findings:
            return []
        told = "\n\n".join(describe_finding(finding, self.recorded.pages) for finding in self.scenario.findings)
        return [self._attach("Constats", told.encode("utf-8", "backslashreplace"), "constats")]

    def _step(self, one: Exchange | Page) -> TestStepResult:
        return self._page(one) if isinstance(one, Page) else self._exchange(one)

    def _exchange(self, exchange: Exchange) -> TestStepResult:
        response, name = exchange.response, exchange.id
        status = response.status if response is not None else "sans réponse"
        title = one_line(f"{exchange.step} – {exchange.request.method} {name} → {status}", _LONGEST_NAME)
        lasted = exchange.timings.whole or exchange.timings.total or 0.0
        attachments = self._proof(exchange) if name in self.kept else None
        return self._done(title, name, exchange.started, lasted, attachments)

    def _proof(self, exchange: Exchange) -> list[Attachment]:
        request, response, name = exchange.request, exchange.response, exchange.id
        sent = f"{request.method} {request.url}\n{_headers(request.headers)}"
        attachments = [
            self._text("Requête", sent, f"{name}/requete"),
            *self._body("Corps de la requête", request.body, name),
        ]
        if exchange.facts:
            facts = "\n".join(f"{key}\u00a0: {value}" for key, value in exchange.facts.items())
            attachments.append(self._text("Ce que le banc a établi", facts, f"{name}/faits"))
        if response is not None:
            attachments.append(self._text("En-têtes de la réponse", _headers(response.headers), f"{name}/en-tetes"))
            attachments += self._body("Corps de la réponse", response.body, name)
        if exchange.fault is not None:
            fault = f"{exchange.fault.kind} ({exchange.fault.phase})\n{exchange.fault.detail}"
            attachments.append(self._text("Défaut de transport", fault, f"{name}/defaut"))
        return attachments

    def _page(self, page: Page) -> TestStepResult:
        status = page.status if page.status is not None else "aucun document"
        title = one_line(f"{page.step} – {page_name(page)} {page.id} → {status}", _LONGEST_NAME)
        attachments = self._sight(page) if page.id in self.kept else None
        step = self._done(title, page.id, page.started, page.duration, attachments)
        exchanges = self.recorded.exchanges
        step.steps = [self._exchange(exchanges[name]) for name in page.hops if name in exchanges]
        return step

    def _sight(self, page: Page) -> list[Attachment]:
        cookies = ", ".join(cookie.name for cookie in page.cookies) or "aucun"
        seen = f"Adresse\u00a0: {page.url}\nRepères\u00a0: {', '.join(page.marks) or 'aucun'}\nCookies\u00a0: {cookies}\n\n{page.text}"
        attachments = [self._text("Page vue", seen, f"{page.id}/page")]
        screenshot = self.recorded.screenshots.get(page.screenshot)
        if screenshot is not None:
            attachments.append(self._attach("Copie d’écran", screenshot.data, f"{page.id}/image", AttachmentType.JPG))
        else:
            why = self.recorded.unreadable.get(page.screenshot, "aucune n’a pu être prise")
            attachments.append(self._text("Pas de copie d’écran", why, f"{page.id}/image"))
        if page.fault is not None:
            attachments.append(self._text(f"Échec\u00a0: {page.fault.kind}", page.fault.detail, f"{page.id}/echec"))
        return attachments

    def _done(
        self, title: str, name: str, started: datetime, lasted: float, attachments: list[Attachment] | None
    ) -> TestStepResult:
        """A step; it fails where a finding of the scenario that blocks names it. Without attachments, it says where they are."""
        failed = any(_blocks(finding, name) for finding in self.scenario.findings)
        start = _milliseconds(started)
        return TestStepResult(
            name=title,
            status="failed" if failed else "passed",
            stage="finished",
            parameters=[Parameter(name="preuve", value=_WITHOUT)] if attachments is None else [],
            attachments=attachments or [],
            start=start,
            stop=start + round(lasted),
        )

    def _body(self, name: str, body: bytes, of: str) -> list[Attachment]:
        """A body as text, its beginning only when it is long: the journal keeps the whole."""
        if not body:
            return []
        cut = body[:_LONGEST_BODY]
        note = "" if cut == body else f"\n… ({len(body)} octets, le journal les garde tous)"
        return [self._text(name, cut.decode("utf-8", "ignore" if note else "backslashreplace") + note, f"{of}/{name}")]

    def _text(self, name: str, text: str, of: str) -> Attachment:
        """A text that may be read anywhere, a terminal included: the journal and the HAR have the bytes as they came."""
        return self._attach(name, legible(text.replace("\r\n", "\n")).encode(), of)

    def _attach(self, name: str, data: bytes, of: str, kind: AttachmentType = AttachmentType.TEXT) -> Attachment:
        source = f"{self._uuid(of)}-attachment.{kind.extension}"
        self.attached.append((source, data))
        return Attachment(name=name, source=source, type=kind.mime_type)

    def _uuid(self, what: str) -> str:
        return str(
            uuid.uuid5(_NAMES, f"{self.campaign.id}\n{self.scenario.id}\n{what}".encode("utf-8", "replace").decode())
        )


def _blocks(finding: Finding, name: str) -> bool:
    return finding.exchange == name and finding.outcome is Outcome.FAIL


def _details(scenario: ScenarioResult) -> StatusDetails | None:
    """What the categories tell verdicts apart by; a reserve passes, and says so."""
    if scenario.verdict is Verdict.CONFORME:
        return None
    reason = one_line(scenario.reason, _LONGEST_MESSAGE)
    return StatusDetails(message=f"{scenario.verdict.value}\u00a0: {reason}")


def _description(scenario: ScenarioResult) -> str:
    parts = (("Préalables", scenario.preconditions), ("Étapes", scenario.steps), ("Attendu", scenario.expected))
    return "\n\n".join(
        "\n".join((f"**{title}**", "", *(f"{rank}. {legible(line)}" for rank, line in enumerate(lines, start=1))))
        for title, lines in parts
        if lines
    )


def _headers(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _json(case: TestResult) -> bytes:
    return to_bytes(asdict(case, filter=lambda _, value: value is not None and value != []))
