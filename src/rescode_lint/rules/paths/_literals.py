"""Where absolute paths stand in code: string literals, f-strings, commands, magics; and where a string is no path."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from rescode_lint.facts.files import touches
from rescode_lint.facts.paths import MAYBE, SHELL_START, AbsolutePath, Kind, classify, ends_like_file, in_command
from rescode_lint.lazy import lazy
from rescode_lint.model import Span
from rescode_lint.project.relative import with_path_call
from rescode_lint.read import Cell
from rescode_lint.read.ipython import Magic
from rescode_lint.semantics import Module, Scope

#: What the path is for, as far as it changes the advice.
Role = Literal["value", "default", "option", "fallback", "import", "folder", "command", "script"]


class Place(NamedTuple):
    """An absolute path in a file."""

    path: AbsolutePath
    span: Span
    role: Role = "value"
    #: The path as it is written, where it is not a single literal: `/data/{name}.csv`.
    shown: str = ""
    #: The literal, and what stands around it, innermost first; None in commands and magics.
    holder: ast.expr | None = None
    parents: tuple[ast.AST, ...] = ()
    #: More is put behind the literal: `"/data/" + name`.
    more: bool = False
    #: A method of strings compares it with other text.
    compared: bool = False
    #: It stands in a script of Python 2, which has no tree.
    in_text: bool = False

    @property
    def replaceable(self) -> bool:
        """Whether an expression with the same value can stand in its place."""
        return self.holder is not None and not self.compared and self.role not in ("command", "script", "folder")


class _Context(NamedTuple):
    """What the code around a string says of it."""

    role: Role = "value"
    #: Opened, read, listed … on the spot.
    opened: bool = False
    #: Stored or passed under a name that says path.
    named: bool = False
    #: Only compared or looked for.
    looked: bool = False
    #: The names that it is stored under.
    targets: tuple[str, ...] = ()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Calls whose string arguments are no paths of a file system, by full name.
_NO_PATH_CALLS = ("re.", "regex.", "google.colab.drive.mount", "textwrap.", "jsonpointer.")
#: The same by the last name: routes, keys in HDF5 files and stores, text, pure paths.
_NO_PATH_NAMES = _words(
    """
    mount route post put delete patch head options websocket add_url_rule add_api_route redirect RedirectResponse
    url_for reverse add_route path re_path include_router Mount Route resolve_pointer urljoin create_dataset
    create_group require_group require_dataset get_node create_array create_table create_carray create_earray
    compile match search sub findall fullmatch print debug info warning warn error exception critical log write
    write_text add_argument_group fail skip echo secho xpath find_elements find_element select select_one set_title
    set_xlabel set_ylabel title xlabel ylabel text annotate suptitle PurePath PurePosixPath PureWindowsPath
    MagicMock Mock patch
    """
)
#: Calls that only compare or look; a home that they name is nailed down all the same.
_LOOKS = _words(
    """
    replace split rsplit partition rpartition startswith endswith removeprefix removesuffix find rfind index count
    relative_to is_relative_to relpath commonpath commonprefix exists isdir isfile is_dir is_file lexists ismount
    access which
    """
)
_COMPARES = _LOOKS - _words("exists isdir isfile lexists ismount access which relpath")
#: Methods of strings that give a path again.
_STRING_METHODS = _words("format format_map strip rstrip lstrip lower encode expandtabs split")
#: Keyword arguments that hold text, keys or addresses.
_NO_PATH_KEYWORDS = _words(
    """
    help description epilog title label doc message msg prog usage metavar key group name node dataset url endpoint
    base_url route pattern regex sep delimiter prefix content_path text comment match root_path url_prefix href tags
    summary detail reason
    """
)
#: Calls that read, write, list or enter what their argument names.
_OPENS = lazy(
    r"open|(?:read|load|save|scan|import)(?:_?[a-z]\w*)?\Z|imread|imwrite|imsave|savefig|savetxt|genfromtxt|fromfile|tofile|i?glob\Z|listdir"
    r"|scandir|walk\Z|makedirs|mkdir|chdir|rmtree|remove\Z|unlink|copy\w*\Z|move\Z|symlink|Path\Z|PosixPath|WindowsPath"
    r"|to_(?:csv|json|parquet|pickle|hdf|excel|feather|netcdf|zarr|file)\Z|from_(?:file|csv|pretrained)|File\Z|Dataset\Z|ImageFolder"
    r"|ModelCheckpoint|FileHandler|SummaryWriter|mfdataset|abspath|realpath|expanduser"
)
#: Names of variables, parameters, options and keys for paths; and for what looks like one.
_NAMED = lazy(
    r"dir|path|folder|root|file|fname|fn\Z|base|loc(?:ation)?\Z|store|home|disk|workspace|cache|data|src\Z|dst\Z|dest",
    re.I,
)
_NOT_NAMED = lazy(
    r"ur[il]s?(?![a-z])|ur[il]_|route|endpoint|href|page|pattern|regex|xpath|group|prefix|suffix|(?:\b|_)keys?\Z|node|web"
    r"|link|metadata\Z",
    re.I,
)
_RUN = _words(
    """
    system popen Popen run call check_call check_output getoutput getstatusoutput magic run_line_magic run_cell_magic
    """
)
_RUN_MODULES = ("os.", "subprocess.", "commands.")
_COMMAND_NAMED = lazy(r"(?:\A|_)(?:cmds?|commands?|command_line|shell)(?:\Z|_)", re.I)
_OPTION = _words("add_argument add_option option argument Option Argument Field field")
_WEB_MODULES = _words("flask fastapi django starlette aiohttp bottle tornado sanic dash falcon quart")
_PLATFORM = lazy(r"kaggle|colab", re.I)
#: A field of a form, as Colab shows it.
_FORM = lazy(r"#\s*@param\b")
#: A command that reads open data.
_UNSIGNED = "--no-sign-request"
#: Files of tests, by their names; words that tell the reader to change what follows; so many cells may be settings.
_TEST_FILE = lazy(r"(?:^|/)(?:tests?/(?:.*/)?[^/]+|test_[^/]*|[^/]*_test|conftest)\.py\Z")
_TO_SET = lazy(
    r"\b(?:change|adapt|replace|edit|modify|adjust|customi[sz]e|update)\b.{0,60}?"
    r"\b(?:paths?|folders?|director(?:y|ies)|locations?|lines? below|below|here|your|local)\b"
    r"|\b(?:set|specify|enter|fill in|insert|put|point)\b.{0,40}?\b(?:your|on your|to where you)\b",
    re.I,
)
_SETTINGS = 3
#: Calls in a value of a setting.
_SETS = _words("Path join str expanduser abspath realpath get getenv next cwd exists is_dir")
#: What `git clone` makes a folder of, and where it is told to.
_CLONE = lazy(r"git\s+clone\s[^\n]*?/([\w.-]+?)(?:\.git)?/?(?:\s+(?:/content/)?([A-Za-z][\w.-]*))?(?=[\s\"';&]|\Z)")
_INSTALLS = lazy(r"\b(?:pip3?|uv|conda|mamba|apt(?:-get)?)\b")
_READS = _words(
    """
    open read_csv read_table read_json read_parquet read_pickle read_excel read_feather read_hdf load imread loadtxt genfromtxt
    """
)
#: Cell magics whose body is a shell script; and the languages of written files that are no container definition.
_SHELLS = _words("bash sh script system ! sx zsh")
_WRITTEN = lazy(r"[^\s]+\.(?:py|sh|R|jl|m|pbs|slurm|sbatch)\s*\Z")
#: Where Python cannot parse: strings, what stands before the tail of a path, or before text; and before a path.
_QUOTED = lazy(r"(?P<quote>[\"'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)")
_BEGINS = lazy(r"[\"'](?:/[^/\s]|[A-Za-z]:[\\/]|\\\\|~[A-Za-z]|\./|\w+/|[a-z0-9]{2,6}:/)")
_TRIPLE = lazy(r"\"\"\"|'''")
_TAIL_OF = ("+", "[", "==", "!=", " in")
_NOT_OPENED = lazy(
    r"(?:\bprint\b|\braise\b|\bmount\(|\bre\.\w+\(|\.(?:replace|split|startswith|endswith|get|exists|isfile|isdir|write)\(|route\(|url\w*\s*=)[^)]*\Z"
    r"|\bjoin\([^)]*,\s*\Z"
)
_OPENED = lazy(
    r"(?:open|load\w*|read\w*|save\w*|listdir|glob|chdir|makedirs|mkdir)\(\s*\Z|(?:dir|path|folder|file|root)\w*\s*=\s*\Z",
    re.I,
)


def places(file: Module, kind: Kind) -> Iterator[Place]:
    """All absolute paths of one kind in a file that hold data, code or results."""
    for place in _places(file, kind):
        if not (place.path.store in ("Kaggle", "Colab") and _is_at_home(place, file)):
            yield place


def _places(file: Module, kind: Kind) -> Iterator[Place]:
    yield from _in_strings(file, kind)
    if file.source.unparsed:
        yield from _in_unparsed(file, kind)
    if file.cells:
        yield from _in_magics(file, kind)


def _in_strings(file: Module, kind: Kind) -> Iterator[Place]:
    maybe, in_shell = MAYBE.match, SHELL_START.search
    tails: frozenset[str] | None = None
    asked_for: list[Place] = []
    roots: set[str] = set()
    constants = cast("list[tuple[ast.Constant, Scope]]", file.nodes.get(ast.Constant, []))
    strings = [
        (n, s, n.value) for n, s in constants if n.value.__class__ is str and ("/" in n.value or "\\" in n.value)
    ]
    for node, scope, text in strings:
        begins = maybe(text) is not None and (classify(text) or classify(text, whole=False))
        shell = (
            " " in text and len(text) < 2000 and in_shell(text) and [f for f in in_command(text) if f.path.kind == kind]
        )
        if not shell and (not begins or begins.kind != kind):
            continue
        if _FORM.search(file.source.lines[node.lineno - 1]):
            continue  # a field that the reader fills in
        file.here = scope
        parents = file.parents(node)
        holder: ast.expr = node
        first = True
        if parents and isinstance(parents[0], ast.JoinedStr):
            holder = parents[0]
            first = parents[0].values[0] is node
            parents = parents[1:]
        if shell and _is_command(text, holder, parents, file):
            for found in shell:
                if (first or found.start) and not (found.path.store == "bucket" and _UNSIGNED in text):
                    yield Place(found.path, file.span(holder), "command")
            continue
        if not begins or not first:
            continue
        more = _has_more(holder, parents)
        path = classify(text, whole=not more)
        if path is None or path.kind != kind:
            continue
        context = _context(holder, parents, file)
        if context is None:
            continue
        asked = context.looked and kind == "machine" and not _is_compared(parents)
        if not asked and (not _counts(path, context, parents, file) or _is_tried(text, parents, context, kind, file)):
            continue
        if path.kind == "machine" and context.targets:
            if tails is None:
                tails = _tails(file)
            if not tails.isdisjoint(context.targets):
                continue
        place = Place(
            path,
            file.span(with_path_call(holder, parents, file)),
            # A blank at its end: more of a command follows.
            "command" if text[-1:].isspace() and context.role == "value" else context.role,
            _shown(holder, path, more),
            holder,
            tuple(parents),
            more and not isinstance(holder, ast.JoinedStr),
            context.looked and _is_compared(parents),
        )
        if _is_test(file) and not _is_opened(parents, holder, file):
            continue  # a value that is made up
        if (kind == "machine" or is_shared_mount(path)) and _is_to_be_set(parents, node, file):
            continue
        if asked:
            asked_for.append(place)
        else:
            roots.add(path.root)
            yield place
    # It may be missing, but where the same folder is opened too, both must move together.
    yield from (place for place in asked_for if place.path.root in roots)


def _counts(path: AbsolutePath, context: _Context, parents: list[ast.AST], file: Module) -> bool:
    """Whether a path in this context is one of the file system, and nailed down."""
    if path.kind == "personal":
        return not is_shared_mount(path) or not (context.role == "fallback" or _only_there(parents))
    if context.role == "fallback" or context.looked:
        return False  # it can be set from outside; it may be missing
    if path.store in ("Kaggle", "Colab") and _only_there(parents):
        return False
    if path.store == "bucket" and _is_open_data(file):
        return False
    certainty = path.certainty
    if certainty == "sure" and path.store == "disk" and not ends_like_file(path.text) and _is_web(file):
        certainty = "doubtful"
    if certainty == "sure":
        return True
    return context.opened or (certainty == "likely" and context.named)


def _is_test(file: Module) -> bool:
    """Whether a file holds tests: not one that only is called `test.py`, as what evaluates a model often is."""
    return _TEST_FILE.search(file.path) is not None and (
        any(name.startswith(("test_", "Test")) for name in file.scope.bindings)
        or any(item.module.partition(".")[0] in ("pytest", "unittest") for item in file.imports)
    )


def _is_opened(parents: list[ast.AST], holder: ast.expr, file: Module) -> bool:
    """Whether a literal itself is what a call opens, reads or lists."""
    call = parents[0] if parents else None
    return isinstance(call, ast.Call) and any(
        touch.node is holder and touch.role not in ("check", "other")
        for touch in touches(call, file.qualname(call.func))
    )


def _is_to_be_set(parents: list[ast.AST], node: ast.Constant, file: Module) -> bool:
    """Whether a path is the value of a setting that the reader of a notebook is told to change: it is named once there."""
    statement = next((p for p in parents if isinstance(p, ast.stmt)), None)
    if not file.is_notebook or not isinstance(statement, ast.Assign | ast.AnnAssign) or statement not in file.body:
        return False
    number, lines = file.span(statement).cell, file.source.lines
    cell = next((cell for cell in file.cells if cell.position == number), None)
    if cell is None:
        return False
    line = statement.lineno - 2
    above = [lines[node.lineno - 1].partition("#")[2]]
    while line >= cell.first - 1 and lines[line].lstrip().startswith("#"):
        above.append(lines[line])
        line -= 1
    if any(map(_TO_SET.search, above)):
        return True
    if cell not in file.cells[:_SETTINGS]:
        return False
    own = [s for s in file.body if cell.first <= s.lineno < cell.first + len(cell.lines)]
    plain = all(isinstance(s, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom | ast.Expr) for s in own)
    calls = any(isinstance(part, ast.Call) and _last(part.func) not in _SETS for s in own for part in ast.walk(s))
    comments = [text for text in cell.lines if text.lstrip().startswith("#")]
    return plain and not calls and any(map(_TO_SET.search, (*comments, file.source.markdown)))


def _is_at_home(place: Place, file: Module) -> bool:
    """Whether a notebook has a folder of Kaggle or Colab by what it does itself, or runs there only."""
    if place.path.store == "Kaggle" and not file.is_notebook:
        if "kaggle_evaluation/" in file.path or place.path.text.startswith("/kaggle/shared"):
            return True  # Kaggle's own code, which comes with the data
        if not any("/kaggle/working" in line for line in file.source.lines):
            return False
    if place.path.store == "Colab":
        parts = place.path.text.split("/")
        text = "\n".join(line for line in file.source.lines if "clone" in line)
        return len(parts) > 2 and parts[2] in (name for found in _CLONE.findall(text) for name in found if name)
    for call, _ in file.calls_of(*_READS):
        argument = call.args[0] if call.args else None
        if (
            isinstance(argument, ast.Constant)
            and isinstance(argument.value, str)
            and ends_like_file(argument.value)
            and not argument.value.startswith(("/kaggle", "../input", "../working", "/tmp"))
            and not any(isinstance(other, ast.Constant) and str(other.value)[:1] in "wa" for other in call.args[1:2])
        ):
            return False  # it has data of another place too
    return True


def is_shared_mount(path: AbsolutePath) -> bool:
    """Whether a path names no person: the place where Colab shows everybody their own Google Drive."""
    return path.store == "Google Drive" and "/Users/" not in path.root and "/home" not in path.root


def _is_compared(parents: list[ast.AST]) -> bool:
    """Whether a string is handed to another string's method: what is compared was written down as it is here."""
    call = parents[0] if parents else None
    return isinstance(call, ast.Call) and _last(call.func) in _COMPARES


