"""What a secret of OpenID Connect looks like in a text, and the same text without it (security.md §8).

Secrets are told by the name they go under, in a query, a fragment, a form, JSON or an HTML field, however these are nested
and escaped; a token is told by its form too, wherever it stands. Names are kept, and every function here is idempotent.
`state`, `nonce` and `session_state` open nothing by themselves: they stay, as proof.
"""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"

_SECRETS: Final = (
    "access_token",
    "actor_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code_verifier",
    "device_code",
    "id_token",
    "id_token_hint",
    "logout_token",
    "mot_de_passe",
    "motdepasse",
    "passwd",
    "password",
    "refresh_token",
    "session_code",
    "subject_token",
    "token",
)
# « code » alone is an ordinary word of JSON (FHIR, error bodies): it is an authorisation code in queries, forms and fields.
_ANY: Final = "|".join(_SECRETS)
_ANY_OR_CODE: Final = f"{_ANY}|code"
_FLAGS: Final = re.IGNORECASE | re.ASCII

_USER_PART: Final = re.compile(r"(://)[^/?#@\s\"'<>\\]*@", _FLAGS)
_URL_USER_PART: Final = re.compile(r"\A([a-z][a-z0-9+.-]*://)[^/?#@]*@", _FLAGS)
_URL_PAIR: Final = re.compile(rf"((?:\A|[?&#;])(?:{_ANY_OR_CODE})=)[^&#]*", _FLAGS)
_PAIR: Final = re.compile(
    rf"((?:\A|[?&#;]|\\u0026)(?:{_ANY_OR_CODE})(?:=|&\#x3d;|&\#61;|\\u003d))[^&#\s\"'<>\\]*", _FLAGS
)
# An address within an address: `redirect_uri=https%3A%2F%2F…%3Fcode%3D…`, and so on at any depth (`%253F`).
_NESTED_PAIR: Final = re.compile(
    rf"(%((?:25)*)(?:3f|26|23|3b)(?:{_ANY_OR_CODE})(?:=|%\2(?:3d)))(?:(?!%26|%23|%\2(?:26|23))[^&#\s\"'<>\\])*", _FLAGS
)
_TOKEN: Final = re.compile(
    r"(?:(?<![A-Za-z0-9_-])|(?<=%3D)|(?<=%3d)|(?<=%22))eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){2,4}", re.ASCII
)
_MARKED: Final = re.compile(r"[=:%&\\]|eyJ")
"""One of these is in every secret that `mask_text` knows; most headers have none."""
_FORM_PAIR: Final = re.compile(rf"((?:\A|&)(?:{_ANY_OR_CODE})=)[^&]*", _FLAGS)


def _json_pair(names: str) -> re.Pattern[str]:
    """A string member of JSON, whose quotes may be escaped for the text that holds it."""
    quote = r"(?P<q>\\{0,7}\"|'|&quot;|&\#34;)"
    return re.compile(rf"({quote}(?:{names})(?P=q)\s*:\s*(?P=q))(?:(?!(?P=q))(?:\\.|[^\\]))*", re.DOTALL | _FLAGS)


_JSON_PAIR: Final = _json_pair(_ANY)
_JSON_PAIR_OR_CODE: Final = _json_pair(_ANY_OR_CODE)
_BESIDE_A_CODE: Final = re.compile(r"\"(?:state|session_state|redirect_uri|code_verifier|grant_type)\"\s*:", _FLAGS)
_PART: Final = re.compile(
    rf'(\bname="(?:{_ANY_OR_CODE})"[^\r\n]*(?:\r\n[^\r\n]+)*\r\n\r\n).*?(?=\r\n--|\Z)', re.DOTALL | _FLAGS
)
_FIELD: Final = re.compile(r"<(?:input|button)\b(?:[^<>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*", _FLAGS)
_SECRET_FIELD: Final = re.compile(
    rf"(?<![\w-])(?:(?:name|id)\s*=\s*[\"']?(?:{_ANY_OR_CODE})|type\s*=\s*[\"']?password)(?![\w.-])", _FLAGS
)
_FIELD_VALUE: Final = re.compile(
    r"((?<![\w-])value\s*=\s*(?P<q>[\"']?))(?:(?<=[\"'])(?:(?!(?P=q)).)+|[^\s\"'>]+)", re.DOTALL | _FLAGS
)


def mask_url(url: str) -> str:
    """An address without the secrets of its user part, query and fragment, nor of the addresses nested in them."""
    plain = _URL_PAIR.sub(rf"\1{MASK}", _URL_USER_PART.sub(rf"\1{MASK}@", url))
    return _mask_nested(plain)


def mask_text(text: str) -> str:
    """A text of any kind without the secrets of the addresses and of the JSON that it holds, nor tokens."""
    if not _MARKED.search(text):
        return text
    without_pairs = _mask_nested(_PAIR.sub(rf"\1{MASK}", text))
    return _USER_PART.sub(rf"\1{MASK}@", _JSON_PAIR.sub(rf"\1{MASK}", without_pairs))


def mask_json(text: str) -> str:
    """JSON without the secrets of its members; a `code` beside a `state`, as a page posts it, is one."""
    masked = mask_text(text)
    return _JSON_PAIR_OR_CODE.sub(rf"\1{MASK}", masked) if _BESIDE_A_CODE.search(masked) else masked


def mask_form(text: str) -> str:
    """An encoded form without the secrets of its fields, nor of the addresses in them."""
    return _mask_nested(_FORM_PAIR.sub(rf"\1{MASK}", text))


def mask_multipart(text: str) -> str:
    """A multipart body without the content of its secret parts."""
    return _mask_nested(_PART.sub(rf"\1{MASK}", text))


def mask_html(text: str) -> str:
    """An HTML document without the values of its secret fields, nor the secrets of its links and scripts."""
    return mask_text(_FIELD.sub(lambda match: _mask_field(match[0]), text))


def _mask_nested(text: str) -> str:
    if "%" in text:
        text = _NESTED_PAIR.sub(rf"\1{MASK}", text)
    return _TOKEN.sub(MASK, text) if "eyJ" in text else text


def _mask_field(tag: str) -> str:
    return _FIELD_VALUE.sub(rf"\1{MASK}", tag) if _SECRET_FIELD.search(tag) else tag
