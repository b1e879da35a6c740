"""How a project is installed in editable mode, so that modules in certain folders can be imported from everywhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from posixpath import basename, commonpath, dirname, join, normpath
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.project import Project
from rescode_lint.project.siblings import entry_of, series_of
from rescode_lint.rule import listed

__all__ = ["Wanted", "advice", "closure"]

_PROJECT_NAME = lazy(
    r"^\[(?:project|tool\.poetry)\]\s*$(?:\n(?!\[).*)*?\n\s*name\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE
)
_SETUP_NAME = lazy(r"\bname\s*=\s*[\"']([^\"']+)[\"']")
_BACKEND = lazy(r"build-backend\s*=\s*[\"']([\w.]+)")
#: What puts whole folders on the import path when it installs in editable mode.
_BY_FOLDER = ("hatchling", "poetry", "flit", "pdm", "uv_build", "masonry")
_NO_PACKAGE = lazy(r"package-mode\s*=\s*false|^package\s*=\s*false", re.MULTILINE)
#: Says by itself what is installed; all packages that are there; from which folder.
_LISTS = lazy(r"\bpackages\b|py[_-]modules")
_FINDS = lazy(r"find_(?:namespace_)?packages|packages\.find|find(?:_namespace)?:")
_FOLDER = lazy(
    r"package[_-]dir[\"']?\s*=\s*\{?\s*(?:[\"']{2})?\s*[:=]\s*[\"']?([\w./-]+)"
    r"|where\s*=\s*\[?\s*[\"']?([\w./-]+)|find_(?:namespace_)?packages\(\s*[\"']([\w./-]+)"
)
#: Folders that setuptools passes over when it looks for the one package of a project.
_PASSED_OVER = frozenset(
    "ci bin debian doc docs documentation manpages news newsfragments changelog test tests unit_test unit_tests example"
    " examples scripts tools util utils python build benchmark benchmarks exercise exercises htmlcov tasks".split()
)
#: What begins a project of its own within a repository.
_MARKS = (
    "pyproject.toml",
    "requirements.txt",
    "environment.yml",
    "environment.yaml",
    "Pipfile",
    "README.md",
    "README.rst",
)
#: Names that say nothing of a project.
_NAMELESS = frozenset(
    {"src", "code", "lib", "data", "utils", "util", "helpers", "scripts", "model", "models", "common", "config"}
)


class Installer(NamedTuple):
    """A file that installs a project."""

    path: str
    text: str

    @property
    def folder(self) -> str:
        return dirname(self.path)

    @property
    def title(self) -> str:
        """What it calls the project; "" where it does not say."""
        match = (_PROJECT_NAME if self.path.endswith(".toml") else _SETUP_NAME).search(self.text)
        return match[1] if match else ""


def closure(base: str, names: Collection[str], project: Project) -> frozenset[str]:
    """The modules of a folder that some of its modules need in their turn, these included."""
    inside: dict[str, list[str]] = defaultdict(list)
    start = f"{base}/" if base else ""
    for path in project.files:
        if path.startswith(start) and path.endswith(".py"):
            inside[path[len(start) :].partition("/")[0].removesuffix(".py")].append(path)
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        for path in inside.get(name, ()):
            for item in project.files[path].imports:
                head = item.module.partition(".")[0]
                if not item.level and head in inside and head not in found:
                    own = set(inside[head])
                    if not own.isdisjoint(project.imported_files(path, item)):
                        todo.append(head)
    return frozenset(found)


class Wanted(NamedTuple):
    """What must be importable from a folder."""

    #: The modules in it that imports want, and those that these need in their turn.
    modules: frozenset[str]
    #: The folders of the files that want it.
    by: frozenset[str]


def advice(bases: Collection[str], wanted: Mapping[str, Wanted], project: Project) -> str:
    """What to do so that the modules of some folders can be imported without an edit.

    Args:
        bases: these folders, one or more.
        wanted: all such folders of the project.
        project: with the files that install it.
    """
    doubles = sorted(
        (name, other)
        for base in bases
        for other in wanted
        if other != base
        for name in wanted[base].modules & wanted[other].modules
    )
    by = frozenset[str]().union(*(wanted[base].by for base in bases))
    clashes = [name for name, other in doubles if other in bases or not by.isdisjoint(wanted[other].by)]
    if clashes:
        name = clashes[0]
        folders = sorted(base for base in wanted if name in wanted[base].modules and not by.isdisjoint(wanted[base].by))
        return (
            f"`{name}` is another module in each of {listed(folders, 'folder')}, and the edit decides which one is loaded: give them names of "
            "their own, or make packages of the folders and import each by its package."
        )
    text = _steps(sorted(bases), wanted, project)
    if doubles:
        name, other = doubles[0]
        text += f" Do so in an environment of its own: `{join(other, name)}` has the same name."
    return text


def home_of(base: str, project: Project) -> str | None:
    """The folder of the project that a folder belongs to: the nearest that installs it or is marked as one; None if none."""
    installer = _installer(base, project)
    entry = entry_of(f"{base}/x", project)
    if installer is not None and len(installer.folder) >= len(entry):
        return installer.folder
    home = base
    while True:
        if (home == entry and entry) or any(join(home, mark) in project.tree.files for mark in _MARKS):
            return home
        if not home:
            return None
        home = dirname(home)


def shared(base: str, by: Collection[str]) -> str:
    """The folder that holds a folder and those of the files that want it."""
    return commonpath([f"/{base}", *(f"/{folder}" for folder in by)]).strip("/")


def by_path(name: str, base: str, project: Project) -> tuple[str, str] | None:
    """The dotted name of a module from the folder of its project, and that folder.

    None where it cannot be imported so: a folder is no name, or it needs modules beside it.
    """
    home = home_of(base, project) or ""
    parts = base[len(home) :].strip("/").split("/")
    if closure(base, [name], project) != {name} or not all(part.isidentifier() for part in parts):
        return None
    return ".".join((*parts, name)), home


def is_ambiguous(name: str, base: str, project: Project) -> bool:
    """Whether several folders of a project have a module of this name: installed, one would stand for all."""
    others = _containers(project).get(name, frozenset()) - {base}
    if not others:
        return False
    series, home = series_of(f"{base}/x", project), home_of(base, project)
    if series is not None and any(series_of(f"{other}/x", project) == series for other in others):
        return True
    packages = (join(other, "__init__.py") in project.files for other in others)
    return sum(not p and home_of(o, project) == home for o, p in zip(others, packages, strict=True)) > 1


def _containers(project: Project) -> Mapping[str, frozenset[str]]:
    """Name of a module -> the folders that hold such a one."""
    known = project.memo.get("containers")
    if known is None:
        found: dict[str, set[str]] = defaultdict(set)
        for path in project.files:
            if path.endswith(".py"):
                whole = dirname(path) if path.endswith("__init__.py") else path.removesuffix(".py")
                found[basename(whole)].add(dirname(whole))
        known = project.memo["containers"] = {name: frozenset(folders) for name, folders in found.items()}
    return known  # type: ignore[return-value]


def _steps(bases: list[str], wanted: Mapping[str, Wanted], project: Project) -> str:
    left: list[str] = []
    done: dict[str, Installer] = {}
    for base in bases:
        installer = _installer(base, project)
        if installer is not None and _covers(installer, base, wanted[base].modules, project):
            done[installer.folder] = installer
        else:
            left.append(base)
    if not left:
        return _install(list(done.values()))
    if len(left) > 1:
        homes = {home_of(shared(base, wanted[base].by), project) for base in left}
        one = homes.pop() if len(homes) == 1 else None
        home = commonpath([f"/{base}" for base in left]).strip("/") if one is None else one
        installer = _installer(home, project)
        if installer is not None and installer.folder == home:
            return _at_installer(left, installer, project)
        if join(home, "pyproject.toml") not in project.tree.files:
            return _several(left, home, project)
    return "\n".join(_of_one(base, wanted, project) for base in left)


def _of_one(base: str, wanted: Mapping[str, Wanted], project: Project) -> str:
    names = wanted[base].modules
    installer = _installer(base, project)
    text = ""
    if installer is not None and installer.folder == base:
        text = _further(installer, names, project)
    elif installer is not None and installer.path.endswith(".toml"):
        text = _at_installer([base], installer, project)
    return text or _new_file(base, names, project, wanted)


def _at_installer(bases: list[str], installer: Installer, project: Project) -> str:
    """What to add to the file that installs a project, so that it puts folders below it on the import path."""
    folder, text = installer.folder, installer.text
    below = [base[len(folder) :].strip("/") or "." for base in bases]
    then = f"run `pip install -e {_shell(folder or '.')}` once, and delete the edit{'s' if len(bases) > 1 else ''}."
    instead = " in place of `package = false`" if _NO_PACKAGE.search(text) else ""
    backend = _BACKEND.search(text)
    free = "[build-system]" not in text and not _LISTS.search(text)
    if installer.path.endswith(".toml") and "[tool.hatch" not in text and (free or (backend and "hatch" in backend[1])):
        own = re.sub(r"[-.]+", "_", installer.title).lower()
        for root in (".", "src"):
            if root not in below and normpath(join(folder, root, own, "__init__.py")) in project.files:
                below.append(root)
        return f"Add these lines to `{installer.path}`{instead}:\n{_block(_on_path(sorted(below), free))}\nThen {then}"
    return f"Let `{installer.path}` install what stands in {listed(sorted(below), 'folder')} too{instead}, {then}"


# --- what is installed already ----------------------------------------------------------------------------------------


def _installer(folder: str, project: Project) -> Installer | None:
    """What installs the project that a folder belongs to."""
    while True:
        for name in ("pyproject.toml", "setup.py"):
            path = join(folder, name)
            if path in project.tree.files:
                text = project.tree.texts.get(path, "")
                if name == "setup.py" and not re.search(r"\bsetup\s*\(", text):
                    continue
                if name == "pyproject.toml" and not _PROJECT_NAME.search(text) and "[build-system]" not in text:
                    continue
                if name == "pyproject.toml":  # which may leave the rest to others
                    for more in ("setup.cfg", "setup.py"):
                        text += "\n" + project.tree.texts.get(join(folder, more), "")
                elif "packages" not in text:
                    text += "\n" + project.tree.texts.get(join(folder, "setup.cfg"), "")
                return Installer(path, text)
        if not folder:
            return None
        folder = dirname(folder)


def _is_by_folder(installer: Installer) -> bool:
    backend = _BACKEND.search(installer.text)
    return installer.path.endswith(".toml") and backend is not None and backend[1].startswith(_BY_FOLDER)


def _covers(installer: Installer, base: str, names: frozenset[str], project: Project) -> bool:
    """Whether an editable installation lets all these modules of a folder be imported."""
    text, folder = installer.text, installer.folder
    if _NO_PACKAGE.search(text):
        return False
    source = join(folder, "src")
    if _is_by_folder(installer):
        own = re.sub(r"[-.]+", "_", installer.title).lower()
        for root in (folder, source):
            stem = join(root, own)
            if any(path in project.files for path in (f"{stem}.py", f"{stem}/__init__.py")):
                return base == root
        return base == (source if re.search(r"[\"']/?src\b", text) else folder) and "packages" in text
    root = next((m[1] or m[2] or m[3] for m in _FOLDER.finditer(text)), "")
    if root.strip("./"):
        return base == join(folder, root.removeprefix("./").rstrip("/"))
    if not _LISTS.search(text):
        if any(path.startswith(f"{source}/") for path in project.files):
            return base == source
        return base == folder and names == _found(folder, project)
    return base == folder and all(_is_listed(name, base, text, project) for name in names)


def _is_listed(name: str, base: str, text: str, project: Project) -> bool:
    if re.search(rf"[\"']{re.escape(name)}(?:\.\*|\*)?[\"']", text):
        return True
    is_package = join(base, name, "__init__.py") in project.files
    return is_package and _FINDS.search(text) is not None and not re.search(r"\binclude\s*=", text)


def _found(folder: str, project: Project) -> set[str]:
    """What setuptools takes for the package of a project that does not say; empty where it cannot decide."""
    start = f"{folder}/" if folder else ""
    heads = {
        path[len(start) :].partition("/")[0]
        for path in project.tree.files
        if path.startswith(start) and "/" in path[len(start) :]
    }
    found = {head for head in heads if head.isidentifier() and head not in _PASSED_OVER and not head.startswith("_")}
    return found if len(found) == 1 else set()


def _install(installers: list[Installer]) -> str:
    titles = [f"`{i.title}`" if i.title else "the project" for i in installers]
    command = " ".join(f"-e {_shell(i.folder or '.')}" for i in installers)
    what = " and ".join(dict.fromkeys(titles))
    return f"Install {what} once in editable mode (`pip install {command}`), and delete the edit."


# --- what is to be written --------------------------------------------------------------------------------------------


def _further(installer: Installer, names: frozenset[str], project: Project) -> str:
    """What to add to the file that installs what stands beside these modules; "" where that cannot be said."""
    folder, text = installer.folder, installer.text
    then = f"run `pip install -e {_shell(folder or '.')}` once, and delete the edit."
    there = {name for name in names if _is_listed(name, folder, text, project)}
    lacking = sorted(names - there if names - there and not _is_by_folder(installer) else names)
    files, packages = _sorted(lacking, folder, project)
    if _is_by_folder(installer) or _NO_PACKAGE.search(text) or _LISTS.search(text):
        bare = next((n for n in packages if f"{join(folder, n)}/__init__.py" not in project.files), "")
        if bare and _FINDS.search(text) and "include" not in text and not files:
            return f"Give `{bare}/` an `__init__.py`, so that `{installer.path}` finds it, {then}"
        some = ", ".join(f"`{n}`" for n in lacking[:3]) + (" and the others" if len(lacking) > 3 else "")
        kind = "module" if len(lacking) == 1 else "modules"
        where = " (`py_modules`)" if files and not packages else ""
        return f"Let `{installer.path}` install the {kind} {some} too{where}, {then}"
    if not installer.path.endswith(".toml"):
        return ""
    own = re.sub(r"[-.]+", "_", installer.title).lower()
    if f"{join(folder, own)}/__init__.py" in project.files and own not in packages:
        packages = sorted([*packages, own])
    lines = _tables(files, packages, "")
    return f"Add these lines to `{installer.path}`:\n{_block(lines)}\nThen {then}"


def _new_file(base: str, names: frozenset[str], project: Project, wanted: Collection[str]) -> str:
    """The few lines of a `pyproject.toml` that install these modules."""
    files, packages = _sorted(names, base, project)
    home = base
    while home and len(wanted) == 1 and not any(join(home, mark) in project.tree.files for mark in _MARKS):
        home = dirname(home)
    if _has_installer(home, project):  # one file installs one project
        home = base
    if join(home, "setup.py") in project.tree.files:  # it sets up something else, and setuptools would run it
        return _several([base], home, project)
    inside = base[len(home) :].strip("/")
    own = [name for name in (*packages, *files) if join(base, name) not in wanted]  # which get a name of their own
    lines = ["[project]", f'name = "{_title(home, own, project)}"', 'version = "0.1"']
    lines += _tables(files, packages, inside)
    place = f"`{home}`" if home else "the top folder of the project"
    if join(home, "pyproject.toml") in project.tree.files:
        begin = f"Add these lines to `{join(home, 'pyproject.toml')}`"
    else:
        begin = f"Write a `pyproject.toml` in {place}"
    return f"{begin}:\n{_block(lines)}\nThen run `pip install -e {_shell(home or '.')}` once, and delete the edit."


def _several(bases: list[str], home: str, project: Project) -> str:
    """The lines that put several folders below one on the import path."""
    folders = [base[len(home) :].strip("/") or "." for base in bases]
    lines = ["[project]", f'name = "{_title(home, (), project)}"', 'version = "0.1"', *_on_path(folders, True)]
    place = f"`{home}`" if home else "the top folder of the project"
    return (
        f"Write a `pyproject.toml` in {place}:\n{_block(lines)}\nThen run `pip install -e {_shell(home or '.')}` once, "
        "and delete the edit."
    )


def _on_path(folders: list[str], is_new: bool) -> list[str]:
    """What makes an editable installation put folders on the import path."""
    system = ["[build-system]", 'requires = ["hatchling"]', 'build-backend = "hatchling.build"']
    return [
        *(system if is_new else []),
        "[tool.hatch.build.targets.wheel]",
        "bypass-selection = true",
        "[tool.hatch.build]",
        f"dev-mode-dirs = [{', '.join(map(_quoted, folders))}]",
    ]


def _has_installer(folder: str, project: Project) -> bool:
    installer = _installer(folder, project)
    return installer is not None and installer.folder == folder


def _sorted(names: Collection[str], base: str, project: Project) -> tuple[list[str], list[str]]:
    """Names of modules, as those that are a file and those that are a folder."""
    files = sorted(name for name in names if f"{join(base, name)}.py" in project.files)
    return files, sorted(name for name in names if name not in files)


def _tables(files: list[str], packages: list[str], inside: str) -> list[str]:
    lines: list[str] = []
    if files or inside:
        lines = ["[tool.setuptools]", *([f"py-modules = [{', '.join(map(_quoted, files))}]"] if files else [])]
        if inside:
            lines.append(f'package-dir = {{"" = {_quoted(inside)}}}')
    if packages:
        lines.append("[tool.setuptools.packages.find]")
        if inside:
            lines.append(f"where = [{_quoted(inside)}]")
        lines.append(
            f"include = [{', '.join(pattern for n in packages for pattern in (_quoted(n), _quoted(f'{n}.*')))}]"
        )
    return lines


def _title(home: str, names: Collection[str], project: Project) -> str:
    """A name for what is installed that nothing else of the repository has."""
    folders = [folder for folder in reversed(home.split("/")) if folder.lower() not in _NAMELESS] if home else []
    named = [name for name in (*folders, *names) if name.lower() not in _NAMELESS]
    title = named[0] if named else "study"
    taken = {
        installer.title.lower()
        for folder in {dirname(p) for p in project.tree.texts if basename(p) in ("pyproject.toml", "setup.py")}
        if (installer := _installer(folder, project)) is not None
    }
    if len(folders) > 1 and (title.lower() in taken or _is_repeated(title, project)):
        title = f"{folders[1]}-{title}"
    title = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "study"
    return f"{title}-code" if title in taken else title


def _is_repeated(name: str, project: Project) -> bool:
    """Whether several folders of the repository have a name."""
    return sum(folder.rpartition("/")[2] == name for folder in project.tree.folders()) > 1


def _block(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _shell(path: str) -> str:
    return f'"{path}"' if re.search(r"[\s&;()'$]", path) else path
