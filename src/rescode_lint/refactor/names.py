"""The names that a definition takes from around it, as Python's own symbol table sees them."""

from __future__ import annotations

import ast
import copy
import symtable
from typing import NamedTuple

from rescode_lint.refactor.document import Definition


class Free(NamedTuple):
    """The names that a definition leaves free."""

    #: Read when the definition is executed: decorators, defaults, bases, annotations, the body of a class.
    early: frozenset[str]
    #: Read when it is called.
    late: frozenset[str]
    #: Of both: only annotations of functions name them.
    annotations: frozenset[str]
    #: Bound or deleted at the top level from within, by `global`.
    rebound: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every name that it reads from around it."""
        return self.early | self.late


def free_names(node: ast.stmt) -> Free:
    """The names that a statement of the top level takes from around it.

    Args:
        node: a definition, or an assignment.
    """
    early, late, rebound = _names(node)
    bare = _Bare().visit(copy.deepcopy(node))
    needed_early, needed_late, _ = _names(bare)
    only_annotations = (early | late) - needed_early - needed_late
    return Free(early, late, only_annotations if isinstance(node, Definition) else frozenset(), rebound)


def bound_inside(node: ast.AST) -> frozenset[str]:
    """All names that are bound anywhere inside a definition, its parameters included."""
    found: set[str] = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if inner is not node:
                    found.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.alias():
                found.add(inner.asname or inner.name.partition(".")[0])
    return frozenset(found)


def _names(node: ast.stmt) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    own = getattr(node, "name", "")
    table = symtable.symtable(ast.unparse(node), "<definition>", "exec")
    early: set[str] = set()
    late: set[str] = set()
    rebound: set[str] = set()
    for symbol in table.get_symbols():
        if symbol.is_referenced() and symbol.get_name() != own:
            early.add(symbol.get_name())
    waiting = [(child, False) for child in table.get_children()]
    while waiting:
        inner, called = waiting.pop()
        called = called or str(inner.get_type()).rpartition(".")[2].lower().startswith("function")
        for symbol in inner.get_symbols():
            name = symbol.get_name()
            if not symbol.is_global():
                continue
            if symbol.is_declared_global() and symbol.is_assigned():
                rebound.add(name)
            elif symbol.is_referenced():
                (late if called else early).add(name)
        waiting += [(child, called) for child in inner.get_children()]
    # A comprehension or lambda in a default runs early or late: early is the stricter reading.
    return frozenset(early - _bound_at_top(node)), frozenset(late), frozenset(rebound)


def _bound_at_top(node: ast.stmt) -> frozenset[str]:
    return frozenset() if isinstance(node, Definition) else bound_inside(node)


class _Bare(ast.NodeTransformer):
    """Takes the annotations off functions; those of classes may be read when the program runs."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if not node.decorator_list:
            node.returns = None
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            for parameter in every:
                if parameter is not None:
                    parameter.annotation = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(node)  # type: ignore[arg-type]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node
