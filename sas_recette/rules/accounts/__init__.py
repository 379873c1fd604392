"""Rules of the regulator accounts (INT_R02)."""
