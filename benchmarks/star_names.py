"""Make `src/rescode_lint/facts/star_names.py`: what `from x import *` brings, from the libraries that are installed.

Libraries of different years bring different names, so the names of several environments are put together:

    old-env/bin/python benchmarks/star_names.py > old.json      (any Python from 3.6 on, with the libraries in it)
    new-env/bin/python benchmarks/star_names.py > new.json
    python benchmarks/star_names.py old.json new.json           (writes the table)
"""

import json
import os
import sys
import textwrap

STANDARD = """
array bisect calendar cmath collections collections.abc concurrent.futures contextlib copy csv ctypes datetime
dataclasses decimal enum fractions functools glob heapq io itertools json logging math multiprocessing operator os
os.path pathlib pickle platform pprint queue random re shutil statistics string struct subprocess sys tempfile threading
time timeit tkinter tkinter.messagebox tkinter.ttk turtle types typing urllib.parse urllib.request warnings
"""
LIBRARIES = """
numpy numpy.fft numpy.linalg numpy.ma numpy.polynomial numpy.random numpy.testing
matplotlib.animation matplotlib.patches matplotlib.pyplot pylab mpl_toolkits.mplot3d
scipy scipy.cluster.vq scipy.constants scipy.fft scipy.fftpack scipy.integrate scipy.interpolate scipy.io scipy.linalg
scipy.misc scipy.ndimage scipy.optimize scipy.signal scipy.sparse scipy.sparse.linalg scipy.spatial
scipy.spatial.distance scipy.special scipy.stats
sympy sympy.abc sympy.plotting sympy.stats sympy.physics.mechanics sympy.physics.vector sympy.physics.units mpmath
pandas seaborn tqdm
uncertainties uncertainties.umath uncertainties.unumpy
ipywidgets IPython.display plotly.express plotly.graph_objects plotly.graph_objs plotly.offline
sklearn.cluster sklearn.compose sklearn.datasets sklearn.decomposition sklearn.ensemble sklearn.feature_extraction
sklearn.feature_extraction.text sklearn.feature_selection sklearn.impute sklearn.linear_model sklearn.manifold
sklearn.metrics sklearn.mixture sklearn.model_selection sklearn.naive_bayes sklearn.neighbors sklearn.neural_network
sklearn.pipeline sklearn.preprocessing sklearn.svm sklearn.tree
"""
#: What a module brings of others, so that no name is written twice.
PARTS = {
    "pylab": ("matplotlib.pyplot", "numpy", "numpy.fft", "numpy.linalg", "numpy.random"),
    "scipy": ("numpy",),
    "plotly.graph_objs": ("plotly.graph_objects",),
}
TARGET = os.path.join(os.path.dirname(__file__), "..", "src", "rescode_lint", "facts", "star_names.py")
BEGIN, END = 'r"""\n', '"""\n'


def collect() -> "dict[str, list[str]]":
    """Module -> the names that it brings here; modules that are not installed are left out."""
    os.environ["MPLBACKEND"] = "agg"
    found = {}
    for module in (STANDARD + LIBRARIES).split():
        space: dict[str, object] = {}
        try:
            exec(f"from {module} import *", space)
        except Exception as error:
            sys.stderr.write(f"{module}: {error}\n")
            continue
        found[module] = sorted(name for name in space if name not in ("__builtins__", "__warningregistry__"))
    return found


def table(collected: "list[dict[str, list[str]]]") -> "list[str]":
    """The lines of the table, from what several environments have."""
    names: dict[str, set[str]] = {}
    for found in collected:
        for module, brought in found.items():
            names.setdefault(module, set()).update(brought)
    lines = []
    for module in sorted(names):
        own = set(names[module])
        parts = [part for part in PARTS.get(module, ()) if part in names]
        for part in parts:
            own -= names[part]
        text = f"{module}: {' '.join([*('*' + part for part in parts), *sorted(own)])}"
        lines += textwrap.wrap(text, 118, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return lines


def main() -> None:
    """Without arguments print what this environment has; with some, write the table."""
    if len(sys.argv) == 1:
        json.dump(collect(), sys.stdout)
        return
    collected = []
    for path in sys.argv[1:]:
        with open(path) as file:
            collected.append(json.load(file))
    with open(TARGET) as file:
        text = file.read()
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    with open(TARGET, "w") as file:
        file.write(head + BEGIN + "\n".join(table(collected)) + "\n" + END + tail)


if __name__ == "__main__":
    main()
