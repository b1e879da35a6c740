"""Credentials: which are found, and that no output ever shows one."""

import itertools
import json
import os
import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

from rescode_lint.doors.cli import main
from rescode_lint.facts.credentials import find, find_in, redacted
from rescode_lint.report import FORMATS

HEX, LETTERS = "0123456789abcdef", string.ascii_letters
BASE62 = LETTERS + string.digits
SHOWN = 5


def made_up(length, alphabet=BASE62, seed=1):
    draw = random.Random(f"{length}{alphabet}{seed}")
    return "".join(draw.choice(alphabet) for _ in range(length))


_SEEDS = itertools.count(100)


def token(prefix, length, alphabet=BASE62, end=""):
    return prefix, made_up(length, alphabet, next(_SEEDS)), end


#: Name -> (code around the credential, what may be shown of it, what may not, its end).
FOUND = {
    "huggingface": ('login(token="{}")', *token("hf_", 34, LETTERS)),
    "openai": ('client = OpenAI(api_key="{}")', *token("sk-proj-", 100)),
    "openai-old": ('openai.api_key = "{}"', *token("sk-", 48)),
    "anthropic": ('client = Anthropic(api_key="{}")', *token("sk-ant-api03-", 93, end="AA")),
    "openrouter": ('key = "{}"', *token("sk-or-v1-", 64, HEX)),
    "wandb": ('wandb.login(key="{}")', *token("", 40, HEX)),
    "wandb-lines": ('wandb.login(\n    anonymous=None,\n    key="{}",\n)', *token("", 40, HEX)),
    "wandb-environ": ('os.environ["WANDB_API_KEY"] = "{}"', *token("", 40, HEX)),
    "wandb-new": ('run_with("{}")', *token("wandb_v1_", 27, end="_" + made_up(49))),
    "kaggle": ('os.environ["KAGGLE_KEY"] = "{}"', *token("", 32, HEX)),
    "kaggle-json": ('write(\'{{"username":"bob","key":"{}"}}\')', *token("", 32, HEX)),
    "kaggle-dict": ('account = {{"username": "bob", "key": "{}"}}', *token("", 32, HEX)),
    "kaggle-new": ('key = "{}"', *token("KGAT_", 32, HEX)),
    "aws": ('session = Session("{}")', *token("AKIA", 16, string.ascii_uppercase + "234567")),
    "aws-secret": ('client("s3", aws_secret_access_key="{}")', *token("", 40, BASE62 + "+/")),
    "google": ('maps = Client("{}")', *token("AIza", 35)),
    "github": ('headers = {{"Authorization": "token {}"}}', *token("ghp_", 36)),
    "github-fine": ('github = "{}"', *token("github_pat_", 22, end="_" + made_up(59))),
    "gitlab": ('gitlab = "{}"', *token("glpat-", 20)),
    "slack": ('slack = "{}"', *token("xoxb-", 12, string.digits, end="-" + made_up(24))),
    "comet": ('experiment = Experiment(api_key="{}")', *token("", 25)),
    "comet-call": ('experiment = comet_ml.Experiment("{}")', *token("", 25)),
    "neptune": ('run = neptune.init_run(api_token="{}")', *token("eyJhcGlfYWRkcmVzcyI6", 120, end="==")),
    "mapbox": ('px.set_mapbox_access_token("{}")', *token("pk.eyJ1", 60, end="." + made_up(22))),
    "twitter": ('bearer = "{}"', *token("A" * 21, 30, end="%3D" + made_up(50))),
    "telegram": ('bot = Bot("{}")', *token("", 10, "23456789", end=":AA" + made_up(33))),
    "ncbi": ('Entrez.api_key = "{}"', *token("", 36, HEX)),
    "nasa": ('url = "https://api.nasa.gov/apod?api_key={}&hd=1"', *token("", 40)),
    "materials": ("with MPRester('{}') as rester:\n    pass", *token("", 32)),
    "fred": ('key = os.environ.get("FRED_API_KEY", "{}")', *token("", 32, HEX)),
    "argument": ('parser.add_argument("--api-key", type=str, default="{}")', *token("", 32, HEX)),
    "typed": ('API_KEY: str = "{}"', *token("", 32, HEX)),
    "attribute": ('config.secret_key = "{}"', *token("", 40)),
    "azure": ('text = "AccountName=x;AccountKey={};EndpointSuffix=core.windows.net"', *token("", 86, end="==")),
    "jwt": ('access = "{}"', *token("eyJhbGciOiJIUzI1NiJ9.eyJ", 40, end="." + made_up(43))),
    "bearer": ('headers = {{"Authorization": "Bearer {}"}}', *token("", 40)),
    "database": ('create_engine("postgresql://lab:{}@db.uni-lab.de/rats")', "", "Mus7er" + "K4tze", ""),
    "mongodb": ('MongoClient("mongodb+srv://alice:{}@cluster0.ab1cd.mongodb.net/")', "", "Tr0ub4" + "dorX", ""),
    "basic": ('pd.read_csv("https://alice:{}@data.uni-lab.de/x.csv")', "", "Tr0ub4" + "dorX", ""),
    "password": ('connect(user="alice", password="{}")', "", "Tr0ub4" + "dor&3", ""),
    "comment": ('#  convert(api_key="{}")', *token("", 32, HEX)),
    "private-key": (
        'KEY = """-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----"""',
        "",
        "\n".join(made_up(64, BASE62 + "+/", seed) for seed in range(12)),
        "",
    ),
    "service-account": (
        "info = {{'private_key': '-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----'}}",
        "",
        "\\n".join(made_up(64, BASE62 + "+/", seed) for seed in range(12)),
        "",
    ),
}
#: In notebooks only.
COMMANDS = {
    "login": ("!wandb login {}", *token("", 40, HEX)),
    "relogin": ("!wandb login --relogin {}", *token("", 40, HEX)),
    "env": ("%env WANDB_API_KEY={}", *token("", 40, HEX)),
    "export": ("!export KAGGLE_KEY={} && kaggle datasets list", *token("", 32, HEX)),
    "clone": ("!git clone https://bob:{}@github.com/bob/rats.git", *token("ghp_", 36)),
    "clone-password": ("! git clone https://bob:{}@gitlab.uni-lab.de/bob/rats.git", "", "zqKw4r" + "kPux9", ""),
    "pip": ("%pip install git+https://{}@github.com/bob/rats.git", *token("ghp_", 36)),
    "bash": ("%%bash\nexport HF_TOKEN={}\npython train.py", *token("hf_", 34, LETTERS)),
    "written": ('%%writefile kaggle.json\n{{"username":"bob","key":"{}"}}', *token("", 32, HEX)),
    "broken": ('wandb.login(key="{}"\n', *token("", 40, HEX)),
}
LEFT_ALONE = """
AKIAIOSFODNN7EXAMPLE
aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
api_key="YOUR_API_KEY_HERE_12345"
token="<token>"
openai.api_key="sk-..."
hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
eos_token="<|endoftext|>"
tokenizer="microsoft/deberta-v3-base"
env.cloudfiles_api_key = "my_rackspace_api_key"
aws_access_key_id="123abc", aws_secret_access_key="abc123"
clientsecret_file_path = "/Users/g/client_secret.json"
ONE(password="international")
password = os.environ["X"]
url="postgresql://user:password@localhost/db"
url="postgresql://mlflow:mlflow123@localhost:5432/mlflow"
url="mongodb://root:t0psecretX@mongo:27017"
f"postgresql://{user}:{pw}@host.com/db"
https://$USER:$TOKEN@github.com/alice/study.git
commit = "7f10fa3138374bbc664776c6aae1c0e05cf2c5cf"
https://github.com/alice/study/blob/7f10fa3138374bbc664776c6aae1c0e05cf2c5cf/model.py#L10
run_id="b8904012c84343b5bf8ee72aa8f0f402"
sort_key = "created_at_2020"
api_key = "00000000000000000000000000000000"
wandb.login(key="0123456789abcdef0123456789abcdef01234567")
hint = "password: at least 8 characters"
form.password.label="Password1"
cache_key="v2_train_2020_01_31_data"
md5="ebf87fe3daa7d729e5c9302947050f41"
link = "https://filesender.example.org/download.php?token=b0ae5d1c92f74f3ea86bc1d27e90f3a1&files=6"
next_page_token = "CAUQAA1b2c3d4e5f6g7h8i9j0"
password_hash = "$2b$12$KIXQ9f1ZxUj7mE2"
api_key = os.getenv("MY_KEY_2024_PROD_EU1")
""".strip().splitlines()


