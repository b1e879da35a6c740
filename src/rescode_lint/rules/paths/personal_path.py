from __future__ import annotations

import ast
from collections.abc import Iterator

from rescode_lint.model import Finding, Related
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.paths._literals import Place, places
from rescode_lint.semantics import Module


class PersonalPath(FileRule):
    """A path into one person's home exists on one computer. Everybody else, the reviewer, the cluster, the author's next
    laptop, gets `FileNotFoundError` and has to search the code for what to change; and the path tells the world a user
    name and where the data lie.

    All paths of a file into the same home are one finding.
    """

    code = "RSC401"
    name = "personal-path"
    summary = "a path into one person's home"
    advice = "Build it from the project's folder, or take it from an argument or an environment variable."
    how_to_fix = (
        "Keep small data in the repository and build the path from the file's own place: "
        '`Path(__file__).resolve().parent / "data" / "x.csv"`. For data that lie elsewhere, read one root from an '
        'environment variable or an argument (`Path(os.environ["STUDY_DATA"])`), name it in the README, and join the '
        "rest to it."
    )
    limits = "Arguments of `drive.mount`, docstrings, routes, URLs and placeholders (`/home/<user>`) are left alone."
    severity = "error"
    visits = ast.Constant
    VALID = (
        'from pathlib import Path\nDATA = Path(__file__).parent / "data"',
        "# %%\nfrom google.colab import drive\ndrive.mount('/content/drive')",
        'def f():\n    """Reads /home/alice/data.csv."""',
        'open("/home/<user>/data.csv")',
        'user = "x"\nopen(f"/home/{user}/data.csv")',
        'base = "."\nopen(base + "/home/alice/x.csv")',
        'app = App()\n@app.get("/home/alice")\ndef home(): ...',
    )
    INVALID = (
        Bad('open("/home/alice/data.csv")\n     ^^^^^^^^^^^^^^^^^^^^^^', "`/home/alice`", 'open(DATA / "data.csv")'),
        Bad("# %%\n%cd /content/drive/MyDrive/study\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "Drive"),
        Bad(
            'def load(path="C:\\\\Users\\\\Bob\\\\x.csv"):\n              ^^^^^^^^^^^^^^^^^^^^^^^\n    return open(path)',
            "Bob",
        ),
        Bad('run = 3\nopen(f"/Users/carol/run{run}.csv")\n     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^', "carol"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; those into the same home are merged."""
        for place in places(file):
            if place.path.kind == "personal":
                yield path_finding(self, place, "is one person's home")

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all paths of a file into the same home."""
        return merged_paths(findings)

def path_finding(rule: FileRule, place: Place, what: str) -> Finding:
    """A finding on an absolute path, in the group of its root."""
    root = place.path.root.rstrip("\\/")
    return rule.finding(place.span, f"`{root}` {what}: `{place.path.text}`", group=root)


def merged_paths(findings: list[Finding]) -> Finding:
    """One finding for several paths below the same root."""
    first = findings[0]
    head = first.message.rpartition(": `")[0]
    what = "notebook" if first.path.endswith(".ipynb") else "file"
    return first._replace(
        message=f"{head}, and {len(findings)} paths of this {what} lead there",
        advice="Name the root once, from an argument or an environment variable, and join the rest to it.",
        related=tuple(Related(f.path, f.span.cell, f.span.line, f.message.rpartition(": ")[2]) for f in findings[1:]),
    )
