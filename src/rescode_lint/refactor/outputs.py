"""What cells put out, without what is another in each run: numbers of memory, times, names of temporary files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

#: What one cell put out: one text for what was printed, one for what was logged, then one for each thing displayed.
Said = tuple[str, ...]


class Ran(NamedTuple):
    """One code cell after a run."""

    #: 1-based, among all cells of its notebook.
    position: int
    id: str | None
    text: str
    outputs: tuple[Mapping[str, Any], ...]


_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\n])")
_ERASED = re.compile("[^\n\b]\b")
#: With its sign, and the blanks that a table of numbers has for it.
_NUMBER = re.compile(r"\s*[-+]?\d+(?:[.,]\d+)*\.?(?:e[-+]?\d+)?(?:[ \t]+(?=[\],]))?", re.I)
_TIME = r"[\d.]+\s*(?:ns|us|µs|μs|ms|s|min|h)\b"
#: What is cut out of a text, and what comes in its place. The order counts.
_ASIDE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.M), new)
    for pattern, new in (
        # `%time`, `%timeit`, bars of progress
        (rf"^(?:CPU times: .*|(?:Wall time|Compiler|Parser) *: {_TIME}.*)(?:\n|\Z)", ""),
        (rf"{_TIME} (?:±|\+-) {_TIME} per loop.*", "<time>"),
        (rf"(?:\d[\d,]* loops?, )?best of \d+: {_TIME} per loop", "<time>"),
        (r"^The slowest run took .*\n?", ""),
        (r"^.*\d+%\|.*\|.*(?:\n|\Z)", ""),
        (r"^.*\b\d+it \[[\d:]+, .*\](?:\n|\Z)", ""),
        (r"\b[\d:]+<[\d:?]+, +[\d.?]+ ?(?:s/it|it/s)", "<time>"),
        # warnings, which tell where a line stands
        (r"^\S.*:\d+: \w*Warning: .*\n(?:[ \t]+.*(?:\n|\Z))?", ""),
        # who logs
        (r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.]+:", r"\1:"),
        # pictures, and names that are drawn anew each time
        (r"data:[\w/+.-]+;base64,(?:[A-Za-z0-9+/=\n]|\\n)+", "<data>"),
        (r"\b0x[0-9A-Fa-f]{5,}\b", "<address>"),
        (r"\b[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\b", "<id>"),
        (r"\bT_[0-9a-f]{5}(?=_|\b)", "<id>"),
        (r"ipykernel_\d+[/\\]\d+\.py", "<cell>"),
        (r"<ipython-input-\d+-[0-9a-f]+>", "<cell>"),
        (r"(?<![\w.])/(?:var/folders|tmp)/[\w./-]*\btmp\w{6,}", "<temporary>"),
    )
)


def said(outputs: Iterable[Mapping[str, Any]], homes: re.Pattern[str] | None = None) -> Said:
    """What the outputs of a cell say; nothing where there is nothing but what is put aside.

    Args:
        outputs: as the notebook format has them.
        homes: finds the names of modules that definitions have moved to, which are `__main__` before.
    """
    streams = {"stdout": "", "stderr": ""}
    shown: list[str] = []
    for output in outputs:
        match output.get("output_type"):
            case "stream":
                name = str(output.get("name", "stdout"))
                streams[name] = streams.get(name, "") + _joined(output.get("text", ""))
            case "error":
                shown.append(_plain(f"{output.get('ename')}: {output.get('evalue')}", homes))
            case "display_data" | "execute_result" | "update_display_data":
                shown.append(_displayed(output.get("data", {}), homes))
    texts = (_plain(_terminal(text), homes) for text in streams.values())
    return tuple(text for text in (*texts, *shown) if text.strip())


def as_it_is(texts: Said) -> Said:
    """The same."""
    return texts


def without_numbers(texts: Said) -> Said:
    """The same with a mark for each number."""
    return tuple(_NUMBER.sub(" #", text) for text in texts)


def homes_of(modules: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the names under which modules may have been imported.

    Args:
        modules: their paths: `src/study/features.py` may be `src.study.features`, `study.features` or `features`.
    """
    names: set[str] = set()
    for path in modules:
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        names.update(".".join(parts[start:]) for start in range(len(parts)))
    if not names:
        return None
    return re.compile(
        rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))})\."
    )


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _terminal(text: str) -> str:
    """What a terminal shows in the end."""
    while "\b" in text:
        shorter = _ERASED.sub("", text)
        if shorter == text:
            break
        text = shorter
    return _OVERWRITTEN.sub("", text.replace("\r\n", "\n"))


