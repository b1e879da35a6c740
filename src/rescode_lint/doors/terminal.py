"""What the doors share: exit codes, and standard output as it may be found."""

from __future__ import annotations

import os
import sys

CLEAN, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def wants_color(choice: str) -> bool:
    """As the informal standards have it: NO_COLOR and FORCE_COLOR (no-color.org, force-color.org)."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (on_terminal() and os.environ.get("TERM") != "dumb")


def write_error(text: str) -> bool:
    """Write to standard error, which is there or is not."""
    print(text, end="", file=sys.stderr)
    return True


def write_out(text: str) -> bool:
    """Write to standard output; whether that could be done."""
    return write_out_bytes(text.encode("utf-8", "replace"))


def write_out_bytes(data: bytes) -> bool:
    """The same as it is."""
    try:
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(data)
        else:
            sys.stdout.write(data.decode("utf-8", "replace"))
        sys.stdout.flush()
    except BrokenPipeError:  # `| head`: nobody reads on, which is no failure of ours
        forget_stdout()
    except OSError as error:
        forget_stdout()
        reason = error.strerror
        print(f"rescode: standard output cannot be written ({reason}); choose an --output-file", file=sys.stderr)
        return False
    return True


def forget_stdout() -> None:
    """Nobody reads on: what Python still holds back goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
