from __future__ import annotations

from collections.abc import Iterator

from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule

_HEAD = "def used(x: int) -> int:\n    return x + 1\n\n"
_BODY = "    total = 0\n    for row in rows:\n        if row:\n            total += row\n    return total\n"
_TEST = "from lab.a import used\n\ndef test_used():\n    assert used(1) == 2\n"


class UntestedFunction(ProjectRule):
    """In a module that tests import, the functions which they never reach look tested and are not: the badge is green, the
    file appears in the test folder, and the branch that makes the table is run by nobody but the author.

    Calls are followed from the tests through the whole project. One finding a module, which lists the functions.
    """

    code = "RSC502"
    name = "untested-function"
    summary = "a public function that no test reaches, in a module that tests import"
    advice = "Write a test that calls it."
    how_to_fix = "Add a test beside those of the module: the smallest input that means something, and a result that you know."
    limits = (
        "Whatever is mentioned counts as called, and `x.fit` counts as a call of every `fit`, so that no tested function is "
        "named; some untested ones are missed. Methods, private functions and functions of one or two statements are left alone."
    )
    severity = "note"
    options = {"min-statements": 3}
    VALID = (
        {"lab/a.py": _HEAD + "def other(rows: list[int]) -> int:\n    used(1)\n" + _BODY, "tests/test_a.py": _TEST + "\nfrom lab.a import other\n\ndef test_o():\n    other([])\n"},
        {"lab/a.py": _HEAD + "def _other(rows: list[int]) -> int:\n" + _BODY, "tests/test_a.py": _TEST},
    )
    INVALID = (
        Bad({"lab/a.py": _HEAD + "def other(rows: list[int]) -> int:\n    ^^^^^\n" + _BODY, "tests/test_a.py": _TEST}, "`other`"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a module."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        for summary in project.modules:
            if summary.path not in project.tested_files:
                continue
            missed = [
                d
                for d in summary.definitions
                if d.kind == "function"
                and d.statements >= least
                and not d.name.startswith("_")
                and not d.doctest
                and (summary.path, d.name) not in project.tested_units
            ]
            if missed:
                yield self._found(summary, missed)

    def _found(self, summary: Summary, missed: list[Definition]) -> Finding:
        public = sum(1 for d in summary.definitions if d.kind == "function" and not d.name.startswith("_"))
        first = max(missed, key=lambda d: (d.branches, d.statements))
        shown = ", ".join(f"`{d.name}`" for d in missed[:5])
        more = f" and {len(missed) - 5} more" if len(missed) > 5 else ""
        message = (
            f"no test reaches `{missed[0].name}`"
            if len(missed) == 1
            else f"no test reaches {len(missed)} of the {public} public functions of this module: {shown}{more}"
        )
        return self.finding(
            missed[0].span,
            message,
            path=summary.path,
            advice=f"Begin with `{first.name}`, which has the most branches."
            if len(missed) > 1
            else f"Write a test that calls `{first.name}` with the smallest input that means something.",
            related=tuple(Related(summary.path, None, d.span.line, f"`{d.name}`") for d in missed[1:]),
        )