def code_of(name):
    around, prefix, secret, end = {**FOUND, **COMMANDS}[name]
    return around.format(prefix + secret + end), secret + end


def leaks(text, secret):
    """The parts of a secret that a text shows.

    Line ends and what holds the parts together are none; nor are digits alone, which the times of files hold by chance.
    """
    size = SHOWN + 2 * (not set(secret) - set(HEX))  # the fingerprints of findings are hexadecimal, too
    parts = {secret[i : i + size] for i in range(len(secret) - size + 1)}
    return [part for part in parts if part in text and part.isalnum() and not part.isdigit()]


@pytest.mark.parametrize("name", FOUND)
def test_found_and_masked(name):
    code, secret = code_of(name)
    found = find(code)
    assert len(found) == 1, found
    assert find_in(code.split("\n"), None) == found
    for keep_width in (False, True):
        text = redacted(code, keep_width=keep_width)
        assert not leaks(text, secret), text
        assert redacted(text, keep_width=keep_width) == text
    assert len(redacted(code, keep_width=True)) == len(code)


@pytest.mark.parametrize("name", COMMANDS)
def test_found_in_commands(name):
    code, secret = code_of(name)
    assert find(code)
    assert not leaks(redacted(code), secret)


@pytest.mark.parametrize("code", LEFT_ALONE)
def test_placeholders(code):
    assert not find(code)


