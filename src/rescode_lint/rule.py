"""The contract of a rule: one class in one file holds its prose, its examples and its check.

The class's docstring is the rationale that `rescode explain`, the documentation and SARIF show; the examples are tests
and documentation. A rule yields findings through `self.finding(...)`; path, name, severity and the rest are filled in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rescode_lint.model import Confidence, Finding, Fix, Related, RuleInfo, Severity, Span, family
from rescode_lint.project import Project
from rescode_lint.read import Source
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst

__all__ = [
    "Bad",
    "Example",
    "FileRule",
    "Moved",
    "Needed",
    "NodeRule",
    "NotebookRule",
    "Option",
    "ProjectRule",
    "Repair",
    "Rewrite",
    "Rule",
    "Shared",
    "listed",
]

#: One file's text, or several files by path. A notebook is written as text with `# %%` before each cell.
Example = str | Mapping[str, str]
Option = bool | int | float | str | tuple[str, ...]
#: (module, name) for `from module import name`, (module, "") for `import module`; a third text is the name that it gets
#: here, as in `("numpy", "", "np")`. A module may begin with dots.
Needed = tuple[str, str] | tuple[str, str, str]
DOCS = "https://github.com/rescode-lint/rescode-lint/blob/main/docs/rules"


class Bad(NamedTuple):
    """An example that the rule must flag: carets (`^^^`) in the line below mark the span of each finding."""

    code: Example
    #: A part of the message that the (first) finding must have.
    message: str = ""
    #: The better code, for the reader.
    instead: str = ""
    #: The same file (or, by path, files) after the rule's fix: the promise that a fix exists, and a test of it.
    fixed: Example = ""


class Shared(NamedTuple):
    """A constant that a fix needs in a module of the project: written there if its name is not bound there yet."""

    #: Relative to the root; made if it does not exist.
    path: str
    name: str
    #: The statement, such as `TRAIN_TABLE = DATA / "train.csv"`.
    statement: str
    #: What the statement needs imported, as in `Repair.imports`.
    imports: tuple[tuple[str, str], ...] = ()


class Moved(NamedTuple):
    """An import that a fix takes away from its place, and to the imports of another cell."""

    cell: int | None
    statement: cst.SimpleStatementLine


class Repair(NamedTuple):
    """What a fix puts in place of a node, and what the file needs for it."""

    node: cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]
    imports: tuple[Needed, ...] = ()
    #: (name, statement) of constants to stand below the imports, if the name is not bound there yet.
    constants: tuple[tuple[str, str], ...] = ()
    shared: tuple[Shared, ...] = ()
    #: Below the last import of their new cell, as they are.
    moved: tuple[Moved, ...] = ()
    #: Where a magic is found: what shall stand on its line; `node` is the `pass` that stands for it.
    magic: str | None = None


class Rewrite(NamedTuple):
    """What a fix puts in place of a string in a script that Python cannot parse."""

    #: One expression, in any Python.
    code: str
    #: Modules that it needs.
    imports: tuple[str, ...] = ()
    #: As in `Repair`.
    constants: tuple[tuple[str, str], ...] = ()


class Rule:
    """What all rules have in common. Subclass `NodeRule`, `FileRule`, `NotebookRule` or `ProjectRule`."""

    code: ClassVar[str]
    name: ClassVar[str]
    #: One line, lower case, no full stop: what it finds.
    summary: ClassVar[str]
    #: The remedy, one sentence; a finding may give a more exact one.
    advice: ClassVar[str]
    #: Two to four sentences, Markdown: how to fix it properly.
    how_to_fix: ClassVar[str] = ""
    #: What the rule does not see or may get wrong, Markdown.
    limits: ClassVar[str] = ""
    default: ClassVar[bool] = True
    severity: ClassVar[Severity] = "warning"
    confidence: ClassVar[Confidence] = "high"
    #: None: the rule has no fix; True: it has a safe one; False: an unsafe one.
    safe_fix: ClassVar[bool | None] = None
    #: Rules whose finding at the same place says the same thing better: then this one keeps silent.
    yields_to: ClassVar[tuple[str, ...]] = ()
    #: Findings of one group (see `finding`) are merged into one where there are more than this many.
    merge_above: ClassVar[int] = 1
    #: Name -> default of the options in `[tool.rescode.rules.<name>]`; their type is the default's.
    options: ClassVar[Mapping[str, Option]] = {}
    VALID: ClassVar[tuple[Example, ...]] = ()
    INVALID: ClassVar[tuple[Bad, ...]] = ()

    def __init__(self, options: Mapping[str, Option] | None = None) -> None:
        self.option: dict[str, Option] = {**self.options, **(options or {})}

    def finding(
        self,
        span: Span,
        message: str,
        *,
        path: str = "",
        advice: str = "",
        related: tuple[Related, ...] = (),
        confidence: Confidence | None = None,
        severity: Severity | None = None,
        fix: Fix | None = None,
        group: str = "",
    ) -> Finding:
        """A finding of this rule; the message names the thing in backticks.

        Args:
            span: the exact place.
            message: what is wrong here.
            path: the file; needed in project rules only.
            advice: the remedy for this very case; the rule's own by default.
            related: other places of the same cause.
            confidence: where it differs from the rule's.
            severity: likewise.
            fix: what a fix would do.
            group: findings of a file with the same group have one root cause, and are merged once suppressed ones are out.
        """
        return Finding(
            self.code,
            self.name,
            message,
            advice or self.advice,
            path,
            span,
            severity or self.severity,
            confidence or self.confidence,
            fix,
            related,
            group,
        )

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | Repair | None:
        """What to put in the place of a finding that has a `fix`; None where nothing can be.

        Pure, and the one place of a rule that may use libcst: import it in the function, so that a run without fixes
        never loads it. What comes out is verified before it is written: it parses, the finding is gone, no other came,
        no comment is lost.

        Args:
            node: a libcst node whose span is the finding's. Where several share it (an expression statement and its
                call), each is offered, the innermost first, until one is answered.
            finding: with its message and place.
            file: as `check` sees it; `file.scope` tells which names are taken.
            project: all files; `project.tree` tells what else the repository holds.
        """
        return None

    def fix_text(self, finding: Finding, source: Source, project: Project) -> Rewrite | None:
        """The same for a string in a script of Python 2, which has no tree; None where nothing can be put there.

        Args:
            finding: its span is that of one string.
            source: the script.
            project: all files.
        """
        return None

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for several of one group, in order of place: by default the first, with the others as related."""
        first, *others = findings
        places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)
        count = f"{len(others)} more place{'s' if len(others) > 1 else ''}"
        return first._replace(message=f"{first.message} (and at {count} of this file)", related=first.related + places)

    @classmethod
    def by_group(cls, findings: list[Finding]) -> list[Finding]:
        """One finding for each group, whichever files its members stand in: for use in `across`."""
        groups: dict[str, list[Finding]] = {}
        for finding in findings:
            groups.setdefault(finding.group, []).append(finding)
        return [cls.merged(members) if len(members) > 1 else members[0] for members in groups.values()]

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """What remains of all findings of the rule, merged file by file: one for what has one cause in the whole project."""
        return findings

    @classmethod
    def family(cls) -> str:
        """The family that the code's first digit stands for."""
        return family(cls.code)

    @classmethod
    def why(cls) -> str:
        """The docstring, without its indentation: what it does and why it matters."""
        lines = (cls.__doc__ or "").strip().splitlines()
        return "\n".join([lines[0], *(line.removeprefix("    ") for line in lines[1:])]) if lines else ""

    @classmethod
    def info(cls) -> RuleInfo:
        """What a report may say about the rule."""
        return RuleInfo(
            cls.code,
            cls.name,
            cls.summary,
            f"{cls.why()}\n\n{cls.advice}",
            cls.severity,
            cls.default,
            cls.safe_fix is not None,
            f"{DOCS}/{cls.code}.md" if cls.code.startswith("RSC") else "",
            _first_sentence(cls.why()),
        )


