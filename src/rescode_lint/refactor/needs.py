"""What a definition takes from the file around it: imports, helpers, constants, and the global state that it reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from rescode_lint.facts.history import HISTORY
from rescode_lint.model import Span
from rescode_lint.refactor.document import BUILTINS, DISPLAY, Definition, Document, Imported
from rescode_lint.refactor.names import bound_inside, free_names

#: What looks at the namespace in which it runs, or changes it.
_NAMESPACE = frozenset({"globals", "exec", "eval", "get_ipython", "__file__", "__name__"})
#: Methods that run when a class is made.
_WATCHING = frozenset({"__init_subclass__", "__set_name__", "__new__", "__prepare__", "__call__"})
#: Calls without side effects that give what never changes, or what nobody changes under a name in capitals.
_PURE = frozenset(
    {"Path", "PurePath", "compile", "frozenset", "set", "dict", "list", "tuple", "range", "timedelta", "int", "float"}
)
#: Modules whose attributes are the same whenever they are read.
_FIXED = frozenset({"math", "cmath", "numpy", "string", "scipy", "datetime", "pathlib", "re"})
#: What is something else each time, in them too.
_CHANGING = frozenset({"random", "now", "utcnow", "today", "load", "loadtxt", "genfromtxt", "fromfile"})
#: Calls that may stand in a class body or a default, which run when the module is imported and not where they stood.
_ANYTIME = _PURE | {
    "field",
    "Field",
    "auto",
    "property",
    "staticmethod",
    "classmethod",
    "TypeVar",
    "Column",
    "slice",
    "object",
    "bool",
    "str",
    "bytes",
    "complex",
}
_IN_STRINGS = frozenset(
    {"eval", "exec", "compile", "timeit", "repeat", "Timer", "run_line_magic", "run_cell_magic", "run_cell", "magic", "system", "ex", "ev"}
)  # fmt: skip


class Refused(Exception):
    """Why something is not moved: the name, the reason with its place, and what to change."""

    def __init__(self, name: str, reason: str, remedy: str, path: str = "", span: Span | None = None) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason
        self.remedy = remedy
        self.path = path
        self.span = span


class Needs(NamedTuple):
    """What a definition takes from around it, each name once, sorted."""

    imports: tuple[Imported, ...] = ()
    #: Of these: only annotations name them.
    typing: frozenset[Imported] = frozenset()
    #: Functions and classes of the same file.
    helpers: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    #: Global values, which become parameters.
    state: tuple[str, ...] = ()
    #: Of helpers and constants: those that must stand above the definition.
    early: frozenset[str] = frozenset()


def needs_of(node: ast.stmt, name: str, document: Document) -> Needs:
    """What a definition, or the assignment of a constant, needs.

    Raises:
        Refused: something that no module can have.
    """
    free = free_names(node)

    def refused(what: str, reason: str, remedy: str) -> Refused:
        return Refused(name, reason, remedy, document.path, document.place(_first(node, what)))

    for other in sorted(free.rebound):
        remedy = f"return the new value of `{other}` and assign it where `{name}` is called"
        raise refused(other, f"`{name}` rebinds the global `{other}`", remedy)
    _check_magics(node, name, document)
    _check_queries(node, name, document)
    _check_early_calls(node, name, document)
    imports: set[Imported] = set()
    typing: set[Imported] = set()
    helpers: set[str] = set()
    constants: set[str] = set()
    state: set[str] = set()
    for other in sorted(free.all - {name}):
        if other in _NAMESPACE or HISTORY.match(other):
            reason = f"`{name}` uses `{other}`, which looks at the notebook in which it runs"
            raise refused(other, reason, "pass what it needs as a parameter")
        bindings = document.bindings.get(other, ())
        if not bindings:
            found = _from_star(other, document)
            if found is None and other == DISPLAY and document.is_notebook:
                found = Imported("IPython.display", DISPLAY)
            if found is not None:
                imports.add(found)
            elif other not in BUILTINS:
                reason, remedy = f"`{name}` reads `{other}`, which nothing here defines", f"define `{other}` first"
                unknown = [module for _, module in document.module.stars if document.names_of(module) is None]
                if unknown:
                    reason = f"`{name}` reads `{other}`, which may come from `from {unknown[-1]} import *`"
                    remedy = f"write `from {unknown[-1]} import {other}`"
                raise refused(other, reason, remedy)
            continue
        found_imports = document.imports(other)
        if found_imports:
            from rescode_lint.refactor.state import binds_surely  # which needs `Refused`

            # Where an import fails, the notebook may go on without it.
            if all(binding.nested and not binds_surely(binding.statement, other) for binding in bindings):
                reason = f"`{name}` uses `{other}`, which is imported on some paths only"
                raise refused(other, reason, f"import `{other}` unconditionally, or within `{name}`")
            for imported in found_imports:
                if imported.module.startswith("."):
                    reason = f"`{name}` uses a relative import, `{imported.statement}`"
                    raise refused(other, reason, "import it absolutely")
            imports |= found_imports
            if other in free.annotations:
                typing |= {needed for needed in found_imports if needed.module != "typing"}
            continue
        kinds = {binding.how for binding in bindings}
        if "definition" in kinds or "import" in kinds:
            _check_helper(name, other, node, document)
            helpers.add(other)
        elif is_constant(other, document):
            constants.add(other)
        elif other in free.early or _is_in_head(other, node):
            reason = f"`{other}` is read when `{name}` is defined (by a default, a decorator or a class body)"
            raise refused(other, reason, f"give `{other}` to `{name}` when it is called")
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            what = "class" if isinstance(node, ast.ClassDef) else "constant"
            reason = f"the {what} `{name}` reads the global `{other}`"
            raise refused(other, reason, f"pass `{other}` to `__init__` and keep it as an attribute")
        elif any(isinstance(inner, ast.Global) and other in inner.names for inner in ast.walk(node)):
            reason = f"`{name}` declares `global {other}`, and would take `{other}` as a parameter"
            raise refused(other, reason, "delete that line, which nothing needs that only reads the global")
        else:
            state.add(other)
    return Needs(
        tuple(sorted(imports)),
        frozenset(typing),
        tuple(sorted(helpers)),
        tuple(sorted(constants)),
        tuple(sorted(state)),
        free.early & (helpers | constants),
    )


def definition_of(name: str, document: Document) -> Definition:
    """The one definition of a name; of several with the same code the first.

    Raises:
        Refused: there is none, or more than one meaning.
    """
    found = document.definitions.get(name, ())
    if not found:
        raise Refused(
            name, f"no function or class `{name}` stands at the top level", "name one that does", document.path
        )
    first, *others = found
    for other in others:
        if code_of(other) != code_of(first):
            raise Refused(
                name,
                f"`{name}` is defined twice in this file, in different ways",
                "keep one of them, or give it another name",
                document.path,
                document.place(other),
            )
    for binding in document.bindings[name]:
        if binding.how != "definition" or binding.nested:
            raise Refused(
                name,
                f"`{name}` is bound in another way too",
                "use another name there",
                document.path,
                document.place(binding.node),
            )
    return first


def is_constant(name: str, document: Document, within: frozenset[str] = frozenset()) -> bool:
    """Whether a name in capitals is assigned once, at the top level, to what the code itself says.

    Args:
        name: the name.
        document: where it is assigned.
        within: names whose values hold this one.
    """
    if name in within:
        return False
    bindings = document.bindings.get(name, ())
    if len(bindings) != 1 or not name.isupper():
        return False
    binding = bindings[0]
    statement = binding.statement
    if binding.how != "assignment" or binding.nested or binding.node is not statement:
        return False
    if (
        not isinstance(statement, ast.Assign | ast.AnnAssign)
        or statement.value is None
        or _shares_line(statement, document)
    ):
        return False
    cell = document.source.cell_at(statement.lineno)
    if (cell is not None and "parameters" in cell.tags) or _may_be_rebound(name, statement.lineno, document):
        return False
    return _is_literal(statement.value, document, within | {name})


def code_of(node: ast.stmt) -> str:
    """The code of a definition without its docstring: equal for twins, whatever their layout and comments."""
    if isinstance(node, Definition):
        body = node.body
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            body = body[1:] or [ast.Pass()]
        fields = {field: getattr(node, field) for field in node._fields if field != "body"}
        node = type(node)(**fields, body=body, lineno=1, col_offset=0)
    return ast.dump(node)


def used_by_magic(name: str, document: Document) -> tuple[str, Span] | None:
    """A magic, a shell command or a string that is executed, which names the definition: its text and place."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for magic, span in document.module.magics():
        if word.search(magic.text) or word.search(magic.body):
            return magic.text or magic.name, document.on_disk(span)
    for call, _ in document.module.calls_of(*_IN_STRINGS):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and word.search(argument.value):
                return argument.value, document.place(argument)
    for statement in document.module.body if "globals" in document.module.scope.uses else ():
        for node in ast.walk(statement):
            match node:
                case ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), slice=ast.Constant(value=str(text))):
                    if text == name:
                        return f"globals()[{text!r}]", document.place(node)
    return None


