"""What a repository says of the environment that it needs: the files that declare it, and each requirement in them.

Read from the texts of `Tree`, never from what is installed. A file that cannot be parsed declares what can be read.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, join, normpath
from typing import Any, Literal, NamedTuple

from rescode_lint.facts.distributions import brought_along, canonical, normalised
from rescode_lint.lazy import lazy
from rescode_lint.model import Tree

Kind = Literal["requirements", "pyproject", "setup", "conda", "pipfile", "lock", "shell"]


class Requirement(NamedTuple):
    """One distribution that a file asks for."""

    #: As written, without extras.
    name: str
    #: `==1.2`, `>=1`, a URL; "" where any version will do.
    version: str
    path: str
    #: 1-based; 0 where it is not known.
    line: int
    column: int = 1
    #: Asked for in an extra, a group for developers, or for building only.
    extra: bool = False

    @property
    def key(self) -> str:
        """The name under which all names of the same thing compare equal."""
        return canonical(self.name)


class Manifest(NamedTuple):
    """One file that declares requirements."""

    path: str
    kind: Kind
    requirements: tuple[Requirement, ...]
    #: It names something whose parts nobody can see here: a URL, a file that is not there, a computed list.
    opaque: bool = False

    @property
    def folder(self) -> str:
        """Where it is; "" for the root."""
        return dirname(self.path)


#: Lock files: every version in them is exact.
_LOCKS = frozenset(
    {
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pixi.lock",
        "conda.lock",
        "requirements.lock",
        "pylock.toml",
    }
    | {"conda-lock.yml", "conda-lock.yaml", "requirements-dev.lock"}
)
_LIST_NAME = lazy(
    r".*(?:require?ments?|requeriments|reqs?|constraints?|dependenc(?:y|ies)|deps|packages|freeze|pip)\b", re.I
)
_CONDA_NAME = lazy(r".*(?:env|conda)", re.I)
_NAME = lazy(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)")
_OPTION = lazy(r"(-[a-zA-Z]|--[a-z-]+)[=\s]*(.*)")
_SETS_UP = lazy(r"(?i)env|conda|install|set-?_?up|require|deps|depend|bootstrap|colab")
_EXTRAS = lazy(r"[\w.-]+\[([\w\s,.-]+)\]")
_CLONED = lazy(r"(?:git\s+clone|git\+|--recursive)\s*[^\s\"']*?/([\w.-]+?)(?:\.git)?(?=[\s\"'@#)`]|$)")
_LINKED = lazy(r"(?:github\.com|gitlab\.com|bitbucket\.org)[/:][\w.-]+/([\w-]+)")
_EGG = lazy(r"[#&]egg=([\w.-]+)")
_REPOSITORY = lazy(r"/([\w.-]+?)(?:\.git)?(?:@[^/#]*)?(?:#.*)?$")
_WHEEL = lazy(r"/([A-Za-z0-9_.]+?)-\d[^/]*\.(?:whl|tar\.gz|zip)")
_CONDA = lazy(r"(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)(?:\[.*\])?\s*(.*)")
_ITEM = lazy(r"(\s*)-\s+(.*?)\s*$")
_COMMENT = lazy(r"(?:^|\s)#.*")
#: A list that a program has written from another one: nobody edits it.
_COMPILED = lazy(
    r"(?i)\A(?:#[^\n]*\n|\s*\n){0,6}?#[^\n]*(?:auto-?generated|pip-compile|uv (?:pip compile|export))|--hash[= ]sha256:"
)
#: Commands that make an environment from a file, written in a shell or as a list of Python.
_MADE_FROM = lazy(
    r"\b(?:conda|mamba|micromamba)[\s\"',]+(?:env[\s\"',]+)?(?:create|update|install)\b[^;&|`)]{0,120}?[\s\"',](?:-f|--file)[\s\"',=]+"
    r"([\w./-]*\w)"
)
_READ = lazy(r"[\"']([\w./-]*\.(?:txt|in|pip))[\"']")
#: Folders whose requirements are those of what is above them.
_APART = lazy(
    r"(?i)(?:conda[_-]?)?(?:envs?|environments?|conda)(?:[_-]\w+)?|(?:pip[_-])?requirements?|\.?docker|\.?binder|install(?:ation)?"
    r"|singularity|\.?(?:dev)?containers?|\.?ci|dev|deps|dependencies|setup"
)
#: Commands that install, wherever they stand.
INSTALL = lazy(
    r"(?:pip3?|conda|mamba|micromamba|uv(?:\s+pip)?|poetry|pixi|easy_install)\s+(?:install|add)\s+([^\n;&|`)]+)"
)
#: Options of these commands that take a word.
_TAKES_WORD = frozenset(
    {"-c", "--channel", "-n", "--name", "-f", "--find-links", "-i", "--index-url", "--extra-index-url", "-t"}
)


class Environment:
    """All that the repository declares."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._of: dict[str, tuple[Manifest, ...]] = {}
        found = (_manifest(path, text, tree.texts) for path, text in sorted(tree.texts.items()))
        #: Files that declare requirements, even none.
        self.manifests = tuple(manifest for manifest in found if manifest is not None)
        self.manifests += tuple(self._named({manifest.path for manifest in self.manifests}))

    def _named(self, known: set[str]) -> Iterator[Manifest]:
        """Files of any name that a README, a set-up script or a recipe makes the environment from."""
        for path, text in sorted(self.tree.texts.items()):
            if "conda" not in text and "mamba" not in text:
                continue
            for name in _MADE_FROM.findall(text):
                for place in (normpath(join(dirname(path), name)), normpath(name)):
                    if place in self.tree.files and place not in known:
                        known.add(place)
                        read = self.tree.texts.get(place)
                        if read is not None and re.search(r"(?m)^dependencies\s*:", read):
                            yield _conda(place, read, self.tree.texts)
                        else:
                            yield Manifest(place, "conda", (), True)

    def home(self, manifest: Manifest) -> str:
        """The folder for whose code a file speaks: its own, or the one above (`requirements/`, `.binder/`, `conda_envs/`)."""
        parts = manifest.folder.split("/")
        apart = next((i for i, part in enumerate(parts) if _APART.fullmatch(part)), len(parts))
        return "/".join(parts[:apart])

    @cached_property
    def homes(self) -> Mapping[str, tuple[Manifest, ...]]:
        """Folder -> the files that speak for its code."""
        found: dict[str, list[Manifest]] = {}
        for manifest in self.manifests:
            found.setdefault(self.home(manifest), []).append(manifest)
        return {folder: tuple(manifests) for folder, manifests in found.items()}

    def of(self, path: str) -> tuple[Manifest, ...]:
        """The files that speak for a file's code, the nearest first."""
        folder = dirname(path)
        known = self._of.get(folder)
        if known is None:
            own = self.homes.get(folder, ())
            known = self._of[folder] = (*own, *self.of(folder)) if folder else own
        return known

    @cached_property
    def declared(self) -> frozenset[str]:
        """Everything that any file asks for, by all its names."""
        found: set[str] = set()
        for manifest in self.manifests:
            for requirement in manifest.requirements:
                found.update((normalised(requirement.name), requirement.key))
            if (
                manifest.kind != "lock"
            ):  # `plotting-tool[holoviews]` asks for what its extra is called after, most often
                for extras in _EXTRAS.findall(self.tree.texts.get(manifest.path, "")):
                    found.update(canonical(extra) for extra in extras.replace(",", " ").split())
        return frozenset(found)

    @cached_property
    def cloned(self) -> frozenset[str]:
        """The names of repositories that some text says to clone, or to install from."""
        return frozenset(
            name.lower() for text in self.tree.texts.values() if "git" in text for name in _CLONED.findall(text)
        )

    @cached_property
    def brings(self) -> Mapping[str, frozenset[str]]:
        """Path of a manifest -> all that its requirements bring, by `Requirement.key`."""
        return {m.path: brought_along(frozenset(r.key for r in m.requirements)) for m in self.manifests}

    @cached_property
    def linked(self) -> frozenset[str]:
        """The names of repositories that some text links to."""
        return frozenset(name.lower() for text in self.tree.texts.values() for name in _LINKED.findall(text))

    @cached_property
    def hints(self) -> Mapping[str, str]:
        """Distribution -> the file besides that says how to install it: the README, a Dockerfile, CI."""
        found: dict[str, str] = {}
        for path, text in sorted(self.tree.texts.items()):
            if "install" in text or " add " in text:
                for requirement in installed(text):
                    found.setdefault(requirement.key, path)
        return found


