"""What can stand in the place of a path: the project's own folder, or one that is named from outside, and the rest.

Two cases. Where the rest of the path is in the repository, it is found from the file's own place, whatever machine that
is. Where it is not, one constant at the top of the file names the folder, and an environment variable of the same name
sets it. Its default keeps the program working where it worked, if that can be said without naming a person.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from posixpath import dirname
from typing import NamedTuple

import libcst as cst

from rescode_lint.facts.path_takers import takes_path
from rescode_lint.facts.paths import AbsolutePath, same_root
from rescode_lint.model import Finding, Tree
from rescode_lint.project import Project
from rescode_lint.project.relative import with_path_call
from rescode_lint.rule import Repair
from rescode_lint.rules.paths._folders import (
    COMPONENT,
    Folders,
    Parts,
    end_of,
    folder_of,
    folders_of,
    in_common,
    inside,
    names_of,
    parts_of,
    replaceable,
    up_to,
)
from rescode_lint.rules.paths._literals import Place, is_shared_mount
from rescode_lint.rules.paths._wording import is_interpreter
from rescode_lint.rules.paths.cwd_dependent_path import better_folder, starting_folder
from rescode_lint.semantics import Module

Pair = tuple[str, str]

_PATH, _OS = ("pathlib", "Path"), ("os", "")
#: What takes a `Path` as well as text, besides what touches files.
_TAKES_PATH = re.compile(r"pathlib\.Path\Z|os\.path\.(?!commonprefix|expand)|os\.(?:chdir|walk|scandir)\Z")
#: The home of whoever runs the program, as it is written for one.
_HOME = re.compile(r"(?:/(?:home|Users)/[^/]+|[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2}[^\\/]+|~[A-Za-z][\w.-]*)\Z")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{2,19}\Z")
_EMPTY = re.compile(r"(?i)[rfbu]*(\"{3}|'{3}|[\"'])\1\Z")
_OPTION_SUFFIX = re.compile(r"_?(?:dir|directory|path|folder|root)\Z")
_OWN_PLACE = re.compile(
    r"(?:pathlib\.)?Path\(__file__\)(?:\.resolve\(\)|\.absolute\(\))?(?:(?P<up>(?:\.parent)+)|\.parents\[(?P<number>\d+)\])\Z"
)
#: What tells the root of a project, the surest first.
_MARKERS = (
    *("pyproject.toml", "setup.py", "setup.cfg", "environment.yml", "environment.yaml", "requirements.txt", "Pipfile"),
    *(
        "LICENSE",
        "LICENSE.txt",
        "LICENSE.md",
        "README.md",
        "README.rst",
        "README.txt",
        "README",
        "readme.md",
        ".gitignore",
    ),
)


class Base(NamedTuple):
    """What a new path begins with."""

    expression: str
    #: An object of pathlib; else text.
    is_path: bool = True
    constants: tuple[Pair, ...] = ()
    imports: tuple[Pair, ...] = ()
    #: Needed just once, where something has a name for it anyhow.
    alone: bool = False


def repair_of_path(node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | None:
    """What to put in the place of an absolute path.

    Args:
        node: the literal, or what has the same place.
        finding: of RSC401 or RSC402.
        file: the file that the finding is in.
        project: for what the repository holds.
    """
    if _literal(node) is None:
        return None
    known = replaceable(file)
    place = next((place for place in known if place.span == finding.span), None)
    if place is None:
        return None
    if is_interpreter(place.path.text):
        return Repair(cst.parse_expression("sys.executable"), (("sys", ""),))
    folders = folders_of(project)
    own = inside(place, folders.roots, file.path, project.tree)
    if own is not None:
        cut, folder = own
        return _in_its_place(node, place, cut, project_root(file, project.tree), folder, file)
    if place.role == "fallback":
        return _fallback(place)
    outside = [
        other
        for other in known
        if other.role != "fallback" and inside(other, folders.roots, file.path, project.tree) is None
    ]
    cut, base = _outside(place, outside, file, folders)
    if base.constants and base.alone:
        return _in_place(place, base, file)
    return _in_its_place(node, place, cut, base, (), file)


def _in_its_place(node: cst.CSTNode, place: Place, cut: int, base: Base, folder: Parts, file: Module) -> Repair | None:
    """The path with its first components replaced; where `Path(…)` stands around it, in the place of that."""
    literal = _literal(node)
    made = rewritten(literal, place, cut, base, folder, file) if literal is not None else None
    if made is None or not isinstance(node, cst.Call):
        return made
    new = made.node
    if not (isinstance(new, cst.BinaryOperation) and isinstance(new.operator, cst.Divide)) and (
        not isinstance(new, cst.Name | cst.Attribute | cst.Subscript) or not base.is_path
    ):
        assert isinstance(new, cst.BaseExpression)
        return made._replace(node=node.with_changes(args=[node.args[0].with_changes(value=new)]))
    assert isinstance(new, cst.BinaryOperation | cst.Name | cst.Attribute | cst.Subscript)
    outer = place.parents[1] if len(place.parents) > 1 else None
    if isinstance(new, cst.BinaryOperation) and isinstance(outer, ast.Attribute | ast.Subscript | ast.Starred):
        new = new.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return made._replace(node=new)


def _literal(node: cst.CSTNode) -> cst.BaseExpression | None:
    """The text itself, also where the place is that of the `Path(…)` around it."""
    if isinstance(node, cst.Call) and len(node.args) == 1:
        node = node.args[0].value
    return node if isinstance(node, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString) else None


def repair_of_relative(node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | None:
    """What to put in the place of a path that counts from the working directory: the same, from the project's root.

    Args:
        node: the literal, or what has the same place.
        finding: of RSC403.
        file: the file that the finding is in.
        project: for what the repository holds.
    """
    if _literal(node) is None:
        return None
    place = _place_at(finding, file)
    if place is None:
        return None
    own = dirname(file.path)
    summary = project.files[file.path]
    if summary.stays:
        use = next((use for use in summary.files if use.span == finding.span), None)
        start = better_folder(use, own, project) if use else None
        if start is None:
            return None
    else:
        start = starting_folder(summary, project)
    parts = tuple(part for part in (own if start is None else start).split("/") if part)
    cut = sum(1 for _ in takewhile(lambda part: part == "..", COMPONENT.findall(place.path.text)))
    left = len(parts) - cut
    if left < 0:
        return None
    if left > 0 and (start is None or start == own) and not file.is_notebook:
        base = own_folder(file)
        return _in_its_place(node, place, cut, base._replace(expression=base.expression + _upwards(cut)), (), file)
    base = project_root(file, project.tree)
    return _in_its_place(node, place, cut, base, parts[:left], file)


def _upwards(steps: int) -> str:
    """What leads so many folders up."""
    return "" if steps == 0 else ".parent" if steps == 1 else f".parents[{steps - 1}]"


def _place_at(finding: Finding, file: Module) -> Place | None:
    """The literal at a place, with what stands around it."""
    for node, scope in file.strings():
        if not finding.span.line <= file.span(node).line <= finding.span.end_line:
            continue
        text = str(node.value)
        file.here = scope
        parents = file.parents(node)
        holder: ast.expr = node
        if parents and isinstance(parents[0], ast.JoinedStr):
            if parents[0].values[0] is not node:
                continue
            holder, parents = parents[0], parents[1:]
        if file.span(with_path_call(holder, parents, file)) == finding.span:
            plus = parents[0] if parents else None
            more = isinstance(plus, ast.BinOp) and isinstance(plus.op, ast.Add) and plus.left is holder
            path = AbsolutePath("machine", "..", text)
            return Place(path, finding.span, holder=holder, parents=tuple(parents), more=more)
    return None


# --- inside of the project --------------------------------------------------------------------------------------------


def project_root(file: Module, tree: Tree) -> Base:
    """The root of the project, as a file finds it: a script from its own place, a notebook by a file that only the root has.

    A constant that the file has already is used again.
    """
    depth = file.path.count("/")
    if not file.is_notebook:
        for statement in file.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value):
                    found = _OWN_PLACE.match(ast.unparse(value)) if "__file__" in ast.unparse(value) else None
                    up = (
                        (int(found["number"]) if found["number"] else found["up"].count(".parent") - 1) if found else -1
                    )
                    if up == depth:
                        return Base(name)
        place = ".parent" if depth == 0 else f".parents[{depth}]"
        value_of = f"Path(__file__).resolve(){place}"
    else:
        marker = _marker(file.path, tree)
        value_of = f'next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "{marker}").exists())'
    name = _free(("PROJECT_ROOT", "REPOSITORY_ROOT"), lambda name: f"{name} = {value_of}", file)
    return Base(name, True, ((name, f"{name} = {value_of}"),), (_PATH,))


def own_folder(file: Module) -> Base:
    """The folder of a script, by a constant."""
    value = "Path(__file__).resolve().parent"
    for statement in file.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as attribute):
                found = _OWN_PLACE.match(ast.unparse(attribute))
                if found and found["up"] == ".parent":
                    return Base(name)
    name = _free(("HERE", "THIS_FOLDER"), lambda name: f"{name} = {value}", file)
    return Base(name, True, ((name, f"{name} = {value}"),), (_PATH,))


def _marker(path: str, tree: Tree) -> str:
    """A file of the root that no folder between the root and the file has too."""
    between = path.split("/")[:-1]
    folders = ["/".join(between[: n + 1]) + "/" for n in range(len(between))]
    for name in _MARKERS:
        if name in tree.files and not any(folder + name in tree.files for folder in folders):
            return name
    return ".git"


# --- outside of it ----------------------------------------------------------------------------------------------------


def _outside(place: Place, known: Sequence[Place], file: Module, folders: Folders) -> tuple[int, Base]:
    """How many components one constant stands for, and that constant."""
    alike = [other for other in known if same_root(other.path.root) == same_root(place.path.root)]
    cut = len(in_common([folder_of(other) for other in alike], len(COMPONENT.findall(place.path.root))))
    option = _option(place, cut, file)
    if option is not None:
        return cut, Base(f"Path({option})", True, (), (_PATH,))
    folder = folders.base_of(place) or parts_of(place)[:cut]
    alone = _stands_alone(place, len(folder), alike)
    return len(folder), _constant(place, folder, folders.names.get(folder), file, alone=alone)


def _stands_alone(place: Place, cut: int, alike: Sequence[Place]) -> bool:
    """Whether a folder is named just once, where a name is given to it anyhow."""
    if len(COMPONENT.findall(place.path.text)) != cut or len(alike) > 1:
        return False
    if place.more or not isinstance(place.holder, ast.Constant):
        return False
    if _function(place.parents) is not None:
        return False
    match place.parents:
        case [ast.Assign(targets=[_], value=value), *_]:
            return value is place.holder
        case [ast.keyword(arg="default"), ast.Call(), ast.Expr()]:
            return place.role == "option"
    return False


def _in_place(place: Place, base: Base, file: Module) -> Repair:
    """An environment variable with a default, as text: no constant is needed. A slash at the end is no part of it."""
    text, quote = place.path.text, _quote_in(file)
    folder = up_to(text, len(COMPONENT.findall(text)))
    variable = _quoted(base.constants[0][0], quote)
    value = f"os.environ.get({variable}, {_default(folder, place.path, quote, is_text=True)})"
    if text.endswith(("/", "\\")):
        value = f"os.path.join({value}, {_quoted('', quote)})"
    return Repair(cst.parse_expression(value), (_OS,))


def _constant(place: Place, folder: Parts, name: str | None, file: Module, *, alone: bool) -> Base:
    """The constant that stands for a folder; `alone` if it is only the environment's variable that needs a name."""
    path, quote = place.path, _quote_in(file)
    text = up_to(path.text, len(folder))
    is_path = path.store != "bucket" and not re.match(r"\w{2,}:/", text)
    variable = name or next(names_of(text, path))

    def statement(name: str) -> str:
        value = f"os.environ.get({_quoted(variable, quote)}, {_default(text, path, quote)})"
        return f"{name} = Path({value})" if is_path else f"{name} = {value}"

    if not alone:
        name = _free((variable, re.sub(r"_DIR\Z", "_ROOT", variable), f"{variable}_2"), statement, file)
    else:
        name = variable
    imports = (_OS, _PATH) if is_path else (_OS,)
    return Base(name, is_path, ((name, statement(name)),), imports, alone)


