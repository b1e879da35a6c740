"""Paths that are put together as text: their pieces, and what joins them."""

from __future__ import annotations

import ast
import string
from itertools import pairwise
from typing import Literal, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.rules.paths._values import ADDRESS, NO_FOLDER, Values, is_folder, is_text, name_of
from rescode_lint.semantics import Module, Scope

#: "slash": a folder's name, then a slash as text. "glue": nothing between folder and file, as the folder's name ends in
#: a slash, or ought to. "inner": a slash as text in what is joined to a folder. "chain": `os.path.join` in
#: `os.path.join`. "join": no text, `os.path.join` alone.
How = Literal["slash", "glue", "inner", "chain", "join"]

_MOST_PIECES = 40
_JOINS = ("os.path.join", "posixpath.join", "ntpath.join")
_PERCENT = lazy(r"%(?:(?P<percent>%)|(?P<flags>[0+ ]*)(?P<width>\d*)(?P<precision>\.\d+)?(?P<kind>[sdifeEgGxXr]))")
_FILE_NAME = lazy(r"[\w{*?\[]|\.\.?/")
_INTEGERS = frozenset({"int", "len", "round", "ord"})


class Piece(NamedTuple):
    """Literal text, or what an expression puts there."""

    text: str = ""
    node: ast.expr | None = None
    #: How the expression is turned to text, as in an f-string: `!r:03d`.
    spec: str = ""
    #: Taken as it is, by `+` or `os.path.join`.
    whole: bool = False
    #: The result begins with no slash: a number.
    number: bool = False
    #: Not in an f-string already, which writes the members of some enumerations otherwise.
    loose: bool = False


#: What `os.path.join` puts between its arguments.
JOIN = Piece("\0")


class Part(NamedTuple):
    """One name of a path; what `os.path.join` puts before it may begin with a slash of its own."""

    pieces: list[Piece]
    joined: bool = False

    @property
    def is_literal(self) -> bool:
        """Whether it is text alone."""
        return all(piece.node is None for piece in self.pieces)


class Built(NamedTuple):
    """A path that was put together as text."""

    node: ast.expr
    #: What it begins with: a literal folder, or an expression that stands for one.
    head: Piece
    parts: list[Part]
    how: How
    #: Nothing at its ends is lost with `pathlib`: neither a slash at the end nor `./` before a name.
    exact: bool

    @property
    def weight(self) -> int:
        """2: enough for a finding. 1: an f-string, which reads well, and is named with others."""
        if self.how in ("glue", "chain", "join"):
            return 2
        return 1 if self.how == "inner" or isinstance(self.node, ast.JoinedStr) else 2


def built_path(node: ast.expr, scope: Scope, file: Module, values: Values) -> Built | None:
    """The path that an expression puts together, if it is text that does so.

    Args:
        node: what a file function is given.
        scope: where it stands.
        file: the file.
        values: what is known of the file's names.

    """
    file.here = scope
    pieces = _pieces(node, file)
    if not pieces or len(pieces) > _MOST_PIECES:
        return None
    pieces = _merged(pieces)
    dotted = pieces[0].text == "./" and len(pieces) > 1
    if dotted:
        del pieces[0]
    if any("\n" in piece.text or (piece is not JOIN and "\0" in piece.text) for piece in pieces):
        return None
    if any(a is JOIN and b.text.startswith("/") for a, b in pairwise(pieces)):
        return None  # what stands before is dropped
    head, *rest = pieces
    if head is JOIN or not rest:
        return None
    glued = False
    if head.node is None:
        cut = len(head.text) if rest[0] is JOIN else head.text.rfind("/") + 1
        if not cut or head.text.startswith("//") or ADDRESS.match(head.text):
            return None
        head, rest = Piece(head.text[:cut]), [Piece(head.text[cut:]), *rest] if head.text[cut:] else rest
    else:
        if NO_FOLDER.search(name_of(head.node)) or values.is_address(head.node, scope):
            return None
        glued = _ends_in_slash(head, rest, scope, values)
        if not (glued or rest[0] is JOIN or rest[0].text.startswith("/")):
            return None  # a prefix
    parts = _parts(rest)
    nested = isinstance(node, ast.Call) and any(_is_join(argument, file) for argument in node.args)
    how: How | None = None
    if glued:
        how = "glue"
    elif head.node is not None and rest[0] is not JOIN:
        how = "slash"
    elif head.node is not None and any(not a.is_literal and not b.joined for a, b in pairwise(parts)):
        how = "inner"
    elif nested:
        how = "chain"
    elif isinstance(node, ast.Call) and JOIN in rest:
        how = "join"
    exact = not dotted and rest[-1] is not JOIN and not rest[-1].text.endswith("/")
    return Built(node, head, parts, how, exact) if how and parts else None


