"""The browser's requests as exchanges of the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from sas_recette.exchange.masking import MASK
from sas_recette.exchange.model import Direction, Exchange, Fault, Headers, Request, Response, Timings
from sas_recette.platform.chromium.faults import ABORTED, network_fault
from sas_recette.platform.chromium.patience import Patience
from sas_recette.platform.chromium.watching import Hop

if TYPE_CHECKING:
    from playwright.sync_api import Request as BrowserRequest
    from playwright.sync_api import Response as BrowserResponse

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Recorder:
    """Turns hops into exchanges. `passwords`, as they were typed so far, are masked in the bodies that the browser sends.

    Nothing else is: that a page sends what it should not is for the bench to see.
    """

    def __init__(self, *, ids: Callable[[], str], patience: Patience, passwords: Collection[str]) -> None:
        self._ids = ids
        self._patience = patience
        self._passwords = passwords

    def exchange(self, hop: Hop, *, scenario: str, step: str, light: bool) -> Exchange:
        """The exchange of one hop; without any body of response when `light`."""
        response = self._response(hop, light=light)
        return Exchange(
            id=self._ids(),
            scenario=scenario,
            step=step,
            started=hop.started,
            request=self._request(hop),
            response=response,
            fault=_fault(hop, response),
            timings=_timings(hop.request),
            direction=Direction.BROWSED,
        )

    def _request(self, hop: Hop) -> Request:
        request = hop.request
        body = (request.post_data_buffer or b"")[: self._patience.excerpt]
        return Request(request.method, request.url, _request_headers(hop), masked(body, self._passwords))

    def _response(self, hop: Hop, *, light: bool) -> Response | None:
        from playwright.sync_api import Error

        given = hop.response
        if given is None:
            return None
        headers = _response_headers(given)
        wanted = hop.request.resource_type == "document" and given.status not in _REDIRECTS
        if not wanted:
            return Response(given.status, headers)
        if light or not hop.over or hop.failure:
            return Response(given.status, headers, complete=False)
        try:
            body = given.body()
        except Error:  # a document that the browser kept nothing of, such as an empty one
            return Response(given.status, headers, complete=given.status == HTTPStatus.NO_CONTENT)
        return Response(
            given.status, headers, body[: self._patience.excerpt], complete=len(body) <= self._patience.excerpt
        )


def masked(body: bytes, secrets: Iterable[str]) -> bytes:
    """A body without secret values, as they are written in forms and in JSON."""
    for secret in secrets:
        for written in {secret, quote(secret, safe=""), quote_plus(secret)}:
            if written:
                body = body.replace(written.encode(), MASK.encode())
    return body


def _request_headers(hop: Hop) -> Headers:
    from playwright.sync_api import Error

    if hop.response is None:  # the real ones are only known with the answer
        return tuple(hop.request.headers.items())
    try:
        return _headers((one["name"], one["value"]) for one in hop.request.headers_array())
    except Error:
        return tuple(hop.request.headers.items())


def _response_headers(response: BrowserResponse) -> Headers:
    from playwright.sync_api import Error

    try:
        return _headers((one["name"], one["value"]) for one in response.headers_array())
    except Error:
        return tuple(response.headers.items())


def _headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    return tuple((name, value) for name, value in pairs if not name.startswith(":"))


def _fault(hop: Hop, response: Response | None) -> Fault | None:
    if not hop.failure or (hop.failure == ABORTED and response is not None):
        return None
    return network_fault(hop.failure)


def _timings(request: BrowserRequest) -> Timings:
    times = request.timing
    return Timings(
        connect=_between(times["connectStart"], times["connectEnd"]),
        tls=_between(times["secureConnectionStart"], times["connectEnd"]),
        first_byte=_between(times["requestStart"], times["responseStart"]),
        total=_between(times["requestStart"], times["responseEnd"]),
        whole=_between(0.0, times["responseEnd"]),
        dns=_between(times["domainLookupStart"], times["domainLookupEnd"]),
    )


def _between(start: float, end: float) -> float | None:
    return round(end - start, 3) if start >= 0 and end >= start else None
