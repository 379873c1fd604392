from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.exchange.search import parse_search_url
from sas_recette.norm.requirements import Flow
from sas_recette.platform.aggregator import (
    OffsetStyle,
    SearchWindow,
    SlotQuery,
    search_window,
)
from sas_recette.platform.transport import Transport
from tests.platform.loopback import answering, http, serving

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 6, 16, 10, 12, tzinfo=PARIS)
WINDOW = search_window(NOW)
RPPS = "urn:oid:1.2.250.1.71.4.2.1"
SIRET = "urn:oid:1.2.250.1.71.4.2.2"
BASE = "https://agenda.example/fhir"


def query(flow: Flow = Flow.INT_R01, *identifiers: str) -> SlotQuery:
    return SlotQuery(BASE, flow, identifiers or ("899900000011",), WINDOW)


def test_the_ps_search_is_the_published_one() -> None:
    assert query(Flow.INT_R01, "899900000011", "899900000029").url() == (
        "https://agenda.example/fhir/Slot?_include=Slot:schedule&_include:iterate=Schedule:actor"
        "&start=ge2026-06-16T10:12:00.000%2B02:00&start=le2026-06-18T23:59:59.999%2B02:00"
        "&schedule.actor:Practitioner.identifier=urn:oid:1.2.250.1.71.4.2.1%7C899900000011,"
        "urn:oid:1.2.250.1.71.4.2.1%7C899900000029"
        "&status=free"
    )


def test_the_cpts_search_is_the_published_one() -> None:
    assert query(Flow.INT_R04, "899900000052").url() == (
        "https://agenda.example/fhir/Slot?_include=Slot:schedule&_include:iterate=Schedule:actor"
        "&_include=Slot:service-type-reference&_include:iterate=HealthcareService:organization"
        "&start=ge2026-06-16T10:12:00.000%2B02:00&start=le2026-06-18T23:59:59.999%2B02:00"
        "&schedule.actor:Practitioner.identifier=urn:oid:1.2.250.1.71.4.2.1%7C899900000052&status=free"
    )


def test_the_sos_search_is_the_published_one() -> None:
    assert query(Flow.INT_SOS1, "399900021900017", "399900022700010").url() == (
        "https://agenda.example/fhir/Schedule?_revinclude=Slot:schedule&_include=Schedule:actor:Location"
        "&_include:iterate=Location:organization"
        "&_has:Slot:schedule:start=ge2026-06-16T10:12:00.000%2B02:00"
        "&_has:Slot:schedule:start=le2026-06-18T23:59:59.999%2B02:00"
        "&_has:Slot:schedule:status=free"
        "&actor:Location.organization.identifier=urn:oid:1.2.250.1.71.4.2.2%7C399900021900017,"
        "urn:oid:1.2.250.1.71.4.2.2%7C399900022700010"
    )


def test_the_variants() -> None:
    def url(**options: object) -> str:
        return SlotQuery(BASE + "/", Flow.INT_R01, ("899900000011",), WINDOW, **options).url()  # type: ignore[arg-type]

    assert f"{RPPS}|899900000011" in url(raw_pipe=True)
    assert "start=ge2026-06-16T10:12:00.000+02:00&" in url(raw_plus=True)
    assert "start=ge2026-06-16T10:12:00%2B02:00&start=le2026-06-18T23:59:59%2B02:00&" in url(milliseconds=False)
    assert "start=ge2026-06-16T08:12:00.000%2B00:00&" in url(offset=OffsetStyle.UTC)
    assert "start=ge2026-06-16T10:12:00.000&" in url(offset=OffsetStyle.NONE)
    assert "start=ge2026-06-16T12:12:00.000%2B04:00&" in url(offset=timezone(timedelta(hours=4)))
    assert "start=ge2026-06-16T04:12:00.000-04:00&" in url(offset=timezone(timedelta(hours=-4)))
    assert url(trailing_slash=True).startswith("https://agenda.example/fhir/Slot/?_include=")
    assert url().startswith("https://agenda.example/fhir/Slot?_include=")
    assert url(extra=(("_count", "1000"), ("_format", "application/fhir+json"))).endswith(
        "&status=free&_count=1000&_format=application/fhir%2Bjson"
    )
    assert "?start=geABCD&start=le2026" in url(lower_text="ABCD", includes=())


def test_the_headers_are_those_of_the_platform() -> None:
    assert query().request().headers == (("Accept", "application/json+fhir"),)
    assert query().request().method == "GET"


@pytest.mark.parametrize("identifiers", [(), ("8" + "9" * 11,) * 26, ("8 9",), ("8,9",), ("",), ("8&x=1",)])
def test_what_the_platform_never_sends(identifiers: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="identifier"):
        SlotQuery(BASE, Flow.INT_R01, identifiers, WINDOW)


