"""Reads objects from S3 by plain signed requests: boto3 needs several ms to begin each."""

from collections.abc import Iterator
from contextlib import contextmanager

import urllib3

from media_admin import errors
from media_admin.storage.base import ChunkStream
from media_admin.storage.signature import DownloadSigner

_SIGNATURE_SECONDS = 300
# Each stream that the portal passes on holds one connection.
_MOST_CONNECTIONS = 64
_ERRORS: dict[int, type[errors.AppError]] = {
    404: errors.ObjectMissing,
    412: errors.ObjectChanged,
    416: errors.RangeNotSatisfiable,
}


class ObjectReader:
    """Opens parts of objects; the connections are kept and shared between threads."""

    def __init__(self, *, endpoint: str, signer: DownloadSigner) -> None:
        self._endpoint = endpoint
        self._signer = signer
        self._pool = urllib3.connection_from_url(
            endpoint,
            maxsize=_MOST_CONNECTIONS,
            timeout=urllib3.Timeout(connect=3, read=20),
            # A kept connection may have been closed by the store just now.
            retries=urllib3.Retry(total=2, redirect=0, status=0, backoff_factor=0.1),
        )

    def open(self, key: str, start: int, stop: int, *, chunk_bytes: int, etag: str) -> ChunkStream:
        """Return the bytes [start, stop).

        Raises:
            ObjectMissing, ObjectChanged: not there, or not in the state of this ETag.
            StoreUnavailable: no answer, or one that makes no sense.
        """
        url = self._signer.presign(key, {}, expires_in_seconds=_SIGNATURE_SECONDS)
        headers = {"Range": f"bytes={start}-{stop - 1}"}
        if etag:
            headers["If-Match"] = f'"{etag}"'
        with _translated():
            response = self._pool.urlopen(
                "GET", url.removeprefix(self._endpoint), headers=headers, preload_content=False
            )
        if response.status != 206:
            # Its connection is given up: an error's text may be long, or never end.
            response.close()
            raise _ERRORS.get(response.status, errors.StoreUnavailable)()
        return ChunkStream(_Body(response), size_bytes=stop - start, chunk_bytes=chunk_bytes)


class _Body:
    """The body of an answer, with a broken connection told as StoreUnavailable."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def read(self, size: int, /) -> bytes:
        with _translated():
            return self._response.read(size, decode_content=False)

    def close(self) -> None:
        # Keeps the connection for others when all was read, else ends it.
        self._response.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise errors.StoreUnavailable() from error
