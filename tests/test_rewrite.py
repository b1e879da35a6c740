"""New text into files: what has not changed stays, byte for byte; what is written is what was to be written."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rescode_lint.fix.write import Changed, create, write_atomically
from rescode_lint.model import Edit
from rescode_lint.read.json_places import JsonPlaces
from rescode_lint.read.notebook import text_of
from rescode_lint.read.python import decode, encoding_of
from rescode_lint.read.rewrite import CannotRewrite, edits_between, rewrite

NIGHTLY = bool(os.environ.get("RESCODE_NIGHTLY"))
RUNS = settings(max_examples=5_000 if NIGHTLY else 100, deadline=None, suppress_health_check=list(HealthCheck))
BOM = b"\xef\xbb\xbf"


# --- random notebooks and random edits --------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["", "x = 1", "import os", "# é", "print('🐦')", '"a\\b"', "\t", "a/b", "\x00", "\x7f", "\u2028", "\ufeff", "日本"]
    + ["source", '"source": [', "]}", "\\u00e9", "\ud83d", "\ude00", "\x0c", "\x85"]
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """The text of a cell."""
    lines = draw(st.lists(st.tuples(st.lists(WORDS, max_size=3).map("".join), ENDS), max_size=6))
    text = "".join(word + end for word, end in lines) + draw(WORDS)
    # what JSON reads as one character is no pair of halves
    return re.sub("[\ud800-\udbff](?=[\udc00-\udfff])", "", text)


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """Another text, with most of its lines."""
    lines = text.splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines)))
        what = draw(st.sampled_from(["insert", "delete", "change", "replace"]))
        if what == "insert" or at == len(lines):
            lines.insert(at, draw(WORDS) + draw(ENDS))
        elif what == "delete":
            del lines[at]
        elif what == "change":
            cut = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:cut] + draw(WORDS) + lines[at][cut:]
        else:
            lines[at] = draw(WORDS) + draw(ENDS)
    return re.sub("[\ud800-\udbff](?=[\udc00-\udfff])", "", "".join(lines))


@st.composite
def sources(draw: st.DrawFn) -> list[str] | str:
    """The source of a cell in each of the forms that the format allows."""
    text = draw(texts())
    form = draw(st.sampled_from(["lines", "lines", "lines", "string", "whole", "odd"]))
    if form == "string":
        return text
    if form == "whole":
        return [text]
    if form == "lines":
        return text.splitlines(keepends=True)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=5)))
    return [text[one:two] for one, two in pairwise([0, *cuts, len(text)])]


class Layout:
    """How JSON is written."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.indent = draw(st.sampled_from([None, None, 0, 1, 2, 4]))
        self.ascii = draw(st.booleans())
        self.separators = draw(st.sampled_from([None, (",", ":"), (", ", ": ")])) if self.indent is None else None
        self.upper = draw(st.booleans())
        self.crlf = draw(st.booleans())
        self.mark = draw(st.booleans())
        self.end = draw(st.sampled_from(["", "\n", "\n\n"]))

    def __repr__(self) -> str:
        return f"Layout({vars(self)})"

    def bytes(self, value: object) -> bytes:
        text = json.dumps(value, indent=self.indent, ensure_ascii=self.ascii, separators=self.separators) + self.end
        if self.upper:
            text = re.sub(r"((?:^|[^\\])(?:\\\\)*\\u)([0-9a-f]{4})", lambda m: m[1] + m[2].upper(), text)
            text = re.sub(r"(\\u[0-9A-F]{4}\\u)([0-9a-f]{4})", lambda m: m[1] + m[2].upper(), text)
        # JSON may name halves of characters, UTF-8 may not
        text = re.sub("[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04{'X' if self.upper else 'x'}}", text)
        if self.crlf:
            text = text.replace("\n", "\r\n")
        return (BOM if self.mark else b"") + text.encode()


