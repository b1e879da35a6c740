"""The shape of a definition: what is the same in two copies of it, whatever their layout, comments and local names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from rescode_lint.semantics.module import Function, Module, Scope

#: Characters of `Shape.lines` that stand for one statement.
CODE = 3
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_PAIRS = tuple(one + other for one in _ALPHABET for other in _ALPHABET)
#: What says nothing about the meaning: it follows from where a node stands, or is a comment.
_SKIPPED = frozenset({"ctx", "type_comment", "kind", "type_ignores"})
_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


class Shape(NamedTuple):
    """What is kept of a definition for the search for copies."""

    #: Equal where the trees are equal but for docstrings, the definition's own name and the names of locals.
    fingerprint: str = ""
    #: Equal for two definitions of one fingerprint where the names of their locals are equal too.
    wording: str = ""
    #: Three characters for each statement, in the order of the text: equal where its own line (not its block) is.
    lines: str = ""


def _tables() -> Iterator[tuple[type[ast.AST], tuple[str, tuple[str, ...], tuple[str, ...]]]]:
    """For each class of nodes: its name, its fields, and those of its fields that are blocks of statements."""
    for kind in vars(ast).values():
        if isinstance(kind, type) and issubclass(kind, ast.AST):
            compound = issubclass(kind, ast.stmt | ast.excepthandler | ast.match_case)
            blocks = tuple(field for field in kind._fields if compound and field in _BLOCKS)
            fields = tuple(field for field in kind._fields if field not in _SKIPPED and field not in blocks)
            yield kind, (kind.__name__, fields, blocks)


_FIELDS = dict(_tables())
_Name, _Constant = ast.Name, ast.Constant
#: Nodes whose texts are names that they bind.
_BINDERS = frozenset(
    getattr(ast, name)
    for name in (
        *("arg", "ExceptHandler", "FunctionDef", "AsyncFunctionDef", "ClassDef", "Nonlocal"),
        *("MatchAs", "MatchStar", "MatchMapping", "TypeVar", "ParamSpec", "TypeVarTuple"),
    )
    if hasattr(ast, name)
)
#: Operators and the like: nodes without a field.
_LEAVES = {kind: name for kind, (name, fields, blocks) in _FIELDS.items() if not fields and not blocks}
_DOCUMENTED = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})


def shapes(module: Module) -> dict[ast.AST, Shape]:
    """The shapes of the functions and classes at the top of a file; a method has none but that of its class."""
    tops = [site.node for site in module.definitions if site.owner is None]
    if not tops:
        return {}
    scopes = _scopes(module)
    return {node: shape(node, _locals(node, scopes.get(node, []))) for node in tops}


def shape(node: Function | ast.ClassDef, locals_: frozenset[str]) -> Shape:
    """The shape of one definition.

    Args:
        node: the definition.
        locals_: the names in it that may be called otherwise without any change of what it does.
    """
    out: list[str] = []
    marks: list[int] = []
    codes: list[str] = []
    if _is_trivial(node):
        return Shape()
    try:
        _stream(node, out, marks, codes)
    except RecursionError:  # a sum of thousands of terms
        return Shape()
    numbers = dict.fromkeys(token for token in map(out.__getitem__, marks) if token[1:] in locals_)
    other = {token: f"${index}" for index, token in enumerate(numbers)}
    other.setdefault(f"${node.name}", "$")
    for mark in marks:
        token = out[mark]
        if token in other:
            out[mark] = other[token]
    digest = blake2b("\0".join(out).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    wording = f"{crc32(' '.join(numbers).encode('utf-8', 'surrogatepass')):08x}" if numbers else ""
    return Shape(digest, wording, "".join(codes))


def statements(node: Function | ast.ClassDef) -> list[ast.AST]:
    """The definition and all that stands in it, in the order of `Shape.lines`: statements, handlers, cases of a match."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = [node]
    while stack:
        item = stack.pop()
        found.append(item)
        blocks = _FIELDS[item.__class__][2]
        inner = [child for block in blocks for child in _block(item, block)]
        stack += reversed(inner)
    return found


def tokens(node: ast.AST) -> list[str]:
    """What a statement says before its blocks: names with a dollar before them, constants, kinds of nodes."""
    _, _, blocks = _FIELDS[node.__class__]
    if blocks:
        fields: dict[str, Any] = {f: [] if f in blocks else getattr(node, f, None) for f in node._fields}
        node = node.__class__(**fields)
    out: list[str] = []
    _stream(node, out, [], [])
    return out


def _block(node: ast.AST, field: str) -> list[ast.AST]:
    """The statements of a block, the docstring aside."""
    body: list[ast.AST] = getattr(node, field)
    if field == "body" and body and node.__class__ in _DOCUMENTED and _is_text(body[0]):
        return body[1:]
    return body


def _is_text(node: ast.AST) -> bool:
    return node.__class__ is ast.Expr and node.value.__class__ is ast.Constant and node.value.value.__class__ is str


