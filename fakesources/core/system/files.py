"""Reads of files that end, and atomic writes: into a temporary file beside the target, then renamed."""

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
    """Return the regular file that a path refers to, symlinks resolved; it need not exist.

    Raises ValueError for anything but a regular file, and for a missing folder.
    """
    try:
        target = path.resolve()
    except FileNotFoundError:
        raise ValueError(f"{path}: expected a file in a folder that exists, got no current folder") from None
    except RuntimeError:  # a loop of symlinks, up to Python 3.12: the next call has a reason for it
        target = path
    try:
        mode = path.stat().st_mode  # of the path: /dev/stdout and /proc/self/fd/1 may resolve to no path
    except FileNotFoundError:
        mode = stat.S_IFREG
    except OSError as error:
        raise ValueError(f"{path}: expected a regular file, got {error_text(error)}") from None
    else:
        if stat.S_ISREG(mode) and not target.exists():
            raise ValueError(f"{path}: expected a regular file, got one that was deleted")
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS.items() if is_kind(mode)), "something else")
        raise ValueError(f"{path}: expected a regular file, got {kind}")
    if not target.parent.is_dir():
        raise ValueError(f"{path}: expected a file in a folder that exists, got no folder {target.parent}")
    return target


def error_text(error: OSError | ValueError) -> str:
    """Return the text of a file's error without its number and path."""
    text: str = getattr(error, "strerror", None) or str(error)
    return text


def read(path: Path) -> bytes:
    """Return the content of a regular file or a pipe. Raises OSError, also for a device, which may have no end."""
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind in (stat.S_IFCHR, stat.S_IFBLK):
        raise OSError(errno.EINVAL, "expected a file or a pipe, got a device")
    return path.read_bytes()


def version_of(path: Path) -> tuple[int, ...] | None:
    """Return a value that changes whenever a file is written or replaced; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def write(path: Path, text: str, *, is_private: bool) -> None:
    """Write a file atomically; a private one is readable by its owner only, any other keeps its mode.

    A symlink is kept and its target replaced. Raises OSError, also where `target_of` would raise ValueError.
    """
    try:
        target = target_of(path)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from None
    descriptor, temporary = tempfile.mkstemp(
        dir=target.parent, prefix=f".{_short_name(target)}.{_MARK}-{os.getpid()}-", suffix=".tmp"
    )
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not is_private:
            os.chmod(temporary, stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _short_name(target: Path) -> str:
    """Return the name of a file, short enough to stand within another one: file systems count bytes, 255 of them."""
    return os.fsencode(target.name)[:100].decode("utf-8", "ignore")


def _umask() -> int:
    """Return the process's file mode mask; `os.umask` would change it for other threads."""
    try:
        match = re.search(r"^Umask:\s*([0-7]+)$", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):  # pragma: no cover - a system without /proc
        match = None
    return int(match[1], 8) if match else 0o022


def remove_stale(path: Path) -> None:
    """Remove the temporary files that ended processes have left beside a path."""
    target = target_of(path)
    pattern = re.compile(rf"\.{re.escape(_short_name(target))}\.{_MARK}-([0-9]+)-[^.]+\.tmp")
    for name in os.listdir(target.parent):
        match = pattern.fullmatch(name)
        if match is not None and not _is_running(int(match[1])):
            with suppress(OSError):
                (target.parent / name).unlink()


def _is_running(pid: int) -> bool:
    """Return whether another process has this id; this one has written nothing yet."""
    if pid == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
