"""Code that was put away, kept in a folder for the record and not run any more; and code that others wrote."""

import re

from rescode_lint.lazy import lazy

_PUT_AWAY = lazy(
    r"(?:^|[/\\])[\s_.\-]*"
    r"(?:(?:old|older|archived?|archives|deprecated|obsolete|legacy|attic|deleted?|to[-_ ]?delete|trash|unused|"
    r"not[-_ ]?used|backups?|bak|references|graveyard|outdated)"
    r"(?:[-_ ](?:code|scripts?|files?|notebooks?|stuff|versions?|experiments?|models?))?"
    r"|(?:code|scripts?|files?|notebooks?|versions?|experiments?|src)[-_ ](?:old|archived?|deprecated|obsolete|legacy|unused))"
    r"[\s_.\-]*[/\\]",
    re.I,
)

_TAKEN_OVER = lazy(
    r"(?:^|/)(?:vendor|vendored|_vendor|third[-_]?party|3rd[-_]?party|extern|external|externals|site-packages)/"
    # The unpacked archive of a library: of a branch, within the project, or of a version.
    r"|/[^/]+-(?:master|main)/|(?:^|/)[A-Za-z][\w.]*-\d+\.\d+(?:\.\d+)*/",
    re.I,
)


def is_put_away(path: str) -> bool:
    """Tell whether a file lies in a folder for what is no longer run.

    Args:
        path: The file's path from the root of the project, with its name.

    Returns:
        True where one of its folders is named `old`, `archive`, `deprecated`, `trash`, `unused` or the like.
    """
    return _PUT_AWAY.search(path) is not None


def is_taken_over(path: str) -> bool:
    """Tell whether a file belongs to a library that was copied into the project.

    Args:
        path: The file's path from the root of the project, with its name.

    Returns:
        True where one of its folders is named `vendor`, `third_party` or the like, or as an unpacked archive is.
    """
    return _TAKEN_OVER.search(path) is not None
