"""Runs notebooks before and after a change, and compares what their cells put out.

The one place where code that is linted runs: only where that was asked for, and it says first what it will run. It runs
in a copy of the project in a temporary folder, in a new kernel for each notebook and with the rights of the user: what
the code itself does elsewhere (a full path, a shell command, the network), it does.

So that the copy stands for the project: both times it has the same path; texts that name the project's folder by its
full path name the copy; where it can be installed, `PYTHONPATH` begins with the copy's `src` and the copy itself, so that the modules of the copy
are imported, new ones too, and not those of an installed project; `pip install` only looks.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rescode_lint.read.ipython import mask
from rescode_lint.read.notebook import code_cells, load, text_of
from rescode_lint.read.source import Unreadable
from rescode_lint.refactor.copies import LARGEST, Survey, copy, in_words, shadows, survey
from rescode_lint.refactor.outputs import Ran, Said, as_it_is, excerpts, homes_of, pairs, said, without_numbers

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

#: What to install for it.
EXTRA = "rescode-lint[verify]"


class Difference(NamedTuple):
    """A cell that puts out something else after the change."""

    notebook: str
    #: 1-based, in the notebook as it was; a new cell's, in the notebook as it is to be.
    cell: int
    #: What the cell put out, from the first line that differs, shortened.
    before: str
    after: str


class Verdict(NamedTuple):
    """What running before and after has shown."""

    differences: tuple[Difference, ...] = ()
    #: What was not compared, or not whole.
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all cells put out the same as before."""
        return not self.differences

    def lines(self) -> list[str]:
        """What differs, for a person."""
        lines: list[str] = []
        for notebook, cell, before, after in self.differences:
            lines.append(f"{notebook}:cell {cell} puts out something else")
            lines += (f"    - {line}" for line in before.split("\n"))
            lines += (f"    + {line}" for line in after.split("\n"))
        return lines


