from __future__ import annotations

from collections.abc import Iterator

from rescode_lint.model import Finding, Related, Severity
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule

_OLD = "`Python 2`, which ended in 2020, so nothing of it was checked"
_BLANK = "to be filled in by the reader"
#: Characters of a blank that are shown.
_MOST = 40
_ADVICE = {
    "python2": "Convert what is still in use (2to3, then the tests), and add the rest to `exclude`.",
    "conflict": "Resolve the conflict: keep one side, delete the `<<<<<<<`, `=======` and `>>>>>>>` lines.",
    "newer": "Check with a newer Python: the code is right there.",
    "blank": "Nothing to do for an exercise: `...` instead of the blank would parse, or name the exercises in `exclude`.",
    "syntax": "Mend the line, or delete what is scratch: the other rules see nothing of this {thing}.",
}


class UnparsedSource(ProjectRule):
    """What Python cannot parse, nobody can run, and no rule can check. A cell that does not parse silences itself alone:
    the other cells of the notebook are checked, and its names count as defined.

    Four cases that are no slip of the keyboard are told apart: Python 2 code and the blanks of exercises (one finding
    each for the whole project), code that needs a newer Python than the one that checks, and a merge conflict that was
    committed.
    """

    code = "RSC000"
    name = "unparsed-source"
    summary = "a file or cell that does not parse"
    advice = "Mend the line, or exclude the file: the other rules see nothing of it."
    how_to_fix = (
        "Mend the syntax error. Python 2 code is converted by `python -m lib2to3 -w FILE` (up to Python 3.12) or by hand; "
        "code that is kept only for the record belongs into `exclude`."
    )
    limits = "Automagic (`ls`, `pip install x`) is understood where IPython would understand it."
    severity = "error"
    VALID = ("x = 1", "# %%\nls\n# %%\n%timeit x = 1", "def mean(values):\n    ...  # YOUR CODE HERE")
    INVALID = (
        Bad("x = (1\n    ^", "does not parse"),
        Bad("print 'hello'\n^", "Python 2"),
        Bad("<<<<<<< HEAD\n^\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n", "merge conflict"),
        Bad("# %%\nx = 1\n# %%\nfor in y:\n    ^\n# %%\nx + 1", "this cell does not parse"),
        Bad("# %%\nfor in y:\n    ^\n# %%\nx = = 1", "2 cells of this notebook do not parse, the first: `"),
        Bad(
            "table = table.ffill()  # fill in missing values\nprint(table)\nx = = 3\n    ^",
            "this file does not parse: `invalid",
        ),
        Bad("# %%\nmodel = # YOUR CODE HERE\n        ^", "`# YOUR CODE HERE` is to be filled in"),
        Bad(
            "# %%\nif x:\n    <your code>\n    ^\n# %%\ny = ____ + + * 2",
            "2 cells of this notebook do not parse, the first: `<your code>` is",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a file or cell; those of one cause are merged below."""
        for summary in project.files.values():
            thing = "cell" if summary.kind == "ipynb" else "file"
            for kind, message, span in summary.unparsed:
                severity: Severity | None = None
                if kind == "python2":
                    text = f"this {thing} is written for {_OLD}"
                elif kind == "blank":
                    shown = message if len(message) <= _MOST else f"{message[: _MOST - 2]} …"
                    text = f"this {thing} does not parse: `{shown}` is {_BLANK}"
                    severity = "note"
                elif kind == "conflict":
                    text = f"a merge conflict was committed in this {thing} (`<<<<<<<`)"
                elif kind == "newer":
                    text = f"this {thing} needs a newer Python than the one that checks it (`{message}`)"
                    severity = "note"
                else:
                    text = f"this {thing} does not parse: `{message}`"
                advice = _ADVICE[kind].format(thing=thing)
                yield self.finding(span, text, path=summary.path, advice=advice, severity=severity)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for all Python 2 of the project, one for all its blanks, one for the broken cells of a notebook."""
        causes: dict[str, list[Finding]] = {}
        for finding in findings:
            many = next((cause for cause in (_OLD, _BLANK) if cause in finding.message), "")
            cells = finding.path if "this cell does not parse" in finding.message else ""
            causes.setdefault(many or cells or repr(finding), []).append(finding)
        return [_merged(same) for same in causes.values()]


def _merged(same: list[Finding]) -> Finding:
    """One finding at the first of the places that have one cause."""
    first, *others = sorted(same, key=lambda finding: (finding.path, finding.span.cell or 0, finding.span))
    if not others:
        return first
    files = len({finding.path for finding in same})
    subject = f"{files} files of the project" if files > 1 else f"{len(same)} cells of this notebook"
    if _OLD in first.message:
        text, what = f"{subject} are written for {_OLD}", "Python 2"
    else:
        text, what = f"{subject} do not parse, the first: `{first.message.partition('`')[2]}", "nor does this"
    related = tuple(Related(other.path, other.span.cell, other.span.line, what) for other in others)
    return first._replace(message=text, related=related)
