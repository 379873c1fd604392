"""A real Chromium behind the port of `platform.browser`, driven by Playwright in a thread of its own."""

from sas_recette.platform.chromium.finding import Found, find_browser
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.running import running_chromium

__all__ = ["Found", "Patience", "find_browser", "running_chromium"]
