"""`[tool.rescode]` and the options of the command line -> frozen Settings. Strict: an unknown key is an error.

Imported by every run, the warmest included: TOML and difflib are imported only by a run that needs them.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol

    class RuleLike(Protocol):
        """What is needed of a rule in order to choose it and to set its options."""

        @property
        def code(self) -> str:
            """Such as `RSC401`."""

        @property
        def name(self) -> str:
            """Such as `personal-path`."""

        @property
        def default(self) -> bool:
            """Whether it is on without being asked for."""

        @property
        def options(self) -> Mapping[str, object]:
            """Its options with their defaults."""


class ConfigError(Exception):
    """Settings that cannot be used: one printable line that names the file, the key and the remedy."""

    def __init__(self, message: str) -> None:
        super().__init__("".join(char if char.isprintable() else ascii(char)[1:-1] for char in message))


class Root(NamedTuple):
    """Where the project begins."""

    path: str
    #: False where nothing marks a project: then it consists of the passed paths only.
    bounded: bool = True
    #: The `pyproject.toml` that holds `[tool.rescode]`.
    config_file: str | None = None


class Selection(NamedTuple):
    """A choice of rules, by code, name, prefix of codes, or `ALL`; `select=None` builds on what was chosen before."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


#: Nothing chosen.
NO_SELECTION = Selection()
INCLUDE = ("*.py", "*.ipynb")


class Settings(NamedTuple):
    """All that a run may be told."""

    root: str
    bounded: bool = True
    config_file: str | None = None
    #: None: the rules that are on by default.
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    #: Glob -> selectors; a glob that begins with `!` speaks of the files that it does not match.
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Selectors of rules that report, and leave the mending to the user.
    unfixable: tuple[str, ...] = ()
    include: tuple[str, ...] = INCLUDE
    exclude: tuple[str, ...] = ("build", "dist", "_build")
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    #: Code or name of a rule -> its options, lists as tuples and tables as tuples of pairs.
    rules: tuple[tuple[str, tuple[tuple[str, object], ...]], ...] = ()
    #: The choice made on the command line, applied on top of the one above.
    command_line: Selection = NO_SELECTION
    #: Keys that came from `--config 'key = value'`, so that a message can say so.
    inline: tuple[str, ...] = ()


#: Key in TOML -> what its value must be, with an example.
KEYS = {
    "select": ("list", '["RSC1", "personal-path"]'),
    "extend-select": ("list", '["RSC301"]'),
    "ignore": ("list", '["RSC501"]'),
    "per-file-ignores": ("table of lists", '{ "scripts/*" = ["RSC301"] }'),
    "unfixable": ("list", '["RSC110"]'),
    "include": ("list", '["*.py", "*.ipynb"]'),
    "exclude": ("list", '["build", "dist"]'),
    "extend-exclude": ("list", '["third_party"]'),
    "respect-gitignore": ("bool", "true"),
    "rules": ("table of tables", "{ RSC502 = { key = value } }"),
}
_PAIR = "a pair such as 'select = [\"RSC1\"]'"
#: Keys of other tools, and what they are called here.
_ELSEWHERE = {
    "extend-ignore": "ignore",
    "extend-include": "include",
    "extend-unfixable": "unfixable",
    "extend-per-file-ignores": "per-file-ignores",
    "per-file-ignore": "per-file-ignores",
    "disable": "ignore",
    "enable": "extend-select",
}

# --- the root ---------------------------------------------------------------------------------------------------------

_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "environment.yml")
#: What the top folder of an unpacked archive has, where nothing better is found.
_HINTS = ("README.md", "README.rst", "README.txt", "README", "LICENSE", "LICENSE.md", "LICENSE.txt", ".gitignore")
# A cheap look before TOML is imported. `rescode-lint` among the dependencies, or a task of that name, is not it.
_TABLE = rb"""(?m)^[ \t]*\[?[ \t]*["']?tool["']?[ \t]*(?:\.[ \t]*["']?rescode["']?[ \t]*[].=]|\][ \t]*(?:#.*)?\r?$)"""


def locate(paths: Iterable[str], cwd: str) -> list[str]:
    """Absolute paths, links among their folders resolved; a link to a file stays itself."""
    heads: dict[str, str] = {}
    located = []
    for path in paths:
        full = os.path.join(cwd, path).rstrip(os.sep) or os.sep
        if os.path.isdir(full):
            located.append(os.path.realpath(full))
            continue
        head, tail = os.path.split(full)
        real = heads.get(head)
        if real is None:
            real = heads[head] = os.path.realpath(head)
        located.append(os.path.join(real, tail))
    return located