def installed(text: str, path: str = "") -> Iterator[Requirement]:
    """What install commands in a text ask for."""
    for match in INSTALL.finditer(text.replace("\\\n", "  ")):
        for requirement in words_of(match[1]):
            yield requirement._replace(path=path, line=text.count("\n", 0, match.start()) + 1)


def words_of(command: str) -> Iterator[Requirement]:
    """What follows `pip install`, without its options."""
    skip = False
    last = False
    for word in command.split():
        if last:
            return
        last = word.endswith(("'", '"')) and not word.startswith(
            ("'", '"')
        )  # of a string that holds all of the command
        word = word.strip("'\",")
        if skip or word.startswith("#"):
            if word.startswith("#"):
                return
            skip = False
            continue
        if word.startswith("-"):
            skip = word in _TAKES_WORD or word in ("-r", "--requirement", "-e", "--editable")
            continue
        yield from _requirement(word, "", 0)


def _manifest(path: str, text: str, texts: Mapping[str, str]) -> Manifest | None:
    """A file's requirements; None where it declares no environment."""
    name = basename(path)
    folded = name.lower()
    if path.startswith(".github/"):
        return None
    if name in _LOCKS or folded.endswith((".conda.lock", "-lock.yml", ".lock")):
        return Manifest(path, "lock", tuple(_locked(path, text)))
    if name == "pyproject.toml" or name == "pixi.toml":
        return _toml(path, text, _pyproject)
    if name == "Pipfile":
        return _toml(path, text, _pipfile)
    if name == "hatch.toml":
        return _toml(path, text, _hatch)
    if name == "setup.cfg":
        return _setup_cfg(path, text)
    if name == "setup.py":
        return _setup_py(path, text, texts)
    if (
        folded.endswith((".yml", ".yaml"))
        and (_CONDA_NAME.match(name) or _CONDA_NAME.match(dirname(path)) or _LIST_NAME.match(name))
        and re.search(r"(?m)^dependencies\s*:", text)
    ):
        return _conda(path, text, texts)
    if folded.endswith((".txt", ".in", ".pip")) and (_LIST_NAME.match(name) or _is_list_folder(path)):
        if re.search(r"(?m)^# (?:platform|This file may be used to create an environment)|^@EXPLICIT", text):
            return Manifest(path, "lock", tuple(_conda_list(path, text)))
        if _COMPILED.search(text):
            return _requirements(path, text, texts)._replace(kind="lock")
        return _requirements(path, text, texts)
    if folded.endswith(".txt") and _CONDA_NAME.match(name) and re.search(r"(?m)^[\w-]+(?:==?[\w.]+){1,2}\s*$", text):
        return _requirements(path, text, texts)
    if folded.endswith(".sh") and _SETS_UP.search(path) and INSTALL.search(text):
        return Manifest(path, "shell", tuple(installed(text, path)))
    if "dockerfile" in folded or folded.endswith(".def"):
        return Manifest(path, "shell", (*installed(text, path), *_images(path, text)), True)
    return None


