"""Argon2 hashing that is bounded in number and steps back behind other requests.

Benchmark row: GET /stations/1, p95 under 16 logins at once; a matter of availability.
Figure: without it the 95th percentile is 3.1 times as high (bench/results/overrides.json).
Upstream: no issue; Django leaves it to the server how many passwords are checked at once.
Off: FASTPATH_BOUNDED_HASHER=0 hashes in the thread of the request, with the same parameters.
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings

from portal.common.hashers import OwaspArgon2PasswordHasher
from portal.fastpath.process_semaphore import acquire

_NICENESS = 10


@cache
def _threads() -> ThreadPoolExecutor:
    """Return this process's threads for hashing; made on first use, so after gunicorn's fork."""
    return ThreadPoolExecutor(
        settings.SIGN_IN_HASHES_AT_ONCE, thread_name_prefix="hash", initializer=_lower_priority
    )


def _lower_priority() -> None:
    """Let requests go first: hashing runs without Python's lock and would take a whole core."""
    if sys.platform == "linux":  # Elsewhere this would slow down the whole process.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def run_bounded[**Arguments, Result](
    work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run `work` in a thread for hashing as soon as the limit of this machine allows."""

    def within_limit() -> Result:
        # The threads limit this process; the semaphore limits all processes together.
        with acquire("hash", limit=settings.SIGN_IN_HASHES_AT_ONCE):
            return work(*args, **kwargs)

    return _threads().submit(within_limit).result()


class BoundedArgon2PasswordHasher(OwaspArgon2PasswordHasher):
    """The portal's Argon2 hasher; each hash waits for a free thread."""

    def encode(self, password: str, salt: str) -> str:
        """Hash when a thread is free."""
        return run_bounded(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Check when a thread is free."""
        return run_bounded(super().verify, password, encoded)
