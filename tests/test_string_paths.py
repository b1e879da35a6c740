"""RSC406: which of its fixes are safe, and what odd paths become."""

import ast
import enum
import os
import unittest.mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        (
            'D = "data"\ndef f(name):\n    return np.load(D + "/sub-" + name)',
            False,
        ),  # `name` may be one of an enumeration
        ('D = "data"\ndef f(name: str):\n    return np.load(D + "/sub-" + name)', True),
        ('D = "data"\ndef f(n):\n    return np.load(D + "/sub-" + str(n))', False),
        ('D = "data"\ndef f(n):\n    return np.load(D + "/sub-" + str(len(n)))', True),
        ('D = "/data"\nnp.load("./" + D + "/x.npy")', False),  # is below this folder
        ('D = "data"\nimport os\nos.mkdir(D + "/x/")', False),
        (
            'from pathlib import Path\nout_dir = Path("a")\nnp.load(f"{out_dir}x.npy"), np.load(f"{out_dir}/x.npy")',
            False,
        ),
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
        ('np.load(d + "/a{b}/" + str(n) + "_\'x.npy")', 'np.load(Path(d) / f"a{{b}}/{n}_\'x.npy")'),
        ('np.load(d + "/sub//x.npy")', 'np.load(Path(d) / "sub/x.npy")'),
        ('np.load(d + "/../x.npy")', 'np.load(Path(d) / "../x.npy")'),
        ("np.load('%s/%d%%_%.2f.npy' % (d, n, x))", "np.load(Path(str(d)) / f'{int(n)}%_{x:.2f}.npy')"),
        ('np.load(d + "/" + (a or b))', "np.load(Path(d) / (a or b))"),
        ('np.load(d["out dir"] + "/x.npy")', 'np.load(Path(d["out dir"]) / "x.npy")'),
        ('np.load(d + "/" + kind + "/runs/" + str(n) + ".npy")', 'np.load(Path(d) / kind / f"runs/{n}.npy")'),
        ('np.load(d + "/{}/{}/{:02d}.npy".format(a, b, n))', 'np.load(Path(d) / f"{a}/{b}/{n:02d}.npy")'),
        ('np.load(out_dir + name + ".npy")', 'np.load(Path(out_dir) / f"{name}.npy")'),
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
        "np.load(format(n, '02'))",
        "np.load(join())",
        "np.load(f'{d}/{str(*n)}.npy')",
        "np.load(d + '/' + str(*n))",
        "np.load(prefix + name + '/x.npy')",
        "np.load(d + '_old/x.npy')",
        "np.load((lambda: d)() + '/x.npy')",
        "np.load(d() + '/' + (n := 'x'))",
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


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("x = np.load(D)\nfrom pathlib import Path as P", "P"),
        ("x = np.load(D)\nimport pathlib", "pathlib.Path"),
        ("def f():\n    from pathlib import Path\nx = np.load(D)", "Path"),
        ("def f(Path):\n    pass\nx = np.load(D)", ""),
        ("from pathlib import Path\ndef f(Path):\n    pass\nx = np.load(D)", ""),
    ],
)
def test_path_is_there_where_it_is_written(code: str, wanted: str) -> None:
    code = f"{NUMPY}D = 'data'\n{code}\n".replace("(D)", "(D + '/x.npy')")
    after, _ = fix({"a.py": code}, StringBuiltPath)
    assert (f"{wanted}(D)" in after["a.py"]) if wanted else after["a.py"] == code
    if wanted:
        given: dict[str, object] = {}
        with unittest.mock.patch("numpy.load", str):
            exec(after["a.py"], given)
        assert given["x"] == "data/x.npy"


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


class Kind(str, enum.Enum):
    """Which an f-string and `+` write differently."""

    A = "a"