def _parts(rest: list[Piece]) -> list[Part]:
    """What follows the head, cut where a slash or a join stands."""
    parts = [Part([])]
    for piece in rest:
        if piece is JOIN:
            parts.append(Part([], joined=True))
        elif piece.node is not None:
            parts[-1].pieces.append(piece)
        else:
            first, *others = piece.text.split("/")
            if first:
                parts[-1].pieces.append(Piece(first))
            parts += [Part([Piece(text)] if text else []) for text in others]
    return [part for part in parts if part.pieces]


def _ends_in_slash(head: Piece, rest: list[Piece], scope: Scope, values: Values) -> bool:
    """Whether the name of a folder must end in a slash for what follows to be in it."""
    following = rest[0]
    if head.spec or head.node is None or following is JOIN:
        return False
    if following.node is None and not _FILE_NAME.match(following.text):
        return False
    known = values.constant(head.node, scope)
    if known is not None:
        return known.endswith("/") and len(known) > 1
    name = name_of(head.node)
    if not is_folder(name) or (following.node is not None and "path" in name.lower()):
        return False  # a path may be a prefix
    whole = "".join(part.text for part in rest)
    return ("/" in whole or "." in whole) and not following.text.startswith("_")


def might_be_built(node: ast.expr) -> bool:
    """Whether an expression has the form of text that is put together. Cheap."""
    kind = node.__class__
    if kind is ast.BinOp:
        return isinstance(node.op, ast.Add | ast.Mod)  # type: ignore[attr-defined]
    if kind is ast.JoinedStr:
        return len(node.values) > 1  # type: ignore[attr-defined]
    if kind is ast.Call:
        func = node.func  # type: ignore[attr-defined]
        if isinstance(func, ast.Name):
            return func.id == "join"
        return isinstance(func, ast.Attribute) and (
            func.attr == "join" or (func.attr == "format" and is_text(func.value))
        )
    return False


def _pieces(node: ast.expr, file: Module) -> list[Piece] | None:
    """The text and the expressions that a string is made of; None where they cannot be told."""
    match node:
        case ast.Constant(value=str(text)):
            return [Piece(text)] if text else []
        case ast.JoinedStr(values=values):
            return _of_f_string(values)
        case ast.BinOp(op=ast.Add()):
            return _of_sum(node, file)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            return _of_percent(text, right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), args=args, keywords=keys):
            return _of_format(text, args, keys)
        case ast.Call(args=[_, *_]) if _is_join(node, file):
            found: list[Piece] = []
            for argument in node.args:
                inner = None if isinstance(argument, ast.Starred) else _pieces(argument, file)
                if inner is None:
                    return None
                found += [JOIN, *inner] if found else inner
            return found
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]) if not isinstance(value, ast.Starred):
            return [_as_text(value)]
        case ast.Attribute() if file.qualname(node) in ("os.sep", "os.path.sep"):
            return [Piece("/")]
        case ast.Constant() | ast.List() | ast.Tuple() | ast.Dict() | ast.Lambda() | ast.Starred():
            return None
    return [Piece(node=node, whole=True, loose=True)]


def _is_join(node: ast.expr, file: Module) -> bool:
    return isinstance(node, ast.Call) and not node.keywords and file.qualname(node.func) in _JOINS


