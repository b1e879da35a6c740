"""Which scripts and notebooks run the functions that draw random numbers, and seed nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rescode_lint.model import Finding, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rules.reproducibility._random import TEST_PATH
from rescode_lint.rules.reproducibility._reach import reached_from

#: What shows that somebody has thought of it.
_SEED = ("seed", "random_state", "randomstate", "default_rng", "determinis")


def unseeded_starts(functions: Sequence[Finding], project: Project) -> Iterator[tuple[Finding, list[str]]]:
    """The scripts and notebooks that come to each drawing function, and nowhere speak of a seed.

    Args:
        functions: findings at draws, whose group ends in the name of the function or class that draws.
        project: all files.
    """
    by_place: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in functions:
        by_place[finding.path, finding.group.rpartition(" ")[2]].append(finding)
    if not by_place:
        return
    starts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(_above({path for path, _ in by_place}, project)):
        summary = project.files[path]
        if not _is_start(summary, project):
            continue
        reached = reached_from([(path, "")], project)
        found = reached & by_place.keys()
        if found and not _speaks_of_seeds(path, project):
            for place in found:
                if place[0] != path:
                    starts[place].append(path)
    for place, paths in starts.items():
        for finding in by_place[place]:
            yield finding, paths


def _above(paths: set[str], project: Project) -> set[str]:
    """All files that import some file, directly or through others."""
    found: set[str] = set()
    waiting = [*paths]
    while waiting:
        for importer in project.importers.get(waiting.pop(), ()):
            if importer not in found:
                found.add(importer)
                waiting.append(importer)
    return found


def _is_start(summary: Summary, project: Project) -> bool:
    """Whether a file is run by itself, and its results are wanted."""
    if summary.generated or summary.path in project.tests or is_put_away(summary.path):
        return False
    if TEST_PATH.search(summary.path):
        return False
    return summary.kind == "ipynb" or (
        (summary.main_guard or summary.script_statements > 0) and not project.importers.get(summary.path)
    )


def _speaks_of_seeds(path: str, project: Project) -> bool:
    text = project.text(path).lower()
    return not text or any(word in text for word in _SEED)
