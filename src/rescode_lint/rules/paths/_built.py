"""Paths that are put together as text: their pieces, what joins them, and the same with `pathlib`."""

from __future__ import annotations

import ast
import re
import string
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from rescode_lint.lazy import lazy
from rescode_lint.semantics import Module, Scope

#: "slash": a folder's name, then a slash as text. "glue": nothing between folder and file, as the folder's name ends in
#: a slash, or ought to. "inner": a slash as text between later parts. "chain": `os.path.join` in `os.path.join`.
#: "tail": a folder that is a literal, then a name. "join": no text, `os.path.join` alone.
How = Literal["slash", "glue", "inner", "chain", "tail", "join"]

_MOST_PIECES = 40
_JOINS = ("os.path.join", "posixpath.join", "ntpath.join")
_PERCENT = lazy(r"%(?:(?P<percent>%)|(?P<flags>[0+ ]*)(?P<width>\d*)(?P<precision>\.\d+)?(?P<kind>[sdifeEgGxXr]))")
#: Names that say "folder", and names that say that the text is none of a file system.
_FOLDER = lazy(r"(?:dir(?:ectory)?|path|folder|root|home)s?\d*(?![a-z])|\A(?:dir|path|folder|root)_", re_flags := 2)
_NO_FOLDER = lazy(
    r"ur[il]s?(?![a-z])|ur[il]_|(?:\A|_)(?:link|endpoint|server|host|bucket|api|web|http|s3|gs)(?:\Z|_)", re.I
)
_ADDRESS = lazy(r"[A-Za-z][A-Za-z0-9+.-]+:/|https?:|\w+:\Z")
_FILE_NAME = lazy(r"[\w{*?\[]|\.\.?/")
_INTEGERS = frozenset({"int", "len", "round", "ord"})
_TEXT_CALLS = frozenset({"str", "getcwd", "dirname", "basename", "abspath", "realpath", "join", "expanduser", "getenv"})
_TEXT_CALLS |= {"strip", "rstrip", "lstrip", "lower", "upper", "replace", "format", "strftime", "mkdtemp", "splitext"}


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
    #: `%s` of what may be anything: an f-string writes some enumerations otherwise.
    loose: bool = False


#: What `os.path.join` puts between its arguments.
JOIN = Piece("\0")


class Component(NamedTuple):
    """One name of a path, and what follows it: a slash as text, a join, nothing that would show (`glue`), or the end."""

    pieces: list[Piece]
    after: Literal["slash", "join", "glue", "end"]


class Built(NamedTuple):
    """A path that was put together as text."""

    node: ast.expr
    #: The literal folder that it begins with, if any.
    root: str
    components: list[Component]
    how: How


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
    first = pieces[0]
    if first.node is None and (first is JOIN or _ADDRESS.match(first.text)):
        return None
    if first.node is not None and (_NO_FOLDER.search(name_of(first.node)) or values.is_address(first.node, scope)):
        return None
    if any(a is JOIN and b.text.startswith("/") for a, b in pairwise(pieces)):
        return None  # what stands before is dropped
    root, components = _components(pieces, scope, values)
    if any("\0" in piece.text or "\n" in piece.text for part in components for piece in part.pieces):
        return None
    nested = isinstance(node, ast.Call) and any(_is_join(part, file) for part in node.args)
    how = _how(node, root, components, nested=nested)
    return Built(node, root, components, how) if how else None


def _how(node: ast.expr, root: str, components: list[Component], *, nested: bool) -> How | None:
    if len(components) + bool(root) < 2:
        return None
    if not root and components[0].after in ("slash", "glue"):
        return components[0].after
    for part in components[:-1]:
        if part.after in ("slash", "glue") and any(piece.node is not None for piece in part.pieces):
            return "inner"
    if nested:
        return "chain"
    if isinstance(node, ast.Call) and any(part.after == "join" for part in components):
        return "join"
    if isinstance(node, ast.BinOp) and root and any(piece.node is not None for piece in components[-1].pieces):
        return "tail" if isinstance(node.op, ast.Add) else None
    return None


def _components(pieces: list[Piece], scope: Scope, values: Values) -> tuple[str, list[Component]]:
    """The literal folder that a path begins with, and its further parts."""
    root = ""
    if pieces[0].node is None:
        text = pieces[0].text
        joined = len(pieces) > 1 and pieces[1] is JOIN
        cut = len(text) if joined else text.rfind("/") + 1
        root, rest = text[:cut], text[cut:]
        root = "" if root == "./" else root
        pieces = [Piece(rest), *pieces[1:]] if rest else pieces[2 if joined else 1 :]
    parts: list[Component] = []
    current: list[Piece] = []

    def close(after: Literal["slash", "join", "glue", "end"]) -> None:
        if current:
            parts.append(Component(list(current), after))
            current.clear()

    for index, piece in enumerate(pieces):
        if piece is JOIN:
            close("join")
        elif piece.node is not None:
            current.append(piece)
            if index == 0 and not root and _ends_in_slash(piece, pieces[1:], scope, values):
                close("glue")
        else:
            first, *others = piece.text.split("/")
            if first:
                current.append(Piece(first))
            for text in others:
                close("slash")
                if text:
                    current.append(Piece(text))
    close("end")
    if parts and parts[-1].after != "end":
        parts[-1] = parts[-1]._replace(after="end")
    return root, parts


