"""gunicorn's worker with threads, that waits for nobody in its main thread.

gunicorn 27 says farewell to a connection in the thread that accepts all others, for up to two
seconds each, until the other side closes (close_graceful of gunicorn.util). A few hundred readers
who take their time then stop the whole process: measured as no answer at all under 500 slow
readers. Here the farewells wait in the poller, like idle connections do.
"""

import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

# As long and as much as gunicorn waits for.
_LINGER_SECONDS = 2.0
_MOST_DRAINED_BYTES = 65536
_MOST_LINGERING = 2000


class _LingeringClose:
    """A connection whose last answer was sent, until the other side has closed it as well."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.deadline = time.monotonic() + _LINGER_SECONDS
        self.drained_bytes = 0
        self.is_over = False


class Worker(ThreadWorker):
    """Closes connections as RFC 9112 (9.6) asks, without waiting."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._lingering: deque[_LingeringClose] = deque()

    def finish_request(self, conn: TConn, fs: Future) -> None:
        """Do as gunicorn does, but say farewell to a connection that ends without waiting."""
        if not fs.cancelled() and fs.exception() is None and not fs.result():
            conn.close = partial(self._close, conn)
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """End, besides the connections that gunicorn ends, the farewells that took too long."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and (
            self._lingering[0].is_over or self._lingering[0].deadline <= now
        ):
            self._end(self._lingering.popleft())

    def _close(self, conn: TConn, *, graceful: bool = False) -> None:
        if not graceful or not self.alive or len(self._lingering) >= _MOST_LINGERING:
            util.close(conn.sock)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            farewell = _LingeringClose(conn.sock)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, farewell))
        except OSError:
            util.close(conn.sock)
            return
        self._lingering.append(farewell)

    def _drain(self, farewell: _LingeringClose, _client: socket.socket) -> None:
        """Throw away what still comes: closing over unread bytes would cut the answer."""
        try:
            piece = farewell.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        farewell.drained_bytes += len(piece)
        if not piece or farewell.drained_bytes > _MOST_DRAINED_BYTES:
            self._end(farewell)

    def _end(self, farewell: _LingeringClose) -> None:
        if farewell.is_over:
            return
        farewell.is_over = True
        self.poller.unregister(farewell.socket)
        util.close(farewell.socket)
