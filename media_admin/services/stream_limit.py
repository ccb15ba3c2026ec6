"""Limits how many files this process sends at once, so that slow readers leave threads free.

A stream holds its thread until its reader has everything. Without a limit, as many slow readers as
there are threads would stop the whole portal, its health check included.
"""

import threading

from django.conf import settings

from media_admin.errors import TooManyStreams

# A socket's buffer takes so much at once, even if nobody reads it: no thread has to wait.
UNLIMITED_BYTES = 64 * 1024


class StreamSlot:
    """The right to send one file; releasing it twice is safe."""

    def __init__(self, limit: "StreamLimit") -> None:
        self._limit = limit
        self._is_held = True

    def release(self) -> None:
        """Let another stream begin."""
        self._limit.release(self)

    def end(self) -> bool:
        """Mark the slot as released; return False when it was released before."""
        was_held, self._is_held = self._is_held, False
        return was_held


class StreamLimit:
    """Counts the streams of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0

    @property
    def running(self) -> int:
        """How many streams are running."""
        return self._running

    def acquire(self) -> StreamSlot:
        """Return a slot at once; never wait for one.

        Raises:
            TooManyStreams: STREAMS_AT_ONCE streams are running.
        """
        with self._lock:
            if self._running >= settings.STREAMS_AT_ONCE:
                raise TooManyStreams()
            self._running += 1
        return StreamSlot(self)

    def release(self, slot: StreamSlot) -> None:
        """Free the slot of a stream that has ended."""
        with self._lock:
            if slot.end():
                self._running -= 1


stream_limit = StreamLimit()
