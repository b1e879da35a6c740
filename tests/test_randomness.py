"""What draws random numbers without a seed where it takes several files to see it, and what is advised."""

from __future__ import annotations

import pytest

from rescode_lint.model import Finding
from rescode_lint.rules.reproducibility.unseeded_randomness import UnseededRandomness
from rescode_lint.run.pipeline import one_for_each_cause
from rescode_lint.testing import files_of, run

LAB = (
    "import numpy as np\nimport random\n\n"
    "def bootstrap(x):\n    return np.random.choice(x, len(x))\n\n"
    "def walk(n):\n    return sum(random.choice([-1, 1]) for _ in range(n))\n\n"
    "class Gas:\n    def __init__(self, n):\n        self.n = n\n"
    "    def heat(self):\n        return np.random.normal(size=self.n)\n"
    "    def count(self):\n        return self.n\n"
)


def said(files: dict[str, str]) -> list[Finding]:
    verdict = run(files_of(files)[0], UnseededRandomness)
    assert not verdict.problems
    return list(verdict.findings)


def places(files: dict[str, str]) -> list[tuple[str, int]]:
    return [(finding.path, finding.span.line) for finding in said(files)]


def test_one_finding_a_module_with_all_that_run_it() -> None:
    files = {
        "lab.py": LAB,
        "one.py": "from lab import bootstrap as again\nsave(again(load()))",
        "two.ipynb": "# %%\nimport lab\n# %%\nlow = lab.bootstrap(x)\nend = lab.walk(9)",
        "three.py": "import lab\nprint(lab.Gas(3).count())",
        "tests/test_lab.py": "import lab\ndef test_walk():\n    assert lab.walk(1)",
    }
    (finding,) = said(files)
    assert (finding.path, finding.span.line) == ("lab.py", 5)
    assert finding.message.endswith("here or in `one.py` and 1 more that run it")
    assert finding.advice.startswith("Set the seed where it is started, in `one.py`. Make one generator")
    assert [(place.path, place.line) for place in finding.related] == [("lab.py", 8), ("one.py", 1), ("two.ipynb", 1)]


@pytest.mark.parametrize(
    ("start", "line"),
    [
        ("import lab\nsave(lab.Gas(3).heat())", 14),
        ("import helper\nsave(helper.run(x))", 5),
        ("import lab\nnp.random.seed(0)\nsave(lab.walk(3))", 0),
        ("import lab\nsave(lab.walk(3), seed=args.seed)", 0),
        ("import lab\nsave(lab.Gas(3).count())", 0),
        ("import lab\ndef later():\n    return lab.walk(3)\nprint(1)", 0),
    ],
)
def test_what_a_start_comes_to(start: str, line: int) -> None:
    files = {
        "lab.py": LAB,
        "helper.py": "from lab import *\ndef run(x):\n    return bootstrap(x)",
        "start.py": start,
    }
    assert places(files) == ([("lab.py", line)] if line else [])


def test_a_start_that_draws_itself_is_told_once() -> None:
    own = "import lab\nimport numpy as np\nx = np.random.rand(3)\nsave(lab.bootstrap(x))"
    assert places({"lab.py": LAB, "start.py": own}) == [("start.py", 3)]


def test_other_peoples_code_is_left_alone() -> None:
    start = "import lab\nsave(lab.walk(3))"
    assert not places({"code/lab-master/lab.py": LAB, "code/lab-master/start.py": start})
    assert places({"lab-master/lab.py": LAB, "lab-master/start.py": start})


def test_a_generator_that_is_made_again_and_again_gets_no_seed() -> None:
    again = "import numpy as np\nfor i in range(9):\n    x = x + np.random.default_rng().normal()\nsave(x)"
    once = "import numpy as np\nrng = np.random.default_rng()\nsave(rng.normal())"
    assert [finding.advice.partition(",")[0] for finding in said({"a.py": again, "b.py": once})] == [
        "Make one generator at the start",
        "Pass a seed: `np.random.default_rng(0)`.",
    ]


def test_a_loader_that_a_star_import_brings() -> None:
    train = "from data import *\nloader = DataLoader(songs, shuffle=True)\nfor x, y in loader:\n    loss(net(x), y).backward()"
    files = {"data.py": "from torch.utils.data import DataLoader\nsongs = 1", "train.py": train}
    (finding,) = said(files)
    assert finding.message == "`DataLoader` shuffles in another way in every run: nothing seeds PyTorch"


def test_files_without_a_seed_are_one_cause() -> None:
    files = {
        "four.py": "import random\nsave(random.random())",
        "one.py": "import numpy as np\nsave(np.random.rand(3))",
        "two.py": "import torch\nnet = torch.nn.Linear(3, 1)\nloss(net(x)).backward()",
    }
    found = said(files)
    (cause,) = {finding.cause for finding in found}
    assert len(found) == 3 and "NumPy" in cause and "PyTorch" in cause
    (whole,) = one_for_each_cause(found)
    assert whole.message.endswith(f"(as in 2 more files: `{cause}`)")
    assert [place.path for place in whole.related] == ["one.py", "two.py"]
    assert one_for_each_cause(found[:2]) == found[:2]


TRAIN = "import numpy as np\nfrom keras.models import Sequential\n{}model = Sequential(x)\nmodel.fit(x, y, epochs=9)\n"


@pytest.mark.parametrize(
    ("pinned", "seed", "advice"),
    [
        ("keras==2.1.3", "np.random.seed(1)\n", ""),
        ("keras==2.1.3", "", "Call `np.random.seed(0)` and `tf.set_random_seed(0)` before the model is built."),
        ("keras==2.12", "np.random.seed(1)\n", "Call `keras.utils.set_random_seed(0)` before the model is built."),
        ("keras>=2.1", "np.random.seed(1)\n", "Call `keras.utils.set_random_seed(0)` before the model is built."),
    ],
)
def test_keras_as_it_was_takes_its_seeds_from_numpy(pinned: str, seed: str, advice: str) -> None:
    files = {"requirements.txt": f"{pinned}\n", "train.py": TRAIN.format(seed)}
    assert [finding.advice for finding in said(files)] == [advice] * bool(advice)


@pytest.mark.parametrize(
    ("head", "advice"),
    [
        ("import emcee", "Call `np.random.seed(0)` at the start: emcee 3 takes its state from"),
        ("import networkx as nx", "Call `np.random.seed(0)` at the start: networkx draws from"),
        ("import scipy", "Make one generator at the start"),
    ],
)
def test_where_a_library_draws_from_the_global_generator_that_is_seeded(head: str, advice: str) -> None:
    (finding,) = said({"run.py": f"{head}\nimport numpy as np\nsave(np.random.rand(3))"})
    assert finding.advice.startswith(advice)
