"""What every rendering reads off a result: findings grouped and numbered, gaps, counts, French words."""
