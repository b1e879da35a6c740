"""A path that was put together as text, written with `pathlib`."""

from __future__ import annotations

import ast

from rescode_lint.rules.paths._built import Built, Part, Piece
from rescode_lint.rules.paths._values import Values, is_folder, name_of
from rescode_lint.semantics import Module, Scope


class Words:
    """Writes a path as code."""

    def __init__(self, built: Built, scope: Scope, file: Module, values: Values, path: str = "Path") -> None:
        self.built = built
        self.scope = scope
        self.file = file
        self.values = values
        line = file.source.masked[built.node.lineno - 1] if built.node.lineno <= len(file.source.masked) else ""
        quotes = [character for character in line if character in "\"'"]
        self.quote = quotes[0] if quotes else '"'
        #: What `pathlib.Path` is called in the file.
        self.path = path

    def whole(self) -> str | None:
        """`Path(folder) / "sub" / name / f"{day}/{run}.csv"`; None where a part cannot be written."""
        head, parts = self.built.head, list(self.built.parts)
        if head.node is None:
            text = head.text.rstrip("/") or "/"
            while len(parts) > 1 and parts[0].is_literal:
                text = f"{text.rstrip('/')}/{''.join(piece.text for piece in parts.pop(0).pieces)}"
            found: list[str | None] = [f"{self.path}({self.literal(text)})"]
        else:
            found = [self.head(head, head.node)]
        run: list[Part] = []
        for part in parts:
            name = self.name(part)
            if run and (name or (part.joined and part.pieces[0].node is not None)):
                found.append(self.run(run))
                run = []
            if name:
                found.append(name)
            else:
                run.append(part)
        found += [self.run(run)] if run else []
        return None if None in found else " / ".join(filter(None, found))

    def head(self, head: Piece, node: ast.expr) -> str | None:
        """The folder, as a `Path`."""
        source = self.source(node)
        if head.spec:
            text = self.run([Part([head])])
            return text and f"{self.path}({text})"
        if self.values.is_path(node, self.scope):
            return source
        if head.whole or is_folder(name_of(node)) or self.values.is_text(node, self.scope):
            return f"{self.path}({source})"
        return f"{self.path}(str({source}))"

    def name(self, part: Part) -> str:
        """A part that may stand by itself, as it is text: `name`; "" for others."""
        piece = part.pieces[0]
        if len(part.pieces) > 1 or piece.node is None or piece.spec:
            return ""
        if not (piece.whole or self.values.is_text(piece.node, self.scope)):
            return ""
        source = self.source(piece.node)
        simple = isinstance(piece.node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
        return source if simple else f"({source})"

    def run(self, parts: list[Part]) -> str | None:
        """Several parts in one string."""
        if all(part.is_literal for part in parts):
            return self.literal("/".join("".join(piece.text for piece in part.pieces) for part in parts))
        piece = parts[0].pieces[0]
        if len(parts) == len(parts[0].pieces) == 1 and piece.node is not None and not piece.spec:
            return f"str({self.source(piece.node)})"
        text = "/".join("".join(self.field(piece) for piece in part.pieces) for part in parts)
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
    """Whether `pathlib` surely names the same file: no part is empty, begins with a slash, or turns to text otherwise."""
    head = built.head
    if not built.exact:
        return False
    if head.node is not None:
        known = values.lasting(head.node, scope)
        is_path = values.is_path(head.node, scope) and built.how != "glue"
        if not is_path and (not known or head.spec or (built.how == "glue" and not known.endswith("/"))):
            return False
    for part in built.parts:
        if any(piece.loose and piece.node and not values.is_text(piece.node, scope) for piece in part.pieces):
            return False
        first = part.pieces[0]
        if first.node is not None and not part.joined and not first.number:
            known = values.lasting(first.node, scope)
            if not known or known.startswith("/"):
                return False
    return True
