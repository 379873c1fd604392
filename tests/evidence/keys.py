"""Two people who sign, always the same."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sas_recette.evidence.signature import Signer

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), named=True)
OTHER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))), named=True)
