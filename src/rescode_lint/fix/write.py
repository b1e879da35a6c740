"""Bytes onto the disk: all of them or none, and never over what somebody else wrote."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress


class Changed(Exception):
    """The file is no longer what it was when it was read."""


def write_atomically(path: str, data: bytes, *, expected: bytes) -> None:
    """Replace what a file holds, in one step; its mode, and its owner where possible, stay.

    A link is followed: the file that it names is replaced.

    Args:
        path: the file.
        data: what it shall hold.
        expected: what it was read to hold.

    Raises:
        Changed: it holds something else by now, or is gone. It is left alone.
        OSError: it is read-only, or its folder is, or the disk is full. It is left alone too.
    """
    path = os.path.realpath(path)
    status = _check(path, expected)
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=".rescode-", suffix=".tmp", dir=os.path.dirname(path))
    except OSError as error:
        raise OSError(error.errno, f"its folder cannot be written to: {error.strerror}", path) from None
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _take_over(temporary, path, status)
        _check(path, expected)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def create(path: str, data: bytes) -> None:
    """Write a new file.

    Raises:
        FileExistsError: there is one, or a link of that name. It is left alone.
        OSError: it cannot be written; nothing is left behind.
    """
    with open(path, "xb") as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                os.unlink(path)
            raise


def _check(path: str, expected: bytes) -> os.stat_result:
    try:
        with open(path, "rb") as file:
            if file.read(len(expected) + 1) != expected:
                raise Changed(path)
            return os.fstat(file.fileno())
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Changed(path) from None


def _take_over(temporary: str, path: str, status: os.stat_result) -> None:
    """Owner, mode and access lists of the old file for the new one; the owner is root's to give."""
    if hasattr(os, "chown"):
        for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
            with suppress(OSError):
                os.chown(temporary, owner, group)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(path):
                with suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(path, name))
    os.chmod(temporary, stat.S_IMODE(status.st_mode))
