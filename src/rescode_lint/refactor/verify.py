"""Runs notebooks before and after a change, and compares what their cells put out.

The one place where code that is linted runs: only where that was asked for, and it says first what it will run. It runs
in a copy of the project in a temporary folder, in a new kernel for each notebook and with the rights of the user: what
the code itself does elsewhere (a full path, a shell command, the network), it does.

So that the copy stands for the project: both times it has the same path; texts that name the project's folder by its
full path name the copy; `PYTHONPATH` begins with the copy's `src` and the copy itself, so that the modules of the copy
are imported, new ones too, and not those of an installed project; `pip install` only looks.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rescode_lint.read.ipython import mask
from rescode_lint.read.notebook import code_cells, load, text_of
from rescode_lint.read.source import Unreadable
from rescode_lint.refactor.copies import LARGEST, Survey, copy, in_words, shadows, survey
from rescode_lint.refactor.outputs import Ran, Said, excerpts, homes_of, pairs, said, without_numbers

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

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

    status: Literal["ok", "differences", "impossible"]
    differences: tuple[Difference, ...] = ()
    #: Why it is impossible, and what to do about it.
    reason: str = ""
    remedy: str = ""
    #: What a person should know besides: cells that put out something else in each run, files that were not copied.
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all cells put out the same as before."""
        return self.status == "ok"


def verify(
    root: str,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes | None],
    notebooks: Sequence[str],
    *,
    timeout: float | None = None,
    say: Callable[[str], None],
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
        largest: files of more bytes are not copied.

    Raises:
        ValueError: a path leads out of the project.
        KeyboardInterrupt: the user has stopped it; kernels and copies are gone.
    """
    missing = _missing()
    if missing:
        return Verdict(
            "impossible",
            reason=f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed",
            remedy=f'install what runs notebooks with `pip install "{EXTRA}"`',
        )
    if not notebooks:
        return Verdict("ok", notes=("no notebook to run",))
    found = survey(root, largest)
    with tempfile.TemporaryDirectory(prefix="rescode-verify-", ignore_cleanup_errors=True) as folder:
        free = shutil.disk_usage(folder).free
        if found.size > 0.9 * free:
            reason = f"a copy of the project takes {in_words(found.size)}, and {folder} has {in_words(free)}"
            return Verdict("impossible", reason=reason, remedy="let TMPDIR name a folder with more space")
        try:
            return _Verification(root, os.path.realpath(folder), found, before, after, notebooks, timeout, say).run()
        except (OSError, Unreadable) as error:
            return Verdict("impossible", reason=str(error) or type(error).__name__)


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
    ) -> None:
        self.root, self.folder, self.found = root, folder, found
        self.before, self.after, self.notebooks = before, {**before, **after}, notebooks
        self.timeout, self.say = timeout, say
        # a new module is not there before
        self.home = os.path.join(folder, os.path.basename(os.path.realpath(root)) or "project")
        self.homes = homes_of(path for path in after if path.endswith(".py"))
        self.notes = [f"not copied: `{path}` ({why})" for path, why in found.left_out]

    def run(self) -> Verdict:
        self.announce()
        old = self.runs("as they are", self.before, self.notebooks)
        failed = [f"{_place(path, run.failure.cell)} {run.failure.what}" for path, run in old.items() if run.failure]
        if failed:
            reason = f"{'; '.join(failed)} before the change"
            return Verdict("impossible", reason=reason, remedy=self.remedy(old), notes=tuple(self.notes))
        new = self.runs("as they are to be", self.after, self.notebooks)
        suspects = [path for path in self.notebooks if self.compare(path, old[path], new[path], {})]
        if not suspects:
            return Verdict("ok", notes=tuple(self.notes))
        again = self.runs("as they are, once more", self.before, self.notebooks)
        differences: list[Difference] = []
        for path in suspects:
            unsteady = self.unsteady(old[path], again[path])
            differences += self.compare(path, old[path], new[path], unsteady)
            for cell, clean in unsteady.items():
                how = (
                    "only the words of its output were compared" if clean is without_numbers else "it was not compared"
                )
                self.notes.append(f"{_place(path, cell)} puts out something else in each run: {how}")
        return Verdict("differences" if differences else "ok", tuple(differences), notes=tuple(self.notes))

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

    def remedy(self, runs: Mapping[str, _Run]) -> str:
        """What to do about notebooks that fail as they are."""
        names = {run.failure.name for run in runs.values() if run.failure}
        if names == {"timeout"}:
            return "allow more time"
        if names & {"ModuleNotFoundError", "ImportError"}:
            return "install what the notebook needs where its kernel runs, or rescode-lint where that is installed"
        if names & {"FileNotFoundError", "OSError"} and self.notes:
            return f"it may need what was not copied: {', '.join(path for path, _ in self.found.left_out[:3])}"
        return "repair the notebook first, or leave out that it is verified"

    # --- what it runs

    def runs(self, how: str, contents: Mapping[str, bytes | None], notebooks: Sequence[str]) -> dict[str, _Run]:
        """Each notebook after a run, in a new copy that they share."""
        copy(self.found, self.root, self.home, {path: data for path, data in contents.items()})
        made: dict[str, _Run] = {}
        try:
            for path in notebooks:
                self.say(f"runs {path} {how}")
                data = contents[path]
                assert data is not None
                made[path] = asyncio.run(
                    _run(load(data), os.path.dirname(os.path.join(self.home, path)), self.environment(), self.timeout)
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
        ours = [os.path.join(self.home, "src"), self.home]
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
        found: list[Difference] = []
        if new.failure:
            cell, what, _ = new.failure
            there = next(
                (one.position for one, two in pairs(old.cells, new.cells) if one and two and two.position == cell), cell
            )
            found.append(Difference(path, there, "runs", what))
        for one, two in pairs(old.cells, new.cells):
            if new.failure and (two is None or two.position >= new.failure.cell):
                continue
            cell = (one or two).position
            clean = unsteady.get(one.position, tuple) if one else tuple
            if clean is None:
                continue
            before, after = (said(ran.outputs, self.homes) if ran else () for ran in (one, two))
            if clean(before) != clean(after):
                found.append(Difference(path, cell, *excerpts(before, after, clean)))
        return found

    def unsteady(self, one: _Run, two: _Run) -> dict[int, Callable[[Said], Said] | None]:
        """The cells that put out something else in a second run, and what is left to compare."""
        found: dict[int, Callable[[Said], Said] | None] = {}
        for first, second in zip(one.cells, two.cells, strict=False):
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


async def _run(notebook: Mapping[str, Any], folder: str, environment: dict[str, str], timeout: float | None) -> _Run:
    """Run a notebook in a new kernel, which is gone afterwards, whatever happens."""
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from nbformat import v4

    cells = code_cells(notebook)
    node: NotebookNode = v4.new_notebook(
        cells=[v4.new_code_cell(text_of(cell), metadata={"tags": _tags(cell)}) for _, cell in cells]
    )
    name, _ = _kernel(notebook)
    manager = AsyncKernelManager(kernel_name=name, connection_file=os.path.join(environment["TMPDIR"], "kernel.json"))
    client = NotebookClient(node, km=manager, kernel_name=name, timeout=None)
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
    manager.cleanup_resources()


def _tags(cell: Mapping[str, Any]) -> list[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
