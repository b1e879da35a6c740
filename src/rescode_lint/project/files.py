"""Which files a script or notebook reads, writes and names: the part of its Summary that paths are judged by."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from rescode_lint.facts.files import file_names, touches
from rescode_lint.facts.paths import ends_like_file
from rescode_lint.lazy import lazy
from rescode_lint.model import FileUse, Span
from rescode_lint.semantics.module import Module, Scope

#: More in one file are data in themselves: lists of image names.
_MOST = 400
_LONGEST = 240
#: How far names are followed to what they were given.
_DEEPEST = 8
_STARS = lazy(r"\*(?:\s*\*)+")
_SLASHES = lazy(r"(?<!:)//+")
_PERCENT = lazy(r"%[-+ #0]*\d*(?:\.\d+)?[sdifgrx]")
_BRACES = lazy(r"\{[^{}]*\}")
#: Where a text or comment says that something comes from.
_TOLD = tuple(
    """
    download unzip zenodo figshare kaggle.com osf.io dryad drive.google dropbox huggingface.co/datasets archive.ics.uci
    fetched wget curl gse1 gse2 gse3 gse4 gse5 gse6 gse7 gse8 gse9
    """.split()
)
_ADDRESS = lazy(r"https?://\S+\.(?:csv|tsv|zip|t?gz|txt|json|h5|hdf5|h5ad|npy|npz|pkl|mat|xlsx?|parquet|pth?|nc)\b")
_QUOTED = lazy(r"[\"']([^\"'\n]{3,240})[\"']")
#: Folders that are handed to a library, which writes into them: keywords, options and settings.
_HANDED = lazy(
    r"(?m)\b(?:log_?dir|output_?dir|save_?dir|default_root_dir|checkpoint_?dir|ckpt_?dir)\b[\"']?\s*[=:,]"
    r"(?:.*?\bdefault\s*=\s*(?:[\w.]+\()*|[^\"'#\n]*)[rRbBfFuU]{0,2}[\"']([\w.][^\"'\n]*)[\"']"
)
_LITERAL = lazy(r"[rRuUbB]{0,2}[\"']")
#: What only makes a path of its arguments.
_WRAPPERS = frozenset(
    "Path PurePath PosixPath str abspath realpath normpath expanduser expandvars fspath resolve absolute as_posix".split()
)
_JOINS = frozenset({"join", "joinpath"})
_RUN = ("system", "popen", "Popen", "run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")
#: What brings files from elsewhere.
_FETCH = (
    *(
        "urlretrieve",
        "get_file",
        "dataset_download",
        "snapshot_download",
        "hf_hub_download",
        "download",
        "download_file",
    ),
    *(
        "download_url",
        "download_and_extract_archive",
        "urlopen",
        "extractall",
        "unpack_archive",
        "extract",
        "load_dataset",
    ),
    *(
        "download_files",
        "download_data",
        "fetch_data",
        "dataset_download_files",
        "competition_download_files",
        "retrieve",
    ),
    *("cached_download", "download_file_from_google_drive", "download_folder", "clone_from", "wget", "download_blob"),
)
_TEXTS = frozenset({"bash", "sh", "script", "system", "!", "sx"})
#: Names of constants that hold a folder.
_FOLDER_NAME = lazy(r"(?:dir|folder|root|path|base|home|loc(?:ation)?)s?(?:_|\d|\Z)", 2)
_WORD = lazy(r"""[^\s"'|;&<>()=,`]+""")
_COMMANDS = lazy(
    r"\b(?:wget|curl|gdown|kaggle|unzip|tar\s+-?\w*x|7z|gunzip|git\s+clone|gsutil|aws\s+s3|rsync|scp|dvc\s+(?:pull|get|import)|aria2c"
    r"|svn|zenodo_get|huggingface-cli|git\s+lfs|cp|mv|ln)\b"
)


def file_uses(module: Module) -> tuple[FileUse, ...]:
    """The files that a file reads, writes or names, in the order of the calls; no more than its Summary keeps."""
    return tuple(_Finder(module).found())[:_MOST]


