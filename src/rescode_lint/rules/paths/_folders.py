"""The folders that absolute paths of a project lead into: which are the project's own, and one name for each other one.

All files are looked at together, so that a folder has the same name in each of them, and no name stands for two folders.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from rescode_lint.facts.paths import AbsolutePath, Kind, ends_like_file, same_root
from rescode_lint.model import Tree
from rescode_lint.project import Project
from rescode_lint.rules.paths._literals import Place, places
from rescode_lint.semantics import Module, walk

Parts = tuple[str, ...]

_KINDS: tuple[Kind, ...] = ("personal", "machine")
COMPONENT = re.compile(r"[^\\/]+")
#: What a file has that holds an absolute path.
_MAYBE = re.compile(r"[\"'](?:/[^/\s]|[A-Za-z]:[\\/]|\\\\|~[A-Za-z]|[\w./]*drive/|[a-z0-9]{2,6}:/)")
#: A component that stands for many, or is filled in later.
_OPEN = re.compile(r"[*?\[{%]")
#: The last component of a file, whatever its format.
_FILE = re.compile(r"[^\\/.]\.[A-Za-z]\w{0,7}\Z")
#: A word that can name a constant; and those that say nothing of what a folder holds.
_TELLING = re.compile(r"(?=.{2,30}\Z)[A-Z]{2,}(?:_[A-Z]{2,})*(?:_?(?:V?\d{1,2}|(?:19|20)\d\d))?\Z")
_PLAIN = re.compile(
    r"(?:FILE|FILENAME|NAME|BASE|MAIN|HOME|USERS?|MY|CURRENT|CWD|WORKING|WORK|WORKSPACE|LOCAL|SCRATCH|LUSTRE|GPFS|STORAGE|MNT|MEDIA|CONTENT"
    r"|DOCUMENTS?|DESKTOP|DOWNLOADS?|DROPBOX|ONEDRIVE|(?:MY_?)?DRIVE|GIT|GITHUB|GITLAB|REPOS?|PYTHON\d*|PROJECTS?|CODE|SRC|SOFTWARE"
    r"|RESEARCH|DISK|DEFAULT|TE?MP|PUBLIC|PRIVATE|SHARED?|GROUPS?|LAB|FULL|ABS|THE|BIN|LIB|COPY|NEW|OLD|IN)_?\d*\Z"
)
_NAMES_FOLDER = re.compile(r"(?i)(?:_?(?:dir|directory|path|folder|root)\Z|\A(?:path|dir)_(?:to_)?)")
_CAMEL = re.compile(r"(?<=[A-Za-z][a-z]{3})(?=[A-Z][a-z]{3})")
_SUFFIX = re.compile(r"_?(?:DIR|DIRECTORY|PATH|FOLDER|ROOT)\Z")
#: A variable that can lend its name to one of the environment.
_VARIABLE = re.compile(r"(?i)[a-z]\w*_\w*[a-z]{2}\w*\Z")
#: Where the folder below is somebody's own, or a group's.
_TOP = re.compile(r"/(?:scratch|lustre|gpfs|beegfs|work|cluster|nfs)\w*\Z")
#: A user's folder where all users have one.
_PERSON = re.compile(
    r"(?:.*?[\\/](?:home\d*|homes|[Uu]sers|people)[\\/]+[^\\/]+"
    r"|/(?:scratch|lustre|gpfs|beegfs|work|projects?|groups?)\w*/[\w-]*\d[\w-]*/(?P<user>[a-z]{4,12}))(?=[\\/]|\Z)"
)
#: Folders that many projects have.
_EVERYWHERE = re.compile(
    r"(?:data|src|code|scripts?|results?|outputs?|models?|figures?|images?|plots?|notebooks?|tests?|train|docs?|input|raw|processed|utils|analys[ei]s"
    r"|experiments?|checkpoints?|weights|logs?|configs?|reports?|tables?|features?|labels?|examples?|project|research|software|python|documents?"
    r"|desktop|downloads?|dropbox|github|projects|datasets?|workspace|backup|private|shared|public|predictions?|submissions?)[\d_-]*\Z",
    re.I,
)
#: What a project is called; shorter names may be anything.
_PROJECT_NAME = re.compile(r"(?m)^\s*name\s*=\s*[\"']?([\w.-]+)")
_LONG_NAME = 8
#: More folders than this below one root are not named one by one.
_MANY = 4


class Roots(dict[Parts, Parts]):
    """Absolute folder -> the folder of the repository that it is."""

    #: Those that are called as what they are.
    named: frozenset[Parts] = frozenset()


class Folders(NamedTuple):
    """What all files of a project say."""

    roots: Roots
    #: Folder outside of the project -> the name of the environment's variable for it.
    names: dict[Parts, str]

    def base_of(self, place: Place) -> Parts | None:
        """The named folder that a path leads into, the deepest first."""
        parts = parts_of(place)
        return next((parts[:length] for length in range(len(parts), 0, -1) if parts[:length] in self.names), None)


def folders_of(project: Project) -> Folders:
    """The folders of a project, computed once."""
    known = project.memo.get("absolute folders")
    if not isinstance(known, Folders):
        known = project.memo["absolute folders"] = _folders(project)
    return known


def replaceable(file: Module) -> list[Place]:
    """The absolute paths of a file that an expression can replace, in their order."""
    known = [place for kind in _KINDS for place in places(file, kind) if place.replaceable]
    return sorted(known, key=lambda place: (place.span.cell or 0, place.span))


def unparsed_places(file: Module) -> list[Place]:
    """The same of a script of Python 2."""
    return [place for kind in _KINDS for place in places(file, kind) if place.in_text]


def _folders(project: Project) -> Folders:
    found: dict[str, list[Place]] = {}
    for path, summary in project.files.items():
        source = None if summary.language or summary.generated else project.source(path)
        if source is not None and any(map(_MAYBE.search, source.lines)):
            file = walk(source, (ast.Constant,))
            known = unparsed_places(file) if source.unparsed and not source.cells else replaceable(file)
            if known:
                found[path] = known
    votes: dict[Parts, Counter[Parts]] = defaultdict(Counter)
    own_names, project_names = _own_names(project), _project_names(project)
    for path, known in found.items():
        for root, folder in _roots(known, path, project.tree, own_names, project_names):
            votes[root][folder] += 1
    roots = Roots({root: count.most_common(1)[0][0] for root, count in votes.items()})
    roots.named = frozenset(r for r in roots if _plain(r[-1]) in own_names or _plain(r[-1]) in project_names)
    outside: dict[str, list[Place]] = defaultdict(list)
    for path, known in found.items():
        for place in known:
            if place.role != "fallback" and inside(place, roots, path, project.tree) is None:
                outside[same_root(place.path.root)].append(place)
    bases: dict[Parts, list[Place]] = defaultdict(list)
    for members in outside.values():
        named = _bases(members)
        for place in members:
            parts = parts_of(place)
            own = parts[: len(COMPONENT.findall(place.path.root))]
            bases[max((base for base in named if parts[: len(base)] == base), key=len, default=own)].append(place)
    return Folders(roots, _named(bases))


# --- the project's own ------------------------------------------------------------------------------------------------


def _roots(
    known: Iterable[Place], path: str, tree: Tree, own_names: dict[str, list[Parts]], project_names: frozenset[str]
) -> Iterator[tuple[Parts, Parts]]:
    """Which absolute folders are which folder of the repository, by what is in both: more than one name alone.

    A folder in somebody's home that is called as the repository or a folder of it is that, if what follows is there too.
    """
    own = tuple(path.split("/")[:-1])
    for place in known:
        parts = parts_of(place)
        least = len(COMPONENT.findall(place.path.root)) if place.path.kind == "personal" else len(parts)
        plain = ["" if part[0] == "." else _plain(part) for part in parts]
        named = [n for n in range(least, len(parts)) if plain[n] in own_names or plain[n] in project_names]
        for number in named:
            rest = parts[number + 1 :]
            folders = own_names.get(_plain(parts[number]), [])
            folder = next((f for f in folders if rest and tree.holds("/".join((*f, rest[0])))), None)
            if folder is None and _plain(parts[number]) in project_names:
                folder = ()
            if folder is not None:
                yield parts[: number + 1], folder
                break
        else:
            for start in range(1, len(parts) - 1):
                there = next((f for f in dict.fromkeys(((), own)) if tree.holds("/".join((*f, *parts[start:])))), None)
                if there is not None:
                    yield parts[:start], there
                    break


def _own_names(project: Project) -> dict[str, list[Parts]]:
    """What the repository, its packages and folders are called, in lower case without blanks and hyphens.

    To each the folders that it may stand for; the repository itself, where that is what a package is called.
    """
    tree = project.tree
    found: dict[str, list[Parts]] = {}
    counts = Counter(_plain(folder.rpartition("/")[2]) for folder in tree.folders())
    for folder in sorted(tree.folders()):
        name = _plain(folder.rpartition("/")[2])
        if counts[name] == 1 and len(name) >= _LONG_NAME and folder.count("/") < 2 and not _EVERYWHERE.match(name):
            found[name] = [tuple(folder.split("/")), *([] if "/" in folder else [()])]
    return found


def _project_names(project: Project) -> frozenset[str]:
    """What the project itself is called, and its packages, which often have its name."""
    texts = [project.tree.texts.get(path, "") for path in ("pyproject.toml", "setup.cfg", "setup.py")]
    names = {name for text in texts for name in _PROJECT_NAME.findall(text)[:1]}
    names |= {
        folder for folder in project.tree.folders() if "/" not in folder and project.tree.holds(f"{folder}/__init__.py")
    }
    return frozenset(plain for name in names if len(plain := _plain(name)) > 4 and not _EVERYWHERE.match(name))


def _plain(name: str) -> str:
    return re.sub(r"[ _-]+", "", name).lower()


def inside(place: Place, roots: Roots, path: str, tree: Tree) -> tuple[int, Parts] | None:
    """How many components of a path are the project's root (or a folder in it, which is the other thing given).

    A file of the same name beside this one, or at the root, is meant, but says nothing of other paths.
    """
    parts = parts_of(place)
    for length in range(len(parts), 0, -1):
        folder = roots.get(parts[:length])
        if folder is not None:
            rest = "/".join((*folder, *parts[length:]))
            above = rest.rpartition("/")[0]
            # What is missing where something else is there was left out on purpose, or never was in this folder.
            lost = above and parts[:length] not in roots.named and not tree.holds(rest) and tree.holds(above)
            return None if lost else (length, folder)
    if len(parts) > 1 and len(parts) == len(COMPONENT.findall(place.path.text)):
        for folder in (), tuple(path.split("/")[:-1]):
            if "/".join((*folder, parts[-1])) in tree.files:
                return len(parts) - 1, folder
    return None


# --- others -----------------------------------------------------------------------------------------------------------


def _bases(members: Sequence[Place]) -> set[Parts]:
    """The folders that are to have a name, for paths below one root: one for all, or one for each folder in a home."""
    path = members[0].path
    least = len(COMPONENT.findall(path.root))
    if path.store == "bucket":
        return {parts_of(member)[:least] for member in members}
    folders = [folder if len(folder := folder_of(member)) >= least else parts_of(member) for member in members]
    common = in_common(folders, least)
    if len(common) > least or path.store in ("Google Drive", "Kaggle", "Colab") or len(set(folders)) == 1:
        return {common}
    if path.kind == "machine" and not _TOP.match(path.root):
        return {common}
    below: dict[Parts, list[Parts]] = defaultdict(list)
    for folder in folders:
        below[folder[: least + 1]].append(folder)
    if len(below) > _MANY or common in below:
        return {common}
    return {in_common(some, least + 1) for some in below.values()}


def in_common(folders: Sequence[Parts], least: int) -> Parts:
    """What all of these folders begin with, and so many components at any rate."""
    alike = takewhile(lambda column: len(set(column)) == 1, zip(*folders, strict=False))
    return folders[0][: max(sum(1 for _ in alike), least)]


def _named(bases: dict[Parts, list[Place]]) -> dict[Parts, str]:
    """A name for each folder: as the variables say if they agree, as the folders do; none stands for two."""
    order = sorted(bases, key=lambda base: (-len(bases[base]), base))
    wanted: dict[Parts, str] = {}
    for base in order:
        words = {assigned_name(place) for place in bases[base]}
        if len(words) == 1:
            wanted[base] = words.pop()
    claims = Counter(wanted.values())
    names: dict[Parts, str] = {}
    taken: set[str] = set()
    for base in order:
        first = bases[base][0].path
        own = [wanted[base]] if wanted.get(base) and claims[wanted[base]] == 1 else []
        text = up_to(first.text, len(base))
        names[base] = next(name for name in (*own, *names_of(text, first)) if name not in taken)
        taken.add(names[base])
    return names


def names_of(text: str, path: AbsolutePath) -> Iterator[str]:
    """Names for a folder by what it is called, the best first."""
    person = _PERSON.match(text) if path.kind == "machine" else None
    named = person is not None and not (person["user"] and _EVERYWHERE.match(person["user"]))
    folders = COMPONENT.findall(text[person.end() if named and person else len(path.root) :])
    if path.store == "bucket":
        bucket = re.sub(r"\W+", "_", COMPONENT.findall(text)[-1]).upper()
        yield bucket if bucket.endswith("BUCKET") else f"{bucket}_BUCKET" if len(bucket) < 20 else "DATA_BUCKET"
    elif path.store == "Google Drive" and not folders:
        yield "DRIVE_DIR"
    elif path.store in ("Kaggle", "Colab") and not any(map(_word, folders)):
        last = re.sub(r"\W+", "_", COMPONENT.findall(text)[-1]).upper()
        yield "COLAB_DIR" if last == "CONTENT" else f"KAGGLE_{last}_DIR" if path.store == "Kaggle" else f"{last}_DIR"
    words = [_word(folder) if len(folder) > 2 else "" for folder in folders[1 if _TOP.match(path.root) else 0 :]]
    telling = [word for word in reversed(words) if word not in ("", "DATA")]
    if words and words[-1] == "DATA":
        yield "DATA_DIR"
        yield from (f"{word}_DATA_DIR" for word in telling)
    if words and not words[-1] and (last := _last_word(folders[-1])):
        yield f"{last}_DIR"
    yield from (f"{word}_DIR" for word in telling)
    # Better than a number: `~/Downloads`, `/mnt/scratch`.
    plain = [folder.upper() for folder in (folders if path.kind == "personal" else COMPONENT.findall(text))]
    yield from (f"{word}_DIR" for word in reversed(plain) if len(word) > 3 and _PLAIN.match(word))
    yield "DATA_DIR"
    yield from (f"DATA_DIR_{number}" for number in range(2, 1000))


def _word(name: str) -> str:
    """What a name says of a folder, as in a constant; "" if nothing."""
    word = _SUFFIX.sub("", re.sub(r"[ _-]+", "_", _CAMEL.sub("_", name)).upper()).strip("_")
    return word if _TELLING.match(word) and not _PLAIN.match(word) else ""


def _last_word(name: str) -> str:
    """The same of the last folder of a path, whose numbers are left out where they stand alone; "" if it says nothing."""
    words = [word for word in re.split(r"[\W_]+", name.upper()) if word and not word.isdigit() and word != "THE"]
    plain = "_".join(words)
    return plain if 4 <= len(plain) <= 30 and plain[0].isalpha() and plain.isascii() and not _PLAIN.match(plain) else ""


def assigned_name(place: Place) -> str:
    """The same of the variable, parameter or option that a path is given to, if that is named as a folder is."""
    name = ""
    match place.parents:
        case [ast.Assign(targets=[ast.Name(id=name)]), *_] | [ast.Assign(targets=[ast.Attribute(attr=name)]), *_]:
            pass
        case [ast.keyword(arg="default"), ast.Call(args=args), *_]:
            flags = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            name = max(flags, key=len, default="").lstrip("-")
        case [ast.keyword(arg=str(name)), *_]:
            pass
        case [ast.arguments() as arguments, *_]:
            ordinary = [*arguments.posonlyargs, *arguments.args]
            pairs = [
                *zip(reversed(ordinary), reversed(arguments.defaults), strict=False),
                *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
            ]
            name = next((parameter.arg for parameter, default in pairs if default is place.holder), "")
    whole = len(folder_of(place)) == len(COMPONENT.findall(place.path.text)) and not place.more
    name = re.sub(r"(?i)_def(?:ault)?\Z", "", name)
    short = _NAMES_FOLDER.sub("", name)
    word = _word(short) if short != name else ""
    if word and word != "DATA":
        return f"{word}_DIR"
    # A folder that has a name already, if only of a variable: `artmip_base`.
    return name.upper() if whole and _VARIABLE.match(name) and not _SUFFIX.search(name.upper()) else ""


# --- components -------------------------------------------------------------------------------------------------------


def parts_of(place: Place) -> Parts:
    """The components of a path that are known for sure: up to a pattern, and without one that is cut."""
    text = place.path.text
    parts = COMPONENT.findall(text)
    cut = place.more or isinstance(place.holder, ast.JoinedStr)
    if cut and not text.endswith(("/", "\\")):
        parts.pop()
    return tuple(takewhile(lambda part: not _OPEN.search(part), parts))


def folder_of(place: Place) -> Parts:
    """The same without the name of a file."""
    parts = parts_of(place)
    whole = len(parts) == len(COMPONENT.findall(place.path.text))
    is_file = ends_like_file(place.path.text) or _FILE.search(place.path.text)
    return parts[:-1] if whole and is_file else parts


def end_of(text: str, cut: int) -> int:
    """Where the component of that number ends."""
    return [0, *(match.end() for match in COMPONENT.finditer(text))][cut]


def up_to(text: str, cut: int) -> str:
    """The first components of a path."""
    return text[: end_of(text, cut)]
