"""A script that this Python cannot parse (Python 2): texts in it are replaced token by token.

Nothing but whole string literals is touched, and what is put there is one expression in any Python. Imports and constants
go below the imports at the left margin.
"""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from rescode_lint.check.analyse import Judges, analyse_source
from rescode_lint.model import Finding
from rescode_lint.project import Project
from rescode_lint.read import Source, read
from rescode_lint.read.python import decode
from rescode_lint.read.rewrite import CannotRewrite, rewrite
from rescode_lint.rule import Rewrite, Rule

_Token = tokenize.TokenInfo
#: Tokens that are no part of a statement.
_BETWEEN = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


class TextOutcome(NamedTuple):
    """What became of the file."""

    data: bytes
    done: tuple[Finding, ...] = ()
    #: (finding, why not: the end of a sentence)
    refused: tuple[tuple[Finding, str], ...] = ()


class _Statement(NamedTuple):
    """A logical line at the left margin."""

    tokens: list[_Token]

    @property
    def imports(self) -> bool:
        return self.tokens[0].string in ("import", "from")

    @property
    def is_future(self) -> bool:
        return len(self.tokens) > 1 and self.tokens[1].string == "__future__"

    @property
    def last_line(self) -> int:
        return self.tokens[-1].end[0]


def fixed_text(
    source: Source,
    data: bytes,
    findings: Iterable[Finding],
    rules: Mapping[str, Rule],
    project: Project,
    judges: Judges,
    chosen: Collection[str],
) -> TextOutcome:
    """Make the fixes of these findings that are whole literals; all of them, or none if what comes out is not right.

    Args:
        source: the script as it was read.
        data: its bytes.
        findings: one for each place.
        rules: by code.
        project: all files.
        judges: to look at what came out.
        chosen: codes of the rules that are on.
    """
    findings = list(findings)
    try:
        text = decode(data)
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))
    except (tokenize.TokenError, SyntaxError):
        return TextOutcome(data, refused=tuple((f, "its tokens cannot be told apart") for f in findings))
    words = {token.string for token in tokens if token.type == tokenize.NAME}
    rebound = _rebinds_os(tokens)
    refused: list[tuple[Finding, str]] = []
    plans: list[tuple[Finding, _Token, Rewrite]] = []
    for finding in findings:
        token = _literal(tokens, finding)
        made = rules[finding.code].fix_text(finding, source, project) if token is not None and not rebound else None
        if token is None or made is None:
            refused.append((finding, "nothing that is surely right can be put there"))
        elif any(name in words and statement not in source.lines for name, statement in made.constants):
            refused.append((finding, "the name that it needs means something else in this file"))
        else:
            plans.append((finding, token, made))
    if not plans:
        return TextOutcome(data, refused=tuple(refused))
    try:
        after = rewrite(source.path, data, {None: _edited(text, tokens, source, plans)})
    except CannotRewrite as why:
        return TextOutcome(data, refused=(*refused, *((finding, str(why)) for finding, _, _ in plans)))
    done = tuple(finding for finding, _, _ in plans)
    if not _passes(source, after, tokens, done, judges, chosen):
        return TextOutcome(data, refused=(*refused, *((f, "what comes out does not pass") for f in done)))
    return TextOutcome(after, done, tuple(refused))


def _literal(tokens: Sequence[_Token], finding: Finding) -> _Token | None:
    """The string at a place, if it stands alone: no other string before or after it."""
    span = finding.span
    start, end = (span.line, span.column - 1), (span.end_line, span.end_column - 1)
    for index, token in enumerate(tokens):
        if token.type != tokenize.STRING or token.start != start or token.end != end:
            continue
        if index and tokens[index - 1].type == tokenize.NAME and tokens[index - 1].end == token.start:
            return None  # `ur"…"`, `print"…"`
        around = (
            next((t for t in reversed(tokens[:index]) if t.type not in _BETWEEN), None),
            next((t for t in tokens[index + 1 :] if t.type not in _BETWEEN), None),
        )
        return None if any(t is not None and t.type == tokenize.STRING for t in around) else token
    return None