def _first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, on one line."""
    match = re.match(r"(.+?[.!?])(?=\s+[A-Z`]|\s*\Z)", " ".join(text.partition("\n\n")[0].split()))
    return match[1] if match else ""


def listed(names: Sequence[str], noun: str, *, most: int = 4) -> str:
    """Names in a sentence, in backticks; of more than four the first `most`, and how many more there are.

    Args:
        names: one or more.
        noun: what one of them is: "name".
        most: how many of many are named.
    """
    shown = [f"`{name}`" for name in names]
    if len(shown) > 4:
        rest = len(names) - most
        shown = [*shown[:most], f"{rest} more {noun}{'s' if rest > 1 else ''}"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


class NodeRule(Rule):
    """Looks at nodes of one or several types, each on its own."""

    visits: ClassVar[type[ast.AST] | tuple[type[ast.AST], ...]]

    def check(self, node: ast.AST, file: Module) -> Iterator[Finding]:
        """Yield the findings at one node; `file.qualname` resolves names as seen from there."""
        raise NotImplementedError


class FileRule(Rule):
    """Looks at a whole file, script or notebook."""

    #: Types whose nodes the rule wants to find in `file.nodes`.
    visits: ClassVar[type[ast.AST] | tuple[type[ast.AST], ...]] = ()

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield the findings of one file."""
        raise NotImplementedError


class NotebookRule(FileRule):
    """A `FileRule` that is asked about notebooks only."""


class ProjectRule(Rule):
    """Looks at the project: all files at once, through their Summaries."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield the findings of the project, each with its `path`."""
        raise NotImplementedError
