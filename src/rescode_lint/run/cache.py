"""What earlier runs found out, as text: one line of JSON a file, and the last verdict.

Safe by construction: every file is written whole and renamed into place, every line carries a checksum, nothing in it is
code, and its name holds a stamp of the tool, the interpreter and the options, so that other versions never read it. A
line that is damaged counts as not there.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import Any, NamedTuple

from rescode_lint import __version__
from rescode_lint.model import (
    Definition,
    FileUse,
    Finding,
    Fix,
    Import,
    Install,
    Name,
    Problem,
    Record,
    Related,
    RelativePath,
    Span,
    Star,
    Start,
    Summary,
    Suppression,
)
from rescode_lint.run.discover import Entry

FOLDER = ".rescode_cache"
#: A file changed so shortly before it was read may change again within the clock's grain: it is read again next time.
_GRAIN_NS = 2_000_000_000
#: Files of other stamps are deleted when they have not been used for this long.
_KEEP_SECONDS = 30 * 24 * 3600


class Line(NamedTuple):
    """What is kept of a file: its state when it was read, the digest of its bytes, and its Record as JSON."""

    entry: Entry
    digest: str
    record: str

    def is_current(self, entry: Entry) -> bool:
        """Whether the file looks as it did."""
        return self.entry == entry


def stamp(*more: object) -> str:
    """A digest of all that a Record depends on besides the file: this package's own files, the interpreter, `more`."""
    digest = blake2b(digest_size=8)
    base = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder, folders, files in os.walk(base):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        folders.sort()
        for file in sorted(files):
            state = os.stat(os.path.join(folder, file))
            digest.update(f"{file}{state.st_size}{state.st_mtime_ns}".encode())
    digest.update(repr((__version__, sys.implementation.cache_tag, sys.hexversion, more)).encode())
    return digest.hexdigest()


def digest_of(data: bytes) -> str:
    """The digest of a file's bytes."""
    return blake2b(data, digest_size=12).hexdigest()


