"""What stands in the place of a path after its fix: from where it is built, of which type, under which name."""

import pytest

from rescode_lint.model import Tree
from rescode_lint.rules.paths.cwd_dependent_path import CwdDependentPath
from rescode_lint.rules.paths.machine_path import MachinePath
from rescode_lint.rules.paths.personal_path import PersonalPath
from rescode_lint.testing import NOTEBOOK, cells_of, files_of, fix, run

DATA = {"data/x.csv": "", "data/raw/y.csv": ""}


def fixed(code: str, *rules: type, path: str = "src/a.py", others: dict[str, str] | None = None) -> str:
    """The file after its fixes, those blank lines aside that set off imports and constants."""
    files = files_of({path: code, **(others or {})})[0]
    after = files
    for rule in rules:
        after, repaired = fix(after, rule)
        assert not repaired.problems, repaired.problems
    return "\n".join(line for cell in cells_of(after[path]) for line in cell.split("\n") if line)


def last(code: str, *rules: type, path: str = "src/a.py", others: dict[str, str] | None = None) -> str:
    """The last line after the fixes."""
    return fixed(code, *(rules or (PersonalPath,)), path=path, others=others).split("\n")[-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a `Path` only where a function takes one
        ('open("/home/al/st/data/x.csv")', 'open(PROJECT_ROOT / "data" / "x.csv")'),
        ('read("/home/al/st/data/x.csv")', 'read(str(PROJECT_ROOT / "data" / "x.csv"))'),
        ('X = "/home/al/st/data/x.csv"', 'X = str(PROJECT_ROOT / "data" / "x.csv")'),
        ("X = '/home/al/st/data/x.csv'", "X = str(PROJECT_ROOT / 'data' / 'x.csv')"),
        ('t = {"raw": "/home/al/st/data/raw/y.csv"}', 't = {"raw": str(PROJECT_ROOT / "data" / "raw" / "y.csv")}'),
        ('def f(p="/home/al/st/data/x.csv"): ...', 'def f(p=str(PROJECT_ROOT / "data" / "x.csv")): ...'),
        # what follows stays attached: a slash at the end, a sum, a format, an f-string
        ('X = "/home/al/st/data/raw/" + n', 'X = f"{PROJECT_ROOT}/data/raw/" + n'),
        ('X = "/home/al/st/data/raw/run" + n', 'X = str(PROJECT_ROOT / "data" / "raw" / "run") + n'),
        ('X = "/home/al/st/data/raw/"', 'X = f"{PROJECT_ROOT}/data/raw/"'),
        ('X = "/home/al/st/data/raw/{}.csv".format(n)', 'X = str(PROJECT_ROOT / "data/raw/{}.csv").format(n)'),
        ('X = "/home/al/st/data/raw/%s.csv" % n', 'X = str(PROJECT_ROOT / "data/raw/%s.csv") % n'),
        ('open(f"/home/al/st/data/raw/{n}.csv")', 'open(PROJECT_ROOT / f"data/raw/{n}.csv")'),
        ('X = rf"/home/al/st/data/raw/{n}.csv"', 'X = str(PROJECT_ROOT / rf"data/raw/{n}.csv")'),
        ('X = f"/home/al/st/data/raw/{n}/"', 'X = f"{PROJECT_ROOT}/data/raw/{n}/"'),
        ('glob.glob("/home/al/st/data/raw/*.csv")', 'glob.glob(str(PROJECT_ROOT / "data" / "raw" / "*.csv"))'),
        # somebody else's system
        (r'X = "C:\\Users\\Al\\st\\data\\x.csv"', 'X = str(PROJECT_ROOT / "data" / "x.csv")'),
        (r'X = r"C:\Users\Al\st\data\x.csv"', 'X = str(PROJECT_ROOT / "data" / "x.csv")'),
        (r'X = rf"C:\Users\Al\st\data\raw\{n}.csv"', r'X = str(PROJECT_ROOT / rf"data\raw\{n}.csv")'),
    ],
)
def test_the_rest_is_in_the_repository(before: str, after: str) -> None:
    assert last(before, others=DATA) == after


