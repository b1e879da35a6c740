"""The fix of an absolute path in a script of Python 2: as in `_repair`, but in text, without `pathlib`."""

from __future__ import annotations

import re

from rescode_lint.model import Finding
from rescode_lint.project import Project
from rescode_lint.read import Source
from rescode_lint.rule import Rewrite
from rescode_lint.rules.paths._folders import COMPONENT, Parts, end_of, folders_of, inside, unparsed_places
from rescode_lint.rules.paths._literals import Place
from rescode_lint.semantics import walk

_HOME = re.compile(r"/(?:home|Users)/[^/]+\Z")
_WHOLE = re.compile(r"\w+\s*=\s*\Z")


def rewrite_of_path(finding: Finding, source: Source, project: Project) -> Rewrite | None:
    """What to put in the place of a path.

    Args:
        finding: of RSC401 or RSC402.
        source: the script, which Python cannot parse.
        project: for the names that its folders have.
    """
    known = unparsed_places(walk(source))
    place = next((place for place in known if place.span == finding.span), None)
    folders = folders_of(project)
    if place is None or inside(place, folders.roots, source.path, project.tree) is not None:
        return None
    base, text = folders.base_of(place), place.path.text
    if base is None or "\\" in text or place.path.store == "bucket":
        return None
    folder, rest = text[: end_of(text, len(base))], text[end_of(text, len(base)) :]
    line = source.lines[finding.span.line - 1]
    quote = line[finding.span.end_column - 2]
    default = _default(folder, place, quote)
    if default is None or quote in rest or quote in folder:
        return None
    name = folders.names[base]
    value = f"os.environ.get({quote}{name}{quote}, {default})"
    alone = not rest.strip("/") and sum(1 for other in known if _parts(other, base)) == 1
    before, after = line[: finding.span.column - 1], line[finding.span.end_column - 1 :]
    if alone and _WHOLE.match(before) and not after.partition("#")[0].strip():
        return Rewrite(f"os.path.join({value}, {quote}{quote})" if rest else value, imports=("os",))
    code = f"os.path.join({name}, {quote}{rest.lstrip('/')}{quote})" if rest else name
    return Rewrite(code, imports=("os",), constants=((name, f"{name} = {value}"),))


def _default(folder: str, place: Place, quote: str) -> str | None:
    """The folder as it was; a person's home is that of whoever runs it."""
    root = place.path.root
    if place.path.kind == "machine":
        return f"{quote}{folder}{quote}"
    below = "/".join(COMPONENT.findall(folder[len(root) :]))
    return f"os.path.expanduser({quote}{f'~/{below}'.rstrip('/')}{quote})" if _HOME.match(root) else None


def _parts(place: Place, base: Parts) -> bool:
    return tuple(COMPONENT.findall(place.path.text))[: len(base)] == base
