"""Reports: one renderer a file, each from a `Report` to the text that is written out.

What a renderer returns ends in a newline, or is empty where there is nothing to say.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from rescode_lint.report.text import WIDTH, Look

if TYPE_CHECKING:
    from rescode_lint.model import Report

#: The name of a format -> the module that renders it.
FORMATS: dict[str, str] = {
    "full": "rescode_lint.report.full",
    "concise": "rescode_lint.report.concise",
    "json": "rescode_lint.report.json_v1",
    "sarif": "rescode_lint.report.sarif",
    "github": "rescode_lint.report.github",
    "gitlab": "rescode_lint.report.gitlab",
    "rdjson": "rescode_lint.report.rdjson",
    "junit": "rescode_lint.report.junit",
}

#: The formats that can be asked for counts per rule instead of findings.
STATISTICS: dict[str, str] = {
    "full": "rescode_lint.report.statistics",
    "concise": "rescode_lint.report.statistics",
    "json": "rescode_lint.report.statistics_json",
}


class Renderer(Protocol):
    """What the module of a format offers as `render`."""

    def __call__(self, report: Report, look: Look = ..., /) -> str:
        """Render a report."""


def render(
    report: Report,
    format: str,
    *,
    color: bool = False,
    quiet: bool = False,
    verbose: bool = False,
    show_fixes: bool = True,
    statistics: bool = False,
    width: int = WIDTH,
) -> str:
    """The report in one of `FORMATS`, or its counts per rule in one of `STATISTICS`; KeyError for any other name."""
    module = import_module((STATISTICS if statistics else FORMATS)[format])
    look = Look(color=color, quiet=quiet, verbose=verbose, show_fixes=show_fixes, width=width)
    return cast("Renderer", module.render)(report, look)
