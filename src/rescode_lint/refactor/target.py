"""Where a definition goes, and how a file imports it from there."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from posixpath import basename, dirname, join, normpath
from typing import NamedTuple

from rescode_lint.model import Summary
from rescode_lint.project import Project

#: What the name of a notebook says of its place in a series or of its versions, not of what it does.
_AFFIX = re.compile(r"(?i)^(?:copy[ _-]+of[ _-]+|\d+[ ._-]*)+|(?:[ _-]*(?:copy\d*|final|v\d+|\(\d+\)))+$")
_NO_WORD = re.compile(r"\W+|_+")
#: Top-level work that a module may do and still be imported: a logger, a setting of a library.
_SETTINGS = 3
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
#: So many words in common with what a module defines count for it, at the most.
_RELATED = 2
_NO_TARGETS = frozenset({"setup.py", "conftest.py", "noxfile.py", "__main__.py"})
_UNTITLED = re.compile(r"untitled\d*\Z")


class NoTarget(Exception):
    """No module can take the definitions, and why: message and remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Target(NamedTuple):
    """The module that definitions go to."""

    path: str
    #: Why this one: the end of a sentence.
    why: str
    #: Files that must be made besides: path -> text.
    besides: tuple[tuple[str, str], ...] = ()


class Way(NamedTuple):
    """How a file imports a module."""

    #: As written: `lab.features`, `.features`.
    dotted: str
    #: The folder that must be on the import path.
    base: str
    #: It is there only after an edit of `sys.path` by the file itself.
    after_path_edit: bool = False
    #: It is there only if the project is installed.
    installed: bool = False


def candidates(document: str, project: Project, wanted: Collection[str], root_name: str) -> list[Target]:
    """The modules for the definitions of a notebook, the best first, where the user names none.

    Args:
        document: the notebook.
        project: all files.
        wanted: names of the definitions.
        root_name: what the project's folder is called.
    """
    modules = {path: project.files[path] for path in within_reach(document, project) if not _is_init(path)}
    scores: Counter[str] = Counter()
    for path, module in modules.items():
        if _name_of(path) == name_after(document):
            scores[path] += 2
        scores[path] += 3 * sum(d.name in wanted and d.kind != "method" for d in module.definitions)
    for item in project.files[document].imports:
        scores.update(path for path in project.imported_files(document, item) if path in modules)
    about = _words(wanted)
    for path in (path for path, score in scores.items() if score):
        names = (d.name for d in modules[path].definitions if d.kind != "method")
        scores[path] += min(len(about & _words((_name_of(path), *names))), _RELATED)
    found = []
    for path in sorted((path for path in scores if scores[path] > 0), key=lambda path: (-scores[path], path)):
        if _name_of(path) == name_after(document):
            why = "it is named like the notebook"
        elif any(d.name in wanted and d.kind != "method" for d in modules[path].definitions):
            why = "it defines some of these names already"
        else:
            why = "the notebook imports from it already"
        found.append(Target(path, why))
    return [*found, _new_module(document, project, root_name), *_beside(document, project)]


def _beside(document: str, project: Project) -> Iterator[Target]:
    """A new module in the notebook's folder, if it imports others from there."""
    folder, heads = dirname(document), {i.module.partition(".")[0] for s in project.files.values() for i in s.imports}
    files = (file for item in project.files[document].imports for file in project.imported_files(document, item))
    if any(dirname(file) == folder and not _is_init(file) for file in files):
        stem = name_after(document)
        stem = f"{stem}_functions" if stem in heads else stem
        yield Target(_fresh(join(folder, f"{stem}.py"), project), "the notebook imports from its own folder")


def _new_module(document: str, project: Project, root_name: str) -> Target:
    package, stem = package_of(project), name_after(document)
    if package:
        why = f"`{package}` is the project's package, and the module is named after the notebook"
        return Target(_fresh(join(package, f"{stem}.py"), project), why)
    name = _identifier(_declared_name(project) or root_name) or "project"
    if name in sys.stdlib_module_names or any(
        item.module.partition(".")[0] == name for s in project.files.values() for item in s.imports
    ):
        name = f"{name}_project"  # somebody else's package is called so
    folder = f"src/{name}"
    why = f"there is no package yet, so `{folder}` is made, and the module is named after the notebook"
    return Target(
        _fresh(f"{folder}/{stem}.py", project), why, ((f"{folder}/__init__.py", ""), *_pyproject(name, project))
    )


