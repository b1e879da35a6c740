"""What the machine formats share: paths and lines as a server sees them, fingerprints, JSON for every reader."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from rescode_lint.report.text import is_absolute, place, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescode_lint.model import Finding, Report

NAME = "rescode-lint"


def dump(data: object) -> str:
    """JSON in ASCII, whatever encoding the output has, without the lone surrogates that strict readers refuse."""

    def escape(match: re.Match[str]) -> str:
        return json.dumps(re.sub("[\ud800-\udfff]", "\ufffd", match[0]))[1:-1]

    return re.sub("[^\x00-\x7f]+", escape, json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def repository_path(report: Report, path: str) -> str:
    """The path as the repository's server sees it: of the project's folder and the caller's, from the outer one."""
    prefix = posixpath.normpath(report.prefix.replace(os.sep, "/")) if report.prefix else "."
    if not path or is_absolute(path) or is_absolute(prefix) or prefix.split("/")[0] in (".", ".."):
        return path
    return posixpath.join(prefix, path)


def in_notebook(finding: Finding) -> bool:
    """Whether a finding stands in a cell."""
    return finding.span.cell is not None or finding.path.endswith(".ipynb")


def file_line(finding: Finding) -> int:
    """The line in the file as it lies on the disk: for a notebook, the line of its JSON."""
    return finding.raw_line or 1 if in_notebook(finding) else finding.span.line


def described(finding: Finding) -> str:
    """Message and advice; for a notebook behind the place that its reader knows."""
    span = finding.span
    head = f"{place('', span.line, span.column, span.cell)}: " if span.cell is not None else ""
    return f"{head}{sentence(finding.message)} {sentence(finding.advice)}".strip()


def unique_fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A fingerprint for each finding, no two alike: of equal findings the second is the second, wherever it moves."""
    seen: Counter[str] = Counter()
    fingerprints = []
    for finding in findings:
        fingerprint = finding.fingerprint or _digest(finding.path, finding.code, finding.message)
        seen[fingerprint] += 1
        nth = seen[fingerprint]
        fingerprints.append(fingerprint if nth == 1 else _digest(fingerprint, str(nth)))
    return fingerprints


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
