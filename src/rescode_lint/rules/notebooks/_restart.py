"""What explains a name that is missing after a restart: under which condition, and what to do about it."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.read import Cell
from rescode_lint.rule import listed
from rescode_lint.semantics import Module, Use
from rescode_lint.semantics.dataflow import effects_of
from rescode_lint.semantics.walk import is_main_guard

#: What is kept out of notebooks.
_SECRET = lazy(r"(?:.*_)?(?:token|api_?key|password|passwd|secret(?:_key)?|access_key|auth_key|pat)\Z", re.I)
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
#: Calls at which a statement of its own only looks.
_SHOWING = frozenset(
    "print display len type head tail describe info shape plot hist show summary value_counts unique keys sample repr".split()
)
#: A definition further below than this is perhaps another one of the same name.
_FEW = 8
#: The definition of a short name that is commented out is of the same thing if it stands not further above than this.
_NEAR = 5
_LONGEST = 40
_BUILTINS = frozenset(dir(builtins))


class _Call(NamedTuple):
    """What a call passes for one parameter: a constant, or something that nobody knows."""

    known: bool
    value: object = None


def condition_of(use: Use, file: Module) -> str:
    """The conditions in its function under which a name is read: "where `save` and `kind == 'x'`"; "" where there are none."""
    found: list[str] = []
    node: ast.AST = use.node
    for parent in _above(use, file):
        if isinstance(parent, _FUNCTION):
            break
        if isinstance(parent, ast.If) and is_main_guard(parent.test):
            pass
        elif isinstance(parent, ast.If | ast.IfExp) and node is not parent.test:
            test = ast.unparse(parent.test)
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            inside = any(node is statement for statement in body)
            short = len(test) <= _LONGEST and "`" not in test
            found.append(f"{'where' if inside else 'unless'} `{test}`" if short else "on one of its branches")
        elif isinstance(parent, ast.ExceptHandler):
            kind = ast.unparse(parent.type) if parent.type else "an error"
            found.append(f"where it catches `{kind}`" if parent.type else "where it catches an error")
        node = parent
    if len(found) > 2 or (len(found) > 1 and "on one of its branches" in found):
        return "on one of its branches"
    return " and ".join(reversed(found))


def is_never_read(use: Use, file: Module) -> bool:
    """Whether a name stands on a branch of a top-level function that hangs on a parameter for which every call passes, or
    leaves, a value that does not take it.
    """
    chain = _above(use, file)
    function = next((parent for parent in chain if isinstance(parent, _FUNCTION)), None)
    if function is None or chain[-1] is not function or function.decorator_list:
        return False
    node: ast.AST = use.node
    for parent in chain:
        if parent is function:
            return False
        if isinstance(parent, ast.If | ast.IfExp) and node is not parent.test:
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            if _never(parent.test, any(node is statement for statement in body), function, file):
                return True
        node = parent
    return False


def _never(test: ast.expr, wanted: bool, function: ast.FunctionDef | ast.AsyncFunctionDef, file: Module) -> bool:
    """Whether no call makes a test come out as wanted."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and wanted:
        return any(_never(value, True, function, file) for value in test.values)
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, wanted = test.operand, not wanted
    compared = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.comparators[0], ast.Constant)
    subject = test.left if isinstance(test, ast.Compare) and compared else test
    if not isinstance(subject, ast.Name):
        return False
    name = subject.id
    if any(isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load) for n in ast.walk(function)):
        return False
    passed = _passed(name, function, file)
    if not passed:
        return False
    for call in passed:
        if not call.known:
            return False
        value: object = bool(call.value)
        if isinstance(test, ast.Compare):
            constant, operator = test.comparators[0], test.ops[0]
            assert isinstance(constant, ast.Constant)
            same = type(call.value) is type(constant.value) and call.value == constant.value
            if isinstance(operator, ast.Is | ast.IsNot):
                value = same == isinstance(operator, ast.Is)
            elif isinstance(operator, ast.Eq | ast.NotEq):
                value = (call.value == constant.value) == isinstance(operator, ast.Eq)
            else:
                return False
        if value == wanted:
            return False
    return True


def _passed(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, file: Module) -> list[_Call]:
    """What the calls of a function pass for a parameter; empty where it is used otherwise than by calling it."""
    arguments = function.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    defaults: dict[str, ast.expr | None] = dict(
        zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    )
    defaults |= zip((a.arg for a in arguments.kwonlyargs), arguments.kw_defaults, strict=True)
    if name not in positional and all(a.arg != name for a in arguments.kwonlyargs):
        return []
    calls = [call for call, _ in file.calls_of(function.name) if isinstance(call.func, ast.Name)]
    called = {id(call.func) for call in calls}
    for event in file.flow:
        if event.name == function.name:
            if event.kind == "bind" and event.line != function.lineno:
                return []
            if event.kind != "bind" and id(event.node) not in called:
                return []
    found = []
    for call in calls:
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
            return [_Call(False)]
        given = next((k.value for k in call.keywords if k.arg == name), None)
        if given is None and name in positional and positional.index(name) < len(call.args):
            given = call.args[positional.index(name)]
        if given is None:
            given = defaults.get(name)
        found.append(_Call(True, given.value) if isinstance(given, ast.Constant) else _Call(False))
    return found


