"""RSC501 and RSC502: which function they name to begin with, and tests that cannot run."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from rescode_lint.model import Finding
from rescode_lint.rules.tests.untested_function import UntestedFunction
from rescode_lint.rules.tests.untested_module import UntestedModule
from rescode_lint.testing import files_of, run

HEAD = "import numpy as np\n\n"
WORK = "    total = 0\n    for row in rows:\n        total += row * row\n    if total:\n        total = total / 2\n"
LONG = WORK * 3
PURE = f"def power(rows):\n{WORK}    return total\n"
CALLS = "\n\ndef main():\n    print(power([1]), other([1], 2))\n"


def found(files: Mapping[str, str]) -> list[Finding]:
    """What RSC501 says of some files."""
    return list(run(files_of(files)[0], UntestedModule).findings)


@pytest.mark.parametrize(
    "other",
    [
        f"import matplotlib.pyplot as plt\ndef other(rows, at):\n{LONG}    plt.plot(rows)\n    return total\n",
        f"def other(rows, ax):\n{LONG}    return total\n",
        f"def other(rows, parent):\n{LONG}    return total\n",
        f"import pandas as pd\ndef other(rows, at):\n{LONG}    return pd.read_csv(at)\n",
        f"def other(rows, at):\n{LONG}    print(total)\n",
        f"def load_other(rows, at):\n{LONG}    return total\n",
        f"def test_other(rows, at):\n{LONG}    return total\n",
        f"def train(rows, at):\n{LONG}    return total\n",
        f"# DEPRECATED\ndef other(rows, at):\n{LONG}    return total\n",
        f"def unused(rows, at):\n{LONG}    return total\n",
        f"def write(rows):\n    open(rows)\ndef other(rows, at):\n{LONG}    return write(total)\n",
        f"def _other(rows, at):\n{LONG}    return total\n",
        "def other(rows, at):\n    return rows\n" + "\n" * 3,
    ],
)
def test_begin_with_what_computes(other: str) -> None:
    (finding,) = found({"study.py": HEAD + other + PURE + CALLS})
    assert "for `power`" in finding.advice, finding.advice


def test_none_is_named_where_none_fits() -> None:
    code = f"import pandas as pd\n\ndef power(path):\n    rows = pd.read_csv(path)\n{WORK * 2}    return total\n\npower('a')\n"
    (finding,) = found({"study.py": code})
    assert finding.message == "this project has no test; the most logic is in `study.py`"
    assert "power" not in finding.advice


def test_members_of_a_series_and_copies_count_once() -> None:
    series = {f"exp/exp{n:03}/model.py": HEAD + PURE * 2 + CALLS for n in range(1, 6)}
    copies = {f"{site}/tools.py": HEAD + PURE * 2 + CALLS for site in ("north", "south")}
    (finding,) = found({**series, **copies})
    assert "(and 1 more module)" in finding.message, finding.message


BROKEN = {
    "lab/power.py": HEAD + PURE * 2 + CALLS,
    "tests/test_power.py": "from lab import power\nimport lab.power\n\ndef test_power():\n    assert lab.power.gone([1]) == 1\n",
}


def test_a_test_of_what_is_gone() -> None:
    (finding,) = found(BROKEN)
    assert finding.message == "this test needs `gone` of `lab/power.py`, which has no such name"
    assert finding.path == "tests/test_power.py"
    assert not run(files_of(BROKEN)[0], UntestedFunction).findings


@pytest.mark.parametrize(
    "module",
    ["from numpy import *\n", "def __getattr__(name):\n    return name\n", "globals()['gone'] = 1\n", "gone = 1\n"],
)
def test_a_module_that_may_have_the_name(module: str) -> None:
    files = {**BROKEN, "lab/power.py": module + BROKEN["lab/power.py"]}
    assert not any("no such name" in finding.message for finding in found(files))
