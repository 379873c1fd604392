"""The speeds that the project promises, measured as ratios in one run (machines differ, ratios hardly)."""
