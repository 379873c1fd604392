"""Rules of the slot-aggregation flows."""
