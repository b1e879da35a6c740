"""Fixes: a finding and its libcst node to new text, verified before it leaves."""