def _of_sum(node: ast.BinOp, file: Module) -> list[Piece] | None:
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.append(left.right)
        left = left.left
    operands.append(left)
    if len(operands) > _MOST_PIECES or not any(is_text(operand) for operand in operands):
        return None
    found: list[Piece] = []
    for operand in reversed(operands):
        if isinstance(operand, ast.BinOp) and not is_text(operand):
            return None
        inner = _pieces(operand, file)
        if inner is None:
            return None
        found += inner
    return found


def _of_f_string(values: list[ast.expr]) -> list[Piece] | None:
    found = []
    for value in values:
        if isinstance(value, ast.Constant):
            found.append(Piece(str(value.value)))
        elif isinstance(value, ast.FormattedValue):
            spec = "" if value.conversion < 0 else f"!{chr(value.conversion)}"
            if value.format_spec is not None:
                parts = value.format_spec.values if isinstance(value.format_spec, ast.JoinedStr) else []
                if not parts or not all(isinstance(part, ast.Constant) for part in parts):
                    return None
                spec += ":" + "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            found.append(_formatted(value.value, spec))
    return found


def _formatted(node: ast.expr, spec: str) -> Piece:
    match node:
        case ast.Constant(value=str(text)) if not spec:
            return Piece(text)
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]) if not spec and not isinstance(
            value, ast.Starred
        ):
            return _as_text(value)
    number = spec[-1:] in ("d", "f", "e", "x") and "/" not in spec
    return Piece(node=node, spec=spec, number=number or _is_integer(node))


def _as_text(node: ast.expr) -> Piece:
    """What `str(node)` gives."""
    return Piece(node=node, number=_is_integer(node), loose=not _is_integer(node))


def _of_percent(text: str, right: ast.expr) -> list[Piece] | None:
    if isinstance(right, ast.Dict) or (
        isinstance(right, ast.Tuple) and any(isinstance(e, ast.Starred) for e in right.elts)
    ):
        return None
    values = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    found: list[Piece] = []
    at = 0
    for match in _PERCENT.finditer(text):
        if "%" in text[at : match.start()]:
            return None
        found.append(Piece(text[at : match.start()]))
        at = match.end()
        if match["percent"]:
            found.append(Piece("%"))
            continue
        if not values:
            return None
        node, kind = values.pop(0), match["kind"]
        shape = match["flags"] + match["width"] + (match["precision"] or "")
        if kind in "sr":
            if shape:
                return None
            piece = _formatted(node, "!r" if kind == "r" else "")
            found.append(piece._replace(loose=piece.node is not None and not piece.number))
        elif kind in "di":
            if match["precision"]:
                return None
            whole = node if _is_integer(node) else ast.Call(ast.Name("int", ast.Load()), [node], [])
            found.append(Piece(node=whole, spec=f":{shape}d" if shape else "", number=True))
        else:
            found.append(_formatted(node, f":{shape}{kind}"))
    if values or "%" in text[at:]:
        return None
    found.append(Piece(text[at:]))
    return [piece for piece in found if piece.node is not None or piece.text]


def _of_format(text: str, args: list[ast.expr], keywords: list[ast.keyword]) -> list[Piece] | None:
    if any(isinstance(argument, ast.Starred) for argument in args) or any(key.arg is None for key in keywords):
        return None
    named = {key.arg: key.value for key in keywords}
    found: list[Piece] = []
    turn = 0
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return None
    for literal, field, spec, conversion in fields:
        if literal:
            found.append(Piece(literal))
        if field is None:
            continue
        if field == "":
            field, turn = str(turn), turn + 1
        node = named.get(field) if not field.isdigit() else args[int(field)] if int(field) < len(args) else None
        if node is None or "{" in (spec or ""):
            return None
        found.append(_formatted(node, (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")))
    return found


def _is_integer(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _INTEGERS
        case ast.Constant(value=value):
            return type(value) is int
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv(), right=right):
            return _is_integer(left) and _is_integer(right)
    return False


def _merged(pieces: list[Piece]) -> list[Piece]:
    """The same with neighbouring literals as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece is not JOIN and found[-1] is not JOIN and piece.node is None and found[-1].node is None:
            found[-1] = Piece(found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
