"""git's index: which of Jupyter's checkpoints a checkout has committed. Nothing of git is started."""

from __future__ import annotations

import os
from collections.abc import Iterator

_NEEDLE = b".ipynb_checkpoints/"
#: Of an entry: what stands before its flags (times, owner, size and SHA-1), and the flags.
_STAT, _FLAGS = 60, 2
_LONGEST = 1 << 28


def checkpoints_in_index(checkout: str) -> frozenset[str]:
    """The paths in `.ipynb_checkpoints` that the index of a checkout lists, relative to the checkout, with `/`.

    Empty where there is no index, or one that cannot be read.
    """
    try:
        path = os.path.join(_git_folder(os.path.join(checkout, ".git")), "index")
        if os.path.getsize(path) > _LONGEST:
            return frozenset()
        with open(path, "rb") as file:
            data = file.read()
    except (OSError, ValueError):
        return frozenset()
    # Version 4 leaves out what a path has in common with the one before.
    if _NEEDLE not in data and data[4:8] != b"\0\0\0\4":
        return frozenset()
    try:
        return frozenset(os.fsdecode(name) for name in _paths(data) if _NEEDLE in name)
    except (IndexError, ValueError):  # cut off, or of another format
        return frozenset()


def _git_folder(path: str) -> str:
    """What `.git` is, or leads to where it is a file: in another work tree, in a submodule."""
    if os.path.isdir(path):
        return path
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        found = file.readline().partition("gitdir:")[2].strip()
    return os.path.join(os.path.dirname(path), found)


def _paths(data: bytes) -> Iterator[bytes]:
    """The paths of an index of the versions 2 to 4, as https://git-scm.com/docs/index-format has it.

    Raises:
        ValueError: no index of these versions.
        IndexError: it ends too soon.
    """
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        raise ValueError
    at, before = 12, b""
    for _ in range(count):
        start = at
        at += _STAT
        extended = data[at] & 0x40
        at += _FLAGS + (2 if extended and version > 2 else 0)
        if version == 4:
            cut = data[at] & 0x7F
            while data[at] & 0x80:
                at += 1
                cut = ((cut + 1) << 7) | (data[at] & 0x7F)
            at += 1
            end = data.index(b"\0", at)
            before = before[: len(before) - cut] + data[at:end]
            at = end + 1
        else:
            end = data.index(b"\0", at)
            before = data[at:end]
            at = start + (end - start + 8) // 8 * 8
        yield before
