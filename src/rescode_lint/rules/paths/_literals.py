"""Where absolute paths stand in code: string literals, f-strings, commands, magics; and where a string is no path."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from rescode_lint.facts.paths import AbsolutePath, classify, in_command
from rescode_lint.model import Span
from rescode_lint.semantics import Module


class Place(NamedTuple):
    """An absolute path in a file."""

    path: AbsolutePath
    span: Span


#: Calls whose string arguments are no paths of a file system, by full name.
_NO_PATH_CALLS = ("re.", "regex.", "google.colab.drive.mount", "logging.", "warnings.", "textwrap.")
#: The same by the last name: routes, keys in HDF5 files and stores, text.
_NO_PATH_NAMES = frozenset(
    "mount route get post put delete patch head options websocket add_url_rule add_api_route redirect url_for add_route path re_path"
    " create_dataset create_group require_group require_dataset get_node create_array create_table create_carray create_earray"
    " replace split rsplit partition rpartition startswith endswith strip lstrip rstrip removeprefix removesuffix find index count"
    " compile match search sub findall fullmatch print debug info warning error exception critical log write_text add_argument_group"
    " xpath find_elements find_element select select_one set_title set_xlabel set_ylabel title xlabel ylabel text annotate".split()
)
#: Keyword arguments that hold text, keys or addresses.
_NO_PATH_KEYWORDS = frozenset(
    "help description epilog title label doc message msg prog usage metavar key group name node dataset url endpoint base_url route"
    " pattern regex sep delimiter prefix content_path text comment".split()
)
_COMMANDS = ("os.system", "os.popen", "subprocess.")
_PREFILTER = ("/", "\\", "~")


def places(file: Module) -> Iterator[Place]:
    """All absolute paths of a file that hold data, code or results."""
    yield from _in_strings(file)
    yield from _in_magics(file)


def _in_strings(file: Module) -> Iterator[Place]:
    for node, scope in file.nodes.get(ast.Constant, ()):
        assert isinstance(node, ast.Constant)
        text = node.value
        if text.__class__ is not str or len(text) < 4 or ("/" not in text and "\\" not in text):
            continue
        command = " " in text and in_command(text)
        path = classify(text)
        if path is None and not command:
            continue
        file.here = scope
        parents = file.parents(node)
        parent = parents[0] if parents else None
        if isinstance(parent, ast.JoinedStr):
            if parent.values[0] is not node:
                continue
            path = classify(text, whole=False)
            holder: ast.expr = parent
            parents = parents[1:]
        else:
            holder = node
        if command and _is_command(parents, file):
            for _, found in command:
                yield Place(found, file.span(holder))
        elif path is not None and not _is_no_path(holder, parents, file):
            yield Place(path, file.span(holder))


def _is_command(parents: list[ast.AST], file: Module) -> bool:
    for parent in parents[:4]:
        if isinstance(parent, ast.Call):
            name = file.qualname(parent.func) or ""
            return name.startswith(_COMMANDS)
    return False


def _is_no_path(node: ast.expr, parents: list[ast.AST], file: Module) -> bool:
    """Whether the context says that a string is a route, a key, a pattern, text, or the tail of a longer path."""
    if not parents:
        return True
    child: ast.AST = node
    for depth, parent in enumerate(parents):
        if isinstance(parent, ast.Expr):
            return depth == 0  # a docstring, or a string that does nothing
        if isinstance(parent, ast.Call):
            return child is not parent.func and _call_takes_no_path(parent, child, file)
        if isinstance(parent, ast.keyword):
            if parent.arg in _NO_PATH_KEYWORDS:
                return True
        elif isinstance(parent, ast.BinOp):
            if isinstance(parent.op, ast.Add) and parent.right is child:
                return True  # the tail of something
            if isinstance(parent.op, ast.Mod | ast.Mult) and parent.right is child:
                return False
        elif isinstance(parent, ast.Subscript):
            if parent.slice is child:
                return True
        elif isinstance(parent, ast.Compare):
            return True
        elif isinstance(parent, ast.Raise | ast.Assert | ast.Slice | ast.ImportFrom):
            return True
        elif isinstance(parent, ast.Attribute):
            pass  # "…".format(…): what takes the result decides
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return child in parent.decorator_list
        elif isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _call_takes_no_path(call: ast.Call, child: ast.AST, file: Module) -> bool:
    name = file.qualname(call.func) or ""
    if name.startswith(_NO_PATH_CALLS):
        return True
    last = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    if last in ("join", "joinpath") and child in call.args and call.args[0] is not child and name.startswith("os.path"):
        return True
    return last in _NO_PATH_NAMES and not name.startswith(("os.", "shutil.", "pathlib."))


def _in_magics(file: Module) -> Iterator[Place]:
    for magic, span in file.magics():
        if magic.kind == "help":
            continue
        cell = next(c for c in file.cells if c.position == span.cell)
        if magic.kind == "cell":
            if magic.name in ("bash", "sh", "script", "writefile", "system", "!"):
                for number, line in enumerate(magic.body.split("\n"), magic.line + 1):
                    for at, path in in_command(line):
                        yield Place(path, Span(number, at + 1, number, at + 1 + len(path.text), cell.position))
            continue
        line = cell.lines[magic.line - 1] if magic.line <= len(cell.lines) else ""
        for at, path in in_command(line):
            if at + 1 >= magic.column:
                yield Place(path, Span(magic.line, at + 1, magic.line, at + 1 + len(path.text), cell.position))
