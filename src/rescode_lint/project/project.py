"""All Summaries together: which file imports which, what tests reach, who defines what."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from posixpath import basename, dirname, join, normpath

from rescode_lint.model import Definition, Import, Summary

_TEST_FOLDERS = frozenset({"test", "tests", "testing", "unit_tests", "unittests"})
_TEST_FILE = re.compile(r"(?:test_.*|.*_test|tests?|conftest)\.py\Z")
#: Files that configure or document and that nobody would test.
_NO_MODULE = re.compile(
    r"(?:^|/)(?:setup|conf|noxfile|tasks|fabfile|manage|versioneer|_version|conftest|__main__|hubconf|dodo|wscript)\.py\Z"
    r"|(?:^|/)(?:docs?|examples?|tutorials?|benchmarks?|asv_bench|site-packages|vendor|vendored|_vendor|third_?party"
    r"|extern|external|migrations|ci|\.[^/]+)/"
)

Unit = tuple[str, str]
"""A definition by path and dotted name; `(path, "")` is the file's top-level code."""


def module_name(path: str) -> str:
    """The dotted name of a `.py` as seen from the project root: `src/lab/io/__init__.py` -> `src.lab.io`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class Project:
    """Read-only view of all Summaries. Everything derived is computed once, when it is first asked for."""

    def __init__(self, summaries: Iterable[Summary]) -> None:
        self.files: dict[str, Summary] = {s.path: s for s in sorted(summaries, key=lambda s: s.path)}
        self._imported: dict[tuple[str, str, str, int], tuple[str, ...]] = {}

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
            if not _defines_tests(summary):
                continue
            inside = [part in _TEST_FOLDERS for part in summary.path.split("/")[:-1]]
            if _TEST_FILE.search(basename(summary.path)) or any(inside):
                found.add(summary.path)
                if any(inside):
                    folders.add("/".join(summary.path.split("/")[: inside.index(True) + 1]))
        for summary in self.scripts:
            if basename(summary.path) == "conftest.py" or any(_inside(summary.path, folder) for folder in folders):
                found.add(summary.path)
        return frozenset(found)

    @cached_property
    def modules(self) -> tuple[Summary, ...]:
        """The `.py` files that a notebook or a test could import: no tests, no set-up files, nothing generated."""
        return tuple(
            s for s in self.scripts if s.path not in self.tests and not s.generated and not _NO_MODULE.search(s.path)
        )

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
        found: set[str] = set()
        for summary in self.files.values():
            for entry in summary.sys_path:
                if not entry.startswith(("/", "~")):
                    found.add(_folder(join(dirname(summary.path), entry)))
        return frozenset(found)

    def find_module(self, dotted: str, importer: str) -> tuple[str, ...]:
        """The project files that `import dotted` may load when the importer runs; empty for other people's code."""
        candidates = self._by_suffix.get(dotted)
        if not candidates:
            return ()
        here = dirname(importer)
        standard = dotted.partition(".")[0] in sys.stdlib_module_names
        ranked: dict[int, list[str]] = defaultdict(list)
        size = dotted.count(".") + 1
        for path in candidates:
            if path == importer:
                continue
            parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
            base = "/".join(parts[:-size])
            if base == here:
                rank = 0
            elif standard:
                continue
            elif base in ("", "src") or base in self.roots or _inside(here, base):
                rank = 1
            elif basename(base) in ("src", "python", "lib", "code"):
                rank = 2
            else:
                rank = 3
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
                    target = normpath(join(dirname(summary.path), word))
                    targets.update(path for path in (target, word, f"{target}.py") if path in self.files)
                    if "." in word and not word.endswith((".py", ".ipynb")):
                        targets.update(self.find_module(word, summary.path))
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

    @cached_property
    def importers(self) -> Mapping[str, frozenset[str]]:
        """File -> the project files that import or run it."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, targets in self.graph.items():
            for target in targets:
                found[target].add(path)
        return {path: frozenset(sources) for path, sources in found.items()}

    @cached_property
    def tested_files(self) -> frozenset[str]:
        """All that tests load, directly or through imports."""
        reached: set[str] = set()
        waiting = list(self.tests)
        while waiting:
            for target in self.graph.get(waiting.pop(), ()):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)

    # --- calls --------------------------------------------------------------------------------------------------------

    @cached_property
    def _definitions(self) -> dict[str, dict[str, Definition]]:
        return {path: {d.name: d for d in s.definitions} for path, s in self.files.items()}

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
        reached: set[Unit] = set()
        attributes: set[str] = set()
        files = self.tests | self.tested_files
        waiting: list[Unit] = [(path, "") for path in sorted(files)]
        for path in sorted(self.tests):
            waiting += [(path, name) for name in self._definitions[path]]
            summary = self.files[path]
            words = set(summary.refs.split()).union(*(d.refs.split() for d in summary.definitions))
            if words & {"getattr", "globals", "inspect.getmembers", "importlib.import_module"}:
                for target in self.graph[path] - self.tests:
                    waiting += [(target, name) for name in self._definitions[target]]
            for run in summary.runs:
                waiting += [(t, "main") for t in self.graph[path] if t.endswith(run.rpartition("/")[2])]
        while waiting:
            unit = waiting.pop()
            if unit in reached:
                continue
            reached.add(unit)
            path, name = unit
            if name:
                definition = self._definitions.get(path, {}).get(name)
                if definition is None:
                    continue
                refs = f"{definition.refs} {definition.decorators} {definition.bases}"
                if definition.kind == "class":
                    # Making an object, comparing or printing it calls the special methods.
                    waiting += [
                        (path, other)
                        for other in self._definitions[path]
                        if other.startswith(f"{name}.__")
                    ]
            else:
                refs = self.files[path].refs
            for ref in refs.split():
                head, dot, rest = ref.partition(".")
                if not head and not rest.startswith("."):
                    if rest not in attributes and rest:
                        attributes.add(rest)
                        waiting += [u for u in self._by_last_name.get(rest, ()) if u[0] in files]
                    continue
                waiting += self.find_units(ref, path)
                if dot:
                    last = ref.rpartition(".")[2]
                    if last not in attributes:
                        attributes.add(last)
                        waiting += [u for u in self._by_last_name.get(last, ()) if u[0] in files and "." in u[1]]
        return frozenset(reached)

    def find_units(self, ref: str, path: str, depth: int = 0) -> list[Unit]:
        """The definitions that a reference made in a file may mean, through re-exports and star imports."""
        if depth > 8 or path not in self.files:
            return []
        own = self._definitions[path]
        found: list[Unit] = []
        if not ref.startswith("."):
            head = ref.partition(".")[0]
            if ref in own:
                return [(path, ref)] if "." not in ref else [(path, ref), (path, head)]
            if head in own:
                return [(path, head)]
            stars, renamed = self._passed_on[path]
            # Re-exported names (`from .io import load` in `__init__.py`) matter to those who import from here.
            for item in (*stars, *(renamed.get(head, ()) if depth else ())):
                for target in self.imported_files(path, item):
                    found += self.find_units(ref, target, depth + 1)
            if found or depth or head not in self._heads:
                return found
        for module, rest in _splits(ref):
            level = len(module) - len(module.lstrip("."))
            for target in self.imported_files(path, Import(module[level:], "", level, 0, None)):
                if rest:
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
                elif item.name:
                    renamed[item.name].append(item)
            found[path] = stars, renamed
        return found


def _splits(ref: str) -> list[tuple[str, str]]:
    """`a.b.c` -> (`a.b.c`, ``), (`a.b`, `c`), (`a`, `b.c`); leading dots stay with the module."""
    level = len(ref) - len(ref.lstrip("."))
    dots, parts = ref[:level], ref[level:].split(".")
    return [(dots + ".".join(parts[:i]), ".".join(parts[i:])) for i in range(len(parts), 0 if not level else -1, -1)]


def _inside(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _folder(path: str) -> str:
    normal = normpath(path)
    return "" if normal == "." else normal


def _defines_tests(summary: Summary) -> bool:
    return any(
        (d.kind == "function" and d.name.startswith("test"))
        or (d.kind == "class" and (d.name.startswith("Test") or "TestCase" in d.bases))
        for d in summary.definitions
    )
