"""INT_R01: slot aggregation for individual practitioners."""
