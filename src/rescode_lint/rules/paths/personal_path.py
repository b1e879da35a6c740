from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rescode_lint.model import Finding
from rescode_lint.project import Project
from rescode_lint.read import Source
from rescode_lint.rule import Bad, FileRule, Repair, Rewrite
from rescode_lint.rules.paths._literals import places
from rescode_lint.rules.paths._wording import merged_paths, path_finding, without_drafts
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst


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
        '(`Path(os.environ["STUDY_DATA"])`), name it in the README, and join the rest to it. The fix does the first where '
        "the rest of the path is in the repository. Else it names the folder once, below the imports (or takes it from "
        "an option that the file has for it), and lets an environment variable of that name set it. The default is the same "
        'folder in the home of whoever runs the program (`Path.home() / "study"`): the old one for its author. '
        "Google Drive stays where Colab mounts it, as that names nobody. Of a user's folder on a cluster no such thing can "
        "be said: there it is a folder of the same name where the program is started. Where text is needed, it writes `str(…)`. It is unsafe, as the folder may be another."
    )
    limits = (
        "Arguments of `drive.mount`, docstrings, messages, routes, URLs, patterns and placeholders (`/home/<user>`) "
        "are left alone, and so are values that tests make up, settings of a notebook that the reader is told to change, and "
        "a user's own folders by `~` or `Path.home()`. Paths in comments are not seen. "
        "In code that this Python cannot parse (Python 2), only strings that are sure to be such a path are found. Nothing is "
        "fixed in commands, magics and cells of Python 2, nor where a path is compared with recorded ones (`replace`)."
    )
    severity = "error"
    visits = ast.Constant
    safe_fix = False
    VALID = (
        'from pathlib import Path\nDATA = Path(__file__).resolve().parent / "data"',
        'import os\ncache = os.path.expanduser("~/.cache/study")',
        "# %%\nfrom google.colab import drive\ndrive.mount('/content/drive')",
        'def load():\n    """Reads /home/alice/data.csv."""',
        'open("/home/<user>/data.csv")',
        "import sys\nif 'google.colab' in sys.modules:\n    folder = '/content/drive/MyDrive/birds'",
        '# %%\nfolder = "/content/drive/MyDrive/birds"  #@param {type:"string"}',
        "# %%\n# change this to the folder on your drive\nfolder = '/content/drive/MyDrive/birds'",
        'open("/content/drive/MyDrive/PATH-TO-FILES/x.csv")',
        {"tests/test_io.py": 'def test_it():\n    assert settings({"root": "/home/alice/x"}).root == "/home/alice/x"'},
        'import getpass\nopen(f"/home/{getpass.getuser()}/data.csv")',
        'base = "."\nopen(base + "/home/alice/x.csv")',
        'app = App()\n@app.get("/home/alice")\ndef home(): ...',
        "# %%\n%%writefile Dockerfile\nWORKDIR /home/alice/app",
        'from pathlib import Path\nfor folder in [Path("/home/alice/birds"), Path("/home/bob/birds")]:\n'
        "    if folder.is_dir():\n        break",
    )
    INVALID = (
        Bad(
            'import pandas as pd\nsongs = pd.read_csv("/home/alice/study/data/songs.csv")\n'
            "                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`/home/alice/study/data/songs.csv` is hard-coded to one person's home directory",
            'from pathlib import Path\n\nimport pandas as pd\n\nDATA = Path(__file__).resolve().parent / "data"\n'
            'songs = pd.read_csv(DATA / "songs.csv")',
            fixed=(
                "import pandas as pd\n"
                "import os\n"
                "from pathlib import Path\n"
                "\n"
                'DATA_DIR = Path(os.environ.get("DATA_DIR", Path.home() / "study" / "data"))\n'
                "\n"
                'songs = pd.read_csv(DATA_DIR / "songs.csv")'
            ),
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
            fixed=(
                "import os\n"
                "from pathlib import Path\n"
                "\n"
                'DATA_DIR = Path(os.environ.get("DATA_DIR", Path.home()))\n'
                "\n"
                'def load(path=str(DATA_DIR / "songs.csv")):\n'
                "    return open(path)"
            ),
        ),
        Bad(
            'run = 3\nopen(f"/Users/carol/run{run}.csv")\n     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
            "carol",
            fixed=(
                "import os\n"
                "from pathlib import Path\n"
                "\n"
                'DATA_DIR = Path(os.environ.get("DATA_DIR", Path.home()))\n'
                "\n"
                "run = 3\n"
                'open(DATA_DIR / f"run{run}.csv")'
            ),
        ),
        Bad(
            {
                "src/count.py": 'import pandas as pd\n\nsongs = pd.read_csv("/home/alice/study/data/songs.csv")\n'
                "                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
                'out = "/home/alice/study/out/" + name',
                "data/songs.csv": "",
            },
            "2 paths in this file",
            fixed={
                "src/count.py": "import pandas as pd\n"
                "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
                "\n"
                'songs = pd.read_csv(PROJECT_ROOT / "data" / "songs.csv")\n'
                'out = f"{PROJECT_ROOT}/out/" + name',
                "data/songs.csv": "",
            },
        ),
        Bad(
            {
                "nb/count.ipynb": '# %%\nimport pandas as pd\n# %%\nsongs = pd.read_csv("/home/alice/study/data/songs.csv")\n'
                "                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
                "data/songs.csv": "",
                "environment.yml": "",
            },
            "songs.csv",
            fixed={
                "nb/count.ipynb": "# %%\n"
                "import pandas as pd\n"
                "from pathlib import Path\n"
                "\n"
                'PROJECT_ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "environment.yml").exists())\n'
                "# %%\n"
                'songs = pd.read_csv(PROJECT_ROOT / "data" / "songs.csv")',
                "data/songs.csv": "",
                "environment.yml": "",
            },
        ),
        Bad(
            {
                "a.py": 'x = open("c:/Users/bob/songs.csv")\n         ^^^^^^^^^^^^^^^^^^^^^^^^\n'
                'y = open(r"C:\\Users\\bob\\nests.csv")',
            },
            "2 paths in this file are hard-coded to one person's home directory: `C:/Users/bob`",
        ),
        Bad(
            {
                "src/count.py": 'songs = open("/home/alice/git/song-survey/tables/x.csv")\n'
                "             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
                "song_survey/__init__.py": "",
                "tables/y.csv": "",
            },
            "x.csv",
            fixed={
                "src/count.py": "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
                "\n"
                'songs = open(PROJECT_ROOT / "tables" / "x.csv")',
                "song_survey/__init__.py": "",
                "tables/y.csv": "",
            },
        ),
        Bad(
            {
                "src/count.py": '# Where the tables are\nTABLES = "/home/alice/git/song-survey/tables"\n'
                "         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
                "song_survey/__init__.py": "",
                "tables/y.csv": "",
            },
            "tables",
            fixed={
                "src/count.py": "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
                "\n"
                "# Where the tables are\n"
                'TABLES = str(PROJECT_ROOT / "tables")',
                "song_survey/__init__.py": "",
                "tables/y.csv": "",
            },
        ),
        Bad('import os\nos.chdir("/home/alice/study")\n         ^^^^^^^^^^^^^^^^^^^', "`/home/alice/study`"),
        Bad(
            'songs = open(r"\\\\wsl.localhost\\Ubuntu\\home\\erin\\songs.csv")\n'
            "             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "one person's home directory",
        ),
        Bad(
            'import os\nos.system("cp songs.csv ~dave/shared/")\n          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
            "`~dave/shared/`",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; those into the same home are merged."""
        for place in places(file, "personal"):
            yield path_finding(self, place, file)

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | None:
        """The path from the project's folder, where the rest is in the repository; else from a folder named once."""
        from rescode_lint.rules.paths._repair import repair_of_path

        return repair_of_path(node, finding, file, project)

    def fix_text(self, finding: Finding, source: Source, project: Project) -> Rewrite | None:
        """The same in a script of Python 2, without `pathlib`."""
        from rescode_lint.rules.paths._unparsed import rewrite_of_path

        return rewrite_of_path(finding, source, project)

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all paths of a file into the same home."""
        return merged_paths(cls, "personal", findings)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """What a file and its own draft have in common is one finding."""
        return without_drafts(findings)
