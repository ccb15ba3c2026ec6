"""gunicorn's threaded worker, which closes connections without waiting in its main thread.

Benchmark row: JSON under 500 slow readers (embedded and nginx); a matter of availability.
Figure: beside 10 clients that were served and do not close their side, the next request is answered
after 0.04 s instead of 1.06 s, and later with each more (bench/results/overrides.json).
Upstream: https://github.com/benoitc/gunicorn/pull/3590 lets `close_graceful` wait up to two seconds
for each connection, in the thread that accepts all others.
Off: FASTPATH_LINGERING_CLOSE=0 closes as gunicorn's own worker `gthread` does.
"""

import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial

from gunicorn import util
from gunicorn.workers.gthread import TConn

from portal.common import slow_clients

# The limits of gunicorn's own `close_graceful`.
_LINGER_SECONDS = 2.0
_MAX_DRAINED_BYTES = 65536
_MAX_LINGERING = 2000


class _LingeringClose:
    """A connection whose last answer was sent, until the client has closed it as well."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.deadline = time.monotonic() + _LINGER_SECONDS
        self.drained_bytes = 0
        self.is_closed = False


class Worker(slow_clients.Worker):
    """Closes connections as RFC 9112, section 9.6 asks; the poller waits for the clients."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._lingering: deque[_LingeringClose] = deque()

    def finish_request(self, conn: TConn, fs: "Future[bool]") -> None:
        """Do as gunicorn does, but close a finished connection without waiting."""
        if not fs.cancelled() and fs.exception() is None and not fs.result():
            conn.close = partial(self._close, conn)
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close, besides the connections that gunicorn closes, those that linger for too long."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and (
            self._lingering[0].is_closed or self._lingering[0].deadline <= now
        ):
            self._end(self._lingering.popleft())

    def _close(self, conn: TConn, *, graceful: bool = False) -> None:
        if not graceful or not self.alive or len(self._lingering) >= _MAX_LINGERING:
            util.close(conn.sock)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            lingering = _LingeringClose(conn.sock)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, lingering))
        except OSError:
            util.close(conn.sock)
            return
        self._lingering.append(lingering)

    def _drain(self, lingering: _LingeringClose, _client: socket.socket) -> None:
        """Read and drop what still arrives: closing over unread bytes would cut the answer."""
        try:
            piece = lingering.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        lingering.drained_bytes += len(piece)
        if not piece or lingering.drained_bytes > _MAX_DRAINED_BYTES:
            self._end(lingering)

    def _end(self, lingering: _LingeringClose) -> None:
        if lingering.is_closed:
            return
        lingering.is_closed = True
        self.poller.unregister(lingering.socket)
        util.close(lingering.socket)
