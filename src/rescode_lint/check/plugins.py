"""The installed distributions that bring rules. Imported by every run, the warmest included, and imports little."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

GROUP = "rescode_lint.rules"


class Plugin(NamedTuple):
    """An installed distribution that brings rules: `rescode_lint.rules` entry points in its metadata."""

    name: str
    target: str
    #: Changes whenever the distribution is installed anew; part of the cache key.
    stamp: str


def plugins(paths: list[str] | None = None) -> tuple[Plugin, ...]:
    """The installed entry points of our group.

    `importlib.metadata` takes longer to import than a small repository takes to check, so the metadata folders are
    looked through directly (format: PyPA specification "Entry points"). Not those in the current folder, which
    `python -m` puts on the path: what is linted is never imported.
    """
    found: list[Plugin] = []
    seen: set[str] = set()
    here = os.getcwd()
    for folder in [path for path in sys.path if path not in ("", here)] if paths is None else paths:
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            if not entry.name.endswith((".dist-info", ".egg-info")) or entry.name in seen:
                continue
            seen.add(entry.name)
            try:
                with open(os.path.join(entry.path, "entry_points.txt"), encoding="utf-8") as file:
                    text = file.read()
                    stamp = f"{entry.name}:{os.fstat(file.fileno()).st_mtime_ns}"
            except (OSError, UnicodeDecodeError):
                continue
            if GROUP in text:
                found += [Plugin(name, target, stamp) for name, target in _entries(text)]
    return tuple(sorted(found))


def _entries(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    section = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line.strip("[]").strip()
        elif section == GROUP and "=" in line and not line.startswith("#"):
            name, _, target = line.partition("=")
            found.append((name.strip(), target.split("[")[0].strip()))
    return found
