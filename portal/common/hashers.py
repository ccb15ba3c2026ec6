"""The parameters of password hashes."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id, 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet, 2026-11)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: unknown names cost one whole hash (lms.services.accounts.passwords)."""
