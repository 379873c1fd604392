"""Proof Key for Code Exchange (RFC 7636): what a verifier looks like, and its transformation."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def transformed(verifier: str) -> str:
    """The S256 transformation: 43 characters of base64url."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answers(verifier: str, challenge: str) -> bool:
    """Whether a verifier is the one that an S256 challenge was made of."""
    return hmac.compare_digest(transformed(verifier).encode(), challenge.encode())
