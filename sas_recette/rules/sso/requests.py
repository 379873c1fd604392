"""What the relying party sends: the authorization request, the exchange of the code, and what it lets slip (sso.md §6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from sas_recette.exchange.model import Direction, Exchange, Page
from sas_recette.rules.rule import HELD, Observation, Subject, rule
from sas_recette.rules.sso.journey import admitted, at_exchange, at_page, exchanges, received

_GUESSABLE: Final = 8
"""Below that many characters a `state` can be guessed: less than 48 bits, even in base64."""

_RETURNED: Final = frozenset({"code", "state", "access_token", "id_token", "refresh_token"})
"""What an authorization response brings, and an address must not keep."""


@rule("SSO-010")
def authorization_request(subject: Subject) -> Iterator[Observation]:
    """`response_type=code`, a known client, a registered redirect_uri, a scope with `openid` (R1)."""
    for request in received(subject, "authorization"):
        facts = request.facts
        wanted = {
            "response_type": (facts.get("response_type") == "code", "code", facts.get("response_type", "")),
            "client_id": (facts.get("client") == "registered", "le client enregistré", facts.get("client", "")),
            "redirect_uri": (
                facts.get("redirect_uri") == "registered",
                "une redirect_uri enregistrée",
                _parameter(request, "redirect_uri"),
            ),
            "scope": ("openid" in facts.get("scope", "").split(), "un scope avec openid", facts.get("scope", "")),
        }
        wrong = {name: (expected, seen) for name, (held, expected, seen) in wanted.items() if not held}
        for name, (expected, seen) in wrong.items():
            message = f"La demande d’autorisation n’est pas conforme : {name}."
            yield at_exchange(request, f"HTTP.query.{name}", message, expected, seen or "(absent)")
        if not wrong:
            yield HELD


def _parameter(request: Exchange, name: str) -> str:
    return next((value for key, value in parse_qsl(request.request.query, keep_blank_values=True) if key == name), "")


def _state_protects(request: Exchange) -> bool:
    length = request.facts.get("state_length", "0")
    return request.facts.get("state") == "new" and length.isdecimal() and int(length) >= _GUESSABLE


def _challenge_protects(request: Exchange) -> bool:
    return request.facts.get("challenge") in {"S256", "plain"} and request.facts.get("challenge_new") == "yes"


def _nonce_protects(request: Exchange) -> bool:
    return request.facts.get("nonce") == "new"


@rule("SSO-011")
def response_protected(subject: Subject) -> Iterator[Observation]:
    """A `state` that nobody guesses, or else PKCE or a nonce (R2)."""
    for request in received(subject, "authorization"):
        if _state_protects(request) or _challenge_protects(request) or _nonce_protects(request):
            yield HELD
        else:
            message = "Rien ne lie la réponse d’autorisation au navigateur : ni state imprévisible, ni PKCE, ni nonce."
            yield at_exchange(request, "HTTP.query", message, "un state nouveau et imprévisible", _protections(request))


@rule("SSO-046")
def code_protected(subject: Subject) -> Iterator[Observation]:
    """PKCE or a nonce of this very request (R5, OP-14)."""
    for request in received(subject, "authorization"):
        if _challenge_protects(request) or _nonce_protects(request):
            yield HELD
        else:
            message = "La demande ne porte ni code_challenge ni nonce qui lui soit propre, ce que la RFC 9700 (janvier 2025) impose."
            yield at_exchange(request, "HTTP.query", message, "un code_challenge ou un nonce", _protections(request))


@rule("SSO-013")
def nonce_sent(subject: Subject) -> Iterator[Observation]:
    """A nonce of this very request (R4)."""
    for request in received(subject, "authorization"):
        if _nonce_protects(request):
            yield HELD
        else:
            message = "La demande ne porte pas de nonce qui lui soit propre."
            yield at_exchange(request, "HTTP.query.nonce", message, "un nonce nouveau", _word(request, "nonce"))


@rule("SSO-015")
def proof_key(subject: Subject) -> Iterator[Observation]:
    """PKCE with S256, and its verifier when the code is exchanged (R5)."""
    for request in received(subject, "authorization"):
        if request.facts.get("challenge") == "S256" and request.facts.get("challenge_new") == "yes":
            yield HELD
        else:
            message = "La demande ne porte pas de code_challenge S256 qui lui soit propre."
            seen = _word(request, "challenge")
            yield at_exchange(request, "HTTP.query.code_challenge", message, "un code_challenge S256", seen)
    for request in received(subject, "token"):
        if request.facts.get("code") == "new" and request.facts.get("verifier") not in {"right", "none"}:
            message = "Le code_verifier ne correspond pas au code_challenge de la demande."
            seen = _word(request, "verifier")
            yield at_exchange(request, "HTTP.body.code_verifier", message, "le code_verifier de la demande", seen)


@rule("SSO-016")
def code_exchange(subject: Subject) -> Iterator[Observation]:
    """A POST of the code with grant_type=authorization_code and the redirect_uri of the request (R7)."""
    for request in received(subject, "token"):
        facts = request.facts
        if request.request.method != "POST":
            message = "Le code est envoyé au point d’accès jeton autrement que par un POST."
            yield at_exchange(request, "HTTP.method", message, "POST", request.request.method)
            continue
        wanted = {
            "grant_type": (facts.get("grant_type") == "authorization_code", "authorization_code", "grant_type"),
            "redirect_uri": (facts.get("redirect_uri") == "same", "celle de la demande", "redirect_uri"),
        }
        if facts.get("code") in {"unknown", "absent", "other-client"}:
            continue  # nothing tells of which request it is
        wrong = [(name, expected) for name, (held, expected, _) in wanted.items() if not held]
        for name, expected in wrong:
            message = f"L’échange du code n’est pas conforme : {name}."
            yield at_exchange(request, f"HTTP.body.{name}", message, expected, _word(request, name))
        if not wrong:
            yield HELD


@rule("SSO-048")
def client_authenticated(subject: Subject) -> Iterator[Observation]:
    """The call is authenticated by the registered method (R8), `expect["authentication"]`."""
    registered = subject.expect.get("authentication")
    for request in received(subject, "token"):
        used = request.facts.get("authentication")
        if request.facts.get("authenticated") == "yes" and registered in {None, used}:
            yield HELD
        elif request.facts.get("authenticated") == "yes":
            message = "L’appel au point d’accès jeton n’est pas authentifié par la méthode enregistrée."
            yield at_exchange(request, "HTTP.headers.Authorization", message, str(registered), str(used))
        else:
            message = "L’appel au point d’accès jeton n’est pas authentifié par la méthode enregistrée."
            why = request.facts.get("why") or _word(request, "authentication")
            yield at_exchange(request, "HTTP.headers.Authorization", message, "l’authentification du client", why)


@rule("SSO-049")
def secret_kept(subject: Subject) -> Iterator[Observation]:
    """The client secret is in no URL, and nowhere in the browser (R8)."""
    for request in received(subject, "token"):
        if request.facts.get("secret_in_url") == "yes":
            message = "Le secret du client figure dans l’URL du point d’accès jeton."
            yield at_exchange(request, "HTTP.query", message, "le secret hors de toute URL", "secret dans l’URL")
        else:
            yield HELD
    for hop in exchanges(subject, Direction.BROWSED):
        if "secret" in hop.facts:
            message = "Le secret du client est passé par le navigateur."
            yield at_exchange(
                hop, f"HTTP.{hop.facts['secret']}", message, "le secret hors du navigateur", hop.request.path
            )


@rule("SSO-039")
def nothing_left_in_addresses(subject: Subject) -> Iterator[Observation]:
    """Once the regulator is in, no address that is shown or told to others holds code, state or token (R25)."""
    for page in subject.pages:
        if admitted(page):
            yield from _left(page)


def _left(page: Page) -> Iterator[Observation]:
    kept = _returned(page.url)
    told = [one for one in page.referrers if _returned(one)]
    if kept:
        message = f"L’adresse affichée après la connexion garde {', '.join(kept)}."
        yield at_page(page, message, "une adresse sans code, state ni jeton")
    if told:
        message = f"L’adresse de retour, avec {', '.join(_returned(told[0]))}, est transmise à un autre site (Referer)."
        yield at_page(page, message, "aucune transmission à un tiers")
    if not kept and not told:
        yield HELD


def _returned(url: str) -> list[str]:
    """The names of what an authorization response brought, in a URL; that of another page, quoted in it, counts too."""
    parts = urlsplit(url)
    pairs = [pair for part in (parts.query, parts.fragment) for pair in parse_qsl(part, keep_blank_values=True)]
    inner = [name for _, value in pairs if "?" in (plain := unquote(value)) for name in _returned(plain)]
    return list(dict.fromkeys([*(name for name, _ in pairs if name in _RETURNED), *inner]))


@rule("SSO-041")
def health_professional_request(subject: Subject) -> Iterator[Observation]:
    """Pro Santé Connect: `openid scope_all`, `acr_values=eidas1`, state and nonce (sso.md §10.2)."""
    for request in received(subject, "authorization"):
        missing = [
            name
            for name, held in (
                ("scope openid scope_all", {"openid", "scope_all"} <= set(request.facts.get("scope", "").split())),
                ("acr_values=eidas1", "eidas1" in request.facts.get("acr_values", "").split()),
                ("state", request.facts.get("state", "absent") != "absent"),
                ("nonce", request.facts.get("nonce", "absent") != "absent"),
            )
            if not held
        ]
        if missing:
            message = f"La demande à Pro Santé Connect ne porte pas {', '.join(missing)}."
            seen = f"scope={request.facts.get('scope', '')}, acr_values={request.facts.get('acr_values', '')}"
            yield at_exchange(request, "HTTP.query", message, "la demande des connecteurs de l’ANS", seen)
        else:
            yield HELD


_FACTS: Final = {
    "absent": "absent",
    "repeated": "le même que dans une demande précédente",
    "new": "nouveau",
    "other": "autre",
    "malformed": "mal formé",
    "wrong": "faux",
    "unexpected": "présent sans code_challenge",
    "none": "aucun",
}


def _word(request: Exchange, fact: str) -> str:
    value = request.facts.get(fact, "absent")
    return _FACTS.get(value, value)


def _protections(request: Exchange) -> str:
    return ", ".join(f"{name} {_word(request, name)}" for name in ("state", "nonce", "challenge"))


REQUESTS: Final = (
    authorization_request,
    response_protected,
    code_protected,
    nonce_sent,
    proof_key,
    code_exchange,
    client_authenticated,
    secret_kept,
)
"""What every log-in is judged by, whatever becomes of it."""