def test_a_line_alone():
    """A diff may show one line of a call whose first line says what it is."""
    secret = made_up(40, HEX)
    assert not leaks(redacted(f'-    key="{secret}",\n+    key=os.environ["WANDB_API_KEY"],\n'), secret)


def write_project(folder):
    """One file for each credential, with findings of other rules on the same line; and what must not be seen of them."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "lab"\n')
    secrets = []
    for name in FOUND:
        code, secret = code_of(name)
        last = code.split("\n")[-1]
        code = (
            f'import os\n{code}; rows = open("/home/alice/x.csv")\n' if not last.startswith((" ", "#")) else f"{code}\n"
        )
        (folder / f"s_{name.replace('-', '_')}.py").write_text(code)
        secrets.append(secret)
    for name in (*COMMANDS, "wandb", "password"):
        code, secret = code_of(name)
        cell = {"cell_type": "code", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        (folder / f"n_{name.replace('-', '_')}.ipynb").write_text(json.dumps(notebook))
        secrets.append(secret)
    code, secret = code_of("wandb")
    (folder / "old.py").write_text(f'print "starts"\n{code}\n')
    secrets.append(secret)
    return secrets


def seen(text, secrets):
    return [(secret[:8], part) for secret in secrets for part in leaks(text, secret)]


@pytest.mark.parametrize("format", FORMATS)
def test_no_report_shows_one(format, tmp_path, monkeypatch, capsys):
    secrets = write_project(tmp_path / "lab")
    monkeypatch.chdir(tmp_path / "lab")
    assert main(["check", "--output-format", format, "--verbose"]) == 1
    shown = capsys.readouterr()
    assert "RSC407" in shown.out
    assert not seen(shown.out + shown.err, secrets)
    capsys.readouterr()
    main(["check", "--output-format", format, "--ignore", "RSC407"])
    shown = capsys.readouterr()
    assert not seen(shown.out + shown.err, secrets)


def test_no_cache_or_diff_holds_one(tmp_path, monkeypatch, capsys):
    secrets = write_project(tmp_path / "lab")
    old = 1_600_000_000
    for file in (tmp_path / "lab").iterdir():
        os.utime(file, (old, old))
    monkeypatch.chdir(tmp_path / "lab")
    main(["check", "--quiet"])
    kept = [file.read_text() for file in (tmp_path / "lab" / ".rescode_cache").iterdir()]
    assert sum(map(len, kept)) > 1000
    assert not seen("".join(kept), secrets)
    capsys.readouterr()
    main(["check", "--diff", "--unsafe-fixes"])
    shown = capsys.readouterr()
    assert "os.environ" in shown.out
    assert not seen(shown.out + shown.err, secrets)


def test_flake8_shows_none(tmp_path):
    secrets = write_project(tmp_path / "lab")
    command = [sys.executable, "-m", "flake8", "--select", "RSC", "."]
    done = subprocess.run(command, cwd=tmp_path / "lab", capture_output=True, text=True, check=False)
    assert "RSC407" in done.stdout
    assert not seen(done.stdout + done.stderr, secrets)


def test_every_credential_is_reported(tmp_path, monkeypatch, capsys):
    write_project(tmp_path / "lab")
    monkeypatch.chdir(tmp_path / "lab")
    main(["check", "--output-format", "json", "--select", "RSC407"])
    report = json.loads(capsys.readouterr().out)
    files = {Path(finding["path"]).name for finding in report["findings"]}
    assert files == {file.name for file in (tmp_path / "lab").iterdir() if file.suffix in (".py", ".ipynb")}


@pytest.mark.parametrize(
    "text",
    [
        '"kagglev11sgdDropDense0" is named like `kagglev3sgdDropDense0`',
        'SEQUENCE = """\nMKVLAAGIVGLCAKAYENSDNGYKQLRWPTFEHMKVLAAGIVGLCAKAYENSDNGYKQLRWPT\n"""',
        "login('alice')\nsplit(' ', x)\nmodel_v3_lr1e4_bs128_ep200_seed42(token_type)",
        "# see https://github.com/alice/study/blob/7f10fa3138374bbc664776c6aae1c0e05cf2c5cf/auth.py",
    ],
)
def test_what_is_shown_as_it_is(text):
    assert redacted(text) == text