layouts = st.composite(lambda draw: Layout(draw))


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    """A notebook with cells of all kinds."""
    cells = []
    for _ in range(draw(st.integers(1, 4))):
        cell: dict[str, Any] = {"cell_type": draw(st.sampled_from(["code", "markdown"])), "metadata": {}}
        cell["source"] = draw(sources())
        if draw(st.booleans()):
            cell = dict(reversed(cell.items()))
        cell["outputs"] = [{"text": draw(st.lists(WORDS, max_size=2)), "source": ["no\n", "no"]}]
        cells.append(cell)
    return {"cells": cells, "metadata": {"é": "source"}, "nbformat": 4, "nbformat_minor": 5}


@RUNS
@given(st.data(), notebooks(), layouts())
def test_a_notebook_gets_its_new_text_and_nothing_else(
    data: st.DataObject, notebook: dict[str, Any], layout: Layout
) -> None:
    before = layout.bytes(notebook)
    old = json.loads(before.decode("utf-8-sig"))
    assume(old == notebook)  # two halves beside each other may have become one character
    new = {
        position: data.draw(changed(text_of(cell)))
        for position, cell in enumerate(notebook["cells"], 1)
        if data.draw(st.booleans())
    }
    after = rewrite("a.ipynb", before, new)
    made = json.loads(after.decode("utf-8-sig"))

    # it reads as it should
    for position, text in new.items():
        source = made["cells"][position - 1].pop("source")
        form = old["cells"][position - 1].pop("source")
        assert type(source) is type(form)
        assert "".join(source) == text
        if "".join(form) == text:
            assert source == form
        elif form == "".join(form).splitlines(keepends=True):
            assert source == text.splitlines(keepends=True)
    assert made == old

    # once more changes nothing
    assert rewrite("a.ipynb", after, new) == after
    # and what stands outside of the sources is the same
    assert outside(before, new) == outside(after, new)

    # a file in one of json's own layouts is what json would have written
    usual = all(
        isinstance(cell["source"], str) or cell["source"] == "".join(cell["source"]).splitlines(keepends=True)
        for cell in notebook["cells"]
    )
    if usual and layout.indent is not None and not any("\ufeff" in text or "\x7f" in text for text in new.values()):
        for position, text in new.items():
            form = notebook["cells"][position - 1]["source"]
            notebook["cells"][position - 1]["source"] = (
                text if isinstance(form, str) else text.splitlines(keepends=True)
            )
        written = layout.bytes(notebook)
        if "[]" not in written.decode():  # how an array would look that is empty now, a file need not tell
            assert spelled_alike(after, written)


def outside(data: bytes, positions: dict[int, str]) -> list[bytes]:
    """The stretches between the sources of these cells."""
    text = data.decode()
    places = JsonPlaces(text.removeprefix("\ufeff")).cells
    assert places is not None
    shift = text.startswith("\ufeff")
    found, done = [], 0
    for position in sorted(positions):
        source = places[position - 1].source
        assert source is not None
        found.append(text[done : source[0] + shift].encode())
        done = source[1] + shift
    return [*found, text[done:].encode()]


def spelled_alike(one: bytes, other: bytes) -> bool:
    """The same but for how single characters are spelled."""
    texts = [re.sub(r"((?<!\\)\\u[0-9a-fA-F]{4}|[^\x00-\x7f]|\?)+", "?", data.decode()) for data in (one, other)]
    return texts[0] == texts[1]


@RUNS
@given(st.data(), notebooks(), layouts())
def test_elements_that_do_not_change_stay_byte_for_byte(
    data: st.DataObject, notebook: dict[str, Any], layout: Layout
) -> None:
    for cell in notebook["cells"]:  # so that every line can be told from every other
        lines = text_of(cell).splitlines()
        cell["source"] = [f"{number}: {line}\n" for number, line in enumerate(lines)] + ["last"]
    before = layout.bytes(notebook)
    assume(json.loads(before.decode("utf-8-sig")) == notebook)
    position = data.draw(st.integers(1, len(notebook["cells"])))
    elements = notebook["cells"][position - 1]["source"]
    at = data.draw(st.integers(0, len(elements) - 1))
    new = [*elements[:at], "new # 日\n", *elements[at + 1 :]]
    after = rewrite("a.ipynb", before, {position: "".join(new)})
    one, two = raw_elements(before, position), raw_elements(after, position)
    assert len(one) == len(two)
    assert [index for index, (a, b) in enumerate(zip(one, two, strict=True)) if a != b] == [at]