def _has_more(holder: ast.expr, parents: list[ast.AST]) -> bool:
    """Whether a string is the beginning of a longer one."""
    if isinstance(holder, ast.JoinedStr) and len(holder.values) > 1:
        return True
    parent = parents[0] if parents else None
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add) and parent.left is holder


def _shown(holder: ast.expr, path: AbsolutePath, more: bool) -> str:
    """What to call the path in a message."""
    if isinstance(holder, ast.JoinedStr):
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in holder.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        ]
        return "".join(parts)
    return f"{path.text}…" if more else path.text


def _is_command(text: str, holder: ast.expr, parents: list[ast.AST], file: Module) -> bool:
    if text.startswith("-"):
        return True
    for parent in parents[:6]:
        if isinstance(parent, ast.Call):
            last = _last(parent.func)
            if last in _RUN:
                name = file.qualname(parent.func)
                return name is None or name.startswith(_RUN_MODULES) or "." not in name
            if last not in _STRING_METHODS:
                return False
        elif isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign):
            return any(_COMMAND_NAMED.search(name) for name in _targets(parent))
    return False


def _targets(statement: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> tuple[str, ...]:
    """The names, attributes and keys that a statement assigns to."""
    names = []
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
                names.append(str(part.slice.value))
            elif last := _last(part):
                names.append(last)
    return tuple(names)


def _last(node: ast.expr) -> str:
    """`c` of `a.b.c`, `x` of `x`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _says_path(name: str) -> bool:
    return _NAMED.search(name) is not None and not _NOT_NAMED.search(name)


def _context(node: ast.expr, parents: list[ast.AST], file: Module) -> _Context | None:
    """What the code around a string says; None where it is a route, a key, a pattern, text, or the tail of a path."""
    context = _Context()
    child: ast.AST = node
    for depth, parent in enumerate(parents):
        match parent:
            case ast.Expr():
                return None if depth == 0 else context  # a docstring, or a string that does nothing
            case ast.Call(func=func) if func is child:
                if _last(func) not in _STRING_METHODS:
                    return None
            case ast.Call(func=func, args=[first, *_]) if (
                first is child and _last(func) == "join" and not _is_text(func)
            ):
                pass  # os.path.join(this, …): what takes the result decides
            case ast.Call():
                return _of_call(context, parent, child, parents[depth + 1 : depth + 3], file)
            case ast.keyword(arg=name):
                if name in _NO_PATH_KEYWORDS:
                    return None
                context = context._replace(named=_says_path(name or ""))
            case ast.BinOp(op=ast.Add() | ast.Div(), right=right) if right is child:
                return None  # the tail of something
            case ast.Subscript(slice=index) if index is child:
                return None
            case ast.Dict(keys=keys, values=values):
                if child in keys:
                    return None
                key = keys[values.index(child)] if child in values else None
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    context = context._replace(named=_says_path(key.value))
            case ast.BoolOp(op=ast.Or(), values=values) if any(
                map(_reads_environment, values[: _index(values, child)])
            ):
                return context._replace(role="fallback")
            case ast.Compare() | ast.Raise() | ast.Assert() | ast.AugAssign() | ast.Delete() | ast.match_case():
                return None
            case ast.arguments():
                name = _parameter(parent, child)
                return context._replace(role="default", named=_says_path(name), targets=(name,))
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                names = _targets(parent)
                if any(_NOT_NAMED.search(name) for name in names) and not any(_says_path(name) for name in names):
                    return context._replace(targets=names) if _is_address(node) else None
                named = context.named or any(_says_path(name) for name in names)
                return context._replace(named=named, targets=names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return None
            case ast.stmt():
                return context
        child = parent
    return None


def _is_address(node: ast.expr) -> bool:
    """Whether a string is the address of a bucket, or a file's URL: then it may well be called a URL."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) else node
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and "://" in first.value[:12]


def _is_text(method: ast.expr) -> bool:
    """Whether a method is one of a string literal."""
    return isinstance(method, ast.Attribute) and isinstance(method.value, ast.Constant | ast.JoinedStr)


def _parameter(arguments: ast.arguments, default: ast.AST) -> str:
    """The name of the parameter that has a default value."""
    positional = [*arguments.posonlyargs, *arguments.args]
    for parameter, value in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if value is default:
            return parameter.arg
    for parameter, keyword_value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
        if keyword_value is default:
            return parameter.arg
    return ""


def _of_call(context: _Context, call: ast.Call, child: ast.AST, outer: list[ast.AST], file: Module) -> _Context | None:
    """What a call says of its argument."""
    name = file.qualname(call.func) or ""
    last = _last(call.func)
    if name.startswith(_NO_PATH_CALLS) or last.endswith(("Error", "Exception", "Warning")):
        return None
    position = call.args.index(child) if child in call.args else -1
    if last in ("get", "getenv", "setdefault"):
        return context._replace(role="fallback") if position > 0 or isinstance(child, ast.keyword) else None
    if name in ("sys.path.append", "sys.path.insert"):
        return context._replace(role="import")
    if last in _NO_PATH_NAMES:
        return None
    if last in _LOOKS and name != "os.replace":
        return context._replace(looked=True)
    if last in ("join", "joinpath"):
        return context if _is_text(call.func) and ast.unparse(call.func) == "' '.join" else None  # of a command's words
    if last in ("read_hdf", "to_hdf") and position > 0:
        return None
    if last.startswith("DEFINE_"):
        option = call.args[0] if call.args else None
        named = isinstance(option, ast.Constant) and _says_path(str(option.value))
        return context._replace(role="option", named=named) if position == 1 or context.named else None
    if last in _OPTION:
        if not (isinstance(child, ast.keyword) and child.arg in ("default", "const", "default_factory")):
            return None
        named = any(isinstance(arg, ast.Constant) and _says_path(str(arg.value)) for arg in call.args)
        return context._replace(role="option", named=named)
    if last == "Path" and outer and isinstance(outer[0], ast.Attribute) and outer[0].attr in _LOOKS:
        return context._replace(looked=True)  # Path("/scratch").exists()
    if last == "chdir" and name != "contextlib.chdir":
        return context._replace(role="folder", opened=True)
    return context._replace(opened=_OPENS.match(last) is not None)


def _index(values: list[ast.expr], child: ast.AST) -> int:
    return next((i for i, value in enumerate(values) if value is child), 0)


# --- paths that are tried in turn -------------------------------------------------------------------------------------


def _is_tried(text: str, parents: list[ast.AST], context: _Context, kind: Kind, file: Module) -> bool:
    """Whether a path is taken only where it is there, as one of several, or after what the environment says.

    Another person's home that is tried by itself is a path of one person all the same.
    """
    if _THERE.isdisjoint(file.calls):
        return False
    function = next((p for p in parents if isinstance(p, ast.FunctionDef | ast.AsyncFunctionDef)), None)
    body: list[ast.stmt] = function.body if function else file.body
    names = context.targets
    for depth, parent in enumerate(parents):
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            names = _targets(parent)
        if isinstance(parent, ast.List | ast.Tuple | ast.Set):
            return len(parent.elts) > 1 and _list_is_tried(parent, parents[depth + 1 :], body)
        if not (isinstance(parent, ast.Call) and _last(parent.func) in _GIVES_PATH):
            break
    if kind == "personal" and (function is None or not any(map(_reads_environment, body))):
        return False
    for depth, parent in enumerate(parents):
        if isinstance(parent, ast.If | ast.IfExp) and _asks_for(parent.test, text, ()):
            taken = parent.body if isinstance(parent.body, list) else [parent.body]
            return depth > 0 and parents[depth - 1] in taken
    return bool(names) and any(
        isinstance(node, ast.If | ast.IfExp) and _is_choice(node, names)
        for statement in body
        for node in ast.walk(statement)
    )


_THERE = _words("exists isdir isfile is_dir is_file lexists ismount is_mount")
#: What makes a path of text.
_GIVES_PATH = _words("Path PosixPath WindowsPath PurePath join str expanduser abspath realpath normpath fspath")


def _list_is_tried(elements: ast.expr, outer: list[ast.AST], body: list[ast.stmt]) -> bool:
    """Whether a loop looks which of these paths is there, and stops, or keeps those that are."""
    names: tuple[str, ...] = ()
    for parent in outer:
        if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            names = _targets(parent)
            break
        if isinstance(parent, ast.stmt | ast.comprehension):
            break
    for statement in body:
        for node in ast.walk(statement):
            if not isinstance(node, ast.For | ast.comprehension):
                continue
            named = any(isinstance(n, ast.Name | ast.Attribute) and _last(n) in names for n in ast.walk(node.iter))
            if not named and not any(inner is elements for inner in ast.walk(node.iter)):
                continue
            targets = tuple(_last(n) for n in ast.walk(node.target) if isinstance(n, ast.Name))
            if isinstance(node, ast.comprehension):
                if any(_asks_for(test, None, targets) for test in node.ifs):
                    return True
                continue
            inside = [inner for part in node.body for inner in ast.walk(part)]
            stops = any(isinstance(inner, ast.Break | ast.Return) for inner in inside)
            if stops and any(isinstance(i, ast.If) and _asks_for(i.test, None, targets) for i in inside):
                return True
    return False


def _is_choice(node: ast.If | ast.IfExp, names: tuple[str, ...]) -> bool:
    """Whether a path under this name is taken only if it is there, and another one else."""
    negative = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    if not _asks_for(node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test, None, names):
        return False
    if isinstance(node, ast.IfExp):
        return True
    for inner in (inner for part in node.body for inner in ast.walk(part)):
        if negative and isinstance(inner, ast.Assign) and set(_targets(inner)) & set(names):
            return True
        if not negative and isinstance(inner, ast.Return | ast.Assign) and inner.value is not None:
            value = inner.value
            if isinstance(value, ast.Name | ast.Attribute) and _last(value) in names:
                return True
    return False


def _asks_for(test: ast.expr, text: str | None, names: tuple[str, ...]) -> bool:
    """Whether a test asks if a path is there: one that is spelled like this, or has one of these names."""
    for call in ast.walk(test):
        if not isinstance(call, ast.Call) or _last(call.func) not in _THERE:
            continue
        for part in ast.walk(call):
            if isinstance(part, ast.Constant) and text is not None and part.value == text:
                return True
            if isinstance(part, ast.Name | ast.Attribute) and _last(part) in names:
                return True
    return False


def _reads_environment(node: ast.AST) -> bool:
    """Whether something asks for an environment variable that may name a folder."""
    for inner in ast.walk(node):
        key: ast.expr | None = None
        if isinstance(inner, ast.Call) and inner.args and _last(inner.func) in ("get", "getenv"):
            holder = inner.func.value if isinstance(inner.func, ast.Attribute) else None
            if _last(inner.func) == "getenv" or (holder is not None and _last(holder) == "environ"):
                key = inner.args[0]
        elif isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Load) and _last(inner.value) == "environ":
            key = inner.slice
        if key is not None and (not isinstance(key, ast.Constant) or _says_path(str(key.value))):
            return True
    return False