def _plain(text: str, homes: re.Pattern[str] | None) -> str:
    text = _ANSI.sub("", text)
    for pattern, new in _ASIDE:
        text = pattern.sub(new, text)
    return homes.sub("__main__.", text) if homes else text


def _displayed(data: Mapping[str, Any], homes: re.Pattern[str] | None) -> str:
    made = []
    for kind, value in sorted(data.items(), key=lambda item: (item[0] != "text/plain", item[0])):
        if kind.startswith("image/"):
            made.append(f"<{kind}>")
        elif "widget" not in kind and kind != "application/javascript":
            text = _joined(value) if isinstance(value, str | list) else json.dumps(value, sort_keys=True)
            made.append(_plain(_terminal(text), homes).strip("\n"))
    return "\n".join(made)


# --- which cell is which ----------------------------------------------------------------------------------------------


def pairs(before: Sequence[Ran], after: Sequence[Ran]) -> list[tuple[Ran | None, Ran | None]]:
    """The cells of a notebook before and after a change, side by side; None where one has gone or come."""
    if all(_identified(cells) for cells in (before, after)):
        by_id = {cell.id: cell for cell in after}
        known = {cell.id for cell in before}
        return [
            *((cell, by_id.get(cell.id)) for cell in before),
            *((None, cell) for cell in after if cell.id not in known),
        ]
    made: list[tuple[Ran | None, Ran | None]] = []
    matcher = SequenceMatcher(None, [cell.text for cell in before], [cell.text for cell in after], autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            made += zip(before[start:end], after[new_start:new_end], strict=True)
        else:
            made += _aligned(before[start:end], after[new_start:new_end])
    return made


def _identified(cells: Sequence[Ran]) -> bool:
    return all(cell.id for cell in cells) and len({cell.id for cell in cells}) == len(cells)


def _aligned(before: Sequence[Ran], after: Sequence[Ran]) -> list[tuple[Ran | None, Ran | None]]:
    """In order, so that the texts of a pair have as many lines in common as can be."""
    height, width = len(before), len(after)
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    alike = [[_alike(one.text, two.text) for two in after] for one in before]
    for row in range(height - 1, -1, -1):
        for column in range(width - 1, -1, -1):
            both = best[row + 1][column + 1] + alike[row][column]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], both)
    made: list[tuple[Ran | None, Ran | None]] = []
    row = column = 0
    while row < height and column < width:
        if best[row][column] == best[row + 1][column + 1] + alike[row][column]:
            made.append((before[row], after[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            made.append((before[row], None))
            row += 1
        else:
            made.append((None, after[column]))
            column += 1
    return [*made, *((cell, None) for cell in before[row:]), *((None, cell) for cell in after[column:])]


def _alike(one: str, two: str) -> float:
    """How alike two texts are; a little above 0 where they have nothing in common."""
    lines, others = ({line.strip() for line in text.splitlines() if line.strip()} for text in (one, two))
    return 0.001 + len(lines & others) / max(1, len(lines | others))


# --- how they differ --------------------------------------------------------------------------------------------------

_LINES, _COLUMNS = 3, 160


def excerpts(before: Said, after: Said) -> tuple[str, str]:
    """What a person has to see of two outputs that differ: the lines from the first that does."""
    one, two = ([line for text in texts for line in text.rstrip("\n").split("\n")] for texts in (before, after))
    at = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return _excerpt(one, at), _excerpt(two, at)


def _excerpt(lines: list[str], at: int) -> str:
    shown = [line if len(line) <= _COLUMNS else line[: _COLUMNS - 1] + "…" for line in lines[at : at + _LINES]]
    if not shown:
        return "nothing more" if lines else "no output"
    return "\n".join((*shown, "…") if at + _LINES < len(lines) else shown)
