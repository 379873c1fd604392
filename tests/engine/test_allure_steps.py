from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import allure_commons
import pytest

from sas_recette.engine import allure_steps
from sas_recette.engine.scenario import load_scenarios
from tests.evidence.sso_sample import ARRIVAL, IMAGES, LOST, sso_campaign, sso_exchanges, sso_pages


@dataclass
class Listener:
    """What Allure is told: steps with their depth, and attachments with their type."""

    depth: int = 0
    steps: list[tuple[int, str]] = field(default_factory=list)
    attached: list[tuple[str, str, object]] = field(default_factory=list)

    @allure_commons.hookimpl
    def start_step(self, title: str) -> None:
        self.steps.append((self.depth, title))
        self.depth += 1

    @allure_commons.hookimpl
    def stop_step(self) -> None:
        self.depth -= 1

    @allure_commons.hookimpl
    def attach_data(self, body: object, name: str, attachment_type: object) -> None:
        self.attached.append((name, getattr(attachment_type, "mime_type", ""), body))


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()
    allure_commons.plugin_manager.register(heard)
    yield heard
    allure_commons.plugin_manager.unregister(heard)


def test_pages_are_steps_with_their_screenshot(listener: Listener, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    image = (IMAGES / "agenda.jpg").read_bytes()
    (tmp_path / ARRIVAL.screenshot).write_bytes(image)
    scenario = next(iter(load_scenarios().values()))
    exchanges = [one for name, one in sso_exchanges().items() if name.startswith("SSO-01")]
    pages = [replace(page, scenario=scenario.id) for page in sso_pages().values()]
    allure_steps.describe(scenario, sso_campaign().scenarios[-2], exchanges, pages, tmp_path)
    arrival = "Arrivée depuis la plateforme"
    assert listener.steps[:3] == [
        (0, f"{arrival} – GET SSO-01-r1 → 302"),
        (0, f"{arrival} – POST SSO-01-r2 → 200"),
        (0, f"{arrival} – page SSO-01-p1 «\u00a0Agenda du Dr Camille MARTIN\u00a0» → 200"),
    ]
    assert listener.steps[3:7] == [
        (1, f"{arrival} – GET SSO-01-n{rank} → {status}") for rank, status in ((1, 302), (2, 302), (3, 303), (4, 200))
    ]
    assert listener.steps[-1] == (0, f"{LOST.step} – page SSO-02-p1 «\u00a0{LOST.url}\u00a0» → aucun document")
    assert [(mime, body) for name, mime, body in listener.attached if name == "Copie d’écran"] == [("image/jpg", image)]
    without = [body for name, _, body in listener.attached if name == "Pas de copie d’écran"]
    assert without == ["le fichier est absent du dossier", "aucune n’a pu être prise"]
    told = "\n".join(str(body) for _, _, body in listener.attached)
    assert "S3CRET" not in told
    assert "Repères\u00a0: session, agenda:899700218896:Cabinet des Lilas, autre" in told
    assert "authenticated\u00a0: yes" in told
