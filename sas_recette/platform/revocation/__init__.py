"""What the bench publishes of revoked certificates: its lists (RFC 5280), and an OCSP responder (RFC 6960)."""
