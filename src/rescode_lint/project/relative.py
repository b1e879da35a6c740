"""Paths that are right from one folder only: what a Summary keeps of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from rescode_lint.facts.files import touches
from rescode_lint.lazy import lazy
from rescode_lint.model import RelativePath
from rescode_lint.semantics.module import Module, Scope

#: Calls that give a path again, or a longer one if the path is their first argument.
_THROUGH = frozenset(
    "join abspath realpath normpath expanduser fspath Path PurePath PosixPath str format resolve absolute joinpath sorted list"
    " expandvars as_posix glob iglob strip rstrip".split()
)
#: Calls whose text is no path of a file, one that is set from outside, or one that other rules speak about.
_NO_PATH = frozenset(
    """
    chdir get getenv setdefault pop add_argument add_option option argument Option Argument Field field print debug info
    warning warn error exception critical log echo write writelines write_text startswith endswith replace removeprefix
    split rsplit partition find index count relpath relative_to match search sub findall fullmatch compile system popen
    Popen run call check_call check_output getoutput getstatusoutput include url path re_path redirect route mount urljoin
    import_module relative_import fail skip xpath find_element set_title title
    text annotate add_resource Link link_to load_rel
    """.split()
)
#: Calls that only ask: what is asked for may be missing, but where another path is the same, both must move together.
_CHECKS = frozenset("exists isdir isfile is_file is_dir lexists".split())
_NO_PATH_KEYWORDS = frozenset(
    "help description epilog title label doc message msg usage metavar url endpoint route pattern regex href cwd match".split()
)
_NO_PATH_NAME = lazy(r"(?i)(?:\A|_)(?:ur[il]s?|links?|href|route|pattern|regex|cmds?|commands?|prefix|html)(?:\Z|_)")
_FOLDER_NAME = lazy(r"(?i)dir|path|folder|root|base|data|home")
#: What no path has: text, markup, a command.
_NO_PATH_TEXT = lazy(r"[\n\r\t<>|\"]|\w\s+\w+\s+\w+\s|\s-{1,2}\w|\$\(|\A\.\.\.|\.\.[?*+)]")
#: Scripts that are run cell by cell, in their own folder, as a notebook is.
_CELLS = lazy(r"#\s*(?:%%|In\s?\[[\d ]*\]:?)")
_UP = ("../", "..\\")
#: What makes a file a configuration that its tool (mmcv, detectron2) reads: from the file's own folder, never started.
_FROM_ITSELF = frozenset({"_base_", "_BASE_"})


def relative_paths(module: Module) -> tuple[RelativePath, ...]:
    """The paths of a script that begin with `..` and stand for a file or folder.

    Nothing where the script sets its working directory, is run cell by cell, in its own folder, or is the configuration of
    a tool that takes paths from the file's own place.
    """
    if module.is_notebook or "chdir" in module.calls or not _FROM_ITSELF.isdisjoint(module.scope.bindings):
        return ()
    begins = [
        (node, scope)
        for node, scope in (module.strings() if ast.Constant in module.nodes else ())
        if (text := str(node.value))[:2] == ".." and (text[:3] in _UP or text == "..")
    ]
    if not begins or _is_in_cells(module):
        return ()
    return tuple(dict.fromkeys(_up(module, begins)))


def stays_in_folder(module: Module) -> bool:
    """Whether a file is run in its own folder, and changes it nowhere: a notebook without `chdir` and `%cd`."""
    return module.is_notebook and not _sets_folder(module)


def _is_in_cells(module: Module) -> bool:
    return any(line[:1] == "#" and _CELLS.match(line) for line in module.source.lines)


def _sets_folder(module: Module) -> bool:
    if "chdir" in module.calls:
        return True
    return any(
        magic.name in ("cd", "pushd") or (magic.kind != "cell" and magic.text.lstrip().startswith("cd "))
        for cell in module.cells
        for magic in cell.magics
    )


class _Meant(NamedTuple):
    """What a text stands for."""

    text: str
    #: The names that it is given.
    names: tuple[str, ...] = ()
    check: bool = False


def _up(module: Module, begins: list[tuple[ast.Constant, Scope]]) -> list[RelativePath]:
    tails = _tails(module)
    paths: list[RelativePath] = []
    sure = False
    for node, scope in begins:
        text = str(node.value)
        if _NO_PATH_TEXT.search(text) or text.startswith("../input/"):  # where Kaggle puts data, seen from its code
            continue
        module.here = scope
        parents = module.parents(node)
        holder: ast.expr = node
        if parents and isinstance(parents[0], ast.JoinedStr):
            holder = parents[0]
            if parents[0].values[0] is not node:
                continue
            parents = parents[1:]
        if not text.strip("./\\") and parents and not isinstance(parents[0], ast.Call | ast.BinOp):
            continue  # a step upwards that something else may take
        found = _meant(holder, text, parents, module)
        if found is not None and not tails.intersection(found.names):
            more = isinstance(holder, ast.JoinedStr) or _goes_on(holder, parents)
            paths.append(RelativePath(found.text, module.span(with_path_call(holder, parents, module)), not more))
            sure = sure or not found.check
    return paths if sure else []


def with_path_call(node: ast.expr, parents: Sequence[ast.AST], module: Module) -> ast.expr:
    """A literal, or the `pathlib.Path(…)` that holds nothing else: it is replaced as a whole.

    Args:
        node: the literal.
        parents: what stands around it, innermost first.
        module: its file.
    """
    match parents[0] if parents else None:
        case ast.Call(func=func, args=[only], keywords=[]) as call if only is node and _last(func) == "Path":
            return call if module.qualname(func) == "pathlib.Path" else node
    return node


def _goes_on(node: ast.expr, parents: list[ast.AST]) -> bool:
    """Whether more is put behind the text: `"../run" + name`."""
    return (
        bool(parents)
        and isinstance(parents[0], ast.BinOp)
        and isinstance(parents[0].op, ast.Add)
        and parents[0].left is node
    )


def _meant(node: ast.expr, text: str, parents: list[ast.AST], module: Module) -> _Meant | None:
    """What a text stands for; None where it is no path of a file, or not our matter."""
    child: ast.AST = node
    for depth, parent in enumerate(parents):
        match parent:
            case ast.Expr():
                return _Meant(text) if depth else None
            case ast.List(elts=others) | ast.Tuple(elts=others) if _are_tries(others):
                return None  # one after the other, until one is there
            case (
                ast.Attribute()
                | ast.Starred()
                | ast.List()
                | ast.Tuple()
                | ast.Set()
                | ast.IfExp()
                | ast.FormattedValue()
            ):
                pass
            case ast.Call(func=func) if func is child:
                if _last(func) in _CHECKS:
                    return _Meant(text, check=True)
                if _last(func) in _NO_PATH:
                    return None
            case ast.Call(func=func, args=arguments):
                last = _last(func)
                if last in _THROUGH and arguments and arguments[0] is child:
                    if last in ("join", "Path", "joinpath") and child is node and len(arguments) > 1:
                        more = [
                            a.value for a in arguments[1:] if isinstance(a, ast.Constant) and isinstance(a.value, str)
                        ]
                        text = "/".join([text.rstrip("/"), *more]) if len(more) == len(arguments) - 1 else text
                    child = parent
                    continue
                if (
                    last in _NO_PATH
                    or last in _THROUGH
                    or last.endswith(("Error", "Exception", "Warning"))
                    or (module.qualname(func) or "").startswith(("sys.path", "subprocess."))
                ):
                    return None
                if (
                    isinstance(func, ast.Attribute)
                    and ast.unparse(func.value) in ("sys.path", "path")
                    and last in ("append", "insert", "extend")
                ):
                    return None
                if not text.strip("./\\") and not touches(parent, module.qualname(func)):
                    return None
                return _Meant(text, check=last in _CHECKS)
            case ast.keyword(arg=name):
                if name in _NO_PATH_KEYWORDS:
                    return None
            case ast.BinOp(op=ast.Add() | ast.Div(), right=right) if right is child:
                return None  # the tail of something
            case ast.BinOp(op=ast.Div(), right=ast.Constant(value=str() as name)):
                text = f"{text.rstrip('/')}/{name}"
            case ast.BinOp(op=ast.Add() | ast.Div() | ast.Mod()):
                pass
            case ast.Subscript(slice=index) if index is child:
                return None
            case ast.Subscript():
                pass
            case ast.Dict(keys=keys):
                if child in keys:
                    return None
            case ast.arguments():
                # A step upwards that the caller may replace names no folder: `cwd=Path("..")`.
                return _Meant(text) if text.strip("./\\") else None
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                names = _names(parent)
                if any(_NO_PATH_NAME.search(name) for name in names):
                    return None
                bare = not text.strip("./\\") and (
                    not any(_FOLDER_NAME.search(name) for name in names) or _edits_path(module)
                )
                return None if bare else _Meant(text, names)
            case (
                ast.Return()
                | ast.For()
                | ast.With()
                | ast.withitem()
                | ast.comprehension()
                | ast.GeneratorExp()
                | ast.ListComp()
            ):
                return _Meant(text)
            case _:
                return None
        child = parent
    return None


def _edits_path(module: Module) -> bool:
    """Whether a bare `..` may well be for `sys.path`, which is another matter."""
    return any("sys.path" in line for line in module.source.lines)


def _are_tries(elements: list[ast.expr]) -> bool:
    """Whether texts are alternatives: some go up and some do not."""
    texts = [e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)]
    return any(not text.startswith("..") for text in texts)


def _names(statement: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> tuple[str, ...]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return tuple(filter(None, map(_last, parts)))


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _tails(module: Module) -> frozenset[str]:
    """Names that are put behind a folder: `os.path.join(HERE, DATA)`, `HERE / DATA`: then they count from there."""
    found: set[str] = set()
    for call, _ in module.calls_of("join", "joinpath"):
        found.update(_last(argument) for argument in call.args[1:])
    for statement in module.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
                found.add(_last(node.right))
    return frozenset(found - {""})
