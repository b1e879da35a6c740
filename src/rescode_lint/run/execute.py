"""Entries to Records: from the cache where the file is unchanged, else read, walked and judged, on all cores."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.check.analyse import Judges, analyse, unreadable
from rescode_lint.model import Record
from rescode_lint.rule import Option, Rule
from rescode_lint.run.cache import Cache, Line, decode, digest_of, encode
from rescode_lint.run.discover import Entry

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Less work than this (bytes) is done sooner by one process than by several.
_WORTH_A_PROCESS = 400_000
_BIGGEST_CHUNK = 600_000

Progress = Callable[[int, int], None]


class Work(NamedTuple):
    """What a worker needs to know, once."""

    root: str
    rules: tuple[type[Rule], ...]
    options: Mapping[str, Mapping[str, Option]]


class Done(NamedTuple):
    """One file done: its digest, and its Record as JSON."""

    digest: str
    record: str


def records(
    entries: Sequence[Entry],
    work: Work,
    cache: Cache,
    *,
    jobs: int = 0,
    progress: Progress | None = None,
) -> dict[str, Record]:
    """The Record of every entry, by path; the cache is brought up to date."""
    known = cache.lines()
    found: dict[str, Record] = {}
    lines: dict[str, Line] = {}
    misses: list[Entry] = []
    for entry in entries:
        line = known.get(entry.path)
        record = _from_cache(line, entry, work.root)
        if record is None or line is None:
            misses.append(entry)
        else:
            found[entry.path] = record
            lines[entry.path] = line._replace(entry=entry)
    changed = bool(misses) or len(known) != len(lines) or any(known[p].entry != lines[p].entry for p in lines)
    misses.sort(key=lambda entry: -entry.size)  # so that no large one is left for the end
    for index, (entry, done) in enumerate(_run(misses, work, jobs), 1):
        record = found[entry.path] = decode(done.record)
        if not record.problems:  # what went wrong is tried again
            lines[entry.path] = Line(entry, done.digest, done.record)
        if progress is not None:
            progress(index, len(misses))
    if changed:
        cache.save_lines(lines[path] for path in sorted(lines))
    return found


def _from_cache(line: Line | None, entry: Entry, root: str) -> Record | None:
    if line is None:
        return None
    if not line.is_current(entry):
        if line.entry.size != entry.size:
            return None
        try:
            with open(os.path.join(root, entry.path), "rb") as file:
                if digest_of(file.read()) != line.digest:
                    return None
        except OSError:
            return None
    try:
        return decode(line.record)
    except (ValueError, TypeError, IndexError):
        return None


def _run(entries: Sequence[Entry], work: Work, jobs: int) -> Iterator[tuple[Entry, Done]]:
    size = sum(entry.size for entry in entries)
    workers = min(jobs or cores(), len(entries), 1 + size // _WORTH_A_PROCESS)
    if workers < 2 or _is_somebodys_worker():
        return _run_here(entries, work)
    return _run_in(workers, list(_chunks(entries, size // (workers * 4))), work)


def _run_here(entries: Iterable[Entry], work: Work) -> Iterator[tuple[Entry, Done]]:
    import warnings

    judges = Judges(work.rules, work.options)
    for entry in entries:
        with warnings.catch_warnings():
            quiet()
            done = examine(entry.path, work.root, judges)
        yield entry, done


def _run_in(workers: int, chunks: list[list[Entry]], work: Work) -> Iterator[tuple[Entry, Done]]:
    # Slow to import, and not worth it for a few files.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    context = get_context("fork" if sys.platform == "linux" else "spawn")
    others = {child.pid for child in active_children()}
    with ProcessPoolExecutor(workers, context, _start, (work,)) as pool:
        try:
            futures: list[Future[list[Done]]] = []
            # A pool whose worker was killed from outside, as for lack of memory, takes no more
            # and gives no more: those parts are done here.
            with _deaf_to_ctrl_c(), suppress(BrokenProcessPool):
                for chunk in chunks:
                    futures.append(pool.submit(_examine_chunk, [entry.path for entry in chunk]))
            for chunk, future in zip_longest(chunks, futures):
                try:
                    done = future.result() if future else None
                except BrokenProcessPool:
                    done = None
                yield from zip(chunk, done, strict=True) if done is not None else _run_here(chunk, work)
        except BaseException:  # Ctrl-C: nobody waits for what is still under way
            for child in active_children():
                if child.pid not in others:
                    child.terminate()
            pool.shutdown(cancel_futures=True)
            raise


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Holds SIGINT back, also in the processes that are begun meanwhile, until they have learned to ignore it."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _is_somebodys_worker() -> bool:
    """Whether this is a worker process of another program's pool (flake8's), which may not have children."""
    module = sys.modules.get("multiprocessing.process")
    return module is not None and bool(module.current_process().daemon)


def _chunks(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    """Parts of about `size` bytes, in the given order."""
    part: list[Entry] = []
    total = 0
    limit = max(min(size, _BIGGEST_CHUNK), 1)
    for entry in entries:
        part.append(entry)
        total += entry.size
        if total >= limit:
            yield part
            part, total = [], 0
    if part:
        yield part


_work: tuple[str, Judges] | None = None  # of a worker process, set once when it starts


def _start(work: Work) -> None:
    global _work
    import signal
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends us
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    quiet()
    _work = work.root, Judges(work.rules, work.options)


def _end_with_parent() -> None:
    """A parent that is killed cannot tell its workers: they would wait for work for ever."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _examine_chunk(paths: list[str]) -> list[Done]:
    assert _work is not None
    root, judges = _work
    return [examine(path, root, judges) for path in paths]


def examine(path: str, root: str, judges: Judges) -> Done:
    """Read and judge one file. What cannot be read is a problem of that file."""
    try:
        with open(os.path.join(root, path), "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return Done("", encode(unreadable(path, "was deleted while we ran", "run again")))
    except OSError as error:
        return Done("", encode(unreadable(path, f"cannot be read ({error.strerror})", "check its permissions")))
    return Done(digest_of(data), encode(analyse(path, data, judges)))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def quiet() -> None:
    """Python warns of odd escapes in what it parses; that is not our business here."""
    import warnings

    warnings.simplefilter("ignore")
