"""Bytes to source: `.py` by PEP 263, `.ipynb` cell by cell. Nothing that is read is executed."""

from __future__ import annotations

from rescode_lint.read.notebook import read_notebook
from rescode_lint.read.python import read_python, source_from_tree
from rescode_lint.read.source import Cell, Source, Unparsed, Unreadable

__all__ = ["Cell", "Source", "Unparsed", "Unreadable", "read", "read_notebook", "read_python", "source_from_tree"]


def read(path: str, data: bytes) -> Source:
    """Read one file by its name: a notebook where it ends in `.ipynb`, else Python.

    Raises:
        Unreadable: the bytes are no source and no notebook at all.
    """
    if path.endswith(".ipynb"):
        return read_notebook(path, data)
    return read_python(path, data)
