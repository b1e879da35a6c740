from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import dirname, join, normpath

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Import, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.project.siblings import series_of
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.paths._editable import Wanted, advice, by_path, closure, home_of, is_ambiguous, shared
from rescode_lint.semantics import Module

#: Documentation, set-up and other people's code: there an edit is usual, or not ours.
_ELSEWHERE = lazy(
    r"(?:^|/)(?:docs?|documentation|vendor|vendored|_vendor|third_?party|extern|external|site-packages|\.[^/]+)/"
    r"|(?:^|/)(?:setup|conf|fabfile|tasks|noxfile|dodo|versioneer|conftest|hubconf|pelicanconf)\.py\Z|_config\.py\Z"
)
_ABSOLUTE = lazy(r"[/~\\]|[A-Za-z]:[\\/]")
_UNDO = frozenset({"sys.path.remove", "sys.path.pop"})
_LONG = 72
#: Between the folders in `Finding.cause`, until `across` has made it the cause that is shown.
_BETWEEN = "\x1f"
#: A folder that cannot be worked out; one that is absolute, which RSC401 and RSC402 speak of.
_UNKNOWN, _FIXED = "?", "/"
_DEPTH = 6


class ImportPathEdit(FileRule):
    """`sys.path.append("..")` makes an import work for one way to start the program, from one folder. Everybody who starts it
    from elsewhere (a test, the cluster, a notebook one folder deeper) gets `ModuleNotFoundError`, or silently another
    module of the same name. It also hides from editors, type checkers and other tools where the code is. Installed once in
    editable mode, the project's own modules can be imported from everywhere, and edits to them still count at once.

    Only edits that the imports of the file need are reported: those that lead to modules of this project. Many files with
    one cause are one finding.
    """

    code = "RSC405"
    name = "import-path-edit"
    summary = "the import path is edited to reach modules of the project itself"
    advice = "Install the project once in editable mode (`pip install -e .`), and delete the edit."
    how_to_fix = (
        "Give the project a `pyproject.toml` that names its packages, run `pip install -e .` once in its environment, and "
        "delete the edits. The imports stay as they are. Where a script belongs to a package, "
        "`python -m package.script` from the project's folder needs no edit either."
    )
    limits = (
        "Edits in `docs/conf.py`, `conftest.py` and the like, edits that are undone again, and edits that lead outside of the "
        "repository are left alone (an absolute path is RSC401 or RSC402)."
    )
    VALID = (
        "import sys\nprint(sys.path)",
        {
            "docs/conf.py": "import os, sys\nsys.path.insert(0, os.path.abspath('..'))\nimport lab\n",
            "lab.py": "x = 1\n",
        },
        {
            "scripts/train.py": "import sys\nsys.path.insert(0, '..')\nimport lab\nsys.path.pop(0)\n",
            "lab.py": "x = 1\n",
        },
        {"train.py": "import sys\nsys.path.append('vendor/taming')\nimport taming\n"},
        {"train.py": "import sys\nsys.path.append('.')\nimport lab\n", "lab.py": "x = 1\n"},
        {"train.py": "import lab\n", "lab.py": "x = 1\n"},
        {
            "demo/show.ipynb": "# %%\n!git clone https://github.com/alice/lab.git\nimport sys\nsys.path.append('..')\n# %%\nimport lab",
            "lab.py": "x = 1\n",
        },
    )
    INVALID = (
        Bad(
            {
                "notebooks/train.py": 'import sys\nsys.path.append("..")\n^^^^^^^^^^^^^^^^^^^^^\nfrom songs import load\n',
                "songs.py": "def load(): ...\n",
            },
            '`sys.path.append("..")` is there for `import songs`',
            '# pyproject.toml: [project], name = "songs", version = "0.1"\n# once: pip install -e .\nfrom songs import load',
        ),
        Bad(
            {
                "pyproject.toml": '[project]\nname = "songlab"\n',
                "analysis/one.ipynb": "# %%\nimport os\nimport sys\nsys.path.insert(0, os.path.dirname(os.getcwd()))\n"
                + "^" * 48
                + "\n# %%\nfrom songlab.io import load\n",
                "songlab/__init__.py": "",
                "songlab/io.py": "def load(): ...\n",
            },
            "`import songlab`",
        ),
        Bad(
            {
                "scripts/run.py": 'import os\nos.environ["PYTHONPATH"] = "../src"\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nimport lab\n',
                "src/lab.py": "x = 1\n",
            },
            "has no effect on this process",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding an edit; `across` keeps those that imports need, one a file."""
        if not any(item.module in _MODULES for item in file.imports) or _ELSEWHERE.search(file.path):
            return
        if is_put_away(file.path) or is_taken_over(file.path):
            return
        found = [*self._calls(file), *self._statements(file)]
        if found and not self._is_undone(file) and not _clones(file):
            names = _assignments(file)
            for node, value, what in found:
                folders = _folders(value, file, names)
                if set(folders) <= {_FIXED}:
                    continue
                text = " ".join(ast.unparse(node).split()).replace("`", "'")
                if "-packages" in text:  # where pip installs: it makes what is installed elsewhere visible
                    continue
                shown = _double(text) if len(text) <= _LONG else f"{text[: _LONG - 2]} …"
                by_place = any(isinstance(n, ast.Name) and _is_own_place(n, names) for n in ast.walk(node))
                yield self.finding(
                    file.span(node), f"`{shown}` {what}", severity="note" if by_place else None
                )._replace(cause=_BETWEEN.join(folders))

    def _calls(self, file: Module) -> Iterator[tuple[ast.expr | ast.stmt, ast.expr, str]]:
        for call, scope in file.calls_of("append", "insert", "extend", "addsitedir"):
            function = call.func
            if not call.args or not isinstance(function, ast.Attribute | ast.Name):
                continue
            holder = function.value if isinstance(function, ast.Attribute) else None
            if isinstance(holder, ast.Attribute) and holder.attr != "path":
                continue
            if isinstance(holder, ast.Name) and holder.id not in ("path", "site"):
                continue  # a list of the file's own, as nearly always
            file.here = scope
            if file.qualname(function) in _EDITS:
                yield call, call.args[-1], ""

    def _statements(self, file: Module) -> Iterator[tuple[ast.expr | ast.stmt, ast.expr, str]]:
        """`sys.path += [...]`, `sys.path[:0] = [...]`, `os.environ["PYTHONPATH"] = ...`."""
        dotted = file.scope.dotted
        environment = "os.environ" in dotted and any(node.value == "PYTHONPATH" for node, _ in file.strings())
        if "sys.path" not in dotted and not environment:
            return
        for node in _statements(file.body):
            if not isinstance(node, ast.Assign | ast.AugAssign):
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                continue
            whole = ast.unparse(target)
            if whole in ("sys.path", "sys.path[:0]", "sys.path[0:0]") and not isinstance(node.value, ast.Name):
                yield node, node.value, ""
            elif environment and whole == "os.environ['PYTHONPATH']":
                yield node, node.value, "has no effect on this process, whose import path is made already"

    def _is_undone(self, file: Module) -> bool:
        for call, scope in file.calls_of("remove", "pop"):
            file.here = scope
            if file.qualname(call.func) in _UNDO:
                return True
        return False

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """The edits that lead to modules of the project, with their names and how to install them.

        Those of a file are one finding, and so are those of several files that one step mends.
        """
        told: list[tuple[Finding, dict[str, str]]] = []
        by_file: dict[str, list[tuple[Finding, dict[str, str]]]] = defaultdict(list)
        for finding in findings:
            summary = project.files.get(finding.path)
            wanted = _wanted(summary, finding.cause.split(_BETWEEN), project) if summary else {}
            if finding.severity == "note" and _is_below(wanted.values(), dirname(finding.path)):
                continue  # it finds its own parts from wherever it is started
            if wanted:
                by_file[finding.path].append((finding, wanted))
        names: dict[str, set[str]] = defaultdict(set)
        folders: dict[str, set[str]] = defaultdict(set)
        apart: dict[str, list[Finding]] = defaultdict(list)
        for path, edits in by_file.items():
            finding, wanted = _told(edits)
            unsure = {name: base for name, base in wanted.items() if is_ambiguous(name, base, project)}
            if unsure:
                text = _by_path(finding, unsure, project)
                if text:
                    apart[text].append(finding)
                continue
            told.append((finding, wanted))
            for name, base in wanted.items():
                names[base].add(name)
                folders[base].add(dirname(path))
        needed = {base: Wanted(closure(base, names[base], project), frozenset(folders[base])) for base in names}
        homes: dict[frozenset[str | None], list[tuple[Finding, dict[str, str]]]] = defaultdict(list)
        for finding, wanted in told:
            holding = {shared(base, [dirname(finding.path)]) for base in wanted.values()}
            homes[frozenset(home_of(folder, project) for folder in holding)].append((finding, wanted))
        groups: dict[str, list[Finding]] = defaultdict(list)
        for places, members in homes.items():
            bases = frozenset(base for _, wanted in members for base in wanted.values())
            held = [name for base in bases for name in needed[base].modules]
            # One project is one step; not where it has several modules of a name.
            one = len(places) == 1 and None not in places and len(held) == len(set(held))
            for finding, wanted in members:
                groups[advice(bases if one else frozenset(wanted.values()), needed, project)].append(finding)
        groups.update(apart)
        return [_of_group(group, text, project) for text, group in groups.items()]


def _is_below(bases: Iterable[str], own: str) -> bool:
    """Whether all folders that an edit is for lie below the folder of its file."""
    bases = list(bases)
    return bool(bases) and all(base.startswith(f"{own}/" if own else "") and base != own for base in bases)


def _by_path(finding: Finding, wanted: Mapping[str, str], project: Project) -> str:
    """How a file imports modules of which there are several of one name; "" where it cannot."""
    if finding.path.endswith(".ipynb"):
        return ""
    found = [by_path(name, base, project) for name, base in wanted.items()]
    known = [dotted for dotted in found if dotted is not None]
    if len(known) < len(found):
        return ""
    name, (dotted, home) = next(iter(wanted)), known[0]
    module = finding.path.removeprefix(f"{home}/").removesuffix(".py").replace("/", ".")
    start = "python -m pytest" if finding.path in project.tests else f"python -m {module}"
    return (
        f"There is more than one `{name}` in the project, so none can be installed: import it by its folder, "
        f"`from {dotted} import ...`, and start with `{start}` in {f'`{home}`' if home else 'the top folder'}."
    )


def _told(edits: list[tuple[Finding, dict[str, str]]]) -> tuple[Finding, dict[str, str]]:
    """One finding for the edits of a file, and what they are for."""
    first = edits[0][0]
    wanted = {name: base for _, found in reversed(edits) for name, base in found.items()}
    names = sorted(wanted, key=lambda name: name not in edits[0][1])
    some = ", ".join(f"`import {name}`" for name in names[:2])
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    message = first.message.rstrip()
    if message.endswith("`"):
        if first.severity == "note":
            where = "and hides from editors and type checkers where that is"
        elif first.cause == _UNKNOWN:
            where = "and works only on a machine where that path is right"
        else:
            where = "and works from one folder only"
        message = f"{message} is there for {some}{more}, {where}"
    elsewhere = tuple(Related(f.path, f.span.cell, f.span.line, f.message.strip()) for f, _ in edits[1:])
    return first._replace(message=message, related=first.related + elsewhere, cause=""), wanted


def _of_group(findings: list[Finding], text: str, project: Project) -> Finding:
    """One finding for files of which the same can be said; a note where most are kept as they ran."""
    first, *others = sorted(findings, key=lambda f: (f.severity == "note", f.path, f.span.cell or 0, f.span))
    places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)
    message = first.message
    kept = [s for f in findings if (s := series_of(f.path, project)) is not None and s.numbered]
    if 2 * len(kept) > len(findings):
        first = first._replace(severity="note")
    if others:
        message += f" (likewise in {len(others)} more file{'s' if len(others) > 1 else ''})"
    return first._replace(message=message, advice=text, related=first.related + places)


def _clones(file: Module) -> bool:
    """Whether a notebook clones the code that it imports, as on Colab: nothing is installed there."""
    return any("git clone" in magic.text for cell in file.cells for magic in cell.magics)


#: Libraries that find the project's folder by a marker, from wherever they are called.
_FINDERS = ("pyprojroot.", "here.", "pyhere.", "rootutils.", "pyrootutils.")
#: Name -> what is assigned to it anywhere in the file.
Names = Mapping[str, Sequence[ast.expr]]


def _assignments(file: Module) -> Names:
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for name, origin in file.scope.imports.items():
        if origin and origin.startswith(_FINDERS):
            found[name].append(ast.Name("__file__"))
    for node in _statements(file.body):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id].append(node.value)
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            found[node.target.id].append(node.iter)
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements, those in others included."""
    for statement in body:
        yield statement
        for block in ("body", "orelse", "finalbody"):
            if inner := getattr(statement, block, None):
                yield from _statements(inner)
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body)


def _is_own_place(node: ast.Name, names: Names, depth: int = 0) -> bool:
    """Whether a name is `__file__`, or made of it."""
    if node.id == "__file__":
        return True
    return depth < _DEPTH and any(
        isinstance(inner, ast.Name) and inner.id != node.id and _is_own_place(inner, names, depth + 1)
        for value in names.get(node.id, ())
        for inner in ast.walk(value)
    )


_MODULES = frozenset({"sys", "site", "os"})
_EDITS = frozenset({"sys.path.append", "sys.path.insert", "sys.path.extend", "site.addsitedir"})


def _double(text: str) -> str:
    """With double quotes, as most people write them."""
    return text if '"' in text else text.replace("'", '"')


# --- the folders that an edit adds ------------------------------------------------------------------------------------


def _folders(node: ast.expr, file: Module, names: Names) -> list[str]:
    """The folders of an expression, relative to the root: candidates, for who can say from where a script is started?"""
    found: list[str] = []
    for part in node.elts if isinstance(node, ast.List | ast.Tuple) else [node]:
        found += _values(part, file, names, 0)
    return list(dict.fromkeys(found)) or [_UNKNOWN]


def _values(node: ast.expr, file: Module, names: Names, depth: int) -> list[str]:
    """What a path may be, relative to the root of the project; `_UNKNOWN` where nobody can say."""
    own = dirname(file.path)
    starts = [own]
    while starts[-1] and not file.is_notebook:  # a script may be started from any folder above it
        starts.append(dirname(starts[-1]))
    if depth > _DEPTH:
        return [_UNKNOWN]
    match node:
        case ast.Constant(value=str(text)):
            if _ABSOLUTE.match(text):
                return [_FIXED]
            return [_normal(start, text) for start in starts]
        case ast.Name(id="__file__"):
            return [file.path]
        case ast.Name(id=name):
            values = names.get(name, ())
            return _values(values[0], file, names, depth + 1) if len(values) == 1 else [_UNKNOWN]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return list(dict.fromkeys(path for part in parts for path in _values(part, file, names, depth + 1)))
        case ast.Attribute(value=value, attr="parent"):
            return [_up(path) for path in _values(value, file, names, depth + 1)]
        case ast.Attribute(attr="curdir"):
            return starts
        case ast.Attribute(attr="pardir"):
            return [_normal(start, "..") for start in starts]
        case ast.Subscript(value=ast.Attribute(value=value, attr="parents"), slice=ast.Constant(value=int(count))):
            paths = _values(value, file, names, depth + 1)
            for _ in range(count + 1):
                paths = [_up(path) for path in paths]
            return paths
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if _ABSOLUTE.match(text):
            return [_FIXED]
        case ast.BinOp(left=left, op=ast.Div() | ast.Add(), right=ast.Constant(value=str(text))):
            return [_normal(path, text.lstrip("/\\")) for path in _values(left, file, names, depth + 1)]
        case ast.Call(func=function, args=arguments):
            return _of_call(function, arguments, starts, file, names, depth)
    return [_UNKNOWN]


def _of_call(
    function: ast.expr, arguments: list[ast.expr], starts: list[str], file: Module, names: Names, depth: int
) -> list[str]:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in ("getcwd", "cwd"):
        return starts
    if name in ("resolve", "absolute", "as_posix", "expanduser", "__str__") and isinstance(function, ast.Attribute):
        return _values(function.value, file, names, depth + 1)
    if not arguments:
        return starts if name == "Path" else [_UNKNOWN]
    paths = _values(arguments[0], file, names, depth + 1)
    if name in ("abspath", "realpath", "normpath", "str", "Path", "fspath") and len(arguments) == 1:
        return paths
    if name == "dirname":
        return [_up(path) for path in paths]
    if name in ("join", "joinpath"):
        if name == "joinpath" and isinstance(function, ast.Attribute):
            paths = _values(function.value, file, names, depth + 1)
            rest = arguments
        else:
            rest = arguments[1:]
        for part in rest:
            if isinstance(part, ast.Attribute) and part.attr == "pardir":
                paths = [_normal(path, "..") for path in paths]
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                paths = [_normal(path, part.value) for path in paths]
            else:
                return [_UNKNOWN]
        return paths
    return [_UNKNOWN]


def _normal(start: str, text: str) -> str:
    if start in (_UNKNOWN, _FIXED):
        return start
    path = normpath(join(start, text.replace("\\", "/")))
    return "" if path == "." else path


def _up(path: str) -> str:
    return path if path in (_UNKNOWN, _FIXED) else _normal(path, "..") if path else ".."


# --- what the imports need --------------------------------------------------------------------------------------------


def _wanted(summary: Summary, folders: list[str], project: Project) -> dict[str, str]:
    """Module -> the folder that must be on the import path for it: modules that only an edit to these folders reaches."""
    own = dirname(summary.path)
    found: dict[str, str] = {}
    for item in summary.imports:
        top = item.module.partition(".")[0]
        if item.level or not top or top in found:
            continue
        beside = {f"{join(own, top)}.py", join(own, top, "__init__.py")}
        if not beside.isdisjoint(project.files):
            continue  # it stands beside the file, and needs no edit
        for base in _bases(summary.path, item, project):
            if base != own and (base in folders or (_UNKNOWN in folders and _near(base, own))):
                found[top] = base
                break
    return found


def _bases(path: str, item: Import, project: Project) -> list[str]:
    """The folders from which the files that an import loads have the name that it uses."""
    found: list[str] = []
    for target in project.imported_files(path, item):
        stem = target.removesuffix(".py").removesuffix("/__init__")
        for dotted in (f"{item.module}.{item.name}" if item.name else item.module, item.module):
            tail = dotted.replace(".", "/")
            if stem == tail or stem.endswith(f"/{tail}"):
                found.append(stem[: len(stem) - len(tail)].rstrip("/"))
                break
    return list(dict.fromkeys(found))


def _near(base: str, own: str) -> bool:
    """Whether a folder lies above another one, or beside one that does."""
    return not base or own.startswith((f"{base}/", f"{dirname(base)}/"))
