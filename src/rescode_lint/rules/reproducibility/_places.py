"""Where a project's code would declare what it imports, and where else that is told: for RSC605."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from rescode_lint.facts.distributions import normalised
from rescode_lint.lazy import lazy
from rescode_lint.project import Project
from rescode_lint.project.environment import Manifest, installed
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rules.reproducibility._dependencies import Foreign, foreign
from rescode_lint.rules.reproducibility._platform import is_on_kaggle

#: Lists for another purpose than running the code.
BY_THE_WAY = lazy(r"(?i)(?:^|/)(?:docs?|tests?|dev|ci)(?:/|\b)|dev|test|doc|lint|extra|optional|constraint")
#: What a program writes, by its name.
_FROZEN = lazy(r"(?i)freeze|frozen|lock(?:ed)?(?![a-z])|pip_?list|snapshot|export")
#: A list for all of the code that is beside or below it, by its name.
_PLAIN = lazy(r"(?i)(?:^|/)(?:requirements|environment|env|conda|pyproject|setup|pixi|Pipfile|hatch)(?:\.\w+)?\Z")
#: Where the reader would add a requirement, the best place first: for the code of a package, and for what lies beside it.
_INSIDE = ("pyproject", "setup", "requirements", "pipfile", "conda")
_OUTSIDE = ("requirements", "pyproject", "setup", "pipfile", "conda")
_ELSEWHERE = ("requirements", "pyproject", "conda", "pipfile", "setup")
#: Folders of a package's repository that are no packages, though they may hold an `__init__.py`.
_NO_PACKAGE = frozenset(
    {"tests", "test", "docs", "doc", "examples", "example", "notebooks", "scripts", "benchmarks", "paper"}
)
#: Code that is tried out, or done once.
_SCRATCH = lazy(
    r"(?i)(?:^|[/_\- ])(?:scratch|tmp|temp|playground|sandbox|one[-_ ]?offs?|misc)(?:[_\- ][^/]*)?/"
    r"|(?:^|/)(?:untitled|copy[ _-]of|scratch|tmp|temp|playground|sandbox|one[-_ ]?offs?)[^/]*\.(?:py|ipynb)\Z"
    r"|(?:^|/)(?:tests?|work|try(?:[-_]?outs?)?|trials?|practi[cs]e|play)[-_ ]?\d*\.ipynb\Z"
)
#: Modules that are there only where the code runs, together with all else that it needs.
_PLATFORMS = frozenset({"awsglue", "dbruntime", "pyspark.dbutils", "kaggle_evaluation", "synapse", "notebookutils"})
_NEEDS = lazy(
    r"(?i)prerequisit|\brequirements?\b|dependenc|\brequired?\b|\brequires\b|will need|\binstall|following (?:modules|packages|librar)"
)
_WORD = lazy(r"[A-Za-z][\w.-]*\w|[A-Za-z]")
_PIP = lazy(r"[\"']?pip3?[\"']?[\s,]+[\"']?install\b")
#: So many lines after one that speaks of what is needed may name it.
_LINES = 15


class Places:
    """In which file what is missing would be written."""

    def __init__(self, project: Project, used: frozenset[str]) -> None:
        self.project = project
        self.environment = project.environment
        self.used = used
        self._known: dict[str, Manifest | None] = {}
        self._packages: dict[str, tuple[str, ...]] = {}
        #: Top-level folder and home of a package -> whether anything there imports the package.
        self._uses: dict[tuple[str, str], bool] = {}

    def of(self, path: str) -> Manifest | None:
        """The file to add to; None where none speaks for this code, or where nobody can see all that one lists."""
        if path not in self._known:
            self._known[path] = self._best(path)
        return self._known[path]

    def _best(self, path: str) -> Manifest | None:
        manifests = self.environment.of(path)
        if any(manifest.opaque for manifest in manifests):
            return None
        outside = {m.path for m in manifests if self.is_outside(path, m.path)}
        order = _OUTSIDE if outside else _INSIDE if any(self._packages_of(m) for m in manifests) else _ELSEWHERE
        # Where a program has written down all that is installed, the list beside it is the one that is kept.
        frozen = any(_FROZEN.search(m.path) for m in manifests)
        found = [
            m
            for m in manifests
            if m.kind in order
            and not BY_THE_WAY.search(m.path)
            and not _FROZEN.search(m.path)
            and (frozen or not self.environment.brings[m.path].isdisjoint(self.used))
            and (m.path not in outside or m.kind == "requirements" or self._is_used(path, m))
        ]
        imported = {item.key for item in foreign(self.project) if item.path == path} if len(found) > 1 else set()
        best = min(
            found,
            default=None,
            key=lambda m: (
                -m.folder.count("/") - bool(m.folder),
                order.index("setup" if self._read_by(m) else m.kind),
                not _PLAIN.search(m.path),
                -len(imported & self.environment.brings[m.path]),
                m.path,
            ),
        )
        if best is None or len(self.siblings(best)) < 2:
            return best
        # Nobody can say here which of them: one stands for all.
        return next((m for m in found if m in self.siblings(best)), best)

    def siblings(self, manifest: Manifest) -> tuple[Manifest, ...]:
        """The environments of which a file is one, where nothing says which of them is for all of the code."""
        if _PLAIN.search(manifest.path):
            return (manifest,)
        home = self.environment.home(manifest)
        return tuple(
            m
            for m in self.environment.manifests
            if m.kind == manifest.kind
            and self.environment.home(m) == home
            and not _PLAIN.search(m.path)
            and not BY_THE_WAY.search(m.path)
        )

    def extra_of(self, manifest: Manifest) -> str:
        """The file that can hold optional dependencies beside a list: the one that reads it, or the list itself."""
        return self._read_by(manifest) or manifest.path

    def is_outside(self, path: str, manifest: str) -> bool:
        """Whether code lies beside the package that a file (`pyproject.toml`, `setup.py`) builds."""
        found = next((m for m in self.environment.manifests if m.path == manifest), None)
        packages = self._packages_of(found) if found else ()
        return bool(packages) and not path.startswith(packages)

    def _packages_of(self, manifest: Manifest) -> tuple[str, ...]:
        """The folders of the packages that a file builds; none where it builds no package."""
        if manifest.kind not in ("pyproject", "setup") and not self._read_by(manifest):
            return ()
        home = self.environment.home(manifest)
        if home not in self._packages:
            start = f"{home}/" if home else ""
            found = set()
            for path in self.project.files:
                if path.endswith("/__init__.py") and path.startswith(start):
                    parts = path[len(start) :].split("/")[:-1]
                    if parts[0] in ("src", "lib", "python"):
                        parts = parts[:2]
                    else:
                        parts = parts[:1]
                    folder = start + "/".join(parts)
                    if f"{folder}/__init__.py" in self.project.files and parts[-1].lower() not in _NO_PACKAGE:
                        found.add(f"{folder}/")
            self._packages[home] = tuple(sorted(found))
        return self._packages[home]

    def _read_by(self, manifest: Manifest) -> str:
        """The `setup.py` or `pyproject.toml` that takes what a package needs from a list; "" where none does."""
        if manifest.kind != "requirements":
            return ""
        texts = self.project.tree.texts
        start = f"{manifest.folder}/" if manifest.folder else ""
        names = (f"{start}{name}" for name in ("pyproject.toml", "setup.py"))
        return next((name for name in names if basename(manifest.path) in texts.get(name, "")), "")

    def _is_used(self, path: str, manifest: Manifest) -> bool:
        """Whether code beside a package has to do with it: something in its folder imports it."""
        packages = self._packages_of(manifest)
        home = self.environment.home(manifest)
        start = f"{home}/" if home else ""
        first, slash, _ = path[len(start) :].partition("/")
        top = f"{start}{first}/" if slash else ""
        if (top, home) not in self._uses:
            self._uses[top, home] = any(
                imported.startswith(packages)
                for other, summary in self.project.files.items()
                if (other.startswith(top) if top else other.count("/") == path.count("/"))
                for item in summary.imports
                for imported in self.project.imported_files(other, item)
            )
        return self._uses[top, home]


class Told:
    """What texts and code tell of what is needed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._words: dict[str, frozenset[str]] = {}
        self._texts: dict[str, str] = {}

    def about(self, item: Foreign) -> bool:
        """Whether the README of a folder above, a text cell of the file, or a call of pip in it names a distribution."""
        names = {item.head.lower(), item.item.module.lower(), *map(normalised, item.distributions)}
        return (
            any(not names.isdisjoint(words) for words in self._readmes(dirname(item.path)))
            or not names.isdisjoint(self._own(item.path))
            or self._is_installed(item.path, names)
        )

    def _readmes(self, folder: str) -> Iterator[frozenset[str]]:
        while True:
            for path, text in self.project.tree.texts.items():
                if dirname(path) == folder and basename(path).lower().startswith(("readme", "install")):
                    if path not in self._words:
                        self._words[path] = needed(text)
                    yield self._words[path]
            if not folder:
                return
            folder = dirname(folder)

    def _own(self, path: str) -> frozenset[str]:
        if path not in self._words:
            if path.endswith(".ipynb"):
                source = self.project.source(path)
                text = source.markdown if source is not None else ""
            else:
                lines = self._text(path).split("\n")
                first = next((i for i, line in enumerate(lines) if line.startswith(("import ", "from "))), 0)
                text = "\n".join(lines[:first])
            self._words[path] = needed(text)
        return self._words[path]

    def _is_installed(self, path: str, names: set[str]) -> bool:
        """Whether the file itself calls pip for it, with a list of arguments as well."""
        text = self._text(path)
        if not _PIP.search(text):
            return False
        if any({normalised(r.name), r.key} & names for r in installed(text)):
            return True
        return any(re.search(rf"(?i)[\"'/]{re.escape(name)}(?:\.git\b|[=<>~!\[@\\\"'])", text) for name in names)

    def _text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self.project.text(path)
        return self._texts[path]


def needed(text: str) -> frozenset[str]:
    """The words, as names of distributions are compared, of lines that say what is needed, and of those right below."""
    found: set[str] = set()
    rest = 0
    for line in text.split("\n"):
        if _NEEDS.search(line):
            rest = _LINES
        elif line.startswith("#"):
            rest = 0
        if rest:
            rest -= 1
            for word in _WORD.findall(line):
                found.update((word.lower(), normalised(word)))
    return frozenset(found)


def runs_elsewhere(project: Project, path: str) -> bool:
    """Whether no list of the project's concerns a file: it runs in an environment that is given, or is not kept up."""
    if is_put_away(path) or is_taken_over(path) or path in project.tests or _SCRATCH.search(path):
        return True
    folder = dirname(path)
    if f"{folder}/kernel-metadata.json".lstrip("/") in project.tree.files:
        return True
    summary = project.files[path]
    return is_on_kaggle(summary) or any(
        item.module.partition(".")[0] in _PLATFORMS or item.module in _PLATFORMS for item in summary.imports
    )
