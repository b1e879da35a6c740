"""How many code cells two notebooks have in common: whether one began as a copy of the other."""

from __future__ import annotations

from collections import Counter

from rescode_lint.project import Project

#: So much of the smaller notebook's cells must stand in the other for the two to be states of one.
ALIKE = 0.3


def shared(path: str, other: str, project: Project) -> tuple[int, int, int]:
    """How many code cells two notebooks have in common, and how many each of them has."""
    one, two = cells_of(path, project), cells_of(other, project)
    return sum((one & two).values()), sum(one.values()), sum(two.values())


def cells_of(path: str, project: Project) -> Counter[str]:
    """The texts of the code cells that hold something; empty where the notebook cannot be read."""
    source = project.source(path)
    if source is None:
        return Counter()
    texts = ("\n".join(line.rstrip() for line in cell.lines).strip() for cell in source.cells)
    return Counter(text for text in texts if text)


def is_alike(one: Counter[str], two: Counter[str]) -> bool:
    """Whether two notebooks are states of one, by their cells."""
    common = sum((one & two).values())
    return common > 1 and common >= ALIKE * min(sum(one.values()), sum(two.values()))
