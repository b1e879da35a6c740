"""Regular expressions that are compiled when they are first used: a warm run on one file needs few of them."""

from __future__ import annotations

import re
from typing import cast


class _Lazy:
    """Stands in for a compiled pattern; keeps each of its methods once it has been asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> object:
        value: object = getattr(re.compile(*self._source), name)
        setattr(self, name, value)
        return value


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but not yet. An error in the pattern shows when it is used."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