def raw_elements(data: bytes, position: int) -> list[str]:
    text = data.decode("utf-8-sig")
    places = JsonPlaces(text).cells
    assert places is not None
    return [text[part.start : part.end] for part in places[position - 1].parts]


@RUNS
@given(st.data(), notebooks(), layouts())
def test_edits_of_a_notebook(data: st.DataObject, notebook: dict[str, Any], layout: Layout) -> None:
    before = layout.bytes(notebook)
    assume(json.loads(before.decode("utf-8-sig")) == notebook)
    new = {n: data.draw(changed(text_of(cell))) for n, cell in enumerate(notebook["cells"], 1)}
    after = rewrite("a.ipynb", before, new)
    assume(b"\0" not in after)
    for trim in (True, False):
        assert apply_edits(before, edits_between(before, after, trim=trim)) == after


@RUNS
@given(st.data(), notebooks(), layouts())
def test_cells_go_and_nothing_else(data: st.DataObject, notebook: dict[str, Any], layout: Layout) -> None:
    before = layout.bytes(notebook)
    old = json.loads(before.decode("utf-8-sig"))
    assume(old == notebook)
    new: dict[int | None, str | None] = {}
    for position, cell in enumerate(notebook["cells"], 1):
        what = data.draw(st.sampled_from(["stay", "go", "go", "change"]))
        if what != "stay":
            new[position] = None if what == "go" else data.draw(changed(text_of(cell)))
    after = rewrite("a.ipynb", before, new)

    # as if the others had been changed first, and then the cells taken out of the file
    written = rewrite("a.ipynb", before, {position: text for position, text in new.items() if text is not None})
    made = json.loads(written.decode("utf-8-sig"))
    made["cells"] = [cell for position, cell in enumerate(made["cells"], 1) if new.get(position, "") is not None]
    assert json.loads(after.decode("utf-8-sig")) == made
    assert is_within(after, written)
    gone = [position for position, text in new.items() if text is None]
    assert len(written) - len(after) == len("".join(outside_cells(written, gone)).encode())
    # a file in one of json's own layouts is what json would have written
    if all(text is None for text in new.values()):
        notebook["cells"] = made["cells"]
        assert after == layout.bytes(notebook)


def is_within(one: bytes, other: bytes) -> bool:
    """Whether nothing was done to the other but taking out."""
    rest = iter(other)
    return all(byte in rest for byte in one)


def outside_cells(data: bytes, gone: list[int | None]) -> list[str]:
    """The text of these cells, with what stood between them and their neighbours."""
    text = data.decode("utf-8-sig")
    places = JsonPlaces(text).cells
    assert places is not None
    if len(gone) == len(places):
        return [text[text.rindex("[", 0, places[0].start) + 1 : text.index("]", places[-1].end)]]
    return [
        text[place.start : place.end]
        + (text[place.end : places[at].start] if at < len(places) else text[places[at - 2].end : place.start])
        for at, place in enumerate(places, 1)
        if at in gone
    ]


# --- notebooks, one by one --------------------------------------------------------------------------------------------


def one_cell(source: str, *, before: str = "", behind: str = "") -> bytes:
    return f'{{"cells": [{{{before}"source": {source}{behind}}}], "nbformat": 4}}'.encode()


