"""Notebooks: JSON to code cells, each masked and parsed on its own.

A notebook of format 4 has one shape since 2014, so its code is taken from the JSON as it stands; every other (format 3
and older, or a shape that the format does not know) goes through `nbformat`, which upgrades it in memory.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from rescode_lint.lazy import lazy
from rescode_lint.read.ipython import Masked, mask, mask_automagic
from rescode_lint.read.python import parse
from rescode_lint.read.source import Cell, Failure, Source, Unparsed, Unreadable, split_lines
from rescode_lint.read.unparsed import why_unparsed

_LFS = b"version https://git-lfs.github.com/spec/"
#: Lines of automagic in a cell that are understood; each costs a parse.
_AUTOMAGICS = 20
#: So much is read of what an installation prints.
_INSTALL_OUTPUT = 100_000
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
#: The line of a saved traceback that was running, where it asks somebody to type something.
_ASKED = re.compile(r"^-+> *\d+ .*(?<![\w.])(?:raw_)?input\(", re.M)
#: In a saved traceback: colours, the header of what ran in a cell, the line that it points at.
_ANSI = lazy(r"\x1b\[[0-9;]*m")
_CELL_FRAME = lazy(r"^.*(?:\bIn ?\[\d+\]|<ipython-input-|ipykernel_\d+[/\\]|<timed (?:exec|eval)>).*$", re.M)
_ARROW = lazy(r"^-+> *(\d+)(.*)$", re.M)
#: The end of a header that speaks of the cell itself, not of a function that it defines.
_TOP_LEVEL = lazy(r"(?:in <(?:module|cell line)[^>]*>.*|, line \d+)\s*\Z")
#: Characters of an error's message that are kept.
_MESSAGE = 120
#: Characters of the text above and below that are kept.
_AROUND = 400
#: Kernel names that betray a language, for notebooks that do not say it.
_KERNELS = {"ir": "R", "julia": "Julia", "scala": "Scala", "spylon": "Scala", "octave": "Octave", "matlab": "MATLAB"}
_KERNELS |= {
    "javascript": "JavaScript",
    "bash": "Bash",
    "sas": "SAS",
    "stata": "Stata",
    "xcpp": "C++",
    "gophernotes": "Go",
}
_KERNELS |= {"sagemath": "SageMath", "ijulia": "Julia", "irkernel": "R", "deno": "JavaScript", "rust": "Rust"}
#: One spelling for each, whichever the notebook uses.
_LANGUAGES = {language.lower(): language for language in _KERNELS.values()}


def load(data: bytes) -> dict[str, Any]:
    """The notebook as a dictionary of format 4.

    Raises:
        Unreadable: no JSON, or no notebook.
    """
    if not data.strip():
        raise Unreadable("is empty (a notebook needs at least `{}`)", "delete it, or restore it from version control")
    if data.startswith(_LFS):
        raise Unreadable("is a Git LFS pointer, not the notebook itself", "run `git lfs pull`")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("is no UTF-8 text, so no notebook", "restore it from version control") from None
    except json.JSONDecodeError as error:
        if re.search(rb"^<{7} ", data, re.M):
            raise Unreadable("holds a merge conflict", "resolve it with `nbdime` or by hand") from None
        raise Unreadable(
            f"is no valid JSON (line {error.lineno}: {error.msg})", "restore it from version control"
        ) from None
    except ValueError as error:  # a number of thousands of digits
        raise Unreadable(f"is no notebook ({error})", "restore it from version control") from None
    except RecursionError:
        raise Unreadable("is nested too deeply to be a notebook", "restore it from version control") from None
    if not isinstance(notebook, dict):
        raise Unreadable("is JSON, but no notebook", "add it to `exclude`")
    if isinstance(notebook.get("cells"), list):
        return notebook
    if "cells" not in notebook and (isinstance(notebook.get("worksheets"), list) or "nbformat" in notebook):
        return _upgrade(notebook)
    raise Unreadable("is JSON, but no notebook (it has no `cells`)", "add it to `exclude`")


def _upgrade(notebook: dict[str, Any]) -> dict[str, Any]:
    import nbformat  # slow to import, and rarely needed

    version = notebook.get("nbformat")
    try:
        if not isinstance(notebook.get("worksheets"), list):
            return {**notebook, "cells": []}
        if not isinstance(version, int) or version > 3:
            notebook = {**notebook, "nbformat": 3}
        converted: dict[str, Any] = nbformat.convert(nbformat.from_dict(notebook), 4)  # type: ignore[no-untyped-call]
        converted["cells"] = list(converted["cells"])
    except Exception as error:  # nbformat raises whatever the odd shape makes it raise
        raise Unreadable(
            f"is a notebook of format {version} that nbformat cannot upgrade ({type(error).__name__})",
            "open and save it with Jupyter",
        ) from None
    return converted


def language(notebook: dict[str, Any]) -> str:
    """The language, "" for Python: a notebook is Python unless its metadata say otherwise."""
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    info, spec = metadata.get("language_info"), metadata.get("kernelspec")
    info, spec = info if isinstance(info, dict) else {}, spec if isinstance(spec, dict) else {}
    if re.match(r"sage(?:math)?(?![a-z])", str(spec.get("name", "")).lower()):
        return "SageMath"  # it calls itself Python, but `^`, `R.<x>` and the names that it defines are its own
    for said in (info.get("name"), spec.get("language"), metadata.get("language")):
        if isinstance(said, str) and said.strip():
            known = said.strip()
            return "" if "python" in known.lower() or known.lower() == "xonsh" else _LANGUAGES.get(known.lower(), known)
    for said in (spec.get("name"), spec.get("display_name")):
        if isinstance(said, str):
            kernel = re.split(r"[-_ .\d]", said.strip().lower())[0]
            if kernel in _KERNELS:
                return _KERNELS[kernel]
    return ""


def text_of(cell: dict[str, Any]) -> str:
    """A cell's source, which the format allows as one string or as a list of lines."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def code_cells(notebook: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """The code cells with their 1-based position among all cells."""
    cells = notebook["cells"]
    return [
        (position, cell)
        for position, cell in enumerate(cells, 1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]


def markdown(notebook: dict[str, Any]) -> list[str]:
    """The texts of the Markdown cells that say something."""
    cells = (cell for cell in notebook["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "markdown")
    return [text for text in map(text_of, cells) if text]


def read_notebook(path: str, data: bytes) -> Source:
    """Read a notebook; cells that do not parse silence themselves alone.

    Raises:
        Unreadable: no JSON, or no notebook.
    """
    notebook = load(data)
    texts = markdown(notebook)
    other = language(notebook)
    if other:
        return Source(path, "ipynb", [], [], language=other)
    lines: list[str] = []
    masked_lines: list[str] = []
    body: list[ast.stmt] = []
    cells: list[Cell] = []
    shifts: dict[int, int] = {}
    unparsed: list[Unparsed] = []
    for position, raw in code_cells(notebook):
        text = text_of(raw)
        first = len(lines) + 1
        masked, statements, failure = _parse_cell(text, first)
        own = split_lines(text)
        masked_own = own if masked.text is text else split_lines(masked.text)
        lines += own
        masked_lines += masked_own
        body += statements
        if masked.shifts:
            shifts.update((first + line - 1, width) for line, width in masked.shifts.items())
        if failure:
            unparsed.append(failure)
        cell = _cell(position, raw, first, own, masked, failure)
        if position > 1 and texts and _is_headed(notebook["cells"], position):
            cell = cell._replace(heading=True)
        if cell.error:
            cell = cell._replace(error=cell.error._replace(around=_around(notebook["cells"], position)))
        cells.append(cell)
    return Source(
        path,
        "ipynb",
        lines,
        body,
        masked=masked_lines,
        cells=tuple(cells),
        shifts=shifts,
        unparsed=tuple(unparsed),
        prose=sum(text.count(" ") + 1 for text in texts),  # about how many words
        markdown="\n".join(texts),
        on_gpu=_on_gpu(notebook.get("metadata")),
    )


def _on_gpu(metadata: object) -> bool:
    """Whether a notebook's metadata ask for a GPU, as Colab and Kaggle write it."""
    metadata = metadata if isinstance(metadata, dict) else {}
    kaggle = metadata.get("kaggle")
    return metadata.get("accelerator") == "GPU" or (isinstance(kaggle, dict) and kaggle.get("isGpuEnabled") is True)


def _parse_cell(text: str, first: int) -> tuple[Masked, list[ast.stmt], Unparsed | None]:
    masked = again = mask(text)
    explicit = text
    made: list[int] = []
    while True:
        try:
            statements = parse(again.text, first)
        except SyntaxError as error:
            failure = error.with_traceback(None)  # or a cycle through this frame keeps the whole file
        else:
            return (_again(again, made) if made else masked), statements, None
        line = (failure.lineno or first) - first + 1
        better = mask_automagic(explicit, line) if len(made) < _AUTOMAGICS else None
        if better is None:
            return masked, [], why_unparsed(failure, text, first, _again(again, made).shifts)
        made.append(line)
        explicit = better
        again = mask(explicit)


def _again(masked: Masked, made: list[int]) -> Masked:
    """A cell whose automagic was made explicit: the user wrote no `%`. A variable of that name would win."""
    shifts = {line: width - made.count(line) for line, width in masked.shifts.items()}
    return masked._replace(shifts=shifts, opaque=True)


def _cell(
    position: int, raw: dict[str, Any], first: int, lines: list[str], masked: Masked, failure: Unparsed | None
) -> Cell:
    metadata = raw.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    count = raw.get("execution_count", raw.get("prompt_number"))
    identity = raw.get("id")
    outputs = raw.get("outputs")
    return Cell(
        position=position,
        id=identity if isinstance(identity, str) else None,
        first=first,
        lines=tuple(lines),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        execution_count=count if isinstance(count, int) else None,
        magics=masked.magics,
        opaque=masked.opaque or failure is not None,
        star=masked.star,
        isolated=tuple((first + start - 1, first + end - 1) for start, end in masked.isolated),
        unparsed=failure,
        maybe_binds=frozenset(_IDENTIFIER.findall("\n".join(lines))) if failure else frozenset(),
        installed=_installed(raw) if any("install" in line for line in lines) else {},
        error=_error(outputs, lines) if isinstance(outputs, list) and outputs else None,
        has_output=bool(outputs),
    )


#: Outputs that a cell has when it is done.
_RESULTS = ("execute_result", "display_data")


def _error(outputs: list[Any], lines: list[str]) -> Failure | None:
    """The error among the outputs of a cell, if there is one."""
    for output in outputs:
        if isinstance(output, dict) and output.get("output_type") in ("error", "pyerr"):
            name, said, traceback = (output.get(key) for key in ("ename", "evalue", "traceback"))
            message = next(iter(said.split("\n")), "").strip() if isinstance(said, str) else ""
            parts = [part for part in traceback if isinstance(part, str)] if isinstance(traceback, list) else []
            if not name and not message and "Kernel crashed" in "".join(parts):  # VS Code, at the cell that ran last
                if any(isinstance(o, dict) and o.get("output_type") in _RESULTS for o in outputs):
                    continue
                name = "KernelCrash"
            traced = _ANSI.sub("", "\n".join(parts))
            line, changed = _raised_at(traced, lines)
            return Failure(
                name if isinstance(name, str) else "",
                "" if message == "ignored" else _ANSI.sub("", message)[:_MESSAGE],  # Colab drops it
                line,
                changed=changed,
                asked=bool(_ASKED.search(traced)),
            )
    return None


def _is_headed(cells: list[Any], position: int) -> bool:
    """Whether a heading stands in the Markdown cells directly above a cell."""
    for at in range(position - 2, -1, -1):
        cell = cells[at]
        if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
            return False
        text = text_of(cell)
        if text.startswith("#") or "\n#" in text:
            return True
    return False


def _around(cells: list[Any], position: int) -> str:
    """The end of the Markdown cell directly above a cell, and the beginning of that below."""
    above, below = (
        text_of(cell) if isinstance(cell, dict) and cell.get("cell_type") == "markdown" else ""
        for cell in (cells[position - 2] if position > 1 else None, cells[position] if position < len(cells) else None)
    )
    return f"{above[-_AROUND:]}\n{below[:_AROUND]}"


def _raised_at(traceback: str, lines: list[str]) -> tuple[int | None, bool]:
    """The line of the cell at which the arrow of its traceback points, and whether that line is gone."""
    last = max(map(traceback.rfind, ("During handling of the above", "The above exception was")))
    header = _CELL_FRAME.search(traceback, max(last, 0))
    arrow = _ARROW.search(traceback, header.end()) if header else None
    if header is None or arrow is None:
        return None, False
    number, text = int(arrow[1]), arrow[2].strip()
    if number <= len(lines) and lines[number - 1].strip() == text:
        return number, False
    same = [at for at, line in enumerate(lines, 1) if line.strip() == text]  # a cell magic, blank lines above
    if len(same) == 1 and text:
        return same[0], False
    of_cell = _TOP_LEVEL.search(header[0]) and "\n\n" not in traceback[header.end() : arrow.start()]
    return None, bool(of_cell and text and not same and "get_ipython()" not in text)


def _installed(raw: dict[str, Any]) -> dict[str, str]:
    """The versions that pip, uv or conda tells in the saved output of a cell."""
    found: dict[str, str] = {}
    outputs = raw.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        text = output.get("text") if isinstance(output, dict) else None
        if isinstance(text, list):
            text = "".join(part for part in text if isinstance(part, str))
        if not isinstance(text, str):
            continue
        for line in text[:_INSTALL_OUTPUT].split("\n"):
            there = re.search(r"already satisfied: ([\w.-]+).* \((\d[\w.+!-]*)\)", line)
            added = re.match(r" \+ ([\w.-]+)==(\d[\w.+!-]*)", line)
            # Of conda: a row of what is downloaded, and one of what is new (`channel::name-1.0-build`).
            added = added or re.match(r" {4}(\w[\w.-]*)-(\d[\w.!+]*) +\| ", line)
            added = added or re.match(r"  [\w.-]+ +[^\s:]+::(\w[\w.-]*)-(\d[\w.!+]*)-\w+\s*$", line)
            if "Successfully installed " in line:
                new = [word.rpartition("-") for word in line.partition("Successfully installed ")[2].split()]
                found.update((name, version) for name, _, version in new if name and version[:1].isdigit())
            elif there or added:
                name, version = (there or added).groups()  # type: ignore[union-attr]
                found[name] = version
    return found
