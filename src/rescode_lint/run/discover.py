"""paths -> the files of the project, and which of them are to be reported. Reads names and times only.

What is found depends on the folder alone, never on the machine: neither git's global excludes nor `.git/info/exclude`
are asked, and its index only whether Jupyter's checkpoints were committed although they are ignored.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.config import INCLUDE, Globs, Settings, is_home, locate
from rescode_lint.model import Problem
from rescode_lint.run.index import checkpoints_in_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    #: The patterns of a `.gitignore`; how much to cut off a path, and what to put in front, to see it from its folder,
    #: bytewise.
    Ignore = tuple[Globs, int, str]


class Entry(NamedTuple):
    """A file to read; its path is relative to the root, with `/`."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int


class Discovery(NamedTuple):
    """The files of the project, sorted by path, and what of them was asked for."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    #: The paths to report; None means all.
    reported: frozenset[str] | None = None
    #: Folder (with its `/`) and names of all files that are not ignored, whatever they hold, in the order of the walk.
    names: tuple[tuple[str, list[str]], ...] = ()
    #: Those whose texts rules may want; see `Tree.texts`.
    texts: tuple[Entry, ...] = ()
    #: Whether all of a project was walked; see `Tree.whole`.
    whole: bool = True

    def files(self) -> Iterator[str]:
        """The paths of all files that are not ignored, whatever they hold; see `Tree.files`."""
        return (folder + name for folder, names in self.names for name in names)

    def state(self) -> str:
        """The same names as one text, for a key."""
        return "\n".join(["/".join((folder, *names)) for folder, names in self.names])


#: Where Jupyter puts the state of a notebook when it is saved.
CHECKPOINTS = ".ipynb_checkpoints"
#: Folders that hold nothing that a person wrote for this project. Unlike `exclude`, not a matter of choice.
NEVER = frozenset(
    {
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        CHECKPOINTS,
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".pyre",
        ".pytype",
        ".rescode_cache",
        ".ruff_cache",
        ".snakemake",
        ".svn",
        ".tox",
        ".virtual_documents",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
    }
)
SUFFIXES = (".py", ".ipynb")
#: Files besides Python that say something of a project which rules read; asked in every run, so no regular expressions.
_MANIFESTS = frozenset(
    {"pyproject.toml", "setup.cfg", "tox.ini", "hatch.toml", "pixi.toml", ".gitmodules", "Pipfile", "Pipfile.lock"}
    | {"poetry.lock", "uv.lock", "pdm.lock", "pixi.lock", "conda.lock", "requirements.lock", "requirements-dev.lock"}
    | {"pylock.toml", "dvc.lock"}
)
#: Where these are, they were committed, though a pattern for data (`*.txt`) takes them in: `git add --force` is needed once.
_LISTS = frozenset({"requirements.txt", "environment.yml", "environment.yaml"})
#: Endings of what people write by hand, and what such a file is called where it speaks of an environment.
_BY_HAND = frozenset({"txt", "in", "pip", "yml", "yaml", "md", "rst", "MD", "TXT"})
_ABOUT = (
    "req",
    "spec",
    "constraint",
    "dependenc",
    "freeze",
    "env",
    "conda",
    "packages",
    "install",
    "readme",
    "lock",
    "dvc",
)
#: What runs the work; read near the top only.
_SHELL = frozenset({"sh", "bash", "slurm", "sbatch", "smk", "def"})
_RECIPES = frozenset(
    {"Makefile", "makefile", "GNUmakefile", "Snakefile", "Dockerfile", "README", "INSTALL", "justfile"}
)
_DEEPEST, _DEEPEST_RECIPE = 5, 2
#: What stands behind the last dot of the name of such a file; all of the name where there is none.
_TEXTS = _BY_HAND | _SHELL | _RECIPES | {"dockerfile", "cpu", "gpu", "dev"} | {m.rpartition(".")[2] for m in _MANIFESTS}
# What else pre-commit takes for Python.
_ALSO_PYTHON = (".pyw", ".pyt", ".wsgi", ".tac", ".gyp", ".gypi")
_ALSO_PYTHON_NAMES = ("SConstruct", "SConscript", "wscript")


def discover(
    root: str, paths: Sequence[str], settings: Settings, cwd: str, *, force_exclude: bool = False
) -> Discovery:
    """The files of the project around `root`, and which of them the passed paths (relative to `cwd`) ask for.

    A passed file is taken even where the settings exclude it, unless `force_exclude`; a passed folder that the walk does
    not enter is walked by itself. Without paths, all is asked for.
    """
    root = os.path.realpath(root)
    walk = _Walk(root, settings)
    passed = list(dict.fromkeys(locate(paths, os.path.realpath(cwd))))
    problems = []
    files = []
    folders = []
    for path in passed:
        relative = _relative(path, root)
        if relative is None:
            message = "lies outside of the project"
            problems.append(Problem(_shown(path, root), message, "call `rescode` on one project at a time"))
        elif os.path.isdir(path):
            folders.append(relative and relative + "/")
        else:
            files.append(relative)

    if settings.bounded or not passed:
        walk.down("", walk.above())
    for folder in sorted(folders):
        if folder not in walk.entered and not (force_exclude and settings.bounded):
            walk.down(folder, ())
    walk.adopt_links()

    wanted = set()
    for relative in files:
        found: str | Problem | None = walk.explicit(relative, force_exclude=force_exclude)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            wanted.add(found)

    entries = tuple(walk.found[path] for path in sorted(walk.found))
    everything = not passed or "" in folders or not settings.bounded
    if not everything:
        below = tuple(folders)
        wanted.update(path for path in walk.found if path.startswith(below))
    problems += (problem for problem in walk.problems if everything or f"{problem.path}/".startswith(tuple(folders)))
    return Discovery(
        entries,
        tuple(sorted(problems)),
        None if everything else frozenset(wanted),
        tuple(walk.names),
        tuple(walk.texts[path] for path in sorted(walk.texts)),
        settings.bounded or not passed or "" in walk.entered,
    )


class _Walk:
    """What was found so far."""

    def __init__(self, root: str, settings: Settings) -> None:
        self.top = root
        self.root = os.path.join(root, "")
        self.found: dict[str, Entry] = {}
        self.names: list[tuple[str, list[str]]] = []
        self.texts: dict[str, Entry] = {}
        self.entered: set[str] = set()
        self.problems: list[Problem] = []
        self.links: list[str] = []
        self.exclude = Globs(settings.exclude + settings.extend_exclude, loose=True)
        self.more = Globs(settings.extend_exclude, loose=True)
        self.respect_gitignore = settings.respect_gitignore
        self.include = None if settings.include == INCLUDE else _Include(settings.include)
        self.checkout = _checkout(root)
        self.committed: frozenset[str] | None = None

    def above(self) -> tuple[Ignore, ...]:
        """The `.gitignore` files above the root, where it is a part of a checkout."""
        ignores: list[Ignore] = []
        folder = self.top
        while self.respect_gitignore and self.checkout is not None and folder != self.checkout:
            folder = os.path.dirname(folder)
            globs = self.gitignore(os.path.join(folder, ""))
            if globs is not None:
                ignores.append((globs, 0, _bytewise(_slashed(os.path.relpath(self.top, folder)) + "/")))
        return tuple(reversed(ignores))

    def down(self, start: str, ignores: tuple[Ignore, ...]) -> None:
        """Walks a folder; no rule speaks about the folder itself."""
        # In folders that are excluded nothing is linted, but what they hold is there. What the project itself hides
        # (`extend-exclude`) says nothing about it, either.
        stack = [(start, ignores, False, False)]
        while stack:
            folder, ignores, excluded, hidden = stack.pop()
            subfolders: list[str] = []
            candidates: list[os.DirEntry[str]] = []
            names: list[str] = []
            texts: list[os.DirEntry[str]] = []
            marks: list[str] = []
            include = self.include
            try:
                with os.scandir(self.root + folder) as listing:
                    for entry in listing:
                        name = entry.name
                        if entry.is_dir(follow_symlinks=False):
                            subfolders.append(name)
                        elif name.endswith(SUFFIXES) if include is None else include.takes(folder + name, name):
                            candidates.append(entry)
                        else:
                            names.append(name)
                            if name in _MARKS:
                                marks.append(name)
                                if not folder:
                                    texts.append(entry)
                            elif name[name.rfind(".") + 1 :] in _TEXTS:
                                texts.append(entry)
            except (FileNotFoundError, NotADirectoryError):
                continue  # gone since its parent was read
            except OSError as error:
                if excluded:
                    continue
                self.entered.add(folder)
                message = f"the folder cannot be read: {error.strerror}"
                self.problems.append(
                    Problem(folder[:-1] or ".", message, "mend its permissions, or add it to `extend-exclude`")
                )
                continue

            if folder != start:
                if ".git" in marks or ".git" in subfolders:
                    # A submodule, or somebody else's checkout; below a mere folder of checkouts, each counts.
                    if self.checkout is not None:
                        self.names.append(("", [folder[:-1]]))
                        continue
                    ignores = ()
                if self.is_environment(folder, subfolders, marks):
                    continue
            if not excluded:
                self.entered.add(folder)

            if ".gitignore" in marks and self.respect_gitignore:
                globs = self.gitignore(self.root + folder)
                if globs is not None:
                    ignores = (*ignores, (globs, len(_bytewise(folder)), ""))
            if ignores:
                names = [
                    name for name in names if name in _LISTS or not self.is_ignored(folder + name, name, False, ignores)
                ]
            for entry in texts:
                name = entry.name
                if not hidden and _is_text(folder, name) and name in names:
                    self.take_text(folder + name, entry)
            for entry in candidates:
                name = entry.name
                path = folder + name
                if not ignores or not self.is_ignored(path, name, False, ignores):
                    names.append(name)
                    if name == "setup.py" and not hidden:
                        self.take_text(path, entry)
                    if not excluded and not self.exclude.verdict(path, name, False):
                        self.take(path, entry)
            if names:
                self.names.append((folder, names))
            for name in subfolders:
                path = folder + name
                if name not in NEVER and not (ignores and self.is_ignored(path, name, True, ignores)):
                    out = excluded or self.exclude.verdict(path, name, True) is True
                    more = hidden or (out and self.more.verdict(path, name, True) is True)
                    stack.append((path + "/", ignores, out, more))
                elif name == CHECKPOINTS and not hidden and self.respect_gitignore:
                    self.note_checkpoints(path + "/", ignores)

    def note_checkpoints(self, folder: str, ignores: tuple[Ignore, ...]) -> None:
        """Notes what Jupyter has put aside, if git does not ignore it, or has it all the same: nothing in there is linted."""
        try:
            names = sorted(os.listdir(self.root + folder))
        except OSError:
            return  # gone, or nobody's business
        if ignores:
            out = self.is_ignored(folder[:-1], CHECKPOINTS, True, ignores)
            names = [
                name
                for name in names
                if not (out or self.is_ignored(folder + name, name, False, ignores)) or self.is_committed(folder + name)
            ]
        if names:
            self.names.append((folder, names))

    def is_committed(self, path: str) -> bool:
        """Whether git's index has a checkpoint."""
        if self.checkout is None:
            return False
        if self.committed is None:
            self.committed = checkpoints_in_index(self.checkout)
        return _slashed(os.path.relpath(self.root + path, self.checkout)) in self.committed

    def take_text(self, path: str, entry: os.DirEntry[str]) -> None:
        try:
            if entry.is_file():
                status = entry.stat()
                self.texts[path] = Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        except OSError:
            return  # gone, or a link that leads nowhere

    def is_ignored(self, path: str, name: str, is_folder: bool, ignores: tuple[Ignore, ...]) -> bool:
        if not path.isascii():
            path, name = _bytewise(path), _bytewise(name)
        for globs, cut, before in reversed(ignores):
            verdict = globs.verdict(before + path[cut:] if cut or before else path, name, is_folder)
            if verdict is not None:
                return verdict
        return False

    def is_environment(self, folder: str, subfolders: list[str], marks: list[str]) -> bool:
        """Whether this is a virtual environment, one from before `pyvenv.cfg` included."""
        if "pyvenv.cfg" in marks or "conda-meta" in subfolders:
            return True
        for scripts, libraries in (("bin", "lib"), ("Scripts", "Lib")):
            if scripts in subfolders and libraries in subfolders:
                return os.path.isfile(os.path.join(self.root, folder, scripts, "activate"))
        return False

    def take(self, path: str, entry: os.DirEntry[str]) -> None:
        try:
            if entry.is_symlink():
                self.links.append(path)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                self.found[path] = Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        except OSError:
            return  # gone since its folder was read

    def adopt_links(self) -> None:
        """Takes in the links to files of the project that are not listed under their own name, one for each file."""
        targets = set()
        for path in sorted(self.links):
            target = os.path.realpath(self.root + path)
            relative = _relative(target, self.top)
            if relative is None or relative in self.found or target in targets:
                continue
            try:
                status = os.stat(target)
            except OSError:
                if not path.rpartition("/")[2].startswith(".#"):  # the lock of a file that Emacs has open
                    self.problems.append(_broken_link(path))
                continue
            if stat.S_ISREG(status.st_mode):
                targets.add(target)
                self.found[path] = Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def explicit(self, path: str, *, force_exclude: bool) -> str | Problem | None:
        """Takes in a file that was passed by name, if the walk has not; returns the name under which it is listed."""
        if path in self.found:
            return path
        full = self.root + path
        try:
            status = os.stat(full)
        except (OSError, ValueError) as error:
            if os.path.islink(full):
                return _broken_link(path)
            if isinstance(error, PermissionError):
                return Problem(path, "lies in a folder that cannot be read", "mend the permissions of that folder")
            return Problem(path, "no such file or folder", _similar(full))
        if not stat.S_ISREG(status.st_mode):
            return Problem(path, "is not a regular file", "pass its text to `rescode check -`")
        if os.path.islink(full):
            target = _relative(os.path.realpath(full), self.top)
            if target in self.found:
                return target
        if not self.is_python(path):
            remedy = "pass `.py` or `.ipynb` files, or begin a script with `#!/usr/bin/env python3`"
            return Problem(path, "is neither a Python file nor a notebook", remedy)
        if force_exclude:
            return None
        self.found[path] = Entry(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        return path

    def is_python(self, path: str) -> bool:
        name = path[path.rfind("/") + 1 :]
        if name.lower().endswith(SUFFIXES + _ALSO_PYTHON) or name in _ALSO_PYTHON_NAMES:
            return True
        if self.include is not None and self.include.takes(path, name):
            return True
        try:
            with open(self.root + path, "rb") as file:
                line = file.readline(200)
        except OSError:
            return False
        return line.startswith(b"#!") and (b"python" in line or b"uv run" in line)

    def gitignore(self, folder: str) -> Globs | None:
        try:
            # As git does: a link is not followed.
            if os.path.islink(folder + ".gitignore"):
                return None
            with open(folder + ".gitignore", "rb") as file:
                return Globs(_patterns(file.read()))
        except (FileNotFoundError, IsADirectoryError):
            return None
        except OSError as error:
            path = _shown(folder + ".gitignore", self.root)
            self.problems.append(Problem(path, f"cannot be read: {error.strerror}", "mend its permissions"))
            return None


class _Include:
    """The `include` of the settings: chooses among `.py` and `.ipynb` files, and names others (`*.pyw`, `bin/tool`)."""

    def __init__(self, globs: Iterable[str]) -> None:
        globs = tuple(globs)
        self.among = Globs(globs, loose=True)
        self.named = Globs((glob for glob in globs if not glob.endswith(("*", "/"))), loose=True)

    def takes(self, path: str, name: str) -> bool:
        if name.endswith(SUFFIXES):
            return self.among.covers(path)
        return self.named.verdict(path, name, False) is True


_MARKS = frozenset((".git", ".gitignore", "pyvenv.cfg"))


def _is_text(folder: str, name: str) -> bool:
    """Whether rules may want the text of a file whose name ends like one of `_TEXTS`."""
    ending = name[name.rfind(".") + 1 :]
    if ending in _BY_HAND:
        folded = name.lower()
        for word in _ABOUT:
            if word in folded:
                return folder.count("/") <= _DEEPEST
        if ending in ("yml", "yaml"):
            return "env" in folder or folder == ".github/workflows/"
        if ending in ("md", "rst"):
            return not folder
        return "requirements/" in folder
    if name in _MANIFESTS or name == ".gitignore":
        return folder.count("/") <= _DEEPEST
    return folder.count("/") <= _DEEPEST_RECIPE and (
        (ending in _SHELL and ending != name) or name in _RECIPES or "ockerfile" in name
    )


def _patterns(data: bytes) -> list[str]:
    """The patterns in a `.gitignore`, one for each line that holds one, a character for each byte."""
    patterns = []
    for line in data.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n"):
        if line.startswith("#"):
            continue
        pattern = line.removesuffix("\r")
        if pattern.endswith(" "):
            bare = pattern.rstrip(" ")
            backslashes = len(bare) - len(bare.rstrip("\\"))
            pattern = bare + " " if backslashes % 2 else bare
        if pattern:
            patterns.append(pattern)
    return patterns


def _bytewise(path: str) -> str:
    """A character for each byte, as git counts them where it meets a `?`."""
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


def _checkout(root: str) -> str | None:
    """The checkout that the root is, or lies in."""
    folder = root
    while True:
        if folder != root and is_home(folder):
            return None
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _relative(path: str, root: str) -> str | None:
    """A path as seen from the root, with `/`; "" for the root itself, None outside of it."""
    if path == root:
        return ""
    root = root if root.endswith(os.sep) else root + os.sep
    return _slashed(path[len(root) :]) if path.startswith(root) else None


def _slashed(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


def _shown(path: str, root: str) -> str:
    try:
        return _slashed(os.path.relpath(path, root))
    except ValueError:  # another drive
        return path


def _broken_link(path: str) -> Problem:
    message = "a symbolic link that leads to no file"
    return Problem(path, message, "restore the file that it points to, or remove the link")


def _similar(path: str) -> str:
    """The remedy for a path that does not exist."""
    import difflib

    head, tail = os.path.split(path)
    if any(char in tail for char in "*?"):
        return "patterns are not expanded here; pass a folder, and choose with `include`"
    try:
        close = difflib.get_close_matches(tail, sorted(os.listdir(head)), 1)
    except (OSError, ValueError):
        close = []
    if close:
        return f"did you mean `{close[0]}`?"
    return "check the spelling; paths are relative to the current folder"
