"""What all tests share: the same examples in every run, unless a nightly run looks for new ones."""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("nightly", deadline=None)
settings.load_profile("nightly" if os.environ.get("RESCODE_NIGHTLY") else "steady")
