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

#: A folder for what was downloaded, and a script whose name says that another one has taken its place.
_KEPT = lazy(r"(?:^|[/\\])downloaded(?:[-_ ]\w+)*[/\\]|[^/\\][-_](?:very[-_])?old\.py\Z", re.I)

_TAKEN_OVER = lazy(
    r"(?:^|/)(?:vendor|vendored|_vendor|third[-_]?party|3rd[-_]?party|extern|external|externals|site-packages)/"
    # The unpacked archive of a library: of a branch, within the project, or of a version.
    r"|/[^/]+-(?:master|main)/|(?:^|/)[A-Za-z][\w.]*-\d+\.\d+(?:\.\d+)*/",
    re.I,
)

#: Folders for what comes and goes: what was tried, fetched or put out there is kept by accident, often somebody else's.
_PASSING = lazy(r"(?:^|/)(?:tmp|temp|temporary|outputs?|downloads?)(?:[-_ ]\w+)*/", re.I)


def is_passing(path: str) -> bool:
    """Tell whether a file lies in a folder for what comes and goes, or was put away: nobody works on its code there.

    Args:
        path: The file's path from the root of the project, with its name.

    Returns:
        True where one of its folders is named `tmp`, `outputs`, `downloads` or the like, or where it was put away.
    """
    return _PASSING.search(path) is not None or is_put_away(path)


def is_put_away(path: str) -> bool:
    """Tell whether a file lies in a folder for what is no longer run.

    Args:
        path: The file's path from the root of the project, with its name.

    Returns:
        True where one of its folders is named `old`, `archive`, `deprecated`, `trash`, `unused`, `downloaded` or the like,
        or where it is a script whose name ends in `_old`.
    """
    return _PUT_AWAY.search(path) is not None or _KEPT.search(path) is not None


def is_taken_over(path: str) -> bool:
    """Tell whether a file belongs to a library that was copied into the project.

    Args:
        path: The file's path from the root of the project, with its name.

    Returns:
        True where one of its folders is named `vendor`, `third_party` or the like, or as an unpacked archive is.
    """
    return _TAKEN_OVER.search(path) is not None
