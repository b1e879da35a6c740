"""A project in hand: its files as they are, with what a plan has changed so far, in memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.facts.star_names import names_of
from rescode_lint.model import Import, Record, Tree
from rescode_lint.project import Project
from rescode_lint.read import Unreadable
from rescode_lint.refactor.document import Document
from rescode_lint.run.execute import quiet
from rescode_lint.run.repair import Change


class Workspace:
    """The files of a project, read when they are asked for."""

    def __init__(
        self, records: Mapping[str, Record], tree: Tree, read: Callable[[str], bytes | None], *, name: str = ""
    ) -> None:
        #: What the project's folder is called.
        self.name = name
        self.tree = tree
        self._read = read
        self._records = dict(records)
        self._judges = Judges(())
        self._before: dict[str, bytes | None] = {}
        self._after: dict[str, bytes] = {}
        self._documents: dict[str, Document | None] = {}
        self._project: Project | None = None
        self._gone: dict[str, frozenset[int]] = {}

    @property
    def project(self) -> Project:
        """All Summaries, as the files are now."""
        if self._project is None:
            tree = self.tree._replace(files=self.tree.files | self._after.keys())
            self._project = Project((record.summary for record in self._records.values()), tree)
        return self._project

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        if path in self._after:
            return self._after[path]
        if path not in self._before:
            self._before[path] = self._read(path)
        return self._before[path]

    def document(self, path: str) -> Document | None:
        """A script or notebook; None where it is not to be read."""
        if path not in self._documents:
            data = self.data(path)
            try:
                with warnings.catch_warnings():
                    quiet()
                    found = None if data is None else self.read_document(path, data)
            except (Unreadable, RecursionError):
                found = None
            self._documents[path] = found if found is not None and not found.source.language else None
        return self._documents[path]

    def read_document(self, path: str, data: bytes) -> Document:
        """A file with this text, at this place.

        Raises:
            Unreadable: it is no Python and no notebook.
        """
        gone = self._gone.get(path, frozenset())
        return Document(path, data, lambda module: self._star_names(module, path), gone)

    def _star_names(self, module: str, importer: str) -> frozenset[str] | None:
        """What `from module import *` brings; None where nobody knows."""
        known = names_of(module)
        if known is not None:
            return known
        level = len(module) - len(module.lstrip("."))
        files = self.project.imported_files(importer, Import(module[level:], "*", level, 0, None))
        found: set[str] = set()
        for file in files:
            summary = self.project.files[file]
            if any(item.name == "*" for item in summary.imports):
                return None
            found.update(name for name in summary.bindings.split() if not name.startswith("_"))
        return frozenset(found) if files else None

    def fork(self) -> Workspace:
        """Another one that is as this one is now, and changes by itself."""
        twin = Workspace(self._records, self.tree, self._read, name=self.name)
        twin._before, twin._after = dict(self._before), dict(self._after)
        twin._documents, twin._project = dict(self._documents), self._project
        twin._gone = dict(self._gone)
        return twin

    def put(self, files: Mapping[str, bytes], gone: Mapping[str, Collection[int]] | None = None) -> None:
        """Change files, in memory.

        Args:
            files: path -> bytes.
            gone: path -> the positions of the cells that it has no more.
        """
        for path, positions in (gone or {}).items():
            document = self.document(path)
            if document is not None:
                self._gone[path] = document.gone | {document.position_on_disk(position) for position in positions}
        for path, data in files.items():
            self.data(path)
            self._after[path] = data
            self._documents.pop(path, None)
            if path.endswith((".py", ".ipynb")):
                with warnings.catch_warnings():
                    quiet()
                    self._records[path] = analyse(path, data, self._judges)
        self._project = None

    def changes(self) -> tuple[Change, ...]:
        """What is different from the files on disk."""
        return tuple(
            Change(path, self._before[path], after)
            for path, after in sorted(self._after.items())
            if self._before[path] != after
        )
