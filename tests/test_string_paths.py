"""RSC406: which of its fixes are safe, and what odd paths become."""

import ast

import pytest

from rescode_lint.check.analyse import Judges, analyse_tree
from rescode_lint.rules.paths.string_built_path import StringBuiltPath
from rescode_lint.testing import fix, run

NUMPY = "import numpy as np\n"


@pytest.mark.parametrize(
    ("code", "safe"),
    [
        ('D = "data"\nnp.load(D + "/x.npy")', True),
        ('D = "data/"\nnp.load(D + "x.npy")', True),
        ('D = "data"\nnp.load("%s/run%02d.npy" % (D, n)), np.load(D + "/x.npy")', True),
        ('D = "data"\nD = ""\nnp.load(D + "/x.npy")', False),  # may be empty
        ('def f(d):\n    return np.load(d + "/x.npy")', False),  # the same
        ('D = "data"\ndef f(name):\n    return np.load(D + "/" + name)', False),  # the name may begin with a slash
        ('D = "data"\ndef f(name):\n    return np.load(D + "/sub-" + name)', True),
        ('from lab import *\nD = "data"\nnp.load(D + "/x.npy")', False),  # may bring a `Path` or an `np` of its own
        ('D = "data"\nFILE = D + "/x.npy"\nnp.load(FILE)', False),  # another file may import it
        ('D = "data"\ndef f():\n    file = D + "/x.npy"\n    return np.load(file)', True),
        ('D = "data"\ndef f():\n    file = D + "/x.npy"\n    print(file)\n    return np.load(file)', False),
        ('import cv2\nD = "data"\ncv2.imread(D + "/x.png")', False),
        ('D = "data"\nfor d in "ab":\n    D = D + d\nnp.load(D + "/x.npy")', False),
    ],
)
def test_safe_only_if_surely_the_same(code: str, safe: bool) -> None:
    found = [finding for finding in run({"a.py": NUMPY + code}, StringBuiltPath).findings if finding.fix]
    assert found and found[0].fix
    assert found[0].fix.safe is safe


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ('np.load(d + "/a{b}/" + str(n) + "_\'x.npy")', 'np.load(Path(d) / "a{b}" / f"{n}_\'x.npy")'),
        ('np.load(d + "/sub//x.npy")', 'np.load(Path(d) / "sub" / "x.npy")'),
        ('np.load(d + "/../x.npy")', 'np.load(Path(d) / ".." / "x.npy")'),
        ("np.load('%s/%d%%_%.2f.npy' % (d, n, x))", "np.load(Path(str(d)) / f'{int(n)}%_{x:.2f}.npy')"),
        ('np.load(d + "/" + (a or b))', "np.load(Path(d) / (a or b))"),
        ('np.load(d["out dir"] + "/x.npy")', 'np.load(Path(d["out dir"]) / "x.npy")'),
    ],
)
def test_odd_paths(code: str, wanted: str) -> None:
    after, _ = fix({"a.py": f"{NUMPY}from pathlib import Path\n{code}\nnp.load(d + '/')\n"}, StringBuiltPath)
    assert wanted in after["a.py"]


@pytest.mark.parametrize(
    "code",
    [
        'np.load(d + "/%(name)s.npy" % names)',
        'np.load(d + "/{0.x}.npy".format(n))',
        'np.load(d + "/" + b"x")',
        'np.load([d + "/x.npy"])',
        'np.load("/" + "/")',
        'np.load("" + "")',
        'np.load(f"")',
        'np.load("{}/{}".format(*parts))',
        'np.load("%s/%s" % parts)',
        "np.load(os.path.join())",
        'np.load("".join(parts) + "/")',
    ],
)
def test_what_cannot_be_told_is_left_alone(code: str) -> None:
    files = {"a.py": f"{NUMPY}import os\n{code}\n"}
    verdict = run(files, StringBuiltPath)
    assert not verdict.problems
    after, repaired = fix(files, StringBuiltPath)
    assert not repaired.problems
    compile(after["a.py"], "a.py", "exec")


def test_another_path_is_not_taken_for_pathlib() -> None:
    code = 'from matplotlib.path import Path\ndef f(d):\n    return open(d + "/x.npy"), Path([])\n'
    (finding,) = run({"a.py": code}, StringBuiltPath).findings
    assert finding.fix is None


def test_python_2_has_no_pathlib() -> None:
    files = {"a.py": 'def f(d):\n    return open(d + "/x.npy")\n', "b.py": 'print "x"\n'}
    assert not run(files, StringBuiltPath).findings


def test_what_pyflakes_leaves_in_a_tree_is_not_followed() -> None:
    code = 'import numpy as np\n\n\ndef load(d, n):\n    return np.load(d + "/" + n) or not n\n'
    tree = ast.parse(code)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child._pyflakes_parent = node  # type: ignore[attr-defined]
    record = analyse_tree("a.py", code.splitlines(keepends=True), tree, Judges((StringBuiltPath,)))
    assert [finding.code for finding in record.findings] == ["RSC406"]