@pytest.mark.parametrize(
    ("source", "text", "made"),
    [
        ('"a"', "b\n", '"b\\n"'),
        ('""', "b", '"b"'),
        ('"a"', "", '""'),
        ("[]", "a\nb", '["a\\n", "b"]'),
        ("[ ]", "a", '["a"]'),
        ('["a"]', "", "[]"),
        ('["a"]', "a", '["a"]'),
        ('["a"]', "b\nc", '["b\\n", "c"]'),
        ('[ "a" ]', "b\nc", '[ "b\\n", "c" ]'),
        ('["a\\n","b"]', "a\nx\nb", '["a\\n","x\\n","b"]'),
        ('[\n  "a\\n",\n  "b"\n]', "a\nb\nc", '[\n  "a\\n",\n  "b\\n",\n  "c"\n]'),
        ('[\n  "a\\n",\n  "b"\n]', "b", '[\n  "b"\n]'),
        # one element holds several lines, or several elements hold one
        ('["a\\nb\\n", "c"]', "a\nx\nc", '["a\\nx\\n", "c"]'),
        ('["a\\nb\\n", "c"]', "a\nb\nx", '["a\\nb\\n", "x"]'),
        ('["a", "b\\n", "c"]', "ab\nx", '["a", "b\\n", "x"]'),
        ('["a", "b\\n", "c"]', "ax\nc", '["ax\\n", "c"]'),
        ('["", "a\\n", "", "b"]', "a\nx", '["", "a\\n", "", "x"]'),
        # as it was written, and as the rest is written
        (r'["\u0061\/b\n", "c"]', "a/b\nx", r'["\u0061\/b\n", "x"]'),
        (r'["\u0061\/b\n", "c"]', "a/B\nc", r'["\u0061\/B\n", "c"]'),
        (r'"\u0061\n\/c"', "a\n/d", r'"\u0061\n\/d"'),
        (r'["\u00e9\n", "c"]', "é\ncä🐦", r'["\u00e9\n", "c\u00e4\ud83d\udc26"]'),
        (r'["\u00E9\n", "c"]', "é\nc\xea", r'["\u00E9\n", "c\u00EA"]'),
        ('["é\\n", "c"]', "é\ncä🐦", '["é\\n", "cä🐦"]'),
        (r'["\ud83d", "\ude00"]', "\ud83d\ude00x", r'["\ud83d", "\ude00x"]'),
        (r'["x\ud83d\n"]', "y\ud83d\né", '["y\\ud83d\\n", "é"]'),
        (r'["a"]', '"\\\x1b\b\f\t\x7f', '["\\"\\\\\\u001b\\b\\f", "\\t\x7f"]'),
        ('["a\\r\\n", "b"]', "a\r\nx\r\ny", '["a\\r\\n", "x\\r\\n", "y"]'),
    ],
)
def test_the_form_of_a_source(source: str, text: str, made: str) -> None:
    assert rewrite("n.ipynb", one_cell(source), {1: text}) == one_cell(made)


def test_a_file_that_escapes_is_kept_so() -> None:
    data = one_cell('["a"]', behind=r', "metadata": {"name": "\u00E9\\u00ff"}')
    assert rewrite("n.ipynb", data, {1: "ü"}) == data.replace(b'["a"]', b'["\\u00FC"]')
    data = one_cell('["a"]', behind=', "metadata": {"name": "é \\u001B \\u2028"}')
    assert rewrite("n.ipynb", data, {1: "ü\x1c"}) == data.replace(b'["a"]', '["ü\\u001C"]'.encode())
    data = one_cell('["a"]', behind=r', "metadata": {"name": "\\u00e9 \u001b"}')  # tells nothing of letters
    assert rewrite("n.ipynb", data, {1: "ü"}) == data.replace(b'["a"]', '["ü"]'.encode())


