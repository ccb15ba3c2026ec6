"""A reader on a plain socket that can be slow, stop reading, or disconnect."""

import contextlib
import socket
import struct
from types import TracebackType
from typing import Self
from urllib.parse import quote

from tests.delivery.interfaces import FOLDER, Interface

_ABRUPT = struct.pack("ii", 1, 0)


class Reader:
    """Requests a public file and reads as many bytes as a test wants."""

    def __init__(self, interface: Interface, name: str, **headers: str) -> None:
        self._socket = socket.socket()
        # A small buffer, so that the server soon notices a reader who does not read.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self._socket.settimeout(60)
        self._socket.connect(("127.0.0.1", interface.port))
        lines = [
            f"GET /api/files/video/{quote(FOLDER + name)} HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: close",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.body = b""
        self.status = 0
        self.headers: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._socket.close()

    def head(self) -> Self:
        """Read status and headers, and the bytes that arrived with them."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            piece = self._socket.recv(4096)
            if not piece:
                raise ConnectionError("no answer")
            raw += piece
        head, _empty, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1])
        pairs = (line.partition(": ") for line in lines)
        self.headers = {name.lower(): value for name, _colon, value in pairs}
        return self

    def read(self, count: int | None = None) -> bytes:
        """Read until `count` bytes of the body have arrived, or to the end of the connection."""
        pieces = [self.body]
        have = len(self.body)
        with contextlib.suppress(ConnectionResetError):
            while count is None or have < count:
                piece = self._socket.recv(256 * 1024)
                if not piece:
                    break
                pieces.append(piece)
                have += len(piece)
        self.body = b"".join(pieces)
        return self.body

    def disconnect(self) -> None:
        """Reset the connection without closing it, like a laptop that loses its network."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPT)
        self._socket.close()
