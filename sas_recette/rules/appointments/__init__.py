"""Rules of the messages that tell the platform about appointments (INT_R03)."""