def test_a_place_beside_known_files_is_in_the_project_too() -> None:
    code = 'open("/home/al/st/data/x.csv")\nOUT = "/home/al/st/results/new"\nELSE = "/home/al/other/z.csv"'
    lines = fixed(code, PersonalPath, others=DATA).split("\n")
    assert lines[-2:] == ['OUT = str(PROJECT_ROOT / "results" / "new")', 'ELSE = str(OTHER_DIR / "z.csv")']


def test_a_common_folder_says_nothing() -> None:
    assert "PROJECT_ROOT" not in fixed('X = "/home/al/some/data/"', PersonalPath, others=DATA)


def test_what_a_file_has_already_is_used_again() -> None:
    code = 'from pathlib import Path\nROOT = Path(__file__).resolve().parent.parent\nopen("/home/al/st/data/x.csv")'
    assert last(code, others=DATA) == 'open(ROOT / "data" / "x.csv")'


def test_a_notebook_looks_for_a_file_that_only_the_root_has() -> None:
    others = {**DATA, "README.md": "", "nb/README.md": "", "setup.py": ""}
    code = '# %%\nopen("/home/al/st/data/x.csv")'
    assert '(p / "setup.py").exists()' in fixed(code, PersonalPath, path="nb/a.ipynb", others=others)
    del others["setup.py"]
    assert '(p / ".git").exists()' in fixed(code, PersonalPath, path="nb/a.ipynb", others=others)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('open("/home/al/st/x.csv")', 'DATA_DIR = Path(os.environ.get("DATA_DIR", Path.home() / "st"))'),
        ('open("/home/al/study/x.csv")', 'STUDY_DIR = Path(os.environ.get("STUDY_DIR", Path.home() / "study"))'),
        (
            'open("/home/al/Study-data/x.csv")',
            'STUDY_DATA_DIR = Path(os.environ.get("STUDY_DATA_DIR", Path.home() / "Study-data"))',
        ),
        ('open("/home/al/x.csv")', 'DATA_DIR = Path(os.environ.get("DATA_DIR", Path.home()))'),
        ('open("/home/al/2020/x.csv")', 'DATA_DIR = Path(os.environ.get("DATA_DIR", Path.home() / "2020"))'),
        (
            'open("/content/drive/MyDrive/x.csv")',
            'DRIVE_DIR = Path(os.environ.get("DRIVE_DIR", "/content/drive/MyDrive"))',
        ),
        (
            'open("drive/MyDrive/birds/x.csv")',
            'BIRDS_DIR = Path(os.environ.get("BIRDS_DIR", "drive/MyDrive/birds"))',
        ),
        ('open("/scratch/users/al/runs/x.csv")', 'RUNS_DIR = Path(os.environ.get("RUNS_DIR", "runs"))'),
        ('DATA_DIR = 3\nopen("/home/al/x.csv")', 'DATA_ROOT = Path(os.environ.get("DATA_DIR", Path.home()))'),
    ],
)
def test_a_constant_that_the_environment_sets(before: str, after: str) -> None:
    assert after in fixed(before, PersonalPath).split("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('DATA = "/data/study/"', 'DATA = os.path.join(os.environ.get("STUDY_DIR", "/data/study"), "")'),
        ('if big:\n    data_dir = "/data/study"', '    data_dir = os.environ.get("STUDY_DIR", "/data/study")'),
        ('data_dir = "/home/ubuntu/study"', 'data_dir = os.environ.get("STUDY_DIR", "/home/ubuntu/study")'),
        (
            'p.add_argument("--data_dir", default="/data/study")',
            'p.add_argument("--data_dir", default=os.environ.get("STUDY_DIR", "/data/study"))',
        ),
        ('read("s3://lab-runs/a/x.csv")', 'read(f"{LAB_RUNS_BUCKET}/a/x.csv")'),
        ('read(f"s3://lab-runs/a/{n}.csv")', 'read(f"{LAB_RUNS_BUCKET}/a/{n}.csv")'),
        (r'open("D:\\x.csv")', 'open(DATA_DIR / "x.csv")'),
    ],
)
def test_a_machine_keeps_its_folder_as_the_default(before: str, after: str) -> None:
    got = fixed(before, MachinePath)
    assert got.split("\n")[-1] == after
    assert not run(files_of({"src/a.py": got})[0], MachinePath).findings


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ('figdir = "/lustre/lab/data/figures/"', "FIG_DIR"),
        ('output_dir = "/lustre/lab/data/"', "OUTPUT_DIR"),
        ('model_path = "/lustre/lab/data/x.h5"', "MODEL_DIR"),
        ('def f(model_path="/lustre/lab/data/x.h5"): ...', "MODEL_DIR"),
        ('base_path = "/lustre/lab/bees"', "BEES_DIR"),
        ('OUTPUT_DIR = "/lustre/lab/data/"', "OUTPUT_DIR"),
        ('open("/lustre/lab/bees/data/x.csv")', "DATA_DIR"),
        ('open("/lustre/x.csv")', "LUSTRE_DIR"),
        ('open("/scratch/KERN42/x.csv")', "SCRATCH_DIR"),
        ('open("/scratch2/kx98/marlene/x.csv")', "SCRATCH2_DIR"),
        ('open("/lustre/lab/wasps/GitHub/x.csv")', "WASPS_DIR"),
        ('open("/lustre/lab/wasps/BeeTS2021_00657/x.csv")', "BEETS2021_DIR"),
        ('open("/lustre/lab/MothSurvey/x.csv")', "MOTH_SURVEY_DIR"),
        ('open("/data/moths/all.xyz")', "MOTHS_DIR"),
    ],
)
def test_a_name_says_what_a_folder_holds(before: str, name: str) -> None:
    assert f'os.environ.get("{name}", ' in fixed(before, MachinePath)


