"""What a file's names stand for, as far as its text tells: for paths that are put together as text."""

from __future__ import annotations

import ast
import re
from typing import cast

from rescode_lint.lazy import lazy
from rescode_lint.semantics import Module, Scope

#: Names that say "folder", and names that say that the text is none of a file system.
_FOLDER = lazy(r"(?:dir(?:ectory)?|path|folder|root|home)s?\d*(?![a-z])|\A(?:dir|path|folder|root)_", re.I)
NO_FOLDER = lazy(
    r"ur[il]s?(?![a-z])|ur[il]_|(?:\A|_)(?:link|endpoint|server|host|bucket|api|web|http|s3|gs)(?:\Z|_)", re.I
)
ADDRESS = lazy(r"[A-Za-z][A-Za-z0-9+.-]+:/|https?:|\w+:\Z")
_TEXT_CALLS = frozenset({"str", "getcwd", "dirname", "basename", "abspath", "realpath", "join", "expanduser", "getenv"})
_TEXT_CALLS |= {"strip", "rstrip", "lstrip", "lower", "upper", "replace", "format", "strftime", "mkdtemp", "splitext"}


def is_folder(name: str) -> bool:
    """Whether a name says that it is a folder's."""
    return _FOLDER.search(name) is not None and not NO_FOLDER.search(name)


def name_of(node: ast.expr) -> str:
    """What an expression is called: `x`, `a.x`, `a["x"]`; "" where it has no name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def is_text(node: ast.expr) -> bool:
    """Whether an expression certainly is text."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str)
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add()):
            return is_text(left)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return is_text(value)
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Attribute(attr="sep"):
            return True
    return False


