"""Wrong passwords typed at the solution's own log-in page, on a test account that may be locked (security.md §7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, quote_plus

from sas_recette.engine.bench import Bench, MissingDataError
from sas_recette.engine.declared import Lockout
from sas_recette.exchange.masking import MASK
from sas_recette.exchange.model import Exchange, Judgement, Page
from sas_recette.platform.browser import Seen, Tab
from sas_recette.rules.sso.journey import LOCAL

CHECK: Final = "lockout"


@dataclass(frozen=True, slots=True)
class LogIns:
    """The log-in page of the solution, and the test account."""

    bench: Bench
    account: Lockout
    password: str

    @contextmanager
    def browser(self) -> Iterator[Tab]:
        """A tab of somebody who never came."""
        marks = (self.account.session.mark(LOCAL),)
        with self.bench.stage().browser.profile(self.bench.scenario, marks) as profile:
            yield profile.tab()

    def try_right(self, tab: Tab, step: str) -> Page:
        """Log in with the password of the account."""
        return self._try(tab, self.password, step)

    def try_wrong(self, tab: Tab, rank: int) -> Page:
        """Log in with another password."""
        return self._try(tab, f"faux-{rank}-{self.bench.scenario}", f"Mot de passe faux, essai n°\u00a0{rank}")

    def judge(self, *pages: Page) -> None:
        """Have it judged: the control, the failures, the right password."""
        self.bench.recorder.judgement(Judgement(self.bench.scenario, CHECK, tuple(page.id for page in pages)))

    def _try(self, tab: Tab, password: str, step: str) -> Page:
        account = self.account
        self._record(tab.open(account.page, step=f"Page de connexion\u00a0: {step.lower()}"))
        fields = {account.login_field: account.login, account.password_field: password}
        return self._record(tab.fill(fields, account.submit, step=step))

    def _record(self, seen: Seen) -> Page:
        for exchange in seen.exchanges:
            self.bench.recorder.exchange(self._hidden(exchange))
        self.bench.recorder.page(seen.page)
        return seen.page

    def _hidden(self, exchange: Exchange) -> Exchange:
        """A hop without the account's password, whatever the solution calls the field."""
        body = exchange.request.body
        for written in (self.password, quote_plus(self.password), quote(self.password)):
            body = body.replace(written.encode(), MASK.encode())
        return replace(exchange, request=replace(exchange.request, body=body))


def log_ins(bench: Bench, account: Lockout) -> LogIns:
    """Raises MissingDataError without the stage of single sign-on, which the browser is a part of; SecretError."""
    if bench.candidate.sso is None or not bench.candidate.sso.issuer:
        raise MissingDataError("sso.issuer")
    return LogIns(bench, account, account.password())