def _above(use: Use, file: Module) -> list[ast.AST]:
    return file.parents(use.node) if isinstance(use.node, ast.expr) else []


def secret_advice(names: list[str]) -> str:
    """How to come by a key or password; "" where the names are none."""
    if not all(_SECRET.match(name) for name in names):
        return ""
    shown = " and ".join(f'`{name} = os.environ["{name.upper()}"]`' for name in names)
    return f"Read it from the environment ({shown}), and say in the README which variable to set; never write it into a cell."


def hint_of(use: Use, file: Module, defining: int = 0) -> str:
    """A definition that somebody has commented out, or a name that is nearly the same; "" where there is neither."""
    name = use.name
    here = file.source.cell_at(use.line)
    word = re.escape(name)
    what = "definition"
    cell = _commented(rf"(?:\w+\s*,\s*)*{word}\s*(?:,\s*\w+\s*)*=(?!=)", name, file, here)
    if not cell and not defining:
        what = "import"
        cell = _commented(rf"(?:from [\w.]+ import |import )(?:.*\bas |.*, ?)?{word}\s*(?:,|#|\Z)", name, file, here)
    if cell and cell != defining:
        position = here.position if here else 0
        return (
            f"{'This cell' if cell == position else f'Cell {cell}'} has the {what} of `{name}` commented out: "
            f"bring it back{' above this cell' if cell > position else ''}, or delete what uses it."
        )
    if defining:
        return ""
    for function in (parent for parent in _above(use, file) if isinstance(parent, _FUNCTION)):
        for known in _locals(function):
            if _is_near(name, known):
                return f"Perhaps `{known}` of `{function.name}` is meant."
    for known, target in _known(use, file):
        if target != known and _is_near(name, target):
            return f"Perhaps `{known}` is meant (`import {target} as {known}`)."
        if _is_near(name, known):
            place = _place(known, file)
            return f"Perhaps `{known}`{f' of cell {place}' if place else ''} is meant."
    return ""


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterable[str]:
    """The parameters and variables of a function."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def default_advice(uses: list[Use], file: Module) -> str:
    """The advice for names that are the defaults of parameters of the same name, `def f(x=x)`; "" for all others."""
    for use in uses:
        function = next((parent for parent in _above(use, file) if isinstance(parent, _FUNCTION)), None)
        if function is None:
            return ""
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        pairs = [
            *zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        if not any(default is use.node and argument.arg == use.name for argument, default in pairs):
            return ""
    names = list(dict.fromkeys(use.name for use in uses))
    values = " and ".join(f"`{name}=None`" for name in names)
    return (
        f"Make the default a value ({values}), as it is read when the function is defined, and pass "
        f"{listed(names, 'name')} in the calls."
    )


def _commented(pattern: str, name: str, file: Module, here: Cell | None) -> int:
    """The cell that has a commented line of that pattern, at best one above; 0 where there is none."""
    found = re.compile(rf"\s*#+\s*{pattern}")
    cells = [cell.position for cell in file.cells if any("#" in line and found.match(line) for line in cell.lines)]
    position = here.position if here else 0
    if len(name) < 3:  # `x` is something else in each part of a notebook
        cells = [cell for cell in cells if 0 <= position - cell <= _NEAR]
    return next((cell for cell in reversed(cells) if cell <= position), cells[0] if cells else 0)


def _known(use: Use, file: Module) -> Iterable[tuple[str, str]]:
    """The names that are bound above a use (or anywhere, where it is a function that reads), with the modules they are."""
    seen = set()
    imports = file.scope.imports
    for event in file.flow:
        if event.kind == "bind" and event.name not in seen and (use.kind == "later" or event.line <= use.line):
            seen.add(event.name)
            target = imports.get(event.name)
            yield event.name, target if target and "." not in target else event.name


def _place(name: str, file: Module) -> int:
    line = next((event.line for event in file.flow if event.kind == "bind" and event.name == name), 0)
    cell = file.source.cell_at(line) if line else None
    return cell.position if cell else 0


def _is_near(name: str, other: str) -> bool:
    """Whether two names differ by one letter, or by the place of letters that stand beside each other."""
    if name == other or min(len(name), len(other)) < 5 or abs(len(name) - len(other)) > 1:
        return False
    begin = 0
    while begin < min(len(name), len(other)) and name[begin] == other[begin]:
        begin += 1
    end = 0
    while end < min(len(name), len(other)) - begin and name[-1 - end] == other[-1 - end]:
        end += 1
    left, right = name[begin : len(name) - end], other[begin : len(other) - end]
    if not all(letter.isalpha() for letter in left + right):
        return False  # `x_1` and `x_2` are two things on purpose
    inner = name[begin - 1 : begin].isalpha()
    if len(left) == len(right) == 1:
        return (
            inner and end > 0 and name[-end].isalpha() and left.islower() == right.islower()
        )  # not `train_x` for `train_y`
    if len(left) + len(right) == 1:
        return inner and len(name) > 6
    return sorted(left) == sorted(right) and len(left) <= 3


def where_to_move(group: list[tuple[Use, Use]], cell: int, file: Module) -> str:
    """The advice for names that a cell uses and another one defines further below: pairs of use and definition."""
    names = listed(list(dict.fromkeys(use.name for use, _ in group)), "name")
    them = "it" if len({use.name for use, _ in group}) == 1 else "them"
    definitions = [_top(definition.line, file) for _, definition in group]
    if all(isinstance(found, ast.Import | ast.ImportFrom) for found in definitions):
        return f"Move the import of {names} from cell {cell} to the first cell."
    if any(_is_reader(definition) for definition in definitions):
        return (
            f"Read the table above this cell: the {names} of cell {cell} gives it in pieces (`chunksize`, `iterator`)."
        )
    here = file.source.cell_at(group[0][0].line)
    position = here.position if here else 0
    lines = [use.line for use, _ in group]
    reason = _obstacle(definitions, here.first if here else min(lines), file)
    away = len([other for other in file.cells if position <= other.position < cell])
    if not reason and (away <= _FEW or all(isinstance(d, _FUNCTION | ast.ClassDef) for d in definitions)):
        return f"Move the definition of {names} from cell {cell} above this cell."
    if all(_looks(_top(line, file)) for line in lines):
        one = len(set(lines)) == 1
        what, it = ("this line", "it") if one else ("the lines", "them")
        return f"Move {what} below the definition of {names} in cell {cell}, or delete {it}."
    if not reason:
        reason = f"cell {cell} is far below, and may mean something else by {them}"
    return f"Define {names} above this cell, or move this one below cell {cell} ({reason})."


def _obstacle(definitions: list[ast.stmt | None], line: int, file: Module) -> str:
    """Why definitions cannot simply be moved up to a line."""
    plain = ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom | _FUNCTION | ast.ClassDef
    own = {id(definition) for definition in definitions}
    brought = {name for d in definitions if isinstance(d, ast.stmt) for name in effects_of(file, d).binds}
    for definition in definitions:
        if not isinstance(definition, plain):
            inside = "a loop" if isinstance(definition, ast.For | ast.While | ast.AsyncFor) else "a block"
            return (
                f"the definition stands in {inside}"
                if definition is not None
                else "the definition is not a line of its own"
            )
        above = {event.name for event in file.flow if event.kind == "bind" and event.line < line}
        between = {
            event.name
            for event in file.flow
            if event.kind == "bind"
            and line <= event.line < definition.lineno
            and not (isinstance(event.node, ast.alias) and event.name in above)
            and id(_top(event.line, file)) not in own
        }
        effects = effects_of(file, definition)
        reads = effects.reads.keys()
        needs = sorted(n for n in reads if n in between or not (n in brought or n in above or n in _BUILTINS))
        changed = sorted(
            name
            for statement in file.body
            if line <= statement.lineno < definition.lineno and id(statement) not in own
            for name in effects_of(file, statement).mutates
            if name in reads
        )
        if needs or changed:
            return f"the definition needs `{(needs or changed)[0]}`, which is made or changed in between"
    return ""


def _is_reader(definition: ast.stmt | None) -> bool:
    """Whether a definition opens a table that is read piece by piece."""
    match definition:
        case ast.Assign(value=ast.Call(func=ast.Attribute(attr=attr), keywords=keywords)) if attr.startswith("read_"):
            return any(
                k.arg in ("chunksize", "iterator") and not (isinstance(k.value, ast.Constant) and not k.value.value)
                for k in keywords
            )
    return False


def _looks(statement: ast.stmt | None) -> bool:
    """Whether a statement only shows something."""
    if not isinstance(statement, ast.Expr):
        return False
    for node in ast.walk(statement.value):
        if isinstance(node, ast.Call):
            function = node.func
            last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if last not in _SHOWING:
                return False
        elif isinstance(node, ast.Await | ast.Yield | ast.NamedExpr):
            return False
    return True


def _top(line: int, file: Module) -> ast.stmt | None:
    """The top-level statement that a line belongs to."""
    return next((s for s in file.body if s.lineno <= line <= (s.end_lineno or s.lineno)), None)
