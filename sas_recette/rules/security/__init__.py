"""The rules of security: what the candidate’s server accepts and refuses, a module a theme (security.md)."""
