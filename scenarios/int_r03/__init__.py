"""INT_R03: what becomes of the appointments that regulators take (appointments.md)."""
