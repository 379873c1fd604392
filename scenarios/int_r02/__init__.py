"""INT_R02: the accounts of regulators, that the platform creates and updates in the solution."""
