"""Small files of every kind that research repositories hold, written by us, each with what the tool must say of it.

Where a file can be read, it holds a path into a home directory (RSC401), so that the tests see that it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

#: A finding of RSC401 where it stands alone: column 8 of its line.
HOME = 'DATA = "/home/alice/data.csv"'
#: The same path in another home, so that both are reported.
OTHER = 'MORE = "/home/bob/data.csv"'


class Place(NamedTuple):
    """A finding of RSC401: cell (None in a script), line, first and last column."""

    cell: int | None
    line: int
    column: int = 8
    end: int = 30


class Survivor(NamedTuple):
    """A file and what is said of it."""

    path: str
    data: bytes
    what: str
    homes: tuple[Place, ...] = ()
    #: Cell (None for a script) -> the kind of what does not parse: "python2", "newer", "conflict", "syntax".
    unparsed: Mapping[int | None, str] = {}
    #: Nothing can be read: parts of the Problem's message and remedy.
    problem: tuple[str, str] | None = None
    language: str = ""
    #: Since this Python it parses; before, it "needs a newer Python".
    since: tuple[int, int] = (3, 10)
    #: Cells of code, whether they parse or not.
    cells: int = 0

    def __str__(self) -> str:
        return self.path


def cell(source: str | list[str], kind: str = "code", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made | more


def notebook(*cells: Any, minor: int = 4, metadata: Any = None, **more: Any) -> dict[str, Any]:
    made = [cell(one) if isinstance(one, str) else one for one in cells]
    return {"cells": made, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": minor, **more}


def dumped(value: Any, indent: int | None = 1, **more: Any) -> bytes:
    return json.dumps(value, indent=indent, **more).encode("utf-8", "surrogatepass")


def lines(text: str) -> list[str]:
    """A cell's source as Jupyter writes it."""
    return text.splitlines(keepends=True)


