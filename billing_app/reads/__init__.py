"""Frozen views, one file per audience. They hold finished words, never a row."""
