"""The page of a rule in Markdown: what `rescode explain` shows, and what `docs/rules/` holds.

All of it comes from the rule's own fields; what the tool says about an example is what it says when it runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rescode_lint.model import Finding
from rescode_lint.report.text import place, plural, sentence
from rescode_lint.rule import Bad, Example, FileRule, NodeRule, NotebookRule, ProjectRule, Rule
from rescode_lint.testing import files_of, run

#: In this order on every page; the last one only where the measurements are at hand.
HEADINGS = (
    "What it does",
    "Why it matters",
    "Example",
    "Instead",
    "How to fix",
    "How to silence",
    "Known limits",
    "Measured precision",
)
NOT_MEASURED = "Not yet measured."
#: Examples of several findings show this many of them.
_SHOWN = 3
#: Apart from its `#`, so that it is no such comment itself.
_IGNORE = "rescode: ignore"
_NOUN = re.compile(r"(?:an?|the|one|two|several|more|what|no)\b")
_CELL = re.compile(r"^# %%", re.M)


def page(rule: type[Rule], precision: str | None = None) -> str:
    """The page of one rule; without `precision` it has no section about that."""
    parts = {
        "What it does": _what(rule),
        "Why it matters": rule.why().strip(),
        "Example": "\n\n".join(_examples(rule)),
        "Instead": "\n\n".join(_instead(rule)),
        "How to fix": "\n\n".join(dict.fromkeys(text for text in (rule.advice, rule.how_to_fix) if text)),
        "How to silence": "\n\n".join(_silence(rule)),
        "Known limits": rule.limits or "None that we know of.",
    }
    if precision is not None:
        parts["Measured precision"] = precision
    sections = "".join(f"\n## {heading}\n\n{parts[heading]}\n" for heading in HEADINGS if heading in parts)
    return f"# {rule.code} {rule.name}\n\n{facts(rule)}\n{sections}"


def facts(rule: type[Rule]) -> str:
    """One line: family, default, severity, confidence, fix."""
    fix = {None: "no automatic fix", True: "safe fix", False: "unsafe fix"}[rule.safe_fix]
    default = "on by default" if rule.default else "**off by default**"
    said = (f"Family {rule.family()}", default, f"severity {rule.severity}", f"confidence {rule.confidence}", fix)
    return " · ".join(said)


def shown_examples(rule: type[Rule]) -> tuple[Bad, ...]:
    """The bad examples that the page shows: the first two, or one where it takes several files."""
    first, second = rule.INVALID[:1], rule.INVALID[1:2]
    short = all(isinstance(bad.code, str) for bad in first + second)
    return first + second if short else first


def shown_instead(rule: type[Rule]) -> tuple[Example, ...]:
    """What the page puts in place of the bad examples."""
    better = tuple(bad.instead or bad.fixed for bad in shown_examples(rule) if bad.instead or bad.fixed)
    return better or rule.VALID[:1]


def _what(rule: type[Rule]) -> str:
    summary = rule.summary.strip()
    head = f"Reports {summary}" if _NOUN.match(summary) else summary[:1].upper() + summary[1:]
    if issubclass(rule, ProjectRule):
        scope = "It looks at the whole project at once, and reports on the files that were asked for."
    elif issubclass(rule, NotebookRule):
        scope = "It looks at notebooks, one at a time."
    elif issubclass(rule, NodeRule | FileRule):
        scope = "It looks at scripts and notebooks, one at a time."
    else:
        scope = ""
    return f"{sentence(head)} {scope}".rstrip()


# --- examples ---------------------------------------------------------------------------------------------------------


def _examples(rule: type[Rule]) -> Iterator[str]:
    bads = shown_examples(rule)
    if not bads:
        yield "It has no example: it speaks about a run of the tool, not about code."
    for bad in bads:
        yield _code(bad.code)
        files, _ = files_of(bad.code)
        said = run(files, rule).findings
        if said:
            lines = [line for finding in said[:_SHOWN] for line in _finding(finding)]
            more = len(said) - _SHOWN
            yield _fence("\n".join([*lines, f"… and {more} more"] if more > 0 else lines), "text")
    if any(_is_notebook(bad.code) for bad in bads):
        yield "(`# %%` stands for the beginning of a notebook cell.)"


def _finding(finding: Finding) -> tuple[str, str]:
    span = finding.span
    where = place(finding.path, span.line, span.column, span.cell)
    return f"{where}: {finding.code} {finding.message}", f"  help: {finding.advice}"


def _instead(rule: type[Rule]) -> Iterator[str]:
    examples = shown_instead(rule)
    if not examples:
        yield "Nothing to write: see *How to fix*."
    for example in examples:
        yield _code(example)


def _code(example: Example) -> str:
    if isinstance(example, str):
        return _fence(example, "python")
    return "\n\n".join(f"`{path}`:\n\n{_fence(text, _language(path))}" for path, text in example.items())


def _language(path: str) -> str:
    ending = path.rpartition(".")[2]
    return {"py": "python", "ipynb": "python", "toml": "toml", "yml": "yaml", "yaml": "yaml"}.get(ending, "text")


def _fence(text: str, language: str) -> str:
    ticks = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", text))])
    return f"{ticks}{language}\n{text.strip(chr(10))}\n{ticks}"


def _is_notebook(example: Example) -> bool:
    if isinstance(example, str):
        return _CELL.match(example) is not None
    return any(path.endswith(".ipynb") and _CELL.search(text) for path, text in example.items())


# --- silencing --------------------------------------------------------------------------------------------------------


def _silence(rule: type[Rule]) -> Iterator[str]:
    in_code, in_settings = hasattr(rule, "check"), hasattr(rule, "check") or hasattr(rule, "judge")
    if not in_settings:
        yield "Nothing silences it, because it says that a part of the work was not done: see *How to fix*."
        return
    if in_code:
        comment = f"# {_IGNORE}[{rule.name}] the reason"
        yield (
            f"- **One line:** `# noqa: {rule.code}`, or with a reason: `{comment}`.\n"
            f"- **One notebook cell:** `{comment}`, alone on the first line of the "
            "cell; or the cell tag `rescode-skip`, which silences every rule there.\n"
            f"- **Everywhere:** `--ignore {rule.code}`, or in `pyproject.toml`, where single folders can be named too:"
        )
    else:
        yield f"No comment silences it; `--ignore {rule.code}` does, and so does `pyproject.toml`:"
    comment = "# everywhere" if rule.default else "# off by default"
    table = f'[tool.rescode]\nignore = ["{rule.code}"]  {comment}\n\n'
    yield _fence(f'{table}[tool.rescode.per-file-ignores]\n"old/*" = ["{rule.code}"]  # only there', "toml")
    if rule.options:
        options = "\n".join(f"{name} = {json.dumps(value)}" for name, value in rule.options.items())
        table = f"[tool.rescode.rules.{rule.name}]\n{options}"
        yield f"It can also be made more or less strict. Its options, with their defaults:\n\n{_fence(table, 'toml')}"


# --- precision --------------------------------------------------------------------------------------------------------


def measured(text: str) -> dict[str, str]:
    """Code -> what `docs/precision.md` says of the rule, as sentences.

    Its table has the columns rule, name, repositories, sampled, right, what was wrong, what was done, in any order.
    """
    found: dict[str, str] = {}
    columns: list[str] = []
    for line in text.splitlines():
        cells = _cells(line)
        if not cells:
            columns = []
        elif not columns:
            columns = [cell.lower() for cell in cells]
        elif "rule" in columns and len(cells) == len(columns):
            row = dict(zip(columns, cells, strict=True))
            code = re.search(r"[A-Z]{3,5}\d{3}", row["rule"])
            if code:
                found[code[0]] = _sentences(row)
    return found


def _cells(line: str) -> list[str]:
    line = line.strip()
    if not line.startswith("|"):
        return []
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip("|"))]


def _sentences(row: dict[str, str]) -> str:
    sampled, right = _number(row.get("sampled", "")), _number(row.get("right", ""))
    if not sampled or right is None:
        return NOT_MEASURED
    repositories = _number(row.get("repositories", ""))
    where = f" in {repositories} public repositories" if repositories else " in public repositories"
    share = f"{right} were right ({100 * right // sampled} %)"
    said = [f"Of {plural(sampled, 'finding')}{where}, read one by one, {share}."]
    for label, column in (("What was wrong", "what was wrong"), ("What was done", "what was done")):
        text = next((value for key, value in row.items() if key.startswith(column)), "")
        if text.strip("-–— "):
            said.append(sentence(f"{label}: {text}"))
    return " ".join(said)


def _number(text: str) -> int | None:
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits else None
