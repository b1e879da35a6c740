r"""IPython's syntax in a cell, masked so that what remains is Python with true lines and columns.

Follows the order of IPython's own transformation: leading blank lines, indentation of the whole cell, prompts, cell
magics, and then, at the start of each logical line only, magics, shell commands, help and the auto-call escapes. Text
in, text out: nothing is tokenized and nothing of IPython is imported. A cell that holds nothing suspicious returns at
once.

Lines end at ``\n``, ``\r\n`` and ``\r``, as Python counts them.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import Literal, NamedTuple


class Magic(NamedTuple):
    """A magic, a shell command or a request for help."""

    kind: Literal["line", "cell", "shell", "help"]
    #: `"time"`, `"pylab"`, `"bash"`; `","`, `";"` and `"/"` for the auto-call escapes; `""` for shell and help.
    name: str
    #: What follows the name on the (logical) line; for shell the command, for help the object.
    text: str
    #: What a cell magic takes whose body is not Python of this namespace; else `""`.
    body: str
    #: 1-based line in the cell and 1-based column (characters of the user's text) of the `%`, `!` or `?`.
    line: int
    column: int
    #: Python names that may be read: `{expression}`, `$name`, and code that is not part of the masked text. A name that
    #: does not exist is no error in IPython, which then leaves the text as it is (`$HOME`).
    uses: tuple[str, ...]
    #: Names that it defines in the namespace.
    binds: tuple[str, ...]


class Masked(NamedTuple):
    """A cell as Python."""

    #: As many lines as the input, with the same line ends.
    text: str
    magics: tuple[Magic, ...]
    #: Line -> characters removed at its start: true column = column in `text` + shift. Negative where a statement had
    #: to move to the right.
    shifts: dict[int, int]
    #: First and last line of ranges whose assignments do not reach the namespace (`%timeit`).
    isolated: tuple[tuple[int, int], ...]
    #: Modules that are star-imported in effect: `%pylab`.
    star: tuple[str, ...]
    #: Whether any name may have been defined: an unknown magic, `%run`, `%load`, ...
    opaque: bool


class _Options(NamedTuple):
    """The options before a statement, in the language of `getopt`."""

    short: str = ""
    long: tuple[str, ...] = ()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ---- what is known about magics ----

#: Magics whose argument is a Python statement of this namespace (for `%%timeit` the setup).
_STATEMENT = {
    "time": _Options("", ("no-raise-error",)),
    "timeit": _Options("n:r:tcp:qov:"),
    "prun": _Options("D:l:rs:T:q"),
    "debug": _Options("b:", ("breakpoint=",)),
    "memit": _Options("r:t:i:coh"),
    "mprun": _Options("rf:T:c"),
    "lprun": _Options("rsf:m:D:T:u:z"),
    "snakeviz": _Options("tf:", ("new-tab", "file=")),
    "pyinstrument": _Options("", ("interval=", "async_mode=", "height=", "*")),
    "scalene": _Options("", ("*",)),
}

#: Cell magics whose body is Python of this namespace.
_PYTHON_BODY = frozenset(_STATEMENT) | _words(
    """
    cache capture filprofile flake8 heat ipytest local manim memray_flamegraph mprof_run mypy notify opts output
    pycodestyle run_pytest run_pytest[clean] skip_for_export typecheck viztracer wandb
    """
)

#: Of these, the ones that run it in a scope of its own.
_ISOLATED = frozenset({"timeit", "heat"})

#: Cell magics whose body is something else and that define no names but those they are told.
_FOREIGN_BODY = _words(
    """
    ! HTML R SVG ai bash bigquery bq chat cmd code_wrap configure css cu cuda dart dot duckdb file gams gnuplot graphviz
    groovy help html info java javascript js julia kql latex local_file lua markdown matlab maxima mermaid nvcc
    octave perl php plantuml powershell pwsh px pypy pyspark python python2 python3 ruby run_on_gpu sas scala
    script sh shell spark sparksql sql stan stata svg sx system tikz typst writefile writetemplate zsh
    """
)

_SCRIPTS = _words("bash cmd perl pypy python python2 python3 ruby script sh")
_OTHER_LANGUAGES = _words("R octave matlab julia")
_SQL = _words("sql sparksql duckdb")

#: Line magics of IPython, its kernel and common extensions that define no names but those they are told.
_HARMLESS = frozenset(_STATEMENT) | _words(
    """
    R Rdevice Rget Rpull Rpush aimport alias alias_magic autoawait autocall autoindent automagic autopx autoreload
    autosave basemap bigquery black bookmark cat cd clear cls code_wrap colab colors conda config connect_info copy
    cp ddir dhist dirs doctest_mode echo env flake8_off flake8_on gui heat hist hist_toggle history install
    install_ext ipytest jsroot kernel_info killbgscripts lab_black ldir less lf lk ll load_ext load_lab_black
    logoff logon logstart logstate logstop ls lsmagic lx macro magic mamba man matplotlib micromamba mkdir more mv
    mypy_off mypy_on nb_black notebook octave octave_pull octave_push opts output page pastebin pdb pdef pdoc pfile
    pinfo pinfo2 pip popd pprint precision prun psearch psource pushd pwd px pxconfig pxresult pycat
    pycodestyle_off pycodestyle_on pylab qtconsole quickref reconnect rehashx reload_ext ren reset reset_selective
    rm rmdir save sc set_env shell snakeviz sql sqlcmd sqlplot store subplots sx system tb tensorboard
    tensorflow_version tic toc unalias uninstall unload_ext uv version_information wandb watermark who who_ls whos
    xdel xmode
    """
)

#: What IPython and its kernel run without a `%`, unless a variable of that name exists.
_AUTOMAGIC = _words(
    """
    alias alias_magic autoawait autocall automagic bookmark cat cd clear code_wrap colors conda config connect_info
    copy cp ddir debug dhist dirs doctest_mode echo ed edit env gui hist history killbgscripts ldir less lf lk ll
    load load_ext loadpy logoff logon logstart logstate logstop ls lsmagic lx macro magic mamba man matplotlib
    micromamba mkdir more mv notebook page pastebin pdb pdef pdoc pfile pinfo pinfo2 pip popd pprint precision prun
    psearch psource pushd pwd pycat pylab qtconsole quickref recall rehashx reload_ext ren rep rerun reset
    reset_selective rm rmdir run save sc set_env store sx system tb time timeit unalias unload_ext uv who who_ls
    whos xdel xmode
    """
)

#: What `%pylab` defines besides its star import.
_PYLAB = ("numpy", "matplotlib", "pylab", "mlab", "pyplot", "np", "plt", "display", "figsize", "getfigs")

# ---- patterns; inside this module lines end at "\n", and a text that is searched starts with one ----

#: IPython's syntax at the start of a line: an escape or a prompt.
_STARTED = re.compile(r"\n[ \t\f]*(?:%(?!=)|!(?!=)|[?,;]|/(?![/=])|>>>|\.{3,}:|In \[\d|\[(?:nav|ins)\] In )")
#: The `=` of an assignment from a magic or from the shell.
_ASSIGNED = re.compile(r"=(?<![=!<>+\-*/%&|^@:]=)(?=[ \t\f]*(?:\\\n[ \t\f]*)*(?:%[ \t]*[^\W\d]|!(?!=)))")

# The others are compiled when a cell needs them (and then kept by `re`): most runs need few.

#: All of these, and the `?` at the end of a line.
_SUSPECT = rf"{_STARTED.pattern}|{_ASSIGNED.pattern}|\?(?=\n|\Z)"
_LINE_END = r"\r\n|\r|\n"

_DOUBLE, _SINGLE = r'[^\n"\\]*(?:\\.[^\n"\\]*)*"?', r"[^\n'\\]*(?:\\.[^\n'\\]*)*'?"
_DOUBLE_3, _SINGLE_3 = (rf"[^{q}\\]*(?:(?:\\.|{q}(?!{q}{q}))[^{q}\\]*)*(?:{q}{q}{q}|\Z)" for q in "\"'")
#: What decides whether a newline ends a statement: comments, joined lines, brackets, strings.
_TOKEN = rf"(?s:#[^\n]*|\\\n|[()\[\]{{}}]|\"\"\"{_DOUBLE_3}|'''{_SINGLE_3}|\"{_DOUBLE}|'{_SINGLE})"
_TOKEN_OR_ASSIGN = rf"{_TOKEN}|=(?<![=!<>+\-*/%&|^@:]=)(?!=)"
_F_PREFIX = r"(?<!\w)(?:[rR]?[fFtT]|[fFtT][rR])\Z"
_F_PART = r"(?s:\\.)|\{\{|\}\}|\{|\"\"\"|'''|[\"'\n]"
_F_FIELD = r"[()\[\]{}:]|\"\"\"|'''|[\"'\n]"
_HELP = r"(%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*)(\?\??)$"

_CLASSIC = r"\s*>>>[ \t]?"
_CLASSIC_MORE = r"\s*(?:>>>|\.\.\.)[ \t]?"
_NUMBERED = r"(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?"
_CELL_MAGIC = r"%%[ \t]*(\S*)[ \t]*"
_LINE_MAGIC = r"%\s*(\S*)\s*"

_OPTION = r"""\s*(-(?:"[^"]*"|'[^']*'|\S)+)"""
_VALUE = r"""\s*((?:"[^"]*"|'[^']*'|\S)+)"""
_FIELD = r"\{\{|\}\}|\{([^{}]*)\}|([{}])"
_DOLLAR = r"\$(\$?[\w.]+)"
_NAME = r"[^\W\d]\w*\Z"
_OUTPUT = r"(?<!\S)(?:-o|--output)[= ]?\s*([\w,]+)"
_INPUT = r"(?<!\S)(?:-i|--input)[= ]?\s*([\w,]+)"
_SCRIPT_OUTPUT = r"(?<!\S)--(?:out|err|proc)(?:=|\s+)(\w+)"
_SQL_RESULT = r"(?<!\S)([^\W\d]\w*)\s*=?\s*<<"
_SQL_NAME = r"(?<![:\w]):([^\W\d]\w*)|\{\{?\s*([^\W\d]\w*)\s*\}"
_AUTO_LINE = r"(?s)([ \t]*(?:(?:>>>|In \[\d+\]:) )?[ \t]*)([a-z]\w*)(?=[ \t]|$)[ \t]*(.*)"
_NOT_AUTO = r"[=,:()\])}]|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|[<>!]=|(?:in|is|and|or|if|not|else|for)\b"


def mask(source: str) -> Masked:
    """Replace IPython's syntax by Python of the same shape.

    `!ls` becomes `pass`, `x = !ls` becomes `x = ()`, `%time f(x)` becomes `f(x)`, the body of `%%bash` becomes blank.
    """
    text, ends = source, None
    if "\r" in source:
        text, ends = re.sub(_LINE_END, "\n", source), re.findall(_LINE_END, source)
    if _is_plain(text):
        return Masked(source, (), {}, (), (), False)
    cell = _Cell(text.split("\n"), ends)
    cell.run()
    return cell.masked(source)


def _is_plain(text: str) -> bool:
    """Whether nothing in a cell is even reminiscent of IPython."""
    if _STARTED.search("\n" + text):
        return False
    if ("%" in text or "!" in text) and _ASSIGNED.search(text):
        return False
    if "?" in text and ("?\n" in text or text[-1] == "?"):
        return False
    return not (text[:1].isspace() and _is_indented(text))


def mask_automagic(source: str, line: int) -> str | None:
    """For a cell that does not parse because of line `line`: with that line's magic made explicit, if it is one.

    `pip install x` becomes `%pip install x`. None where the line is no magic without its `%`.
    """
    ends = list(re.finditer(_LINE_END, source))
    if not 1 <= line <= len(ends) + 1:
        return None
    start = ends[line - 2].end() if line > 1 else 0
    end = ends[line - 1].start() if line <= len(ends) else len(source)
    found = re.match(_AUTO_LINE, source[start:end])
    if found is None or found[2] not in _AUTOMAGIC or re.match(_NOT_AUTO, found[3]):
        return None
    at = start + found.end(1)
    return f"{source[:at]}%{source[at:]}"


def may_define(magic: Magic) -> bool:
    """Whether a magic may define names besides those that it says: it is unknown, or runs other code."""
    name = magic.name
    if magic.kind == "cell":
        return name not in _PYTHON_BODY and name not in _FOREIGN_BODY
    if name == "store":
        return "-r" in magic.text
    return magic.kind == "line" and len(name) > 1 and name not in _HARMLESS


def is_automagic(name: str) -> bool:
    """Whether IPython takes a line that begins with this word for a magic, if there is no variable of that name."""
    return name in _AUTOMAGIC


class _Cell:
    """A cell at work: its lines are rewritten in place."""

    __slots__ = ("ends", "isolated", "lines", "magics", "opaque", "shifts", "star")

    def __init__(self, lines: list[str], ends: list[str] | None) -> None:
        self.lines = lines
        self.ends = ends
        self.magics: list[Magic] = []
        self.shifts: dict[int, int] = {}
        self.isolated: list[tuple[int, int]] = []
        self.star: tuple[str, ...] = ()
        self.opaque = False

    def masked(self, source: str) -> Masked:
        text = self.join(0)
        if text == source:
            text = source
        shifts = {line: width for line, width in self.shifts.items() if width}
        return Masked(text, tuple(self.magics), shifts, tuple(self.isolated), self.star, self.opaque)

    def join(self, start: int) -> str:
        """The lines from `start` on with the line ends of the input."""
        if self.ends is None or start >= len(self.lines):
            return "\n".join(self.lines[start:])
        parts: list[str] = []
        for line, end in zip(self.lines[start:], [*self.ends[start:], ""], strict=True):
            if not line and end == "\n" and parts and parts[-1] == "\r":
                line = " "  # lest two ends of lines become one
            parts += [line, end]
        return "".join(parts)

    def cut(self, index: int, width: int) -> None:
        """Remove the first `width` characters of a line."""
        if width:
            self.lines[index] = self.lines[index][width:]
            self.shifts[index + 1] = self.shifts.get(index + 1, 0) + width

    def run(self) -> None:
        start = 0
        while True:  # once more for the body of each cell magic that takes Python
            first = self.first(start)
            if first is None:
                return
            self.dedent(first)
            self.strip_prompts(first)
            header = self.header(first)
            if header is None:
                self.statements(first)
                return
            if not self.cell_magic(header):
                return
            start = header + 1

    def first(self, start: int) -> int | None:
        """The first line that is not blank."""
        return next((index for index in range(start, len(self.lines)) if not _blank(self.lines[index])), None)

    # ---- the cell as a whole ----

    def dedent(self, first: int) -> None:
        """Remove the indentation that the whole cell has: of all lines, else (IPython before 9) of the first."""
        if self.lines[first][:1] not in (" ", "\t"):
            return
        margins = {_margin(line) for line in self.lines[first:] if not _blank(line)}
        common = min(margins, key=len)
        while not all(margin.startswith(common) for margin in margins):
            common = common[:-1]
        code = next((line for line in self.lines[first:] if line.strip() and not line.lstrip().startswith("#")), "")
        margin = common if _margin(code) == common else _margin(self.lines[first])
        for index in range(first, len(self.lines)):
            if self.lines[index].startswith(margin):
                self.cut(index, len(margin))

    def strip_prompts(self, first: int) -> None:
        lines = self.lines
        if any(">>>" in line for line in lines[first:]) and self.prompts(first, _CLASSIC, strip=False):
            self.prompts(first, _CLASSIC_MORE, strip=True)
            code = self.first(first)
            if code is not None:
                self.dedent(code)
        if any(re.match(_NUMBERED, line) for line in lines[first : first + 2]):
            for index in range(first, len(lines)):
                found = re.match(_NUMBERED, lines[index])
                if found:
                    self.cut(index, found.end())

    def prompts(self, first: int, prompt: str, *, strip: bool) -> bool:
        """Whether a prompt stands outside of strings; with `strip`, remove them all.

        In a string that starts on a line with a prompt they are prompts too.
        """
        inside, prompted, seen = "", False, False
        for index in range(first, len(self.lines)):
            line = self.lines[index]
            found = re.match(prompt, line) if not inside or prompted else None
            position = 0
            if found:
                seen = True
                if strip:
                    self.cut(index, found.end())
                    line = self.lines[index]
                else:
                    position = found.end()
            if inside:
                end = line.find(inside, position)
                if end < 0:
                    continue
                inside, position = "", end + 3
            elif line[position:].lstrip().startswith(("%", "!")):
                continue
            for token in re.finditer(_TOKEN, line[position:]):
                opening = token[0][:3]
                if opening in ('"""', "'''") and not (len(token[0]) >= 6 and token[0].endswith(opening)):
                    inside, prompted = opening, bool(found)
        return seen

    def header(self, first: int) -> int | None:
        """The line of a cell magic. IPython wants it first; after nothing but comments nothing else can be meant."""
        for index in range(first, len(self.lines)):
            line = self.lines[index]
            if line.startswith("%%"):
                return None if re.match(r"%%\w+\?", line) else index
            if not _blank(line) and not line.lstrip().startswith("#"):
                return None
        return None

    def cell_magic(self, index: int) -> bool:
        """Mask a cell magic; whether its body is Python of this namespace."""
        line, number, last = self.lines[index], index + 1, len(self.lines)
        found = re.match(_CELL_MAGIC, line)
        assert found is not None
        name, text, column = found[1], line[found.end() :].rstrip(), self.shifts.get(number, 0) + 1
        if name.startswith("!") and name != "!":
            name, text = "!", f"{name[1:]} {text}".rstrip()
        python = name in _PYTHON_BODY or (name == "px" and "--local" in text)
        uses, binds, opaque = _effects(name, text, cell=True)
        body = ""
        if not python:
            body = self.join(number)
            if name in _SQL:
                uses = _unique((*uses, *_sql_names(body)))
            if name not in _FOREIGN_BODY:
                opaque = True
        self.opaque = self.opaque or opaque
        place = len(self.magics)
        self.lines[index] = ""
        if not python:
            self.lines[number:] = [""] * (last - number)
            for below in range(number, last + 1):
                self.shifts.pop(below, None)
        elif name in _STATEMENT:
            if name in _ISOLATED:
                self.isolated.append((number, last))
            code, offset = self.statement(name, line, found.end(), number, column)
            if code is not None:
                self.lines[index] = code
                self.shifts[number] = self.shifts.get(number, 0) + offset
        elif name in _ISOLATED:
            self.isolated.append((number, last))
        self.magics.insert(place, Magic("cell", name, text, body, number, column, uses, binds))
        return python

    def statement(self, name: str, text: str, start: int, line: int, column: int) -> tuple[str | None, int]:
        """The Python statement that a magic takes, and where it starts in `text`, which itself starts at line, column.

        None where there is none or it does not parse; a magic in it is masked in its turn.
        """
        at = _skip_options(_STATEMENT[name], text, start)[0]
        code = text[at:]
        flat = code.replace("\\\n", "  ")
        if not flat.strip() or (name != "time" and flat.startswith("-")):
            return None, at
        tree = _parse(flat)
        if tree is not None:
            return (code if tree.body else None), at
        inner = _Cell(code.split("\n"), None)
        inner.run()
        tree = _parse("\n".join(inner.lines))
        if tree is None or not tree.body or inner.shifts.get(2):
            return None, at
        above = text.count("\n", 0, at)
        line += above
        column = self.shifts.get(line, 0) + at - text.rfind("\n", 0, at) - 1 if above else column + at - 1
        for magic in inner.magics:
            width = column if magic.line == 1 else self.shifts.get(line + magic.line - 1, 0)
            self.magics.append(magic._replace(line=magic.line + line - 1, column=magic.column + width))
        self.star += inner.star
        self.opaque = self.opaque or inner.opaque
        return "\n".join(inner.lines), at + inner.shifts.get(1, 0)

    # ---- line by line ----

    def statements(self, first: int) -> None:
        """Mask what stands at the start of logical lines, and assignments from magics."""
        text = "\n" + "\n".join(self.lines[first:])
        edits: list[tuple[int, int, str]] = []
        scan = _Scanner(text)
        suspects = re.compile(_SUSPECT)
        suspect = suspects.search(text)
        while suspect is not None:
            at = suspect.end() - 1
            resume = at + 1
            character = text[at]
            if scan.advance(at) and character in "%!?,;/=":
                edit = None
                if suspect[0] == "?":
                    if not scan.depth or at + 1 == len(text) or text[at + 1 :] == "\n":  # or the cell breaks off here
                        edit = self.help(text, scan.line_start, at, first)
                elif suspect[0] == "=":
                    edit = None if scan.depth else self.assignment(text, scan.line_start, at, first)
                elif not scan.depth and not text[scan.line_start : at].strip(" \t\f\\\n"):
                    edit = self.help_at(text, at, at, first) or self.escape(text, at, first)
                if edit is not None:
                    edits.append(edit)
                    resume = edit[1]
                    scan.jump(resume)
            suspect = suspects.search(text, max(resume, scan.position if scan.position > at else 0))
        if not edits:
            return
        parts, position = [], 0
        for start, end, new in edits:
            parts += [text[position:start], new]
            position = end
        parts.append(text[position:])
        self.lines[first:] = "".join(parts)[1:].split("\n")

    def place(self, text: str, at: int, first: int) -> tuple[int, int]:
        """1-based line and column of a position, in the user's text."""
        line = first + text.count("\n", 0, at)
        return line, at - text.rfind("\n", 0, at) + self.shifts.get(line, 0)

    def help(self, text: str, start: int, at: int, first: int) -> tuple[int, int, str] | None:
        """`x?`, which makes the whole logical line from `start` a request for help."""
        content = text[start : at + 1]
        start += len(content) - len(content.lstrip())
        found = re.search(_HELP, content)
        if found is None:
            return None
        line, column = self.place(text, at + 1 - len(found[2]), first)
        self.magics.append(Magic("help", "", found[1], "", line, column, (), ()))
        return start, at + 1, "pass" + "\n" * text.count("\n", start, at)

    def help_at(self, text: str, start: int, escape: int, first: int) -> tuple[int, int, str] | None:
        """The same on a line whose magic stands at `escape`: IPython looks for the `?` first."""
        end = _logical_end(text, escape)
        if text[end - 1] != "?" or end - 1 == escape:
            return None
        scan = _Scanner(text, escape)
        if not scan.advance(end - 1) or scan.depth:
            return None
        return self.help(text, start, end - 1, first)

    def assignment(self, text: str, start: int, equals: int, first: int) -> tuple[int, int, str] | None:
        """`x = !ls` and `x = %magic`, if this is the first `=` of the logical line."""
        depth = 0
        for token in re.finditer(_TOKEN_OR_ASSIGN, text[start:equals]):
            depth += (token[0] in "([{") - (depth > 0 and token[0] in ")]}")
            if token[0] == "=" and not depth:
                return None
        at = equals + 1
        while text[at] not in "%!":
            at += 1
        edit = self.help_at(text, start, at, first)
        if edit is not None:
            return edit
        end = _logical_end(text, at)
        blank = "\n" * text.count("\n", at, end)
        line, column = self.place(text, at, first)
        if text[at] == "!":
            command = _assembled(text[at + 1 : end]).removeprefix("!").strip()
            self.magics.append(Magic("shell", "", command, "", line, column, _interpolated(command), ()))
            return at, end, "()" + blank
        raw = text[at:end]
        found = re.match(_LINE_MAGIC, raw.replace("\\\n", "  "))
        assert found is not None
        name, argument = found[1], _assembled(raw[found.end() :]).strip()
        uses, binds, opaque = _effects(name, argument, cell=False)
        new = "()" + blank
        if name in _STATEMENT:
            offset = _skip_options(_STATEMENT[name], raw, found.end())[0]
            tree = _parse(raw[offset:].replace("\\\n", "  "))
            if tree is not None:
                if name == "time" and len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
                    new = re.sub(r"[^\n\\]", " ", raw[:offset]) + raw[offset:]
                else:
                    loads, stores = _names(tree)
                    uses = _unique((*uses, *loads))
                    binds = binds if name in _ISOLATED else _unique((*binds, *stores))
        self.opaque = self.opaque or opaque
        self.magics.append(Magic("line", name, argument, "", line, column, uses, binds))
        return at, end, new

    def escape(self, text: str, at: int, first: int) -> tuple[int, int, str] | None:
        """A line that starts with an escape."""
        end = _logical_end(text, at)
        raw = text[at:end]
        blank = "\n" * raw.count("\n")
        line, column = self.place(text, at, first)
        character = raw[0]
        if character == "%":
            return self.line_magic(text, at, end, first)
        content = _assembled(raw[1:])
        if character == "!":
            command = content.removeprefix("!").strip()
            self.magics.append(Magic("shell", "", command, "", line, column, _interpolated(command), ()))
            return at, end, "pass" + blank
        if character == "?":
            self.magics.append(Magic("help", "", content.lstrip("?").strip(), "", line, column, (), ()))
            return at, end, "pass" + blank
        name, _, argument = content.partition(" ")
        if character == "/":
            if not name:
                return None
            call = f"{name}({', '.join(argument.split())})"
        else:
            quoted = argument if character == ";" else '", "'.join(argument.split())
            call = f'{name}("{quoted}")'
        self.magics.append(Magic("line", character, content.strip(), "", line, column, (), ()))
        self.shifts[line] = self.shifts.get(line, 0) + 1
        return at, end, call + blank

    def line_magic(self, text: str, at: int, end: int, first: int) -> tuple[int, int, str]:
        raw = text[at:end]
        line, column = self.place(text, at, first)
        misplaced = raw.startswith("%%")  # a cell magic that is not first: IPython knows no line magic of that name
        found = re.compile(_LINE_MAGIC).match(raw.replace("\\\n", "  "), int(misplaced))
        assert found is not None
        name, argument = found[1], _assembled(raw[found.end() :]).strip()
        kind: Literal["line", "cell"] = "cell" if misplaced else "line"
        uses, binds, opaque = _effects(name, argument, cell=misplaced)
        self.opaque = self.opaque or opaque
        if name == "pylab" and "--no-import-all" not in argument.split():
            self.star = ("pylab",)
        self.magics.append(Magic(kind, name, argument, "", line, column, uses, binds))
        if name not in _STATEMENT:
            return at, end, "pass" + "\n" * raw.count("\n")
        line_start = text.rfind("\n", 0, at) + 1
        code, offset = self.statement(name, raw, found.end(), line, column)
        if code is None:
            return at, end, "pass" + "\n" * raw.count("\n")
        if name in _ISOLATED:
            self.isolated.append((line, line + raw.count("\n")))
        above = raw.count("\n", 0, offset)
        width = offset - (raw.rfind("\n", 0, offset) + 1 if above else 0)
        if above:
            width -= at - line_start
        self.shifts[line + above] = self.shifts.get(line + above, 0) + width
        return line_start, end, "\n" * above + text[line_start:at] + code


class _Scanner:
    """Knows of a position in Python whether it is code, in which logical line, in how many brackets."""

    __slots__ = ("depth", "line_start", "pending", "position", "text", "tokens")

    def __init__(self, text: str, position: int = 0) -> None:
        self.text = text
        self.position = self.line_start = position
        self.depth = 0
        self.pending: re.Match[str] | None = None
        self.tokens = re.compile(_TOKEN)

    def jump(self, position: int) -> None:
        """Go on behind a statement that has been dealt with."""
        self.position, self.pending, self.depth = position, None, 0

    def advance(self, target: int) -> bool:
        """Move on to `target`; False where it lies in a string or comment."""
        text = self.text
        while self.position <= target:
            token = self.pending or self.tokens.search(text, self.position)
            if token is None or token.start() > target:
                self.pending = token
                self.new_line(target)
                return True
            self.pending = None
            start, end, opening = token.start(), token.end(), text[token.start()]
            if not self.depth:
                self.new_line(start)
            if opening in "([{":
                self.depth += 1
            elif opening in ")]}":
                self.depth = max(0, self.depth - 1)
            elif opening in "\"'" and _is_open_f_string(text, start, end):
                end = _f_string_end(text, start, end)
            self.position = end
        return False

    def new_line(self, target: int) -> None:
        """Between the last token and `target` every newline ends a statement, unless in brackets."""
        if not self.depth:
            newline = self.text.rfind("\n", self.position, target)
            if newline >= 0:
                self.line_start = newline + 1


def _is_indented(source: str) -> bool:
    code = source.lstrip()
    return bool(code) and source[-len(code) - 1] in " \t"


def _blank(line: str) -> bool:
    return not line or line.isspace()


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _logical_end(text: str, at: int) -> int:
    """The end of a magic's line, with the lines that backslashes add."""
    while True:
        end = text.find("\n", at)
        if end < 0:
            return len(text)
        if text[end - 1] != "\\":
            return end
        at = end + 1


def _assembled(raw: str) -> str:
    """A magic's lines as IPython joins them."""
    if "\n" not in raw:
        return raw.rstrip()
    parts = raw.split("\n")
    return " ".join([*(part.rstrip()[:-1] for part in parts[:-1]), parts[-1].rstrip()])


# ---- f-strings, which since Python 3.12 may hold their own quotes ----


def _is_open_f_string(text: str, start: int, end: int) -> bool:
    """Whether what looks like a string is an f-string that was cut at a quote inside of its braces."""
    if text.count("{", start, end) == text.count("}", start, end):
        return False
    return re.search(_F_PREFIX, text[max(0, start - 3) : start]) is not None


def _f_string_end(text: str, start: int, end: int) -> int:
    quote = text[start : start + 3] if text[start : start + 3] in ('"""', "'''") else text[start]
    found = _f_parts(text, start + len(quote), quote)
    return found if found > 0 else end


def _f_parts(text: str, position: int, quote: str) -> int:
    while True:
        part = re.compile(_F_PART).search(text, position)
        if part is None or (part[0] == "\n" and len(quote) == 1):
            return -1
        position = part.end()
        if part[0] == "{":
            position = _f_field(text, position, quote)
            if position < 0:
                return -1
        elif part[0].startswith(quote):
            return part.start() + len(quote)


def _f_field(text: str, position: int, quote: str) -> int:
    depth, in_format = 0, False
    while True:
        part = re.compile(_F_FIELD).search(text, position)
        if part is None or (part[0] == "\n" and len(quote) == 1):
            return -1
        position, character = part.end(), part[0][0]
        if in_format:
            if character == "}":
                return position
            if character == "{":
                position = _f_field(text, position, quote)
            elif part[0].startswith(quote):
                return -1
        elif character in "\"'":
            string = re.compile(_TOKEN).match(text, part.start())
            if string is None:
                return -1
            position = string.end()
            if _is_open_f_string(text, part.start(), position):
                position = _f_string_end(text, part.start(), position)
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            if not depth:
                return position if character == "}" else -1
            depth -= 1
        elif character == ":" and not depth:
            in_format = True
        if position < 0:
            return -1


# ---- what magics read and define ----


def _effects(name: str, text: str, *, cell: bool) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The names that a magic reads and defines, and whether it may define any other."""
    uses: list[str] = []
    binds: list[str] = []
    words = text.split()
    opaque = not cell and name not in _HARMLESS
    if name in _STATEMENT:
        for option, value in _skip_options(_STATEMENT[name], text, 0)[1]:
            if option == "v" and name == "timeit":
                binds.append(value)
            elif option in ("f", "m") and name in ("lprun", "mprun"):
                uses.append(re.split(r"\W", value.strip("\"'"), maxsplit=1)[0])
        return _unique(uses), _unique(binds), opaque
    uses += _interpolated(text)
    if cell and name in _SCRIPTS:
        binds += re.findall(_SCRIPT_OUTPUT, text)
    elif name in _OTHER_LANGUAGES:
        binds += ",".join(re.findall(_OUTPUT, text)).split(",")
        uses += ",".join(re.findall(_INPUT, text)).split(",")
    elif name in _SQL:
        binds += re.findall(_SQL_RESULT, text)
        uses += _sql_names(text)
    elif cell:
        if name in ("bigquery", "capture", "stan"):
            binds += [word for word in words if not word.startswith("-")][:1]
    elif name == "pylab":
        binds += _PYLAB
    elif name == "aimport":
        binds += [part.strip().split(".")[0] for part in text.split(",")]
    elif name == "store":
        named = [word for word in words if not word.startswith("-")]
        if "-r" in words:
            binds += named
            opaque = not named
        elif "-d" not in words and "-z" not in words:
            uses += named[:1] if ">" in text else named
    elif name in ("macro", "sc"):
        binds += [word.partition("=")[0] for word in words if not word.startswith("-")][:1]
    elif name in ("Rpull", "octave_pull"):
        binds += words
    elif name in ("Rpush", "octave_push", "xdel"):
        uses += words
    return _unique(uses), _unique(binds), opaque


def _unique(names: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if re.match(_NAME, name)))


def _sql_names(text: str) -> list[str]:
    return [colon or braces for colon, braces in re.findall(_SQL_NAME, text)]


def _interpolated(text: str) -> tuple[str, ...]:
    """The names in `{expression}` and `$name`. One field that is no Python and IPython expands none of them."""
    if "{" not in text and "$" not in text and "}" not in text:
        return ()
    names: list[str] = []
    literal = ""
    position = 0
    for field in re.finditer(_FIELD, text):
        literal += text[position : field.start()]
        position = field.end()
        if field[2] is not None:
            return ()
        if field[1] is None:
            continue
        names += _dollars(literal)
        literal = ""
        expression = field[1].strip()
        tree = _parse(expression) or _parse(re.sub(r"![rsa]\Z", "", expression))
        if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
            return ()
        names += _names(tree)[0]
    return _unique([*names, *_dollars(literal + text[position:])])


def _dollars(literal: str) -> list[str]:
    """`$name` outside of single quotes; `$$name` is the shell's."""
    return [
        found[1].split(".")[0] for found in re.finditer(_DOLLAR, literal) if literal.count("'", found.end()) % 2 == 0
    ]


def _names(tree: ast.Module) -> tuple[list[str], list[str]]:
    """The names that a statement reads and those that it assigns."""
    loads: list[str] = []
    stores: list[str] = []
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    for node in sorted(names, key=lambda name: (name.lineno, name.col_offset)):
        (loads if isinstance(node.ctx, ast.Load) else stores).append(node.id)
    return [name for name in loads if name not in stores], stores


def _parse(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _skip_options(options: _Options, text: str, start: int) -> tuple[int, list[tuple[str, str]]]:
    """Where the statement behind the options starts, and the options."""
    flat = text.replace("\\\n", "  ")
    found: list[tuple[str, str]] = []
    while True:
        option = re.compile(_OPTION).match(flat, start)
        if option is None:
            break
        word, end = option[1], option.end()
        if word == "--":
            start = end
            break
        taken = _long_option(options, word) if word.startswith("--") else _short_options(options, word)
        if taken is None:
            break
        if taken and taken[-1][1] is None:  # the value is the next word
            value = re.compile(_VALUE).match(flat, end)
            if value is None:
                break
            taken[-1] = (taken[-1][0], value[1])
            end = value.end()
        found += [(name, value or "") for name, value in taken]
        start = end
    while start < len(flat) and flat[start].isspace():
        start += 1
    return start, found


def _long_option(options: _Options, word: str) -> list[tuple[str, str | None]] | None:
    name, equals, value = word[2:].partition("=")
    if f"{name}=" in options.long:
        return [(name, value if equals else None)]
    return [(name, value)] if name in options.long or "*" in options.long else None


def _short_options(options: _Options, word: str) -> list[tuple[str, str | None]] | None:
    taken: list[tuple[str, str | None]] = []
    for index, letter in enumerate(word[1:], 2):
        where = options.short.find(letter)
        if where < 0 or letter == ":":
            return None
        if options.short[where + 1 : where + 2] == ":":
            return [*taken, (letter, word[index:] or None)]
        taken.append((letter, ""))
    return taken
