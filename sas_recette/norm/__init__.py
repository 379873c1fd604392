"""The specification as data: requirements, profiles, terminology, identifiers."""
