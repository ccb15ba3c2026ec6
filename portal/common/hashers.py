"""Argon2id with OWASP's parameters, bounded in number and in claim on the processor."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from portal.common.process_semaphore import acquire

_NICENESS = 10


@cache
def _threads() -> ThreadPoolExecutor:
    """Return this process's threads for hashing; made on first use, thus after gunicorn's fork."""
    return ThreadPoolExecutor(
        settings.SIGN_IN_HASHES_AT_ONCE, thread_name_prefix="hash", initializer=_step_back
    )


def _step_back() -> None:
    """Let requests go first: hashing needs no lock of Python's and would take a core each."""
    if sys.platform == "linux":  # Elsewhere this would slow down the whole process.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _hashed(work: Callable[..., Any], *args: Any) -> Any:
    return _threads().submit(_in_turn, work, *args).result()


def _in_turn(work: Callable[..., Any], *args: Any) -> Any:
    # The threads bound this process, the slot all processes: each has threads of its own.
    with acquire("hash", slots=settings.SIGN_IN_HASHES_AT_ONCE):
        return work(*args)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id, 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet, 2026-11)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash when a thread is free."""
        return _hashed(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Check when a thread is free."""
        return _hashed(super().verify, password, encoded)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Add nothing: unknown names cost one whole hash (lms.services.accounts.passwords)."""
