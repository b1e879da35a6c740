"""Constants that several files share: a module of the project that is made, or gets a line more."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from rescode_lint.read import Unreadable
from rescode_lint.read.python import decode
from rescode_lint.read.rewrite import CannotRewrite, rewrite
from rescode_lint.rule import Shared

_HEADING = '"""Where this project keeps its files: the one place to change."""\n'


class CannotShare(Exception):
    """Why the module cannot take the constants: the end of a sentence."""


def with_shared(wanted: Sequence[Shared], current: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The modules, by path, with the constants that they lack.

    Args:
        wanted: the constants.
        current: the bytes of a file, None where there is none.

    Raises:
        CannotShare: a module is not to be read, or a name means something else there.
    """
    made: dict[str, bytes] = {}
    for path in dict.fromkeys(shared.path for shared in wanted):
        before = current(path)
        data = before if before is not None else _HEADING.encode()
        lacking = [shared for shared in wanted if shared.path == path and not _has(data, shared)]
        if lacking:
            made[path] = _with(data, lacking)
    return made


def _has(data: bytes, shared: Shared) -> bool:
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        raise CannotShare(f"`{shared.path}` does not parse") from None
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == shared.name for target in targets):
            if ast.unparse(statement) == ast.unparse(ast.parse(shared.statement)):
                return True
            raise CannotShare(f"`{shared.name}` has another value in `{shared.path}`")
    return False


def _with(data: bytes, lacking: Sequence[Shared]) -> bytes:
    path = lacking[0].path
    try:
        module = cst.parse_module(decode(data))
        for module_name, name in dict.fromkeys(pair for shared in lacking for pair in shared.imports):
            context = CodemodContext()
            AddImportsVisitor.add_needed_import(context, module_name, name or None)
            module = AddImportsVisitor(context).transform_module(module)
        made = [cst.parse_statement(shared.statement, module.config_for_parsing) for shared in lacking]
        text = module.with_changes(body=(*module.body, *made)).code
        return rewrite(path, data, {None: text})
    except (cst.ParserSyntaxError, Unreadable, CannotRewrite) as why:
        raise CannotShare(f"`{path}` cannot be extended ({why})") from None
