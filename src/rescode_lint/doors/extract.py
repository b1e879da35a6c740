"""`rescode extract`: shows a plan as a diff, or carries it out, whole or not at all."""

from __future__ import annotations

import argparse
import glob
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from rescode_lint.config import ConfigError, find_root, load
from rescode_lint.doors.fix import diff_of
from rescode_lint.doors.terminal import CLEAN, FAILED, wants_color, write_out
from rescode_lint.fix.write import Changed, create, write_atomically
from rescode_lint.refactor.extract import extract
from rescode_lint.refactor.needs import Refused
from rescode_lint.refactor.plan import Plan, Twin, Wish
from rescode_lint.refactor.target import NoTarget, is_declared
from rescode_lint.refactor.workspace import Workspace
from rescode_lint.report.text import Look, paint, plural
from rescode_lint.run.cache import FOLDER
from rescode_lint.run.pipeline import Request, Session
from rescode_lint.run.repair import Change

_KEPT = "before-extract"


class _Stop(Exception):
    """The command cannot be carried out: one line."""


def run(arguments: argparse.Namespace) -> int:
    """Plan the move, and make it if that is asked for; returns the exit code."""
    try:
        return _extract(arguments)
    except (_Stop, ConfigError) as error:
        print(f"rescode: {error}", file=sys.stderr)
        return FAILED


class _Ground(NamedTuple):
    """The project around the notebooks."""

    root: str
    workspace: Workspace
    #: The notebooks, relative to the root.
    notebooks: tuple[str, ...]


def _extract(arguments: argparse.Namespace) -> int:
    look = Look(color=wants_color(arguments.color), quiet=arguments.quiet)
    select = tuple(name for text in arguments.select or () for name in text.replace(",", " ").split())
    if (arguments.cell is None) != (arguments.name is None):
        raise _Stop("--cell and --as go together: the cell, and the name of the function that it becomes")
    if arguments.cell is not None and (select or len(arguments.notebooks) != 1):
        raise _Stop("--cell takes one notebook, and no --select")
    ground = _ground(paths_of(arguments.notebooks))
    if arguments.apply:
        _check_clean(ground, arguments.allow_dirty)
    plan = _planned(arguments, ground, select)
    _say_what_stays(plan)
    if not plan.moved and not plan.refused:
        where = _listed(ground.notebooks)
        print(f"rescode: {where}: no definition with logic of its own is left to move", file=sys.stderr)
    by_name = bool(select) or arguments.cell is not None
    if not plan.moved or (by_name and plan.refused):
        return FAILED
    lines = list(_summary(plan, ground, look))
    if not arguments.apply:
        lines += ["\n", *(line for change in plan.changes for line in diff_of(change, change.path, look))]
    if not (arguments.apply and look.quiet) and not write_out("".join(lines)):
        return FAILED
    if arguments.verify:
        _verify(plan, ground, arguments.timeout, arguments.allow_errors)
    if not arguments.apply:
        if not look.quiet:
            print("\nNothing was written. Add --apply to make this change.", file=sys.stderr)
        return CLEAN
    undo = _undo(plan.changes, ground.root)
    _write(plan.changes, ground.root)
    if not look.quiet:
        print(f"Changed {plural(len(plan.changes), 'file')}. To undo it:\n    {undo}", file=sys.stderr)
    return CLEAN


def _planned(arguments: argparse.Namespace, ground: _Ground, select: Sequence[str]) -> Plan:
    """What is asked for, as a plan; what refuses as a whole is a plan with a refusal and nothing else.

    Raises:
        _Stop: what is asked for does not exist, or no module can take it.
    """
    keep = _inside(arguments.keep, ground.root, "--keep") if arguments.keep else ""
    to = _inside(arguments.to, ground.root, "--to") if arguments.to else ""
    if keep and arguments.leave_others:
        raise _Stop("--keep and --leave-others exclude each other")
    wishes = _wishes(ground, select, to, keep, arguments.leave_others)
    try:
        if arguments.cell is not None:
            from rescode_lint.refactor.cell import into_function

            into_function(ground.workspace, ground.notebooks[0], arguments.cell, arguments.name)
            wishes = [Wish(ground.notebooks[0], (arguments.name,), to, keep, arguments.leave_others)]
        return extract(ground.workspace, wishes)
    except Refused as why:
        return Plan(refused=(why,))
    except NoTarget as why:
        raise _Stop(f"{why}; {why.remedy}") from None


def _wishes(ground: _Ground, select: Sequence[str], to: str, keep: str, leave: bool) -> list[Wish]:
    """What to take from which notebook; those in other languages are left alone, with a line.

    Raises:
        _Stop: a name is in none of them.
    """
    unknown = set(select)
    wishes = []
    for notebook in ground.notebooks:
        document = ground.workspace.document(notebook)
        if document is None:
            summary = ground.workspace.project.files.get(notebook)
            what = f"is in {summary.language}" if summary and summary.language else "is no notebook that can be read"
            if len(ground.notebooks) == 1:
                raise _Stop(f"{notebook}: {what}; name a notebook in Python")
            print(f"rescode: {notebook}: {what}, and is left alone", file=sys.stderr)
            continue
        here = tuple(name for name in select if name in document.definitions)
        unknown -= set(here)
        if here or not select:
            wishes.append(Wish(notebook, here, to, keep, leave))
    if unknown:
        what = ", ".join(f"`{name}`" for name in sorted(unknown))
        raise _Stop(f"no function or class {what} stands at the top level of {_listed(ground.notebooks)}")
    return wishes


