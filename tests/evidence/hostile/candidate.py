"""A campaign whose candidate chose every one of its texts to harm: the journal of the example, with these texts in place of its own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sas_recette.exchange.journal import JournalWriter, read_journal
from sas_recette.exchange.lines import to_bytes
from sas_recette.exchange.model import (
    Attachment,
    Cookie,
    Direction,
    Exchange,
    Fault,
    FaultKind,
    Headers,
    Page,
    PeerCertificate,
    Remark,
    RemarkKind,
    TlsFacts,
)

EXAMPLE: Final = Path(__file__).parents[3] / "reports" / "example"
OUTSIDE: Final = "mechant.example"

PAYLOADS: Final = (
    "<script>alert(document.domain)</script>",
    '"><img src=x onerror=alert(1)><svg/onload=alert(2)>',
    f"javascript:fetch('https://{OUTSIDE}/')",
    f"<a href=https://{OUTSIDE}/ onmouseover=alert(3)>cliquez</a><iframe src=//{OUTSIDE}></iframe>",
    f'=HYPERLINK("https://{OUTSIDE}/";"cliquez")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\u202etxt.exe\u202c \u2066caché\u2069 \u200f\ufeff",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "\x1b[2J\x1b[1;1H\x1b[31mEffacé\x1b[0m",
    f"\x1b]8;;https://{OUTSIDE}/\x1b\\cliquez\x1b]8;;\x1b\\",
    "\x9b2J\x9d0;titre\x07\x90q\x9c",
    "avant\x00après",
    "\ud800 seul \udfff",
    "A" * 100_000,
    "a'b\"c`d\\e$(touch x)",
    "]]><!--<failure/>--> <?xml version='1.0'?> &amp; &lt; &#0;",
    f'#link("https://{OUTSIDE}/")[x] #eval("1") $x$ = Titre @ref <label> #include "/etc/passwd"',
    f"[cliquez](https://{OUTSIDE}/) ![x](https://{OUTSIDE}/x.png) | a | b | **gras** `code` <b>html</b>\n# Titre\n- x",
    f"https://{OUTSIDE}/chemin www.{OUTSIDE} <https://{OUTSIDE}> @personne #12 {{{{ 7*7 }}}} {{% x %}}",
    "‮‏ [bold red]rich[/] [link=https://mechant.example]x[/link]",
)
_KEPT: Final = frozenset({"resourceType", "reference", "fullUrl", "id", "system", "status", "type", "mode"})
_OF_CANDIDATE: Final = (
    "client",
    "redirect_uri",
    "scope",
    "acr_values",
    "client_cn",
    "client_ou",
    "certificate",
    "appointment",
)


def record(folder: Path) -> None:
    """Write the journal, and the pictures of its pages, into the folder of a campaign."""
    source, texts = read_journal(EXAMPLE / "journal"), itertools.cycle(PAYLOADS)
    header = replace(source.header, declared=_declared(source.header.declared, texts))
    with JournalWriter(folder / "journal", header, clock=lambda: datetime(2026, 6, 16, tzinfo=UTC)) as writer:
        for scenario in header.plan:
            writer.scenario_started(scenario)
            for rank, exchange in enumerate(source.exchanges.values()):
                if exchange.scenario == scenario:
                    writer.exchange(_exchange(exchange, texts, deep=bool(rank % 2)))
            for page in source.pages.values():
                if page.scenario == scenario:
                    writer.page(_page(page, texts))
            for judgement in source.judgements:
                if judgement.scenario == scenario:
                    writer.judgement(judgement)
            for remark in _remarks(scenario, texts):
                writer.remark(remark)
            writer.scenario_ended(scenario, 1.0)
    (folder / "pages").mkdir()
    for picture in (EXAMPLE / "pages").glob("*.jpg"):
        (folder / "pages" / picture.name).write_bytes(picture.read_bytes())


def bundle(texts: Iterator[str], body: bytes, *, deep: bool = False) -> bytes:
    """A body of JSON with a hostile text at each leaf; `deep` keeps what ties resources, so that rules read on."""
    try:
        return to_bytes({"": _leaves(json.loads(body), texts, deep=deep)})[4:-2]
    except ValueError:
        return next(texts).encode("utf-8", "surrogatepass")


def _leaves(node: Any, texts: Iterator[str], *, deep: bool, key: str = "") -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {name: _leaves(value, texts, deep=deep, key=name) for name, value in node.items()}
    if isinstance(node, list):
        return [_leaves(value, texts, deep=deep, key=key) for value in node]
    return next(texts) if isinstance(node, str) and not (deep and key in _KEPT) else node


def _declared(declared: Mapping[str, object], texts: Iterator[str]) -> dict[str, object]:
    known = json.loads(json.dumps(dict(declared)))
    known["candidate"] |= {name: next(texts)[:200] for name in ("editor", "product", "version", "build")}
    known["candidate"]["testers"] = [next(texts)[:200] for _ in range(3)]
    for answer in known.get("attestations", ()):
        answer["statement"] = next(texts)
    return dict(known)


def _exchange(exchange: Exchange, texts: Iterator[str], *, deep: bool) -> Exchange:
    request, response = exchange.request, exchange.response
    if exchange.direction is not Direction.SENT:
        body = bundle(texts, request.body, deep=deep) if request.body else b""
        url = f"{request.url.partition('?')[0]}?q={next(texts)}"
        request = replace(request, url=url, headers=_headers(request.headers, texts), body=body)
    if response is not None and exchange.direction is not Direction.RECEIVED:
        body = bundle(texts, response.body, deep=deep)
        response = replace(response, headers=_headers(response.headers, texts), body=body)
    peer = PeerCertificate(next(texts), next(texts), next(texts), exchange.started, exchange.started, next(texts))
    facts = {name: next(texts) if name in _OF_CANDIDATE else value for name, value in exchange.facts.items()}
    return replace(
        exchange,
        request=request,
        response=response,
        facts=facts,
        tls=TlsFacts(next(texts), next(texts), peer),
        fault=Fault(FaultKind.PROTOCOL, "receive", next(texts)) if deep else exchange.fault,
    )


def _headers(headers: Headers, texts: Iterator[str]) -> Headers:
    return (*((name, next(texts)) for name, _ in headers), (next(texts), next(texts)), ("Set-Cookie", next(texts)))


def _page(page: Page, texts: Iterator[str]) -> Page:
    cookie = Cookie(next(texts), next(texts), next(texts), secure=True, http_only=False, same_site=next(texts))
    return replace(
        page,
        url=next(texts),
        title=next(texts),
        text="\n".join(next(texts) for _ in range(3)),
        cookies=(cookie,),
        referrers=(next(texts),),
        fault=Fault(FaultKind.PROTOCOL, "navigation", next(texts)),
    )


def _remarks(scenario: str, texts: Iterator[str]) -> Iterator[Remark]:
    joined = (Attachment(next(texts), next(texts), 5, "c" * 64), Attachment("../../secret", next(texts), 5, "d" * 64))
    said = {"date": next(texts), "comment": next(texts), "attachments": joined}
    yield Remark(scenario, RemarkKind.ATTESTED, next(texts), ("SEC-022",), "oui", next(texts), **said)  # type: ignore[arg-type]
    yield Remark(scenario, RemarkKind.JOINED, next(texts), (), "rgpd", attachments=joined)
    yield Remark(scenario, RemarkKind.NOT_VERIFIED, next(texts), ("AGR-PS-021",))
    yield Remark(scenario, RemarkKind.BENCH_ERROR, next(texts), ("AGR-PS-022",))
