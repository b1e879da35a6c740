"""What the rules on absolute paths say, and what they advise."""

from __future__ import annotations

import ast
from posixpath import basename, dirname

from rescode_lint.facts.paths import AbsolutePath, Kind, same_root
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Related
from rescode_lint.rule import Rule
from rescode_lint.rules.paths._literals import Place
from rescode_lint.semantics import Module

#: What a path is hard-coded to.
_TO = {
    "home": "one person's home directory",
    "Google Drive": "one person's Google Drive",
    "disk": "one machine or cluster",
    "Windows": "one Windows computer",
    "share": "one network share",
    "bucket": "one storage bucket",
    "Kaggle": "Kaggle",
    "Colab": "Colab",
    "Databricks": "one Databricks workspace",
}
_NOTEBOOK: dict[Kind, str] = {
    "personal": (
        "Name one folder at the top of the notebook, from `Path.cwd()` or an environment variable, and join the "
        "rest to it."
    ),
    "machine": (
        "Read the folder once, at the top of the notebook, from an environment variable, and join the rest to it."
    ),
}
_SCRIPT: dict[Kind, str] = {
    "personal": (
        "Build it from `Path(__file__).resolve().parent`, or take the folder from an argument or an environment "
        "variable."
    ),
    "machine": "Take the folder from an argument, an environment variable or a configuration file.",
}
_SUBJECT = lazy(r"`[^`]+`")
_INTERPRETER = lazy(r"[\\/](?:bin|Scripts)[\\/]python[\d.]*(?:\.exe)?\Z|[\\/]python\.exe\Z")
_DRAFT = lazy(r"(?i)[-_. ]+(?:draft|old|orig(?:inal)?|backup|bak|copy|prev(?:ious)?|wip|tmp)\d*\Z")
_LONG = 72
_FIX = Fix(False, "Build the path from the project's folder, or from one that is set in one place")


def is_interpreter(text: str) -> bool:
    """Whether a path leads to a Python, which the program that names it has at hand anyhow."""
    return _INTERPRETER.search(text) is not None


def path_finding(rule: Rule, place: Place, file: Module) -> Finding:
    """A finding on an absolute path, in the group of its root."""
    path = place.path
    root = path.root.rstrip("\\/")
    cause = _cause(path)
    found = rule.finding(
        place.span,
        f"`{_short(place.shown or path.text, root)}` is hard-coded to {_TO[path.store]}",
        advice=_advice(place, file.is_notebook),
        fix=_FIX if place.replaceable or place.in_text else None,
        group=cause,
    )
    return found._replace(cause=cause)


def _cause(path: AbsolutePath) -> str:
    """What several paths have in common, however it is spelled: the root; of Kaggle and Colab, the platform."""
    if path.store in ("Kaggle", "Colab"):
        return f"/{path.root.split('/')[1]}"
    return same_root(path.root)


def merged_paths(rule: type[Rule], kind: Kind, findings: list[Finding]) -> Finding:
    """One finding for several paths below the same root."""
    first = findings[0]
    notebook = first.path.endswith(".ipynb")
    what = "notebook" if notebook else "file"
    target = first.message.rpartition(" is hard-coded to ")[2]
    alike = all(finding.advice == first.advice for finding in findings)
    return first._replace(
        message=f"{len(findings)} paths in this {what} are hard-coded to {target}: `{first.group}`",
        advice=first.advice if alike else _NOTEBOOK[kind] if notebook else rule.advice,
        fix=next((finding.fix for finding in findings if finding.fix), None),
        related=tuple(Related(f.path, f.span.cell, f.span.line, _SUBJECT.findall(f.message)[0]) for f in findings[1:]),
    )


def without_drafts(findings: list[Finding]) -> list[Finding]:
    """One finding for a file and what it was before, beside it: `fit.py`, `fit.draft.py`, `fit_old.py`."""
    found: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        folder, name = dirname(finding.path), basename(finding.path)
        plain = _DRAFT.sub("", name.rpartition(".")[0])
        key = (folder, plain, finding.message)
        first = found.get(key)
        if first is None:
            found[key] = finding
        elif first.path != finding.path:
            place = Related(finding.path, finding.span.cell, finding.span.line, _SUBJECT.findall(finding.message)[0])
            found[key] = first._replace(related=(*first.related, place, *finding.related))
        else:
            found[folder, plain, f"{finding.message} {finding.span}"] = finding
    return list(found.values())


def _short(text: str, root: str) -> str:
    """A path of bearable length: its root and its end."""
    text = " ".join(text.replace("`", "'").split())
    if len(text) <= _LONG:
        return text
    separator = "\\" if "\\" in text else "/"
    end = text.rstrip(separator).rpartition(separator)[2]
    room = max(_LONG - len(root) - 3, 24)
    return f"{root}{separator}…{separator}{end}" if len(end) <= room else f"{root}{separator}…{end[-room:]}"


def _advice(place: Place, notebook: bool) -> str:
    """The remedy for this very case."""
    path, role = place.path, place.role
    if role == "import":
        return "Install that code as a package (`pip install -e`) instead of adding its folder to `sys.path`."
    if is_interpreter(path.text):
        return "Use `sys.executable`, the interpreter that runs this code."
    if role == "folder":
        if place.holder is None:
            return "Start the notebook in the project's folder and use relative paths, so that no `cd` is needed."
        return (
            "Leave the working directory alone: name the folder once, as a constant that an environment variable can set, "
            "and build every path from it (`FOLDER / name`), so that no `chdir` is needed."
        )
    if role == "command" and notebook:
        return (
            "Set the folder once in Python, from `Path.cwd()` or an environment variable, and write `{folder}` "
            "in the command."
        )
    if role == "script":
        return "Pass the folder in through an environment variable that is set once, at the top of the notebook."
    if role == "default":
        return "Drop the default and let the caller pass the path, or make it a path inside the project."
    if role == "option":
        return "Make the option required, or let its default be a path inside the project."
    if role == "fallback":
        return "Let the fallback be a path inside the project, or fail with a message that says what to set."
    if path.store == "bucket":
        return "Take the bucket from an argument, an environment variable or a configuration file."
    if path.store == "Colab":
        return "Use a relative path: Colab starts in `/content`, and the notebook then runs elsewhere too."
    if path.store == "Kaggle":
        return "Read the folder once from an environment variable, with the Kaggle path as its default."
    if notebook and path.kind == "personal" and _is_named(place):
        return (
            "It is named once already: take the value from `Path.cwd()` (or its `parent`) or an environment variable."
        )
    if notebook:
        return _NOTEBOOK[path.kind]
    return _SCRIPT[path.kind]


def _is_named(place: Place) -> bool:
    """Whether a path is the value of a constant: `BASE_DIR = "/home/…"`."""
    statement = place.parents[0] if place.parents else None
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id.isupper()
    )
