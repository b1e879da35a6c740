from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_taken_over
from rescode_lint.rule import Bad, FileRule, Repair
from rescode_lint.rules.reproducibility._random import own_seeds
from rescode_lint.rules.reproducibility._splits import Place, unseeded_splits
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope, parameters

if TYPE_CHECKING:
    import libcst as cst

#: What a seed is called.
_SEED_NAME = lazy(
    r"(?:\w+_)?(?:SEED|seed|RANDOM_STATE|random_state)\Z|RS\Z|(?:seed|SEED)_(?:num|value|val|NUM|VALUE)\Z"
)
_HOLDERS = lazy(
    r"(?:args|cfg|config|conf|opt|opts|options|params|hparams|self|FLAGS|CFG|settings|hp|CONFIG|Config)\.(?:\w+\.)?(?:random_|split_)?(?:seed|SEED|state)\Z"
)


class UnseededSplit(FileRule):
    """Without a seed, every run trains on other rows and tests on others. The score moves with the luck of the draw, two
    models are compared on different test sets, and nobody, the author included, can make the published numbers again.

    Splits that a seed covers are left alone: the call's own, or one set above in the same file (`np.random.seed`,
    `torch.manual_seed`, `seed_everything`), in a module of the project that the file imports, or in a script that imports
    the file.
    """

    code = "RSC602"
    name = "unseeded-split"
    summary = "a random split of the data without a seed"
    advice = "Pass a seed to the split."
    how_to_fix = (
        "Give the split a seed of its own: `train_test_split(..., random_state=0)`, `KFold(shuffle=True, random_state=0)`, "
        "`random_split(..., generator=torch.Generator().manual_seed(0))`, `dataset.train_test_split(seed=0)`. That holds "
        "whatever runs before it, as a global seed does not. To see how much the score depends on the split, repeat it with "
        "several seeds, and report all of them."
    )
    limits = (
        "A global seed above the split counts, though a notebook cell that is run twice then draws another split. "
        "`**options` may hold a seed, and are not looked into. Shuffled indices, `sample` and `shuffle` count as a split "
        "only where the file visibly cuts what comes out in two. Tests and benchmarks are left alone. The fix is unsafe, as "
        "the numbers change once; in a loop over repetitions it seeds with the loop's variable, or is not offered."
    )
    safe_fix = False
    VALID = (
        "from sklearn.model_selection import train_test_split\na, b = train_test_split(x, random_state=1)",
        "from sklearn.model_selection import train_test_split\na, b = train_test_split(x, shuffle=False)",
        "from sklearn.model_selection import train_test_split\na, b = train_test_split(x, **options)",
        "import numpy as np\nfrom sklearn.model_selection import train_test_split\nnp.random.seed(3)\n"
        "a, b = train_test_split(x)",
        "from sklearn.model_selection import KFold, StratifiedKFold\nKFold(5)\nStratifiedKFold(n_splits=5, shuffle=False)\n"
        "KFold(5, True, 1)\nKFold(5, shuffle=shuffled)",
        "from sklearn.cross_validation import KFold\nfolds = KFold(len(x), 5)",
        "import torch\nfrom torch.utils.data import random_split\ntorch.manual_seed(0)\na, b = random_split(x, [3, 4])",
        "from torch.utils.data import random_split\na, b = random_split(x, [3, 4], generator=g)",
        "from utils import set_seed\nfrom sklearn.model_selection import train_test_split\nset_seed(7)\n"
        "a, b = train_test_split(x)",
        # A function of the author's own.
        "from lab.data import train_test_split\na, b = train_test_split(x)",
        "def train_test_split(x): ...\na, b = train_test_split(x)",
        "import datasets\nparts = datasets.load_dataset('x').train_test_split(0.1, seed=1)",
        # Minibatches, not a split.
        "import numpy as np\norder = np.random.permutation(n)\nfor i in range(0, n, 32):\n    train(x[order[i:i + 32]])",
        # A look at a few rows.
        "import pandas as pd\nframe = pd.read_csv('x.csv')\nframe.sample(5)",
        {
            "lab/__init__.py": "",
            "lab/data.py": "from sklearn.model_selection import train_test_split\n"
            "def load(x):\n    return train_test_split(x)",
            "train.py": "import numpy as np\nfrom lab.data import load\nnp.random.seed(1)\nload(3)",
        },
        {
            "setup_run.py": "import numpy as np\nnp.random.seed(0)",
            "train.py": "import setup_run\nfrom sklearn.model_selection import train_test_split\ntrain_test_split(x)",
        },
    )
    INVALID = (
        Bad(
            "from sklearn.model_selection import train_test_split\n"
            "train, test = train_test_split(table, test_size=0.2)\n"
            "              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`train_test_split` draws another split in every run",
            "from sklearn.model_selection import train_test_split\n"
            "train, test = train_test_split(table, test_size=0.2, random_state=0)",
            "from sklearn.model_selection import train_test_split\n"
            "train, test = train_test_split(table, test_size=0.2, random_state=0)",
        ),
        Bad(
            "# %%\nfrom sklearn import model_selection as ms\nSEED = 7\n# %%\nfolds = ms.KFold(5, shuffle=True, random_state=None)\n"
            "        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`ms.KFold`",
            fixed="# %%\nfrom sklearn import model_selection as ms\nSEED = 7\n# %%\n"
            "folds = ms.KFold(5, shuffle=True, random_state=SEED)",
        ),
        Bad(
            "import torch\nfrom torch.utils.data import random_split\n\n"
            "def load(data, seed):\n    return random_split(data, [0.8, 0.2])\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`generator`",
            fixed="import torch\nfrom torch.utils.data import random_split\n\ndef load(data, seed):\n"
            "    return random_split(data, [0.8, 0.2], generator=torch.Generator().manual_seed(seed))",
        ),
        Bad(
            "from datasets import load_dataset\nparts = load_dataset('x')['train'].train_test_split(test_size=0.1)\n"
            "        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`train_test_split`",
            fixed="from datasets import load_dataset\n"
            "parts = load_dataset('x')['train'].train_test_split(test_size=0.1, seed=0)",
        ),
        Bad(
            "import pandas as pd\ntable = pd.read_csv('x.csv')\ntrain = table.sample(frac=0.8)\n"
            "        ^^^^^^^^^^^^^^^^^^^^^^\ntest = table.drop(train.index)",
            "`table.sample`",
            fixed="import pandas as pd\ntable = pd.read_csv('x.csv')\ntrain = table.sample(frac=0.8, random_state=0)\n"
            "test = table.drop(train.index)",
        ),
        Bad(
            "import numpy as np\norder = np.random.permutation(len(x))\n        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "train, test = x[order[:80]], x[order[80:]]",
            "`np.random.permutation`",
            fixed="import numpy as np\norder = np.random.default_rng(0).permutation(len(x))\n"
            "train, test = x[order[:80]], x[order[80:]]",
        ),
        Bad(
            "import random\nfiles = load()\nrandom.shuffle(files)\n^^^^^^^^^^^^^^^^^^^^^\n"
            "train_files = files[:80]\ntest_files = files[80:]",
            "`random.shuffle`",
            fixed="import random\nfiles = load()\nrandom.Random(0).shuffle(files)\n"
            "train_files = files[:80]\ntest_files = files[80:]",
        ),
        Bad(
            "import numpy as np\nmask = np.random.rand(len(table)) < 0.8\n       ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "train = table[mask]\ntest = table[~mask]",
            "`np.random.rand`",
            fixed="import numpy as np\nmask = np.random.default_rng(0).random(len(table)) < 0.8\n"
            "train = table[mask]\ntest = table[~mask]",
        ),
        Bad(
            "from sklearn.model_selection import train_test_split\nfor run in range(10):\n"
            "    a, b = train_test_split(\n           ^^^^^^^^^^^^^^^^^\n        x,  # all of it\n        stratify=y,\n    )",
            "`train_test_split`",
            fixed="from sklearn.model_selection import train_test_split\nfor run in range(10):\n"
            "    a, b = train_test_split(\n        x,  # all of it\n        stratify=y,\n        random_state=run,\n    )",
        ),
        Bad(
            "from sklearn.model_selection import train_test_split\na, b = train_test_split(x)\n"
            "       ^^^^^^^^^^^^^^^^^^^\nb, c = train_test_split(b)",
            "`train_test_split` draws another split in every run: it gets no `random_state` (and at 1 more place",
            fixed="from sklearn.model_selection import train_test_split\n\nSEED = 0\n\n"
            "a, b = train_test_split(x, random_state=SEED)\nb, c = train_test_split(b, random_state=SEED)",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for each split that nothing in the file seeds; those of one stream are merged."""
        found = unseeded_splits(file)
        for place in found:
            seed = _seed(place, file, None, len(found) > 1)
            yield self.finding(
                file.span(place.call),
                f"`{place.name}` draws another split in every run: {_lack(place)}",
                advice=_advice(place, seed or "", "SEED" not in file.scope.bindings),
                fix=None if seed is None or not _fixable(place) else Fix(False, _title(place, seed)),
                group=place.split.stream or "split",
            )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """Without those that another file of the project seeds, and those of tests."""
        return [
            f
            for f in findings
            if f.path not in project.tests and not is_taken_over(f.path) and not own_seeds(f, f.group, project)
        ]

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | Repair | None:
        """The call with a seed, or sent to a generator that has one."""
        import libcst as cst

        from rescode_lint.rules.reproducibility._repair_split import seeded

        if (
            not isinstance(node, cst.Call)
            or finding.path in project.tests
            or is_taken_over(finding.path)
            or own_seeds(finding, finding.group, project)
        ):
            return None
        found = unseeded_splits(file)
        place = next((p for p in found if file.span(p.call) == finding.span), None)
        if place is None:
            return None
        seed = _seed(place, file, project, len(found) > 1)
        if seed is None:
            return None
        constants = (("SEED", "SEED = 0"),) if seed == "SEED" and "SEED" not in file.scope.bindings else ()
        return seeded(node, place.split.keyword, place.way, seed, constants, _torch(place, file))


def _lack(place: Place) -> str:
    """What the call does not get, for the message."""
    if place.way == "keyword":
        return f"it gets no `{place.split.keyword}`"
    library = "NumPy's" if place.split.stream == "numpy" else "Python's"
    return f"nothing seeds {library} global generator"


def _title(place: Place, seed: str) -> str:
    if place.way != "keyword":
        return f"Draw from a generator seeded with `{seed}`"
    return f"Pass `{place.split.keyword}={_value(place, seed)}`"


def _value(place: Place, seed: str) -> str:
    return f"torch.Generator().manual_seed({seed})" if place.split.keyword == "generator" else seed


def _advice(place: Place, seed: str, new: bool) -> str:
    """The better code for this very call."""
    repeated = not seed
    seed = seed or "run"
    if place.way == "keyword":
        again = ", reshuffle_each_iteration=False" if place.split.stream == "tensorflow" else ""
        better = f"Pass `{place.split.keyword}={_value(place, seed)}{again}`"
    else:
        method = {"rand": "random"}.get(place.way, getattr(place.call.func, "attr", place.name))
        start = "random.Random" if place.way == "random" else "np.random.default_rng"
        better = f"Draw with `{start}({seed}).{method}(...)`"
    if repeated:
        return f"{better}, where `{seed}` counts the repetitions, and keep the seeds with the scores."
    if seed == "SEED" and new:
        return f"{better}, with one `SEED = 0` below the imports, so that every run divides the data alike."
    return f"{better}, so that every run divides the data alike."


def _fixable(place: Place) -> bool:
    """Whether the seed has a place to stand: a name imported by itself leads to no generator."""
    if place.way == "keyword":
        return True
    function = place.call.func
    return isinstance(function, ast.Attribute) and (
        place.way == "random" or isinstance(function.value, ast.Attribute | ast.Name)
    )


def _seed(place: Place, file: Module, project: Project | None, several: bool) -> str | None:
    """The expression that seeds a split: a seed that is in sight, the loop's variable, a new constant, or 0.

    None where a loop repeats the split and has no number that counts its rounds: one seed would make all rounds alike.
    """
    line = place.call.lineno
    repeated, counter = _loop(place, file)
    if repeated:
        return counter or None
    scope: Scope | None = place.scope
    while scope is not None:
        if scope.kind == "function":
            node = scope.node
            arguments = getattr(node, "args", None)
            if isinstance(arguments, ast.arguments):
                for parameter in parameters(arguments):
                    if _SEED_NAME.match(parameter.arg):
                        return parameter.arg
        if scope.kind != "class":
            for name, bound in scope.bindings.items():
                if (
                    _SEED_NAME.match(name)
                    and _is_above(bound, scope, place.scope, line)
                    and _is_value(bound, scope, file)
                ):
                    return name
        scope = scope.parent
    for chain in sorted(place.scope.dotted | file.scope.dotted):
        head = chain.partition(".")[0]
        if _HOLDERS.match(chain) and _is_there(head, place.scope, line):
            return chain
    if project is not None:
        shared = _shared(file, project)
        if shared:
            return shared
    return "SEED" if several and "SEED" not in file.scope.bindings else "0"


def _is_above(bound: ast.AST, scope: Scope, here: Scope, line: int) -> bool:
    """Whether a name is bound before the call runs: above it, or at the module level for a function."""
    return getattr(bound, "lineno", 0) < line or (scope.kind == "module" and here.kind == "function")


def _is_value(bound: ast.AST, scope: Scope, file: Module) -> bool:
    """Whether what binds a name gives it a number, and does not define a function or import a module."""
    if isinstance(bound, ast.alias):
        target = scope.imports.get(bound.asname or bound.name) or ""
        return target.rpartition(".")[2].isupper()
    if not isinstance(bound, ast.Name):
        return False
    for parent in file.parents(bound):
        if isinstance(parent, ast.Assign):
            value = parent.value
            return not isinstance(value, ast.Constant) or isinstance(value.value, int)
        if not isinstance(parent, ast.Tuple):
            return False
    return False


def _is_there(name: str, scope: Scope, line: int) -> bool:
    at: Scope | None = scope
    while at is not None:
        bound = at.bindings.get(name)
        if bound is not None:
            return isinstance(bound, ast.arg) or _is_above(bound, at, scope, line)
        at = at.parent
    return False


def _shared(file: Module, project: Project) -> str:
    """`config.SEED`, where the file imports the project's own `config` and that has one."""
    for item in file.imports:
        if item.name or item.local:
            continue
        local = item.alias or item.module
        for path in project.imported_files(file.path, item):
            for name in project.files[path].bindings.split():
                if (
                    name.isupper()
                    and _SEED_NAME.match(name)
                    and project.files[path].path.endswith(f"{item.module.rpartition('.')[2]}.py")
                ):
                    return f"{local}.{name}"
    return ""


def _loop(place: Place, file: Module) -> tuple[bool, str]:
    """Whether a loop repeats the split, and the variable that counts its rounds."""
    for parent in file.parents(place.call):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            break
        if isinstance(parent, ast.For):
            iterable, target = parent.iter, parent.target
            if isinstance(iterable, ast.Call) and any(node is place.call for node in ast.walk(iterable)):
                continue  # `for train, test in KFold(...).split(x)`: made once
            name = getattr(iterable.func, "id", "") if isinstance(iterable, ast.Call) else ""
            if name in ("tqdm", "trange") and isinstance(iterable, ast.Call) and iterable.args:
                inner = iterable.args[0]
                name = "range" if name == "trange" else getattr(getattr(inner, "func", None), "id", name)
            if name in ("range", "xrange"):
                return True, target.id if isinstance(target, ast.Name) and target.id != "_" else ""
            if name == "enumerate":
                continue  # over data sets or models: each may have the same split
        elif isinstance(parent, ast.While) or (
            isinstance(parent, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
            and any(
                isinstance(g.iter, ast.Call) and getattr(g.iter.func, "id", "") == "range" for g in parent.generators
            )
        ):
            return True, ""
    return False, ""


def _torch(place: Place, file: Module) -> str:
    """What the file calls `torch` where the split stands; "" where it does not import it."""
    at: Scope | None = place.scope
    while at is not None:
        for local, target in at.imports.items():
            if target == "torch":
                return local
        at = at.parent
    return ""