def _is_list_folder(path: str) -> bool:
    return basename(dirname(path)).lower() in ("requirements", "requirement", "reqs")


def _images(path: str, text: str) -> Iterator[Requirement]:
    """What well-known base images of a Dockerfile bring."""
    for image in re.findall(r"(?mi)^\s*(?:FROM|From:)\s*(\S+)", text):
        for word, name in (
            ("anaconda", "anaconda"),
            ("scipy-notebook", "anaconda"),
            ("datascience-notebook", "anaconda"),
            ("kaggle", "anaconda"),
            ("pytorch", "torch"),
            ("tensorflow", "tensorflow"),
        ):
            if word in image:
                yield Requirement(name, image.partition(":")[2], path, 0)


def of_script(lines: Sequence[str]) -> list[str]:
    """What a script asks for in its own text (`# /// script`), each without blanks and markers."""
    start = lines.index("# /// script") + 1
    end = next((i for i in range(start, len(lines)) if not lines[i].startswith("#")), len(lines))
    end = next((i for i in reversed(range(start, end)) if lines[i].rstrip() == "# ///"), start)
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[start:end]))
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    return [text.partition(";")[0].replace(" ", "") for text in _strings(document.get("dependencies"))]


# --- requirements.txt -------------------------------------------------------------------------------------------------


