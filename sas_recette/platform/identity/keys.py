"""The provider's signing keys: the one in force, the one that replaces it, and one that nobody published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey, KeySet, RSAKey

SigningKey = RSAKey | ECKey


def new_key(algorithm: str) -> SigningKey:
    """A fresh key for RS256 (2048 bits) or ES256, named by its thumbprint (RFC 7638)."""
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", auto_kid=True)
    return RSAKey.generate_key(2048, auto_kid=True)


def kid_of(key: SigningKey) -> str:
    """The name that a key is published under."""
    return str(key.kid)


def public_pem(key: SigningKey) -> bytes:
    """The public key as anybody may have it."""
    return key.as_pem(private=False)


@dataclass(slots=True)
class KeyRing:
    """The keys for one algorithm, each made when it is first needed: an RSA key takes a good part of a second.

    `make` gives a key for an algorithm; `given` is the ordinary key when it is to outlive the process.
    """

    algorithm: str
    make: Callable[[str], SigningKey] = new_key
    given: SigningKey | None = None
    _main: SigningKey | None = field(default=None, init=False)
    _rogue: SigningKey | None = field(default=None, init=False)
    _rotated: SigningKey | None = field(default=None, init=False)

    def warm(self) -> None:
        """Make the keys now: a token that waits for one would look like a platform that fails."""
        _ = self.main, self.rogue

    @property
    def main(self) -> SigningKey:
        """The key of every ordinary day."""
        if self._main is None:
            self._main = self.given or self.make(self.algorithm)
        return self._main

    @property
    def rogue(self) -> SigningKey:
        """A key that is never published."""
        if self._rogue is None:
            self._rogue = self.make(self.algorithm)
        return self._rogue

    @property
    def signing(self) -> SigningKey:
        """The key in force."""
        return self._rotated or self.main

    def rotate(self) -> None:
        """Publish one more key, never seen before, and sign with it from now on."""
        self._rotated = self.make(self.algorithm)

    def settle(self) -> None:
        """Come back to the ordinary key: a relying party that missed the rotation misses nothing else."""
        self._rotated = None

    @property
    def published(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK set: the ordinary key, and the one that replaces it while one does."""
        keys = [key for key in (self._rotated, self.main) if key is not None]
        return {"keys": [key.as_dict(private=False, use="sig", alg=self.algorithm, kid=kid_of(key)) for key in keys]}

    @property
    def verifying(self) -> KeySet:
        """The keys that a token of ours may be verified with."""
        return KeySet([key for key in (self._rotated, self.main) if key is not None])
