"""Recorded HTTP exchanges and the journal that keeps them."""