def _requirements(path: str, text: str, texts: Mapping[str, str]) -> Manifest:
    found: list[Requirement] = []
    opaque = False
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        first = number + 1
        line = _COMMENT.sub("", lines[number])
        while line.rstrip().endswith("\\") and number + 1 < len(lines):
            number += 1
            line = line.rstrip()[:-1] + " " + _COMMENT.sub("", lines[number])
        number += 1
        stripped = line.strip().strip(",").strip("'\"")
        option = _OPTION.match(stripped)
        if option is not None:
            flag, value = option[1], option[2].strip()
            if flag in ("-r", "--requirement", "-c", "--constraint"):
                other = normpath(join(dirname(path), value))
                if other in texts:  # it speaks for itself
                    continue
                opaque = True
            elif flag in ("-e", "--editable"):
                found += _requirement(value, path, first)
            continue
        if not stripped or stripped.startswith(("/", "./", "../")):
            continue
        several = [stripped] if re.search(r"[=<>~!;@\[]|\s--|\s\d", stripped) else stripped.split()
        if several[:2] in (["pip", "install"], ["conda", "install"]):
            found += (r._replace(path=path, line=first) for r in words_of(" ".join(several[2:])))
            continue
        column = len(lines[first - 1]) - len(lines[first - 1].lstrip()) + 1
        for word in several:
            if not word[:1].isalnum() and "://" not in word:
                continue
            found += _requirement(word, path, first, column)
    return Manifest(path, "requirements", tuple(found), opaque)


def _requirement(text: str, path: str, line: int, column: int = 1, extra: bool = False) -> list[Requirement]:
    """One requirement as pip reads it; none where the text is none."""
    text = text.strip()
    if "://" in text.partition(";")[0] or text.startswith(("git@", "git+git@")):
        before = text.partition("@")[0].strip() if re.match(r"[\w.\[\],-]+\s*@\s", text) else ""
        egg, wheel, repository = _EGG.search(text), _WHEEL.search(text), _REPOSITORY.search(text.partition("?")[0])
        name = before.partition("[")[0] or next((m[1] for m in (egg, wheel, repository) if m), "")
        return [Requirement(name, text, path, line, column, extra)] if name else []
    match = _NAME.match(text)
    if match is None:
        return []
    name, rest = match[1], match[2].partition(";")[0].strip()
    if rest and rest[0] not in "=<>~!(@^*" and not re.match(r"\d|--", rest):
        if not re.match(rf"{re.escape(name)}[\s\[]", text):
            return []  # no requirement at all
        rest = ""
    return [Requirement(name, rest.strip("()").strip(), path, line, column, extra)]


# --- conda ------------------------------------------------------------------------------------------------------------


def _conda(path: str, text: str, texts: Mapping[str, str]) -> Manifest:
    found: list[Requirement] = []
    opaque = False
    inside = False
    pip = -1
    for number, raw in enumerate(text.split("\n"), 1):
        line = _COMMENT.sub("", raw).rstrip()
        if not line.strip():
            continue
        if re.match(r"[A-Za-z_]+\s*:", line):
            inside = line.startswith("dependencies")
            flow = re.search(r"\[(.*)\]", line)
            if inside and flow:
                for item in flow[1].split(","):
                    found += _conda_item(item.strip(" '\""), path, number, 1)
            continue
        item = _ITEM.match(line) if inside else None
        if item is None:
            continue
        indent, value = len(item[1]), item[2].strip("'\"")
        if pip >= 0 and indent <= pip:
            pip = -1
        column = raw.index("-") + 3
        if re.match(r"pip\s*:", value):
            pip = indent
            for word in re.findall(r"[^\[\],\s]+", value.partition(":")[2]):
                found += _requirement(word, path, number, column)
        elif pip >= 0:
            if value.startswith("-"):
                option = _OPTION.match(value)
                if option and option[1] in ("-r", "--requirement"):
                    opaque = opaque or normpath(join(dirname(path), option[2])) not in texts
                elif "://" in value and option and option[1] in ("-e", "--editable"):
                    found += _requirement(option[2], path, number, column)
            else:
                found += _requirement(value, path, number, column)
        else:
            found += _conda_item(value, path, number, column)
    return Manifest(path, "conda", tuple(found), opaque)


def _conda_item(text: str, path: str, line: int, column: int) -> list[Requirement]:
    match = _CONDA.match(text)
    if match is None:
        return []
    version = match[2].strip()
    name = match[1]
    return [Requirement(name, version if version != "*" else "", path, line, column)]


def _conda_list(path: str, text: str) -> Iterator[Requirement]:
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"(?:https?://\S+/)?([A-Za-z_][\w.-]*?)(?:=|-(?=\d))(\d[^=\s]*)", line)
        if match:
            yield Requirement(match[1], f"=={match[2]}", path, number)


