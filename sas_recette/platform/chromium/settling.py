"""When a page is at rest: drawn by the server, or by itself once its data have come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sas_recette.exchange.model import Fault
from sas_recette.platform.chromium.faults import ABORTED, network_fault, page_fault, timeout_fault
from sas_recette.platform.chromium.looking import Look
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.watching import Watch

_PAUSE: Final = 0.02
_AFTER_ACTION: Final = 0.1
"""Long enough for what a click starts to be asked of the network."""
_AFTER_ABORT: Final = 0.25
_MAX_REFRESH: Final = 5.0
_MAX_NAVIGATIONS: Final = 40


@dataclass(frozen=True, slots=True)
class Rest:
    """How a page ended up. `at` is the monotonic instant when it last changed; no `look` when no page came.

    `ruined` says that the window is best closed at once.
    """

    at: float
    look: Look | None = None
    fault: Fault | None = None
    ruined: bool = False


class Settling:
    """Waits for one page. `look` gives None while the document is being replaced, `wait` lets the browser's events come."""

    def __init__(
        self,
        watch: Watch,
        patience: Patience,
        *,
        look: Callable[[], Look | None],
        wait: Callable[[float], None],
        acted: bool,
        navigates: bool,
    ) -> None:
        self._since = time.monotonic()
        self._watch = watch
        self._patience = patience
        self._look = look
        self._wait = wait
        self._acted = acted
        self._navigates = navigates
        self._last: Look | None = None
        self._drawn = watch.begun

    def rest(self) -> Rest:
        """Raises Playwright's Error when the page dies meanwhile."""
        while True:
            ruin = self._ruin()
            fault = ruin or self._hopeless()
            if fault is not None:
                return Rest(self._watch.changed, None, fault, ruined=ruin is not None)
            late = time.monotonic() - self._since >= self._patience.page
            if not self._busy() or late:
                self._look_again()
                if late:
                    return self._too_late()
                if self._last is not None and self._at_rest(self._last):
                    return Rest(self._instant(), self._last, self._spoilt())
            self._wait(_PAUSE)

    def _busy(self) -> bool:
        watch = self._watch
        if self._navigates and watch.navigation is None:
            return True
        if watch.navigation is not None and not watch.shown:
            return True
        if watch.announced is not None and time.monotonic() - watch.announced < self._patience.hung:
            return True
        return watch.awaited(self._patience.stream)

    def _look_again(self) -> None:
        if self._watch.navigation is not None and not self._watch.shown:
            return
        look = self._look()
        if look != self._last:
            self._drawn = time.monotonic()
        self._last = look

    def _at_rest(self, look: Look) -> bool:
        if self._spoilt() is not None:  # such a document is never parsed to its end
            return True
        if not look.parsed or (self._watch.awaited() and not look.marks):
            return False
        now = time.monotonic()
        if now - max(self._watch.changed, self._drawn) >= self._quiet(look):
            return True
        return now - self._watch.changed >= max(self._patience.restless, self._quiet(look))

    def _quiet(self, look: Look) -> float:
        quiet = 0.0
        if look.scripts:
            quiet = self._patience.quiet if look.marks else self._patience.unmarked
        if look.refresh is not None and 0 <= look.refresh <= _MAX_REFRESH:
            quiet = max(quiet, look.refresh + self._patience.unmarked)
        return max(quiet, _AFTER_ACTION) if self._acted and not self._watch.asked else quiet

    def _instant(self) -> float:
        settled = time.monotonic() - self._drawn >= self._patience.quiet
        return max(self._watch.changed, self._drawn) if settled else self._watch.changed

    def _ruin(self) -> Fault | None:
        watch = self._watch
        if watch.navigations > _MAX_NAVIGATIONS:
            return page_fault(f"redirections sans fin (plus de {_MAX_NAVIGATIONS} adresses de suite)")
        return None

    def _hopeless(self) -> Fault | None:
        watch = self._watch
        now = time.monotonic()
        if self._navigates and watch.navigation is None and now - self._since > self._patience.hung:
            return page_fault("adresse inutilisable par un navigateur")
        failed = watch.navigation
        if failed is None or not failed.failure or watch.shown:
            return None
        if failed.failure != ABORTED:
            said = watch.error_page or now - watch.changed > self._patience.hung
            return network_fault(failed.failure) if said else None
        return self._no_page() if now - watch.changed > _AFTER_ABORT else None

    def _no_page(self) -> Fault:
        response = self._watch.navigation.response if self._watch.navigation else None
        if response is None:
            return page_fault(f"l’adresse ne mène à aucune page ({ABORTED})")
        if response.status in {204, 205}:
            return page_fault(f"réponse {response.status}, sans page")
        return page_fault(f"réponse {response.status} à télécharger, et non une page")

    def _spoilt(self) -> Fault | None:
        """A document that is on the screen, though not all of it came."""
        shown = self._watch.navigation
        if shown is None or not shown.failure or shown.failure == ABORTED:
            return None
        return network_fault(shown.failure)

    def _too_late(self) -> Rest:
        look, allowed = self._last, self._patience.page
        if look is None or not look.parsed:
            return Rest(time.monotonic(), look, timeout_fault(allowed))
        if self._watch.unanswered() and not look.marks:
            return Rest(time.monotonic(), look, timeout_fault(allowed, "la page attend encore une réponse"))
        if time.monotonic() - self._watch.changed < self._patience.quiet:
            return Rest(time.monotonic(), look, timeout_fault(allowed, "la page ne cesse de charger"))
        return Rest(self._watch.changed, look, self._spoilt())
