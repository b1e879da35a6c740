"""Meaning over `ast`: scopes, bindings, qualified names, the order in which cells define and use names."""

from rescode_lint.semantics.module import Module, Scope, Use
from rescode_lint.semantics.walk import walk

__all__ = ["Module", "Scope", "Use", "walk"]