@pytest.mark.parametrize("indent", [0, 1, 2, 4])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("others", [[], ["x"], ["x\n", "y"]], ids=len)
@pytest.mark.parametrize("source", [[], ["old"], ["old\n", "b"]], ids=len)
def test_new_lines_stand_as_nbformat_would_write_them(
    indent: int, end: str, others: list[str], source: list[str]
) -> None:
    def made(lines: list[str]) -> bytes:
        cells = [{"metadata": {}, "source": lines}, {"metadata": {"a": [1]}, "source": others}]
        return json.dumps({"cells": cells, "nbformat": 4}, indent=indent).replace("\n", end).encode()

    new = ["new\n", "b\n", "c"]
    assert rewrite("n.ipynb", made(source), {1: "".join(new)}) == made(new)
    assert rewrite("n.ipynb", made(source), {1: ""}) == made([])


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("source", [[], ["old"], ["old\n", "b"]], ids=len)
def test_compact_json_stays_compact(separators: tuple[str, str], source: list[str]) -> None:
    def made(lines: list[str]) -> bytes:
        return json.dumps({"cells": [{"source": lines, "metadata": {}}], "nbformat": 4}, separators=separators).encode()

    new = ["new\n", "b\n", "c"]
    assert rewrite("n.ipynb", made(source), {1: "".join(new)}) == made(new)


def test_of_equal_keys_the_last_one_counts() -> None:
    data = b'{"cells": [{"source": "no"}], "cells": [{"source": ["a"], "x": 1, "source": ["b"]}], "nbformat": 4}'
    assert rewrite("n.ipynb", data, {1: "c"}) == data.replace(b'["b"]', b'["c"]')


def test_a_mark_before_the_json_stays() -> None:
    data = BOM + one_cell('["a"]')
    assert rewrite("n.ipynb", data, {1: "b"}) == BOM + one_cell('["b"]')


ONE, TWO, BIG = '{"source": "a"}', '{ "id":1 }', '{"outputs": ["}, {]"], "source": ["b"]}'


@pytest.mark.parametrize(
    ("cells", "gone", "made"),
    [
        (f"[{ONE}]", [1], "[]"),
        (f"[ {ONE}\n]", [1], "[]"),
        (f"[\n {ONE},\n {TWO}\n]", [1, 2], "[]"),
        (f"[{ONE},{TWO},{BIG}]", [1], f"[{TWO},{BIG}]"),
        (f"[{ONE},{TWO},{BIG}]", [2], f"[{ONE},{BIG}]"),
        (f"[{ONE},{TWO},{BIG}]", [3], f"[{ONE},{TWO}]"),
        (f"[{ONE}, {TWO} ,{BIG} ]", [1, 2], f"[{BIG} ]"),
        (f"[{ONE}, {TWO} ,{BIG} ]", [2, 3], f"[{ONE} ]"),
        (f"[{ONE}, {TWO} ,{BIG} ]", [1, 3], f"[{TWO} ]"),
        (f"[\r\n {ONE},\r\n {TWO},\r\n {BIG}\r\n]", [2], f"[\r\n {ONE},\r\n {BIG}\r\n]"),
        (f"[\r\n {ONE},\r\n {TWO},\r\n {BIG}\r\n]", [1, 3], f"[\r\n {TWO}\r\n]"),
        (f"[1, {TWO}, null]", [1, 3], f"[{TWO}]"),
        ('[{"source": 3}, {}, {"source": ["a", 1]}]', [1, 2, 3], "[]"),
    ],
)
@pytest.mark.parametrize(("mark", "end"), [(b"", b"}\n"), (BOM, b', "nbformat": 4}')])
def test_a_cell_goes(cells: str, gone: list[int], made: str, mark: bytes, end: bytes) -> None:
    before, after = (mark + b'{"metadata": {"cells": []}, "cells": ' + text.encode() + end for text in (cells, made))
    assert rewrite("n.ipynb", before, dict.fromkeys(gone)) == after


def test_cells_go_while_others_change() -> None:
    data = b'{"cells": [{"source": "a"}, {"source": "b"}, {"source": ["c"]}], "nbformat": 4}'
    made = b'{"cells": [{"source": "A"}, {"source": ["C"]}], "nbformat": 4}'
    assert rewrite("n.ipynb", data, {3: "C", 2: None, 1: "A"}) == made
    assert rewrite("n.ipynb", data, {3: None, 2: None}) == b'{"cells": [{"source": "a"}], "nbformat": 4}'


