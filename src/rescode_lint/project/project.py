"""All Summaries together: which file imports which, what tests reach, who defines what."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from rescode_lint.facts.distributions import distributions
from rescode_lint.lazy import lazy
from rescode_lint.model import NO_TREE, Definition, Import, Summary, Tree
from rescode_lint.read import Source, Unreadable, read

if TYPE_CHECKING:
    from rescode_lint.project.clones import Clones
    from rescode_lint.project.environment import Environment

_TEST_FOLDERS = frozenset({"test", "tests", "testing", "unit_tests", "unittests"})
_TEST_FILE = lazy(r"(?:test_.*|.*test|tests|conftest)\.py\Z")
_TEST_SCRIPT = lazy(r"(?:test_.*|.*_test)\.py\Z")
#: `test` alone is the evaluation of a model on its test set.
_TEST_NAME = lazy(r"test(?:_|[A-Z0-9])")
#: What often evaluates a model on the test set, or checks which Python runs.
_EVALUATIONS = frozenset({"test.py", "tests.py", "test_environment.py"})
#: Files that configure, document or measure, and that nobody would test.
_NO_MODULE = lazy(
    r"(?:^|/)(?:setup|conf|noxfile|tasks|fabfile|manage|versioneer|_version|conftest|__main__|hubconf|dodo|wscript"
    r"|test_environment|(?:jupyter|nbconvert|gunicorn)\w*_config)\.py\Z"
    r"|(?:^|/)(?:tests?|deprecated|legacy|archived?|docs?|documentation|mkdocs|examples?|tutorials?|gallery|talks|benchmarks?|asv_bench|site-packages|vendor"
    r"|vendored|_vendor|third_?party|extern|external|migrations|ci|\.[^/]+)/"
    # The unpacked archive of a library: of a branch, within the project, or of a version.
    r"|/[^/]+-(?:master|main)/|(?:^|/)[A-Za-z][\w.]*-\d+\.\d+\.\d+/"
)
#: What pytest takes for files of tests, and where it looks for them, as its settings say.
_PYTHON_FILES = lazy(r"^\s*python_files\s*=\s*(\[[^\]]*\]|.+(?:\n[ \t]+\S.*)*)", re.M)
_TEST_PATHS = lazy(r"^\s*testpaths\s*=\s*(\[[^\]]*\]|.+(?:\n[ \t]+\S.*)*)", re.M)
_SETTINGS = frozenset({"pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini"})
_TEST_HERE = lazy(r"^def (test_\w+)\(\)[^\n]*:\n(?:(?:[ \t][^\n]*)?\n)*?[ \t]+assert\b", re.M)
#: Other people's code, whose tests are not the project's.
_FOREIGN = lazy(
    r"(?:^|/)(?:site-packages|vendor|vendored|_vendor|third_?party|extern|external)/"
    r"|/[^/]+-(?:master|main)/|(?:^|/)[A-Za-z][\w.]*-\d+\.\d+\.\d+/"
)
#: Who imports one of these is there for tests.
TEST_LIBRARIES = frozenset({"pytest", "unittest", "hypothesis", "nose"})
#: Decorators under which a framework calls a function.
_REGISTERED = frozenset(
    {"route", "get", "post", "put", "delete", "patch", "websocket", "command", "group", "callback", "fixture"}
    | {"hookimpl", "exception_handler", "middleware", "on_event", "validator", "field_validator", "model_validator"}
)
#: What calls functions by a name that is only known when it runs.
_DYNAMIC = frozenset({"getattr", "globals", "vars", "inspect.getmembers", "importlib.import_module", "runpy.run_path"})

#: What imports modules whose names are only known at run time.
_LOADERS = ("importlib.import_module", "__import__", "pkgutil.walk_packages", "pkgutil.iter_modules")

#: Path -> the file's bytes; None where there is none.
Opener = Callable[[str], bytes | None]

Unit = tuple[str, str]
"""A definition by path and dotted name; `(path, "")` is the file's top-level code."""


def is_module(path: str) -> bool:
    """Whether a `.py` or `.ipynb` is part of the work itself, not of set-up, documentation, examples or benchmarks."""
    return not _NO_MODULE.search(path)