def _pyproject(name: str, project: Project, *, flat: bool = False) -> tuple[tuple[str, str], ...]:
    """The file without which a package cannot be installed, where the project has none of its kind."""
    if {"pyproject.toml", "setup.py", "setup.cfg"} & project.tree.files:
        return ()
    name, _, is_file = name.partition(".")
    if is_file:
        what = f'[tool.setuptools]\npackage-dir = {{"" = "src"}}\npy-modules = ["{name}"]'
    else:
        where = f'include = ["{name}", "{name}.*"]' if flat else 'where = ["src"]'
        what = f"[tool.setuptools.packages.find]\n{where}"
    return (("pyproject.toml", _PYPROJECT.format(name=name.replace("_", "-"), what=what)),)


_PYPROJECT = """\
[build-system]
requires = ["setuptools>=64"]
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "0.1.0"

{what}
"""


def given(path: str, project: Project) -> Target:
    """The module that the user names, relative to the root.

    Raises:
        NoTarget: it cannot be a module of the project.
    """
    if not path.endswith(".py"):
        raise NoTarget(f"`{path}` is no Python module", "name a file that ends in `.py`")
    for part in path.removesuffix(".py").split("/")[-1:]:
        if not part.isidentifier() or keyword.iskeyword(part):
            raise NoTarget(f"`{path}` cannot be imported (`{part}` is no name)", "choose letters, digits and `_`")
    if basename(path) in _NO_TARGETS or path in project.tests:
        raise NoTarget(f"`{path}` is no module that others import", "choose another module with --to")
    there = project.files.get(path)
    if there is not None and there.script_statements > _SETTINGS and not project.importers.get(path):
        remedy = "put its work under `if __name__ == '__main__':` first"
        raise NoTarget(f"`{path}` does its work when it is imported", remedy)
    besides = []
    folder = dirname(path)
    in_package = folder.startswith("src/") or f"{folder}/__init__.py" in project.files
    if not in_package and _name_of(path) in sys.stdlib_module_names:
        raise NoTarget(f"`{path}` would hide the module `{_name_of(path)}` of Python", "choose another name")
    if folder and folder != "src" and not any(dirname(file) == folder for file in project.files):
        packages = folder.removeprefix("src/").split("/")
        start = "src/" if folder.startswith("src/") else ""
        for end in range(1, len(packages) + 1):
            made = f"{start}{'/'.join(packages[:end])}/__init__.py"
            if made not in project.files:
                besides.append((made, ""))
    if path.startswith("src/"):
        besides += _pyproject(path.split("/")[1], project)
    return Target(path, "you named it", tuple(besides))


def package_of(project: Project) -> str:
    """The folder of the project's own package, "" if there is none: the one with most modules, `src/` first."""
    folders = Counter(
        dirname(s.path)
        for s in project.modules
        if f"{dirname(s.path)}/__init__.py" in project.files and dirname(s.path).removeprefix("src/").count("/") == 0
    )
    found = [f for f in folders if f and f != "src"]
    return min(found, key=lambda f: (not f.startswith("src/"), -folders[f], f), default="")


def name_after(notebook: str) -> str:
    """The name of a module that holds what a notebook computes: `02 EDA-final.ipynb` -> `eda`, `MedicalTest` -> `medical_test`."""
    stem = basename(notebook).removesuffix(".ipynb")
    while (shorter := _AFFIX.sub("", stem)) != stem:
        stem = shorter
    name = _identifier(_HUMP.sub("_", stem))
    return "functions" if not name or _UNTITLED.match(name) else name


def way_to(target: str, importer: str, project: Project) -> Way:
    """How a file imports a module of the project: as it imports others already, if it does.

    Args:
        target: path of the module, which may not exist yet.
        importer: path of the file.
        project: all files.

    Raises:
        NoTarget: no dotted name leads there.
    """
    summary = project.files[importer]
    here = dirname(importer)
    edits = _roots(summary)
    if summary.kind == "py" and here == dirname(target) and any(item.level for item in summary.imports):
        return Way("." if _is_init(target) else f".{_name_of(target)}", here)
    for item in summary.imports:
        if item.level or item.local:
            continue
        for file in project.imported_files(importer, item):
            base = base_of(file, item.module)
            if base is not None and _inside(target, base) and (base or dirname(target)):
                return Way(_dotted(target, base), base, base in edits and base != here)
    for root in edits:
        if _inside(target, root):
            return Way(_dotted(target, root), root, root != here)
    if (
        here == dirname(target)
        or (here and target.startswith(f"{here}/"))
        or (not here and not target.startswith("src/"))
    ):
        return Way(_dotted(target, here), here)
    base = "src" if target.startswith("src/") else ""
    return Way(_dotted(target, base), base, installed=True)


