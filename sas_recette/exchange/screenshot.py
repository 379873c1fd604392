"""A screenshot of a campaign's folder, read with care: its name comes from a journal, and its bytes from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

LIMIT: Final = 1_000_000
"""Bytes that a screenshot may weigh."""

_START: Final = b"\xff\xd8\xff"
_END: Final = b"\xff\xd9"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN: Final = 0xDA
_LARGEST_SIDE: Final = 20_000


class ScreenshotError(Exception):
    """A screenshot that cannot be shown; the message is a French clause that says why."""


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A JPEG image and its size in pixels."""

    data: bytes
    width: int
    height: int


def read_screenshot(folder: Path, name: str) -> Screenshot:
    """The JPEG at `name`, a relative path with slashes, in a campaign's folder. Raises ScreenshotError.

    Nothing outside the folder is read, and no symbolic link is followed. An empty name is that of a screenshot not taken.
    """
    if not name:
        raise ScreenshotError("aucune n’a pu être prise")
    path = _inside(folder, name)
    if not path.is_file():
        raise ScreenshotError("le fichier est absent du dossier")
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        raise ScreenshotError(f"le fichier est illisible ({error.strerror})") from error
    if len(data) > LIMIT:
        raise ScreenshotError("le fichier dépasse 1\u00a0Mo")
    width, height = _size(data)
    return Screenshot(data, width, height)


def _inside(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or "/".join(parts) != name or ".." in parts or any(mark in name for mark in "\\:\0"):
        raise ScreenshotError("le nom du fichier n’est pas celui d’un fichier du dossier")
    path = folder
    for part in parts:
        path /= part
        if path.is_symlink():
            raise ScreenshotError("le fichier est un lien symbolique")
    return path


def _size(data: bytes) -> tuple[int, int]:
    """Width and height as the frame header tells them (ITU-T T.81, B.2.2)."""
    if not (data.startswith(_START) and data.endswith(_END)):
        raise ScreenshotError("le fichier n’est pas une image JPEG entière")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN:
        if data[at + 1] in _FRAMES:
            height, width = (int.from_bytes(data[at + part : at + part + 2], "big") for part in (5, 7))
            if 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE:
                return width, height
            break
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise ScreenshotError("le fichier n’est pas une image JPEG lisible")