# --- lock files -------------------------------------------------------------------------------------------------------


def _locked(path: str, text: str) -> Iterator[Requirement]:
    """Names and versions of any lock file, by the forms that they have."""
    if text.lstrip().startswith("{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return
        for group in ("default", "develop"):
            for name, entry in _table(document, group).items():
                yield Requirement(name, str(_table(entry).get("version", "")) or "==", path, 0)
        return
    for mark, pattern in _LOCKED:
        if mark in text:
            for name, version in re.findall(pattern, text):
                yield Requirement(name, f"=={version}", path, 0)


#: A part of the text of some lock file, and how its entries look.
_LOCKED = (
    ('name = "', r'(?m)^name = "([\w.-]+)"\nversion = "([^"]+)"'),
    ("- name: ", r"(?m)^- name: ([\w.-]+)\n\s+version: '?([\w.]+)"),
    ("==", r"(?m)^([A-Za-z][\w.-]*)==([^\s;\\]+)"),
    (".conda", r"/([A-Za-z][\w.-]*?)-(\d[\w.]*)-\w+\.(?:conda|tar\.bz2)"),
)


# --- TOML -------------------------------------------------------------------------------------------------------------

_Parsed = tuple[list[tuple[str, str, bool]], bool]


def _toml(path: str, text: str, parse: Callable[[dict[str, Any]], _Parsed | None]) -> Manifest | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return Manifest(path, "pyproject", (), True)
    parsed = parse(document)
    if parsed is None:
        return None
    requirements, opaque = parsed
    lines = text.split("\n")
    found: list[Requirement] = []
    for name, version, extra in requirements:
        line, column = _place(lines, name)
        found.append(Requirement(name, version, path, line, column, extra))
    return Manifest(path, "pipfile" if basename(path) == "Pipfile" else "pyproject", tuple(found), opaque)


def _place(lines: list[str], name: str) -> tuple[int, int]:
    for number, line in enumerate(lines, 1):
        if name not in line:
            continue
        match = re.search(rf"[\"']?(?<![\w.-]){re.escape(name)}(?![\w-])", line)
        if match and not line.lstrip().startswith(("#", "name", "description")):
            return number, match.start() + 1 + (match[0][0] in "\"'")
    return 0, 1


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _table(value: object, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _listed(texts: Iterable[str], extra: bool) -> Iterator[tuple[str, str, bool]]:
    for text in texts:
        for requirement in _requirement(text, "", 0):
            yield requirement.name, requirement.version, extra


def _keyed(table: Mapping[str, Any], extra: bool) -> Iterator[tuple[str, str, bool]]:
    """Poetry's, Pipenv's and pixi's way: name = version."""
    for name, value in table.items():
        if name == "python":
            continue
        if isinstance(value, dict):
            version = str(value.get("version") or value.get("git") or value.get("url") or "")
        else:
            version = str(value) if isinstance(value, str) else ""
        yield name, "" if version == "*" else version, extra


def _pyproject(document: dict[str, Any]) -> _Parsed | None:
    found: list[tuple[str, str, bool]] = []
    project, tool = _table(document, "project"), _table(document, "tool")
    found += _listed(_strings(project.get("dependencies")), False)
    for group in _table(project, "optional-dependencies").values():
        found += _listed(_strings(group), True)
    for group in _table(document, "dependency-groups").values():
        found += _listed(_strings(group), True)
    poetry = _table(tool, "poetry")
    found += _keyed(_table(poetry, "dependencies"), False)
    found += _keyed(_table(poetry, "dev-dependencies"), True)
    for group in _table(poetry, "group").values():
        found += _keyed(_table(group, "dependencies"), True)
    for group in _table(tool, "pdm", "dev-dependencies").values():
        found += _listed(_strings(group), True)
    found += _listed(_strings(_table(tool, "uv").get("dev-dependencies")), True)
    found += _listed(_strings(_table(tool, "flit", "metadata").get("requires")), False)
    for group in _table(tool, "flit", "metadata", "requires-extra").values():
        found += _listed(_strings(group), True)
    hatch = _hatch(_table(tool, "hatch"))
    found += hatch[0] if hatch else ()
    for pixi in (_table(tool, "pixi"), document):
        if pixi is document and not ({"workspace", "dependencies", "pypi-dependencies"} & set(document)):
            continue
        for table, extra in _pixi(pixi):
            found += _keyed(table, extra)
    build = list(_listed(_strings(_table(document, "build-system").get("requires")), True))
    dynamic = "dependencies" in _strings(project.get("dynamic"))
    declares = bool(found or "dependencies" in project or poetry or dynamic)
    file = _table(tool, "setuptools", "dynamic", "dependencies").get("file")  # such a file speaks for itself
    return (found + build, dynamic and file is None) if declares else None


def _pixi(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    for key in ("dependencies", "pypi-dependencies"):
        yield _table(document, key), False
    for group in ("feature", "target"):
        for feature in _table(document, group).values():
            for key in ("dependencies", "pypi-dependencies"):
                yield _table(feature, key), True


def _hatch(document: Mapping[str, Any]) -> _Parsed | None:
    found: list[tuple[str, str, bool]] = []
    for environment in _table(document, "envs").values():
        if isinstance(environment, dict):
            for key in ("dependencies", "extra-dependencies"):
                found += _listed(_strings(environment.get(key)), True)
    return (found, False) if found else None


def _pipfile(document: dict[str, Any]) -> _Parsed | None:
    packages = _table(document, "packages")
    return [*_keyed(packages, False), *_keyed(_table(document, "dev-packages"), True)], False


# --- setup.cfg and setup.py -------------------------------------------------------------------------------------------


def _setup_cfg(path: str, text: str) -> Manifest | None:
    found: list[Requirement] = []
    section = key = ""
    opaque = declares = False
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r"\[(.+)\]", line)
        if header:
            section, key = header[1], ""
            continue
        value = line
        start = re.match(r"([\w.-]+)\s*[=:]\s*(.*)", line)
        if start:
            key, value = start[1], start[2]
        extra = section == "options.extras_require" or key in ("setup_requires", "tests_require")
        wanted = (section == "options" and key in ("install_requires", "setup_requires", "tests_require")) or extra
        if not wanted or not value.strip() or value.lstrip().startswith("#"):
            continue
        declares = declares or key == "install_requires"
        if value.strip().startswith(("file:", "attr:")):
            opaque = "requirements" not in value
            continue
        found += _requirement(value, path, number, len(line) - len(value.lstrip()) + 1, extra)
    return Manifest(path, "setup", tuple(found), opaque) if declares or found else None


_BUILTINS = frozenset(dir(builtins))
_SETUP_KEYS = {
    "install_requires": False,
    "requires": False,
    "extras_require": True,
    "tests_require": True,
    "setup_requires": True,
}


def _setup_py(path: str, text: str, texts: Mapping[str, str]) -> Manifest | None:
    if "require" not in text:
        return None
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        names = re.search(r"install_requires\s*=\s*\[(.*?)\]", text, re.S)
        read = [
            r
            for word in re.findall(r"[\"']([^\"']+)[\"']", names[1] if names else "")
            for r in _requirement(word, path, 0)
        ]
        return Manifest(path, "setup", tuple(read), True) if names else None
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                name = target.id if isinstance(target, ast.Name) else ""
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    name = target.value.id
                if name:
                    values.setdefault(name, []).append(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            values.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(ast.Name(name), "append" | "extend"):
                    values.setdefault(name, []).extend(node.args)
    found: list[Requirement] = []
    opaque = declares = False
    wanted: list[tuple[ast.expr, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            pairs: list[tuple[object, ast.expr]] = [(keyword.arg, keyword.value) for keyword in node.keywords]
        elif isinstance(node, ast.Dict):
            pairs = [(k.value, v) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)]
        else:
            continue
        for key, value in pairs:
            if isinstance(key, str) and key in _SETUP_KEYS:
                declares = declares or not _SETUP_KEYS[key]
                wanted.append((value, _SETUP_KEYS[key]))
    seen: set[str] = set()
    while wanted:
        value, extra = wanted.pop()
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += _requirement(node.value, path, node.lineno, node.col_offset + 2, extra)
            elif isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                wanted += ((assigned, extra) for assigned in values.get(node.id, ()))
                opaque = opaque or (node.id not in values and node.id not in _BUILTINS)
            elif isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.ListComp):
                opaque = opaque or isinstance(node, ast.Call | ast.ListComp)
    if not declares and not found:
        return None
    if opaque and any(normpath(join(dirname(path), name)) in texts for name in _READ.findall(text)):
        opaque = False  # the list that it reads speaks for itself
    found = [r for r in found if not r.name.endswith((".txt", ".in")) and r.name not in ("r", "rt", "utf-8", "n")]
    return Manifest(path, "setup", tuple(found), opaque)