def _check_helper(name: str, other: str, node: ast.stmt, document: Document) -> None:
    bindings = document.bindings[other]
    if any(binding.how == "import" for binding in bindings):
        reason = f"`{name}` uses `{other}`, which is imported and also bound in another way"
        place = document.place(bindings[-1].node)
        raise Refused(name, reason, "give one of the two another name", document.path, place)
    try:
        definition_of(other, document)
    except Refused as why:
        reason = f"`{name}` uses `{other}`, and {why.reason}"
        raise Refused(
            name, reason, why.remedy, document.path, why.span or document.place(_first(node, other))
        ) from None


def _check_early_calls(node: ast.stmt, name: str, document: Document) -> None:
    """Whether what runs when a definition is executed gives the same whenever that is.

    Raises:
        Refused: a default, a class body or a decorator of the notebook may do something else when it is imported.
    """
    for part in _early(node):
        for call in ast.walk(part):
            if not isinstance(call, ast.Call):
                continue
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called not in _ANYTIME and not _is_of_fixed(call.func, document):
                reason = f"`{called or ast.unparse(call.func)}` is called when `{name}` is defined, which would then be on import"
                raise Refused(name, reason, "call it where the value is used", document.path, document.place(call))
    for decorator in getattr(node, "decorator_list", ()):
        root = decorator.func if isinstance(decorator, ast.Call) else decorator
        for helper in document.definitions.get(getattr(root, "id", ""), ()):
            if not _only_defines(helper, 2 if isinstance(decorator, ast.Call) else 1):
                reason = f"the decorator `{helper.name}` runs when `{name}` is defined, which would then be on import"
                raise Refused(
                    name, reason, "let it do nothing but define and return", document.path, document.place(decorator)
                )

    for base in (*node.bases, *(k.value for k in node.keywords)) if isinstance(node, ast.ClassDef) else ():
        for helper in document.definitions.get(getattr(base, "id", ""), ()):
            for method in ast.walk(helper):
                if isinstance(method, ast.FunctionDef) and method.name in _WATCHING:
                    reason = (
                        f"`{helper.name}.{method.name}` runs when `{name}` is defined, which would then be on import"
                    )
                    raise Refused(name, reason, "register it by a call", document.path, document.place(base))


