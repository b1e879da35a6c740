"""All Records together: the findings that remain once rules are chosen, doubles dropped and suppressions heeded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from hashlib import blake2b
from typing import NamedTuple

from rescode_lint.check.analyse import Judges, judge_project, subject, without
from rescode_lint.check.suppress import in_text, silence
from rescode_lint.model import NO_TREE, Finding, Problem, Record, Suppression, Tree
from rescode_lint.project import Opener, Project
from rescode_lint.rule import Rule
from rescode_lint.rules.tool.unused_suppression import UnusedSuppression


class Verdict(NamedTuple):
    """What is said of a whole project."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    #: How many findings were silenced in which file.
    suppressed: dict[str, int]


def judge(
    records: Collection[Record],
    judges: Judges,
    rules: Iterable[type[Rule]],
    chosen: Collection[str],
    ignored: Callable[[str], Collection[str]] = lambda path: (),
    tree: Tree = NO_TREE,
    *,
    merge: bool = True,
    opener: Opener = lambda path: None,
) -> Verdict:
    """Judge a project by its Records.

    Args:
        records: one for each file, in any order.
        judges: the rules with their options.
        rules: the whole catalog, for what is said about suppressions.
        chosen: codes of the rules that are on.
        ignored: path -> codes that `per-file-ignores` turns off there.
        tree: what the repository holds besides.
        merge: one finding for each root cause; False where each place is to be fixed.
        opener: path -> bytes, for rules that show a text of another file; None where there is none.
    """
    rules = tuple(rules)
    project = Project((record.summary for record in records), tree, opener)
    across, problems = judge_project(project, judges)
    findings = [finding for record in records for finding in record.findings] + across
    problems = [
        without(problem, problem.path)
        for problem in (*(problem for record in records for problem in record.problems), *problems)
        if problem.code != "RSC002" or any(f"rule {code} " in problem.message for code in chosen)
    ]
    off: dict[str, Collection[str]] = {}
    kept: list[Finding] = []
    for finding in findings:
        if finding.code in chosen:
            if finding.path not in off:
                off[finding.path] = ignored(finding.path)
            if finding.code not in off[finding.path]:
                kept.append(finding)
    kept = _without_doubles(kept, {rule.code: rule.yields_to for rule in rules})
    by_path = {record.summary.path: record.suppressions for record in records if record.suppressions}
    texts = {finding.path for finding in kept} & tree.texts.keys() - by_path.keys()
    kept, suppressed, used = silence(kept, by_path | {path: in_text(tree.texts[path]) for path in texts})
    merged = _merged(kept, {rule.code: rule for rule in rules}, project)
    kept = merged if merge else _places_of(merged, kept)
    shown = {finding.code for finding in across}  # what quotes other files may quote a credential
    kept = [without(finding, finding.path) if finding.code in shown else finding for finding in kept]
    if UnusedSuppression.code in chosen:
        kept += _unused(by_path, used, rules, chosen, ignored)
    return Verdict(_identified(kept), tuple(problems), suppressed)


def _without_doubles(findings: list[Finding], yields_to: dict[str, tuple[str, ...]]) -> list[Finding]:
    """Drop what another rule says better at the same place."""
    if not any(yields_to.values()):
        return findings
    at: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for finding in findings:
        at[_place(finding)].add(finding.code)
    return [f for f in findings if at[_place(f)].isdisjoint(yields_to.get(f.code, ()))]


def _merged(findings: list[Finding], rules: dict[str, type[Rule]], project: Project) -> list[Finding]:
    """One finding for each root cause: what a rule says of one group in one file, or in the whole project."""
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    kept = []
    for finding in findings:
        if finding.group:
            groups[finding.code, finding.path, finding.group].append(finding)
        else:
            kept.append(finding)
    for (code, _, _), members in groups.items():
        members.sort(key=lambda f: (f.span.cell or 0, f.span))
        rule = rules[code]
        if len(members) > rule.merge_above:
            whole = rule.merged(members)
            members = [whole._replace(fix=whole.fix or next((f.fix for f in members if f.fix), None))]
        kept += members
    for code, rule in rules.items():
        if rule.across.__func__ is not Rule.across.__func__:  # type: ignore[attr-defined]
            kept = [f for f in kept if f.code != code] + rule.across([f for f in kept if f.code == code], project)
    return kept


def _places_of(merged: list[Finding], findings: list[Finding]) -> list[Finding]:
    """Of findings place by place, those in files that what they were merged to speaks about."""
    spoken = {(f.code, path) for f in merged for path in (f.path, *(related.path for related in f.related))}
    return [finding for finding in findings if (finding.code, finding.path) in spoken]


def _place(finding: Finding) -> tuple[object, ...]:
    return (finding.path, finding.span.cell, finding.span.line, finding.span.column)


def _unused(
    by_path: dict[str, tuple[Suppression, ...]],
    used: set[tuple[str, int]],
    rules: tuple[type[Rule], ...],
    chosen: Collection[str],
    ignored: Callable[[str], Collection[str]],
) -> list[Finding]:
    rule = UnusedSuppression()
    return [
        finding._replace(path=path)
        for path, suppressions in by_path.items()
        if rule.code not in ignored(path)
        for index, suppression in enumerate(suppressions)
        if (path, index) not in used
        for finding in rule.judge(suppression, rules, chosen)
    ]


def _identified(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sorted, each with a fingerprint that stays when lines above it change: rule, file, subject, and its turn there."""
    findings.sort(key=lambda f: (f.path, f.span.cell or 0, f.span.line, f.span.column, f.code, f.message))
    turns: Counter[tuple[str, str, str]] = Counter()
    found: list[Finding] = []
    for finding in findings:
        key = (finding.code, finding.path, subject(finding))
        digest = blake2b("\0".join((*key, str(turns[key]))).encode("utf-8", "replace"), digest_size=8)
        turns[key] += 1
        found.append(finding._replace(fingerprint=digest.hexdigest()))
    return tuple(found)