def test_a_script_does_not_go() -> None:
    assert rewrite("a.py", b"x = 1\n", {None: None}) == b"x = 1\n"


@pytest.mark.parametrize(
    ("data", "texts", "why"),
    [
        (b'{"worksheets": [{"cells": [{"input": ["a"]}]}], "nbformat": 3}', {1: "b"}, "is a notebook of format 3"),
        (b'{"worksheets": [], "nbformat": 2}', {1: "b"}, "is a notebook of format 2"),
        (b"[]", {1: "b"}, "is no notebook"),
        (b"{", {1: "b"}, "is no notebook"),
        (b'{"cells": [{"source": ["a",]}]}', {1: "b"}, "is no notebook"),
        (b'{"cells": [{"source": ["a"]}]} x', {1: "b"}, "is no notebook"),
        (b'{"cells": [{"source" ["a"]}]}', {1: "b"}, "is no notebook"),
        (b'{"cells": [{"source": ["a" "b"]}]}', {1: "b"}, "is no notebook"),
        (b'{"cells": [{"source": "\xff"}]}', {1: "b"}, "is no UTF-8 text"),
        (one_cell('["a"]'), {2: "b"}, "has no cell 2"),
        (one_cell('["a"]'), {0: "b"}, "has no cell 0"),
        (one_cell('["a"]'), {2: None}, "has no cell 2"),
        (b'{"worksheets": [{"cells": [{"input": ["a"]}]}], "nbformat": 3}', {1: None}, "is a notebook of format 3"),
        (one_cell('["a", 1]'), {1: "b"}, "has a source in cell 1 that is not text"),
        (one_cell("3"), {1: "b"}, "has a source in cell 1 that is not text"),
        (b'{"cells": [{}]}', {1: "b"}, "has a source in cell 1 that is not text"),
        (one_cell('"a"'), {1: "\ud83d\ude00"}, "cannot hold the new text of cell 1"),
    ],
)
def test_what_cannot_be_rewritten(data: bytes, texts: dict[int | None, str | None], why: str) -> None:
    with pytest.raises(CannotRewrite, match=why) as caught:
        rewrite("n.ipynb", data, texts)
    assert caught.value.remedy


def test_what_does_not_change_is_not_looked_at() -> None:
    for data, texts in ((one_cell('["a", 1]'), {1: "a"}), (b'{"cells": [{}]}', {1: ""}), (one_cell("3"), {})):
        assert rewrite("n.ipynb", data, texts) == data


# --- scripts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\r\ny = 2",
        BOM + "x = 'é'\n".encode(),
        BOM + b"# coding: utf-8\nx = 1\n",
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\r\n".encode("cp1252"),
        "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
        b"# coding: utf-8-unix\rx = 1\r",
        b"",
    ],
    ids=repr,
)
def test_a_script_keeps_mark_and_encoding(data: bytes) -> None:
    text = decode(data)
    assert rewrite("a.py", data, {None: text}) == data
    after = rewrite("a.py", data, {None: text + "y = 3"})
    assert after == data + b"y = 3"
    assert rewrite("a.py", after, {None: text}) == data
    assert rewrite("a.py", data, {}) == data