def _rebinds_os(tokens: Sequence[_Token]) -> bool:
    """Whether `os` may be something else than the module anywhere: it stands without a dot, but for `import sys, os`."""
    words = [token.string for token in tokens if token.type not in (tokenize.NL, tokenize.COMMENT)]
    first = ""
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if not before.strip() or before in (";", ":"):
            first = word
        if word == "os" and "." not in (before, after) and not (first == "import" and before in ("import", ",")):
            return True
    return False


def _edited(
    text: str, tokens: Sequence[_Token], source: Source, plans: Sequence[tuple[Finding, _Token, Rewrite]]
) -> str:
    lines = io.StringIO(text, newline="").readlines()
    for _, token, made in sorted(plans, key=lambda plan: plan[1].start, reverse=True):
        (row, column), (_, end) = token.start, token.end
        lines[row - 1] = lines[row - 1][:column] + made.code + lines[row - 1][end:]
    first = min(token.start[0] for _, token, _ in plans)
    margin = list(_statements(tokens))
    above = [statement for statement in margin if statement.last_line < first]
    heads = [statement for statement in above if statement.imports]
    if not margin or any(statement.is_future for statement in margin if statement not in above):
        raise CannotRewrite("what it needs cannot be imported above it")
    newline = lines[0][len(lines[0].rstrip("\r\n")) :] or "\n"
    needed = [
        f"import {name}"
        for name in dict.fromkeys(name for _, _, made in plans for name in made.imports)
        if not any(_binds(statement, name) for statement in heads)
    ]
    pairs = dict(pair for _, _, made in plans for pair in made.constants)
    constants = [statement for statement in pairs.values() if statement not in source.lines]
    if heads:
        at = heads[-1].last_line
    elif above and above[0].tokens[0].type == tokenize.STRING:
        at = above[0].last_line
    else:
        at = margin[0].tokens[0].start[0] - 1
    new = [*needed, *(["", *constants] if constants else [])]
    if new and at < len(lines) and lines[at].strip() and (constants or not heads):
        new.append("")
    return "".join([*lines[:at], *(line + newline for line in new), *lines[at:]])


def _statements(tokens: Iterable[_Token]) -> Iterable[_Statement]:
    """The logical lines that begin at the left margin."""
    here: list[_Token] = []
    for token in tokens:
        if token.type in _BETWEEN or token.type == tokenize.ENDMARKER:
            continue
        here.append(token)
        if token.type == tokenize.NEWLINE:
            if here[0].start[1] == 0 and len(here) > 1:
                yield _Statement(here)
            here = []


def _binds(statement: _Statement, name: str) -> bool:
    """Whether `import a, name` binds this name."""
    strings = [token.string for token in statement.tokens]
    return strings[0] == "import" and any(
        before in ("import", ",") and word == name and after != "as"
        for before, word, after in zip(strings, strings[1:], [*strings[2:], ""], strict=False)
    )


def _passes(
    source: Source,
    after: bytes,
    tokens: Sequence[_Token],
    done: Sequence[Finding],
    judges: Judges,
    chosen: Collection[str],
) -> bool:
    """Whether the findings are gone, none came, and no comment was lost."""
    new = read(source.path, after)
    said = [
        Counter((f.code, f.message) for f in analyse_source(which, judges).findings if f.code in chosen)
        for which in (source, new)
    ]
    try:
        made = list(tokenize.generate_tokens(io.StringIO(decode(after), newline="").readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    comments = [Counter(t.string for t in which if t.type == tokenize.COMMENT) for which in (tokens, made)]
    gone = Counter((f.code, f.message) for f in done)
    return comments[0] == comments[1] and not said[1] - (said[0] - gone)
