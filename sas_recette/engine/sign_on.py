"""What a scenario of single sign-on holds: regulators, the platform's provider, browsers, and the way into the solution.

Every log-in is recorded whole: what the browser did and showed, what the platform was asked. Its requests are judged each
time, whatever the scenario looks at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from sas_recette.engine.accounts import Accounts, accepted, regulator_accounts
from sas_recette.engine.bench import Bench, MissingDataError, NotPlayableError
from sas_recette.engine.entries import Entry, entries_of
from sas_recette.engine.sso_data import AgendaPage, Sso
from sas_recette.engine.stage import Stage
from sas_recette.exchange.model import Exchange, Judgement, Page
from sas_recette.norm.typography import french
from sas_recette.platform.accounts import IdentifierKind, Regulator
from sas_recette.platform.browser import Carried, Profile, Seen, Tab
from sas_recette.platform.entry import with_origin, without_origin
from sas_recette.platform.identity.knobs import OF_THE_WHOLE_PLATFORM, Knob
from sas_recette.platform.identity.person import Person
from sas_recette.platform.identity.staging import LANE_COOKIE
from sas_recette.rules.sso.journey import LOGIN, TERMS, admitted

PASSWORD: Final = "mot-de-passe-du-banc"  # noqa: S105 # typed at the bench's own log-in page
"""What regulators log in to the bench's platform with."""

_SECRET_SHORTEST: Final = 6
_CONTROL: Final = "Témoin : connexion sans rien d’inhabituel"


@dataclass(frozen=True, slots=True)
class Visit:
    """One navigation: the page at its end, and all that was exchanged on the way."""

    page: Page
    exchanges: tuple[Exchange, ...]

    @property
    def admitted(self) -> bool:
        """Whether it ended in a session of the regulator."""
        return admitted(self.page)

    def reached(self, endpoint: str) -> bool:
        """Whether the solution asked this endpoint of the platform on the way."""
        return any(one.facts.get("endpoint") == endpoint for one in self.exchanges)

    @property
    def granted(self) -> bool:
        """Whether the platform gave tokens on the way."""
        return any(one.facts.get("outcome") == "tokens" for one in self.exchanges)

    @property
    def asks_for_terms(self) -> bool:
        """Whether the page asks to accept the terms of use."""
        return TERMS in self.page.marks

    @property
    def asked_to_log_in(self) -> bool:
        """Whether it ended on the platform's log-in page."""
        return any(one.facts.get("outcome") == "login-page" for one in self.exchanges)

    def sent(self, parameter: str) -> bool:
        """Whether an authorization request of the way carried `state` or `nonce`."""
        return any(one.facts.get(parameter, "absent") != "absent" for one in self.exchanges)


@contextmanager
def sign_on(bench: Bench) -> Iterator[SignOn]:
    """Single sign-on for one scenario; the accounts that it opened are deactivated when it ends."""
    sso = bench.candidate.sso
    if sso is None or not sso.issuer:
        raise MissingDataError("sso.issuer")
    with regulator_accounts(bench) as accounts, ExitStack() as held:
        yield SignOn(bench, sso, accounts, bench.stage(), held)


