"""Argon2id with OWASP's parameters, and a bound on how many are computed at once."""

import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

# Hashing leaves the interpreter's lock, so a burst of sign-ins would take every core.
_SLOTS = threading.BoundedSemaphore(settings.SIGN_IN_HASHES_AT_ONCE)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id, 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet, 2026-11)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash when a slot is free."""
        with _SLOTS:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Check when a slot is free."""
        with _SLOTS:
            return super().verify(password, encoded)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Add nothing: unknown names cost one whole hash (lms.services.passwords)."""
