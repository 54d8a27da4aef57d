"""Loads nothing of its own: the profile names a Parquet file."""