class SignOn:
    """What a scenario does around a log-in. Use it through `sign_on`."""

    def __init__(self, bench: Bench, sso: Sso, accounts: Accounts, stage: Stage, held: ExitStack) -> None:
        self._held = held
        self._alone = False
        self.bench = bench
        self.sso = sso
        self.accounts = accounts
        self.stage = stage
        self._secret = "" if sso.authentication == "private_key_jwt" else sso.client_secret()
        self._random = Random(f"{bench.seed}/{bench.scenario}/sso")  # noqa: S311 # nothing secret is drawn

    def regulator(self, kind: IdentifierKind = IdentifierKind.TECHNICAL) -> Regulator:
        """A regulator whose account is created by INT_R02. Raises NotPlayableError when the creation is refused."""
        who = self.new(kind)
        if not accepted(self.accounts.send(self.accounts.creation("Création du compte du régulateur", who))):
            raise NotPlayableError("le compte du régulateur n’a pas pu être créé (INT_R02)")
        return who

    def new(self, kind: IdentifierKind = IdentifierKind.TECHNICAL) -> Regulator:
        """A regulator whom the solution does not know; of a national identifier where Pro Santé Connect asks for one."""
        who = self.accounts.technical()
        national = kind is IdentifierKind.NATIONAL or self.sso.mode == "psc"
        return replace(who, identifier=self.accounts.new.rpps()) if national else who

    def person(self, regulator: Regulator, subject: str = "") -> Person:
        """The same regulator as the platform knows him; `subject` is nobody's identifier unless it is given."""
        national = regulator.identifier.value if regulator.identifier.kind is IdentifierKind.NATIONAL else ""
        drawn = str(UUID(int=self._random.getrandbits(128), version=4))
        return Person(subject or drawn, regulator.email, regulator.family, regulator.given, national, PASSWORD)

    def entries(self, agendas: Collection[AgendaPage] = ()) -> tuple[Entry, ...]:
        """The addresses of slots, one a declared agenda; of any agenda when none is asked for.

        Raises NotPlayableError when a search gives no usable slot.
        """
        return entries_of(self.bench, tuple(agendas))

    def entry(self) -> str:
        """The address of a slot, as the candidate gives it, without `origin`."""
        agendas = self.sso.agendas[:1]
        return without_origin(self.entries(agendas)[0].url)

    def from_the_sas(self, url: str) -> str:
        """An address as the platform opens it."""
        return with_origin(url, self.sso.origin)

    @contextmanager
    def browser(self) -> Iterator[Profile]:
        """A browser of its own: no cookie, no history."""
        stage, lane = self.stage, self.stage.lane
        carried = Carried(self.sso.issuer, LANE_COOKIE, lane) if lane else None
        with stage.browser.profile(self.bench.scenario, tuple(self.sso.marks()), stage.driver, carried) as profile:
            yield profile

    def connected(self, person: Person, step: str, *knobs: Knob) -> None:
        """From now on the regulator is logged in at the platform, which answers with these deviations."""
        self._set(person, step, frozenset(knobs), connected=True)

    def not_connected(self, person: Person, step: str, *knobs: Knob) -> None:
        """From now on the platform asks the regulator to log in."""
        self._set(person, step, frozenset(knobs), connected=False)

    def _set(self, person: Person, step: str, knobs: frozenset[Knob], *, connected: bool) -> None:
        provider, scenario, lane = self.stage.provider, self.bench.scenario, self.stage.lane
        if knobs & OF_THE_WHOLE_PLATFORM and not self._alone:
            self._alone = True
            self._held.enter_context(self.stage.alone())
            self._held.callback(provider.stage, scenario, french(step), None, connected=False)
        provider.stage(scenario, french(step), person, connected=connected, knobs=knobs, lane=lane)

    def arrive(self, tab: Tab, url: str, person: Person, step: str, *knobs: Knob, patience: float = 0.0) -> Visit:
        """A regulator who is logged in at the platform follows a link of the platform.

        What the solution asks is judged when the platform answers as it should.
        """
        self.connected(person, step, *knobs)
        return self.seen(tab.open(url, step=french(step), patience=patience or None), judged=not knobs)

    def arrive_in(self, tab: Tab, url: str, person: Person, step: str, *knobs: Knob) -> Visit:
        """The same, the terms of use accepted if they are asked for."""
        visit = self.arrive(tab, url, person, step, *knobs)
        return self.accept_terms(tab) if TERMS in visit.page.marks else visit

    def accept_terms(self, tab: Tab) -> Visit:
        """Accept the terms of use that a page asks for."""
        step = "Acceptation des conditions d’utilisation"
        pages = self.sso.pages
        if pages.terms is None:
            return self.seen(tab.act("accept_terms", step=step))
        return self.seen(tab.click(pages.terms.accept, step=step))

    def by_one_click(self, tab: Tab, arrival: Visit) -> tuple[Visit, ...]:
        """The way to the platform that the solution’s own log-in page offers, where it is what the regulator sees."""
        login = self.sso.pages.login
        if arrival.asked_to_log_in or login is None or not login.platform or LOGIN not in arrival.page.marks:
            return ()
        return (self.seen(tab.click(login.platform, step="Clic vers l’authentification de la plateforme")),)

    def log_in_at_the_platform(self, tab: Tab, person: Person, step: str = "Connexion à la plateforme") -> Visit:
        """Fill the platform's log-in page."""
        fields = {"#username": person.email, "#password": person.password}
        return self.seen(tab.fill(fields, "#kc-login", step=step))

    def log_in_anew(self, url: str, person: Person, step: str, *knobs: Knob) -> Visit:
        """A log-in in a browser of its own, the terms of use accepted if they are asked for."""
        with self.browser() as browser:
            return self.arrive_in(browser.tab(), self.from_the_sas(url), person, step, *knobs)

    def control(self, tab: Tab, url: str, person: Person) -> Visit:
        """The same log-in without anything unusual: in the same browser, or in another where that one is not let in.

        Some solutions remember whom they turned away.
        """
        visit = self.arrive(tab, self.from_the_sas(url), person, _CONTROL)
        return visit if visit.admitted else self.admission(url, person, f"{_CONTROL}, dans un autre navigateur")

    def admission(self, url: str, person: Person, step: str = "", *knobs: Knob) -> Visit:
        """Whether the regulator is let in, in a browser of its own; terms of use, if asked for, are left as they are."""
        with self.browser() as browser:
            return self.arrive(browser.tab(), self.from_the_sas(url), person, step or _CONTROL, *knobs)

    def rejected(self, url: str, person: Person, step: str, *knobs: Knob) -> tuple[Visit, Visit]:
        """A log-in that should fail, in a browser of its own, and what the reserved page shows afterwards."""
        with self.browser() as browser:
            tab = browser.tab()
            return self.arrive(tab, self.from_the_sas(url), person, step, *knobs), self.look_for_a_session(tab, url)

    def log_out(self, tab: Tab) -> Visit:
        """Close the session of the solution."""
        step = "Déconnexion de la solution"
        button = self.sso.pages.log_out
        return self.seen(tab.click(button, step=step) if button else tab.act("log_out", step=step))

    def log_in_locally(self, tab: Tab) -> Visit:
        """Somebody else logs in with a password, on the solution’s own page (`sso.local`)."""
        local = self.sso.local
        if local is None:
            raise MissingDataError("sso.local")
        self.seen(tab.open(local.page, step="Page de connexion de la solution"))
        fields = {local.login_field: local.login, local.password_field: local.password()}
        return self.seen(tab.fill(fields, local.submit, step="Connexion d’une autre personne, par mot de passe"))

    def judge_creations(self, wanted: Regulator, other: Regulator) -> None:
        """Have it judged that an account can be created with an address that came by the SSO, as with any other."""
        creations = (
            self.accounts.creation("Création d’un compte à l’adresse inconnue", wanted),
            self.accounts.creation("Création d’un compte à une autre adresse", other),
        )
        answers = self.accounts.in_turn(*creations)
        ids = [one.exchange.id for one in answers if one.exchange is not None]
        self.judge("sso-on-the-fly", also=ids)

    def look_for_a_session(self, tab: Tab, url: str, step: str = "La session est-elle ouverte ?") -> Visit:
        """What the reserved page shows now, without `origin`: nobody is sent to the platform."""
        return self.seen(tab.open(self.sso.pages.reserved or without_origin(url), step=french(step)))

    def replayed(self, tab: Tab, response: str, step: str) -> Visit:
        """An authorization response that this browser did not get from the platform just now."""
        return self.seen(tab.open(response, step=french(step)), judged=False)

    def held(self, tab: Tab, url: str, person: Person, step: str = "Nouvelle demande, réponse retenue") -> str:
        """A response that the platform keeps for itself: the solution never sees it. Raises NotPlayableError without a request."""
        if not self.arrive(tab, self.from_the_sas(url), person, step, Knob.HELD).reached("authorization"):
            raise NotPlayableError("la solution n’a pas envoyé de demande d’autorisation (voir SSO-S01)")
        return self.stage.provider.response

    def back(self, tab: Tab, step: str) -> Visit:
        """The browser's back button: a request that it sends again is not one of the solution."""
        return self.seen(tab.back(step=french(step)), judged=False)

    def take(self) -> None:
        """Record what the platform was asked by somebody whose browser is not ours."""
        for exchange in self.stage.provider.taken(self.stage.lane):
            self.bench.recorder.exchange(exchange)

    def seen(self, seen: Seen, *, judged: bool = True) -> Visit:
        """Record a navigation, and have its requests judged."""
        asked = self.stage.provider.taken(self.stage.lane)
        exchanges = sorted((*map(self._marked, seen.exchanges), *asked), key=_started)
        for exchange in exchanges:
            self.bench.recorder.exchange(exchange)
        self.bench.recorder.page(seen.page)
        own = tuple(one for one in exchanges if one.scenario == self.bench.scenario)  # another is of one that is over
        visit = Visit(seen.page, own)
        if judged and (visit.reached("authorization") or visit.reached("token")):
            self.judge("sso-requests", visit, expect={"authentication": self.sso.authentication})
            if self.sso.mode == "psc":
                self.judge("psc-requests", visit)
        return visit

    def judge(
        self, check: str, *visits: Visit, also: Collection[str] = (), expect: Mapping[str, object] | None = None
    ) -> None:
        """Have visits judged by a check of `rules.sso.checks`; `also` are exchanges that are not of them."""
        pages = [visit.page.id for visit in visits]
        ids = [exchange.id for visit in visits for exchange in visit.exchanges]
        self.bench.recorder.judgement(
            Judgement(self.bench.scenario, check, tuple(dict.fromkeys((*also, *ids, *pages))), expect or {})
        )

    def judge_closed(
        self, judged: Collection[Visit], control: Visit, *requirements: str, reserve: bool = False, why: str = ""
    ) -> None:
        """Have it judged that these visits opened no session, the control being the same without anything unusual."""
        self._need(control, *requirements)
        expect = {"requirements": list(requirements), "controls": 1, "reserve": reserve, "why": why}
        self.judge("sso-closed", *judged, control, expect=expect)

    def judge_open(
        self, judged: Collection[Visit], control: Visit, *requirements: str, reserve: bool = False, why: str = ""
    ) -> None:
        """Have it judged that these visits opened a session, the control having opened one."""
        self._need(control, *requirements)
        expect = {"requirements": list(requirements), "controls": 1, "reserve": reserve, "why": why}
        self.judge("sso-open", *judged, control, expect=expect)

    def _need(self, control: Visit, *requirements: str) -> None:
        if not control.admitted:
            why = "le témoin, une connexion sans rien d’inhabituel, n’ouvre pas de session régulateur (voir SSO-S01)"
            self.bench.not_verified(why, *requirements)

    def _marked(self, hop: Exchange) -> Exchange:
        """A hop of the browser, with the place where the client's secret shows, if it does."""
        secret = self._secret
        if len(secret) < _SECRET_SHORTEST:
            return hop
        body = hop.response.body if hop.response else b""
        where = "query" if secret in hop.request.url else "body" if secret.encode() in (hop.request.body + body) else ""
        return replace(hop, facts={**hop.facts, "secret": where}) if where else hop


def with_state_of(former: str, response: str) -> str:
    """An authorization response with the `state` of a former one."""
    state = dict(parse_qsl(urlsplit(former).query)).get("state", "")
    parts = urlsplit(response)
    query = urlencode([(key, state if key == "state" else value) for key, value in parse_qsl(parts.query)])
    return urlunsplit(parts._replace(query=query))


def _started(exchange: Exchange) -> datetime:
    return exchange.started.astimezone(UTC)
