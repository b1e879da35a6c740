from __future__ import annotations

from collections.abc import Iterator

from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule

_ADVICE = {
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
        """Yield one finding a file or cell, but one for all Python 2 together."""
        old: list[tuple[str, Span]] = []
        for summary in project.files.values():
            thing = "cell" if summary.kind == "ipynb" else "file"
            for kind, message, span in summary.unparsed:
                advice = _ADVICE.get(kind, "").format(thing=thing)
                if kind == "python2":
                    old.append((summary.path, span))
                elif kind == "conflict":
                    text = f"a merge conflict was committed in this {thing} (`<<<<<<<`)"
                    yield self.finding(span, text, path=summary.path, advice=advice)
                elif kind == "newer":
                    text = f"this {thing} needs a newer Python than the one that checks it (`{message}`)"
                    yield self.finding(span, text, path=summary.path, advice=advice, severity="note")
                else:
                    text = f"this {thing} does not parse: `{message}`"
                    yield self.finding(span, text, path=summary.path, advice=advice)
        if old:
            path, span = old[0]
            files = list(dict.fromkeys(p for p, _ in old))
            many = "this file is" if len(files) == 1 else f"{len(files)} files of the project are"
            yield self.finding(
                span,
                f"{many} written for `Python 2`, which ended in 2020, so nothing here was checked",
                path=path,
                advice="Convert what is still in use (2to3, then the tests), and add the rest to `exclude`.",
                related=tuple(Related(p, s.cell, s.line, "Python 2") for p, s in old[1:]),
            )
