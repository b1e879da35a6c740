"""Judging: the catalog of rules, one file's findings, suppressions."""