def test_data_of_two_roots() -> None:
    got = fixed('open("/lustre/lab/bees/data/x.csv")\nopen("/scratch/lab/wasps/data/y.csv")', MachinePath)
    assert '"DATA_DIR"' in got and '"WASPS_DATA_DIR"' in got


@pytest.mark.parametrize(
    "path", ["/scratch/users/marlene/bees/x.csv", "//wsl.localhost/Ubuntu/home/marlene/bees/x.csv".replace("/", "\\")]
)
def test_no_person_stays_in_a_default(path: str) -> None:
    got = fixed(f"open(r'{path}')", MachinePath, PersonalPath)
    assert "marlene" not in got and "bees" in got


def test_what_is_written_stays_of_the_file() -> None:
    code = "import os\nx = 'a'\nDATA = '/data/study/'"
    assert last(code, MachinePath) == "DATA = os.path.join(os.environ.get('STUDY_DIR', '/data/study'), '')"
    code = "open(f'/data/study/' f'run_{n}.csv')"
    assert last(code, MachinePath) == "open(STUDY_DIR / f'run_{n}.csv')"
    long = "/".join(["a-long-name"] * 7)
    code = f'open("/data/study/a.csv")\nopen("/data/study/{long}/x.csv")'
    assert last(code, MachinePath) == f'open(STUDY_DIR / "{long}/x.csv")'


def test_what_is_asked_for_moves_with_what_is_opened() -> None:
    got = fixed('import os\nif os.path.exists("/data/study/a"):\n    open("/data/study/b/x.csv")', MachinePath)
    assert 'os.path.exists(STUDY_DIR / "a")' in got and 'open(STUDY_DIR / "b" / "x.csv")' in got


