from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rescode_lint.model import Finding, Suppression
from rescode_lint.rule import Bad, Rule


class UnusedSuppression(Rule):
    """A suppression that silences nothing is a false statement about the code: the next reader believes that there is
    something to know. It usually outlives the line that it was written for, or it misspells the code, in which case the
    finding is not silenced at all.

    Bare `# noqa` and codes of other tools are left alone: they may be meant for those.
    """

    code = "RSC001"
    name = "unused-suppression"
    summary = "a suppression that silences nothing"
    advice = "Delete it, or name the code that you mean."
    how_to_fix = (
        "Delete the comment or the cell tag. If it was meant to silence something, `rescode rules` lists the codes."
    )
    limits = (
        "A suppression of a rule that is not switched on is not reported, because it cannot be known to be unused. A comment "
        "inside of a string is no comment, though flake8 heeds a `# noqa` there."
    )
    severity = "note"
    VALID = (
        "import os  # noqa: F401",
        "import os  # noqa",
        'DATA = "/home/alice/data.csv"  # noqa: RSC401',
        'TEXT = "# rescode: ignore[RSC401]"\nMORE = """\nx = 1  # noqa: RSC401\n"""',
        'DATA = "/home/alice/data.csv"  # rescode: ignore[personal-path] kept for the archive',
    )
    INVALID = (
        Bad('DATA = "data.csv"  # noqa: RSC401\n                   ^^^^^^^^^^^^^^', "`RSC401`", 'DATA = "data.csv"'),
        Bad(
            "# %%\n# rescode: ignore[RSC401]\n^^^^^^^^^^^^^^^^^^^^^^^^^\nx = 1",
            "`RSC401`",
        ),
        Bad('DATA = "data.csv"  # rescode: ignore[RSC999]\n                   ^^^^^^^^^^^^^^^^^^^^^^^^^', "no rule"),
    )

    def judge(
        self, suppression: Suppression, rules: Iterable[type[Rule]], chosen: Collection[str]
    ) -> Iterator[Finding]:
        """Yield what is to be said of a suppression that silenced nothing."""
        if suppression.kind == "string":
            return
        rules = tuple(rules)
        prefixes = {rule.code.rstrip("0123456789") for rule in rules}
        wrong: list[str] = []
        for code in suppression.codes:
            meant = [rule for rule in rules if rule.code.startswith(code.upper()) or rule.name == code.lower()]
            if not meant:
                ours = suppression.kind in ("ignore", "cell") or code.rstrip("0123456789") in prefixes
                if ours:
                    yield self.finding(suppression.span, f"no rule is called `{code}`{self._hint(code, rules)}")
            elif all(rule.code in chosen for rule in meant if rule.default or len(meant) == 1):
                wrong.append(code)
        if wrong:
            names = ", ".join(f"`{code}`" for code in wrong)
            yield self.finding(suppression.span, f"nothing here is silenced by {names}")
        elif (
            not suppression.codes
            and suppression.kind in ("ignore", "cell", "tag")
            and all(rule.code in chosen for rule in rules if rule.default)
        ):
            what = "the tag `rescode-skip`" if suppression.kind == "tag" else "`rescode: ignore`"
            yield self.finding(suppression.span, f"nothing here is silenced by {what}")

    def _hint(self, code: str, rules: tuple[type[Rule], ...]) -> str:
        from difflib import get_close_matches  # slow to import, and rarely needed

        names = [name for rule in rules for name in (rule.code, rule.name)]
        close = get_close_matches(code, names, 1, 0.6)
        return f"; did you mean `{close[0]}`?" if close else ""
