"""Reads one address by many slow readers at once; arguments: URL COUNT BYTES_PER_SECOND.

Prints a line of JSON each second, {"open": n, "refused": n, "ended": n, "bytes": n}, until its
input ends. One process with one selector, so that it costs the machine little.
"""

import json
import selectors
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

TURN_SECONDS = 0.5


class Readers:
    """All readers; each turn takes from every one what half a second allows."""

    def __init__(self, url: str, count: int, bytes_per_second: int) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._piece = int(bytes_per_second * TURN_SECONDS)
        self._waiting: list[socket.socket] = []
        self._statuses: dict[socket.socket, bytes] = {}
        self.ended = self.total_bytes = 0
        for _each in range(count):
            self._connect()

    def _connect(self) -> None:
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        reader.connect(self._address)
        host = f"{self._address[0]}:{self._address[1]}"
        request = f"GET {self._path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        reader.sendall(request.encode())
        reader.setblocking(False)
        self._waiting.append(reader)

    def turn(self) -> None:
        """Read a little from everyone whose bytes have come."""
        with selectors.DefaultSelector() as selector:
            for reader in self._waiting:
                selector.register(reader, selectors.EVENT_READ)
            for key, _events in selector.select(timeout=0):
                self._read(key.fileobj)

    def _read(self, reader: socket.socket) -> None:
        try:
            piece = reader.recv(self._piece)
        except OSError:
            piece = b""
        if not piece:
            self._waiting.remove(reader)
            reader.close()
            self.ended += 1
            return
        self._statuses.setdefault(reader, piece[9:12])
        self.total_bytes += len(piece)

    def told(self) -> dict[str, int]:
        """Return the figures of now."""
        served = sum(self._statuses.get(reader) in {b"200", b"206"} for reader in self._waiting)
        refused = sum(status == b"503" for status in self._statuses.values())
        return {
            "open": served,
            "refused": refused,
            "ended": self.ended,
            "bytes": self.total_bytes,
        }


def main() -> None:
    """Read until the input ends."""
    readers = Readers(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    turns = 0
    while not over.is_set():
        started = time.monotonic()
        readers.turn()
        turns += 1
        if turns % 2 == 0:
            print(json.dumps(readers.told()), flush=True)
        over.wait(max(0.0, TURN_SECONDS - (time.monotonic() - started)))


if __name__ == "__main__":
    main()