def _ends_in_slash(piece: Piece, rest: list[Piece], scope: Scope, values: Values) -> bool:
    """Whether the name of a folder must end in a slash for what follows to be in it."""
    if piece.spec or not rest or rest[0] is JOIN or piece.node is None:
        return False
    following = rest[0]
    if following.node is None and not _FILE_NAME.match(following.text):
        return False
    known = values.constant(piece.node, scope)
    if known is not None:
        return known.endswith("/") and len(known) > 1
    if following.node is not None:
        return False
    whole = "".join("x" if part.node else part.text for part in rest)
    return is_folder(name_of(piece.node)) and ("/" in whole or "." in whole) and following.text[0] != "_"


def is_folder(name: str) -> bool:
    """Whether a name says that it is a folder's."""
    return _FOLDER.search(name) is not None and not _NO_FOLDER.search(name)


def name_of(node: ast.expr) -> str:
    """What an expression is called: `x`, `a.x`, `a["x"]`; "" where it has no name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


# --- pieces -----------------------------------------------------------------------------------------------------------


def might_be_built(node: ast.expr) -> bool:
    """Whether an expression has the form of text that is put together. Cheap."""
    kind = node.__class__
    if kind is ast.BinOp:
        return isinstance(node.op, ast.Add | ast.Mod)  # type: ignore[attr-defined]
    if kind is ast.JoinedStr:
        return len(node.values) > 1  # type: ignore[attr-defined]
    if kind is ast.Call:
        func = node.func  # type: ignore[attr-defined]
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        return name == "join" or (name == "format" and _is_text(func.value))
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
            return [Piece(node=value, number=_is_integer(value))]
        case ast.Attribute() if file.qualname(node) in ("os.sep", "os.path.sep"):
            return [Piece("/")]
        case ast.Constant() | ast.List() | ast.Tuple() | ast.Dict() | ast.Lambda() | ast.Starred():
            return None
    return [Piece(node=node, whole=True)]


def _is_join(node: ast.expr, file: Module) -> bool:
    return isinstance(node, ast.Call) and not node.keywords and file.qualname(node.func) in _JOINS


def _of_sum(node: ast.BinOp, file: Module) -> list[Piece] | None:
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.append(left.right)
        left = left.left
    operands.append(left)
    if len(operands) > _MOST_PIECES or not any(_is_text(operand) for operand in operands):
        return None
    found: list[Piece] = []
    for operand in reversed(operands):
        if isinstance(operand, ast.BinOp) and not _is_text(operand):
            return None
        inner = _pieces(operand, file)
        if inner is None:
            return None
        found += inner
    return found


def _is_text(node: ast.expr) -> bool:
    """Whether an expression certainly is text."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str)
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add()):
            return _is_text(left)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return _is_text(value)
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Attribute(attr="sep"):
            return True
    return False


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
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]) if not spec:
            node = value
    return Piece(node=node, spec=spec, number=spec[-1:] in ("d", "f", "e", "x") or _is_integer(node))


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
            found.append(piece._replace(loose=piece.node is node and not piece.number))
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
            return isinstance(value, int)
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


# --- what is known of names -------------------------------------------------------------------------------------------


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
            if isinstance(begin, ast.Constant) and isinstance(begin.value, str) and _ADDRESS.match(begin.value):
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
        if _is_text(node):
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
        return len(values) == 1 and self.binds(node.id) == 1 and _is_text(values[0])

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


# --- the same with pathlib --------------------------------------------------------------------------------------------


