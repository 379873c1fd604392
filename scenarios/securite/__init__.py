"""SECURITE: transport, certificates, and what the editor declares (security.md)."""