def is_home(folder: str) -> bool:
    """Whether this is the home folder or the root of the file system, which are no project unless they say so."""
    return os.path.dirname(folder) == folder or folder == os.path.realpath(os.path.expanduser("~"))


def find_root(paths: Sequence[str], cwd: str) -> Root:
    """The project around the passed paths, or around the current folder if there are none.

    The nearest folder above them whose `pyproject.toml` holds `[tool.rescode]`, but none above a `.git` or `.hg`: what
    lies outside of a checkout differs from machine to machine. Then that checkout; then the nearest folder that looks
    like a project, or has a README or a licence; then the current folder, if it is around all of the paths.
    """
    cwd = os.path.realpath(cwd)
    folders = {path if os.path.isdir(path) else os.path.dirname(path) for path in locate(paths, cwd)} or {cwd}
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # different drives
        return Root(cwd, bounded=False)

    marked = hinted = None
    folder = common
    while True:
        pyproject = os.path.join(folder, "pyproject.toml")
        if _mentions_us(pyproject):
            return Root(folder, True, pyproject)
        if any(os.path.exists(os.path.join(folder, name)) for name in (".git", ".hg")) and not is_home(folder):
            return Root(folder)
        if marked is None and any(os.path.exists(os.path.join(folder, name)) for name in _MARKERS):
            marked = folder
        if hinted is None and any(os.path.exists(os.path.join(folder, name)) for name in _HINTS):
            hinted = folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    for found in (marked, hinted):
        if found is not None and not is_home(found):
            return Root(found)
    if not is_home(cwd) and all(os.path.commonpath((cwd, folder)) == cwd for folder in folders):
        return Root(cwd)
    return Root(common, bounded=False)


def _mentions_us(pyproject: str) -> bool:
    try:
        with open(pyproject, "rb") as file:
            data = file.read()
    except OSError:
        return False
    return b"rescode" in data and re.search(_TABLE, data) is not None


# --- reading ----------------------------------------------------------------------------------------------------------


def load(
    root: Root,
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
    command_line: Selection = NO_SELECTION,
    cwd: str = ".",
) -> Settings:
    """The settings of the project, or of the file given by `--config`, with its inline pairs on top."""
    path = None if isolated else root.config_file
    pairs = []
    given = None
    for value in config:
        full = os.path.join(cwd, value)
        if os.path.isfile(full):
            if isolated:
                raise ConfigError(f"--config {value}: --isolated ignores all settings files; leave one of the two out")
            if given is not None:
                raise ConfigError(f"--config {value}: {given} is given already; pass one file only")
            given, path = value, os.path.abspath(full)
        elif "=" not in value:
            raise ConfigError(f"--config {value}: no such file; pass a TOML file, or {_PAIR}")
        else:
            pairs.append(value)

    fields: dict[str, Any] = {}
    if path is not None:
        shown = _shown(path, cwd)
        table = _read_table(path, shown, required=given is not None)
        if table is None:
            path = None
        else:
            fields = _checked(table, shown)

    inline: dict[str, None] = {}
    for pair in pairs:
        new = _checked(_parse(pair, "--config"), "--config")
        inline.update(dict.fromkeys(new))
        if "rules" in new:
            new["rules"] = _merged(fields.get("rules", ()), new["rules"])
        fields.update(new)
    return Settings(root.path, root.bounded, path, command_line=command_line, inline=tuple(inline), **fields)


def _read_table(path: str, shown: str, *, required: bool) -> Mapping[str, Any] | None:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read ({error.strerror}); check its permissions") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{shown}:{line}: TOML must be UTF-8; save the file in that encoding") from None
    document = _parse(text, shown)
    tool = document.get("tool")
    if isinstance(tool, dict) and "rescode" in tool:
        table = tool["rescode"]
        if not isinstance(table, dict):
            raise ConfigError(f"{shown}: `tool.rescode` must be a table, not {_kind(table)}; write `[tool.rescode]`")
        return table
    if os.path.basename(path) != "pyproject.toml":
        return document
    if required:
        raise ConfigError(f"{shown}: has no [tool.rescode] table; add one, or leave --config out")
    return None


