"""What happens when `x = operation(x)` is run a second time, for the operations of pandas, NumPy and lists where it is known.

Whatever is in none of these tables is unknown, and a rule says nothing about it.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ALONGSIDE", "CHANGING", "FLIPPING", "FUNCTIONS", "SETTLED", "Again"]


class Again(NamedTuple):
    """What a second run does."""

    #: After "the second run": "raises a `KeyError`".
    effect: str
    #: After "or", a way to make it safe to repeat; "" where only a new name helps.
    safe: str = ""

    @property
    def is_loud(self) -> bool:
        """Whether the second run fails at once, and so spoils nothing."""
        return self.effect.startswith("raises")


#: Methods whose second application changes the result or fails. What they need to do so is checked by the rule.
CHANGING = {
    "drop": Again("raises a `KeyError`, as the columns are gone", 'pass `errors="ignore"`'),
    "set_index": Again("raises a `KeyError`, as the column has become the index"),
    "reset_index": Again("adds one more column, with the new index", "pass `drop=True` if the old index is not needed"),
    "merge": Again("merges once more, so that each column is there twice (`_x`, `_y`) or rows multiply"),
    "join": Again("raises a `ValueError`, as the columns overlap"),
    "append": Again("appends the same rows once more"),
    "add_prefix": Again("adds the prefix once more"),
    "add_suffix": Again("adds the suffix once more"),
    "shift": Again("shifts once more"),
    "diff": Again("takes differences of differences"),
    "pct_change": Again("takes changes of changes"),
    "cumsum": Again("sums the sums"),
    "map": Again("finds none of the new values among the keys, and makes all of them NaN"),
    "insert": Again("raises a `ValueError`, as the column is there"),
    "transpose": Again("turns it back"),
    "unsqueeze": Again("adds one more dimension"),
}

#: The attributes that turn an array; the second time it is turned back.
FLIPPING = {"T": CHANGING["transpose"]}

#: Functions of a module, by qualified name, whose second application to their own result changes it.
FUNCTIONS = {
    "pandas.merge": CHANGING["merge"],
    "pandas.concat": Again("concatenates once more, so that the same rows or columns are there again"),
    "numpy.log": Again("takes the logarithm of the logarithm"),
    "numpy.log2": Again("takes the logarithm of the logarithm"),
    "numpy.log10": Again("takes the logarithm of the logarithm"),
    "numpy.log1p": Again("takes the logarithm of the logarithm"),
    "numpy.exp": Again("takes the exponential of the exponential"),
    "numpy.expm1": Again("takes the exponential of the exponential"),
    "numpy.sqrt": Again("takes the root of the root"),
    "numpy.square": Again("squares the square"),
    "numpy.append": Again("appends the same values once more"),
    "numpy.concatenate": Again("concatenates once more"),
    "numpy.vstack": Again("stacks the same rows once more"),
    "numpy.hstack": Again("stacks the same columns once more"),
    "numpy.column_stack": Again("stacks the same columns once more"),
    "numpy.expand_dims": Again("adds one more dimension"),
    "numpy.transpose": Again("turns the axes once more"),
    "numpy.swapaxes": Again("turns the axes back"),
    "numpy.flip": Again("turns it back"),
    "numpy.flipud": Again("turns it back"),
    "numpy.fliplr": Again("turns it back"),
    "numpy.rot90": Again("turns it once more"),
    "numpy.diff": Again("takes differences of differences"),
    "numpy.cumsum": Again("sums the sums"),
}

#: Methods that may stand in a chain with one of the above and make no difference to it: what they give stays the same.
ALONGSIDE = frozenset(
    """
    astype copy reshape fillna dropna sort_values sort_index rename infer_objects convert_dtypes round values to_numpy
    numpy ravel flatten squeeze float double half to cpu detach clip iloc loc str
    """.split()
)

#: Operations that give the same again, known to be so (for the reader of this table; unknown ones are silent too).
SETTLED = ALONGSIDE | frozenset(
    """
    drop_duplicates lower upper strip title capitalize lstrip rstrip head tail query nlargest nsmallest ffill bfill
    interpolate abs ceil floor unique set_axis to_frame sorted to_datetime to_numeric nan_to_num asarray array where
    mask replace filter select_dtypes squeeze normalize reindex
    """.split()
)
