"""Local passwords: salted scrypt hashes, each with the cost that it was made at."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

_CHOSEN_COST: Final = 2**14
_GENERATED_COST: Final = 2**4
_BLOCK, _LANES = 8, 1


def hash_password(password: str, cost: int = _CHOSEN_COST) -> str:
    """`cost$salt$hash`, the last two in hexadecimal; by default at the cost that a password chosen by somebody needs."""
    salt = secrets.token_bytes(16)
    return f"{cost}${salt.hex()}${_scrypt(password, salt, cost).hex()}"


def generated_hash() -> str:
    """The hash of a new password that nobody is told. It has 192 bits of chance: a high cost would protect nothing more."""
    return hash_password(secrets.token_urlsafe(24), _GENERATED_COST)


def password_matches(password: str, stored: str) -> bool:
    """Whether a password is the one that was hashed; compared in constant time."""
    cost, salt, expected = stored.split("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(expected))


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=_BLOCK, p=_LANES)