class Values:
    """What a file assigns to its names; the costly part is made when it is first asked for."""

    def __init__(self, file: Module) -> None:
        self._file = file
        self._assigned: dict[tuple[int, str], list[ast.expr]] | None = None
        self._parents: dict[ast.AST, ast.AST] | None = None
        self._names: dict[str, list[ast.AST]] = {}
        self._scopes: dict[ast.AST | None, Scope] = {}

    def assigned(self, name: str, scope: Scope) -> list[ast.expr]:
        """The values that plain assignments give a name, in the scope that binds it."""
        if self._assigned is None:
            self._assigned = {}
            for node, where in cast("list[tuple[ast.Assign, Scope]]", self._file.nodes.get(ast.Assign, [])):
                target = node.targets[0]
                if len(node.targets) == 1 and isinstance(target, ast.Name):
                    self._assigned.setdefault((id(where), target.id), []).append(node.value)
        at = self.binder(name, scope)
        return self._assigned.get((id(at), name), []) if at is not None else []

    def binder(self, name: str, scope: Scope) -> Scope | None:
        """The scope that binds a name."""
        at: Scope | None = scope
        while at is not None:
            if name in at.bindings and (at.kind != "class" or at is scope):
                return at
            at = at.parent
        return None

    def constant(self, node: ast.expr, scope: Scope) -> str | None:
        """The one literal that a name stands for, as far as assignments tell."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if not isinstance(node, ast.Name):
            return None
        values = self.assigned(node.id, scope)
        if len(values) != 1 or not isinstance(values[0], ast.Constant):
            return None
        return values[0].value if isinstance(values[0].value, str) else None

    def lasting(self, node: ast.expr, scope: Scope) -> str | None:
        """The same where nothing else of that name is in the file."""
        return self.constant(node, scope) if self.binds(name_of(node)) == 1 else None

    def is_address(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a name may be a URL's or a bucket's: any of its values begins as one."""
        if not isinstance(node, ast.Name):
            return False
        at = self.binder(node.id, scope)
        bound = at.bindings[node.id] if at else None
        known = self.assigned(node.id, scope)
        if at and isinstance(bound, ast.arg) and isinstance(at.node, ast.FunctionDef):
            known = [default for default in (*at.node.args.defaults, *at.node.args.kw_defaults) if default is not None]
        for value in known:
            begin: ast.expr = value
            while isinstance(begin, ast.BinOp):
                begin = begin.left
            if isinstance(begin, ast.JoinedStr) and begin.values:
                begin = begin.values[0]
            if isinstance(begin, ast.Constant) and isinstance(begin.value, str) and ADDRESS.match(begin.value):
                return True
        return False

    def is_path(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression certainly is a `Path` already."""
        if isinstance(node, ast.Call):
            self._file.here = scope
            return self._file.qualname(node.func) in ("pathlib.Path", "pathlib.Path.cwd", "pathlib.Path.home")
        if isinstance(node, ast.Attribute):
            return node.attr in ("parent", "parents") and self.is_path(node.value, scope)
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, ast.Div) and self.is_path(node.left, scope)
        if not isinstance(node, ast.Name):
            return False
        at = self.binder(node.id, scope)
        bound = at.bindings[node.id] if at else None
        if isinstance(bound, ast.arg):
            kind = bound.annotation
            return bound.arg == "tmp_path" or (kind is not None and self._file.qualname(kind) == "pathlib.Path")
        values = self.assigned(node.id, scope)
        return len(values) == 1 and self.binds(node.id) == 1 and self.is_path(values[0], at or scope)

    def is_text(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression certainly is a string."""
        if is_text(node):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name_of(node.func)
            return name in _TEXT_CALLS
        if not isinstance(node, ast.Name):
            return False
        at = self.binder(node.id, scope)
        bound = at.bindings[node.id] if at else None
        if isinstance(bound, ast.arg):
            return isinstance(bound.annotation, ast.Name) and bound.annotation.id == "str"
        values = self.assigned(node.id, scope)
        return len(values) == 1 and self.binds(node.id) == 1 and is_text(values[0])

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What holds a node."""
        return self._index().get(node)

    def owner(self, name: str, node: ast.AST) -> tuple[Scope, list[ast.AST]]:
        """The scope whose variable a name is where it stands, and what holds it there, innermost first."""
        self._index()
        if not self._scopes:
            self._scopes = {s.node: s for s in self._file.scopes if s.kind != "class"}
        chain: list[ast.AST] = []
        found = None
        at = self.parent(node)
        while at is not None:
            chain.append(at)
            inner = self._scopes.get(at)
            if found is None and inner is not None and name in inner.bindings:
                found = inner
            at = self.parent(at)
        return found or self._file.scope, chain

    def occurrences(self, name: str) -> list[ast.AST]:
        """Every node of the file that reads or binds a name."""
        self._index()
        return self._names.get(name, [])

    def binds(self, name: str) -> int:
        """How often the file binds a name, in whatever scope."""
        return sum(not (isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)) for n in self.occurrences(name))

    def _index(self) -> dict[ast.AST, ast.AST]:
        if self._parents is None:
            self._parents = parents = {}
            named = self._named
            stack: list[ast.AST] = list(self._file.body)
            while stack:
                node = stack.pop()
                if node.__class__ is ast.Name:
                    named(node.id, node)
                    continue
                for field in node._fields:  # not `vars`: pyflakes keeps the parent in nodes that flake8 shares
                    value = getattr(node, field, None)
                    if value.__class__ is list:
                        for item in value:
                            if isinstance(item, ast.AST):
                                parents[item] = node
                                stack.append(item)
                            elif item.__class__ is str:  # of `global`
                                named(item, node)
                    elif isinstance(value, ast.AST):
                        if value.__class__ not in _LEAVES:
                            parents[value] = node
                            stack.append(value)
                    elif value.__class__ is str and node.__class__ not in _NOT_NAMES:
                        named(value, node)
        return self._parents

    def _named(self, name: str, node: ast.AST) -> None:
        found = self._names.get(name)
        if found is None:
            self._names[name] = [node]
        else:
            found.append(node)


#: Below these is nothing; and these have text that is no name.
_LEAVES = frozenset({ast.Load, ast.Store, ast.Del, ast.Constant, ast.Add, ast.Mult, ast.Sub, ast.Div, ast.Eq, ast.Mod})
_NOT_NAMES = frozenset({ast.Attribute, ast.keyword, ast.ImportFrom, ast.Constant})
