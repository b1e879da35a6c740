"""Which Python a repository must still run on, as far as its files say."""

from __future__ import annotations

import re
from posixpath import basename

from rescode_lint.lazy import lazy
from rescode_lint.model import Tree
from rescode_lint.project.put_away import is_taken_over

_LEAST = r"[\"']?\s*(?:[>=~^]=?|={1,3})?\s*v?(3)\.(\d+)"
_SAID = lazy(
    rf"^\s*(?:requires-python|python_requires|python_version|python_full_version)\s*=\s*{_LEAST}|^\s*python\s*=\s*{_LEAST}",
    8,
)
_IN_SETUP = lazy(rf"\bpython_requires\s*=\s*{_LEAST}")
_CONDA = lazy(rf"^\s*-\s*[\"']?(?:[\w-]+::)?python\s*(?:{_LEAST})", re.M)
_IMAGE = lazy(r"^\s*FROM\s+(?:\S*/)?python:(3)\.(\d+)", re.M)


def oldest_python(tree: Tree) -> tuple[int, int] | None:
    """The oldest version of Python that the repository declares, such as (3, 8); None where it names none.

    Args:
        tree: with the texts of the files that declare an environment.
    """
    found: list[tuple[int, int]] = []
    for path, text in tree.texts.items():
        if is_taken_over(path):
            continue
        name = basename(path).lower()
        if name in ("pyproject.toml", "setup.cfg", "pipfile"):
            pattern = _SAID
        elif name == "setup.py":
            pattern = _IN_SETUP
        elif name.endswith((".yml", ".yaml")):
            pattern = _CONDA
        elif name.startswith("dockerfile"):
            pattern = _IMAGE
        else:
            continue
        for match in pattern.finditer(text):
            numbers = [number for number in match.groups() if number]
            found.append((int(numbers[0]), int(numbers[1])))
    return min(found, default=None)