@pytest.mark.parametrize(
    ("data", "text", "why"),
    [
        (
            b"# coding: latin-1\nx = 1\n",
            "# coding: latin-1\nx = '\u2192'\n",
            "`\u2192` is not in its encoding ISO-8859-1",
        ),
        (b"x = 1\n", "x = '\ud800'\n", "its encoding UTF-8"),
        (b"# coding: latin-1\nx = 1\n", "import os\n\n# coding: latin-1\nx = 'é'\n", "would no longer be read"),
        (b"# coding: latin-1\nx = '\xe9'\n", "# coding: utf-8\nx = 'é'\n", "would no longer be read"),
        (b"# coding: utf-7\nx = '+AGE-'\n", "# coding: utf-7\nx = 'b'\n", "more than one form"),
        (b"x = '\xff'\n", "x = 1\n", "is not valid UTF-8"),
        (b"x = 1\n", "x = '\0'\n", "would no longer be read"),
    ],
    ids=repr,
)
def test_a_script_that_cannot_be_rewritten(data: bytes, text: str, why: str) -> None:
    with pytest.raises(CannotRewrite, match=re.escape(why)) as caught:
        rewrite("a.py", data, {None: text})
    assert caught.value.remedy


def test_encodings() -> None:
    assert encoding_of(b"x = 1") == ("utf-8", False)
    assert encoding_of(BOM + b"# coding: latin-1") == ("utf-8", True)
    assert encoding_of(b"\n# coding=Latin_1") == ("iso-8859-1", False)
    assert encoding_of(b"x = 1\n# coding=latin-1") == ("utf-8", False)


# --- edits ------------------------------------------------------------------------------------------------------------


def apply_edits(data: bytes, edits: tuple[Edit, ...]) -> bytes:
    """What edits make of a file, from last to first, with no thought but of lines and columns."""
    encoding, marked = encoding_of(data)
    text = decode(data)
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    for line, column, end_line, end_column, new in reversed(edits):
        start, end = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        assert 0 <= start <= end <= len(text)
        text = text[:start] + new + text[end:]
    return (BOM if marked else b"") + text.encode(encoding)


@RUNS
@given(st.data(), texts(), st.booleans())
@example(None, "a", False)
def test_edits_make_the_new_file(data: st.DataObject | None, before: str, mark: bool) -> None:
    after = data.draw(changed(before)) if data else "b\r\n"
    one, two = (
        (BOM if mark else b"") + re.sub("[\ud800-\udfff\0]", "", text).lstrip("\ufeff").encode()
        for text in (before, after)
    )
    for trim in (True, False):
        edits = edits_between(one, two, trim=trim)
        assert apply_edits(one, edits) == two
        assert list(edits) == sorted(edits)
        assert bool(edits) == (one != two)


@pytest.mark.parametrize(
    ("before", "after", "trimmed", "whole"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", [], []),
        ("a\nfoo(b)\nc\n", "a\nbar(b)\nc\n", [(2, 1, 2, 4, "bar")], [(2, 1, 3, 1, "bar(b)\n")]),
        ("x = foo\n", "x = foobar\n", [(1, 5, 1, 8, "foobar")], [(1, 1, 2, 1, "x = foobar\n")]),
        ("a\nc\n", "a\nb\nc\n", [(2, 1, 2, 1, "b\n")], [(2, 1, 2, 1, "b\n")]),
        ("a\nb\nc\n", "a\nc\n", [(2, 1, 3, 1, "")], [(2, 1, 3, 1, "")]),
        ("a\r\n", "a\n", [(1, 2, 2, 1, "\n")], [(1, 1, 2, 1, "a\n")]),
        ("a", "a\n", [(1, 2, 1, 2, "\n")], [(1, 1, 1, 2, "a\n")]),
        ("", "a\n", [(1, 1, 1, 1, "a\n")], [(1, 1, 1, 1, "a\n")]),
        ("é = 🐦 + 1\n", "é = 🐦 + 2\n", [(1, 9, 1, 10, "2")], [(1, 1, 2, 1, "é = 🐦 + 2\n")]),
        (
            "x = 1\n\x0c\u2028y = 2\n",
            "x = 1\n\x0c\u2028y = 3\n",
            [(2, 7, 2, 8, "3")],
            [(2, 1, 3, 1, "\x0c\u2028y = 3\n")],
        ),
        ("a\nb\nc\n", "A\nb\nC\n", [(1, 1, 1, 2, "A"), (3, 1, 3, 2, "C")], [(1, 1, 2, 1, "A\n"), (3, 1, 4, 1, "C\n")]),
    ],
)
def test_edits(before: str, after: str, trimmed: list[tuple[Any, ...]], whole: list[tuple[Any, ...]]) -> None:
    for mark in (b"", BOM):
        assert edits_between(mark + before.encode(), mark + after.encode()) == tuple(trimmed)
        assert edits_between(mark + before.encode(), mark + after.encode(), trim=False) == tuple(whole)


