"""Records of journals, made by hand and by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from sas_recette.exchange.lines import JournalHeader
from sas_recette.exchange.model import (
    Arrival,
    Cookie,
    Direction,
    Exchange,
    Fault,
    FaultKind,
    Judgement,
    Page,
    PeerCertificate,
    Remark,
    RemarkKind,
    Request,
    Response,
    Timings,
    TlsFacts,
)

STARTED = datetime(2026, 6, 16, 8, 12, tzinfo=UTC)


class Clock:
    """A clock that advances by one second each time it is read."""

    def __init__(self, start: datetime = STARTED) -> None:
        self._next = start

    def __call__(self) -> datetime:
        instant, self._next = self._next, self._next + timedelta(seconds=1)
        return instant


def header(worker: str = "main", campaign: str = "c1", plan: tuple[str, ...] = ("s1", "s2")) -> JournalHeader:
    return JournalHeader(
        campaign=campaign,
        tool_version="0.1.0",
        edition="1.2.0",
        started=STARTED,
        declared={"candidat": {"nom": "Agenda d’essai", "usages": ["ps"]}},
        plan=plan,
        worker=worker,
    )


def exchange(name: str = "x1", body: bytes = b"{}") -> Exchange:
    return Exchange(
        id=name,
        scenario="s1",
        step="recherche",
        started=STARTED,
        request=Request("GET", "https://agenda.example/fhir/Slot?status=free", (("Accept", "application/json+fhir"),)),
        response=Response(200, (("Content-Type", "application/fhir+json"),), body),
    )


def page(name: str = "p1") -> Page:
    return Page(
        id=name,
        scenario="s1",
        step="arrivée",
        started=STARTED,
        url="https://agenda.example/ps/1?origin=sas",
        status=200,
        title="Agenda",
        text="Lundi 9 h 00",
        marks=("session",),
        hops=("x1",),
        cookies=(Cookie("session", "agenda.example", "/", secure=True, http_only=True, same_site="Lax"),),
        duration=812.5,
        screenshot="pages/p1.jpg",
    )


# Fixed offsets: Python holds an ambiguous local time for different from the same instant in UTC.
OFFSETS = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AWARE = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=OFFSETS)  # noqa: DTZ001
HEADERS = st.lists(st.tuples(st.text(max_size=12), st.text(max_size=20)), max_size=4).map(tuple)
BODIES = st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode))
MILLISECONDS = st.none() | st.floats(0, 1e6, allow_nan=False)
CERTIFICATES = st.builds(
    PeerCertificate, st.text(), st.text(), st.text(), not_before=AWARE, not_after=AWARE, sha256=st.text()
)
EXCHANGES = st.builds(
    Exchange,
    id=st.text(),
    scenario=st.text(),
    step=st.text(),
    started=AWARE,
    request=st.builds(Request, st.text(max_size=8), st.text(), HEADERS, BODIES),
    response=st.none() | st.builds(Response, st.integers(0, 999), HEADERS, BODIES, st.text(), st.booleans()),
    fault=st.none() | st.builds(Fault, st.sampled_from(FaultKind), st.text(), st.text()),
    tls=st.none() | st.builds(TlsFacts, st.text(), st.text(), st.none() | CERTIFICATES),
    timings=st.builds(Timings, *[MILLISECONDS] * 6),
    direction=st.sampled_from(Direction),
    facts=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3),
)
COOKIES = st.builds(Cookie, st.text(), st.text(), st.text(), st.booleans(), st.booleans(), st.text())
PAGES = st.builds(
    Page,
    id=st.text(),
    scenario=st.text(),
    step=st.text(),
    started=AWARE,
    url=st.text(),
    status=st.none() | st.integers(0, 999),
    title=st.text(),
    text=st.text(),
    marks=st.lists(st.text(), max_size=3).map(tuple),
    hops=st.lists(st.text(), max_size=3).map(tuple),
    cookies=st.lists(COOKIES, max_size=2).map(tuple),
    referrers=st.lists(st.text(), max_size=2).map(tuple),
    duration=st.floats(0, 1e6, allow_nan=False),
    fault=st.none() | st.builds(Fault, st.sampled_from(FaultKind), st.text(), st.text()),
    screenshot=st.text(),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON_VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6
)
JUDGEMENTS = st.builds(
    Judgement,
    st.text(),
    st.text(),
    st.lists(st.text(), max_size=3).map(tuple),
    st.dictionaries(st.text(), JSON_VALUES, max_size=3),
)
ARRIVALS = st.builds(
    Arrival,
    st.text(),
    st.integers(1),
    st.floats(0, 1e6),
    st.integers(1, 25),
    *[st.none() | st.floats(0, 1e6)] * 3,
    st.none() | st.integers(100, 599),
    st.none() | st.sampled_from(FaultKind),
    st.integers(0, 10**9),
    st.booleans(),
    st.text(),
)
REMARKS = st.builds(
    Remark,
    st.text(),
    st.sampled_from(RemarkKind),
    st.text(),
    st.lists(st.text(), max_size=3).map(tuple),
    st.text(),
    st.text(),
)