def module_name(path: str) -> str:
    """The dotted name of a `.py` as seen from the project root: `src/lab/io/__init__.py` -> `src.lab.io`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class Project:
    """Read-only view of all Summaries. Everything derived is computed once, when it is first asked for."""

    def __init__(self, summaries: Iterable[Summary], tree: Tree = NO_TREE, opener: Opener = lambda path: None) -> None:
        #: What the repository holds besides: data, environment files, README.
        self.tree = tree
        self.files: dict[str, Summary] = {s.path: s for s in sorted(summaries, key=lambda s: s.path)}
        self._imported: dict[tuple[str, str, str, int], tuple[str, ...]] = {}
        self._units: dict[tuple[str, str, bool], list[Unit]] = {}
        self._opener = opener
        self._sources: dict[str, Source | None] = {}
        #: What rules have found out that others of their family ask for too, by a name of their own.
        self.memo: dict[str, object] = {}

    def source(self, path: str) -> Source | None:
        """A file of the project, read and parsed now: for a rule that shows a text. It takes time: ask for few.

        None where it cannot be read, or is none of the project's.
        """
        if path not in self._sources:
            import warnings

            data = self._opener(path) if path in self.files else None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python warns of odd escapes in what it parses
                try:
                    self._sources[path] = None if data is None else read(path, data)
                except (Unreadable, RecursionError):
                    self._sources[path] = None
        return self._sources[path]

    def text(self, path: str) -> str:
        """The text of a file of the project as it is stored, not parsed: quicker than `source`. "" if it cannot be read."""
        data = self._opener(path) if path in self.files else None
        return "" if data is None else data.decode("utf-8", "replace")

    @cached_property
    def clones(self) -> Clones:
        """The copies of definitions, identical ones and such that have drifted apart."""
        from rescode_lint.project.clones import Clones

        return Clones(self)

    @cached_property
    def environment(self) -> Environment:
        """What the repository declares of the distributions that it needs."""
        from rescode_lint.project.environment import Environment

        return Environment(self.tree)

    @cached_property
    def notebooks(self) -> tuple[Summary, ...]:
        """All Python notebooks."""
        return tuple(s for s in self.files.values() if s.kind == "ipynb" and not s.language)

    @cached_property
    def scripts(self) -> tuple[Summary, ...]:
        """All `.py` files, tests included."""
        return tuple(s for s in self.files.values() if s.kind == "py")

    @cached_property
    def tests(self) -> frozenset[str]:
        """Paths of test files and of what stands beside them in test folders.

        A name is not enough: in research code `test.py` often evaluates a model. A file is a test if it defines tests.
        """
        folders: set[str] = set()
        found: set[str] = set()
        for summary in self.scripts:
            if not _defines_tests(summary) or _FOREIGN.search(summary.path):
                continue
            inside = [part in _TEST_FOLDERS for part in summary.path.split("/")[:-1]]
            if _TEST_FILE.match(basename(summary.path)) or any(inside):
                found.add(summary.path)
                if any(inside):
                    folders.add("/".join(summary.path.split("/")[: inside.index(True) + 1]))
        started: set[str] = set()
        for summary in self.scripts:
            *above, name = summary.path.split("/")
            if _FOREIGN.search(summary.path):
                continue
            if (
                name == "conftest.py"
                or any(_inside(summary.path, folder) for folder in folders)
                or (not _TEST_FOLDERS.isdisjoint(above) and TEST_LIBRARIES & {i.module for i in summary.imports})
            ):
                found.add(summary.path)
            elif found and _TEST_SCRIPT.match(name) and name not in _EVALUATIONS:
                # Beside real tests, a script such as `integration_test.py` is one, unless others import it.
                lone = summary.script_statements > 0 and not self.importers.get(summary.path)
                started.update([summary.path] if lone else [])
        folders = {dirname(path) for path in started}  # there, `test.py` is such a script too
        found |= started | {
            s.path for s in self.scripts if basename(s.path) == "test.py" and dirname(s.path) in folders
        }
        return frozenset(found)

    @cached_property
    def inner_tests(self) -> frozenset[Unit]:
        """Tests that stand in modules, beside what they test: `test_…` functions which pytest is told to collect there,
        or that take nothing and assert something.
        """
        found: set[Unit] = set()
        for summary in self.scripts:
            path = summary.path
            named = {d.name for d in summary.definitions if d.kind == "function" and d.name.startswith("test_")}
            if named and path not in self.tests and not _FOREIGN.search(path):
                sure = named if self._collects(path) else named.intersection(_TEST_HERE.findall(self.text(path)))
                found.update((path, name) for name in sure)
        return frozenset(found)

    def _collects(self, path: str) -> bool:
        """Whether pytest is told to look for tests in a file by patterns of its own."""
        for config, text in self.tree.texts.items():
            patterns = _PYTHON_FILES.search(text) if basename(config) in _SETTINGS else None
            if patterns is None or not _inside(path, dirname(config)):
                continue
            asked = [word for word in re.findall(r"[^\s\"',\[\]=]+", patterns[1]) if not word.startswith("test")]
            if not any(fnmatchcase(basename(path), word) for word in asked):
                continue
            places = _TEST_PATHS.search(text)
            folders = re.findall(r"^\s*[^\s#].*", places[1], re.M) if places else ["."]
            words = [word for line in folders for word in re.findall(r"[^\s\"',\[\]]+", line.partition("#")[0])]
            if any(_inside(path, _folder(join(dirname(config), word))) for word in words):
                return True
        return False

    @cached_property
    def tested_folders(self) -> frozenset[str]:
        """The folders that tests belong to: those that hold a folder of tests, or a test file; "" is the root."""
        found: set[str] = set()
        for path in self.tests:
            *above, name = path.split("/")
            inside = [part in _TEST_FOLDERS for part in above]
            if any(inside):
                found.add("/".join(above[: inside.index(True)]))
            elif name != "conftest.py":
                found.add("/".join(above))
        return frozenset(f for f in found if not any(f != g and _inside(f, g) for g in found))

    @cached_property
    def modules(self) -> tuple[Summary, ...]:
        """The `.py` files that a notebook or a test could import: no tests, no set-up files, nothing generated."""
        return tuple(s for s in self.scripts if s.path not in self.tests and not s.generated and is_module(s.path))

    # --- imports ------------------------------------------------------------------------------------------------------

    @cached_property
    def _by_suffix(self) -> dict[str, list[str]]:
        """Every dotted suffix of every module's path -> the paths: `io`, `lab.io`, `src.lab.io`."""
        index: dict[str, list[str]] = defaultdict(list)
        for summary in self.scripts:
            parts = module_name(summary.path).split(".")
            for start in range(len(parts)):
                index[".".join(parts[start:])].append(summary.path)
        return dict(index)

    @cached_property
    def _heads(self) -> frozenset[str]:
        """Every word with which the dotted name of a file of the project may begin."""
        return frozenset(suffix.partition(".")[0] for suffix in self._by_suffix)

    @cached_property
    def roots(self) -> frozenset[str]:
        """Folders that some file puts on the import path by `sys.path` edits, besides the usual ones."""
        return frozenset().union(*self._own_roots.values())

    @cached_property
    def _own_roots(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for summary in self.files.values():
            folder = dirname(summary.path)
            entries = [_folder(join(folder, e)) for e in summary.sys_path if not e.startswith(("/", "~"))]
            if entries:
                found[summary.path] = frozenset(entries)
        return found

    def roots_of(self, path: str) -> frozenset[str]:
        """The folders that a file itself puts on the import path, as far as it says so in so many words."""
        return self._own_roots.get(path, frozenset())

    def find_module(self, dotted: str, importer: str) -> tuple[str, ...]:
        """The project files that `import dotted` may load when the importer runs; empty for other people's code."""
        candidates = self._by_suffix.get(dotted)
        if not candidates:
            return ()
        here = dirname(importer)
        own = self._own_roots.get(importer, frozenset())
        standard = dotted.partition(".")[0] in sys.stdlib_module_names
        ranked: dict[tuple[int, int], list[str]] = defaultdict(list)
        size = dotted.count(".") + 1
        for path in candidates:
            if path == importer:
                continue
            parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
            base = "/".join(parts[:-size])
            if base == here:
                rank = 0, 0
            elif standard:
                continue
            elif base in own:
                rank = 1, 0
            elif base in ("", "src") or _inside(here, base):
                rank = 2, 0
            elif distributions(dotted)[1]:  # `import torch` is no `models/utils/torch.py`
                continue
            elif base in self.roots:
                rank = 2, 0
            elif basename(base) in ("src", "python", "lib", "code"):
                rank = 3, -_shared(base, here)
            else:
                rank = 4, -_shared(base, here)
            ranked[rank].append(path)
        return tuple(ranked[min(ranked)]) if ranked else ()

    def imported_files(self, path: str, item: Import) -> tuple[str, ...]:
        """The project files that one import in a file loads, the `__init__.py` above them included."""
        dotted = item.module
        if not item.level and dotted.partition(".")[0] not in self._heads:
            return ()
        key = (path, dotted, item.name, item.level)
        known = self._imported.get(key)
        if known is None:
            known = self._imported[key] = self._imported_files(path, item)
        return known

    def _imported_files(self, path: str, item: Import) -> tuple[str, ...]:
        dotted = item.module
        if item.level:
            folder = path
            for _ in range(item.level):
                folder = dirname(folder)
            base = join(folder, dotted.replace(".", "/")) if dotted else folder
            tries = [base, join(base, item.name)] if item.name else [base]
            return tuple(file for t in tries for file in (f"{t}.py", join(t, "__init__.py")) if file in self.files)
        tries = [f"{dotted}.{item.name}", dotted] if item.name and item.name != "*" else [dotted]
        found: list[str] = []
        for attempt in tries:
            found += self.find_module(attempt, path)
        if not item.name:  # `import a.b` gives `a` too
            while "." in dotted:
                dotted = dotted.rpartition(".")[0]
                found += self.find_module(dotted, path)
        return tuple(dict.fromkeys(found))

    @cached_property
    def graph(self) -> Mapping[str, frozenset[str]]:
        """File -> the project files that it imports or runs."""
        edges: dict[str, frozenset[str]] = {}
        for summary in self.files.values():
            targets = {target for item in summary.imports for target in self.imported_files(summary.path, item)}
            for run in summary.runs:
                for word in run.replace("'", " ").replace('"', " ").split():
                    folder = dirname(summary.path)
                    while True:  # tests name a file as seen from their own folder, or from one above
                        target = normpath(join(folder, word))
                        targets.update(path for path in (target, f"{target}.py") if path in self.files)
                        if not folder:
                            break
                        folder = dirname(folder)
                    if "." in word and not word.endswith((".py", ".ipynb")):
                        targets.update(self.find_module(word, summary.path))
            if _loads_by_name(summary):
                targets |= self._loadable(summary.path, targets)
            for path in tuple(targets):
                folder = dirname(path)
                while folder:
                    package = f"{folder}/__init__.py"
                    if package not in self.files:
                        break
                    targets.add(package)
                    folder = dirname(folder)
            targets.discard(summary.path)
            edges[summary.path] = frozenset(targets)
        return edges

    def _loadable(self, path: str, imported: set[str]) -> set[str]:
        """What a file may load by a name that is put together at run time: modules of its package, or of those that it
        imports, as plugin registries do.
        """
        packages = {dirname(target) for target in (path, *imported) if basename(target) == "__init__.py"}
        if f"{dirname(path)}/__init__.py" in self.files:
            packages.add(dirname(path))
        return {
            s.path for s in self.scripts if any(s.path.startswith(f"{package}/") for package in packages if package)
        }

    @cached_property
    def importers(self) -> Mapping[str, frozenset[str]]:
        """File -> the project files that import or run it."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, targets in self.graph.items():
            for target in targets:
                found[target].add(path)
        return {path: frozenset(sources) for path, sources in found.items()}

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The last word of every name that some file of the project refers to or imports."""
        refs = (r for s in self.files.values() for r in (s.refs, *(d.refs for d in s.definitions)))
        words = {ref.rpartition(".")[2] for text in refs for ref in text.split()}
        return frozenset(words.union(*({item.name for item in s.imports} for s in self.files.values())))

    @cached_property
    def tested_files(self) -> frozenset[str]:
        """All that tests load, directly or through imports."""
        reached: set[str] = set()
        reached.update(path for path, _ in self.inner_tests)
        waiting = [*self.tests, *reached]
        while waiting:
            for target in self.graph.get(waiting.pop(), ()):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)

    @cached_property
    def tested_modules(self) -> frozenset[str]:
        """Of these, the files that tests mean: they import them, directly or through others, or call something of them.

        What only the `__init__.py` of a package loads, whatever is imported from it, is not meant.
        """
        reached = {path for path, name in self.tested_units if name} | {path for path, _ in self.inner_tests}
        seen: set[str] = set()
        waiting = [*self.tests, *(path for path, _ in self.inner_tests)]
        while waiting:
            for target in self.graph.get(waiting.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    if basename(target) != "__init__.py":
                        waiting.append(target)
        return frozenset(reached | seen)

    # --- calls --------------------------------------------------------------------------------------------------------

    @cached_property
    def _definitions(self) -> dict[str, dict[str, Definition]]:
        """Path -> name -> definition; several of one name (a property and its setter, overloads) count as one."""
        found: dict[str, dict[str, Definition]] = {}
        for path, summary in self.files.items():
            own = found[path] = {d.name: d for d in summary.definitions}
            if len(own) < len(summary.definitions):
                for definition in summary.definitions:
                    known = own[definition.name]
                    if known is not definition:
                        own[definition.name] = known._replace(
                            refs=f"{known.refs} {definition.refs}",
                            decorators=f"{known.decorators} {definition.decorators}",
                        )
        return found

    @cached_property
    def _by_last_name(self) -> dict[str, list[Unit]]:
        index: dict[str, list[Unit]] = defaultdict(list)
        for path, definitions in self._definitions.items():
            for name in definitions:
                index[name.rpartition(".")[2]].append((path, name))
        return index

    @cached_property
    def tested_units(self) -> frozenset[Unit]:
        """Definitions that some test reaches through calls.

        Generous where Python is dynamic: a name that is only mentioned counts as called, and `.fit` may be any `fit`.
        """
        files = self.tests | self.tested_files
        reached: set[Unit] = set()
        waiting: list[Unit] = [*((path, "") for path in files), *self.inner_tests]
        exported: set[str] = set()
        for path in self.tests:
            waiting += self._started_by(path, exported)
        for path in files:
            waiting += [
                (path, d.name)
                for d in self.files[path].definitions
                if d.decorators and any(_registers(_last(word)) for word in d.decorators.split())
            ]
        attributes: set[str] = set()
        followed: dict[str, set[str]] = defaultdict(set)
        while waiting:
            unit = waiting.pop()
            if unit in reached:
                continue
            reached.add(unit)
            path, name = unit
            if not name:
                refs = set(self.files[path].refs.split())
            else:
                definition = self._definitions.get(path, {}).get(name)
                if definition is None:
                    continue
                refs = set(definition.refs.split())
                refs.update(definition.decorators.split())
                if definition.kind == "class":
                    refs.update(definition.bases.split())
                    waiting += self._run_by_class(path, definition)
            known = followed[path]
            for ref in refs - known:
                known.add(ref)
                named, units = self._meant(ref, path)
                waiting += units
                if named and named not in attributes:
                    attributes.add(named)
                    waiting += [u for u in self._by_last_name.get(named, ()) if u[0] in files]
        return frozenset(reached)

    def _started_by(self, path: str, exported: set[str]) -> Iterator[Unit]:
        """What a test file starts besides what it names: all its definitions, scripts, what it looks up by name."""
        summary = self.files[path]
        yield from ((path, d.name) for d in summary.definitions)
        words = set(summary.refs.split()).union(*(d.refs.split() for d in summary.definitions))
        dynamic = not words.isdisjoint(_DYNAMIC)
        for target in self.graph[path] - self.tests:
            name = basename(target)
            started = self.files[target].main_guard and any(run.endswith(name) for run in summary.runs)
            if dynamic or started:
                yield from ((target, d.name) for d in self.files[target].definitions)
            if dynamic:
                yield from self._exported(target, exported)
        for run in summary.runs:  # `patch("lab.io.load")`, an entry point, a name in a list of parameters
            if run.partition(".")[0] in self._heads:
                yield from self.find_units(run, path)

    def _exported(self, path: str, seen: set[str]) -> Iterator[Unit]:
        """All that a package offers under its own name: what its `__init__.py` files pass on."""
        if path in seen or not path.endswith("__init__.py"):
            return
        seen.add(path)
        for item in self.files[path].imports:
            for target in self.imported_files(path, item):
                names = self._definitions[target]
                if item.name in names:
                    yield target, item.name
                elif item.name == "*":
                    yield from ((target, name) for name in names)
                yield from self._exported(target, seen)

    def _run_by_class(self, path: str, definition: Definition) -> Iterator[Unit]:
        """The methods that run once a class is used: the special ones, and all where a base class may call them."""
        own = f"{definition.name}."
        start = own if definition.bases else f"{own}__"
        return ((path, name) for name in self._definitions[path] if name.startswith(start))

    def _meant(self, ref: str, path: str) -> tuple[str, list[Unit]]:
        """What a reference may mean: a last name that any definition may have ("" if none); definitions for sure."""
        head, _, rest = ref.partition(".")
        if not head:
            if "." not in rest:  # `.fit` of some object, or what `from . import fit` gives
                return rest, []
            return "", self.find_units(ref, path)
        if not rest and head in self._definitions[path]:
            return "", [(path, head)]
        if head not in self._heads and head not in self._definitions[path] and not self._passed_on[path][0]:
            return (_last(ref) if rest else ""), []
        units = self.find_units(ref, path)
        # `lab.load` that is found nowhere is put there while the program runs; `Model.fit` may be inherited.
        return (_last(ref) if rest else ""), units

    def find_units(self, ref: str, path: str, depth: int = 0) -> list[Unit]:
        """The definitions that a reference made in a file may mean, through re-exports and star imports."""
        if depth > 8 or path not in self.files:
            return []
        key = ref, path, depth > 0
        known = self._units.get(key)
        if known is None:
            self._units[key] = []  # for those who come here in a circle
            known = self._units[key] = list(dict.fromkeys(self._find_units(ref, path, depth)))
        return known

    def _find_units(self, ref: str, path: str, depth: int) -> list[Unit]:
        own = self._definitions[path]
        found: list[Unit] = []
        if not ref.startswith("."):
            head, _, rest = ref.partition(".")
            if ref in own:
                return [(path, ref)] if not rest else [(path, ref), (path, head)]
            if head in own:
                return [(path, head)]
            stars, renamed = self._passed_on[path]
            # Re-exported names (`from .io import load as read` in `__init__.py`) matter to those who import from here.
            for item in stars:
                for target in self.imported_files(path, item):
                    found += self.find_units(ref, target, depth + 1)
            for item in renamed.get(head, ()) if depth else ():
                for target in self.imported_files(path, item):
                    if rest and _last(module_name(target)) == (item.name or _last(item.module)):  # a module, not a name
                        found += self.find_units(rest, target, depth + 1)
                    found += self.find_units(f"{item.name}.{rest}" if rest else item.name, target, depth + 1)
            if depth and not found and rest and path.endswith("__init__.py"):  # a submodule that somebody has imported
                beside = join(dirname(path), head)
                for file in (f"{beside}.py", f"{beside}/__init__.py"):
                    found += self.find_units(rest, file, depth + 1)
            if found or depth or head not in self._heads:
                return found
        for module, rest in _splits(ref):
            level = len(module) - len(module.lstrip("."))
            if not rest or (not level and module not in self._by_suffix):
                continue
            targets = self.imported_files(path, Import(module[level:], "", level, 0, None)) if level else ()
            for target in targets or self.find_module(module, path):
                found += self.find_units(rest, target, depth + 1)
            if found:
                break
        return found

    @cached_property
    def _passed_on(self) -> dict[str, tuple[list[Import], dict[str, list[Import]]]]:
        """For each file its star imports, and its other imports by the name that they bring."""
        found: dict[str, tuple[list[Import], dict[str, list[Import]]]] = {}
        for path, summary in self.files.items():
            stars: list[Import] = []
            renamed: dict[str, list[Import]] = defaultdict(list)
            for item in summary.imports:
                if item.name == "*":
                    stars.append(item)
                elif item.name or item.alias:
                    renamed[item.alias or item.name].append(item)
            found[path] = stars, renamed
        return found


def _splits(ref: str) -> list[tuple[str, str]]:
    """`a.b.c` -> (`a.b.c`, ``), (`a.b`, `c`), (`a`, `b.c`); leading dots stay with the module."""
    level = len(ref) - len(ref.lstrip("."))
    dots, parts = ref[:level], ref[level:].split(".")
    return [(dots + ".".join(parts[:i]), ".".join(parts[i:])) for i in range(len(parts), 0 if not level else -1, -1)]


def _registers(decorator: str) -> bool:
    """Whether something calls what is decorated without naming it; methods that a library adds are called by name."""
    if decorator.startswith("register"):
        return not decorator.endswith(("method", "accessor"))
    return decorator in _REGISTERED


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _shared(one: str, other: str) -> int:
    """How many leading folders two paths have in common."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count


def _loads_by_name(summary: Summary) -> bool:
    refs = (summary.refs, *(definition.refs for definition in summary.definitions))
    return any(loader in text for text in refs for loader in _LOADERS)


def _inside(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _folder(path: str) -> str:
    normal = normpath(path)
    return "" if normal == "." else normal


def _defines_tests(summary: Summary) -> bool:
    return any(
        (d.kind == "function" and _TEST_NAME.match(d.name))
        or (d.kind == "class" and (d.name.startswith("Test") or "TestCase" in d.bases))
        for d in summary.definitions
    )
