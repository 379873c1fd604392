from __future__ import annotations

import shlex
import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sas_recette.evidence.page.curl import curl_command, rerun_command, shell_quote
from sas_recette.exchange.model import Exchange, Request

BASH = shutil.which("bash") or "/bin/bash"


def exchange(request: Request) -> Exchange:
    return Exchange("E1", "S1", "", datetime(2026, 1, 1, tzinfo=UTC), request)


def words(request: Request) -> list[str]:
    return shlex.split(curl_command(exchange(request)))


def test_a_search() -> None:
    request = Request(
        "GET", "https://a.example/Slot?start=ge2026&x='$(id)'", (("Accept", "application/fhir+json"), ("Host", "a"))
    )
    assert words(request) == [
        "curl",
        "--include",
        "--globoff",
        "--path-as-is",
        "--cert",
        "client.crt",
        "--key",
        "client.key",
        "--header",
        "Accept: application/fhir+json",
        "--url",
        "https://a.example/Slot?start=ge2026&x='$(id)'",
    ]


def test_no_certificate_on_plain_http() -> None:
    assert "--cert" not in words(Request("GET", "http://a.example/"))


def test_a_body_is_never_taken_for_a_file() -> None:
    request = Request("POST", "http://a.example/", (), b"@/etc/passwd")
    assert words(request)[4:8] == ["--request", "POST", "--data-raw", "@/etc/passwd"]


@pytest.mark.parametrize("body", [b"\xff", b"a\0b", b"x" * 2001])
def test_a_binary_or_long_body_is_read_from_a_named_file(body: bytes) -> None:
    assert words(Request("PUT", "http://a.example/", (), body))[6:8] == ["--data-binary", "@corps-E1.bin"]


def test_head_and_odd_headers() -> None:
    request = Request("HEAD", "http://a.example/", (("@file", "x"), ("X-Empty", ""), ("Content-Length", "3")))
    assert words(request)[4:] == ["--head", "--header", "X-Empty;", "--url", "http://a.example/"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("abc", "abc"),
        ("a b", "'a b'"),
        ("a\nb", "$'a\\012b'"),
        ("it's\x07", "$'it\\'s\\007'"),
        ("\u202e", "$'\\342\\200\\256'"),
        ("é", "'é'"),
    ],
)
def test_quoting(text: str, quoted: str) -> None:
    assert shell_quote(text) == quoted


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_a_shell_gives_the_word_back(text: str) -> None:
    command = f"printf %s {shell_quote(text)}"
    done = subprocess.run([BASH, "-c", command], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})  # noqa: S603
    assert done.stdout == text.encode()


def test_rerun() -> None:
    assert rerun_command("AGR-PS-01") == "sas-recette run --scenario AGR-PS-01"
    assert rerun_command("a; rm") == "sas-recette run --scenario 'a; rm'"
