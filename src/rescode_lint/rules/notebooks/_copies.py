"""What the rules about copies have in common: which of them are worth a word, and how the copy to keep is got."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from posixpath import basename, dirname, splitext
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary
from rescode_lint.project import Project
from rescode_lint.project.clones import Group, Place, codes, home_of, imports_of
from rescode_lint.project.foreign import is_foreign
from rescode_lint.project.siblings import Series, are_runs, are_unrelated, entry_of, series_of
from rescode_lint.rules.notebooks._display import is_display

#: Names that mean the same in every file, though some bind them.
_KNOWN = frozenset(dir(builtins)) | {"np", "plt", "pd", "sns", "tf", "torch", "keras", "logger", "logging", "log"}


#: A number in a name, be it hexadecimal.
_NUMBER = lazy(r"[0-9a-f]*\d[0-9a-f]*")
_NO_LETTER = lazy(r"[\W_]+")
#: A name of so many letters tells that a longer one belongs to it.
_TELLING = 8


#: What each script has by this name, if only a few lines of it.
_GLUE = lazy(r"_*(?:main|run|setup|\w*(?:args?|arguments|parser))\Z")
#: The newer of two files by their names: `fields_new` beside `fields`.
_NEWER = lazy(r"(.+?)[_-]?(?:new|newest|latest|current)\Z", re.I)
#: More names than this are a number.
_MOST_NAMES = 6
#: Definitions of so many statements count for the file that holds most copies.
_LARGE = 5
#: So many parts of the rank of a copy say how good its file is as a home, before the numbers that only order them.
_EQUAL = 7
#: So many statements more than others have what draws, and copies within a series.
_DISPLAY, _FROZEN = 4, 2
#: So much of two versions is the same where one can take the place of the other.
_CLOSE = 0.8
#: What a constant is made of, or another name for something imported.
_LITERAL = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop),
    *(ast.Attribute, ast.Name, ast.expr_context),
)
#: What imports modules whose names are only known when it runs.
_LOADERS = (
    "import_module",
    "__import__",
    "SourceFileLoader",
    "spec_from_file_location",
    "walk_packages",
    "iter_modules",
)
#: What touches files when a module is imported.
_FILES = lazy(r"(?:open|mkdir|makedirs|chdir|savefig|rmtree|glob|listdir|(?:read|load|save|to|write)(?:_\w+)?)\Z")
#: What makes a folder's modules installable.
_INSTALLS = ("pyproject.toml", "setup.py", "setup.cfg")
_BUILDS = lazy(r"^\s*\[(?:build-system|project|tool\.poetry)\]", re.M)
_NO_PACKAGE = lazy(r"^\s*(?:package|package-mode)\s*=\s*false", re.M)
#: Packages and modules that it lists one by one.
_PACKAGES = lazy(r"\b(?:packages|py_modules|py-modules)\s*=\s*\[(?!\s*\])[^\]]*\]")


class Copy(NamedTuple):
    """A definition that stands somewhere else too, and the one to keep."""

    place: Place
    home: Place
    #: All places with it that count, the home included.
    group: Group


def copies_of(project: Project, least: int) -> Iterator[Copy]:
    """The identical copies in a project that somebody should do away with.

    Args:
        project: the project.
        least: so many statements a copy has; one under another name, a `main` or the like, has twice as many.
    """
    clones = project.clones
    held = Counter(
        path
        for group in clones.groups
        if group[0].definition.statements >= _LARGE
        for path in {place.path for place in group}
    )
    for group in clones.groups:
        if group[0].definition.statements < least:
            continue
        parts: dict[str, list[Place]] = defaultdict(list)
        for place in group:
            if place.path not in clones.aside:
                parts[clones.sub_project(place.path)].append(place)
        for part in _by_entry(parts.values(), project):
            if len(part) < 2:
                continue
            home = keeper(part, project, held)
            kept = [place for place in part if place is not home and _counts(place, home, least, project)]
            notebooks = [place.path for place in kept if place.summary.kind == "ipynb"]
            kept = [p for p in kept if p.summary.kind != "py" or not any(is_export(p.path, n) for n in notebooks)]
            kept = [place for place in kept if not is_foreign(place.path, project)]
            for place in kept:
                yield Copy(place, home, (home, *kept))


def _by_entry(parts: Iterable[list[Place]], project: Project) -> Iterator[list[Place]]:
    """The parts without those that lie in several pieces of work, and nowhere from where all can have it: each by itself."""
    for part in parts:
        entries: dict[str, list[Place]] = defaultdict(list)
        for place in part:
            entries[entry_of(place.path, project)].append(place)
        if "" in entries:
            yield part
        else:
            yield from entries.values()


def keeper(places: Sequence[Place], project: Project, held: Mapping[str, int]) -> Place:
    """The copy to keep: what other files import today before what they do not, the newer of two files before the older.

    Of files that are as good as each other, the one that holds most of all copies, so that one import gives them all; and
    what a file imports from before the file itself.
    """
    clones, importers = project.clones, project.importers
    outside = [
        place
        for place in places
        if place.summary.kind == "py" and clones.is_importable(place.path) and not frozen_in(place.path, project)
    ]
    home = home_of(outside or places, project)
    if home.summary.kind != "py":
        return home
    able = [
        place
        for place in places
        if place.summary.kind == "py" and clones.is_importable(place.path) and not clones.is_left_over(place.path)
    ]
    for place in able:
        if (
            importers.get(place.path)
            and place.path not in project.tests
            and (not importers.get(home.path) or _is_newer(place.path, home.path))
        ):
            return place
    for place in able:
        if place.path in project.graph.get(home.path, ()) and home.path not in project.graph.get(place.path, ()):
            return place
    rank = clones.rank(home)[:_EQUAL]
    here = dirname(home.path)
    equal = [place for place in able if dirname(place.path) == here and clones.rank(place)[:_EQUAL] == rank]
    most = max((held[place.path] for place in equal), default=0)
    return min((p for p in equal if held[p.path] == most), key=clones.rank) if most > held[home.path] else home


def frozen_in(path: str, project: Project) -> Series | None:
    """The series that a file was kept in as it was: its copies in other members are no mistake."""
    series = series_of(path, project)
    return series if series is not None and series.numbered else None


def _is_newer(one: str, other: str) -> bool:
    found = _NEWER.match(splitext(basename(one))[0])
    return found is not None and dirname(one) == dirname(other) and found[1] == splitext(basename(other))[0]


def _counts(place: Place, home: Place, least: int, project: Project) -> bool:
    if place.path == home.path and place.summary.kind == "py" and place.name == home.name:
        return False  # a variant for another platform, or an overload
    if place.path == home.path and _NUMBER.sub("", place.name) == _NUMBER.sub("", home.name) != "":
        return place.summary.kind == "ipynb" and place.name == home.name  # `solve_1a2b` and `solve_3c4d` are two tasks
    if is_export(place.path, home.path) or are_runs(place.path, home.path):
        return False
    if place.definition.statements < _FROZEN * least and any(
        frozen_in(path, project) for path in (place.path, home.path)
    ):
        return False
    if is_display(place.definition, place.summary) and place.definition.statements < _DISPLAY * least:
        return False
    same = _plain(place.name) == _plain(home.name) and not _GLUE.match(place.name)
    if place.definition.statements >= 2 * least:
        return True
    return same and not are_unrelated(place.path, home.path, project)


def node_of(place: Place, project: Project) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None:
    """The tree of a definition, read from its file."""
    source = project.source(place.path)
    if source is None:
        return None
    stack: list[ast.AST] = list(source.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == place.name:
                span = source.span(node)
                if (span.cell, span.line) == (place.span.cell, place.span.line):
                    return node
        else:
            stack += (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.excepthandler))
    return None


def _unlike(copy: Copy, project: Project) -> Iterator[str]:
    """Functions and classes that both copies call by one name, and that are not the same."""
    here, there = copy.place, copy.home
    for ref in _refs(here) & _refs(there):
        mine = {d for unit in project.find_units(ref, here.path) if (d := _shape(unit, project))}
        theirs = {d for unit in project.find_units(ref, there.path) if (d := _shape(unit, project))}
        if mine and theirs and not mine & theirs:
            yield ref.rpartition(".")[2]


def _refs(place: Place) -> set[str]:
    own = f"{place.name}."
    definitions = [place.definition, *(d for d in place.summary.definitions if d.name.startswith(own))]
    return {ref for d in definitions for ref in d.refs.split() if not ref.startswith(".") and ref != place.name}


def _shape(unit: tuple[str, str], project: Project) -> str:
    path, name = unit
    return next((d.fingerprint for d in project.files[path].definitions if d.name == name), "")


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in backticks, the first few of them: `a`, `b` and 4 more."""
    shown = [f"`{name}`" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _plain(name: str) -> str:
    return name.strip("_").lower()


def is_export(one: str, other: str) -> bool:
    """Whether one of two files is a notebook, and the other a script made of it."""
    (first, kind), (second, other_kind) = splitext(basename(one)), splitext(basename(other))
    if kind == other_kind:
        return False
    short, long = sorted((_NO_LETTER.sub("", name.lower()) for name in (first, second)), key=len)
    return short == long or (len(short) >= _TELLING and long.startswith(short))


def where(place: Place, seen_from: str) -> str:
    """A place in words: `lab/clean.py`, or `eda.ipynb`, cell 3."""
    cell = place.span.cell
    if place.path == seen_from:
        return f"cell {cell}" if cell else f"line {place.span.line}"
    return f"`{place.path}`" + (f", cell {cell}" if cell else "")


def command(path: str, names: Sequence[str], *more: str) -> str:
    """The command that moves definitions of a notebook into a module: these, or all that are worth it."""
    chosen = ["--select", ",".join(dict.fromkeys(names))] if names else []
    return " ".join(["rescode extract", quoted(path), *chosen, *more])


def versions_of(place: Place, project: Project) -> list[Place]:
    """The other definitions of this kind and name that are not the same, in files whose copies count."""
    known: dict[tuple[str, str], list[Place]] | None = project.memo.get("versions by name")  # type: ignore[assignment]
    if known is None:
        known = defaultdict(list)
        for places in project.clones.by_fingerprint.values():
            for one in places:
                known[one.definition.kind, one.name].append(one)
        project.memo["versions by name"] = known
    clones, own = project.clones, place.definition.fingerprint
    sub = clones.sub_project(place.path)
    return [
        one
        for one in known.get((place.definition.kind, place.name), ())
        if one.definition.fingerprint != own and one.path not in clones.aside and clones.sub_project(one.path) == sub
    ]


def move(path: str, names: Sequence[str], project: Project, keep: str = "") -> str:
    """The command that moves definitions of a notebook; "" where it would refuse, as one is defined twice, unlike.

    Args:
        path: the notebook.
        names: of definitions in it; of more than a few, the command names none.
        project: the project.
        keep: the file whose version is kept; by default the notebook itself, where another file has a version.
    """
    summary = project.files[path]
    wanted = set(names)
    prints: dict[str, set[str]] = defaultdict(set)
    for definition in summary.definitions:
        if definition.name in wanted:
            prints[definition.name].add(definition.fingerprint)
    if summary.kind != "ipynb" or any(len(found) > 1 for found in prints.values()):
        return ""
    if not keep:
        places = [Place(summary, d) for d in summary.definitions if d.name in wanted]
        keep = path if any(one.path != path for place in places for one in versions_of(place, project)) else ""
    more = ["--keep", quoted(keep)] if keep else []
    return command(path, list(names) if len(wanted) <= _MOST_NAMES else [], *more)


def import_for(home: Place, project: Project, importer: str) -> str:
    """The module to import a definition from, under a name that works from the folder of the file that wants it.

    "" where there is none, where importing would run work, and where it would close a circle.
    """
    if not can_be_imported(home.path, project) or reaches(project, home.path, importer):
        return ""
    module = basename(home.path).removesuffix(".py")
    here = dirname(importer)
    if (
        here == dirname(home.path)
        and f"{here}/__init__.py" not in project.files
        and all(dirname(user) == here for user in project.importers.get(importer, ()))
        and project.find_module(module, importer) == (home.path,)
    ):
        return module
    return next((m for m in imports_of(home, project, importer) if _is_found(m, home.path, importer, project)), "")


def can_be_imported(path: str, project: Project) -> bool:
    """Whether other files can import a script without running work that it does.

    Work is what calls functions of the script itself, or what reads and writes files.
    """
    if not project.clones.is_importable(path):
        return False
    if project.importers.get(path):
        return True
    key = f"works on import {path}"
    if key not in project.memo:
        source = project.source(path)
        own = {d.name for d in project.files[path].definitions if d.kind == "function"}
        project.memo[key] = source is None or any(
            isinstance(node, ast.Call)
            and ((name := ast.unparse(node.func).rpartition(".")[2]) in own or _FILES.match(name))
            for statement in source.body
            if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign | ast.For | ast.With)
            for node in ast.walk(statement)
        )
    return not project.memo[key]


