"""A split with a seed, in libcst."""

from __future__ import annotations

import libcst as cst

from rescode_lint.rule import Repair


def seeded(
    call: cst.Call, keyword: str, way: str, seed: str, constants: tuple[tuple[str, str], ...], torch: str
) -> Repair | None:
    """The call with a seed.

    Args:
        call: the split.
        keyword: what seeds it, if its own keyword does.
        way: as in `Place`.
        seed: the expression.
        constants: what the expression needs, as in `Repair`.
        torch: what the file calls torch; "" if it does not import it.
    """
    value = cst.parse_expression(seed)
    if way == "keyword":
        imports: tuple[tuple[str, str], ...] = ()
        if keyword == "generator":
            if not torch:
                torch, imports = "torch", (("torch", ""),)
            value = cst.parse_expression(f"{torch}.Generator().manual_seed({seed})")
        new = with_keyword(call, keyword, value)
        if keyword == "seed" and isinstance(call.func, cst.Attribute) and call.func.attr.value == "shuffle":
            given = {argument.keyword.value for argument in call.args if argument.keyword}
            if "reshuffle_each_iteration" not in given:
                new = with_keyword(new, "reshuffle_each_iteration", cst.Name("False"))
        return Repair(new, imports, constants)
    function = call.func
    if not isinstance(function, cst.Attribute):
        return None
    name = "Random" if way == "random" else "default_rng"
    method = cst.Name("random") if way == "rand" else function.attr
    maker = cst.Call(cst.Attribute(function.value, cst.Name(name)), [cst.Arg(value)])
    return Repair(call.with_changes(func=function.with_changes(value=maker, attr=method)), (), constants)


def with_keyword(call: cst.Call, name: str, value: cst.BaseExpression) -> cst.Call:
    """The call with one more keyword, laid out as the arguments that it has; a `name=None` gets the value."""
    for index, argument in enumerate(call.args):
        if argument.keyword is not None and argument.keyword.value == name:
            args = list(call.args)
            args[index] = argument.with_changes(value=value)
            return call.with_changes(args=args)
    new = cst.Arg(
        value,
        cst.Name(name),
        cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
        cst.MaybeSentinel.DEFAULT,
    )
    if not call.args:
        return call.with_changes(args=[new])
    *before, last = call.args
    if isinstance(last.comma, cst.Comma):  # a trailing comma: the new argument gets it, with what stands behind it
        space = _space(before[-1].comma) if before else None
        between = space or _plain(call.whitespace_before_args)
        after = last.comma.whitespace_after
        comment = _comment(after)
        if comment is not None and isinstance(after, cst.ParenthesizedWhitespace):  # it belongs to the line above
            between = _with_comment(between, comment)
            after = after.with_changes(first_line=cst.TrailingWhitespace())
        new = new.with_changes(comma=last.comma.with_changes(whitespace_after=after))
        last = last.with_changes(comma=last.comma.with_changes(whitespace_after=between))
    else:
        space = _space(before[-1].comma) if before else None
        between = space or cst.SimpleWhitespace(" ")
        new = new.with_changes(whitespace_after_arg=last.whitespace_after_arg)
        after = last.whitespace_after_arg
        comment = _comment(after)
        if comment is not None and isinstance(after, cst.ParenthesizedWhitespace):
            indented = between if isinstance(between, cst.ParenthesizedWhitespace) else after
            between = _with_comment(indented, comment)
            new = new.with_changes(whitespace_after_arg=after.with_changes(first_line=cst.TrailingWhitespace()))
        last = last.with_changes(
            comma=cst.Comma(whitespace_after=between), whitespace_after_arg=cst.SimpleWhitespace("")
        )
    return call.with_changes(args=[*before, last, new])


def _space(comma: cst.Comma | cst.MaybeSentinel) -> cst.BaseParenthesizableWhitespace | None:
    return _plain(comma.whitespace_after) if isinstance(comma, cst.Comma) else None


def _plain(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """The same white space without comments and empty lines."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=())
    return space if space.empty is False else cst.SimpleWhitespace(" ")


def _comment(space: cst.BaseParenthesizableWhitespace) -> cst.TrailingWhitespace | None:
    if isinstance(space, cst.ParenthesizedWhitespace) and space.first_line.comment is not None:
        return space.first_line
    return None


def _with_comment(
    space: cst.BaseParenthesizableWhitespace, line: cst.TrailingWhitespace
) -> cst.BaseParenthesizableWhitespace:
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=line)
    return cst.ParenthesizedWhitespace(first_line=line, indent=True)
