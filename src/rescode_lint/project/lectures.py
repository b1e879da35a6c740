"""Which notebooks are lectures, tutorials or essays: their text presents the code."""

import re
from collections.abc import Collection

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary

#: A notebook with more text than this for each code cell is a lecture, a tutorial or an essay.
WORDS_A_CELL, WORDS = 14, 200
#: A project with this many notebooks or more, most of them lectures, is a collection of lectures.
_COLLECTION = 4
#: Folders of notebooks that show a package rather than do research with it.
_SHOWN = lazy(r"(?:^|/)(?:docs?|examples?|tutorials?|demos?|lectures?|lessons?|courses?|solutions?|exercises?)/", re.I)


def is_wordy(prose: int, code_cells: int) -> bool:
    """Tell whether a notebook with so many words of text has much of it for its code cells."""
    return prose >= WORDS and prose >= WORDS_A_CELL * max(code_cells, 1)


def lectures_of(notebooks: Collection[Summary]) -> frozenset[str]:
    """The notebooks that present their code to a reader: by their text, their folder, or the company they keep."""
    wordy = {s.path for s in notebooks if is_wordy(s.prose, s.code_cells)}
    if len(notebooks) >= _COLLECTION and 2 * len(wordy) > len(notebooks):
        return frozenset(s.path for s in notebooks)
    return frozenset(wordy | {s.path for s in notebooks if _SHOWN.search(s.path)})