#: Statements that hold others.
_BLOCKS = frozenset(
    {
        ast.If,
        ast.For,
        ast.AsyncFor,
        ast.While,
        ast.With,
        ast.AsyncWith,
        ast.Try,
        ast.Match,
        getattr(ast, "TryStar", ast.Try),
    }
)
#: Statements that may give names, or hold others that do.
_BINDERS = _BLOCKS | {ast.AnnAssign, ast.AugAssign}


class _Known(NamedTuple):
    """What is known of an expression that names a file."""

    text: str
    #: The expression that holds the whole text, if one does: a literal behind a name, or the argument itself.
    node: ast.expr
    #: A parameter's default.
    default: bool = False


class _Finder:
    """Looks through one module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.consumed: set[int] = set()
        self.assigned: dict[int, dict[str, list[tuple[int, ast.expr | None]]]] = {}

    def found(self) -> Iterator[FileUse]:
        """All uses: those in calls, in commands, and other texts that look like files."""
        called = list(self.calls())
        if any(use.role in ("read", "list") and "w" in use.flags for use in called):
            called = self.explained(called)
        yield from called
        yield from self.commands()
        yield from self.others()

    # --- calls --------------------------------------------------------------------------------------------------------

    def calls(self) -> Iterator[FileUse]:
        module = self.module
        names = file_names()
        for last, calls in module.calls.items():
            if last not in names:
                continue
            for call, scope in calls:
                module.here = scope
                for touch in touches(call, module.qualname(call.func)):
                    known = self.text(touch.node, scope, call.lineno)
                    text = _clean(known.text)
                    if not text or len(text) > _LONGEST or (not touch.sure and not _looks_like_file(text)):
                        continue
                    whole = not _is_open(known)
                    flags = "w" if whole else ""
                    loop = ""
                    if whole and known.node.__class__ is ast.Constant:
                        flags += "s"
                    if known.default:
                        flags += "d"
                    if whole and touch.role in ("read", "write", "list") and self.is_inside(call):
                        more, loop = self.around(call, scope)
                        flags += more
                    node = known.node if whole else touch.node
                    yield FileUse(text, touch.role, touch.kind, module.span(node), last, flags, loop)

    def explained(self, uses: list[FileUse]) -> list[FileUse]:
        """The same, with "m" where a comment or a text cell names the file, or the whole file says where data are from."""
        source = self.module.source
        comments = [line[line.index("#") :] for line in source.lines if "#" in line]
        text = "\n".join((*comments, source.markdown, _docstring(self.module)))
        folded = text.lower()
        if (
            any(word in folded for word in _TOLD)
            or "git clone" in folded
            or ("http" in folded and _ADDRESS.search(folded))
        ):
            return [*uses, FileUse("", "command", "file", uses[0].span, "text")]
        return [
            use._replace(flags=use.flags + "m") if use.role == "read" and _last(use.text) in text else use
            for use in uses
        ]

    def is_inside(self, call: ast.Call) -> bool:
        """Whether a call may stand in a block: its line is indented."""
        lines = self.module.source.lines
        return call.lineno > len(lines) or lines[call.lineno - 1][:1] in " \t"

    def around(self, call: ast.Call, scope: Scope) -> tuple[str, str]:
        """In which blocks a call stands: flags, and the variable of the innermost loop."""
        flags, loop = "", ""
        for block, field, body in _enclosing(self.module.body, call.lineno):
            if isinstance(block, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                flags, loop = "", ""
            elif isinstance(block, ast.Try) and field == "body":
                flags += "t"
            elif isinstance(block, ast.If):
                flags += "c"
            elif isinstance(block, ast.For | ast.AsyncFor) and self.turns_once(block.iter, scope):
                continue
            elif isinstance(block, ast.For | ast.AsyncFor | ast.While) and field == "body":
                loop = "while" if isinstance(block, ast.While) else ast.unparse(block.target)
                flags = "t" * ("t" in flags)  # the conditions within the innermost loop count
                if _leaves(body, call.lineno):
                    flags += "b"
                if _made_in(block, call):
                    flags += "n"
        return flags, loop

    def turns_once(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a loop goes over a list of one, which stands there or behind a name."""
        if isinstance(node, ast.Name):
            given = self.assignments(scope).get(node.id) or self.assignments(self.module.scope).get(node.id, [])
            return bool(given) and all(value is not None and _is_single(value) for _, value in given)
        return _is_single(node)

    # --- what an expression says --------------------------------------------------------------------------------------

    def text(self, node: ast.expr, scope: Scope, line: int, depth: int = 0) -> _Known:
        """The text of an expression, with `*` for what only a run knows."""
        match node:
            case ast.Constant(value=str() as value):
                self.consumed.add(id(node))
                return _Known(value.replace("\\", "/").replace("*", "\0"), node)
            case ast.JoinedStr(values=values):
                parts = []
                for piece in values:
                    part = piece.value if isinstance(piece, ast.FormattedValue) else piece
                    parts.append(self.text(part, scope, line, depth + 1).text if depth < _DEEPEST else "*")
                return _Known("".join(parts), node)
            case ast.BinOp(op=ast.Add(), left=left, right=right) if depth < _DEEPEST:
                first, second = (self.text(side, scope, line, depth + 1) for side in (left, right))
                return _Known(first.text + second.text, node, first.default or second.default)
            case ast.BinOp(op=ast.Div(), left=left, right=right) if depth < _DEEPEST:
                first, second = (self.text(side, scope, line, depth + 1) for side in (left, right))
                return _Known(_join((first.text, second.text)), node, first.default or second.default)
            case ast.BinOp(op=ast.Mod(), left=left) if depth < _DEEPEST:
                return _Known(_PERCENT.sub("*", self.text(left, scope, line, depth + 1).text), node)
            case ast.Call() if depth < _DEEPEST:
                return self.of_call(node, scope, line, depth)
            case ast.Name(id=name) if depth < _DEEPEST:
                return self.of_name(node, name, scope, line, depth)
        return _Known("*", node)

    def of_call(self, node: ast.Call, scope: Scope, line: int, depth: int) -> _Known:
        func = node.func
        last = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        method_of = func.value if isinstance(func, ast.Attribute) else None
        if last == "format" and isinstance(method_of, ast.Constant) and isinstance(method_of.value, str):
            return _Known(_BRACES.sub("*", self.text(method_of, scope, line, depth + 1).text), node)
        if last in _JOINS or last in _WRAPPERS:
            self.module.here = scope
            is_module = method_of is None or self.module.qualname(method_of) is not None
            parts = node.args if is_module else [cast("ast.expr", method_of), *node.args]
            known = [self.text(part, scope, line, depth + 1) for part in parts]
            if not parts or any(isinstance(part, ast.Starred) for part in parts):
                return _Known("*", node)
            return _Known(_join(part.text for part in known), node, any(part.default for part in known))
        return _Known("*", node)

    def of_name(self, node: ast.Name, name: str, scope: Scope, line: int, depth: int) -> _Known:
        at: Scope | None = scope
        while at is not None:
            if name in at.bindings and not (at.kind == "class" and at is not scope):
                break
            at = at.parent
        if at is None or name in at.imports or at.kind == "comprehension":
            return _Known("*", node)
        values = self.assignments(at).get(name, [])
        if at is scope or len(values) > 1:
            values = [value for value in values if value[0] <= line][-1:] if at is scope else []
        if values and (value := values[-1][1]) is not None:
            return self.text(value, at, values[-1][0] - (at is scope), depth + 1)
        if values or not isinstance(at.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return _Known("*", node)
        default = _default(at.node.args, name)
        if default is None:
            return _Known("*", node)
        return self.text(default, at.parent or at, line, depth + 1)._replace(default=True)

    def assignments(self, scope: Scope) -> dict[str, list[tuple[int, ast.expr | None]]]:
        """Name -> (line, value) of what a scope assigns to it, in order; None where it is changed in other ways."""
        known = self.assigned.get(id(scope))
        if known is not None:
            return known
        known = self.assigned[id(scope)] = {}
        body: list[ast.stmt] = self.module.body if scope.node is None else getattr(scope.node, "body", [])
        stack: list[ast.stmt] = body[::-1] if isinstance(body, list) else []
        while stack:
            statement = stack.pop()
            kind = statement.__class__
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        known.setdefault(target.id, []).append((statement.lineno, statement.value))
                    elif isinstance(target, ast.Tuple):
                        for part in target.elts:
                            if isinstance(part, ast.Name):
                                known.setdefault(part.id, []).append((statement.lineno, None))
            elif kind not in _BINDERS:
                continue
            elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
                if isinstance(statement.target, ast.Name):
                    given = statement.value if isinstance(statement, ast.AnnAssign) else None
                    known.setdefault(statement.target.id, []).append((statement.lineno, given))
            else:
                if isinstance(statement, ast.For | ast.AsyncFor):
                    for variable in ast.walk(statement.target):
                        if isinstance(variable, ast.Name):
                            known.setdefault(variable.id, []).append((statement.lineno, None))
                for field in ("finalbody", "orelse", "handlers", "body", "cases"):
                    inner = getattr(statement, field, None)
                    for block in reversed(inner) if inner else ():
                        stack += (
                            reversed(block.body) if isinstance(block, ast.ExceptHandler | ast.match_case) else [block]
                        )
        return known

    # --- commands -----------------------------------------------------------------------------------------------------

    def commands(self) -> Iterator[FileUse]:
        """What shell commands name, and what brings files from elsewhere."""
        module = self.module
        for magic, span in module.magics() if module.cells else ():
            if magic.kind == "help":
                continue
            if magic.name in ("writefile", "file"):
                yield FileUse(magic.text.split()[-1] if magic.text else "*", "write", "text", span, magic.name, "w")
            elif magic.kind == "shell" or magic.name in _TEXTS or _COMMANDS.search(f"{magic.name} {magic.text}"):
                text = f"{magic.name} {magic.text}\n{magic.body}" if magic.kind != "shell" else magic.text
                yield from (FileUse(word, "command", "file", span, verb) for verb, word in _in_command(text))
        for call, scope in module.calls_of(*_RUN):
            module.here = scope
            name = module.qualname(call.func)
            if name is None or not name.startswith(("os.", "subprocess.", "commands.")):
                continue
            for argument in call.args:
                for node in ast.walk(argument):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        self.consumed.add(id(node))
                        for verb, word in _in_command(node.value):
                            yield FileUse(word, "command", "file", module.span(node), verb)
        for call, scope in module.calls_of(*_FETCH):
            last = call.func.attr if isinstance(call.func, ast.Attribute) else cast("ast.Name", call.func).id
            module.here = scope
            if module.qualname(call.func) == "google.colab.files.download":
                continue  # out of Colab, not into it
            texts = [*call.args, *(keyword.value for keyword in call.keywords)]
            words = [_clean(self.text(node, scope, call.lineno).text) for node in texts[:6]]
            told = [word for word in words if word.strip("*/") and len(word) <= _LONGEST] or [""]
            yield from (FileUse(word, "command", "file", module.span(call), last) for word in told)

    # --- the rest -----------------------------------------------------------------------------------------------------

    def others(self) -> Iterator[FileUse]:
        """Texts that look like files, and constants that name folders, where no known function takes them."""
        module, consumed = self.module, self.consumed
        strings = module.strings() if ast.Constant in module.nodes else []
        likely = [node for node, _ in strings if "." in node.value[-9:]]  # type: ignore[index]
        for node in likely:
            text: str = node.value  # type: ignore[assignment]
            ending = text[text.rfind(".") :]
            if (
                ending[1:].isalnum()
                and 3 < len(text) <= _LONGEST
                and id(node) not in consumed
                and ends_like_file(ending)
                and "\n" not in text
            ):
                consumed.add(id(node))
                cleaned = _clean(text.replace("\\", "/"))
                if not self.is_literal(node):  # the end of an f-string
                    yield FileUse(f"*{cleaned}", "other", "file", module.span(node))
                    continue
                yield FileUse(cleaned, "other", "file", module.span(node), "", "ws")
        for statement in module.body:
            if statement.__class__ is not ast.Assign:
                continue
            value = statement.value
            if value.__class__ is not ast.Constant or value.value.__class__ is not str or "/" not in value.value:
                continue
            text, target = value.value, statement.targets[0]
            if (
                3 < len(text) <= _LONGEST
                and id(value) not in consumed
                and isinstance(target, ast.Name)
                and _FOLDER_NAME.search(target.id)
                and not any(mark in text for mark in ("://", " ", "\n", "*"))
            ):
                yield FileUse(_clean(text.replace("\\", "/")), "other", "folder", module.span(value), "", "ws")
        yield from self.handed()
        yield from self.unparsed()

    def handed(self) -> Iterator[FileUse]:
        """The folders that libraries are told to write into: `Trainer(logdir="runs")`, `--output_dir` with a default."""
        text = "\n".join(self.module.source.lines)
        if "dir" not in text:
            return
        for folder in dict.fromkeys(_HANDED.findall(text)):
            known = _clean(_BRACES.sub("*", folder.replace("\\", "/"))).partition("*")[0].rstrip("/")
            if known.strip("./") and len(known) <= _LONGEST and " " not in known:
                yield FileUse(known, "make", "folder", Span(1, 1, 1, 2), "handed")

    def unparsed(self) -> Iterator[FileUse]:
        """The same in what does not parse (Python 2, say), by the quotes."""
        source = self.module.source
        if not source.unparsed:
            return
        lines: list[tuple[str, int | None]]
        lines = [(line, cell.position) for cell in source.cells if cell.unparsed for line in cell.lines]
        if source.unparsed and not source.cells:
            lines = [(line, None) for line in source.lines]
        for line, cell in lines:
            for text in _QUOTED.findall(line) if "." in line else ():
                if ends_like_file(text):
                    yield FileUse(
                        _clean(_PERCENT.sub("*", _BRACES.sub("*", text))), "other", "file", Span(1, 1, 1, 2, cell)
                    )

    def is_literal(self, node: ast.Constant) -> bool:
        """Whether a string stands in quotes of its own, and is no part of an f-string."""
        source = self.module.source
        line = source.lines[node.lineno - 1] if node.lineno <= len(source.lines) else ""
        return _LITERAL.match(line, source.column(node.lineno, node.col_offset) - 1) is not None


def _in_command(text: str) -> Iterator[tuple[str, str]]:
    """(what is called, a word that names a file, a folder or an address) in the text of a command."""
    verb = _COMMANDS.search(text)
    name = verb.group().split()[0] if verb else ""
    words = [
        word
        for word in _WORD.findall(text)
        if ends_like_file(word) or "://" in word or (verb and "/" in word.rstrip("/"))
    ]
    for word in words[:20] or ([""] if verb else []):
        yield name, _clean(word)


def _docstring(module: Module) -> str:
    first = module.body[0] if module.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value.value
    return ""


def _last(text: str) -> str:
    """The last part of a path."""
    return text.rstrip("/").rpartition("/")[2]


def _default(arguments: ast.arguments, name: str) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    for parameter, value in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if parameter.arg == name:
            return value
    for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
        if parameter.arg == name:
            return keyword
    return None


def _enclosing(body: list[ast.stmt], line: int) -> Iterator[tuple[ast.stmt, str, list[ast.stmt]]]:
    """The compound statements around a line, outermost first, each with the field and the list that hold the line."""
    while True:
        at = next((s for s in body if s.lineno <= line <= (s.end_lineno or s.lineno)), None)
        if at is None:
            return
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(at, field, None)
            if not isinstance(inner, list):
                continue
            for block in inner:
                if isinstance(block, ast.ExceptHandler | ast.match_case):
                    lines = block.body
                    if lines[0].lineno <= line <= (lines[-1].end_lineno or 0):
                        yield at, field, lines
                        body = lines
                        break
                elif block.lineno <= line <= (block.end_lineno or block.lineno):
                    yield at, field, inner
                    body = inner
                    break
            else:
                continue
            break
        else:
            return


def _is_single(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and len(node.elts) < 2


def _leaves(body: list[ast.stmt], line: int) -> bool:
    """Whether a loop ends after one of its lines has been reached."""
    after = [statement for statement in body if (statement.end_lineno or 0) >= line]
    return any(isinstance(statement, ast.Break | ast.Return | ast.Raise) for statement in after) or any(
        isinstance(inner, ast.Break | ast.Return)
        for statement in after[:1]
        if not isinstance(statement, ast.For)
        for inner in ast.walk(statement)
    )


def _made_in(loop: ast.For | ast.AsyncFor | ast.While, call: ast.Call) -> bool:
    """Whether what a call saves is made anew in each turn of a loop, and does not gather what came before."""
    made: dict[str, list[ast.expr]] = {}
    gathered: set[str] = set()
    for inner in ast.walk(loop):
        match inner:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        made.setdefault(target.id, []).append(value)
                    elif isinstance(target, ast.Tuple | ast.List):
                        for part in target.elts:
                            if isinstance(part, ast.Name):
                                made.setdefault(part.id, []).append(value)
                    elif (name := _root(target)) is not None:
                        gathered.add(name)
            case ast.AugAssign(target=target) if (name := _root(target)) is not None:
                gathered.add(name)
            case ast.Call(func=ast.Attribute(attr="append" | "extend" | "update" | "add" | "insert", value=target)):
                if (name := _root(target)) is not None:
                    gathered.add(name)
    if isinstance(loop, ast.For | ast.AsyncFor):
        for word in ast.walk(loop.target):
            if isinstance(word, ast.Name):
                made.setdefault(word.id, [])
    saved = [name for node in _saved(loop, call) if (name := _root(node)) in made]
    gathered -= {name for name, values in made.items() if not values or name not in _names_in(values[0])}
    pending = list(saved)
    seen: set[str] = set()
    while pending:  # what they are made of
        current = pending.pop()
        if current in gathered or (made.get(current) and current in _names_in(made[current][0])):
            return False
        if current not in seen:
            seen.add(current)
            for value in made.get(current, ()):
                names = _names_in(value)
                if not gathered.isdisjoint(names):
                    return False
                pending += names & made.keys()
    return bool(saved)


def _names_in(value: ast.expr) -> set[str]:
    return {word.id for word in ast.walk(value) if isinstance(word, ast.Name)}


def _saved(loop: ast.stmt, call: ast.Call) -> list[ast.expr]:
    """The expressions that a call may save: what it belongs to and takes; for `open`, what is dumped into the file."""
    func = call.func
    if (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")) != "open":
        return [*([func.value] if isinstance(func, ast.Attribute) else []), *call.args]
    found: list[ast.expr] = []
    for statement in ast.walk(loop):
        if isinstance(statement, ast.Expr | ast.With) and statement.lineno <= call.lineno <= (
            statement.end_lineno or 0
        ):
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Call) and inner is not call:
                    arguments = [part for part in inner.args if part is not call]
                    found += (
                        part
                        for top in arguments
                        for part in (top.elts if isinstance(top, ast.List | ast.Tuple) else [top])
                    )
    return found


def _root(node: ast.expr) -> str | None:
    """`a` of `a`, `a.b[0]`, `a.b()`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _join(parts: Iterable[str]) -> str:
    """As `os.path.join`."""
    found = ""
    for part in parts:
        found = part if part.startswith("/") or not found else f"{found.rstrip('/')}/{part}"
    return found


def _is_open(known: _Known) -> bool:
    return "*" in known.text


def _clean(text: str) -> str:
    """One `*` for what is unknown, one slash between parts."""
    text = _SLASHES.sub("/", text)
    while text.startswith("./"):
        text = text[2:]
    return _STARS.sub("*", text).replace("\0", "*") if "*" in text or "\0" in text else text


def _looks_like_file(text: str) -> bool:
    return "/" in text or ends_like_file(text)