class CannotVerify(Exception):
    """Nothing can be said of the change, and why: what is missing, or what fails without it too."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"cannot be verified: {reason}" + (f" ({remedy})" if remedy else ""))
        self.reason = reason
        self.remedy = remedy


def verify(
    root: str,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes | None],
    notebooks: Sequence[str],
    *,
    timeout: float | None = None,
    say: Callable[[str], None],
    allow_errors: bool = False,
    installed: bool = True,
    largest: int = LARGEST,
) -> Verdict:
    """Run notebooks before and after a change and compare their outputs cell by cell.

    Images, addresses in memory, times, bars of progress and warnings do not count. A cell that has gone must have put
    out nothing. Where outputs differ, the notebook runs once more as it was: what differs then too, the change has not
    done; it is told in the notes.

    Args:
        root: the folder of the project.
        before: path (relative to the root, with `/`) -> what a file held when it was read.
        after: path -> what it is to hold; None where it is to go.
        notebooks: the paths of those to run, in this order.
        timeout: seconds that one run of a notebook may take; None for no limit.
        say: takes a line for the user.
        allow_errors: go on after a cell that raises an error, which is then compared as an output.
        installed: the copy stands for an installed project; else only what a notebook finds by itself can be imported.
        largest: files of more bytes are not copied.

    Raises:
        CannotVerify: what runs notebooks is not installed, a notebook fails as it is, or the copies cannot be made.
        ValueError: a path leads out of the project.
        KeyboardInterrupt: the user has stopped it; kernels and copies are gone.
    """
    missing = _missing()
    if missing:
        reason = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed"
        raise CannotVerify(reason, f'install what runs notebooks with `pip install "{EXTRA}"`')
    if not notebooks:
        return Verdict()
    found = survey(root, largest)
    with tempfile.TemporaryDirectory(prefix="rescode-verify-", ignore_cleanup_errors=True) as folder:
        free = shutil.disk_usage(folder).free
        if found.size > 0.9 * free:
            reason = f"a copy of the project takes {in_words(found.size)}, and {folder} has {in_words(free)}"
            raise CannotVerify(reason, "let TMPDIR name a folder with more space")
        try:
            return _Verification(
                root, os.path.realpath(folder), found, before, after, notebooks, timeout, say, allow_errors, installed
            ).run()
        except (OSError, Unreadable) as error:
            raise CannotVerify(str(error) or type(error).__name__) from error


def _missing() -> list[str]:
    from importlib.util import find_spec

    return [name for name in ("nbclient", "ipykernel") if find_spec(name) is None]


class _Failure(NamedTuple):
    cell: int
    what: str
    name: str = ""


class _Run(NamedTuple):
    cells: tuple[Ran, ...]
    failure: _Failure | None = None


class _Verification:
    def __init__(
        self,
        root: str,
        folder: str,
        found: Survey,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes | None],
        notebooks: Sequence[str],
        timeout: float | None,
        say: Callable[[str], None],
        allow_errors: bool,
        installed: bool,
    ) -> None:
        self.root, self.folder, self.found = root, folder, found
        self.before: dict[str, bytes] = {**before}
        for path in notebooks:
            if path not in before:
                with open(os.path.join(root, path), "rb") as file:
                    self.before[path] = file.read()
        self.after: dict[str, bytes | None] = {**self.before, **after}
        self.notebooks = [path for path in notebooks if self.after[path] is not None]
        self.timeout, self.say, self.installed, self.allow_errors = timeout, say, installed, allow_errors
        self.home = os.path.join(folder, os.path.basename(os.path.realpath(root)) or "project")
        self.homes = homes_of(path for path in after if path.endswith(".py"))
        self.notes = [f"not copied: `{path}` ({why})" for path, why in found.left_out]

    def run(self) -> Verdict:
        self.announce()
        old = self.runs("as it is", self.before, self.notebooks)
        failed = [f"{_place(path, run.failure.cell)} {run.failure.what}" for path, run in old.items() if run.failure]
        if failed:
            raise CannotVerify(f"{'; '.join(failed)} before the change", self.remedy(old))
        for path, run in old.items() if self.allow_errors else ():
            self.note_errors(path, run)
        new = self.runs("as it is to be", self.after, self.notebooks)
        differences = {path: self.compare(path, old[path], new[path], {}) for path in self.notebooks}
        suspects = [path for path in self.notebooks if differences[path] and not new[path].failure]
        if suspects:
            # what those before it write, a notebook may read
            again = self.runs(
                "as it is, once more", self.before, self.notebooks[: self.notebooks.index(suspects[-1]) + 1]
            )
            for path in suspects:
                unsteady = self.unsteady(old[path], again[path])
                differences[path] = self.compare(path, old[path], new[path], unsteady)
                for cell, clean in unsteady.items():
                    how = "without its numbers" if clean else "not at all"
                    self.note(f"{_place(path, cell)} puts out something else in each run: compared {how}")
        found = tuple(difference for path in self.notebooks for difference in differences[path])
        return Verdict(found, tuple(self.notes))

    # --- what it says

    def announce(self) -> None:
        self.say(
            f"Runs {_count(len(self.notebooks), 'notebook')} before and after the change, in copies of the project"
            f" ({_count(len(self.found.files), 'file')}, {in_words(self.found.size)}) under {self.folder}:"
        )
        for path in self.notebooks:
            notebook = load(self.before[path])
            kernel, why = _kernel(notebook)
            cells = [text_of(cell) for _, cell in code_cells(notebook)]
            self.say(f"  {path}: {_count(len(cells), 'cell')}, kernel `{kernel}`{why}")
            for command in _commands(cells):
                self.say(f"    with the shell: {command}")
        for note in self.notes:
            self.say(f"  {note}")

    def note(self, line: str) -> None:
        """Says a thing now, and in the verdict."""
        self.notes.append(line)
        self.say(line)

    def note_errors(self, path: str, run: _Run) -> None:
        """Says how much of a notebook does not work as it is, so that nobody takes it for compared."""
        raised = [(ran.position, out) for ran in run.cells for out in ran.outputs if out.get("output_type") == "error"]
        if raised:
            cell, error = raised[0]
            many = f"{len(raised)} of {_count(len(run.cells), 'cell')} raise an error" if len(raised) > 1 else ""
            first = f"{_place(path, cell)} raises {error.get('ename')}: {error.get('evalue')}".split("\n")[0]
            self.note(f"{first} before the change" + (f"; {many}" if many else ""))

    def remedy(self, runs: Mapping[str, _Run]) -> str:
        """What to do about notebooks that fail as they are."""
        names = {run.failure.name for run in runs.values() if run.failure}
        if names == {"timeout"}:
            return "allow more time"
        if names & {"ModuleNotFoundError", "ImportError"}:
            return "install what the notebook needs where its kernel runs, or rescode-lint where that is installed"
        if names & {"FileNotFoundError", "OSError"} and self.notes:
            return f"it may need what was not copied: {', '.join(path for path, _ in self.found.left_out[:3])}"
        return "repair the notebook first, or compare its errors too with `--allow-errors`"

    # --- what it runs

    def runs(self, how: str, contents: Mapping[str, bytes | None], notebooks: Sequence[str]) -> dict[str, _Run]:
        """Each notebook after a run, in a new copy that they share."""
        copy(self.found, self.root, self.home, contents)
        made: dict[str, _Run] = {}
        try:
            for path in notebooks:
                self.say(f"runs {path} {how}")
                data = contents[path]
                assert data is not None
                made[path] = asyncio.run(
                    _run(
                        load(data),
                        os.path.dirname(os.path.join(self.home, path)),
                        self.environment(),
                        self.timeout,
                        self.allow_errors,
                    )
                )
        finally:
            shutil.rmtree(self.home, ignore_errors=True)
        return made

    def environment(self) -> dict[str, str]:
        """The environment of a kernel."""
        scratch = {name: os.path.join(self.folder, f".{name.lower()}") for name in ("TMPDIR", "IPYTHONDIR")}
        for made in scratch.values():
            shutil.rmtree(made, ignore_errors=True)
            os.mkdir(made)
        root = os.path.realpath(self.root)
        known = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
        for at, entry in enumerate(known):
            inside = os.path.relpath(os.path.realpath(entry), root)
            if inside.split(os.sep)[0] != os.pardir and not os.path.isabs(inside):
                known[at] = os.path.normpath(os.path.join(self.home, inside))
        ours = [os.path.join(self.home, "src"), self.home] if self.installed else []
        ours = [entry for entry in ours if os.path.isdir(entry) and not any(shadows(entry))]
        return {
            **os.environ,
            **scratch,
            "PYTHONPATH": os.pathsep.join(dict.fromkeys([*ours, *known])),
            "PYTHONHASHSEED": "0",
            "PYTHONWARNINGS": "ignore",
            "MPLBACKEND": "agg",
            "TQDM_DISABLE": "1",
            "PIP_DRY_RUN": "1",
            "CONDA_DRY_RUN": "1",
        }

    # --- what it compares

    def compare(
        self, path: str, old: _Run, new: _Run, unsteady: Mapping[int, Callable[[Said], Said] | None]
    ) -> list[Difference]:
        sides = pairs(old.cells, new.cells)
        if new.failure:  # all that follows is another matter
            at, what, _ = new.failure
            cell = next((one.position for one, two in sides if one and two and two.position == at), at)
            return [Difference(path, cell, "no error", what)]
        found: list[Difference] = []
        for one, two in sides:
            cell = one.position if one else two.position if two else 0
            clean = unsteady.get(cell, as_it_is) if one else as_it_is
            if clean is None:
                continue
            before, after = (said(ran.outputs, self.homes) if ran else () for ran in (one, two))
            if clean(before) != clean(after):
                found.append(Difference(path, cell, *excerpts(clean(before), clean(after))))
        return found

    def unsteady(self, one: _Run, two: _Run) -> dict[int, Callable[[Said], Said] | None]:
        """The cells that put out something else in a second run, and what is left to compare."""
        found: dict[int, Callable[[Said], Said] | None] = {}
        for first, second in zip(one.cells, two.cells, strict=True):
            if two.failure and first.position >= two.failure.cell:
                break
            a, b = said(first.outputs, self.homes), said(second.outputs, self.homes)
            if a != b:
                found[first.position] = without_numbers if without_numbers(a) == without_numbers(b) else None
        return found


def _place(path: str, cell: int) -> str:
    return f"`{path}` cell {cell}" if cell else f"`{path}`"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _commands(cells: Sequence[str]) -> list[str]:
    """What the cells let the shell do, each command once."""
    found: dict[str, None] = {}
    for text in cells:
        for magic in mask(text).magics:
            if magic.kind == "shell":
                found[f"!{magic.text.strip()}"] = None
            elif magic.name in ("pip", "conda", "mamba", "uv", "bash", "sh", "script", "system", "sx", "cmd"):
                lines = f"%{magic.name} {magic.text.strip() or magic.body.strip()}".split("\n")
                found[lines[0] + (" …" if len(lines) > 1 else "")] = None
    return list(found)


# --- one run ----------------------------------------------------------------------------------------------------------


def _kernel(notebook: Mapping[str, Any]) -> tuple[str, str]:
    """The kernel for a notebook, and why it is not the one that it names."""
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel

    spec = notebook.get("metadata", {}).get("kernelspec", {})
    name = spec.get("name") if isinstance(spec, dict) else None
    if not isinstance(name, str) or not name:
        return NATIVE_KERNEL_NAME, ""
    try:
        found = KernelSpecManager().get_kernel_spec(name)
    except (NoSuchKernel, ValueError, OSError):
        return NATIVE_KERNEL_NAME, f" (`{name}` is not installed)"
    if found.language.lower() != "python":
        return NATIVE_KERNEL_NAME, f" (`{name}` is no Python)"
    return name, ""


async def _run(
    notebook: dict[str, Any], folder: str, environment: dict[str, str], timeout: float | None, allow_errors: bool
) -> _Run:
    """Run a notebook in a new kernel, which is gone afterwards, whatever happens."""
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from nbformat import from_dict

    cells = code_cells(notebook)
    node = from_dict(  # type: ignore[no-untyped-call]
        {
            "cells": [
                {"cell_type": "code", "source": text_of(cell), "metadata": {"tags": _tags(cell)}, "outputs": []}
                for _, cell in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )
    name, _ = _kernel(notebook)
    manager = AsyncKernelManager(kernel_name=name, connection_file=os.path.join(environment["TMPDIR"], "kernel.json"))
    client = NotebookClient(node, km=manager, kernel_name=name, timeout=None, allow_errors=allow_errors)
    at = 0

    async def work() -> None:
        nonlocal at
        await client.async_start_new_kernel(
            cwd=folder, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        await client.async_start_new_kernel_client()
        for index, cell in enumerate(node.cells):
            at = cells[index][0]
            await client.async_execute_cell(cell, index)

    task = asyncio.ensure_future(work())
    failure: _Failure | None = None
    try:
        done, _pending = await asyncio.wait(
            {task}, timeout=timeout
        )  # nbclient takes a cancelled task for a dead kernel
        if not done:
            failure = _Failure(at, f"takes longer than {timeout:g} s", "timeout")
        else:
            task.result()
    except CellExecutionError as error:
        failure = _Failure(at, f"raises {error.ename}: {error.evalue}".strip().rstrip(":").split("\n")[0], error.ename)
    except DeadKernelError:
        failure = _Failure(at, "ends its kernel", "dead")
    except (OSError, RuntimeError) as error:
        failure = _Failure(at, f"does not start its kernel `{name}` ({error})", "kernel")
    finally:
        await _stop(task, client, manager)
    ran = (
        Ran(position, raw.get("id"), text_of(raw), tuple(cell.get("outputs", ())))
        for (position, raw), cell in zip(cells, node.cells, strict=True)
    )
    return _Run(tuple(ran), failure)


async def _stop(task: asyncio.Future[None], client: Any, manager: AsyncKernelManager) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    if client.kc is not None:
        client.kc.stop_channels()
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)
    await manager.cleanup_resources()


def _tags(cell: Mapping[str, Any]) -> list[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
