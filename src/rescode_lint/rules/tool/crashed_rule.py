from __future__ import annotations

from rescode_lint.rule import Rule


class CrashedRule(Rule):
    """A rule that crashes must not look like clean code. The rule, the file and the cell are named, the other rules go
    on, and the exit code is 2, so that a pipeline stops instead of passing in silence. The same code names a plugin that
    cannot be loaded.

    It cannot be silenced by a comment; `--ignore` with the code of the crashed rule does it.
    """

    code = "RSC002"
    name = "crashed-rule"
    summary = "a rule that crashed, or a plugin that cannot be loaded"
    advice = "Report it to the rule's author, and go on with `--ignore` and the rule's code."
    severity = "error"
