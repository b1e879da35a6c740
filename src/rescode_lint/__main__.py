"""`python -m rescode_lint` is `rescode`."""

import os
import sys
from contextlib import suppress

# `-m` puts the current folder first, and with it whatever is linted: `./random.py` must not take the place of Python's.
with suppress(OSError):
    if sys.path[0] in ("", os.getcwd()):
        del sys.path[0]

from rescode_lint.doors.cli import command

command()
