from __future__ import annotations

from collections.abc import Iterator

from rescode_lint.model import Finding, Related, Severity
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule

_OLD = "`Python 2`, which ended in 2020, so nothing of it was checked"
_ADVICE = {
    "python2": "Convert what is still in use (2to3, then the tests), and add the rest to `exclude`.",
    "conflict": "Resolve the conflict: keep one side, delete the `<<<<<<<`, `=======` and `>>>>>>>` lines.",
    "newer": "Check with a newer Python: the code is right there.",
    "syntax": "Mend the line, or delete what is scratch: the other rules see nothing of this {thing}.",
}


class UnparsedSource(ProjectRule):
    """What Python cannot parse, nobody can run, and no rule can check. A cell that does not parse silences itself alone:
    the other cells of the notebook are checked, and its names count as defined.

    Three cases that are no slip of the keyboard are told apart: Python 2 code (one finding for the whole project), code
    that needs a newer Python than the one that checks, and a merge conflict that was committed.
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
    VALID = ("x = 1", "# %%\nls\n# %%\n%timeit x = 1")
    INVALID = (
        Bad("x = (1\n    ^", "does not parse"),
        Bad("print 'hello'\n^", "Python 2"),
        Bad("<<<<<<< HEAD\n^\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n", "merge conflict"),
        Bad("# %%\nx = 1\n# %%\nfor in y:\n    ^\n# %%\nx + 1", "cell"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a file or cell; those on Python 2 are merged below."""
        for summary in project.files.values():
            thing = "cell" if summary.kind == "ipynb" else "file"
            for kind, message, span in summary.unparsed:
                advice = _ADVICE.get(kind, "").format(thing=thing)
                severity: Severity | None = None
                if kind == "python2":
                    text = f"this {thing} is written for {_OLD}"
                elif kind == "conflict":
                    text = f"a merge conflict was committed in this {thing} (`<<<<<<<`)"
                elif kind == "newer":
                    text = f"this {thing} needs a newer Python than the one that checks it (`{message}`)"
                    severity = "note"
                else:
                    text = f"this {thing} does not parse: `{message}`"
                yield self.finding(span, text, path=summary.path, advice=advice, severity=severity)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for all Python 2 of the project, at the first place."""
        old = sorted((f for f in findings if _OLD in f.message), key=lambda f: (f.path, f.span.cell or 0, f.span))
        if len(old) < 2:
            return findings
        first = old[0]
        files = len({finding.path for finding in old})
        text = first.message
        if files > 1:
            text = f"{files} files of the project are written for {_OLD}"
        elif first.path.endswith(".ipynb"):
            text = f"{len(old)} cells of this notebook are written for {_OLD}"
        related = tuple(Related(f.path, f.span.cell, f.span.line, "Python 2") for f in old[1:])
        return [f for f in findings if _OLD not in f.message] + [first._replace(message=text, related=related)]