def _say_what_stays(plan: Plan) -> None:
    """A line for each cell that does not parse and each definition that is not moved; each difference once."""
    for path, cell in plan.unparsed:
        print(f"rescode: {path}:cell {cell}: does not parse, and stays as it is", file=sys.stderr)
    known: set[str] = set()
    for refusal in plan.refused:
        reason, _, shown = refusal.reason.partition("\n")
        print(f"rescode: {_place(refusal)}not moved: {reason.rstrip(':')}; {refusal.remedy}", file=sys.stderr)
        if shown and shown not in known:  # one difference may keep many from moving
            known.add(shown)
            print(shown, file=sys.stderr)


# --- what is asked for ------------------------------------------------------------------------------------------------


def _ground(paths: Sequence[str]) -> _Ground:
    cwd = os.getcwd()
    for path in paths:
        if not os.path.exists(path):
            raise _Stop(f"{path}: no such file")
        if os.path.isdir(path) or not path.endswith(".ipynb"):
            raise _Stop(f"{path}: is no notebook; name files that end in `.ipynb`")
    root = find_root(list(paths), cwd)
    settings = load(root, cwd=cwd)
    session = Session(Request(settings=settings, cwd=cwd))
    found = session.discover()
    order = dict.fromkeys(os.path.relpath(os.path.realpath(path), root.path).replace(os.sep, "/") for path in paths)
    known = {entry.path for entry in found.entries}
    for path in sorted(order.keys() - known):
        what = f"{path}: is excluded by the settings or by `.gitignore`, or lies outside of {root.path}"
        if known.isdisjoint(order):
            raise _Stop(what)
        print(f"rescode: {what}; it is left alone", file=sys.stderr)

    def read(path: str) -> bytes | None:
        try:
            with open(os.path.join(root.path, path), "rb") as file:
                return file.read()
        except OSError:
            return None

    records = session.all_records(found)
    name = os.path.basename(os.path.realpath(root.path))
    workspace = Workspace(records, session.tree(found), read, name=name)
    return _Ground(root.path, workspace, tuple(path for path in order if path in known))


def _inside(path: str, root: str, option: str) -> str:
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    if relative.startswith("../"):
        raise _Stop(f"{option} {path}: lies outside of the project {root}; choose a file inside of it")
    return relative


def _check_clean(ground: _Ground, allowed: bool) -> None:
    """Whether git can bring everything back, where there is git."""
    status = _git(ground.root, "status", "--porcelain", "--untracked-files=no")
    if status is None or allowed or not status.strip():
        return
    changed = [line[3:] for line in status.splitlines()]
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    raise _Stop(
        f"the git tree has changes that are not committed ({changed[0]}{more}); commit them, or add --allow-dirty"
    )


def _git(root: str, *arguments: str) -> str | None:
    """What a git command prints; None where there is no git, or no repository."""
    printed = _git_bytes(root, *arguments)
    return None if printed is None else printed.decode("utf-8", "replace")


