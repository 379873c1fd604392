"""Looking for secrets in a dossier: every one that went by, in every file."""

from __future__ import annotations

import zipfile
from base64 import b64encode
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from sas_recette.exchange.journal import JournalWriter
from sas_recette.exchange.model import Exchange
from sas_recette.platform.identity.provider import Provider


class Watched:
    """Every secret of a campaign, as it went by: what the platform issued, what browsers and servers said in cookies."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.providers: list[Provider] = []
        self.cookies: set[str] = set()
        made, written = Provider.__init__, JournalWriter.exchange

        def make(provider: Provider, **settings: Any) -> None:  # noqa: ANN401
            made(provider, **settings)
            self.providers.append(provider)

        def write(writer: JournalWriter, exchange: Exchange) -> Exchange:
            headers = exchange.response.headers if exchange.response else ()
            self.cookies |= {value.partition("=")[2].partition(";")[0] for key, value in headers if key == "set-cookie"}
            return written(writer, exchange)

        patch.setattr(Provider, "__init__", make)
        patch.setattr(JournalWriter, "exchange", write)

    def all(self) -> set[str]:
        issued = set().union(*(provider.secrets() for provider in self.providers))
        return {one for one in issued | self.cookies if len(one) > 5}


def written_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a dossier, those of archives and of the workbook too."""
    for path in (one for one in folder.rglob("*") if one.is_file()):
        yield path.name, path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())


def forms_of(secret: str) -> set[bytes]:
    return {one.encode() for one in (secret, quote(secret, safe=""), quote_plus(secret))} | {b64encode(secret.encode())}


def leaks(dossier: Path, secrets: Collection[str]) -> set[str]:
    """The files of a dossier that hold one of these secrets."""
    return {
        name
        for name, content in written_in(dossier)
        for secret in secrets
        if any(form in content for form in forms_of(secret))
    }
