"""What may be wrong with the certificate of a server (security.md §3, C4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

WRONG_HOST: Final = "autre-plateforme.invalid"
"""A host that no name server knows (RFC 6761)."""


class ServerCase(StrEnum):
    """The certificates of the platform's server that an editor must refuse (security.md §3, C4); the value names the files."""

    WRONG_HOST = "mauvais-nom"
    EXPIRED = "expire"
    FOREIGN_CA = "autre-autorite"
    SELF_SIGNED = "auto-signe"