def _git_bytes(root: str, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


# --- what is said -----------------------------------------------------------------------------------------------------


def _summary(plan: Plan, ground: _Ground, look: Look) -> Iterator[str]:
    made = {change.path for change in plan.changes if change.before is None}
    for module, why in plan.modules:
        names = [moved for moved in plan.moved if moved.module == module]
        if not names:
            continue
        new = " (new)" if module in made else ""
        yield f"{paint(module, 'bold', look)}{new}: {why}\n"
        for moved in names:
            cell = f":cell {moved.cell}" if moved.cell else ""
            notes = [f"from {moved.path}{cell}"]
            if moved.merged:
                notes.append("the module has it already")
            if moved.along:
                notes.append("needed by the others")
            if moved.parameters:
                given = ", ".join(f"`{name}`" for name in moved.parameters)
                notes.append(f"with {given} as {'parameters' if len(moved.parameters) > 1 else 'a parameter'}")
            yield f"  {moved.name}  {'; '.join(notes)}\n"
            for twin in plan.twins:
                if (twin.name, twin.module) == (moved.name, moved.module):
                    yield f"    {_twin(twin)}\n"
    if plan.to_install:
        project = ground.workspace.project
        hint = "pip install -e ."
        known = "once" if is_declared(project) else "once (it makes the new package importable)"
        yield f"The imports need the project to be installed: {hint}, {known}.\n"


def _twin(twin: Twin) -> str:
    cell = f":cell {twin.cell}" if twin.cell else ""
    if twin.left:
        return f"left in {twin.path}{cell}: {twin.left}"
    what = "the copy that differs" if twin.differs else "its twin"
    return f"{what} in {twin.path}{cell} goes too"


def _place(why: Refused) -> str:
    if not why.path:
        return ""
    if why.span is None:
        return f"{why.path}: "
    cell = f"cell {why.span.cell}:" if why.span.cell else ""
    return f"{why.path}:{cell}{why.span.line}:{why.span.column}: "


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


# --- what is written --------------------------------------------------------------------------------------------------


def _undo(changes: Sequence[Change], root: str) -> str:
    """The command that brings everything back; where git does not know the old files, they are kept aside."""
    old = [change.path for change in changes if change.before is not None]
    new = [change.path for change in changes if change.before is None]
    # What git would write: a filter such as nbstripout, or the conversion of line ends, may make it another text.
    clean = all(
        _git_bytes(root, "cat-file", "--filters", f":./{change.path}") == change.before
        for change in changes
        if change.before is not None
    )
    commands = [f"cd {shlex.quote(root)}"] if os.path.realpath(os.getcwd()) != os.path.realpath(root) else []
    if old and clean:
        commands.append(shlex.join(["git", "restore", "--", *old]))
    elif old:
        aside = _new_folder_aside(root)
        for change in changes:
            if change.before is not None:
                path = os.path.join(root, aside, change.path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(change.before)
        commands.append(" && ".join(shlex.join(["cp", "--", f"{aside}/{path}", path]) for path in old))
    if new:
        commands.append(shlex.join(["rm", "--", *new]))
    return " && ".join(commands)


def _new_folder_aside(root: str) -> str:
    """Make a folder for what one run changes, relative to the root: each run can be undone after those that follow it."""
    kept = os.path.join(root, FOLDER, _KEPT)
    os.makedirs(kept, exist_ok=True)
    number = 1
    while True:
        try:
            os.mkdir(os.path.join(kept, str(number)))
        except FileExistsError:
            number += 1
        else:
            return f"{FOLDER}/{_KEPT}/{number}"


def _write(changes: Sequence[Change], root: str) -> None:
    """All files or none.

    Raises:
        _Stop: one cannot be written; those that were are as before again.
    """
    for change in changes:
        full = os.path.join(root, change.path)
        if change.before is not None and not (os.stat(full).st_mode & 0o222 and os.access(full, os.W_OK)):
            raise _Stop(f"{change.path}: is read-only; nothing was written")
    done: list[Change] = []
    folders: list[str] = []
    try:
        for change in sorted(changes, key=lambda change: change.before is not None):
            full = os.path.join(root, change.path)
            if change.before is None:
                folders += _make_folder(os.path.dirname(full))
                create(full, change.after)
            else:
                write_atomically(full, change.after, expected=change.before)
            done.append(change)
    except BaseException as error:
        for earlier in done:
            full = os.path.join(root, earlier.path)
            with suppress(OSError, Changed):
                if earlier.before is None:
                    os.unlink(full)
                else:
                    write_atomically(full, earlier.before, expected=earlier.after)
        for folder in reversed(folders):
            with suppress(OSError):
                os.rmdir(folder)
        if isinstance(error, Changed):
            raise _Stop(f"{change.path}: has changed meanwhile; nothing was written, run again") from None
        if isinstance(error, OSError):
            raise _Stop(f"{change.path}: cannot be written ({error.strerror}); nothing was written") from None
        raise


def _make_folder(folder: str) -> list[str]:
    """Make a folder and those above it; returns those that were made."""
    made: list[str] = []
    while not os.path.isdir(folder):
        made.insert(0, folder)
        folder = os.path.dirname(folder)
    for path in made:
        os.mkdir(path)
    return made


def _verify(plan: Plan, ground: _Ground, timeout: int, allow_errors: bool) -> None:
    """Run the notebooks before and after, in copies.

    Raises:
        _Stop: something differs, or it cannot be told.
    """
    from rescode_lint.refactor.verify import CannotVerify, verify

    def say(line: str) -> None:
        print(f"rescode: {line}", file=sys.stderr)

    before = {change.path: change.before for change in plan.changes if change.before is not None}
    after = {change.path: change.after for change in plan.changes}
    notebooks = [change.path for change in plan.changes if change.path.endswith(".ipynb")]
    try:
        installed = bool(plan.to_install) or is_declared(ground.workspace.project)
        verdict = verify(
            ground.root,
            before,
            after,
            notebooks,
            timeout=timeout or None,
            say=say,
            allow_errors=allow_errors,
            installed=installed,
        )
    except CannotVerify as why:
        raise _Stop(f"{why}; nothing was written") from None
    if not verdict.ok:
        print("\n".join(verdict.lines()), file=sys.stderr)
        raise _Stop("the notebooks do not give the same as before; nothing was written")
    say(f"{plural(len(notebooks), 'notebook')} gave the same before and after")


def paths_of(patterns: Sequence[str]) -> list[str]:
    """The files that patterns name, for shells that leave them as they are."""
    found: list[str] = []
    for pattern in patterns:
        matches = [] if os.path.exists(pattern) else sorted(glob.glob(pattern, recursive=True))
        found += matches or [pattern]
    return found
