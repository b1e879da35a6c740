from __future__ import annotations

import ast
from collections.abc import Iterator

from rescode_lint.model import Finding
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.paths._literals import places
from rescode_lint.rules.paths.personal_path import merged_paths, path_finding
from rescode_lint.semantics import Module


class MachinePath(FileRule):
    """`/data/run3`, `/scratch`, `D:\\` or a bucket are where one machine, one cluster or one account keeps its data. The
    code is right there and nowhere else, and when the data move, every script has to be edited. One root, named in one
    place and given from outside, moves with them.

    All paths of a file below the same root are one finding.
    """

    code = "RSC402"
    name = "machine-path"
    summary = "an absolute path that holds data, code or results on one machine"
    advice = "Take its root from an argument, an environment variable or a configuration file."
    how_to_fix = (
        "Read the root once (`DATA = Path(os.environ.get(\"STUDY_DATA\", \"data\"))`, or an `argparse` option), join the rest "
        "to it, and say in the README what has to lie there."
    )
    limits = (
        "System files (`/dev/null`, `/etc`, `/usr`, `/tmp`), routes, URLs, patterns, keys of HDF5 files, docstrings and the "
        "tails of longer paths are left alone. An absolute path below an unknown folder counts only if it ends like a file."
    )
    visits = ast.Constant
    VALID = (
        'open("/dev/null")',
        'import re\nre.compile("/data/(.*)")',
        'import h5py\nwith h5py.File("x.h5") as f:\n    f["/data/train"]',
        'url = "https://example.org/data/x.csv"',
        'app = App()\n@app.get("/data/items")\ndef items(): ...',
        'def f(root):\n    return root + "/data/x.csv"',
    )
    INVALID = (
        Bad('open("/data/run3/x.csv")\n     ^^^^^^^^^^^^^^^^^^', "`/data`", 'open(DATA / "run3" / "x.csv")'),
        Bad("# %%\n!cp /scratch/run3/x.csv .\n    ^^^^^^^^^^^^^^^^^^^", "`/scratch`"),
        Bad('import pandas as pd\npd.read_csv("s3://lab-bucket/x.csv")\n            ^^^^^^^^^^^^^^^^^^^^^^^', "s3://lab-bucket"),
        Bad('open("D:\\\\data\\\\x.csv")\n     ^^^^^^^^^^^^^^^^^^', "`D:`"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; those below the same root are merged."""
        for place in places(file):
            if place.path.kind == "machine":
                yield path_finding(self, place, "exists on one machine only")

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all paths of a file below the same root."""
        return merged_paths(findings)