def _tails(file: Module) -> frozenset[str]:
    """Names whose value is the tail of another path: `root + FOLDER`, `f"{root}{FOLDER}"`, `join(root, FOLDER)`.

    And names of fallbacks: `os.environ.get("DATA", FOLDER)`.
    """
    found = set()
    for statement in file.body:
        for node in ast.walk(statement):
            match node:
                case ast.BinOp(op=ast.Add(), left=left, right=ast.Name() | ast.Attribute() as right):
                    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                        left = left.right
                    if isinstance(left, ast.Name | ast.Attribute | ast.Subscript):
                        found.add(_last(right))
                case ast.JoinedStr(values=values):
                    for before, value in pairwise(values):
                        if isinstance(before, ast.FormattedValue) and isinstance(value, ast.FormattedValue):
                            found.add(_last(value.value))
                case ast.Call(func=ast.Attribute(attr="join" | "getenv" | "get"), args=[_, *others]):
                    found.update(_last(other) for other in others)
    return frozenset(found)


def _only_there(parents: list[ast.AST]) -> bool:
    """Whether the code runs on Kaggle or Colab only, by a test around it."""
    return any(
        isinstance(parent, ast.If | ast.IfExp)
        and any(
            isinstance(part, ast.Name | ast.Attribute | ast.Constant)
            and _PLATFORM.search(str(getattr(part, "value", "")) + _last(part))
            for part in ast.walk(parent.test)
            if isinstance(part, ast.expr)
        )
        for parent in parents
    )


