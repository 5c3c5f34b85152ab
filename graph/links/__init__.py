"""Edges between any two records."""