def within_reach(importer: str, project: Project) -> Iterator[str]:
    """The modules that a file can import, the nearest first: those on its path, and those of packages."""
    found = []
    for summary in project.modules:
        if not _can_be_imported(summary):
            continue
        try:
            way = way_to(summary.path, importer, project)
        except NoTarget:
            continue
        if not way.installed or f"{dirname(summary.path)}/__init__.py" in project.files:
            found.append((way.installed, summary.path.count("/"), summary.path))
    yield from (path for _, _, path in sorted(found))


def declaration(path: str, project: Project, made: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The files without which a module's package cannot be installed.

    Args:
        path: the module.
        project: all files.
        made: those that are made besides.

    Raises:
        NoTarget: it is in no package.
    """
    start = "src/" if path.startswith("src/") else ""
    package = path.removeprefix(start).split("/")[0]
    init = f"{start}{package}/__init__.py"
    if package.endswith(".py") or not (init in project.files or init in made):
        if start or is_declared(project):
            return ()
        raise NoTarget(f"`{path}` lies in no package, and is not on the import path", "name a module in a package")
    return _pyproject(package, project, flat=not start)


def is_declared(project: Project) -> bool:
    """Whether the project can be installed."""
    texts = project.tree.texts
    return (
        "setup.py" in project.tree.files
        or "[project]" in texts.get("pyproject.toml", "")
        or "[tool.poetry]" in texts.get("pyproject.toml", "")
        or "[metadata]" in texts.get("setup.cfg", "")
    )


def reaches(start: str, goal: str, project: Project) -> list[str]:
    """The files by which one file imports another in the end; empty if it does not."""
    waiting: list[list[str]] = [[start]]
    seen = {start}
    while waiting:
        chain = waiting.pop(0)
        if chain[-1] == goal:
            return chain
        for following in sorted(project.graph.get(chain[-1], ())):
            if following not in seen:
                seen.add(following)
                waiting.append([*chain, following])
    return []


def _can_be_imported(summary: Summary) -> bool:
    """Whether importing it does nothing, and an import statement can name it."""
    names = summary.path.removesuffix(".py").split("/")[-1:]
    return all(name.isidentifier() for name in names) and not summary.unparsed and not summary.script_statements


def _roots(summary: Summary) -> list[str]:
    """The folders that a file puts on its import path, relative to the project's root."""
    folder = dirname(summary.path)
    roots = [normpath(join(folder, entry)) for entry in summary.sys_path if not entry.startswith(("/", "~"))]
    return ["" if root == "." else root for root in roots if not root.startswith("..")]


def base_of(file: str, dotted: str) -> str | None:
    """The folder from which a file has this dotted name."""
    parts = file.removesuffix(".py").removesuffix("/__init__").split("/")
    names = dotted.split(".")
    for size in (len(names), len(names) + 1):  # `from lab import io` names the package only
        if parts[-size:][: len(names)] == names and len(parts) >= size:
            return "/".join(parts[:-size])
    return None


def _dotted(path: str, base: str) -> str:
    inner = path[len(base) + 1 :] if base else path
    names = inner.removesuffix(".py").split("/")
    if names[-1] == "__init__" and len(names) > 1:
        names.pop()
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise NoTarget(f"`{path}` cannot be imported (`{name}` is no name)", "choose another module with --to")
    return ".".join(names)


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _is_init(path: str) -> bool:
    return basename(path) == "__init__.py"


def _name_of(path: str) -> str:
    return basename(path).removesuffix(".py")


def _words(names: Iterable[str]) -> set[str]:
    """The words of names, but for those of two letters: `build_gene_names` -> `build`, `gene`, `names`."""
    return {word for name in names for word in _NO_WORD.split(_HUMP.sub("_", name).lower()) if len(word) > 2}


def _identifier(text: str) -> str:
    name = _NO_WORD.sub("_", text.strip().lower()).strip("_")
    name = re.sub(r"\A\d+_*", "", name)
    name = name.encode("ascii", "ignore").decode().strip("_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _fresh(path: str, project: Project) -> str:
    """The path, or one with a number, so that nothing else is there."""
    stem, number = path.removesuffix(".py"), 1
    while (path in project.tree.files or path in project.files) or stem.rpartition("/")[2] in sys.stdlib_module_names:
        number += 1
        stem = re.sub(r"_\d+\Z", "", stem) + f"_{number}"
        path = f"{stem}.py"
    return path


def _declared_name(project: Project) -> str:
    found = re.search(r"(?ms)^\[project\].*?^name\s*=\s*[\"']([^\"']+)", project.tree.texts.get("pyproject.toml", ""))
    return found[1] if found else ""


def parses(text: str) -> str | None:
    """What keeps a module from being parsed, with its line; None if nothing does."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return f"line {getattr(error, 'lineno', 0)}: {getattr(error, 'msg', error)}"
    return None