class Cache:
    """The cache of one project. With `folder=None` it keeps nothing."""

    def __init__(self, folder: str | None, stamp: str) -> None:
        self.folder = folder
        self.stamp = stamp

    # --- records ------------------------------------------------------------------------------------------------------

    def lines(self) -> dict[str, Line]:
        """All that is kept, by path."""
        found: dict[str, Line] = {}
        for line in self._read("records").split("\n"):
            fields = line.split("\t", 6)
            if len(fields) != 7:
                continue
            path, size, mtime, ctime, digest, check, record = fields
            with suppress(ValueError):
                if int(check) == zlib.crc32(line.replace(f"\t{check}\t", "\t0\t", 1).encode("utf-8", "surrogatepass")):
                    name = json.loads(path)
                    found[name] = Line(Entry(name, int(size), int(mtime), int(ctime)), digest, record)
        return found

    def save_lines(self, lines: Iterable[Line]) -> None:
        """Keep these, and nothing else."""
        now = time.time_ns()
        text: list[str] = []
        for (path, size, mtime, ctime), digest, record in lines:
            if max(mtime, ctime) > now - _GRAIN_NS:
                mtime = 0
            head, tail = f"{json.dumps(path)}\t{size}\t{mtime}\t{ctime}\t{digest}\t", f"\t{record}"
            check = zlib.crc32(f"{head}0{tail}".encode("utf-8", "surrogatepass"))
            text.append(f"{head}{check}{tail}")
        self._write("records", "\n".join(text))

    # --- the last verdict ---------------------------------------------------------------------------------------------

    def verdict(self, key: str) -> dict[str, Any] | None:
        """What was said of the project when it was in the state that `key` stands for."""
        head, _, body = self._read("verdict").partition("\n")
        if head != f"{key} {zlib.crc32(body.encode('utf-8', 'surrogatepass'))}":
            return None
        try:
            value = json.loads(body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def save_verdict(self, key: str, verdict: Mapping[str, Any]) -> None:
        """Keep a verdict in place of the one before."""
        body = json.dumps(verdict, separators=(",", ":"))
        self._write("verdict", f"{key} {zlib.crc32(body.encode('utf-8', 'surrogatepass'))}\n{body}")

    @staticmethod
    def key(entries: Iterable[Entry], *more: object, state: str = "") -> str | None:
        """The state of a project, with what else tells it; None where some file is too fresh to be sure of it."""
        newest = time.time_ns() - _GRAIN_NS
        digest = blake2b(repr(more).encode("utf-8", "surrogatepass"), digest_size=16)
        digest.update(state.encode("utf-8", "surrogatepass"))
        for entry in entries:
            if entry[2] > newest or entry[3] > newest:
                return None
            digest.update(repr(tuple(entry)).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    # --- files --------------------------------------------------------------------------------------------------------

    def _read(self, name: str) -> str:
        if self.folder is None:
            return ""
        try:
            with open(os.path.join(self.folder, f"{name}-{self.stamp}"), encoding="utf-8", errors="surrogatepass") as f:
                return f.read()
        except (OSError, UnicodeError):
            return ""

    def _write(self, name: str, text: str) -> None:
        """Write whole and rename: a reader sees the old file or the new one. A cache that cannot be kept is no error."""
        if self.folder is None:
            return
        target = os.path.join(self.folder, f"{name}-{self.stamp}")
        unfinished = f"{target}.{os.getpid()}.tmp"
        try:
            self._make_folder()
            with open(unfinished, "w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
                file.write(text)
            os.replace(unfinished, target)
        except (OSError, UnicodeError):
            with suppress(OSError):
                os.unlink(unfinished)

    def _make_folder(self) -> None:
        assert self.folder is not None
        if os.path.isdir(self.folder):
            self._forget_old()
            return
        os.makedirs(self.folder, exist_ok=True)
        for name, text in (
            (".gitignore", "*\n"),
            ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# Made by rescode-lint.\n"),
        ):
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)

    def _forget_old(self) -> None:
        assert self.folder is not None
        limit = time.time() - _KEEP_SECONDS
        for entry in os.scandir(self.folder):
            mine = entry.name.startswith(("records-", "verdict-"))
            if mine and self.stamp not in entry.name and entry.stat().st_mtime < limit:
                with suppress(OSError):
                    os.unlink(entry.path)


# --- Records as JSON --------------------------------------------------------------------------------------------------


def encode(record: Record) -> str:
    """A Record as one line of JSON: named tuples become lists."""
    return json.dumps(record, separators=(",", ":"))


def decode(text: str) -> Record:
    """The Record again.

    Raises:
        ValueError, TypeError, IndexError: the text is none.
    """
    summary, findings, suppressions, problems = json.loads(text)
    return Record(
        decode_summary(summary),
        tuple(decode_finding(row) for row in findings),
        tuple(Suppression(row[0], tuple(row[1]), row[2], row[3], row[4], Span(*row[5])) for row in suppressions),
        tuple(Problem(*row) for row in problems),
    )


def decode_finding(row: list[Any]) -> Finding:
    """A Finding from its row."""
    finding = Finding(*row)
    return finding._replace(
        span=Span(*finding.span),
        fix=Fix(*finding.fix) if finding.fix else None,
        related=tuple(Related(*place) for place in finding.related),
        source=tuple(finding.source),
        edits=(),
    )


def decode_summary(row: list[Any]) -> Summary:
    """A Summary from its row, which is used up."""
    for definition in row[_DEFINITIONS]:
        definition[_SPAN_OF_DEFINITION] = Span._make(definition[_SPAN_OF_DEFINITION])
    row[_DEFINITIONS] = tuple(map(Definition._make, row[_DEFINITIONS]))
    row[_IMPORTS] = tuple(map(Import._make, row[_IMPORTS]))
    row[_NAMES] = tuple([Name(kind, name, Span._make(span), tuple(uses)) for kind, name, span, uses in row[_NAMES]])
    row[_FILES] = tuple([FileUse(t, role, kind, Span._make(span), *more) for t, role, kind, span, *more in row[_FILES]])
    row[_UNPARSED] = tuple([(kind, message, Span._make(span)) for kind, message, span in row[_UNPARSED]])
    row[_RELATIVE] = tuple([RelativePath(text, Span._make(span), *rest) for text, span, *rest in row[_RELATIVE]])
    row[_INSTALLS] = tuple([Install(text, span and Span._make(span), *rest) for text, span, *rest in row[_INSTALLS]])
    row[_STARTS] = tuple([Start(text, Span._make(span)) for text, span in row[_STARTS]])
    row[_STARS] = tuple([Star(name, Span._make(span), *rest) for name, span, *rest in row[_STARS]])
    for place in _TUPLES:
        row[place] = tuple(row[place])
    return Summary._make(row)


_DEFINITIONS, _IMPORTS, _NAMES, _UNPARSED, _FILES = map(
    Summary._fields.index, ("definitions", "imports", "names", "unparsed", "files")
)
_RELATIVE, _INSTALLS, _STARTS, _STARS = map(Summary._fields.index, ("relative", "installs", "starts", "stars"))
_TUPLES = tuple(map(Summary._fields.index, ("sys_path", "runs", "execution_counts")))
_SPAN_OF_DEFINITION = Definition._fields.index("span")