OPERANDS = st.sampled_from(
    [
        "D",
        "d",
        "out_dir",
        "name",
        "str(n)",
        "str(kind)",
        "kind",
        "'/'",
        "'/x'",
        "'x/'",
        "'sub'",
        "'.npy'",
        "'./'",
        "'_{b}'",
        "''",
        "'/*.npy'",
    ]
    + ["os.sep", "(d or D)", "names[0]", "f'{n:03d}'", "f'{d}/{name}'", "format(n, '02')", "str(len(name))", "D + 'x'"]
)
FIELDS = st.sampled_from(["D", "d", "out_dir", "name", "n", "kind", "str(n)", "names[0]", "len(name)", "'x'", "n + 1"])
TEXTS = st.sampled_from(["/", "x", ".npy", "/sub-", "x/", "_", "./", "", "//", "%%", "{{", "\\n"])


@st.composite
def templates(draw: st.DrawFn) -> str:
    """A path by an f-string, `%` or `format`."""
    texts, fields = draw(st.lists(TEXTS, min_size=3, max_size=5)), draw(st.lists(FIELDS, min_size=4, max_size=4))
    fields = fields[: len(texts) - 1]
    how = draw(st.sampled_from(["f", "percent", "format"]))
    hole = {"percent": "%s", "format": "{}"}
    inside = [f"{{{field}}}" if how == "f" else hole[how] for field in fields] + [""]
    text = '"' + "".join(a + b for a, b in zip(texts, inside, strict=True)) + '"'
    given = ", ".join(fields)
    return f"f{text}" if how == "f" else f"{text} % ({given},)" if how == "percent" else f"{text}.format({given})"


@st.composite
def paths(draw: st.DrawFn) -> str:
    """A path by `+`, by a template, by `os.path.join` of such."""
    part = st.one_of(st.lists(OPERANDS, min_size=1, max_size=5).map(" + ".join), templates())
    how = draw(st.integers(0, 2))
    parts = draw(st.lists(part, min_size=1, max_size=3))
    if how == 0:
        return parts[0]
    joined = f"os.path.join({', '.join(parts)})"
    return joined if how == 1 else f"os.path.join({joined}, {draw(part)})"


class Got(Exception):
    """What `np.load` was given."""


def given_to_load(code: str, **values: object) -> str | None:
    """The file that the code of `f` loads; None where it fails."""

    def load(path: object) -> None:
        raise Got(os.path.normpath(os.fspath(path)))  # type: ignore[call-overload]

    with unittest.mock.patch("numpy.load", load):
        space: dict[str, object] = {}
        exec(compile(code, "a.py", "exec"), space)
        try:
            space["f"](**values)  # type: ignore[operator]
        except Got as got:
            return str(got)
        except (TypeError, ValueError, LookupError):
            return None
    return None


@settings(max_examples=300, deadline=None)
@given(
    paths(),
    st.sampled_from(["data", "data/", "/data", "./data", "a/../b/", "x"]),
    st.sampled_from(["", "y", "/y", "y/", "./y"]),
    st.sampled_from(["", "out", "out/"]),
)
def test_odd_paths_neither_crash_nor_change_by_a_safe_fix(path: str, folder: str, name: str, out_dir: str) -> None:
    code = (
        f"import os\nimport numpy as np\nfrom pathlib import Path\nD = {folder!r}\n\n\n"
        f"def f(d, name, out_dir, n, kind, names):\n    return np.load({path}), np.load(d + '/x' + '.npy')\n"
    )
    verdict = run({"a.py": code}, StringBuiltPath)
    assert not verdict.problems
    after, repaired = fix({"a.py": code}, StringBuiltPath)
    assert not repaired.problems
    values = {"d": "e", "name": name, "out_dir": out_dir, "n": 7, "kind": Kind.A, "names": [name]}
    found = [finding for finding in verdict.findings if finding.span.column == 20]
    before = given_to_load(code, **values)
    now = given_to_load(after["a.py"], **values)
    if before is None or (found and found[0].fix and not found[0].fix.safe):
        return
    assert now == before, after["a.py"]