def _default(text: str, path: AbsolutePath, quote: str, *, is_text: bool = False) -> str:
    """What a folder is if nobody says so: where it was, in the home of whoever runs it, or a folder of that name."""
    root = path.root
    if is_shared_mount(path) or path.kind == "machine":
        return _quoted(f"{text}/" if re.fullmatch(r"[A-Za-z]:", text) else text, quote)
    below = COMPONENT.findall(text[len(root) :])
    if _HOME.match(root):
        if is_text:
            return f"os.path.expanduser({_quoted('/'.join(('~', *below)), quote)})"
        return "".join(("Path.home()", *(f" / {_quoted(part, quote)}" for part in below)))
    return _quoted(below[-1] if below and _WORD.match(below[-1]) else "data", quote)


def _fallback(place: Place) -> Repair | None:
    """A default of an environment variable that names no person."""
    text, root = place.path.text, place.path.root
    if place.more or not isinstance(place.holder, ast.Constant):
        return None
    if _HOME.match(root):
        below = "/".join(COMPONENT.findall(text[len(root) :])) + ("/" if text.endswith(("/", "\\")) else "")
        return Repair(cst.parse_expression(f"os.path.expanduser({_quoted(f'~/{below}')})"), (_OS,))
    slash = "/" if text.endswith(("/", "\\")) else ""
    return Repair(cst.parse_expression(_quoted(COMPONENT.findall(text)[-1] + slash)))


