"""Parquet, within bounds, and what its types leave open."""