def _is_open_data(file: Module) -> bool:
    """Whether the file reads buckets without credentials, as is done with open data."""
    return any(
        (isinstance(node, ast.keyword) and node.arg == "anon")
        or (isinstance(node, ast.Constant) and node.value == "anon")
        for statement in file.body
        for node in ast.walk(statement)
    )


def _is_web(file: Module) -> bool:
    return any(imported.module.partition(".")[0] in _WEB_MODULES for imported in file.imports)


def _in_unparsed(file: Module, kind: Kind) -> Iterator[Place]:
    """The paths in what Python cannot parse (Python 2, more often than not), line by line: only what is sure of itself."""
    in_text = not file.cells and file.source.unparsed[0].kind == "python2"
    if file.cells:
        parts = [(cell.first, cell.lines) for cell in file.cells if cell.unparsed]
    else:
        parts = [(1, tuple(file.source.lines))]
    for first, lines in parts:
        doc = ""
        for number, line in enumerate(lines, first):
            quotes = _TRIPLE.findall(line) if '"""' in line or "'''" in line else []
            inside, doc = doc, _still_open(doc, quotes)
            if inside or quotes or ("/" not in line and "\\" not in line) or not _BEGINS.search(line):
                continue
            if line.lstrip().startswith(("#", "%", "!")):
                continue
            for match in _QUOTED.finditer(line):
                text, before, after = match["text"], line[: match.start()].rstrip(), line[match.end() :].lstrip()
                if "#" in before or before.endswith(_TAIL_OF) or _NOT_OPENED.search(before):
                    continue
                path = classify(text, whole=not after.startswith("+"))
                if path is None or path.kind != kind:
                    continue
                if path.certainty == "sure" or (path.certainty == "likely" and _OPENED.search(before)):
                    span = file.source.span_of(number, match.start() + 1, number, match.end() + 1)
                    more = after.startswith("+")
                    yield Place(path, span, shown=f"{text}…" if more else text, more=more, in_text=in_text)


