"""The table that maps our requirements to the numbers of a REM: a CSV that the user supplies, since no REM of the SAS is public."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from sas_recette.errors import UserError
from sas_recette.norm.requirements import Catalogue, CatalogueError


class RemTableError(UserError):
    """A table that cannot be read. The message is French, with the line."""


def read_rem_table(path: Path, catalogue: Catalogue) -> Mapping[str, str]:
    """The number of each requirement, from lines « REF-011;SAS/AGD.01 » (`;` or `,`; lines that begin with `#` are skipped).

    Raises RemTableError.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise RemTableError(f"{path}\u00a0: lecture impossible ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise RemTableError(f"{path}\u00a0: le fichier n’est pas en UTF-8.") from None
    numbers: dict[str, str] = {}
    for rank, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            name, number = _row(line, f"{path}, ligne {rank}", catalogue)
            if name in numbers:
                raise RemTableError(f"{path}, ligne {rank}\u00a0: {name} a déjà un numéro plus haut.")
            numbers[name] = number
    return numbers


def _row(line: str, place: str, catalogue: Catalogue) -> tuple[str, str]:
    cells = next(csv.reader([line], delimiter=";" if ";" in line else ","))
    if len(cells) != 2 or not all(cell.strip() for cell in cells):
        raise RemTableError(f"{place}\u00a0: deux colonnes sont attendues, l’exigence du banc puis le numéro du REM.")
    try:
        return catalogue.require(cells[0].strip()).id, cells[1].strip()
    except CatalogueError as error:
        raise RemTableError(f"{place}\u00a0: {error}") from None
