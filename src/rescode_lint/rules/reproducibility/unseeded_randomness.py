from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from posixpath import basename

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.project.lectures import is_wordy, lectures_of
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.reproducibility._draws import TRAINERS, Draw, drawing_functions, unseeded_draws
from rescode_lint.rules.reproducibility._random import (
    TEST_PATH,
    imports,
    is_old_keras,
    names_seed,
    own_seeds,
    shares_numpy,
)
from rescode_lint.rules.reproducibility._splits import unseeded_splits
from rescode_lint.rules.reproducibility._starts import unseeded_starts
from rescode_lint.semantics import Module

#: What shows how something is used, with numbers that are only there to have some.
_SHOWN = lazy(
    r"(?:^|/)(?:docs?|examples?|tutorials?|demos?|lectures?|lessons?|courses?|workshops?|exercises?)/"
    r"|(?:^|[/_ -])(?:demo|benchmark)s?(?:[_ -][^/]*)?\.\w+\Z",
    re.I,
)
_DEMO = lazy(r"(?:^|/)[\d_]*(?:demos?|sandbox)/", re.I)
#: Where something is tried out, and nothing kept.
_TRIED = lazy(
    r"(?:^|/)(?:scratch(?:pad)?|sandbox|playground|te?mp)/"
    r"|(?:^|[/_ -])(?:scratch(?:pad)?|(?:random|my|some)[_ -]stuff|untitled\d*|trying(?:[_ -]?out)?|try[_ -]?out)\.\w+\Z",
    re.I,
)
_NBDEV = lazy(r"#\s*\|?\s*default_exp\b")
_LIBRARIES = {
    "numpy": "NumPy's global generator",
    "random": "Python's `random`",
    "torch": "PyTorch",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
}