def _option(place: Place, cut: int, file: Module) -> str | None:
    """`args.data_dir`, if the file has such an option, it means this folder, and its value is in sight."""
    calls = file.calls_of("add_argument")
    if not calls or place.role in ("option", "default"):
        return None
    wanted = _OPTION_SUFFIX.sub("", COMPONENT.findall(place.path.text)[cut - 1].lower().replace("-", "_"))
    names: list[str] = []
    for call, _ in calls:
        flags = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        given = [k.value.value for k in call.keywords if k.arg == "dest" and isinstance(k.value, ast.Constant)]
        name = str(given[0]) if given else max(flags, key=len, default="").lstrip("-").replace("-", "_")
        given_as = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg}
        if {"action", "nargs", "choices"} & given_as.keys() or not name.isidentifier():
            continue
        set_always = not flags or flags[0][:1] != "-" or given_as.get("required") == "True"
        if not set_always and given_as.get("default", "None") == "None":
            continue
        if wanted and _OPTION_SUFFIX.sub("", name.lower()) == wanted:
            names.append(name)
    if len(names) != 1:
        return None
    for call, _ in file.calls_of("parse_args"):
        match file.parents(call)[:1]:
            case [ast.Assign(targets=[ast.Name(id=variable)]) as statement]:
                here = _function(place.parents)
                if here is _function(file.parents(statement)) and statement.lineno < place.holder.lineno:  # type: ignore[union-attr]
                    return f"{variable}.{names[0]}"
    return None


