"""What is asked of `rescode extract`, and what a plan says of it: plain data."""

from __future__ import annotations

import ast
from typing import NamedTuple

from rescode_lint.refactor.needs import Needs, Refused
from rescode_lint.run.repair import Change


class Wish(NamedTuple):
    """What is to be moved."""

    notebook: str
    #: Names; none means all definitions with logic of their own.
    select: tuple[str, ...] = ()
    #: The module, relative to the root; "" means that it is chosen.
    to: str = ""
    #: Of drifted copies, the file whose version stays.
    keep: str = ""
    #: Copies that have drifted apart are different things: they stay as they are.
    leave: bool = False


class Moved(NamedTuple):
    """A definition that goes to the module."""

    name: str
    path: str
    cell: int | None
    module: str
    #: The global names that became parameters.
    parameters: tuple[str, ...] = ()
    #: The module had it already.
    merged: bool = False
    #: It was not asked for; others need it.
    along: bool = False


class Twin(NamedTuple):
    """Another place that imports the definition from now on, or is left as it is for a reason."""

    name: str
    path: str
    cell: int | None
    #: "" where it is replaced.
    left: str = ""
    #: It is a drifted copy, which another version replaces.
    differs: bool = False
    #: The module that the definition goes to.
    module: str = ""


class Plan(NamedTuple):
    """What a move comes to."""

    changes: tuple[Change, ...] = ()
    moved: tuple[Moved, ...] = ()
    twins: tuple[Twin, ...] = ()
    refused: tuple[Refused, ...] = ()
    #: Module -> why it was chosen.
    modules: tuple[tuple[str, str], ...] = ()
    #: Files whose imports need the project to be installed.
    to_install: tuple[str, ...] = ()
    #: Cells that do not parse, whose code stays: (path, cell).
    unparsed: tuple[tuple[str, int | None], ...] = ()


class Item(NamedTuple):
    """A definition or constant on its way."""

    name: str
    node: ast.stmt
    needs: Needs


class Unfit(Exception):
    """The module cannot take the definitions; another one may."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