def test_two_roots_have_two_names() -> None:
    code = 'open("/data/study/x.csv")\nopen("/scratch/study/y.csv")\nopen("/home/al/study/z.csv")'
    got = fixed(code, MachinePath, PersonalPath)
    names = {line.partition(" = ")[0] for line in got.split("\n") if "environ" in line}
    assert len(names) == 3 and "STUDY_DIR" in names
    assert not run(files_of({"src/a.py": got})[0], MachinePath, PersonalPath).findings


def test_an_option_that_means_it() -> None:
    code = (
        "def main(parser):\n    parser.add_argument({})\n    args = parser.parse_args()\n"
        '    return read("/data/study/images/x.csv")'
    )
    assert (
        last(code.format('"--images-dir", required=True'), MachinePath)
        == '    return read(str(Path(args.images_dir) / "x.csv"))'
    )
    assert "args.images" in last(code.format('"images"'), MachinePath)
    assert "args" not in last(code.format('"--images-dir"'), MachinePath)  # may be None
    assert "args" not in last(code.format('"--labels", required=True'), MachinePath)
    assert "args" not in last(code.format('"--images", action="store_true"'), MachinePath)


def test_fallbacks_of_the_environment_name_no_person() -> None:
    code = 'import os\nX = os.environ.get("X", "/home/al/st/")'
    assert last(code) == 'X = os.environ.get("X", os.path.expanduser("~/st/"))'
    code = 'import os\nX = os.getenv("X", "/scratch/users/al/birds/")'
    assert last(code) == 'X = os.getenv("X", "birds/")'
    code = 'import os\nX = os.getenv("X", "/content/drive/MyDrive/birds")'
    assert not run({"a.py": code}, PersonalPath).findings


def test_an_interpreter() -> None:
    assert last('run(["/home/al/env/bin/python", "x.py"])') == 'run([sys.executable, "x.py"])'


@pytest.mark.parametrize(
    "code",
    [
        'x = path.replace("/home/al/", "")',
        'import os\nos.system("cp /home/al/x.csv .")',
        "# %%\n!cp /home/al/x.csv .",
        "# %%\n%cd /home/al/study",
        "# %%\n%%bash\ncp /home/al/x.csv .",
        '# %%\nprint "x"\nopen("/home/al/x.csv")',
    ],
)
def test_no_fix_is_offered_where_none_can_be_made(code: str) -> None:
    path = NOTEBOOK if code.startswith("# %%") else "a.py"
    (finding,) = run(files_of({path: code})[0], PersonalPath).findings
    assert finding.fix is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'import sys\nprint "x"\nopen("/home/al/bees/x.csv")  # raw',
            'import sys\nimport os\n\nBEES_DIR = os.environ.get("BEES_DIR", os.path.expanduser("~/bees"))\n\nprint "x"\n'
            'open(os.path.join(BEES_DIR, "x.csv"))  # raw',
        ),
        (
            "#!/usr/bin/python\nimport os\nout_dir = '/corral/lab/bees'\nprint out_dir",
            "#!/usr/bin/python\nimport os\nout_dir = os.environ.get('BEES_DIR', '/corral/lab/bees')\nprint out_dir",
        ),
        (
            "print 'x'\nfor n in 1, 2:\n    np.load('/data/bees/runs/' + str(n))",
            "import os\n\nRUNS_DIR = os.environ.get('RUNS_DIR', '/data/bees/runs')\n\nprint 'x'\nfor n in 1, 2:\n"
            "    np.load(os.path.join(RUNS_DIR, '') + str(n))",
        ),
        ("print 'x'\nnp.load('/data/bees/' 'runs.npy')", "print 'x'\nnp.load('/data/bees/' 'runs.npy')"),
    ],
)
def test_a_script_of_python_2(before: str, after: str) -> None:
    got, _ = fix({"a.py": before}, PersonalPath, MachinePath)
    assert got["a.py"] == after


