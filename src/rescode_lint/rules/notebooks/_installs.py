"""What an install command asks for, as pip, conda and a shell read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import Literal, NamedTuple

from rescode_lint.facts.distributions import normalised
from rescode_lint.lazy import lazy


class Asked(NamedTuple):
    """One package that a command installs in whatever version there is."""

    name: str
    #: "newest": the name alone; "branch": the tip of a repository; "redirected": `x>=1` without quotes.
    how: Literal["newest", "branch", "redirected"]
    #: As written.
    text: str
    #: `-U`: the newest even where another is there.
    upgrade: bool = False
    #: Whose repository it is.
    owner: str = ""

    @property
    def label(self) -> str:
        """What to call it in a message: a repository has its owner in front."""
        return f"{self.owner}/{self.name}" if self.owner else self.name


class Exact(NamedTuple):
    """One package that a command installs in versions that it tells."""

    name: str
    text: str


_INSTALLER = lazy(r"(?:pip[\d.]*|conda|mamba|micromamba|uv|easy_install)(?:\.exe)?\Z")
#: What may stand before the installer: how Python, or who is asked.
_BEFORE = lazy(
    r"(?:\w+=.*|sudo|exec|time|yes|-[A-Za-z]+|uv|.*python[\d.w]*(?:\.exe)?|\{?sys\.executable\}?|\{[\w.]*\}|\$\{?\w+\}?|!)\Z"
)
_NAME = lazy(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[^\]]*\])?\s*(.*)\Z")
#: The end of a simple command.
_NEXT = frozenset({";", "&&", "||", "|", "&", ";;", "|&"})
#: Options that take a word, of pip and of conda.
_TAKES_WORD = frozenset(
    "-c --constraint -r --requirement -e --editable -t --target --platform --python-version --implementation --abi --root "
    "--prefix --src --upgrade-strategy -C --config-settings --global-option --no-binary --only-binary --progress-bar "
    "--root-user-action --report --group -i --index-url --pypi-url --extra-index-url -f --find-links --python --log "
    "--proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir --use-feature "
    "--use-deprecated -n --name -p --channel --file --solver --index-strategy --torch-backend --prerelease --resolution "
    "--exclude-newer --override --build-constraint --build-constraints --link-mode --keyring-provider --refresh-package "
    "-P --upgrade-package --reinstall-package --config-setting --no-build-package --no-binary-package --default-index "
    "--index --fork-strategy --extra --python-platform --repodata-fn --subdir".split()
)
#: What decides by itself which versions there are: a list of them, or a folder of files.
_DECIDES = ("-c", "--constraint", "--no-index", "--offline")
_FOLDER = lazy(r"(?:-f|--find-links)[= ](?:(?!https?:)|\S*(?:[{$]|\d\.\d))")
_BRANCH = lazy(r"(?i)(?:main|master|trunk|head|dev|devel|develop|nightly|latest|stable)\Z")
_REPOSITORY = lazy(r"[^:]*://[^/]+/(?:[^@#]*?([\w.-]+)/)?([^/@#]+?)(?:\.git)?(?:@([^#?]*))?(?:[#?].*)?\Z")
_ARCHIVE = lazy(
    r"/([\w.-]+)/([\w.-]+)/(?:archive|zipball|tarball|get|-/archive)/(?:refs/heads/)?([\w.-]+?)(?:\.zip|\.tar\.gz)?(?:[#?].*)?\Z"
)
_HEADS = "/refs/heads/"


def asked(command: str) -> Iterator[Asked | Exact]:
    """All that a command, or several lines of them, asks for; what a variable names is left out."""
    if "install" not in command and " add " not in command:
        return
    for line in command.replace("\r", "").replace("\\\n", " ").split("\n"):
        for words in _commands(line):
            yield from _asked(words)


def _commands(line: str) -> Iterator[list[str]]:
    """The words of each simple command of a line, redirections as `>=1`."""
    from shlex import shlex

    lexer = shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        found = list(lexer)
    except ValueError:  # a quote that is not closed
        found = line.split()
    words: list[str] = []
    skip = False
    for index, word in enumerate(found):
        if word.startswith("#"):
            break
        if word in _NEXT:
            yield words
            words = []
        elif word in (">", "<", ">>", "&>", ">&", "<<"):
            target = found[index + 1] if index + 1 < len(found) else ""
            if words and word in (">", "<") and re.match(r"=?\d", target) and f"{words[-1]}{word}{target}" in line:
                words[-1] += f"{word}{target}"  # `x>=1` or `x<2`, without quotes
                words.insert(len(words) - 1, "\0")
            elif words and words[-1].isdigit():  # `2>`
                words.pop()
            skip = True
        elif skip:
            skip = False
        else:
            words.append(word)
    yield words


def _asked(words: list[str]) -> Iterator[Asked | Exact]:
    start = _behind_install(words)
    if start is None:
        return
    text = " ".join(words)
    rest = words[start:]
    conda = any(basename(word) in ("conda", "mamba", "micromamba") for word in words[:start])
    if not conda and (any(word.split("=")[0] in _DECIDES for word in rest) or _FOLDER.search(text)):
        return
    upgrade = not conda and any(
        word in ("--upgrade", "--pre") or re.match(r"-[a-zA-Z]*U", word) is not None for word in rest
    )
    skip = redirected = False
    for index, word in enumerate(rest):
        if skip:
            skip = False
        elif word == "\0":
            redirected = True
        elif word.startswith("-"):
            skip = word in _TAKES_WORD
        elif word == "@" or rest[index + 1 : index + 2] == ["@"]:
            continue  # `name @ URL`: the URL tells
        else:
            yield from _one(word, conda=conda, upgrade=upgrade, redirected=redirected)
            redirected = False


def _behind_install(words: list[str]) -> int | None:
    """Where the packages begin in a command that installs some; None in any other."""
    for index, word in enumerate(words):
        if _INSTALLER.match(basename(word)):
            for behind, option in enumerate(words[index + 1 :], index + 2):
                if option in ("install", "add"):
                    return behind
                if not option.startswith("-") and option != "pip":
                    return None
            return None
        if not _BEFORE.match(word):
            return None
    return None


def _one(word: str, *, conda: bool, upgrade: bool, redirected: bool) -> Iterator[Asked | Exact]:
    if any(char in word for char in "{}$*?`\\"):
        return
    if "://" in word or word.startswith("git@"):
        yield from _remote(word)
        return
    if word.startswith((".", "/", "~")) or word.endswith((".whl", ".gz", ".zip", ".bz2", ".txt", ".yml", ".yaml")):
        return
    match = _NAME.match(word.rpartition("::")[2])
    if match is None or word == "null":  # of `> dev null`
        return
    name, rest = match[1], match[2]
    if redirected:
        yield Asked(name, "redirected", word, upgrade)
    elif not rest:
        yield Asked(name, "newest", word, upgrade)
    elif rest[0] in "=<>~!@" or (conda and rest[0] in "="):
        yield Exact(name, word)


def _remote(word: str) -> Iterator[Asked | Exact]:
    """What a URL brings: the tip of a branch, or something that stays as it is."""
    archive = _ARCHIVE.search(word)
    if archive:
        if _BRANCH.match(archive[3]) or _HEADS in word:
            yield Asked(archive[2], "branch", word, owner=archive[1])
        return
    if not word.startswith("git") or word.partition("#")[0].endswith((".whl", ".gz", ".zip")):
        return
    repository = _REPOSITORY.match(word)
    if repository and (not repository[3] or _BRANCH.match(repository[3])):
        yield Asked(repository[2], "branch", word, owner=repository[1] or "")


def is_tool(name: str) -> bool:
    """Whether no result depends on the version: what shows, formats, downloads or starts the work."""
    return normalised(name) in _TOOLS or normalised(name).startswith(_TOOL_STARTS)


_TOOL_STARTS = ("jupyter", "sphinx", "pytest", "nb-", "nbconvert", "pyppeteer", "types-", "ipy", "black", "flake8")
_TOOLS = frozenset(
    """
    pip setuptools wheel conda mamba condacolab virtualenv pipenv poetry uv build twine pip-tools pipreqs pigar pipdeptree
    notebook nbformat nbclient nbdime nbstripout nbqa nbdev nbval nbviewer nbsphinx voila papermill rise ghp-import myst-nb myst-parser
    jupytext appmode bash-kernel watermark version-information memory-profiler line-profiler py-spy snakeviz pyinstrument
    isort autopep8 yapf ruff mypy pylint pre-commit coverage tox nox
    gdown wget kaggle kagglehub opendatasets awscli gsutil rclone googledrivedownloader huggingface-hub hf-transfer hf-xet google-colab
    pydrive pydrive2 colabcode scvi-colab pyngrok localtunnel colab-xterm colab-ssh kora
    tqdm progressbar progressbar2 alive-progress rich colorama termcolor tabulate prettytable pprintpp icecream loguru humanize
    python-dotenv requests watchdog click nest-asyncio
    wandb comet-ml neptune neptune-client tensorboard tensorboardx tensorboard-plugin-profile
    graphviz pydot pydotplus pygraphviz nglview py3dmol pyvirtualdisplay xvfbwrapper itkwidgets mpld3 ipympl k3d pythreejs
    nodejs swig cmake ninja make gcc git ffmpeg imageio-ffmpeg unrar patool pandoc pypandoc chromedriver-autoinstaller webdriver-manager selenium bs4 beautifulsoup4
    """.split()
)