def _is_trivial(node: Function | ast.ClassDef) -> bool:
    """Whether nothing stands in it: a stub, the class of an exception."""
    body = _block(node, "body")
    return all(
        item.__class__ is ast.Pass
        or (item.__class__ is ast.Expr and item.value.__class__ is ast.Constant and item.value.value is ...)
        for item in body
    )


def _stream(node: ast.AST, out: list[str], marks: list[int], codes: list[str]) -> None:
    """Append the tokens of a node: `out` all, `marks` the places of names in it, `codes` one for each statement.

    Names and constants are most of what there is, and so are dealt with where they are met.
    """
    kind = node.__class__
    start = len(out)
    known = _FIELDS
    name, fields, blocks = known[kind]
    out.append(name)
    values = node.__dict__
    for field in fields:
        value: Any = values.get(field)
        found = value.__class__
        if found is list:
            out.append("[")
            for item in value:
                inner = item.__class__
                if inner is _Name:
                    marks.append(len(out))
                    out.append("$" + item.id)
                elif inner is _Constant:
                    constant = item.value
                    out.append(repr(constant) if constant.__class__ is not int else hex(constant))
                elif inner in known:
                    _stream(item, out, marks, codes)
                else:
                    _text(kind, item, out, marks)
            out.append("]")
        elif found is _Name:
            marks.append(len(out))
            out.append("$" + value.id)
        elif found is str:
            if kind in _BINDERS:
                marks.append(len(out))
                value = "$" + value
            out.append(value)
        elif found is _Constant:
            constant = value.value
            # `repr` of a very long number raises
            out.append(repr(constant) if constant.__class__ is not int else hex(constant))
        elif found in _LEAVES:
            out.append(_LEAVES[found])
        elif found in known:
            _stream(value, out, marks, codes)
        else:
            _text(kind, value, out, marks)
    if blocks:
        codes.append(_code(out, start))
        for block in blocks:
            out.append("{")
            for item in _block(node, block):
                start = len(out)
                _stream(item, out, marks, codes)
                if not _FIELDS[item.__class__][2]:
                    codes.append(_code(out, start))
            out.append("}")


def _text(kind: type[ast.AST], value: Any, out: list[str], marks: list[int]) -> None:
    """Append what is no node: a name, a number, nothing."""
    if value.__class__ is str:
        if kind in _BINDERS:
            marks.append(len(out))
            out.append("$" + value)
        else:
            out.append(value)
    else:
        out.append("-" if value is None else repr(value))


def _code(out: list[str], start: int) -> str:
    bits = crc32("\0".join(out[start:]).encode("utf-8", "surrogatepass"))
    return _PAIRS[bits & 4095] + _ALPHABET[bits >> 12 & 63]


# --- names that are nobody else's business ----------------------------------------------------------------------------


def _scopes(module: Module) -> Mapping[ast.AST, list[Scope]]:
    """The scopes within each definition at the top, its own first."""
    found: dict[ast.AST, list[Scope]] = {}
    tops: dict[Scope, ast.AST | None] = {module.scope: None}
    for scope in module.scopes:
        if scope.parent is None:
            continue
        top = tops[scope.parent]
        if top is None:
            top = scope.node
        tops[scope] = top
        if top is not None:
            found.setdefault(top, []).append(scope)
    return found


def _locals(node: Function | ast.ClassDef, scopes: list[Scope]) -> frozenset[str]:
    """The names that the functions of a definition bind for themselves.

    Not those that mean something outside too: imports, globals, attributes of a class, and what is read from the module
    in one place while another binds the same name.
    """
    bound: set[str] = set()
    kept: set[str] = set(_outside(node))
    inside = set(scopes)
    for scope in scopes:
        kept.update(scope.foreign)
        if scope.kind == "class":
            kept.update(scope.bindings)
            continue
        bound.update(scope.bindings)
        kept.update(scope.imports)
        outer = scope.parent
        while outer is not None and outer.kind == "class":
            outer = outer.parent
        if outer not in inside:
            kept.update(name for name in scope.uses if name not in scope.bindings)
    return frozenset(bound - kept)


def _outside(node: ast.AST) -> Iterator[str]:
    """The names that are read outside of the functions: by decorators, defaults, annotations, the body of a class."""
    parts: list[ast.AST] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = node.args
        parts += [*node.decorator_list, *arguments.defaults]
        parts += [default for default in arguments.kw_defaults if default is not None]
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        parts += [parameter.annotation for parameter in every if parameter is not None and parameter.annotation]
        if node.returns is not None:
            parts.append(node.returns)
    elif isinstance(node, ast.ClassDef):
        parts += [*node.decorator_list, *node.bases, *node.keywords]
        for item in node.body:
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _outside(item)
            else:
                parts.append(item)
    for part in parts:
        if part.__class__ is ast.Name:
            yield part.id
        elif part.__class__ is not ast.Constant:
            yield from (inner.id for inner in ast.walk(part) if inner.__class__ is ast.Name)
