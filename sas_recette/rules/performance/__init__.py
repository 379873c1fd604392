"""Rules on a whole load run, by the times of its requests."""
