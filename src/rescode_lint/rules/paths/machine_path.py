from __future__ import annotations

import ast
from collections.abc import Iterator

from rescode_lint.model import Finding
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.paths._literals import places
from rescode_lint.rules.paths._wording import merged_paths, path_finding
from rescode_lint.semantics import Module


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
        "rest to it, and say in the README what has to be there."
    )
    limits = (
        "System files (`/dev/null`, `/etc`, `/usr`, `/tmp`), routes, URLs, open-data buckets, patterns, keys of HDF5 "
        "files, messages, docstrings, checks such as `os.path.exists`, and fallbacks of environment variables are left "
        'alone, and so is the tail of a longer path (`root + "/data"`). A path below an unknown folder counts only '
        "where it is opened, or where its name says that it is one (`data_dir`)."
    )
    visits = ast.Constant
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
    )
    INVALID = (
        Bad(
            'import numpy as np\nruns = np.load("/data/study/runs.npy")\n               ^^^^^^^^^^^^^^^^^^^^^^',
            "`/data/study/runs.npy` is hard-coded to one machine or cluster",
            "import os\nfrom pathlib import Path\n\nimport numpy as np\n\n"
            'DATA = Path(os.environ.get("STUDY_DATA", "data"))\n'
            'runs = np.load(DATA / "runs.npy")',
        ),
        Bad("# %%\n!cp /scratch/run3/x.csv .\n    ^^^^^^^^^^^^^^^^^^^", "`/scratch/run3/x.csv`"),
        Bad(
            'import pandas as pd\npd.read_csv("s3://lab-recordings/x.csv")\n            ^^^^^^^^^^^^^^^^^^^^^^^^^^^',
            "one storage bucket",
        ),
        Bad(
            'open("D:\\\\study\\\\x.csv")\n     ^^^^^^^^^^^^^^^^^^',
            "`D:\\study\\x.csv` is hard-coded to one Windows computer",
        ),
        Bad(
            'train = "/kaggle/input/birds/train.csv"\n        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n'
            'test = "/kaggle/input/birds/test.csv"',
            "2 paths in this file are hard-coded to Kaggle: `/kaggle/input`",
        ),
        Bad('out_dir = "/corral/lab/study/out"\n          ^^^^^^^^^^^^^^^^^^^^^^^', "`/corral/lab/study/out`"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; those below the same root are merged."""
        for place in places(file, "machine"):
            yield path_finding(self, place, file)

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all paths of a file below the same root."""
        return merged_paths(cls, "machine", findings)
