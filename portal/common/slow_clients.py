"""gunicorn's threaded worker, whose threads do not wait for clients that send slowly.

gunicorn reads a request in the thread that will answer it, and waits there for ever. As many
clients as there are threads, each of whom sends a byte now and then, would stop the portal. Here a
request may be on its way for a time that grows with what has arrived, and only half of the threads
may wait for slow ones. nginx in front buffers requests by itself; this is for the embedded run.
"""

import errno
import select
import socket
import threading
import time

from django.conf import settings
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers import gthread

# What a new connection has to send something in before it goes back to the poller.
_FIRST_BYTE_SECONDS = 0.05
# A request of an ordinary client waits less than this, or less than its body needs at this speed.
_FREE_SECONDS = 0.25
_FREE_BYTES_A_SECOND = 256 * 1024
# The slowest client whose upload is still read.
_LEAST_BYTES_A_SECOND = 8 * 1024


class Worker(gthread.ThreadWorker):
    """Reads requests with a deadline, and with half of its threads at most for slow clients."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._places = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))

    def handle(self, conn: gthread.TConn) -> object:
        """Do as gunicorn does, once the client has begun to send."""
        if not conn.initialized:
            if not conn.wait_for_data(_FIRST_BYTE_SECONDS):
                return gthread._DEFER  # noqa: SLF001 - it has no public name
            conn.init()
            if not conn.is_http2:
                conn.parser.unreader = _PatientUnreader(conn.sock, self._places)
        if isinstance(unreader := getattr(conn.parser, "unreader", None), _PatientUnreader):
            unreader.start_request()
        return super().handle(conn)


class _PatientUnreader(SocketUnreader):
    """Reads from a socket; the time spent waiting is counted for each request."""

    def __init__(self, connection: socket.socket, places: threading.Semaphore) -> None:
        super().__init__(connection)
        self._places = places
        self.start_request()

    def start_request(self) -> None:
        """Count anew: several requests may come by one connection."""
        self._waited_seconds = 0.0
        self._received_bytes = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what the client has sent; give up on one that is too slow."""
        if not _has_sent(self.sock, seconds=0):
            self._wait()
        piece = super().chunk(size_hint)
        self._received_bytes += len(piece)
        return piece

    def _wait(self) -> None:
        began = time.monotonic()
        try:
            if self._has_sent_within(_FREE_SECONDS, bytes_a_second=_FREE_BYTES_A_SECOND):
                return
            if not self._places.acquire(blocking=False):
                raise _too_slow()
            try:
                waited = time.monotonic() - began
                if not self._has_sent_within(
                    settings.REQUEST_BODY_SECONDS - waited, bytes_a_second=_LEAST_BYTES_A_SECOND
                ):
                    raise _too_slow()
            finally:
                self._places.release()
        finally:
            self._waited_seconds += time.monotonic() - began

    def _has_sent_within(self, seconds: float, *, bytes_a_second: int) -> bool:
        allowed = seconds + self._received_bytes / bytes_a_second
        return _has_sent(self.sock, seconds=max(0.0, allowed - self._waited_seconds))


def _has_sent(connection: socket.socket, *, seconds: float) -> bool:
    # Not select(): it knows the first 1024 files of a process alone.
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _too_slow() -> OSError:
    # As if the client had hung up: gunicorn closes the connection without a word in the log.
    return ConnectionResetError(errno.ECONNRESET, "the client sends too slowly")
