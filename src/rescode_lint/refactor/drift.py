"""Copies of a definition that have drifted apart: whether they have, how, and whether one may stand for the other."""

from __future__ import annotations

import ast
from difflib import SequenceMatcher, unified_diff

from rescode_lint.refactor.document import Document
from rescode_lint.refactor.needs import code_of

#: Same name and at least so much in common: copies that have drifted apart.
_ALIKE = 0.6


def are_twins(one: ast.stmt, document: Document, other: ast.stmt, elsewhere: Document) -> bool:
    """Whether two definitions do the same for every call: the same code, perhaps with other names of locals."""
    if code_of(one) == code_of(other):
        return True
    return (
        are_renamed(one, document, other, elsewhere)
        and takes_the_same(one, other)
        and not isinstance(one, ast.ClassDef)
    )


def are_renamed(one: ast.stmt, document: Document, other: ast.stmt, elsewhere: Document) -> bool:
    """Whether two definitions differ in the names of parameters or locals at most."""
    fingerprint = document.fingerprint(one)
    looks = any(isinstance(n, ast.Name) and n.id in ("locals", "vars", "dir", "eval", "exec") for n in ast.walk(one))
    return bool(fingerprint) and fingerprint == elsewhere.fingerprint(other) and not looks


def is_drifted(one: ast.stmt, document: Document, other: ast.stmt, elsewhere: Document) -> bool:
    """Whether two definitions of one name are copies of which one was changed."""
    if code_of(one) == code_of(other) or are_renamed(one, document, other, elsewhere):
        return False
    left, right = ast.unparse(one).split("\n"), ast.unparse(other).split("\n")
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= _ALIKE


def difference(one: ast.stmt, other: ast.stmt, path: str, other_path: str) -> str:
    """Where two definitions differ, as a diff without context."""
    left, right = ast.unparse(one).split("\n"), ast.unparse(other).split("\n")
    lines = list(unified_diff(left, right, path, other_path, lineterm="", n=0))
    return "\n".join(f"    {line}" for line in lines if not line.startswith("@@"))


def takes_the_same(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether every call of one definition fits the other."""
    match one, other:
        case ast.ClassDef(), ast.ClassDef():
            return outside_of(one) == outside_of(other)
        case ast.FunctionDef(args=left), ast.FunctionDef(args=right):
            return ast.dump(left) == ast.dump(right)
    return False


def outside_of(node: ast.ClassDef) -> tuple[list[str], list[str], dict[str, str]]:
    """What one sees of a class who uses it: what it is made from, its fields in their order, how its methods are called."""
    made = [ast.dump(part) for part in (*node.bases, *node.keywords, *node.decorator_list)]
    fields = [ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
    methods = {part.name: ast.dump(part.args) for part in node.body if isinstance(part, ast.FunctionDef)}
    return made, fields, methods