def _function(parents: Iterable[ast.AST]) -> ast.AST | None:
    return next((p for p in parents if isinstance(p, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)), None)


# --- text -------------------------------------------------------------------------------------------------------------


def rewritten(node: cst.CSTNode, place: Place, cut: int, base: Base, folder: Parts, file: Module) -> Repair | None:
    """The path with its first components replaced.

    Args:
        node: the literal.
        place: where it stands.
        cut: how many components go.
        base: what comes in their place.
        folder: components between the two.
        file: for the names of functions.
    """
    text = place.path.text
    end = end_of(text, cut)
    trailing = text.endswith(("/", "\\")) or (place.more and end == len(text))
    quote = _quote_of(node)
    pieces = [_quoted(part, quote) for part in folder]
    tail = ""
    if isinstance(place.holder, ast.JoinedStr):
        code = _cut(node, text[: end + len(text[end:]) - len(text[end:].lstrip("/\\"))])
        if code is None:
            return None
        if not base.is_path:
            return _repair(f"{_with_prefix(code, f'{{{base.expression}}}/')}", base)
        last = place.holder.values[-1]
        if isinstance(last, ast.Constant) and str(last.value).endswith("/"):
            return _repair(_with_prefix(code, "/".join((f"{{{base.expression}}}", *folder, ""))), base)
        pieces.append(code)
    else:
        parts = [part for part in COMPONENT.findall(text[end:]) if part != "."]
        tail = "/".join(("", *folder, *parts)) + ("/" if trailing and text.endswith(("/", "\\")) else "")
        if not base.is_path or (
            trailing and (place.more or not _takes_path(place, file)) and text.endswith(("/", "\\"))
        ):
            if any(character in tail for character in "\\{}" + quote):
                return _repair(f"{_text(base)} + {_quoted(tail, quote)}", base, brackets=True)
            if not tail:
                return _repair(_text(base), base)
            return _repair(f"f{quote}{{{_in_text(base, quote)}}}{tail}{quote}", base)
        pieces += [_quoted(part, quote) for part in parts]
    joined = " / ".join((base.expression, *pieces))
    if (
        not isinstance(place.holder, ast.JoinedStr)
        and pieces
        and (_is_template(place) or _is_long(joined, place, file))
    ):
        joined = f"{base.expression} / {_quoted(tail.strip('/'), quote)}"
    if _takes_path(place, file):
        return _repair(joined, base)
    return _repair(f"str({joined})", base)


def _is_template(place: Place) -> bool:
    """Whether the literal is filled in: `"/data/{}.csv".format(run)`, `"/data/%s.csv" % run`."""
    parent = place.parents[0] if place.parents else None
    return (isinstance(parent, ast.Attribute) and parent.attr == "format") or (
        isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod)
    )


