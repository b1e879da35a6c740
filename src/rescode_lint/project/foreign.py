"""Which files of a project somebody else wrote, as far as their first lines say so."""

import re

from rescode_lint.lazy import lazy
from rescode_lint.project.project import Project

#: So much of a file is looked at, and so many other files to learn whether the project writes such headers itself.
_HEAD, _OTHERS = 1500, 12
_LICENSED = lazy(
    r"licensed under the|SPDX-License-Identifier|copyright\s+(?:\(c\)\s*|©\s*)?\d{4}|all rights reserved", re.I
)
_TAKEN = lazy(
    r"^\W*(?:hack to |(?:code |this (?:file|module|code|script) (?:is|was) )?(?:taken|copied|borrowed|adapted|modified) (?:\w+ )?from\b"
    r".{0,60}(?:http|github|gist)|https?://gist\.github|source: ?https?://(?:gist\.)?github)",
    re.I | re.M,
)


def is_foreign(path: str, project: Project) -> bool:
    """Tell whether the first lines of a file name somebody else as its author.

    A licence in the header tells that only where the files around it have none.

    Args:
        path: a file of the project.
        project: all files.
    """
    key = f"foreign {path}"
    if key not in project.memo:
        head = project.text(path)[:_HEAD]
        project.memo[key] = bool(_TAKEN.search(head)) or (bool(_LICENSED.search(head)) and not _licenses(project))
    return bool(project.memo[key])


def _licenses(project: Project) -> bool:
    """Whether the project writes headers with a licence itself: two of a few files that are far from each other do."""
    if "licenses" not in project.memo:
        paths = [summary.path for summary in project.scripts if summary.lines > 5]
        some = paths[:: max(1, len(paths) // _OTHERS)]
        marked = sum(bool(_LICENSED.search(project.text(path)[:_HEAD])) for path in some)
        project.memo["licenses"] = len(paths) < 4 or 3 * marked >= len(some)
    return bool(project.memo["licenses"])
