"""manifest.json: the SHA-256 of every file of a dossier, signed, to tell later whether it is whole and unaltered.

Reading a dossier is safe whoever wrote it: no link is followed, no name leaves the folder, no file is read whole unless it is
small, and what the manifest gives another size to is not read at all.
"""

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
from sas_recette.evidence.signature import PUBLIC_KEY, SIGNATURE, PublicKey, Signer, public_key, signature_fault

MANIFEST: Final = "manifest.json"
FORMAT: Final = "sas-recette/manifest/1"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CHUNK: Final = 1 << 20
_MANIFEST_LIMIT: Final = 64 << 20
_SMALL: Final = 1 << 14
_SIZE_LIMIT: Final = 1 << 63


class ManifestError(UserError):
    """A dossier that cannot be sealed, or a manifest that cannot be read. The message is French."""


class DifferenceKind(StrEnum):
    """What happened to a file since the dossier was sealed."""

    ALTERED = "altered"
    ADDED = "added"
    REMOVED = "removed"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what the manifest says, or a bad signature; `sentence` tells it in French."""

    kind: DifferenceKind
    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What a manifest says of itself, true only as far as `verify` finds nothing.

    `fingerprint` is the signing key's, empty in a dossier that is not signed; `named` when it is a person's key.
    """

    campaign: str
    created: str
    fingerprint: str
    named: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    data: bytes
    seal: Seal
    entries: dict[str, _Entry]


def seal(folder: Path, *, campaign: str, tool_version: str, created: datetime, signer: Signer) -> tuple[Path, ...]:
    """Write the public key, the manifest of a finished dossier and its signature; return their paths.

    The manifest and its signature are left out of the manifest. Raises ManifestError for a symbolic link, a special file, a name
    that is not portable, or an empty dossier; OSError.
    """
    key, manifest, signature = folder / PUBLIC_KEY, folder / MANIFEST, folder / SIGNATURE
    if not any(name != PUBLIC_KEY for name in _present(folder)):
        raise ManifestError(f"Le dossier {folder} est vide\u00a0: il n’y a rien à sceller.")
    write_whole(key, signer.public.pem)
    entries = {name: _entry(path) for name, path in _present(folder).items()}
    document = {
        "format": FORMAT,
        "campaign": campaign,
        "tool_version": tool_version,
        "created": created.isoformat(timespec="seconds"),
        "signature": {
            "algorithm": "Ed25519",
            "file": SIGNATURE,
            "public_key": PUBLIC_KEY,
            "fingerprint": signer.public.fingerprint,
            "key": "named" if signer.named else "fresh",
        },
        "files": [{"path": path, "size": entry.size, "sha256": entry.sha256} for path, entry in entries.items()],
    }
    data = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    write_whole(manifest, data)
    write_whole(signature, signer.sign(data))
    return key, manifest, signature


def read_seal(folder: Path) -> Seal:
    """What the manifest of a dossier says of itself. Raises ManifestError when there is none that can be read; OSError."""
    return _read(folder / MANIFEST).seal


def verify(folder: Path, trusted: PublicKey | None = None) -> list[Difference]:
    """What differs between a dossier and its manifest, by path, the signature last; empty when it is whole and unaltered.

    `trusted` is a public key that the reader holds from elsewhere: without it, the dossier's own shows only that nothing changed
    since it was sealed. Raises ManifestError when the manifest is missing, unreadable or names a place outside the dossier;
    OSError.
    """
    manifest = _read(folder / MANIFEST)
    present = _present(folder)
    differences = []
    for name in sorted(manifest.entries.keys() | present.keys()):
        difference = _difference(name, manifest.entries.get(name), present.get(name))
        if difference is not None:
            differences.append(difference)
    fault = _signature_fault(folder, manifest, trusted)
    return [*differences, Difference(DifferenceKind.SIGNATURE, SIGNATURE, fault)] if fault else differences


