"""Switches of portal.fastpath; 0 uses the framework's own part."""

from portal.settings import environment as e

FASTPATH_COMPILED_QUERIES = e.read("FASTPATH_COMPILED_QUERIES", e.flag, default=True)
FASTPATH_LINGERING_CLOSE = e.read("FASTPATH_LINGERING_CLOSE", e.flag, default=True)
FASTPATH_THROTTLE = e.read("FASTPATH_THROTTLE", e.flag, default=True)
FASTPATH_BOUNDED_HASHER = e.read("FASTPATH_BOUNDED_HASHER", e.flag, default=True)

# Read by the configurations of gunicorn, portal.gunicorn and portal.embedded.
GUNICORN_WORKER = (
    "portal.fastpath.lingering_close.Worker"
    if FASTPATH_LINGERING_CLOSE
    else "portal.common.slow_clients.Worker"
)
PASSWORD_HASHER = (
    "portal.fastpath.bounded_hasher.BoundedArgon2PasswordHasher"
    if FASTPATH_BOUNDED_HASHER
    else "portal.common.hashers.OwaspArgon2PasswordHasher"
)
THROTTLES = (
    ["portal.fastpath.throttling.PerCallerThrottle"]
    if FASTPATH_THROTTLE
    else [
        "rest_framework.throttling.AnonRateThrottle",
        "portal.common.throttling.SignedInRateThrottle",
    ]
)
