"""A parsed file as the rules see it."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from rescode_lint.facts.credentials import Credential, find_in
from rescode_lint.model import Import, Span
from rescode_lint.read import Cell, Source
from rescode_lint.read.ipython import Magic

Located = ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Scope:
    """A namespace: the module, a class, a function or lambda, a comprehension."""

    __slots__ = ("bindings", "dotted", "foreign", "imports", "kind", "node", "parent", "uses")

    def __init__(
        self,
        kind: Literal["module", "class", "function", "comprehension"],
        node: ast.AST | None,
        parent: Scope | None,
    ) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        #: Name -> the node that binds it first.
        self.bindings: dict[str, ast.AST] = {}
        #: Local name -> what it was imported as; None where the name is also bound to something else.
        self.imports: dict[str, str | None] = {}
        #: Name -> first node that reads it here, or in a function within that does not bind it.
        self.uses: dict[str, ast.expr] = {}
        #: Attribute chains read here: `np.random.seed`, `.fit` where the root is no name.
        self.dotted: set[str] = set()
        #: Names declared `global` or `nonlocal`.
        self.foreign: set[str] = set()


_KEYWORD = re.compile(r"(?:async[ \t\f]+)?(?:def|class)[ \t\f]+")
#: "later" is a read by a function, so only when that is called; "expand" one by a magic or shell command, as in
#: `!ls {name}`, where IPython leaves the text as it is if the name does not exist.
Event = Literal["bind", "read", "delete", "later", "expand"]


class Use(NamedTuple):
    """A module-level event of a notebook, in the order of execution from top to bottom."""

    name: str
    kind: Event
    node: ast.AST
    line: int


class Site(NamedTuple):
    """A top-level definition, or a method of one, with what its body does."""

    node: Function | ast.ClassDef
    owner: ast.ClassDef | None
    scope: Scope
    statements: int
    branches: int


class Module:
    """One file after the walk: all that a rule may ask about it.

    Scripts and notebooks look the same: `body` holds all statements, with virtual lines that `span` turns into places.
    """

    __slots__ = (
        "_credentials",
        "_starts",
        "_strings",
        "calls",
        "definitions",
        "flow",
        "here",
        "imports",
        "main_guard",
        "memo",
        "nodes",
        "runs",
        "scope",
        "scopes",
        "script_statements",
        "source",
        "stars",
        "sys_path",
    )

    def __init__(self, source: Source) -> None:
        self.source = source
        self.scope = Scope("module", None, None)
        self.scopes: list[Scope] = [self.scope]
        #: The scope of the node under judgement; set by the one who calls a rule.
        self.here = self.scope
        self.nodes: dict[type[ast.AST], list[tuple[ast.AST, Scope]]] = {}
        #: Calls by the last part of what is called: `np.random.rand(3)` is under "rand", `f()()` under "".
        self.calls: dict[str, list[tuple[ast.Call, Scope]]] = {}
        self.definitions: list[Site] = []
        self.imports: list[Import] = []
        self.flow: list[Use] = []
        #: Virtual lines of `from x import *`.
        self.stars: list[tuple[int, str]] = []
        self.sys_path: list[str] = []
        self.runs: list[str] = []
        self.script_statements = 0
        self.main_guard = False
        self._starts: list[int] | None = None
        self._strings: list[tuple[ast.Constant, Scope]] | None = None
        self._credentials: list[Credential] | None = None
        #: What rules have found out that others of their family ask for too, by a name of their own.
        self.memo: dict[str, object] = {}

    @property
    def path(self) -> str:
        """Relative to the project root, with `/`."""
        return self.source.path

    @property
    def body(self) -> list[ast.stmt]:
        """The statements of the script, or of all cells in order."""
        return self.source.body

    @property
    def is_notebook(self) -> bool:
        """Whether the file is an `.ipynb`."""
        return self.source.kind == "ipynb"

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The code cells of a notebook; empty for a script."""
        return self.source.cells

    def cell_bodies(self) -> Iterator[tuple[Cell, list[ast.stmt]]]:
        """The cells that hold statements, with them."""
        bodies: list[list[ast.stmt]] = [[] for _ in self.cells]
        index = 0
        for statement in self.body:
            while index + 1 < len(self.cells) and self.cells[index + 1].first <= statement.lineno:
                index += 1
            bodies[index].append(statement)
        return ((cell, body) for cell, body in zip(self.cells, bodies, strict=True) if body)

    def calls_of(self, *names: str) -> list[tuple[ast.Call, Scope]]:
        """The calls of functions or methods whose last part is one of `names`; set `here` before asking for a qualname."""
        return [found for name in names for found in self.calls.get(name, ())]

    def strings(self) -> list[tuple[ast.Constant, Scope]]:
        """All string literals, parts of f-strings included. For rules that have `visits = ast.Constant`."""
        if self._strings is None:
            constants = cast("list[tuple[ast.Constant, Scope]]", self.nodes.get(ast.Constant, []))
            self._strings = [found for found in constants if found[0].value.__class__ is str]
        return self._strings

    def credentials(self) -> list[Credential]:
        """Keys, tokens and passwords in the text, at offsets in its lines joined by a line feed."""
        if self._credentials is None:
            source = self.source
            strings: list[str] | None = None
            if ast.Constant in self.nodes and (source.cells or not source.unparsed):
                strings = [s for node, _ in self.strings() if len(s := node.value) > 15]  # type: ignore[arg-type, misc]
                for cell in source.cells:
                    strings += cell.lines if cell.unparsed else (f"{m.text}\n{m.body}" for m in cell.magics)
            self._credentials = find_in(source.lines, strings)
        return self._credentials

    def magics(self) -> Iterator[tuple[Magic, Span]]:
        """The magics and shell commands of a notebook, each with the span of its text."""
        for cell in self.source.cells:
            for magic in cell.magics:
                lines = cell.lines[magic.line - 1 : magic.line]
                end = len(lines[0].rstrip()) + 1 if lines else magic.column + 1
                yield magic, Span(magic.line, magic.column, magic.line, max(end, magic.column + 1), cell.position)

    def span(self, node: Located) -> Span:
        """The true place of a node: cell, line within it, columns in characters."""
        return self.source.span(node)

    def name_span(self, node: Function | ast.ClassDef) -> Span:
        """The place of the name in `def name` or `class name`."""
        line, name = node.lineno, node.name
        start = self.source.column(line, node.col_offset)
        text = self.source.lines[line - 1] if line <= len(self.source.lines) else ""
        keyword = _KEYWORD.match(text, start - 1)
        column = keyword.end() + 1 if keyword else start
        return self.source.span_of(line, column, line, column + len(name))

    def qualname(self, node: ast.AST) -> str | None:
        """The full name of a `Name` or `Attribute` by the imports in sight: `np.random.seed` -> `numpy.random.seed`.

        None where the root is no imported name (a local variable, a call).
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.resolve(node.id, self.here)
        if root is None:
            return None
        return ".".join((root, *reversed(parts))) if parts else root

    def resolve(self, name: str, scope: Scope) -> str | None:
        """What a bare name was imported as, looked up as Python does, innermost scope first."""
        at: Scope | None = scope
        while at is not None:
            if name in at.imports:
                return at.imports[name]
            if name in at.bindings and not (at.kind == "class" and at is not scope):
                return None
            at = at.parent
        return None

    def parents(self, node: Located) -> list[ast.AST]:
        """The ancestors of a node, innermost first. Walks only the top-level statement that holds the node."""
        body = self.body
        if self._starts is None:
            self._starts = [min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", ()))]) for s in body]
        index = bisect_right(self._starts, node.lineno) - 1
        while index >= 0:  # several statements may share a line
            chain = _chain(body[index], node)
            if chain is not None:
                return chain
            if self._starts[index] < node.lineno and index + 1 < len(body) and self._starts[index + 1] != node.lineno:
                break
            index -= 1
        return []


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters: positional, keyword-only, then `*args` and `**kwargs`."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if arguments.vararg:
        found.append(arguments.vararg)
    if arguments.kwarg:
        found.append(arguments.kwarg)
    return found


def _chain(top: ast.AST, target: Located) -> list[ast.AST] | None:
    if top is target:
        return []
    line = target.lineno
    for everywhere in (False, True):  # before Python 3.12, what stands in an f-string may lie about its line
        stack: list[tuple[ast.AST, int]] = [(top, 0)]
        path: list[ast.AST] = []
        while stack:
            node, depth = stack.pop()
            del path[depth:]
            path.append(node)
            for child in ast.iter_child_nodes(node):
                if child is target:
                    return path[::-1]
                if everywhere or _covers(child, line):
                    stack.append((child, depth + 1))
    return None


def _covers(node: ast.AST, line: int) -> bool:
    start: int = getattr(node, "lineno", 0)
    if not start:
        return True
    if line < start:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        return bool(decorators) and decorators[0].lineno <= line
    return line <= (getattr(node, "end_lineno", None) or start)
