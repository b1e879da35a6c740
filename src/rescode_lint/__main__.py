"""`python -m rescode_lint` is `rescode`."""

import os
import sys

# `-m` puts the current folder first, and with it whatever is linted: `./random.py` must not take the place of Python's.
if sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from rescode_lint.doors.cli import main  # noqa: E402 (only now is it safe to import)

sys.exit(main())