def _only_defines(node: ast.stmt, levels: int) -> bool:
    """Whether a function does nothing but define functions and return them, as many levels deep."""
    if not isinstance(node, ast.FunctionDef):
        return False
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef):
            if levels > 1 and not _only_defines(inner, levels - 1):
                return False
        elif not isinstance(inner, ast.Return) and not _is_text(inner):
            return False
    return True


def _early(node: ast.stmt) -> Iterator[ast.AST]:
    """What runs when a definition is executed, decorators aside: defaults, and the body of a class."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from node.args.defaults
        yield from (default for default in node.args.kw_defaults if default is not None)
    elif isinstance(node, ast.ClassDef):
        for statement in node.body:
            if isinstance(statement, Definition):
                yield from _early(statement)
            else:
                yield statement


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _check_magics(node: ast.stmt, name: str, document: Document) -> None:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    for cell in document.source.cells:
        for magic in cell.magics:
            line = cell.first + magic.line - 1
            if first <= line <= (node.end_lineno or first):
                text = cell.lines[magic.line - 1].strip()
                span = Span(
                    magic.line, magic.column, magic.line, magic.column + 1, document.position_on_disk(cell.position)
                )
                reason = f"`{name}` holds IPython syntax, `{text}`"
                raise Refused(name, reason, "use `subprocess` or plain Python there", document.path, span)


def _first(node: ast.AST, name: str) -> ast.AST:
    """The first place in a definition that names something."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == name]
    return min(found, key=lambda n: (n.lineno, n.col_offset)) if found else node


