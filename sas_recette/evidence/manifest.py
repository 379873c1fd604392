"""manifest.json: the SHA-256 of every file of a dossier, to tell later whether it is whole and unaltered."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from sas_recette.errors import UserError
from sas_recette.evidence.files import write_whole
from sas_recette.evidence.reading.french import size
from sas_recette.evidence.reading.legible import legible

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.sig"
FORMAT: Final = "sas-recette/manifest/1"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CHUNK: Final = 1 << 20


class ManifestError(UserError):
    """A dossier that cannot be sealed, or a manifest that cannot be read. The message is French."""


class DifferenceKind(StrEnum):
    """What happened to a file since the dossier was sealed."""

    ALTERED = "altered"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what the manifest says; `sentence` tells it in French."""

    kind: DifferenceKind
    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Entry:
    size: int
    sha256: str


def seal(folder: Path, *, campaign: str, tool_version: str, created: datetime) -> Path:
    """Write the manifest of a finished dossier and return its path. The manifest and its signature are left out of it.

    Raises ManifestError for a symbolic link, a special file, a name that is not portable, or an empty dossier; OSError.
    """
    entries = _entries(folder)
    if not entries:
        raise ManifestError(f"Le dossier {folder} est vide\u00a0: il n’y a rien à sceller.")
    document = {
        "format": FORMAT,
        "campaign": campaign,
        "tool_version": tool_version,
        "created": created.isoformat(timespec="seconds"),
        "files": [{"path": path, "size": entry.size, "sha256": entry.sha256} for path, entry in entries.items()],
    }
    path = folder / MANIFEST
    write_whole(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    return path


def verify(folder: Path) -> list[Difference]:
    """What differs between a dossier and its manifest, by path; an empty list when it is whole and unaltered.

    Raises ManifestError when the manifest is missing, unreadable or names a place outside the dossier; OSError.
    """
    sealed = _read(folder / MANIFEST)
    present = _entries(folder)
    differences = []
    for path in sorted(sealed.keys() | present.keys()):
        difference = _difference(path, sealed.get(path), present.get(path))
        if difference is not None:
            differences.append(difference)
    return differences


def _difference(path: str, sealed: _Entry | None, present: _Entry | None) -> Difference | None:
    shown = f"«\u00a0{legible(path)}\u00a0»"
    if sealed is None:
        return Difference(DifferenceKind.ADDED, path, f"Le fichier {shown} a été ajouté après le scellement.")
    if present is None:
        return Difference(DifferenceKind.REMOVED, path, f"Le fichier {shown} a disparu.")
    if sealed == present:
        return None
    if sealed.size != present.size:
        detail = f"sa taille était de {size(sealed.size)}, elle est de {size(present.size)}"
    else:
        detail = "son empreinte SHA-256 n’est plus la même"
    return Difference(DifferenceKind.ALTERED, path, f"Le fichier {shown} a été modifié\u00a0: {detail}.")


def _entries(folder: Path) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as children:
            for child in children:
                path = Path(child.path)
                name = path.relative_to(folder).as_posix()
                if child.is_symlink():
                    raise ManifestError(
                        f"Le dossier contient un lien symbolique, ce qui est refusé\u00a0: {legible(name)}."
                    )
                if child.is_dir():
                    pending.append(path)
                elif name not in {MANIFEST, SIGNATURE}:
                    found[_portable(name)] = _entry(path, child)
    return dict(sorted(found.items()))


def _entry(path: Path, child: os.DirEntry[str]) -> _Entry:
    if not child.is_file():
        raise ManifestError(f"Le dossier contient autre chose qu’un fichier\u00a0: {legible(path.name)}.")
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
    return _Entry(length, digest.hexdigest())


def _portable(name: str) -> str:
    """The name itself when it is a relative POSIX path that stays in the dossier, on any system."""
    parts = PurePosixPath(name).parts
    plain = bool(parts) and "/".join(parts) == name and not name.startswith("/")
    if not plain or ".." in parts or any(mark in name for mark in "\\:\0") or not _encodable(name):
        raise ManifestError(f"Nom de fichier refusé\u00a0: «\u00a0{legible(name)}\u00a0».")
    return name


def _encodable(name: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _read(path: Path) -> dict[str, _Entry]:
    if path.is_symlink() or not path.is_file():
        raise ManifestError(f"Le dossier n’a pas de manifeste ({MANIFEST}).")
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise ManifestError(f"Le manifeste n’est pas du JSON\u00a0: {error}") from error
    if (
        not isinstance(document, dict)
        or document.get("format") != FORMAT
        or not isinstance(document.get("files"), list)
    ):
        raise ManifestError(f"Le manifeste n’est pas au format {FORMAT}.")
    entries: dict[str, _Entry] = {}
    for item in document["files"]:
        name, entry = _read_entry(item)
        if name in entries:
            raise ManifestError(f"Le manifeste nomme deux fois le fichier «\u00a0{legible(name)}\u00a0».")
        entries[name] = entry
    return entries


def _read_entry(item: object) -> tuple[str, _Entry]:
    match item:
        case {"path": str(name), "size": int(length), "sha256": str(digest)} if _DIGEST.fullmatch(digest):
            return _portable(name), _Entry(length, digest)
    raise ManifestError(f"Le manifeste a une entrée illisible\u00a0: {legible(json.dumps(item, ensure_ascii=False))}.")