def _is_found(module: str, path: str, importer: str, project: Project) -> bool:
    """Whether the folder that a module's name counts from is on the path of a file that runs in its own folder.

    And what the module itself imports is found then, too.
    """
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    base = "/".join(parts[: -(module.count(".") + 1)])
    here, head = dirname(importer), module.partition(".")[0]
    roots = {base, here, *project.roots_of(importer)}
    tried = any(dirname(user) == here for user in project.importers.get(path, ()))
    if not tried and not all(_is_loadable(one, roots, project) for one in (path, *_packages(path, base, project))):
        return False
    if base == here or base in project.roots_of(importer):
        return True
    top = f"{base}/{head}" if base else head
    packaged = {f"{top}/__init__.py", f"{here}/__init__.py"} <= project.files.keys()
    if packaged and f"{here}/".startswith(f"{top}/"):
        return True  # of one package
    for folder in {base, dirname(base) if basename(base) == "src" else base}:
        if (f"{top}/__init__.py" in project.files or f"{top}.py" in project.files) and any(
            _installs(f"{folder}/{name}" if folder else name, head, project) for name in _INSTALLS
        ):
            return True
    loaders = project.importers.get(importer, frozenset())  # it is loaded from there itself
    edits = _edits_path(project.files[importer])
    return any(
        file == f"{top}.py" or file.startswith(f"{top}/")
        for other, summary in project.files.items()
        if (dirname(other) == here or other in loaders) and (edits or other in loaders or not _edits_path(summary))
        for item in summary.imports
        if not item.level and item.module.partition(".")[0] == head
        for file in project.imported_files(other, item)
    )