def in_strings(names: Collection[str], document: Document, gone: Collection[int]) -> set[str]:
    """Of some names those that a magic or a string holds, which may be a template, an expression or a query.

    Args:
        names: of what goes.
        document: the file.
        gone: ids of the statements that go.
    """
    texts = [text for magic, _ in document.module.magics() for text in (magic.text, magic.body)]
    for statement in document.module.body:
        if id(statement) not in gone:
            nodes = ast.walk(statement)
            texts += [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return {word for text in texts for word in re.findall(r"\w+", text) if word in names}


def _check_queries(node: ast.stmt, name: str, document: Document) -> None:
    """Whether no string takes a global by its name, as `df.query("a > @limit")` does."""
    local = None
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("query", "eval"):
            local = bound_inside(node) if local is None else local
            for part in ast.walk(call):
                text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
                for other in re.findall(r"@(\w+)", text):
                    if other not in local and other in document.bindings:
                        reason = f"`{name}` reads the global `{other}` in a string, `{text}`"
                        remedy = f"give `{other}` to `{name}` as a parameter"
                        raise Refused(name, reason, remedy, document.path, document.place(call))


def _is_in_head(name: str, node: ast.stmt) -> bool:
    """Whether a decorator or default names it, be it in a lambda."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    head = (*node.decorator_list, *node.args.defaults, *(part for part in node.args.kw_defaults if part is not None))
    return any(isinstance(inner, ast.Name) and inner.id == name for part in head for inner in ast.walk(part))


def _from_star(name: str, document: Document) -> Imported | None:
    for _, module in reversed(document.module.stars):
        names = document.names_of(module)
        if names is not None and name in names:
            return Imported(module, name)
    return None


def _shares_line(statement: ast.stmt, document: Document) -> bool:
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    return any(
        other is not statement and other.lineno <= last and (other.end_lineno or other.lineno) >= first
        for other in document.module.body
    )


def _is_of_fixed(called: ast.expr, document: Document) -> bool:
    """Whether what is called is a function of a library that gives the same whenever it is called: `np.zeros`."""
    parts = []
    while isinstance(called, ast.Attribute):
        parts.append(called.attr)
        called = called.value
    return isinstance(called, ast.Name) and _CHANGING.isdisjoint(parts) and _is_fixed(called.id, document)


def _is_fixed(name: str, document: Document) -> bool:
    """Whether a name is imported from where nobody changes anything: `np` in `np.pi`."""
    found = document.imports(name)
    return bool(found) and all(needed.module.partition(".")[0] in _FIXED for needed in found)


def _holds_mutable(name: str, document: Document) -> bool:
    """Whether the value of a constant can be changed in place."""
    value = getattr(document.bindings[name][0].statement, "value", None)
    return value is None or any(
        isinstance(node, ast.List | ast.Dict | ast.Set)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") not in _PURE - {"list", "dict", "set"})
        for node in ast.walk(value)
    )


def _may_be_rebound(name: str, line: int, document: Document) -> bool:
    """Whether a star import, a magic or text that is executed may bind a name anew below a (virtual) line."""
    if "exec" in document.module.scope.uses:
        return True
    if any(cell.first > line and cell.opaque and cell.unparsed is None for cell in document.source.cells):
        return True
    stars = (document.names_of(module) for at, module in document.module.stars if at > line)
    return any(names is None or name in names for names in stars)


def _is_literal(value: ast.expr, document: Document, within: frozenset[str], copied: bool = False) -> bool:
    """Whether the code itself says what a value is.

    Args:
        value: an expression.
        document: where it stands.
        within: names whose values hold it.
        copied: what it holds is copied into another value, so that it must be what it is at first.
    """
    match value:
        case ast.Constant():
            return True
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return all(_is_literal(part, document, within, copied) for part in parts)
        case ast.Dict(keys=keys, values=values):
            parts = [part for part in (*keys, *values) if part is not None]
            return None not in keys and all(_is_literal(part, document, within, copied) for part in parts)
        case ast.UnaryOp(operand=operand):
            return _is_literal(operand, document, within, True)
        case ast.BinOp(left=left, right=right):
            return _is_literal(left, document, within, True) and _is_literal(right, document, within, True)
        case ast.Name(id=name):
            if _is_fixed(name, document):
                return True
            return is_constant(name, document, within) and not (copied and _holds_mutable(name, document))
        case ast.Attribute(value=ast.Name(id=name)):
            return _is_fixed(name, document)
        case ast.Call(func=called, args=args, keywords=keywords):
            name = called.id if isinstance(called, ast.Name) else ""
            known = name in _PURE and (name not in document.bindings or _is_fixed(name, document))
            parts = [*args, *(keyword.value for keyword in keywords)]
            return (known or _is_of_fixed(called, document)) and all(
                _is_literal(part, document, within, True) for part in parts
            )
    return False