def test_edits_of_a_large_file_take_no_time() -> None:
    before = b"".join(b"\n" if n % 3 else b"x = %d\n" % n for n in range(200_000))
    after = b"import os\n" + before.replace(b"= 99999\n", b"= 1\n") + b"end\n"
    assert [edit[:4] for edit in edits_between(before, after)] == [
        (1, 1, 1, 1),
        (100_000, 5, 100_000, 10),
        (200_001, 1, 200_001, 1),
    ]


# --- onto the disk ----------------------------------------------------------------------------------------------------


def test_writing_keeps_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    for mode in (0o644, 0o755, 0o600, 0o664):
        file.chmod(mode)
        write_atomically(str(file), b"new", expected=file.read_bytes())
        assert stat.S_IMODE(file.stat().st_mode) == mode
        assert file.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.py"]


def test_writing_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file, link = tmp_path / "real" / "a.py", tmp_path / "b.py"
    file.write_bytes(b"old")
    link.symlink_to(Path("real") / "a.py")
    write_atomically(str(link), b"new", expected=b"old")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["b.py", "real"]
    assert os.listdir(tmp_path / "real") == ["a.py"]


@pytest.mark.parametrize("now", [b"old and more", b"ol", b"", None])
def test_what_changed_meanwhile_is_left_alone(tmp_path: Path, now: bytes | None) -> None:
    file = tmp_path / "a.py"
    if now is not None:
        file.write_bytes(now)
    with pytest.raises(Changed):
        write_atomically(str(file), b"new", expected=b"old")
    assert (file.read_bytes() if file.exists() else None) == now
    assert os.listdir(tmp_path) == ([] if now is None else ["a.py"])


def test_what_changes_while_it_is_written_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", lambda _: file.write_bytes(b"theirs"))
    with pytest.raises(Changed):
        write_atomically(str(file), b"new", expected=b"old")
    assert file.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(str(file), b"new", expected=b"old")
    with pytest.raises(OSError, match="No space left"):
        create(str(tmp_path / "b.py"), b"new")
    assert os.listdir(tmp_path) == ["a.py"]
    assert file.read_bytes() == b"old"


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(file), b"new", expected=b"old")
    assert os.listdir(tmp_path) == ["a.py"]
    assert file.read_bytes() == b"old"


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only") as caught:
        write_atomically(str(file), b"new", expected=b"old")
    assert caught.value.strerror
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.py"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(PermissionError, match="its folder cannot be written to"):
            write_atomically(str(file), b"new", expected=b"old")
        with pytest.raises(PermissionError):
            create(str(tmp_path / "b.py"), b"new")
    finally:
        tmp_path.chmod(0o755)
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_folder_that_takes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "/x/.rescode-1.tmp")

    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(OSError, match="its folder cannot be written to: Read-only file system") as caught:
        write_atomically(str(file), b"new", expected=b"old")
    assert caught.value.filename == str(file)
    assert file.read_bytes() == b"old"


def test_creating_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    create(str(file), b"new")
    assert file.read_bytes() == b"new"
    with pytest.raises(FileExistsError):
        create(str(file), b"newer")
    (tmp_path / "link.py").symlink_to("nowhere.py")
    with pytest.raises(FileExistsError):
        create(str(tmp_path / "link.py"), b"newer")
    assert file.read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "link.py"]
    with pytest.raises(FileNotFoundError):
        create(str(tmp_path / "no" / "a.py"), b"new")
