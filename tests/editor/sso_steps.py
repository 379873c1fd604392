"""What can be seen of a log-in, one observation a step: where it ends and who is let in, in a word or two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import httpx

from sas_recette.editor.accounts.model import Identifier, Regulator, Uniqueness
from sas_recette.norm.canonicals import SAS_TECHNICAL_SYSTEM
from sas_recette.platform.identity.knobs import Knob
from tests.editor.bench import AGENDA_BASE
from tests.editor.sso_bench import (
    AGENDA,
    CENTRE,
    ENTRY,
    LISE,
    PAUL,
    REGULATION,
    SECRET,
    STAFF_PASSWORD,
    STRANGER,
    SsoBench,
    Surfer,
    kind,
    main_of,
)

Step = Callable[[SsoBench], str]
OTHER: Final = f"{AGENDA_BASE}/ps/hugo-tessier"


def seen(surfer: Surfer, url: str) -> str:
    """Where an address leads, and the session there."""
    try:
        page = surfer.open(url)
    except httpx.TooManyRedirects:
        return "loop"
    return ended(page)


def ended(page: httpx.Response) -> str:
    if page.status_code >= 500:
        return f"{page.status_code}"
    return f"{page.url.path} {kind(page)}" if page.content else "blank"


def arrival(bench: SsoBench, url: str = ENTRY, knob: Knob | None = None) -> str:
    bench.stage(PAUL, *([knob] if knob else []))
    return seen(bench.surfer(), url)


def disconnected(bench: SsoBench) -> str:
    bench.stage(connected=False)
    page = bench.surfer().open(ENTRY)
    return "platform" if page.url.host == "sas.example" else f"{main_of(page).split()[0]} {'depart' in page.text}"


def after_another(bench: SsoBench) -> str:
    bench.account(LISE)
    surfer = bench.surfer()
    bench.stage(LISE)
    surfer.open(ENTRY)
    bench.stage(PAUL)
    return whose(surfer.open(ENTRY))


def after_a_local_session(bench: SsoBench) -> str:
    bench.account(LISE)
    surfer = bench.surfer()
    form = {"identifiant": LISE.email, "mot_de_passe": STAFF_PASSWORD}
    local = surfer.send(f"{AGENDA_BASE}/connexion", form | {"suite": "/ps/aline-mercier"})
    bench.stage(PAUL)
    return f"{kind(local)} then {whose(surfer.open(ENTRY))}"


def whose(page: httpx.Response) -> str:
    return next((name for name in ("Paul", "Lise") if f"en tant que {name}" in page.text), "nobody")


def second_slot(bench: SsoBench) -> str:
    bench.stage()
    surfer = bench.surfer()
    surfer.open(ENTRY)
    return seen(surfer, f"{OTHER}?origin=sas")


def two_tabs(bench: SsoBench) -> str:
    bench.stage()
    surfer = bench.surfer()
    starts = [surfer.stop(url).headers["location"] for url in (ENTRY, f"{OTHER}?origin=sas")]
    return seen(surfer, surfer.stop(starts[0]).headers["location"])


def tampered(bench: SsoBench, target: str) -> str:
    bench.stage()
    surfer = bench.surfer()
    first = surfer.run(surfer.client.get(f"{AGENDA_BASE}/sso/depart", params={"suite": target}, follow_redirects=False))
    back = surfer.stop(first.headers["location"]).headers["location"]
    return surfer.stop(back).headers["location"]


def address(bench: SsoBench) -> str:
    bench.stage()
    return " ".join(sorted(bench.surfer().open(ENTRY).url.params))


def request(bench: SsoBench) -> str:
    """The first authorization request, and what was sent twice."""
    bench.stage()
    for _ in range(2):
        bench.surfer().open(ENTRY)
    facts = bench.facts("authorization")
    first, last = facts[0], facts[-1]
    openid = "openid" in first["scope"].split()
    return (
        f"{first['response_type']} openid={openid} state={last['state']} nonce={last['nonce']}"
        f" pkce={last['challenge']} fresh={last['challenge_new']} secret={first['secret_in_url']}"
    )


def exchange(bench: SsoBench) -> str:
    bench.stage()
    bench.surfer().open(ENTRY)
    return " ".join(
        f"{one['authentication']}/{one['authenticated']}/{one['secret_in_url']}/{one['outcome']}"
        for one in bench.facts("token")
    )


def disclosure(bench: SsoBench) -> str:
    bench.stage()
    return str(SECRET.replace("&", "&amp;") in bench.surfer().open(ENTRY).text)


def other_browser(bench: SsoBench) -> str:
    bench.stage(PAUL, Knob.HELD)
    bench.surfer().open(ENTRY)
    return seen(bench.surfer(), bench.provider.response)


def replayed(bench: SsoBench) -> str:
    bench.stage()
    surfer = bench.surfer()
    surfer.open(ENTRY)
    surfer.forget()
    return seen(surfer, bench.provider.response)


def rotation(bench: SsoBench) -> str:
    return f"{arrival(bench)} then {arrival(bench, knob=Knob.ROTATED_KEY)}"


def technical(bench: SsoBench) -> str:
    number = Identifier(SAS_TECHNICAL_SYSTEM, "b6e39355-8a61-4556-b340-36f7b95fec6a")
    regulator = Regulator((number,), active=True, family="Anzalone", given="Lise", email=LISE.email)
    with bench.store.regulators.transaction() as register:
        register.accept_terms(register.add(regulator, "", bench.now, Uniqueness()).id, bench.now)
    bench.stage(LISE)
    return seen(bench.surfer(), ENTRY)


def unknown(bench: SsoBench) -> str:
    bench.stage(STRANGER)
    first = seen(bench.surfer(), ENTRY)
    with bench.store.regulators.transaction() as register:
        accounts = len(register.with_email(STRANGER.email))
    return f"{first} accounts={accounts} then {seen(bench.surfer(), ENTRY)}"


def inactive(bench: SsoBench) -> str:
    bench.account(LISE, active=False)
    bench.stage(LISE)
    return seen(bench.surfer(), ENTRY)


def moved(bench: SsoBench, now: str) -> str:
    account = bench.account(LISE)
    bench.change(account, replace(account.regulator, email="lise.nouvelle@regul.example"))
    bench.stage(replace(LISE, email=now))
    return seen(bench.surfer(), ENTRY)


def management(bench: SsoBench) -> str:
    bench.stage()
    surfer = bench.surfer()
    surfer.open(ENTRY)
    return str(surfer.open(f"{AGENDA_BASE}/gestion").status_code)


def local_rights(bench: SsoBench) -> str:
    surfer = bench.surfer()
    form = {"identifiant": PAUL.email, "mot_de_passe": STAFF_PASSWORD, "suite": "/ps/aline-mercier"}
    page = surfer.send(f"{AGENDA_BASE}/connexion", form)
    return f"{kind(page)} {surfer.open(REGULATION).status_code}"


def terms(bench: SsoBench) -> str:
    bench.account(LISE, terms=False)
    bench.stage(LISE)
    return seen(bench.surfer(), ENTRY)


_JOURNEYS: Final[dict[str, Step]] = {
    "arrival": arrival,
    "centre": partial(arrival, url=CENTRE),
    "without origin": partial(arrival, url=AGENDA),
    "empty origin": partial(arrival, url=f"{AGENDA}&origin="),
    "unknown origin": partial(arrival, url=f"{AGENDA}&origin=autre"),
    "origin in capitals": partial(arrival, url=f"{AGENDA}&origin=SAS"),
    "origin twice": partial(arrival, url=f"{ENTRY}&origin=sas"),
    "disconnected": disconnected,
    "after another": after_another,
    "after a local session": after_a_local_session,
    "second slot": second_slot,
    "two tabs": two_tabs,
    "target with a scheme": partial(tampered, target="https://ailleurs.example/x"),
    "target without scheme": partial(tampered, target="//ailleurs.example/x"),
    "target with a backslash": partial(tampered, target="/\\ailleurs.example"),
    "address": address,
    "request": request,
    "exchange": exchange,
    "disclosure": disclosure,
    "other browser": other_browser,
    "replayed": replayed,
    "rotation": rotation,
    "technical": technical,
    "unknown": unknown,
    "inactive": inactive,
    "new address": partial(moved, now="lise.nouvelle@regul.example"),
    "former address": partial(moved, now=LISE.email),
    "management": management,
    "local rights": local_rights,
    "terms": terms,
}

_KNOBS: Final[dict[str, Step]] = {
    knob.value: partial(arrival, knob=knob)
    for knob in Knob
    if knob not in {Knob.HELD, Knob.UNTRUSTED_CERTIFICATE, Knob.TOKEN_SILENT, Knob.KEYS_DOWN, Knob.ROTATED_KEY}
}

STEPS: Final[Mapping[str, Step]] = _JOURNEYS | _KNOBS