def _packages(path: str, base: str, project: Project) -> Iterator[str]:
    """The `__init__.py` of the packages that a module lies in, below a folder on the path."""
    folder = dirname(path)
    while folder and folder != base:
        if f"{folder}/__init__.py" in project.files:
            yield f"{folder}/__init__.py"
        folder = dirname(folder)


def _is_loadable(path: str, roots: Collection[str], project: Project) -> bool:
    """Whether a module is Python 3, and takes nothing by a bare name from its own folder, unless that is on the path."""
    summary, here = project.files[path], dirname(path)
    if summary.unparsed:
        return False
    return here in roots or not any(
        dirname(target) == here or dirname(dirname(target)) == here
        for item in summary.imports
        if not (item.level or item.optional or "." in item.module)
        for target in project.find_module(item.module, path)
        if target != path
    )


def _installs(config: str, head: str, project: Project) -> bool:
    """Whether a file of settings says that a package of this name is installed, or leaves that to be found out."""
    if config not in project.tree.files:
        return False
    text = project.tree.texts.get(config, "")
    if config.endswith("pyproject.toml") and (not _BUILDS.search(text) or _NO_PACKAGE.search(text)):
        return False
    named = _PACKAGES.search(text)
    return named is None or re.search(rf"\b{re.escape(head)}\b", named[0]) is not None


