"""Health check of the worker's container: asks the database whether its heartbeat goes on.

Without Django, whose start would take a second of CPU each time.
"""

import os
import socket
import sys

import psycopg2

TIMEOUT_SECONDS = 4
# Several beats; a worker that others take for dead signs on again by itself.
SILENT_SECONDS = 60
# A worker is named HOST:PID, and a container is a host of its own.
_QUERY = """
SELECT count(*) FROM job_workers
WHERE starts_with(name, %s) AND seen_at > now() - make_interval(secs => %s)
"""


def is_beating(*, database_url: str, host: str) -> bool:
    """Tell whether a worker of this host was seen lately."""
    try:
        connection = psycopg2.connect(database_url, connect_timeout=TIMEOUT_SECONDS)
        try:
            with connection.cursor() as cursor:
                cursor.execute(_QUERY, [f"{host}:", SILENT_SECONDS])
                return cursor.fetchone() != (0,)
        finally:
            connection.close()
    except psycopg2.Error:
        return False


if __name__ == "__main__":
    is_well = is_beating(database_url=os.environ["DATABASE_URL"], host=socket.gethostname())
    sys.exit(0 if is_well else 1)