def test_a_window_has_aware_bounds_in_order() -> None:
    with pytest.raises(ValueError, match="aware"):
        SearchWindow(datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC))  # noqa: DTZ001
    with pytest.raises(ValueError, match="after"):
        SearchWindow(NOW, NOW - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("now", "end", "hours"),
    [
        # A Friday evening before the spring change (29 March 2026), and before the autumn one (25 October 2026).
        ("2026-03-27T23:30:00+01:00", "2026-03-29T23:59:59.999+02:00", 47.5),
        ("2026-10-23T00:00:00+02:00", "2026-10-25T23:00:00.000+01:00", 72.0),
        # One minute past midnight in Paris is still the day before in UTC.
        ("2026-06-15T22:01:00+00:00", "2026-06-18T23:59:59.999+02:00", 71.983),
        ("2026-12-30T10:00:00+01:00", "2027-01-01T23:59:59.999+01:00", 62.0),
    ],
)
def test_the_window_across_the_clock_changes(now: str, end: str, hours: float) -> None:
    window = search_window(datetime.fromisoformat(now))
    assert window.end.astimezone(PARIS).isoformat(timespec="milliseconds") == end
    assert window.start == datetime.fromisoformat(now)
    assert (window.end - window.start).total_seconds() / 3600 == pytest.approx(hours, abs=0.001)


INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS)
def test_the_window_ends_with_the_day_after_tomorrow_in_paris(instant: datetime) -> None:
    window = search_window(instant)
    assert timedelta(0) <= instant - window.start < timedelta(milliseconds=1)
    assert window.start.microsecond % 1000 == 0
    assert window.end.astimezone(PARIS).date() - window.start.astimezone(PARIS).date() == timedelta(days=2)
    assert timedelta(hours=46) < window.end - window.start <= timedelta(hours=72)
    midnight = (window.end + timedelta(milliseconds=1)).astimezone(PARIS).strftime("%H:%M:%S.%f") == "00:00:00.000000"
    assert midnight or window.end - window.start == timedelta(hours=72)


OFFSETS = st.one_of(
    st.sampled_from([OffsetStyle.AS_PARIS, OffsetStyle.UTC]),
    st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
QUERIES = st.builds(
    SlotQuery,
    base_url=st.sampled_from([BASE, BASE + "/", "http://127.0.0.1:8080"]),
    flow=st.sampled_from([Flow.INT_R01, Flow.INT_R04, Flow.INT_SOS1]),
    identifiers=st.lists(st.from_regex(r"[0-9A-Z]{1,15}", fullmatch=True), min_size=1, max_size=25).map(tuple),
    window=INSTANTS.map(search_window),
    raw_pipe=st.booleans(),
    raw_plus=st.booleans(),
    offset=OFFSETS,
    trailing_slash=st.booleans(),
    extra=st.lists(st.tuples(st.sampled_from(["_count", "_format", "é&="]), st.text(max_size=8)), max_size=2).map(
        tuple
    ),
)


@given(QUERIES)
def test_what_is_built_is_read_back(built: SlotQuery) -> None:
    parsed = parse_search_url(built.url())
    system = SIRET if built.flow is Flow.INT_SOS1 else RPPS
    assert parsed.base == built.base_url.rstrip("/")
    assert parsed.resource == ("Schedule" if built.flow is Flow.INT_SOS1 else "Slot")
    assert parsed.identifiers == tuple(f"{system}|{identifier}" for identifier in built.identifiers)
    assert parsed.lower == built.window.start
    assert parsed.upper == built.window.end
    assert parsed.statuses == ("free",)
    assert len(parsed.includes) == {Flow.INT_R01: 2, Flow.INT_R04: 4, Flow.INT_SOS1: 3}[built.flow]
    if built.extra:
        assert parsed.parameters[-len(built.extra) :] == built.extra


def test_a_search_is_an_exchange() -> None:
    with serving(answering(http(b"{}"))) as server:
        query = SlotQuery(server.url("/fhir"), Flow.INT_R01, ("899900000011",), WINDOW, raw_pipe=True)
        exchange = Transport(clock=lambda: NOW).send(query.request(), scenario="s", step="1")
    assert exchange.response is not None
    assert exchange.response.status == 200
    line = server.requests[0].split(b"\r\n")[0].decode()
    assert line.startswith("GET /fhir/Slot?_include=Slot:schedule&")
    assert "urn:oid:1.2.250.1.71.4.2.1|899900000011" in line
    assert b"\r\nAccept: application/json+fhir\r\n" in server.requests[0]