def _signature_fault(folder: Path, manifest: _Manifest, trusted: PublicKey | None) -> str:
    signature, pem = _small(folder / SIGNATURE), _small(folder / PUBLIC_KEY)
    own = None if pem is None else public_key(pem)
    return signature_fault(manifest.data, signature, own, trusted, announced=bool(manifest.seal.fingerprint))


def _small(path: Path) -> bytes | None:
    """The first bytes of a file that has no reason to be long; None when there is no such file."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as stream:
        return stream.read(_SMALL)


def _difference(name: str, sealed: _Entry | None, present: Path | None) -> Difference | None:
    shown = f"«\u00a0{legible(name)}\u00a0»"
    if sealed is None:
        return Difference(DifferenceKind.ADDED, name, f"Le fichier {shown} a été ajouté après le scellement.")
    if present is None:
        return Difference(DifferenceKind.REMOVED, name, f"Le fichier {shown} a disparu.")
    length = present.stat().st_size
    if sealed.size != length:
        detail = f"sa taille était de {size(sealed.size)}, elle est de {size(length)}"
    elif _entry(present) != sealed:
        detail = "son empreinte SHA-256 n’est plus la même"
    else:
        return None
    return Difference(DifferenceKind.ALTERED, name, f"Le fichier {shown} a été modifié\u00a0: {detail}.")


def _present(folder: Path) -> dict[str, Path]:
    """The files of a dossier by name, sorted; their content is not read."""
    found: dict[str, Path] = {}
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
                elif not child.is_file():
                    raise ManifestError(f"Le dossier contient autre chose qu’un fichier\u00a0: {legible(name)}.")
                elif name not in {MANIFEST, SIGNATURE}:
                    found[_portable(name)] = path
    return dict(sorted(found.items()))


def _entry(path: Path) -> _Entry:
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


def _read(path: Path) -> _Manifest:
    if path.is_symlink() or not path.is_file():
        raise ManifestError(f"Le dossier n’a pas de manifeste ({MANIFEST}).")
    with path.open("rb") as stream:
        data = stream.read(_MANIFEST_LIMIT + 1)
    if len(data) > _MANIFEST_LIMIT:
        raise ManifestError(f"Le manifeste est trop long\u00a0: {size(_MANIFEST_LIMIT)} au plus.")
    try:
        document = json.loads(data)
    except ValueError as error:
        raise ManifestError(f"Le manifeste n’est pas du JSON\u00a0: {error}") from error
    except RecursionError:
        raise ManifestError("Le manifeste n’est pas du JSON lisible\u00a0: trop d’imbrications.") from None
    match document:
        case {"format": str(name), "files": list(files)} if name == FORMAT:
            return _Manifest(data, _read_seal(document), _read_entries(files))
    raise ManifestError(f"Le manifeste n’est pas au format {FORMAT}.")


def _read_seal(document: dict[str, object]) -> Seal:
    campaign, created = _text(document.get("campaign")), _text(document.get("created"))
    match document.get("signature"):
        case None:
            return Seal(campaign, created, "", named=False)
        case {"fingerprint": str(fingerprint), "key": str(key)} if _DIGEST.fullmatch(fingerprint):
            return Seal(campaign, created, fingerprint, named=key == "named")
    raise ManifestError("Le manifeste annonce une signature illisible.")


def _text(value: object) -> str:
    return legible(value) if isinstance(value, str) else ""


def _read_entries(files: list[object]) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for rank, item in enumerate(files, start=1):
        name, entry = _read_entry(rank, item)
        if name in entries:
            raise ManifestError(f"Le manifeste nomme deux fois le fichier «\u00a0{legible(name)}\u00a0».")
        entries[name] = entry
    return entries


def _read_entry(rank: int, item: object) -> tuple[str, _Entry]:
    match item:
        case {"path": str(name), "size": int(length), "sha256": str(digest)}:
            if _DIGEST.fullmatch(digest) and 0 <= length < _SIZE_LIMIT:
                return _portable(name), _Entry(length, digest)
    raise ManifestError(f"Le manifeste a une entrée illisible, la {rank}e de «\u00a0files\u00a0».")