def _is_long(code: str, place: Place, file: Module) -> bool:
    """Whether a line with this in the place of the path is longer than those of the file."""
    span, lines = place.span, file.source.lines
    first = next((cell.first for cell in file.source.cells if cell.position == span.cell), 1)
    rest = len(lines[first + span.end_line - 2]) - span.end_column
    longest = min(max(map(len, lines)), 120)
    return span.column + len(code) + len("str()") + rest > max(longest, 88)


def _text(base: Base) -> str:
    return f"str({base.expression})" if base.is_path else base.expression


def _in_text(base: Base, quote: str) -> str:
    """The expression inside of an f-string: `Path(args.data)` says no more there than `args.data`."""
    return base.expression[5:-1] if base.expression.startswith("Path(") else base.expression


def _repair(code: str, base: Base, *, brackets: bool = False) -> Repair:
    node = cst.parse_expression(f"({code})" if brackets or "\n" in code else code)
    return Repair(node, base.imports, base.constants)


def _takes_path(place: Place, file: Module) -> bool:
    """Whether the literal is handed to a function that takes a `Path`."""
    parents = list(place.parents)
    child: ast.AST | None = place.holder
    if place.more:
        return False
    if parents and isinstance(parents[0], ast.keyword):
        child, parents = parents[0].value, parents[1:]
    call = parents[0] if parents else None
    if not isinstance(call, ast.Call) or call.func is child:
        return False
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    scope = next((scope for known, scope in file.calls_of(last) if known is call), file.scope)
    file.here = scope
    name = file.qualname(call.func)
    if name is not None and _TAKES_PATH.match(name):
        return True
    is_method = isinstance(call.func, ast.Attribute)
    if not is_method and last in file.scope.bindings and name is None:
        return False  # a function of the file's own
    return takes_path(last, name, is_method=is_method) == "yes"


def _quote_of(node: cst.CSTNode) -> str:
    """The user's quotation mark."""
    while isinstance(node, cst.ConcatenatedString):
        node = node.left
    if isinstance(node, cst.SimpleString):
        return node.quote[0]
    return node.end[0] if isinstance(node, cst.FormattedString) else '"'


def _quote_in(file: Module) -> str:
    """The quotation mark that a file has more of."""
    text = "".join(file.source.lines)
    return "'" if text.count("'") > text.count('"') else '"'


def _quoted(text: str, quote: str = '"') -> str:
    if "\\" in text and quote not in text and not text.endswith("\\"):
        return f"r{quote}{text}{quote}"
    if quote in text or not text.isprintable() or "\\" in text:
        return repr(text)
    return f"{quote}{text}{quote}"


def _cut(node: cst.CSTNode, start: str) -> str | None:
    """The code of an f-string without the text that it begins with."""
    if isinstance(node, cst.ConcatenatedString):
        left = _cut(node.left, start)
        if left is None:
            return None
        rest = node.right if _EMPTY.match(left) else node.with_changes(left=cst.parse_expression(left))
        return cst.Module([]).code_for_node(rest)
    if isinstance(node, cst.SimpleString):
        value = node.raw_value
        for written in (start, start.replace("\\", "\\\\")):
            if value.startswith(written):
                return f"{node.prefix}{node.quote}{value[len(written) :]}{node.quote}"
        return None
    if not isinstance(node, cst.FormattedString) or not node.parts:
        return None
    first = node.parts[0]
    if not isinstance(first, cst.FormattedStringText):
        return None
    for written in (start, start.replace("\\", "\\\\")):
        if first.value.startswith(written):
            text = first.with_changes(value=first.value[len(written) :])
            parts = (text, *node.parts[1:]) if text.value else node.parts[1:]
            return cst.Module([]).code_for_node(node.with_changes(parts=parts, lpar=(), rpar=()))
    return None


def _with_prefix(code: str, prefix: str) -> str:
    """An f-string that begins with more."""
    match = re.match(r"(?i)([rfbu]*)(\"\"\"|'''|\"|')", code)
    assert match is not None
    letters = match[1] if "f" in match[1].lower() else f"f{match[1]}"
    return f"{letters}{match[2]}{prefix}{code[match.end() :]}"


def _free(names: Iterable[str], statement: Callable[[str], str], file: Module) -> str:
    """The first of these names that is free in all of the file, or that means just this already."""
    taken = {name for scope in file.scopes for name in scope.bindings}
    for name in names:
        if name not in taken or statement(name) in file.source.lines:
            return name
    return next(name for name in (f"PROJECT_DIR_{number}" for number in range(2, 1000)) if name not in taken)