def _edits_path(summary: Summary) -> bool:
    """Whether a file puts a folder on the import path, be it computed: what it finds there, others need not find."""
    return bool(summary.sys_path) or "sys.path" in summary.refs


def reaches(project: Project, start: str, goal: str) -> bool:
    """Whether a file imports another, be it by way of others.

    Not by way of the package that it is in itself, which is loaded before it.
    """
    own = {f"{start[:at]}/__init__.py" for at, char in enumerate(start) if char == "/"}
    seen, open_ = {start, *own} - {goal}, [start]
    while open_:
        for path in project.graph.get(open_.pop(), ()):
            if path == goal:
                return True
            if path not in seen:
                seen.add(path)
                open_.append(path)
    return False


def quoted(path: str) -> str:
    """A path as an argument of a command."""
    return f"'{path}'" if any(c in path for c in " ()&;$!#*?[]") else path


def is_copy_of_file(place: Place, home: Place, project: Project) -> bool:
    """Whether the whole script is a copy of the other: the same statements, comments and layout aside."""
    one, other = place.summary, home.summary
    if one.kind != "py" or other.kind != "py" or one.path == other.path or one.bindings != other.bindings:
        return False
    if [d.fingerprint for d in one.definitions] != [d.fingerprint for d in other.definitions]:
        return False
    if project.text(one.path) == project.text(other.path) != "":
        return True  # most are; to parse both takes a hundred times as long
    return _statements(one.path, project) == _statements(other.path, project) != ""


