"""sas_recette: the conformance harness that plays the SAS platform against an agenda solution."""

__version__ = "0.1.0"
