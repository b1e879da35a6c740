"""A project's files into a temporary folder, with some of them as they were or are to be.

Nothing in a copy leads back: no link, and no text that names the folder of the project.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from rescode_lint.run.discover import NEVER

#: A larger file stays where it is.
LARGEST = 200_000_000
#: Of texts with these endings, those are rewritten that name the folder of the project.
_TEXTS = (".py", ".ipynb", ".toml", ".yaml", ".yml", ".json", ".cfg", ".ini", ".env", ".sh", ".txt")
_LONGEST = 5_000_000


class Survey(NamedTuple):
    """What there is to copy; paths are relative to the root, with `/`."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    #: Links within the project, and where they lead to.
    links: tuple[tuple[str, str], ...]
    #: In bytes.
    size: int
    #: What stays behind, and why.
    left_out: tuple[tuple[str, str], ...]


def survey(root: str, largest: int = LARGEST) -> Survey:
    """What there is to copy of a project: no caches, no environments, nothing from elsewhere, no giants."""
    root = os.path.realpath(root)
    folders: list[str] = []
    files: list[str] = []
    links: list[tuple[str, str]] = []
    left_out: list[tuple[str, str]] = []
    size = 0
    todo = [""]
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            left_out.append((folder, error.strerror or "cannot be read"))
            continue
        if folder and _is_environment(os.path.join(root, folder), entries):
            continue
        folders.append(folder)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                status = entry.stat()
            except OSError:
                continue  # leads nowhere
            if entry.name in NEVER and stat.S_ISDIR(status.st_mode):
                if entry.name == ".git":
                    folders.append(path)  # empty: some ask where the project begins
            elif entry.is_symlink() and (target := _within(root, path)) is not None:
                links.append((path, target))
            elif stat.S_ISDIR(status.st_mode):
                if entry.is_symlink():
                    left_out.append((path, "a link to a folder elsewhere"))
                else:
                    todo.append(path)
            elif not stat.S_ISREG(status.st_mode):
                left_out.append((path, "no file"))
            elif status.st_size > largest:
                left_out.append((path, f"{in_words(status.st_size)}, more than {in_words(largest)}"))
            elif not os.access(os.path.join(root, path), os.R_OK):
                left_out.append((path, "cannot be read"))
            else:
                files.append(path)
                size += status.st_size
    return Survey(tuple(folders), tuple(files), tuple(links), size, tuple(sorted(left_out)))


def _is_environment(folder: str, entries: list[os.DirEntry[str]]) -> bool:
    """Whether this is a virtual environment, one from before `pyvenv.cfg` included."""
    return any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries) or any(
        os.path.isfile(os.path.join(folder, scripts, "activate")) for scripts in ("bin", "Scripts")
    )


def _within(root: str, path: str) -> str | None:
    """Where a link leads to, if that is in the project."""
    target = os.path.relpath(os.path.realpath(os.path.join(root, path)), root)
    return None if target == os.pardir or target.startswith(os.pardir + os.sep) or os.path.isabs(target) else target


def copy(found: Survey, root: str, to: str, contents: Mapping[str, bytes | None]) -> None:
    """Make a copy.

    Args:
        found: what to copy.
        root: from where.
        to: a folder that does not exist yet.
        contents: path -> what a file shall hold instead; None where there shall be none.

    Raises:
        ValueError: a path of `contents` leads out of the project.
        OSError: the disk is full, or the like.
    """
    for path in contents:
        if os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir:
            raise ValueError(f"`{path}` is not in the project")
    for folder in found.folders:
        os.makedirs(os.path.join(to, folder))
    rename = _Rename(root, to)
    for path in found.files:
        if path in contents:
            continue
        source, target = os.path.join(root, path), os.path.join(to, path)
        with suppress(FileNotFoundError):  # gone since
            shutil.copy2(source, target)
            if path.endswith(_TEXTS) and os.path.getsize(target) <= _LONGEST:
                with open(target, "rb") as file:
                    before = file.read()
                after = rename(before)
                if after != before:
                    os.chmod(target, 0o644)
                    _write(target, after)
    for path, target in found.links:
        if path not in contents:
            os.symlink(os.path.relpath(target, os.path.dirname(path)), os.path.join(to, path))
    for path, data in contents.items():
        if data is not None:
            target = os.path.join(to, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            _write(target, rename(data))


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


class _Rename:
    """Lets a text name the copy where it named the project by its full path."""

    def __init__(self, root: str, to: str) -> None:
        names = sorted({os.path.abspath(root), os.path.realpath(root)}, key=len, reverse=True)
        names = [name for name in names if name.strip(os.sep)]
        self.to = os.fsencode(to)
        self.pattern = re.compile(
            rb"(?<![\w./-])(?:" + b"|".join(re.escape(os.fsencode(name)) for name in names) + rb")(?![\w-]|\.\w)"
            if names
            else rb"(?!)"
        )

    def __call__(self, data: bytes) -> bytes:
        return self.pattern.sub(lambda _: self.to, data)


def shadows(folder: str) -> Iterator[str]:
    """What in a folder would be imported instead of the standard library, if it came first."""
    import sys

    for name in sorted(os.listdir(folder)):
        module = name.removesuffix(".py")
        if module in sys.stdlib_module_names and (module != name or os.path.isdir(os.path.join(folder, name))):
            yield name


def in_words(size: int) -> str:
    """A size in bytes, for a person."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