def _statements(path: str, project: Project) -> str:
    """A digest of the statements of a script; "" where it cannot be read."""
    known: dict[str, str] = project.memo.setdefault("statements", {})  # type: ignore[assignment]
    if path not in known:
        source = project.source(path)
        dump = "" if source is None else ast.dump(ast.Module(source.body, []))
        known[path] = dump and blake2b(dump.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return known[path]


def _instead_of_file(place: Place, home: Place, project: Project) -> str:
    """What to do with a file that is a copy of another."""
    users = sorted(project.importers.get(place.path, frozenset()) - {home.path})
    if basename(place.path) == "__init__.py" and dirname(place.path) == dirname(home.path):
        return f"Write `from .{basename(home.path).removesuffix('.py')} import {place.name}` here instead."
    if not users and not _loads_by_name(project):
        return f"Delete this file: it is a copy of `{home.path}`, and nothing imports it."
    if not users:
        return f"Delete this file: it is a copy of `{home.path}`, and no file names it in an import."
    where_ = listed(users, 2)
    module = import_for(home, project, users[0])
    if module and all(import_for(home, project, user) for user in users):
        return f"Delete this file, a copy of `{home.path}`, and import `{module}` in {where_} instead."
    return f"Keep one of the two files, in a package that {where_} can import."


def _relative(module: str, place: Place, home: Place, project: Project) -> str:
    """The name of a module beside a file, with a dot where the file imports its package like that."""
    here = dirname(place.path)
    if (
        here != dirname(home.path)
        or f"{here}/__init__.py" not in project.files
        or not any(item.level for item in place.summary.imports)
    ):
        return module
    return f".{basename(home.path).removesuffix('.py')}"


def _is_unused(copies: Sequence[Copy], project: Project) -> bool:
    """Whether nothing uses the copies in a script: their names stand nowhere else in it, comments included."""
    place = copies[0].place
    if place.summary.kind != "py" or project.importers.get(place.path) or _loads_by_name(project):
        return False
    text = project.text(place.path)
    for copy in copies:
        node = node_of(copy.place, project)
        if node is None or node.decorator_list or _GLUE.match(copy.place.name):
            return False  # it may be called by what it is registered with, or started
    return all(len(re.findall(rf"\b{re.escape(name)}\b", text)) == 1 for name in {copy.place.name for copy in copies})


def _loads_by_name(project: Project) -> bool:
    """Whether some file imports modules by names that are only known when it runs, so that each may be used somewhere."""
    found = project.memo.get("loads by name")
    if found is None:
        found = project.memo["loads by name"] = any(
            loader in text
            for summary in project.files.values()
            for text in (summary.refs, *(definition.refs for definition in summary.definitions))
            for loader in _LOADERS
        )
    return bool(found)


def _renamed_parameters(copies: Sequence[Copy], project: Project) -> list[tuple[str, str]]:
    """The parameters of functions that the copies to keep call otherwise: here, and there."""
    found: list[tuple[str, str]] = []
    for place, home, _ in copies:
        if place.definition.kind != "function" or place.definition.wording == home.definition.wording:
            continue
        one, other = node_of(place, project), node_of(home, project)
        if isinstance(one, ast.FunctionDef) and isinstance(other, ast.FunctionDef):
            mine, theirs = ([*n.args.args, *n.args.kwonlyargs] for n in (one, other))
            found += ((a.arg, b.arg) for a, b in zip(mine, theirs, strict=False) if a.arg != b.arg)
    return list(dict.fromkeys(found))


def _is_same_constant(name: str, place: Place, home: Place, project: Project) -> bool:
    """Whether two files give a name once, and the same value, so that it does not matter whose is read.

    A value that is computed counts only where the home is a module that computes it when it is imported.
    """
    found = []
    for path in (place.path, home.path):
        source = project.source(path)
        found.append(
            [
                node.value
                for node in (source.body if source else ())
                if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
            ]
        )
    if not len(found[0]) == len(found[1]) == 1 or ast.dump(found[0][0]) != ast.dump(found[1][0]):
        return False
    return project.clones.is_importable(home.path) or all(isinstance(n, _LITERAL) for n in ast.walk(found[1][0]))


def _takes_the_same(one: Place, other: Place, project: Project) -> bool:
    """Whether two functions have the same parameters, be it in another order."""
    taken = []
    for node in (node_of(one, project), node_of(other, project)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            taken.append(sorted(a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)))
    return len(taken) < 2 or taken[0] == taken[1]


def module_version(home: Place, project: Project) -> Place | None:
    """The version of a notebook's definition that stands in a module, if it is nearly the same."""
    mine = Counter(codes(home.definition))
    for other in versions_of(home, project):
        theirs = Counter(codes(other.definition))
        alike = 2 * (mine & theirs).total() >= _CLOSE * (mine.total() + theirs.total())
        if alike and project.clones.is_importable(other.path) and _takes_the_same(home, other, project):
            return other
    return None


def instead(copies: Sequence[Copy], project: Project) -> str:
    """The advice for copies in one file whose originals stand in one other file."""
    (place, home, _), *others = copies
    names = list(dict.fromkeys(copy.home.name for copy in copies))
    them = "them" if others else "it"
    if place.path == home.path:
        if all(copy.home.name == copy.place.name for copy in copies):
            return f"Delete all but one of {'each' if others else 'them'}."
        if others:
            return "Keep one of each, and use its name wherever the other is used."
        return f"Keep one of the two, and use its name wherever the other is used (`{place.name}`, `{home.name}`)."
    if is_copy_of_file(place, home, project):
        return _instead_of_file(place, home, project)
    unlike = {word for copy in copies for word in _unlike(copy, project)}
    near = {drift.other.name for drift in project.clones.drifted if place.path in (drift.other.path, drift.home.path)}
    own, settled = sorted(unlike - near), sorted(unlike & near)
    state = sorted({word for copy in copies for word in copy.place.definition.state.split()} - _KNOWN)
    state = [name for name in state if not _is_same_constant(name, place, home, project)]
    taken = ""
    if settled:
        taken = f"; first settle {listed(settled)}, of which each file has a version that differs"
    elif own:
        it = "each file has a version of its own" if len(own) == 1 else "each file has versions of its own"
        taken = f"; pass {listed(own)}, of which {it}, as {'parameters' if len(own) > 1 else 'a parameter'}"
    elif state:
        reader = "they read" if others else "it reads"
        many = "parameters" if len(state) > 1 else "a parameter"
        taken = f"; pass {listed(state)}, which {reader} from the code around, as {many}"
    if _is_unused(copies, project):
        return f"Delete {them} here: nothing in this file uses {them}."
    if renamed := _renamed_parameters(copies, project):
        mine, theirs = renamed[0]
        taken += f"; calls that say `{mine}=` must say `{theirs}=` then" + (
            f", and {len(renamed) - 1} more" if len(renamed) > 1 else ""
        )
    if home.summary.kind == "ipynb":
        if not others and (version := module_version(home, project)):
            return (
                f"`{version.path}` has a version of it that differs: decide which one is right, keep it there, and import it "
                f"where the copies are{taken}."
            )
        told = move(home.path, names, project)
        if not told:
            return f"Move {them} into a module, and import {them} in every file that has a copy{taken}."
        return f"Move {them} into a module, and import {them} where the copies are: `{told}` shows the move{taken}."
    if not can_be_imported(home.path, project):
        named = basename(home.path).removesuffix(".py").isidentifier()
        why = "does work when it is imported" if named else "cannot be imported under its name"
        return f"Move {them} into a module that both files import, as `{home.path}` {why}{taken}."
    if reaches(project, home.path, place.path):
        return f"Move {them} into a module that both files import, as `{home.path}` depends on this file{taken}."
    module = import_for(home, project, place.path)
    if not module:
        why = f"as `{home.path}` cannot be imported from here"
        return f"Move {them} into a module of a package that both files import, {why}{taken}."
    module = _relative(module, place, home, project)
    pairs = {(c.home.name, c.place.name) for c in copies}
    if len(pairs) > _MOST_NAMES:
        return f"Delete {them} here, and import all {len(pairs)} from `{module}`{taken}."
    shown = ", ".join(
        copy.home.name if copy.home.name == copy.place.name else f"{copy.home.name} as {copy.place.name}"
        for copy in {(c.home.name, c.place.name): c for c in copies}.values()
    )
    return f"Delete {them} here, and write `from {module} import {shown}`{taken}."
