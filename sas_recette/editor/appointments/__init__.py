"""Appointments of the product, and what it tells the platform about those that regulators book (INT_R03)."""
