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


class MachinePath(FileRule):
    """`/data/run3`, `/scratch`, a drive letter or a bucket is where one machine, one cluster or one account keeps its
    data. Code that names it fails wherever it is missing, and when the data move, every script has to be edited. A
    folder that is named in one place, and can be set from outside, moves with them.

    All paths of a file below the same root are one finding.
    """

    code = "RSC402"
    name = "machine-path"
    summary = "an absolute path to data, code or results on one machine, cluster or platform"
    advice = (
        "Name the root once, from an argument, an environment variable or a configuration file, and join the "
        "rest to it."
    )
    how_to_fix = (
        'Read the root once (`DATA = Path(os.environ.get("STUDY_DATA", "data"))`, or an `argparse` option), join the '
        "rest to it, and say in the README what has to be there. The fix builds the path from the file's own place where "
        "the rest of it is in the repository. Else it names the folder once, below the imports (or takes it from an option "
        "that the file has for it), and lets an environment variable of that name set it. The default is the folder as it "
        "was, so that nothing changes where it worked. Where text is needed, it writes `str(…)`. It is unsafe, as the "
        "variable may be set already."
    )
    limits = (
        "System files (`/dev/null`, `/etc`, `/usr`, `/tmp`), routes, URLs, open-data buckets, patterns, keys of HDF5 "
        "files, messages, docstrings, checks such as `os.path.exists` (unless the folder is used too), and fallbacks of environment variables are left "
        'alone, and so is the tail of a longer path (`root + "/data"`). A path below an unknown folder counts only '
        "where it is opened, or where its name says that it is one (`data_dir`). In code that this Python cannot parse, only "
        "what is sure is found; of this, scripts of Python 2 are fixed. Commands and magics are not. Fields of a form "
        "(`#@param`) are left alone."
    )
    visits = ast.Constant
    safe_fix = False
    VALID = (
        'open("/dev/null")',
        'import os\nDATA = os.environ.get("STUDY_DATA", "/scratch/study")',
        'import re\nre.compile("/data/(.*)")',
        'import h5py\nwith h5py.File("x.h5") as f:\n    f["/data/train"]',
        'url = "https://example.org/data/x.csv"',
        'app = App()\n@app.get("/data/items")\ndef items(): ...',
        'def read(root, name):\n    return open(root + "/data/{}.csv".format(name))',
        'import pandas as pd\npd.read_parquet("s3://noaa-ghcn-pds/x.parquet", storage_options={"anon": True})',
        'FOLDER = "/data/raw/"\ndef read(root):\n    return open(root + FOLDER + "x.csv")',
        'import os\nDATA = os.environ.get("STUDY_DATA") or "/scratch/study"',
        'from pathlib import Path\nfound = [p for p in (Path("/scratch/birds"), Path("data/birds")) if p.exists()][0]',
        '# %%\nfolder = "/content/birds/run1"  #@param {type:"string"}',
        "# %%\n!aws s3 cp s3://lab-recordings/x.csv . --no-sign-request",
        {"tests/test_io.py": 'def test_it():\n    assert settings({"root": "/scratch/x"}).root == "/scratch/x"'},
        '# %%\n# Adapt the lines below to your system\nDATA_DIR = "/datadisk/birds/"\nRUN_DIR = "/datadisk/runs/"',
        "# %%\n!git clone https://github.com/alice/songs.git\nimport os\nprint(os.listdir('/content/songs/data'))",
        "# %%\n!pip download -d /kaggle/working/wheels numpy",
        "# %%\nimport pandas as pd\nbirds = pd.read_csv('/kaggle/input/birds/train.csv')\nbirds.to_csv('out.csv')",
        'import os\nfrom pathlib import Path\n\n\ndef folder():\n    if os.environ.get("BIRDS_DIR"):\n'
        '        return Path(os.environ["BIRDS_DIR"])\n    mounted = Path("/scratch/birds")\n    if mounted.is_dir():\n'
        "        return mounted\n    return Path.cwd()",
    )
    INVALID = (
        Bad(
            'import numpy as np\nruns = np.load("/data/study/runs.npy")\n               ^^^^^^^^^^^^^^^^^^^^^^',
            "`/data/study/runs.npy` is hard-coded to one machine or cluster",
            "import os\nfrom pathlib import Path\n\nimport numpy as np\n\n"
            'DATA = Path(os.environ.get("STUDY_DATA", "data"))\n'
            'runs = np.load(DATA / "runs.npy")',
            fixed=(
                "import numpy as np\n"
                "import os\n"
                "from pathlib import Path\n"
                "\n"
                'STUDY_DIR = Path(os.environ.get("STUDY_DIR", "/data/study"))\n'
                "\n"
                'runs = np.load(STUDY_DIR / "runs.npy")'
            ),
        ),
        Bad("# %%\n!cp /scratch/run3/x.csv .\n    ^^^^^^^^^^^^^^^^^^^", "`/scratch/run3/x.csv`"),
        Bad(
            'import pandas as pd\npd.read_csv("s3://lab-recordings/x.csv")\n            ^^^^^^^^^^^^^^^^^^^^^^^^^^^',
            "one storage bucket",
            fixed=(
                "import pandas as pd\n"
                "import os\n"
                "\n"
                'LAB_RECORDINGS_BUCKET = os.environ.get("LAB_RECORDINGS_BUCKET", "s3://lab-recordings")\n'
                "\n"
                'pd.read_csv(f"{LAB_RECORDINGS_BUCKET}/x.csv")'
            ),
        ),
        Bad(
            'open("D:\\\\study\\\\x.csv")\n     ^^^^^^^^^^^^^^^^^^',
            "`D:\\study\\x.csv` is hard-coded to one Windows computer",
            fixed=(
                "import os\n"
                "from pathlib import Path\n"
                "\n"
                'STUDY_DIR = Path(os.environ.get("STUDY_DIR", r"D:\\study"))\n'
                "\n"
                'open(STUDY_DIR / "x.csv")'
            ),
        ),
        Bad(
            'train = "/kaggle/input/birds/train.csv"\n        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n'
            'test = "/kaggle/input/birds/test.csv"',
            "2 paths in this file are hard-coded to Kaggle: `/kaggle`",
            fixed=(
                "import os\n"
                "from pathlib import Path\n"
                "\n"
                'BIRDS_DIR = Path(os.environ.get("BIRDS_DIR", "/kaggle/input/birds"))\n'
                "\n"
                'train = str(BIRDS_DIR / "train.csv")\n'
                'test = str(BIRDS_DIR / "test.csv")'
            ),
        ),
        Bad(
            "from argparse import ArgumentParser\n\n\ndef main():\n    parser = ArgumentParser()\n"
            '    parser.add_argument("--data_dir", required=True)\n    args = parser.parse_args()\n'
            '    return open("/mnt/store/data/x.csv")\n                ^^^^^^^^^^^^^^^^^^^^^^^',
            "`/mnt/store/data/x.csv`",
            fixed=(
                "from argparse import ArgumentParser\n"
                "from pathlib import Path\n"
                "\n"
                "\n"
                "def main():\n"
                "    parser = ArgumentParser()\n"
                '    parser.add_argument("--data_dir", required=True)\n'
                "    args = parser.parse_args()\n"
                '    return open(Path(args.data_dir) / "x.csv")'
            ),
        ),
        Bad(
            'out_dir = "/corral/lab/study/out"\n          ^^^^^^^^^^^^^^^^^^^^^^^',
            "`/corral/lab/study/out`",
            fixed=('import os\n\nout_dir = os.environ.get("OUT_DIR", "/corral/lab/study/out")'),
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; those below the same root are merged."""
        for place in places(file, "machine"):
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
        """One finding for all paths of a file below the same root."""
        return merged_paths(cls, "machine", findings)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """What a file and its own draft have in common is one finding."""
        return without_drafts(findings)
