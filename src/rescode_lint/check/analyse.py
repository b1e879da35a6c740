"""One file: bytes to a Record. A pure function of the bytes, the rules and their options, and so cacheable."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar, cast

from rescode_lint.check.suppress import suppressions
from rescode_lint.facts.credentials import redacted
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Problem, Record, Summary
from rescode_lint.project import Project, summarise
from rescode_lint.read import Source, Unreadable, read, source_from_tree
from rescode_lint.rule import FileRule, NodeRule, NotebookRule, Option, ProjectRule, Rule
from rescode_lint.semantics import Module, walk

_SUBJECT = lazy(r"`([^`]+)`")


class Judges:
    """The rules with their options, sorted by what they look at. Made once a process."""

    def __init__(self, rules: Sequence[type[Rule]], options: Mapping[str, Mapping[str, Option]] | None = None) -> None:
        made = [rule(options.get(rule.code) if options else None) for rule in rules]
        self.by_type: dict[type[ast.AST], list[NodeRule]] = defaultdict(list)
        self.by_type[ast.Constant] = []  # for the Summary's files
        for rule in made:
            if isinstance(rule, NodeRule | FileRule):
                visits = rule.visits if isinstance(rule.visits, tuple) else (rule.visits,)
                for kind in visits:
                    asked = self.by_type[kind]
                    if isinstance(rule, NodeRule):
                        asked.append(rule)
        self.of_files = [r for r in made if isinstance(r, FileRule) and not isinstance(r, NotebookRule)]
        self.of_notebooks = [r for r in made if isinstance(r, NotebookRule)]
        self.of_projects = [r for r in made if isinstance(r, ProjectRule)]


def analyse(path: str, data: bytes, judges: Judges) -> Record:
    """Read, walk and judge one file. Never raises, whatever is in the file."""
    return _analyse(path, lambda: read(path, data), judges)


def analyse_tree(path: str, lines: list[str], tree: ast.Module, judges: Judges) -> Record:
    """The same for what flake8 has read and parsed already."""
    return _analyse(path, lambda: source_from_tree(path, lines, tree), judges)


def _analyse(path: str, reader: Callable[[], Source], judges: Judges) -> Record:
    try:
        return analyse_source(reader(), judges)
    except Unreadable as why:
        return unreadable(path, why.message, why.remedy)
    except RecursionError:
        return unreadable(path, "is nested too deeply to be checked", "split the longest expressions, or exclude it")
    except Exception as error:  # a fault of ours: it is named, and the other files are checked
        what = f"{type(error).__name__} in {_place(error)}: {error}"
        message = f"could not be checked, by a fault of rescode-lint ({what})"
        return without(unreadable(path, message, "report it, and exclude the file until then"), path)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"


def unreadable(path: str, message: str, remedy: str) -> Record:
    """The Record of a file that could not be read at all."""
    kind = "ipynb" if path.endswith(".ipynb") else "py"
    problem = Problem(path, message, remedy, "RSC000")
    return Record(Summary(path, kind), problems=(problem,))  # type: ignore[arg-type]


def analyse_source(source: Source, judges: Judges) -> Record:
    """Walk and judge what has been read."""
    module = walk(source, judges.by_type)
    findings: list[Finding] = []
    problems: list[Problem] = []
    for kind, rules in judges.by_type.items():
        for node, scope in module.nodes[kind] if rules else ():
            module.here = scope
            for rule in rules:
                findings += _guarded(rule, module, problems, lambda r=rule, n=node: r.check(n, module), node)  # type: ignore[misc]
    for file_rule in (*judges.of_files, *(judges.of_notebooks if module.is_notebook else ())):
        module.here = module.scope
        findings += _guarded(file_rule, module, problems, lambda r=file_rule: r.check(module))  # type: ignore[misc]
    path = source.path
    record = Record(
        summarise(module),
        tuple(finding._replace(path=path) for finding in findings),
        suppressions(module),
        tuple(problems),
    )
    secrets = module.credentials()
    if secrets:  # nothing of them may be kept, let alone shown
        text = "\n".join(source.lines)
        record = without(record, path, [text[secret.start : secret.end] for secret in secrets])
    return record


Part = TypeVar("Part")


def without(part: Part, path: str, secrets: Sequence[str] = ()) -> Part:
    """A Record, Finding, Problem or any part of one with all credentials masked: these, and what looks like one.

    Args:
        part: what may hold them.
        path: the file, whose name stays as it is.
        secrets: what is known to be one.
    """
    if isinstance(part, str):
        return part if part == path else cast("Part", redacted(part, secrets=secrets))
    if isinstance(part, tuple):
        parts = [without(item, path, secrets) for item in part]
        return cast("Part", part._make(parts) if hasattr(part, "_make") else tuple(parts))
    return part


def _guarded(
    rule: Rule,
    module: Module,
    problems: list[Problem],
    check: Callable[[], Iterator[Finding]],
    node: ast.AST | None = None,
) -> list[Finding]:
    """What a rule finds; where it crashes, that is a problem with its name, and the other rules go on."""
    try:
        return list(check())
    except RecursionError:  # too deep for the walk is no fault of the rule
        raise
    except Exception as error:  # a rule may raise anything; a crash must not look like clean code
        line = getattr(node, "lineno", None)
        cell = module.source.cell_at(line) if line else None
        where = line - cell.first + 1 if line and cell else line
        problems.append(_crash(rule, module.path, error, cell.position if cell else None, where))
        return []


def judge_project(project: Project, judges: Judges) -> tuple[list[Finding], list[Problem]]:
    """The findings of the rules that look across files."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    for rule in judges.of_projects:
        try:
            findings += list(rule.check(project))
        except Exception as error:  # as above
            problems.append(_crash(rule, "", error, None, None))
    return findings, problems


def _crash(rule: Rule, path: str, error: Exception, cell: int | None, line: int | None) -> Problem:
    message = f"the rule {rule.code} {rule.name} crashed: {type(error).__name__}: {error}"
    return Problem(path, message, f"report it, and go on with `--ignore {rule.code}`", "RSC002", cell, line)


def subject(finding: Finding) -> str:
    """What a finding is about: the first thing that its message has in backticks."""
    match = _SUBJECT.search(finding.message)
    return match.group(1) if match else finding.message
