"""Lets only so many processes of this machine do one thing at a time, by locks on files."""

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
    fcntl = None

# Memory first: it is writable where the rest of a container is read-only.
_FOLDERS = ("/dev/shm", tempfile.gettempdir)  # noqa: S108 - files are opened safely, see `_opened`


@contextmanager
def acquire(name: str, *, slots: int) -> Iterator[bool]:
    """Hold one of the slots of this name; wait for it as long as it takes.

    Processes of the same user and the same installation share the slots. Yields whether one is
    held: where no folder is writable there are none, and the caller goes on. The kernel frees the
    slot of a process that dies. Waits in a system call, without Python's lock.
    """
    # Opened anew each time: a fork would share the lock, and a cleaner may have removed the file.
    files = _opened(name, slots)
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
    # Those who wait spread over the slots.
    fcntl.flock(files[os.getpid() % len(files)], fcntl.LOCK_EX)


def _opened(name: str, slots: int) -> list[int]:
    """Open the files of all slots in the first folder that takes them, else none."""
    if fcntl is None:
        return []
    for folder in _FOLDERS:
        files: list[int] = []
        try:
            base = Path(folder() if callable(folder) else folder)
            for slot in range(slots):
                files.append(_open(base / f"{_prefix()}-{name}-{slot}"))
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
        # Laid there by somebody else, who could hold the lock for ever.
        os.close(file)
        raise PermissionError(str(path))
    return file