class UnseededRandomness(FileRule):
    """A script that draws random numbers and never says with which seed gives other numbers whenever it is run. The figure
    in the paper cannot be drawn again, a difference between two runs may be a change of the code or may be luck, and a bug
    that only some draws show goes away while one looks for it.

    One finding a project, at the training call or first draw of the code that runs when a script or notebook is started:
    its own, or that of a module of the project that it calls. The other files are named with it. Any style of seeding
    counts, wherever it stands.
    """

    code = "RSC601"
    name = "unseeded-randomness"
    summary = "random numbers that results depend on, and no seed"
    advice = "Seed what draws: `rng = np.random.default_rng(0)`, `torch.manual_seed(0)`, `random_state=0`."
    how_to_fix = (
        "Make one generator at the start, `rng = np.random.default_rng(seed)`, draw from it, and hand it to the functions "
        "that draw. Give scikit-learn's estimators `random_state=`. Before a network is built, call "
        "`torch.manual_seed(seed)` or `tf.keras.utils.set_random_seed(seed)`. Write the seed down with the results, and "
        "repeat what matters with several seeds."
    )
    limits = (
        "Lectures, tutorials, examples, tests and code that was put away (`old/`, `archive/`, `scratch.ipynb`) are left "
        "alone, and so are draws that only jitter, colour, show or check "
        "something, modules that nothing in the project runs, and draws from generator objects. A draw in a module is only "
        "reported where a script or notebook comes to it that never speaks of seeds. A call of any function with `seed` in "
        "its name counts as a seed for everything, as does `seed=` passed to the author's own code. Estimators that converge "
        "to one answer, or draw only to break ties, do not count. What boosting libraries draw does not either: their "
        "default seed is fixed."
    )
    VALID = (
        "import numpy as np\nnp.random.seed(0)\nnp.save('x.npy', np.random.rand(3))",
        "import numpy as np\nrng = np.random.default_rng(1)\nnp.save('x.npy', rng.normal(size=3))",
        # A seed for NumPy covers scikit-learn and pandas.
        "import numpy as np\nfrom sklearn.cluster import KMeans\nnp.random.seed(0)\nprint(KMeans(3).fit(x).inertia_)",
        "from sklearn.linear_model import LogisticRegression\nfrom sklearn.svm import SVC\nfrom sklearn.decomposition import PCA\n"
        "LogisticRegression().fit(x, y)\nSVC().fit(x, y)\nPCA(2).fit(x)",
        "from sklearn.ensemble import RandomForestClassifier\nmodel = RandomForestClassifier(random_state=1)\nmodel.fit(x, y)",
        "from sklearn.ensemble import RandomForestClassifier\nmodel = RandomForestClassifier(**best)\nmodel.fit(x, y)",
        "import numpy as np\nfrom lab.utils import seed_everything\nseed_everything(3)\nnp.save('x.npy', np.random.rand(3))",
        # The caller seeds.
        "import numpy as np\ndef simulate(n):\n    return np.random.rand(n)",
        # Jitter, colours, what is only shown, sanity checks, run names.
        "import numpy as np\nimport matplotlib.pyplot as plt\nplt.scatter(x + np.random.normal(0, 0.1, len(x)), y)",
        "import numpy as np\nimport matplotlib.pyplot as plt\npoints = np.random.rand(9, 2)\nplt.scatter(points[:, 0], points[:, 1])",
        "import random\ndef colorize(labels):\n    for i in set(labels):\n        shown[i] = random.random()\ncolorize(x)",
        "import random\nclass_colormap = {}\nfor name in names:\n    class_colormap[name] = random.random()\nsave(class_colormap)",
        {"old/run.py": "import numpy as np\nnp.save('x.npy', np.random.rand(3))"},
        {"notebooks/scratch.py": "import numpy as np\nnp.save('x.npy', np.random.rand(3))"},
        "import random\nrun_id = random.randint(0, 9999)\nstart(run_id)",
        "import random\nimport time\ntime.sleep(random.uniform(1, 3))",
        "import numpy as np\ndef check_counts(x):\n    return all(np.random.choice(x, 9) % 1 == 0)\nprint(check_counts(y))",
        "# %%\nimport pandas as pd\ntable = pd.read_csv('x.csv')\n# %%\ntable.sample(5)",
        # Random input that tries out a layer.
        "import torch\nif __name__ == '__main__':\n    print(net(torch.rand(2, 3)).shape)",
        # A split is RSC602's.
        "from sklearn.model_selection import train_test_split\na, b = train_test_split(x)",
        {
            "lab.py": "import numpy as np\nclass Lab:\n    def load(self): ...\n    def simulate(self):\n"
            "        return np.random.rand(3)",
            "run.py": "import lab\nprint(lab.Lab().load())",
        },
        {
            "examples/show.py": "import numpy as np\nx = np.random.rand(3)\nnp.save('x.npy', x)",
        },
        {
            "setup_run.py": "import numpy as np\nnp.random.seed(0)",
            "run.py": "import numpy as np\nimport setup_run\nnp.save('x.npy', np.random.rand(3))",
        },
        {
            "blur.py": "import random\ndef blur(x):\n    return x * random.random()\nif __name__ == '__main__':\n    save(blur(3))",
            "train.py": "import random\nfrom blur import blur\nrandom.seed(0)\nblur(3)",
        },
        # Nothing that runs comes to it; whoever calls it may seed it.
        {
            "lab.py": "import numpy as np\ndef simulate(n):\n    return np.random.rand(n)\ndef load(): ...",
            "run.py": "import lab\nprint(lab.load())",
        },
        {
            "lab.py": "import numpy as np\ndef simulate(n, rng=None):\n    return (rng or np.random).normal(size=n)",
            "run.py": "import lab\nprint(lab.simulate(3))",
        },
        {
            "lab.py": "import numpy as np\ndef simulate(n):\n    return np.random.rand(n)",
            "examples/show.py": "import lab\nprint(lab.simulate(3))",
        },
        # It begins with centres that are there.
        "from sklearn.cluster import KMeans\nlabels = KMeans(3, init=centres).fit_predict(x)",
        "import altair as alt\nimport pandas as pd\ndata = pd.read_csv('x.csv')\nalt.Chart(data.sample(500)).mark_bar()",
        "import numpy as np\ncolours = []\nfor name in names:\n    colours.append(np.random.uniform(0, 1, 3))\nuse(colours)",
        "# %%\n# default_exp noise\nimport numpy as np\n# %%\n#export\ndef noise(n):\n    return np.random.rand(n)\n# %%\nx = noise(3)\nuse(x)",
        # Keras before 2.7 takes the seeds of its weights from NumPy.
        "import numpy as np\nfrom keras.engine.topology import Layer\nfrom keras.models import Model\nnp.random.seed(3)\n"
        "model = Model(a, b)\nmodel.fit(x, y, epochs=9)",
        # What is only shown, sent on, drawn as a graph, or tried out.
        "import numpy as np\nfor i in range(9):\n    k = np.random.randint(0, 99)\n    axes[i].imshow(photos[k])\n"
        "    label = int(labels[k])\n    axes[i].set_title(names[label])",
        "import random\nimport time\nwhile True:\n    outlet.push_sample([random.choice('ab')])\n    time.sleep(1)",
        "# %%\nimport random\nimport networkx as nx\ndef edges(n):\n    return [(0, random.randrange(n)) for _ in range(9)]\n"
        "# %%\npairs = edges(9)\ngraph = nx.Graph(pairs)\nnx.draw_networkx(graph)",
        "# %%\nimport random\nclass Clips:\n    def __getitem__(self, i):\n        return load(random.choice(self.parts[i]))\n"
        "# %%\nclips = Clips()\n# %%\nclips.__getitem__(0)",
    )
    INVALID = (
        Bad(
            "import numpy as np\nx = np.random.rand(3)\n    ^^^^^^^^^^^^^^^^^\nnp.save('x.npy', x)",
            "`np.random.rand` draws other numbers in every run: nothing seeds NumPy's global generator",
            "import numpy as np\nrng = np.random.default_rng(0)\nx = rng.random(3)\nnp.save('x.npy', x)",
        ),
        Bad(
            "from sklearn.ensemble import RandomForestClassifier\nmodel = RandomForestClassifier(50)\n"
            "        ^^^^^^^^^^^^^^^^^^^^^^^^^^\nmodel.fit(x, y)",
            "`RandomForestClassifier` gives another result in every run: it gets no `random_state`",
            "from sklearn.ensemble import RandomForestClassifier\nmodel = RandomForestClassifier(50, random_state=0)\n"
            "model.fit(x, y)",
        ),
        Bad(
            "# %%\nimport numpy as np\nimport torch\nfrom torch import nn\nnp.random.seed(0)\n# %%\nnet = nn.Linear(3, 1)\n"
            "      ^^^^^^^^^^^^^^^\n# %%\nloss(net(x)).backward()",
            "`nn.Linear` draws other numbers in every run: nothing seeds PyTorch",
        ),
        Bad(
            "from tensorflow import keras\nmodel = keras.Sequential(layers)\nmodel.fit(x, y, epochs=3)\n^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`model.fit` trains from other random weights in every run: nothing seeds TensorFlow",
        ),
        Bad(
            "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = build()\nmodel.fit(x, y, epochs=3)\n^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`model.fit` trains from other random weights in every run: nothing seeds Keras",
        ),
        Bad(
            {
                "run.py": "import numpy as np\nx = np.random.rand(3)\n    ^^^^^^^^^^^^^^^^^\nnp.save('x.npy', x)",
                "second/run.py": "import numpy as np\nx = np.random.rand(3)\nnp.save('x.npy', x)",
            },
            "`np.random.rand`",
        ),
        Bad(
            "import random\ndef walk(n):\n    return sum(random.choice([-1, 1]) for _ in range(n))\n"
            "               ^^^^^^^^^^^^^^^^^^^^^^\nif __name__ == '__main__':\n    save(walk(9))",
            "Python's `random`",
        ),
        Bad(
            {
                "lab/__init__.py": "",
                "lab/stats.py": "import numpy as np\n\ndef bootstrap(x):\n    return np.mean(_again(x))\n\n"
                "def _again(x):\n    return np.random.choice(x, len(x))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^",
                "figure.ipynb": "# %%\nfrom lab import stats\n# %%\nlow = stats.bootstrap(x)",
            },
            "nothing seeds NumPy's global generator, here or in `figure.ipynb`, which runs it",
        ),
        Bad(
            "# %%\nimport random\nclass Clips:\n    def __getitem__(self, i):\n        return load(random.choice(self.parts[i]))\n"
            "                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n# %%\nclips = Clips()\n# %%\nlearn(clips)",
            "Python's `random`",
        ),
        Bad(
            "import numpy as np\nimport torch\nnp.random.shuffle(rows)\nsave(rows)\nnet = torch.nn.Linear(3, 1)\n"
            "      ^^^^^^^^^^^^^^^^^^^^^\nloss(net(x)).backward()",
            "nothing seeds PyTorch",
        ),
        Bad(
            "from fastai.vision.all import *\nlearn = vision_learner(data, resnet34)\nlearn.fine_tune(3)\n"
            "^^^^^^^^^^^^^^^^^^",
            "`learn.fine_tune` trains from other random weights in every run: nothing seeds PyTorch",
        ),
        Bad(
            "import numpy as np\nrng = np.random.default_rng()\n      ^^^^^^^^^^^^^^^^^^^^^^^\nnp.save('x.npy', rng.normal(size=3))",
            "`np.random.default_rng` makes another generator in every run: it gets no seed",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for the first draw of the file, with the first of each other library as related places."""
        if TEST_PATH.search(file.path) or _DEMO.search(file.path) or is_put_away(file.path):
            return
        lecture = _is_lecture(file)
        if not (lecture or file.is_notebook):
            yield from self._functions(file)
        draws = unseeded_draws(file, lecture, lambda: [place.call for place in unseeded_splits(file)])
        if not draws or _is_exported(file):
            return
        if _TRIED.search(file.path) and not any(draw.means in _TRAINING for draw in draws):
            return
        yield self._about(draws, file)

    def _functions(self, file: Module) -> Iterator[Finding]:
        """What other files may run of a module; whether one does, and seeds, is asked in `across`."""
        for name, draws in drawing_functions(file, lambda: [place.call for place in unseeded_splits(file)]).items():
            yield self._about(draws, file)._replace(group=f"{_RUN} {name}")

    def _about(self, draws: list[Draw], file: Module) -> Finding:
        # Where something is trained, that is what the seed is for.
        first = next((d for d in draws if d.means in _TRAINING), draws[0])
        others = [d for d in draws if d is not first]
        keras = any(d.stream == "tensorflow" for d in draws) and _is_keras(file)
        spans = [(draw, file.span(draw.call)) for draw in others]
        finding = self.finding(
            file.span(first.call),
            _message(first, keras),
            advice=_advices([first, *others], keras, file),
            related=tuple(Related(file.path, s.cell, s.line, f"`{d.name}` draws too") for d, s in spans),
        )
        means = "trains" if all(d.means in _TRAINING for d in draws) else "draws"
        streams = ["keras" if keras and d.stream == "tensorflow" else d.stream or "own" for d in draws]
        return finding._replace(cause=" ".join([means, *dict.fromkeys(streams)]))

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """Without those that another file seeds, modules whose own start is a demonstration, tests and lectures."""
        kept: dict[object, Finding] = {}
        lectures = lectures_of(project.notebooks) if findings else frozenset()
        findings = [finding for finding in findings if not is_taken_over(finding.path)]
        functions = [finding for finding in findings if finding.group.startswith(_RUN)]
        for finding in findings:
            if finding.group.startswith(_RUN):
                continue
            means, *streams = finding.cause.split()
            if finding.path in project.tests or (finding.path in lectures and means != "trains"):
                continue
            if finding.path.endswith(".py") and project.importers.get(finding.path):
                continue
            old = not {"keras", "tensorflow"}.isdisjoint(streams) and is_old_keras(finding.path, project)
            if all(_is_seeded(finding, stream, old, project) for stream in streams):
                continue
            if old:
                finding = finding._replace(advice=_old_advice(finding.advice, streams))
            key = _content(finding, project)
            if key in kept:
                first = kept[key]
                copy = Related(
                    finding.path, finding.span.cell, finding.span.line, "the same code in a copy of this file"
                )
                kept[key] = first._replace(related=(*first.related, copy))
                continue
            kept[key] = finding
        told = [*kept.values(), *cls._run_elsewhere(functions, [*kept.values()], lectures, project)]
        libraries = {_CAUSES[s] for finding in told for s in finding.cause.split()[1:]}
        cause = ", ".join(name for name in dict.fromkeys(_CAUSES.values()) if name in libraries)
        return [finding._replace(cause=cause) for finding in told]

    @classmethod
    def _run_elsewhere(
        cls, functions: list[Finding], told: list[Finding], lectures: frozenset[str], project: Project
    ) -> Iterator[Finding]:
        """Of what modules draw, that which a script or notebook runs that seeds nothing, and that is not told of already."""
        done = {finding.path for finding in told} | {place.path for finding in told for place in finding.related}
        by_file: dict[str, list[tuple[Finding, list[str]]]] = defaultdict(list)
        for finding, starts in unseeded_starts(functions, project):
            streams = [_STREAM.get(stream, stream) for stream in finding.cause.split()[1:]]
            starts = [s for s in starts if s not in lectures and not _SHOWN.search(s) and not _TRIED.search(s)]
            if starts and not any(own_seeds(finding, stream, project) for stream in streams):
                by_file[finding.path].append((finding, starts))
        modules = []
        for found in by_file.values():
            found.sort(key=lambda pair: (-len(pair[1]), pair[0].span))
            modules.append((found[0][0], [f for f, _ in found[1:]], sorted({s for _, starts in found for s in starts})))
        modules.sort(key=lambda module: (-len(module[2]), module[0].path))
        for finding, others, starts in modules:
            new = [start for start in starts if start not in done]
            if not new:
                continue
            done.update(starts)
            first = f"`{basename(new[0])}`"
            which = f"{first}, which runs it" if len(new) == 1 else f"{first} and {len(new) - 1} more that run it"
            places = [Related(f.path, f.span.cell, f.span.line, f"`{_subject(f)}` draws too") for f in others]
            places += (Related(s, 1 if s.endswith(".ipynb") else None, 1, "runs it, and seeds nothing") for s in new)
            drawn = dict.fromkeys(stream for f in (finding, *others) for stream in f.cause.split()[1:])
            yield finding._replace(
                message=f"{finding.message}, here or in {which}",
                advice=f"Set the seed where it is started, in {first}. {finding.advice}",
                related=(*finding.related, *places),
                group="",
                cause=" ".join(["draws", *drawn]),
            )


def _subject(finding: Finding) -> str:
    return finding.message.split("`")[1]


#: The group of findings about what a module draws, with the function's name.
_RUN = "run elsewhere:"
_TRAINING = ("estimator", "training")
#: What seeds that which has a name of its own in the text.
_STREAM = {"keras": "tensorflow"}
_CAUSES = {
    "own": "generators",
    "numpy": "NumPy",
    "random": "random",
    "torch": "PyTorch",
    "keras": "Keras or TensorFlow",
    "tensorflow": "Keras or TensorFlow",
}


def _content(finding: Finding, project: Project) -> object:
    """What is the same in two copies of a file: what it says, without where it stands."""
    summary = project.files.get(finding.path)
    if summary is None:
        return finding.path
    code = tuple((d.name, d.fingerprint) for d in summary.definitions)
    return finding.message, finding.span, summary.lines, summary.bindings, summary.refs, code


def _is_keras(file: Module) -> bool:
    """Whether the networks are those of Keras alone, which may run on another library than TensorFlow."""
    return any(item.module.partition(".")[0] == "keras" for item in file.imports) or any(
        "KERAS_BACKEND" in line for line in file.source.lines
    )


def _is_lecture(file: Module) -> bool:
    """Whether numbers are drawn to have some to show: by the folder, or by much text for little code."""
    if _SHOWN.search(file.path):
        return True
    return is_wordy(file.source.prose, len(file.cells))


def _message(draw: Draw, keras: bool) -> str:
    if draw.means == "estimator":
        return f"`{draw.name}` gives another result in every run: it gets no `{draw.keyword}`, nor does a global seed cover it"
    if draw.means == "generator":
        return f"`{draw.name}` makes another generator in every run: it gets no seed"
    trains = draw.name.rpartition(".")[2] in TRAINERS
    what = "trains from other random weights" if trains else "draws other numbers"
    if draw.name.rpartition(".")[2] == "DataLoader":
        what = "shuffles in another way"
    stream = "keras" if keras and draw.stream == "tensorflow" else draw.stream
    return f"`{draw.name}` {what} in every run: nothing seeds {_LIBRARIES[stream]}"


def _is_exported(file: Module) -> bool:
    """Whether a notebook is the source of a library, as nbdev has it: its cells try out what they define."""
    return file.is_notebook and any(_NBDEV.match(line) for line in file.source.lines)


def _is_repeated(draw: Draw, file: Module) -> bool:
    """Whether a generator is made again and again: one seed would give the same numbers each time."""
    return draw.means == "generator" and (
        draw.scope.kind != "module" or any(isinstance(p, ast.For | ast.While) for p in file.parents(draw.call))
    )


def _advices(draws: list[Draw], keras: bool, file: Module) -> str:
    """The better code for each library, the first draw's first; one call of Keras seeds Python and NumPy too."""
    done: set[str] = set()
    parts: list[str] = []
    trains = any(draw.stream == "tensorflow" for draw in draws)
    for draw in draws:
        covered = trains and draw.stream in ("numpy", "random") and draw.means == "number"
        if draw.stream not in done and not covered:
            parts.append(_advice(draw, keras, file))
        done.add(draw.stream)
    if trains and not done.isdisjoint(("numpy", "random")):
        parts.append(_TOO)
    return " ".join(dict.fromkeys(parts))


def _old_advice(advice: str, streams: list[str]) -> str:
    """The same for Keras before 2.7 and TensorFlow 1: what came later does not exist there."""
    calls = ["`np.random.seed(0)`", *["`random.seed(0)`"] * ("random" in streams), "`tf.set_random_seed(0)`"]
    old = f"Call {', '.join(calls[:-1])} and {calls[-1]} before the model is built."
    return advice.replace(f" {_TOO}", "").replace(_SET_KERAS, old).replace(_SET_TENSORFLOW, old)


_TOO = "It seeds Python and NumPy too."
_SET_KERAS = "Call `keras.utils.set_random_seed(0)` before the model is built."
_SET_TENSORFLOW = (
    "Call `tf.keras.utils.set_random_seed(0)` before the model is built (`tf.set_random_seed(0)` in TensorFlow 1)."
)


def _is_seeded(finding: Finding, stream: str, old: bool, project: Project) -> bool:
    """Whether another file seeds a library for this one, or, for Keras as it was, this file seeds NumPy."""
    if stream == "own":
        return False
    if (
        stream == "keras"
        and old
        and (names_seed(finding.path, "numpy", project) or own_seeds(finding, "numpy", project))
    ):
        return True
    return own_seeds(finding, _STREAM.get(stream, stream), project)


def _advice(draw: Draw, keras: bool, file: Module) -> str:
    """The better code for the library at hand."""
    name = draw.name.rpartition(".")[2]
    if draw.means == "estimator":
        return f"Pass `{draw.keyword}=0` to `{draw.name}`."
    if draw.means == "rows":
        return f"Pass `random_state=0` to `{name}`."
    if draw.means == "generator":
        if _is_repeated(draw, file):
            return (
                f"Make one generator at the start, `rng = {draw.name}(0)`, and draw from that one here: with a seed in this "
                "call, it would give the same numbers each time."
            )
        return f"Pass a seed: `{draw.name}(0)`."
    if draw.stream == "numpy":
        method = {"rand": "random", "randn": "standard_normal", "randint": "integers", "random_sample": "random"}.get(
            name, name
        )
        if shared := shares_numpy(file):
            return f"Call `np.random.seed(0)` at the start: {shared}."
        return f"Make one generator at the start, `rng = np.random.default_rng(0)`, and draw with `rng.{method}(...)`."
    if draw.stream == "random":
        if imports(file, "networkx"):
            return "Call `random.seed(0)` and `np.random.seed(0)` at the start: networkx draws from both."
        return "Call `random.seed(0)` at the start, or draw from one `random.Random(0)`."
    if draw.stream == "torch":
        return "Call `torch.manual_seed(0)` before the model is made."
    return _SET_KERAS if keras else _SET_TENSORFLOW