def test_a_folder_has_one_name_in_all_files() -> None:
    files = {
        "a.py": 'open("/home/al/wasps/2018/x.csv")\nopen("/home/al/wasps/2018/y.csv")',
        "b.py": 'open("/home/al/wasps/moths/y.csv")',
        "c.py": 'print "x"\nopen("/home/al/wasps/x.csv")',
        "d.py": 'open("/home/al/bees/wasps/x.csv")',
    }
    after, _ = fix(files, PersonalPath)
    line = 'WASPS_DIR = Path(os.environ.get("WASPS_DIR", Path.home() / "wasps"))'
    assert line in after["a.py"] and line in after["b.py"]
    assert 'open(WASPS_DIR / "2018" / "x.csv")' in after["a.py"]
    assert 'WASPS_DIR = os.environ.get("WASPS_DIR", os.path.expanduser("~/wasps"))' in after["c.py"]
    assert '"WASPS_DIR"' not in after["d.py"] and "BEES_DIR" in after["d.py"]


def test_the_path_that_is_made_of_a_text_is_replaced_whole() -> None:
    assert last('from pathlib import Path\nX = Path("/data/study/runs")', MachinePath) == "X = RUNS_DIR"
    got = last('from pathlib import Path\nX = [*Path("/data/study/runs/a.csv").parents]', MachinePath)
    assert got == 'X = [*(RUNS_DIR / "a.csv").parents]'


def test_a_command_is_no_path() -> None:
    (finding,) = run({"a.py": 'x = "/data/study/bin/prepare " + name'}, MachinePath).findings or (None,)
    assert finding is None or finding.fix is None


def test_an_account_that_windows_named() -> None:
    assert run({"a.py": r"x = r'C:\Users\User\Documents\study'"}, PersonalPath).findings
    assert not run({"a.py": r"x = r'C:\Users\User\study'" + "\ny = 'C:/Users/user'"}, PersonalPath).findings


def test_python_2_is_read_line_by_line() -> None:
    code = (
        'print "see /home/al/doc.txt"\n'
        '"""open("/home/al/1.csv")\n'
        'open("/home/al/2.csv")\n'
        '"""\n'
        '# open("/home/al/3.csv")\n'
        'x = root + "/home/al/4.csv"\n'
        "y = load('/home/al/5.csv')\n"
        'z = "/home/al/" + name\n'
    )
    (finding,) = run({"a.py": code}, PersonalPath).findings
    assert finding.span.line == 7 and [place.line for place in finding.related] == [8]
    assert not run({"a.py": 'print "x"\nif os.path.exists("/data/x/y"):\n    pass'}, MachinePath).findings
    (finding,) = run({"a.py": 'print "x"\nbasedir = "/corral/lab/study"'}, MachinePath).findings
    assert finding.span == (2, 11, 2, 30, None)


# --- paths that count from the working directory ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('open("../data/x.csv")', 'open(PROJECT_ROOT / "data" / "x.csv")'),
        ('X = "../data/"', 'X = f"{PROJECT_ROOT}/data/"'),
        ('X = "../data/run" + n', 'X = str(PROJECT_ROOT / "data" / "run") + n'),
        ('X = f"../data/{n}.csv"', 'X = str(PROJECT_ROOT / f"data/{n}.csv")'),
        ('X = "../data/{}.csv".format(n)', 'X = str(PROJECT_ROOT / "data/{}.csv").format(n)'),
        ('X = Path("..") / "data"', 'X = PROJECT_ROOT / "data"'),
        ('open("../data/x.csv")\nopen("../../beside/x.csv")', 'open("../../beside/x.csv")'),
        ('def f(x="../data/x.csv"): ...', 'def f(x=str(PROJECT_ROOT / "data" / "x.csv")): ...'),
    ],
)
def test_relative_paths_from_the_root(before: str, after: str) -> None:
    assert last(f"from pathlib import Path\n{before}", CwdDependentPath, others=DATA) == after


