"""Plots of durations, drawn as SVG without any script."""
