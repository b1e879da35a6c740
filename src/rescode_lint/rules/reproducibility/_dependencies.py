"""What the code of a project imports from elsewhere: shared by the rules on environments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from posixpath import basename, dirname
from typing import NamedTuple

from rescode_lint.facts.distributions import canonical, distributions, needs_no_declaration, normalised
from rescode_lint.lazy import lazy
from rescode_lint.model import Import, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_taken_over

#: Set-up, documentation, and other people's code: what they import, the project does not declare.
_ASIDE = lazy(
    r"(?:^|/)(?:setup|conf|noxfile|tasks|fabfile|versioneer|_version|dodo|wscript|hubconf)\.py\Z"
    r"|(?:^|/)(?:docs?|documentation|third_?party|vendor(?:ed)?|_vendor|extern(?:al)?s?|site-packages|node_modules|ci|\.[^/]+)/"
)
_CODE = (".py", ".pyx", ".pyi", ".so", ".pyd", ".pyw")


class Foreign(NamedTuple):
    """One import of what the repository does not hold."""

    path: str
    item: Import
    #: The part of the module's name that tells its distribution, mostly the first.
    head: str
    #: The distributions that bring it, the one to recommend first; a guess where the table has none.
    distributions: tuple[str, ...]
    #: Whether the table knows it.
    known: bool

    @property
    def key(self) -> str:
        """One name for what is the same."""
        return canonical(self.distributions[0])

    def span(self) -> Span:
        """The module's name in the import."""
        item = self.item
        return Span(item.line, item.column, item.line, item.column + len(item.module), item.cell)


class Local:
    """Which names the repository itself has for modules."""

    def __init__(self, project: Project) -> None:
        #: Modules and packages.
        self.modules: set[str] = set()
        #: All folders with code in them.
        self.folders: set[str] = set()
        for path in project.tree.files | project.files.keys():
            name = basename(path)
            if name.endswith(_CODE):
                folder = dirname(path)
                stem = name.partition(".")[0]
                if stem == "__init__":
                    self.modules.add(basename(folder))
                else:
                    self.modules.add(stem)
                self.folders.update(folder.split("/"))
            elif "." not in name:  # a submodule, or a link to a folder
                self.modules.add(name)
        texts = project.tree.texts
        for path, text in texts.items():
            if basename(path) in ("pyproject.toml", "setup.py", "setup.cfg"):
                for name in _OWN_NAME.findall(text):
                    self.modules.update((name, name.replace("-", "_"), name.lower().replace("-", "_")))

    def has(self, head: str, known: bool) -> bool:
        """Whether a module of that name is the repository's own; a folder called `numpy` is none."""
        return head in self.modules or (not known and (head in self.folders or head.endswith(("_pb2", "_pb2_grpc"))))


_OWN_NAME = lazy(r"(?m)^\s*name\s*=\s*[\"']?([\w-]+)")


@lru_cache(maxsize=1)
def foreign(project: Project) -> tuple[Foreign, ...]:
    """All imports of what neither the repository nor Python holds, file by file."""
    return tuple(_foreign(project))


def _foreign(project: Project) -> Iterator[Foreign]:
    local = Local(project)
    known: dict[str, tuple[str, tuple[str, ...]] | None] = {}
    for path, summary in project.files.items():
        if summary.language or is_taken_over(path) or _ASIDE.search(path) or is_unreadable(summary):
            continue
        for item in summary.imports:
            if item.level or not item.module:
                continue
            dotted = f"{item.module}.{item.name}" if item.name not in ("", "*") else item.module
            if dotted not in known:
                known[dotted] = _known(dotted, local)
            found = known[dotted]
            if found is not None and not project.imported_files(path, item):
                head = item.module.partition(".")[0]
                yield Foreign(path, item, found[0] or head, found[1] or (normalised(head),), bool(found[1]))


def _known(dotted: str, local: Local) -> tuple[str, tuple[str, ...]] | None:
    """What `distributions` says of an import; None where it is of no distribution that anybody would declare."""
    head = dotted.partition(".")[0]
    if head.startswith("_") or needs_no_declaration(dotted):
        return None
    found = distributions(dotted)
    return None if local.has(head, bool(found[1])) else found


def is_unreadable(summary: Summary) -> bool:
    """Whether a script cannot be parsed here: its imports are known by their looks only."""
    return summary.kind == "py" and bool(summary.unparsed)