def _still_open(doc: str, quotes: list[str]) -> str:
    """The mark of the docstring that is open behind a line with these marks."""
    for mark in quotes:
        doc = mark if not doc else "" if mark == doc else doc
    return doc


def _in_magics(file: Module, kind: Kind) -> Iterator[Place]:
    cells = {cell.position: cell for cell in file.cells}
    for magic, span in file.magics():
        if magic.kind == "help" or span.cell is None:
            continue
        cell = cells[span.cell]
        if magic.kind == "cell":
            yield from _in_body(magic, cell, kind)
            continue
        line = cell.lines[magic.line - 1] if magic.line <= len(cell.lines) else ""
        if _mounts(line):
            continue
        role: Role = "folder" if magic.name == "cd" or re.match(r"[!%]\s*cd\s", line[magic.column - 1 :]) else "command"
        code = file.source.masked[cell.first + magic.line - 2]  # what `%time` runs is Python, and judged as such
        for start, end, path in in_command(line):
            if (path.store == "bucket" and _UNSIGNED in line) or (path.store == "Kaggle" and _INSTALLS.search(line)):
                continue
            if path.kind == kind and start + 1 >= magic.column and line[start:end] not in code:
                yield Place(path, Span(magic.line, start + 1, magic.line, end + 1, cell.position), role)


def _in_body(magic: Magic, cell: Cell, kind: Kind) -> Iterator[Place]:
    """The paths in a shell script, and the personal ones in a program that a cell writes (a container has its own)."""
    written = magic.name in ("writefile", "file")
    if magic.name not in _SHELLS and not (written and kind == "personal" and _WRITTEN.search(magic.text)):
        return
    for number, line in enumerate(magic.body.split("\n"), magic.line + 1):
        if line.lstrip().startswith("#") or _mounts(line):
            continue
        for start, end, path in in_command(line):
            if path.kind == kind:
                yield Place(path, Span(number, start + 1, number, end + 1, cell.position), "script")


def _mounts(line: str) -> bool:
    """Whether a command makes the folder that it names: then it is no claim about the machine."""
    return re.match(r"\s*[!%]?\s*(?:google-drive-ocamlfuse|sudo\s+mount|mount|umount)\b", line) is not None