def test_out_of_the_project_nobody_can_tell() -> None:
    (finding,) = run({"src/a.py": 'open("../../beside/x.csv")', **DATA}, CwdDependentPath).findings
    assert finding.fix is None and "perhaps" not in finding.message


def test_deeper_folders_begin_at_the_file() -> None:
    others = {"deep/er/data/x.csv": ""}
    got = fixed('open("../data/x.csv")', CwdDependentPath, path="deep/er/src/a.py", others=others).split("\n")
    assert got[-2:] == ["HERE = Path(__file__).resolve().parent", 'open(HERE.parent / "data" / "x.csv")']


def test_a_module_that_is_used_from_another_folder() -> None:
    others = {"work/data/x.csv": "", "work/results/y.csv": ""}
    path = "work/nb/lib/sub/a.py"
    (finding,) = run({path: 'open("../data/x.csv")', **others}, CwdDependentPath).findings
    assert "`work/nb`" in finding.message
    assert last('open("../data/x.csv")', CwdDependentPath, path=path, others=others) == (
        'open(PROJECT_ROOT / "work" / "data" / "x.csv")'
    )


def test_checks_move_with_what_they_ask_for() -> None:
    code = 'import os\nif not os.path.exists("../data/x"):\n    os.makedirs("../data/x")'
    got = fixed(code, CwdDependentPath, others=DATA)
    assert '".."' not in got and "../" not in got
    assert not run({"src/a.py": 'import os\nok = os.path.exists("../data/x")'}, CwdDependentPath).findings


@pytest.mark.parametrize(
    "code",
    [
        'subprocess.run(["../tool", "x"])',
        'os.environ.get("DATA", "../data")',
        "base = \"<a href='../index.html'>\"",
        'link_url = "../index.html"',
        'raise ValueError("../data is missing")',
        'x = folder / "../data"',
        'x = os.path.join(folder, "../data")',
        'x = "../data" in names',
        'x = table["../data"]',
        '"""../data"""',
        'mark = ".."',
        'import sys\nroot_dir = ".."\nsys.path.extend([root_dir])',
        'import sys, os\nsys.path.insert(0, os.path.abspath("../lib"))',
    ],
)
def test_no_paths_of_files(code: str) -> None:
    assert not run({"src/a.py": code, **DATA}, CwdDependentPath).findings


def test_a_notebook_is_judged_by_what_is_there() -> None:
    files = files_of({"nb/new/a.ipynb": '# %%\nopen("../../data/x.csv")\nopen("../data/x.csv", "w")', **DATA})[0]
    assert not run(files, CwdDependentPath).findings
    files = files_of({"nb/new/a.ipynb": '# %%\nopen("data/x.csv")', **DATA})[0]
    (finding,) = run(files, CwdDependentPath).findings
    assert "the project's root" in finding.message and "`../../data/x.csv`" in finding.advice
    assert Tree().whole


def test_scripts_of_one_folder_have_one_cause() -> None:
    files = {f"src/a{n}.py": f'open("../data/{n}.csv")' for n in range(3)}
    assert {finding.cause for finding in run(files, CwdDependentPath).findings} == {"src"}


@pytest.mark.parametrize(
    "line",
    [
        "x = ur'/home/anna/data/x.csv'",
        "for os in names: x = '/home/anna/data/x.csv'",
        "from __future__ import division; x = '/home/anna/data/x.csv'",
        "    x = '/home/anna/data/x.csv'",
    ],
    ids=("joined to a word", "os is no module", "beside a future import", "all indented"),
)
def test_python_2_stays_where_text_cannot_tell(line):
    indent = line[: len(line) - len(line.lstrip())]
    files = files_of({"src/a.py": f"{line}\n{indent}print 1\n"})[0]
    assert fix(files, PersonalPath)[0] == files


def test_python_2_imports_os_by_its_own_name():
    after = fixed("import os as system\nprint 1\nx = '/home/anna/data/x.csv'", PersonalPath)
    assert after.split("\n")[1] == "import os"
