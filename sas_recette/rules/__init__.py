"""Pure rules: what a requirement says of an exchange, with no network and no pytest."""