def _parse(text: str, shown: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        reason = (reason[:1].lower() + reason[1:]).replace("\n", " ")
        if shown == "--config":
            raise ConfigError(
                f"--config {' '.join(text.split())}: broken TOML, {reason}; pass a file that exists, or {_PAIR}"
            ) from None
        number = re.match(r"line (\d+)", place)
        line = int(number[1]) if number else text.rstrip().count("\n") + 1
        raise ConfigError(
            f"{shown}:{line}: broken TOML, {reason}; mend that line, or pass --isolated to go without the file"
        ) from None
    except RecursionError:
        raise ConfigError(f"{shown}: broken TOML, nested too deeply; mend it, or pass --isolated") from None


def _checked(table: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """The fields of Settings that a table sets."""
    fields: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            remedy = _instead(key, KEYS, "the keys are " + ", ".join(KEYS))
            raise ConfigError(f"{_place(shown)} there is no key `{key}`; {remedy}")
        kind, example = KEYS[key]
        where = f"{_place(shown)} `{key}`"
        example = f"{key} = {example}"
        if kind == "bool":
            if not isinstance(value, bool):
                raise _mistyped(where, "true or false", value, example)
            frozen: object = value
        elif kind == "list":
            frozen = _strings(value, where, example)
        elif not isinstance(value, dict):
            raise _mistyped(where, "a table", value, example)
        elif kind == "table of lists":
            frozen = tuple(
                (glob, _strings(codes, f"{where}, `{glob}`,", f'"{glob}" = ["RSC301"]'))
                for glob, codes in value.items()
            )
        else:
            for rule, options in value.items():
                if not isinstance(options, dict):
                    raise _mistyped(f"{where}, `{rule}`,", "a table", options, example)
            frozen = _frozen(value)
        fields[key.replace("-", "_")] = frozen
    return fields


def _strings(value: object, where: str, example: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _mistyped(where, "a list of strings", value, example)
    for item in value:
        if not isinstance(item, str):
            raise _mistyped(where, "a list of strings", item, example, "one with")
        if not item:
            raise ConfigError(f"{where} holds an empty string; take it out")
    return tuple(value)


def _mistyped(where: str, wanted: str, value: object, example: str, but: str = "") -> ConfigError:
    return ConfigError(f"{where} must be {wanted}, not {but + ' ' if but else ''}{_kind(value)}; write `{example}`")


def _frozen(value: object) -> Any:
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _merged(old: Iterable[tuple[str, Any]], new: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    tables = {rule: dict(options) for rule, options in old}
    for rule, options in new:
        tables.setdefault(rule, {}).update(options)
    return tuple((rule, tuple(options.items())) for rule, options in tables.items())


def _kind(value: object) -> str:
    for kind, name in (
        (bool, "true or false"),
        (str, "a string"),
        (int, "a whole number"),
        (float, "a number"),
        ((list, tuple), "a list"),
        (dict, "a table"),
    ):
        if isinstance(value, kind):
            return name
    return "a date or time"


def _shown(path: str, cwd: str) -> str:
    try:
        relative = os.path.relpath(path, cwd)
    except ValueError:  # another drive
        return path
    return path if relative.startswith(os.pardir + os.sep + os.pardir) else relative


def _place(shown: str) -> str:
    return "--config:" if shown == "--config" else f"{shown}: [tool.rescode]"


def _instead(word: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for a word that nobody knows."""
    import difflib

    known = list(known)
    by_folded = {candidate.lower(): candidate for candidate in known}
    if word in _ELSEWHERE and _ELSEWHERE[word] in known:
        return f"did you mean `{_ELSEWHERE[word]}`?"
    close = difflib.get_close_matches(word.lower().replace("_", "-"), by_folded, 1, 0.8)
    return f"did you mean `{by_folded[close[0]]}`?" if close else otherwise


# --- choosing rules ---------------------------------------------------------------------------------------------------


def matches(selector: str, rule: RuleLike) -> bool:
    """Whether a selector (a code, the beginning of one, a name, or `ALL`) means this rule."""
    return selector == "ALL" or selector == rule.name or (selector != "" and rule.code.startswith(selector))


def selected(settings: Settings, known: Iterable[RuleLike]) -> frozenset[str]:
    """The codes of the rules that are on, as ruff resolves them.

    The more specific selector wins; of two that are equally so, the one that ignores. What the command line says is
    applied to what the file says, and its `--select` replaces it.
    """
    known = tuple(known)
    chosen = {rule.code for rule in known if rule.default}
    file = Selection(settings.select, settings.extend_select, settings.ignore)
    for selection in (file, settings.command_line):
        switches: dict[str, bool] = {}
        on = ((selector, True) for selector in (selection.select or ()) + selection.extend_select)
        off = ((selector, False) for selector in selection.ignore)
        for selector, switch in sorted((*on, *off), key=lambda item: (_specificity(item[0]), not item[1])):
            switches.update((rule.code, switch) for rule in known if matches(selector, rule))
        if selection.select is not None:
            chosen = {code for code, switch in switches.items() if switch}
        else:
            chosen.update(code for code, switch in switches.items() if switch)
            chosen.difference_update(code for code, switch in switches.items() if not switch)
    return frozenset(chosen)


def _specificity(selector: str) -> int:
    """`ALL`, then prefixes by their length, then whole codes and names."""
    if selector == "ALL":
        return 0
    whole = re.fullmatch(r"[A-Z]+\d{3,}|[a-z][a-z0-9-]*", selector)
    return 100 if whole else len(selector)


def per_file_ignores(settings: Settings, known: Iterable[RuleLike]) -> Callable[[str], frozenset[str]]:
    """A function from a path (relative to the root, with `/`) to the codes that are off in that file."""
    known = tuple(known)
    table = [
        (Globs([glob.removeprefix("!")], loose=True), not glob.startswith("!"), _codes(selectors, known))
        for glob, selectors in settings.per_file_ignores
    ]

    def codes(path: str) -> frozenset[str]:
        return frozenset().union(*(codes for globs, wanted, codes in table if globs.covers(path) is wanted))

    return codes


def unfixable(settings: Settings, known: Iterable[RuleLike]) -> frozenset[str]:
    """The codes of the rules whose fixes are neither offered nor made."""
    return _codes(settings.unfixable, known) if settings.unfixable else frozenset()


def _codes(selectors: Iterable[str], known: Iterable[RuleLike]) -> frozenset[str]:
    return frozenset(rule.code for rule in known for selector in selectors if matches(selector, rule))


def options(settings: Settings, rule: RuleLike) -> dict[str, object]:
    """The options of a rule: its defaults, with what the settings say in their place."""
    values = dict(rule.options)
    names = {_kebab(name): name for name in values}
    for key, table in settings.rules:
        if key in (rule.code, rule.name):
            for option, value in table:
                name = names.get(_kebab(option))
                if name is not None:
                    values[name] = _like(values[name], value)
    return values


def validate(settings: Settings, known: Sequence[RuleLike]) -> None:
    """Refuses selectors that mean no rule, unknown rules and options, and option values of the wrong type."""
    file = "[tool.rescode]" if settings.config_file is None else f"{_shown(settings.config_file, '.')}: [tool.rescode]"

    def place(key: str) -> str:
        return "--config:" if key.replace("-", "_") in settings.inline else file

    command_line = settings.command_line
    for where, selectors in (
        ("--select", command_line.select or ()),
        ("--extend-select", command_line.extend_select),
        ("--ignore", command_line.ignore),
        (f"{place('select')} `select`", settings.select or ()),
        (f"{place('extend-select')} `extend-select`", settings.extend_select),
        (f"{place('ignore')} `ignore`", settings.ignore),
        (f"{place('unfixable')} `unfixable`", settings.unfixable),
        *((f"{place('per-file-ignores')} `per-file-ignores`, `{g}`", s) for g, s in settings.per_file_ignores),
    ):
        for selector in selectors:
            if not any(matches(selector, rule) for rule in known):
                raise ConfigError(f"{where}: no rule is called `{selector}`; {_meant(selector, known, prefixes=True)}")

    seen: dict[str, str] = {}
    for key, table in settings.rules:
        where = f"{place('rules')} `rules.{key}`"
        rule = next((rule for rule in known if key in (rule.code, rule.name)), None)
        if rule is None:
            raise ConfigError(f"{where}: no rule is called `{key}`; {_meant(key, known, prefixes=False)}")
        if seen.setdefault(rule.code, key) != key:
            raise ConfigError(f"{where}: `rules.{seen[rule.code]}` is the same rule; put both into one table")
        defaults = {_kebab(name): value for name, value in rule.options.items()}
        for option, value in table:
            if _kebab(option) not in defaults:
                otherwise = "its options are " + ", ".join(defaults) if defaults else "it has none; take this one out"
                raise ConfigError(f"{where} has no option `{option}`; {_instead(option, defaults, otherwise)}")
            default = defaults[_kebab(option)]
            if not _fits(value, default):
                raise ConfigError(
                    f"{where}, `{option}`, must be {_wanted(default)}, not {_kind(value)}; "
                    f"the default is `{_kebab(option)} = {_toml(default)}`"
                )


def _meant(selector: str, known: Iterable[RuleLike], *, prefixes: bool) -> str:
    names = [name for rule in known for name in (rule.code, rule.name)]
    if prefixes:
        names += dict.fromkeys(rule.code[:4] for rule in known)
        names.append("ALL")
    return _instead(selector, names, "`rescode rules` lists them")


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, int):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, dict):
        return isinstance(value, tuple) and all(
            isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in value
        )
    if isinstance(default, (tuple, list, set, frozenset)):
        whole = all(isinstance(item, str) for item in default)
        return isinstance(value, tuple) and (not whole or all(isinstance(item, str) for item in value))
    return isinstance(value, str) if isinstance(default, str) else isinstance(value, (bool, int, float, str))


def _like(default: object, value: object) -> object:
    """A value from TOML in the type of the default, which it fits."""
    if isinstance(default, float) and isinstance(value, int):
        return float(value)
    if isinstance(default, (dict, list, set, frozenset)) and isinstance(value, tuple):
        return type(default)(value)
    return value


def _wanted(default: object) -> str:
    if isinstance(default, (tuple, list, set, frozenset)):
        return "a list of strings" if all(isinstance(item, str) for item in default) else "a list"
    return "a string, a number or true or false" if default is None else _kind(default)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return "[" + ", ".join(sorted(_toml(i) for i in value)) + "]" if isinstance(value, (set, frozenset)) else str(value)


# --- globs ------------------------------------------------------------------------------------------------------------


class Globs:
    """Patterns in the language of `.gitignore`, comments and escaped blanks aside; of those that match, the last decides.

    Most are plain names and endings: these are looked up, and only the rest becomes a regular expression. With `loose`,
    for the globs of the settings, `**` crosses folders wherever it stands (`src/**.py`).
    """

    __slots__ = ("_endings", "_endings_at", "_names", "_paths", "_rest")

    # A folder is written with a NUL at its end, which is in no file name, so that `name/` is a literal like any other.
    # Each pattern has a rank, which grows with its position and is odd where it begins with `!`.

    def __init__(self, patterns: Iterable[str], *, loose: bool = False) -> None:
        self._names: dict[str, int] = {}
        self._paths: dict[str, int] = {}
        self._endings_at: dict[str, int] = {}
        rest: tuple[list[tuple[int, str]], ...] = ([], [])
        for position, pattern in enumerate(patterns, 1):
            rank = 2 * position
            if pattern.startswith("!"):
                pattern = pattern[1:]
                rank += 1
            if loose:
                pattern = pattern.removeprefix("./")
            folder = ""
            if pattern.endswith("/"):
                pattern = pattern[:-1]
                folder = "\0"
            anchored = "/" in pattern
            pattern = pattern.removeprefix("/")
            if pattern.startswith("**/") and "/" not in pattern[3:]:
                pattern, anchored = pattern[3:], False
            if not pattern:
                continue
            if not _is_special(pattern):
                (self._paths if anchored else self._names)[pattern + folder] = rank
            elif not anchored and pattern[0] == "*" and not _is_special(pattern[1:]):
                self._endings_at[pattern[1:] + folder] = rank
            else:
                regex = _translate(pattern, anchored, loose)
                if regex is not None:
                    rest[anchored].append((rank, regex + (folder or "\0?")))
        self._endings = tuple(self._endings_at)
        # The last is tried first, so that the alternative that matches is the one that decides.
        self._rest = [_joined(some[::-1]) for some in rest]

    def verdict(self, path: str, name: str, is_folder: bool) -> bool | None:
        """True where the last pattern that matches is a plain one, False where it begins with `!`, else None.

        Speaks of the path alone, not of the folders above it.
        """
        rank = max(self._names.get(name, 0), self._paths.get(path, 0))
        if name.endswith(self._endings):
            rank = max(rank, *(at for ending, at in self._endings_at.items() if name.endswith(ending)))
        if is_folder:
            path += "\0"
            name += "\0"
            rank = max(rank, self._names.get(name, 0), self._paths.get(path, 0))
            if name.endswith(self._endings):
                rank = max(rank, *(at for ending, at in self._endings_at.items() if name.endswith(ending)))
        by_name, by_path = self._rest
        if by_name is not None and (match := by_name[0].fullmatch(name)):
            rank = max(rank, by_name[1][match.lastindex - 1])  # type: ignore[operator]
        if by_path is not None and (match := by_path[0].fullmatch(path)):
            rank = max(rank, by_path[1][match.lastindex - 1])  # type: ignore[operator]
        return None if rank == 0 else rank % 2 == 0

    def covers(self, path: str) -> bool:
        """Whether a file, or a folder above it, is matched."""
        end = path.find("/")
        while end >= 0:
            folder = path[:end]
            if self.verdict(folder, folder[folder.rfind("/") + 1 :], True):
                return True
            end = path.find("/", end + 1)
        return self.verdict(path, path[path.rfind("/") + 1 :], False) is True


def _joined(ranked: list[tuple[int, str]]) -> tuple[re.Pattern[str], list[int]] | None:
    if not ranked:
        return None
    return re.compile("|".join(f"({regex})" for _, regex in ranked), re.DOTALL), [rank for rank, _ in ranked]


def _is_special(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern or "[" in pattern or "\\" in pattern


_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x01-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\v\\f\\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def _translate(pattern: str, anchored: bool, loose: bool) -> str | None:
    """Git's `wildmatch` as a regular expression; None if the pattern is broken, so that it matches nothing."""
    out = []
    i = 0
    plain = True  # nothing special so far: git cuts that part off, so that a `**` after it counts as the beginning
    while i < len(pattern):
        char = pattern[i]
        if char == "*":
            end = i
            while pattern[end : end + 1] == "*":
                end += 1
            begins = plain or pattern[i - 1] == "/"
            ends = end == len(pattern) or pattern.startswith(("/", "\\/"), end)
            if not anchored or end == i + 1 or not (loose or (begins and ends)):
                out.append("[^/\0]*")
            elif begins and pattern.startswith("/", end):
                out.append("(?:[^\0]*/)?")
                end += 1
            else:
                out.append("[^\0]*")
            i = end
        elif char == "?":
            out.append("[^/\0]")
            i += 1
        elif char == "[":
            parsed = _bracket(pattern, i + 1)
            if parsed is None:
                return None
            regex, i = parsed
            out.append(regex)
        else:
            if char == "\\":
                i += 1
                if i == len(pattern):
                    return None
                plain = False
            out.append(re.escape(pattern[i]))
            i += 1
            continue
        plain = False
    return "".join(out)


def _bracket(pattern: str, i: int) -> tuple[str, int] | None:
    """`[...]` from behind its bracket: a regular expression, and the place behind it."""
    negated = pattern[i : i + 1] in ("!", "^")
    i += negated
    out: list[str] = []
    previous = ""
    first = True
    while first or pattern[i : i + 1] != "]":
        first = False
        char = pattern[i : i + 1]
        if not char:
            return None
        if char == "\\":
            i += 1
            char = pattern[i : i + 1]
            if not char:
                return None
            out.append(re.escape(char))
        elif char == "-" and previous and pattern[i + 1 : i + 2] not in ("", "]"):
            i += 1
            char = pattern[i]
            if char == "\\":
                i += 1
                char = pattern[i : i + 1]
                if not char:
                    return None
            if previous <= char:
                out.append(f"{re.escape(previous)}-{re.escape(char)}")
            char = ""
        elif char == "[" and pattern[i + 1 : i + 2] == ":":
            end = pattern.find("]", i + 2)
            if end < 0:
                return None
            if end == i + 2 or pattern[end - 1] != ":":
                out.append("\\[")
            else:
                members = _POSIX_CLASSES.get(pattern[i + 2 : end - 1])
                if members is None:
                    return None
                out.append(members)
                i, char = end, ""
        else:
            out.append(re.escape(char))
        previous = char
        i += 1
    members = "".join(out)
    if negated:
        return f"[^/\0{members}]", i + 1
    return f"(?![/\0])[{members}]" if members else "(?!)", i + 1
