"""Words and styles of names."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Literal, NamedTuple

from rescode_lint.model import Name, Summary

Style = Literal["snake_case", "camelCase", "PascalCase", "UPPER_CASE", "Mixed_Case", ""]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+\Z")
_CAMEL = re.compile(r"[a-z][a-z0-9]+(?:[A-Z][a-z0-9]+)+\Z")
_PASCAL = re.compile(r"(?:[A-Z][a-z0-9]+){2,}\Z")
_UPPER = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\Z")
_MIXED = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\Z")
_HUMP = re.compile(r"[a-z][A-Z][a-z]|\b[A-Z][a-z]+_|_[A-Z][a-z]{2,}")


def style(name: str) -> Style:
    """The style that a name shows; "" where it shows none, as one word does, or mathematics (`X_train`, `nPCs`)."""
    bare = name.strip("_")
    if _SNAKE.match(bare):
        return "snake_case"
    if _CAMEL.match(bare):
        return "camelCase"
    if _PASCAL.match(bare):
        return "PascalCase"
    if _UPPER.match(bare):
        return "UPPER_CASE"
    if _MIXED.match(bare) and _HUMP.search(bare):
        return "Mixed_Case"
    return ""


def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `numEpochs` and `num_epochs` -> ("num", "epochs")."""
    return tuple(part.lower() for part in _WORD.findall(name))


class Usage(NamedTuple):
    """A name in one kind, with every file that gives it."""

    kind: str
    name: str
    places: tuple[tuple[str, Name], ...]

    @property
    def uses(self) -> int:
        """In how many scopes of the project."""
        return sum(place.uses for _, place in self.places)


def vocabulary(files: list[Summary]) -> dict[tuple[str, str], Usage]:
    """Every name of more than one word, by kind and name, over the files given."""
    found: dict[tuple[str, str], list[tuple[str, Name]]] = defaultdict(list)
    for summary in files:
        for name in summary.names:
            found[name.kind, name.name].append((summary.path, name))
    return {key: Usage(*key, tuple(places)) for key, places in found.items()}