def old(*cells: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A notebook of format 3."""
    return {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": list(cells)}],
        **more,
    }


def old_cell(source: str | list[str], **more: Any) -> dict[str, Any]:
    made = {"cell_type": "code", "collapsed": False, "input": source, "language": "python", "metadata": {}}
    return {**made, "outputs": [], "prompt_number": 1, **more}


def nested(depth: int) -> str:
    """A call of calls, as deep as this."""
    return "x = " + "f(" * depth + "1" + ")" * depth


_LONG = str(list(range(700)))
_FOUND = (Place(None, 1),)
_PY2 = {None: "python2"}


def _py(name: str, text: str | bytes, what: str, *homes: Place, **more: Any) -> Survivor:
    data = text if isinstance(text, bytes) else text.encode()
    return Survivor(f"{name}.py", data, what, homes, **more)


def _nb(name: str, value: Any, what: str, *homes: Place, **more: Any) -> Survivor:
    data = value if isinstance(value, bytes) else dumped(value)
    count = 0
    if isinstance(value, dict) and not more.get("problem") and not more.get("language"):
        found = value.get("cells") or [c for w in value.get("worksheets", ()) for c in w.get("cells", ())]
        count = sum(1 for one in found if isinstance(one, dict) and one.get("cell_type") == "code")
    return Survivor(f"{name}.ipynb", data, what, homes, cells=more.pop("cells", count), **more)


# fmt: off
SCRIPTS = (
    # --- Python 2, in its dialects
    _py("py2_print", "import os\nprint 'hello'\n", "a print statement", unparsed=_PY2),
    _py("py2_print_name", "x = 1\nprint x, 2\n", "a print statement with a name", unparsed=_PY2),
    _py("py2_print_percent", "print '%d of %d' % (1, 2)\n", "a print statement with a format", unparsed=_PY2),
    _py("py2_print_tight", 'print"tight"\n', "a print statement without a space", unparsed=_PY2),
    _py("py2_print_late", "f = lambda: 0\nif f:\n    x = [1]; print x\n", "a print statement in the line", unparsed=_PY2),
    _py("py2_print_chevron", "import sys\nprint >>sys.stderr, 'a' % 1, 'b' if 1\n", "print to a file", unparsed=_PY2),
    _py("py2_exec", 'exec "x = 1" in {}\n', "an exec statement", unparsed=_PY2),
    _py("py2_exec_name", "code = 'x'\nexec code\n", "an exec statement with a name", unparsed=_PY2),
    _py("py2_except", "try:\n    x = 1\nexcept ValueError, e:\n    raise\n", "except with a comma", unparsed=_PY2),
    _py("py2_except_many", "try:\n    x = 1\nexcept (IOError, OSError), e:\n    pass\n", "the same, two", unparsed=_PY2),
    _py("py2_backticks", "x = `1`\n", "backticks for repr", unparsed=_PY2),
    _py("py2_not_equal", "if 1 <> 2:\n    x = 1\n", "<> for !=", unparsed=_PY2),
    _py("py2_octal", "import os\nos.chmod('a', 0777)\n", "an octal number", unparsed=_PY2),
    _py("py2_long", "x = 10L\n", "a long integer", unparsed=_PY2),
    _py("py2_long_hex", "x = 0xFFL\n", "a long hexadecimal integer", unparsed=_PY2),
    _py("py2_ur", "x = ur'abc'\n", "a raw Unicode string", unparsed=_PY2),
    _py("py2_raise", "raise ValueError, 'no'\n", "raise with a comma", unparsed=_PY2),
    _py("py2_tuple", "def f(a, (b, c)):\n    return a\n", "a tuple as parameter", unparsed=_PY2),
    _py("py2_lambda", "f = lambda (a, b): a\n", "a tuple as parameter of a lambda", unparsed=_PY2),
    _py("py2_tabs_then_print", "if 1:\n\tx = 1\n        y = 2\nprint x\n", "tabs and spaces mixed", unparsed=_PY2),
    _py("py2_crlf", b"x = 1\r\nprint x\r\n", "Python 2 with Windows line ends", unparsed=_PY2),
    _py("py2_latin1", b"# -*- coding: latin-1 -*-\nprint 'caf\xe9'\n", "Python 2 in Latin-1", unparsed=_PY2),
    # --- not Python 2, though it looks a bit like it
    _py("not_py2_prose", '"""Notes.\n\nprint the table\n"""\nx = (1\n', "prose with print", unparsed={None: "syntax"}),
    _py("not_py2_date", "x = ('2019-010-01', '<>', '`a`'\n", "marks in a string", unparsed={None: "syntax"}),
    _py("not_py2_call", "if x: print (y\n", "a call of print that is not closed", unparsed={None: "syntax"}),
    _py("async_name", "def f(async=True):\n    pass\n", "a parameter that is a keyword now", unparsed={None: "syntax"}),
    # --- a newer Python
    _py("match", f"{HOME}\nmatch DATA:\n    case 'a' | 'b':\n        pass\n", "match, since 3.10", *_FOUND),
    _py("with_parentheses", f"{HOME}\nwith (open(DATA) as f, open(DATA) as g):\n    pass\n", "with (…)", *_FOUND),
    _py("except_star", f"{HOME}\ntry:\n    pass\nexcept* ValueError:\n    pass\n", "except*", *_FOUND, since=(3, 11)),
    _py("star_index", f"{HOME}\nx = DATA[*DATA]\n", "a starred index", *_FOUND, since=(3, 11)),
    _py("star_annotation", f"{HOME}\ndef f(*args: *Ts):\n    pass\n", "*args: *Ts", *_FOUND, since=(3, 11)),
    _py("type_statement", f"{HOME}\ntype X = int\n", "a type statement", *_FOUND, since=(3, 12)),
    _py("type_generic", f"{HOME}\ntype X[T] = list[T]\n", "a generic type statement", *_FOUND, since=(3, 12)),
    _py("generic_function", f"{HOME}\ndef first[T](x: list[T]) -> T: ...\n", "PEP 695", *_FOUND, since=(3, 12)),
    _py("generic_class", f"{HOME}\nclass Box[T]:\n    x: T\n", "PEP 695, a class", *_FOUND, since=(3, 12)),
    _py("generic_lines", f"{HOME}\ndef f[\n    T,\n](x: T) -> T: ...\n", "PEP 695 over lines", *_FOUND, since=(3, 12)),
    _py("nested_quotes", HOME + "\nx = f\"{DATA['a']} {DATA[\"b\"]}\"\n", "PEP 701", *_FOUND, since=(3, 12)),
    _py("f_backslash", HOME + "\nx = f\"{'\\n'.join(DATA)}\"\n", "a backslash in an f-string", *_FOUND, since=(3, 12)),
    _py("type_default", f"{HOME}\nclass Box[T = int]:\n    x: T\n", "PEP 696", *_FOUND, since=(3, 13)),
    _py("t_string", f'{HOME}\nx = t"{{DATA}}"\n', "PEP 750", *_FOUND, since=(3, 14)),
    _py("except_bare", f"{HOME}\ntry:\n    pass\nexcept OSError, ValueError:\n    pass\n", "PEP 758", *_FOUND, since=(3, 14)),
    _py("lazy", f"{HOME}\nlazy import json\n", "PEP 810", *_FOUND, since=(3, 15)),
    # --- plain mistakes, and merge conflicts
    _py("half", "def f(x:\n", "half written", unparsed={None: "syntax"}),
    _py("prose", "This is no code at all.\n", "prose", unparsed={None: "syntax"}),
    _py("html", "<!DOCTYPE html>\n<html>\n", "a web page that was saved as code", unparsed={None: "syntax"}),
    _py("conflict", "x = 1\n<<<<<<< HEAD\ny = 2\n=======\ny = 3\n>>>>>>> theirs\n", "a merge conflict",
        unparsed={None: "conflict"}),
    _py("conflict_crlf", b"<<<<<<< HEAD\r\n=======\r\ny = 3\r\n>>>>>>> 1a2b3c\r\n", "the same, Windows line ends",
        unparsed={None: "conflict"}),
    _py("conflict_diff3", "<<<<<<< ours\ny = 2\n||||||| base\ny = 1\n=======\nprint 3\n>>>>>>> theirs\n", "with the base",
        unparsed={None: "conflict"}),
    _py("conflict_quoted", f'{HOME}\nX = """\n<<<<<<< a\n=======\n>>>>>>> b\n"""\n', "one in a string", *_FOUND),
    _py("nbsp", "x = 1\nif x:\n\xa0\xa0\xa0 y = 2\n", "no-break spaces from a web page", unparsed={None: "syntax"}),
    _py("nbsp_in_string", f"{HOME}  # a\xa0b\nx = 'a\xa0b'\n", "no-break spaces where they may be", *_FOUND),
    # --- layout
    _py("crlf", f"import os\r\n\r\n{HOME}\r\n".encode(), "Windows line ends", Place(None, 3)),
    _py("cr", f"import os\r\r{HOME}\r".encode(), "line ends of the old Mac", Place(None, 3)),
    _py("mixed_ends", f"import os\r\n\n\r{HOME}\n\r\nx = 1\r".encode(), "all line ends", Place(None, 4)),
    _py("tabs", f"if True:\n\t{HOME}\n", "tabs", Place(None, 2, 9, 31)),
    _py("tabs_and_spaces", f"if True:\n\t{HOME}\nif True:\n    x = 1\n", "tabs here, spaces there", Place(None, 2, 9, 31)),
    _py("tab_error", "if True:\n\tx = 1\n        y = 2\n", "tabs and spaces in one block", unparsed={None: "syntax"}),
    _py("form_feed", f"x = 1\n\f\n{HOME}\n", "a form feed", Place(None, 3)),
    _py("form_feed_in_line", f"x = 1\n\f{HOME}\n", "a form feed before code", Place(None, 2, 9, 31)),
    _py("odd_separators", f"x = 'a\u2028b\x85c\x0bd\x1ce'\n{HOME}\n", "what is a line end elsewhere", Place(None, 2)),
    _py("bom", b"\xef\xbb\xbf" + HOME.encode(), "a byte order mark", *_FOUND),
    _py("bom_coding", b"\xef\xbb\xbf# coding: latin-1\nx = '\xc3\xa9'; " + HOME.encode(), "which wins", Place(None, 2, 17, 39)),
    _py("empty", "", "an empty file"),
    _py("blank", " \n\t\n  \n\n", "nothing but white space"),
    _py("comments", "# nothing\n# here\n", "nothing but comments"),
    _py("no_newline", f"x = 1\n{HOME}", "no line end at the end", Place(None, 2)),
    _py("backslash_end", f"{HOME}\nx = 1\\", "a joined line without another", *_FOUND, unparsed={None: "syntax"}),
    _py("long_line", f"x = {_LONG}; {HOME}\n", "a line of more than 3,000 characters",
        Place(None, 1, 14 + len(_LONG), 36 + len(_LONG))),
    _py("long_string", f"x = '{'abc ' * 5000}'\n{HOME}\n", "a string of 20,000 characters", Place(None, 2)),
    _py("many_lines", "x = 1\n" * 20_000 + HOME, "20,001 lines", Place(None, 20_001)),
    _py("sum_500", f"{HOME}\nx = {' + '.join(['a'] * 500)}\n", "a sum of 500 terms", *_FOUND),
    _py("elif_200", f"{HOME}\nif x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(200)),
        "200 branches", *_FOUND),
    _py("nested_20", f"{HOME}\n{nested(20)}\n", "20 brackets in each other", *_FOUND),
    _py("nested_300", f"{HOME}\n{nested(300)}\n", "300 brackets in each other", *_FOUND,
        unparsed={None: "syntax"}),
    _py("indented_150", "".join(f"{' ' * n}if x:\n" for n in range(150)) + " " * 150 + "x\n", "150 blocks in each other",
        unparsed={None: "syntax"}),
    # --- encodings
    _py("latin1", b"# -*- coding: latin-1 -*-\nx = '\xe9'; " + HOME.encode(), "Latin-1 that says so", Place(None, 2, 17, 39)),
    _py("latin1_second", b"#!/usr/bin/python\n# vim: set fileencoding=latin1 :\nx = '\xe9'\n" + HOME.encode(),
        "Latin-1 that says so in the second line", Place(None, 4)),
    _py("latin1_blank", b"\n# coding: iso-8859-15\nx = '\xa4'\n" + HOME.encode(), "an empty line above", Place(None, 4)),
    _py("latin1_third", b"x = 1\n\n# coding: latin-1\n# \xe9\n", "Latin-1 that says so too late",
        problem=("is not valid UTF-8", "coding: latin-1")),
    _py("latin1_silent", b"# Universit\xe4t\nx = 1\n", "Latin-1 that does not say so",
        problem=("is not valid UTF-8", "coding: latin-1")),
    _py("utf8_unix", f"# -*- coding: utf-8-unix -*-\nx = 'é'; {HOME}".encode(), "as Emacs writes it", Place(None, 2, 17, 39)),
    _py("cp1252", "# coding: cp1252\nx = '€'\n".encode("cp1252") + HOME.encode(), "Windows", Place(None, 3)),
    _py("gbk", "# coding: gbk\nx = '数据'; ".encode("gbk") + HOME.encode(), "Chinese", Place(None, 2, 18, 40)),
    _py("unknown_coding", "# coding: klingon\nx = 1\n", "a coding that does not exist", problem=("`klingon`", "utf-8")),
    _py("rot13", "# coding: rot13\nk = 1\n", "a coding that is none of text", problem=("`rot13`", "utf-8")),
    _py("utf16", f"{HOME}\n".encode("utf-16"), "UTF-16", problem=("UTF-16", "UTF-8")),
    _py("utf16_silent", f"{HOME}\n".encode("utf-16-le"), "UTF-16 without its mark", problem=("NUL", "exclude")),
    _py("nul", b"x = 1\n\0\0\0\n", "NUL bytes", problem=("NUL", "exclude")),
    _py("binary", b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe", "a binary file", problem=("NUL", "exclude")),
    _py("png", b"\x89PNG\r\n\x1a\n", "the beginning of a picture", problem=("is not valid UTF-8", "UTF-8")),
    _py("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n", "a pointer of Git LFS",
        problem=("Git LFS pointer", "git lfs pull")),
    _py("wide", f"x = '数据 🐦 é'; {HOME}\n", "characters of two, three and four bytes", Place(None, 1, 22, 44)),
    _py("identifiers", f"größe = 1\nΔ = größe\n数据 = Δ\n{HOME}\n", "names that are not ASCII", Place(None, 4)),
    _py("ligature", f"def ﬁt(ﬂag): return ﬂag\n{HOME}\n", "names that Python writes otherwise", Place(None, 2)),
    # --- scripts that came from notebooks, and their names
    _py("magics", f"%matplotlib inline\n!pip install x\n%cd ..\nfiles = !ls\nx?\n{HOME}\n", "magics", Place(None, 6)),
    _py("magic_time", f"import os\n%time {HOME}\n", "a magic before a statement", Place(None, 2, 14, 36)),
    _py("magics_py2", "%pylab inline\nprint 1\n", "magics and Python 2", unparsed=_PY2),
    _py("percent", f"# %%\nimport os\n# %% [markdown]\n# # Text\n# %%\n{HOME}\n# %time x\n", "percent format", Place(None, 6)),
    _py("nbconvert", "#!/usr/bin/env python\n# coding: utf-8\n\n# # Title\n\n# In[1]:\n\n\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('ls')\n\n\n"
        f"# In[ ]:\n\n\n{HOME}\n", "an export of nbconvert", Place(None, 16)),
    _py("DDP-script", HOME, "a name that cannot be imported", *_FOUND),
    _py("2nd try (copy)", HOME, "a name with spaces and brackets", *_FOUND),
    _py("méthode/données 数据", HOME, "a path that is not ASCII", *_FOUND),
    _py("a b/c d", HOME, "a path with spaces", *_FOUND),
    _py("class", HOME, "a name that is a keyword", *_FOUND),
    _py("__init__", HOME, "an __init__ where no package is", *_FOUND),
    _py("huge_number", f"x = 0x{'f' * 6000}\ndef f(a=0x{'f' * 6000}): return a\n{HOME}\n", "6,000 digits", Place(None, 3)),
)

_IN_2 = (Place(2, 1),)
_PLAIN = (cell("# Title", "markdown"), cell(HOME))
_R = {"language_info": {"name": "R"}, "kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
_JULIA = {"kernelspec": {"name": "julia-1.6", "display_name": "Julia 1.6.0", "language": "julia"}}
_TWO = {
    "kernelspec": {"name": "python2", "display_name": "Python 2", "language": "python"},
    "language_info": {"name": "python", "version": "2.7.12"},
}
_MISLEADING = {
    "output_type": "stream",
    "name": "stdout",
    "text": ['"source": [\n', '  "x = 1\\n"\n', "]}, {\n", '"cells": [{"source": "y"}]'],
}
#: Cells that need no kernel to be understood, each with where its path stands: (text, line, first column).
MAGICS = {
    "pylab": ("%pylab inline\n" + HOME, 2, 8),
    "timeit": ("%timeit sum(range(9))\n" + HOME, 2, 8),
    "time_statement": ("%time " + HOME, 1, 14),
    "time_cell": ("%%time\n" + HOME, 2, 8),
    "capture": ("%%capture out\n" + HOME, 2, 8),
    "shell": ("!pip install x\n!ls *.csv\n" + HOME, 3, 8),
    "assigned": ("files = !ls\nwhere = %pwd\n" + HOME, 3, 8),
    "help": ("len?\n?len\nlen??\n" + HOME, 4, 8),
    "load_ext": ("%load_ext autoreload\n%autoreload 2\n" + HOME, 3, 8),
    "automagic": ("pip install x\nls\n" + HOME, 3, 8),
    "automagic_time": ("ls -l\ntime " + HOME, 2, 13),
    "prompt": (">>> x = 1\n>>> " + HOME, 2, 12),
    "indented": ("    x = 1\n    " + HOME, 2, 12),
    "continued": ("!ls \\\n  -l\n" + HOME, 3, 8),
    "unknown": ("%nobody knows this\n" + HOME, 2, 8),
    "wide": ("é = '🐦'; " + HOME, 1, 17),
    "tab": ("if True:\n\t" + HOME, 2, 9),
    "cr": ("x = 1\r" + HOME, 2, 8),
    "crlf": ("x = 1\r\n" + HOME, 2, 8),
    "form_feed": ("x = 1\n\f\n" + HOME, 3, 8),
    "surrogate": ("x = '\ud83d'; " + HOME, 1, 17),
}
#: Cells without Python of this namespace.
FOREIGN = {
    "bash": "%%bash\nfor x in *; do echo $x; done",
    "writefile": "%%writefile x.py\nprint 'no code of ours'",
    "r": "%%R\nx <- c(1, 2)",
    "python2": "%%python2\nprint 1",
    "html": "%%html\n<b>x</b>",
    "empty": "",
    "blank": " \n\t\n",
    "comments": "# only\n# comments",
}

NOTEBOOKS = (
    # --- formats
    *(
        _nb(f"v4_{minor}", notebook(*_PLAIN, minor=minor), f"format 4.{minor}", *_IN_2)
        for minor in range(5)
    ),
    _nb("v4_5", notebook({**_PLAIN[0], "id": "a1"}, {**_PLAIN[1], "id": "b-2_x"}, minor=5), "format 4.5", *_IN_2),
    _nb("v4_99", notebook(*_PLAIN, minor=99), "a format of the future", *_IN_2),
    _nb("v5", notebook(*_PLAIN, nbformat=5), "a format of the far future", *_IN_2),
    _nb("v3", old({"cell_type": "heading", "level": 1, "metadata": {}, "source": "Title"}, old_cell(lines(HOME))),
        "format 3", *_IN_2),
    _nb("v3_two", old(old_cell("x = 1"), worksheets=[{"cells": [old_cell("x = 1")]}, {"cells": [old_cell(HOME)]}]),
        "format 3 with two worksheets", *_IN_2),
    _nb("v3_markdown", old({"cell_type": "markdown", "metadata": {}, "source": ["# T\n", "text"]}, old_cell("%pylab\n" + HOME)),
        "format 3 with magics", Place(2, 2)),
    _nb("v2", {"metadata": {"name": "x"}, "nbformat": 2, "worksheets": [{"cells": [
        {"cell_type": "markdown", "source": "T"}, {"cell_type": "code", "input": HOME, "language": "python", "outputs": []}]}]},
        "format 2", *_IN_2),
    _nb("v1", {"cells": [{"cell_type": "text", "text": "T"}, {"cell_type": "code", "input": HOME}], "nbformat": 1},
        "format 1", *_IN_2),
    _nb("v3_odd", {"nbformat": 3, "worksheets": ["x"]}, "format 3, damaged", problem=("format 3", "Jupyter")),
    _nb("no_format", {"cells": list(_PLAIN)}, "no format at all", *_IN_2),
    # --- files that are no notebooks
    _nb("zero", b"", "no byte", problem=("is empty", "delete it")),
    _nb("blank", b" \n\n", "white space", problem=("is empty", "delete it")),
    _nb("truncated", dumped(notebook(*_PLAIN))[:-40], "half written", problem=("no valid JSON (line", "version control")),
    _nb("array", b"[1, 2]", "a JSON array", problem=("no notebook", "exclude")),
    _nb("string", b'"x"', "a JSON string", problem=("no notebook", "exclude")),
    _nb("object", b'{"a": 1}', "a JSON object", problem=("no notebook", "exclude")),
    _nb("cells_null", b'{"cells": null, "nbformat": 4}', "cells that are none", problem=("no notebook", "exclude")),
    _nb("cells_object", b'{"cells": {"a": 1}, "nbformat": 4}', "cells as an object", problem=("no notebook", "exclude")),
    _nb("conflict", dumped(notebook(HOME)).replace(b'\n "metadata"', b'\n<<<<<<< HEAD\n=======\n>>>>>>> x\n "metadata"'),
        "a merge conflict in the JSON", problem=("merge conflict", "nbdime")),
    _nb("python", HOME.encode(), "a script under the wrong name", problem=("no valid JSON", "version control")),
    _nb("html", b"<!DOCTYPE html>", "a web page", problem=("no valid JSON", "version control")),
    _nb("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n", "a pointer of Git LFS",
        problem=("Git LFS pointer", "git lfs pull")),
    _nb("latin1", '{"cells": ["é"]}'.encode("latin-1"), "Latin-1", problem=("no UTF-8", "version control")),
    _nb("utf16", dumped(notebook(HOME)).decode().encode("utf-16"), "UTF-16", problem=("no UTF-8", "version control")),
    _nb("binary", b"\x89PNG\r\n\x1a\n\0\0", "a picture", problem=("no UTF-8", "version control")),
    _nb("deep", b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested without end",
        problem=("nested too deeply", "version control")),
    _nb("two", dumped(notebook(HOME)) * 2, "two notebooks in one file", problem=("no valid JSON", "version control")),
    # --- schema-invalid, but readable
    _nb("no_metadata", {"cells": [{"cell_type": "code", "source": HOME}], "nbformat": 4}, "nothing but a cell", Place(1, 1)),
    _nb("metadata_list", notebook(HOME, metadata=["x"]), "metadata that are a list", Place(1, 1)),
    _nb("metadata_odd", notebook(HOME, metadata={"kernelspec": "x", "language_info": [1]}), "odd metadata", Place(1, 1)),
    _nb("unknown_type", notebook(cell("x", "diagram"), HOME), "a cell of an unknown type", *_IN_2),
    _nb("no_type", notebook({"source": "x = ("}, HOME), "a cell of no type", *_IN_2),
    _nb("no_dict", notebook(cell("x = 1"), HOME) | {"cells": ["x", None, 3, ["y"], cell("a"), cell(HOME)]},
        "cells that are no objects", Place(6, 1)),
    _nb("tags_string", notebook(cell(HOME, metadata={"tags": "rescode-skip"})), "tags that are no list", Place(1, 1)),
    _nb("tags_odd", notebook(cell(HOME, metadata={"tags": [1, None, ["rescode-skip"]]})), "odd tags", Place(1, 1)),
    _nb("metadata_cell", notebook(cell(HOME, metadata=None), cell("x = 1", metadata=[1])), "odd cell metadata", Place(1, 1)),
    _nb("id_odd", notebook(cell(HOME, id=7)), "an id that is a number", Place(1, 1)),
    _nb("count_odd", notebook(cell(HOME, execution_count="*")), "an execution count that is none", Place(1, 1)),
    _nb("outputs_odd", notebook(cell(HOME, outputs="none")), "outputs that are none", Place(1, 1)),
    _nb("no_outputs", notebook({"cell_type": "code", "metadata": {}, "source": HOME}), "no outputs", Place(1, 1)),
    _nb("no_source", notebook({"cell_type": "code", "metadata": {}}, HOME), "no source", *_IN_2),
    _nb("source_null", notebook(cell(HOME), cell("x") | {"source": None}), "a source that is null", Place(1, 1)),
    _nb("source_number", notebook(cell(HOME), cell("x") | {"source": 1}), "a source that is a number", Place(1, 1)),
    _nb("source_mixed", notebook(cell("") | {"source": ["x = 1\n", 7, None, HOME]}), "a list with others", Place(1, 2)),
    _nb("source_string", notebook(f"x = 1\n\n{HOME}"), "the source as one string", Place(1, 3)),
    _nb("source_lines", notebook(cell(lines(f"x = 1\n\n{HOME}"))), "the source as lines", Place(1, 3)),
    _nb("source_pieces", notebook(cell(["x =", " 1\r", "\nDATA", HOME[4:]])), "the source in pieces", Place(1, 2)),
    _nb("no_cells", notebook(), "no cells"),
    _nb("cells_missing", {"metadata": {}, "nbformat": 4, "nbformat_minor": 2}, "not even a list of cells"),
    _nb("duplicate_keys", b'{"cells": [{"cell_type": "code", "source": "x = ("}], "nbformat": 4, "cells": [{"cell_type": '
        b'"raw", "cell_type": "code", "source": ["y = ("], "source": ' + json.dumps(HOME).encode() + b"}]}",
        "keys that come twice", Place(1, 1), cells=1),
    # --- languages
    _nb("language_python3", notebook(HOME, metadata={"language_info": {"name": "python3"}}), "python3", Place(1, 1)),
    _nb("language_ipython", notebook(HOME, metadata={"language_info": {"name": "ipython"}}), "ipython", Place(1, 1)),
    _nb("no_kernelspec", notebook(HOME, metadata={"language_info": {"name": "python"}}), "no kernelspec", Place(1, 1)),
    _nb("no_language_info", notebook(HOME, metadata={"kernelspec": {"name": "python3"}}), "no language", Place(1, 1)),
    _nb("kernel_any", notebook(HOME, metadata={"kernelspec": {"name": "my-lab env (irene)", "display_name": "Lab"}}),
        "a kernel of any name", Place(1, 1)),
    _nb("kernel_number", notebook(HOME, metadata={"kernelspec": {"name": 3, "language": 4}}), "odd kernel", Place(1, 1)),
    _nb("r", notebook("x <- 1", metadata=_R), "R", language="R"),
    _nb("julia", notebook("f(x) = x^2", metadata=_JULIA), "Julia", language="Julia"),
    _nb("julia_name", notebook("x", metadata={"kernelspec": {"name": "julia-0.3"}}), "Julia by its kernel", language="Julia"),
    _nb("ir_name", notebook("x", metadata={"kernelspec": {"name": "ir"}}), "R by its kernel", language="R"),
    _nb("bash_language", notebook("ls", metadata={"language_info": {"name": "bash"}}), "Bash", language="Bash"),
    _nb("julia_v3", old(old_cell("f(x) = x^2", language="julia"), metadata={"language": "Julia"}), "Julia, format 3",
        language="Julia"),
    _nb("python2", notebook("print 1", HOME, "print 2", "raise E, 'x'", metadata=_TWO), "a Python 2 kernel",
        Place(2, 1), unparsed={1: "python2", 3: "python2", 4: "python2"}),
    _nb("python2_scratch", notebook("print 1", "x = (", metadata=_TWO), "Python 2 and a plain mistake",
        unparsed={1: "python2", 2: "syntax"}),
    # --- layout of the JSON
    _nb("minified", dumped(notebook(*_PLAIN), None, separators=(",", ":")), "minified", *_IN_2, cells=1),
    _nb("indent_4", dumped(notebook(*_PLAIN), 4), "indented by 4", *_IN_2, cells=1),
    _nb("json_crlf", dumped(notebook(*_PLAIN)).replace(b"\n", b"\r\n"), "Windows line ends", *_IN_2, cells=1),
    _nb("json_bom", b"\xef\xbb\xbf" + dumped(notebook(*_PLAIN)), "a byte order mark", *_IN_2, cells=1),
    _nb("json_escaped", dumped(notebook("x = 'é🐦'; " + HOME)), "escapes", Place(1, 1, 18, 40), cells=1),
    _nb("json_utf8", dumped(notebook("x = 'é🐦'; " + HOME), ensure_ascii=False), "no escapes", Place(1, 1, 18, 40), cells=1),
    _nb("misleading", notebook(cell("x = 1", outputs=[_MISLEADING]), cell(HOME, outputs=[_MISLEADING])),
        "outputs that look like cells", *_IN_2),
    _nb("sorted", dumped(notebook(*_PLAIN), sort_keys=True), "keys sorted", *_IN_2, cells=1),
    # --- cells
    *(_nb(f"cell_{name}", notebook("x = 0", cell(lines(text) if "\f" not in text else text)), f"a cell: {name}",
          Place(2, line, column, column + 22)) for name, (text, line, column) in MAGICS.items()),
    *(_nb(f"foreign_{name}", notebook(text, HOME), f"a cell: {name}", *_IN_2) for name, text in FOREIGN.items()),
    _nb("cells_bad_between", notebook(HOME, "for in x:", "def f(:", OTHER), "cells that do not parse between good ones",
        Place(1, 1), Place(4, 1, 8, 28), unparsed={2: "syntax", 3: "syntax"}),
    _nb("cell_conflict", notebook(HOME, "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs"), "a merge conflict in a cell",
        Place(1, 1), unparsed={2: "conflict"}),
    _nb("cell_newer", notebook(HOME, "type X = int"), "a cell for a newer Python", Place(1, 1), since=(3, 12)),
    _nb("cell_nbsp", notebook(HOME, "x\xa0= 1"), "no-break spaces in code", Place(1, 1), unparsed={2: "syntax"}),
    _nb("cell_nul", notebook(HOME, "x = 1\0"), "NUL in a cell", Place(1, 1), unparsed={2: "syntax"}),
    _nb("cell_deep", notebook(HOME, nested(300)), "300 brackets in a cell", Place(1, 1), unparsed={2: "syntax"}),
    _nb("many_cells", notebook(*["x = 1\ny = 2"] * 400, HOME), "401 cells", Place(401, 1)),
    _nb("long_cells", notebook("x = 1\n" * 21_000, HOME, "y = (", OTHER), "cells behind 21,000 lines",
        Place(2, 1), Place(4, 1, 8, 28), unparsed={3: "syntax"}),
    _nb("Copy of Untitled (1)-Copy1", notebook(HOME), "clutter in the name", Place(1, 1)),
    _nb("méthode/cahier 数据", notebook(HOME), "a path that is not ASCII", Place(1, 1)),
)

# fmt: on
SURVIVORS = (*SCRIPTS, *NOTEBOOKS)
#: What is never read, beside them.
CLUTTER = (
    Survivor(".ipynb_checkpoints/x-checkpoint.ipynb", dumped(notebook(HOME)), "a checkpoint"),
    Survivor("node_modules/x/setup.py", HOME.encode(), "somebody else's code"),
    Survivor("__pycache__/x.py", HOME.encode(), "a cache"),
)
