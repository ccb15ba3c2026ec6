"""Bounds how many streams this process passes on at once, so that slow readers leave threads free.

A stream holds its thread for as long as its reader takes. Without a bound, as many slow readers as
there are threads stop the whole portal, its health check included.
"""

import threading

from django.conf import settings

from media_admin.errors import TooManyStreams

# A socket takes so much at once whatever its reader does.
FREE_BYTES = 64 * 1024


class Place:
    """The right to stream; giving it back twice is safe."""

    def __init__(self, places: "Places") -> None:
        self._places = places
        self._is_held = True

    def give_back(self) -> None:
        """Let another stream begin."""
        self._places.release(self)

    def end(self) -> bool:
        """Mark as given back; False when it was already."""
        was_held, self._is_held = self._is_held, False
        return was_held


class Places:
    """The places of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many streams run."""
        return self._taken

    def take(self) -> Place:
        """Return a place at once, never wait for one.

        Raises:
            TooManyStreams: all of STREAMS_AT_ONCE are taken.
        """
        with self._lock:
            if self._taken >= settings.STREAMS_AT_ONCE:
                raise TooManyStreams()
            self._taken += 1
        return Place(self)

    def release(self, place: Place) -> None:
        """Free the place of an ended stream."""
        with self._lock:
            if place.end():
                self._taken -= 1


places = Places()
