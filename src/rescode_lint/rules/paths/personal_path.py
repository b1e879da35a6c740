from __future__ import annotations

import ast
from collections.abc import Iterator

from rescode_lint.model import Finding
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.paths._literals import places
from rescode_lint.rules.paths._wording import merged_paths, path_finding
from rescode_lint.semantics import Module


class PersonalPath(FileRule):
    """A path into somebody's home directory or Google Drive works for one person on one computer. Everybody else (a
    reviewer, the cluster, the author with a new laptop) gets `FileNotFoundError` and has to search the code for what to
    change. The path also publishes a user name and the layout of a disk.

    All paths of a file into the same home are one finding.
    """

    code = "RSC401"
    name = "personal-path"
    summary = "a path into one person's home directory or Google Drive"
    advice = (
        "Name one folder, from an argument, an environment variable or the project's own place, and join the "
        "rest to it."
    )
    how_to_fix = (
        "Keep small data in the repository and build the path from the file's own place: "
        '`Path(__file__).resolve().parent / "data" / "x.csv"`, or from `Path.cwd()` in a notebook. For data that are '
        "kept elsewhere, read one folder from an environment variable or an argument "
        '(`Path(os.environ["STUDY_DATA"])`), name it in the README, and join the rest to it.'
    )
    limits = (
        "Arguments of `drive.mount`, docstrings, messages, routes, URLs, patterns and placeholders (`/home/<user>`) "
        "are left alone, and so are a user's own folders by `~` or `Path.home()`. Paths in comments are not seen."
    )
    severity = "error"
    visits = ast.Constant
    VALID = (
        'from pathlib import Path\nDATA = Path(__file__).resolve().parent / "data"',
        'import os\ncache = os.path.expanduser("~/.cache/study")',
        "# %%\nfrom google.colab import drive\ndrive.mount('/content/drive')",
        'def load():\n    """Reads /home/alice/data.csv."""',
        'open("/home/<user>/data.csv")',
        'import getpass\nopen(f"/home/{getpass.getuser()}/data.csv")',
        'base = "."\nopen(base + "/home/alice/x.csv")',
        'app = App()\n@app.get("/home/alice")\ndef home(): ...',
        "# %%\n%%writefile Dockerfile\nWORKDIR /home/alice/app",
    )
    INVALID = (
        Bad(
            'import pandas as pd\nsongs = pd.read_csv("/home/alice/study/data/songs.csv")\n'
            "                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`/home/alice/study/data/songs.csv` is hard-coded to one person's home directory",
            'from pathlib import Path\n\nimport pandas as pd\n\nDATA = Path(__file__).resolve().parent / "data"\n'
            'songs = pd.read_csv(DATA / "songs.csv")',
        ),
        Bad(
            "# %%\n%cd /content/drive/MyDrive/study\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`/content/drive/MyDrive/study` is hard-coded to one person's Google Drive",
        ),
        Bad(
            'def load(path=r"C:\\Users\\Bob\\songs.csv"):\n              ^^^^^^^^^^^^^^^^^^^^^^^^^\n'
            "    return open(path)",
            "Bob",
            "def load(path):\n    return open(path)",
        ),
        Bad('run = 3\nopen(f"/Users/carol/run{run}.csv")\n     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^', "carol"),
        Bad(
            'import os\nos.system("cp songs.csv ~dave/shared/")\n          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
            "`~dave/shared/`",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; those into the same home are merged."""
        for place in places(file, "personal"):
            yield path_finding(self, place, file)

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all paths of a file into the same home."""
        return merged_paths(cls, "personal", findings)
