"""What absolute paths look like, and whose they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescode_lint.facts.paths import classify, in_command
from rescode_lint.model import Finding
from rescode_lint.rules.paths.machine_path import MachinePath
from rescode_lint.rules.paths.personal_path import PersonalPath
from rescode_lint.testing import run


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("/home/alice/x.csv", "/home/alice"),
        ("/home/alice", "/home/alice"),
        ("/home1/01329/carla/x", "/home1/01329/carla"),
        ("/global/homes/r/rada/x", "/global/homes/r/rada"),
        ("/storage/home/alice/x", "/storage/home/alice"),
        ("/afs/cern.ch/user/a/alice/x", "/afs/cern.ch/user/a/alice"),
        ("/Users/alice/My great data folder/x.csv", "/Users/alice"),
        ("/mnt/c/Users/bob/x", "/mnt/c/Users/bob"),
        ("C:\\Users\\Bob\\x.csv", "C:\\Users\\Bob"),
        ("C:/Users/Bob/x.csv", "C:/Users/Bob"),
        ("~bob/x.csv", "~bob"),
        ("file:///home/alice/x.csv", "/home/alice"),
        ("sqlite:////home/alice/x.db", "/home/alice"),
        ("/content/drive/MyDrive/x", "/content/drive/MyDrive"),
        ("./drive/My Drive/x", "./drive/My Drive"),
    ],
)
def test_personal(text: str, root: str) -> None:
    path = classify(text)
    assert path is not None
    assert (path.kind, path.root) == ("personal", root)


@pytest.mark.parametrize(
    ("text", "root", "store"),
    [
        ("/data/x.csv", "/data", "disk"),
        ("/data/run*/x?.csv", "/data", "disk"),
        ("/mnt/nas/x", "/mnt/nas", "disk"),
        ("/home/ubuntu/x", "/home/ubuntu", "disk"),
        ("/Users/Shared/x", "/Users/Shared", "disk"),
        ("/kaggle/input/x/y.csv", "/kaggle/input", "Kaggle"),
        ("/content/x.csv", "/content", "Colab"),
        ("D:\\data\\x.csv", "D:", "Windows"),
        ("D:\\data\new\table.csv", "D:", "Windows"),  # not a raw string
        ("\\\\nas\\lab\\x.csv", "\\\\nas\\lab", "share"),
        ("s3://lab/x", "s3://lab", "bucket"),
        ("dbfs:/mnt/x", "dbfs:/mnt", "Databricks"),
    ],
)
def test_machine(text: str, root: str, store: str) -> None:
    path = classify(text)
    assert path is not None
    assert (path.kind, path.root, path.store, path.certainty) == ("machine", root, store, "sure")


@pytest.mark.parametrize(
    "text",
    [
        "data/x.csv",
        "../data/x.csv",
        "~/x.csv",
        "/",
        "/dev/null",
        "/tmp/x.csv",
        "/usr/bin/env",
        "/opt/conda/bin/python",
        "/content/drive",
        "/home/<user>/x",
        "/home/username/x",
        "/path/to/x.csv",
        "/data/your_folder/x.csv",
        "/data/(.*)",
        "^/data/x",
        "/data is where we keep the files",
        "/api/v1/Users/list",
        "/static/x.png",
        "/predict",
        "https://example.org/data/x.csv",
        "d:/x",
        "Q:\nWhat is this",
        "\\\\hline\\textbf",
        "/device:GPU:0",
        "s3://{bucket}/x",
        "s3://my-bucket/x",
        "s3://noaa-ghcn-pds/x.csv",
        "sqlite:///x.db",
    ],
)
def test_no_path_of_anybody(text: str) -> None:
    assert classify(text) is None


@pytest.mark.parametrize(
    ("text", "certainty"),
    [("/corral/lab/x.csv", "likely"), ("/results/run3/x.csv", "doubtful"), ("/data", "likely")],
)
def test_what_the_code_around_must_say(text: str, certainty: str) -> None:
    path = classify(text)
    assert path is not None
    assert path.certainty == certainty


def test_a_beginning_may_be_cut() -> None:
    assert classify("/home/al", whole=False) is None
    assert classify("s3://lab-", whole=False) is None
    assert classify("/home/alice/x", whole=False) is not None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("cp x.csv ~dave/x 'drive/My Drive/x y'", ["~dave/x", "drive/My Drive/x y"]),
        ("cp /content/drive/My\\ Drive/x .", ["/content/drive/My\\ Drive/x"]),
        ("docker run -v /data/x:/data image", ["/data/x"]),
        ("python x.py --data=/scratch/x", ["/scratch/x"]),
        ("cat /data/x.csv|sort>/scratch/y", ["/data/x.csv", "/scratch/y"]),
        ("wget https://a.org/?p=/data/x -O data/x", []),
        ("echo $HOME/data/x {root}/data/x ../data/x", []),
    ],
)
def test_commands(command: str, words: list[str]) -> None:
    assert [command[start:end] for start, end, _ in in_command(command)] == words


def found(code: str, path: str = "x.py") -> list[Finding]:
    return list(run({path: code}, PersonalPath, MachinePath).findings)


@pytest.mark.parametrize(
    "code",
    [
        "def f(root, name):\n    return root + '/data/{}.csv'.format(name)",
        "path = 'x'\npath += '/data/x.csv'",
        "import os\nos.path.join(root, '/data/x.csv')",
        "FOLDER = '/data/x/'\nprint(open(f'{root}{FOLDER}y'))",
        "import os\nos.environ.get('DATA', '/data/x')",
        "import os\ndefault_pattern = 's3://lab/x'\nos.getenv('DATA', default_pattern)",
        "import os\nif os.path.exists('/data/x'): pass",
        "import os\nIN = '/kaggle/input/x' if 'KAGGLE_KERNEL_RUN_TYPE' in os.environ else 'data'",
        "import s3fs\nfs = s3fs.S3FileSystem(anon=True)\nfs.open('s3://lab/x')",
        "import flask\nDATA = '/data/items'",
        "raise FileNotFoundError('/data/x.csv is missing')",
        "outpath = '/results/' + name + '/x/'",
        "ABOUT_PAGE = '/pages/about.html'",
        "self.load('data' + '/data/x.csv')",
        "x = {'/data/x': 1}\nx['/data/x']",
        "from pathlib import PureWindowsPath\nPureWindowsPath('D:/study/x')",
        "flags.DEFINE_string('x', None, '/data/x says where')",
    ],
)
def test_silent(code: str) -> None:
    assert not found(code)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("import os\nos.environ.get('DATA', '/home/alice/x')", "fallback"),
        ("import sys\nsys.path.append('/home/alice/lib')", "pip install"),
        ("parser.add_argument('--data', default='/data/x')", "option"),
        ("def f(path='/data/x'): ...", "default"),
        ("import subprocess\nsubprocess.run(f'cp {x} /data/y', shell=True)", "argument"),
        ("get_ipython().system('cp x /home/alice/y')", "__file__"),
        ("get_ipython().run_line_magic('cd', '/home/alice/y')", "__file__"),
        ("cmd = 'rsync -a x /scratch/lab'", "argument"),
        ("names = [x for x in y if x.startswith('/home/alice/x')]", "__file__"),
        ("import os\nopen(os.path.join('/corral/lab/x', 'y.csv'))", "argument"),
        ("open('/results/x/' + name)", "argument"),
        ("PYTHON = '/home/alice/venv/bin/python'", "sys.executable"),
        ("DATA_URI = 's3://lab/x'", "bucket"),
    ],
)
def test_advice_for_the_case(code: str, advice: str) -> None:
    (finding,) = found(code)
    assert advice in finding.advice


def test_merged_and_shortened() -> None:
    code = "a = '/data/a.csv'\nb = f'/data/{a}.csv'\nc = '/data/" + "x/" * 60 + "c.csv'"
    (finding,) = found(code)
    assert finding.message == "3 paths in this file are hard-coded to one machine or cluster: `/data`"
    assert [related.message for related in finding.related] == ["`/data/{a}.csv`", "`/data/…/c.csv`"]


@given(
    st.lists(
        st.sampled_from(["file://", "/", "C:", "\\", "~", "bob", "home", "data", " ", "%s", "{", "s3:", "x.csv", "\n"])
    )
)
def test_no_text_is_too_odd(parts: list[str]) -> None:
    text = "".join(parts)
    for whole in (True, False):
        path = classify(text, whole=whole)
        assert path is None or path.root
    in_command(text)
