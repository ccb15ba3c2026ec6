"""An object of the store as a file that can be read at any place, for libraries that need one."""

import io

from media_admin.storage import get_object_storage

# The directory of an archive is far smaller; its writer says where it begins and how long it is.
MAX_BYTES = 8 * 1024 * 1024
_BUFFER_BYTES = 64 * 1024


def opened(key: str, *, size_bytes: int, etag: str) -> io.BufferedReader:
    """Open an object; more than 8 MB of it are not read (OSError)."""
    return io.BufferedReader(_StoredFile(key, size_bytes, etag), _BUFFER_BYTES)


class _StoredFile(io.RawIOBase):
    def __init__(self, key: str, size_bytes: int, etag: str) -> None:
        self._key, self._size_bytes, self._etag = key, size_bytes, etag
        self._place = self._taken = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size_bytes}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, target: memoryview, /) -> int:  # type: ignore[override]  # as typeshed names it
        stop = min(self._place + len(target), self._size_bytes)
        if stop <= self._place:
            return 0
        self._taken += stop - self._place
        if self._taken > MAX_BYTES:
            raise OSError("too much to read")
        stream = get_object_storage().read(
            self._key, self._place, stop, chunk_bytes=_BUFFER_BYTES, etag=self._etag
        )
        data = b"".join(stream)
        target[: len(data)] = data
        self._place += len(data)
        return len(data)
