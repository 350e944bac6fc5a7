"""Write files whole or not at all: beside their place first, then renamed into it."""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_MARK = "fakesources"
_KINDS = {
    stat.S_ISFIFO: "a FIFO",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
    stat.S_ISSOCK: "a socket",
    stat.S_ISDIR: "a folder",
}


def target_of(path: Path) -> Path:
    """Return the regular file that a path leads to, through symlinks; it need not be there yet.

    Raises ValueError for a path that leads to anything else, or into a folder that is not there.
    """
    try:
        target = path.resolve()
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except (OSError, RuntimeError) as error:  # a loop of symlinks is a RuntimeError up to Python 3.12
        reason = getattr(error, "strerror", None) or "a symlink that leads to itself"
        raise ValueError(f"{path}: expected a regular file, got {reason}") from None
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS.items() if is_kind(mode)), "something else")
        raise ValueError(f"{path}: expected a regular file, got {kind}")
    if not target.parent.is_dir():
        raise ValueError(f"{path} cannot be saved: there is no folder {target.parent}")
    return target


def write(path: Path, text: str, *, is_private: bool) -> None:
    """Write a file, whole or not at all; a private one can be read by its owner alone. A symlink stays, and the file it
    leads to is replaced. Raises OSError, also where `target_of` would raise ValueError.
    """
    try:
        target = target_of(path)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from None
    handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.{_MARK}-{os.getpid()}-", suffix=".tmp")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not is_private:
            os.chmod(fresh, 0o666 & ~_umask())
        os.replace(fresh, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise


def _umask() -> int:
    """The process's file mode mask: it can be read by setting it alone, which other threads would notice."""
    try:
        found = re.search(r"^Umask:\s*([0-7]+)$", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        found = None
    return int(found[1], 8) if found else 0o022


def remove_stale(path: Path) -> None:
    """Remove the temporary files that processes which are no more have left beside a path."""
    target = target_of(path)
    pattern = re.compile(rf"\.{re.escape(target.name)}\.{_MARK}-([0-9]+)-[^.]+\.tmp")
    for name in os.listdir(target.parent):
        match = pattern.fullmatch(name)
        if match is not None and not _runs(int(match[1])):
            with suppress(OSError):
                (target.parent / name).unlink()


def _runs(pid: int) -> bool:
    """Return whether another process has this number; ours has written nothing yet."""
    if pid == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
