"""Global state that becomes a parameter: where it must be passed, and whether that is the same as reading it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

import libcst as cst

from rescode_lint.refactor.compose import Edits
from rescode_lint.refactor.document import Definition, Document
from rescode_lint.refactor.names import bound_inside
from rescode_lint.refactor.needs import Refused

Parameters = Mapping[str, tuple[str, ...]]
"""Name of a function -> the global names that it now takes as parameters."""

_SCOPES = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)  # fmt: skip
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Use = tuple[ast.Name, tuple[ast.AST, ...]]


def uses_of(names: Collection[str], document: Document) -> Iterator[Use]:
    """Every place that reads one of the names as the top level has them, with all that it stands in, outermost first."""
    for statement in document.module.body:
        waiting: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(statement, ())]
        while waiting:
            node, above = waiting.pop()
            if isinstance(node, ast.Name):
                if node.id in names and isinstance(node.ctx, ast.Load) and not _is_local(node.id, above):
                    yield node, above
                continue
            inside = (*above, node)
            waiting.extend((child, inside) for child in ast.iter_child_nodes(node))


def pass_state(parameters: Parameters, document: Document, edits: Edits) -> None:
    """Note in `edits` the arguments that every call must pass.

    Raises:
        Refused: the function is used other than by a call, or a value would not be the one that it read.
    """
    stateful = {name for name, names in parameters.items() if names}
    if not stateful:
        return
    for name in sorted(stateful):
        for other in parameters[name]:
            _check_bindings(name, other, document)
    for use, above in uses_of(stateful, document):
        call = above[-1] if above else None
        if not isinstance(call, ast.Call) or call.func is not use:
            raise _refused(use, document, f"`{use.id}` reads `{parameters[use.id][0]}` and is used here without a call",
                           f"call it in a lambda, as in `lambda x: {use.id}(x)`")  # fmt: skip
        for other in parameters[use.id]:
            if _is_local(other, above):
                reason = f"`{use.id}` reads the global `{other}`, and here `{other}` is something else"
                raise _refused(use, document, reason, f"give that `{other}` another name")
            if any(keyword.arg is None for keyword in call.keywords) and _takes_anything(use.id, document):
                reason = f"what is passed with `**` may hold a `{other}` already"
                raise _refused(use, document, reason, f"rename the global `{other}`")
            if any(keyword.arg == other for keyword in call.keywords):
                raise _refused(
                    use, document, f"an argument is called `{other}` already", f"rename the global `{other}`"
                )
        node = _libcst_call(call, use.id, document)
        if id(node) in edits.arguments:  # before Python 3.12, what stands in an f-string may lie about its place
            raise _refused(
                use, document, "a call cannot be told from another one here", "assign its value to a name first"
            )
        edits.arguments[id(node)] = parameters[use.id]
        edits.cells.add(document.cell_of(call))
    _check_order(parameters, stateful, document)


def _check_bindings(name: str, other: str, document: Document) -> None:
    for binding in document.bindings.get(other, ()):
        node = binding.node
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            raise _refused(
                node, document, f"`{name}` reads the global `{other}`, which is deleted here", "do not delete it"
            )
        if isinstance(binding.statement, Definition) and not isinstance(node, Definition):
            reason = f"`{name}` reads the global `{other}`, which `{binding.statement.name}` rebinds"
            raise _refused(node, document, reason, f"return the new `{other}` instead")


def check_late_reads(node: ast.stmt, names: Sequence[str], document: Document) -> None:
    """Whether a definition reads its globals while it runs, and not later, where they may be others by then.

    Raises:
        Refused: a generator or a function within it reads a global that is bound more than once, in a loop perhaps.
    """
    several = {
        name
        for name in names
        if len(found := document.bindings.get(name, ())) > 1 or any(binding.nested for binding in found)
    }
    if not several:
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Yield | ast.YieldFrom | ast.Await) or (
            inner is not node
            and isinstance(inner, ast.Lambda | ast.GeneratorExp | ast.FunctionDef | ast.AsyncFunctionDef)
            and any(isinstance(part, ast.Name) and part.id in several for part in ast.walk(inner))
        ):
            name = getattr(node, "name", "")
            other = min(several)
            reason = f"`{name}` may read the global `{other}` after its call, and `{other}` is assigned more than once"
            raise _refused(inner, document, reason, f"give the values of `{other}` different names", name)


def _check_order(parameters: Parameters, stateful: Collection[str], document: Document) -> None:
    """Whether every value exists where it must now be passed, on every path."""
    reached: dict[str, set[str]] = {name: set(parameters[name]) for name in stateful}
    waiting = list(stateful)
    while waiting:
        name = waiting.pop()
        for use, above in uses_of({name}, document):
            holder = above[0] if above else use
            if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                missing = reached[name] - reached.get(holder.name, set())
                if missing and holder.name != name:
                    reached.setdefault(holder.name, set()).update(missing)
                    waiting.append(holder.name)
                continue
            for other in sorted(reached[name]):
                if not _is_bound_before(other, use, document):
                    reason = f"`{name}` is used here, and `{other}`, which it would be given, may not exist yet"
                    raise _refused(use, document, reason, f"assign `{other}` above, on every path")


def _is_bound_before(name: str, use: ast.Name, document: Document) -> bool:
    for binding in document.bindings.get(name, ()):
        if isinstance(binding.node, ast.Pass) and binding.node.lineno < use.lineno:  # by a magic
            return True
    return _binds_before(document.module.body, name, use)


def _binds_before(body: Sequence[ast.stmt], name: str, use: ast.Name) -> bool:
    for statement in body:
        if not _holds(statement, use):
            if statement.lineno > use.lineno:
                return False
            if binds_surely(statement, name):
                return True
            continue
        targets: list[ast.expr] = []
        if isinstance(statement, ast.For | ast.AsyncFor):
            targets = [statement.target]
        elif isinstance(statement, ast.With | ast.AsyncWith):
            targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
        if any(_targets(target, name) for target in targets):
            body = getattr(statement, "body", [])
            if _holds_any(body, use):
                return True
        for inner in _bodies(statement):
            if _holds_any(inner, use):
                return _binds_before(inner, name, use)
        return False
    return False


def binds_surely(statement: ast.stmt, name: str) -> bool:
    """Whether a statement, once it is done, has bound a name, whatever path it took."""
    match statement:
        case ast.Assign(targets=targets):
            return any(_targets(target, name) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
            return _targets(target, name)
        case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
            return own == name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((alias.asname or alias.name.partition(".")[0]) == name for alias in aliases)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            bound = any(item.optional_vars is not None and _targets(item.optional_vars, name) for item in items)
            return bound or any(binds_surely(inner, name) for inner in body)
        case ast.If(body=body, orelse=orelse):
            return any(binds_surely(s, name) for s in body) and any(binds_surely(s, name) for s in orelse)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            if any(binds_surely(s, name) for s in final):
                return True
            whole = any(binds_surely(s, name) for s in (*body, *orelse))
            return whole and all(
                any(binds_surely(s, name) or isinstance(s, ast.Raise) for s in handler.body) for handler in handlers
            )
    return False


def _targets(target: ast.expr, name: str) -> bool:
    match target:
        case ast.Name(id=own):
            return own == name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_targets(part, name) for part in parts)
        case ast.Starred(value=inner):
            return _targets(inner, name)
    return False


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        found = getattr(statement, field, None)
        if isinstance(found, list):
            yield found
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body


def _holds(statement: ast.AST, use: ast.Name) -> bool:
    return any(node is use for node in ast.walk(statement))


def _holds_any(body: Sequence[ast.stmt], use: ast.Name) -> bool:
    return any(_holds(statement, use) for statement in body)


def _is_local(name: str, above: Sequence[ast.AST]) -> bool:
    """Whether a name means something else within all this than at the top level; in doubt it does."""
    for index, node in enumerate(above):
        if not isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.ClassDef) and any(isinstance(inner, _FUNCTIONS) for inner in above[index + 1 :]):
            continue  # functions do not see the names of the class around them
        if index + 1 < len(above) and above[index + 1] in getattr(node, "decorator_list", ()):
            continue
        declared = any(isinstance(inner, ast.Global) and name in inner.names for inner in ast.walk(node))
        if not declared and name in bound_inside(node):
            return True
    return False


def _takes_anything(name: str, document: Document) -> bool:
    """Whether a function has `**kwargs`."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg is not None
        for node in document.definitions.get(name, ())
    )


def _libcst_call(call: ast.Call, name: str, document: Document) -> cst.Call:
    span = document.source.span(call)
    for node in document.part(span.cell).nodes(span):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == name:
            return node
    raise _refused(call.func, document, f"this call of `{name}` cannot be changed", "assign its value to a name first")


def _refused(node: ast.AST, document: Document, reason: str, remedy: str, name: str = "") -> Refused:
    if not name:
        name = node.id if isinstance(node, ast.Name) else ""
    return Refused(name, reason, remedy, document.path, document.place(node))
