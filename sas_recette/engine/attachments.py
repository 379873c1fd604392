"""The documents that a person joins: looked at when the candidate file is read, copied into the campaign's folder, hashed.

A copy's name is made here, of the requirement or the piece, a rank, and what is safe in the original name: no path of the
user's machine reaches the dossier.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from sas_recette.errors import UserError
from sas_recette.exchange.model import Attachment

if TYPE_CHECKING:
    from sas_recette.engine.candidate import Candidate
    from sas_recette.engine.declared import Joining

FOLDER: Final = "pieces"
LIMIT: Final = 50_000_000
"""Bytes that one document may weigh."""

Kept = Mapping[str, tuple[Attachment, ...]]
"""The copies, by the requirement that they prove or the piece that they are."""

_CHUNK: Final = 1 << 20
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")
_STEM: Final = 60
_SUFFIX: Final = 10
_SAFE: Final = re.compile(rf"{FOLDER}/[A-Za-z0-9][A-Za-z0-9.-]{{0,159}}")


class AttachmentError(UserError):
    """A document that cannot be joined. The message is French."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a file declares that cannot be: where (keys and ranks), and why, a French clause."""

    place: tuple[str | int, ...]
    reason: str


def declaration_mistakes(candidate: Candidate) -> Iterator[Mistake]:
    """Answers given twice, documents that cannot be joined; the paths are those to open."""
    answered: set[str] = set()
    for rank, answer in enumerate(candidate.attestations):
        if answer.requirement in answered:
            why = f"{answer.requirement} a déjà une réponse plus haut\u00a0; gardez-en une seule"
            yield Mistake(("attestations", rank, "requirement"), why)
        answered.add(answer.requirement)
    joined: tuple[tuple[str, Sequence[Joining]], ...] = (
        ("attestations", candidate.attestations),
        ("pieces", candidate.pieces),
    )
    for table, holders in joined:
        for rank, holder in enumerate(holders):
            yield from (Mistake((table, rank, "attachments"), why) for why in _faults(holder.attachments))


def _faults(paths: tuple[Path, ...]) -> Iterator[str]:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            yield f"la pièce {path} est citée deux fois"
        seen.add(path.resolve())
        why = fault_of(path)
        if why:
            yield why


def fault_of(path: Path) -> str:
    """Why a document cannot be joined, a French clause; empty when it can."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return f"la pièce {path} n’existe pas"
    except (OSError, ValueError):
        return f"la pièce {path} est illisible"
    if stat.S_ISDIR(found.st_mode):
        return f"la pièce {path} est un dossier, un fichier est attendu"
    if not stat.S_ISREG(found.st_mode):
        return f"la pièce {path} n’est pas un fichier ordinaire"
    if not os.access(path, os.R_OK):
        return f"la pièce {path} est illisible (accès refusé)"
    if not found.st_size:
        return f"la pièce {path} est vide"
    return _too_long(path) if found.st_size > LIMIT else ""


def _too_long(path: Path) -> str:
    return f"la pièce {path} dépasse {LIMIT // 1_000_000}\u00a0Mo"


def keep_attachments(
    candidate: Candidate, requirements: Collection[str], folder: Path
) -> dict[str, tuple[Attachment, ...]]:
    """Copy the documents of these requirements, and of all pieces, into a campaign's folder. Raises AttachmentError; OSError."""
    wanted = {one.requirement: one.attachments for one in candidate.attestations if one.requirement in requirements}
    for piece in candidate.pieces:
        wanted[piece.piece] = (*wanted.get(piece.piece, ()), *piece.attachments)
    return {
        owner: tuple(
            _keep(path, folder, f"{FOLDER}/{kept_name(owner, rank, path)}") for rank, path in enumerate(paths, 1)
        )
        for owner, paths in wanted.items()
        if paths
    }


def kept_name(owner: str, rank: int, path: Path) -> str:
    """The name of a copy: « REF-011-1-convention-signee.pdf »."""
    stem = _plain(path.stem)[:_STEM].strip("-")
    suffix = _plain(path.suffix)[:_SUFFIX]
    return f"{_plain(owner)}-{rank}" + (f"-{stem}" if stem else "") + (f".{suffix.lower()}" if suffix else "")


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", ascii_only).strip("-")


def _keep(source: Path, folder: Path, name: str) -> Attachment:
    why = fault_of(source)
    if why:
        raise AttachmentError(f"{why[0].upper()}{why[1:]}.")
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as given, target.open("xb") as copy:
        while chunk := given.read(_CHUNK):
            size += len(chunk)
            if size > LIMIT:
                why = _too_long(source)
                raise AttachmentError(f"{why[0].upper()}{why[1:]}.")
            digest.update(chunk)
            copy.write(chunk)
    return Attachment(name, source.name, size, digest.hexdigest())


def alteration(folder: Path, attachment: Attachment) -> str:
    """Why the copy in a campaign's folder is not what its journal says, a French clause; empty when it is.

    The path comes from a journal: one that leaves the folder, or goes through a link, is not opened.
    """
    path = folder / PurePosixPath(attachment.path)
    if not _SAFE.fullmatch(attachment.path) or (folder / FOLDER).is_symlink() or path.is_symlink():
        return "son nom n’est pas celui d’une pièce du dossier"
    if not path.is_file():
        return "elle est absente du dossier"
    if path.stat().st_size != attachment.size:
        return "elle n’a plus la taille que dit le journal"
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return "" if digest.hexdigest() == attachment.sha256 else "elle n’a plus l’empreinte que dit le journal"
