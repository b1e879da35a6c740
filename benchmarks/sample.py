"""Draw findings of a rule from a folder of checked-out repositories, with their code, to be read one by one.

python benchmarks/sample.py FOLDER --select RSC401 --number 40 --seed 1
python benchmarks/sample.py FOLDER --counts
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from pathlib import Path

from rescode_lint.config import Root, Selection, Settings, load
from rescode_lint.model import Finding
from rescode_lint.run.pipeline import Request, lint


def findings_of(repository: Path, select: tuple[str, ...]) -> tuple[Finding, ...]:
    """All findings of a repository, whatever it configures itself."""
    settings: Settings = load(Root(str(repository)), isolated=True, command_line=Selection(select or None))
    request = Request(settings, cwd=str(repository), cache_folder="", places=frozenset({"source", "raw_line"}))
    return lint(request).findings


def show(repository: str, finding: Finding, number: int) -> str:
    """A finding with the lines around it."""
    span = finding.span
    cell = f":cell {span.cell}" if span.cell else ""
    lines = [f"[{number}] {repository}/{finding.path}{cell}:{span.line}:{span.column} {finding.code} {finding.message}"]
    lines += [f"    {finding.source_first + i:4} | {text[:180]}" for i, text in enumerate(finding.source)]
    lines.append(f"    help: {finding.advice}")
    lines += [
        f"    also: {r.path}{f':cell {r.cell}' if r.cell else ''}:{r.line} {r.message}" for r in finding.related[:6]
    ]
    if len(finding.related) > 6:
        lines.append(f"    also: {len(finding.related) - 6} more places")
    return "\n".join(lines)


def main() -> None:
    """Lint every repository of the folder, and print a sample or the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--select", default="", help="codes, with commas")
    parser.add_argument("--number", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--counts", action="store_true", help="how often each rule speaks in each repository")
    arguments = parser.parse_args()
    select = tuple(code for code in arguments.select.split(",") if code)
    repositories = sorted(path for path in arguments.folder.iterdir() if path.is_dir())
    found = {repository.name: findings_of(repository, select) for repository in repositories}
    if arguments.counts:
        codes = sorted({finding.code for findings in found.values() for finding in findings})
        print("repository".ljust(50), *(code.rjust(7) for code in codes))
        for name, findings in found.items():
            counts = Counter(finding.code for finding in findings)
            print(name[:50].ljust(50), *(str(counts[code]).rjust(7) for code in codes))
        return
    # Repositories take turns, so that the largest does not fill the sample.
    draw = random.Random(arguments.seed)
    queues: dict[str, list[Finding]] = defaultdict(list)
    for name, findings in found.items():
        queues[name] = draw.sample(findings, len(findings))
    chosen: list[tuple[str, Finding]] = []
    while len(chosen) < arguments.number and any(queues.values()):
        for name, queue in queues.items():
            if queue and len(chosen) < arguments.number:
                chosen.append((name, queue.pop()))
    total = sum(map(len, found.values()))
    print(f"{len(chosen)} of {total} findings in {sum(1 for f in found.values() if f)} of {len(found)} repositories\n")
    for number, (name, finding) in enumerate(chosen, 1):
        print(show(name, finding, number), end="\n\n")


if __name__ == "__main__":
    main()
