"""Health check of the container: asks the portal for /health/live; standard library only."""

import http.client
import os
import sys

PORT = 8000
TIMEOUT_SECONDS = 4


def accepted_host(allowed_hosts: str) -> str:
    """Return a host name that ALLOWED_HOSTS lets through; Django refuses requests of any other."""
    first = allowed_hosts.split(",")[0].strip()
    if first in {"", "*"}:
        return "localhost"
    return first.removeprefix(".")


def is_live(*, host: str, port: int = PORT) -> bool:
    """Tell whether the portal on this machine answers /health/live with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health/live", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_live(host=accepted_host(os.environ.get("ALLOWED_HOSTS", ""))) else 1)
