"""A semaphore that all processes of this machine share, made of locks on files.

Benchmark row, figure and setting: those of portal.fastpath.bounded_hasher. A limit for each process
alone would let as many hashes run as there are workers. Profile pictures use it to bound memory.
Upstream: the standard library has no semaphore for processes that are no children of each other;
packages that have one poll it, and do not free what a killed process held or follow symlinks.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings

try:
    import fcntl
except ImportError:  # Windows has no flock.
    fcntl = None  # type: ignore[assignment]  # as typeshed has no optional module

# Memory first: it is writable where the rest of a container is read-only.
_FOLDERS = ("/dev/shm", tempfile.gettempdir)  # noqa: S108 - files are opened safely, see `_opened`


@contextmanager
def acquire(name: str, *, limit: int) -> Iterator[bool]:
    """Acquire the semaphore `name`, which lets `limit` holders in; wait as long as it takes.

    Processes of the same user and the same installation share it. Yields whether it is held: where
    no folder is writable there is no semaphore, and the caller goes on. The kernel releases what a
    process held that dies. Waits in a system call, without Python's lock.
    """
    # Opened anew each time: a fork would share the lock, and a cleaner may have removed the file.
    files = _opened(name, limit)
    try:
        if files:
            _lock_one(files)
        yield bool(files)
    finally:
        for file in files:
            os.close(file)


def _lock_one(files: list[int]) -> None:
    for file in files:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return
    # Those who wait are spread over the files.
    fcntl.flock(files[os.getpid() % len(files)], fcntl.LOCK_EX)


def _opened(name: str, limit: int) -> list[int]:
    """Open one file for each possible holder in the first writable folder, else none."""
    if fcntl is None:
        return []
    for folder in _FOLDERS:
        files: list[int] = []
        try:
            base = Path(folder() if callable(folder) else folder)
            for number in range(limit):
                files.append(_open(base / f"{_prefix()}-{name}-{number}"))
        except OSError:
            for file in files:
                os.close(file)
        else:
            return files
    return []


def _prefix() -> str:
    return f"portal-{os.geteuid()}-{sha256(str(settings.BASE_DIR).encode()).hexdigest()[:12]}"


def _open(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.fstat(file).st_uid != os.geteuid():
        # Somebody else made it and could hold the lock for ever.
        os.close(file)
        raise PermissionError(str(path))
    return file
