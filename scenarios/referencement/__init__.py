"""REFERENCEMENT: what the editor declares and joins for its référencement (referencing.md)."""