class Words:
    """Writes the parts of a path as code."""

    def __init__(self, built: Built, scope: Scope, file: Module, values: Values, path: str = "Path") -> None:
        self.scope = scope
        self.file = file
        self.values = values
        line = file.source.masked[built.node.lineno - 1] if built.node.lineno <= len(file.source.masked) else ""
        quotes = [character for character in line if character in "\"'"]
        self.quote = quotes[0] if quotes else '"'
        #: What `pathlib.Path` is called in the file.
        self.path = path

    def whole(self, built: Built) -> str | None:
        """`Path(folder) / "sub" / f"{name}.csv"`; None where a part cannot be written."""
        parts = list(built.components)
        if built.root:
            literals = [built.root.rstrip("/") or "/"]
            while len(parts) > 1 and all(piece.node is None for piece in parts[0].pieces):
                literals.append("".join(piece.text for piece in parts.pop(0).pieces))
            text = "/".join(literals) if literals[0] != "/" else "/" + "/".join(literals[1:])
            begin = f"{self.path}({self.literal(text)})"
        else:
            known = self.root(parts.pop(0))
            if known is None:
                return None
            begin = known
        found = [begin]
        patterns: list[str] = []
        for part in parts:
            literal = "".join(piece.text for piece in part.pieces) if all(p.node is None for p in part.pieces) else ""
            if literal and ("*" in literal or patterns):  # `"**/*.csv"` is one pattern
                patterns.append(literal)
                continue
            written = self.component(part)
            if written is None:
                return None
            found += [self.literal("/".join(patterns))] if patterns else []
            patterns = []
            found.append(written)
        found += [self.literal("/".join(patterns))] if patterns else []
        return " / ".join(found)

    def root(self, part: Component) -> str | None:
        """The first part, as a `Path`."""
        if len(part.pieces) == 1 and (node := part.pieces[0].node) is not None and not part.pieces[0].spec:
            source = self.source(node)
            if self.values.is_path(node, self.scope):
                return source
            if part.pieces[0].whole or is_folder(name_of(node)) or self.values.is_text(node, self.scope):
                return f"{self.path}({source})"
            return f"{self.path}(str({source}))"
        text = self.component(part)
        return None if text is None else f"{self.path}({text})"

    def component(self, part: Component) -> str | None:
        """A later part: a literal, a name, an f-string."""
        if len(part.pieces) == 1:
            piece = part.pieces[0]
            if piece.node is None:
                return self.literal(piece.text)
            source = self.source(piece.node)
            if not piece.spec:
                simple = isinstance(piece.node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
                if piece.whole or self.values.is_text(piece.node, self.scope):
                    return source if simple else f"({source})"
                return f"str({source})"
        text = "".join(self.field(piece) for piece in part.pieces)
        if "\\" in text or "#" in text or "\n" in text:
            return None
        quote = self.quote
        if quote in text:
            quote = '"' if quote == "'" else "'"
        return None if quote in text else f"f{quote}{text}{quote}"

    def field(self, piece: Piece) -> str:
        """A piece as it stands in an f-string."""
        if piece.node is None:
            return piece.text.replace("{", "{{").replace("}", "}}")
        source = self.source(piece.node)
        if source.startswith("{") or isinstance(piece.node, ast.Lambda | ast.IfExp):
            source = f"({source})"
        return f"{{{source}{piece.spec}}}"

    def literal(self, text: str) -> str:
        """A string, in the quotes of the place."""
        if text.isprintable() and "\\" not in text and self.quote not in text:
            return f"{self.quote}{text}{self.quote}"
        return repr(text)

    def text(self, node: ast.expr) -> str:
        """The text of an expression, several lines of it too."""
        lines = self.file.source.masked[node.lineno - 1 : node.end_lineno]
        if not lines or node.end_col_offset is None:
            return ast.unparse(node)
        data = [line.encode("utf-8", "replace") for line in lines]
        data[-1] = data[-1][: node.end_col_offset]
        data[0] = data[0][node.col_offset :]
        return " ".join(line.decode("utf-8", "replace").strip() for line in data)

    def source(self, node: ast.expr) -> str:
        """The text of an expression, as the user wrote it where that can be told."""
        if getattr(node, "lineno", None) is not None and node.lineno == node.end_lineno:
            lines = self.file.source.masked
            line = lines[node.lineno - 1].encode("utf-8", "replace") if node.lineno <= len(lines) else b""
            text = line[node.col_offset : node.end_col_offset].decode("utf-8", "replace").strip()
            try:
                if text and ast.dump(ast.parse(text, mode="eval").body) == ast.dump(node):
                    return text
            except (SyntaxError, ValueError):
                pass
        return ast.unparse(ast.fix_missing_locations(node))


def is_same_path(built: Built, scope: Scope, values: Values) -> bool:
    """Whether `pathlib` surely names the same file: no part is empty, begins with a slash, or is no text."""
    pieces = [piece for part in built.components for piece in part.pieces]
    if any(piece.loose and piece.node is not None and not values.is_text(piece.node, scope) for piece in pieces):
        return False
    parts = built.components
    if not built.root:
        first = parts[0].pieces[0]
        if len(parts[0].pieces) > 1 or first.node is None:
            return False
        if not values.is_path(first.node, scope):
            known = values.constant(first.node, scope)
            once = isinstance(first.node, ast.Name) and values.binds(first.node.id) == 1
            if not known or not once or first.spec or (parts[0].after == "glue" and not known.endswith("/")):
                return False
        parts = parts[1:]
    joined = [above.after == "join" for above in built.components]
    joined = [False, *joined] if built.root else joined
    return all(
        above or _never_starts_with_slash(part, scope, values) for above, part in zip(joined, parts, strict=False)
    )


def _never_starts_with_slash(part: Component, scope: Scope, values: Values) -> bool:
    """Whether a part certainly does not begin with a slash, whatever its names stand for."""
    piece = part.pieces[0]
    if piece.node is None or piece.number:
        return True
    known = values.constant(piece.node, scope)
    return known is not None and values.binds(name_of(piece.node)) == 1 and not known.startswith("/") and known != ""
