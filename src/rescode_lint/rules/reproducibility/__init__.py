"""Reproducibility: the same code and data give the same result, on any machine and on any day."""
